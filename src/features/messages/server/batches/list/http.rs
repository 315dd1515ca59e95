//! `GET /api/v1/batches`.

use axum::{
    Json,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};

use super::{super::record::Record, BatchFilter};
use crate::{
    features::messages::{
        model::BatchState,
        server::{Messages, http::state_of},
    },
    infra::{guard::ApiCaller, query::Query, respond::asked_lang},
    shared::{
        error::AppError,
        list::{Listed, MOST_ROWS},
    },
};

/// Batches, newest first.
#[utoipa::path(
    get, path = "/api/v1/batches", tag = "batches",
    params(
        ("account" = Option<String>, Query), ("state" = Option<String>, Query), ("template_id" = Option<String>, Query),
        ("touser" = Option<String>, Query), ("from" = Option<String>, Query), ("to" = Option<String>, Query),
        ("cursor" = Option<String>, Query), ("limit" = Option<i64>, Query),
    ),
    responses((status = 200, description = "items and next_cursor", body = Listed<Record>), (status = 422, description = "Refused parameters")),
    security(("key" = ["messages:read"]))
)]
pub(in super::super) async fn list(
    State(messages): State<Messages>,
    caller: ApiCaller,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = query.take("account");
    let filter = BatchFilter {
        state: state_of(&mut query, BatchState::parse),
        template_id: query.take("template_id"),
        touser: query.take("touser"),
        actor: None,
        from: query.time("from", false),
        to: query.time("to", true),
    };
    let (cursor, limit) = (query.cursor(), query.int("limit", 1, MOST_ROWS, 50));
    query.done()?;
    let account = messages.accounts.for_caller(&caller, account.as_deref())?;
    let lang = asked_lang(&headers);
    let listed = messages.batches(&account.app_id, &filter, cursor.as_deref(), limit).await?;
    Ok(Json(listed.map(|batch| Record::new(batch, lang))).into_response())
}
