//! Receipts in every order.

use super::{super::Receipt, sending::receipt_of, *};
use crate::{
    features::messages::model::{BatchAct, Channel, MessageState::*},
    wechat::events,
};

async fn taken(house: &House, receipt: Receipt) {
    house.messages.receipt(SANDBOX_APP_ID, receipt).await.expect("taken");
}

/// A message that WeChat took and whose answer was lost: ours, and WeChat's.
async fn unanswered(house: &House) -> (Message, SentMessage) {
    let openid = house.friend();
    house.dial(|dials| dials.cut_after_accept = 1);
    let filed = house.file_to(&openid).await;
    house.tick().await;
    let [sent] = house.accepted(&openid).try_into().expect("one");
    (filed, sent)
}

#[tokio::test]
async fn one_that_comes_before_the_answer_is_joined_when_the_answer_is_stored() {
    let house = House::new().await;
    let (filed, sent) = unanswered(&house).await;
    assert_eq!(house.stands(&filed.id).await, (Queued, Some("no_answer".into())));
    taken(&house, receipt_of(&sent, NOON + 1_000)).await;
    assert_eq!(house.stands(&filed.id).await.0, Queued, "the repeat will tell its msgid");
    house.pass(60);
    house.tick().await;
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.msgid), (Delivered, Some(sent.msgid)));
}

#[tokio::test]
async fn one_that_waits_for_a_repeat_settles_its_message_when_the_batch_is_cancelled_instead() {
    let house = House::new().await;
    let openids = house.followers(3);
    house.dial(|dials| dials.cut_after_accept = 3);
    let filed = house.file_batch(house.new_batch(), &openids).await;
    house.tick().await;
    for openid in &openids[..2] {
        let [sent] = house.accepted(openid).try_into().expect("one");
        taken(&house, receipt_of(&sent, NOON + 1_000)).await;
    }
    assert_eq!(house.batch(&filed.id).await.counts.queued, 3, "repeats will tell their msgids");
    let (_, cancelled) = house.messages.turn_batch(&filed, BatchAct::Cancel, Actor::System).await.expect("cancels");
    assert_eq!((cancelled.counts.delivered, cancelled.counts.unknown, cancelled.counts.queued), (2, 1, 0));
    // The third one's comes later.
    let [sent] = house.accepted(&openids[2]).try_into().expect("one");
    taken(&house, receipt_of(&sent, NOON + 2_000)).await;
    assert_eq!(house.batch(&filed.id).await.counts.delivered, 3);
}

#[tokio::test]
async fn failures_have_their_words_and_nothing_goes_back() {
    let house = House::new().await;
    for (status, reason) in [
        (events::Receipt::UserBlock, "user_block"),
        (events::Receipt::SystemFailed, "system_failed"),
        (events::Receipt::FrequencyLimited, "frequency_limited"),
        (events::Receipt::Other("failed:new words".into()), "receipt_failed"),
    ] {
        let openid = house.friend();
        let filed = house.file_to(&openid).await;
        house.tick().await;
        let sent = house.accepted(&openid).pop().expect("one");
        let bad = Receipt { status, ..receipt_of(&sent, NOON) };
        taken(&house, bad.clone()).await;
        taken(&house, bad).await;
        taken(&house, Receipt { created_ms: NOON + 5_000, status: events::Receipt::Delivered, ..receipt_of(&sent, NOON) }).await;
        assert_eq!(house.stands(&filed.id).await, (Failed, Some(reason.into())));
    }
}

#[tokio::test]
async fn each_of_two_messages_in_one_second_gets_its_own() {
    let house = House::new().await;
    let openid = house.friend();
    let (one, two) = (house.file_to(&openid).await, house.file_to(&openid).await);
    house.tick().await;
    for sent in house.accepted(&openid) {
        taken(&house, receipt_of(&sent, NOON + 1_000)).await;
    }
    assert_eq!((house.stands(&one.id).await.0, house.stands(&two.id).await.0), (Delivered, Delivered));
}

#[tokio::test]
async fn foreign_receipts_settle_nobody_else() {
    let house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    house.tick().await;
    let sent = house.accepted(&openid).pop().expect("one");
    let good = receipt_of(&sent, NOON);
    taken(&house, Receipt { openid: "oSomebodyElse".into(), ..good.clone() }).await;
    taken(&house, Receipt { msgid: Some(sent.msgid + 1), ..good.clone() }).await;
    house.messages.receipt("wxother", good).await.expect_err("an account we do not have");
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
}

#[tokio::test]
async fn one_without_a_number_is_for_the_oldest_message_to_that_person_that_it_fits() {
    let house = House::new().await;
    let openid = house.friend();
    for zero in [0, 100] {
        house.dial(|dials| dials.msgid_zero_percent = zero);
        let one = house.file_to(&openid).await;
        house.pass(1);
        let two = house.file_to(&openid).await;
        house.tick().await;
        assert_eq!(house.get(&one.id).await.msgid.is_none(), zero > 0);
        let now = house.clock.now_ms();
        let sent = house.accepted(&openid).pop().expect("one");
        let nameless = |seconds: i64, status| Receipt { msgid: Some(0), status, ..receipt_of(&sent, now + seconds * 1_000) };
        taken(&house, nameless(-3_600, events::Receipt::Delivered)).await;
        assert_eq!(house.stands(&one.id).await.0, Accepted, "long before our call");
        taken(&house, nameless(1, events::Receipt::Delivered)).await;
        taken(&house, nameless(1, events::Receipt::Delivered)).await;
        assert_eq!((house.stands(&one.id).await.0, house.stands(&two.id).await.0), (Delivered, Accepted), "the same twice");
        taken(&house, Receipt { msgid: None, ..nameless(1, events::Receipt::UserBlock) }).await;
        assert_eq!(house.stands(&two.id).await, (Failed, Some("user_block".into())));
        house.pass(3_600);
    }
}

#[tokio::test]
async fn one_without_a_number_waits_for_the_answer() {
    let house = House::new().await;
    let (filed, sent) = unanswered(&house).await;
    taken(&house, Receipt { msgid: None, ..receipt_of(&sent, NOON + 1_000) }).await;
    assert_eq!(house.stands(&filed.id).await.0, Queued);
    house.pass(60);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Delivered);
}

#[tokio::test]
async fn a_text_under_review_is_settled_by_person_and_time() {
    let house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    house.tick().await;
    // As 40252 leaves it: taken, without a msgid.
    execute(&house.messages.core, "update messages set msgid = null, errcode = 40252, reason = 'under_review'").await;
    let late = Receipt {
        msgid: Some(77),
        openid: openid.clone(),
        channel: Channel::Template,
        status: events::Receipt::Delivered,
        created_ms: NOON + 3 * 3_600_000,
        received: NOON,
    };
    taken(&house, late.clone()).await;
    assert_eq!(house.stands(&filed.id).await.0, Accepted, "too late to be its");
    taken(&house, Receipt { msgid: Some(78), created_ms: NOON + 20 * 60_000, ..late }).await;
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.msgid, message.errcode), (Delivered, Some(78), None));
}

#[tokio::test]
async fn another_program_s_receipt_settles_nothing_of_ours() {
    let house = House::new().await;
    let friend = house.friend();
    let filed = house.file_to(&friend).await;
    house.dial(|dials| dials.cut = 1000);
    house.tick().await;
    house.pass(10 * 60);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Unknown);
    let foreign = Receipt {
        msgid: Some(999),
        openid: friend,
        channel: Channel::Template,
        status: crate::wechat::events::Receipt::Delivered,
        created_ms: NOON + 20 * 60_000,
        received: NOON + 20 * 60_000,
    };
    taken(&house, foreign.clone()).await;
    assert_eq!(house.stands(&filed.id).await.0, Unknown, "long after our last call");
    taken(&house, Receipt { msgid: Some(998), created_ms: NOON + 60_000, ..foreign }).await;
    assert_eq!(house.stands(&filed.id).await.0, Delivered, "while it may still have been taken");
}
