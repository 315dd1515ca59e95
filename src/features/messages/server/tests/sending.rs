//! What goes out, what is tried again, what stands still.

use super::*;
use crate::{
    features::messages::model::{Channel, MessageState::*},
    sandbox::Garbage,
    wechat::events,
};

/// The receipt that the simulator would push for a message it took.
pub(super) fn receipt_of(sent: &SentMessage, at: i64) -> super::super::Receipt {
    let status = events::Receipt::from_status(&sent.status);
    let (msgid, openid, created_ms) = (Some(sent.msgid), sent.openid.clone(), at / 1000 * 1000);
    super::super::Receipt { msgid, openid, channel: Channel::Template, status, created_ms, received: at }
}

#[tokio::test]
async fn a_message_goes_out_once_and_its_receipt_settles_it() {
    let house = House::new().await;
    let openid = house.friend();
    let filed = house.file_to(&openid).await;
    assert_eq!((filed.state, filed.client_msg_id.len()), (Queued, 32));
    house.tick().await;
    let [sent] = house.accepted(&openid).try_into().expect("one at WeChat");
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.msgid, message.attempts), (Accepted, Some(sent.msgid), 1));
    assert_eq!(sent.client_msg_id.as_deref(), Some(filed.client_msg_id.as_str()));
    house.messages.receipt(SANDBOX_APP_ID, receipt_of(&sent, NOON + 2_000)).await.expect("taken");
    assert_eq!(house.stands(&filed.id).await, (Delivered, None));
    house.tick().await;
    assert_eq!(house.calls().len(), 1);
}

#[tokio::test]
async fn a_refused_recipient_fails_alone() {
    let house = House::new().await;
    let (gone, friend) = (house.follower(|person| !person.subscribed), house.friend());
    let (bad, good) = (house.file_to(&gone).await, house.file_to(&friend).await);
    let foreign = house.file_to("oForeignForeignForeignForeig").await;
    house.tick().await;
    let failed = house.get(&bad.id).await;
    assert_eq!((failed.state, failed.errcode, failed.reason.as_deref()), (Failed, Some(43004), Some("wechat_43004")));
    assert_eq!(house.stands(&foreign.id).await, (Failed, Some("wechat_40003".into())));
    assert_eq!(house.stands(&good.id).await.0, Accepted);
    assert_eq!(house.messages.hold(SANDBOX_APP_ID).await.expect("reads"), None);
    house.pass(3600);
    house.tick().await;
    assert_eq!(house.calls().len(), 3, "nobody is tried twice");
}

#[tokio::test]
async fn a_broken_template_fails_its_message() {
    let house = House::new().await;
    let wrong = NewMessage { template_id: "x".repeat(43), ..house.new_message(&house.friend()) };
    let filed = house.file(wrong).await;
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await, (Failed, Some("wechat_40037".into())));
}

#[tokio::test]
async fn busy_and_cut_connections_are_tried_again_with_the_same_id() {
    let faults: [fn(&mut Dials); 5] = [
        |dials| dials.busy = 2,
        |dials| dials.cut = 2,
        |dials| dials.cut_after_accept = 2,
        |dials| (dials.garbage, dials.garbage_next) = (Some(Garbage::Html), 2),
        |dials| (dials.garbage, dials.garbage_next) = (Some(Garbage::Half), 2),
    ];
    for (number, turn) in faults.into_iter().enumerate() {
        let house = House::new().await;
        let openid = house.friend();
        house.dial(turn);
        let filed = house.file_to(&openid).await;
        for _ in 0..3 {
            house.tick().await;
            house.pass(60);
        }
        let message = house.get(&filed.id).await;
        assert_eq!((message.state, message.attempts), (Accepted, 3), "fault {number}");
        assert_eq!(message.reason, None, "fault {number}");
        assert_eq!(house.accepted(&openid).len(), 1, "fault {number}: one at WeChat");
        assert!(house.calls().iter().all(|call| call.detail.is_empty() || call.detail.contains(&filed.client_msg_id)));
    }
}

#[tokio::test]
async fn pauses_keep_the_next_try_away() {
    let house = House::new().await;
    house.dial(|dials| dials.busy = 1);
    let filed = house.file_to(&house.friend()).await;
    house.tick().await;
    house.tick().await;
    let message = house.get(&filed.id).await;
    assert_eq!((message.state, message.reason.as_deref(), message.errcode), (Queued, Some("wechat_busy"), Some(-1)));
    assert!(message.not_before > NOON && message.intent_at.is_none());
    assert_eq!(house.calls().len(), 1);
}

#[tokio::test]
async fn a_spent_quota_holds_the_account_and_one_message_probes() {
    let house = House::with(&["--send-parallel", "2"]).await;
    let openid = house.friend();
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(house.file_to(&openid).await.id);
    }
    house.dial(|dials| dials.quota = 1000);
    house.tick().await;
    let hold = house.messages.hold(SANDBOX_APP_ID).await.expect("reads").expect("held");
    assert_eq!(hold.errcode, 45009);
    assert!(hold.try_again_at > NOON + 12 * 3_600_000, "not before midnight in China");
    let burned = house.calls().len();
    assert!(burned <= 2);
    house.pass(3600);
    house.tick().await;
    assert_eq!(house.calls().len(), burned, "nothing is called while it holds");
    for id in &ids {
        assert_eq!(house.get(id).await.state, Queued);
    }
    // Past midnight one probes; it fails, and the others are still left alone.
    house.pass(11 * 3600 + 600);
    house.tick().await;
    assert_eq!(house.calls().len(), burned + 1);
    house.dial(|_| ());
    house.messages.try_again(SANDBOX_APP_ID).await.expect("asks");
    for _ in 0..5 {
        house.tick().await;
    }
    for id in &ids {
        assert_eq!(house.get(id).await.state, Accepted);
    }
    assert_eq!(house.messages.hold(SANDBOX_APP_ID).await.expect("reads"), None);
}

#[tokio::test]
async fn a_hold_ends_when_the_account_is_mended_or_a_fresh_token_came() {
    for changed in [true, false] {
        let house = House::new().await;
        house.wechat.set_dials(Dials { path: Some("/cgi-bin/message".into()), stale_token: 1000, ..Dials::default() });
        let filed = house.file_to(&house.friend()).await;
        house.tick().await;
        assert_eq!(house.stands(&filed.id).await, (Queued, Some("wechat_40001".into())));
        house.dial(|_| ());
        house.tick().await;
        assert_eq!(house.stands(&filed.id).await.0, Queued, "the hold is not over by itself");
        house.pass(1);
        if changed {
            execute(&house.messages.core, "update accounts set updated_at = updated_at + 600000").await;
            house.messages.accounts.reload().await.expect("reads");
        } else {
            // WeChat gives the very same token again, and that says enough.
            let account = house.messages.accounts.get(SANDBOX_APP_ID).expect("there");
            house.messages.tokens.refresh(&account, Actor::User("admin".into())).await.expect("given");
        }
        house.tick().await;
        assert_eq!(house.stands(&filed.id).await.0, Accepted, "changed: {changed}");
    }
}

#[tokio::test]
async fn what_waits_too_long_fails_and_says_so() {
    let house = House::new().await;
    house.dial(|dials| dials.quota = 1000);
    let short = house.file(NewMessage { ttl: Some(60_000), ..house.new_message(&house.friend()) }).await;
    let long = house.file_to(&house.friend()).await;
    house.tick().await;
    house.pass(61);
    house.tick().await;
    let message = house.get(&short.id).await;
    assert_eq!((message.state, message.reason.as_deref(), message.errcode), (Failed, Some("too_late"), Some(45009)));
    assert_eq!(message.settled_at, Some(NOON + 61_000));
    assert_eq!(house.stands(&long.id).await.0, Queued);
}

#[tokio::test]
async fn a_lock_stops_everything_and_is_told() {
    let house = House::new().await;
    let filed = house.file_to(&house.friend()).await;
    execute(&house.messages.core, "insert into settings (name, value) values ('sending_locked', '1')").await;
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Queued);
    let act = Act::new(Actor::System, "messages.sent", "test");
    let refused = house.messages.accept(&house.account(), vec![house.new_message("o")], act).await.expect_err("locked");
    assert_eq!((refused.status, refused.code), (423, "sending_locked"));
    execute(&house.messages.core, "update settings set value = '0' where name = 'sending_locked'").await;
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
}

#[tokio::test]
async fn the_rate_is_kept() {
    let house = House::with(&["--send-rate", "8"]).await;
    let openid = house.friend();
    for _ in 0..20 {
        house.file_to(&openid).await;
    }
    let mut left = Vec::new();
    for _ in 0..80 {
        house.tick().await;
        left.push(house.calls().len());
        house.clock.advance(std::time::Duration::from_millis(25));
    }
    assert!(left.windows(5).all(|some| some[4] - some[0] <= 1), "one each eighth of a second: {left:?}");
    assert!((7..=8).contains(&left[39]) && (15..=16).contains(&left[79]), "eight a second: {left:?}");
}

#[tokio::test]
async fn no_intent_on_disk_means_no_call() {
    let house = House::new().await;
    let filed = house.file_to(&house.friend()).await;
    // From here on nothing can be written, as on a full disk.
    execute(&house.messages.core, "pragma query_only = 1").await;
    assert!(house.sender.tick().await.is_err());
    house.sender.idle().await;
    assert_eq!(house.calls().len(), 0);
    assert_eq!(house.stands(&filed.id).await.0, Queued);
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_message() {
    let house = House::new().await;
    let filed = house.file_to(&house.friend()).await;
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    let stopping = house.messages.clone().until(stop);
    let message = stopping.settled(&filed.id, std::time::Duration::from_secs(30)).await.expect("there");
    assert_eq!(message.state, Queued);
}
