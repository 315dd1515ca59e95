//! A few first, and the brake: the simulator's ledger says who was called.

use super::{sending::receipt_of, *};
use crate::features::{
    audit::server::about,
    messages::{
        model::{BatchAct, BatchState, Canary, Rules},
        server::{Receipt, batches::intake::NewBatch},
    },
};
use crate::wechat::events;

const FIRST: Canary = Canary { first: 10, percent: 90 };

impl House {
    /// WeChat reports the first `count` of these people.
    async fn report(&self, openids: &[String], status: events::Receipt) {
        for openid in openids {
            let sent = self.accepted(openid).pop().expect("sent");
            let receipt = Receipt { status: status.clone(), ..receipt_of(&sent, NOON) };
            self.messages.receipt(SANDBOX_APP_ID, receipt).await.expect("taken");
        }
    }
}

#[tokio::test]
async fn the_others_follow_when_enough_of_the_first_received_it() {
    let mut house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    let openids = house.followers(40);
    let filed = house.file_batch(NewBatch { canary: Some(FIRST), ..house.new_batch() }, &openids).await;
    // One is told to come again, and nobody else goes in its place.
    house.dial(|dials| dials.busy = 1);
    for _ in 0..12 {
        house.tick().await;
        house.pass(2);
    }
    let waiting = house.batch(&filed.id).await;
    assert_eq!((waiting.state, waiting.counts.accepted, waiting.counts.queued), (BatchState::Running, 10, 30));
    house.report(&openids[..8], events::Receipt::Delivered).await;
    house.restart().await;
    house.tick().await;
    assert_eq!(house.batch(&filed.id).await.counts.queued, 30, "eight of ten are too few, also after a restart");
    house.report(&openids[8..9], events::Receipt::Delivered).await;
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted, done.counts.delivered), (BatchState::Done, 31, 9));
    assert!(done.canary.is_some_and(|ahead| ahead.ended_at.is_some()));
    let trace = about(house.messages.core.db.read(), &format!("batch:{}", filed.id), 9).await.expect("trace");
    assert!(trace.iter().any(|line| line.action == "batch.canary_passed"), "{trace:?}");
}

#[tokio::test]
async fn too_few_receipts_stop_the_batch_and_a_person_decides() {
    let house = House::new().await;
    let openids = house.followers(30);
    let filed = house.file_batch(NewBatch { canary: Some(FIRST), ..house.new_batch() }, &openids).await;
    for _ in 0..4 {
        house.tick().await;
    }
    house.report(&openids[..2], events::Receipt::UserBlock).await;
    house.tick().await;
    let stopped = house.batch(&filed.id).await;
    assert_eq!((stopped.state, stopped.reason.as_deref(), stopped.counts.queued), (BatchState::Paused, Some("canary_failed"), 20));
    house.messages.turn_batch(&stopped, BatchAct::Resume, Actor::System).await.expect("resumes");
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.queued, done.counts.failed), (BatchState::Done, 0, 2));
    assert!(openids.iter().all(|openid| house.accepted(openid).len() == 1));
}

#[tokio::test]
async fn receipts_that_stay_away_stop_the_batch_and_a_pause_by_hand_keeps_the_others_waiting() {
    let house = House::new().await;
    let openids = house.followers(30);
    let filed = house.file_batch(NewBatch { canary: Some(FIRST), ..house.new_batch() }, &openids).await;
    for _ in 0..4 {
        house.tick().await;
    }
    house.messages.turn_batch(&filed, BatchAct::Pause, Actor::System).await.expect("pauses");
    house.messages.turn_batch(&filed, BatchAct::Resume, Actor::System).await.expect("resumes");
    house.pass(29 * 60);
    house.tick().await;
    assert_eq!(house.batch(&filed.id).await.counts.queued, 20, "resuming what a person paused decides nothing");
    house.pass(60);
    house.tick().await;
    let silent = house.batch(&filed.id).await;
    assert_eq!((silent.state, silent.reason.as_deref(), house.calls().len()), (BatchState::Paused, Some("canary_silent"), 10));
}

#[tokio::test]
async fn a_jump_in_refusals_stops_the_batch_and_other_lanes_go_on() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "10"]).await;
    let strangers: Vec<String> = (0..200).map(|at| format!("oStranger{at:04}")).collect();
    let filed = house.file_batch(house.new_batch(), &strangers).await;
    for _ in 0..40 {
        house.tick().await;
    }
    let braked = house.batch(&filed.id).await;
    assert_eq!((braked.state, braked.reason.as_deref()), (BatchState::Paused, Some("braked")));
    assert!((100..=120).contains(&house.calls().len()), "{} calls: a window and those under way", house.calls().len());
    let single = house.file_to(&house.friend()).await;
    house.tick().await;
    assert_eq!(house.get(&single.id).await.state, MessageState::Accepted);
    let bears_all = Rules { brake_percent: 0, ..Rules::default() };
    house.messages.set_rules(SANDBOX_APP_ID, bears_all, Actor::System, String::new()).await.expect("laid down");
    house.messages.turn_batch(&braked, BatchAct::Resume, Actor::System).await.expect("resumes");
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.failed), (BatchState::Done, 200));
}
