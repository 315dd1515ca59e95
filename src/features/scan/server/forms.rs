//! `/login/wechat` on the computer, `/scan/{token}` on the phone.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use tower_sessions::Session;

use super::{Scans, Typed};
use crate::{
    features::{
        scan::page::{self as pages, Standing},
        users::server::afterwards,
    },
    infra::{
        cookie::cookie,
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page,
        query::Id,
    },
    shared::{error::AppError, lang::Text},
    ui::{Frame, texts::scan as w},
};

/// How long browsers keep the cookies (seconds): a little longer than a code works, so that its end can be told.
const KEPT: i64 = 600;

/// The routes.
pub fn routes(scans: Scans) -> Table {
    Routes::new(scans)
        .get("/login/wechat", Access::Public, show)
        .post("/login/wechat", Access::OwnForm, begin)
        .get("/scan/{token}", Access::Public, start)
        .get("/scan/{token}/back", Access::Public, back)
        .get("/scan/{token}/confirm", Access::Public, ask)
        .post("/scan/{token}/confirm", Access::OwnForm, confirm)
        .table()
}

/// The computer looks how its code stands; agreed to, it is signed in with this very answer.
async fn show(
    State(scans): State<Scans>,
    (frame, operator): (Frame, Option<Operator>),
    method: Method,
    session: Session,
    caller: Caller,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, AppError> {
    let next = afterwards(&query.take("next").unwrap_or_default());
    if operator.is_some() {
        return Ok(to(&next));
    }
    let Some(app_id) = scans.users.scan_account().await? else {
        return Ok(page::render(&frame, StatusCode::NOT_FOUND, w::OFF.get(frame.lang), true, || pages::off(&frame)));
    };
    let cookie = cookie(&headers, scans.cookie_name());
    if let Some(cookie) = &cookie
        && method == Method::GET
        && let Some(agreed) = scans.use_up(cookie)
    {
        let Some(operator) = scans.still(agreed, &app_id).await? else { return Ok(render(&frame, &Standing::Idle(Some(w::OVER)), &next)) };
        scans.users.sign_in(&session, &operator, caller, &headers, Some("wechat")).await?;
        let mut response = to(&next);
        scans.carry(response.headers_mut(), "", 0);
        return Ok(response);
    }
    Ok(render(&frame, &scans.standing(cookie.as_deref()), &next))
}

/// A new code for this browser.
async fn begin(State(scans): State<Scans>, frame: Frame, caller: Caller, headers: HeaderMap, form: Form) -> Result<Response, AppError> {
    let next = afterwards(form.get("next"));
    if form.get("intent") != "begin" {
        return Err(AppError::not_found());
    }
    let Some(app_id) = scans.users.scan_account().await? else { return Ok(to("/login/wechat")) };
    let before = cookie(&headers, scans.cookie_name());
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(200).collect();
    let allowed = scans.visits.take(caller.0, scans.core.now());
    let begun = allowed.and_then(|()| scans.begin(app_id, before.as_deref(), &agent, caller.0).ok_or(60));
    let secret = match begun {
        Ok(secret) => secret,
        Err(after) => {
            let standing = Standing::Idle(Some(w::TOO_MANY));
            let title = w::TITLE.get(frame.lang);
            let mut response = page::render(&frame, StatusCode::TOO_MANY_REQUESTS, title, true, || pages::view(&frame, &standing, &next));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after));
            return Ok(response);
        }
    };
    let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let mut response = to(&if next == "/" { "/login/wechat".to_owned() } else { format!("/login/wechat?next={query}") });
    scans.carry(response.headers_mut(), &secret, KEPT);
    Ok(response)
}

/// The code, opened on the phone: to WeChat, which shows nothing of it, and back.
async fn start(State(scans): State<Scans>, frame: Frame, caller: Caller, Id(token): Id, headers: HeaderMap) -> Result<Response, AppError> {
    if scans.visits.take(caller.0, scans.core.now()).is_err() {
        return Ok(told(&frame, StatusCode::TOO_MANY_REQUESTS, w::SLOWER, w::SLOWER_LINE));
    }
    let Some(app_id) = scans.waiting(&token) else { return Ok(gone(&frame)) };
    let (mut answer, to) = scans.people.authorize_for_us(&app_id, &format!("/scan/{token}/back"), false, &headers)?;
    answer.insert(header::LOCATION, HeaderValue::from_str(&to).map_err(|_| AppError::internal("address"))?);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok((StatusCode::SEE_OTHER, answer).into_response())
}

/// Back from WeChat, with the ticket of this visit: on to the page that asks, under an address without it.
async fn back(State(scans): State<Scans>, frame: Frame, method: Method, Id(token): Id, mut query: Query) -> Result<Response, AppError> {
    if method != Method::GET {
        // Whoever only looks ahead uses no ticket up.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let Some(app_id) = scans.waiting(&token) else { return Ok(gone(&frame)) };
    let visit = scans.people.visit_of(&app_id, &query.take("ticket").unwrap_or_default()).await?;
    let Some(visit) = visit else { return Ok(gone(&frame)) };
    let on = scans.users.scan_account().await?.as_deref() == Some(app_id.as_str());
    let known = if on && !visit.is_snapshot_user { scans.users.by_wechat(&app_id, &visit.openid).await? } else { None };
    let Some(user) = known else {
        tracing::info!(app_id, "A code was opened by a WeChat that signs nobody in");
        return Ok(told(&frame, StatusCode::FORBIDDEN, w::STRANGER, w::STRANGER_LINE));
    };
    let Some(secret) = scans.scanned(&token, &user.row.id) else { return Ok(gone(&frame)) };
    let path = format!("/scan/{token}");
    let mut response = to(&format!("{path}/confirm"));
    let secure = if scans.core.settings.secure() { "; Secure" } else { "" };
    let cookie = format!("{PHONE}={secret}; Path={path}; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The phone is asked.
async fn ask(State(scans): State<Scans>, frame: Frame, Id(token): Id, headers: HeaderMap) -> Result<Response, AppError> {
    let phone = cookie(&headers, PHONE).unwrap_or_default();
    let Some((_, asked)) = scans.asked(&token, &phone) else { return Ok(gone(&frame)) };
    Ok(page::render(&bare(&frame), StatusCode::OK, w::ASK.get(frame.lang), true, || pages::ask(asked)))
}

/// The phone's answer.
async fn confirm(
    State(scans): State<Scans>,
    frame: Frame,
    caller: Caller,
    Id(token): Id,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, AppError> {
    let phone = cookie(&headers, PHONE).unwrap_or_default();
    let Some((_, asked)) = scans.asked(&token, &phone) else { return Ok(gone(&frame)) };
    match form.get("intent") {
        "refuse" => {
            scans.refuse(&token, &phone);
            tracing::warn!(user = asked.name, "A person refused to be signed in by a code");
            Ok(told(&frame, StatusCode::OK, w::REFUSED, w::REFUSED_LINE))
        }
        "confirm" => {
            if scans.users.admit_guess(caller, &asked.name).is_err() {
                return Ok(told(&frame, StatusCode::TOO_MANY_REQUESTS, w::SLOWER, w::SLOWER_LINE));
            }
            match scans.answer(&token, &phone, form.trimmed("number")) {
                Typed::Right => {
                    scans.users.guessed_right(caller, &asked.name);
                    Ok(told(&frame, StatusCode::OK, w::DONE, w::DONE_LINE))
                }
                Typed::Wrong => {
                    tracing::info!(address = %caller.0, "A wrong number was typed for a code");
                    Ok(told(&frame, StatusCode::UNPROCESSABLE_ENTITY, w::WRONG, w::WRONG_LINE))
                }
                Typed::Gone => Ok(gone(&frame)),
            }
        }
        _ => Err(AppError::not_found()),
    }
}

/// The cookie of the phone.
const PHONE: &str = "scan_phone";

impl Scans {
    /// The cookie of the computer: no page beside ours may set it.
    fn cookie_name(&self) -> &'static str {
        if self.core.settings.secure() { "__Host-scan" } else { "scan" }
    }

    /// Gives the computer its cookie, or takes it away.
    fn carry(&self, headers: &mut HeaderMap, secret: &str, seconds: i64) {
        let secure = if self.core.settings.secure() { "; Secure" } else { "" };
        let cookie = format!("{}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", self.cookie_name());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }

    /// Whoever agreed, where nothing has changed since: the same account, the person neither switched off nor out of it.
    async fn still(&self, agreed: super::Agreed, app_id: &str) -> Result<Option<Operator>, AppError> {
        let good = agreed.app_id == app_id && self.users.signs_in_by_wechat(&agreed.user_id).await?;
        let user = self.users.living(&agreed.user_id).filter(|_| good);
        Ok(user.map(|user| Operator { id: agreed.user_id, name: user.row.name.clone(), role: user.row.role }))
    }
}

fn to(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path.to_owned()), (header::CACHE_CONTROL, "no-store".to_owned())]).into_response()
}

fn render(frame: &Frame, standing: &Standing, next: &str) -> Response {
    page::render(frame, StatusCode::OK, w::TITLE.get(frame.lang), true, || pages::view(frame, standing, next))
}

fn gone(frame: &Frame) -> Response {
    told(frame, StatusCode::GONE, w::GONE, w::GONE_LINE)
}

/// A page without anything of the desk's around it: whoever holds the phone is not signed in there.
fn told(frame: &Frame, status: StatusCode, title: Text, line: Text) -> Response {
    page::render(&bare(frame), status, title.get(frame.lang), true, || pages::told(title, line))
}

fn bare(frame: &Frame) -> Frame {
    Frame { person: None, account: None, ..frame.clone() }
}
