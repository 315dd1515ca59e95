//! Signing in as browsers do it: sessions that end, guesses that are slowed down, set-up that closes.

use std::time::Duration;

use reqwest::{Response, header};
use secrecy::SecretString;
use wxdesk::{features::users::server::people::By, infra::clock::Clock, shared::rights::Role};

use super::house::{House, NOON, PASSWORD};

async fn house(options: &[&str]) -> (House, Clock) {
    let clock = Clock::manual(NOON);
    let house = House::build_with(options, clock.clone()).await;
    house.app.users.add(&By::command(), "周敏", SecretString::from(PASSWORD), Role::Admin).await.unwrap().unwrap();
    house.app.users.add(&By::command(), "li", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
    (house, clock)
}

async fn post(house: &House, path: &str, cookie: &str, form: &[(&str, &str)]) -> Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

async fn login(house: &House, name: &str, password: &str, cookie: &str) -> Response {
    post(house, "/login", cookie, &[("name", name), ("password", password), ("next", "/profile")]).await
}

fn set(response: &Response) -> String {
    response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned()
}

async fn cookie(house: &House, name: &str) -> String {
    let response = login(house, name, PASSWORD, "").await;
    assert_eq!((response.status().as_u16(), response.headers()[header::LOCATION].to_str().unwrap()), (303, "/profile"));
    set(&response).split(';').next().unwrap().to_owned()
}

async fn status(house: &House, path: &str, cookie: &str) -> u16 {
    house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap().status().as_u16()
}

fn after(clock: &Clock, minutes: u64) {
    clock.advance(Duration::from_secs(minutes * 60));
}

#[tokio::test]
async fn a_session_has_an_id_of_our_own_and_ends_with_it() {
    let (house, _) = house(&[]).await;
    let planted = "wxdesk=AAAAAAAAAAAAAAAAAAAAAA";
    let response = login(&house, "周敏", PASSWORD, planted).await;
    let said = set(&response);
    assert!(said.starts_with("wxdesk=") && !said.starts_with(planted), "{said}");
    assert!(said.contains("HttpOnly") && said.contains("SameSite=Lax") && said.contains("Path=/"), "{said}");
    let first = said.split(';').next().unwrap().to_owned();
    assert_eq!((status(&house, "/profile", &first).await, status(&house, "/profile", planted).await), (200, 303));

    let second = set(&login(&house, "周敏", PASSWORD, &first).await).split(';').next().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!((status(&house, "/profile", &first).await, status(&house, "/profile", &second).await), (303, 200));
    assert_eq!(post(&house, "/logout", &second, &[]).await.status(), 303);
    assert_eq!(status(&house, "/profile", &second).await, 303);
}

#[tokio::test]
async fn idle_sessions_end_and_no_session_outlives_half_a_day() {
    let (house, clock) = house(&[]).await;
    let idle = cookie(&house, "周敏").await;
    after(&clock, 29);
    assert_eq!(status(&house, "/profile", &idle).await, 200);
    after(&clock, 29);
    assert_eq!(status(&house, "/profile", &idle).await, 200, "use keeps it alive");
    after(&clock, 30);
    assert_eq!(status(&house, "/profile", &idle).await, 303);
    let busy = cookie(&house, "周敏").await;
    for _ in 0..35 {
        after(&clock, 20);
        assert_eq!(status(&house, "/profile", &busy).await, 200);
    }
    after(&clock, 20);
    assert_eq!(status(&house, "/profile", &busy).await, 303);
}

#[tokio::test]
async fn who_loses_rights_loses_sessions() {
    let (house, _) = house(&[]).await;
    let id = house.app.users.id_of("li").await.unwrap().unwrap();
    let by = By::command();
    let users = &house.app.users;
    let one = cookie(&house, "li").await;
    users.set_role(&by, &id, Role::Reviewer).await.unwrap().unwrap();
    assert_eq!(status(&house, "/profile", &one).await, 303);
    let two = cookie(&house, "li").await;
    users.set_password(&by, &id, SecretString::from(PASSWORD)).await.unwrap().unwrap();
    assert_eq!(status(&house, "/profile", &two).await, 303);
    let three = cookie(&house, "li").await;
    users.set_disabled(&by, &id, true).await.unwrap().unwrap();
    assert_eq!(status(&house, "/profile", &three).await, 303);
    assert_eq!(login(&house, "li", PASSWORD, "").await.status(), 422);
}

#[tokio::test]
async fn one_s_own_password_needs_the_old_one_and_ends_the_others() {
    let (house, _) = house(&[]).await;
    let (here, there) = (cookie(&house, "周敏").await, cookie(&house, "周敏").await);
    let wrong = post(&house, "/profile", &here, &[("intent", "password"), ("old", "not it at all"), ("new", "another password")]).await;
    assert_eq!(wrong.status(), 422);
    assert!(!wrong.text().await.unwrap().contains("another password"), "passwords are never typed back");
    let done = post(&house, "/profile", &here, &[("intent", "password"), ("old", PASSWORD), ("new", "another password")]).await;
    assert_eq!(done.status(), 303);
    let cookies: Vec<_> = done.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap()).collect();
    let now = cookies.iter().find(|cookie| cookie.starts_with("wxdesk=")).unwrap().split(';').next().unwrap();
    for (old, wanted) in [(here.as_str(), 303), (&there, 303), (now, 200)] {
        assert_eq!(status(&house, "/profile", old).await, wanted);
    }
    assert_eq!(login(&house, "周敏", PASSWORD, "").await.status(), 422);
}

#[tokio::test]
async fn guesses_are_slowed_down_and_all_look_alike() {
    let (house, clock) = house(&[]).await;
    let mut pages = Vec::new();
    for name in ["周敏", "nobody"] {
        let response = login(&house, name, "wrong <guess>", "").await;
        assert_eq!(response.status(), 422);
        let page = response.text().await.unwrap();
        assert!(page.contains("账号或密码不对") && page.contains(&format!("value=\"{name}\"")) && !page.contains("guess"), "{page}");
        pages.push(page.replace(name, "NAME"));
    }
    assert_eq!(pages[0], pages[1]);
    for _ in 0..4 {
        assert_eq!(login(&house, "周敏", "wrong", "").await.status(), 422);
    }
    let response = login(&house, "周敏", PASSWORD, "").await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[header::RETRY_AFTER], "300");
    assert!(response.text().await.unwrap().contains("尝试太多次，请 5 分钟后再试"));
    after(&clock, 5);
    assert_eq!(login(&house, "周敏", PASSWORD, "").await.status(), 303);
}

#[tokio::test]
async fn behind_https_cookies_are_bound_to_the_host() {
    let (house, _) = house(&["--public-url=https://wx.example.com"]).await;
    let said = set(&login(&house, "周敏", PASSWORD, "").await);
    assert!(said.starts_with("__Host-wxdesk=") && said.contains("Secure") && said.contains("Path=/") && !said.contains("Domain"), "{said}");
    let cookie = said.split(';').next().unwrap();
    assert_eq!(status(&house, "/profile", cookie).await, 200);
    assert_eq!(status(&house, "/profile", &cookie.replace("__Host-", "")).await, 303);
    // The account's cookie and the flash's removal are made far from whoever knows of https.
    let page = format!("{}/a/{}/media", house.base, wxdesk::sandbox::SANDBOX_APP_ID);
    let page = house.http.get(page).header(header::COOKIE, format!("{cookie}; flash=x")).send().await.unwrap();
    let cookies: Vec<_> = page.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|cookie| cookie.starts_with("account=")) && cookies.iter().any(|cookie| cookie.starts_with("flash=")));
    assert!(cookies.iter().all(|cookie| cookie.matches("; Secure").count() == 1), "{cookies:?}");
}

#[tokio::test]
async fn nothing_on_disk_signs_anybody_in() {
    let (house, _) = house(&[]).await;
    let cookie = cookie(&house, "周敏").await;
    let value = cookie.split_once('=').unwrap().1.as_bytes();
    let files = std::fs::read_dir(house.folder.path().join("data")).unwrap().flatten().filter(|file| file.path().is_file());
    let mut read = 0;
    for file in files {
        let bytes = std::fs::read(file.path()).unwrap();
        read += bytes.len();
        for secret in [value, PASSWORD.as_bytes()] {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{:?}", file.path());
        }
    }
    assert!(read > 10_000);
}

#[tokio::test]
async fn set_up_makes_one_admin_and_closes() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    let link = house.app.users.offer_setup().await.unwrap().unwrap();
    let path = &link[link.find("/setup").unwrap()..];
    assert_eq!((status(&house, "/setup?token=wrong", "").await, status(&house, path, "").await), (403, 200));
    assert_eq!(post(&house, "/setup?token=wrong", "", &[("name", "a"), ("password", PASSWORD)]).await.status(), 403);
    let refused = post(&house, path, "", &[("name", "周敏"), ("password", "short")]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("value=\"周敏\""));
    let done = post(&house, path, "", &[("name", "周敏"), ("password", PASSWORD)]).await;
    assert_eq!((done.status().as_u16(), done.headers()[header::LOCATION].to_str().unwrap()), (303, "/setup"));
    let cookie = set(&done).split(';').next().unwrap().to_owned();
    assert_eq!((status(&house, "/setup", &cookie).await, status(&house, "/users", &cookie).await), (200, 200));
    assert_eq!(status(&house, path, "").await, 410);
    assert_eq!(post(&house, path, "", &[("name", "b"), ("password", PASSWORD)]).await.status(), 410);
    assert_eq!(house.app.users.offer_setup().await.unwrap(), None);
}

#[tokio::test]
async fn a_new_key_is_shown_once_and_a_developer_sees_only_their_own() {
    let (house, _) = house(&[]).await;
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    let (admin, dev) = (cookie(&house, "周敏").await, cookie(&house, "dev").await);
    let form = [("name", "教务系统"), ("scope", "messages:read"), ("days", "90"), ("addresses", "")];
    let page = post(&house, "/keys", &admin, &form).await;
    assert_eq!((page.status().as_u16(), page.headers()[header::CACHE_CONTROL].to_str().unwrap()), (200, "no-store"));
    assert!(page.headers().get(header::SET_COOKIE).is_none());
    let text = page.text().await.unwrap();
    let key: String = text[text.find("value=\"wxd_").unwrap() + 7..].chars().take(44).collect();
    let called = |key: String| house.http.get(format!("{}/api/v1/messages", house.base)).bearer_auth(key).send();
    assert_eq!(called(key.clone()).await.unwrap().status(), 200);

    let get = async |cookie: &str| {
        house.http.get(format!("{}/keys", house.base)).header(header::COOKIE, cookie).send().await.unwrap().text().await.unwrap()
    };
    let (admins, devs) = (get(&admin).await, get(&dev).await);
    assert!(admins.contains("教务系统") && !admins.contains(&key) && !devs.contains("教务系统"));
    let id = admins[admins.find("/keys/").unwrap()..].split('/').nth(2).unwrap();
    let (path, rotate, old) = (format!("/keys/{id}/revoke"), format!("/keys/{id}/rotate"), format!("/keys/{id}/old"));
    assert_eq!((status(&house, &rotate, &dev).await, status(&house, &rotate, &admin).await), (404, 200));
    assert_eq!(post(&house, &rotate, &dev, &[("overlap", "24")]).await.status(), 404);
    assert_eq!(post(&house, &rotate, &admin, &[("overlap", "5")]).await.status(), 422);
    assert_eq!(status(&house, &old, &admin).await, 404, "there is no old secret");
    let text = post(&house, &rotate, &admin, &[("overlap", "24")]).await.text().await.unwrap();
    let fresh: String = text[text.find("value=\"wxd_").unwrap() + 7..].chars().take(44).collect();
    assert!(fresh != key && text.contains("旧密钥"), "{text}");
    assert_eq!((called(key.clone()).await.unwrap().status().as_u16(), called(fresh.clone()).await.unwrap().status().as_u16()), (200, 200));
    assert_eq!(post(&house, &rotate, &admin, &[("overlap", "24")]).await.status(), 409);
    assert!(!get(&admin).await.contains(&fresh), "shown once");
    assert_eq!((status(&house, &old, &dev).await, status(&house, &old, &admin).await), (404, 200));
    assert_eq!(post(&house, &old, &admin, &[]).await.status(), 303);
    assert_eq!(called(key).await.unwrap().status(), 401);
    let key = fresh;
    assert_eq!((status(&house, &path, &dev).await, status(&house, &path, &admin).await), (404, 200));
    assert_eq!(post(&house, &path, &dev, &[]).await.status(), 404);
    assert_eq!(called(key.clone()).await.unwrap().status(), 200);
    assert_eq!(post(&house, &path, &admin, &[]).await.status(), 303);
    assert_eq!(called(key).await.unwrap().status(), 401);
}

#[tokio::test]
async fn an_edited_log_is_noticed_and_exported_cells_calculate_nothing() {
    let (house, clock) = house(&[]).await;
    house.app.users.add(&By::command(), "=1+1", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
    let admin = cookie(&house, "周敏").await;
    let sender = cookie(&house, "=1+1").await;
    let get = async |path: &str| {
        house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, &admin).send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(status(&house, "/audit.csv", &sender).await, 403);
    let csv = get("/audit.csv").await;
    assert!(csv.contains(",'=1+1,user,session.opened,") && csv.lines().count() == 6, "{csv}");
    assert!(get("/audit?action=user.created").await.matches("<tr>").count() == 4);
    let log = get("/audit").await;
    assert!(!log.contains("日志被改动过"));
    // What a line is about is a link; people are known to the log by name, and their pages by id.
    let place = "/users/%3D1%2B1";
    assert!(log.contains(&format!("href=\"{place}\"")) && log.contains(">user:=1+1</a>"), "{log}");
    assert!(log.contains("href=\"/accounts/"), "{log}");
    let response = house.http.get(format!("{}{place}", house.base)).header(header::COOKIE, &admin).send().await.unwrap();
    let to = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    assert_eq!(response.status(), 303);
    assert!(get(&to).await.contains("<h1>=1+1</h1>"), "{to}");
    assert_eq!(status(&house, "/users/nobody", &admin).await, 404);
    let edit = house.app.core.db.write(|c| {
        Box::pin(async move { sqlx::query("update audit set actor = 'somebody else' where id = 2").execute(c).await.map(|_| ()) })
    });
    edit.await.unwrap();
    after(&clock, 2);
    assert!(get("/audit").await.contains("日志被改动过"));
}

#[tokio::test]
async fn what_was_typed_outlives_the_session_and_is_sent_only_by_its_writer() {
    let (house, _) = house(&[]).await;
    let sender = cookie(&house, "li").await;
    post(&house, "/logout", &sender, &[]).await;
    let typed = [("name", "li"), ("bio", "第一行\n第二行 & <b>"), ("new_password", "hunter2 hunter2")];
    let stopped = post(&house, "/profile?x=1", &sender, &typed).await;
    assert_eq!(stopped.status().as_u16(), 401);
    let page = stopped.text().await.unwrap();
    let hidden = |name: &str| value_of(&page, name);
    assert_eq!(hidden("next"), "/profile?x=1");
    assert!(!page.contains("hunter2"), "no secret travels through a page that is not signed in");
    let kept = hidden("kept");

    let wrong = post(&house, "/login", "", &[("name", "li"), ("password", "no"), ("next", "/profile?x=1"), ("kept", &kept)]).await;
    assert_eq!((wrong.status().as_u16(), value_of(&wrong.text().await.unwrap(), "kept")), (422, kept.clone()));
    let right = post(&house, "/login", "", &[("name", "li"), ("password", PASSWORD), ("next", "/profile?x=1"), ("kept", &kept)]).await;
    assert_eq!(right.status().as_u16(), 200);
    let again = scraper::Html::parse_document(&right.text().await.unwrap());
    let form = again.select(&scraper::Selector::parse("form.sheet").unwrap()).next().unwrap();
    assert_eq!((form.attr("action"), form.attr("method")), (Some("/profile?x=1"), Some("post")));
    let fields: Vec<_> = form
        .select(&scraper::Selector::parse("textarea").unwrap())
        .map(|field| (field.attr("name").unwrap().to_owned(), field.text().collect::<String>()))
        .collect();
    assert_eq!(fields, [("name".to_owned(), "li".to_owned()), ("bio".to_owned(), "第一行\n第二行 & <b>".to_owned())]);
}

/// The value of a hidden input.
fn value_of(page: &str, name: &str) -> String {
    let page = scraper::Html::parse_document(page);
    let input = scraper::Selector::parse(&format!("input[name={name}]")).unwrap();
    page.select(&input).next().and_then(|input| input.attr("value")).unwrap_or_default().to_owned()
}
