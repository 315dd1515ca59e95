//! What holds for every route of the API: which account is meant, and that every failure is a problem document.

use std::time::Duration;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
    routing::get,
};
use reqwest::header;
use serde_json::{Value, json};
use wxdesk::{
    sandbox::{SANDBOX_APP_ID, scenes},
    server::router,
    shared::rights::Scope,
};

use super::house::{House, PEER, answer};

const OTHER: &str = "wx-second_account";

#[tokio::test]
async fn one_record_is_shown_under_its_own_account_only() {
    let house = House::build().await;
    house.second_account(OTHER).await;
    let key = house.key(&[Scope::MediaWrite, Scope::MediaRead, Scope::MessagesSend, Scope::MessagesRead], None).await;
    let post = async |path: &str, body: &serde_json::Value| {
        let (_, record) = answer(house.http.post(format!("{}{path}", house.base)).bearer_auth(&key).json(body)).await;
        record["id"].as_str().unwrap().to_owned()
    };
    let picture = json!({"account": SANDBOX_APP_ID, "media_id": "m", "user_id": "u", "answer_title": "t", "question_id": "q"});
    let picture = post("/api/v1/media", &picture).await;
    let message = json!({"account": SANDBOX_APP_ID, "touser": "oA", "template_id": "t", "data": {}});
    let message = post("/api/v1/messages", &message).await;
    for path in [format!("/api/v1/media/{picture}"), format!("/api/v1/messages/{message}")] {
        for (query, status) in [
            ("", 200),
            (&*format!("?account={SANDBOX_APP_ID}"), 200),
            (&*format!("?account={OTHER}"), 404),
            ("?account=wx0", 404),
            ("?size=1", 422),
        ] {
            assert_eq!(house.get_with(&key, &format!("{path}{query}")).await.0, status, "{path}{query}");
        }
    }
    for part in ["file", "thumb"] {
        // Not stored yet; what is asked about the account comes first.
        let path = format!("/api/v1/media/{picture}/{part}");
        assert_eq!(house.get_with(&key, &format!("{path}?account=wx0")).await.1["code"], "unknown_account");
        assert_eq!(house.get_with(&key, &format!("{path}?account={OTHER}")).await.1["code"], "not_found");
        assert_eq!(house.get_with(&key, &format!("{path}?v=1")).await.0, 422);
    }
}

#[tokio::test]
async fn an_account_must_be_named_where_several_exist_and_be_the_key_s_own() {
    let house = House::build().await;
    house.second_account(OTHER).await;
    let open = house.key(&[Scope::MessagesRead, Scope::MediaRead, Scope::TokenRead, Scope::UsersRead], None).await;
    let bound = house.key(&[Scope::MessagesRead, Scope::MediaRead, Scope::TokenRead, Scope::UsersRead], Some(OTHER)).await;
    for path in ["/api/v1/messages?", "/api/v1/media?", "/api/v1/access-token?", "/api/v1/openid?code=c&"] {
        let (status, problem) = house.get_with(&open, path).await;
        assert_eq!(
            (status, &problem["code"], &problem["errors"][0]["field"]),
            (422, &json!("account_required"), &json!("account")),
            "{path}"
        );
        for foreign in [SANDBOX_APP_ID, "wx0"] {
            let (status, problem) = house.get_with(&bound, &format!("{path}account={foreign}")).await;
            assert_eq!((status, &problem["code"]), (403, &json!("account_not_allowed")), "{path} for {foreign}");
        }
    }
    assert_eq!(house.get_with(&bound, "/api/v1/messages").await.0, 200);
    assert_eq!(house.get_with(&bound, &format!("/api/v1/messages?account={OTHER}")).await.0, 200);
    // A code works once: whoever only looks spends none.
    let looked = house.http.head(format!("{}/api/v1/openid?code=c", house.base)).bearer_auth(&bound).send().await.unwrap();
    assert_eq!(looked.status(), 405);
    let unnamed = house.get("/api/v1/jssdk/signature?url=https%3A%2F%2Fh5.example.com%2F").await.1;
    assert_eq!((&unnamed["code"], &unnamed["errors"][0]["field"]), (&json!("account_required"), &json!("account")));
}

#[tokio::test]
async fn ids_that_are_no_text_and_ranges_that_are_nowhere_are_problems() {
    let house = House::build().await;
    let key = house.key(&[Scope::MediaWrite, Scope::MediaRead, Scope::MessagesRead], None).await;
    for path in ["media/%ff", "media/%ff/file", "media/%ff/thumb", "messages/%ff", "messages/%ff%fe?account=wx0"] {
        let (status, problem) = house.get_with(&key, &format!("/api/v1/{path}")).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{path}");
    }
    let media_id = house.sandbox.upload(scenes()[0].1);
    let body = json!({"media_id": media_id, "user_id": "u", "answer_title": "t", "question_id": "q"});
    let filed = house.http.post(format!("{}/api/v1/media", house.base)).bearer_auth(&key).header("prefer", "wait=30").json(&body);
    let record = answer(filed).await.1;
    let file = house.http.get(record["file_url"].as_str().unwrap()).bearer_auth(&key).header(header::RANGE, "bytes=99999999-");
    let beyond = file.send().await.unwrap();
    assert_eq!(beyond.status(), 416);
    assert_eq!(beyond.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(beyond.headers()[header::CONTENT_RANGE], format!("bytes */{}", record["bytes"]));
    let problem: Value = beyond.json().await.unwrap();
    assert_eq!((&problem["code"], &problem["status"]), (&json!("range_not_satisfiable"), &json!(416)));
}

/// A handler that never ends, in the router as it is but for its patience.
#[tokio::test]
async fn what_takes_too_long_ends_in_words() {
    let house = House::build().await;
    let never = Router::new().route("/api/v1/never", get(std::future::pending::<()>)).route("/never", get(std::future::pending::<()>));
    let site = router::site_within(&house.app, never, Duration::from_millis(20));
    for (path, kind) in [("/api/v1/never", "application/problem+json"), ("/never", "text/html; charset=utf-8")] {
        let request = Request::get(path).header(header::HOST, "127.0.0.1").header(header::ACCEPT_LANGUAGE, "en");
        let response = site.answer(PEER, request.body(Body::empty()).unwrap()).await;
        assert_eq!((response.status().as_u16(), response.headers()[header::RETRY_AFTER].to_str().unwrap()), (503, "5"), "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_ascii_lowercase(), kind);
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        assert!(String::from_utf8_lossy(&body).contains("This took too long"), "{path}");
    }
}
