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
        reproof::Reproof,
    },
    shared::{error::AppError, lang::Text},
    ui::{
        Frame,
        form::Refused,
        texts::{binding as w, scan},
    },
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
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || pages::view(&standing, &Refused::none())))
}

async fn change(
    State(bindings): State<Bindings>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    reproof: Reproof,
    form: Form,
) -> Result<Response, AppError> {
    let (app_id, intent) = (frame.app_id().to_owned(), form.get("intent"));
    let by = By { actor: Actor::User(operator.name.clone()), address: Some(caller.0.to_string()) };
    let proves = bindings.proves(intent, &app_id).await?;
    if proves && !reproof.password(&operator, caller.0, form.get("password")).await? {
        let mut refused = Refused::none();
        refused.add("password", "wrong", scan::PASSWORD_WRONG);
        let standing = bindings.standing(&operator.id, &app_id).await?;
        return Ok(page::refused_page(&frame, w::TITLE.get(frame.lang), || pages::view(&standing, &refused)));
    }
    let said = match intent {
        "begin" if !app_id.is_empty() => {
            bindings.begin(&operator.id, &app_id);
            None
        }
        "cancel" => {
            bindings.drop_try(&operator.id);
            None
        }
        "confirm" => Some(bindings.confirm(&by, &operator.id, proves).await?),
        "unbind" => {
            bindings.users.bind_wechat(&by, &operator.id, None).await?;
            Some(w::UNDONE)
        }
        "scan-on" | "scan-off" => {
            bindings.users.let_wechat_sign_in(&by, &operator.id, proves).await?;
            Some(if proves { scan::SWITCHED_ON } else { scan::SWITCHED_OFF })
        }
        _ => return Err(AppError::not_found()),
    };
    Ok(page::done("/profile/wechat", said.map(|text| text.get(frame.lang))))
}

impl Bindings {
    /// Whether the password is asked for: what signs a person in is bound by the person, not by whoever found their desk open.
    async fn proves(&self, intent: &str, app_id: &str) -> Result<bool, AppError> {
        Ok(match intent {
            "confirm" => self.signs_in(app_id).await?,
            intent => intent == "scan-on",
        })
    }

    /// Binds whoever opened a person's link; the sentence to say.
    async fn confirm(&self, by: &By, user_id: &str, signs_in: bool) -> Result<Text, AppError> {
        // Taken out first: two presses bind once.
        let Some(one) = self.drop_try(user_id) else { return Ok(w::OVER) };
        let Some(face) = one.seen else { return Err(AppError::not_found()) };
        self.users.bind_wechat(by, user_id, Some((one.app_id.clone(), face.openid))).await?;
        // The password was asked for on the account one looks at; another's code is bound for messages only.
        if signs_in && self.signs_in(&one.app_id).await? {
            self.users.let_wechat_sign_in(by, user_id, true).await?;
        }
        Ok(w::DONE)
    }
}

/// The link, opened on the phone: to WeChat and back.
async fn start(State(bindings): State<Bindings>, frame: Frame, Id(token): Id, headers: HeaderMap) -> Result<Response, AppError> {
    let app_id = match bindings.opened(&token) {
        Opened::Good(app_id) => app_id,
        Opened::Used => return Ok(told(&frame, StatusCode::OK, w::SEEN, w::GO_BACK)),
        Opened::Gone => return Ok(told(&frame, StatusCode::GONE, w::GONE, w::GONE_LINE)),
    };
    let (mut answer, to) = bindings.people.authorize_for_us(&app_id, &format!("/wechat/{token}/back"), true, &headers)?;
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
