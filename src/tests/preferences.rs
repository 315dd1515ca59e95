//! Language, look and single keys as a browser without scripts chooses them.

use reqwest::{Response, header};
use secrecy::SecretString;
use wxdesk::{features::users::server::people::By, shared::rights::Role};

use super::house::{House, PASSWORD};

async fn choose(house: &House, cookie: &str, form: &[(&str, &str)]) -> Response {
    let request = house.http.post(format!("{}/preferences", house.base)).header(header::COOKIE, cookie);
    request.form(form).send().await.unwrap()
}

async fn page(house: &House, path: &str, cookie: &str) -> String {
    let request = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie);
    request.send().await.unwrap().text().await.unwrap()
}

fn set(response: &Response) -> Vec<String> {
    response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_look_is_kept_and_taken_back() {
    let house = House::build().await;
    house.app.users.add(&By::command(), "li", SecretString::from(PASSWORD), Role::Reviewer).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "li"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = set(&login)[0].split(';').next().unwrap().to_owned();
    for (word, mark) in
        [("dark", Some("dark")), ("light", Some("light")), ("system", None), ("dark", Some("dark")), ("purple", Some("dark"))]
    {
        let answer = choose(&house, &cookie, &[("theme", word), ("back", "/media?state=stored")]).await;
        assert_eq!((answer.status().as_u16(), answer.headers()[header::LOCATION].to_str().unwrap()), (303, "/media?state=stored"));
        let html = page(&house, "/media", &cookie).await;
        let found = html.split("<html").nth(1).unwrap().split('>').next().unwrap();
        match mark {
            Some(side) => assert!(found.contains(&format!("data-theme=\"{side}\"")), "{word}: {found}"),
            None => {
                assert!(!found.contains("data-theme"), "{word}: {found}");
                assert!(set(&answer).iter().any(|cookie| cookie.starts_with("theme=;") && cookie.contains("Max-Age=0")));
            }
        }
    }
}

#[tokio::test]
async fn keys_are_listed_by_right_and_switched_off_for_this_browser() {
    let house = House::build().await;
    house.app.users.add(&By::command(), "li", SecretString::from(PASSWORD), Role::Reviewer).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "li"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = set(&login)[0].split(';').next().unwrap().to_owned();
    let html = page(&house, "/shortcuts", &cookie).await;
    assert!(html.contains("关闭单键快捷键") && html.contains("下一张没人看的") && html.contains("<kbd class=\"kbd\">i</kbd>"), "{html}");
    assert!(!html.contains("<kbd class=\"kbd\">s</kbd>"), "a reviewer sends nothing");
    let off = choose(&house, &cookie, &[("keys", "off"), ("back", "/shortcuts")]).await;
    let said = set(&off).into_iter().find(|cookie| cookie.starts_with("keys=off")).unwrap();
    assert!(!said.contains("HttpOnly"), "the script reads it");
    assert!(page(&house, "/shortcuts", &format!("{cookie}; keys=off; lang=en")).await.contains("Switch single keys on"));
    let on = choose(&house, &cookie, &[("keys", "on"), ("back", "https://evil.example/")]).await;
    assert_eq!(on.headers()[header::LOCATION], "/");
    assert!(set(&on).iter().any(|cookie| cookie.starts_with("keys=;") && cookie.contains("Max-Age=0")));
}
