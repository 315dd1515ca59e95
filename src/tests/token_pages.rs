//! The tokens page and the signature doctor as a browser without scripts sees them.

use reqwest::header;
use secrecy::SecretString;
use wxdesk::{features::users::server::people::By, infra::clock::Clock, sandbox::SANDBOX_APP_ID, shared::rights::Role};

use crate::house::House;

const PASSWORD: &str = "correct horse battery";

/// A house with a developer signed in, and the session's cookie.
async fn signed_in() -> (House, String) {
    let house = House::build_with(&[], Clock::manual(1_795_320_000_000)).await;
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    let login = post(&house, "/login", "", &[("name", "dev"), ("password", PASSWORD), ("next", "/tokens")]).await;
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    (house, cookie)
}

async fn post(house: &House, path: &str, cookie: &str, form: &[(&str, &str)]) -> reqwest::Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

async fn page(house: &House, path: &str, cookie: &str) -> String {
    let response = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn the_page_says_how_things_stand_and_never_the_token() {
    let (house, cookie) = signed_in().await;
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    let token = house.app.tokens.access_token(&account).await.unwrap();
    let ticket = house.app.tokens.ticket(SANDBOX_APP_ID).unwrap();
    for (lang, words) in
        [("zh", ["重新获取", "强制换新（今天还可 20 次）", "首次取得"]), ("en", ["Fetch again", "(20 left today)", "First fetch"])]
    {
        let html = page(&house, "/tokens", &format!("{cookie}; lang={lang}")).await;
        for word in words {
            assert!(html.contains(word), "{lang}: {word}");
        }
        assert!(!html.contains(token.expose()) && !html.contains(ticket.expose()));
        assert!(html.contains("<time datetime=\"2026-11-22T"), "the absolute end is always there");
    }
}

#[tokio::test]
async fn fetching_again_works_without_scripts_and_forcing_asks_first() {
    let (house, cookie) = signed_in().await;
    let fetched = post(&house, "/tokens", &cookie, &[("intent", "refresh")]).await;
    assert_eq!((fetched.status().as_u16(), fetched.headers()[header::LOCATION].to_str().unwrap()), (303, "/tokens"));
    assert!(page(&house, "/tokens", &cookie).await.contains("60 秒后可再刷新"));
    assert!(page(&house, "/tokens/force", &cookie).await.contains("action=\"/tokens/force\""));
    assert_eq!(post(&house, "/tokens/force", &cookie, &[]).await.status(), 303);
    let again = post(&house, "/tokens/force", &cookie, &[]).await;
    assert_eq!(again.status(), 429);
    assert!(again.text().await.unwrap().contains("30 秒后可再刷新"));
    assert!(page(&house, "/tokens", &cookie).await.contains("强制换新（今天还可 19 次）"));
}

async fn doctor(house: &House, url: &str, given: &str, cookie: &str) -> String {
    let form = [("url", url), ("given", given)];
    let post = house.http.post(format!("{}/jssdk", house.base)).header(header::COOKIE, cookie).form(&form);
    post.send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn the_doctor_masks_the_ticket_and_signs_for_nobody_else() {
    let (house, cookie) = signed_in().await;
    let ticket = house.app.tokens.ticket(SANDBOX_APP_ID).unwrap();
    let good = doctor(&house, "https://h5.example.com/a#b", "", &cookie).await;
    assert!(good.contains("jsapi_ticket=••••••••") && good.contains("url=https://h5.example.com/a<"), "{good}");
    assert!(!good.contains(ticket.expose()));
    let foreign = doctor(&house, "https://evil.example.com/", "", &cookie).await;
    assert!(foreign.contains("这个地址不能签名") && !foreign.contains("wx.config({\n  appId: \"wx"));
}

#[tokio::test]
async fn what_was_pasted_stays_in_its_field() {
    let (house, cookie) = signed_in().await;
    let html = doctor(&house, "a", "</textarea><script>alert(1)</script>", &cookie).await;
    assert!(!html.contains("<script>alert"));
    assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;"));
}
