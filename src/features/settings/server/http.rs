//! Routes of the page 设置.

use axum::{extract::State, response::Response};

use super::Desk;
use crate::{
    features::{
        accounts::server::{Accounts, By, sending_locked, unlock},
        audit::model::Actor,
        settings::pages,
        users::server::{Users, people},
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
        texts::{scan, settings as w, shell},
    },
};

/// Its routes.
pub fn routes(accounts: Accounts, users: Users) -> Table {
    let right = Access::Right(Right::Administer);
    Routes::new(Desk::new(accounts, users))
        .get("/settings", right, show)
        .post("/settings", right, change)
        .get("/settings/unlock", right, ask)
        .post("/settings/unlock", right, take_off)
        .table()
}

async fn show(State(desk): State<Desk>, frame: Frame) -> Result<Response, AppError> {
    let shown = desk.shown(frame.lang).await?;
    Ok(page::page(&frame, shell::SETTINGS.get(frame.lang), || pages::settings(shown)))
}

/// Chooses the account by which people sign in with WeChat, or none.
async fn change(State(desk): State<Desk>, frame: Frame, operator: Operator, caller: Caller, form: Form) -> Result<Response, AppError> {
    let by = people::By { actor: Actor::User(operator.name), address: Some(caller.0.to_string()) };
    desk.users.choose_scan_account(&by, Some(form.get("scan")).filter(|app_id| !app_id.is_empty())).await?;
    Ok(page::done("/settings", Some(scan::SETTING_SAVED.get(frame.lang))))
}

/// Asks before the lock comes off sending.
async fn ask(State(desk): State<Desk>, frame: Frame) -> Result<Response, AppError> {
    if !sending_locked(desk.accounts.core().db.read()).await? {
        return Ok(page::done("/settings", None));
    }
    Ok(page::page(&frame, w::UNLOCK_ASK.get(frame.lang), pages::ask_unlock))
}

/// Takes the lock off sending.
async fn take_off(State(desk): State<Desk>, frame: Frame, operator: Operator, caller: Caller, _: Form) -> Result<Response, AppError> {
    let by = By { actor: Actor::User(operator.name), address: Some(caller.0.to_string()) };
    unlock(desk.accounts.core(), &by).await?;
    Ok(page::done("/settings", Some(w::UNLOCKED.get(frame.lang))))
}
