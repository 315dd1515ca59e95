//! The routes as programs see them.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{super::http, *};
use crate::{
    infra::guard::ApiCaller,
    shared::{error::AppError, rights::Scope},
};

fn router(house: &House, scopes: &[Scope]) -> Router {
    let caller = ApiCaller { key_id: "k1".into(), name: "erp".into(), scopes: scopes.to_vec(), account: None };
    http::routes(&house.messages).router.layer(axum::Extension(caller))
}

async fn answer(router: Router, request: Request<Body>) -> (StatusCode, Value, Option<AppError>) {
    let response = router.oneshot(request).await.expect("infallible");
    let (status, error) = (response.status(), response.extensions().get::<AppError>().cloned());
    let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.expect("body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null), error)
}

fn post(body: &Value, headers: &[(&'static str, &str)]) -> Request<Body> {
    let mut request = Request::post("/api/v1/messages").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_string())).expect("request")
}

async fn send(house: &House, body: &Value, headers: &[(&'static str, &str)]) -> (StatusCode, Value, Option<AppError>) {
    answer(router(house, &[Scope::MessagesSend, Scope::MessagesRead]), post(body, headers)).await
}

async fn get(house: &House, path: &str) -> (StatusCode, Value, Option<AppError>) {
    let request = Request::get(path).header("accept-language", "en").body(Body::empty()).expect("request");
    answer(router(house, &[Scope::MessagesRead]), request).await
}

fn body(house: &House, touser: &str) -> Value {
    let new = house.new_message(touser);
    let data: serde_json::Map<String, Value> = new.data.0.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    json!({ "touser": touser, "template_id": new.template_id, "data": data })
}

fn fields(error: Option<AppError>) -> Vec<(String, &'static str)> {
    error.expect("an error").fields.iter().map(|field| (field.field.clone(), field.code)).collect()
}

#[tokio::test]
async fn a_record_has_every_field_of_the_contract() {
    let house = House::new().await;
    let openid = house.friend();
    let (status, record, _) = send(&house, &body(&house, &openid), &[]).await;
    assert_eq!(status, 202);
    let names: Vec<&str> = record.as_object().expect("object").keys().map(String::as_str).collect();
    let mut wanted = "id account batch_id touser template_id data url miniprogram state msgid client_msg_id errcode errmsg reason hint attempts created_at sent_at settled_at channel".split(' ').collect::<Vec<_>>();
    wanted.sort_unstable();
    assert_eq!(names, wanted);
    assert_eq!((record["state"].as_str(), record["batch_id"].is_null()), (Some("queued"), true));
    assert_eq!(record["data"]["thing2"], json!({"value": "自然笔记套装"}));
    assert_eq!(record["created_at"], "2026-11-22T04:00:00.000Z");
    house.tick().await;
    let (_, record, _) = get(&house, &format!("/api/v1/messages/{}", record["id"].as_str().expect("id"))).await;
    let sent = house.accepted(&openid).pop().expect("one");
    assert_eq!((record["state"].as_str(), record["msgid"].as_str()), (Some("accepted"), Some(sent.msgid.to_string().as_str())));
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let house = House::new().await;
    let mut wrong = body(&house, "not an openid");
    wrong["data"] = json!({ "character_string1": "汉字", "thing2": { "value": "a", "colour": "#fff" }, "thing3": ["a"], "thing9": "x" });
    wrong["url"] = json!("javascript:alert(1)");
    wrong["ttl"] = json!(0);
    wrong["extra"] = json!(1);
    let (status, _, error) = send(&house, &wrong, &[]).await;
    assert_eq!(status, 422);
    let mut found = fields(error);
    found.sort();
    let wanted = [
        ("data.character_string1", "not_plain"),
        ("data.phone_number4", "missing"),
        ("data.thing2", "missing"),
        ("data.thing2.colour", "unknown_field"),
        ("data.thing3", "missing"),
        ("data.thing3", "not_text"),
        ("data.thing9", "unknown_key"),
        ("extra", "unknown_field"),
        ("touser", "openid_malformed"),
        ("ttl", "out_of_range"),
        ("url", "url_malformed"),
    ];
    assert_eq!(found, wanted.map(|(field, code)| (field.to_owned(), code)));
    let (status, _, error) = send(&house, &json!({}), &[]).await;
    assert_eq!((status.as_u16(), fields(error).len()), (422, 3));
    let mut aside = post(&body(&house, "oA"), &[]);
    *aside.uri_mut() = "/api/v1/messages?account=wx1".parse().expect("URI");
    let (_, _, error) = answer(router(&house, &[Scope::MessagesSend]), aside).await;
    assert_eq!(fields(error), [("account".to_owned(), "unknown_field")]);
    let mini = json!({ "appid": "wx0123456789abcdef", "pagepath": "https://x", "more": 1 });
    let mut wrong = body(&house, "oA");
    wrong["miniprogram"] = mini;
    let (_, _, error) = send(&house, &wrong, &[]).await;
    assert_eq!(fields(error), [("miniprogram.more".to_owned(), "unknown_field"), ("miniprogram.pagepath".to_owned(), "path_malformed")]);
    assert_eq!(house.messages.latest(SANDBOX_APP_ID, 5).await.expect("lists"), []);
}

#[tokio::test]
async fn a_mini_program_opens_on_its_first_page_where_no_path_is_given() {
    let house = House::new().await;
    for mini in [
        json!({ "appid": "wx_mini-1" }),
        json!({ "appid": "wx_mini-1", "pagepath": null }),
        json!({ "appid": "wx_mini-1", "pagepath": "" }),
    ] {
        let mut request = body(&house, &house.friend());
        request["miniprogram"] = mini;
        let (status, record, _) = send(&house, &request, &[]).await;
        assert_eq!((status.as_u16(), &record["miniprogram"]), (202, &json!({ "appid": "wx_mini-1", "pagepath": "" })));
        house.tick().await;
        assert_eq!(house.stands(record["id"].as_str().expect("id")).await, (MessageState::Accepted, None));
    }
    let mut wrong = body(&house, "oA");
    wrong["miniprogram"] = json!({ "appid": "wx!", "pagepath": 7 });
    let (_, _, error) = send(&house, &wrong, &[]).await;
    assert_eq!(fields(error), [("miniprogram.pagepath".to_owned(), "not_text"), ("miniprogram.appid".to_owned(), "app_id_malformed")]);
}

#[tokio::test]
async fn old_words_are_dropped_and_unknown_templates_are_wechat_s_to_judge() {
    let house = House::new().await;
    let mut old = body(&house, &house.friend());
    old["topcolor"] = json!("#FF0000");
    old["data"]["thing2"] = json!({ "value": "自然笔记套装", "color": "#173177" });
    assert_eq!(send(&house, &old, &[]).await.0, 202);
    let unknown = json!({ "touser": "oA", "template_id": "nobody knows it", "data": { "anything": "goes" } });
    let (status, record, _) = send(&house, &unknown, &[("prefer", "wait=0")]).await;
    assert_eq!((status.as_u16(), record["state"].as_str()), (201, Some("queued")));
    let (status, _, error) = send(&house, &json!({ "touser": "oA", "template_id": "t", "data": {}, "account": "wxnobody" }), &[]).await;
    assert_eq!((status.as_u16(), error.expect("error").code), (404, "unknown_account"));
}

#[tokio::test]
async fn waiting_ends_with_the_outcome_or_the_time() {
    let house = House::new().await;
    let gone = house.follower(|person| !person.subscribed);
    let request = body(&house, &gone);
    let (answered, ()) = tokio::join!(send(&house, &request, &[("prefer", "wait=30"), ("accept-language", "en")]), async {
        while house.messages.latest(SANDBOX_APP_ID, 1).await.expect("lists").is_empty() {
            tokio::task::yield_now().await;
        }
        house.tick().await;
    });
    let (status, record, _) = answered;
    assert_eq!((status.as_u16(), record["state"].as_str(), record["errcode"].as_i64()), (201, Some("failed"), Some(43004)));
    assert_eq!(record["reason"], "wechat_43004");
    assert_eq!(record["hint"].as_str(), Some(crate::wechat::codes::hint(43004, false).as_str()));
    let request = body(&house, &house.friend());
    let headers = [("prefer", "wait=5")];
    let mut answering = std::pin::pin!(send(&house, &request, &headers));
    // Time passes until the answer is there, however late the waiting began.
    let answered = loop {
        tokio::select! {
            biased;
            answered = &mut answering => break answered,
            listed = house.messages.latest(SANDBOX_APP_ID, 5) => if listed.expect("lists").len() == 2 { house.pass(1) },
        }
    };
    assert_eq!((answered.0.as_u16(), answered.1["state"].as_str()), (201, Some("queued")));
}

#[tokio::test]
async fn a_held_account_explains_every_waiting_record() {
    let house = House::with(&["--send-parallel", "1"]).await;
    house.dial(|dials| dials.quota = 100);
    let (_, one, _) = send(&house, &body(&house, &house.friend()), &[]).await;
    let (_, two, _) = send(&house, &body(&house, &house.friend()), &[]).await;
    house.tick().await;
    // The second was claimed with the first, and goes back.
    house.tick().await;
    for record in [one, two] {
        let (_, record, _) = get(&house, &format!("/api/v1/messages/{}", record["id"].as_str().expect("id"))).await;
        assert_eq!(
            (record["state"].as_str(), record["reason"].as_str(), record["errcode"].as_i64()),
            (Some("queued"), Some("wechat_45009"), Some(45009))
        );
        assert!(record["hint"].as_str().is_some_and(|hint| !hint.is_empty()));
    }
}

#[tokio::test]
async fn the_history_is_filtered_and_a_misspelt_filter_is_refused() {
    let house = House::new().await;
    for _ in 0..3 {
        send(&house, &body(&house, &house.friend()), &[]).await;
    }
    let (_, page, _) = get(&house, "/api/v1/messages?limit=2&state=queued").await;
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    let cursor = page["next_cursor"].as_str().expect("more");
    let (_, page, _) = get(&house, &format!("/api/v1/messages?limit=2&state=queued&cursor={cursor}")).await;
    assert_eq!((page["items"].as_array().map(Vec::len), page["next_cursor"].is_null()), (Some(1), true));
    assert_eq!(fields(get(&house, "/api/v1/messages?state=sent&stat=x&limit=900").await.2).len(), 3);
    assert_eq!(fields(get(&house, "/api/v1/messages?cursor=zzz").await.2), [("cursor".to_owned(), "bad_cursor")]);
    assert_eq!(fields(get(&house, "/api/v1/messages?touser=oA&touser=oB").await.2), [("touser".to_owned(), "repeated")]);
    assert_eq!(get(&house, "/api/v1/messages/nothing").await.0, 404);
    let foreign =
        ApiCaller { key_id: "k2".into(), name: "other".into(), scopes: vec![Scope::MessagesRead], account: Some("wxother".into()) };
    let id = page["items"][0]["id"].as_str().expect("id");
    let router = http::routes(&house.messages).router.layer(axum::Extension(foreign));
    let (status, _, _) = answer(router, Request::get(format!("/api/v1/messages/{id}")).body(Body::empty()).expect("request")).await;
    assert_eq!(status, 404, "another account's message is as unknown as a missing one");
}

#[tokio::test]
async fn the_same_key_and_body_find_the_row_of_the_first() {
    let house = House::new().await;
    let request = body(&house, &house.friend());
    let (_, one, _) = send(&house, &request, &[("idempotency-key", "order-1")]).await;
    let (_, again, _) = send(&house, &request, &[("idempotency-key", "order-1")]).await;
    let (_, other, _) = send(&house, &request, &[("idempotency-key", "order-2")]).await;
    assert_eq!(one["id"], again["id"]);
    assert_ne!(one["id"], other["id"]);
    // The account's templates change; what was answered stays answered.
    execute(&house.messages.core, "update templates set content = '{{thing9.DATA}}'").await;
    let (status, after, _) = send(&house, &request, &[("idempotency-key", "order-1")]).await;
    assert_eq!((status.as_u16(), &one), (202, &after));
    assert_eq!(send(&house, &request, &[("idempotency-key", "order-3")]).await.0, 422);
    house.messages.sync_templates(&house.account(), Actor::System).await.expect("templates");
    let mut changed = request.clone();
    changed["ttl"] = json!(60);
    assert_eq!(send(&house, &changed, &[("idempotency-key", "order-1")]).await.2.map(|error| error.code), Some("idempotency_key_reused"));
    // A crash between the row and its answer: the row is found by the key all the same.
    execute(&house.messages.core, "delete from idempotency").await;
    let (_, after, _) = send(&house, &request, &[("idempotency-key", "order-1")]).await;
    assert_eq!(one["id"], after["id"]);
    house.pass(86_401);
    let (_, tomorrow, _) = send(&house, &request, &[("idempotency-key", "order-1")]).await;
    assert_ne!(one["id"], tomorrow["id"]);
}
