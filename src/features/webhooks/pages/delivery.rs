//! `/webhooks/{id}/deliveries/{number}`: what was sent, what came back, and 再次投递.

use leptos::prelude::*;

use super::{answer, told};
use crate::{
    features::webhooks::model::{Delivery, Endpoint, State},
    shared::lang::Text,
    ui::{
        blocks::{moment, number, post_button},
        href, icon, t,
        texts::{shell, webhooks as w},
    },
};

/// The page.
pub fn view(endpoint: &Endpoint, delivery: Delivery, body: String) -> AnyView {
    let back = href(&format!("/webhooks/{}", endpoint.id));
    let here = format!("{back}/deliveries/{}", delivery.id);
    let replay = endpoint.enabled.then(|| post_button(here, "replay", "btn", view! { {icon("refresh")}{t(w::REPLAY)} }));
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::WEBHOOKS)>
                        <a href=href("/webhooks")>{t(shell::WEBHOOKS)}</a>{icon("right")}<a href=back>{endpoint.name().to_owned()}</a>{icon("right")}
                    </nav>
                    <div class="row"><h1 class="mono">{delivery.kind.clone()}</h1>{told(&delivery)}</div>
                </div>
                <div class="row">{replay}</div>
            </div>
            <section class="block" aria-labelledby="h-facts">
                <header><h2 id="h-facts">{t(w::FACTS)}</h2></header>
                {facts(&delivery)}
            </section>
            <section class="block" aria-labelledby="h-body">
                <header><h2 id="h-body">{t(w::BODY)}</h2></header>
                <pre class="code" tabindex="0" aria-labelledby="h-body">{body}</pre>
            </section>
        </main>
    }
    .into_any()
}

fn facts(delivery: &Delivery) -> AnyView {
    let line = |name: Text, value: AnyView| view! { <div><dt>{t(name)}</dt><dd>{value}</dd></div> };
    let last = delivery.last_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let next = (delivery.state == State::Pending).then(|| line(w::NEXT, moment(delivery.next_at)));
    view! {
        <dl class="kv facts-list">
            {line(w::ID, view! { <code>{delivery.event_id.clone()}</code> }.into_any())}
            {line(w::AT, moment(delivery.created_at))}
            {line(w::ANSWER, answer(delivery).into_any())}
            {line(w::ATTEMPTS, number(delivery.attempts).into_any())}
            {line(w::LAST, last)}
            {next}
        </dl>
    }
    .into_any()
}
