//! `/profile/wechat` on the desktop, `/wechat/{token}` on the phone.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Bindings, Opened};
use crate::{
    features::audit::model::Actor,
    features::{
        binding::page::{self as pages, Face},
        users::server::people::By,
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page,
        query::Id,
    },
    shared::{error::AppError, lang::Text},
    ui::{Frame, texts::binding as w},
};

/// The routes.
pub fn routes(bindings: Bindings) -> Table {
    Routes::new(bindings)
        .get("/profile/wechat", Access::SignedIn, show)
        .post("/profile/wechat", Access::SignedIn, change)
        .get("/wechat/{token}", Access::Public, start)
        .get("/wechat/{token}/back", Access::Public, back)
        .table()
}

async fn show(State(bindings): State<Bindings>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let standing = bindings.standing(&operator.id, frame.app_id()).await?;
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || pages::view(&standing)))
}

async fn change(
    State(bindings): State<Bindings>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    form: Form,
) -> Result<Response, AppError> {
    let by = By { actor: Actor::User(operator.name.clone()), address: Some(caller.0.to_string()) };
    let said = match form.get("intent") {
        "begin" if !frame.app_id().is_empty() => {
            bindings.begin(&operator.id, frame.app_id());
            None
        }
        "cancel" => {
            bindings.drop_try(&operator.id);
            None
        }
        "confirm" => {
            // Taken out first: two presses bind once.
            let Some(one) = bindings.drop_try(&operator.id) else {
                return Ok(page::done("/profile/wechat", Some(w::OVER.get(frame.lang))));
            };
            let Some(face) = one.seen else { return Err(AppError::not_found()) };
            bindings.users.bind_wechat(&by, &operator.id, Some((one.app_id, face.openid))).await?;
            Some(w::DONE)
        }
        "unbind" => {
            bindings.users.bind_wechat(&by, &operator.id, None).await?;
            Some(w::UNDONE)
        }
        _ => return Err(AppError::not_found()),
    };
    Ok(page::done("/profile/wechat", said.map(|text| text.get(frame.lang))))
}

/// The link, opened on the phone: to WeChat and back.
async fn start(State(bindings): State<Bindings>, frame: Frame, Id(token): Id, headers: HeaderMap) -> Result<Response, AppError> {
    let app_id = match bindings.opened(&token) {
        Opened::Good(app_id) => app_id,
        Opened::Used => return Ok(told(&frame, StatusCode::OK, w::SEEN, w::GO_BACK)),
        Opened::Gone => return Ok(told(&frame, StatusCode::GONE, w::GONE, w::GONE_LINE)),
    };
    let (mut answer, to) = bindings.people.authorize_for_us(&app_id, &format!("/wechat/{token}/back"), &headers)?;
    answer.insert(header::LOCATION, HeaderValue::from_str(&to).map_err(|_| AppError::internal("address"))?);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok((StatusCode::SEE_OTHER, answer).into_response())
}

/// Back from WeChat, with the ticket of this visit.
async fn back(State(bindings): State<Bindings>, frame: Frame, Id(token): Id, mut query: Query) -> Result<Response, AppError> {
    let app_id = match bindings.opened(&token) {
        Opened::Good(app_id) => app_id,
        Opened::Used => return Ok(told(&frame, StatusCode::OK, w::SEEN, w::GO_BACK)),
        Opened::Gone => return Ok(told(&frame, StatusCode::GONE, w::GONE, w::GONE_LINE)),
    };
    let visit = bindings.people.visit_of(&app_id, &query.take("ticket").unwrap_or_default()).await?;
    let Some(visit) = visit else { return Ok(told(&frame, StatusCode::GONE, w::GONE, w::GONE_LINE)) };
    if visit.is_snapshot_user {
        return Ok(told(&frame, StatusCode::FORBIDDEN, w::SNAPSHOT, w::SNAPSHOT_LINE));
    }
    bindings.saw(&token, Face { name: visit.nickname, openid: visit.openid });
    Ok(told(&frame, StatusCode::OK, w::SEEN, w::GO_BACK))
}

/// A page without anything of the desk's around it: whoever holds the phone need not be signed in.
fn told(frame: &Frame, status: StatusCode, title: Text, line: Text) -> Response {
    let bare = Frame { person: None, account: None, ..frame.clone() };
    page::render(&bare, status, title.get(frame.lang), true, || pages::told(title, line))
}
