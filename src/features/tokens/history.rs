//! The last refreshes: a chart of how long they took, and the table.

use leptos::prelude::*;

use super::model::{Cause, Part, Refresh, Skipped};
use crate::{
    shared::{
        lang::{Lang, Text},
        list::Listed,
        time,
    },
    ui::{
        blocks::{Tone, badge, empty, number, pager},
        href, icon, lang, t,
        texts::{shell, tokens as w},
    },
};

/// Columns of the chart.
const COLUMNS: usize = 20;
/// Height of the chart in units of its drawing.
const HEIGHT: f64 = 40.0;

/// The block of the history, newest first. `older` says where the next page begins.
pub fn history(lines: &[Refresh], older: Option<&str>) -> AnyView {
    if lines.is_empty() {
        return view! {
            <section class="block" aria-labelledby="h-hist">
                <header><h2 id="h-hist">{t(w::HISTORY)}</h2></header>
                <p class="muted">{t(w::NO_HISTORY)}</p>
            </section>
        }
        .into_any();
    }
    let fetches: Vec<_> = lines.iter().filter(|line| line.skipped.is_none()).collect();
    view! {
        <section class="block" aria-labelledby="h-hist">
            <header><h2 id="h-hist">{t(w::HISTORY)}</h2><span class="faint">{summary(&fetches)}</span></header>
            {chart(&fetches)}
            {table(lines)}
            {pager(None, older.map(address))}
        </section>
    }
    .into_any()
}

/// The page of older lines. `later` says that newer ones are on an earlier page.
pub fn page(lines: Listed<Refresh>, later: bool) -> AnyView {
    let next = lines.next_cursor.as_deref().map(address);
    let first = later.then(|| href("/tokens/history"));
    let rows = if lines.items.is_empty() { empty(t(w::NO_HISTORY), ()) } else { table(&lines.items) };
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::TOKENS)>
                        <a href=href("/tokens")>{t(shell::TOKENS)}</a>{icon("right")}<span>{t(w::HISTORY)}</span>
                    </nav>
                    <h1>{t(w::HISTORY)}</h1>
                    <p>{t(w::HISTORY_LINE)}</p>
                </div>
            </div>
            {rows}
            {pager(first, next)}
        </main>
    }
    .into_any()
}

fn address(before: &str) -> String {
    href(&format!("/tokens/history?before={before}"))
}

fn summary(lines: &[&Refresh]) -> String {
    let good: Vec<_> = lines.iter().filter(|line| line.ok).collect();
    let mean = good.iter().map(|line| line.elapsed_ms).sum::<i64>() / i64::try_from(good.len().max(1)).unwrap_or(1);
    match lang() {
        Lang::Zh => format!("{} 次成功，平均 {}", good.len(), took(mean)),
        Lang::En => format!("{} succeeded, {} on average", good.len(), took(mean)),
    }
}

/// Bars from the oldest to the newest; failures are as high as the chart and dashed.
fn chart(lines: &[&Refresh]) -> AnyView {
    let most = lines.iter().filter(|line| line.ok).map(|line| line.elapsed_ms).max().unwrap_or(1).max(1) as f64;
    let failed = lines.iter().filter(|line| !line.ok).count();
    let label = match lang() {
        Lang::Zh => format!("最近 {} 次刷新的用时，{failed} 次失败", lines.len()),
        Lang::En => format!("How long the last {} refreshes took; {failed} failed", lines.len()),
    };
    let first = COLUMNS.saturating_sub(lines.len());
    let bars = lines.iter().rev().enumerate().map(|(at, line)| {
        // The longest good one fills nine tenths; even the shortest can be seen.
        let height = if line.ok { HEIGHT * (0.1 + 0.8 * line.elapsed_ms as f64 / most) } else { HEIGHT };
        let class = if line.ok { "ok" } else { "x" };
        let x = ((first + at) * 10 + 1).to_string();
        view! { <rect class=class x=x y=format!("{:.1}", HEIGHT - height) width="8" height=format!("{height:.1}") rx="1.5"/> }
    });
    view! {
        <svg class="hist" viewBox="0 0 200 40" preserveAspectRatio="none" role="img" aria-label=label>{bars.collect_view()}</svg>
    }
    .into_any()
}

fn table(lines: &[Refresh]) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::HISTORY_TABLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::COL_TIME)}</th>
                <th scope="col">{t(w::COL_KIND)}</th>
                <th scope="col">{t(w::COL_CAUSE)}</th>
                <th scope="col">{t(w::COL_OUTCOME)}</th>
                <th scope="col" class="num">{t(w::COL_ELAPSED)}</th>
                <th scope="col" class="num">{t(w::COL_EXPIRES)}</th>
            </tr></thead>
            <tbody>{lines.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(line: &Refresh) -> AnyView {
    let who = line.actor.clone().or_else(|| line.part.map(|part| t(part_name(part)).to_owned()));
    let cause = match (who, line.cause) {
        (Some(who), Cause::Asked) => who,
        (Some(who), cause) => format!("{who} · {}", t(cause_name(cause))),
        (None, cause) => t(cause_name(cause)).to_owned(),
    };
    let code = line.errcode.map(|code| view! { " "<code>{code}</code> });
    let outcome = match line.skipped {
        Some(why) => {
            let times = (line.times > 1).then(|| format!(" ×{}", number(line.times)));
            view! { <span class="badge badge-warn">{t(w::REFUSED)}{code}{times}</span><div class="faint">{t(why_not(why))}</div> }
                .into_any()
        }
        None if line.ok => badge(Tone::Ok, t(w::OK)),
        None => view! { <span class="badge badge-bad">{t(w::NOT_OK)}{code}</span> }.into_any(),
    };
    let took = line.skipped.is_none().then(|| took(line.elapsed_ms));
    let expires = line.expires_at.map_or_else(
        || view! { "—" }.into_any(),
        |at| {
            view! { <time datetime=time::rfc3339(at)>{time::clock(at)}</time><span class="hand">" "{t(w::EXPIRES_WORD)}</span> }.into_any()
        },
    );
    view! {
        <tr>
            <td class="mono"><time datetime=time::rfc3339(line.at) title=time::date(line.at)>{time::clock_seconds(line.at)}</time></td>
            <td class="mono">{line.kind.word()}</td>
            <td class="muted desk">{cause}</td>
            <td class="to-end">{outcome}</td>
            <td class="num muted desk">{took}</td>
            <td class="num muted to-end">{expires}</td>
        </tr>
    }
    .into_any()
}

fn took(millis: i64) -> String {
    if millis < 1000 { format!("{millis} ms") } else { format!("{:.1} s", millis as f64 / 1000.0) }
}

const fn cause_name(cause: Cause) -> Text {
    match cause {
        Cause::Start => w::CAUSE_START,
        Cause::Ahead => w::CAUSE_AHEAD,
        Cause::Stale => w::CAUSE_STALE,
        Cause::Asked => w::CAUSE_ASKED,
        Cause::Forced => w::CAUSE_FORCED,
        Cause::Retry => w::CAUSE_RETRY,
        Cause::Check => w::CAUSE_CHECK,
    }
}

const fn part_name(part: Part) -> Text {
    match part {
        Part::Messages => w::PART_MESSAGES,
        Part::Media => w::PART_MEDIA,
        Part::People => w::PART_PEOPLE,
        Part::Keeper => w::PART_KEEPER,
        Part::Pages => w::PART_PAGES,
    }
}

const fn why_not(why: Skipped) -> Text {
    match why {
        Skipped::Replaced => w::SKIPPED_REPLACED,
        Skipped::Joined => w::SKIPPED_JOINED,
        Skipped::Pause => w::SKIPPED_PAUSE,
        Skipped::GivenUp => w::SKIPPED_GIVEN_UP,
        Skipped::NotCurrent => w::SKIPPED_NOT_CURRENT,
    }
}
