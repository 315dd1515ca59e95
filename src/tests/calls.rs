//! Calls handed on: the limit of a day, and the log.

use std::time::Duration;

use reqwest::header;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use wxdesk::{
    features::users::server::{
        keys::{Keys, NewKey},
        people::By,
    },
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID as APP,
    shared::{
        rights::{Role, Scope},
        time::DAY,
    },
};

use super::house::{House, NOON, PASSWORD, answer};

async fn key(house: &House, name: &str, daily_calls: Option<i64>) -> String {
    let new = NewKey {
        name: name.into(),
        scopes: vec![Scope::WxCall],
        account: None,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages: None,
        daily_calls,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

fn ask(house: &House, key: &str, path: &str) -> reqwest::RequestBuilder {
    house.http.get(format!("{}/wx/{APP}/{path}", house.base)).bearer_auth(key)
}

fn handed_on(house: &House) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path == "/cgi-bin/tags/get").count()
}

async fn signed_in(house: &House) -> String {
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    let form = [("name", "dev"), ("password", PASSWORD), ("next", "/")];
    let login = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
    login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn page(house: &House, cookie: &str, path: &str) -> String {
    let response = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn fifty_at_once_come_to_the_calls_of_a_day_exactly() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.at_rest().await;
    let (key, free, before) = (key(&house, "crm", Some(10)).await, key(&house, "free", None).await, handed_on(&house));
    let all = (0..50).map(|_| answer(ask(&house, &key, "cgi-bin/tags/get")));
    let answers = futures_util::future::join_all(all).await;
    let codes = |wanted: u16| answers.iter().filter(|(status, _)| *status == wanted).count();
    assert_eq!((codes(200), codes(429), handed_on(&house) - before), (10, 40, 10));
    assert_eq!(answers.iter().find(|(status, _)| *status == 429).unwrap().1["code"], "daily_limit");
    let late = ask(&house, &key, "cgi-bin/tags/get").send().await.unwrap();
    assert_eq!(late.headers()[header::RETRY_AFTER], "43200", "until midnight in China");
    let sdk = house.http.get(format!("{}/wx/{APP}/cgi-bin/tags/get?access_token={key}", house.base));
    let (status, told) = answer(sdk).await;
    assert_eq!((status, told["errcode"].as_i64()), (200, Some(45009)), "{told}");
    house.app.tokens.ticket_ready(APP).await.unwrap();
    assert_eq!(
        answer(ask(&house, &key, "cgi-bin/ticket/getticket?type=jsapi")).await.0,
        200,
        "what we keep ourselves costs WeChat nothing"
    );
    assert_eq!(answer(ask(&house, &free, "cgi-bin/tags/get")).await.0, 200);
    // A restart remembers.
    house.app.users.keys.write_counts().await.unwrap();
    let again = Keys::open(house.app.core.clone()).await.unwrap();
    let row = again.all().await.unwrap().into_iter().find(|row| row.name == "crm").unwrap();
    assert_eq!((row.daily_calls, row.relayed_today), (Some(10), 10));
    assert_eq!(again.hand_on(&row.id).await.unwrap_err().code, "daily_limit");
    clock.advance(Duration::from_millis(DAY.unsigned_abs()));
    again.hand_on(&row.id).await.unwrap();
    assert_eq!(answer(ask(&house, &key, "cgi-bin/tags/get")).await.0, 200);
}

#[tokio::test]
async fn every_call_leaves_a_line_without_its_content() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    house.at_rest().await;
    let (crm, shop) = (key(&house, "crm", Some(2)).await, key(&house, "shop", None).await);
    let openid = house.sandbox.followers()[0].openid.clone();
    assert_eq!(answer(ask(&house, &crm, &format!("cgi-bin/user/info?openid={openid}"))).await.0, 200);
    assert_eq!(answer(ask(&house, &crm, "cgi-bin/media/get?media_id=gone")).await.1["errcode"], 40007);
    assert_eq!(answer(ask(&house, &crm, "cgi-bin/tags/get")).await.0, 429);
    let body = json!({"user_list": [{"openid": openid}]});
    let post = house.http.post(format!("{}/wx/{APP}/cgi-bin/user/info/batchget", house.base)).bearer_auth(&shop).json(&body);
    assert_eq!(answer(post).await.0, 200);
    assert_eq!(answer(ask(&house, &shop, "sns/jscode2session?secret=canary")).await.0, 403);
    house.app.relay.write_log().await.unwrap();
    type Line = (String, String, Option<String>, i64, Option<i64>, Option<String>);
    let lines: Vec<Line> = sqlx::query_as("select name, method, path, status, errcode, code from relayed_calls order by id")
        .fetch_all(house.app.core.db.read())
        .await
        .unwrap();
    let line = |name: &str, method: &str, path: Option<&str>, status, errcode, code: Option<&str>| {
        (name.to_owned(), method.to_owned(), path.map(str::to_owned), status, errcode, code.map(str::to_owned))
    };
    assert_eq!(
        lines,
        [
            line("crm", "GET", Some("cgi-bin/user/info"), 200, None, None),
            line("crm", "GET", Some("cgi-bin/media/get"), 200, Some(40007), None),
            line("crm", "GET", Some("cgi-bin/tags/get"), 429, None, Some("daily_limit")),
            line("shop", "POST", Some("cgi-bin/user/info/batchget"), 200, None, None),
            line("shop", "GET", None, 403, None, Some("path_not_allowed")),
        ]
    );
    let cookie = signed_in(&house).await;
    let html = page(&house, &cookie, "/tokens/calls").await;
    for word in ["cgi-bin/user/info/batchget", "不在可调用的范围内", "超过这把密钥的每日上限", "40007", "最后一秒的记录会丢失"]
    {
        assert!(html.contains(word), "{word}");
    }
    assert!(!html.contains(&openid) && !html.contains("canary") && !html.contains("jscode2session"));
    let english = page(&house, &format!("{cookie}; lang=en"), "/tokens/calls").await;
    assert!(english.contains("Over the key&#x27;s daily limit") || english.contains("Over the key's daily limit"), "{english}");
    let id = house.app.users.keys.all().await.unwrap().into_iter().find(|row| row.name == "shop").unwrap().id;
    let own = page(&house, &cookie, &format!("/tokens/calls?key={id}")).await;
    assert!(own.contains("batchget") && !own.contains("cgi-bin/media/get"));
    let refused = page(&house, &cookie, "/tokens/calls?errcode=40007").await;
    assert!(refused.contains("cgi-bin/media/get") && !refused.contains("batchget"));
    let none = page(&house, &cookie, &format!("/tokens/calls?key={id}&errcode=40007")).await;
    assert!(none.contains("没有符合条件的记录"));
    assert!(page(&house, &cookie, "/tokens").await.contains("href=\"/tokens/calls\""));
}

#[tokio::test]
async fn the_log_is_leafed_through_by_key_and_forgets_after_thirty_days() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    house.at_rest().await;
    let key = key(&house, "crm", None).await;
    for _ in 0..60 {
        assert_eq!(answer(ask(&house, &key, "cgi-bin/ticket/getticket?type=jsapi")).await.0, 200);
    }
    house.app.relay.write_log().await.unwrap();
    let cookie = signed_in(&house).await;
    let rows = |html: &str| html.matches("cgi-bin/ticket/getticket").count();
    let first = page(&house, &cookie, "/tokens/calls").await;
    assert!(rows(&first) == 50 && first.contains("href=\"/tokens/calls?before=11\""), "{}", rows(&first));
    let second = page(&house, &cookie, "/tokens/calls?before=11").await;
    assert!(rows(&second) == 10 && !second.contains("rel=\"next\""), "{}", rows(&second));
    let kept = || sqlx::query_scalar::<_, i64>("select count(*) from relayed_calls").fetch_one(house.app.core.db.read());
    clock.advance(Duration::from_millis((30 * DAY - 1).unsigned_abs()));
    house.app.relay.sweep_log().await.unwrap();
    assert_eq!(kept().await.unwrap(), 60);
    clock.advance(Duration::from_secs(1));
    house.app.relay.sweep_log().await.unwrap();
    assert_eq!(kept().await.unwrap(), 0);
}
