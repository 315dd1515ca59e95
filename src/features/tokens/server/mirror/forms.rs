//! `/tokens/mirror`.

use axum::{extract::State, response::Response};

use crate::{
    features::{
        audit::model::Actor,
        tokens::{mirror_model::MirrorSetting, mirror_page as pages, server::Tokens},
    },
    infra::{
        fields::Form,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, form::Refused, texts::mirror as w},
};

/// Its routes.
pub(in super::super) fn routes(tokens: &Tokens) -> Table {
    let access = Access::Right(Right::Administer);
    Routes::new(tokens.clone()).get("/tokens/mirror", access, show).post("/tokens/mirror", access, save).table()
}

async fn show(State(tokens): State<Tokens>, frame: Frame) -> Result<Response, AppError> {
    let account = tokens.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)?;
    let view = tokens.mirror(&account.app_id);
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || pages::page(view, Refused::none())))
}

async fn save(
    State(tokens): State<Tokens>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let account = tokens.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)?;
    let setting = MirrorSetting {
        on: form.get("on") == "1",
        token_key: form.trimmed("token_key").to_owned(),
        ticket_key: form.trimmed("ticket_key").to_owned(),
    };
    let faults = tokens.set_mirror(&account, setting.clone(), Actor::User(operator.name), address.to_string()).await?;
    if faults.is_empty() {
        return Ok(page::done(&frame.href("/tokens"), Some(w::SAVED.get(frame.lang))));
    }
    let mut view = tokens.mirror(&account.app_id);
    view.setting = setting;
    Ok(page::refused_page(&frame, w::TITLE.get(frame.lang), || pages::page(view, Refused(faults))))
}
