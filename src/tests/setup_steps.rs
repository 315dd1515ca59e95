//! The steps of the first set-up that are tried on the spot: the allow-list, and the JS domains.

use reqwest::header;
use secrecy::SecretString;
use wxdesk::{
    features::users::server::people::By,
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    shared::rights::Role,
};

use super::house::{House, NOON, PASSWORD};

struct Wizard {
    house: House,
    cookie: String,
}

impl Wizard {
    async fn build(dials: Dials, role: Role) -> Self {
        let house = House::build_dialled(dials, Clock::manual(NOON)).await;
        house.app.users.add(&By::command(), "周敏", SecretString::from(PASSWORD), role).await.unwrap().unwrap();
        let login = [("name", "周敏"), ("password", PASSWORD)];
        let response = house.http.post(format!("{}/login", house.base)).form(&login).send().await.unwrap();
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { house, cookie }
    }

    async fn post(&self, form: &[(&str, &str)]) -> (u16, String) {
        let request = self.house.http.post(format!("{}/setup", self.house.base)).header(header::COOKIE, &self.cookie);
        let response = request.form(form).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn page(&self) -> String {
        let request = self.house.http.get(format!("{}/setup", self.house.base)).header(header::COOKIE, &self.cookie);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    }
}

#[tokio::test]
async fn the_allow_list_is_checked_in_place_and_ticks_the_token_too() {
    let refused = Dials { ip_denied: Some("203.0.113.24".into()), ..Dials::default() };
    let wizard = Wizard::build(refused, Role::Admin).await;
    assert_eq!(wizard.post(&[("intent", "connect")]).await.0, 303);
    let page = wizard.page().await;
    assert!(page.contains("value=\"203.0.113.24\"") && page.contains("40164") && page.contains("重新检查"), "{page}");
    assert!(!page.contains("微信接受这台服务器的请求"));

    wizard.house.sandbox.set_dials(Dials { secret_wrong: true, ..Dials::default() });
    assert_eq!(wizard.post(&[("intent", "connect")]).await.0, 303);
    let page = wizard.page().await;
    assert!(page.contains("AppSecret 不对") && page.contains("去改公众号设置") && !page.contains("203.0.113.24"), "{page}");

    wizard.house.sandbox.set_dials(Dials::default());
    assert_eq!(wizard.post(&[("intent", "connect")]).await.0, 303);
    let page = wizard.page().await;
    assert!(page.contains("微信接受这台服务器的请求") && page.contains("令牌有效，会自动刷新"), "{page}");
}

#[tokio::test]
async fn a_domain_is_added_in_place_and_signed_for_trial() {
    let wizard = Wizard::build(Dials::default(), Role::Admin).await;
    wizard.house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    let page = wizard.page().await;
    assert!(page.contains("https://h5.example.com/ 已能签名") && page.contains("这些域名的页面能签名"), "{page}");

    for (typed, said) in [("", "请填写域名"), ("https://new.example.com", "只写主机名，不带 http://")] {
        let (status, page) = wizard.post(&[("intent", "domain"), ("js_domains", typed)]).await;
        assert!(status == 422 && page.contains(said) && page.contains(&format!("value=\"{typed}\"")), "{page}");
    }
    assert_eq!(wizard.post(&[("intent", "domain"), ("js_domains", "New.example.com")]).await.0, 303);
    assert_eq!(wizard.house.app.accounts.get(SANDBOX_APP_ID).unwrap().js_domains, ["h5.example.com", "new.example.com"]);
    let page = wizard.page().await;
    let html = scraper::Html::parse_document(&page);
    let lines = scraper::Selector::parse(".tries > li.is-ok").unwrap();
    assert_eq!(html.select(&lines).count(), 2, "{page}");
    assert!(page.contains("https://new.example.com/ 已能签名"), "{page}");
    // Each leads on to the doctor, which takes its address by post.
    let doctor = scraper::Selector::parse(".tries form[method=post][action='/jssdk'] input[name=url]").unwrap();
    let addresses: Vec<_> = html.select(&doctor).filter_map(|field| field.attr("value")).collect();
    assert_eq!(addresses, ["https://h5.example.com/", "https://new.example.com/"]);
    assert_eq!(wizard.post(&[("intent", "nonsense")]).await.0, 404);
}

#[tokio::test]
async fn nobody_but_an_administrator_tries_anything() {
    let wizard = Wizard::build(Dials::default(), Role::Developer).await;
    assert_eq!(wizard.post(&[("intent", "connect")]).await.0, 403);
    assert_eq!(wizard.post(&[("intent", "domain"), ("js_domains", "new.example.com")]).await.0, 403);
    let stranger = Wizard { cookie: String::new(), ..wizard };
    assert_eq!(stranger.post(&[("intent", "domain"), ("js_domains", "new.example.com")]).await.0, 410, "the link is closed");
    assert_eq!(stranger.house.app.accounts.get(SANDBOX_APP_ID).unwrap().js_domains, ["h5.example.com"]);
}
