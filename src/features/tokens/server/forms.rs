//! The tokens page and its forms.

use axum::response::Response;

use super::Tokens;
use crate::shared::error::AppError;

#[expect(dead_code, reason = "the page follows")]
async fn page(_: Tokens) -> Result<Response, AppError> {
    Err(AppError::not_found())
}
