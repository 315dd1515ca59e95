//! The blocks of the overview: chart, last sends, token, new pictures.

use leptos::prelude::*;

use super::{
    model::{Day, Outcome, Part, Recent, Thumb, Token, Unread},
    pages::unread,
    trend::{self, Chart, HEIGHT, WIDTH},
};
use crate::{
    shared::{lang::Lang, time},
    ui::{
        blocks::{Tone, badge, empty, moment, number, post_button},
        countdown::ring,
        href, icon, lang, now, t,
        texts::overview as w,
    },
};

/// Every third day of the axis is named.
const NAMED_EVERY: usize = 3;

/// The chart of the last days, with its numbers as a table.
pub fn trend(part: Part<Vec<Day>>) -> AnyView {
    let (legend, body) = match part {
        Err(Unread) => (().into_any(), unread()),
        Ok(days) => match trend::chart(&days) {
            None => (().into_any(), unread()),
            Some(chart) => (legend(&chart), drawing(&days, &chart)),
        },
    };
    view! {
        <section class="block" aria-labelledby="h-trend">
            <header><h2 id="h-trend">{t(w::TREND)}</h2>{legend}</header>
            {body}
        </section>
    }
    .into_any()
}

fn legend(chart: &Chart) -> AnyView {
    let failed = match (chart.magnified, lang()) {
        (1, _) => t(w::FAILED).to_owned(),
        (times, Lang::Zh) => format!("{}（放大 {times} 倍）", t(w::FAILED)),
        (times, Lang::En) => format!("{} (× {times})", t(w::FAILED)),
    };
    view! { <div class="legend"><span><i></i>{t(w::DELIVERED)}</span><span><i class="bad"></i>{failed}</span></div> }.into_any()
}

fn drawing(days: &[Day], chart: &Chart) -> AnyView {
    let grid = (0..4).map(|at| format!("M0 {:.1}H{WIDTH}", HEIGHT / 3.0 * f64::from(at)));
    let bars = chart.bars.iter().map(|(x, y, height)| {
        view! { <rect class="bad" x=format!("{x:.1}") y=format!("{y:.1}") width="8" height=format!("{height:.1}")/> }
    });
    let last = days.len() - 1;
    let days_named = days.iter().enumerate().map(|(at, day)| {
        let name = match at {
            _ if at == last => t(w::TODAY).to_owned(),
            _ if at.is_multiple_of(NAMED_EVERY) && last - at >= NAMED_EVERY => time::short_day(day.start),
            _ => String::new(),
        };
        view! { <li>{name}</li> }
    });
    view! {
        <figure class="chart" role="img" aria-label=spoken(days)>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                <defs>
                    <linearGradient id="fade" x1="0" y1="0" x2="0" y2="1">
                        <stop class="fade-from" offset="0"/><stop class="fade-to" offset="1"/>
                    </linearGradient>
                </defs>
                {grid.map(|line| view! { <path class="grid" d=line/> }).collect_view()}
                <path class="area" d=chart.area.clone()/>
                <path class="lineg" d=chart.line.clone()/>
                {bars.collect_view()}
            </svg>
            <svg aria-hidden="true"><circle class="dot" cx=format!("{:.2}%", chart.dot.0) cy=format!("{:.2}%", chart.dot.1) r="5.5"/></svg>
            <ol class="y" aria-hidden="true">{trend::axis(chart.top).into_iter().map(|label| view! { <li>{label}</li> }).collect_view()}</ol>
            <ol class="x" aria-hidden="true">{days_named.collect_view()}</ol>
        </figure>
        {numbers(days)}
    }
    .into_any()
}

fn spoken(days: &[Day]) -> String {
    let most = days.iter().max_by_key(|day| day.delivered).copied().unwrap_or_default();
    let worst = days.iter().max_by_key(|day| day.failed).copied().unwrap_or_default();
    match lang() {
        Lang::Zh => format!(
            "近 14 天发送量折线图，送达最多的是 {}，{} 条；失败最多的是 {}，{} 条",
            time::short_day(most.start),
            number(most.delivered),
            time::short_day(worst.start),
            number(worst.failed)
        ),
        Lang::En => format!(
            "Line chart of 14 days: most delivered on {}, {}; most failed on {}, {}",
            time::short_day(most.start),
            number(most.delivered),
            time::short_day(worst.start),
            number(worst.failed)
        ),
    }
}

fn numbers(days: &[Day]) -> AnyView {
    let row = |day: &Day| {
        view! {
            <tr>
                <th scope="row">{time::date(day.start)}</th>
                <td class="num">{number(day.delivered)}</td>
                <td class="num">{number(day.accepted)}</td>
                <td class="num">{number(day.failed)}</td>
                <td class="num">{number(day.unknown)}</td>
            </tr>
        }
    };
    view! {
        <details class="raw">
            <summary>{t(w::AS_TABLE)}</summary>
            <table class="table">
                <caption class="sr-only">{t(w::TREND)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(w::DATE)}</th><th scope="col" class="num">{t(w::DELIVERED)}</th>
                        <th scope="col" class="num">{t(w::WAITING)}</th><th scope="col" class="num">{t(w::FAILED)}</th>
                        <th scope="col" class="num">{t(w::UNKNOWN)}</th>
                    </tr>
                </thead>
                <tbody>{days.iter().rev().map(row).collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// The last sends.
pub fn recent(part: Part<Vec<Recent>>) -> AnyView {
    let body = match part {
        Err(Unread) => unread(),
        Ok(rows) if rows.is_empty() => empty(t(w::NO_SENDS), ()),
        Ok(rows) => view! {
            <table class="table table-cards">
                <caption class="sr-only">{t(w::RECENT)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t(w::NAME)}</th><th scope="col">{t(w::STATE)}</th>
                        <th scope="col" class="num">{t(w::DELIVERED)}</th><th scope="col">{t(w::BY)}</th><th scope="col">{t(w::TIME)}</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(send).collect_view()}</tbody>
            </table>
        }
        .into_any(),
    };
    view! {
        <section class="block" aria-labelledby="h-recent">
            <header><h2 id="h-recent">{t(w::RECENT)}</h2><a href=href("/messages")>{t(w::ALL_SENDS)}</a></header>
            {body}
        </section>
    }
    .into_any()
}

fn send(row: Recent) -> AnyView {
    let (tone, word) = match row.outcome {
        Outcome::Running => (Tone::Run, w::IS_RUNNING),
        Outcome::Done => (Tone::Ok, w::IS_DONE),
        Outcome::Taken => (Tone::Run, w::IS_TAKEN),
        Outcome::Partly => (Tone::Warn, w::IS_PARTLY),
        Outcome::Failed => (Tone::Bad, w::IS_FAILED),
        Outcome::Cancelled => (Tone::Plain, w::IS_CANCELLED),
    };
    let title = if row.title.is_empty() { t(w::NO_TITLE).to_owned() } else { row.title };
    let to = match (row.total, lang()) {
        (1, _) => row.recipient,
        (total, Lang::Zh) => format!("{} 等 {} 人", row.recipient, number(total)),
        (total, Lang::En) => format!("{} and {} more", row.recipient, number(total - 1)),
    };
    view! {
        <tr>
            <td><a href=href(&format!("/messages/{}", row.id))>{title}</a><div class="faint">{to}</div></td>
            <td class="to-end">{badge(tone, t(word))}</td>
            <td class="num">{format!("{} / {}", number(row.delivered), number(row.total))}<span class="hand faint">" "{t(w::UNIT_MESSAGES)}</span></td>
            <td class="muted desk">{sender(&row.actor)}</td>
            <td class="muted to-end">{moment(row.at)}</td>
        </tr>
    }
    .into_any()
}

/// `user:周敏` as `周敏`, `key:erp` as `API · erp`.
fn sender(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("key", name)) => format!("API · {name}"),
        Some((_, name)) => name.to_owned(),
        None => actor.to_owned(),
    }
}

/// The access token: how long it lasts, when it is renewed, and a button to do so now.
pub fn token(token: Token) -> AnyView {
    let living = token.token.filter(|(_, until)| *until > now());
    let tone = match (living, token.failing) {
        (_, true) => badge(Tone::Bad, t(w::RENEWING_FAILS)),
        (Some(_), false) => badge(Tone::Ok, t(w::GOOD)),
        (None, false) => badge(Tone::Run, t(w::NOT_YET)),
    };
    let ticket = token.ticket_until.map(|until| until - now()).filter(|left| *left > 0);
    view! {
        <section class="block" aria-labelledby="h-token">
            <header><h2 id="h-token">{t(w::TOKEN)}</h2><a href=href("/tokens")>{t(w::DETAILS)}</a></header>
            <div class="token">
                {ring(living, t(w::TOKEN), t(w::NO_TOKEN), lang())}
                <dl>
                    <div><dt>{t(w::STATUS)}</dt><dd>{tone}</dd></div>
                    <div><dt>{t(w::NEXT)}</dt><dd>{token.next_at.map_or_else(|| "—".into_any(), moment)}</dd></div>
                    <div><dt>"jsapi_ticket"</dt><dd>{ticket.map_or_else(|| "—".to_owned(), time::span)}</dd></div>
                </dl>
                {post_button(href("/tokens"), "refresh", "btn", (icon("refresh"), t(w::REFRESH)))}
            </div>
        </section>
    }
    .into_any()
}

/// The newest pictures.
pub fn newest(part: Part<Vec<Thumb>>) -> AnyView {
    let body = match part {
        Err(Unread) => unread(),
        Ok(thumbs) if thumbs.is_empty() => empty(t(w::NO_PICTURES), ()),
        Ok(thumbs) => view! { <div class="strip">{thumbs.into_iter().map(thumb).collect_view()}</div> }.into_any(),
    };
    view! {
        <section class="block" aria-labelledby="h-img">
            <header><h2 id="h-img">{t(w::NEWEST)}</h2><a href=href("/media")>{t(w::ALL_PICTURES)}</a></header>
            {body}
        </section>
    }
    .into_any()
}

fn thumb(thumb: Thumb) -> AnyView {
    let at = time::moment(thumb.at, now(), lang());
    let alt = match lang() {
        Lang::Zh => format!("{}，{} 发来，{at}", thumb.title, thumb.user_id),
        Lang::En => format!("{}, from {}, {at}", thumb.title, thumb.user_id),
    };
    view! {
        <a href=href(&format!("/media/{}", thumb.id))>
            <img src=href(&format!("/media/{}/thumb?size=160", thumb.id)) alt=alt width="160" height="160"/>
        </a>
    }
    .into_any()
}
