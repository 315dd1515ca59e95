//! The pages: endpoints with the form that adds one, one endpoint with its deliveries, one delivery.

mod delivery;
mod endpoint;
mod list;

pub use delivery::view as delivery;
pub use endpoint::{Shown, remove, remove_title, view as endpoint};
pub use list::view as list;

use leptos::prelude::*;

use super::model::{Delivery, Endpoint, State, TEST, TYPES};
use crate::ui::{
    blocks::{Tone, badge, copy_row},
    form::{Field, Refused, field_error},
    icon, lang, t,
    texts::webhooks as w,
};

/// The form of an endpoint, as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Where events go.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// The types ticked.
    pub types: Vec<String>,
    /// Whether it may lie in the own network.
    pub inside: bool,
    /// Whether it is told anything.
    pub enabled: bool,
    /// What was refused.
    pub refused: Refused,
}

impl Typed {
    /// A form as the endpoint stands.
    pub fn of(endpoint: &Endpoint) -> Self {
        Self {
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            types: endpoint.types.clone(),
            inside: endpoint.inside,
            enabled: endpoint.enabled,
            refused: Refused::none(),
        }
    }
}

/// The fields that adding and changing share.
fn fields(typed: &Typed) -> AnyView {
    let refused = &typed.refused;
    let offered = TYPES.iter().filter(|(word, _)| *word != TEST).map(|(word, meaning)| {
        let ticked = typed.types.iter().any(|known| known == word);
        view! {
            <label class="checkline">
                <input type="checkbox" name="type" value=*word checked=ticked/>
                <span>{t(*meaning)}<code>{*word}</code></span>
            </label>
        }
    });
    view! {
        {Field::new("url", w::URL).kind("url").value(typed.url.clone()).hint(w::URL_HINT).placeholder("https://hooks.example.com/wxdesk").view(refused)}
        {Field::new("description", w::DESCRIPTION).value(typed.description.clone()).optional().view(refused)}
        <fieldset class="scopes" id="type">
            <legend class="label">{t(w::TYPES)}</legend>
            {offered.collect_view()}
            {refused.of("type").map(|said| field_error("type", said.get(lang()).to_owned()))}
        </fieldset>
        <div class="field">
            <label class="checkline">
                <input type="checkbox" id="inside" name="inside" value="1" checked=typed.inside aria-describedby="inside-hint"/>
                <span>{t(w::INSIDE)}</span>
            </label>
            <p class="hint" id="inside-hint">{t(w::INSIDE_HINT)}</p>
        </div>
    }
    .into_any()
}

/// A secret that was just made, shown this once. `back` is where to go when it is saved.
fn secret(secret: String, back: String) -> AnyView {
    view! {
        <section class="secret" aria-labelledby="h-once">
            {icon("key")}
            <div>
                <h2 id="h-once">{t(w::SECRET_TITLE)}</h2>
                <p class="muted">{t(w::SECRET_LINE)}</p>
                {copy_row(t(w::SECRET), Some("new-secret"), secret)}
                <div class="row secret-end"><a class="btn btn-sm" href=back>{t(w::SAVED)}</a></div>
            </div>
        </section>
    }
    .into_any()
}

/// How an endpoint stands.
fn stands(endpoint: &Endpoint) -> AnyView {
    match (endpoint.enabled, endpoint.stopped, endpoint.failing_since) {
        (true, _, None) => badge(Tone::Ok, t(w::ON)),
        (true, _, Some(_)) => badge(Tone::Warn, t(w::FAILING)),
        (false, Some(_), _) => badge(Tone::Bad, t(w::OFF)),
        (false, None, _) => badge(Tone::Plain, t(w::OFF)),
    }
}

/// How a delivery stands.
fn told(delivery: &Delivery) -> AnyView {
    match (delivery.state, delivery.attempts) {
        (State::Pending, 0) => badge(Tone::Run, t(w::PENDING)),
        (State::Pending, _) => badge(Tone::Warn, t(w::AGAIN)),
        (State::Delivered, _) => badge(Tone::Ok, t(w::DELIVERED)),
        (State::Failed, _) => badge(Tone::Bad, t(w::FAILED)),
    }
}

/// What the other side answered: its status, or why there was none. Never a word of its own.
fn answer(delivery: &Delivery) -> String {
    match (delivery.status, delivery.error.as_deref()) {
        (Some(status), _) => format!("HTTP {status}"),
        (None, Some("not_allowed")) => t(w::NOT_ALLOWED).to_owned(),
        (None, Some("no_connection")) => t(w::NO_CONNECTION).to_owned(),
        (None, Some("timeout")) => t(w::TIMEOUT).to_owned(),
        (None, Some("secret_lost")) => t(w::SECRET_LOST).to_owned(),
        (None, Some(_)) => t(w::BROKEN).to_owned(),
        (None, None) => "—".to_owned(),
    }
}
