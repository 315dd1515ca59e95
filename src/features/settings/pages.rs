//! The page 设置.

use leptos::prelude::*;

use super::model::{Counts, Kept, MOST_COUNTED, Running, Shown, Storage};
use crate::{
    shared::lang::Text,
    ui::{
        blocks::{Tone, notice, number, page_head, size},
        confirm::Confirm,
        icon, t,
        texts::{scan, settings as w, shell},
    },
};

/// The page.
pub fn settings(shown: Shown) -> AnyView {
    view! {
        <main id="main" class="page">
            {page_head(t(shell::SETTINGS), Some(t(w::LINE).to_owned()), ())}
            {shown.locked.then(locked)}
            {section(w::ACCOUNTS, accounts(shown.accounts))}
            {section(scan::TITLE, scanning(shown.scan.as_deref(), shown.choices))}
            {section(w::STORAGE, storage(shown.storage, shown.kept, shown.counts))}
            {section(w::SAFETY, running(shown.running))}
            {section(w::ABOUT, about(shown.schema))}
        </main>
    }
    .into_any()
}

fn section(title: Text, body: AnyView) -> AnyView {
    view! { <section class="block"><header><h2>{t(title)}</h2></header>{body}</section> }.into_any()
}

fn locked() -> AnyView {
    let unlock = view! { <a class="btn" href="/settings/unlock">{t(w::UNLOCK)}</a> };
    notice(Tone::Warn, view! { <h2>{t(w::LOCKED)}</h2><p>{t(w::LOCKED_LINE)}</p><div class="row">{unlock}</div> })
}

/// The page that asks before the lock comes off: what waits goes out at once.
pub fn ask_unlock() -> AnyView {
    Confirm::new(t(w::UNLOCK_ASK), t(w::UNLOCK_LINE), "/settings", "/settings/unlock")
        .from(t(shell::SETTINGS))
        .warning(w::LOCKED_LINE)
        .button(t(w::UNLOCK_SURE))
        .view()
}

fn accounts(count: usize) -> AnyView {
    let line = if count == 0 { t(w::NO_ACCOUNT).to_owned() } else { format!("{count} {}", t(w::ACCOUNTS_KEPT)) };
    view! {
        <div class="row">
            <p class="muted">{line}</p>
            <a class="btn" href="/accounts">{icon("gear")}{t(shell::ACCOUNTS)}</a>
        </div>
    }
    .into_any()
}

/// Whether people sign in with WeChat, and by which account.
fn scanning(chosen: Option<&str>, choices: Vec<(String, String)>) -> AnyView {
    let options: Vec<_> = choices
        .into_iter()
        .map(|(app_id, name)| {
            let selected = chosen == Some(app_id.as_str());
            view! { <option value=app_id selected=selected>{name}</option> }
        })
        .collect();
    view! {
        <div class="stack-m">
        <p class="muted">{t(scan::SETTING_LINE)}</p>
        <form class="row" method="post" action="/settings">
            <label for="scan">{t(scan::CHOICE)}</label>
            <span class="select">
                <select class="input" id="scan" name="scan">
                    <option value="" selected=chosen.is_none()>{t(scan::NONE)}</option>
                    {options}
                </select>
                {icon("down")}
            </span>
            <button class="btn" type="submit">{t(scan::SAVE)}</button>
        </form>
        </div>
    }
    .into_any()
}

fn storage(storage: Option<Storage>, kept: Vec<Kept>, counts: Counts) -> AnyView {
    let bytes = |count: u64| size(i64::try_from(count).unwrap_or(i64::MAX));
    let mut lines = vec![
        (w::USED, storage.map_or_else(|| "—".into(), |storage| bytes(storage.used))),
        (w::FREE, storage.map_or_else(|| "—".into(), |storage| bytes(storage.free))),
    ];
    let rows = [
        (w::MESSAGES, counts.messages),
        (w::MEDIA, counts.media),
        (w::FOLLOWERS, counts.followers),
        (w::PUSHES, counts.pushes),
        (w::AUDIT, counts.audit),
    ];
    lines.extend(rows.map(|(name, count)| (name, counted(count))));
    view! { {kv(lines)}{accounts_kept(kept)} }.into_any()
}

/// What the pictures of each account take, and of how much.
fn accounts_kept(kept: Vec<Kept>) -> AnyView {
    if kept.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = kept
        .into_iter()
        .map(|one| {
            let quota = one.quota.map(|quota| t(w::OF_QUOTA).replace("{quota}", &size(quota)));
            let name = t(w::ACCOUNT_PICTURES).replace("{account}", &one.account);
            view! { <div><dt>{name}</dt><dd>{size(one.used)}{quota}</dd></div> }
        })
        .collect();
    view! { <dl class="kv facts-list">{lines}</dl> }.into_any()
}

fn counted(count: i64) -> String {
    if count > MOST_COUNTED { format!("{}+", number(MOST_COUNTED)) } else { number(count) }
}

fn kv(lines: Vec<(Text, String)>) -> AnyView {
    let lines: Vec<_> = lines.into_iter().map(|(name, value)| view! { <div><dt>{t(name)}</dt><dd>{value}</dd></div> }).collect();
    view! { <dl class="kv facts-list">{lines}</dl> }.into_any()
}

fn running(rows: Vec<Running>) -> AnyView {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let value = if row.value.is_empty() { t(w::NOT_SET).to_owned() } else { row.value };
            view! { <tr><td><code>{row.option}</code></td><td class="muted">{t(row.meaning)}</td><td class="mono">{value}</td></tr> }
        })
        .collect();
    view! {
        <p class="muted">{t(w::SAFETY_LINE)}</p>
        <table class="table table-cards options">
            <caption class="sr-only">{t(w::SAFETY)}</caption>
            <thead><tr><th scope="col">{t(w::OPTION)}</th><th scope="col">{t(w::MEANING)}</th><th scope="col">{t(w::VALUE)}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn about(schema: i64) -> AnyView {
    view! {
        <div class="settings-about">
            {kv(vec![(w::VERSION, env!("CARGO_PKG_VERSION").to_owned()), (w::SCHEMA, schema.to_string())])}
            <p class="muted">{t(w::BACKUP)}</p>
            <pre class="code" tabindex="0" aria-label=t(w::BACKUP_COMMANDS)>"wxdesk backup backup.tar\nwxdesk verify backup.tar"</pre>
        </div>
    }
    .into_any()
}
