//! What H5 pages get from us besides signatures: the helper, and a way to hand pictures in without a key.

use std::time::Duration;

use reqwest::header;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use wxdesk::{
    features::users::server::{keys::NewKey, people::By},
    infra::clock::Clock,
    shared::rights::Scope,
};

use crate::house::{House, answer};

const START: i64 = 1_795_327_569_000;
const ORIGIN: &str = "https://h5.example.com";

async fn key(house: &House) -> String {
    let scopes = vec![Scope::MediaWrite, Scope::MediaRead];
    let new = NewKey {
        name: "shop".into(),
        scopes,
        account: None,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages: None,
        daily_calls: None,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

async fn ticket(house: &House, key: &str, body: Value) -> String {
    let (status, given) = answer(house.http.post(format!("{}/api/v1/media/tickets", house.base)).bearer_auth(key).json(&body)).await;
    assert_eq!((status, given["expires_in"].as_i64()), (201, Some(600)), "{given}");
    given["ticket"].as_str().unwrap().to_owned()
}

/// As the helper posts it: text, so that the browser asks for no preflight.
async fn hand_in(house: &House, body: Value) -> (u16, Option<String>, Value) {
    let ask = house.http.post(format!("{}/api/v1/media/ticketed", house.base)).header(header::ORIGIN, ORIGIN);
    let response = ask.header(header::CONTENT_TYPE, "text/plain;charset=UTF-8").body(body.to_string()).send().await.unwrap();
    let origin = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), origin, response.json().await.unwrap_or_default())
}

#[tokio::test]
async fn the_helper_loads_from_any_origin_and_is_asked_for_once() {
    let house = House::build().await;
    let ask = || house.http.get(format!("{}/h5/wxdesk.js?account=wx1", house.base));
    let first = ask().send().await.unwrap();
    let headers = first.headers().clone();
    assert_eq!(first.status(), 200);
    for (name, wanted) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(headers[name], wanted);
    }
    assert!(headers["cache-control"].to_str().unwrap().starts_with("public, max-age=") && !headers.contains_key("set-cookie"));
    assert!(first.text().await.unwrap().contains("window.wxdesk"));
    let mark = headers["etag"].to_str().unwrap();
    let again = ask().header(header::IF_NONE_MATCH, format!("\"other\", {mark}")).send().await.unwrap();
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, mark));
    assert_eq!(ask().header(header::IF_NONE_MATCH, "\"other\"").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_page_hands_a_picture_in_by_a_ticket() {
    let clock = Clock::manual(START);
    let house = House::build_with(&[], clock.clone()).await;
    let key = key(&house).await;
    let ticket = ticket(&house, &key, json!({"user_id": 42, "answer_title": "第一周"})).await;
    let media_id = house.sandbox.upload(b"\xff\xd8\xff\xe0 a picture, nearly \xff\xd9");
    let body = json!({"ticket": ticket, "media_id": media_id, "user_id": "42", "question_id": "q3"});
    let (status, origin, filed) = hand_in(&house, body).await;
    assert_eq!((status, origin.as_deref()), (202, Some(ORIGIN)), "{filed}");
    assert_eq!(filed.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "state"]);
    let path = format!("{}/api/v1/media/{}", house.base, filed["id"].as_str().unwrap());
    let (_, record) = answer(house.http.get(path).bearer_auth(&key)).await;
    for (field, wanted) in [("media_id", media_id.as_str()), ("user_id", "42"), ("answer_title", "第一周"), ("question_id", "q3")] {
        assert_eq!(record[field], wanted);
    }

    let other = json!({"ticket": ticket, "media_id": "other", "user_id": "43", "answer_title": "x", "question_id": "q3"});
    let (status, _, refused) = hand_in(&house, other).await;
    let named: Vec<_> = refused["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!((status, named), (422, vec!["fixed_by_ticket", "fixed_by_ticket"]));
    let (status, origin, refused) = hand_in(&house, json!({"ticket": "wxu_AAAA", "media_id": "m", "question_id": "q"})).await;
    assert_eq!((status, origin.as_deref(), refused["code"].as_str()), (410, Some(ORIGIN), Some("ticket_gone")));
    // Which account it would have been nobody knows: with several the page may read it all the same, if any of them lists its origin.
    house.second_account("wxsecond").await;
    let (status, origin, refused) = hand_in(&house, json!({"ticket": "wxu_AAAA", "media_id": "m", "question_id": "q"})).await;
    assert_eq!((status, origin.as_deref(), refused["code"].as_str()), (410, Some(ORIGIN), Some("ticket_gone")));
    assert_eq!(hand_in(&house, json!({"media_id": "m"})).await.0, 422);
    clock.advance(Duration::from_secs(600));
    assert_eq!(hand_in(&house, json!({"ticket": ticket, "media_id": "late", "question_id": "q3"})).await.0, 410);
    let stranger = house.http.post(format!("{}/api/v1/media/ticketed", house.base)).header(header::ORIGIN, "https://evil.example");
    let response = stranger.body("{}").send().await.unwrap();
    assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
}
