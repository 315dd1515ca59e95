//! `/people/codes`.

use axum::{extract::State, http::StatusCode, response::Response};

use crate::{
    features::{
        audit::model::Actor,
        people::{
            qr_page::{self, DAYS, Made, Shown},
            server::People,
        },
    },
    infra::{
        fields::{Form, check_text},
        guard::{Access, Operator, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right, time::DAY},
    ui::{Frame, texts::qr as w},
    wechat::qrcode::SCENE_MAX,
};

/// Its routes.
pub(in super::super) fn routes(people: &People) -> Table {
    let access = Access::Right(Right::People);
    Routes::new(people.clone()).get("/people/codes", access, show).post("/people/codes", access, make).table()
}

async fn show(State(people): State<People>, frame: Frame) -> Result<Response, AppError> {
    people.accounts.named(Some(frame.app_id()))?;
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || qr_page::page(Shown::default())))
}

/// The code is shown on the page itself: it is kept nowhere.
async fn make(State(people): State<People>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let account = people.accounts.named(Some(frame.app_id()))?;
    let (scene, days) = (form.trimmed("scene").to_owned(), form.trimmed("days").parse().unwrap_or(-1));
    let mut shown = Shown { scene: scene.clone(), days, ..Shown::default() };
    if let Err((code, said)) = check_text(&scene, 1, SCENE_MAX) {
        shown.refused.add("scene", code, said);
    }
    if !DAYS.contains(&days) {
        shown.refused.add("days", "unknown", w::NO_DAYS);
    }
    let title = w::TITLE.get(frame.lang);
    if !shown.refused.is_empty() {
        return Ok(page::refused_page(&frame, title, || qr_page::page(shown)));
    }
    let seconds = (days > 0).then_some(days * DAY / 1000);
    match people.make_code(&account, &scene, seconds, Actor::User(operator.name)).await {
        Ok(code) => {
            shown.made = Some(Made { scene, url: code.url, expires_at: code.expires_at });
            Ok(page::page(&frame, title, || qr_page::page(shown)))
        }
        Err(error) => {
            let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_GATEWAY);
            shown.failed = Some(error);
            Ok(page::render(&frame, status, title, false, || qr_page::page(shown)))
        }
    }
}
