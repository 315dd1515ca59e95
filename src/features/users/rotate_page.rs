//! The pages that give a key a new secret, and that end the old one.

use leptos::prelude::*;

use super::key_model::{KeyRow, OVERLAPS, OldSecret};
use crate::{
    shared::{lang::Lang, time},
    ui::{
        blocks::{Tone, counted, moment, notice},
        confirm::Confirm,
        icon::{icon, icon_small},
        lang, now, t,
        texts::{keys as w, shell},
    },
};

/// The title of the page that replaces a key's secret.
pub fn title(key: &KeyRow, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("更换密钥“{}”", key.name),
        Lang::En => format!("Replace the key “{}”", key.name),
    }
}

/// The page that asks how long the old secret shall stay good.
pub fn ask(key: &KeyRow) -> AnyView {
    let title = title(key, lang());
    let last = key.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let body = if key.old_at(now()).is_some() {
        let end = format!("/keys/{}/old", key.id);
        notice(Tone::Warn, view! { <p>{t(w::OLD_STILL_GOOD)}</p><div class="row"><a class="btn" href=end>{t(w::END_OLD)}</a></div> })
    } else {
        choice(key)
    };
    view! {
        <main id="main" class="page ask">
            <div class="page-head"><div>
                <nav class="crumb" aria-label=t(shell::KEYS)><a href="/keys">{t(shell::KEYS)}</a>{icon("right")}<span>{title.clone()}</span></nav>
                <h1>{title.clone()}</h1>
                <p>{t(w::ROTATE_LINE)}</p>
            </div></div>
            <dl class="kv box newkey">
                <div><dt>{t(w::KEY)}</dt><dd><span class="mono">{key.prefix.clone()}"…"</span></dd></div>
                <div><dt>{t(w::LAST_USED)}</dt><dd>{last}</dd></div>
                <div><dt>{t(w::TODAY)}</dt><dd>{counted(key.calls_today, "次调用", "call", "calls")}</dd></div>
            </dl>
            {body}
        </main>
    }
    .into_any()
}

fn choice(key: &KeyRow) -> AnyView {
    let name = |hours: i64| if hours < 48 { counted(hours, "小时", "hour", "hours") } else { counted(hours / 24, "天", "day", "days") };
    let options = OVERLAPS.map(|hours| view! { <option value=hours selected=hours == 24>{name(hours)}</option> });
    let renewed = key.expires_at.map(|_| view! { <p class="hint">{t(w::RENEWED)}</p> });
    view! {
        <form class="stack" method="post" action=format!("/keys/{}/rotate", key.id)>
            <div class="field">
                <label for="overlap">{t(w::OVERLAP)}</label>
                <span class="select">
                    <select class="input" id="overlap" name="overlap">{options.collect_view()}</select>
                    {icon_small("down")}
                </span>
                {renewed}
            </div>
            <div class="row"><a class="btn" href="/keys">{t(w::CANCEL)}</a><button class="btn btn-primary" type="submit">{t(w::ROTATE)}</button></div>
        </form>
    }
    .into_any()
}

/// The title of the page that ends an old secret.
pub fn end_title(key: &KeyRow, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("停用“{}”的旧密钥", key.name),
        Lang::En => format!("End the old secret of “{}”", key.name),
    }
}

/// The page that asks before an old secret ends.
pub fn end(key: &KeyRow, old: OldSecret) -> AnyView {
    let last = old.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let new = key.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    Confirm::new(end_title(key, lang()), t(w::END_OLD_LINE), "/keys", format!("/keys/{}/old", key.id))
        .from(t(shell::KEYS))
        .fact(w::OLD_KEY, view! { <span class="mono">{old.prefix}"…"</span> })
        .fact(w::LAST_USED, last)
        .fact(w::OLD_UNTIL, time::date(old.until))
        .fact(w::NEW_LAST_USED, new)
        .view()
}
