//! `/batches/{id}`: how a batch goes, who did not get it and why, and what may be done.

use leptos::prelude::*;

use super::{
    card::{Card, card},
    crumb,
    history::{Held, Line, table_of_batch},
    message::{Event, timeline_of},
    progress::{Progress, live},
};
use crate::{
    features::messages::model::{BatchAct, BatchState, MessageState},
    shared::{lang::Lang, rights::Right, time},
    ui::{
        blocks::{Tone, badge, empty, moment, notice, number, pager, post_button},
        confirm::Confirm,
        frame, href, icon, lang, now,
        snippets::Call,
        t,
        texts::{batches as w, compose, messages, rules, snippets},
    },
};

/// One cause, and what helps.
#[derive(Clone, Debug)]
pub struct Reason {
    /// State of its messages.
    pub state: MessageState,
    /// What happened.
    pub meaning: String,
    /// What to do.
    pub hint: Option<String>,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// How many messages.
    pub count: i64,
    /// Whether a second try can help.
    pub worth_it: bool,
}

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct BatchView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The template's title.
    pub template: String,
    /// Who filed it.
    pub by: String,
    /// How it goes.
    pub progress: Progress,
    /// Why it stands still: what, what to do, WeChat's code.
    pub paused: Option<(String, Option<String>, Option<i64>)>,
    /// Why the account's sending stands still.
    pub held: Option<Held>,
    /// Recipients named twice, and those refused when it was filed.
    pub skipped: (i64, usize),
    /// Causes, most first.
    pub reasons: Vec<Reason>,
    /// The rows shown.
    pub lines: Vec<Line>,
    /// The state whose rows are shown.
    pub tab: Option<MessageState>,
    /// The openid searched for.
    pub touser: String,
    /// Links to the first and the next page.
    pub first: Option<String>,
    /// The next page.
    pub next: Option<String>,
    /// The card everybody shares.
    pub card: Card,
    /// What a tap opens.
    pub opens: String,
    /// Not sent after this (Unix milliseconds).
    pub latest: i64,
    /// What was done, newest first.
    pub events: Vec<Event>,
    /// Whether openids may be seen and searched.
    pub openids: bool,
    /// Whether the person may pause, resume, cancel, retry.
    pub may_send: bool,
    /// Whether the person may let it go, should it wait for that.
    pub may_approve: bool,
    /// How many a bare retry takes.
    pub retryable: i64,
    /// Link to compose the same again.
    pub again: Option<String>,
}

impl BatchView {
    fn path(&self) -> String {
        href(&format!("/batches/{}", self.id))
    }
}

/// The badge of a batch.
pub fn batch_badge(state: BatchState, failed: bool) -> AnyView {
    let tone = match state {
        BatchState::Done if failed => return badge(Tone::Warn, t(w::PARTLY)),
        BatchState::Done => Tone::Ok,
        BatchState::Running => Tone::Run,
        BatchState::Paused | BatchState::AwaitingApproval => Tone::Warn,
        BatchState::Scheduled | BatchState::Cancelled => Tone::Plain,
    };
    badge(tone, t(state.name()))
}

/// The page.
pub fn page(data: BatchView) -> AnyView {
    let progress = &data.progress;
    let line = format!("{} · {} {}", data.template, data.by, time::moment(progress.created_at, now(), lang()));
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/batches"), t(w::TITLE), data.name.clone())}
                    <div class="row"><h1>{data.name.clone()}</h1>{batch_badge(progress.state, progress.counts.failed > 0)}</div>
                    <p>{line}</p>
                </div>
                <div class="row grow-hand">{data.may_send.then(|| actions(&data))}</div>
            </div>
            {notices(&data)}
            {live(progress.clone(), &format!("{}/live", data.path()))}
            <div class="split">
                <div class="stack">{reasons(&data)}{recipients(&data)}</div>
                <div class="stack">{snapshot(&data)}{timeline_of(t(w::TIMELINE), data.events.clone())}</div>
            </div>
            {frame().may(Right::OwnKeys).then(|| Call::get(format!("/api/v1/batches/{}", data.id)).block("head-call", snippets::TITLE))}
        </main>
    }
    .into_any()
}

fn actions(data: &BatchView) -> AnyView {
    let (state, open) = (data.progress.state, data.progress.counts.queued);
    let button = |act: BatchAct, class, label: AnyView| post_button(data.path(), act.word(), class, label);
    let undo = state == BatchState::Scheduled && data.progress.starts_soon();
    let pause =
        (state.takes(BatchAct::Pause) && !undo).then(|| button(BatchAct::Pause, "btn", view! { {icon("pause")}{t(w::PAUSE)} }.into_any()));
    let resume = state.takes(BatchAct::Resume).then(|| button(BatchAct::Resume, "btn btn-primary", t(w::RESUME).into_any()));
    let cancel = (state.takes(BatchAct::Cancel) && (open > 0 || undo)).then(|| {
        if undo {
            button(BatchAct::Cancel, "btn btn-danger", t(w::UNDO).into_any())
        } else {
            view! { <a class="btn btn-danger" href=format!("{}?ask=cancel", data.path())>{cancel_label(open)}</a> }.into_any()
        }
    });
    let retry = (state.takes(BatchAct::Retry) && data.retryable > 0)
        .then(|| button(BatchAct::Retry, "btn", view! { {icon("refresh")}{retry_label(data.retryable)} }.into_any()));
    let approve = (state.takes(BatchAct::Approve) && data.may_approve)
        .then(|| button(BatchAct::Approve, "btn btn-primary", t(rules::APPROVE).into_any()));
    view! { {pause}{resume}{retry}{cancel}{approve} }.into_any()
}

fn cancel_label(open: i64) -> String {
    match lang() {
        Lang::Zh => format!("取消剩余 {} 人", number(open)),
        Lang::En => format!("Cancel the remaining {}", number(open)),
    }
}

fn retry_label(count: i64) -> String {
    match lang() {
        Lang::Zh => format!("重试 {} 人", number(count)),
        Lang::En => format!("Retry {}", number(count)),
    }
}

fn notices(data: &BatchView) -> AnyView {
    let paused = data.paused.clone().filter(|_| data.progress.state == BatchState::Paused).map(|(meaning, hint, code)| {
        let code = code.map(|code| view! { " "<code>{code}</code> });
        notice(Tone::Warn, view! { <strong>{t(w::PAUSED)}{meaning}</strong>{code}{hint.map(|hint| view! { <p>{hint}</p> })} })
    });
    let held = data.held.clone().filter(|_| data.progress.counts.open() > 0).map(|held| {
        notice(Tone::Warn, view! { <strong>{t(w::HELD)}{held.meaning}</strong>{held.errcode.map(|code| view! { " "<code>{code}</code> })}<p>{held.hint}</p> })
    });
    let (duplicates, rejected) = data.skipped;
    let skipped = (duplicates > 0 || rejected > 0).then(|| {
        let words = match lang() {
            Lang::Zh => format!("{} 个重复，已合并；{} 个不符合要求，没有提交", number(duplicates), rejected),
            Lang::En => format!("{} duplicates merged; {} refused by the rules", number(duplicates), rejected),
        };
        view! { <p class="faint">{t(w::REJECTED)}" "{words}</p> }
    });
    let waits = (data.progress.state == BatchState::AwaitingApproval)
        .then(|| notice(Tone::Warn, view! { <strong>{t(rules::WAITS)}</strong><p>{t(rules::WAITS_LINE)}</p> }));
    view! { {waits}{paused}{held}{skipped} }.into_any()
}

fn reasons(data: &BatchView) -> AnyView {
    if data.reasons.is_empty() {
        return ().into_any();
    }
    let rows = data.reasons.iter().map(|reason| {
        let (class, name) = match (reason.state, reason.worth_it) {
            (MessageState::Unknown, _) => ("icon-warn", "alert"),
            (_, true) => ("icon-info", "refresh"),
            _ => ("icon-bad", "error"),
        };
        let (meaning, hint) = if reason.state == MessageState::Unknown {
            (t(w::UNCERTAIN).to_owned(), Some(t(w::UNCERTAIN_LINE).to_owned()))
        } else {
            (reason.meaning.clone(), reason.hint.clone())
        };
        let list = format!("{}?state={}", data.path(), reason.state.word());
        view! {
            <li>
                <span class=class>{icon(name)}</span>
                <b class="num">{number(reason.count)}</b>
                <div>
                    <h3>{meaning}{reason.errcode.map(|code| view! { " "<code>{code}</code> })}</h3>
                    {hint.map(|hint| view! { <p>{hint}</p> })}
                </div>
                <a class="btn btn-sm" href=list>{t(w::LOOK)}</a>
            </li>
        }
    });
    let export = data.openids.then(|| view! { <a href=format!("{}/export.csv?state=failed", data.path()) download="">{t(w::EXPORT)}</a> });
    view! {
        <section class="block" aria-labelledby="h-why">
            <header><h2 id="h-why">{t(w::REASONS)}</h2>{export}</header>
            <ul class="reasons">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn recipients(data: &BatchView) -> AnyView {
    let search = data.openids.then(|| {
        view! {
            <form class="filters" role="search" method="get" action=data.path()>
                <div class="search search-sm">
                    {icon("search")}
                    <input class="input input-sm mono" type="search" name="touser" value=data.touser.clone() aria-label=t(w::SEARCH)
                        placeholder=t(w::SEARCH) spellcheck="false" autocomplete="off"/>
                </div>
            </form>
        }
    });
    let counts = data.progress.counts;
    let tab = |state: Option<MessageState>, name: &'static str, count: i64| {
        let to = state.map_or_else(|| data.path(), |state| format!("{}?state={}", data.path(), state.word()));
        let current = (data.tab == state && data.touser.is_empty()).then_some("page");
        (count > 0 || state.is_none())
            .then(|| view! { <a href=to aria-current=current>{name}<span class="faint">{number(count)}</span></a> })
    };
    let body = if data.lines.is_empty() { empty(t(w::NO_ROWS), ()) } else { table_of_batch(data.lines.clone()) };
    let export = data.openids.then(|| {
        let state = data.tab.map(|state| format!("?state={}", state.word())).unwrap_or_default();
        view! { <a href=format!("{}/export.csv{state}", data.path()) download="">{t(w::EXPORT_ALL)}</a> }
    });
    view! {
        <section class="block" aria-labelledby="h-who">
            <header><h2 id="h-who">{t(w::RECIPIENTS)}</h2><div class="row">{search}{export}</div></header>
            <nav class="tabs" aria-label=t(w::OUTCOMES)>
                {tab(None, t(w::ALL), data.progress.total)}
                {MessageState::ALL.map(|state| tab(Some(state), t(state.name()), counts.of(state))).collect_view()}
            </nav>
            {body}
            {pager(data.first.clone(), data.next.clone())}
        </section>
    }
    .into_any()
}

fn snapshot(data: &BatchView) -> AnyView {
    let again = data.again.clone().map(|to| view! { <a href=to>{t(w::AGAIN)}</a> });
    view! {
        <section class="block" aria-labelledby="h-snap">
            <header><h2 id="h-snap">{t(w::SNAPSHOT)}</h2>{again}</header>
            <div class="wx-stage">{card(data.card.clone())}</div>
            <p class="faint">{t(w::OWN_VALUES)}</p>
            <dl class="kv kv-foot">
                <div><dt>{t(messages::OPENS)}</dt><dd class="mono">{data.opens.clone()}</dd></div>
                <div><dt>{t(w::LATEST)}</dt><dd>{moment(data.latest)}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

/// The question before what is left is dropped.
pub fn ask_cancel(id: &str, name: String, open: i64) -> AnyView {
    let path = href(&format!("/batches/{id}"));
    Confirm::new(t(w::CONFIRM_CANCEL), t(w::CONFIRM_LINE), path.clone(), path)
        .from(name)
        .field("intent", BatchAct::Cancel.word())
        .button(cancel_label(open))
        .stay(t(w::KEEP))
        .view()
}
