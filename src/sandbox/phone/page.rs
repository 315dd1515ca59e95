//! The phone's pages. Plain HTML; the script only refreshes the messages.

use time::{OffsetDateTime, UtcOffset};

use super::{Show, arrived, escape, head, texts::Texts};
use crate::sandbox::{Follower, SANDBOX_APP_ID, SentMessage, demo::ACCOUNT_NAME, state::State};

/// How many messages the page holds.
const SHOWN: usize = 50;
const BEIJING_HOURS: i8 = 8;

/// The phone of one person.
pub(super) fn phone(state: &State, texts: &Texts, openid: &str, show: &Show) -> String {
    let people = state.accounts.get(SANDBOX_APP_ID).map(|account| account.followers.as_slice()).unwrap_or_default();
    let person = people.iter().find(|person| person.openid == openid);
    let following = person.is_some_and(|person| person.subscribed);
    let (lang, hreflang, name) = texts.other_lang;
    format!(
        "{head}<header class=\"bar\"><p class=\"sim\">{marked}</p><a href=\"?lang={lang}\" lang=\"{hreflang}\" hreflang=\"{hreflang}\">{name}</a></header>\
         <main class=\"desk\"><div class=\"side\"><h1>{title}</h1>{notice}{who}{upload}{open}</div>{screen}</main>\
         <script src=\"/sandbox/phone/phone.js\" defer></script></body></html>",
        head = head(texts.lang, texts.title).replace("</head>", "<noscript><meta http-equiv=\"refresh\" content=\"10\"></noscript></head>"),
        marked = texts.marked,
        title = texts.title,
        notice = notice(texts, show),
        who = who(texts, people, openid, following),
        upload = upload(texts, show),
        open = open_form(texts),
        screen = screen(state, texts, openid, following),
    )
}

fn notice(texts: &Texts, show: &Show) -> String {
    match (&show.problem, &show.done) {
        (Some(problem), _) => format!("<p class=\"notice bad\" role=\"alert\">{}</p>", escape(problem)),
        (None, Some(_)) => format!("<p class=\"notice\" role=\"status\">{}</p>", texts.handed),
        _ => String::new(),
    }
}

fn who(texts: &Texts, people: &[Follower], openid: &str, following: bool) -> String {
    let one = |person: &Follower| {
        let chosen = if person.openid == openid { " selected" } else { "" };
        let left = if person.subscribed { String::new() } else { texts.left.to_owned() };
        format!("<option value=\"{}\"{chosen}>{}{left}</option>", escape(&person.openid), escape(&person.name))
    };
    let options: String = people.iter().map(one).collect();
    let (value, label) = if following { (0, texts.unfollow) } else { (1, texts.follow) };
    format!(
        "<section><form method=\"post\" action=\"/sandbox/phone/person\"><label for=\"openid\">{who}</label>\
         <div class=\"line\"><select id=\"openid\" name=\"openid\">{options}</select><button type=\"submit\">{change}</button></div></form>\
         <p class=\"mono\">{openid}</p>\
         <form method=\"post\" action=\"/sandbox/phone/follow\"><button type=\"submit\" name=\"follow\" value=\"{value}\">{label}</button></form></section>",
        who = texts.who,
        change = texts.change,
        openid = escape(openid),
    )
}

fn upload(texts: &Texts, show: &Show) -> String {
    let mut out = format!(
        "<section><h2>{picture}</h2><form method=\"post\" action=\"/sandbox/phone/upload\" enctype=\"multipart/form-data\">\
         <label for=\"picture\">{choose}</label><div class=\"line\"><input id=\"picture\" name=\"picture\" type=\"file\" accept=\"image/*\" required>\
         <button type=\"submit\">{upload}</button></div></form>",
        picture = texts.picture,
        choose = texts.choose_file,
        upload = texts.upload,
    );
    if let Some(server_id) = &show.server_id {
        let field = |id: &str, label: &str| {
            format!("<label for=\"{id}\">{label}</label><input id=\"{id}\" name=\"{id}\" required maxlength=\"128\" autocomplete=\"off\">")
        };
        out += &format!(
            "<p role=\"status\">{server_id_label} <code id=\"server-id\">{id}</code></p><h3>{hand_in}</h3>\
             <form method=\"post\" action=\"/sandbox/phone/hand\"><input type=\"hidden\" name=\"media_id\" value=\"{id}\">{a}{b}{c}\
             <button type=\"submit\">{hand}</button></form>",
            server_id_label = texts.server_id,
            id = escape(server_id),
            hand_in = texts.hand_in,
            a = field("user_id", texts.user_id),
            b = field("answer_title", texts.answer_title),
            c = field("question_id", texts.question_id),
            hand = texts.hand,
        );
    }
    out + "</section>"
}

fn open_form(texts: &Texts) -> String {
    format!(
        "<section><h2>{open}</h2><form action=\"/sandbox/phone/open\" target=\"_blank\" rel=\"noopener\" id=\"open\">\
         <label for=\"url\">{address}</label><div class=\"line\"><input id=\"url\" name=\"url\" type=\"url\" required placeholder=\"https://\" aria-describedby=\"open-note\">\
         <button type=\"submit\">{button}</button></div><p id=\"open-note\" class=\"faint\">{note}</p></form>\
         <p>{demo} <a href=\"/sandbox/h5/iphone\" target=\"_blank\" rel=\"noopener\">iPhone</a> \
         <a href=\"/sandbox/h5/android\" target=\"_blank\" rel=\"noopener\">{android}</a></p></section>",
        open = texts.open,
        address = texts.address,
        button = texts.open_button,
        note = texts.open_note,
        demo = texts.demo,
        android = texts.android,
    )
}

fn screen(state: &State, texts: &Texts, openid: &str, following: bool) -> String {
    let mut newest: Vec<&SentMessage> = arrived(state, openid).rev().take(SHOWN).collect();
    newest.reverse();
    let last = newest.last().map_or(0, |message| message.msgid);
    let cards: String = newest.iter().map(|message| card(texts, message)).collect();
    let empty = if following { texts.none_yet } else { texts.not_following };
    let hidden = if newest.is_empty() { "" } else { " hidden" };
    format!(
        "<section class=\"phone\" aria-label=\"{messages}\"><div class=\"phone-screen\">\
         <div class=\"phone-status\" aria-hidden=\"true\"><span>9:41</span><span>5G</span></div>\
         <div class=\"phone-nav\"><h2>{ACCOUNT_NAME}</h2></div>\
         <div class=\"phone-chat\" id=\"chat\" tabindex=\"0\" role=\"log\" aria-label=\"{messages}\" data-openid=\"{openid}\" data-after=\"{last}\" data-details=\"{details}\">\
         <p class=\"empty\"{hidden}>{empty}</p>{cards}</div></div></section>",
        messages = texts.messages,
        openid = escape(openid),
        details = texts.details,
    )
}

fn card(texts: &Texts, message: &SentMessage) -> String {
    let row = |row: &crate::sandbox::Row| format!("<div><dt>{}</dt><dd>{}</dd></div>", escape(&row.label), escape(&row.value));
    let rows: String = message.rows.iter().map(row).collect();
    let link = message.url.as_deref().filter(|url| is_web(url)).map_or_else(String::new, |url| {
        format!("<footer><a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a></footer>", escape(url), texts.details)
    });
    format!(
        "<article class=\"wx-card\" data-msgid=\"{}\"><p class=\"phone-time\">{}</p><h3>{}</h3><dl>{rows}</dl>{link}</article>",
        message.msgid,
        clock(message.at_ms),
        escape(&message.title)
    )
}

fn clock(at_ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let at = at.to_offset(UtcOffset::from_hms(BEIJING_HOURS, 0, 0).unwrap_or(UtcOffset::UTC));
    format!("{}-{:02}-{:02} {:02}:{:02}", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
}

fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// The page between the phone and an H5 page.
pub(super) fn open(texts: &Texts, url: &str) -> String {
    let link = if is_web(url) {
        format!("<p><a class=\"mono\" rel=\"noopener\" href=\"{0}\">{0}</a></p><p class=\"faint\">{1}</p>", escape(url), texts.open_note)
    } else {
        format!("<p role=\"alert\">{}</p>", texts.no_address)
    };
    format!(
        "{}<main class=\"sheet\"><p class=\"sim\">{}</p><h1>{}</h1>{link}<p><a href=\"/sandbox/phone\">{}</a></p></main></body></html>",
        head(texts.lang, texts.open),
        texts.marked,
        texts.open,
        texts.back
    )
}
