//! The quota page, and setting the counts back.

use reqwest::header;
use secrecy::SecretString;
use wxdesk::{
    features::users::server::people::By,
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

const SEND: &str = "/cgi-bin/message/template/send";

async fn signed_in(house: &House, role: Role) -> String {
    house.app.users.add(&By::command(), role.word(), SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    let login = post(house, "/login", "", &[("name", role.word()), ("password", PASSWORD)]).await;
    login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn post(house: &House, path: &str, cookie: &str, form: &[(&str, &str)]) -> reqwest::Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

async fn page(house: &House, path: &str, cookie: &str) -> (u16, String) {
    let response = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn asked(house: &House, path: &str) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path == path).count()
}

#[tokio::test]
async fn the_page_says_what_wechat_says_and_asks_once_a_minute() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.sandbox.set_dials(Dials { daily_limits: [(SEND.to_owned(), 12_345)].into(), ..Dials::default() });
    let cookie = signed_in(&house, Role::Developer).await;
    let (status, html) = page(&house, "/tokens/quota", &cookie).await;
    assert_eq!(status, 200);
    assert!(html.contains(SEND) && html.contains("12,345") && html.contains("发送模板消息"), "{html}");
    assert!(!html.contains("/tokens/quota/clear"), "developers set nothing back");
    let before = asked(&house, "/cgi-bin/openapi/quota/get");
    assert!(before >= 10);
    page(&house, "/tokens/quota", &cookie).await;
    assert_eq!(asked(&house, "/cgi-bin/openapi/quota/get"), before, "a minute's answer is good enough");
    clock.advance(std::time::Duration::from_secs(60));
    page(&house, "/tokens/quota", &cookie).await;
    assert!(asked(&house, "/cgi-bin/openapi/quota/get") > before);
    assert_eq!(page(&house, "/tokens/quota/clear", &cookie).await.0, 403);
}

#[tokio::test]
async fn a_refusal_is_said_once_and_plainly() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    house.sandbox.set_dials(Dials { daily_limits: [("/cgi-bin/openapi/quota/get".to_owned(), 0)].into(), ..Dials::default() });
    let cookie = signed_in(&house, Role::Admin).await;
    let (status, html) = page(&house, "/tokens/quota", &cookie).await;
    assert_eq!(status, 200);
    assert_eq!(html.matches("45009").count(), 1, "{html}");
    assert!(html.contains("没有问到额度"));
}

#[tokio::test]
async fn counts_are_set_back_after_the_appid_was_typed_and_ten_times_a_month() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    let cookie = signed_in(&house, Role::Admin).await;
    assert!(page(&house, "/tokens/quota", &cookie).await.1.contains("近 30 天在这里清零 0 次"));
    let wrong = post(&house, "/tokens/quota/clear", &cookie, &[("app_id", "wx-other")]).await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("value=\"wx-other\""));
    assert_eq!(asked(&house, "/cgi-bin/clear_quota"), 0);
    for _ in 0..10 {
        assert_eq!(post(&house, "/tokens/quota/clear", &cookie, &[("app_id", SANDBOX_APP_ID)]).await.status(), 303);
    }
    let spent = post(&house, "/tokens/quota/clear", &cookie, &[("app_id", SANDBOX_APP_ID)]).await;
    assert_eq!(spent.status(), 502);
    let html = spent.text().await.unwrap();
    assert!(html.contains("没有清零") && html.contains("48006"), "{html}");
    assert!(page(&house, "/tokens/quota", &cookie).await.1.contains("近 30 天在这里清零 10 次"));
    let (_, audit) = page(&house, "/audit", &cookie).await;
    assert!(audit.contains("清零接口额度"));
}
