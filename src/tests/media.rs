//! Pictures from the simulator to the API: filed, fetched, stored, given out.

use std::time::Duration;

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request},
};
use serde_json::{Value, json};
use tower::ServiceExt;
use wxdesk::{
    infra::{clock::Clock, guard::ApiCaller},
    sandbox::{Dials, Garbage, SANDBOX_APP_ID, scenes},
    shared::{error::AppError, rights::Scope},
};

use crate::house::House;

/// Noon in China on 2026-11-22.
const NOON: i64 = 1_795_320_000_000;
const FIELDS: [&str; 28] = [
    "id",
    "account",
    "media_id",
    "user_id",
    "answer_title",
    "question_id",
    "state",
    "kind",
    "content_type",
    "bytes",
    "width",
    "height",
    "sha256",
    "file_name",
    "attempts",
    "errcode",
    "errmsg",
    "reason",
    "hint",
    "created_at",
    "stored_at",
    "expires_at",
    "deleted_at",
    "file_url",
    "thumb_url",
    "review",
    "opinion_request",
    "video_link",
];

/// The routes of the pictures as a program with a key sees them.
struct Door(Router);

struct Said {
    status: u16,
    code: &'static str,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

impl Door {
    fn of(house: &House, account: Option<&str>) -> Self {
        let scopes = vec![Scope::MediaRead, Scope::MediaWrite];
        let caller = ApiCaller { key_id: "k".into(), name: "erp".into(), scopes, account: account.map(str::to_owned) };
        Self(house.app.media.routes().router.layer(Extension(caller)))
    }

    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Said {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or(Body::empty(), |body| Body::from(body.to_string()));
        let response = self.0.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        Said {
            status: response.status().as_u16(),
            code: response.extensions().get::<AppError>().map_or("", |error| error.code),
            headers: response.headers().clone(),
            body: to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec(),
        }
    }

    async fn file(&self, media_id: &str, headers: &[(&str, &str)]) -> Said {
        let body = json!({"media_id": media_id, "user_id": 17, "answer_title": "第一周", "question_id": "q/../1"});
        self.ask(Method::POST, "/api/v1/media", headers, Some(&body)).await
    }

    async fn get(&self, path: &str) -> Said {
        self.ask(Method::GET, path, &[], None).await
    }

    /// Looks at a record until it is as wanted. Ends because the house works; a test that would not end has failed.
    async fn until(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until_ticking(None, id, wanted).await
    }

    /// The same while time goes on by a second with each look that finds it waiting: a worker may begin to wait a moment after the
    /// clock was moved, and a download must not outlive its lease because time flies.
    async fn until_ticking(&self, clock: Option<&Clock>, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let record = self.get(&format!("/api/v1/media/{id}")).await.json();
            if wanted(&record) {
                return record;
            }
            if let Some(clock) = clock.filter(|_| record["state"] == "pending") {
                clock.advance(Duration::from_secs(1));
            }
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_picture_comes_from_wechat_whole() {
    let house = House::build().await;
    let door = Door::of(&house, None);
    let (_, scene) = scenes()[0];
    let media_id = house.sandbox.upload(scene);
    let said = door.file(&media_id, &[("prefer", "wait=30")]).await;
    let record = said.json();
    assert_eq!((said.status, record["state"].as_str()), (201, Some("stored")), "{record}");
    let mut names: Vec<_> = record.as_object().unwrap().keys().map(String::as_str).collect();
    let mut wanted = FIELDS.to_vec();
    names.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    assert_eq!(record["user_id"], "17", "numbers are taken as text");
    assert_eq!((&record["kind"], &record["content_type"], &record["width"]), (&json!("image"), &json!("image/jpeg"), &json!(1080)));
    assert_eq!((&record["reason"], &record["hint"], &record["errcode"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(record["account"], SANDBOX_APP_ID);

    let path = |url: &Value| url.as_str().unwrap().strip_prefix(&house.base).expect("absolute, below the public address").to_owned();
    let file = door.get(&path(&record["file_url"])).await;
    assert_eq!((file.status, file.body.as_slice()), (200, scene));
    assert_eq!(file.headers["content-security-policy"], "default-src 'none'; sandbox");
    let thumb = door.get(&path(&record["thumb_url"])).await;
    assert!(thumb.body.starts_with(b"\xff\xd8\xff") && thumb.body.len() < scene.len());

    let kept = house.folder.path().join("data/media").join(&record["sha256"].as_str().unwrap()[..2]);
    assert_eq!(std::fs::read_dir(kept).unwrap().count(), 3, "the picture and its thumbnails");
    assert_eq!(std::fs::read_dir(house.folder.path().join("data/media/tmp")).unwrap().count(), 0);

    let again = door.file(&media_id, &[]).await;
    assert_eq!((again.status, &again.json()["id"]), (202, &record["id"]));
    let listed = door.get("/api/v1/media?user_id=17&state=stored&from=2020-01-01T00:00:00Z").await.json();
    assert_eq!((listed["items"][0]["id"].clone(), listed["next_cursor"].clone()), (record["id"].clone(), Value::Null));
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_a_record_in_the_caller_s_language() {
    let house = House::build().await;
    let door = Door::of(&house, None);
    let said = door.file("never-uploaded", &[("prefer", "wait=30"), ("accept-language", "en")]).await;
    let record = said.json();
    assert_eq!((said.status, &record["state"], &record["errcode"]), (201, &json!("failed"), &json!(40007)), "{record}");
    assert_eq!((&record["reason"], &record["file_url"]), (&json!("wechat_40007"), &Value::Null));
    assert!(record["hint"].as_str().unwrap().is_ascii());
    let zh = door.get(&format!("/api/v1/media/{}", record["id"].as_str().unwrap())).await.json();
    assert!(!zh["hint"].as_str().unwrap().is_ascii());
    let gone = format!("/api/v1/media/{}/file", record["id"].as_str().unwrap());
    let (not_stored, unknown) = (door.get(&gone).await, door.get("/api/v1/media/ffffffffffffffffffffffffffffffff/file").await);
    assert_eq!((not_stored.status, not_stored.code), (404, "not_found"));
    assert_eq!((unknown.status, unknown.code, unknown.headers), (404, "not_found", not_stored.headers));
}

#[tokio::test]
async fn garbage_on_the_way_loses_no_picture_and_a_disguise_gains_nothing() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let door = Door::of(&house, None);
    house.sandbox.set_dials(Dials {
        path: Some("/cgi-bin/media/get".into()),
        garbage: Some(Garbage::Html),
        garbage_next: 3,
        ..Dials::default()
    });
    let media_id = house.sandbox.upload(scenes()[1].1);
    let id = door.file(&media_id, &[]).await.json()["id"].as_str().unwrap().to_owned();
    let garbled = door.until(&id, |record| record["reason"] == "garbled").await;
    assert_eq!(garbled["state"], "pending");
    let stored = door.until_ticking(Some(&clock), &id, |record| record["state"] == "stored").await;
    assert_eq!((&stored["attempts"], &stored["reason"]), (&json!(4), &Value::Null));

    let svg = house.sandbox.upload(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
    let id = door.file(&svg, &[]).await.json()["id"].as_str().unwrap().to_owned();
    door.until(&id, |record| record["reason"] == "not_an_image").await;
    let failed = door.until_ticking(Some(&clock), &id, |record| record["state"] == "failed").await;
    assert_eq!((&failed["reason"], &failed["kind"], &failed["errcode"]), (&json!("not_an_image"), &Value::Null, &Value::Null));
}

#[tokio::test]
async fn trouble_on_the_way_is_waited_out_and_the_end_is_the_end() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let door = Door::of(&house, None);
    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/media/get".into()), busy: 1, ..Dials::default() });
    let media_id = house.sandbox.upload(scenes()[2].1);
    let id = door.file(&media_id, &[]).await.json()["id"].as_str().unwrap().to_owned();
    let busy = door.until(&id, |record| !record["reason"].is_null()).await;
    assert_eq!((&busy["state"], &busy["reason"], &busy["errcode"]), (&json!("pending"), &json!("wechat_busy"), &json!(-1)));
    clock.advance(Duration::from_secs(1));
    assert_eq!(door.get(&format!("/api/v1/media/{id}")).await.json()["attempts"], 1);
    door.until_ticking(Some(&clock), &id, |record| record["state"] == "stored").await;

    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/media/get".into()), quota: 1, ..Dials::default() });
    let late = house.sandbox.upload(scenes()[3].1);
    let id = door.file(&late, &[]).await.json()["id"].as_str().unwrap().to_owned();
    let held = door.until(&id, |record| record["errcode"] == 45009).await;
    assert_eq!(held["state"], "pending");
    clock.advance(Duration::from_secs(3 * 86_400));
    let expired = door.until_ticking(Some(&clock), &id, |record| record["state"] == "expired").await;
    assert_eq!(expired["reason"], "media_expired");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_a_repeat_has_one_effect() {
    let house = House::build().await;
    let door = Door::of(&house, None);
    let bad = json!({"media_id": "m", "user_id": "", "answer_title": "a\u{7}", "colour": 1});
    let said = door.ask(Method::POST, "/api/v1/media", &[], Some(&bad)).await;
    assert_eq!((said.status, said.code), (422, "invalid_fields"));
    let long = json!({"media_id": "m".repeat(513), "user_id": "u".repeat(129), "answer_title": "t", "question_id": "q"});
    assert_eq!(door.ask(Method::POST, "/api/v1/media", &[], Some(&long)).await.status, 422);
    for query in ["state=gone", "stat=stored", "limit=201", "cursor=x", "from=yesterday"] {
        assert_eq!(door.get(&format!("/api/v1/media?{query}")).await.status, 422, "{query}");
    }
    assert_eq!(door.get("/api/v1/media?account=wxother").await.code, "unknown_account");
    let whole = json!({"media_id": "m", "user_id": "u", "answer_title": "t", "question_id": "q"});
    let said = door.ask(Method::POST, "/api/v1/media?account=wxother", &[], Some(&whole)).await;
    assert_eq!((said.status, said.code), (422, "invalid_fields"), "a write takes the account from its body");

    let first = door.file("once", &[("idempotency-key", "a")]).await;
    let again = door.file("once", &[("idempotency-key", "a")]).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    assert_eq!(door.file("twice", &[("idempotency-key", "a")]).await.code, "idempotency_key_reused");
    house.second_account("wx-second").await;
    let later = door.file("once", &[("idempotency-key", "a")]).await;
    assert_eq!((first.status, &first.body), (later.status, &later.body), "naming no account was fine then");
    assert_eq!(door.file("once", &[("idempotency-key", "b")]).await.code, "account_required");
    let door = Door::of(&house, Some(SANDBOX_APP_ID));
    let other = json!({"media_id": "once", "user_id": "18", "answer_title": "第一周", "question_id": "q/../1"});
    assert_eq!(door.ask(Method::POST, "/api/v1/media", &[], Some(&other)).await.code, "media_filed_otherwise");
    let id = door.file("once", &[]).await.json()["id"].as_str().unwrap().to_owned();
    let foreign = Door::of(&house, Some("wxother"));
    for path in ["", "/file", "/thumb"] {
        assert_eq!(foreign.get(&format!("/api/v1/media/{id}{path}")).await.code, "not_found");
    }
}
