//! `/messages/{id}`: one message and its way.

use leptos::prelude::*;

use super::{
    card::{Card, card},
    crumb,
    doubts::buttons_of_message,
    state_badge,
};
use crate::{
    features::messages::model::MessageState,
    shared::{
        rights::Right,
        time::{self, MINUTE},
    },
    ui::{
        blocks::{moment, post_button},
        frame, href, icon, lang, now,
        snippets::Call,
        t,
        texts::{batches, compose, messages as w, snippets},
    },
};

/// What happened to it, and when.
#[derive(Clone, Debug)]
pub struct Event {
    /// Class of the dot: empty, `ok`, `warn`, `now`.
    pub class: &'static str,
    /// What.
    pub name: String,
    /// When (Unix milliseconds).
    pub at: i64,
    /// Further words.
    pub line: Option<String>,
}

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct One {
    /// Its id.
    pub id: String,
    /// The template's title.
    pub template: String,
    /// Where to send with it again, where that may be.
    pub again: Option<String>,
    /// The recipient's name, where known and allowed.
    pub name: Option<String>,
    /// The openid, masked for those who may not see it.
    pub openid: String,
    /// The card.
    pub card: Card,
    /// What a tap opens.
    pub opens: String,
    /// Where it stands.
    pub state: MessageState,
    /// Why, in plain words, and what to do.
    pub why: Option<(String, Option<String>)>,
    /// Until when an unknown one waits for its receipt (Unix milliseconds).
    pub waits_until: Option<i64>,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// WeChat's words.
    pub errmsg: Option<String>,
    /// WeChat's id.
    pub msgid: Option<i64>,
    /// Our id against doubles.
    pub client_msg_id: String,
    /// How often WeChat was called.
    pub attempts: i64,
    /// Not sent after this (Unix milliseconds).
    pub expires_at: i64,
    /// Who sent it.
    pub by: String,
    /// Its way, newest first.
    pub events: Vec<Event>,
    /// The batch it belongs to: id and name.
    pub batch: Option<(String, String)>,
    /// Whether the person may say what became of an uncertain one, and whether it may go out again.
    pub rules: (bool, bool),
    /// Whether the person may take it back, should it still wait for its turn.
    pub may_undo: bool,
    /// Since when it is awaited what becomes of it (Unix milliseconds).
    pub since: i64,
}

/// The button's word that takes a message back.
pub const TAKE_BACK: &str = "take_back";
/// How long the page follows a message by itself; receipts come within seconds as a rule (milliseconds).
const FOLLOWED: i64 = 10 * MINUTE;

impl One {
    /// Whether it may change by itself in a moment.
    fn moves(&self) -> bool {
        matches!(self.state, MessageState::Queued | MessageState::Sending | MessageState::Accepted) && now() - self.since < FOLLOWED
    }
}

/// The page.
pub fn page(data: One) -> AnyView {
    let who = data.name.clone().unwrap_or_else(|| data.openid.clone());
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/messages"), t(w::TITLE), who.clone())}
                    <div class="row"><h1>{t(w::ONE_TITLE)}" · "{who}</h1>{state_badge(data.state)}</div>
                    <p>{data.template.clone()}" · "{data.by.clone()}</p>
                </div>
                <div class="row">{undo(&data)}{data.again.clone().map(|to| view! { <a class="btn" href=to>{icon("send")}{t(w::AGAIN)}</a> })}</div>
            </div>
            {data.moves().then(|| view! { <noscript><meta http-equiv="refresh" content="5"/></noscript> })}
            <div class="split">
                <div class="stack">
                    <div id="standing" data-poll=data.moves().then_some("")>{why(&data)}</div>
                    {timeline_of(t(w::TIMELINE), data.events.clone())}
                    {frame().may(Right::OwnKeys).then(|| Call::get(format!("/api/v1/messages/{}", data.id)).block("head-call", snippets::TITLE))}
                </div>
                <div class="stack">{snapshot(&data)}{facts(&data)}</div>
            </div>
        </main>
    }
    .into_any()
}

fn undo(data: &One) -> Option<AnyView> {
    (data.may_undo && data.state == MessageState::Queued)
        .then(|| post_button(href(&format!("/messages/{}", data.id)), TAKE_BACK, "btn btn-danger", t(batches::UNDO)))
}

fn why(data: &One) -> AnyView {
    let Some((meaning, hint)) = data.why.clone() else { return ().into_any() };
    let (class, name) = match data.state {
        MessageState::Failed => ("icon-bad", "error"),
        MessageState::Unknown => ("icon-warn", "alert"),
        _ => ("icon-info", "info"),
    };
    let waits = data.waits_until.map(|until| {
        if until > now() {
            view! { <p>{t(w::WAITS_UNTIL)}" "{time::moment(until, now(), lang())}</p> }.into_any()
        } else {
            view! { <p>{t(w::WAITED)}</p> }.into_any()
        }
    });
    let (may, may_again) = data.rules;
    let rules =
        (may && data.state == MessageState::Unknown).then(|| buttons_of_message(&href(&format!("/messages/{}", data.id)), may_again));
    let raw = data.errmsg.clone().filter(|words| !words.is_empty());
    view! {
        <section class="block" aria-labelledby="head-why">
            <header><h2 id="head-why">{t(w::WHY)}</h2></header>
            <ul class="reasons reasons-one">
                <li>
                    <span class=class>{icon(name)}</span>
                    <div>
                        <h3>{meaning}{data.errcode.map(|code| view! { " "<code>{code}</code> })}</h3>
                        {hint.map(|hint| view! { <p>{hint}</p> })}
                        {waits}
                        {rules}
                        {raw.map(|words| view! {
                            <details><summary>{t(w::RAW)}</summary><p class="mono" lang="en">{words}</p></details>
                        })}
                    </div>
                </li>
            </ul>
        </section>
    }
    .into_any()
}

/// What happened, newest first.
pub fn timeline_of(heading: &'static str, events: Vec<Event>) -> AnyView {
    let lines = events.into_iter().map(|event| {
        let exact = time::clock_seconds(event.at);
        let day = (time::day_number(event.at) != time::day_number(now())).then(|| format!("{} ", time::date(event.at)));
        view! {
            <li class=event.class>
                <div>
                    <b>{event.name}</b>
                    <time class="faint" datetime=time::rfc3339(event.at)>{day}{exact}</time>
                </div>
                {event.line.map(|line| view! { <p>{line}</p> })}
            </li>
        }
    });
    view! {
        <section class="block" aria-labelledby="head-way">
            <header><h2 id="head-way">{heading}</h2></header>
            <ol class="timeline">{lines.collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn snapshot(data: &One) -> AnyView {
    view! {
        <section class="block" aria-labelledby="head-card">
            <header><h2 id="head-card">{t(w::SNAPSHOT)}</h2></header>
            <div class="wx-stage">{card(data.card.clone())}</div>
            <dl class="kv kv-foot"><div><dt>{t(w::OPENS)}</dt><dd class="mono">{data.opens.clone()}</dd></div></dl>
        </section>
    }
    .into_any()
}

fn facts(data: &One) -> AnyView {
    let line = |name: &'static str, value: AnyView| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let mono = |text: String| view! { <span class="mono">{text}</span> }.into_any();
    view! {
        <section class="block" aria-labelledby="head-facts">
            <header><h2 id="head-facts">{t(w::FACTS)}</h2></header>
            <dl class="kv">
                {line(t(w::RECIPIENT), mono(data.openid.clone()))}
                {data.batch.clone().map(|(id, name)| line(t(w::BATCH), view! { <a href=href(&format!("/batches/{id}"))>{name}</a> }.into_any()))}
                {line(t(w::MSGID), mono(data.msgid.map_or_else(|| "—".to_owned(), |id| id.to_string())))}
                {line(t(w::CLIENT_MSG_ID), mono(data.client_msg_id.clone()))}
                {line(t(w::ATTEMPTS), data.attempts.into_any())}
                {line(t(w::EXPIRES), moment(data.expires_at))}
                {line(t(w::BY), data.by.clone().into_any())}
            </dl>
        </section>
    }
    .into_any()
}
