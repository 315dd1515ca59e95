//! QR codes with a scene, by page and by API.

use reqwest::header;
use secrecy::SecretString;
use serde_json::json;
use wxdesk::{
    features::users::server::people::By,
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    shared::rights::{Role, Scope},
};

use super::house::{House, NOON, PASSWORD, answer};

#[tokio::test]
async fn the_page_draws_the_code_that_wechat_made() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    house.app.users.add(&By::command(), "sender", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
    let at = |path: &str| format!("{}{path}", house.base);
    let login = house.http.post(at("/login")).form(&[("name", "sender"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let post = async |scene: &str, days: &str| {
        let form = [("scene", scene), ("days", days)];
        let response = house.http.post(at("/people/codes")).header(header::COOKIE, &cookie).form(&form).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, html) = post("门店-3", "7").await;
    assert!(status == 200 && html.contains("http://weixin.qq.com/q/") && html.contains("class=\"qr\""), "{html}");
    assert!(html.contains("“门店-3”的二维码") && html.contains("用到"));
    assert!(post("a", "0").await.1.contains("长期有效"));
    let (status, html) = post("", "5").await;
    assert!(status == 422 && html.contains("请选择用多久"), "{html}");
    house.sandbox.set_dials(Dials { daily_limits: [("/cgi-bin/qrcode/create".to_owned(), 0)].into(), ..Dials::default() });
    let (status, html) = post("a", "7").await;
    assert!(status == 502 && html.contains("没有生成") && html.contains("45009"), "{html}");
}

#[tokio::test]
async fn the_api_gives_the_address_and_the_end() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    let key = house.key(&[Scope::WxCall], Some(SANDBOX_APP_ID)).await;
    let make = |body: serde_json::Value| answer(house.http.post(format!("{}/api/v1/qrcodes", house.base)).bearer_auth(&key).json(&body));
    let (status, code) = make(json!({"scene": "shop-3", "expires_in": 3600})).await;
    assert_eq!((status, &code["scene"], &code["expires_at"]), (201, &json!("shop-3"), &json!("2026-11-22T05:00:00.000Z")));
    assert!(code["url"].as_str().unwrap().starts_with("http://weixin.qq.com/q/"));
    assert_eq!(make(json!({"scene": "lasting"})).await.1["expires_at"], json!(null));
    let (status, refused) = make(json!({"scene": "x".repeat(65), "expires_in": 59, "more": 1})).await;
    assert_eq!((status, refused["errors"].as_array().map(Vec::len)), (422, Some(3)));
    let other = house.key(&[Scope::TokenRead], None).await;
    let (status, _) =
        answer(house.http.post(format!("{}/api/v1/qrcodes", house.base)).bearer_auth(&other).json(&json!({"scene": "a"}))).await;
    assert_eq!(status, 403);
}

/// Subscribe notifications go through the call-through, as template messages do.
#[tokio::test]
async fn a_subscribe_notification_is_handed_on_and_locked_with_the_rest() {
    let house = House::build_with(&[], Clock::manual(NOON)).await;
    let key = house.key(&[Scope::WxCall], None).await;
    let openid = house.sandbox.followers().into_iter().find(|one| one.subscribed).unwrap().openid;
    let template = house.sandbox.templates().remove(0).template_id;
    let body = json!({"touser": openid, "template_id": template, "data": {}});
    let url = format!("{}/wx/{SANDBOX_APP_ID}/cgi-bin/message/subscribe/bizsend", house.base);
    let (status, said) = answer(house.http.post(&url).bearer_auth(&key).json(&body)).await;
    assert!(status == 200 && said["errcode"].is_i64(), "{said}");
    let asked = house.sandbox.ledger().iter().filter(|entry| entry.path == "/cgi-bin/message/subscribe/bizsend").count();
    assert_eq!(asked, 1);
    let lock = house.app.core.db.write(move |c| Box::pin(async move { wxdesk::features::accounts::server::lock_in(c).await }));
    lock.await.unwrap();
    let (status, refused) = answer(house.http.post(&url).bearer_auth(&key).json(&body)).await;
    assert_eq!((status, &refused["code"]), (423, &json!("sending_locked")));
}
