//! Asking for a picture again: the pure rules of its link, the question before it is sent, and the page on which an account says how.

use leptos::prelude::*;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::asked::Undo;
use crate::{
    features::messages::model::{Data, TemplateField, is_web_url},
    shared::lang::Text,
    ui::{
        blocks::{self, Tone},
        form::{Field, Refused, error_summary},
        href, icon, t,
        texts::asking as w,
    },
};

/// The variables of the values, each by its names: title, question, reason, name.
pub const NAMES: [[&str; 2]; 4] = [["标题", "title"], ["题目", "question"], ["理由", "reason"], ["姓名", "name"]];

/// What stays as it is in a part of an address (RFC 3986 §2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a picture puts into values and link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Who sent it.
    pub user: String,
    /// Title of the work.
    pub title: String,
    /// The question.
    pub question: String,
    /// Why it was rejected.
    pub reason: String,
    /// What the sender is called.
    pub name: String,
}

impl Places {
    /// An example.
    pub fn example() -> Self {
        let [user, title, question, reason, name] = ["u1024", "秋末自然观察", "3", "看不清", "小满"].map(str::to_owned);
        Self { user, title, question, reason, name }
    }
}

/// The link for a picture: `{user}`, `{title}` and `{question}` are filled in, percent-encoded as parts of an address.
pub fn link(pattern: &str, places: &Places) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    // One pass: what people wrote is never looked into for further places.
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        let value = match &rest[start..end] {
            "{user}" => Some(&places.user),
            "{title}" => Some(&places.title),
            "{question}" => Some(&places.question),
            _ => None,
        };
        match value {
            Some(value) => out.extend(utf8_percent_encode(value, UNRESERVED)),
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// What is wrong with a pattern of links: it must lead to one of the account's pages and name the question.
pub fn link_fault(pattern: &str, origins: &[String], hosts: &[String]) -> Option<Text> {
    let filled = link(pattern, &Places::example());
    if !is_web_url(&filled) || filled.contains(['{', '}']) {
        return Some(w::BAD_LINK);
    }
    let Ok(url) = url::Url::parse(&filled) else { return Some(w::BAD_LINK) };
    // A place inside the host would let a user id choose where people are sent.
    let after_host = pattern.split_once("://").and_then(|(_, rest)| rest.find(['/', '?', '#']).map(|at| &rest[..at]));
    if after_host.is_none_or(|host| host.contains('{')) {
        return Some(w::BAD_LINK);
    }
    let origin = url.origin().ascii_serialization();
    let ours = origins.contains(&origin) || url.host_str().is_some_and(|host| hosts.iter().any(|known| known.eq_ignore_ascii_case(host)));
    if !ours {
        return Some(w::FOREIGN_LINK);
    }
    (!pattern.contains("{question}")).then_some(w::LINK_WITHOUT_QUESTION)
}

/// A message as it would go out: its title, labels with values, its link.
#[derive(Clone, Debug, Default)]
pub struct Preview {
    /// The template's title.
    pub title: String,
    /// Labels and values.
    pub rows: Vec<(String, String)>,
    /// Where a tap leads.
    pub url: String,
}

impl Preview {
    /// Of these values.
    pub fn new(title: &str, fields: &[TemplateField], data: &Data, url: String) -> Self {
        let row = |field: &TemplateField| {
            let label = if field.label.is_empty() { field.key.clone() } else { field.label.clone() };
            (label, data.get(&field.key).to_owned())
        };
        Self { title: title.to_owned(), rows: fields.iter().filter(|field| !field.kind.is_hidden()).map(row).collect(), url }
    }

    fn view(self) -> AnyView {
        view! {
            <section class="block stack" aria-labelledby="preview">
                <header><h2 id="preview">{t(w::PREVIEW)}</h2></header>
                <article class="wx-card">
                    <h3>{self.title}</h3>
                    <dl>{self.rows.into_iter().map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect_view()}</dl>
                </article>
                <p class="hint">{t(w::LEADS_TO)}" "<code class="viewer-id">{self.url}</code></p>
            </section>
        }
        .into_any()
    }
}

/// What the question shows before a picture is asked for again.
#[derive(Default)]
pub struct Question {
    /// Where it posts to.
    pub action: String,
    /// Where to go afterwards.
    pub back: String,
    /// Whose picture it is.
    pub name: String,
    /// The question that is asked again.
    pub question: String,
    /// The how-manieth time this would be.
    pub number: i64,
    /// How often it was asked, without what was taken back.
    pub times: usize,
    /// The last ask, while its message rests: it is taken back rather than asked once more.
    pub resting: Option<Undo>,
    /// The openid, where it is known.
    pub openid: Option<String>,
    /// What was typed for it.
    pub typed: String,
    /// The message.
    pub preview: Option<Preview>,
    /// Why it cannot be sent.
    pub refused: Option<String>,
    /// What is wrong with a field.
    pub faults: Refused,
    /// Whether the visitor may set up how to ask.
    pub may_set: bool,
    /// A newer picture for the same question that may do: its id, and the link to it.
    pub newer: Option<(String, String)>,
}

/// The page that asks before it asks again.
pub fn question(one: Question) -> AnyView {
    let refused = one.refused.map(|why| view! { <div role="alert">{blocks::notice(Tone::Bad, view! { <p>{why}</p> })}</div> });
    let set = (one.may_set && one.preview.is_none()).then(|| view! { <p><a class="btn" href=href("/media/asking")>{t(w::SET_UP)}</a></p> });
    let sends = one.preview.is_some() && one.resting.is_none();
    let to = match &one.openid {
        Some(openid) => {
            // A name that is not known is the openid itself.
            let name = (one.name != *openid).then(|| view! { <b>{one.name.clone()}</b>" " });
            view! { <p>{t(w::GOES_TO)}" "{name}<code>{openid.clone()}</code></p> }.into_any()
        }
        None => view! {
            {blocks::notice(Tone::Warn, view! { <p>{t(w::UNKNOWN_OPENID)}</p> })}
            {Field::new("openid", w::OPENID).value(one.typed).hint(w::OPENID_HINT).view(&one.faults)}
        }
        .into_any(),
    };
    let repeated = (one.times > 0).then(|| view! { <p class="muted">{t(w::TIMES).replace("{number}", &one.times.to_string())}</p> });
    let (newer, see_newer) = one.newer.unzip();
    let warned = see_newer.map(|to| {
        let text = view! { <p>{t(w::NEWER)}" "<a href=to>{t(w::SEE_NEWER)}</a></p> };
        blocks::notice(Tone::Warn, text)
    });
    let form = sends.then(|| {
        view! {
            <form class="stack" method="post" action=one.action>
                <input type="hidden" name="number" value=one.number.to_string()/>
                <input type="hidden" name="newer" value=newer/>
                <input type="hidden" name="back" value=one.back.clone()/>
                {to}
                <div class="row">
                    <button class="btn btn-primary" type="submit">{icon("send")}{t(w::ASK)}</button>
                    <a class="btn" href=one.back.clone()>{t(w::CANCEL)}</a>
                </div>
            </form>
        }
    });
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=one.back.clone()>{t(w::BACK)}</a></nav>
            {blocks::page_head(t(w::ASK), Some(format!("{} · {}", one.name, one.question)), ())}
            {refused}
            {set}
            {repeated}
            {one.resting.map(Undo::view)}
            {warned}
            {form}
            {one.preview.map(Preview::view)}
        </main>
    }
    .into_any()
}

/// What the page holds on which an account says how it asks again.
#[derive(Default)]
pub struct MannerForm {
    /// Templates to choose: id and title.
    pub templates: Vec<(String, String)>,
    /// The chosen one.
    pub template_id: String,
    /// Its fields.
    pub fields: Vec<TemplateField>,
    /// Their values as typed.
    pub data: Data,
    /// The pattern of the link as typed.
    pub link: String,
    /// What is wrong.
    pub refused: Refused,
    /// The message with an example's values.
    pub preview: Option<Preview>,
}

/// The page.
pub fn manner(form: MannerForm) -> AnyView {
    let option = |(id, title): &(String, String)| {
        let chosen = *id == form.template_id;
        view! { <option value=id.clone() selected=chosen>{title.clone()}</option> }
    };
    let field = |field: &TemplateField| {
        let mut input = Field::new(format!("data.{}", field.key), w::VALUE).value(form.data.get(&field.key));
        input.label = if field.label.is_empty() { field.key.clone() } else { field.label.clone() };
        input.view(&form.refused)
    };
    let fields = form.fields.iter().map(field).collect_view();
    let chosen = !form.template_id.is_empty();
    let none = form
        .templates
        .is_empty()
        .then(|| blocks::notice(Tone::Warn, view! { <p>{t(w::NO_TEMPLATES)}" "<a href=href("/templates")>{t(w::SEE_TEMPLATES)}</a></p> }));
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media/desk")>{t(w::DESK)}</a></nav>
            {blocks::page_head(t(w::MANNER), Some(t(w::MANNER_LINE).to_owned()), ())}
            {error_summary(&form.refused)}
            {none}
            <form class="stack" method="post" action=href("/media/asking")>
                <div class="field">
                    <label for="template">{t(w::TEMPLATE)}</label>
                    <div class="pickrow">
                        <span class="select"><select class="input" id="template" name="template"><option value="">"—"</option>{form.templates.iter().map(option).collect_view()}</select>{icon::icon_small("down")}</span>
                        <button class="btn" type="submit" name="intent" value="choose" formnovalidate=true>{t(w::CHOOSE)}</button>
                    </div>
                </div>
                {chosen.then(|| view! {
                    <p class="hint">{t(w::VARIABLES)}</p>
                    {fields}
                    {Field::new("link", w::LINK).value(form.link.clone()).hint(w::LINK_HINT).view(&form.refused)}
                    <div class="row">
                        <button class="btn btn-primary" type="submit" name="intent" value="save">{t(w::SAVE)}</button>
                        <button class="btn" type="submit" name="intent" value="preview">{t(w::PREVIEW)}</button>
                    </div>
                })}
            </form>
            {form.preview.map(Preview::view)}
        </main>
    }
    .into_any()
}

/// The link that opens the question on the desk, with its key.
pub fn desk_link(to: String) -> AnyView {
    view! { <a class="btn btn-sm" href=to accesskey="r">{icon("send")}{t(w::ASK)}<kbd class="desk" aria-hidden="true">"R"</kbd></a> }
        .into_any()
}

/// Where the question about a picture is asked, with the way back.
pub fn ask_path(id: &str, back: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
    format!("{}?{query}", href_of(id))
}

fn href_of(id: &str) -> String {
    format!("/media/{id}/ask")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(user: &str) -> Places {
        Places { user: user.into(), ..Places::example() }
    }

    #[test]
    fn links_are_encoded_as_parts_of_an_address() {
        let pattern = "https://h5.example.com/q/{question}?t={title}&u={user}#x";
        let made = link(
            pattern,
            &Places { user: "a b&c=d/..?#{title}%2e".into(), title: "秋".into(), question: "../1".into(), ..Places::default() },
        );
        assert_eq!(made, "https://h5.example.com/q/..%2F1?t=%E7%A7%8B&u=a%20b%26c%3Dd%2F..%3F%23%7Btitle%7D%252e#x");
        assert_eq!(link("{unknown}{user", &places("x")), "{unknown}{user");
    }

    #[test]
    fn only_the_account_s_own_pages_are_led_to() {
        let (origins, hosts) = (["https://h5.example.com".to_owned()], ["js.example.com".to_owned()]);
        let fault = |pattern: &str| link_fault(pattern, &origins, &hosts);
        for good in
            ["https://h5.example.com/?q={question}", "http://js.example.com:8080/{question}", "https://H5.example.com/a?q={question}"]
        {
            assert_eq!(fault(good), None, "{good}");
        }
        for (bad, why) in [
            ("", w::BAD_LINK),
            ("javascript:alert({question})", w::BAD_LINK),
            ("https://{user}/?q={question}", w::BAD_LINK),
            ("https://h5.example.com{user}/?q={question}", w::BAD_LINK),
            ("https://h5.example.com/?q={question}&x={nobody}", w::BAD_LINK),
            ("https://evil.example/?q={question}", w::FOREIGN_LINK),
            ("http://h5.example.com/?q={question}", w::FOREIGN_LINK),
            ("https://h5.example.com@evil.example/?q={question}", w::BAD_LINK),
            ("https://h5.example.com/?u={user}", w::LINK_WITHOUT_QUESTION),
        ] {
            assert_eq!(fault(bad), Some(why), "{bad}");
        }
    }
}
