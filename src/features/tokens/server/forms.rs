//! The tokens page and its forms.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::Tokens;
use crate::{
    features::{
        accounts::{model::TokenMode, server::Account},
        audit::model::Actor,
        tokens::{
            history,
            pages::{self, Question},
        },
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{
        Frame,
        texts::{shell, tokens as w},
    },
};

/// Lines on one page of the history.
const ROWS: usize = 50;

/// Routes of the page.
pub(super) fn routes(tokens: &Tokens) -> Table {
    let access = Access::Right(Right::Tokens);
    Routes::new(tokens.clone())
        .get("/tokens", access, show)
        .post("/tokens", access, post)
        .get("/tokens/history", access, history)
        .get("/tokens/refresh", access, ask_refresh)
        .post("/tokens/refresh", access, refresh)
        .get("/tokens/force", access, ask_force)
        .post("/tokens/force", access, force)
        .table()
}

async fn show(State(tokens): State<Tokens>, frame: Frame) -> Result<Response, AppError> {
    let Some(account) = tokens.accounts.get(frame.app_id()) else {
        return Ok(page::page(&frame, shell::TOKENS.get(frame.lang), pages::no_account));
    };
    let view = tokens.overview(&account).await?;
    Ok(page::page(&frame, shell::TOKENS.get(frame.lang), || pages::tokens(&view, None)))
}

async fn history(State(tokens): State<Tokens>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let before = query.int("before", 1, i64::MAX, i64::MAX);
    query.done()?;
    let account = account(&tokens, &frame)?;
    let lines = tokens.history(&account.app_id, before, ROWS).await?;
    Ok(page::page(&frame, w::HISTORY.get(frame.lang), || history::page(lines, before != i64::MAX)))
}

/// 重新获取 of the page. In classic mode it is asked about first.
async fn post(State(tokens): State<Tokens>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    if form.get("intent") != "refresh" {
        return Err(AppError::not_found());
    }
    let account = account(&tokens, &frame)?;
    if account.token_mode == TokenMode::Classic {
        return Ok(page::done(&frame.href("/tokens/refresh"), None));
    }
    let Err(error) = tokens.refresh(&account, Actor::User(operator.name)).await else {
        return Ok(page::done(&frame.href("/tokens"), Some(w::REFRESHED.get(frame.lang))));
    };
    let view = tokens.overview(&account).await?;
    Ok(page::render(&frame, status(&error), shell::TOKENS.get(frame.lang), false, || pages::tokens(&view, Some(&error))))
}

async fn ask_refresh(State(tokens): State<Tokens>, frame: Frame) -> Result<Response, AppError> {
    account(&tokens, &frame)?;
    Ok(asked(&frame, Question::Refresh, StatusCode::OK, None))
}

async fn refresh(State(tokens): State<Tokens>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let account = account(&tokens, &frame)?;
    let outcome = tokens.refresh(&account, Actor::User(operator.name)).await;
    Ok(settled(&frame, Question::Refresh, outcome))
}

async fn ask_force(State(tokens): State<Tokens>, frame: Frame) -> Result<Response, AppError> {
    account(&tokens, &frame)?;
    Ok(asked(&frame, Question::Force, StatusCode::OK, None))
}

async fn force(State(tokens): State<Tokens>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let account = account(&tokens, &frame)?;
    let outcome = tokens.force(&account, Actor::User(operator.name)).await;
    Ok(settled(&frame, Question::Force, outcome))
}

fn settled(frame: &Frame, question: Question, outcome: Result<(), AppError>) -> Response {
    match outcome {
        Ok(()) => {
            let flash = if question == Question::Force { w::FORCED } else { w::REFRESHED };
            page::done(&frame.href("/tokens"), Some(flash.get(frame.lang)))
        }
        Err(error) => asked(frame, question, status(&error), Some(&error)),
    }
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

fn asked(frame: &Frame, question: Question, status: StatusCode, refused: Option<&AppError>) -> Response {
    page::render(frame, status, question.title().get(frame.lang), false, || pages::confirm(question, refused))
}

fn account(tokens: &Tokens, frame: &Frame) -> Result<Arc<Account>, AppError> {
    tokens.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)
}
