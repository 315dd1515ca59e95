//! Views of plain data: composer, review, history, templates.

pub mod badge;
pub mod batch;
pub mod batches;
pub mod card;
pub mod compose;
mod compose_bar;
pub mod doubts;
pub mod history;
pub mod library;
pub mod message;
pub mod phone;
pub mod picker;
pub mod progress;
pub mod recipients;
pub mod review;
mod review_checks;
mod review_confirm;
pub mod review_list;
mod review_stats;
pub mod rules;
pub mod templates;
pub mod uploads;

use leptos::prelude::*;

use super::model::MessageState;
use crate::ui::{
    blocks::{Tone, badge},
    icon, t,
};

/// The badge of a state: word and shape first, colour third.
pub fn state_badge(state: MessageState) -> AnyView {
    let tone = match state {
        MessageState::Delivered => Tone::Ok,
        MessageState::Sending | MessageState::Accepted => Tone::Run,
        MessageState::Unknown => Tone::Warn,
        MessageState::Failed => Tone::Bad,
        MessageState::Queued | MessageState::Cancelled => Tone::Plain,
    };
    badge(tone, t(state.name()))
}

/// The path above a heading: where it hangs, and its name.
pub fn crumb(label: &'static str, to: String, up: &'static str, here: String) -> AnyView {
    view! {
        <nav class="crumb desk" aria-label=label>
            <a href=to>{up}</a>{crate::ui::icon::icon_small("right")}<span>{here}</span>
        </nav>
    }
    .into_any()
}

/// One line of a list of checks.
pub fn check_line(class: &'static str, icon_name: &'static str, heading: String, line: AnyView) -> AnyView {
    view! { <li class=class>{icon(icon_name)}<div><h3>{heading}</h3>{line}</div></li> }.into_any()
}
