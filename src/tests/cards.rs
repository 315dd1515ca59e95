//! The card ticket: kept only where it is asked for, fetched once for everybody, signed with and never handed out.

use std::sync::Arc;

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use wxdesk::{
    features::{
        accounts::server::{self, Account, By, Typed},
        tokens::server::Tokens,
    },
    sandbox::SANDBOX_APP_ID,
    shared::rights::Scope,
};

use crate::house::{House, answer};

const CARD: &str = "pDF3iY9tv9zCGCj4jTXFOo1DxHdo";

fn account(house: &House) -> Arc<Account> {
    house.app.accounts.get(SANDBOX_APP_ID).unwrap()
}

/// How often WeChat was asked for tickets of either kind.
fn fetches(house: &House) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path.contains("getticket")).count()
}

async fn switch(house: &House, word: &str) {
    let typed = Typed { card_ticket: Some(word.into()), ..Typed::default() };
    server::set(&house.app.core, &By::command(), SANDBOX_APP_ID, typed).await.unwrap();
    house.app.accounts.reload().await.unwrap();
}

async fn sign(house: &House, key: &str, body: &Value) -> (u16, Value) {
    answer(house.http.post(format!("{}/api/v1/jssdk/card-signature", house.base)).bearer_auth(key).json(body)).await
}

#[tokio::test]
async fn without_the_switch_nothing_is_fetched_and_nothing_signed() {
    let house = House::build().await;
    let key = house.key(&[Scope::TokenRead], None).await;
    let (status, problem) = sign(&house, &key, &json!({"card_id": CARD})).await;
    assert_eq!((status, &problem["code"]), (409, &"card_ticket_off".into()));
    house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    assert_eq!(fetches(&house), 1, "that of the pages");
    switch(&house, "on").await;
    assert_eq!(sign(&house, &key, &json!({"card_id": CARD})).await.0, 200);
    switch(&house, "off").await;
    assert_eq!(sign(&house, &key, &json!({"card_id": CARD})).await.0, 409, "off again, whatever is still in memory");
}

#[tokio::test]
async fn a_card_is_signed_over_what_is_used_and_the_ticket_stays_here() {
    let house = House::build().await;
    switch(&house, "on").await;
    let key = house.key(&[Scope::TokenRead], None).await;
    let ticket = house.app.tokens.card_ticket(&account(&house)).await.unwrap();
    for body in [json!({"card_id": CARD}), json!({"card_id": CARD, "code": "1434008071", "openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"})] {
        let (status, signed) = sign(&house, &key, &body).await;
        assert_eq!(status, 200, "{signed}");
        assert!(!signed.to_string().contains(ticket.expose()));
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&signed[name], value);
        }
        let fields = signed.as_object().unwrap().iter().filter(|(name, _)| *name != "signature");
        let mut values: Vec<_> = fields.map(|(_, value)| value.as_str().unwrap()).chain([ticket.expose()]).collect();
        values.sort_unstable();
        assert_eq!(signed["signature"], hex::encode(Sha1::digest(values.concat())));
    }
    for (body, field) in [(json!({}), "card_id"), (json!({"card_id": CARD, "x": 1}), "x"), (json!({"card_id": CARD, "code": ""}), "code")] {
        let (status, problem) = sign(&house, &key, &body).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &field.into()), "{problem}");
    }
    let other = house.key(&[Scope::WxCall], None).await;
    assert_eq!(sign(&house, &other, &json!({"card_id": CARD})).await.0, 403);
}

#[tokio::test]
async fn many_callers_and_a_restart_cost_one_fetch_and_the_row_is_sealed() {
    let house = House::build().await;
    switch(&house, "on").await;
    let account = account(&house);
    let cold = (0..200).map(|_| house.app.tokens.card_ticket(&account));
    assert!(futures_util::future::join_all(cold).await.iter().all(Result::is_ok));
    let ticket = house.app.tokens.card_ticket(&account).await.unwrap();
    let again = Tokens::open(house.app.core.clone(), house.app.accounts.clone()).await.unwrap();
    assert_eq!(again.card_ticket(&account).await.unwrap().expose(), ticket.expose());
    let pages = house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    assert_eq!(fetches(&house), 2, "one of each");
    assert_ne!(pages.expose(), ticket.expose(), "another ticket than the pages'");
    let view = house.app.tokens.overview(&account).await.unwrap();
    assert!(view.card.is_some_and(|card| card.expires_at == Some(ticket.expires_at) && card.today == 1));
    for file in std::fs::read_dir(house.folder.path().join("data")).unwrap().flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        let found = bytes.windows(ticket.expose().len()).any(|part| part == ticket.expose().as_bytes());
        assert!(!found, "{:?} holds the ticket in clear", file.file_name());
    }
}

/// Nobody asks: the worker fetches it by itself.
#[tokio::test]
async fn it_is_there_before_anybody_asks() {
    let house = House::build().await;
    switch(&house, "on").await;
    let account = account(&house);
    for _ in 0..30_000 {
        if house.app.tokens.overview(&account).await.unwrap().card.is_some_and(|card| card.expires_at.is_some()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("it never came");
}
