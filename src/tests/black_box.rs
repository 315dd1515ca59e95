//! The history of tokens: refusals that lead to no fetch say who met them and why nothing was fetched.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use wxdesk::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        tokens::{
            model::Part,
            server::{Tokens, Who},
        },
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID,
    shared::rights::{Role, Scope},
    wechat,
};

use super::house::{House, NOON, PASSWORD, answer};

/// Who, which part, the code, why nothing was fetched, how many.
type Line = (Option<String>, Option<String>, Option<i64>, String, i64);

async fn skipped(house: &House) -> Vec<Line> {
    house.app.tokens.write_refusals().await.unwrap();
    let lines = "select actor, part, errcode, skipped, times from token_refreshes where skipped is not null order by id";
    sqlx::query_as(lines).fetch_all(house.app.core.db.read()).await.unwrap()
}

fn account(house: &House) -> std::sync::Arc<Account> {
    house.app.accounts.get(SANDBOX_APP_ID).unwrap()
}

async fn report(house: &House, key: &str) {
    house.app.tokens.stale(&account(house), "no-such-token", Some(&Actor::Key(key.into()))).await.unwrap();
}

async fn addresses(tokens: &Tokens, account: &Account) -> Result<Vec<String>, wechat::Error> {
    tokens.call(account, |client, token| async move { client.callback_ips(&token).await }).await
}

/// Another program forces a new token twice, which ends ours.
async fn end_elsewhere(house: &House, clock: &Clock) {
    let account = account(house);
    let client = wechat::Client::new(&account.api_base).unwrap();
    for _ in 0..2 {
        client.stable_token(&account.app_id, &account.secret, true).await.unwrap();
        clock.advance(Duration::from_secs(31));
    }
}

#[tokio::test]
async fn a_refusal_that_leads_to_no_fetch_says_who_and_why_and_equal_ones_are_one_line() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.at_rest().await;
    for _ in 0..3 {
        report(&house, "crm").await;
    }
    let line = |times| (Some("crm".to_owned()), None, None, "not_current".to_owned(), times);
    // The worker may have written the first already: it is one line all the same.
    assert_eq!(skipped(&house).await, [line(3)]);
    report(&house, "crm").await;
    assert_eq!(skipped(&house).await, [line(4)], "it grows for a minute");
    clock.advance(Duration::from_secs(60));
    report(&house, "crm").await;
    assert_eq!(skipped(&house).await, [line(4), line(1)], "then another begins");
}

#[tokio::test]
async fn many_who_meet_one_refused_token_are_named_by_their_part_and_hide_no_early_death() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.at_rest().await;
    let (account, media) = (account(&house), house.app.tokens.of(Who::Own(Part::Media)));
    clock.advance(Duration::from_secs(300));
    end_elsewhere(&house, &clock).await;
    for call in futures_util::future::join_all((0..50).map(|_| addresses(&media, &account))).await {
        call.unwrap();
    }
    let lines = skipped(&house).await;
    assert!(!lines.is_empty() && lines.len() <= 2, "{lines:?}");
    for (actor, part, errcode, why, _) in &lines {
        assert_eq!((actor, part.as_deref(), errcode), (&None, Some("media"), &Some(40001)));
        assert!(["joined", "replaced"].contains(&why.as_str()), "{why}");
    }
    let fetched = "select part from token_refreshes where cause = 'stale' and skipped is null";
    let fetched: Vec<Option<String>> = sqlx::query_scalar(fetched).fetch_all(house.app.core.db.read()).await.unwrap();
    assert_eq!(fetched, [Some("media".to_owned())], "the one that fetched is named too");
    // Twenty lines of refusals later the early death is still seen, and none of them is a failed refresh.
    for at in 0..30 {
        report(&house, &format!("key {at}")).await;
    }
    assert!(skipped(&house).await.len() >= 30);
    let view = house.app.tokens.overview(&account).await.unwrap();
    assert!(view.early_death.is_some() && view.last_error.is_none());
    assert!(view.history.iter().all(|line| line.skipped.is_some()));
}

#[tokio::test]
async fn a_call_handed_on_is_named_by_its_key() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.at_rest().await;
    let key = house.key(&[Scope::WxCall], None).await;
    let name = house.app.users.keys.all().await.unwrap()[0].name.clone();
    end_elsewhere(&house, &clock).await;
    let ask = house.http.get(format!("{}/wx/{SANDBOX_APP_ID}/cgi-bin/tags/get", house.base)).bearer_auth(&key);
    assert_eq!(answer(ask).await.0, 200);
    let fetched = "select actor from token_refreshes where cause = 'stale' and skipped is null";
    let fetched: Vec<Option<String>> = sqlx::query_scalar(fetched).fetch_all(house.app.core.db.read()).await.unwrap();
    assert_eq!(fetched, [Some(name)]);
}

#[tokio::test]
async fn the_history_is_leafed_through_to_its_beginning() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    house.at_rest().await;
    for at in 0..70 {
        report(&house, &format!("key {at:02}")).await;
    }
    assert_eq!(skipped(&house).await.len(), 70);
    let all: i64 = sqlx::query_scalar("select count(*) from token_refreshes").fetch_one(house.app.core.db.read()).await.unwrap();
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    let form = [("name", "dev"), ("password", PASSWORD), ("next", "/")];
    let login = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = async |path: &str| {
        let response = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, &cookie).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    };
    let view = house.app.tokens.overview(&account(&house)).await.unwrap();
    let older = format!("/tokens/history?before={}", view.history.last().unwrap().id);
    assert_eq!(view.history.len(), 20);
    assert!(page("/tokens").await.contains(&format!("href=\"{older}\"")));
    let rows = |html: &str| i64::try_from(html.matches("<tr>").count()).unwrap() - 1;
    let second = page(&older).await;
    assert!(rows(&second) == 50 && second.contains("报告的不是现在的令牌") && second.contains("首次取得") == (all <= 70), "{second}");
    let oldest: i64 = sqlx::query_scalar("select id from token_refreshes order by id desc limit 1 offset 69")
        .fetch_one(house.app.core.db.read())
        .await
        .unwrap();
    let last = page(&format!("/tokens/history?before={oldest}")).await;
    assert!(rows(&last) == all - 70 && last.contains("首次取得") && !last.contains("rel=\"next\""), "{last}");
    let token = house.app.tokens.access_token(&account(&house)).await.unwrap();
    assert!(!second.contains(token.expose()));
}

#[tokio::test]
async fn a_first_fetch_says_who_had_none() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    house.at_rest().await;
    let (core, account) = (house.app.core.clone(), account(&house));
    let first = async || -> Vec<(String, Option<String>, Option<String>)> {
        let lines = "select kind, actor, part from token_refreshes where cause = 'start' order by id desc limit 2";
        sqlx::query_as(lines).fetch_all(core.db.read()).await.unwrap()
    };
    // As on the first start: nothing is kept, and nobody has looked after it yet.
    let cold = async || {
        core.db.write(|c| Box::pin(async move { sqlx::query("delete from tokens").execute(c).await.map(|_| ()) })).await.unwrap();
        Tokens::open(core.clone(), house.app.accounts.clone()).await.unwrap()
    };
    cold().await.of(Who::Named("crm".into())).access_token(&account).await.unwrap();
    assert_eq!(first().await[0], ("access_token".to_owned(), Some("crm".to_owned()), None));
    cold().await.of(Who::Own(Part::Pages)).ticket_ready(SANDBOX_APP_ID).await.unwrap();
    let pages = |kind: &str| (kind.to_owned(), None, Some("pages".to_owned()));
    assert_eq!(first().await, [pages("jsapi_ticket"), pages("access_token")], "the ticket, and the token it needed");
}
