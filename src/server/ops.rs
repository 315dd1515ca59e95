//! The listener for operators: `/healthz`, `/readyz`, `/metrics`. Never on the public address.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};

use super::{app::App, telemetry};
use crate::infra::{Core, files};

/// A worker that finished no unit for this long (milliseconds) is not alive.
const SILENCE: i64 = 5 * 60 * 1000;
/// A writer that takes no unit of work for this long is stuck.
const PATIENCE: Duration = Duration::from_secs(2);

/// Its routes.
pub fn router(app: App) -> Router {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready)).route("/metrics", get(metrics)).with_state(app)
}

/// About us: database in its place and writable, workers alive, disk not full. WeChat being down is said inside, with 200.
async fn ready(State(app): State<App>) -> Response {
    let writable = app.core.db.in_place() && writable(&app.core).await;
    let now = app.core.now();
    let silent: Vec<_> = app.crew.pulses().into_iter().filter(|(_, at)| now - at > SILENCE).map(|(name, _)| name).collect();
    let data = &app.core.place.data;
    let space = files::free_space(data).map_or(true, |free| free > files::space_floor(data));
    let ok = writable && silent.is_empty();
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let disk = if space { "ok" } else { "disk" };
    let said = json!({"ready": ok, "database": writable, "silent_workers": silent, "disk": disk, "wechat": wechat(&app)});
    (status, Json(said)).into_response()
}

/// Whether the writer takes a write, soon: one that is stuck must not take the question with it, and only a write finds a full disk.
async fn writable(core: &Core) -> bool {
    let now = core.now().to_string();
    let probe = core.db.write(move |connection| {
        Box::pin(async move {
            let put = "insert into settings (name, value) values ('probed_at', ?) on conflict (name) do update set value = excluded.value";
            sqlx::query(put).bind(now).execute(connection).await.map(|_| ())
        })
    });
    tokio::select! {
        biased;
        done = probe => done.is_ok(),
        () = core.clock.sleep(PATIENCE) => false,
    }
}

/// How each account's access token is, by AppID: the nearest thing to "WeChat works" that costs no call.
fn wechat(app: &App) -> Map<String, Value> {
    let health = |app_id: &str| app.tokens.health(app_id).word().into();
    app.accounts.all().iter().map(|account| (account.app_id.clone(), health(&account.app_id))).collect()
}

async fn metrics(State(app): State<App>) -> impl IntoResponse {
    // Read when somebody asks; figures of a moment ago do where the database does not answer.
    if let Err(error) = app.media.measure_room().await {
        tracing::warn!(error = %error, "What accounts keep could not be read for the figures");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], telemetry::metrics().render())
}
