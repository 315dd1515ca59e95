//! What H5 pages report when WeChat refuses them, and what the signature doctor makes of it.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use serde_json::{Value, json};
use wxdesk::{features::users::server::people::By, infra::clock::Clock, sandbox::SANDBOX_APP_ID, shared::rights::Role};

use crate::house::{House, NOON, PASSWORD, answer};

const PATH: &str = "/api/v1/jssdk/errors";
const ORIGIN: &str = "https://h5.example.com";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; V2302A) Chrome/116.0.0.0 MicroMessenger/8.0.53.2740";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) MicroMessenger/8.0.50(0x1800)";

async fn house() -> (House, Clock) {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    (house, clock)
}

/// As the helper sends it: text, so that the browser asks for no preflight.
async fn report(house: &House, origin: &str, agent: &str, body: &Value) -> reqwest::Response {
    let ask = house.http.post(format!("{}{PATH}", house.base)).header(header::ORIGIN, origin).header(header::USER_AGENT, agent);
    ask.header(header::CONTENT_TYPE, "text/plain;charset=UTF-8").body(body.to_string()).send().await.unwrap()
}

async fn sign(house: &House, url: &str) -> Value {
    let ask = house.http.get(format!("{}/api/v1/jssdk/signature", house.base)).query(&[("url", url)]);
    let (status, signed) = answer(ask).await;
    assert_eq!(status, 200);
    signed
}

fn refused(page: &str, signed: &str, config: &Value) -> Value {
    json!({"code": "refused", "message": "config:fail, Error: 系统错误，错误码：63002,invalid signature", "page": page, "landing": signed,
        "signed": signed, "timestamp": config["timestamp"], "nonce": config["nonceStr"], "signature": config["signature"]})
}

async fn developer(house: &House) -> String {
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "dev"), ("password", PASSWORD), ("next", "/jssdk")]);
    login.send().await.unwrap().headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn page(house: &House, path: &str, cookie: &str) -> String {
    house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap().text().await.unwrap()
}

async fn kept(house: &House) -> i64 {
    sqlx::query_scalar("select coalesce(sum(reports), 0) from page_failures").fetch_one(house.app.core.db.read()).await.unwrap()
}

#[tokio::test]
async fn only_pages_of_the_account_may_report_and_only_their_own_address() {
    let (house, _) = house().await;
    let fine = json!({"code": "sdk_not_loaded", "page": "https://h5.example.com/a"});
    let response = report(&house, ORIGIN, ANDROID, &fine).await;
    let headers = response.headers();
    assert_eq!((response.status().as_u16(), headers["access-control-allow-origin"].to_str().unwrap()), (204, ORIGIN));
    assert_eq!((headers["cache-control"].to_str().unwrap(), headers["vary"].to_str().unwrap()), ("no-store", "Origin"));
    // A page of a JS domain under another port is one that gets signatures from its own server.
    let port = json!({"code": "sdk_not_loaded", "page": "https://h5.example.com:8443/a"});
    assert_eq!(report(&house, "https://h5.example.com:8443", ANDROID, &port).await.status(), 204);
    for origin in ["https://evil.example.com", "null", "https://h5.example.com.evil.com", "file://"] {
        let response = report(&house, origin, ANDROID, &fine).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{origin}");
        assert_eq!(
            (response.status().as_u16(), response.json::<Value>().await.unwrap()["code"].as_str()),
            (403, Some("origin_not_allowed"))
        );
    }
    let nobody = house.http.post(format!("{}{PATH}", house.base)).body(fine.to_string()).send().await.unwrap();
    assert_eq!(nobody.status(), 403);
    for (body, status) in [
        (json!({"code": "refused", "page": "https://evil.example.com/a"}), 422),
        (json!({"code": "refused", "page": "https://h5.example.com.evil.com/"}), 422),
        (json!({"code": "refused", "page": "javascript:alert(1)"}), 422),
        (json!({"code": "refused"}), 422),
        (json!({"code": "refused", "page": 7}), 422),
        (json!({"code": "refused", "page": "https://h5.example.com/", "more": 1}), 422),
        (json!({"code": "refused", "page": "https://h5.example.com/", "account": "wx_nobody"}), 404),
        (json!([]), 400),
        (json!({"code": "refused", "page": "https://h5.example.com/", "message": "x".repeat(33 << 10)}), 413),
    ] {
        assert_eq!(
            report(&house, ORIGIN, ANDROID, &body).await.status(),
            status,
            "{}",
            &body.to_string()[..40.min(body.to_string().len())]
        );
    }
    house.app.signer.write_failures().await.unwrap();
    assert_eq!(kept(&house).await, 2, "what was refused left nothing");
}

#[tokio::test]
async fn one_address_cannot_fill_the_disk() {
    let (house, clock) = house().await;
    let mut codes = Vec::new();
    for at in 0..25 {
        let body = json!({"code": "refused", "page": format!("https://h5.example.com/{at}")});
        let response = report(&house, ORIGIN, ANDROID, &body).await;
        codes.push(response.status().as_u16());
        if response.status() == 429 {
            assert!(response.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
            assert_eq!(response.headers()["access-control-allow-origin"], ORIGIN, "the page may read it");
        }
    }
    assert_eq!((codes.iter().filter(|code| **code == 204).count(), codes[24]), (20, 429));
    clock.advance(Duration::from_secs(4));
    for _ in 0..2 {
        let same = json!({"code": "refused", "page": "https://h5.example.com/0", "message": "\u{7}<script>alert(1)</script>"});
        assert_eq!(report(&house, ORIGIN, ANDROID, &same).await.status(), 204);
    }
    house.app.signer.write_failures().await.unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from page_failures").fetch_one(house.app.core.db.read()).await.unwrap();
    assert_eq!((rows, kept(&house).await), (20, 22), "the same again is one row more times");
    let html = page(&house, "/jssdk", &developer(&house).await).await;
    assert!(!html.contains("<script>alert(1)"), "text stays text");
    clock.advance(Duration::from_secs(14 * 86_400));
    while kept(&house).await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_doctor_names_the_cause_the_rate_and_what_to_do() {
    let (house, _) = house().await;
    let cookie = developer(&house).await;
    assert!(page(&house, "/jssdk", &cookie).await.contains("最近 14 天没有页面上报失败"));
    let landing = "https://h5.example.com/act?id=7";
    let config = sign(&house, landing).await;
    for _ in 0..3 {
        sign(&house, landing).await;
    }
    let moved = "https://h5.example.com/act/done?id=7";
    assert_eq!(report(&house, ORIGIN, ANDROID, &refused(moved, landing, &config)).await.status(), 204);
    house.app.signer.write_failures().await.unwrap();
    let html = page(&house, "/jssdk", &cookie).await;
    for words in [">/act/done<", "安卓 8.0.53.2740", "换路由没有重签", "今天 1 次，占签名的 25.0%", "14 天里给出 4 个签名"]
    {
        assert!(html.contains(words), "{words}");
    }
    let link = html.split("href=\"/jssdk?failure=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let html = page(&house, &format!("/jssdk?failure={link}"), &cookie).await;
    for words in ["手机上报的是这一条", "换路由后调 wxdesk.ready()", "从第 27 个字符起不同", "签名用的是另一个地址", "这个页面的二维码"]
    {
        assert!(html.contains(words), "{words}");
    }
    let gone = page(&house, "/jssdk?failure=99999", &cookie).await;
    assert!(gone.contains("这条上报已经不在了") && !gone.contains("手机上报的是这一条"));
    let english = page(&house, "/jssdk", &format!("{cookie}; lang=en")).await;
    assert!(english.contains("1 today, 25.0% of all signatures") && english.contains("Moved without a new signature"));
}

#[tokio::test]
async fn an_iphone_is_judged_by_where_it_landed_and_a_ticket_by_ours() {
    let (house, _) = house().await;
    let (landing, now) = ("https://h5.example.com/a", "https://h5.example.com/b");
    let config = sign(&house, landing).await;
    assert_eq!(report(&house, ORIGIN, IPHONE, &refused(now, landing, &config)).await.status(), 204);
    let mut stale = refused(landing, landing, &config);
    stale["nonce"] = "another".into();
    assert_eq!(report(&house, ORIGIN, IPHONE, &stale).await.status(), 204);
    house.app.signer.write_failures().await.unwrap();
    let found: Vec<(String, String)> =
        sqlx::query_as("select ground, phone from page_failures order by id").fetch_all(house.app.core.db.read()).await.unwrap();
    let mut grounds: Vec<_> = found.iter().map(|(ground, phone)| (ground.as_str(), phone.as_str())).collect();
    grounds.sort();
    assert_eq!(grounds, [("refused", "iPhone 8.0.50"), ("stale", "iPhone 8.0.50")]);
}

#[tokio::test]
async fn a_ticket_that_was_replaced_since_is_no_stale_one_while_it_lives() {
    let (house, clock) = house().await;
    let page = "https://h5.example.com/a";
    let config = sign(&house, page).await;
    clock.advance(Duration::from_secs(6_710));
    while house.app.tokens.past_tickets(SANDBOX_APP_ID).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(report(&house, ORIGIN, ANDROID, &refused(page, page, &config)).await.status(), 204);
    clock.advance(Duration::from_secs(1_200));
    assert_eq!(report(&house, ORIGIN, IPHONE, &refused(page, page, &config)).await.status(), 204);
    let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) MicroMessenger/8.0.50";
    let mut moved = refused("https://h5.example.com/b", page, &sign(&house, page).await);
    moved["ios"] = true.into();
    assert_eq!(report(&house, ORIGIN, mac, &moved).await.status(), 204);
    moved["ios"] = "yes".into();
    assert_eq!(report(&house, ORIGIN, mac, &moved).await.status(), 422);
    house.app.signer.write_failures().await.unwrap();
    let mut found: Vec<(String, String)> =
        sqlx::query_as("select phone, ground from page_failures").fetch_all(house.app.core.db.read()).await.unwrap();
    found.sort();
    let found: Vec<_> = found.iter().map(|(phone, ground)| (phone.as_str(), ground.as_str())).collect();
    assert_eq!(found, [("Android 8.0.53.2740", "refused"), ("iPad 8.0.50", "refused"), ("iPhone 8.0.50", "stale")]);
}

#[tokio::test]
async fn what_opens_something_is_never_kept() {
    let (house, _) = house().await;
    let url = "https://h5.example.com/a?code=C0DEC0DE&state=STATESTATE&ticket=T1CKET&id=7&access_token=T0KEN#token=FRAGMENT";
    let config = sign(&house, url).await;
    let mut body = refused(url, url, &config);
    body["landing"] = "https://h5.example.com/?ticket=LANDED".into();
    assert_eq!(report(&house, ORIGIN, ANDROID, &body).await.status(), 204);
    house.app.signer.write_failures().await.unwrap();
    let row: (String, String, i64) =
        sqlx::query_as("select url, signed, cut from page_failures").fetch_one(house.app.core.db.read()).await.unwrap();
    let kept = "https://h5.example.com/a?code=…&state=…&ticket=…&id=7&access_token=…";
    assert_eq!(row, (kept.to_owned(), format!("{kept}#"), 1));
    let cookie = developer(&house).await;
    let id: i64 = sqlx::query_scalar("select id from page_failures").fetch_one(house.app.core.db.read()).await.unwrap();
    let html = page(&house, &format!("/jssdk?failure={id}"), &cookie).await;
    assert!(html.contains("签名时带上了 #") && html.contains("已在保存前删去"));
    for secret in ["C0DEC0DE", "STATESTATE", "T1CKET", "T0KEN", "FRAGMENT", "LANDED"] {
        assert!(!html.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn the_share_that_fails_is_told_by_page_and_by_phone() {
    let (house, _) = house().await;
    let sign_as = async |agent: &str, url: &str| {
        let ask = house.http.get(format!("{}/api/v1/jssdk/signature", house.base)).query(&[("url", url)]);
        assert_eq!(ask.header(header::USER_AGENT, agent).send().await.unwrap().status(), 200);
    };
    for at in 0..8 {
        sign_as(IPHONE, &format!("https://h5.example.com/a?at={at}")).await;
        sign_as(ANDROID, "https://h5.example.com/b").await;
    }
    let failed = json!({"code": "sdk_not_loaded", "page": "https://h5.example.com/a?code=secret"});
    assert_eq!(report(&house, ORIGIN, IPHONE, &failed).await.status(), 204);
    house.app.signer.write_failures().await.unwrap();
    let rows: Vec<(String, String, i64)> = sqlx::query_as("select page, phone, signatures from page_signatures order by page")
        .fetch_all(house.app.core.db.read())
        .await
        .unwrap();
    let row = |page: &str, phone: &str| (format!("https://h5.example.com/{page}"), phone.to_owned(), 8);
    assert_eq!(rows, [row("a", "iPhone"), row("b", "Android")]);
    let html = page(&house, "/jssdk", &developer(&house).await).await;
    let told = html.split("失败率（14 天）").nth(1).unwrap();
    assert!(told.contains("12.5%") && told.contains("安卓") && told.contains("0.0%"), "{told}");
    assert!(!html.contains("secret"));
}
