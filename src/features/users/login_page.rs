//! `/login`.

use leptos::prelude::*;

use super::alone::alone;
use crate::{
    shared::lang::Said,
    ui::{
        Frame,
        form::{Field, Refused},
        icon, lang, t,
        texts::users as w,
    },
};

/// What the page shows.
pub struct Login {
    /// The name typed before.
    pub name: String,
    /// Where to go afterwards; a path of ours.
    pub next: String,
    /// Why the last try was refused.
    pub refused: Option<Said>,
}

/// The sign-in form.
pub fn view(frame: &Frame, login: Login) -> AnyView {
    let host = frame.public_url.split_once("://").map_or("", |(_, host)| host).to_owned();
    let refused = login.refused.map(|said| {
        view! { <div class="notice notice-bad" role="alert">{icon("error")}<div>{said.get(lang()).to_owned()}</div></div> }
    });
    let none = Refused::none();
    let body = view! {
        <main id="main" class="login">
            <form class="sheet" method="post" action="/login">
                <div><h1>{t(w::LOGIN)}</h1><p class="muted">{host}</p></div>
                {refused}
                <input type="hidden" name="next" value=login.next/>
                {Field::new("name", w::NAME).value(login.name).autocomplete("username").view(&none)}
                {Field::new("password", w::PASSWORD).kind("password").autocomplete("current-password").view(&none)}
                <button class="btn btn-primary center" type="submit">{t(w::LOGIN)}</button>
                <p class="hint">{t(w::FORGOTTEN)}</p>
            </form>
        </main>
    };
    alone(frame, body.into_any())
}
