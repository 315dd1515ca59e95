//! Web authorization over the wire: a browser with cookies, the simulator as WeChat, a business system with a key.

use std::{collections::BTreeMap, time::Duration};

use reqwest::header;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use wxdesk::{
    features::users::server::{keys::NewKey, people::By},
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    shared::rights::Scope,
};

use crate::house::{House, answer};

const START: i64 = 1_795_327_569_000;
const PAGE: &str = "https://h5.example.com/act?x=1#/detail";

/// A browser: keeps cookies, follows nothing by itself.
struct Browser<'a> {
    house: &'a House,
    jar: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn new(house: &'a House) -> Self {
        Self { house, jar: BTreeMap::new() }
    }

    async fn get(&mut self, url: &str) -> (u16, String, String) {
        let cookies = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let response = self.house.http.get(url).header(header::COOKIE, cookies).send().await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.jar.insert(name.to_owned(), value.to_owned());
        }
        let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (response.status().as_u16(), to, response.text().await.unwrap())
    }

    /// From the start to the address of our callback.
    async fn reach_callback(&mut self, query: &str) -> String {
        let (status, wechat, page) = self.get(&start(self.house, query)).await;
        assert_eq!(status, 303, "{page}");
        assert!(wechat.contains("/connect/oauth2/authorize?appid=wxsandbox0000001&redirect_uri=http%3A%2F%2F127"), "{wechat}");
        assert!(wechat.contains("&response_type=code&scope=snsapi_") && wechat.ends_with("#wechat_redirect"), "{wechat}");
        self.through_wechat(&wechat).await
    }

    async fn through_wechat(&mut self, wechat: &str) -> String {
        let (status, back, page) = self.get(wechat).await;
        assert_eq!(status, 302, "{page}");
        assert!(back.starts_with(&format!("{}/oauth/{SANDBOX_APP_ID}/callback?code=", self.house.base)), "{back}");
        back
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn start(house: &House, query: &str) -> String {
    format!("{}/oauth/{SANDBOX_APP_ID}/start?{query}", house.base)
}

fn to(page: &str) -> String {
    format!("return_to={}", encoded(page))
}

fn ticket(address: &str) -> String {
    let (_, rest) = address.split_once("ticket=").unwrap_or_else(|| panic!("no ticket: {address}"));
    rest.split(['#', '&']).next().unwrap().to_owned()
}

async fn key(house: &House, name: &str, account: Option<&str>) -> String {
    let account = account.map(str::to_owned);
    let new = NewKey {
        name: name.into(),
        scopes: vec![Scope::UsersRead],
        account,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages: None,
        daily_calls: None,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

async fn redeem(house: &House, key: &str, body: Value) -> (u16, Value) {
    answer(house.http.post(format!("{}/api/v1/oauth/redeem", house.base)).bearer_auth(key).json(&body)).await
}

fn exchanges(house: &House) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path == "/sns/oauth2/access_token").count()
}

async fn followers(house: &House) -> i64 {
    sqlx::query_scalar("select count(*) from followers").fetch_one(house.app.core.db.read()).await.unwrap()
}

#[tokio::test]
async fn a_visitor_returns_with_a_ticket_that_tells_once_who_it_is() {
    let clock = Clock::manual(START);
    let house = House::build_with(&[], clock.clone()).await;
    let key = key(&house, "shop", None).await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let (status, page, _) = browser.get(&back).await;
    let ticket = ticket(&page);
    assert_eq!((status, page.as_str()), (303, format!("https://h5.example.com/act?x=1&ticket={ticket}#/detail").as_str()));

    let (status, who) = redeem(&house, &key, json!({"ticket": ticket})).await;
    let known = house.sandbox.followers();
    assert_eq!(status, 200, "{who}");
    assert!(known.iter().any(|person| Some(person.openid.as_str()) == who["openid"].as_str()));
    assert_eq!((who["scope"].as_str(), who["is_snapshot_user"].as_bool()), (Some("snsapi_base"), Some(false)));
    assert!(who.get("nickname").is_none());
    let (status, gone) = redeem(&house, &key, json!({"ticket": ticket})).await;
    assert_eq!((status, gone["code"].as_str()), (410, Some("ticket_gone")));
    assert_eq!(redeem(&house, &key, json!({"ticket": "never"})).await.0, 410);
    assert_eq!(redeem(&house, &key, json!({"ticket": ""})).await.0, 422);
    assert_eq!(redeem(&house, &key, json!({"tickets": "x"})).await.0, 422);

    let file = std::fs::read(house.folder.path().join("data/wxdesk.db")).unwrap();
    let log = std::fs::read(house.folder.path().join("data/wxdesk.db-wal")).unwrap_or_default();
    for bytes in [file, log] {
        assert!(!bytes.windows(ticket.len()).any(|part| part == ticket.as_bytes()), "only its hash is on disk");
    }

    let back = browser.reach_callback(&to(PAGE)).await;
    let late = self::ticket(&browser.get(&back).await.1);
    clock.advance(Duration::from_secs(61));
    assert_eq!(redeem(&house, &key, json!({"ticket": late})).await.0, 410);
}

#[tokio::test]
async fn only_one_of_many_redeems_a_ticket() {
    let house = House::build().await;
    let key = key(&house, "shop", None).await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let ticket = ticket(&browser.get(&back).await.1);
    let all = (0..20).map(|_| redeem(&house, &key, json!({"ticket": ticket})));
    let mut statuses: Vec<_> = futures_util::future::join_all(all).await.into_iter().map(|(status, _)| status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses[1], statuses[19]), (200, 410, 410));
}

#[tokio::test]
async fn a_double_click_and_the_back_button_cost_one_exchange() {
    let clock = Clock::manual(START);
    let house = House::build_with(&[], clock.clone()).await;
    let key = key(&house, "shop", None).await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let cookies = browser.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    for ahead in [house.http.head(&back), house.http.get(&back).header("sec-purpose", "prefetch")] {
        assert_eq!(ahead.header(header::COOKIE, &cookies).send().await.unwrap().status(), 204);
    }
    assert_eq!(exchanges(&house), 0);
    let clicks = (0..5).map(|_| async { house.http.get(&back).header(header::COOKIE, &cookies).send().await.unwrap() });
    let landed: Vec<_> = futures_util::future::join_all(clicks).await.iter().map(|page| page.headers()[header::LOCATION].clone()).collect();
    assert!(landed.iter().all(|page| *page == landed[0]), "{landed:?}");
    assert_eq!(exchanges(&house), 1);
    let first = ticket(landed[0].to_str().unwrap());
    assert_eq!(redeem(&house, &key, json!({"ticket": first})).await.0, 200);

    // Back, after the ticket was used: once more through WeChat, to a new ticket.
    let (status, wechat, _) = browser.get(&back).await;
    assert!(status == 303 && wechat.contains("/connect/oauth2/authorize?"), "{wechat}");
    let again = browser.through_wechat(&wechat).await;
    let (_, page, _) = browser.get(&again).await;
    let second = ticket(&page);
    assert!(second != first && redeem(&house, &key, json!({"ticket": second})).await.0 == 200);
    assert_eq!(exchanges(&house), 2);
    // And no third time by itself.
    let (status, _, page) = browser.get(&again).await;
    assert!(status == 422 && page.contains("重新授权") && page.contains("/start?return_to=https%3A%2F%2Fh5.example.com"), "{page}");
}

#[tokio::test]
async fn a_used_code_starts_over_once() {
    let house = House::build().await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let spoilt = back.replace("code=", "code=x");
    let (status, wechat, _) = browser.get(&spoilt).await;
    assert!(status == 303 && wechat.contains("/connect/oauth2/authorize?"), "{wechat}");
    let again = browser.through_wechat(&wechat).await.replace("code=", "code=x");
    let (status, _, page) = browser.get(&again).await;
    assert!(status == 422 && page.contains("没有完成微信授权") && page.contains("40029"), "{status} {page}");
}

#[tokio::test]
async fn several_tabs_do_not_meet_and_another_browser_gets_nothing() {
    let house = House::build().await;
    let mut browser = Browser::new(&house);
    let one = browser.reach_callback(&to("https://h5.example.com/one")).await;
    let two = browser.reach_callback(&to("https://h5.example.com/two")).await;
    assert!(browser.get(&one).await.1.starts_with("https://h5.example.com/one?ticket="));
    assert!(browser.get(&two).await.1.starts_with("https://h5.example.com/two?ticket="));

    let mine = browser.reach_callback(&to(PAGE)).await;
    let before = exchanges(&house);
    let mut other = Browser::new(&house);
    other.reach_callback(&to(PAGE)).await;
    let (status, to_page, page) = other.get(&mine).await;
    assert!(status == 403 && to_page.is_empty() && page.contains("不是从当前浏览器发起的"), "{page}");
    let swapped = mine.split("&state=").next().unwrap().to_owned();
    assert_eq!(other.get(&swapped).await.0, 403);
    assert_eq!(exchanges(&house), before, "a foreign code is not even tried");
}

#[tokio::test]
async fn who_does_not_agree_is_told_so() {
    let house = House::build().await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let state = back.split("&state=").nth(1).unwrap();
    let (status, _, page) = browser.get(&format!("{}/oauth/{SANDBOX_APP_ID}/callback?state={state}", house.base)).await;
    assert!(status == 403 && page.contains("你没有同意授权") && page.contains("href=\"https://h5.example.com/act?x=1#/detail\""), "{page}");
    house.sandbox.set_dials(Dials { path: Some("/sns/".into()), cut: 1, ..Dials::default() });
    let (status, _, page) = browser.get(&back).await;
    assert!(status == 504 && page.contains("微信没有应答") && page.contains("重新授权"), "{status} {page}");
    assert_eq!(browser.get(&back).await.0, 303, "the code is still good");
}

#[tokio::test]
async fn only_listed_pages_are_returned_to() {
    let house = House::build().await;
    let mut browser = Browser::new(&house);
    for (query, status) in [
        (to("https://evil.example.com/?x=h5.example.com"), 403),
        (to("https://h5.example.com.evil.com/"), 403),
        (to("http://h5.example.com/"), 403),
        (to("https://h5.example.com@evil.com/"), 422),
        (to("https://h5.example.com\\@evil.com/"), 422),
        (to("https://h5.example.com./"), 422),
        (to("//h5.example.com/"), 422),
        (to("javascript:alert(1)"), 422),
        (to("https://h5.example.com/\r\nx: y"), 422),
        (String::new(), 422),
        (format!("{}&scope=snsapi_login", to(PAGE)), 422),
        (format!("{}&y=2", to(PAGE)), 422),
    ] {
        let (got, location, page) = browser.get(&start(&house, &query)).await;
        assert_eq!((got, location.as_str()), (status, ""), "{query}");
        assert!(page.contains("没有完成微信授权") && !page.contains("evil"), "{query}: {page}");
    }
    assert!(browser.jar.is_empty());
    assert_eq!(browser.get(&format!("{}/oauth/nobody/start?{}", house.base, to(PAGE))).await.0, 404);
    assert_eq!(browser.get(&format!("{}/oauth/nobody/callback?code=1&state=2", house.base)).await.0, 404);
}

#[tokio::test]
async fn a_snapshot_visitor_is_marked_and_kept_nowhere() {
    let house = House::build().await;
    let key = key(&house, "shop", None).await;
    house.sandbox.set_dials(Dials { snapshot: true, ..Dials::default() });
    let before = followers(&house).await;
    let mut browser = Browser::new(&house);
    let back = browser.reach_callback(&to(PAGE)).await;
    let ticket = ticket(&browser.get(&back).await.1);
    let (_, who) = redeem(&house, &key, json!({"ticket": ticket})).await;
    assert_eq!(who["is_snapshot_user"], true);
    assert_eq!(followers(&house).await, before);
}

#[tokio::test]
async fn the_name_comes_with_userinfo_and_a_bound_key_uses_up_nothing_of_others() {
    let house = House::build().await;
    let person = house.sandbox.followers()[3].clone();
    let mut browser = Browser::new(&house);
    let (_, wechat, _) = browser.get(&start(&house, &format!("{}&scope=snsapi_userinfo", to(PAGE)))).await;
    assert!(wechat.contains("&scope=snsapi_userinfo&state="));
    let state = wechat.split("&state=").nth(1).unwrap().trim_end_matches("#wechat_redirect");
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    let ask = json!({"app_id": SANDBOX_APP_ID, "openid": person.openid, "scope": "snsapi_userinfo", "snapshot": false});
    let (_, code) = answer(house.http.post(format!("{}/sandbox/code", account.api_base)).json(&ask)).await;
    let back = format!("{}/oauth/{SANDBOX_APP_ID}/callback?code={}&state={state}", house.base, code["code"].as_str().unwrap());
    let ticket = ticket(&browser.get(&back).await.1);

    let foreign = key(&house, "elsewhere", Some("wxother")).await;
    assert_eq!(redeem(&house, &foreign, json!({"ticket": ticket})).await.0, 404);
    let own = key(&house, "own", Some(SANDBOX_APP_ID)).await;
    let (status, who) = redeem(&house, &own, json!({"ticket": ticket, "account": SANDBOX_APP_ID})).await;
    assert_eq!(status, 200, "{who}");
    assert_eq!((who["openid"].as_str(), who["nickname"].as_str()), (Some(person.openid.as_str()), Some(person.name.as_str())));
    assert!(who["unionid"].is_string() && who["scope"] == "snsapi_userinfo");
}
