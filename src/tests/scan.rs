//! Signing in by one's own WeChat: a computer, a phone, the simulator between them, and everybody who should not get in that way.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use serde_json::json;
use wxdesk::{features::users::server::people::By, infra::clock::Clock, sandbox::SANDBOX_APP_ID as APP, shared::rights::Role};

use super::house::{House, NOON, PASSWORD, answer};

const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36";

/// What a browser got: status, where it leads, its new cookies, the page.
struct Got {
    status: u16,
    to: String,
    cookies: Vec<String>,
    page: String,
}

impl Got {
    /// A cookie by name, as it is sent back.
    fn cookie(&self, name: &str) -> String {
        let found = self.cookies.iter().find(|cookie| cookie.starts_with(&format!("{name}=")));
        found.unwrap_or_else(|| panic!("no {name} in {:?}", self.cookies)).split(';').next().unwrap().to_owned()
    }

    /// Whether the browser is signed in with this answer.
    fn signed_in(&self) -> bool {
        self.cookies.iter().any(|cookie| cookie.starts_with("wxdesk="))
    }
}

struct Scene {
    house: House,
    clock: Clock,
    user: String,
    openid: String,
}

impl Scene {
    /// A house where an administrator has switched it on, and 周敏 has bound a WeChat that signs her in.
    async fn new() -> Self {
        let clock = Clock::manual(NOON);
        let house = House::build_with(&[], clock.clone()).await;
        let (by, users) = (By::command(), &house.app.users);
        users.add(&by, "周敏", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
        users.choose_scan_account(&by, Some(APP)).await.unwrap();
        let (user, openid) = (users.id_of("周敏").await.unwrap().unwrap(), house.sandbox.followers()[3].openid.clone());
        users.bind_wechat(&by, &user, Some((APP.into(), openid.clone()))).await.unwrap();
        users.let_wechat_sign_in(&by, &user, true).await.unwrap();
        Self { house, clock, user, openid }
    }

    async fn ask(&self, request: reqwest::RequestBuilder, cookie: &str) -> Got {
        let response = request.header(header::COOKIE, cookie).header(header::USER_AGENT, AGENT).send().await.unwrap();
        let text = |value: &header::HeaderValue| value.to_str().unwrap().to_owned();
        let to = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(text).collect();
        Got { status: response.status().as_u16(), to, cookies, page: response.text().await.unwrap() }
    }

    fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.house.base) }
    }

    async fn get(&self, path: &str, cookie: &str) -> Got {
        self.ask(self.house.http.get(self.url(path)), cookie).await
    }

    async fn post(&self, path: &str, form: &[(&str, &str)], cookie: &str) -> Got {
        self.ask(self.house.http.post(self.url(path)).form(form), cookie).await
    }

    /// A computer asks for a code: its cookie.
    async fn begin(&self) -> String {
        let got = self.post("/login/wechat", &[("intent", "begin"), ("next", "/messages?state=failed")], "").await;
        assert_eq!((got.status, got.to.as_str()), (303, "/login/wechat?next=%2Fmessages%3Fstate%3Dfailed"), "{}", got.page);
        let raw = got.cookies.iter().find(|cookie| cookie.starts_with("scan=")).unwrap();
        assert!(raw.contains("HttpOnly") && raw.contains("SameSite=Strict"), "{raw}");
        got.cookie("scan")
    }

    /// The address of the code. The page shows it as a picture only; it is read out of memory by its looks in the page.
    async fn code(&self, computer: &str) -> String {
        let page = self.get("/login/wechat", computer).await.page;
        assert!(page.contains("登录用的二维码") && page.contains("data-poll"), "{page}");
        page.split("/scan/").nth(1).map(|rest| rest[..32].to_owned()).unwrap()
    }

    /// What the computer shows after the code was opened.
    async fn number(&self, computer: &str) -> String {
        let page = self.get("/login/wechat", computer).await.page;
        assert!(page.contains("已扫码"), "{page}");
        page.split("scan-number\"><strong>").nth(1).unwrap()[..2].to_owned()
    }

    /// A person's phone opens a code and comes back from WeChat.
    async fn opens(&self, code: &str, openid: &str, snapshot: bool) -> Got {
        let start = self.get(&format!("/scan/{code}"), "").await;
        assert_eq!(start.status, 303, "{}", start.page);
        assert!(start.to.contains("&scope=snsapi_base&state="), "{}", start.to);
        let state = start.to.split("&state=").nth(1).unwrap().trim_end_matches("#wechat_redirect");
        let account = self.house.app.accounts.get(APP).unwrap();
        let ask = json!({"app_id": APP, "openid": openid, "scope": "snsapi_base", "snapshot": snapshot});
        let (_, given) = answer(self.house.http.post(format!("{}/sandbox/code", account.api_base)).json(&ask)).await;
        let back = format!("/oauth/{APP}/callback?code={}&state={state}", given["code"].as_str().unwrap());
        let back = self.get(&back, &start.cookie(&format!("oauth_{state}"))).await;
        assert!(back.to.starts_with(&format!("/scan/{code}/back?ticket=")) || back.to.contains("/back?ticket="), "{}", back.to);
        self.get(&back.to, "").await
    }

    /// The same by whoever may: the phone's cookie.
    async fn opened(&self, code: &str) -> String {
        let got = self.opens(code, &self.openid, false).await;
        assert_eq!((got.status, got.to), (303, format!("/scan/{code}/confirm")), "{}", got.page);
        let raw = got.cookies.iter().find(|cookie| cookie.starts_with("scan_phone=")).unwrap();
        assert!(raw.contains("HttpOnly") && raw.contains(&format!("Path=/scan/{code};")), "{raw}");
        raw.split(';').next().unwrap().to_owned()
    }

    async fn types(&self, code: &str, phone: &str, number: &str) -> Got {
        self.post(&format!("/scan/{code}/confirm"), &[("intent", "confirm"), ("number", number)], phone).await
    }

    /// Computer, code, phone and number of a code that was opened.
    async fn ready(&self) -> (String, String, String, String) {
        let computer = self.begin().await;
        let code = self.code(&computer).await;
        let phone = self.opened(&code).await;
        let number = self.number(&computer).await;
        (computer, code, phone, number)
    }

    async fn sessions(&self) -> i64 {
        sqlx::query_scalar("select count(*) from sessions").fetch_one(self.house.app.core.db.read()).await.unwrap()
    }
}

#[tokio::test]
async fn a_scan_a_number_and_the_computer_is_signed_in_once() {
    let scene = Scene::new().await;
    assert!(scene.get("/login?next=%2Fmedia", "").await.page.contains("action=\"/login/wechat\""));
    let (computer, code, phone, number) = scene.ready().await;
    let asked = scene.get(&format!("/scan/{code}/confirm"), &phone).await.page;
    assert!(asked.contains("周敏") && asked.contains("Chrome · Windows") && asked.contains("127.0.0.1"), "{asked}");
    assert!(!asked.contains(&scene.openid) && !asked.contains(&format!(">{number}<")), "{asked}");
    assert!(!scene.get("/login/wechat", &computer).await.signed_in(), "nothing before one agrees");
    let done = scene.types(&code, &phone, &number).await;
    assert!(done.status == 200 && done.page.contains("已确认"), "{}", done.page);
    assert_eq!(scene.types(&code, &phone, &number).await.status, 200, "a double tap is one answer");
    // Another browser gets nothing out of it, and looking is not entering.
    assert!(!scene.get("/login/wechat", "").await.signed_in() && !scene.get("/login/wechat", "scan=guessed").await.signed_in());
    let head = scene.ask(scene.house.http.head(scene.url("/login/wechat")), &computer).await;
    assert!(!head.signed_in() && scene.sessions().await == 0);
    let page = "/login/wechat?next=%2Fmessages%3Fstate%3Dfailed";
    let entered = scene.get(page, &computer).await;
    assert_eq!((entered.status, entered.to.as_str(), entered.signed_in()), (303, "/messages?state=failed", true));
    assert!(entered.cookie("scan").ends_with('='), "the code's cookie is taken away");
    let session = entered.cookie("wxdesk");
    assert_eq!(scene.get("/messages", &session).await.status, 200);
    assert_eq!(scene.get("/users", &session).await.status, 403, "roles as ever");
    assert_eq!(scene.get(page, &session).await.to, "/messages?state=failed", "the page that polls goes on");
    // Once: neither the computer nor the phone can do it again.
    let again = scene.get("/login/wechat", &computer).await;
    assert!(!again.signed_in() && again.page.contains("这个二维码已失效"), "{}", again.page);
    assert_eq!(scene.types(&code, &phone, &number).await.status, 410);
    assert_eq!(scene.get(&format!("/scan/{code}"), "").await.status, 410);
    let detail: String = sqlx::query_scalar("select detail from audit where action = 'session.opened'")
        .fetch_one(scene.house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!((detail.as_str(), scene.sessions().await), ("{\"by\":\"wechat\"}", 1));
}

#[tokio::test]
async fn a_wrong_number_a_no_and_the_time_end_a_code() {
    let scene = Scene::new().await;
    let (computer, code, phone, number) = scene.ready().await;
    let other = if number == "10" { "11" } else { "10" };
    let wrong = scene.types(&code, &phone, other).await;
    assert!(wrong.status == 422 && wrong.page.contains("号码不对"), "{}", wrong.page);
    assert_eq!(scene.types(&code, &phone, &number).await.status, 410, "the right one comes too late");
    let page = scene.get("/login/wechat", &computer).await;
    assert!(!page.signed_in() && page.page.contains("号码不对，这个二维码已作废") && !page.page.contains("data-poll"), "{}", page.page);

    let (computer, code, phone, number) = scene.ready().await;
    let no = scene.post(&format!("/scan/{code}/confirm"), &[("intent", "refuse")], &phone).await;
    assert!(no.status == 200 && no.page.contains("没有登录"), "{}", no.page);
    assert_eq!(scene.types(&code, &phone, &number).await.status, 410);
    assert!(scene.get("/login/wechat", &computer).await.page.contains("手机上没有同意登录"));

    // Somebody who agreed and thinks again is still in time.
    let (computer, code, phone, number) = scene.ready().await;
    assert_eq!(scene.types(&code, &phone, &number).await.status, 200);
    scene.post(&format!("/scan/{code}/confirm"), &[("intent", "refuse")], &phone).await;
    assert!(!scene.get("/login/wechat", &computer).await.signed_in());

    let (computer, code, phone, number) = scene.ready().await;
    scene.clock.advance(Duration::from_secs(180));
    assert_eq!(scene.types(&code, &phone, &number).await.status, 410);
    assert!(scene.get("/login/wechat", &computer).await.page.contains("这个二维码已失效"));
    // Agreed to in time, but never fetched.
    let (computer, code, phone, number) = scene.ready().await;
    assert_eq!(scene.types(&code, &phone, &number).await.status, 200);
    scene.clock.advance(Duration::from_secs(180));
    assert!(!scene.get("/login/wechat", &computer).await.signed_in());
    // A new code ends the one before.
    let first = scene.begin().await;
    let code = scene.code(&first).await;
    scene.post("/login/wechat", &[("intent", "begin")], &first).await;
    assert_eq!(scene.get(&format!("/scan/{code}"), "").await.status, 410);
    assert_eq!(scene.sessions().await, 0);
}

#[tokio::test]
async fn a_code_is_one_phone_s() {
    let scene = Scene::new().await;
    let (computer, code, phone, number) = scene.ready().await;
    // Whoever has neither the phone nor its cookie is told nothing, not even the name.
    for cookie in ["", "scan_phone=guessed", computer.as_str()] {
        let page = scene.get(&format!("/scan/{code}/confirm"), cookie).await;
        assert!(page.status == 410 && !page.page.contains("周敏"), "{}", page.page);
        assert_eq!(scene.types(&code, cookie, &number).await.status, 410);
    }
    assert_eq!(scene.get(&format!("/scan/{code}"), "").await.status, 410, "opened already");
    let (other, ..) = scene.ready().await;
    assert_eq!(scene.types(&code, &phone, &number).await.status, 200);
    assert!(!scene.get("/login/wechat", &other).await.signed_in(), "another code's browser");
    assert!(scene.get("/login/wechat", &computer).await.signed_in());
}

#[tokio::test]
async fn who_may_not_hears_the_same_whatever_the_reason() {
    let scene = Scene::new().await;
    let (by, users) = (By::command(), scene.house.app.users.clone());
    let stranger = scene.house.sandbox.followers()[5].openid.clone();
    let mut heard = Vec::new();
    let computer = scene.begin().await;
    let code = scene.code(&computer).await;
    heard.push(scene.opens(&code, &stranger, false).await);
    heard.push(scene.opens(&code, &scene.openid, true).await);
    users.set_disabled(&by, &scene.user, true).await.unwrap().unwrap_or_default();
    heard.push(scene.opens(&code, &scene.openid, false).await);
    users.set_disabled(&by, &scene.user, false).await.unwrap().unwrap_or_default();
    users.let_wechat_sign_in(&by, &scene.user, false).await.unwrap();
    heard.push(scene.opens(&code, &scene.openid, false).await);
    users.let_wechat_sign_in(&by, &scene.user, true).await.unwrap();
    // A new password takes it away, whoever bound the phone.
    users.set_password(&by, &scene.user, SecretString::from("another long one")).await.unwrap().unwrap();
    heard.push(scene.opens(&code, &scene.openid, false).await);
    for got in &heard {
        assert!(got.status == 403 && got.page.contains("这个微信不能登录") && got.cookies.is_empty(), "{}", got.page);
        assert!(!got.page.contains("周敏") && !got.page.contains(&scene.openid));
        assert_eq!(got.page, heard[0].page);
    }
    assert!(scene.get("/login/wechat", &computer).await.page.contains("登录用的二维码"), "the computer sees nothing of it");
    // One WeChat is one person: whoever lets it sign in last.
    users.add(&by, "李雷", SecretString::from(PASSWORD), Role::Admin).await.unwrap().unwrap();
    let li = users.id_of("李雷").await.unwrap().unwrap();
    users.let_wechat_sign_in(&by, &scene.user, true).await.unwrap();
    users.bind_wechat(&by, &li, Some((APP.into(), scene.openid.clone()))).await.unwrap();
    assert_eq!(users.by_wechat(APP, &scene.openid).await.unwrap().unwrap().row.name, "周敏");
    users.let_wechat_sign_in(&by, &li, true).await.unwrap();
    assert_eq!(users.by_wechat(APP, &scene.openid).await.unwrap().unwrap().row.name, "李雷");
    assert!(!users.signs_in_by_wechat(&scene.user).await.unwrap());
}

#[tokio::test]
async fn what_changes_after_one_agreed_still_counts() {
    let scene = Scene::new().await;
    let (by, users) = (By::command(), scene.house.app.users.clone());
    for step in 0..3 {
        let (computer, code, phone, number) = scene.ready().await;
        assert_eq!(scene.types(&code, &phone, &number).await.status, 200);
        match step {
            0 => users.set_disabled(&by, &scene.user, true).await.unwrap().unwrap_or_default(),
            1 => users.let_wechat_sign_in(&by, &scene.user, false).await.unwrap(),
            _ => users.choose_scan_account(&by, None).await.unwrap(),
        }
        assert!(!scene.get("/login/wechat", &computer).await.signed_in(), "step {step}");
        users.set_disabled(&by, &scene.user, false).await.unwrap().unwrap_or_default();
        users.let_wechat_sign_in(&by, &scene.user, true).await.unwrap();
    }
    assert_eq!(scene.sessions().await, 0);
    // Switched off, nothing of it is left at the door.
    assert!(!scene.get("/login", "").await.page.contains("/login/wechat"));
    let page = scene.get("/login/wechat", "").await;
    assert!(page.status == 404 && page.page.contains("扫码登录没有开启"), "{}", page.page);
    assert_eq!(scene.post("/login/wechat", &[("intent", "begin")], "").await.to, "/login/wechat");
}

#[tokio::test]
async fn guesses_and_codes_have_their_pace() {
    let scene = Scene::new().await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let (_, code, phone, number) = scene.ready().await;
        let wrong = if number == "10" { "11" } else { "10" };
        statuses.push(scene.types(&code, &phone, wrong).await.status);
        scene.clock.advance(Duration::from_secs(15));
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429], "counted with guesses at the password");
    let form = [("name", "周敏"), ("password", PASSWORD)];
    assert_eq!(scene.post("/login", &form, "").await.status, 429);
    let many: Vec<u16> = {
        let mut all = Vec::new();
        for _ in 0..25 {
            all.push(scene.post("/login/wechat", &[("intent", "begin")], "").await.status);
        }
        all
    };
    assert!(many.contains(&303) && many.last() == Some(&429), "{many:?}");
}

#[tokio::test]
async fn an_admin_opens_it_and_binding_takes_the_password_then() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let by = By::command();
    house.app.users.add(&by, "李雷", SecretString::from(PASSWORD), Role::Admin).await.unwrap().unwrap();
    let (user, openid) = (house.app.users.id_of("李雷").await.unwrap().unwrap(), house.sandbox.followers()[3].openid.clone());
    house.app.users.bind_wechat(&by, &user, Some((APP.into(), openid.clone()))).await.unwrap();
    let scene = Scene { house, clock, user, openid };
    let users = scene.house.app.users.clone();
    let login = scene.post("/login", &[("name", "李雷"), ("password", PASSWORD)], "").await;
    let session = login.cookie("wxdesk");
    assert!(!scene.get("/profile/wechat", &session).await.page.contains("微信扫码登录"), "off for everybody");
    assert_eq!(scene.post("/settings", &[("scan", "wx-unknown")], &session).await.status, 404);
    assert_eq!(scene.post("/settings", &[("scan", APP)], &session).await.status, 303);
    assert_eq!(users.scan_account().await.unwrap().as_deref(), Some(APP));
    // What was bound before without a password signs nobody in.
    assert_eq!(users.by_wechat(APP, &scene.openid).await.unwrap().map(|user| user.row.name.clone()), None);
    assert!(scene.get("/profile/wechat", &session).await.page.contains("开启扫码登录"));
    let wrong = scene.post("/profile/wechat", &[("intent", "scan-on"), ("password", "not it at all")], &session).await;
    assert!(wrong.status == 422 && wrong.page.contains("密码不对"), "{}", wrong.page);
    assert!(!users.signs_in_by_wechat(&scene.user).await.unwrap());
    scene.post("/profile/wechat", &[("intent", "scan-on"), ("password", PASSWORD)], &session).await;
    assert!(users.signs_in_by_wechat(&scene.user).await.unwrap());
    assert!(scene.get("/profile/wechat", &session).await.page.contains("关闭扫码登录"));
    scene.post("/profile/wechat", &[("intent", "scan-off")], &session).await;
    assert!(!users.signs_in_by_wechat(&scene.user).await.unwrap());
    assert_eq!(scene.post("/profile/wechat", &[("intent", "confirm")], &session).await.status, 422, "binding takes it too");
    let acts: Vec<String> = sqlx::query_scalar("select action from audit where action like '%wechat_sign_in%' or action = 'scan.changed'")
        .fetch_all(scene.house.app.core.db.read())
        .await
        .unwrap();
    assert_eq!(acts, ["scan.changed", "user.wechat_sign_in_on", "user.wechat_sign_in_off"]);
}
