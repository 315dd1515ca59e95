//! The list of failures that pages report, one of them opened, and the QR code of a page.

use leptos::prelude::*;

use super::failure::{Failure, Share, Shares, Tally};
use crate::{
    shared::{
        lang::{Lang, Text},
        list::Listed,
    },
    ui::{
        blocks::{moment, number, pager},
        frame, href, icon, lang, qr, t,
        texts::failures as w,
    },
};

/// What the list shows.
pub struct Reported {
    /// The rows, the latest first.
    pub list: Listed<Failure>,
    /// Whether this is the first page of them.
    pub first: bool,
    /// Signatures and failures of today.
    pub today: Tally,
    /// The same of all days that are kept.
    pub all: Tally,
    /// The same by page and by phone.
    pub shares: Shares,
}

/// The list; fetched again by itself while one looks.
pub fn failures(reported: Reported) -> AnyView {
    let empty = reported.list.items.is_empty();
    let next = reported.list.next_cursor.map(|cursor| href(&format!("/jssdk?cursor={cursor}")));
    let first = (!reported.first).then(|| href("/jssdk"));
    let summary = (reported.all.failures > 0).then(|| view! { <span class="faint">{share(reported.today)}</span> });
    let body = if empty {
        view! { <p class="muted">{t(w::NONE)}</p> }.into_any()
    } else {
        view! { {table(reported.list.items)}{whole(reported.all)}{pager(first, next)} }.into_any()
    };
    view! {
        <section class="block" id="failures" data-poll="" aria-labelledby="h-fail">
            <header><h2 id="h-fail">{t(w::TITLE)}</h2>{summary}</header>
            {body}
        </section>
        {(!reported.shares.pages.is_empty()).then(|| shares(reported.shares))}
    }
    .into_any()
}

/// `65 today, 0.7 % of all signatures`.
fn share(tally: Tally) -> String {
    let count = number(tally.failures);
    match (lang(), percent(tally)) {
        (Lang::Zh, Some(percent)) => format!("今天 {count} 次，占签名的 {percent}"),
        (Lang::Zh, None) => format!("今天 {count} 次"),
        (Lang::En, Some(percent)) => format!("{count} today, {percent} of all signatures"),
        (Lang::En, None) => format!("{count} today"),
    }
}

fn whole(all: Tally) -> AnyView {
    let (failures, signatures) = (number(all.failures), number(all.signatures));
    let line = match lang() {
        Lang::Zh => format!("14 天里给出 {signatures} 个签名，上报失败 {failures} 次。"),
        Lang::En => format!("In 14 days {signatures} signatures were given and {failures} failures reported."),
    };
    view! { <p class="faint">{line}</p> }.into_any()
}

/// How much fails on which page and on which phone.
fn shares(shares: Shares) -> AnyView {
    let pages = rates(w::BY_PAGE, w::COL_PAGE, shares.pages, |name| name.split_once("://").map_or(name, |(_, rest)| rest).to_owned());
    let phones = rates(w::BY_PHONE, w::PHONE, shares.phones, phone);
    view! {
        <section class="block" aria-labelledby="h-rates">
            <header><h2 id="h-rates">{t(w::RATES)}</h2></header>
            {pages}{phones}
        </section>
    }
    .into_any()
}

fn rates(title: Text, named: Text, shares: Vec<Share>, shown: fn(&str) -> String) -> AnyView {
    let row = |share: Share| {
        let name = shown(&share.name);
        view! {
            <tr>
                <td class="mono breaks">{name}</td>
                <td class="num muted">{number(share.tally.signatures)}</td>
                <td class="num muted">{number(share.tally.failures)}</td>
                <td class="num to-end">{percent(share.tally).unwrap_or_else(|| "—".to_owned())}</td>
            </tr>
        }
    };
    view! {
        <table class="table">
            <caption class="sr-only">{t(title)}</caption>
            <thead><tr>
                <th scope="col">{t(named)}</th>
                <th scope="col" class="num">{t(w::COL_SIGNATURES)}</th>
                <th scope="col" class="num">{t(w::COL_FAILURES)}</th>
                <th scope="col" class="num">{t(w::COL_RATE)}</th>
            </tr></thead>
            <tbody>{shares.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// Pages that are signed elsewhere report too: then there is no share to be told.
fn percent(tally: Tally) -> Option<String> {
    tally.permille().filter(|permille| *permille <= 1000).map(|permille| format!("{}.{}%", permille / 10, permille % 10))
}

fn table(rows: Vec<Failure>) -> AnyView {
    let one_host = rows.iter().all(|row| host_of(&row.page) == host_of(&rows[0].page));
    let row = |row: Failure| {
        let whole = row.page.split_once("://").map_or(row.page.as_str(), |(_, rest)| rest);
        let path = whole.find('/').map_or("/", |at| &whole[at..]);
        let page = if one_host { path } else { whole }.to_owned();
        view! {
            <tr>
                <td class="failpage">
                    <a class="mono" href=href(&format!("/jssdk?failure={}", row.id))>{page}</a>
                    <small class="muted">{phone(&row.phone)}</small>
                </td>
                <td>{t(row.ground.title())}</td>
                <td class="num to-end">{number(row.reports)}</td>
                <td class="num muted">{moment(row.last_at)}</td>
            </tr>
        }
    };
    view! {
        <table class="table table-cards failures">
            <caption class="sr-only">{t(w::TABLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::COL_PAGE)}</th>
                <th scope="col">{t(w::COL_GROUND)}</th>
                <th scope="col" class="num">{t(w::COL_REPORTS)}</th>
                <th scope="col" class="num">{t(w::COL_LAST)}</th>
            </tr></thead>
            <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn host_of(page: &str) -> &str {
    page.split('/').nth(2).unwrap_or_default()
}

fn phone(word: &str) -> String {
    match lang() {
        _ if word.is_empty() => t(w::UNKNOWN_PHONE).to_owned(),
        Lang::Zh => word.replacen("Android", "安卓", 1),
        Lang::En => word.to_owned(),
    }
}

/// One failure that was opened: what was found when it came, and what to do.
pub fn opened(failure: &Failure) -> AnyView {
    let title = failure.ground.title();
    let cut = failure.cut.then(|| view! { <p>{t(w::WAS_CUT)}</p> });
    let words = (!failure.message.is_empty())
        .then(|| view! { <div><dt>{t(w::WORDS)}</dt><dd><code class="breaks">{failure.message.clone()}</code></dd></div> });
    view! {
        <section class="notice notice-bad" aria-labelledby="h-one">
            {icon("error")}
            <div>
                <h2 id="h-one">{t(w::ONE)}</h2>
                <p><strong>{t(title)}</strong></p>
                <p>{t(failure.ground.fix())}</p>
                <dl class="kv">
                    <div><dt>{t(w::PHONE)}</dt><dd>{phone(&failure.phone)}</dd></div>
                    <div><dt>{t(w::COL_LAST)}</dt><dd>{moment(failure.last_at)}</dd></div>
                    {words}
                </dl>
                {cut}
                <p><a href=href("/jssdk")>{t(w::CLOSE)}</a></p>
            </div>
        </section>
    }
    .into_any()
}

/// A link to a failure that is there no more.
pub fn gone() -> AnyView {
    view! { <div class="notice notice-warn" role="status">{icon("alert")}<p>{t(w::GONE)}</p></div> }.into_any()
}

/// The QR code of a page, to open it on a phone.
pub fn scan(page: Option<&str>) -> AnyView {
    let demo = (frame().sandbox && page.is_none()).then(|| view! { <p><a href="/sandbox/h5/iphone">{t(w::DEMO)}</a></p> });
    let body = match page.and_then(|page| qr::qr(page, t(w::QR_LABEL))) {
        Some(code) => view! {
            <div class="box qrbox">
                {code}
                <div><p>{t(w::QR_LINE)}</p><p class="faint">{t(w::QR_MORE)}</p></div>
            </div>
        }
        .into_any(),
        None => view! { <p class="muted">{t(w::QR_NONE)}</p> }.into_any(),
    };
    view! { <section class="block" aria-labelledby="h-qr"><header><h2 id="h-qr">{t(w::QR)}</h2></header>{body}{demo}</section> }.into_any()
}
