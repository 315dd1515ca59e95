//! The signature endpoint over the wire: the judge is the simulator's WeChat app.

use serde_json::Value;
use wxdesk::{
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
};

use crate::house::{House, answer};

const PATH: &str = "/api/v1/jssdk/signature";

fn encoded(url: &str) -> String {
    url::form_urlencoded::byte_serialize(url.as_bytes()).collect::<String>().replace('+', "%20")
}

async fn sign(house: &House, url: &str) -> (u16, Value) {
    house.get(&format!("{PATH}?url={}", encoded(url))).await
}

async fn accepted(house: &House, url: &str, signed: &Value) -> bool {
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    let query = [
        ("url", url.to_owned()),
        ("timestamp", signed["timestamp"].to_string()),
        ("nonceStr", signed["nonceStr"].as_str().unwrap().to_owned()),
        ("signature", signed["signature"].as_str().unwrap().to_owned()),
        ("appId", signed["appId"].as_str().unwrap().to_owned()),
    ];
    let check = house.http.get(format!("{}/sandbox/check-signature", account.api_base)).query(&query);
    answer(check).await.1["ok"] == true
}

#[tokio::test]
async fn the_wechat_app_accepts_what_is_signed_and_nothing_else() {
    let house = House::build().await;
    for url in [
        "https://h5.example.com/act/1128?id=7&from=singlemessage#/detail",
        "https://H5.example.com:8443/a%20b?x=%E4%B8%AD&y=1+1",
        "http://h5.example.com",
        "https://h5.example.com/问卷?名=甲",
    ] {
        let (status, signed) = sign(&house, url).await;
        assert_eq!(status, 200, "{url}: {signed}");
        let names: Vec<_> = signed.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["appId", "nonceStr", "signature", "timestamp"]);
        assert!(signed["timestamp"].is_i64());
        assert!(accepted(&house, url, &signed).await, "{url}");
        assert!(!accepted(&house, &format!("{}/", url.split('#').next().unwrap()), &signed).await);
    }
}

#[tokio::test]
async fn refusals_are_problems_that_repeat_nothing() {
    let house = House::build().await;
    for (query, status, code) in [
        ("url=https://evil.example.com/?x=h5.example.com", 403, "url_not_allowed"),
        ("url=https://h5.example.com/?a=1&evil=h5.example.com", 422, "invalid_fields"),
        ("url=https%3A%2F%2Fevil.example.com%2F%3Fx%3Dh5.example.com", 403, "url_not_allowed"),
        ("url=https://h5.example.com.evil.com", 403, "url_not_allowed"),
        ("url=https://h5.example.com@evil.com", 422, "url_malformed"),
        ("url=https://h5.example.com.", 422, "url_malformed"),
        ("url=https://h5.example.com%5C@evil.com", 422, "url_malformed"),
        ("url=https://h5.example.com/%09", 422, "url_malformed"),
        ("url=https://h5.example.com%2500", 422, "url_malformed"),
        ("url=%ff", 422, "url_malformed"),
        ("url=https%3A%2F%2Fh5.example.com%2Fa+b", 422, "url_malformed"),
        ("url=", 422, "invalid_fields"),
        ("", 422, "invalid_fields"),
        ("url=a&url=b", 422, "invalid_fields"),
        ("url=https://h5.example.com&account=nobody", 404, "unknown_account"),
    ] {
        let response = house.http.get(format!("{}{PATH}?{query}", house.base)).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{query}");
        assert_eq!(response.headers()["cache-control"], "no-store");
        let problem: Value = response.json().await.unwrap();
        assert_eq!((problem["status"].as_u64(), problem["code"].as_str()), (Some(status), Some(code)), "{query}: {problem}");
        assert!(!problem.to_string().contains("evil."), "{problem}");
    }
    let long = format!("url=https://h5.example.com/{}", "a".repeat(8192));
    let (_, problem) = house.get(&format!("{PATH}?{long}")).await;
    assert_eq!((&problem["code"], &problem["errors"][0]["field"]), (&"url_malformed".into(), &"url".into()));
    let fits = sign(&house, &format!("https://h5.example.com/?q={}#/{}", "甲".repeat(2000), "b".repeat(400))).await;
    assert_eq!(fits.0, 200, "long, and longer with what is not signed");
    let posted = house.http.post(format!("{}{PATH}", house.base)).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD, OPTIONS"));
}

#[tokio::test]
async fn only_listed_origins_may_read_it_and_never_with_credentials() {
    let house = House::build().await;
    let url = format!("{}{PATH}?url=https://h5.example.com/", house.base);
    for (origin, allowed) in [
        ("https://h5.example.com", true),
        ("http://h5.example.com", false),
        ("https://h5.example.com:8443", false),
        ("https://h5.example.com.evil.com", false),
        ("https://evil.com", false),
        ("null", false),
    ] {
        for request in [house.http.get(&url), house.http.get(format!("{url}%5C")), house.http.request(reqwest::Method::OPTIONS, &url)] {
            let response = request.header("origin", origin).send().await.unwrap();
            let headers = response.headers();
            let named = headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(named.as_deref(), allowed.then_some(origin), "{origin}");
            assert_eq!(headers["vary"], "Origin");
            assert!(!headers.contains_key("access-control-allow-credentials"));
            assert_eq!(headers["x-content-type-options"], "nosniff");
        }
    }
}

/// A page that makes a mistake should read which, not guess at a network that failed.
#[tokio::test]
async fn listed_pages_read_what_is_wrong_with_their_request() {
    let house = House::build().await;
    house.second_account("wx-second").await;
    let page = "url=https%3A%2F%2Fh5.example.com%2F";
    for (query, status) in [
        (format!("account={SANDBOX_APP_ID}"), 422),
        (format!("{page}&account={SANDBOX_APP_ID}&{page}"), 422),
        (format!("{page}&account={SANDBOX_APP_ID}&b=1"), 422),
        (page.to_owned(), 422),
        (format!("{page}&account=nobody"), 404),
    ] {
        for (origin, allowed) in [("https://h5.example.com", true), ("https://evil.com", false)] {
            let response = house.http.get(format!("{}{PATH}?{query}", house.base)).header("origin", origin).send().await.unwrap();
            let named = response.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!((response.status().as_u16(), named.as_deref()), (status, allowed.then_some(origin)), "{query}");
        }
    }
}

#[tokio::test]
async fn each_address_has_its_rate_and_is_told_when_to_come_back() {
    let house = House::build_with(&["--signature-rate=5"], Clock::manual(1_795_327_569_000)).await;
    for _ in 0..5 {
        assert_eq!(sign(&house, "https://h5.example.com/").await.0, 200);
    }
    let request = house.http.get(format!("{}{PATH}?url=https://h5.example.com/", house.base)).header("origin", "https://h5.example.com");
    let limited = request.send().await.unwrap();
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    assert_eq!(limited.headers()["access-control-allow-origin"], "https://h5.example.com");
    let wrong = house.http.get(format!("{}{PATH}?uri=x", house.base)).header("origin", "https://h5.example.com").send().await.unwrap();
    assert_eq!((wrong.status().as_u16(), wrong.headers().contains_key("access-control-allow-origin")), (429, true));
}

#[tokio::test]
async fn a_platform_that_must_be_left_alone_is_said_without_its_words() {
    let dials = Dials { ip_denied: Some("203.0.113.9".into()), ..Dials::default() };
    let house = House::build_dialled(dials, Clock::manual(1_795_327_569_000)).await;
    let (status, problem) = sign(&house, "https://h5.example.com/").await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("upstream_backoff")));
    assert!(!problem.to_string().contains("203.0.113.9"));
    assert_eq!((problem["errcode"].as_i64(), problem.get("errmsg")), (Some(40164), None));
    assert!(!problem["hint"].as_str().unwrap().is_empty());
}
