//! A button that copies a text. Without scripts it is not there; the text stands beside it to be selected.
#![expect(missing_docs, reason = "the island macro makes a structure of its own without a comment")]

#[cfg(feature = "hydrate")]
mod clipboard;
#[cfg(not(feature = "hydrate"))]
#[path = "copy/no_clipboard.rs"]
mod clipboard;

use leptos::prelude::*;

/// Copies `text`. The button says `label`, and `done` for 2 s once the text is in the clipboard; screen readers hear `done`.
#[island]
pub fn CopyText(
    /// What is copied.
    text: String,
    /// What the button says.
    label: String,
    /// What it says afterwards.
    done: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let said = done.clone();
    let copy = move |_| {
        clipboard::write(&text, move || {
            copied.set(true);
            set_timeout(move || copied.set(false), std::time::Duration::from_secs(2));
        });
    };
    view! {
        <span class="copy" data-js="">
            <button class="btn" type="button" on:click=copy>
                {move || if copied.get() { done.clone() } else { label.clone() }}
            </button>
            <span class="sr-only" role="status">{move || if copied.get() { said.clone() } else { String::new() }}</span>
        </span>
    }
}
