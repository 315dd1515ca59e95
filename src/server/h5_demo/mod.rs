//! The demo page of `serve --sandbox`: an H5 page that uses the helper as a customer's would, opened on the simulator's phone.
//!
//! It stands under the phone's address and is served by nobody else; `docs/h5.md` shows the same for real use.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};

use serde_json::json;

use crate::{
    features::{accounts::server::Accounts, media::server::Media},
    infra::{cookie::cookies, fields::Fields, respond::asked_lang},
    sandbox::SANDBOX_APP_ID,
    shared::{
        error::AppError,
        lang::{Lang, Text},
    },
};

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("demo.js");
const STYLE: &str = include_str!("demo.css");
/// Strict, as a customer's should be: the helper needs no more than this.
const POLICY: &str = "default-src 'none'; script-src 'self' https://res.wx.qq.com https://res2.wx.qq.com; style-src 'self'; \
    connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Whose pictures those of the page are.
const VISITOR: &str = "h5-demo";

/// The page's words, by the names that stand for them in `page.html`.
const TEXTS: [(&str, Text); 28] = [
    ("title", Text::new("H5 示例页", "H5 demo page")),
    ("marked", Text::new("这是模拟的微信，不是真实的手机。", "This is a simulated WeChat, not a real phone.")),
    (
        "line",
        Text::new(
            "页面用 /h5/wxdesk.js 签名，换路由时重签，凭票据上传图片。",
            "The page signs by /h5/wxdesk.js, again after a route change, and uploads a picture by a ticket.",
        ),
    ),
    ("android", Text::new("安卓", "Android")),
    ("routes", Text::new("路由", "Routes")),
    ("first", Text::new("第一页", "First view")),
    ("second", Text::new("第二页", "Second view")),
    ("third", Text::new("第三页", "Third view")),
    ("here", Text::new("现在的地址", "Present address")),
    ("signed", Text::new("签名用的地址", "Signed address")),
    ("picture", Text::new("图片", "Picture")),
    ("pick", Text::new("选一张图片上传", "Choose and upload a picture")),
    ("tag", Text::new("开放标签", "Open tag")),
    (
        "tag_line",
        Text::new(
            "openTagList 里写了 wx-open-launch-weapp，签名通过后才显示。",
            "openTagList names wx-open-launch-weapp; it shows once the signature is accepted.",
        ),
    ),
    ("tag_button", Text::new("打开小程序", "Open the mini program")),
    ("say_launched", Text::new("在手机上会打开小程序", "On a phone the mini program opens now")),
    ("failure", Text::new("看一次失败", "See it fail")),
    (
        "failure_line",
        Text::new(
            "换了地址还用旧签名：安卓会拒绝，iPhone 不会。失败会出现在签名调试里。",
            "The address changes and the old signature stays: Android refuses, an iPhone does not. The failure shows up in the doctor.",
        ),
    ),
    ("spoil", Text::new("换地址，不重签", "Move without signing again")),
    ("doctor", Text::new("打开签名调试", "Open the signature doctor")),
    ("log", Text::new("经过", "What happened")),
    ("say_signed", Text::new("微信接受了签名", "WeChat accepts the signature")),
    ("say_kept", Text::new("iPhone 仍按进入时的地址核对，不用重签", "An iPhone still goes by where it landed; nothing to sign again")),
    ("say_offline", Text::new("连不上 res.wx.qq.com，改用模拟的 JS-SDK", "res.wx.qq.com cannot be reached; a simulated JS-SDK stands in")),
    ("say_refused", Text::new("没有成功", "It failed")),
    ("say_moved", Text::new("换到", "Moved to")),
    ("say_waiting", Text::new("等你选图片", "Waiting for a picture")),
    ("say_sent", Text::new("图片已登记", "The picture is filed")),
];

#[derive(Clone)]
struct Demo {
    accounts: Accounts,
    media: Media,
}

/// Everything under `/sandbox/h5`.
pub fn router(accounts: Accounts, media: Media) -> Router {
    Router::new()
        .route("/sandbox/h5/demo.js", get(async || asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/sandbox/h5/demo.css", get(async || asset("text/css; charset=utf-8", STYLE)))
        .route("/sandbox/h5/ticket", post(ticket))
        .route("/sandbox/h5/{phone}", get(first))
        .route("/sandbox/h5/{phone}/{view}", get(further))
        .with_state(Demo { accounts, media })
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

async fn first(Path(phone): Path<String>, headers: HeaderMap) -> Response {
    page(&phone, &headers)
}

/// Every view is the same page: its router shows what belongs to the address.
async fn further(Path((phone, _)): Path<(String, String)>, headers: HeaderMap) -> Response {
    page(&phone, &headers)
}

fn page(phone: &str, headers: &HeaderMap) -> Response {
    let Some(phone) = ["iphone", "android"].into_iter().find(|known| *known == phone) else {
        return AppError::not_found().into_response();
    };
    let lang = lang(headers);
    let current = |one: &str| if one == phone { " aria-current=\"page\"" } else { "" };
    let facts = [
        ("lang", lang.tag()),
        ("phone", phone),
        ("app_id", SANDBOX_APP_ID),
        ("visitor", VISITOR),
        ("base", if phone == "iphone" { "/sandbox/h5/iphone" } else { "/sandbox/h5/android" }),
        ("is_iphone", current("iphone")),
        ("is_android", current("android")),
    ];
    let words = TEXTS.iter().map(|(name, text)| (*name, text.get(lang)));
    let html = facts.into_iter().chain(words).fold(PAGE.to_owned(), |html, (name, text)| html.replace(&format!("{{{{{name}}}}}"), text));
    let mut response = Html(html).into_response();
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn lang(headers: &HeaderMap) -> Lang {
    let chosen = cookies(headers).filter(|(name, _)| *name == "lang").find_map(|(_, word)| Lang::parse(word));
    chosen.unwrap_or_else(|| asked_lang(headers))
}

/// What the customer's own server would do: look who the visitor is, and ask for an upload ticket on behalf of the page. Who somebody is
/// no page says: this one knows a single visitor.
async fn ticket(State(demo): State<Demo>, mut body: Fields) -> Result<Response, AppError> {
    let visitor = body.text("user_id", 1, 64);
    if visitor != VISITOR {
        body.refuse("user_id", "not_you", Text::new("你不是这个人。", "That is not you."));
    }
    let work = (body.optional_text("answer_title", 1, 128), body.optional_text("question_id", 1, 128));
    body.done()?;
    let account = demo.accounts.named(Some(SANDBOX_APP_ID))?;
    let ticket = demo.media.ticket_of_ours(&account.app_id, VISITOR, work);
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(json!({ "ticket": ticket }))).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_phone_has_its_page_in_both_languages_and_no_name_is_left_open() {
        for (phone, lang, word) in [("iphone", "zh", "选一张图片上传"), ("android", "en", "Choose and upload a picture")] {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&format!("a=b; lang={lang}")).expect("header"))]);
            let response = further(Path((phone.to_owned(), "two".into())), headers).await;
            assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
            let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("reads");
            let html = String::from_utf8(body.to_vec()).expect("text");
            assert!(html.contains(word) && html.contains(&format!("data-phone=\"{phone}\"")) && !html.contains("{{"), "{html}");
        }
        assert_eq!(page("nokia", &HeaderMap::new()).status(), 404);
    }
}
