//! Routes of the page 设置.

use axum::{extract::State, response::Response};

use super::Desk;
use crate::{
    features::{
        accounts::server::{Accounts, By, unlock},
        audit::model::Actor,
        settings::pages,
    },
    infra::{
        fields::Form,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{
        Frame,
        texts::{settings as w, shell},
    },
};

/// Its routes.
pub fn routes(accounts: Accounts) -> Table {
    let right = Access::Right(Right::Administer);
    Routes::new(Desk::new(accounts)).get("/settings", right, show).post("/settings", right, post).table()
}

async fn show(State(desk): State<Desk>, frame: Frame) -> Result<Response, AppError> {
    let shown = desk.shown(frame.lang).await?;
    Ok(page::page(&frame, shell::SETTINGS.get(frame.lang), || pages::settings(shown)))
}

/// `intent=unlock` takes the lock off sending.
async fn post(State(desk): State<Desk>, frame: Frame, operator: Operator, caller: Caller, form: Form) -> Result<Response, AppError> {
    if form.get("intent") != "unlock" {
        return Err(AppError::not_found());
    }
    let by = By { actor: Actor::User(operator.name), address: Some(caller.0.to_string()) };
    unlock(desk.accounts.core(), &by).await?;
    Ok(page::done("/settings", Some(w::UNLOCKED.get(frame.lang))))
}
