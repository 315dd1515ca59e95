//! Subscribe notifications by the API: taken as a template message is, sent by WeChat's other call, told apart everywhere.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use serde_json::{Value, json};
use wxdesk::{
    features::{
        accounts::server::{self as accounts, Typed},
        audit::model::Actor,
        messages::{model::Channel, server::Receipt},
        users::server::people::By,
    },
    sandbox::{CallbackTarget, Dials, Follower, Mode, SANDBOX_APP_ID as APP},
    shared::rights::{Role, Scope},
    wechat::events,
};

use super::house::{House, PASSWORD, answer};

const BIZSEND: &str = "/cgi-bin/message/subscribe/bizsend";

fn person(house: &House, wanted: impl Fn(&Follower) -> bool) -> String {
    house.sandbox.followers().into_iter().find(wanted).unwrap().openid
}

fn friend(house: &House) -> String {
    person(house, |one| one.subscribed && !one.blocks && !one.fails)
}

fn body(house: &House, touser: &str) -> Value {
    let template = house.sandbox.templates().into_iter().find(|template| template.content.contains("amount2")).unwrap();
    json!({
        "touser": touser, "template_id": template.template_id, "page": "https://h5.example.com/pay",
        "data": {"thing1": "冬季观鸟营", "amount2": {"value": "1280.00元"}, "date3": "2026年12月05日"},
    })
}

async fn notify(house: &House, key: &str, body: &Value, more: &[(&'static str, &str)]) -> (u16, Value) {
    let mut request = house.http.post(format!("{}/api/v1/subscribe-messages", house.base)).bearer_auth(key).json(body);
    for (name, value) in more {
        request = request.header(*name, *value);
    }
    answer(request).await
}

fn calls(house: &House) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path == BIZSEND).count()
}

async fn settled(house: &House, key: &str, id: &Value) -> Value {
    let path = format!("/api/v1/messages/{}", id.as_str().unwrap());
    for _ in 0..200 {
        let (_, record) = house.get_with(key, &path).await;
        if !matches!(record["state"].as_str(), Some("queued" | "sending" | "accepted")) {
            return record;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never settled");
}

#[tokio::test]
async fn a_notification_is_taken_once_sent_and_settled_by_its_own_report() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend, Scope::MessagesRead], None).await;
    let openid = friend(&house);
    let more = [("Prefer", "wait=10"), ("Idempotency-Key", "k1")];
    let (status, record) = notify(&house, &key, &body(&house, &openid), &more).await;
    assert_eq!((status, record["state"].as_str(), record["channel"].as_str()), (201, Some("accepted"), Some("subscribe")), "{record}");
    assert_eq!((&record["msgid"], record["url"].as_str()), (&Value::Null, Some("https://h5.example.com/pay")), "WeChat promises no msgid");
    assert_eq!(notify(&house, &key, &body(&house, &openid), &more).await.1["id"], record["id"], "one key, one notification");
    assert_eq!(calls(&house), 1);
    let [sent] = house.sandbox.accepted(&openid).try_into().unwrap_or_else(|all| panic!("{all:?}"));
    assert!(sent.notification && sent.client_msg_id.is_none() && sent.url.as_deref() == Some("https://h5.example.com/pay"), "{sent:?}");
    // The same key and body on the other route is a template message.
    let mut plain = body(&house, &openid);
    plain.as_object_mut().unwrap().remove("page");
    let send = |route: &str| {
        let request = house.http.post(format!("{}/api/v1/{route}", house.base)).bearer_auth(&key).json(&plain);
        answer(request.header("Idempotency-Key", "k2").header("Prefer", "wait=10"))
    };
    let (one, other) = (send("subscribe-messages").await.1, send("messages").await.1);
    assert!(one["id"] != other["id"] && other["channel"] == "template" && one["channel"] == "subscribe", "{one} {other}");
    // A template message's report is not a notification's, and the other way round.
    let now = house.app.core.now();
    let report = |channel, msgid| Receipt {
        msgid: Some(msgid),
        openid: openid.clone(),
        channel,
        status: events::Receipt::Delivered,
        created_ms: now,
        received: now,
    };
    house.app.messages.receipt(APP, report(Channel::Template, 17)).await.unwrap();
    let path = format!("/api/v1/messages/{}", record["id"].as_str().unwrap());
    assert_eq!(house.get_with(&key, &path).await.1["state"], "accepted");
    house.app.messages.receipt(APP, report(Channel::Subscribe, 18)).await.unwrap();
    let told = house.get_with(&key, &path).await.1;
    assert_eq!((told["state"].as_str(), told["msgid"].as_str()), (Some("delivered"), Some("18")), "{told}");
}

#[tokio::test]
async fn the_platform_s_report_comes_by_the_callback() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend, Scope::MessagesRead], None).await;
    let typed = Typed { callback_token: Some("tokenOfTheTest".into()), ..Typed::default() };
    accounts::set(&house.app.core, &accounts::By::command(), APP, typed).await.unwrap();
    house.app.accounts.reload().await.unwrap();
    let url = format!("{}/callback/{APP}", house.base);
    house.sandbox.set_callback(APP, CallbackTarget { url, token: "tokenOfTheTest".into(), aes_key: None, mode: Mode::Plain });
    let (_, good) = notify(&house, &key, &body(&house, &friend(&house)), &[]).await;
    let fails = person(&house, |one| one.subscribed && one.fails && !one.blocks);
    let (_, bad) = notify(&house, &key, &body(&house, &fails), &[]).await;
    let good = settled(&house, &key, &good["id"]).await;
    assert!(good["state"] == "delivered" && good["msgid"].is_string(), "{good}");
    let bad = settled(&house, &key, &bad["id"]).await;
    assert_eq!((bad["state"].as_str(), bad["reason"].as_str()), (Some("failed"), Some("system_failed")), "{bad}");
}

#[tokio::test]
async fn refusals_stand_in_the_record_and_faults_of_the_body_in_the_answer() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend], None).await;
    let left = person(&house, |one| !one.subscribed);
    let mut wrong = body(&house, &friend(&house));
    wrong["data"]["amount2"] = json!("much");
    for (ask, errcode) in [(body(&house, &left), 43101), (body(&house, "oNobodyWeKnow"), 40003), (wrong, 47003)] {
        let (status, record) = notify(&house, &key, &ask, &[("Prefer", "wait=10")]).await;
        assert_eq!((status, record["state"].as_str(), record["errcode"].as_i64()), (201, Some("failed"), Some(errcode)), "{record}");
        assert!(record["hint"].is_string() && record["reason"].is_string(), "{record}");
    }
    let mut bad = body(&house, "not an openid");
    (bad["page"], bad["url"]) = (json!("ftp://x"), json!("https://h5.example.com/"));
    let (status, problem) = notify(&house, &key, &bad, &[]).await;
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!((status, fields), (422, vec!["touser", "page", "url"]), "{problem}");
    let other = house.key(&[Scope::MessagesRead], None).await;
    assert_eq!(notify(&house, &other, &body(&house, &left), &[]).await.0, 403);
    let lock = house.app.core.db.write(move |c| Box::pin(async move { accounts::lock_in(c).await }));
    lock.await.unwrap();
    let (status, locked) = notify(&house, &key, &body(&house, &left), &[]).await;
    assert_eq!((status, &locked["code"]), (423, &json!("sending_locked")));
}

#[tokio::test]
async fn what_was_not_answered_is_left_to_a_person_and_the_history_says_what_it_is() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend], None).await;
    house.app.tokens.access_token(&house.app.accounts.get(APP).unwrap()).await.unwrap();
    house.sandbox.set_dials(Dials { path: Some(BIZSEND.into()), cut_after_accept: 1, ..Dials::default() });
    let (_, record) = notify(&house, &key, &body(&house, &friend(&house)), &[("Prefer", "wait=20")]).await;
    assert_eq!((record["state"].as_str(), record["attempts"].as_i64()), (Some("unknown"), Some(1)), "{record}");
    assert_eq!(calls(&house), 1, "a second call could reach the person twice");
    let users = &house.app.users;
    users.add(&By::command(), "周敏", SecretString::from(PASSWORD), Role::Sender).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "周敏"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    for path in ["/messages".to_owned(), format!("/messages/{}", record["id"].as_str().unwrap())] {
        let page = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, &cookie).send().await.unwrap();
        assert!(page.text().await.unwrap().contains("订阅通知 · "), "{path}");
    }
}

#[tokio::test]
async fn a_stale_token_is_replaced_and_the_notification_goes_out_once() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend], None).await;
    let account = house.app.accounts.get(APP).unwrap();
    house.app.tokens.access_token(&account).await.unwrap();
    house.sandbox.set_dials(Dials { path: Some(BIZSEND.into()), stale_token: 1, ..Dials::default() });
    let openid = friend(&house);
    let (_, record) = notify(&house, &key, &body(&house, &openid), &[("Prefer", "wait=10")]).await;
    assert_eq!(record["state"], "accepted", "{record}");
    assert_eq!((calls(&house), house.sandbox.accepted(&openid).len()), (2, 1));
}

async fn signed_in(house: &House) -> String {
    let users = &house.app.users;
    users.add(&By::command(), "周敏", SecretString::from(PASSWORD), Role::Admin).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "周敏"), ("password", PASSWORD)]).send().await.unwrap();
    login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn shown(house: &House, cookie: &str, path: &str) -> String {
    house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn their_templates_stand_beside_the_others_and_name_what_was_sent() {
    let house = House::build().await;
    let account = house.app.accounts.get(APP).unwrap();
    house.app.messages.sync_templates(&account, Actor::System).await.unwrap();
    let all = house.app.messages.every_template(APP).await.unwrap();
    let one = all.iter().find(|template| template.title == "课程余额提醒").unwrap();
    assert!(one.channel() == Channel::Subscribe && all.iter().filter(|other| other.channel() == Channel::Subscribe).count() == 2);
    assert!(house.app.messages.templates(APP).await.unwrap().iter().all(|other| other.channel() == Channel::Template));
    let cookie = signed_in(&house).await;
    let list = shown(&house, &cookie, "/templates").await;
    assert!(list.contains("课程余额提醒") && list.contains("订阅通知"));
    let page = shown(&house, &cookie, &format!("/templates/{}", one.template_id)).await;
    for words in ["/api/v1/subscribe-messages", "只有勾选订阅过它的人才收得到", "剩余课时", "number2"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("ask=delete"), "it is not deleted by the call for the others");
    // Now that its fields are known, its rules are held before WeChat is asked; the history has its title.
    let key = house.key(&[Scope::MessagesSend, Scope::MessagesRead], None).await;
    let mut body = json!({"touser": friend(&house), "template_id": one.template_id,
        "data": {"thing1": "自然笔记", "number2": "三", "date3": "2027年01月31日"}});
    let (status, problem) = notify(&house, &key, &body, &[]).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some("data.number2")), "{problem}");
    body["data"]["number2"] = json!("3");
    let (_, record) = notify(&house, &key, &body, &[("Prefer", "wait=10")]).await;
    assert_eq!(record["state"], "accepted", "{record}");
    for path in ["/messages".to_owned(), format!("/messages/{}", record["id"].as_str().unwrap())] {
        assert!(shown(&house, &cookie, &path).await.contains("订阅通知 · 课程余额提醒"), "{path}");
    }
    // WeChat refuses the list: what is known of it stays, and the templates of messages are fetched all the same.
    house.sandbox.set_dials(Dials { path: Some("/wxaapi/".into()), quota: 1, ..Dials::default() });
    assert!(house.app.messages.sync_templates(&account, Actor::System).await.unwrap().is_empty());
    assert_eq!(house.app.messages.every_template(APP).await.unwrap().iter().filter(|other| other.gone_at.is_none()).count(), all.len());
}

#[tokio::test]
async fn a_batch_of_notifications_goes_out_as_such() {
    let house = House::build().await;
    let account = house.app.accounts.get(APP).unwrap();
    house.app.messages.sync_templates(&account, Actor::System).await.unwrap();
    let all = house.app.messages.every_template(APP).await.unwrap();
    let one = all.into_iter().find(|template| template.title == "活动报名成功通知").unwrap();
    let key = house.key(&[Scope::MessagesSend, Scope::MessagesRead], None).await;
    let people: Vec<_> = house.sandbox.followers().into_iter().filter(|one| one.subscribed && !one.blocks && !one.fails).take(3).collect();
    let recipients: Vec<_> = people.iter().map(|one| json!({"touser": one.openid, "data": {"thing3": "北门"}})).collect();
    let body = json!({"template_id": one.template_id, "recipients": recipients,
        "data": {"thing1": "冬季观鸟营", "time2": "2026年12月12日 08:30"}});
    let send = |body: &Value| answer(house.http.post(format!("{}/api/v1/batches", house.base)).bearer_auth(&key).json(body));
    let (status, filed) = send(&body).await;
    assert_eq!((status, filed["total"].as_i64()), (202, Some(3)), "{filed}");
    let id = filed["id"].as_str().unwrap();
    for _ in 0..400 {
        let (_, batch) = house.get_with(&key, &format!("/api/v1/batches/{id}")).await;
        if batch["counts"]["accepted"] == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(calls(&house), 3);
    let (_, rows) = house.get_with(&key, &format!("/api/v1/batches/{id}/messages")).await;
    assert!(rows["items"].as_array().unwrap().iter().all(|row| row["channel"] == "subscribe" && row["state"] == "accepted"), "{rows}");
    assert!(people.iter().all(|one| house.sandbox.accepted(&one.openid).iter().all(|sent| sent.notification)));
    let mut odd = body.clone();
    odd["channel"] = json!("letter");
    let (status, problem) = send(&odd).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str()), (422, Some("channel")), "{problem}");
}
