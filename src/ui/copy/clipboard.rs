//! The browser's clipboard.

use leptos::{
    prelude::window,
    wasm_bindgen::{JsValue, closure::Closure},
};

/// Writes a text and calls `then` once it is there. Does nothing where the browser has no clipboard (plain http on another machine)
/// or its user says no.
pub fn write(text: &str, then: impl FnOnce() + 'static) {
    let clipboard = window().navigator().clipboard();
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return;
    }
    let written = Closure::once(move |_: JsValue| then());
    let refused = Closure::once(|_: JsValue| ());
    let _ = clipboard.write_text(text).then2(&written, &refused);
    written.forget();
    refused.forget();
}
