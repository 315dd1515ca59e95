//! The layout of pages without the shell: sign-in and set-up.

use leptos::prelude::*;

use super::{
    Frame,
    document::logo,
    look::{language_button, theme_button},
    t,
    texts::{shell, users as w},
};

/// A bare page: the mark, language and look on top, a line at the foot.
pub fn alone(frame: &Frame, body: AnyView) -> AnyView {
    view! {
        <div class="alone">
            <header>
                <a class="logo" href="/">{logo()}<span>{t(shell::PRODUCT)}</span></a>
                <div class="row alone-top">{language_button(frame)}{theme_button(frame)}</div>
            </header>
            {body}
            <footer class="faint">{concat!("wxdesk ", env!("CARGO_PKG_VERSION"))}" · "{t(w::STAYS_HERE)}</footer>
        </div>
    }
    .into_any()
}
