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
            profile_page::view,
            server::{Users, store},
        },
    },
    infra::{fields::Form, guard::Operator, net::Caller, page},
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

/// `POST /profile`: the password, or an end to other devices.
pub async fn change(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    session: Session,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, AppError> {
    let said = match form.get("intent") {
        "password" => {
            let refused = password(&users, &operator, caller, &form).await?;
            if !refused.is_empty() {
                let sessions = users.sessions.of_user(&operator.id, session.id()).await?;
                return Ok(page::refused_page(&frame, shell::PROFILE.get(frame.lang), || view(&frame, sessions, refused)));
            }
            // Every session of this person has just ended; this browser begins a new one.
            enter(&session, &operator.id, caller, &headers).await?;
            w::PASSWORD_CHANGED
        }
        "end_session" => {
            if users.sessions.end_own(&operator.id, form.get("session")).await? {
                record(&users.core, by(&operator, caller).act("session.ended", format!("user:{}", operator.name))).await?;
            }
            w::SESSION_ENDED
        }
        "end_others" => {
            let own = session.id().ok_or_else(AppError::sign_in)?;
            users.sessions.end_others(&operator.id, own).await?;
            record(&users.core, by(&operator, caller).act("session.ended", format!("user:{}", operator.name))).await?;
            w::OTHERS_ENDED
        }
        _ => return Err(AppError::not_found()),
    };
    Ok(page::done("/profile", Some(said.get(frame.lang))))
}

async fn password(users: &Users, operator: &Operator, caller: Caller, form: &Form) -> Result<Refused, AppError> {
    let mut refusals = Refused::none();
    if let Err(said) = model::check_password(form.get("new")) {
        refusals.add("new", "malformed", said);
        return Ok(refusals);
    }
    // A stolen session must not become a password guesser.
    let now = users.core.now();
    if let Err(wait) = users.throttle.admit(caller.0, &operator.name, now) {
        return Err(AppError::too_many(u64::try_from((wait + 999) / 1000).unwrap_or(60)));
    }
    let known = store::credentials(users.core.db.read(), &operator.name).await?;
    let hash = known.filter(|(id, ..)| *id == operator.id).map(|(_, hash, _)| hash);
    if !users.passwords.verify(SecretString::from(form.get("old")), hash).await? {
        refusals.add("old", "wrong", w::OLD_WRONG);
        return Ok(refusals);
    }
    users.throttle.welcome(caller.0, &operator.name);
    let changed = users.set_password(&by(operator, caller), &operator.id, SecretString::from(form.get("new"))).await?;
    Ok(changed.err().map_or(refusals, |refusal| refused("new", refusal)))
}
