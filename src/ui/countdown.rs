//! The ring that shows how long something still lives, and counts down while the page is open.

#![expect(missing_docs, reason = "the macro makes a struct of the properties, which are documented one by one")]

use std::time::Duration;

use leptos::{prelude::*, web_sys::js_sys::Date};

use super::{now, texts::tokens as w};
use crate::shared::{lang::Lang, time};

/// Length of the ring's circle in units of its drawing.
const ROUND: f64 = 282.7;

/// The ring of something that lives from one moment to another (Unix milliseconds), or an empty one that says `none`.
pub fn ring(span: Option<(i64, i64)>, label: &str, none: &'static str, lang: Lang) -> AnyView {
    match span {
        Some((from, until)) => {
            view! { <Countdown expires_at=until now=now() total=until - from label=label.to_owned() lang=lang/> }.into_any()
        }
        None => view! {
            <div class="ring">
                <svg viewBox="0 0 100 100" aria-hidden="true"><circle class="track" cx="50" cy="50" r="45"/></svg>
                <div><b>"—"</b><span class="faint">{none}</span></div>
            </div>
        }
        .into_any(),
    }
}

/// The time a token has left, as a ring and a number. Times in Unix milliseconds, the server's; the browser's clock only measures
/// what passes. Without scripts it shows what was left when the page was made.
#[island]
pub fn Countdown(
    /// Until when the token may be used.
    expires_at: i64,
    /// When the page was made.
    now: i64,
    /// How long it lives in all, in milliseconds.
    total: i64,
    /// Its name.
    label: String,
    /// Language of the label.
    lang: Lang,
) -> impl IntoView {
    let left = RwSignal::new((expires_at - now).max(0));
    Effect::new(move |_| {
        let started = Date::now();
        let tick = move || {
            // A hidden tab is left alone; the number is right again a second after it is seen.
            if !document().hidden() {
                left.set((expires_at - now - (Date::now() - started) as i64).max(0));
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || handle.clear());
        }
    });
    let share = move || left.get() as f64 / total.max(1) as f64;
    let arc = move || format!("{:.1} {ROUND}", (share() * ROUND).clamp(0.0, ROUND));
    let class = move || match share() {
        share if share > 0.2 => "ring",
        share if share > 0.05 => "ring is-warn",
        _ => "ring is-bad",
    };
    let words = move || format!("{label} {} {}", w::REMAINING.get(lang), time::span_words(left.get(), lang));
    view! {
        <div class=class role="timer" aria-label=words>
            <svg viewBox="0 0 100 100" aria-hidden="true">
                <circle class="track" cx="50" cy="50" r="45"/>
                <circle class="left" cx="50" cy="50" r="45" stroke-dasharray=arc/>
            </svg>
            <div><b>{move || time::span(left.get())}</b><span class="faint">{w::LEFT.get(lang)}</span></div>
        </div>
    }
}
