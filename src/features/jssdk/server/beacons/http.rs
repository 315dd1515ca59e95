//! `POST /api/v1/jssdk/errors`: where pages report that WeChat refused them.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Key, Last, Line};
use crate::{
    features::{
        accounts::server::Account,
        jssdk::{
            failure::{Phone, Report, page_of, without_secrets},
            model::{LONGEST, parse},
            server::{Signer, cors, sign, url},
        },
        tokens::server::{Held, Past},
    },
    infra::{
        body::body_bytes,
        fields::Fields,
        guard::{Access, Routes, Table},
        net::Caller,
    },
    shared::{
        error::AppError,
        lang::Text,
        time::{SECOND, day_number},
    },
    wechat::signature::constant_time_eq,
};

/// The largest report (bytes): three addresses and a message.
const LARGEST: usize = 32 << 10;
/// Of the JS-SDK's words, so much is kept (bytes).
const MOST_WORDS: usize = 300;

pub fn routes(signer: &Arc<Signer>) -> Table {
    Routes::new(signer.clone()).post("/api/v1/jssdk/errors", Access::Public, take).table()
}

/// Takes a page's report that WeChat refused it, for the list in the signature doctor.
#[utoipa::path(
    post,
    path = "/api/v1/jssdk/errors",
    tag = "jssdk",
    request_body(
        content = ReportBody,
        description = "`code` (`refused`, `sdk_not_loaded` or a code of this API), `page` (`location.href`), optionally `message` (errMsg of wx.error), `landing` (the address first loaded), `signed`, `timestamp`, `nonce` and `signature` (what went into wx.config), `agent` (navigator.userAgent, where it is not the header's), `ios` (whether the page goes by the rules of iOS, whatever the agent says), `account`. Any content type is read as JSON, so that pages need no preflight. Values of `code`, `state`, `ticket`, `token` and the like in the addresses are cut out before anything is kept.",
        example = json!({"code": "refused", "message": "config:fail, Error: invalid signature", "page": "https://h5.example.com/act/1128?id=7", "landing": "https://h5.example.com/", "signed": "https://h5.example.com/", "timestamp": 1795327440, "nonce": "Wm3WZYTPz0wzccnW", "signature": "8bd282b36b7e67a5217ae58d169f2259dc53435b"})
    ),
    responses(
        (status = 204, description = "Taken; kept for 14 days"),
        (status = 400, description = "No JSON object"),
        (status = 403, description = "`origin_not_allowed`: the page's origin is none of the account's H5 origins and its host none of the JS domains"),
        (status = 404, description = "`unknown_account`"),
        (status = 413, description = "Over 32 KiB"),
        (status = 422, description = "Invalid or unknown fields"),
        (status = 429, description = "Too many from this address, or from all together, with Retry-After"),
    ),
    security(())
)]
async fn take(State(signer): State<Arc<Signer>>, caller: Caller, headers: HeaderMap, request: Request) -> Response {
    let mut readable = signer.accounts.all().iter().find_map(|account| origin_of(account, &headers));
    let outcome = taken(&signer, caller.0, &headers, request, &mut readable).await;
    let mut response = outcome.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response());
    let answer = response.headers_mut();
    cors::mark(answer, readable);
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer.insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

async fn taken<'h>(
    signer: &Signer,
    caller: IpAddr,
    headers: &'h HeaderMap,
    request: Request,
    readable: &mut Option<&'h HeaderValue>,
) -> Result<(), AppError> {
    let now = signer.core.now();
    signer.intake.admit(caller, now)?;
    let mut body = Fields::parse(body_bytes(request, LARGEST).await?)?;
    let account = body.optional_text("account", 1, 64);
    let report = read(&mut body);
    let account = match &account {
        Some(named) => signer.accounts.named(Some(named))?,
        None => signer.accounts.all().iter().find(|account| origin_of(account, headers).is_some()).cloned().ok_or_else(stranger)?,
    };
    *readable = origin_of(&account, headers);
    let origin = readable.and_then(|origin| origin.to_str().ok()).ok_or_else(stranger)?;
    let elsewhere = |page: &str| {
        parse(page).is_err() || !page.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    if !report.page.is_empty() && elsewhere(&report.page) {
        body.refuse("page", "another_origin", Text::new("不是这个来源的页面地址。", "Not an address of this origin."));
    }
    body.done()?;
    let report = Report { landing: report.landing.filter(|landing| !elsewhere(landing)), ..report };
    signer.note(&account, headers, report, now);
    metrics::counter!("wxdesk_page_failures_total").increment(1);
    Ok(())
}

/// The origin of the page, if the account knows it: an H5 origin, or a page on one of its JS domains.
fn origin_of<'h>(account: &Account, headers: &'h HeaderMap) -> Option<&'h HeaderValue> {
    cors::allowed(account, headers).or_else(|| {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let (origin, None) = (origins.next()?, origins.next()) else { return None };
        origin.to_str().ok().filter(|origin| url::check_url(origin, &account.js_domains).is_ok()).map(|_| origin)
    })
}

fn stranger() -> AppError {
    let detail = Text::new(
        "这个来源不是公众号的 H5 来源，域名也不在 JS 接口安全域名里。",
        "This origin is none of the account's H5 origins, and its host none of the JS domains.",
    );
    AppError::new(403, "origin_not_allowed", detail)
}

fn read(body: &mut Fields) -> Report {
    let code = body.text("code", 1, 64);
    let page = clipped(body, "page", LONGEST);
    if page.is_none() {
        body.refuse("page", "missing", Text::new("缺少这个字段。", "This field is required."));
    }
    Report {
        code,
        page: page.unwrap_or_default(),
        message: clipped(body, "message", MOST_WORDS).unwrap_or_default(),
        landing: clipped(body, "landing", LONGEST),
        signed: clipped(body, "signed", LONGEST),
        timestamp: body.optional_int("timestamp", 0, i64::MAX),
        nonce: clipped(body, "nonce", 64),
        agent: clipped(body, "agent", 512),
        ios: flag(body, "ios"),
        signature: clipped(body, "signature", 64).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit())),
    }
}

fn flag(body: &mut Fields, name: &'static str) -> bool {
    match body.take(name) {
        None => false,
        Some(Value::Bool(said)) => said,
        Some(_) => {
            body.refuse(name, "not_a_flag", Text::new("应是 true 或 false。", "Must be true or false."));
            false
        }
    }
}

/// A text without controls, cut to `most` bytes: a report is worth more than its form.
fn clipped(body: &mut Fields, name: &'static str, most: usize) -> Option<String> {
    let Value::String(text) = body.take(name)? else {
        body.refuse(name, "not_text", Text::new("应是文字。", "Must be text."));
        return None;
    };
    let mut text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    text.truncate(text.floor_char_boundary(most));
    (!text.is_empty()).then_some(text)
}

impl Signer {
    /// Finds the ground of a report while its addresses are whole, and keeps what may be kept of it.
    fn note(&self, account: &Account, headers: &HeaderMap, report: Report, now: i64) {
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        let phone = Phone::read(report.agent.as_deref().or(agent).unwrap_or_default()).or_ios(report.ios);
        let ground = report.ground(&phone, self.holds(&account.app_id, &report, now));
        let (url, cut) = without_secrets(report.compared(&phone));
        let signed = report.signed.as_deref().map(|signed| {
            let fragment = if signed.contains('#') { "#" } else { "" };
            let (kept, cut) = without_secrets(signed);
            (kept + fragment, cut)
        });
        let cut = cut || signed.as_ref().is_some_and(|(_, cut)| *cut);
        let key = Key { app_id: account.app_id.clone(), day: day_number(now), page: page_of(&url).to_owned(), phone: phone.word(), ground };
        let last = Last {
            url,
            signed: signed.map(|(kept, _)| kept),
            timestamp: report.timestamp,
            nonce: report.nonce,
            signature: report.signature,
            code: report.code,
            message: report.message,
            cut,
        };
        self.intake.push(key, Line { reports: 1, first_at: now, last_at: now, last });
    }
}

impl Signer {
    /// Whether a reported signature is that of what was signed; `None` where that cannot be known. A ticket that another has replaced
    /// since is as good as the present one while it lives: the signature was right when it was given.
    fn holds(&self, app_id: &str, report: &Report, now: i64) -> Option<bool> {
        let (signed, timestamp) = (report.signed.as_ref()?, report.timestamp?);
        let (nonce, signature) = (report.nonce.as_ref()?, report.signature.as_ref()?);
        let present = self.tokens.ticket_at(app_id, now)?;
        let of = |ticket: &Held| {
            let ours = sign(ticket.expose(), nonce, &timestamp.to_string(), signed);
            constant_time_eq(signature, &String::from_utf8_lossy(&ours))
        };
        let living = |past: &Past| now < past.held.expires_at && timestamp <= past.until / SECOND;
        Some(of(&present) || self.tokens.past_tickets(app_id).iter().any(|past| living(past) && of(&past.held)))
    }
}

/// A page's report that WeChat refused it. Texts that are too long are cut.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes what `read` takes")]
pub struct ReportBody {
    /// `refused`, `sdk_not_loaded` or a code of this API.
    #[schema(min_length = 1, max_length = 64)]
    pub code: String,
    /// `location.href`.
    pub page: String,
    /// errMsg of wx.error.
    pub message: Option<String>,
    /// The address first loaded.
    pub landing: Option<String>,
    /// The address that was signed.
    pub signed: Option<String>,
    /// What went into wx.config, Unix seconds.
    #[schema(minimum = 0)]
    pub timestamp: Option<i64>,
    /// What went into wx.config.
    pub nonce: Option<String>,
    /// What went into wx.config.
    pub signature: Option<String>,
    /// navigator.userAgent, where it is not the header's.
    pub agent: Option<String>,
    /// Whether the page goes by the rules of iOS, whatever the agent says.
    pub ios: Option<bool>,
    /// AppID; found by the page's origin if left out.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// What this file adds to the description of the API.
#[derive(utoipa::OpenApi)]
#[openapi(paths(take))]
pub struct Api;
