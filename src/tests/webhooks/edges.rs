//! Hostile addresses, changing secrets, every kind of event, other people's doors, and SIGKILL.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use wxdesk::{
    features::{
        audit::model::Actor,
        media::server::NewMedia,
        webhooks::{model::State as Told, server::Wanted},
    },
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID as APP, demo::template_id, scenes},
    shared::rights::{Role, Scope},
};

use super::{
    ALL, CANARY, Call, Receiver, accepted, by, cookie, deliveries, endpoint, form, now_of, receipt, signed_in, ticking, until, value,
    wanted,
};
use crate::{
    crash::Scene,
    house::{House, NOON, PASSWORD, answer, client},
};

#[tokio::test]
async fn nothing_goes_where_it_must_not() {
    let clock = Clock::manual(NOON);
    let (house, target) = (House::build_with(&[], clock.clone()).await, Receiver::open().await);
    let admin = signed_in(&house, "admin", Role::Admin).await;
    for (url, inside) in [
        ("https://10.0.0.1/in", false),
        ("https://169.254.169.254/latest/meta-data", false),
        ("https://169.254.169.254/latest/meta-data", true),
        ("https://[::1]/in", false),
        ("https://[::ffff:127.0.0.1]/in", false),
        ("https://2130706433/in", false),
        ("https://[::]/in", true),
        ("http://hooks.example.com/in", false),
        ("https://user:secret@hooks.example.com/in", false),
        ("hooks.example.com", true),
    ] {
        let fields = [("url", url), ("description", "kept as typed"), ("type", "batch.ended"), ("inside", if inside { "1" } else { "" })];
        let (status, _, html) = form(&house, &admin, "/webhooks", &fields).await;
        assert_eq!(status, 422, "{url}");
        assert_eq!((value(&html, "#url").as_deref(), value(&html, "#description").as_deref()), (Some(url), Some("kept as typed")));
        assert!(html.contains("checked") && html.contains("url-error"), "{url}");
    }
    assert_eq!(form(&house, &admin, "/webhooks", &[("url", "https://hooks.example.com/")]).await.0, 422, "no event");

    // A name and a redirect lead inside only later, when the post is made.
    let named = format!("https://localhost:{}/in", target.port);
    let named = house.app.webhooks.add(APP, Wanted { inside: false, ..wanted(named, &ALL) }, &by()).await.unwrap().unwrap().0;
    let redirecting = Receiver::redirecting(Some(target.url())).await;
    let (redirected, _) = endpoint(&house, redirecting.url(), &ALL).await;
    // Allowed once, and then no longer: what is typed long ago obeys what is ticked today.
    let (taken_back, _) = endpoint(&house, target.url(), &ALL).await;
    let stricter = Wanted { inside: false, ..wanted(target.url(), &ALL) };
    house.app.webhooks.change(&taken_back, stricter, true, &by()).await.unwrap();
    accepted(&house, 1).await;
    receipt(&house, 1).await;
    for (endpoint, status, error) in
        [(&named, None, Some("not_allowed")), (&redirected, Some(307), None), (&taken_back, None, Some("not_allowed"))]
    {
        ticking(&clock, "an attempt", async || deliveries(&house, endpoint).await.first().is_some_and(|one| one.attempts > 0)).await;
        let delivery = deliveries(&house, endpoint).await.remove(0);
        assert_eq!((delivery.state, delivery.status, delivery.error.as_deref()), (Told::Pending, status, error), "{}", endpoint.url);
    }
    assert!(target.calls().is_empty() && !redirecting.calls().is_empty());
}

#[tokio::test]
async fn a_new_secret_and_the_one_before_both_sign_for_a_day() {
    let clock = Clock::manual(NOON);
    let (house, receiver) = (House::build_with(&[], clock.clone()).await, Receiver::open().await);
    let (endpoint, old) = endpoint(&house, receiver.url(), &["message.delivered"]).await;
    let new = house.app.webhooks.rotate(&endpoint, &by()).await.unwrap();
    house.app.webhooks.test(&endpoint, &by()).await.unwrap();
    ticking(&clock, "a post", async || receiver.calls().len() == 1).await;
    let call = receiver.calls().remove(0);
    assert_eq!((call.signed_with(&new), call.signed_with(&old)), (vec![true, false], vec![false, true]));
    clock.advance(Duration::from_secs(86_400));
    house.app.webhooks.test(&endpoint, &by()).await.unwrap();
    ticking(&clock, "another post", async || receiver.calls().len() == 2).await;
    let call = receiver.calls().remove(1);
    assert_eq!((call.signed_with(&new), call.signed_with(&old)), (vec![true], vec![false]));

    // Replaced twice within the day: whichever the receiver has, it verifies.
    let second = house.app.webhooks.rotate(&endpoint, &by()).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    let third = house.app.webhooks.rotate(&endpoint, &by()).await.unwrap();
    house.app.webhooks.test(&endpoint, &by()).await.unwrap();
    ticking(&clock, "a third post", async || receiver.calls().len() == 3).await;
    let call = receiver.calls().remove(2);
    let signed = [&third, &second, &new].map(|secret| call.signed_with(secret));
    assert_eq!(signed, [vec![true, false, false], vec![false, true, false], vec![false, false, true]]);
    // What was given away does not have to wait for its end.
    house.app.webhooks.end_old(&endpoint, &by()).await.unwrap();
    house.app.webhooks.test(&endpoint, &by()).await.unwrap();
    ticking(&clock, "a last post", async || receiver.calls().len() == 4).await;
    assert_eq!(receiver.calls().remove(3).signed_with(&third), [true]);
}

#[tokio::test]
async fn batches_and_pictures_are_told_as_the_api_tells_them() {
    let (house, receiver) = (House::build().await, Receiver::open().await);
    endpoint(&house, receiver.url(), &ALL).await;
    let scopes = [Scope::MessagesSend, Scope::MessagesRead, Scope::MediaRead, Scope::MediaReview];
    let key = house.key(&scopes, None).await;
    let told = |kind: &str| receiver.calls().iter().map(Call::json).find(|event| event["type"] == kind);

    let new = |media_id: String| NewMedia {
        account: APP.into(),
        media_id,
        user_id: "u1".into(),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        actor: Actor::Key("erp".into()),
    };
    let picture = house.app.media.accept(new(house.sandbox.upload(scenes()[0].1))).await.unwrap();
    house.app.media.accept(new("never-uploaded".into())).await.unwrap();
    until("both ends", async || told("media.stored").is_some() && told("media.failed").is_some()).await;
    let path = format!("/api/v1/media/{}", picture.id);
    assert_eq!(told("media.stored").unwrap()["data"], house.get_with(&key, &path).await.1);
    assert_eq!(told("media.failed").unwrap()["data"]["errcode"], 40007);
    for (verdict, kind) in [("reject", "media.rejected"), ("pass", "media.accepted")] {
        let judged = house.http.post(format!("{}{path}/review", house.base)).bearer_auth(&key).json(&json!({"verdict": verdict}));
        assert_eq!(answer(judged).await.0, 200);
        until(kind, async || told(kind).is_some()).await;
        assert_eq!(told(kind).unwrap()["data"], house.get_with(&key, &path).await.1);
    }
    // A second opinion that is asked for, and a verdict that is taken back.
    let reviewer = signed_in(&house, "reviewer", Role::Reviewer).await;
    let asked = [("intent", "ask"), ("note", "算不算模糊？")];
    assert_eq!(form(&house, &reviewer, &format!("/media/{}/opinion/request", picture.id), &asked).await.0, 303);
    until("the request", async || told("media.opinion_requested").is_some()).await;
    let request = told("media.opinion_requested").unwrap()["data"].clone();
    assert_eq!(request, house.get_with(&key, &path).await.1);
    assert_eq!((&request["opinion_request"]["by"], &request["opinion_request"]["note"]), (&json!("reviewer"), &json!("算不算模糊？")));
    let cleared = house.http.post(format!("{}{path}/review", house.base)).bearer_auth(&key).json(&json!({"verdict": "clear"}));
    assert_eq!(answer(cleared).await.0, 200);
    until("the clearing", async || told("media.review_cleared").is_some()).await;
    let cleared = told("media.review_cleared").unwrap()["data"].clone();
    assert_eq!((&cleared, cleared["review"].is_null()), (&house.get_with(&key, &path).await.1, true));

    let data = json!({"character_string1": "A-3071", "thing2": "自然笔记套装", "thing3": "前台", "phone_number4": "0571-88880000"});
    let people: Vec<_> = house.sandbox.followers().iter().take(2).map(|one| json!({"touser": one.openid})).collect();
    let body = json!({"template_id": template_id(APP, 4), "data": data, "recipients": people});
    let (status, filed) = answer(house.http.post(format!("{}/api/v1/batches", house.base)).bearer_auth(&key).json(&body)).await;
    assert_eq!(status, 202, "{filed}");
    until("the end", async || told("batch.ended").is_some()).await;
    let (_, batch) = house.get_with(&key, &format!("/api/v1/batches/{}", filed["id"].as_str().unwrap())).await;
    let ended = told("batch.ended").unwrap();
    assert_eq!((&ended["data"], &ended["timestamp"]), (&batch, &batch["ended_at"]));
}

#[tokio::test]
async fn only_administrators_of_the_account_s_own_endpoints() {
    let house = House::build().await;
    let (endpoint, _) = endpoint(&house, "http://127.0.0.1:9/in".into(), &ALL).await;
    for (name, role) in [("s", Role::Sender), ("r", Role::Reviewer), ("d", Role::Developer)] {
        let cookie = signed_in(&house, name, role).await;
        let path = format!("/webhooks/{}", endpoint.id);
        for (path, fields) in [("/webhooks", vec![]), (&*path, vec![("intent", "rotate")]), (&format!("{path}/remove"), vec![])] {
            assert_eq!(form(&house, &cookie, path, &fields).await.0, 403, "{name} {path}");
        }
    }
    house.second_account("wxother").await;
    let admin = signed_in(&house, "admin", Role::Admin).await;
    let foreign = format!("/a/wxother/webhooks/{}", endpoint.id);
    for path in [foreign.clone(), format!("{foreign}/remove")] {
        assert_eq!(form(&house, &admin, &path, &[("intent", "rotate")]).await.0, 404, "{path}");
    }
    assert_eq!(now_of(&house, &endpoint).await, endpoint);
}

/// The real binary: killed after the change and before it could be told, and the secret nowhere in clear.
#[tokio::test(flavor = "multi_thread")]
async fn killed_before_it_was_told_it_is_told_after_the_start() {
    let (scene, receiver) = (Scene::new(), Receiver::open().await);
    receiver.answer(503);
    scene.desk.must(&["user", "add", "admin", "--role", "admin"], PASSWORD);
    let server = scene.desk.serve(&["--log", "trace"]);
    let http = client();
    let cookie = cookie(&http, &server.url(""), "admin").await;
    let url = receiver.url();
    let fields = [("url", &*url), ("type", "message.failed"), ("inside", "1")];
    let html = http.post(server.url("/webhooks")).header("cookie", cookie).form(&fields).send().await.unwrap().text().await.unwrap();
    let secret = SecretString::from(value(&html, "#new-secret").unwrap());
    let body = json!({"touser": "oNobodyNobodyNobodyNobody123", "template_id": "none", "data": {"thing1": "x"}});
    let sent = http.post(server.url("/api/v1/messages")).bearer_auth(&scene.key).header("prefer", "wait=30").json(&body);
    let (status, record) = answer(sent).await;
    assert_eq!((status, record["state"].as_str()), (201, Some("failed")), "{record}");
    server.kill();
    receiver.answer(204);
    let before = receiver.calls().len();
    let server = scene.desk.serve(&["--log", "trace"]);
    until("the post after the start", async || {
        tokio::time::sleep(Duration::from_millis(50)).await;
        receiver.calls().len() > before
    })
    .await;
    let call = receiver.calls().remove(before);
    assert_eq!((call.signed_with(&secret), call.json()["data"]["id"].clone()), (vec![true], record["id"].clone()));
    assert_eq!(server.stop(), 0);
    let wal = scene.desk.data().join("wxdesk.db-wal");
    for file in [scene.desk.log(), scene.desk.data().join("wxdesk.db"), wal] {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for canary in [secret.expose_secret().trim_start_matches("whsec_"), CANARY] {
            assert!(!bytes.windows(canary.len()).any(|part| part == canary.as_bytes()), "in {}", file.display());
        }
    }
}
