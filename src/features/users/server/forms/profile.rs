//! `/profile`.

use axum::{extract::State, http::HeaderMap, response::Response};
use secrecy::SecretString;
use tower_sessions::Session;

use super::{by, enter, refused};
use crate::{
    features::{
        audit::server::record,
        users::{
            model,
            profile_page::{self, view},
            server::Users,
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        net::Caller,
        page,
        reproof::Proves,
    },
    shared::error::AppError,
    ui::{
        Frame,
        form::Refused,
        texts::{shell, users as w},
    },
};

/// `GET /profile`.
pub async fn show(State(users): State<Users>, frame: Frame, operator: Operator, session: Session) -> Result<Response, AppError> {
    let sessions = users.sessions.of_user(&operator.id, session.id()).await?;
    Ok(page::page(&frame, shell::PROFILE.get(frame.lang), || view(&frame, sessions, Refused::none())))
}

/// `GET /profile/sign-out`: asks before another device, named by `session`, or all others are signed out.
pub async fn ask(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    session: Session,
    mut query: Query,
) -> Result<Response, AppError> {
    let one = query.take("session");
    let mut devices = users.sessions.of_user(&operator.id, session.id()).await?;
    devices.retain(|device| !device.own && one.as_ref().is_none_or(|mark| *mark == device.mark));
    if devices.is_empty() {
        // It is gone already; there is nothing left to ask about.
        return Ok(page::done("/profile", None));
    }
    let title = if one.is_some() { w::END_ONE_ASK } else { w::END_OTHERS_ASK };
    Ok(page::page(&frame, title.get(frame.lang), || profile_page::ask(&devices, one.is_some())))
}

/// `POST /profile/sign-out`.
pub async fn sign_out(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    session: Session,
    caller: Caller,
    form: Form,
) -> Result<Response, AppError> {
    let (ended, said) = match form.get("session") {
        "" => {
            let own = session.id().ok_or_else(AppError::sign_in)?;
            users.sessions.end_others(&operator.id, own).await?;
            (true, w::OTHERS_ENDED)
        }
        mark => (users.sessions.end_own(&operator.id, mark).await?, w::SESSION_ENDED),
    };
    if ended {
        record(&users.core, by(&operator, caller).act("session.ended", format!("user:{}", operator.name))).await?;
    }
    Ok(page::done("/profile", Some(said.get(frame.lang))))
}

/// `POST /profile`: the password.
pub async fn change(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    session: Session,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, AppError> {
    if form.get("intent") != "password" {
        return Err(AppError::not_found());
    }
    let refused = password(&users, &operator, caller, &form).await?;
    if !refused.is_empty() {
        let sessions = users.sessions.of_user(&operator.id, session.id()).await?;
        return Ok(page::refused_page(&frame, shell::PROFILE.get(frame.lang), || view(&frame, sessions, refused)));
    }
    // Every session of this person has just ended; this browser begins a new one.
    enter(&session, &operator.id, caller, &headers).await?;
    Ok(page::done("/profile", Some(w::PASSWORD_CHANGED.get(frame.lang))))
}

async fn password(users: &Users, operator: &Operator, caller: Caller, form: &Form) -> Result<Refused, AppError> {
    let mut refusals = Refused::none();
    if let Err(said) = model::check_password(form.get("new")) {
        refusals.add("new", "malformed", said);
        return Ok(refusals);
    }
    if !Proves::password(users, operator, caller.0, SecretString::from(form.get("old"))).await? {
        refusals.add("old", "wrong", w::OLD_WRONG);
        return Ok(refusals);
    }
    let changed = users.set_password(&by(operator, caller), &operator.id, SecretString::from(form.get("new"))).await?;
    Ok(changed.err().map_or(refusals, |refusal| refused("new", refusal)))
}
