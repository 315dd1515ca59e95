//! Accounts from outside: the forms, what WeChat answers to them, the files of domains, the lock, the description of the API.

use std::collections::HashMap;

use reqwest::header;
use secrecy::SecretString;
use serde_json::Value;
use wxdesk::{
    features::{
        accounts::server::{lock_in, sending_locked},
        users::server::people::By,
    },
    sandbox::{self, SANDBOX_APP_ID, SANDBOX_SECRET},
    server::router,
    shared::rights::Role,
};

use super::house::{House, PASSWORD};

/// A signed-in administrator.
struct Admin {
    house: House,
    cookie: String,
}

impl Admin {
    async fn build() -> Self {
        let house = House::build().await;
        house.app.users.add(&By::command(), "admin", SecretString::from(PASSWORD), Role::Admin).await.unwrap().unwrap();
        let form = HashMap::from([("name", "admin"), ("password", PASSWORD)]);
        let response = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { house, cookie }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.house.base)
    }

    async fn page(&self, path: &str) -> (u16, String) {
        let response = self.house.http.get(self.url(path)).header(header::COOKIE, &self.cookie).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// Posts a form; gives status, place and page.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, String, String) {
        let request = self.house.http.post(self.url(path)).header(header::COOKIE, &self.cookie).form(form);
        let response = request.send().await.unwrap();
        let to = response.headers().get(header::LOCATION).map_or("", |to| to.to_str().unwrap()).to_owned();
        (response.status().as_u16(), to, response.text().await.unwrap())
    }
}

#[tokio::test]
async fn an_account_is_kept_whatever_wechat_says_and_what_it_says_is_shown() {
    let admin = Admin::build().await;
    let base = admin.house.app.accounts.get(SANDBOX_APP_ID).unwrap().api_base.clone();
    let form =
        [("app_id", "wx2"), ("secret", "canary-secret"), ("name", "第二个"), ("api_base", &base), ("js_domains", "A.example\r\nb.example")];
    let (status, to, _) = admin.post("/accounts/new", &form).await;
    assert_eq!((status, to.as_str()), (303, "/accounts/wx2"));
    let (status, page) = admin.page("/accounts/wx2").await;
    // The simulator does not know this AppID.
    assert!(status == 200 && page.contains("40013") && page.contains("AppID 不对"), "{page}");
    assert!(!page.contains("canary-secret"));
    let account = admin.house.app.accounts.get("wx2").unwrap();
    assert_eq!(account.js_domains, ["a.example", "b.example"]);
    assert_eq!(admin.post("/accounts/new", &form).await.0, 422, "twice");

    // The simulator's own account, with a wrong secret and then with the right one.
    let path = format!("/accounts/{SANDBOX_APP_ID}");
    for (secret, said) in [("wrong", "AppSecret 不对"), (SANDBOX_SECRET, "取到了 access_token")] {
        assert_eq!(admin.post(&path, &[("intent", "secret"), ("secret", secret)]).await.0, 303);
        assert_eq!(admin.post(&path, &[("intent", "check")]).await.0, 303);
        let (_, page) = admin.page(&path).await;
        assert!(page.contains(said), "{page}");
    }
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_but_no_secret() {
    let admin = Admin::build().await;
    let form = [
        ("app_id", "wx 2"),
        ("secret", "canary-secret"),
        ("name", "第二个"),
        ("js_domains", "https://a.example"),
        ("callback_token", "canary-token"),
    ];
    let (status, _, page) = admin.post("/accounts/new", &form).await;
    assert_eq!(status, 422);
    assert!(page.contains("value=\"wx 2\"") && page.contains("第二个") && page.contains("https://a.example"), "{page}");
    for field in ["app_id", "js_domains", "callback_token"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}: {page}");
    }
    assert!(!page.contains("canary"));
    assert!(admin.house.app.accounts.get("wx2").is_none());

    let path = format!("/accounts/{SANDBOX_APP_ID}");
    let (status, _, page) = admin.post(&path, &[("intent", "domains"), ("js_domains", "a/b"), ("h5_origins", "")]).await;
    assert!(status == 422 && page.contains(">\na/b</textarea>"), "{page}");
    assert_eq!(admin.house.app.accounts.get(SANDBOX_APP_ID).unwrap().js_domains, ["h5.example.com"]);
    assert_eq!(admin.post(&path, &[("intent", "nonsense")]).await.0, 404);
    assert_eq!(admin.post("/accounts/nobody", &[("intent", "check")]).await.0, 404);
}

#[tokio::test]
async fn a_token_and_key_are_made_shown_once_and_proved_by_the_handshake() {
    let admin = Admin::build().await;
    let path = format!("/accounts/{SANDBOX_APP_ID}");
    let (status, _, page) = admin.post(&path, &[("intent", "generate"), ("forward_callback", "https://other.example/wx")]).await;
    let value = |id: &str| {
        let html = scraper::Html::parse_document(&page);
        let selector = scraper::Selector::parse(&format!("#{id}")).unwrap();
        html.select(&selector).next().unwrap().attr("value").unwrap().to_owned()
    };
    let (token, key) = (value("callback_token"), value("aes_key"));
    assert_eq!((status, token.len(), key.len()), (200, 32, 43));
    assert_eq!(value("forward_callback"), "https://other.example/wx", "what was typed stays");
    assert!(admin.house.app.accounts.get(SANDBOX_APP_ID).unwrap().callback_token.is_none(), "nothing is kept before 保存");

    let form = [("intent", "callback"), ("callback_token", &token), ("aes_key", &key), ("callback_mode", "safe"), ("forward_callback", "")];
    assert_eq!(admin.post(&path, &form).await.0, 303);
    let (_, page) = admin.page(&path).await;
    assert!(!page.contains(&token) && !page.contains(&key), "write-only");
    admin.post(&path, &[("intent", "check")]).await;
    let (_, page) = admin.page(&path).await;
    assert!(page.contains("回答正确"), "the server answers its own handshake: {page}");

    // Asking changes nothing; the answer does.
    let off = format!("{path}/callback-off");
    let (status, page) = admin.page(&off).await;
    assert!(status == 200 && page.contains("停用消息推送？") && page.contains("收不到送达回执"), "{page}");
    assert!(admin.house.app.accounts.get(SANDBOX_APP_ID).unwrap().callback_token.is_some());
    assert_eq!(admin.post(&off, &[]).await.0, 303);
    let account = admin.house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    assert!(account.callback_token.is_none() && account.aes_key.is_none());
    assert_eq!(admin.page(&off).await.0, 303, "there is nothing left to ask about");
}

#[tokio::test]
async fn verification_files_are_served_from_the_root_under_any_name() {
    let admin = Admin::build().await;
    let path = format!("/accounts/{SANDBOX_APP_ID}");
    let file = [("intent", "file"), ("file_name", "MP_verify_aB3.txt"), ("file_text", "aB3dE6gH9jK2mN5p\n")];
    assert_eq!(admin.post(&path, &file).await.0, 303);
    let request = admin.house.http.get(admin.url("/MP_verify_aB3.txt")).header(header::HOST, "h5.example.com");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(response.text().await.unwrap(), "aB3dE6gH9jK2mN5p");
    for other in ["/MP_verify_other.txt", "/revision.txt", "/..%2fMP_verify_aB3.txt", "/MP_verify_aB3.txt%00", "/%ff.txt"] {
        assert_eq!(admin.page(other).await.0, 404, "{other}");
    }
    let foreign = admin.house.http.get(admin.url("/login")).header(header::HOST, "h5.example.com").send().await.unwrap();
    assert_eq!(foreign.status(), 421, "nothing else answers under a foreign name");
    let remove = format!("{path}/files/MP_verify_aB3.txt/remove");
    let (status, page) = admin.page(&remove).await;
    assert!(status == 200 && page.contains("确认删除") && page.contains("value=\"aB3dE6gH9jK2mN5p\""), "{page}");
    assert_eq!(admin.page(&format!("{path}/files/none.txt/remove")).await.0, 404);
    assert_eq!(admin.page("/MP_verify_aB3.txt").await.0, 200, "asking takes nothing away");
    assert_eq!(admin.post(&remove, &[]).await.0, 303);
    assert_eq!(admin.page("/MP_verify_aB3.txt").await.0, 404);
}

#[tokio::test]
async fn the_settings_page_takes_the_lock_off() {
    let admin = Admin::build().await;
    let db = admin.house.app.core.db.clone();
    assert!(!admin.page("/settings").await.1.contains("解除锁定"));
    db.write(|connection| Box::pin(async move { lock_in(connection).await })).await.unwrap();
    let (status, page) = admin.page("/settings").await;
    assert!(status == 200 && page.contains("解除锁定") && page.contains("--signature-rate"), "{page}");
    let (status, page) = admin.page("/settings/unlock").await;
    assert!(status == 200 && page.contains("原来的服务已停，确认解除") && sending_locked(db.read()).await.unwrap(), "{page}");
    assert_eq!(admin.post("/settings/unlock", &[]).await.0, 303);
    assert!(!sending_locked(db.read()).await.unwrap());
}

#[tokio::test]
async fn every_call_for_programs_is_described() {
    let admin = Admin::build().await;
    let (status, document) = admin.house.get("/api/v1/openapi.json").await;
    assert_eq!((status, document["openapi"].as_str().map(|version| &version[..3])), (200, Some("3.1")));
    for entry in router::entries(&admin.house.app) {
        if entry.path == "/api/v1/openapi.json" || !entry.path.starts_with("/api/") {
            continue;
        }
        let about = &document["paths"][entry.path][entry.method.as_str().to_lowercase()];
        assert!(about.is_object(), "{} {} is not described", entry.method, entry.path);
        let scoped = format!("{:?}", entry.access).starts_with("Scope");
        let named = about["security"][0]["key"].as_array().is_some_and(|scopes| !scopes.is_empty());
        assert_eq!(scoped, named, "{} {} and its scope: {}", entry.method, entry.path, about["security"]);
    }
    let (status, page) = admin.page("/docs").await;
    assert_eq!(status, 200);
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.contains(path.as_str()), "{path} is not on the page");
    }
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], Value::from("bearer"));
}

#[tokio::test]
async fn the_reference_speaks_the_readers_language_and_the_file_stays_english() {
    let admin = Admin::build().await;
    let zh = admin.page("/docs").await.1;
    assert!(zh.contains("公众号的 access token。") && zh.contains("第一只鸟") && !zh.contains("The account's access token."), "{zh}");
    let cookie = format!("{}; lang=en", admin.cookie);
    let get = admin.house.http.get(format!("{}/docs", admin.house.base)).header(header::COOKIE, cookie);
    let en = get.send().await.unwrap().text().await.unwrap();
    assert!(en.contains("The account's access token.") && en.contains("The first bird") && !en.contains("公众号的 access token"), "{en}");
    let (_, file) = admin.house.get("/api/v1/openapi.json").await;
    assert_eq!(file["paths"]["/api/v1/access-token"]["get"]["summary"], Value::from("The account's access token."));
}

#[tokio::test]
async fn the_search_finds_the_account() {
    let admin = Admin::build().await;
    let (status, page) = admin.page("/search?q=%E9%9D%92%E7%A6%BE").await;
    assert!(status == 200 && page.contains(&format!("/accounts/{}", sandbox::SANDBOX_APP_ID)), "{page}");
    assert!(admin.page("/search?q=%3Cscript%3E").await.1.contains("value=\"&lt;script&gt;\""));
}
