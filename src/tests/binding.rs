//! A person binds their own WeChat: the desk of one, the phone of another, the simulator between them.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use serde_json::json;
use wxdesk::{features::users::server::people::By, infra::clock::Clock, sandbox::SANDBOX_APP_ID, shared::rights::Role};

use super::house::{House, NOON, PASSWORD, answer};

struct Desk {
    house: House,
    clock: Clock,
    cookie: String,
}

impl Desk {
    async fn new() -> Self {
        let clock = Clock::manual(NOON);
        let house = House::build_with(&[], clock.clone()).await;
        house.app.users.add(&By::command(), "周敏", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
        let form = [("name", "周敏"), ("password", PASSWORD), ("next", "/profile/wechat")];
        let login = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
        let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { house, clock, cookie }
    }

    async fn page(&self, path: &str) -> String {
        let ask = self.house.http.get(format!("{}{path}", self.house.base)).header(header::COOKIE, &self.cookie);
        ask.send().await.unwrap().text().await.unwrap()
    }

    async fn press(&self, intent: &str) -> u16 {
        let ask = self.house.http.post(format!("{}/profile/wechat", self.house.base)).header(header::COOKIE, &self.cookie);
        ask.form(&[("intent", intent)]).send().await.unwrap().status().as_u16()
    }

    /// The link of the QR code, read off the page.
    async fn link(&self) -> String {
        assert_eq!(self.press("begin").await, 303);
        let html = self.page("/profile/wechat").await;
        let start = html.find(&format!("{}/wechat/", self.house.base)).unwrap();
        html[start..].split(['"', '<']).next().unwrap().to_owned()
    }

    /// Opens an address on the phone, which carries `cookies`; gives status, the next address, what the phone got to carry, the page.
    async fn phone(&self, url: &str, cookies: &str) -> (u16, String, String, String) {
        let response = self.house.http.get(url).header(header::COOKIE, cookies).send().await.unwrap();
        let text = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        let (to, cookie) = (text(header::LOCATION), text(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned());
        (response.status().as_u16(), to, cookie, response.text().await.unwrap())
    }

    /// A person opens a link in WeChat and agrees: to our own page behind it.
    async fn open(&self, link: &str, openid: &str, snapshot: bool) -> (u16, String) {
        let (status, wechat, cookie, page) = self.phone(link, "").await;
        assert_eq!(status, 303, "{page}");
        assert!(wechat.contains("&scope=snsapi_userinfo&state="), "{wechat}");
        let state = wechat.split("&state=").nth(1).unwrap().trim_end_matches("#wechat_redirect");
        let account = self.house.app.accounts.get(SANDBOX_APP_ID).unwrap();
        let ask = json!({"app_id": SANDBOX_APP_ID, "openid": openid, "scope": "snsapi_userinfo", "snapshot": snapshot});
        let (_, code) = answer(self.house.http.post(format!("{}/sandbox/code", account.api_base)).json(&ask)).await;
        let back = format!("{}/oauth/{SANDBOX_APP_ID}/callback?code={}&state={state}", self.house.base, code["code"].as_str().unwrap());
        let (status, to, _, page) = self.phone(&back, &cookie).await;
        assert_eq!(status, 303, "{page}");
        assert!(to.starts_with(&format!("{link}/back?ticket=")), "{to}");
        let (status, _, _, page) = self.phone(&to, &cookie).await;
        (status, page)
    }

    async fn bound(&self) -> Option<String> {
        let id = self.house.app.users.id_of("周敏").await.unwrap().unwrap();
        self.house.app.messages.own_openid(&id, SANDBOX_APP_ID).await.unwrap()
    }
}

#[tokio::test]
async fn one_s_own_wechat_is_bound_after_one_agreed_at_the_desk() {
    let desk = Desk::new().await;
    assert!(!desk.page("/send").await.contains("发给我试试"));
    let person = desk.house.sandbox.followers()[3].clone();
    let link = desk.link().await;
    let (status, page) = desk.open(&link, &person.openid, false).await;
    assert!(status == 200 && page.contains("请回到电脑上确认"), "{page}");
    assert_eq!(desk.bound().await, None, "nothing is kept before one agrees");
    let asked = desk.page("/profile/wechat").await;
    assert!(asked.contains(&person.name) && asked.contains(&person.openid) && asked.contains("是你吗"));
    // The link was used: another phone changes nothing.
    let (status, _, _, page) = desk.phone(&link, "").await;
    assert!(status == 200 && page.contains("收到了"), "{page}");
    assert_eq!((desk.press("confirm").await, desk.bound().await.as_deref()), (303, Some(person.openid.as_str())));
    assert!(desk.page("/profile/wechat").await.contains("已绑定") && desk.page("/send").await.contains("发给我试试"));
    let acts: Vec<String> = sqlx::query_scalar("select action || detail from audit where action like 'user.wechat%'")
        .fetch_all(desk.house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(acts, [format!("user.wechat_bound{{\"account\":\"{SANDBOX_APP_ID}\"}}")]);
    assert_eq!((desk.press("unbind").await, desk.bound().await), (303, None));
}

#[tokio::test]
async fn a_link_ends_by_time_by_the_next_one_and_by_saying_no() {
    let desk = Desk::new().await;
    let person = desk.house.sandbox.followers()[0].openid.clone();
    let (first, second) = (desk.link().await, desk.link().await);
    assert_eq!(desk.phone(&first, "").await.0, 410, "a new one ends the one before");
    let (status, page) = desk.open(&second, &person, true).await;
    assert!(status == 403 && page.contains("快照页"), "{page}");
    desk.open(&second, &person, false).await;
    assert_eq!(desk.press("cancel").await, 303);
    assert_eq!((desk.press("confirm").await, desk.bound().await), (303, None), "it was not mine");
    let late = desk.link().await;
    desk.clock.advance(Duration::from_secs(600));
    let (status, _, _, page) = desk.phone(&late, "").await;
    assert!(status == 410 && page.contains("这个链接已失效"), "{page}");
    assert!(desk.page("/profile/wechat").await.contains("生成二维码"));
    assert_eq!(desk.press("anything").await, 404);
    assert_eq!(desk.phone(&format!("{}/wechat/unknown/back?ticket=x", desk.house.base), "").await.0, 410);
}
