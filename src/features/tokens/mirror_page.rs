//! The Redis mirror: its block on the page of tokens, and the page that sets it.

use leptos::prelude::*;

use super::{
    mirror_model::{MirrorSetting, MirrorTrouble, MirrorView},
    model::Kind,
};
use crate::{
    shared::rights::Right,
    ui::{
        blocks::{Tone, badge, moment, notice},
        form::{Field, Refused, error_summary},
        frame, href, icon, lang, t,
        texts::{mirror as w, shell},
    },
};

/// The block on the page of tokens.
pub fn block(view: &MirrorView) -> AnyView {
    let change = frame().may(Right::Administer).then(|| view! { <a href=href("/tokens/mirror")>{t(w::CHANGE)}</a> });
    let body = if view.setting.on && view.available {
        on(view)
    } else {
        let line = if view.available { w::IS_OFF } else { w::NO_REDIS };
        view! { <p class="muted">{t(line)}</p> }.into_any()
    };
    view! { <section class="block" aria-labelledby="h-mirror"><header><h2 id="h-mirror">{t(w::TITLE)}</h2>{change}</header>{body}</section> }.into_any()
}

fn on(view: &MirrorView) -> AnyView {
    let state = match (&view.trouble, view.written_at) {
        (Some(_), _) => badge(Tone::Bad, t(w::FAILS)),
        (None, Some(_)) => badge(Tone::Ok, t(w::WRITTEN)),
        (None, None) => badge(Tone::Run, t(w::WAITING)),
    };
    let row =
        |kind: Kind| view! { <div><dt class="mono">{kind.word()}</dt><dd><code>{view.setting.key(kind).to_owned()}</code></dd></div> };
    view! {
        {view.trouble.as_ref().map(trouble)}
        <dl class="kv">
            <div><dt>{t(w::STATE)}</dt><dd>{state}</dd></div>
            {view.written_at.map(|at| view! { <div><dt>{t(w::WRITTEN_AT)}</dt><dd>{moment(at)}</dd></div> })}
            {MirrorSetting::KINDS.map(row).collect_view()}
        </dl>
    }
    .into_any()
}

fn trouble((trouble, since): &(MirrorTrouble, i64)) -> AnyView {
    let said = trouble.said().get(lang()).to_owned();
    notice(Tone::Warn, view! { <strong>{said}</strong><p>{t(w::SINCE)}" "{moment(*since)}" · "{t(w::STALE)}</p> })
}

/// The page that sets it.
pub fn page(view: MirrorView, refused: Refused) -> AnyView {
    let none = (!view.available).then(|| notice(Tone::Warn, view! { <p>{t(w::NO_REDIS)}</p> }));
    let MirrorSetting { on, token_key, ticket_key } = view.setting;
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::TOKENS)>
                        <a href=href("/tokens")>{t(shell::TOKENS)}</a>{icon("right")}<span>{t(w::TITLE)}</span>
                    </nav>
                    <h1>{t(w::TITLE)}</h1>
                    <p>{t(w::LINE)}</p>
                </div>
            </div>
            {none}
            <form class="stack rules" method="post" action=href("/tokens/mirror") novalidate>
                {error_summary(&refused)}
                <label class="checkline"><input type="checkbox" name="on" value="1" checked=on/><span>{t(w::ON)}</span></label>
                {Field::new("token_key", w::TOKEN_KEY).value(token_key).view(&refused)}
                {Field::new("ticket_key", w::TICKET_KEY).value(ticket_key).hint(w::KEYS_HINT).view(&refused)}
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::SAVE)}</button></div>
            </form>
        </main>
    }
    .into_any()
}
