//! What WeChat still allows today, and the page that has the counts set back.

use leptos::prelude::*;

use super::quota_model::{Allowed, CLEARS_A_MONTH, QuotaView, Unsaid};
use crate::{
    shared::{
        error::AppError,
        lang::{Lang, Text},
        rights::Right,
    },
    ui::{
        blocks::{Tone, failure, moment, notice, number},
        form::{Field, Refused, error_summary},
        frame, href, icon, lang, t,
        texts::{quota as w, shell},
    },
};

fn head(title: Text, line: Text, inside: Option<Text>, actions: impl IntoView + 'static) -> AnyView {
    let quota = inside.map(|_| view! { <a href=href("/tokens/quota")>{t(w::TITLE)}</a>{icon("right")} });
    view! {
        <div class="page-head">
            <div>
                <nav class="crumb" aria-label=t(shell::TOKENS)>
                    <a href=href("/tokens")>{t(shell::TOKENS)}</a>{icon("right")}{quota}<span>{t(title)}</span>
                </nav>
                <h1>{t(title)}</h1>
                <p>{t(line)}</p>
            </div>
            <div class="row grow-hand">{actions.into_view()}</div>
        </div>
    }
    .into_any()
}

/// The page.
pub fn page(view: &QuotaView) -> AnyView {
    let clear =
        frame().may(Right::Administer).then(|| view! { <a class="btn btn-danger" href=href("/tokens/quota/clear")>{t(w::CLEAR)}</a> });
    let body = match view.trouble() {
        Some(unsaid) => notice(Tone::Bad, view! { <h2>{t(w::NOT_TOLD)}</h2><p>{words(unsaid)}</p> }),
        None => table(view),
    };
    view! {
        <main id="main" class="page">
            {head(w::TITLE, w::LINE, None, clear)}
            <section class="block" aria-labelledby="h-quota">
                <header><h2 id="h-quota">{t(w::TODAY)}</h2><span class="faint">{t(w::ASKED_AT)}" "{moment(view.asked_at)}</span></header>
                {body}
            </section>
            <p class="muted">{cleared(view.cleared)}</p>
        </main>
    }
    .into_any()
}

fn table(view: &QuotaView) -> AnyView {
    let row = |(path, meaning, told): &(&'static str, Text, Result<Allowed, Unsaid>)| {
        let numbers = match told {
            Ok(Allowed { limit: 0, used, .. }) => {
                view! { <td class="num" data-label=t(w::USED)>{number(*used)}</td><td class="num muted" colspan="2">{t(w::NO_LIMIT)}</td> }
                    .into_any()
            }
            Ok(Allowed { limit, used, left }) => {
                let few = (*left * 10 < *limit).then(|| view! { <span class="badge badge-warn">{t(w::FEW)}</span>" " });
                view! {
                    <td class="num" data-label=t(w::USED)>{number(*used)}</td>
                    <td class="num" data-label=t(w::LEFT)>{few}{number(*left)}</td>
                    <td class="num muted" data-label=t(w::LIMIT)>{number(*limit)}</td>
                }
                .into_any()
            }
            Err(unsaid) => view! { <td class="muted" colspan="3">{words(unsaid)}</td> }.into_any(),
        };
        view! { <tr><td>{t(*meaning)}<div class="faint mono">{*path}</div></td>{numbers}</tr> }
    };
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::TITLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::CALL)}</th>
                <th scope="col" class="num">{t(w::USED)}</th>
                <th scope="col" class="num">{t(w::LEFT)}</th>
                <th scope="col" class="num">{t(w::LIMIT)}</th>
            </tr></thead>
            <tbody>{view.lines.iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn words(unsaid: &Unsaid) -> String {
    let said = unsaid.said.get(lang());
    match (unsaid.errcode, lang()) {
        (Some(code), Lang::Zh) => format!("{said}（{code}）"),
        (Some(code), Lang::En) => format!("{said} ({code})"),
        (None, _) => said.to_owned(),
    }
}

fn cleared(count: usize) -> String {
    match lang() {
        Lang::Zh => format!("近 30 天在这里清零 {count} 次。微信每月给 {CLEARS_A_MONTH} 次，和公众平台上的按钮合用。"),
        Lang::En => format!(
            "Set back from here {count} times within 30 days. WeChat allows {CLEARS_A_MONTH} a month, its console's button included."
        ),
    }
}

/// The page that asks before the counts are set back. `typed` is the AppID as typed.
pub fn ask(count: usize, typed: String, refused: &Refused, failed: Option<&AppError>) -> AnyView {
    let failed = failed.map(|error| notice(Tone::Bad, view! { <h2>{t(w::NOT_CLEARED)}</h2>{failure(error)} }));
    view! {
        <main id="main" class="page ask">
            {head(w::CLEAR_ASK, w::CLEAR_LINE, Some(w::TITLE), ())}
            {failed}
            {notice(Tone::Warn, view! { <p>{cleared(count)}</p> })}
            <dl class="kv box newkey"><div><dt>"AppID"</dt><dd class="mono">{frame().app_id().to_owned()}</dd></div></dl>
            <form class="stack" method="post" action=href("/tokens/quota/clear") novalidate>
                {error_summary(refused)}
                {Field::new("app_id", w::TYPE_IT).value(typed).hint(w::TYPE_HINT).view(refused)}
                <div class="row">
                    <a class="btn" href=href("/tokens/quota")>{t(w::CANCEL)}</a>
                    <button class="btn btn-danger-solid" type="submit">{t(w::CLEAR)}</button>
                </div>
            </form>
        </main>
    }
    .into_any()
}
