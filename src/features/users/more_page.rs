//! `/more`: on a phone, everything the tab bar has no room for.

use leptos::prelude::*;

use crate::ui::{
    Frame,
    blocks::page_head,
    document::groups,
    icon,
    look::{language_button, theme_button},
    t,
    texts::{shell, users as w},
};

/// The page.
pub fn view(frame: &Frame) -> AnyView {
    view! {
        <main id="main" class="page">
            {page_head(t(shell::MORE), None, ())}
            <nav class="more" aria-label=t(shell::MORE)>
                {groups(frame)}
                <div class="nav"><a class="nav-link" href="/shortcuts">{icon("help")}<span>{t(shell::SHORTCUTS)}</span></a><a class="nav-link" href="/profile">{icon("user")}<span>{t(shell::PROFILE)}</span></a></div>
            </nav>
            <div class="row">
                {language_button(frame)}
                {theme_button(frame)}
                <form method="post" action="/logout"><button class="btn" type="submit">{t(w::LOGOUT)}</button></form>
            </div>
        </main>
    }
    .into_any()
}
