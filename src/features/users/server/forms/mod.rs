//! Page handlers of signing in, set-up, people and keys.

mod keys;
mod login;
mod profile;
mod setup;
mod users;

pub use login::{afterwards, interrupted};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use super::{Users, people::By, sessions::Sessions};
use crate::{
    features::{
        audit::{model::Actor, server::record},
        users::{model::Refusal, more_page, shortcuts_page},
    },
    infra::{
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page, respond,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, form::Refused, texts::shell},
};

/// All pages of this feature.
pub fn routes(users: Users) -> Table {
    let (administer, own_keys) = (Access::Right(Right::Administer), Access::Right(Right::OwnKeys));
    Routes::new(users)
        .get("/login", Access::Public, login::show)
        .post("/login", Access::OwnForm, login::sign_in)
        .post("/logout", Access::OwnForm, login::sign_out)
        .get("/setup", Access::Public, setup::show)
        .post("/setup", Access::OwnForm, setup::create)
        .get("/profile", Access::SignedIn, profile::show)
        .post("/profile", Access::SignedIn, profile::change)
        .get("/more", Access::SignedIn, more)
        .get("/profile/sign-out", Access::SignedIn, profile::ask)
        .post("/profile/sign-out", Access::SignedIn, profile::sign_out)
        .get("/shortcuts", Access::SignedIn, shortcuts)
        .get("/users", administer, users::list)
        .post("/users", administer, users::add)
        .get("/users/{id}", administer, users::show)
        .post("/users/{id}", administer, users::change)
        .get("/users/{id}/disable", administer, users::ask_disable)
        .post("/users/{id}/disable", administer, users::disable)
        .get("/keys", own_keys, keys::list)
        .post("/keys", own_keys, keys::create)
        .get("/keys/{id}/revoke", own_keys, keys::ask)
        .get("/keys/{id}/rotate", own_keys, keys::ask_rotate)
        .post("/keys/{id}/rotate", own_keys, keys::rotate)
        .get("/keys/{id}/old", own_keys, keys::ask_old)
        .post("/keys/{id}/old", own_keys, keys::end_old)
        .post("/keys/{id}/revoke", own_keys, keys::revoke)
        .table()
}

/// The person who acts and their address, as the audit log takes them.
fn by(operator: &Operator, caller: Caller) -> By {
    By { actor: Actor::User(operator.name.clone()), address: Some(caller.0.to_string()) }
}

/// The browser's own name out of the headers.
pub(in super::super) fn agent(headers: &axum::http::HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Begins a person's session; their browser gets its cookie with this answer.
async fn enter(session: &Session, user_id: &str, caller: Caller, headers: &axum::http::HeaderMap) -> Result<(), AppError> {
    let begun = Sessions::begin(session, user_id, &caller.0.to_string(), agent(headers)).await;
    begun.map_err(|error| respond::unexpected(&error))
}

impl Users {
    /// Signs a person in who has shown who they are: a line in the audit log, and a session under a new id. `by` is the way, where it was
    /// not the password.
    ///
    /// # Errors
    /// The database; a person who may not sign in (any more).
    pub async fn sign_in(
        &self,
        session: &Session,
        operator: &Operator,
        caller: Caller,
        headers: &axum::http::HeaderMap,
        way: Option<&str>,
    ) -> Result<(), AppError> {
        let mut act = by(operator, caller).act("session.opened", format!("user:{}", operator.name));
        if let Some(way) = way {
            act = act.detail(serde_json::json!({ "by": way }).to_string());
        }
        record(&self.core, act).await?;
        enter(session, &operator.id, caller, headers).await
    }
}

/// A refused change as the form shows it.
fn refused(field: &str, refusal: Refusal) -> Refused {
    let mut refused = Refused::none();
    refused.add(field, "refused", refusal.text());
    refused
}

async fn shortcuts(State(_): State<Users>, frame: Frame) -> Response {
    page::page(&frame, shell::SHORTCUTS.get(frame.lang), || shortcuts_page::view(&frame))
}

async fn more(State(_): State<Users>, frame: Frame) -> Response {
    page::page(&frame, shell::MORE.get(frame.lang), || more_page::view(&frame))
}

/// 303 to another page, without a sentence.
fn to(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned())]).into_response()
}
