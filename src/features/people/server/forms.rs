//! Handlers of the page 关注者.

use axum::{extract::State, response::Response};

use super::People;
use crate::{
    features::{
        audit::model::Actor,
        people::{
            model::{Cursor, Wanted},
            pages::{self, Shown},
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        page,
    },
    shared::error::AppError,
    ui::{
        Frame,
        texts::{people as w, shell},
    },
};

/// Rows on a page.
const ROWS: usize = 50;

/// `GET /people`.
pub async fn page(State(people): State<People>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let text: String = query.take("q").unwrap_or_default().trim().chars().take(64).collect();
    let tag = query.take("tag").and_then(|tag| tag.parse().ok());
    let after = query.take("after").and_then(|after| Cursor::parse(&after));
    let first = after.is_none();
    let wanted = Wanted { text, tag, after };
    let app_id = frame.app_id().to_owned();
    let shown = Shown {
        connected: frame.account.is_some(),
        list: people.list(&app_id, &wanted, ROWS).await?,
        tags: people.tags(&app_id).await?,
        counts: people.counts(&app_id).await?,
        synced_at: people.accounts.get(&app_id).and_then(|account| account.followers_synced_at),
        sync: people.sync_state(&app_id),
        wanted,
        first,
    };
    Ok(page::page(&frame, shell::PEOPLE.get(frame.lang), || pages::people(shown)))
}

/// `POST /people`: brings the list up to date.
pub async fn post(State(people): State<People>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    if form.get("intent") != "sync" {
        return Err(AppError::not_found());
    }
    let account = people.accounts.named(Some(frame.app_id()))?;
    let started = people.start_sync(account, Actor::User(operator.name));
    let said = if started { w::SYNC_STARTED } else { w::SYNC_RUNNING };
    Ok(page::done(&frame.href("/people"), Some(said.get(frame.lang))))
}
