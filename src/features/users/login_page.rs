//! `/login`.

use leptos::prelude::*;

use crate::{
    shared::lang::Said,
    ui::{
        Frame,
        alone::alone,
        form::{Field, Refused, area_html},
        icon, lang, t,
        texts::{scan, users as w},
    },
};

/// What the page shows.
pub struct Login {
    /// The name typed before.
    pub name: String,
    /// Where to go afterwards; a path of ours.
    pub next: String,
    /// The fields of a form that a session's end kept from being taken, or nothing.
    pub kept: String,
    /// Why the last try was refused.
    pub refused: Option<Said>,
    /// Whether one's own WeChat signs in too.
    pub scan: bool,
}

/// The sign-in form.
pub fn view(frame: &Frame, login: Login) -> AnyView {
    let host = frame.public_url.split_once("://").map_or("", |(_, host)| host).to_owned();
    let refused = login.refused.map(|said| {
        view! { <div class="notice notice-bad" role="alert">{icon("error")}<div>{said.get(lang()).to_owned()}</div></div> }
    });
    let kept = (!login.kept.is_empty()).then(|| {
        view! {
            <div class="notice notice-warn" role="status">{icon("clock")}<div>{t(w::ENDED)}</div></div>
            <input type="hidden" name="kept" value=login.kept/>
        }
    });
    let none = Refused::none();
    // A form that waits goes along with the password only.
    let scanning = (login.scan && kept.is_none()).then(|| {
        view! {
            <form class="scan-way" method="post" action="/login/wechat">
                <p class="or">{t(scan::OR)}</p>
                <input type="hidden" name="intent" value="begin"/>
                <input type="hidden" name="next" value=login.next.clone()/>
                <button class="btn center" type="submit">{icon("phone")}{t(scan::TITLE)}</button>
            </form>
        }
    });
    let body = view! {
        <main id="main" class="login">
            <form class="sheet" method="post" action="/login">
                <div><h1>{t(w::LOGIN)}</h1><p class="muted">{host}</p></div>
                {refused}
                {kept}
                <input type="hidden" name="next" value=login.next/>
                {Field::new("name", w::NAME).value(login.name).autocomplete("username").view(&none)}
                {Field::new("password", w::PASSWORD).kind("password").autocomplete("current-password").view(&none)}
                <button class="btn btn-primary center" type="submit">{t(w::LOGIN)}</button>
                <p class="hint">{t(w::FORGOTTEN)}</p>
            </form>
            {scanning}
        </main>
    };
    alone(frame, body.into_any())
}

/// Signed in again after a form was not taken: it is sent once more by whoever typed it, or not at all.
pub fn resume(frame: &Frame, action: String, fields: Vec<(String, String)>) -> AnyView {
    let fields = fields.into_iter().map(|(name, value)| {
        // An input would lose the line breaks.
        view! { <textarea hidden=true name=name readonly=true inner_html=area_html(&value)></textarea> }
    });
    let page = action.clone();
    let body = view! {
        <main id="main" class="login">
            <form class="sheet" method="post" action=action>
                <div><h1>{t(w::STILL_THERE)}</h1><p class="muted">{t(w::STILL_THERE_HINT)}</p></div>
                {fields.collect_view()}
                <button class="btn btn-primary center" type="submit">{t(w::SEND_AGAIN)}</button>
                <a class="btn btn-ghost center" href=page>{t(w::LEAVE_IT)}</a>
            </form>
        </main>
    };
    alone(frame, body.into_any())
}
