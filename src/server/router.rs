//! All routes in one table, and the layers around them, outermost last.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, DefaultPredicate, Predicate, predicate::NotForContentType},
};

use super::{
    app::App,
    assets, frame,
    front::Front,
    openapi, preferences,
    security::{self, Gate},
    site::Site,
};
use crate::{
    features::{
        accounts, audit, binding, callback, docs, jssdk, messages, overview, people, person, relay, scan, search, settings, tokens, users,
        users::server::identify,
    },
    infra::{
        guard::{Access, Entry, Routes, Table},
        respond,
    },
    shared::{error::AppError, lang::Text},
};

/// No handler takes longer: `Prefer: wait` ends at 30 s, WeChat's own calls at 10 s.
const TIMEOUT: Duration = Duration::from_secs(75);
/// What the frame, sessions and keys may take beyond that.
const MARGIN: Duration = Duration::from_secs(5);

/// Every route with its right.
pub fn table(app: &App) -> Table {
    let public_url = app.core.settings.public_url();
    Routes::new(app.clone())
        .post("/preferences", Access::OwnForm, preferences::save)
        .table()
        .merge(users::server::routes(app.users.clone()))
        .merge(audit::server::routes(app.core.clone()))
        .merge(overview::server::forms::routes(app.overview.clone()))
        .merge(people::server::http::routes(app.people.clone()))
        .merge(person::server::routes(person::server::Persons::new(app.core.clone(), app.people.clone())))
        .merge(person::server::data::routes(person::server::data::Records::new(app.core.clone(), app.media.clone())))
        .merge(binding::server::routes(app.bindings.clone()))
        .merge(scan::server::routes(app.scans.clone()))
        .merge(relay::server::http::routes(app.relay.clone()))
        .merge(callback::server::http::routes(app.callback.clone()))
        .merge(app.media.routes())
        .merge(app.webhooks.routes())
        .merge(messages::server::forms::routes(&app.messages))
        .merge(messages::server::http::routes(&app.messages))
        .merge(messages::server::batches::http::routes(&app.messages))
        .merge(tokens::server::routes(&app.tokens))
        .merge(jssdk::server::routes(&app.signer))
        .merge(accounts::server::http::routes(app.accounts.clone()))
        .merge(settings::server::routes(app.accounts.clone(), app.users.clone()))
        .merge(search::server::routes(app.accounts.clone()))
        .merge(docs::server::routes(&openapi::document(&public_url), &public_url))
}

/// The list of routes, for the test that walks them.
pub fn entries(app: &App) -> Vec<Entry> {
    table(app).entries
}

/// What the public listener serves.
pub fn site(app: &App) -> Site {
    site_with(app, Router::new())
}

/// The same with routes of a neighbour's, such as the simulator's phone.
pub fn site_with(app: &App, more: Router) -> Site {
    site_within(app, more, TIMEOUT)
}

/// The same with another patience for handlers.
pub fn site_within(app: &App, more: Router, patience: Duration) -> Site {
    let gate = Arc::new(Gate {
        proxies: app.proxies.clone(),
        public_host: public_host(&app.core.settings.public_url()),
        secure: app.core.settings.secure(),
        clock: app.core.clock.clone(),
    });
    let inner = table(app)
        .router
        .route("/assets/{hash}/{*file}", get(assets::serve))
        .merge(more)
        .fallback(|| async { AppError::not_found() })
        .method_not_allowed_fallback(|| async {
            AppError::new(405, "method_not_allowed", Text::new("这个地址不支持这种请求方法。", "This address does not take that method."))
        })
        .layer(CatchPanicLayer::custom(panicked));
    // A prefix such as /a/{app_id} must come off before routes are matched, so the frame wraps the whole router. Who is there must be
    // known before the frame is built. Programs have no session: their cookies are not read.
    let programs = Router::new()
        .fallback_service(inner)
        .layer(middleware::from_fn_with_state(patience, in_time))
        .layer(middleware::from_fn_with_state(Arc::new(app.clone()), frame::frame))
        .layer(middleware::from_fn_with_state(Arc::new(app.users.clone()), identify::identify));
    let people = programs.clone().layer(app.users.sessions.layer());
    // Pictures and ZIPs of pictures are compressed already.
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("application/zip"));
    let main = Router::new()
        .fallback(sides)
        .with_state(Sides { programs, people })
        .layer(middleware::from_fn_with_state(patience + MARGIN, in_time_or_bare))
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(middleware::from_fn_with_state(gate.clone(), security::gate));
    Site::new(Front::new(app, gate), main)
}

/// The same routes twice: for programs, and with sessions for people.
#[derive(Clone)]
struct Sides {
    programs: Router,
    people: Router,
}

async fn sides(State(sides): State<Sides>, request: Request) -> Response {
    let side = if frame::for_programs(request.uri().path()) { sides.programs } else { sides.people };
    side.oneshot(request).await.unwrap_or_else(|never| match never {})
}

/// Ends a handler that takes too long; the frame around it says so in the form its caller reads.
async fn in_time(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    tokio::time::timeout(patience, next.run(request)).await.unwrap_or_else(|_| too_slow().into_response())
}

/// The same around the frame, where only a problem document is left to say it with.
async fn in_time_or_bare(State(patience): State<Duration>, request: Request, next: Next) -> Response {
    let lang = respond::asked_lang(request.headers());
    let answered = tokio::time::timeout(patience, next.run(request)).await;
    answered.unwrap_or_else(|_| respond::problem(&too_slow(), lang, too_slow().into_response()))
}

fn too_slow() -> AppError {
    AppError::unavailable("timed_out", Text::new("处理超时，请稍后再试。", "This took too long. Try again later."), 5)
}

/// `host[:port]` of an address.
pub fn public_host(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// The last net: a handler that panics costs one answer, not the process. What it said may hold anything, so it is not repeated.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    respond::unexpected(&"a handler panicked").into_response()
}
