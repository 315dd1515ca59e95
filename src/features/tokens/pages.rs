//! The page 令牌 and its two questions before something is done.

use leptos::prelude::*;

use super::{
    history::history,
    mirror_page,
    model::{EarlyDeath, Kind, LastError, Standing, TokenView, TokensView, Usage},
};
use crate::{
    features::accounts::model::TokenMode,
    shared::{
        error::AppError,
        lang::{Lang, Text},
        rights::Right,
        time::{self, SECOND},
    },
    ui::{
        blocks::{Tone, badge, counted, empty, failure, moment, number, page_head, post_button},
        confirm::Confirm,
        copy::CopyText,
        countdown::ring,
        frame, href, icon, lang, now,
        snippets::Call,
        t,
        texts::{accounts, calls, quota, shell, tokens as w},
    },
};

/// The page of an account without one.
pub fn no_account() -> AnyView {
    let connect = frame().may(Right::Administer).then(|| view! { <a class="btn btn-primary" href="/accounts/new">{t(w::CONNECT)}</a> });
    view! { <main id="main" class="page">{page_head(t(shell::TOKENS), None, ())}{empty(t(w::NO_ACCOUNT), connect)}</main> }.into_any()
}

/// The page. `failed` says why fetching by hand has just not worked.
pub fn tokens(view: &TokensView, failed: Option<&AppError>) -> AnyView {
    let line = match view.token.standing {
        Standing::Good => w::LINE_GOOD,
        Standing::Soon => w::LINE_SOON,
        Standing::Failed => w::LINE_FAILED,
        Standing::Waiting | Standing::Unneeded => w::LINE_WAITING,
    };
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div><h1>{t(shell::TOKENS)}</h1><p>{t(line)}</p></div>
                <div class="row grow-hand"><a class="btn desk" href=href("/tokens/quota")>{t(quota::TITLE)}</a>{refresh_button(view)}</div>
            </div>
            {failed.map(not_fetched)}
            {view.given_up_at.map(given_up)}
            {view.early_death.as_ref().map(|death| early_death(death, view.mode))}
            <div class=if view.card.is_some() { "tokens tokens-four" } else { "tokens" }>
                {token_box(&view.token)}{token_box(&view.ticket)}{view.card.as_ref().map(token_box)}{mode_box(view)}
            </div>
            <div class="split split-wide">
                <div class="stack">{history(&view.history, view.older.as_deref())}</div>
                <div class="stack">{last_error(view.last_error.as_ref())}{users(&view.users)}{Call::get("/api/v1/access-token").block("h-curl", w::FOR_OTHERS)}{mirror_page::block(&view.mirror)}</div>
            </div>
        </main>
    }
    .into_any()
}

fn refresh_button(view: &TokensView) -> AnyView {
    let wait = view.refresh_at - now();
    if wait > 0 {
        let seconds = (wait + SECOND - 1) / SECOND;
        let label = match lang() {
            Lang::Zh => format!("{seconds} 秒后可再刷新"),
            Lang::En => format!("Again in {seconds} s"),
        };
        return view! { <button class="btn" type="button" aria-disabled="true">{icon("refresh")}{label}</button> }.into_any();
    }
    match view.mode {
        TokenMode::Stable => post_button(href("/tokens"), "refresh", "btn", (icon("refresh"), t(w::REFRESH))),
        // The old way disturbs others: it is asked about first.
        TokenMode::Classic => view! { <a class="btn" href=href("/tokens/refresh")>{icon("refresh")}{t(w::REFRESH)}</a> }.into_any(),
    }
}

/// A failure never looks like something that was done: it stands on the page, not in a toast.
fn not_fetched(error: &AppError) -> AnyView {
    view! {
        <section class="notice notice-bad notice-wide" role="alert" aria-labelledby="h-not">
            {icon("error")}<div><h2 id="h-not">{t(w::NOT_FETCHED)}</h2>{failure(error)}</div>
        </section>
    }
    .into_any()
}

fn given_up(at: i64) -> AnyView {
    view! {
        <section class="notice notice-bad notice-wide" aria-labelledby="h-up">
            {icon("error")}
            <div><h2 id="h-up">{t(w::GIVEN_UP)}</h2><p>{moment(at)}" · "{t(w::GIVEN_UP_LINE)}</p></div>
        </section>
    }
    .into_any()
}

fn early_death(death: &EarlyDeath, mode: TokenMode) -> AnyView {
    let (fetched, due, refused) = (time::clock(death.fetched_at), time::clock(death.due_at), time::clock(death.refused_at));
    let (title, line) = match lang() {
        Lang::Zh => (
            format!("另一个程序也在用这个 AppSecret，{refused} 前换过令牌"),
            format!(
                "{fetched} 取得的令牌本该用到 {due}，{refused} 就被微信拒收。这段时间里我们没有换过它，所以是别处取了新的。已自动换新。"
            ),
        ),
        Lang::En => (
            format!("Another program uses this AppSecret too: it replaced the token before {refused}"),
            format!(
                "The token fetched at {fetched} should have lasted until {due}, but WeChat refused it at {refused}. We had not replaced \
                 it, so somebody else did. It was renewed by itself."
            ),
        ),
    };
    let cure = (mode == TokenMode::Classic && frame().may(Right::Administer)).then(|| {
        view! {
            <div class="row">
                <a class="btn btn-primary btn-sm" href=settings()>{t(w::TO_STABLE)}</a>
                <span class="faint desk">{t(w::TO_STABLE_LINE)}</span>
            </div>
        }
    });
    // In the stable mode only somebody who forces a new one ends ours; then it is that program which has to change.
    let other = (mode == TokenMode::Stable).then(|| view! { <p>{t(w::OTHER_TO_US)}</p> });
    view! {
        <section class="notice notice-warn notice-wide" aria-labelledby="h-bb">
            {icon("alert")}<div><h2 id="h-bb">{title}</h2><p>{line}</p>{other}{cure}</div>
        </section>
    }
    .into_any()
}

/// Where the way of fetching is chosen.
fn settings() -> String {
    format!("/accounts/{}", frame().app_id())
}

fn token_box(token: &TokenView) -> AnyView {
    let id = match token.kind {
        Kind::AccessToken => "h-at",
        Kind::JsapiTicket => "h-jt",
        Kind::CardTicket => "h-ct",
    };
    let (tone, state) = match token.standing {
        Standing::Good => (Tone::Ok, w::GOOD),
        Standing::Soon => (Tone::Warn, w::SOON),
        Standing::Failed => (Tone::Bad, w::FAILED),
        Standing::Waiting => (Tone::Run, w::WAITING),
        Standing::Unneeded => (Tone::Plain, w::UNNEEDED),
    };
    let exact = |at: i64| view! { <time datetime=time::rfc3339(at) title=time::date(at)>{time::clock_seconds(at)}</time> };
    let row = |name: Text, at: Option<i64>| at.map(|at| view! { <div><dt>{t(name)}</dt><dd>{exact(at)}</dd></div> });
    view! {
        <section class="box tokenbox" aria-labelledby=id>
            <h2 id=id>{token.kind.word()}</h2>
            {ring(token.fetched_at.zip(token.expires_at), token.kind.word(), t(w::NONE), lang())}
            <dl class="kv">
                <div><dt>{t(w::STATE)}</dt><dd>{badge(tone, t(state))}</dd></div>
                {row(w::FETCHED_AT, token.fetched_at)}
                {row(w::NEXT_AT, token.next_at)}
                {row(w::EXPIRES_AT, token.expires_at)}
                <div><dt>{t(w::TODAY)}</dt><dd>{counted(token.today, "次", "time", "times")}</dd></div>
            </dl>
            {(token.standing == Standing::Unneeded).then(|| view! { <p class="faint tokennote">{t(w::UNNEEDED_LINE)}</p> })}
        </section>
    }
    .into_any()
}

fn mode_box(view: &TokensView) -> AnyView {
    let way = |mode: TokenMode, name: String, line: Text, suggested: bool| {
        let current = view.mode == mode;
        view! {
            <li class=if current { "is-on" } else { "" }>
                <b>{name}</b>
                {suggested.then(|| view! { <span class="badge badge-ok badge-plain">{t(w::SUGGESTED)}</span> })}
                {current.then(|| view! { <span class="badge badge-plain">{t(w::IN_USE)}</span> })}
                <small>{t(line)}</small>
            </li>
        }
    };
    view! {
        <section class="box tokenmode" aria-labelledby="h-md">
            <h2 id="h-md">{t(w::MODE)}</h2>
            <ul class="ways">
                {way(TokenMode::Stable, "stable_token".into(), w::STABLE_LINE, true)}
                {way(TokenMode::Classic, t(w::CLASSIC).into(), w::CLASSIC_LINE, false)}
            </ul>
            {frame().may(Right::Administer).then(|| view! { <a class="faint" href=settings()>{t(w::CHANGE_MODE)}</a> })}
            {(view.mode == TokenMode::Stable).then(|| force_button(view))}
        </section>
    }
    .into_any()
}

fn force_button(view: &TokensView) -> AnyView {
    if view.forced_left == 0 {
        return view! { <button class="btn center" type="button" aria-disabled="true">{t(w::FORCE_SPENT)}</button> }.into_any();
    }
    let label = match lang() {
        Lang::Zh => format!("强制换新（今天还可 {} 次）", view.forced_left),
        Lang::En => format!("Force a new token ({} left today)", view.forced_left),
    };
    view! { <a class="btn btn-danger center" href=href("/tokens/force")>{label}</a> }.into_any()
}

fn last_error(error: Option<&LastError>) -> AnyView {
    let Some(error) = error else {
        return view! {
            <section class="block" aria-labelledby="h-err">
                <header><h2 id="h-err">{t(w::LAST_ERROR)}</h2></header><p class="muted">{t(w::NO_ERROR)}</p>
            </section>
        }
        .into_any();
    };
    let class = if error.mended_at.is_some() { "notice notice-warn" } else { "notice notice-bad" };
    let sentence = |text: &str| format!("{text}{}", if lang() == Lang::Zh { "。" } else { "." });
    let next = error.next_at.map(|at| match lang() {
        Lang::Zh => format!("{} 会再试。", time::clock_seconds(at)),
        Lang::En => format!("Next try at {}.", time::clock_seconds(at)),
    });
    let address = error.address.clone().map(|address| {
        view! {
            <label class="label allow" for="allow">{t(w::ADDRESS)}</label>
            <div class="copyrow">
                <input class="input mono" id="allow" readonly value=address.clone()/>
                <CopyText text=address label=t(accounts::COPY).to_owned() done=t(accounts::COPIED).to_owned()/>
            </div>
        }
    });
    let raw = error.errcode.map_or_else(|| error.errmsg.clone(), |code| format!("errcode: {code}\nerrmsg: {}", error.errmsg));
    let summary = if error.errcode.is_some() { w::RAW } else { w::RAW_TROUBLE };
    view! {
        <section class="block" aria-labelledby="h-err">
            <header><h2 id="h-err">{t(w::LAST_ERROR)}</h2><span class="faint">{moment(error.at)}" · "<span class="mono">{error.kind.word()}</span></span></header>
            <div class=class>
                {icon(if error.mended_at.is_some() { "alert" } else { "error" })}
                <div>
                    <strong>{error.reason.get(lang()).to_owned()}</strong>
                    <p>{if error.mended_at.is_some() { t(w::MENDED).to_owned() } else { sentence(error.hint.get(lang())) }}" "{next}</p>
                    {address}
                    <details class="raw">
                        <summary>{t(summary)}" "{error.errcode.map(|code| view! { <code>{code}</code> })}</summary>
                        <pre tabindex="0" aria-label=t(summary)>{raw}</pre>
                    </details>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn users(users: &[Usage]) -> AnyView {
    let keys = frame().may(Right::OwnKeys).then(|| view! { <a href="/keys">{t(w::MANAGE_KEYS)}</a> });
    let links = view! { <span class="row"><a href=href("/tokens/calls")>{t(calls::TITLE)}</a>{keys}</span> };
    let body = if users.is_empty() {
        view! { <p class="muted">{t(w::NO_USERS)}</p> }.into_any()
    } else {
        let row = |user: &Usage| {
            view! {
                <tr>
                    <td>{user.name.clone()}</td>
                    <td class="num to-end">{number(i64::try_from(user.today).unwrap_or(i64::MAX))}</td>
                    <td class="num muted">{moment(user.last_at)}</td>
                    <td class="num muted desk">{user.stale}</td>
                </tr>
            }
        };
        view! {
            <table class="table table-cards">
                <caption class="sr-only">{t(w::USERS_TABLE)}</caption>
                <thead><tr>
                    <th scope="col">{t(w::COL_NAME)}</th>
                    <th scope="col" class="num">{t(w::COL_TODAY)}</th>
                    <th scope="col" class="num">{t(w::COL_LAST)}</th>
                    <th scope="col" class="num">{t(w::COL_STALE)}</th>
                </tr></thead>
                <tbody>{users.iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! { <section class="block" aria-labelledby="h-use"><header><h2 id="h-use">{t(w::USERS)}</h2>{links}</header>{body}</section> }
        .into_any()
}

/// What is asked before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// 重新获取 in classic mode.
    Refresh,
    /// 强制换新.
    Force,
}

impl Question {
    /// The page's title.
    pub const fn title(self) -> Text {
        match self {
            Self::Refresh => w::CONFIRM_REFRESH,
            Self::Force => w::CONFIRM_FORCE,
        }
    }
}

/// The page that asks first. `refused` says why the last try did not work.
pub fn confirm(question: Question, refused: Option<&AppError>) -> AnyView {
    let (path, line, button) = match question {
        Question::Refresh => ("/tokens/refresh", w::CONFIRM_REFRESH_LINE, w::REFRESH),
        Question::Force => ("/tokens/force", w::CONFIRM_FORCE_LINE, w::FORCE),
    };
    let asked = Confirm::new(t(question.title()), "", href("/tokens"), href(path))
        .from(t(shell::TOKENS))
        .warning(line)
        .refused(refused.map(failure))
        .button(t(button));
    if question == Question::Force { asked.warning(w::CONFIRM_FORCE_WHEN) } else { asked }.view()
}
