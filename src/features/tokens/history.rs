//! The last refreshes: a chart of how long they took, and the table.

use leptos::prelude::*;

use super::model::{Cause, Refresh};
use crate::{
    shared::{
        lang::{Lang, Text},
        time,
    },
    ui::{blocks::Tone, blocks::badge, lang, t, texts::tokens as w},
};

/// Columns of the chart.
const COLUMNS: usize = 20;
/// Height of the chart in units of its drawing.
const HEIGHT: f64 = 40.0;

/// The block of the history, newest first.
pub fn history(lines: &[Refresh]) -> AnyView {
    if lines.is_empty() {
        return view! {
            <section class="block" aria-labelledby="h-hist">
                <header><h2 id="h-hist">{t(w::HISTORY)}</h2></header>
                <p class="muted">{t(w::NO_HISTORY)}</p>
            </section>
        }
        .into_any();
    }
    view! {
        <section class="block" aria-labelledby="h-hist">
            <header><h2 id="h-hist">{t(w::HISTORY)}</h2><span class="faint">{summary(lines)}</span></header>
            {chart(lines)}
            {table(lines)}
        </section>
    }
    .into_any()
}

fn summary(lines: &[Refresh]) -> String {
    let good: Vec<_> = lines.iter().filter(|line| line.ok).collect();
    let mean = good.iter().map(|line| line.elapsed_ms).sum::<i64>() / i64::try_from(good.len().max(1)).unwrap_or(1);
    match lang() {
        Lang::Zh => format!("{} 次成功，平均 {}", good.len(), took(mean)),
        Lang::En => format!("{} succeeded, {} on average", good.len(), took(mean)),
    }
}

/// Bars from the oldest to the newest; failures are as high as the chart and dashed.
fn chart(lines: &[Refresh]) -> AnyView {
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
    let cause = line.actor.clone().map_or_else(
        || t(cause(line.cause)).to_owned(),
        |actor| if line.cause == Cause::Asked { actor } else { format!("{actor} · {}", t(cause(line.cause))) },
    );
    let outcome = if line.ok {
        badge(Tone::Ok, t(w::OK))
    } else {
        view! { <span class="badge badge-bad">{t(w::NOT_OK)}" "{line.errcode.map(|code| view! { <code>{code}</code> })}</span> }.into_any()
    };
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
            <td class="num muted desk">{took(line.elapsed_ms)}</td>
            <td class="num muted to-end">{expires}</td>
        </tr>
    }
    .into_any()
}

fn took(millis: i64) -> String {
    if millis < 1000 { format!("{millis} ms") } else { format!("{:.1} s", millis as f64 / 1000.0) }
}

const fn cause(cause: Cause) -> Text {
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
