//! `/login` and `/logout`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use secrecy::SecretString;
use tower_sessions::Session;

use super::{by, to};
use crate::{
    features::{
        audit::server::record,
        users::{
            login_page::{Login, resume, view},
            model,
            server::{Users, store},
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        kept::Kept,
        net::Caller,
        page, respond,
    },
    shared::{error::AppError, lang::Said, time::MINUTE},
    ui::{Frame, texts::users as w},
};

/// `GET /login`.
pub async fn show(State(users): State<Users>, frame: Frame, operator: Option<Operator>, mut query: Query) -> Result<Response, AppError> {
    let next = afterwards(&query.take("next").unwrap_or_default());
    if operator.is_some() {
        return Ok(to(&next));
    }
    let scan = users.scan_account().await?.is_some();
    Ok(render(&frame, StatusCode::OK, Login { name: String::new(), next, kept: String::new(), refused: None, scan }))
}

/// The sign-in form in the place of a page whose session had ended when a form was sent from it.
pub fn interrupted(frame: &Frame, kept: &Kept) -> Response {
    let login = Login { name: String::new(), next: afterwards(&kept.action), kept: kept.fields.clone(), refused: None, scan: false };
    render(frame, StatusCode::UNAUTHORIZED, login)
}

/// `POST /login`.
pub async fn sign_in(
    State(users): State<Users>,
    frame: Frame,
    session: Session,
    caller: Caller,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, AppError> {
    let (name, next) = (form.trimmed("name"), afterwards(form.get("next")));
    let kept = Kept { action: next, fields: form.get("kept").to_owned() };
    let scan = users.scan_account().await?.is_some();
    let again = |refused| Login {
        name: name.chars().take(model::LONGEST_NAME).collect(),
        next: kept.action.clone(),
        kept: kept.fields.clone(),
        refused: Some(refused),
        scan,
    };
    if let Err(wait) = users.throttle.admit(caller.0, name, users.core.now()) {
        return Ok(too_many(&frame, wait, again));
    }
    let Some(operator) = check(&users, name, form.get("password")).await? else {
        tracing::info!(address = %caller.0, "A sign-in was refused");
        return Ok(render(&frame, StatusCode::UNPROCESSABLE_ENTITY, again(w::WRONG.into())));
    };
    users.throttle.welcome(caller.0, name);
    users.sign_in(&session, &operator, caller, &headers, None).await?;
    if kept.fields.is_empty() {
        return Ok(to(&kept.action));
    }
    Ok(page::render(&frame, StatusCode::OK, w::STILL_THERE.get(frame.lang), true, || resume(&frame, kept.action.clone(), kept.form().0)))
}

/// `POST /logout`: the session is dead on our side, whatever the browser does with its cookie.
pub async fn sign_out(
    State(users): State<Users>,
    session: Session,
    caller: Caller,
    operator: Option<Operator>,
    _: Form,
) -> Result<Response, AppError> {
    session.flush().await.map_err(|error| respond::unexpected(&error))?;
    if let Some(operator) = operator {
        record(&users.core, by(&operator, caller).act("session.closed", format!("user:{}", operator.name))).await?;
    }
    let mut response = to("/login");
    if users.core.settings.secure() {
        // Browsers ignore a removal of a __Host- cookie that is not Secure itself.
        let gone = HeaderValue::from_static("__Host-wxdesk=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

/// The person behind a name and a password. Unknown, switched-off and wrong take the same path.
async fn check(users: &Users, name: &str, password: &str) -> Result<Option<Operator>, AppError> {
    let known = store::credentials(users.core.db.read(), name).await?;
    let (id, hash, disabled) = known.map_or((None, None, false), |(id, hash, disabled)| (Some(id), Some(hash), disabled));
    let password = SecretString::from(password.chars().take(model::LONGEST_PASSWORD + 1).collect::<String>());
    let fits = users.passwords.verify(password, hash).await?;
    let Some(id) = id.filter(|_| fits && !disabled) else { return Ok(None) };
    if users.get(&id).is_none() {
        // Added by the command line a moment ago.
        users.reload().await?;
    }
    Ok(users.living(&id).map(|user| Operator { id, name: user.row.name.clone(), role: user.row.role }))
}

fn too_many(frame: &Frame, wait: i64, again: impl Fn(Said) -> Login) -> Response {
    let minutes = (wait + MINUTE - 1) / MINUTE;
    let said = Said::new(
        format!("尝试太多次，请 {minutes} 分钟后再试"),
        format!("Too many tries. Wait {minutes} minute{}.", if minutes == 1 { "" } else { "s" }),
    );
    let mut response = render(frame, StatusCode::TOO_MANY_REQUESTS, again(said));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from((wait + 999) / 1000));
    response
}

fn render(frame: &Frame, status: StatusCode, login: Login) -> Response {
    page::render(frame, status, w::LOGIN.get(frame.lang), true, || view(frame, login))
}

/// A path of ours to go to, but not back to the doors themselves.
pub fn afterwards(next: &str) -> String {
    let path = page::own_path(next);
    let door = ["/login", "/login/wechat", "/logout", "/setup"].iter().any(|door| path.split(['?', '#']).next() == Some(*door));
    if door { "/".to_owned() } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::afterwards;

    #[test]
    fn one_goes_on_to_pages_of_ours_only() {
        assert_eq!(afterwards("/media?state=stored"), "/media?state=stored");
        for bad in ["//evil.example", "/\\evil", "https://evil.example", "", "/login?next=/login", "/logout", "/login/wechat", "/%2fevil"] {
            assert_eq!(afterwards(bad), "/", "{bad}");
        }
    }
}
