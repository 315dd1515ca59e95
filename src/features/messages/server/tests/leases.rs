//! Two workers on one database, one of which sleeps past its lease; rows over which we fall ourselves; answers that never come.

use super::*;
use crate::features::messages::{
    model::{BatchState, Channel, MessageState::*, Rules},
    server::{batches::Batch, history::Filter},
};

impl House {
    /// One more sender on the same database, as another process would have.
    async fn beside(&self) -> (Messages, Sender) {
        let core = self.messages.core.clone();
        let accounts = Accounts::open(core.clone()).await.expect("accounts");
        let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("tokens");
        let messages = Messages::new(core, accounts, tokens);
        let crew = Crew::new(self.clock.clone(), CancellationToken::new());
        (messages.clone(), Sender::new(messages, crew, Company::Others))
    }

    /// How many calls the journal notes as under way.
    fn noted_calls(&self) -> usize {
        let files = std::fs::read_dir(self.messages.core.place.calls()).expect("folder").flatten();
        files.map(|file| std::fs::read_to_string(file.path()).expect("reads").matches("called").count()).sum()
    }
}

async fn tick(sender: &Sender) {
    sender.tick().await.expect("ticks");
    sender.idle().await;
}

#[tokio::test]
async fn one_that_slept_past_its_lease_sends_nothing_of_what_it_had() {
    let house = House::with(&["--send-rate", "8", "--send-parallel", "4"]).await;
    let openids = house.followers(12);
    // The first registers alone; a second joins, and waits for the length of a lease.
    house.tick().await;
    let (_, other) = house.beside().await;
    tick(&other).await;
    for _ in 0..4 {
        house.pass(19);
        house.tick().await;
        tick(&other).await;
    }
    // The first claims some, the pace lets it call one of them, and it falls asleep.
    let filed = house.file_batch(house.new_batch(), &openids).await;
    house.tick().await;
    assert_eq!((house.calls().len(), house.batch(&filed.id).await.counts.sending), (1, 3));
    for _ in 0..6 {
        house.pass(19);
        tick(&other).await;
    }
    for _ in 0..20 {
        house.clock.advance(Duration::from_millis(300));
        tick(&other).await;
    }
    let done = house.batch(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted), (BatchState::Done, 12), "the other took over");
    // The first wakes up: nothing more leaves, and nothing changes.
    house.tick().await;
    house.clock.advance(Duration::from_secs(1));
    house.tick().await;
    assert_eq!(house.calls().len(), 12);
    assert!(openids.iter().all(|openid| house.accepted(openid).len() == 1));
    assert_eq!(house.batch(&filed.id).await.counts, done.counts);
    // And it takes part again once it has waited its time.
    for _ in 0..4 {
        house.pass(19);
        tick(&other).await;
        house.tick().await;
    }
    let more = house.file_batch(house.new_batch(), &openids[..4]).await;
    for _ in 0..8 {
        house.clock.advance(Duration::from_millis(300));
        house.tick().await;
    }
    assert_eq!(house.batch(&more.id).await.counts.accepted, 4);
}

#[tokio::test]
async fn a_joining_worker_waits_and_both_share_the_rate() {
    let house = House::with(&["--send-rate", "8", "--send-parallel", "64"]).await;
    house.tick().await;
    let (_, other) = house.beside().await;
    tick(&other).await;
    for person in house.followers(60) {
        house.file_to(&person).await;
    }
    tick(&other).await;
    assert_eq!(house.calls().len(), 0, "it has only just joined");
    for _ in 0..4 {
        house.pass(19);
        house.tick().await;
        tick(&other).await;
    }
    let from = house.calls().len();
    for _ in 0..80 {
        house.tick().await;
        tick(&other).await;
        house.clock.advance(Duration::from_millis(25));
    }
    let sent = house.calls().len() - from;
    assert!((14..=17).contains(&sent), "{sent} in two seconds, by two workers that share eight a second");
}

#[tokio::test]
async fn what_we_fall_over_three_times_is_left_alone_and_the_batch_goes_on() {
    let mut house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    let openids = house.followers(10);
    let poison = openids[3].clone();
    let crew = Crew::new(house.clock.clone(), CancellationToken::new());
    house.sender = Sender::watched(house.messages.clone(), crew, Company::None, {
        let poison = poison.clone();
        move |message| assert_ne!(message.touser, poison, "on purpose")
    });
    let filed = house.file_batch(house.new_batch(), &openids).await;
    for _ in 0..6 {
        house.send_all(&filed.id).await;
        house.pass(60);
    }
    let done = house.batch(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted, done.counts.failed), (BatchState::Done, 9, 1));
    let page = house.messages.list(SANDBOX_APP_ID, &Filter { touser: Some(poison), ..Filter::default() }, None, 5).await.expect("lists");
    let [row] = page.items.try_into().expect("one");
    assert_eq!((row.attempts, row.reason.as_deref(), row.errcode), (3, Some("internal_error"), None));
}

#[tokio::test]
async fn trouble_with_a_third_of_the_calls_costs_few_more() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "8"]).await;
    house.dial(|dials| (dials.busy_percent, dials.bad_gateway_percent) = (15, 15));
    let openids = house.followers(100);
    let mut filed = Vec::new();
    for _ in 0..2 {
        filed.push(house.file_batch(house.new_batch(), &openids).await.id);
    }
    // Within the time in which a doubt may be repeated.
    for _ in 0..100 {
        house.tick().await;
        house.pass(5);
    }
    for id in &filed {
        let done = house.send_all(id).await;
        assert_eq!((done.state, done.counts.accepted), (BatchState::Done, 100));
    }
    let calls = house.calls().len();
    assert!((201..=320).contains(&calls), "{calls} calls for two hundred messages");
    assert!(openids.iter().all(|openid| house.accepted(openid).len() == 2));
}

#[tokio::test]
async fn without_numbers_at_wechat_nobody_gets_it_twice_where_the_rules_ask() {
    let mut house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    house.rule(Rules { ask_unsure: true, ..Rules::default() }).await;
    house.dial(|dials| (dials.ignore_client_msg_id, dials.cut_after_accept) = (true, 6));
    let openids = house.followers(20);
    let filed = house.file_batch(house.new_batch(), &openids).await;
    house.tick().await;
    // Claimed ahead, and the process ends.
    house.sender.tick().await.expect("ticks");
    house.restart().await;
    for _ in 0..4 {
        house.send_all(&filed.id).await;
        house.pass(60);
    }
    let done = house.batch(&filed.id).await;
    assert_eq!(done.state, BatchState::Done);
    assert!((6..=10).contains(&done.counts.unknown), "calls without an answer, and no more: {:?}", done.counts);
    assert_eq!(done.counts.accepted + done.counts.unknown, 20);
    assert!(openids.iter().all(|openid| house.accepted(openid).len() <= 1), "nobody twice");
    let unknown = Filter { state: Some(Unknown), ..Filter::default() };
    let listed = house.messages.list(SANDBOX_APP_ID, &unknown, None, 50).await.expect("lists").items;
    assert!(listed.len() as i64 == done.counts.unknown && listed.iter().all(|one| one.reason.as_deref() == Some("no_answer")));
    // A late receipt still settles one of them.
    let doubtful = listed.iter().find(|one| house.accepted(&one.touser).len() == 1).expect("WeChat has some of them");
    let sent = house.accepted(&doubtful.touser).remove(0);
    house.messages.receipt(SANDBOX_APP_ID, super::sending::receipt_of(&sent, house.clock.now_ms())).await.expect("taken");
    assert_eq!(house.stands(&doubtful.id).await.0, Delivered);
}

/// A process that ends with four calls under way and four messages claimed ahead; what the next one makes of them where the rules ask.
async fn ended_under_way(before_the_next: &'static str) -> (House, Batch) {
    let mut house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    house.rule(Rules { ask_unsure: true, ..Rules::default() }).await;
    house.dial(|dials| dials.delay_ms = 3_600_000);
    let filed = house.file_batch(house.new_batch(), &house.followers(20)).await;
    house.sender.tick().await.expect("ticks");
    while house.noted_calls() < 4 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.batch(&filed.id).await.counts.sending, 8);
    execute(&house.messages.core, before_the_next).await;
    house.restart().await;
    house.dial(|_| ());
    let done = house.send_all(&filed.id).await;
    (house, done)
}

#[tokio::test]
async fn of_what_was_claimed_only_the_calls_under_way_are_in_doubt() {
    let (_house, done) = ended_under_way("select 1").await;
    assert_eq!((done.state, done.counts.unknown, done.counts.accepted), (BatchState::Done, 4, 16));
}

#[tokio::test]
async fn beside_an_older_database_the_journal_is_not_believed() {
    let (_house, done) = ended_under_way("update sending_workers set beat = beat - 1").await;
    assert_eq!((done.state, done.counts.unknown, done.counts.accepted), (BatchState::Done, 8, 12));
}

#[tokio::test]
async fn a_notification_under_way_in_a_crash_is_left_to_a_person() {
    let mut house = House::with(&["--send-rate", "8", "--send-parallel", "4"]).await;
    let openids = house.followers(8);
    let mut filed = Vec::new();
    for openid in &openids {
        filed.push(house.file(NewMessage { channel: Channel::Subscribe, ..house.new_message(openid) }).await.id);
    }
    // Claimed ahead, and the process ends.
    house.sender.tick().await.expect("ticks");
    house.restart().await;
    for _ in 0..12 {
        house.tick().await;
        house.pass(60);
    }
    let mut unknown = 0;
    for (id, openid) in filed.iter().zip(&openids) {
        let (state, reason) = house.stands(id).await;
        assert!(house.accepted(openid).len() <= 1, "there is no number that would make a repeat safe");
        match state {
            Accepted => {}
            Unknown => {
                unknown += 1;
                assert_eq!(reason.as_deref(), Some("no_answer"));
            }
            other => panic!("{other:?} {reason:?}"),
        }
    }
    assert!(unknown <= 4, "calls under way, and no more: {unknown}");
}
