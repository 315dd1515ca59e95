//! `/setup`.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use secrecy::SecretString;
use tower_sessions::Session;

use super::{by, enter, to};
use crate::{
    features::users::{
        model,
        server::{Users, people::By},
        setup_page::{self, Domain, First},
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        net::Caller,
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, form::Refused, texts::users as w},
};

/// `GET /setup`: the form for who has the link; afterwards, for administrators, how far the way has been gone.
pub async fn show(State(users): State<Users>, frame: Frame, operator: Option<Operator>, mut query: Query) -> Result<Response, AppError> {
    if let Some(operator) = operator {
        operator.prove(Right::Administer)?;
        return steps(&users, &frame, StatusCode::OK, Domain::default()).await;
    }
    let token = query.take("token").unwrap_or_default();
    users.prove_setup(&token).await?;
    Ok(render(&frame, StatusCode::OK, First { token, name: String::new(), refused: Refused::none() }))
}

/// `POST /setup`: makes the first administrator and signs them in; afterwards tries what a step is about.
pub async fn create(
    State(users): State<Users>,
    (frame, operator): (Frame, Option<Operator>),
    session: Session,
    caller: Caller,
    headers: HeaderMap,
    mut query: Query,
    form: Form,
) -> Result<Response, AppError> {
    if let (Some(operator), Some(_)) = (&operator, form.0.iter().find(|(name, _)| name == "intent")) {
        operator.prove(Right::Administer)?;
        return tried(&users, &frame, &by(operator, caller), &form).await;
    }
    let token = query.take("token").unwrap_or_else(|| form.get("token").to_owned());
    users.prove_setup(&token).await?;
    let (name, password) = (form.trimmed("name"), form.get("password"));
    let mut refused = Refused::none();
    if let Err(said) = model::check_name(name) {
        refused.add("name", "malformed", said);
    }
    if let Err(said) = model::check_password(password) {
        refused.add("password", "malformed", said);
    }
    if !refused.is_empty() {
        return Ok(render(&frame, StatusCode::UNPROCESSABLE_ENTITY, First { token, name: name.to_owned(), refused }));
    }
    let id = users.set_up(&token, name, SecretString::from(password), Some(caller.0.to_string())).await?;
    enter(&session, &id, caller, &headers).await?;
    Ok(to("/setup"))
}

async fn tried(users: &Users, frame: &Frame, by: &By, form: &Form) -> Result<Response, AppError> {
    match form.get("intent") {
        "connect" => users.try_connection(by).await?,
        // The page signs anew whenever it is shown.
        "sign" => {}
        "domain" => {
            if let Err(error) = users.add_domain(form.trimmed("js_domains"), by).await {
                if error.status != 422 {
                    return Err(error);
                }
                let domain = Domain { typed: form.get("js_domains").to_owned(), refused: Refused(error.fields.clone()) };
                return steps(users, frame, StatusCode::UNPROCESSABLE_ENTITY, domain).await;
            }
        }
        _ => return Err(AppError::not_found()),
    }
    Ok(to("/setup"))
}

/// The page after the first step.
async fn steps(users: &Users, frame: &Frame, status: StatusCode, domain: Domain) -> Result<Response, AppError> {
    let reached = users.reached().await?;
    Ok(page::render(frame, status, w::SETUP.get(frame.lang), true, || setup_page::progress(frame, &reached, domain)))
}

fn render(frame: &Frame, status: StatusCode, first: First) -> Response {
    page::render(frame, status, w::SETUP.get(frame.lang), true, || setup_page::first(frame, first))
}
