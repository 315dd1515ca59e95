//! The overview: its head, the strip of numbers, what needs somebody, and the first steps.

use leptos::prelude::*;

use super::{
    model::{Day, Followers, Part, Pictures, Shown, Steps, Unread},
    todo::{Grade, Todo},
    widgets,
};
use crate::{
    shared::{
        lang::{Lang, Text},
        rights::Right,
        time,
    },
    ui::{
        blocks::{Tone, counted, notice, number, page_head},
        frame, href, icon, lang, now, t,
        texts::{overview as w, shell},
    },
};

/// The page.
pub fn overview(shown: Shown) -> AnyView {
    let compose = frame().may(Right::Compose).then(|| {
        view! { <a class="btn btn-primary desk" href=href("/send")>{icon("plus")}{t(shell::SEND)}</a> }
    });
    let head = page_head(t(shell::OVERVIEW), Some(line(&shown)), compose);
    let side = shown.token.is_some() || shown.newest.is_some();
    view! {
        <main id="main" class="page">
            {head}
            {stats(&shown)}
            <div class=if side { "split" } else { "stack" }>
                <div class="stack">
                    {shown.steps.map(first_steps)}
                    {todo_block(shown.todos, shown.steps.is_some())}
                    {shown.trend.map(widgets::trend)}
                    {shown.recent.map(widgets::recent)}
                </div>
                {side.then(|| view! {
                    <div class="stack">
                        {shown.token.map(widgets::token)}
                        {shown.newest.map(widgets::newest)}
                    </div>
                })}
            </div>
        </main>
    }
    .into_any()
}

/// The notice in place of a part that could not be read.
pub fn unread() -> AnyView {
    notice(Tone::Warn, t(w::UNREAD))
}

fn line(shown: &Shown) -> String {
    let day = time::day(now(), lang());
    let count = shown.todos.as_ref().map_or(0, Vec::len);
    match (lang(), count) {
        (Lang::Zh, 0) => format!("{day}。{}。", t(w::NOTHING)),
        (Lang::Zh, _) => format!("{day}。今天有 {count} 件事需要你处理。"),
        (Lang::En, 0) => format!("{day}. {}.", t(w::NOTHING)),
        (Lang::En, _) => format!("{day}. {}.", counted(count.try_into().unwrap_or(0), "", "thing needs you", "things need you")),
    }
}

fn stats(shown: &Shown) -> AnyView {
    let fresh = shown.steps.is_some_and(|steps| !steps.sent);
    let mut parts = Vec::new();
    if let Some(sends) = shown.sends {
        parts.push(stat(w::SENT_TODAY, sends.map(|(today, _)| sent(&today, shown.quota, fresh))));
        parts.push(stat(w::RATE, sends.map(|(today, yesterday)| rate(&today, &yesterday))));
    }
    if let Some(pictures) = shown.pictures {
        parts.push(stat(w::PICTURES_TODAY, pictures.map(|pictures| pictures_today(&pictures))));
    }
    if let Some(people) = shown.followers {
        parts.push(stat(w::FOLLOWERS, people.map(|people| followers(&people, shown.steps.is_some_and(|steps| !steps.connected)))));
    }
    if parts.is_empty() {
        return ().into_any();
    }
    let class = format!("stats stats-{}", parts.len());
    view! { <dl class=class>{parts}</dl> }.into_any()
}

fn stat(name: Text, part: Part<AnyView>) -> AnyView {
    let body = part.unwrap_or_else(|Unread| view! { <span class="num">"—"</span><div class="faint">{t(w::UNREAD)}</div> }.into_any());
    view! { <div class="stat"><dt>{t(name)}</dt><dd>{body}</dd></div> }.into_any()
}

fn nothing() -> AnyView {
    view! { <span class="num">"—"</span><div class="faint">{t(w::NOTHING_YET)}</div> }.into_any()
}

fn sent(today: &Day, quota: i64, fresh: bool) -> AnyView {
    if fresh {
        return nothing();
    }
    let sent = today.sent();
    let percent = sent as f64 * 100.0 / quota.max(1) as f64;
    let used = match lang() {
        Lang::Zh => format!("额度 {}，已用 {percent:.1}%", number(quota)),
        Lang::En => format!("Quota {}, {percent:.1}% used", number(quota)),
    };
    view! {
        <span class="num">{number(sent)}</span><span class="unit">{t(w::UNIT_MESSAGES)}</span>
        <progress class="meter" aria-label=t(w::QUOTA) value=sent.min(quota).to_string() max=quota.to_string()>
            {format!("{percent:.1}%")}
        </progress>
        <span class="faint">{used}</span>
    }
    .into_any()
}

/// Tenths of a percent as `99.2`.
fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// A change with its arrow; nothing for none.
fn delta(change: i64, shown: String) -> AnyView {
    match change {
        0 => ().into_any(),
        1.. => view! { <span class="delta-up">{format!("↑ {shown}")}</span>" " }.into_any(),
        _ => view! { <span class="delta-down">{format!("↓ {shown}")}</span>" " }.into_any(),
    }
}

fn rate(today: &Day, yesterday: &Day) -> AnyView {
    let Some(now) = today.rate() else { return nothing() };
    let failed = match lang() {
        Lang::Zh => format!("失败 {} 条", number(today.failed)),
        Lang::En => format!("{} failed", number(today.failed)),
    };
    let change = yesterday.rate().map(|before| now - before);
    let compared = match (change, lang()) {
        (None, _) => failed,
        (Some(_), Lang::Zh) => format!("{}，{failed}", t(w::SINCE_YESTERDAY)),
        (Some(_), Lang::En) => format!("{}, {failed}", t(w::SINCE_YESTERDAY)),
    };
    view! {
        <span class="num">{tenths(now)}</span><span class="unit">"%"</span>
        <div class="faint">{change.map(|change| delta(change, tenths(change.abs())))}{compared}</div>
    }
    .into_any()
}

fn pictures_today(pictures: &Pictures) -> AnyView {
    let change = pictures.today - pictures.yesterday;
    let line = match lang() {
        Lang::Zh => format!("{}，来自 {} 人", t(w::SINCE_YESTERDAY), number(pictures.people)),
        Lang::En => format!("{}, from {}", t(w::SINCE_YESTERDAY), counted(pictures.people, "", "person", "people")),
    };
    view! {
        <span class="num">{number(pictures.today)}</span><span class="unit">{t(w::UNIT_PICTURES)}</span>
        <div class="faint">{delta(change, number(change.abs()))}{line}</div>
    }
    .into_any()
}

fn followers(people: &Followers, unknown: bool) -> AnyView {
    if unknown {
        return nothing();
    }
    let week = if people.week == 0 { format!("0 {}", t(w::THIS_WEEK)) } else { t(w::THIS_WEEK).to_owned() };
    view! {
        <span class="num">{number(people.following)}</span><span class="unit">{t(w::UNIT_PEOPLE)}</span>
        <div class="faint">{delta(people.week, number(people.week.abs()))}{week}</div>
    }
    .into_any()
}

fn first_steps(steps: Steps) -> AnyView {
    let step = |done: bool, title: Text, line: Text, right: Right, action: Text, path: &'static str| {
        // Without an account the later steps lead nowhere.
        let open = !done && frame().may(right) && (steps.connected || path == "/accounts/new");
        let (class, name) = if done { ("icon-ok", "check") } else { ("icon-info", "info") };
        view! {
            <li>
                <span class=class>{icon(name)}</span>
                <div><h3>{t(title)}</h3><p>{if done { t(w::DONE) } else { t(line) }}</p></div>
                {open.then(|| view! { <a class="btn btn-sm" href=href(path)>{t(action)}</a> })}
            </li>
        }
    };
    view! {
        <section class="block" aria-labelledby="h-steps">
            <header>
                <h2 id="h-steps">{t(w::FIRST_STEPS)}</h2>
                {frame().may(Right::Administer).then(|| view! { <a href="/setup">{t(w::SETUP)}</a> })}
            </header>
            <ol class="todo">
                {step(steps.connected, w::STEP_CONNECT, w::STEP_CONNECT_LINE, Right::Administer, w::DO_CONNECT, "/accounts/new")}
                {step(steps.templates, w::STEP_TEMPLATES, w::STEP_TEMPLATES_LINE, Right::Templates, w::DO_TEMPLATES, "/templates")}
                {step(steps.sent, w::STEP_SEND, w::STEP_SEND_LINE, Right::Compose, w::DO_SEND, "/send")}
            </ol>
        </section>
    }
    .into_any()
}

fn todo_block(todos: Part<Vec<Todo>>, steps: bool) -> AnyView {
    let body = match todos {
        Err(Unread) => unread(),
        // The first steps say already what to do.
        Ok(lines) if lines.is_empty() && steps => return ().into_any(),
        Ok(lines) if lines.is_empty() => {
            view! { <div class="todo todo-none"><span class="icon-ok">{icon("check")}</span><p>{t(w::NOTHING)}</p></div> }.into_any()
        }
        Ok(lines) => view! { <ul class="todo">{lines.into_iter().map(todo).collect_view()}</ul> }.into_any(),
    };
    view! {
        <section class="block" aria-labelledby="h-todo"><header><h2 id="h-todo">{t(w::TODO)}</h2></header>{body}</section>
    }
    .into_any()
}

fn todo(line: Todo) -> AnyView {
    let (class, name) = match line.grade {
        Grade::Bad => ("icon-bad", "error"),
        Grade::Warn => ("icon-warn", "alert"),
        Grade::Info => ("icon-info", "info"),
    };
    let lang = lang();
    view! {
        <li>
            <span class=class>{icon(name)}</span>
            <div><h3>{line.title.get(lang).to_owned()}</h3><p>{line.line.get(lang).to_owned()}</p></div>
            {line.action.map(|(words, path)| view! { <a class="btn btn-sm" href=href(&path)>{t(words)}</a> })}
        </li>
    }
    .into_any()
}
