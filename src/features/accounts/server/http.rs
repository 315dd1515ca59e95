//! Routes of the accounts: their pages, and the domain verification files.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::header,
    response::{IntoResponse, Response},
};

use super::{
    Accounts, asking,
    forms::{self, Desk},
    verify_files,
};
use crate::{
    infra::{
        Core,
        guard::{Access, Routes, Table},
    },
    shared::{error::AppError, rights::Right},
};

/// Their routes.
pub fn routes(accounts: Accounts) -> Table {
    let right = Access::Right(Right::Administer);
    let core = accounts.core().clone();
    let pages = Routes::new(Desk::new(accounts))
        .get("/accounts", right, forms::list)
        .get("/accounts/new", right, forms::new)
        .post("/accounts/new", right, forms::add)
        .get("/accounts/{app_id}", right, forms::one)
        .post("/accounts/{app_id}", right, forms::change)
        .get("/accounts/{app_id}/callback-off", right, asking::callback)
        .post("/accounts/{app_id}/callback-off", right, asking::callback_off)
        .get("/accounts/{app_id}/files/{name}/remove", right, asking::file)
        .post("/accounts/{app_id}/files/{name}/remove", right, asking::remove_file)
        .table();
    // A path pattern cannot end in `.txt`; whatever is no file here is no page either.
    pages.merge(Routes::new(core).get("/{file}", Access::Public, verification).table())
}

/// `GET /MP_verify_….txt`: the file as WeChat gave it out.
async fn verification(State(core): State<Core>, file: Result<Path<String>, PathRejection>) -> Result<Response, AppError> {
    let Ok(Path(file)) = file else { return Err(AppError::not_found()) };
    let text = verify_files::get(&core, &file).await?.ok_or_else(AppError::not_found)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text).into_response())
}
