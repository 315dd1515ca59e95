//! `/webhooks` and what lies below it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use secrecy::ExposeSecret;

use super::{By, Wanted, Webhooks};
use crate::{
    features::{
        audit::model::Actor,
        webhooks::{
            model::{Endpoint, LONGEST_DESCRIPTION, REPLAY_HOURS, is_offered},
            pages::{self, Shown, Typed},
        },
    },
    infra::{
        fields::{Form, Query, check_text},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        outward::{self, Refusal},
        page,
    },
    shared::{
        error::AppError,
        lang::{Said, Text},
        rights::Right,
    },
    ui::{
        Frame,
        blocks::number,
        form::Refused,
        texts::{shell, webhooks as w},
    },
};

/// Deliveries of a page.
const ROWS: usize = 50;

pub(super) fn routes(hooks: Webhooks) -> Table {
    let administer = Access::Right(Right::Administer);
    Routes::new(hooks)
        .get("/webhooks", administer, list)
        .post("/webhooks", administer, add)
        .get("/webhooks/{id}", administer, show)
        .post("/webhooks/{id}", administer, act)
        .get("/webhooks/{id}/remove", administer, ask)
        .post("/webhooks/{id}/remove", administer, remove)
        .get("/webhooks/{id}/deliveries/{number}", administer, delivery)
        .post("/webhooks/{id}/deliveries/{number}", administer, replay)
        .table()
}

fn by(operator: Operator, Caller(address): Caller) -> By {
    By { actor: Actor::User(operator.name), address: address.to_string() }
}

/// The account the page is about.
fn account(frame: &Frame) -> Result<&str, AppError> {
    let app_id = frame.app_id();
    if app_id.is_empty() { Err(AppError::conflict("no_account", w::NO_ACCOUNT)) } else { Ok(app_id) }
}

async fn list(State(hooks): State<Webhooks>, frame: Frame) -> Result<Response, AppError> {
    let endpoints = hooks.of_account(account(&frame)?).await?;
    Ok(page::page(&frame, shell::WEBHOOKS.get(frame.lang), || pages::list(endpoints, None, Typed::default())))
}

/// Adds an endpoint and shows its secret on the page itself, this once: it never rides in a cookie or an address.
async fn add(State(hooks): State<Webhooks>, frame: Frame, operator: Operator, caller: Caller, form: Form) -> Result<Response, AppError> {
    let (app_id, mut typed, title) = (account(&frame)?, typed(&form), shell::WEBHOOKS.get(frame.lang));
    if let Some(wanted) = check(&mut typed) {
        if let Some((_, secret)) = hooks.add(app_id, wanted, &by(operator, caller)).await? {
            let endpoints = hooks.of_account(app_id).await?;
            let fresh = Some(secret.expose_secret().to_owned());
            return Ok(page::page(&frame, title, || pages::list(endpoints, fresh, Typed::default())));
        }
        typed.refused.add("url", "too_many", w::TOO_MANY);
    }
    let endpoints = hooks.of_account(app_id).await?;
    Ok(page::refused_page(&frame, title, || pages::list(endpoints, None, typed)))
}

async fn show(State(hooks): State<Webhooks>, frame: Frame, Path(id): Path<String>, mut query: Query) -> Result<Response, AppError> {
    let before = query.int("before", 1, i64::MAX, i64::MAX);
    query.done()?;
    let shown = hooks.shown(&frame, &id, before).await?;
    Ok(rendered(&frame, shown))
}

fn rendered(frame: &Frame, shown: Shown) -> Response {
    let title = shown.endpoint.name().to_owned();
    page::page(frame, &title, || pages::endpoint(shown))
}

impl Webhooks {
    async fn shown(&self, frame: &Frame, id: &str, before: i64) -> Result<Shown, AppError> {
        let endpoint = self.endpoint(account(frame)?, id).await?;
        let deliveries = self.deliveries(id, before, ROWS).await?;
        Ok(Shown { typed: Typed::of(&endpoint), endpoint, deliveries, later: before != i64::MAX, fresh: None })
    }
}

/// `intent=save` with the form, `test`, `rotate`, `end-old`, or `replay` with `hours`.
async fn act(
    State(hooks): State<Webhooks>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let endpoint = hooks.endpoint(account(&frame)?, &id).await?;
    let (by, here) = (by(operator, caller), frame.href(&format!("/webhooks/{id}")));
    match form.get("intent") {
        "save" => save(&hooks, &frame, &endpoint, &by, &form).await,
        "test" => {
            let delivery = hooks.test(&endpoint, &by).await?;
            Ok(page::done(&format!("{here}/deliveries/{delivery}"), None))
        }
        "rotate" => {
            let secret = hooks.rotate(&endpoint, &by).await?;
            let shown = hooks.shown(&frame, &id, i64::MAX).await?;
            Ok(rendered(&frame, Shown { fresh: Some(secret.expose_secret().to_owned()), ..shown }))
        }
        "end-old" => {
            hooks.end_old(&endpoint, &by).await?;
            Ok(page::done(&here, Some(w::OLD_ENDED.get(frame.lang))))
        }
        "replay" => {
            let hours = form.trimmed("hours").parse().ok().filter(|hours| REPLAY_HOURS.contains(hours));
            let count = hooks.replay_failed(&endpoint, hours.ok_or_else(unknown_intent)?, &by).await?;
            let count = number(i64::try_from(count).unwrap_or(i64::MAX));
            let said = Said::new(format!("已安排再次投递 {count} 个事件"), format!("{count} events will be sent again now"));
            Ok(page::done(&here, Some(said.get(frame.lang))))
        }
        _ => Err(unknown_intent()),
    }
}

fn unknown_intent() -> AppError {
    AppError::malformed(Text::new("表单不完整，请从页面提交。", "Not a whole form. Send it from the page."))
}

async fn save(hooks: &Webhooks, frame: &Frame, endpoint: &Endpoint, by: &By, form: &Form) -> Result<Response, AppError> {
    let mut typed = typed(form);
    if let Some(wanted) = check(&mut typed) {
        hooks.change(endpoint, wanted, typed.enabled, by).await?;
        return Ok(page::done(&frame.href(&format!("/webhooks/{}", endpoint.id)), Some(w::CHANGED.get(frame.lang))));
    }
    let shown = Shown { typed, ..hooks.shown(frame, &endpoint.id, i64::MAX).await? };
    let title = endpoint.name().to_owned();
    Ok(page::refused_page(frame, &title, || pages::endpoint(shown)))
}

async fn ask(State(hooks): State<Webhooks>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let endpoint = hooks.endpoint(account(&frame)?, &id).await?;
    Ok(page::page(&frame, &pages::remove_title(&endpoint, frame.lang), || pages::remove(&endpoint)))
}

async fn remove(
    State(hooks): State<Webhooks>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, AppError> {
    let endpoint = hooks.endpoint(account(&frame)?, &id).await?;
    hooks.remove(&endpoint, &by(operator, caller)).await?;
    Ok(page::done(&frame.href("/webhooks"), Some(w::REMOVED.get(frame.lang))))
}

/// A delivery's number in an address; anything else is no delivery.
fn numbered(text: &str) -> Result<i64, AppError> {
    text.parse().map_err(|_| AppError::not_found())
}

async fn delivery(State(hooks): State<Webhooks>, frame: Frame, Path((id, which)): Path<(String, String)>) -> Result<Response, AppError> {
    let endpoint = hooks.endpoint(account(&frame)?, &id).await?;
    let (delivery, body) = hooks.delivery(&id, numbered(&which)?).await?;
    let title = delivery.kind.clone();
    Ok(page::page(&frame, &title, || pages::delivery(&endpoint, delivery, body)))
}

async fn replay(
    State(hooks): State<Webhooks>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path((id, which)): Path<(String, String)>,
    _: Form,
) -> Result<Response, AppError> {
    let endpoint = hooks.endpoint(account(&frame)?, &id).await?;
    let (delivery, _) = hooks.delivery(&id, numbered(&which)?).await?;
    hooks.replay(&endpoint, &delivery, &by(operator, caller)).await?;
    Ok(page::done(&frame.href(&format!("/webhooks/{id}/deliveries/{which}")), Some(w::REPLAYED.get(frame.lang))))
}

fn typed(form: &Form) -> Typed {
    Typed {
        url: form.trimmed("url").to_owned(),
        description: form.trimmed("description").to_owned(),
        types: form.all("type").map(str::to_owned).collect(),
        inside: form.get("inside") == "1",
        enabled: form.get("enabled") == "1",
        refused: Refused::none(),
    }
}

fn check(typed: &mut Typed) -> Option<Wanted> {
    typed.types.retain(|word| is_offered(word));
    match outward::read(&typed.url, typed.inside) {
        Ok(_) => {}
        Err(Refusal::Malformed) => typed.refused.add("url", "malformed", w::BAD_URL),
        Err(Refusal::Scheme) => typed.refused.add("url", "not_https", w::NOT_HTTPS),
        Err(Refusal::Address) => typed.refused.add("url", "address_not_allowed", w::BAD_ADDRESS),
    }
    if check_text(&typed.description, 0, LONGEST_DESCRIPTION).is_err() {
        typed.refused.add("description", "too_long", w::TOO_LONG);
    }
    if typed.types.is_empty() {
        typed.refused.add("type", "missing", w::NO_TYPES);
    }
    let Typed { url, description, types, inside, .. } = typed.clone();
    typed.refused.is_empty().then_some(Wanted { url, description, types, inside })
}
