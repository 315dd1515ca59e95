//! Icons: references into the one sprite file, hidden from screen readers.

use leptos::prelude::*;

use super::frame;

/// An icon of the sprite by its name without `i-`.
pub fn icon(name: &'static str) -> AnyView {
    sized(name, "icon")
}

/// A small icon (16 px).
pub fn icon_small(name: &'static str) -> AnyView {
    sized(name, "icon icon-sm")
}

fn sized(name: &'static str, class: &'static str) -> AnyView {
    let link = format!("<use href=\"{}/icons.svg#i-{name}\"/>", frame().assets);
    view! { <svg class=class aria-hidden="true" inner_html=link></svg> }.into_any()
}
