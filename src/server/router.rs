//! All routes in one table, and the layers around them, outermost last.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

use super::{
    app::App,
    assets, frame, preferences,
    security::{self, Gate},
};
use crate::{
    features::messages,
    infra::guard::{Access, Entry, Routes, Table},
    shared::{error::AppError, lang::Text},
};

/// Nothing takes longer: `Prefer: wait` ends at 30 s, WeChat's own calls at 10 s.
const TIMEOUT: Duration = Duration::from_secs(75);

/// Every route with its right.
pub fn table(app: &App) -> Table {
    Routes::new(app.clone())
        .post("/preferences", Access::OwnForm, preferences::save)
        .table()
        .merge(messages::server::forms::routes(&app.messages))
        .merge(messages::server::http::routes(&app.messages))
}

/// The list of routes, for the test that walks them.
pub fn entries(app: &App) -> Vec<Entry> {
    table(app).entries
}

/// The public listener's router.
pub fn router(app: &App) -> Router {
    let gate = Arc::new(Gate {
        proxies: app.proxies.clone(),
        public_host: public_host(&app.core.settings.public_url()),
        secure: app.core.settings.secure(),
        clock: app.core.clock.clone(),
    });
    let inner = table(app)
        .router
        .route("/assets/{hash}/{*file}", get(assets::serve))
        .fallback(|| async { AppError::not_found() })
        .method_not_allowed_fallback(|| async {
            AppError::new(405, "method_not_allowed", Text::new("这个地址不支持这种请求方法。", "This address does not take that method."))
        })
        .layer(CatchPanicLayer::custom(panicked));
    // A prefix such as /a/{app_id} must come off before routes are matched, so the frame wraps the whole router.
    Router::new()
        .fallback_service(inner)
        .layer(middleware::from_fn_with_state(app.clone(), frame::frame))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(gate, security::gate))
}

/// `host[:port]` of an address.
pub fn public_host(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default().to_ascii_lowercase()
}

/// The last net: a handler that panics costs one answer, not the process. What it said may hold anything, so it is not repeated.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    crate::infra::respond::unexpected(&"a handler panicked").into_response()
}
