//! What stands below the composer and beside its preview: the buttons that lead on, and those from one recipient to the next.

use leptos::prelude::*;

use super::compose::{Compose, Shown, count};
use crate::ui::{
    icon, t,
    texts::{compose as w, recipients as r},
};

/// From one recipient to the next; the buttons belong to the composer's form, so nothing typed is lost.
pub(super) fn stepper(shown: &Shown) -> AnyView {
    if shown.of == 0 {
        return ().into_any();
    }
    let button = |intent: &'static str, name: &'static str, icon_name: &'static str| {
        view! {
            <button class="btn btn-ghost btn-icon btn-sm" type="submit" form="composer" name="intent" value=intent aria-label=name title=name>
                {icon(icon_name)}
            </button>
        }
    };
    view! {
        <div class="row center stepper">
            {button("prev", t(r::PREVIOUS), "left")}
            <span class="faint"><span>{shown.name.clone()}</span>" "{format!("{} / {}", count(shown.at + 1), count(shown.of))}</span>
            {button("next", t(r::NEXT), "right")}
        </div>
    }
    .into_any()
}

/// The buttons.
pub(super) fn send_bar(data: &Compose) -> AnyView {
    let test = |class: &'static str| {
        if data.can_test {
            return view! { <button class=class type="submit" name="intent" value="test">{icon("phone")}{t(w::TEST)}</button> }.into_any();
        }
        let why = t(w::BIND_FIRST_WHY);
        view! { <a class=class href="/profile/wechat" title=why aria-label=why>{icon("phone")}{t(w::BIND_FIRST)}</a> }.into_any()
    };
    if data.testing {
        return view! {
            <div class="sendbar"><div class="grow"><span class="muted desk">{t(w::TEST_LINE)}</span></div>{test("btn btn-primary")}</div>
        }
        .into_any();
    }
    view! {
        <div class="sendbar">
            <div class="grow">
                <strong><span data-tally="good">{count(data.people.good)}</span>" "{t(w::PEOPLE)}</strong>
                <span class="muted desk">{t(w::NEXT_STEP)}</span>
            </div>
            {test("btn")}
            <button class="btn btn-primary" type="submit" name="intent" value="review">{t(w::CHECK)}</button>
        </div>
    }
    .into_any()
}
