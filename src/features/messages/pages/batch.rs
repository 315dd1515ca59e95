//! `/batches/{id}`: how a batch goes, who did not get it and why, and what may be done.

use leptos::prelude::*;

use super::{
    badge::batch_badge,
    card::{Card, card},
    crumb,
    doubts::buttons_of_batch,
    history::{Held, Line, removable, table_of_batch},
    message::{Event, timeline_of},
    progress::{Progress, live},
};
use crate::{
    features::messages::model::{BatchAct, BatchState, MessageState},
    shared::{lang::Lang, rights::Right, time},
    ui::{
        blocks::{Tone, about, empty, moment, notice, number, pager, post_button},
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
    /// The stable word of the cause.
    pub word: String,
    /// Until when uncertain ones wait for receipts (Unix milliseconds).
    pub waits_until: Option<i64>,
}

impl Reason {
    /// The query that picks its messages.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", self.state.word());
        if self.state == MessageState::Failed {
            query.append_pair("reason", &self.word);
            query.extend_pairs(self.errcode.map(|code| ("errcode", code.to_string())));
        }
        query.finish()
    }
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
    /// The cause whose rows are shown, in plain words.
    pub cause: Option<String>,
    /// The openid searched for.
    pub touser: String,
    /// The file of the rows shown.
    pub export: String,
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

/// The page.
pub fn page(data: BatchView) -> AnyView {
    let progress = &data.progress;
    let line = format!("{} · {} {}", data.template, data.by, time::moment(progress.created_at, now(), lang()));
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/batches"), t(w::TITLE), data.name.clone())}
                    <div class="row"><h1>{data.name.clone()}</h1>{batch_badge(progress.state, &progress.counts)}</div>
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
    let pause = (state.takes(BatchAct::Pause) && !undo)
        .then(|| button(BatchAct::Pause, "btn", view! { {icon("pause")}<span>{pause_label(open)}</span> }.into_any()));
    let resume = state.takes(BatchAct::Resume).then(|| button(BatchAct::Resume, "btn btn-primary", resume_label(open).into_any()));
    let cancel = (state.takes(BatchAct::Cancel) && (open > 0 || undo)).then(|| {
        if undo {
            button(BatchAct::Cancel, "btn btn-danger", t(w::UNDO).into_any())
        } else {
            view! { <a class="btn btn-danger" href=format!("{}?ask=cancel", data.path())><span>{cancel_live(open)}</span></a> }.into_any()
        }
    });
    let retry = (state.takes(BatchAct::Retry) && data.retryable > 0)
        .then(|| button(BatchAct::Retry, "btn", view! { {icon("refresh")}{retry_label(data.retryable)} }.into_any()));
    let approve = (state.takes(BatchAct::Approve) && data.may_approve)
        .then(|| button(BatchAct::Approve, "btn btn-primary", t(rules::APPROVE).into_any()));
    view! { {pause}{resume}{retry}{cancel}{approve} }.into_any()
}

/// The number is kept fresh while the batch moves.
fn pause_label(open: i64) -> AnyView {
    let left = view! { <span id="left-pause">{number(open)}</span> };
    match lang() {
        Lang::Zh => view! { "暂停（剩 "{left}" 人）" }.into_any(),
        Lang::En => view! { "Pause ("{left}" left)" }.into_any(),
    }
}

fn resume_label(open: i64) -> String {
    match lang() {
        Lang::Zh => format!("继续发 {} 人", number(open)),
        Lang::En => format!("Resume ({} left)", number(open)),
    }
}

/// As [`cancel_label`], kept fresh.
fn cancel_live(open: i64) -> AnyView {
    let left = view! { <span id="left-cancel">{number(open)}</span> };
    match lang() {
        Lang::Zh => view! { "取消剩余 "{left}" 人" }.into_any(),
        Lang::En => view! { "Cancel the remaining "{left} }.into_any(),
    }
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
    let rows = data.reasons.iter().map(|one| reason(data, one)).collect_view();
    let missed: i64 = data.reasons.iter().map(|reason| reason.count).sum();
    let export =
        data.openids.then(|| view! { <a href=format!("{}/export.csv?state=missed", data.path()) download="">{export_label(missed)}</a> });
    view! {
        <section class="block" aria-labelledby="h-why">
            <header><h2 id="h-why">{t(w::REASONS)}</h2>{export}</header>
            <ul class="reasons">{rows}</ul>
        </section>
    }
    .into_any()
}

fn export_label(count: i64) -> String {
    match lang() {
        Lang::Zh => format!("导出 {} 人 CSV", number(count)),
        Lang::En => format!("Export {} as CSV", number(count)),
    }
}

fn reason(data: &BatchView, reason: &Reason) -> AnyView {
    let unsure = reason.state == MessageState::Unknown;
    let (class, name) = match (unsure, reason.worth_it) {
        (true, _) => ("icon-warn", "alert"),
        (_, true) => ("icon-info", "refresh"),
        _ => ("icon-bad", "error"),
    };
    let (meaning, hint) =
        if unsure { (t(w::UNCERTAIN).to_owned(), Some(awaited(reason))) } else { (reason.meaning.clone(), reason.hint.clone()) };
    let look = about(t(w::LOOK), &meaning);
    view! {
        <li>
            <span class=class>{icon(name)}</span>
            <b class="num">{number(reason.count)}</b>
            <div>
                <h3>{meaning}{reason.errcode.filter(|_| !unsure).map(|code| view! { " "<code>{code}</code> })}</h3>
                {hint.map(|hint| view! { <p>{hint}</p> })}
            </div>
            <div class="row reason-acts">
                {helps(data, reason)}
                <a class="btn btn-sm" href=format!("{}?{}#h-who", data.path(), reason.query()) aria-label=look>{t(w::LOOK)}</a>
            </div>
        </li>
    }
    .into_any()
}

/// What to do about uncertain ones, and until when it need not be done.
fn awaited(reason: &Reason) -> String {
    match reason.waits_until.filter(|until| *until > now()).map(|until| time::moment(until, now(), lang())) {
        Some(until) => match lang() {
            Lang::Zh => format!("回执到了会自己变成已送达或失败；{until} 还没有，就由你决定。"),
            Lang::En => format!("A receipt settles it by itself; if none came by {until}, you decide."),
        },
        None => t(w::UNCERTAIN_LINE).to_owned(),
    }
}

/// What helps against a cause.
fn helps(data: &BatchView, reason: &Reason) -> AnyView {
    if reason.state == MessageState::Unknown {
        return data.may_send.then(|| buttons_of_batch(&data.path(), data.progress.state, reason.count)).into_any();
    }
    if reason.worth_it && data.may_send && data.progress.state.takes(BatchAct::Retry) {
        let (word, code) = (reason.word.clone(), reason.errcode);
        return view! {
            <form method="post" action=data.path()>
                <input type="hidden" name="intent" value=BatchAct::Retry.word()/>
                <input type="hidden" name="reason" value=word/>
                {code.map(|code| view! { <input type="hidden" name="errcode" value=code.to_string()/> })}
                <button class="btn btn-sm" type="submit">{retry_label(reason.count)}</button>
            </form>
        }
        .into_any();
    }
    let file = format!("{}/export.csv?{}", data.path(), reason.query());
    let label = about(t(w::EXPORT), &reason.meaning);
    data.openids.then(|| view! { <a class="btn btn-sm" href=file download="" aria-label=label>{t(w::EXPORT)}</a> }).into_any()
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
        let current = (data.tab == state && data.touser.is_empty() && data.cause.is_none()).then_some("page");
        (count > 0 || state.is_none())
            .then(|| view! { <a href=to aria-current=current>{name}<span class="faint">{number(count)}</span></a> })
    };
    let body = if data.lines.is_empty() { empty(t(w::NO_ROWS), ()) } else { table_of_batch(data.lines.clone()) };
    let export = data.openids.then(|| view! { <a href=data.export.clone() download="">{t(w::EXPORT_ALL)}</a> });
    let history = href(&format!("/messages?batch={}", data.id));
    let cause = data.cause.clone().map(|meaning| {
        let all = format!("{}?state={}#h-who", data.path(), data.tab.unwrap_or(MessageState::Failed).word());
        removable(meaning, all)
    });
    view! {
        <section class="block" aria-labelledby="h-who">
            <header><h2 id="h-who">{t(w::RECIPIENTS)}</h2><div class="row">{search}{export}</div></header>
            <nav class="tabs" aria-label=t(w::OUTCOMES)>
                {tab(None, t(w::ALL), data.progress.total)}
                {MessageState::ALL.map(|state| tab(Some(state), t(state.name()), counts.of(state))).collect_view()}
            </nav>
            {cause}
            {body}
            {pager(data.first.clone(), data.next.clone())}
            <p><a href=history>{t(w::IN_HISTORY)}</a></p>
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
