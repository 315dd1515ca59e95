//! A process that ends between any two steps, and what the next one makes of it.

use super::*;
use crate::{
    features::messages::model::MessageState::*,
    wechat::{self, client::TemplateMessage, events},
};

/// The intent is on disk, then the process ends.
async fn intend(house: &House) {
    execute(&house.messages.core, "insert into sending_workers (id, beat) values ('gone', 0)").await;
    let intend = "update messages set state = 'sending', worker = 'gone', attempts = attempts + 1, intent_at = 1795320000000";
    execute(&house.messages.core, intend).await;
}

/// The call as the sender makes it, its answer lost.
async fn call(house: &House, message: &Message) {
    let client = wechat::Client::new(&house.api_base).expect("client");
    let token = client.stable_token(SANDBOX_APP_ID, &house.account().secret, false).await.expect("token").value;
    let wire = TemplateMessage {
        touser: message.touser.clone(),
        template_id: message.template_id.clone(),
        url: None,
        miniprogram: None,
        data: message.data.0.clone(),
        client_msg_id: message.client_msg_id.clone(),
    };
    client.send_template(&token, &wire).await.expect("taken");
}

#[tokio::test]
async fn after_the_intent_the_call_is_made() {
    let mut house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    intend(&house).await;
    house.restart().await;
    house.pass(60);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
    assert_eq!(house.accepted(&openid).len(), 1);
}

#[tokio::test]
async fn after_the_call_it_is_repeated_and_wechat_has_it_once() {
    let mut house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    intend(&house).await;
    call(&house, &filed).await;
    house.restart().await;
    house.pass(8 * 60 + 59);
    house.tick().await;
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.attempts), (Accepted, 2));
    let [sent] = house.accepted(&openid).try_into().expect("once");
    assert_eq!(message.msgid, Some(sent.msgid));
}

#[tokio::test]
async fn later_than_nine_minutes_nobody_sends_again() {
    let mut house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    intend(&house).await;
    call(&house, &filed).await;
    house.restart().await;
    house.pass(11 * 60);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await, (Unknown, Some("no_answer".into())));
    assert_eq!(house.calls().len(), 1, "only the call before the crash");
    // The receipt settles it: once, whatever comes after.
    let [sent] = house.accepted(&openid).try_into().expect("once");
    let receipt = super::sending::receipt_of(&sent, NOON + 3_000);
    house.messages.receipt(SANDBOX_APP_ID, receipt.clone()).await.expect("taken");
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.msgid), (Delivered, Some(sent.msgid)));
    house.messages.receipt(SANDBOX_APP_ID, receipt.clone()).await.expect("taken");
    let other = super::super::Receipt { status: events::Receipt::SystemFailed, created_ms: receipt.created_ms + 1000, ..receipt };
    house.messages.receipt(SANDBOX_APP_ID, other).await.expect("taken");
    assert_eq!(house.stands(&filed.id).await, (Delivered, None));
}

#[tokio::test]
async fn after_the_outcome_nothing_happens() {
    let mut house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    house.tick().await;
    house.restart().await;
    house.pass(60);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
    assert_eq!(house.calls().len(), 1);
}

#[tokio::test]
async fn a_receipt_that_came_before_the_restart_is_found() {
    let mut house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    intend(&house).await;
    call(&house, &filed).await;
    let [sent] = house.accepted(&openid).try_into().expect("once");
    house.messages.receipt(SANDBOX_APP_ID, super::sending::receipt_of(&sent, NOON + 1_000)).await.expect("taken");
    assert_eq!(house.stands(&filed.id).await.0, Sending, "its call may still be under way");
    house.restart().await;
    house.pass(600);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await, (Delivered, None));
    assert_eq!(house.calls().len(), 1);
}

#[tokio::test]
async fn a_doubt_that_lasts_ends_as_unknown() {
    let house = House::new().await;
    let openid = house.friend();
    house.dial(|dials| dials.cut_after_accept = 1000);
    let filed = house.file_to(&openid).await;
    for _ in 0..12 {
        house.tick().await;
        house.pass(60);
    }
    house.tick().await;
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.intent_at), (Unknown, Some(NOON)));
    assert_eq!(house.accepted(&openid).len(), 1);
    let last = house.calls().last().expect("calls").at_ms;
    assert!(last < NOON + 9 * 60_000, "the last repeat was inside the window");
}
