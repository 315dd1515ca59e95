//! `/keys`: programs' keys, a new one shown once, and the page that takes one back.

use leptos::prelude::*;

use super::key_model::{CHOICES, DEFAULT_DAYS, KeyRow, OldSecret, Standing};
use crate::{
    shared::{
        lang::Lang,
        rights::{Right, Scope},
        time,
    },
    ui::{
        Frame,
        blocks::{Tone, badge, copy_row, counted, empty, moment, number, page_head},
        confirm::Confirm,
        form::{Field, Refused, error_summary, field_error},
        frame, href,
        icon::{icon, icon_small},
        lang, now, t,
        texts::{keys as w, shell},
    },
};

/// The form of a new key, as typed.
pub struct Typed {
    /// The name.
    pub name: String,
    /// Scopes ticked.
    pub scopes: Vec<Scope>,
    /// AppID chosen, or empty.
    pub account: String,
    /// Addresses typed.
    pub addresses: String,
    /// Days chosen; 0 for ever.
    pub days: i64,
    /// Messages a day, as typed.
    pub daily: String,
    /// Calls handed on a day, as typed.
    pub daily_calls: String,
    /// What was refused.
    pub refused: Refused,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            name: String::new(),
            scopes: Vec::new(),
            account: String::new(),
            addresses: String::new(),
            days: DEFAULT_DAYS,
            daily: String::new(),
            daily_calls: String::new(),
            refused: Refused::none(),
        }
    }
}

/// A key that was just made: its name and itself, shown this once.
pub struct Fresh {
    /// The name.
    pub name: String,
    /// The key.
    pub key: String,
}

/// The page. `all` says whether others' keys are among them.
pub fn view(frame: &Frame, keys: Vec<KeyRow>, all: bool, fresh: Option<Fresh>, typed: Typed) -> AnyView {
    let docs = view! { <a class="btn desk" href="/docs">{t(w::DOCS)}</a> };
    let calls: i64 = keys.iter().map(|key| key.calls_today).sum();
    let count = i64::try_from(keys.len()).unwrap_or(i64::MAX);
    let line = match lang() {
        Lang::Zh => format!("{} 把，今天共 {} 次调用", number(count), number(calls)),
        Lang::En => format!("{} keys, {} today", number(count), counted(calls, "次", "call", "calls")),
    };
    let list = if keys.is_empty() { empty(t(w::EMPTY), ()) } else { table(keys, all) };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::KEYS), Some(t(w::LINE).to_owned()), docs)}
            {fresh.map(secret)}
            <div class="split">
                <section class="block" aria-labelledby="h-keys">
                    <header><h2 id="h-keys">{t(if all { w::ALL } else { w::OWN })}</h2><span class="faint">{line}</span></header>
                    {list}
                </section>
                {form(frame, typed)}
            </div>
        </main>
    }
    .into_any()
}

fn secret(fresh: Fresh) -> AnyView {
    let title = match lang() {
        Lang::Zh => format!("“{}”的新密钥，只显示这一次", fresh.name),
        Lang::En => format!("The new key of “{}”, shown once", fresh.name),
    };
    let line = format!("WXDESK_KEY={}", fresh.key);
    view! {
        <section class="secret" aria-labelledby="h-once">
            {icon("key")}
            <div>
                <h2 id="h-once">{title}</h2>
                <p class="muted">{t(w::ONCE)}</p>
                {copy_row(t(w::KEY), Some("new-key"), fresh.key)}
                {copy_row(t(w::ENV), None, line)}
                <div class="row secret-end"><a class="btn btn-sm" href="/keys">{t(w::SAVED)}</a></div>
            </div>
        </section>
    }
    .into_any()
}

fn table(keys: Vec<KeyRow>, all: bool) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(shell::KEYS)}</caption>
            <thead><tr>
                <th scope="col">{t(w::NAME)}</th><th scope="col">{t(w::STATE)}</th><th scope="col">{t(w::SCOPES)}</th>
                <th scope="col" class="num">{t(w::TODAY)}</th><th scope="col">{t(w::LAST_USED)}</th><th scope="col">{t(w::END)}</th>
                <th scope="col"><span class="sr-only">{t(w::ACTIONS)}</span></th>
            </tr></thead>
            <tbody>{keys.into_iter().map(|key| row(key, all)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(key: KeyRow, all: bool) -> AnyView {
    let standing = key.standing(now());
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.word()).collect();
    let last = key.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let end = key.expires_at.map_or_else(|| t(w::FOR_EVER).to_owned(), time::date);
    let owner = key.owner.clone().unwrap_or_else(|| t(w::BY_COMMAND).to_owned());
    let owner = all.then(|| format!(" · {owner}"));
    let bounds = (!key.addresses.is_empty()).then(|| view! { <div class="faint mono">{key.addresses.join(" ")}</div> });
    let account = key.account.clone().map(|app_id| view! { <div class="faint mono">{app_id}</div> });
    let daily = key.daily_messages.map(|most| {
        let (sent, most) = (number(key.messages_today), number(most));
        let line = match lang() {
            Lang::Zh => format!("今天发了 {sent} 条，上限 {most} 条"),
            Lang::En => format!("{sent} of {most} messages today"),
        };
        view! { <div class="faint">{line}</div> }
    });
    let relayed = (key.scopes.contains(&Scope::WxCall) || key.daily_calls.is_some()).then(|| relayed(&key));
    let label = format!("{} {}", t(w::REVOKE), key.name);
    let revoke = (standing != Standing::Revoked).then(|| {
        view! { <a class="btn btn-ghost btn-sm btn-danger" href=format!("/keys/{}/revoke", key.id) aria-label=label>{t(w::REVOKE)}</a> }
    });
    let old = key.old_at(now()).cloned().map(|old| old_secret(&key, &old));
    let rotate = matches!(standing, Standing::Good | Standing::EndsSoon(_)).then(|| {
        let label = format!("{} {}", t(w::ROTATE), key.name);
        view! { <a class="btn btn-ghost btn-sm" href=format!("/keys/{}/rotate", key.id) aria-label=label>{t(w::ROTATE)}</a> }
    });
    view! {
        <tr>
            <td>{key.name.clone()}<div class="faint"><span class="mono">{key.prefix.clone()}"…"</span>{owner}</div>{old}</td>
            <td class="to-end">{stands(standing)}</td>
            <td class="muted"><span class="mono">{scopes.join(" ")}</span>{account}{bounds}{daily}{relayed}</td>
            <td class="num to-end">{number(key.calls_today)}<span class="hand faint">{matches!(lang(), Lang::Zh).then_some(" 次")}</span></td>
            <td class="muted desk">{last}</td>
            <td class="muted desk">{end}</td>
            <td class="num">{rotate}{revoke}</td>
        </tr>
    }
    .into_any()
}

/// Calls handed on today, beside their limit, and the way to their log.
fn relayed(key: &KeyRow) -> AnyView {
    let line = match (lang(), key.daily_calls) {
        (Lang::Zh, Some(most)) => format!("今天转发了 {} 次，上限 {} 次", number(key.relayed_today), number(most)),
        (Lang::Zh, None) => format!("今天转发了 {} 次", number(key.relayed_today)),
        (Lang::En, Some(most)) => format!("{} of {} calls handed on today", number(key.relayed_today), number(most)),
        (Lang::En, None) => format!("{} calls handed on today", number(key.relayed_today)),
    };
    let to = href(&format!("/tokens/calls?key={}", key.id));
    let log = frame().may(Right::Tokens).then(|| {
        let label = format!("{} {}", t(w::CALLS), key.name);
        view! { " · "<a href=to aria-label=label>{t(w::CALLS)}</a> }
    });
    view! { <div class="faint">{line}{log}</div> }.into_any()
}

/// The line of a secret that was replaced, while it is good.
fn old_secret(key: &KeyRow, old: &OldSecret) -> AnyView {
    let last = old.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    view! {
        <div class="faint">
            {t(w::OLD_KEY)}" "<span class="mono">{old.prefix.clone()}"…"</span>" · "{t(w::OLD_UNTIL)}" "
            <time datetime=time::rfc3339(old.until)>{time::date(old.until)}" "{time::clock(old.until)}</time>
            " · "{t(w::LAST_USED)}" "{last}" · "<a href=format!("/keys/{}/old", key.id)>{t(w::END_OLD)}</a>
        </div>
    }
    .into_any()
}

fn stands(standing: Standing) -> AnyView {
    match (standing, lang()) {
        (Standing::Good, _) => badge(Tone::Ok, t(w::GOOD)),
        (Standing::EndsSoon(days), Lang::Zh) => badge(Tone::Warn, format!("{days} 天后到期")),
        (Standing::EndsSoon(days), Lang::En) => badge(Tone::Warn, format!("Ends in {days} d")),
        (Standing::Expired, _) => badge(Tone::Bad, t(w::EXPIRED)),
        (Standing::Revoked, _) => badge(Tone::Plain, t(w::REVOKED)),
    }
}

fn form(frame: &Frame, typed: Typed) -> AnyView {
    let Typed { name, scopes, account, addresses, days, daily, daily_calls, refused } = typed;
    let ticked = Scope::ALL.map(|scope| (scope, scopes.contains(&scope)));
    view! {
        <section class="block" aria-labelledby="h-new">
            <header><h2 id="h-new">{t(w::NEW)}</h2></header>
            <form class="box newkey" method="post" action="/keys">
                {error_summary(&refused)}
                {Field::new("name", w::NAME).value(name).hint(w::NAME_EXAMPLE).view(&refused)}
                <fieldset class="scopes" id="scope">
                    <legend class="label">{t(w::SCOPES)}</legend>
                    {ticked.map(|(scope, ticked)| view! {
                        <label class="checkline">
                            <input type="checkbox" name="scope" value=scope.word() checked=ticked/>
                            <span>{t(scope.meaning())}<code>{scope.word()}</code></span>
                        </label>
                    }).collect_view()}
                    {refused.of("scope").map(|said| field_error("scope", said.get(lang()).to_owned()))}
                </fieldset>
                {accounts(frame, account, &refused)}
                {Field::new("addresses", w::ADDRESSES).value(addresses).hint(w::ADDRESSES_HINT).placeholder("203.0.113.0/24").optional().view(&refused)}
                {Field::new("daily_messages", w::DAILY).value(daily).hint(w::DAILY_HINT).optional().view(&refused)}
                {Field::new("daily_calls", w::DAILY_CALLS).value(daily_calls).hint(w::DAILY_CALLS_HINT).optional().view(&refused)}
                {expiry(days)}
                <button class="btn center" type="submit">{t(w::CREATE)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn accounts(frame: &Frame, chosen: String, refused: &Refused) -> AnyView {
    let options = frame.accounts.iter().map(|account| {
        let text = format!("{} · {}", account.name, account.app_id);
        view! { <option value=account.app_id.clone() selected=account.app_id == chosen>{text}</option> }
    });
    view! {
        <div class="field">
            <label for="account">{t(w::ACCOUNT)}</label>
            <span class="select">
                <select class="input" id="account" name="account">
                    <option value="">{t(w::ANY_ACCOUNT)}</option>
                    {options.collect_view()}
                </select>
                {icon_small("down")}
            </span>
            {refused.of("account").map(|said| field_error("account", said.get(lang()).to_owned()))}
        </div>
    }
    .into_any()
}

fn expiry(chosen: i64) -> AnyView {
    let name = |days: i64| match days {
        0 => t(w::FOR_EVER).to_owned(),
        days => counted(days, "天", "day", "days"),
    };
    view! {
        <div class="field">
            <label for="days">{t(w::EXPIRY)}</label>
            <span class="select">
                <select class="input" id="days" name="days">
                    {CHOICES.map(|days| view! { <option value=days selected=days == chosen>{name(days)}</option> }).collect_view()}
                </select>
                {icon_small("down")}
            </span>
        </div>
    }
    .into_any()
}

/// The title of the page that takes a key back.
pub fn revoke_title(key: &KeyRow, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("撤销密钥“{}”", key.name),
        Lang::En => format!("Revoke the key “{}”", key.name),
    }
}

/// The page that takes a key back: names it and what it was doing.
pub fn revoke(key: KeyRow) -> AnyView {
    let last = key.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.word()).collect();
    let scopes = scopes.join(" ");
    Confirm::new(revoke_title(&key, lang()), t(w::REVOKE_LINE), "/keys", format!("/keys/{}/revoke", key.id))
        .from(t(shell::KEYS))
        .fact(w::KEY, view! { <span class="mono">{key.prefix}"…"</span> })
        .fact(w::SCOPES, view! { <span class="mono">{scopes}</span> })
        .fact(w::TODAY, counted(key.calls_today, "次调用", "call", "calls"))
        .fact(w::LAST_USED, last)
        .view()
}
