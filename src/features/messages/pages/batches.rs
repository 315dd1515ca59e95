//! `/batches`: the batches of an account.

use leptos::prelude::*;

use super::{
    batch::batch_badge,
    history::{Choices, Filters, filter_form},
};
use crate::{
    features::messages::model::{BatchState, Counts},
    shared::rights::Right,
    ui::{
        blocks::{empty, moment, number, pager},
        frame, href, icon,
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
    /// How it stands.
    pub state: BatchState,
    /// Where its messages stand.
    pub counts: Counts,
    /// How many those are.
    pub total: i64,
    /// Who filed it.
    pub by: String,
    /// When (Unix milliseconds).
    pub at: i64,
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
    let rows = lines.into_iter().map(|line| {
        let handled = line.total - line.counts.open();
        view! {
            <tr>
                <td><a href=href(&format!("/batches/{}", line.id))>{line.name}</a><div class="faint">{line.template}</div></td>
                <td class="to-end">{batch_badge(line.state, line.counts.failed > 0)}</td>
                <td class="num">
                    {format!("{} / {}", number(line.counts.delivered), number(line.total))}
                    <progress class="meter" aria-label=t(w::HANDLED) value=handled.to_string() max=line.total.max(1).to_string()></progress>
                </td>
                <td class="muted desk">{line.by}</td>
                <td class="muted num to-end">{moment(line.at)}</td>
            </tr>
        }
    });
    view! {
        <table class="table table-cards">
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
