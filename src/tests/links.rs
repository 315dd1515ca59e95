//! Links that show a picture without a key, over the real port.

use std::time::Duration;

use reqwest::{Response, header};
use scraper::Html;
use secrecy::SecretString;
use serde_json::{Value, json};
use wxdesk::{
    features::{
        audit::model::Actor,
        media::{model::State, server::NewMedia},
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::{Role, Scope},
};

use super::{
    gallery::{attributes, cookie, page},
    house::{House, NOON, PASSWORD, answer},
};

/// A house with a stored picture and one that failed; the key of a program that may read, and the two ids.
async fn house(clock: Clock) -> (House, String, String, String) {
    let house = House::build_with(&[], clock).await;
    let come = async |media_id: String| {
        let new = NewMedia {
            account: SANDBOX_APP_ID.into(),
            media_id,
            user_id: "u1".into(),
            answer_title: "第一周".into(),
            question_id: "q1".into(),
            actor: Actor::Command,
        };
        let id = house.app.media.accept(new).await.unwrap().id;
        let picture = house.app.media.wait_for(&id, Duration::from_secs(30)).await.unwrap();
        (id, picture.state)
    };
    let (stored, failed) = (come(house.sandbox.upload(scenes()[0].1)).await, come("never-uploaded".into()).await);
    assert_eq!((stored.1, failed.1), (State::Stored, State::Failed));
    let key = house.key(&[Scope::MediaRead], None).await;
    (house, key, stored.0, failed.0)
}

async fn make(house: &House, key: &str, id: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = house.http.post(format!("{}/api/v1/media/{id}/link", house.base)).bearer_auth(key);
    if let Some(body) = body {
        request = request.json(&body);
    }
    answer(request).await
}

async fn get(house: &House, url: &str, headers: &[(header::HeaderName, &str)]) -> Response {
    let request = headers.iter().fold(house.http.get(url), |request, (name, value)| request.header(name, *value));
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_link_shows_the_picture_to_anybody_until_its_end() {
    let clock = Clock::manual(NOON);
    let (house, key, id, _) = house(clock.clone()).await;
    // No body and no content type at all.
    let (status, link) = make(&house, &key, &id, None).await;
    assert_eq!((status, &link["what"], &link["expires_in"]), (201, &json!("original"), &json!(3600)), "{link}");
    assert_eq!(link["expires_at"], "2026-11-22T05:00:00.000Z");
    let url = link["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/m/wxm_", house.base)) && !url.contains(&id), "{url}");

    let whole = get(&house, url, &[]).await;
    assert_eq!(whole.status(), 200);
    let said = |response: &Response, name: &str| response.headers()[name].to_str().unwrap().to_owned();
    for (name, value) in [
        ("cache-control", "private, no-cache"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("content-type", "image/jpeg"),
    ] {
        assert_eq!(said(&whole, name), value, "{name}");
    }
    assert!(!whole.headers().contains_key(header::SET_COOKIE));
    let etag = said(&whole, "etag");
    assert_eq!(whole.bytes().await.unwrap(), scenes()[0].1);
    let part = get(&house, url, &[(header::RANGE, "bytes=0-2")]).await;
    assert_eq!((part.status().as_u16(), part.bytes().await.unwrap().to_vec()), (206, b"\xff\xd8\xff".to_vec()));
    assert_eq!(get(&house, url, &[(header::RANGE, "bytes=99999999-")]).await.status(), 416);
    let known = get(&house, url, &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!((known.status().as_u16(), said(&known, "cache-control").as_str()), (304, "private, no-cache"));
    assert_eq!(house.http.head(url).send().await.unwrap().status(), 200);

    clock.advance(Duration::from_secs(3599));
    assert_eq!(get(&house, url, &[]).await.status(), 200);
    clock.advance(Duration::from_secs(1));
    let ended = get(&house, url, &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!(ended.status(), 410, "what a cache holds is not shown either");
    assert!(ended.text().await.unwrap().contains("这个链接已过期"));
    let log: Vec<String> = sqlx::query_scalar("select action || ' ' || object || ' ' || detail from audit where action = 'media.linked'")
        .fetch_all(house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(log, [format!("media.linked media:{id} {{\"until\":\"2026-11-22T05:00:00.000Z\",\"what\":\"original\"}}")]);
}

#[tokio::test]
async fn a_link_is_worth_what_its_key_and_picture_are() {
    let (house, key, id, failed) = house(Clock::manual(NOON)).await;
    let (_, link) = make(&house, &key, &id, Some(json!({"what": "thumb", "seconds": 604_800}))).await;
    let url = link["url"].as_str().unwrap().to_owned();
    let thumb = get(&house, &url, &[]).await.bytes().await.unwrap();
    assert!(thumb.starts_with(b"\xff\xd8\xff") && thumb.len() < scenes()[0].1.len());
    for wrong in ["wxm_", "wxm_AAAA", "x", &url[url.len() - 40..], "%ff"] {
        assert_eq!(get(&house, &format!("{}/m/{wrong}", house.base), &[]).await.status(), 404, "{wrong}");
    }
    assert_eq!(get(&house, &format!("{url}A"), &[]).await.status(), 404);

    for (body, field) in [
        (json!({"seconds": 59}), "seconds"),
        (json!({"seconds": 604_801}), "seconds"),
        (json!({"what": "file"}), "what"),
        (json!({"for": 1}), "for"),
    ] {
        let (status, said) = make(&house, &key, &id, Some(body)).await;
        assert_eq!((status, &said["errors"][0]["field"]), (422, &json!(field)), "{said}");
    }
    let raw = async |kind: Option<&str>, body: &'static str| {
        let mut request = house.http.post(format!("{}/api/v1/media/{id}/link", house.base)).bearer_auth(&key).body(body);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(raw(Some("application/json"), "").await, 201);
    assert_eq!(raw(Some("application/json"), "{\"what\":").await, 400);
    assert_eq!(raw(Some("text/plain"), "{}").await, 415);
    assert_eq!(raw(None, "{}").await, 415);
    assert_eq!(make(&house, &key, &failed, None).await.1["code"], "not_stored");
    assert_eq!(make(&house, &key, &"f".repeat(32), None).await.0, 404);
    house.second_account("wx-second").await;
    let foreign = house.key(&[Scope::MediaRead], Some("wx-second")).await;
    assert_eq!(make(&house, &foreign, &id, None).await.0, 404);

    assert_eq!(get(&house, &url, &[]).await.status(), 200);
    let keys = &house.app.users.keys;
    let row = keys.all().await.unwrap().into_iter().find(|row| key.starts_with(&row.prefix)).unwrap();
    assert!(keys.revoke(&By::command(), &row).await.unwrap());
    assert_eq!(get(&house, &url, &[]).await.status(), 410, "a revoked key's links show nothing more");
}

#[tokio::test]
async fn whom_a_link_showed_an_original_is_written_down() {
    let clock = Clock::manual(NOON);
    let (house, key, id, _) = house(clock.clone()).await;
    for what in ["original", "thumb"] {
        let (_, link) = make(&house, &key, &id, Some(json!({ "what": what }))).await;
        let url = link["url"].as_str().unwrap();
        for _ in 0..2 {
            assert_eq!(get(&house, url, &[]).await.status(), 200);
        }
        assert_eq!(get(&house, url, &[(header::RANGE, "bytes=5-9")]).await.status(), 206, "the rest of a look is no second one");
    }
    let seen: Vec<(String, String, i64)> = loop {
        clock.advance(Duration::from_secs(4));
        let rows = sqlx::query_as("select actor, way, times from media_views where media_id = ?").bind(&id);
        let rows = rows.fetch_all(house.app.core.db.read()).await.unwrap();
        if !rows.is_empty() {
            break rows;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(seen.len(), 1, "thumbnails are not noted: {seen:?}");
    assert!(seen[0].0.starts_with("key:key ") && seen[0].1 == "link" && seen[0].2 == 2, "{seen:?}");
}

#[tokio::test]
async fn who_may_have_originals_makes_a_link_on_the_picture_s_page() {
    let clock = Clock::manual(NOON);
    let (house, _, id, failed) = house(clock.clone()).await;
    for (name, role) in [("lin", Role::Reviewer), ("sender", Role::Sender)] {
        house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    }
    let (lin, sender) = (cookie(&house, "lin").await, cookie(&house, "sender").await);
    let post = async |cookie: &str, id: &str, life: &str| {
        let request = house.http.post(format!("{}/media/{id}/link", house.base)).header(header::COOKIE, cookie);
        request.form(&[("life", life)]).send().await.unwrap()
    };
    let lives = async |cookie: &str, id: &str| attributes(&page(&house, cookie, &format!("/media/{id}")).await, "#life option", "value");
    assert_eq!(lives(&lin, &id).await, ["3600", "86400", "604800"]);
    assert!(lives(&lin, &failed).await.is_empty() && lives(&sender, &id).await.is_empty());
    assert_eq!(post(&sender, &id, "3600").await.status(), 403);
    for wrong in ["", "60", "-1", "604801", "3600 "] {
        assert_eq!(post(&lin, &id, wrong).await.status(), 422, "{wrong}");
    }
    assert_eq!(post(&lin, &failed, "3600").await.status(), 422, "there is nothing to show");
    assert_eq!(post(&lin, &"f".repeat(32), "3600").await.status(), 404);

    let made = async |life: &str| {
        let answer = post(&lin, &id, life).await;
        assert_eq!(answer.status(), 200);
        attributes(&Html::parse_document(&answer.text().await.unwrap()), "#made-link", "value").remove(0)
    };
    let (day, week) = (made("86400").await, made("604800").await);
    assert!(day.starts_with(&format!("{}/m/wxm_", house.base)) && !day.contains(&id), "{day}");
    assert_eq!(get(&house, &day, &[]).await.bytes().await.unwrap(), scenes()[0].1);
    clock.advance(Duration::from_secs(86_399));
    assert_eq!(get(&house, &day, &[]).await.status(), 200);
    clock.advance(Duration::from_secs(1));
    assert_eq!((get(&house, &day, &[]).await.status(), get(&house, &week, &[]).await.status().as_u16()), (reqwest::StatusCode::GONE, 200));
    let log: Vec<String> =
        sqlx::query_scalar("select actor || ' ' || object || ' ' || detail from audit where action = 'media.linked' order by id")
            .fetch_all(house.app.core.db.read())
            .await
            .unwrap();
    assert_eq!(log.len(), 2, "{log:?}");
    assert_eq!(log[0], format!("lin media:{id} {{\"until\":\"2026-11-23T04:00:00.000Z\",\"what\":\"original\"}}"));

    let (users, by) = (&house.app.users, By::command());
    let lin = users.id_of("lin").await.unwrap().unwrap();
    users.set_role(&by, &lin, Role::Sender).await.unwrap().unwrap();
    assert_eq!(get(&house, &week, &[]).await.status(), 410, "whoever may not have originals gives none");
    users.set_role(&by, &lin, Role::Reviewer).await.unwrap().unwrap();
    assert_eq!(get(&house, &week, &[]).await.status(), 200);
    users.set_disabled(&by, &lin, true).await.unwrap().unwrap();
    assert_eq!(get(&house, &week, &[]).await.status(), 410);
}
