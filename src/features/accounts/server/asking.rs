//! Handlers of the pages that ask before something of an account is taken away.

use axum::{
    extract::{Path, State},
    response::Response,
};
use secrecy::SecretString;

use super::{
    Typed,
    forms::{Desk, by, save},
    verify_files,
};
use crate::{
    features::accounts::pages,
    infra::{fields::Form, guard::Operator, net::Caller, page},
    shared::error::AppError,
    ui::{Frame, texts::accounts as w},
};

/// `GET /accounts/{app_id}/callback-off`.
pub async fn callback(State(desk): State<Desk>, frame: Frame, Path(app_id): Path<String>) -> Result<Response, AppError> {
    let face = desk.accounts.face(&app_id).await?;
    if !(face.has_callback_token || face.has_aes_key) {
        // It is off already.
        return Ok(page::done(&format!("/accounts/{app_id}"), None));
    }
    let title = w::CALLBACK_OFF_ASK.get(frame.lang);
    Ok(page::page(&frame, title, || pages::callback_off(face, &frame.public_url)))
}

/// `POST /accounts/{app_id}/callback-off`.
pub async fn callback_off(
    State(desk): State<Desk>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(app_id): Path<String>,
    _: Form,
) -> Result<Response, AppError> {
    let nothing = Typed {
        callback_token: Some(SecretString::default()),
        aes_key: Some(SecretString::default()),
        callback_mode: Some("plain".into()),
        ..Typed::default()
    };
    let said = save(&desk, &by(operator, caller), &app_id, nothing, w::CALLBACK_IS_OFF).await?;
    Ok(page::done(&format!("/accounts/{app_id}"), Some(said.get(frame.lang))))
}

/// `GET /accounts/{app_id}/files/{name}/remove`.
pub async fn file(State(desk): State<Desk>, frame: Frame, Path((app_id, name)): Path<(String, String)>) -> Result<Response, AppError> {
    let face = desk.accounts.face(&app_id).await?;
    let text = verify_files::get(desk.accounts.core(), &name).await?.ok_or_else(AppError::not_found)?;
    let title = pages::remove_title(&name, frame.lang);
    Ok(page::page(&frame, &title, || pages::remove_file(&face, &name, text, &frame.public_url)))
}

/// `POST /accounts/{app_id}/files/{name}/remove`.
pub async fn remove_file(
    State(desk): State<Desk>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path((app_id, name)): Path<(String, String)>,
    _: Form,
) -> Result<Response, AppError> {
    desk.accounts.named(Some(&app_id))?;
    verify_files::remove(desk.accounts.core(), &by(operator, caller), &name).await?;
    Ok(page::done(&format!("/accounts/{app_id}"), Some(w::FILE_GONE.get(frame.lang))))
}
