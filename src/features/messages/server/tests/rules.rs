//! Quiet hours, the weekly cap, and the second pair of eyes.

use super::*;
use crate::features::messages::{
    model::{BatchState, MessageState::*, Quiet, Rules},
    server::batches::intake::NewBatch,
};

impl House {
    pub(super) async fn rule(&self, rules: Rules) {
        self.messages.set_rules(SANDBOX_APP_ID, rules, Actor::User("周敏".into()), "127.0.0.1".into()).await.expect("laid down");
    }
}

#[tokio::test]
async fn nothing_leaves_in_the_quiet_hours_and_everything_after() {
    let house = House::new().await;
    // It is noon.
    house.rule(Rules { quiet: Some(Quiet { from: 12 * 60, to: 13 * 60 }), ..Rules::default() }).await;
    let filed = house.file_to(&house.friend()).await;
    let short = house.file(NewMessage { ttl: Some(60_000), ..house.new_message(&house.friend()) }).await;
    house.tick().await;
    assert_eq!((house.stands(&filed.id).await, house.calls().len()), ((Queued, None), 0));
    let still = house.messages.standstill(SANDBOX_APP_ID).await.expect("reads").expect("quiet");
    assert_eq!((still.reason().as_str(), still.refusal(), still.try_again_at() - NOON), ("quiet_hours", None, 3_600_000));
    house.pass(3599);
    house.tick().await;
    assert_eq!(house.calls().len(), 0);
    assert_eq!(house.stands(&short.id).await, (Failed, Some("too_late".into())), "never past its time");
    house.pass(1);
    house.tick().await;
    assert_eq!(house.stands(&filed.id).await.0, Accepted);
    assert_eq!(house.messages.standstill(SANDBOX_APP_ID).await.expect("reads"), None);
}

#[tokio::test]
async fn nobody_gets_more_in_a_week_than_the_rules_allow() {
    let house = House::new().await;
    house.rule(Rules { weekly_cap: Some(2), ..Rules::default() }).await;
    let (friend, other) = (house.friend(), house.followers(2)[1].clone());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(house.file_to(&friend).await.id);
        house.tick().await;
    }
    assert_eq!([house.get(&ids[0]).await.state, house.get(&ids[1]).await.state], [Accepted, Accepted]);
    assert_eq!(house.stands(&ids[2]).await, (Failed, Some("weekly_cap".into())));
    assert_eq!(house.accepted(&friend).len(), 2, "WeChat never heard of the third");
    // Within one claim as well, and in a batch only that row fails.
    let batch = house.file_batch(house.new_batch(), &[friend.clone(), other]).await;
    let done = house.send_all(&batch.id).await;
    assert_eq!((done.state, done.counts.failed, done.counts.accepted), (BatchState::Done, 1, 1));
    house.pass(7 * 24 * 3600 + 1);
    let later = house.file_to(&friend).await;
    house.tick().await;
    assert_eq!(house.get(&later.id).await.state, Accepted, "a week later it is another story");
}

#[tokio::test]
async fn a_batch_waits_for_a_second_person_and_never_for_its_maker() {
    let house = House::new().await;
    let openids = house.followers(3);
    let filed = house.file_batch(NewBatch { approval: true, ttl: Some(3_600_000), ..house.new_batch() }, &openids).await;
    house.tick().await;
    assert_eq!((house.batch(&filed.id).await.state, house.calls().len()), (BatchState::AwaitingApproval, 0));
    let own = house.messages.approve_batch(&filed, Actor::User("周敏".into())).await.expect_err("refused");
    assert_eq!((own.status, own.code), (403, "own_batch"));
    house.pass(1800);
    house.messages.approve_batch(&filed, Actor::User("林一帆".into())).await.expect("approved");
    house.tick().await;
    assert_eq!((house.batch(&filed.id).await.state, house.calls().len()), (BatchState::Scheduled, 0), "time to take it back");
    house.pass(10);
    assert_eq!(house.send_all(&filed.id).await.counts.accepted, 3);
    let again = house.messages.approve_batch(&filed, Actor::User("林一帆".into())).await.expect_err("refused");
    assert_eq!((again.status, again.code), (409, "batch_state"));
    // Fifty at once approve it once, and the log says so once.
    let raced = house.file_batch(NewBatch { approval: true, ttl: Some(3_600_000), ..house.new_batch() }, &openids).await;
    let approvals = (0..50).map(|_| house.messages.approve_batch(&raced, Actor::User("林一帆".into())));
    let done = futures_util::future::join_all(approvals).await.into_iter().filter(Result::is_ok).count();
    let logged: i64 = sqlx::query_scalar("select count(*) from audit where action = 'batch.approved' and object = ?")
        .bind(format!("batch:{}", raced.id))
        .fetch_one(house.messages.core.db.read())
        .await
        .expect("counts");
    assert_eq!((done, logged), (1, 1));
    // What nobody approves in time fails and is over.
    let forgotten = house.file_batch(NewBatch { approval: true, ttl: Some(60_000), ..house.new_batch() }, &openids).await;
    house.pass(61);
    house.tick().await;
    let forgotten = house.batch(&forgotten.id).await;
    assert_eq!((forgotten.state, forgotten.counts.failed), (BatchState::Done, 3));
    assert!(Rules { approve_above: Some(2), ..Rules::default() }.needs_approval(3) && !Rules::default().needs_approval(100_000));
}
