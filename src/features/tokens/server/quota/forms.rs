//! `/tokens/quota` and the page that sets the counts back.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::Quotas;
use crate::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        tokens::{quota_page as pages, server::Tokens},
    },
    infra::{
        fields::Form,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, form::Refused, texts::quota as w},
};

/// Its routes.
pub(in super::super) fn routes(tokens: &Tokens) -> Table {
    let (look, administer) = (Access::Right(Right::Tokens), Access::Right(Right::Administer));
    Routes::new(Quotas::new(tokens.clone()))
        .get("/tokens/quota", look, show)
        .get("/tokens/quota/clear", administer, ask)
        .post("/tokens/quota/clear", administer, clear)
        .table()
}

async fn show(State(quotas): State<Quotas>, frame: Frame) -> Result<Response, AppError> {
    let account = account(&quotas, &frame)?;
    let view = quotas.view(&account).await?;
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || pages::page(&view)))
}

async fn ask(State(quotas): State<Quotas>, frame: Frame) -> Result<Response, AppError> {
    let account = account(&quotas, &frame)?;
    let count = quotas.cleared(&account.app_id).await?.len();
    Ok(page::page(&frame, w::CLEAR_ASK.get(frame.lang), || pages::ask(count, String::new(), &Refused::none(), None)))
}

async fn clear(
    State(quotas): State<Quotas>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let account = account(&quotas, &frame)?;
    let (typed, title) = (form.trimmed("app_id").to_owned(), w::CLEAR_ASK.get(frame.lang));
    let count = quotas.cleared(&account.app_id).await?.len();
    if typed != account.app_id {
        let mut refused = Refused::none();
        refused.add("app_id", "not_the_same", w::NOT_SAME);
        return Ok(page::refused_page(&frame, title, || pages::ask(count, typed, &refused, None)));
    }
    match quotas.clear(&account, Actor::User(operator.name), address.to_string()).await {
        Ok(()) => Ok(page::done(&frame.href("/tokens/quota"), Some(w::CLEARED.get(frame.lang)))),
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_GATEWAY);
            Ok(page::render(&frame, status, title, false, || pages::ask(count, typed, &Refused::none(), Some(&error))))
        }
    }
}

fn account(quotas: &Quotas, frame: &Frame) -> Result<Arc<Account>, AppError> {
    quotas.tokens.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)
}
