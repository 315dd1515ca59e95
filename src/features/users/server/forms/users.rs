//! `/users` and `/users/{id}`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use secrecy::SecretString;

use super::{by, refused};
use crate::{
    features::users::{
        list_page::{self, Typed},
        model::{self, Refusal, UserRow},
        server::Users,
        user_page,
    },
    infra::{fields::Form, guard::Operator, net::Caller, page},
    shared::{
        error::AppError,
        lang::{Said, Text},
        rights::Role,
    },
    ui::{
        Frame,
        form::Refused,
        texts::{shell, users as w},
    },
};

/// `GET /users`.
pub async fn list(State(users): State<Users>, frame: Frame) -> Result<Response, AppError> {
    let all = users.all().await?;
    Ok(page::page(&frame, shell::USERS.get(frame.lang), || list_page::view(all, Typed::default())))
}

/// `POST /users`: adds a person.
pub async fn add(State(users): State<Users>, frame: Frame, operator: Operator, caller: Caller, form: Form) -> Result<Response, AppError> {
    let (name, password, role) = (form.trimmed("name"), form.get("password"), Role::parse(form.get("role")));
    let mut refusals = Refused::none();
    if let Err(said) = model::check_name(name) {
        refusals.add("name", "malformed", said);
    }
    if let Err(said) = model::check_password(password) {
        refusals.add("password", "malformed", said);
    }
    if role.is_none() {
        refusals.add("role", "unknown", NO_ROLE);
    }
    if let (Some(role), true) = (role, refusals.is_empty()) {
        match users.add(&by(&operator, caller), name, SecretString::from(password), role).await? {
            Ok(()) => return Ok(page::done("/users", Some(w::USER_ADDED.get(frame.lang)))),
            Err(refusal) => refusals = refused("name", refusal),
        }
    }
    let all = users.all().await?;
    let typed = Typed { name: name.to_owned(), role, refused: refusals };
    Ok(page::refused_page(&frame, shell::USERS.get(frame.lang), || list_page::view(all, typed)))
}

/// `GET /users/{id}`. A name does as well, and leads to the id: the audit log knows people by name.
pub async fn show(State(users): State<Users>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    if let Some(named) = users.id_of(&id).await?.filter(|named| *named != id && users.get(&id).is_none()) {
        return Ok(page::done(&format!("/users/{named}"), None));
    }
    let user = known(&users, &id).await?;
    Ok(page::page(&frame, &user.name, || user_page::view(user.clone(), Refused::none())))
}

/// `GET /users/{id}/disable`: asks before somebody is switched off.
pub async fn ask_disable(State(users): State<Users>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let user = known(&users, &id).await?;
    asked(&users, &frame, user, None).await
}

/// `POST /users/{id}/disable`.
pub async fn disable(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    _: Form,
) -> Result<Response, AppError> {
    let user = known(&users, &id).await?;
    match users.set_disabled(&by(&operator, caller), &id, true).await? {
        Ok(()) => Ok(page::done(&format!("/users/{id}"), Some(w::USER_DISABLED.get(frame.lang)))),
        Err(Refusal::NoSuchUser) => Err(AppError::not_found()),
        Err(refusal) => asked(&users, &frame, user, Some(&refusal.text().into())).await,
    }
}

/// The page that asks, or asks again with the reason why it was not done.
async fn asked(users: &Users, frame: &Frame, user: UserRow, why: Option<&Said>) -> Result<Response, AppError> {
    let devices = users.sessions.of_user(&user.id, None).await?.len();
    let status = if why.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let title = user_page::disable_title(&user, frame.lang);
    Ok(page::render(frame, status, &title, false, || user_page::disable(user, devices, why)))
}

/// `POST /users/{id}`: role, password, enable.
pub async fn change(
    State(users): State<Users>,
    frame: Frame,
    operator: Operator,
    caller: Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let user = known(&users, &id).await?;
    let (refusals, said) = apply(&users, &operator, caller, &id, &form).await?;
    if refusals.is_empty() {
        return Ok(page::done(&format!("/users/{id}"), Some(said.get(frame.lang))));
    }
    Ok(page::refused_page(&frame, &user.name, || user_page::view(user.clone(), refusals)))
}

async fn apply(users: &Users, operator: &Operator, caller: Caller, id: &str, form: &Form) -> Result<(Refused, Text), AppError> {
    let by = by(operator, caller);
    let (field, outcome, said) = match form.get("intent") {
        "role" => {
            let Some(role) = Role::parse(form.get("role")) else {
                let mut refusals = Refused::none();
                refusals.add("role", "unknown", NO_ROLE);
                return Ok((refusals, NO_ROLE));
            };
            ("role", users.set_role(&by, id, role).await?, w::ROLE_CHANGED)
        }
        "password" => {
            let password = form.get("password");
            if let Err(said) = model::check_password(password) {
                let mut refusals = Refused::none();
                refusals.add("password", "malformed", said);
                return Ok((refusals, w::PASSWORD_SET));
            }
            ("password", users.set_password(&by, id, SecretString::from(password)).await?, w::PASSWORD_SET)
        }
        "enable" => ("main", users.set_disabled(&by, id, false).await?, w::USER_ENABLED),
        _ => return Err(AppError::not_found()),
    };
    match outcome {
        Ok(()) => Ok((Refused::none(), said)),
        Err(Refusal::NoSuchUser) => Err(AppError::not_found()),
        Err(refusal) => Ok((refused(field, refusal), said)),
    }
}

const NO_ROLE: Text = Text::new("请选择一个角色。", "Choose a role.");

async fn known(users: &Users, id: &str) -> Result<UserRow, AppError> {
    users.all().await?.into_iter().find(|user| user.id == id).ok_or_else(AppError::not_found)
}
