//! What cannot be taken back asks first: a GET changes nothing, says to whom it happens, and offers the way back.

use reqwest::{Response, header};
use secrecy::SecretString;
use wxdesk::{
    features::users::server::people::By,
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

struct Desk {
    house: House,
    admin: String,
}

impl Desk {
    async fn build() -> Self {
        let house = House::build_with(&[], Clock::manual(NOON)).await;
        for (name, role) in [("周敏", Role::Admin), ("li", Role::Sender)] {
            house.app.users.add(&By::command(), name, SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        }
        let mut desk = Self { house, admin: String::new() };
        desk.admin = desk.cookie("周敏").await;
        desk
    }

    async fn cookie(&self, name: &str) -> String {
        let response = self.post("/login", "", &[("name", name), ("password", PASSWORD)]).await;
        response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    async fn post(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Response {
        let request = self.house.http.post(format!("{}{path}", self.house.base)).header(header::COOKIE, cookie);
        request.form(form).send().await.unwrap()
    }

    async fn page(&self, path: &str, cookie: &str) -> (u16, String) {
        let request = self.house.http.get(format!("{}{path}", self.house.base)).header(header::COOKIE, cookie);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

#[tokio::test]
async fn switching_somebody_off_asks_first_and_can_be_undone() {
    let desk = Desk::build().await;
    let li = desk.cookie("li").await;
    let id = desk.house.app.users.id_of("li").await.unwrap().unwrap();
    let path = format!("/users/{id}");
    let (status, page) = desk.page(&format!("{path}/disable"), &desk.admin).await;
    assert!(status == 200 && page.contains("停用“li”") && page.contains("1 台设备") && page.contains("确认停用"), "{page}");
    assert!(page.contains(&format!("href=\"{path}\"")) && page.contains("取消"), "{page}");
    assert_eq!(desk.page("/profile", &li).await.0, 200, "asking changes nothing");
    assert_eq!(desk.post(&path, &desk.admin, &[("intent", "disable")]).await.status(), 404, "no way around the question");

    assert_eq!(desk.post(&format!("{path}/disable"), &desk.admin, &[]).await.status(), 303);
    assert_eq!(desk.page("/profile", &li).await.0, 303);
    let (_, page) = desk.page(&path, &desk.admin).await;
    assert!(page.contains("重新启用"), "{page}");
    assert_eq!(desk.post(&path, &desk.admin, &[("intent", "enable")]).await.status(), 303);
    assert_eq!(desk.post("/login", "", &[("name", "li"), ("password", PASSWORD)]).await.status(), 303);

    let own = desk.house.app.users.id_of("周敏").await.unwrap().unwrap();
    let refused = desk.post(&format!("/users/{own}/disable"), &desk.admin, &[]).await;
    assert_eq!(refused.status(), 422);
    assert!(refused.text().await.unwrap().contains("至少保留一位管理员"));
    assert_eq!(desk.page("/users/nobody/disable", &desk.admin).await.0, 404);
}

#[tokio::test]
async fn signing_devices_out_names_them_first() {
    let desk = Desk::build().await;
    let (second, third) = (desk.cookie("周敏").await, desk.cookie("周敏").await);
    let (_, page) = desk.page("/profile", &desk.admin).await;
    let at = page.find("/profile/sign-out?session=").unwrap();
    let one = page[at..].split('"').next().unwrap().to_owned();
    let (status, page) = desk.page(&one, &desk.admin).await;
    assert!(status == 200 && page.contains("让这台设备退出？") && page.contains("127.0.0.1"), "{page}");
    let mark = one.split_once('=').unwrap().1;
    assert_eq!(desk.post("/profile/sign-out", &desk.admin, &[("session", mark)]).await.status(), 303);
    let living = [desk.page("/profile", &second).await.0, desk.page("/profile", &third).await.0];
    assert_eq!(living.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(desk.page(&one, &desk.admin).await.0, 303, "it is gone already");

    let (status, page) = desk.page("/profile/sign-out", &desk.admin).await;
    assert!(status == 200 && page.contains("让其他设备全部退出？"), "{page}");
    assert_eq!(desk.post("/profile/sign-out", &desk.admin, &[]).await.status(), 303);
    assert_eq!([desk.page("/profile", &second).await.0, desk.page("/profile", &third).await.0], [303, 303]);
    assert_eq!(desk.page("/profile", &desk.admin).await.0, 200);
}

#[tokio::test]
async fn a_token_that_cannot_be_fetched_is_an_error_and_no_toast() {
    let desk = Desk::build().await;
    desk.house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    desk.house.sandbox.set_dials(Dials { ip_denied: Some("203.0.113.24".into()), ..Dials::default() });
    let refused = desk.post("/tokens", &desk.admin, &[("intent", "refresh")]).await;
    assert_eq!(refused.status(), 502);
    assert!(refused.headers().get(header::SET_COOKIE).is_none(), "nothing rides along as a success");
    let page = refused.text().await.unwrap();
    let page = scraper::Html::parse_document(&page);
    let notice = scraper::Selector::parse(".notice-bad[role=alert]").unwrap();
    let notice: String = page.select(&notice).next().expect("a notice").text().collect();
    assert!(notice.contains("没有取到新令牌") && notice.contains("白名单") && notice.contains("40164"), "{notice}");
    assert!(page.select(&scraper::Selector::parse(".toast").unwrap()).next().is_none());
}
