//! `/accounts/{app_id}`: the settings of one account in groups, each its own form.

use leptos::prelude::*;

use super::{
    checks,
    parts::{callback_modes, card_tickets, choice, copy_row, token_modes},
};
use crate::{
    features::accounts::model::{Checked, Face, Filled},
    shared::{
        lang::{Lang, Text},
        time,
    },
    ui::{
        blocks::{Tone, badge, notice, page_head, post_button},
        form::{Field, Refused, error_summary, lines},
        icon, lang, now, t,
        texts::{accounts as w, shell},
    },
};

/// What the page shows.
pub struct Edit {
    /// The account.
    pub face: Face,
    /// The forms' fields.
    pub filled: Filled,
    /// What was refused.
    pub refused: Refused,
    /// The last check since the server started.
    pub checked: Option<Checked>,
    /// Domain verification files: names and contents.
    pub files: Vec<(String, String)>,
    /// How browsers and WeChat reach us, without a final slash.
    pub public_url: String,
}

/// The page.
pub fn edit(shown: Edit) -> AnyView {
    let Edit { face, filled, refused, checked, files, public_url } = shown;
    let path = format!("/accounts/{}", face.app_id);
    let check = post_button(path.clone(), "check", "btn btn-primary", (icon("refresh"), t(w::CHECK)));
    view! {
        <main id="main" class="page">
            <div>
                <p class="crumb"><a href="/accounts">{t(shell::ACCOUNTS)}</a></p>
                {page_head(face.name.clone(), Some(face.app_id.clone()), check)}
            </div>
            {error_summary(&refused)}
            {(!face.has_secret).then(|| notice(Tone::Bad, t(w::SECRET_GONE)))}
            {checked.map(checks::result)}
            {basics(&path, &filled, &refused)}
            {secret(&path, &face, &refused)}
            {domains(&path, &filled, &refused)}
            {callback(&path, &face, &filled, &refused, &public_url)}
            {fetching(&path, &face, &filled, &refused)}
            {verification(&path, &filled, files, &public_url, &refused)}
        </main>
    }
    .into_any()
}

/// A group: its own form with its own 保存.
fn group(path: &str, intent: &'static str, title: Text, line: Option<Text>, fields: AnyView, more: AnyView) -> AnyView {
    let (heading, id) = (format!("group-{intent}"), format!("group-{intent}"));
    view! {
        <form class="box group" method="post" action=path.to_owned() aria-labelledby=heading>
            <div class="group-head"><h2 id=id>{t(title)}</h2>{line.map(|line| view! { <p class="muted">{t(line)}</p> })}</div>
            <div class="group-fields">
                {fields}
                <div class="row"><button class="btn" type="submit" name="intent" value=intent>{t(w::SAVE)}</button>{more}</div>
            </div>
        </form>
    }
    .into_any()
}

fn basics(path: &str, filled: &Filled, refused: &Refused) -> AnyView {
    let fields = view! {
        {Field::new("name", w::NAME).value(filled.name.clone()).hint(w::NAME_HINT).view(refused)}
        {Field::new("original_id", w::ORIGINAL_ID).value(filled.original_id.clone()).hint(w::ORIGINAL_ID_HINT).optional().view(refused)}
    };
    group(path, "basics", w::GROUP_BASICS, None, fields.into_any(), ().into_any())
}

fn secret(path: &str, face: &Face, refused: &Refused) -> AnyView {
    let state = match (face.has_secret, face.secret_at) {
        (false, _) => badge(Tone::Bad, t(w::SECRET_MISSING)),
        (true, None) => badge(Tone::Ok, t(w::SET)),
        (true, Some(at)) => {
            let at = time::moment(at, now(), lang());
            badge(Tone::Ok, if lang() == Lang::Zh { format!("已设置，更新于 {at}") } else { format!("Set, updated {at}") })
        }
    };
    let fields = view! {
        <p>{state}</p>
        {Field::new("secret", w::NEW_SECRET).kind("password").autocomplete("new-password").hint(w::SECRET_HINT).view(refused)}
    };
    group(path, "secret", w::SECRET, Some(w::SECRET_LINE), fields.into_any(), ().into_any())
}

fn domains(path: &str, filled: &Filled, refused: &Refused) -> AnyView {
    let fields = view! {
        {lines("js_domains", w::JS_DOMAINS, filled.js_domains.clone(), w::JS_DOMAINS_HINT, refused)}
        {lines("h5_origins", w::H5_ORIGINS, filled.h5_origins.clone(), w::H5_ORIGINS_HINT, refused)}
    };
    group(path, "domains", w::GROUP_DOMAINS, Some(w::DOMAINS_LINE), fields.into_any(), ().into_any())
}

fn callback(path: &str, face: &Face, filled: &Filled, refused: &Refused, public_url: &str) -> AnyView {
    let made = !filled.callback_token.is_empty();
    let kept = |there: bool, hint: Text| if there { w::WRITE_ONLY_KEPT } else { hint };
    let token = Field::new("callback_token", w::CALLBACK_TOKEN)
        .value(filled.callback_token.clone())
        .hint(kept(face.has_callback_token, w::CALLBACK_TOKEN_HINT))
        .secret()
        .optional();
    let key =
        Field::new("aes_key", w::AES_KEY).value(filled.aes_key.clone()).hint(kept(face.has_aes_key, w::AES_KEY_HINT)).secret().optional();
    let fields = view! {
        {notice(Tone::Warn, t(w::CALLBACK_SILENCES))}
        {copy_row("callback_url", w::CALLBACK_URL, format!("{public_url}/callback/{}", face.app_id))}
        {made.then(|| made_notice(filled))}
        {token.view(refused)}
        {key.view(refused)}
        {choice("callback_mode", w::CALLBACK_MODE, &filled.callback_mode, callback_modes(), refused)}
        {Field::new("forward_callback", w::FORWARD).kind("url").value(filled.forward_callback.clone()).hint(w::FORWARD_HINT).optional()
            .view(refused)}
    };
    let more = view! {
        <button class="btn" type="submit" name="intent" value="generate" formaction=format!("{path}#group-callback") formnovalidate>{t(w::GENERATE)}</button>
        {(face.has_callback_token || face.has_aes_key).then(|| view! {
            <a class="btn btn-ghost btn-danger" href=format!("{path}/callback-off")>{t(w::CALLBACK_OFF)}</a>
        })}
    };
    group(path, "callback", w::CALLBACK, Some(w::CALLBACK_LINE), fields.into_any(), more.into_any())
}

/// Token and key just made: the one moment in which they can be read.
fn made_notice(filled: &Filled) -> AnyView {
    let rows = view! {
        <p>{t(w::MADE)}</p>
        {copy_row("made_token", w::CALLBACK_TOKEN, filled.callback_token.clone())}
        {copy_row("made_key", w::AES_KEY, filled.aes_key.clone())}
    };
    view! { <div class="notice made" id="made" role="status">{icon("key")}<div class="stack-made">{rows}</div></div> }.into_any()
}

fn fetching(path: &str, face: &Face, filled: &Filled, refused: &Refused) -> AnyView {
    let hint = if face.sandbox { w::API_BASE_SANDBOX } else { w::API_BASE_HINT };
    let fields = view! {
        {choice("token_mode", w::TOKEN_MODE, &filled.token_mode, token_modes(), refused)}
        {choice("card_ticket", w::CARD_TICKET, &filled.card_ticket, card_tickets(), refused)}
        {Field::new("api_base", w::API_BASE).kind("url").value(filled.api_base.clone()).hint(hint).optional().view(refused)}
    };
    group(path, "fetching", w::ADVANCED, None, fields.into_any(), ().into_any())
}

fn verification(path: &str, filled: &Filled, files: Vec<(String, String)>, public_url: &str, refused: &Refused) -> AnyView {
    let rows: Vec<_> = files.into_iter().map(|(name, text)| file(path, name, text, public_url)).collect();
    let fields = view! {
        {Field::new("file_name", w::FILE_NAME).value(filled.file_name.clone()).hint(w::FILE_NAME_HINT).placeholder("MP_verify_….txt")
            .view(refused)}
        {Field::new("file_text", w::FILE_TEXT).value(filled.file_text.clone()).hint(w::FILE_TEXT_HINT).view(refused)}
    };
    view! {
        {group(path, "file", w::GROUP_FILES, Some(w::FILES_LINE), fields.into_any(), ().into_any())}
        {(!rows.is_empty()).then(|| view! { <ul class="box checks files" aria-label=t(w::GROUP_FILES)>{rows}</ul> })}
    }
    .into_any()
}

fn file(path: &str, name: String, text: String, public_url: &str) -> AnyView {
    let (label, remove) = (format!("{} {name}", t(w::REMOVE)), format!("{path}/files/{name}/remove"));
    view! {
        <li class="is-ok">
            {icon("ok")}
            <div><a class="mono" href=format!("/{name}")>{format!("{public_url}/{name}")}</a><p class="mono">{text}</p></div>
            <a class="btn btn-sm btn-danger" href=remove aria-label=label>{t(w::REMOVE)}</a>
        </li>
    }
    .into_any()
}
