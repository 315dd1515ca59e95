//! What the phone page's forms do.

use axum::{
    Form, Json,
    extract::{Multipart, State as FromState},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::json;

use super::{choose, knows, open_to_all, person_of, texts};
use crate::sandbox::{SANDBOX_APP_ID, Sandbox, Upload, event::Event, media, push};

/// Back to the phone, with `name=value` in the address to say what happened.
fn back(name: &str, value: &str) -> Response {
    let query = if name.is_empty() { String::new() } else { format!("?{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)) };
    (StatusCode::SEE_OTHER, [(header::LOCATION, format!("/sandbox/phone{query}"))]).into_response()
}

/// Whether a form of another site posts here; browsers say so themselves.
fn foreign(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site")
}

#[derive(Deserialize)]
pub(super) struct Person {
    openid: String,
}

/// Takes another follower's phone in hand.
pub(super) async fn person(FromState(sandbox): FromState<Sandbox>, headers: HeaderMap, Form(form): Form<Person>) -> Response {
    if !sandbox.look(|state| knows(state, &form.openid)) || foreign(&headers) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let mut response = back("", "");
    choose(&mut response, &form.openid);
    sandbox.change(|change| change.record(Event::PersonChosen { openid: form.openid }));
    response
}

#[derive(Deserialize)]
pub(super) struct Follow {
    follow: u8,
}

/// Follows or unfollows the account; WeChat pushes the event.
pub(super) async fn follow(FromState(sandbox): FromState<Sandbox>, headers: HeaderMap, Form(form): Form<Follow>) -> Response {
    if foreign(&headers) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let follows = form.follow == 1;
    sandbox.change(|change| {
        let openid = person_of(change.state, SANDBOX_APP_ID, &headers);
        let at = change.now();
        change.record(Event::Followed { app_id: SANDBOX_APP_ID.into(), openid: openid.clone(), follows, at });
        let event = if follows { "subscribe" } else { "unsubscribe" };
        push::queue(change, SANDBOX_APP_ID, &openid, event, vec![("EventKey".into(), String::new())], 0);
    });
    back("", "")
}

/// Uploads a picture: what `wx.uploadImage` does. Answers JSON to the bridge, the page to a form.
pub(super) async fn upload(FromState(sandbox): FromState<Sandbox>, headers: HeaderMap, mut form: Multipart) -> Response {
    let scripted = headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    let texts = texts::of(&super::cookie(&headers, "lang").unwrap_or_default());
    let mut bytes = None;
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("picture") {
            bytes = field.bytes().await.ok();
        }
    }
    let Some(bytes) = bytes.filter(|bytes| media::picture(bytes)) else {
        return if scripted {
            open_to_all((StatusCode::BAD_REQUEST, Json(json!({ "error": texts.not_a_picture }))).into_response())
        } else {
            back("problem", texts.not_a_picture)
        };
    };
    let media_id = sandbox.upload(&bytes);
    if scripted { open_to_all(Json(json!({ "serverId": media_id })).into_response()) } else { back("serverId", &media_id) }
}

#[derive(Deserialize)]
pub(super) struct Hand {
    media_id: String,
    user_id: String,
    answer_title: String,
    question_id: String,
}

/// Hands an uploaded picture to the server, as a business system would.
pub(super) async fn hand(FromState(sandbox): FromState<Sandbox>, headers: HeaderMap, Form(form): Form<Hand>) -> Response {
    if foreign(&headers) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let texts = texts::of(&super::cookie(&headers, "lang").unwrap_or_default());
    let handler = sandbox.0.on_upload.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let Some(handler) = handler else { return back("problem", texts.nobody_listens) };
    let Hand { media_id, user_id, answer_title, question_id } = form;
    match handler(Upload { app_id: SANDBOX_APP_ID.into(), media_id, user_id, answer_title, question_id }).await {
        Ok(()) => back("done", "1"),
        Err(problem) => back("problem", &problem),
    }
}
