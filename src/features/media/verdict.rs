//! The form in which a picture is judged, on its own page and on the desk; and how a judgement is shown.

use leptos::prelude::*;

use super::review::{COMMENT_MAX, Judged, Review, Verdict, said};
use crate::{
    shared::lang::Text,
    ui::{
        blocks::{self, Tone, moment},
        confirm::typed,
        form::field_error,
        href, icon, lang, t,
        texts::{asking, picked, review as w},
    },
};

/// What the form holds.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it posts to.
    pub action: String,
    /// The moment of the judgement that is shown, 0 for none: whoever judges must know of it.
    pub seen: i64,
    /// The reasons offered.
    pub reasons: Vec<String>,
    /// The chosen reason.
    pub reason: String,
    /// The typed comment.
    pub comment: String,
    /// Why it was refused.
    pub refused: Option<String>,
    /// The number of pictures, where it has to be typed.
    pub count: Option<i64>,
    /// Whether there is a judgement to clear.
    pub judged: bool,
    /// Whether keys are named on the buttons.
    pub keys: bool,
    /// Whether the visitor may change the reasons.
    pub may_edit: bool,
}

/// In place of the form: somebody else looks at the picture.
pub fn taken(name: &str) -> AnyView {
    let text = t(w::TAKEN).replace("{name}", name);
    blocks::notice(Tone::Warn, view! { <p>{text}</p> })
}

/// The form. Its id is `verdict`, so that buttons elsewhere on the page can belong to it.
pub fn form(form: Form) -> AnyView {
    let key = |text: &'static str| form.keys.then(|| view! { <kbd class="desk" aria-hidden="true">{text}</kbd> });
    let (pass_key, reject_key) = (key("1"), key("2"));
    let refused = form.refused.map(|text| view! { <div role="alert">{field_error("reason", text)}</div> });
    let edit = form.may_edit.then(|| view! { <a class="hint" href=href("/media/reasons")>{t(w::EDIT_REASONS)}</a> });
    let asking = form.may_edit.then(|| view! { <a class="hint" href=href("/media/asking")>{t(asking::MANNER)}</a> });
    let chips = form.reasons.into_iter().map(|reason| chip(reason, &form.reason)).collect_view();
    let count = form.count.map(|count| typed("count", t(picked::TYPE_COUNT).replace("{n}", &blocks::number(count))));
    let clear = form.judged.then(|| {
        view! { <button class="btn btn-ghost" type="submit" name="intent" value="clear" formnovalidate=true>{t(w::CLEAR)}</button> }
    });
    view! {
        <form class="verdict" id="verdict" method="post" action=form.action>
            // The first button is the one that Enter in the comment presses; it must be none of the verdicts.
            <button type="submit" disabled=true hidden=true></button>
            <input type="hidden" name="seen" value=form.seen.to_string()/>
            {count}
            <button class="btn btn-primary" type="submit" name="intent" value="pass" accesskey="1" formnovalidate=true>
                {icon("check")}{t(w::PASS)}{pass_key}
            </button>
            <fieldset class="reasonset">
                <legend>{t(w::REASONS)}</legend>
                <div class="row">{chips}{edit}{asking}</div>
                {refused}
            </fieldset>
            <label class="field">
                <span class="sr-only">{t(w::COMMENT)}</span>
                <input class="input" name="comment" autocomplete="off" placeholder=t(w::COMMENT_HINT) maxlength=COMMENT_MAX.to_string() value=form.comment/>
            </label>
            <div class="two">
                <button class="btn btn-danger" type="submit" name="intent" value="reject" accesskey="2">{icon("x")}{t(w::REJECT)}{reject_key}</button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}

fn chip(reason: String, chosen: &str) -> AnyView {
    let checked = reason == chosen;
    view! {
        <label class="choice">
            <input type="radio" name="reason" value=reason.clone() checked=checked required=true/>
            <span class="chip chip-sm">{said(&reason, lang())}</span>
        </label>
    }
    .into_any()
}

/// A judgement with its reason, who gave it and when.
pub fn shown(review: Option<&Review>) -> AnyView {
    let Some(review) = review else { return blocks::badge(Tone::Plain, t(w::UNREVIEWED)) };
    let badge = match review.verdict {
        Verdict::Pass => blocks::badge(Tone::Ok, t(w::PASSED)),
        Verdict::Reject => blocks::badge(Tone::Bad, t(w::REJECTED)),
    };
    let (before, after) = t(w::BY).split_once("{time}").unwrap_or_default();
    let before = before.replace("{name}", review.name());
    let comment = review.comment.clone().map(|text| view! { <p class="muted">{text}</p> });
    view! {
        <div class="judged">
            <p class="row">{badge}{review.reason.as_deref().map(|reason| view! { <b>{said(reason, lang())}</b> })}</p>
            <p class="faint">{before}{moment(review.at)}{after}</p>
            {comment}
        </div>
    }
    .into_any()
}

/// The name of where a picture stands.
pub const fn judged_name(judged: Judged) -> Text {
    match judged {
        Judged::Unreviewed => w::UNREVIEWED,
        Judged::Passed => w::PASSED,
        Judged::Rejected => w::REJECTED,
    }
}
