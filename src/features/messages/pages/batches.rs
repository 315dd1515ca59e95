//! `/batches`: the batches of an account.

use leptos::prelude::*;

use super::{
    badge::batch_badge,
    history::{Choices, Filters, filter_form},
    progress::{Progress, bar},
};
use crate::{
    features::messages::model::BatchState,
    shared::rights::Right,
    ui::{
        blocks::{empty, moment, number, pager},
        frame, href, icon, now,
        snippets::Call,
        t,
        texts::{batches as w, messages, rules, snippets},
    },
};

/// One batch.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The template's title.
    pub template: String,
    /// How it goes.
    pub progress: Progress,
    /// Who filed it.
    pub by: String,
}

/// Everything the page shows.
#[derive(Clone, Debug, Default)]
pub struct Batches {
    /// The rows.
    pub lines: Vec<Line>,
    /// The filters as given.
    pub filters: Filters,
    /// What they offer.
    pub choices: Choices,
    /// Whether the person may send.
    pub may_send: bool,
    /// Whether the person may lay down the rules of sending.
    pub may_rule: bool,
    /// Link to the first page, when this is not it.
    pub first: Option<String>,
    /// Link to the next page.
    pub next: Option<String>,
}

/// As many rows are kept fresh at once.
pub const WATCHED: usize = 10;

/// The tabs of the history: batches, or message by message.
pub fn tabs(batches: bool) -> AnyView {
    let current = |here: bool| here.then_some("page");
    view! {
        <nav class="tabs" aria-label=t(w::VIEWS)>
            <a href=href("/messages") aria-current=current(!batches)>{t(w::EACH)}</a>
            <a href=href("/batches") aria-current=current(batches)>{t(w::TITLE)}</a>
        </nav>
    }
    .into_any()
}

/// The page.
pub fn page(data: Batches) -> AnyView {
    let new = data.may_send.then(|| view! { <a class="btn btn-primary" href=href("/send")>{icon("send")}{t(messages::NEW)}</a> });
    let rules = data.may_rule.then(|| view! { <a class="btn" href=href("/batches/rules")>{icon("gear")}{t(rules::TITLE)}</a> });
    let body = match (data.lines.is_empty(), data.filters.is_empty()) {
        (true, true) => empty(t(w::EMPTY), data.may_send.then(|| view! { <a class="btn" href=href("/send")>{t(messages::NEW)}</a> })),
        (true, false) => empty(t(messages::NO_MATCH), view! { <a class="btn" href=href("/batches")>{t(messages::CLEAR)}</a> }),
        (false, _) => table(data.lines.clone()),
    };
    view! {
        <main id="main" class="page">
            <div class="page-head"><div><h1>{t(messages::TITLE)}</h1></div><div class="row">{rules}{new}</div></div>
            {tabs(true)}
            {filter_form("/batches", (w::ANY_STATE, &BatchState::ALL.map(|state| (state.word(), state.name()))), &data.choices, &data.filters)}
            {body}
            {pager(data.first, data.next)}
            {frame().may(Right::OwnKeys).then(call)}
        </main>
    }
    .into_any()
}

/// A batch by API.
fn call() -> AnyView {
    let body = serde_json::json!({
        "template_id": "TEMPLATE_ID",
        "data": {"thing1": "…"},
        "recipients": [{"touser": "OPENID"}, {"touser": "OPENID", "data": {"thing1": "…"}}],
    });
    Call::post("/api/v1/batches", body).block("head-call", snippets::TITLE)
}

fn table(lines: Vec<Line>) -> AnyView {
    let moving: Vec<&str> = lines.iter().filter(|line| line.progress.moves(now())).take(WATCHED).map(|line| line.id.as_str()).collect();
    let watched = (!moving.is_empty()).then(|| href(&format!("/batches/live?ids={}", moving.join(","))));
    let refresh = watched.is_some().then(|| view! { <noscript><meta http-equiv="refresh" content="10"/></noscript> });
    let rows = lines.into_iter().map(|line| {
        view! {
            <tr>
                <td><a href=href(&format!("/batches/{}", line.id))>{line.name}</a><div class="faint">{line.template}</div></td>
                <td class="to-end"><span id=state_id(&line.id)>{batch_badge(line.progress.state, &line.progress.counts)}</span></td>
                <td class="num"><div id=sent_id(&line.id)>{sent(&line.progress)}</div></td>
                <td class="muted desk">{line.by}</td>
                <td class="muted num to-end">{moment(line.progress.created_at)}</td>
            </tr>
        }
    });
    view! {
        {refresh}
        <table class="table table-cards" data-live=watched>
            <caption class="sr-only">{t(w::CAPTION)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(w::NAME)}</th><th scope="col">{t(w::STATE)}</th><th scope="col" class="num">{t(w::PROGRESS)}</th>
                    <th scope="col">{t(w::BY)}</th><th scope="col" class="num">{t(w::TIME)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn state_id(id: &str) -> String {
    format!("state-{id}")
}

fn sent_id(id: &str) -> String {
    format!("sent-{id}")
}

/// How many have it, and the bar.
fn sent(progress: &Progress) -> AnyView {
    view! { {format!("{} / {}", number(progress.counts.delivered), number(progress.total))}{bar("bar bar-thin", progress)} }.into_any()
}

/// What changes in a row while its batch moves, by the ids of where it belongs.
pub fn pieces(id: &str, progress: &Progress) -> AnyView {
    view! {
        <span id=state_id(id)>{batch_badge(progress.state, &progress.counts)}</span>
        <div id=sent_id(id)>{sent(progress)}</div>
    }
    .into_any()
}
