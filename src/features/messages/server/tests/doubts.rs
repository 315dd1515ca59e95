//! Uncertain messages, settled by a person, and receipts that come after that.

use axum::{body::Body, http::Request};

use super::{
    super::{Receipt, batches::Batch, doubts},
    pages::{Seen, ask, get, post},
    *,
};
use crate::{
    features::messages::model::{BatchAct, BatchState, Channel, MessageState::*, Ruling},
    shared::rights::Role,
    wechat::events,
};

impl House {
    /// A batch of which nobody knows whether WeChat took any.
    pub(super) async fn uncertain(&self, openids: &[String]) -> Batch {
        let filed = self.file_batch(self.new_batch(), openids).await;
        self.dial(|dials| dials.cut = 1000);
        self.tick().await;
        self.pass(10 * 60);
        self.dial(|_| {});
        let batch = self.send_all(&filed.id).await;
        assert_eq!((batch.state, batch.counts.unknown), (BatchState::Done, batch.total));
        batch
    }

    async fn overruled(&self, openid: &str, status: events::Receipt) -> Option<String> {
        let receipt = Receipt {
            msgid: Some(998),
            openid: openid.to_owned(),
            channel: Channel::Template,
            status,
            created_ms: NOON + 60_000,
            received: self.clock.now_ms(),
        };
        let unit = self
            .messages
            .core
            .db
            .write(move |connection| Box::pin(async move { doubts::take(connection, SANDBOX_APP_ID, &receipt).await }));
        unit.await.expect("taken")
    }
}

fn path(batch: &Batch) -> String {
    format!("/batches/{}", batch.id)
}

fn flash(seen: &Seen) -> (u16, &str) {
    (seen.status.as_u16(), &seen.place)
}

#[tokio::test]
async fn a_batch_s_uncertain_ones_are_marked_and_wechat_has_the_last_word() {
    let house = House::new().await;
    let openids = house.followers(3);
    let batch = house.uncertain(&openids).await;
    let page = get(&house, &path(&batch)).await;
    assert!(page.all(".page-head .badge").contains(&"有不确定".to_owned()), "{:?}", page.all(".page-head .badge"));
    assert_eq!(page.all(".reason-acts a")[..3], ["重发 3 人", "标记为已送达", "标记为未送达"]);
    assert!(page.all(".reasons p")[0].contains("12:30 还没有"), "{:?}", page.all(".reasons p"));
    let question = get(&house, &format!("{}?ask=mark_delivered", path(&batch))).await;
    assert_eq!(
        (question.all("h1"), question.all("main form button")),
        (vec!["把不确定的 3 人标记为已送达？".to_owned()], vec!["标记 3 人".to_owned()])
    );
    let done = post(&house, &path(&batch), &[("intent", "mark_delivered")]).await;
    assert_eq!(flash(&done), (303, path(&batch).as_str()));
    let marked = house.batch(&batch.id).await;
    assert_eq!((marked.counts.delivered, marked.counts.unknown), (3, 0));
    house.agrees(&marked, &openids).await;
    let page = get(&house, &path(&batch)).await;
    assert!(page.all(".timeline b").contains(&"把不确定的标记为已送达".to_owned()), "{:?}", page.all(".timeline b"));
    assert!(page.all("tbody td.muted").iter().any(|line| line.contains("是人核实后标记的")));

    // It did not arrive after all; and one that says the same.
    let failed = house.overruled(&openids[0], events::Receipt::UserBlock).await.expect("settles");
    assert_eq!(house.stands(&failed).await, (Failed, Some("user_block".into())));
    let same = house.overruled(&openids[1], events::Receipt::Delivered).await.expect("settles");
    assert_eq!(house.stands(&same).await, (Delivered, None));
    assert_eq!(house.get(&same).await.msgid, Some(998));
    assert_eq!(house.overruled(&openids[0], events::Receipt::Delivered).await, None, "the first word of WeChat's stays");
    let counted = house.batch(&batch.id).await;
    assert_eq!((counted.counts.delivered, counted.counts.failed), (2, 1));
    house.agrees(&counted, &openids).await;
}

#[tokio::test]
async fn a_receipt_is_not_taken_from_a_message_under_way() {
    let house = House::new().await;
    let openids = house.followers(1);
    let batch = house.uncertain(&openids).await;
    house.messages.rule_batch(&batch, Ruling::Failed, Actor::System).await.expect("marks");
    // Another one to the same person was called and its answer is lost: the receipt may be about that one.
    house.dial(|dials| dials.cut_after_accept = 1);
    house.file_to(&openids[0]).await;
    house.tick().await;
    assert_eq!(house.overruled(&openids[0], events::Receipt::Delivered).await, None);
    assert_eq!(house.batch(&batch.id).await.counts.failed, 1);
}

#[tokio::test]
async fn uncertain_ones_go_out_again_after_a_question() {
    let house = House::new().await;
    let openids = house.followers(3);
    let batch = house.uncertain(&openids).await;
    let question = get(&house, &format!("{}?ask=send_again", path(&batch))).await;
    assert_eq!(question.all("h1"), ["重发给不确定的 3 人？"]);
    assert!(question.all(".notice-warn")[0].contains("再收到一次") && question.all("main form button") == ["重发 3 人"]);
    assert_eq!(post(&house, &path(&batch), &[("intent", "send_again")]).await.status, 303);
    let sent = house.send_all(&batch.id).await;
    assert_eq!((sent.state, sent.counts.accepted), (BatchState::Done, 3));
    house.agrees(&sent, &openids).await;
    assert!(get(&house, &format!("{}?ask=send_again", path(&batch))).await.all("h1")[0].contains("取件"), "nothing to ask about");
    let developer =
        ask(&house, Role::Developer, Request::get(format!("{}?ask=send_again", path(&batch))).body(Body::empty()).expect("request"));
    assert!(!developer.await.all("h1")[0].contains("重发"));
}

#[tokio::test]
async fn one_message_is_settled_by_a_person_once() {
    let house = House::new().await;
    let friend = house.friend();
    let (one, two) = (house.file_to(&friend).await, house.file_to(&friend).await);
    house.dial(|dials| dials.cut = 1000);
    house.tick().await;
    house.pass(10 * 60);
    house.dial(|_| {});
    house.tick().await;
    let place = format!("/messages/{}", one.id);
    let page = get(&house, &place).await;
    assert_eq!(page.all(".reasons .row > *"), ["重发", "标记为已送达", "标记为未送达"]);
    assert_eq!(post(&house, &place, &[("intent", "mark_failed")]).await.status, 303);
    assert_eq!(house.stands(&one.id).await, (Failed, Some("by_person".into())));
    assert_eq!(post(&house, &place, &[("intent", "mark_delivered")]).await.status, 303, "said on the page, no error");
    assert_eq!(house.stands(&one.id).await.0, Failed);
    let page = get(&house, &place).await;
    assert!(page.all(".timeline b").contains(&"把不确定的标记为未送达".to_owned()) && page.all(".reasons .row").is_empty());

    let place = format!("/messages/{}", two.id);
    assert!(get(&house, &format!("{place}?ask=send_again")).await.all("h1")[0].starts_with("重发给"));
    assert_eq!(post(&house, &place, &[("intent", "send_again")]).await.status, 303);
    house.tick().await;
    assert_eq!((house.stands(&two.id).await.0, house.accepted(&friend).len()), (Accepted, 1));
    assert_eq!(post(&house, &place, &[("intent", "dance")]).await.status, 404);
}

#[tokio::test]
async fn one_of_a_batch_lets_it_run_again_unless_it_was_cancelled() {
    let house = House::new().await;
    let openids = house.followers(2);
    let batch = house.uncertain(&openids).await;
    let rows = house.messages.list(SANDBOX_APP_ID, &Default::default(), None, 10).await.expect("lists").items;
    house.messages.rule_message(&rows[0], Ruling::Again, Actor::System).await.expect("queued");
    assert_eq!(house.batch(&batch.id).await.state, BatchState::Running);
    let done = house.send_all(&batch.id).await;
    assert_eq!((done.state, done.counts.accepted, done.counts.unknown), (BatchState::Done, 1, 1));
    house.agrees(&done, &openids).await;

    let filed = house.file_batch(house.new_batch(), &house.followers(3)[2..]).await;
    house.dial(|dials| dials.cut = 1000);
    house.tick().await;
    let (_, cancelled) = house.messages.turn_batch(&filed, BatchAct::Cancel, Actor::System).await.expect("cancels");
    assert_eq!(cancelled.counts.unknown, 1);
    let row = house.messages.list(SANDBOX_APP_ID, &Default::default(), None, 1).await.expect("lists").items.remove(0);
    let refused = house.messages.rule_message(&row, Ruling::Again, Actor::System).await.expect_err("it is cancelled");
    assert_eq!(refused.code, "batch_state");
    house.messages.rule_message(&row, Ruling::Delivered, Actor::System).await.expect("marks");
    assert_eq!(house.batch(&filed.id).await.counts.delivered, 1);
}
