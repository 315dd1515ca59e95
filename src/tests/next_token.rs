//! The access token for other servers: its mark, the wait for the next one, and who fetched it.

use std::time::Duration;

use reqwest::header;
use serde_json::Value;
use wxdesk::{
    features::{audit::model::Actor, tokens::server::Tokens},
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID,
    shared::{rights::Scope, time::DAY},
};

use super::house::{House, NOON};

async fn house() -> (House, Clock, String) {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let key = house.key(&[Scope::TokenRead], None).await;
    (house, clock, key)
}

fn ask(house: &House, key: &str, mark: Option<&str>, wait: Option<u32>) -> reqwest::RequestBuilder {
    let mut ask = house.http.get(format!("{}/api/v1/access-token", house.base)).bearer_auth(key);
    if let Some(mark) = mark {
        ask = ask.header(header::IF_NONE_MATCH, mark);
    }
    match wait {
        Some(seconds) => ask.header("prefer", format!("wait={seconds}")),
        None => ask,
    }
}

async fn first(house: &House, key: &str) -> (String, String) {
    let answer = ask(house, key, None, Some(30)).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()[header::CACHE_CONTROL].to_str().unwrap()), (200, "no-store"));
    let mark = answer.headers()[header::ETAG].to_str().unwrap().to_owned();
    let token = answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned();
    assert!(!mark.contains(&token[..8]), "the mark leads nowhere");
    (token, mark)
}

/// Lets time go by, a second at once, until a task is over.
async fn until_done<T>(clock: &Clock, task: tokio::task::JoinHandle<T>) -> (T, u32) {
    let mut seconds = 0;
    while !task.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
        clock.advance(Duration::from_millis(20));
        seconds += 1;
    }
    (task.await.unwrap(), seconds)
}

#[tokio::test]
async fn who_knows_the_token_hears_304_at_once_and_who_does_not_gets_it() {
    let (house, _, key) = house().await;
    let (token, mark) = first(&house, &key).await;
    for known in [mark.clone(), mark.trim_start_matches("W/").to_owned(), format!("\"other\", {mark}"), "*".to_owned()] {
        let answer = ask(&house, &key, Some(&known), None).send().await.unwrap();
        assert_eq!(answer.status(), 304, "{known}");
        assert!(answer.bytes().await.unwrap().is_empty());
    }
    assert_eq!(ask(&house, &key, Some(&mark), Some(0)).send().await.unwrap().status(), 304);
    // Whoever knows another one need not wait, however long it would.
    let answer = ask(&house, &key, Some("\"other\""), Some(30)).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["preference-applied"].to_str().unwrap()), (200, "wait=30"));
    assert_eq!(answer.json::<Value>().await.unwrap()["access_token"], token.as_str());
    assert_eq!(house.http.get(format!("{}/api/v1/access-token", house.base)).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_wait_ends_with_304_after_the_seconds_asked_for() {
    let (house, clock, key) = house().await;
    let (_, mark) = first(&house, &key).await;
    let request = ask(&house, &key, Some(&mark), Some(2));
    let before = clock.now_ms();
    let (answer, _) = until_done(&clock, tokio::spawn(async move { request.send().await.unwrap() })).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["preference-applied"].to_str().unwrap()), (304, "wait=2"));
    assert!(clock.now_ms() - before >= 2_000);
}

#[tokio::test]
async fn many_who_wait_get_the_next_token_as_soon_as_it_is_there() {
    let (house, _, key) = house().await;
    let (token, mark) = first(&house, &key).await;
    let waiting: Vec<_> = (0..200)
        .map(|_| {
            let request = ask(&house, &key, Some(&mark), Some(30));
            tokio::spawn(async move { request.send().await.unwrap() })
        })
        .collect();
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    while house.app.tokens.waiting(SANDBOX_APP_ID) < 200 {
        tokio::task::yield_now().await;
    }
    assert!(waiting.iter().all(|task| !task.is_finished()));
    // The clock stands still: nobody's patience ends, so whoever answers heard of the token.
    house.app.tokens.force(&account, Actor::User("周敏".into())).await.unwrap();
    let mut marks = Vec::new();
    for task in waiting {
        let answer = task.await.unwrap();
        assert_eq!(answer.status(), 200);
        marks.push(answer.headers()[header::ETAG].to_str().unwrap().to_owned());
        assert_ne!(answer.json::<Value>().await.unwrap()["access_token"], token.as_str());
    }
    assert!(marks.iter().all(|other| *other == marks[0] && *other != mark));
    let fetches = house.sandbox.ledger().iter().filter(|entry| entry.path.contains("stable_token")).count();
    assert_eq!(fetches, 2, "two hundred who wait cost WeChat nothing");
}

#[tokio::test]
async fn who_fetches_is_still_known_after_a_restart() {
    let (house, clock, key) = house().await;
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    for _ in 0..3 {
        assert_eq!(ask(&house, &key, None, None).send().await.unwrap().status(), 200);
    }
    house.app.tokens.write_users().await.unwrap();
    let again = Tokens::open(house.app.core.clone(), house.app.accounts.clone()).await.unwrap();
    let users = again.overview(&account).await.unwrap().users;
    assert_eq!((users.len(), users[0].today, users[0].last_at), (1, 3, NOON));
    clock.advance(Duration::from_millis(DAY.unsigned_abs()));
    assert_eq!(again.overview(&account).await.unwrap().users[0].today, 0, "a new day");
}

#[tokio::test]
async fn nobody_waits_who_may_not_have_the_token() {
    let (house, _, key) = house().await;
    let (_, mark) = first(&house, &key).await;
    let other = house.key(&[Scope::MediaRead], None).await;
    // The clock stands still: a wait would never end.
    for (key, status) in [("wxd_unknown", 401), (other.as_str(), 403)] {
        assert_eq!(ask(&house, key, Some(&mark), Some(30)).send().await.unwrap().status(), status);
    }
    let request = ask(&house, &key, Some(&mark), Some(30)).query(&[("account", "wx_nobody")]);
    assert_eq!(request.send().await.unwrap().status(), 404);
    assert_eq!(house.app.tokens.waiting(SANDBOX_APP_ID), 0);
}
