//! Tokens and tickets against the simulator: single flight, refusals, back-off, restarts, a clock that jumps.

use std::time::Duration;

use wxdesk::{
    features::{accounts::server::Account, audit::model::Actor, tokens::server::Tokens},
    infra::clock::Clock,
    sandbox::{Dials, LedgerEntry, SANDBOX_APP_ID},
    ui::frame::TokenHealth,
    wechat,
};

use crate::house::House;

const START: i64 = 1_795_327_569_000;

async fn frozen() -> (House, Clock) {
    let clock = Clock::manual(START);
    (House::build_with(&[], clock.clone()).await, clock)
}

fn account(house: &House) -> std::sync::Arc<Account> {
    house.app.accounts.get(SANDBOX_APP_ID).unwrap()
}

fn asked<'a>(ledger: &'a [LedgerEntry], part: &str) -> Vec<&'a LedgerEntry> {
    ledger.iter().filter(|entry| entry.path.contains(part)).collect()
}

fn count(house: &House, part: &str) -> usize {
    asked(&house.sandbox.ledger(), part).len()
}

async fn addresses(tokens: &Tokens, account: &Account) -> Result<Vec<String>, wechat::Error> {
    tokens.call(account, |client, token| async move { client.callback_ips(&token).await }).await
}

/// Waits for something that happens in other tasks, without a clock of its own.
async fn until(mut there: impl FnMut() -> bool) {
    for _ in 0..30_000 {
        if there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("it never came");
}

async fn settled(house: &House) {
    house.at_rest().await;
}

#[tokio::test]
async fn a_thousand_cold_callers_cost_one_token_and_one_ticket() {
    let house = House::build().await;
    let tickets = (0..1000).map(|_| house.app.tokens.ticket_ready(SANDBOX_APP_ID));
    for ticket in futures_util::future::join_all(tickets).await {
        assert!(ticket.is_ok());
    }
    assert_eq!((count(&house, "stable_token"), count(&house, "getticket")), (1, 1));
}

#[tokio::test]
async fn a_thousand_refusals_of_one_generation_cost_one_token() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    let (tokens, account) = (&house.app.tokens, account(&house));
    end_elsewhere(&house, &clock).await;
    let before = house.sandbox.ledger().len();
    let calls = (0..1000).map(|_| addresses(tokens, &account));
    for call in futures_util::future::join_all(calls).await {
        call.unwrap();
    }
    let ledger = house.sandbox.ledger();
    let refused = asked(&ledger[before..], "getcallbackip").into_iter().filter(|entry| entry.errcode == 40001).count();
    assert!(refused >= 500, "most were refused at first: {refused}");
    let fetches: Vec<_> = asked(&ledger[before..], "stable_token").into_iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(fetches, ["force=false"]);
}

/// Another program forces two new tokens, which ends ours at once.
async fn end_elsewhere(house: &House, clock: &Clock) {
    let account = account(house);
    let client = wechat::Client::new(&account.api_base).unwrap();
    for _ in 0..2 {
        client.stable_token(&account.app_id, &account.secret, true).await.unwrap();
        clock.advance(Duration::from_secs(31));
    }
}

#[tokio::test]
async fn refusals_that_do_not_end_force_three_a_day_then_give_up() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    let (tokens, account) = (&house.app.tokens, account(&house));
    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/getcallbackip".into()), stale_token: u32::MAX, ..Dials::default() });
    for _ in 0..60 {
        assert_eq!(addresses(tokens, &account).await.unwrap_err().errcode(), Some(40001));
        clock.advance(Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let ledger = house.sandbox.ledger();
    let forced: Vec<_> = asked(&ledger, "stable_token").into_iter().filter(|entry| entry.detail == "force=true").collect();
    assert_eq!(forced.len(), 3);
    assert!(forced.windows(2).all(|pair| pair[1].at_ms - pair[0].at_ms >= 30_000));
    assert!(asked(&ledger, "stable_token").len() < 12, "nothing is hammered");
    assert_eq!(tokens.health(SANDBOX_APP_ID), TokenHealth::Failed);
    assert!(tokens.overview(&account).await.unwrap().given_up_at.is_some());
    // What still works goes on working.
    house.sandbox.set_dials(Dials::default());
    addresses(tokens, &account).await.unwrap();
}

#[tokio::test]
async fn wechat_is_left_alone_and_callers_are_told() {
    let clock = Clock::manual(START);
    let house = House::build_dialled(Dials { ip_denied: Some("203.0.113.9".into()), ..Dials::default() }, clock.clone()).await;
    until(|| house.app.tokens.health(SANDBOX_APP_ID) == TokenHealth::Failed).await;
    let before = count(&house, "stable_token");
    for _ in 0..50 {
        let error = house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap_err();
        assert_eq!((error.status, error.code), (503, "upstream_backoff"));
        assert!(error.retry_after.is_some_and(|after| (1..=60).contains(&after)));
        assert_eq!(error.refusal.as_ref().unwrap().errcode, 40164);
        let error = addresses(&house.app.tokens, &account(&house)).await.unwrap_err();
        assert_eq!(error.errcode(), Some(40164));
    }
    assert_eq!(count(&house, "stable_token"), before, "callers never ask");
    let seen = house.app.tokens.overview(&account(&house)).await.unwrap().last_error.unwrap();
    assert_eq!(seen.address.as_deref(), Some("203.0.113.9"));
    for _ in 0..61 {
        clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    until(|| count(&house, "stable_token") == before + 1).await;
    house.sandbox.set_dials(Dials::default());
    for _ in 0..62 {
        clock.advance(Duration::from_secs(1));
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    until(|| house.app.tokens.ticket(SANDBOX_APP_ID).is_some()).await;
    assert_eq!(house.app.tokens.health(SANDBOX_APP_ID), TokenHealth::Good);
}

#[tokio::test]
async fn the_old_one_serves_while_wechat_hangs_and_until_its_end() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    let (tokens, account) = (house.app.tokens.clone(), account(&house));
    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/stable_token".into()), busy: u32::MAX, ..Dials::default() });
    let before = tokens.access_token(&account).await.unwrap();
    // Past the moment of refreshing ahead, within the token's life.
    for _ in 0..30 {
        clock.advance(Duration::from_secs(232));
        tokio::time::sleep(Duration::from_millis(3)).await;
        let present = tokens.access_token(&account).await.unwrap();
        assert_eq!(present.expose(), before.expose());
    }
    until(|| tokens.health(SANDBOX_APP_ID) == TokenHealth::Soon).await;
    house.sandbox.set_dials(Dials::default());
    clock.advance(Duration::from_secs(61));
    until(|| tokens.health(SANDBOX_APP_ID) == TokenHealth::Good).await;
}

#[tokio::test]
async fn half_a_day_passes_with_few_questions_and_never_without_token_or_ticket() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    for _ in 0..(12 * 60 * 2) {
        clock.advance(Duration::from_secs(30));
        // Lets the worker look, which real seconds would.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let there = || {
            let now = clock.now_ms();
            house.app.tokens.ticket(SANDBOX_APP_ID).is_some_and(|ticket| ticket.expires_at - now > 400_000)
                && house.app.tokens.health(SANDBOX_APP_ID) == TokenHealth::Good
        };
        until(there).await;
    }
    let (tokens, tickets) = (count(&house, "stable_token"), count(&house, "getticket"));
    assert!((6..=20).contains(&tokens), "{tokens} token requests");
    assert!((6..=8).contains(&tickets), "{tickets} ticket requests");
}

#[tokio::test]
async fn a_restart_costs_no_fetch_and_nothing_lies_in_clear() {
    let house = House::build().await;
    settled(&house).await;
    let value = house.app.tokens.access_token(&account(&house)).await.unwrap();
    let again = Tokens::open(house.app.core.clone(), house.app.accounts.clone()).await.unwrap();
    assert_eq!(again.access_token(&account(&house)).await.unwrap().expose(), value.expose());
    assert!(again.ticket(SANDBOX_APP_ID).is_some());
    assert_eq!((count(&house, "stable_token"), count(&house, "getticket")), (1, 1));
    let ticket = again.ticket(SANDBOX_APP_ID).unwrap();
    for file in std::fs::read_dir(house.folder.path().join("data")).unwrap().flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        for secret in [value.expose(), ticket.expose()] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{:?} holds a secret in clear", file.file_name());
        }
    }
}

#[tokio::test]
async fn new_settings_are_taken_and_the_old_token_is_forgotten() {
    let house = House::build().await;
    settled(&house).await;
    let old = house.app.tokens.access_token(&account(&house)).await.unwrap();
    house
        .app
        .core
        .db
        .write(|connection| {
            Box::pin(async move {
                sqlx::query("update accounts set token_mode = 'classic', updated_at = updated_at + 1").execute(connection).await.map(|_| ())
            })
        })
        .await
        .unwrap();
    house.app.accounts.reload().await.unwrap();
    let new = house.app.tokens.access_token(&account(&house)).await.unwrap();
    assert_ne!(old.expose(), new.expose());
    assert_eq!(count(&house, "/cgi-bin/token"), 1);
    assert!(house.app.tokens.ticket(SANDBOX_APP_ID).is_some(), "the ticket is the account's, not the token's");
}

#[tokio::test]
async fn a_reported_token_is_replaced_once_and_a_foreign_one_changes_nothing() {
    let (house, _) = frozen().await;
    settled(&house).await;
    let (tokens, account) = (&house.app.tokens, account(&house));
    let present = tokens.access_token(&account).await.unwrap();
    let before = house.sandbox.ledger().len();
    let (refreshed, same) = tokens.stale(&account, "no-such-token", None).await.unwrap();
    assert_eq!((refreshed, same.expose()), (false, present.expose()));
    assert_eq!(house.sandbox.ledger().len(), before);
    let by = Actor::Key("crm".into());
    let reports = (0..20).map(|_| tokens.stale(&account, present.expose(), Some(&by)));
    let answers: Vec<_> = futures_util::future::join_all(reports).await.into_iter().map(Result::unwrap).collect();
    assert!(answers.iter().all(|(_, token)| token.expose() == answers[0].1.expose() && token.expose() != present.expose()));
    let ledger = house.sandbox.ledger();
    let asked: Vec<_> = asked(&ledger[before..], "stable_token").into_iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(asked, ["force=false", "force=true"]);
    let noted = "select cause, actor from token_refreshes where actor is not null and skipped is null order by id";
    let noted: Vec<(String, String)> = sqlx::query_as(noted).fetch_all(house.app.core.db.read()).await.unwrap();
    assert_eq!(noted, [("stale", "crm"), ("forced", "crm")].map(|(cause, actor)| (cause.to_owned(), actor.to_owned())));
}

#[tokio::test]
async fn by_hand_is_cooled_down_and_leaves_its_traces() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    let (tokens, account) = (&house.app.tokens, account(&house));
    let actor = || Actor::User("周敏".into());
    tokens.refresh(&account, actor()).await.unwrap();
    let error = tokens.refresh(&account, actor()).await.unwrap_err();
    assert_eq!((error.status, error.retry_after), (429, Some(60)));
    tokens.force(&account, actor()).await.unwrap();
    assert_eq!(tokens.force(&account, actor()).await.unwrap_err().status, 429);
    for _ in 1..20 {
        clock.advance(Duration::from_secs(30));
        tokens.force(&account, actor()).await.unwrap();
    }
    clock.advance(Duration::from_secs(30));
    assert_eq!(tokens.force(&account, actor()).await.unwrap_err().code, "forced_too_often");
    let view = tokens.overview(&account).await.unwrap();
    assert_eq!((view.forced_left, view.history.len()), (0, 20));
    assert!(view.history.iter().all(|line| line.actor.as_deref() == Some("周敏")));
    let lines: Vec<String> =
        sqlx::query_scalar("select distinct action from audit order by action").fetch_all(house.app.core.db.read()).await.unwrap();
    assert_eq!(lines, ["token.forced", "token.refreshed"]);
    let reopened = Tokens::open(house.app.core.clone(), house.app.accounts.clone()).await.unwrap();
    assert_eq!(reopened.overview(&account).await.unwrap().forced_left, 0, "a restart gives no new ration");
}

#[tokio::test]
async fn a_clock_that_jumps_makes_no_storm_and_no_immortal_ticket() {
    let (house, clock) = frozen().await;
    settled(&house).await;
    let before = house.sandbox.ledger().len();
    clock.advance(Duration::from_secs(3600));
    tokio::time::sleep(Duration::from_millis(50)).await;
    clock.advance(Duration::from_secs(300));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(house.sandbox.ledger().len() - before <= 2);
}
