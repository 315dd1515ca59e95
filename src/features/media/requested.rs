//! Asking a colleague for a second opinion about one picture: the form, what stands on the picture's page, and the list of what waits.

use leptos::prelude::*;

use super::review::{COMMENT_MAX, name_of};
use crate::{
    shared::shown::shown,
    ui::{
        blocks::{self, Tone, moment},
        form::field_error,
        href, icon, t,
        texts::opinions as w,
    },
};

/// A second opinion that somebody asked for. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The picture's id.
    pub picture: String,
    /// Who sent it.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// Whether it has a thumbnail.
    pub thumb: bool,
    /// What the colleague should know.
    pub note: Option<String>,
    /// Who asked, with the kind in front.
    pub by: String,
    /// When.
    pub at: i64,
}

/// What a reviewer may do about asking for a picture's second opinion.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// What was asked for.
    pub request: Option<Request>,
    /// Where both forms post to.
    pub action: String,
    /// Where they lead back to.
    pub back: String,
    /// Whether it may be asked for now.
    pub asks: bool,
    /// Whether the visitor may take the request back.
    pub withdraws: bool,
    /// The typed note.
    pub note: String,
    /// Why it was refused.
    pub refused: Option<String>,
}

impl Door {
    /// Whether there is nothing to show.
    pub const fn shut(&self) -> bool {
        self.request.is_none() && !self.asks && self.refused.is_none()
    }
}

/// What was asked for, or the form that asks.
pub fn door(door: Door) -> AnyView {
    let refused = door.refused.map(|text| view! { <div role="alert">{field_error("request", text)}</div> });
    let Some(request) = door.request else {
        let form = door.asks.then(|| {
            view! {
                <form class="pickrow" id="request" method="post" action=door.action>
                    <input type="hidden" name="back" value=door.back/>
                    <label class="sr-only" for="request-note">{t(w::NOTE)}</label>
                    <input class="input" id="request-note" name="note" autocomplete="off" placeholder=t(w::NOTE_HINT) maxlength=COMMENT_MAX.to_string() value=door.note/>
                    <button class="btn" type="submit" name="intent" value="ask">{t(w::REQUEST)}</button>
                </form>
            }
        });
        return view! { {refused}{form} }.into_any();
    };
    let withdraw = door.withdraws.then(|| {
        view! {
            <form method="post" action=door.action>
                <input type="hidden" name="back" value=door.back/>
                <button class="btn btn-sm" type="submit" name="intent" value="withdraw">{t(w::WITHDRAW)}</button>
            </form>
        }
    });
    view! { {refused}<div class="judged requested">{said(&request)}{withdraw}</div> }.into_any()
}

/// That it waits, who asked and when, and the note.
fn said(request: &Request) -> AnyView {
    let (before, after) = t(w::REQUESTED_BY).split_once("{time}").unwrap_or_default();
    let before = before.replace("{name}", name_of(&request.by));
    let note = request.note.clone().map(|text| view! { <p>{text}</p> });
    view! {
        <p class="row">{blocks::badge(Tone::Warn, t(w::WAITS))}</p>
        <p class="faint">{before}{moment(request.at)}{after}</p>
        {note}
    }
    .into_any()
}

/// The link to the next picture for a second opinion; `count` were asked for and wait for the visitor.
pub fn next_link(count: Option<String>, after: Option<&str>, small: bool) -> AnyView {
    let to = after.map_or_else(|| href("/media/opinions/next"), |id| href(&format!("/media/opinions/next?after={id}")));
    let count = count.map(|count| view! { <span class="faint">{t(w::REQUESTED_COUNT).replace("{n}", &count)}</span> });
    let class = if small { "btn btn-sm" } else { "btn" };
    view! { <a class=class href=to>{t(w::NEXT)}{count}{icon("right")}</a> }.into_any()
}

/// The list of what was asked for.
pub fn list(requests: Vec<Request>) -> AnyView {
    if requests.is_empty() {
        return blocks::empty(t(w::NONE_REQUESTED), ());
    }
    view! { <ul class="opinions">{requests.into_iter().map(row).collect_view()}</ul> }.into_any()
}

fn row(request: Request) -> AnyView {
    let path = href(&format!("/media/{}", request.picture));
    let name = [&request.user_id, &request.answer_title, &request.question_id].map(|name| shown(name)).join(" · ");
    let image = request.thumb.then(|| {
        let source = format!("{path}/thumb?size=160");
        view! { <img src=source alt="" width="160" height="160" loading="lazy" decoding="async"/> }
    });
    view! {
        <li class="opinion">
            <a class="opinion-thumb" href=path.clone() tabindex="-1" aria-hidden="true">{image}</a>
            <div class="opinion-name"><a href=path>{name}</a></div>
            <div>{said(&request)}</div>
        </li>
    }
    .into_any()
}
