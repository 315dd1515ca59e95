//! The listener for operators: `/healthz`, `/readyz`, `/metrics`. Never on the public address.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::{app::App, telemetry};
use crate::infra::files;

/// Below this much free space (bytes) downloads pause and health says so.
pub const SPACE_FLOOR: u64 = 64 * 1024 * 1024;
/// A worker that finished no unit for this long (milliseconds) is not alive.
const SILENCE: i64 = 5 * 60 * 1000;

/// Its routes.
pub fn router(app: App) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).route("/metrics", get(metrics)).with_state(app)
}

/// About us: database writable, workers alive, disk not full. WeChat being down is said inside, with 200.
async fn ready(State(app): State<App>) -> Response {
    let writable = app
        .core
        .db
        .write(|connection| Box::pin(async move { sqlx::query("select 1").execute(connection).await.map(|_| ()) }))
        .await
        .is_ok();
    let now = app.core.now();
    let silent: Vec<_> = app.crew.pulses().into_iter().filter(|(_, at)| now - at > SILENCE).map(|(name, _)| name).collect();
    let space = files::free_space(&app.core.place.data).map_or(true, |free| free > SPACE_FLOOR);
    let ok = writable && silent.is_empty();
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let disk = if space { "ok" } else { "disk" };
    (status, Json(json!({"ready": ok, "database": writable, "silent_workers": silent, "disk": disk}))).into_response()
}

async fn metrics() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], telemetry::metrics().render())
}
