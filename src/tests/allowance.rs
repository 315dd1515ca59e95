//! What one caller may do: calls of a key, messages of a key, visits of an address, and tickets of a key that is taken back.

use std::time::Duration;

use reqwest::header;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use wxdesk::{
    features::users::server::{keys::NewKey, people::By},
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, demo::template_id},
    shared::{rights::Scope, time::DAY},
};

use super::house::{House, NOON, answer};

const ORIGIN: &str = "https://h5.example.com";

async fn limited(house: &House, daily_messages: Option<i64>) -> String {
    let scopes = vec![Scope::MessagesSend, Scope::MediaWrite];
    let new = NewKey {
        name: "shop".into(),
        scopes,
        account: None,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages,
        daily_calls: None,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

fn message(house: &House, key: &str, touser: &str) -> reqwest::RequestBuilder {
    let data = json!({"character_string1": "A-3071", "thing2": "自然笔记套装", "thing3": "前台", "phone_number4": "0571-88880000"});
    let body = json!({"touser": touser, "template_id": template_id(SANDBOX_APP_ID, 4), "data": data});
    house.http.post(format!("{}/api/v1/messages", house.base)).bearer_auth(key).json(&body)
}

async fn filed(house: &House) -> i64 {
    sqlx::query_scalar("select count(*) from messages").fetch_one(house.app.core.db.read()).await.unwrap()
}

#[tokio::test]
async fn fifty_at_once_come_to_a_daily_limit_exactly() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let key = limited(&house, Some(10)).await;
    let all = (0..50).map(|at| answer(message(&house, &key, &format!("oPerson{at}"))));
    let answers = futures_util::future::join_all(all).await;
    let codes = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!((codes(202), codes(429), filed(&house).await), (10, 40, 10));
    let (_, refused) = answers.iter().find(|(status, _)| *status == 429).unwrap();
    assert_eq!(refused["code"], "daily_limit");
    let late = message(&house, &key, "oLate").send().await.unwrap();
    let after: u64 = late.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert_eq!(after, 12 * 3600, "until midnight in China");
    // A batch counts with everybody in it, and is taken whole or not at all.
    clock.advance(Duration::from_millis(DAY.unsigned_abs()));
    let batch = |count: usize| {
        let recipients: Vec<Value> = (0..count).map(|at| json!({"touser": format!("oOther{at}")})).collect();
        let data = json!({"character_string1": "A-3071", "thing2": "自然笔记套装", "thing3": "前台", "phone_number4": "0571-88880000"});
        let body = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": data, "recipients": recipients});
        answer(house.http.post(format!("{}/api/v1/batches", house.base)).bearer_auth(&key).json(&body))
    };
    assert_eq!(batch(11).await.1["code"], "daily_limit");
    assert_eq!((batch(8).await.0, filed(&house).await), (202, 18));
    assert_eq!((batch(3).await.0, batch(2).await.0, filed(&house).await), (429, 202, 20));
    let row = house.app.users.keys.all().await.unwrap().into_iter().find(|key| key.name == "shop").unwrap();
    assert_eq!((row.daily_messages, row.messages_today), (Some(10), 10));
}

#[tokio::test]
async fn a_repeat_costs_nothing_and_a_key_without_a_limit_has_none() {
    let house = House::build().await;
    let key = limited(&house, Some(1)).await;
    let once = || message(&house, &key, "oPerson").header("idempotency-key", "k1");
    let first = answer(once()).await;
    assert_eq!((first.0, answer(once()).await), (202, first));
    assert_eq!(answer(message(&house, &key, "oPerson")).await.0, 429);
    let free = house.key(&[Scope::MessagesSend], None).await;
    for at in 0..20 {
        assert_eq!(answer(message(&house, &free, &format!("oPerson{at}"))).await.0, 202);
    }
}

#[tokio::test]
async fn a_key_hears_what_it_has_left_and_when_to_come_again() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&["--key-rate=2"], clock.clone()).await;
    let (key, other) = (house.key(&[Scope::MediaRead], None).await, house.key(&[Scope::MediaRead], None).await);
    let ask = |key: &str| house.http.get(format!("{}/api/v1/media", house.base)).bearer_auth(key).send();
    let first = ask(&key).await.unwrap();
    let line = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(first.status(), 200);
    assert_eq!((line(&first, "ratelimit-policy"), line(&first, "ratelimit")), ("\"key\";q=8;w=4".into(), "\"key\";r=7;t=1".into()));
    for _ in 0..7 {
        assert_eq!(ask(&key).await.unwrap().status(), 200);
    }
    let refused = ask(&key).await.unwrap();
    assert_eq!(
        (refused.status().as_u16(), line(&refused, "retry-after"), line(&refused, "ratelimit")),
        (429, "1".into(), "\"key\";r=0;t=4".into())
    );
    assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(ask(&other).await.unwrap().status(), 200, "each key has its own");
    clock.advance(Duration::from_secs(1));
    assert_eq!(ask(&key).await.unwrap().status(), 200);
    let nobody = house.http.get(format!("{}/api/v1/media", house.base)).bearer_auth("wxd_unknown").send().await.unwrap();
    assert!(nobody.status() == 401 && !nobody.headers().contains_key("ratelimit"));
}

#[tokio::test]
async fn an_upload_ticket_dies_with_its_key() {
    let house = House::build().await;
    let key = limited(&house, None).await;
    let ask = house.http.post(format!("{}/api/v1/media/tickets", house.base)).bearer_auth(&key).json(&json!({"user_id": "42"}));
    let ticket = answer(ask).await.1["ticket"].clone();
    let hand_in = |media_id: &str| {
        let body = json!({"ticket": ticket, "media_id": media_id, "answer_title": "t", "question_id": "q"}).to_string();
        answer(house.http.post(format!("{}/api/v1/media/ticketed", house.base)).header(header::ORIGIN, ORIGIN).body(body))
    };
    assert_eq!(hand_in("m1").await.0, 202);
    let row = house.app.users.keys.all().await.unwrap().into_iter().find(|key| key.name == "shop").unwrap();
    assert!(house.app.users.keys.revoke(&By::command(), &row).await.unwrap());
    let (status, problem) = hand_in("m2").await;
    assert_eq!((status, problem["code"].as_str()), (410, Some("ticket_gone")));
}

#[tokio::test]
async fn an_address_that_authorizes_without_end_is_held_back() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let start = format!("{}/oauth/{SANDBOX_APP_ID}/start?return_to=https%3A%2F%2Fh5.example.com%2F", house.base);
    let ask = || house.http.get(&start).send();
    for _ in 0..200 {
        assert_eq!(ask().await.unwrap().status(), 303);
    }
    let refused = ask().await.unwrap();
    assert_eq!((refused.status().as_u16(), refused.headers()[header::RETRY_AFTER].to_str().unwrap()), (429, "1"));
    assert!(refused.text().await.unwrap().contains("<h1"), "a page, for whoever sits in front of it");
    let callback = house.http.get(format!("{}/oauth/{SANDBOX_APP_ID}/callback?code=c&state=s", house.base)).send().await.unwrap();
    assert_eq!(callback.status(), 429);
    clock.advance(Duration::from_secs(1));
    assert_eq!(ask().await.unwrap().status(), 303);
}

#[tokio::test]
async fn the_helper_comes_small_to_whoever_takes_brotli() {
    let house = House::build().await;
    let ask = |coding: &'static str| house.http.get(format!("{}/h5/wxdesk.js", house.base)).header(header::ACCEPT_ENCODING, coding).send();
    let small = ask("gzip, br").await.unwrap();
    assert_eq!(
        (small.headers()[header::CONTENT_ENCODING].to_str().unwrap(), small.headers()[header::VARY].to_str().unwrap()),
        ("br", "Accept-Encoding")
    );
    let mark = small.headers()[header::ETAG].clone();
    let bytes = small.bytes().await.unwrap();
    assert!(bytes.len() <= 2048, "{} bytes", bytes.len());
    let plain = ask("identity").await.unwrap();
    assert!(!plain.headers().contains_key(header::CONTENT_ENCODING) && plain.headers()[header::ETAG] == mark);
    assert!(plain.text().await.unwrap().contains("jssdk/errors"));
}
