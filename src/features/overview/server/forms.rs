//! `GET /`.

use axum::{extract::State, response::Response};

use super::Overview;
use crate::{
    features::{audit::model::Actor, overview::pages},
    infra::{
        guard::{Access, Operator, Routes, Table},
        page,
    },
    shared::rights::Right,
    ui::{Frame, texts::shell},
};

/// Its route.
pub fn routes(overview: Overview) -> Table {
    Routes::new(overview).get("/", Access::Right(Right::Overview), show).table()
}

/// The overview.
pub async fn show(State(overview): State<Overview>, frame: Frame, operator: Operator) -> Response {
    let account = overview.accounts.get(frame.app_id());
    let shown = overview.gather(operator.role, &Actor::User(operator.name).tag(), account.as_deref()).await;
    page::page(&frame, shell::OVERVIEW.get(frame.lang), || pages::overview(shown))
}
