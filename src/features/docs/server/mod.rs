//! `/api/v1/openapi.json` and `/docs`. What the API is comes from the composition root; nothing here knows a feature.

mod read;

use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

#[cfg(test)]
pub use read::untranslated;

use super::{
    model::{Group, Told},
    pages,
};
use crate::{
    infra::{
        guard::{Access, Routes, Table},
        page,
    },
    shared::rights::Right,
    ui::{Frame, texts::shell},
};

/// The description of the API. Cheap to clone.
#[derive(Clone)]
struct Docs {
    json: Arc<str>,
    groups: Arc<Vec<Group>>,
    told: Arc<Told>,
}

/// The two routes, around an OpenAPI document; `public_url` (without a final slash) is for its examples.
pub fn routes(document: &Value, public_url: &str) -> Table {
    let (groups, told) = (read::groups(document, public_url), read::told(document));
    let docs = Docs { json: document.to_string().into(), groups: Arc::new(groups), told: Arc::new(told) };
    Routes::new(docs).get("/api/v1/openapi.json", Access::Public, json).get("/docs", Access::Right(Right::Signatures), show).table()
}

async fn json(State(docs): State<Docs>) -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], docs.json.to_string()).into_response()
}

async fn show(State(docs): State<Docs>, frame: Frame) -> Response {
    page::page(&frame, shell::DOCS.get(frame.lang), || pages::docs(&docs.groups, &docs.told))
}
