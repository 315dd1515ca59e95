//! Batches against the simulator: its ledger is the judge.

use std::collections::HashMap;

use super::*;
use crate::features::messages::{
    model::{BatchAct, BatchState, Counts},
    server::batches::{Again, Batch, intake::NewBatch, upload::Recipient},
};

impl House {
    pub(super) fn followers(&self, count: usize) -> Vec<String> {
        let good = self.wechat.followers().into_iter().filter(|person| person.subscribed && !person.blocks && !person.fails);
        good.take(count).map(|person| person.openid).collect()
    }

    pub(super) fn new_batch(&self) -> NewBatch {
        let message = self.new_message("");
        NewBatch {
            name: "取件".into(),
            template_id: message.template_id,
            data: message.data,
            actor: "user:周敏".into(),
            ..NewBatch::default()
        }
    }

    pub(super) async fn file_batch(&self, new: NewBatch, openids: &[String]) -> Batch {
        let recipient =
            |(index, touser): (usize, &String)| Recipient { index: index as u64, touser: touser.as_str().into(), data: Data::default() };
        let recipients = openids.iter().enumerate().map(recipient).collect();
        let act = Act::new(Actor::System, "batch.filed", "test");
        self.messages.file_batch(&self.account(), new, recipients, act).await.expect("filed")
    }

    pub(super) async fn batch(&self, id: &str) -> Batch {
        self.messages.batch(id).await.expect("batch")
    }

    /// Ticks until nothing is left to send, or as often as makes sense.
    pub(super) async fn send_all(&self, id: &str) -> Batch {
        for _ in 0..50 {
            self.tick().await;
            let batch = self.batch(id).await;
            if batch.state != BatchState::Running {
                return batch;
            }
        }
        self.batch(id).await
    }

    /// The counts recounted from the rows.
    async fn recounted(&self, id: &str) -> Counts {
        let rows: Vec<(String, i64)> = sqlx::query_as("select state, count(*) from messages where batch_id = ? group by state")
            .bind(id)
            .fetch_all(self.messages.core.db.read())
            .await
            .expect("counts");
        let rows: HashMap<_, _> = rows.into_iter().collect();
        let of = |state: MessageState| rows.get(state.word()).copied().unwrap_or(0);
        Counts {
            queued: of(MessageState::Queued),
            sending: of(MessageState::Sending),
            accepted: of(MessageState::Accepted),
            delivered: of(MessageState::Delivered),
            failed: of(MessageState::Failed),
            unknown: of(MessageState::Unknown),
            cancelled: of(MessageState::Cancelled),
        }
    }

    /// No recipient twice, and the counts are those of the rows.
    pub(super) async fn agrees(&self, batch: &Batch, openids: &[String]) {
        assert_eq!(self.recounted(&batch.id).await, batch.counts, "counts equal recounted rows");
        assert_eq!(batch.counts.total(), batch.total);
        for openid in openids {
            assert!(self.accepted(openid).len() <= 1, "{openid} got it more than once");
        }
    }
}

#[tokio::test]
async fn everybody_gets_it_once_and_the_counts_say_so() {
    let house = House::new().await;
    let openids = house.followers(100);
    let filed = house.file_batch(house.new_batch(), &[openids.clone(), openids[..7].to_vec()].concat()).await;
    assert_eq!((filed.state, filed.total, filed.duplicates), (BatchState::Running, 100, 7));
    let batch = house.send_all(&filed.id).await;
    assert_eq!((batch.state, batch.counts.accepted, batch.ended_at.is_some()), (BatchState::Done, 100, true));
    assert_eq!(openids.iter().map(|openid| house.accepted(openid).len()).sum::<usize>(), 100);
    house.agrees(&batch, &openids).await;
}

#[tokio::test]
async fn the_same_request_lands_on_the_same_batch() {
    let house = House::new().await;
    let openids = house.followers(3);
    let new = NewBatch { request: Some("key:1".into()), ..house.new_batch() };
    let (one, two) = (house.file_batch(new.clone(), &openids).await, house.file_batch(new, &openids).await);
    assert_eq!(one.id, two.id);
    let batch = house.send_all(&one.id).await;
    assert_eq!(batch.total, 3);
    house.agrees(&batch, &openids).await;
}

#[tokio::test]
async fn a_pause_holds_back_what_was_claimed_and_a_cancel_is_final() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "8"]).await;
    let openids = house.followers(60);
    let filed = house.file_batch(house.new_batch(), &openids).await;
    house.tick().await;
    let (left, paused) = house.messages.turn_batch(&filed, BatchAct::Pause, Actor::System).await.expect("pauses");
    let called = house.calls().len();
    assert!(called > 0 && called < 60 && paused.state == BatchState::Paused && left > 0);
    for _ in 0..5 {
        house.tick().await;
    }
    assert_eq!(house.calls().len(), called, "nothing goes out of a paused batch");
    let stood = house.batch(&filed.id).await;
    assert_eq!((stood.counts.sending, stood.reason.as_deref()), (0, Some("paused_by_person")));
    assert!(house.messages.turn_batch(&filed, BatchAct::Pause, Actor::System).await.is_err_and(|error| error.status == 409));

    house.messages.turn_batch(&filed, BatchAct::Resume, Actor::System).await.expect("resumes");
    house.tick().await;
    let (_, cancelled) = house.messages.turn_batch(&filed, BatchAct::Cancel, Actor::System).await.expect("cancels");
    assert_eq!((cancelled.state, cancelled.counts.queued), (BatchState::Cancelled, 0));
    house.tick().await;
    let ended = house.batch(&filed.id).await;
    assert!(ended.counts.open() == 0 && ended.counts.cancelled > 0);
    for act in BatchAct::ALL {
        assert!(house.messages.turn_batch(&ended, act, Actor::System).await.is_err_and(|error| error.code == "batch_state"));
    }
    house.agrees(&ended, &openids).await;
}

#[tokio::test]
async fn a_batch_waits_for_its_time_and_never_past_its_life() {
    let house = House::new().await;
    let openids = house.followers(2);
    let later = house.messages.core.now() + 3_600_000;
    let new = NewBatch { send_at: Some(later), ttl: Some(60_000), ..house.new_batch() };
    let filed = house.file_batch(new, &openids).await;
    house.tick().await;
    assert_eq!((house.calls().len(), house.batch(&filed.id).await.state), (0, BatchState::Scheduled));
    house.pass(3600);
    assert_eq!(house.send_all(&filed.id).await.counts.accepted, 2);

    let filed = house.file_batch(NewBatch { ttl: Some(60_000), ..house.new_batch() }, &openids).await;
    house.messages.turn_batch(&filed, BatchAct::Pause, Actor::System).await.expect("pauses");
    house.pass(120);
    house.tick().await;
    let late = house.batch(&filed.id).await;
    assert_eq!((late.state, late.counts.failed), (BatchState::Done, 2), "a paused batch grows old as well");
    assert_eq!(house.messages.batch_outcomes(&filed.id).await.expect("outcomes")[0].reason.as_deref(), Some("too_late"));
}

#[tokio::test]
async fn a_fault_of_the_template_pauses_the_batch_and_burns_no_row() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    let openids = house.followers(40);
    // A template that WeChat does not have, and neither have we.
    let filed = house.file_batch(NewBatch { template_id: "gone".into(), ..house.new_batch() }, &openids).await;
    for _ in 0..4 {
        house.tick().await;
    }
    let paused = house.batch(&filed.id).await;
    assert_eq!((paused.state, paused.reason.as_deref(), paused.errcode), (BatchState::Paused, Some("wechat_40036"), Some(40036)));
    assert_eq!((paused.counts.failed, paused.counts.queued), (0, 40));
    assert!(house.calls().len() <= 8, "those under way and no more");
    let called = house.calls().len();
    house.messages.turn_batch(&paused, BatchAct::Resume, Actor::System).await.expect("resumes");
    house.send_all(&filed.id).await;
    assert!(house.calls().len() > called, "resuming tries again");
    // What was claimed meanwhile goes back.
    house.tick().await;
    let again = house.batch(&filed.id).await;
    assert_eq!((again.state, again.counts.queued), (BatchState::Paused, 40));
    house.agrees(&again, &openids).await;
}

#[tokio::test]
async fn recipients_fail_alone_and_a_bare_retry_takes_what_is_worth_it() {
    let house = House::new().await;
    let gone = house.follower(|person| !person.subscribed);
    let openids = [house.followers(5), vec![gone.clone(), "oNobody".into()]].concat();
    let filed = house.file_batch(house.new_batch(), &openids).await;
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted, done.counts.failed), (BatchState::Done, 5, 2));
    let again = |again| house.messages.retry_batch(&done, again, Actor::System);
    assert_eq!(again(Again::default()).await.expect("retries").0, 0, "refusals by the person are not worth it");
    assert_eq!(again(Again { errcodes: Some(vec![43004]), ..Again::default() }).await.expect("retries").0, 1);
    let retried = house.send_all(&filed.id).await;
    assert_eq!((retried.state, retried.counts.accepted, retried.counts.failed), (BatchState::Done, 5, 2));
    assert_eq!(house.calls().iter().filter(|call| call.path.contains("send")).count(), 8);
    house.agrees(&retried, &openids).await;
}

#[tokio::test]
async fn two_batches_and_single_messages_take_turns() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "6"]).await;
    let openids = house.followers(90);
    let one = house.file_batch(house.new_batch(), &openids[..45]).await;
    let two = house.file_batch(house.new_batch(), &openids[45..]).await;
    let single = house.file_to(&house.follower(|person| person.subscribed && !openids.contains(&person.openid))).await;
    for _ in 0..3 {
        house.tick().await;
    }
    let (one, two) = (house.batch(&one.id).await, house.batch(&two.id).await);
    assert!(one.counts.accepted > 3 && two.counts.accepted > 3, "{:?} {:?}", one.counts, two.counts);
    assert_eq!(house.get(&single.id).await.state, MessageState::Accepted);
}

#[tokio::test]
async fn after_a_restart_what_was_claimed_goes_on_and_old_doubts_are_shown() {
    let mut house = House::with(&["--send-rate", "0", "--send-parallel", "10"]).await;
    let openids = house.followers(50);
    let filed = house.file_batch(house.new_batch(), &openids).await;
    house.tick().await;
    // Claimed ahead, and the process ends.
    house.sender.tick().await.expect("ticks");
    house.restart().await;
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted), (BatchState::Done, 50));
    house.agrees(&done, &openids).await;

    let filed = house.file_batch(house.new_batch(), &openids[..4]).await;
    execute(&house.messages.core, "insert into sending_workers (id, beat) values ('gone', 0)").await;
    execute(&house.messages.core, "update messages set state = 'sending', worker = 'gone', intent_at = 1 where state = 'queued'").await;
    house.restart().await;
    let doubtful = house.send_all(&filed.id).await;
    assert_eq!((doubtful.state, doubtful.counts.unknown), (BatchState::Done, 4), "never sent again by itself");
    let page = super::pages::get(&house, &format!("/batches/{}", filed.id)).await;
    assert!(page.all(".timeline .warn").contains(&"程序重启，从断点继续12:00:004 条不确定".to_owned()), "{:?}", page.all(".timeline li"));
    let (touched, _) = house
        .messages
        .retry_batch(&doubtful, Again { states: Some(vec![MessageState::Unknown]), ..Again::default() }, Actor::System)
        .await
        .expect("a person may");
    assert_eq!((touched, house.send_all(&filed.id).await.counts.accepted), (4, 4));
}
