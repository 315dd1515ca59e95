//! Attacks that belong to no feature alone. The table in docs/tests.md says where each promise is tested.

use serde_json::{Value, json};
use wxdesk::{
    infra::clock::Clock,
    sandbox::{SANDBOX_APP_ID, scenes},
    shared::rights::Scope,
};

use super::house::{House, NOON, answer};

/// T19: signing asks WeChat nothing, however often and for whatever page.
#[tokio::test]
async fn signatures_cost_wechat_nothing() {
    let house = House::build_with(&["--signature-rate=0"], Clock::manual(NOON)).await;
    house.at_rest().await;
    let before = house.sandbox.ledger().len();
    for round in 0..100 {
        for host in ["h5.example.com", "evil.example.com"] {
            let url = format!("/api/v1/jssdk/signature?url=https%3A%2F%2F{host}%2F{round}");
            let (status, _) = house.get(&url).await;
            assert_eq!(status, if host.starts_with("h5") { 200 } else { 403 });
        }
    }
    assert_eq!(house.sandbox.ledger().len(), before, "no call of WeChat's for 200 requests");
}

/// T33: what is another's looks as if it were not there.
#[tokio::test]
async fn another_account_s_things_look_like_none() {
    let house = House::build().await;
    house.second_account("wx-second").await;
    let scopes = [Scope::MediaWrite, Scope::MediaRead, Scope::MediaReview, Scope::MessagesRead, Scope::MessagesSend];
    let (own, other) = (house.key(&scopes, Some(SANDBOX_APP_ID)).await, house.key(&scopes, Some("wx-second")).await);
    let media_id = house.sandbox.upload(scenes()[0].1);
    let body = json!({"media_id": media_id, "user_id": "u", "answer_title": "t", "question_id": "q"});
    let filed = house.http.post(format!("{}/api/v1/media", house.base)).bearer_auth(&own).header("prefer", "wait=30").json(&body);
    let id = answer(filed).await.1["id"].as_str().unwrap().to_owned();
    let missing = "0".repeat(id.len());
    let bare = |mut problem: Value| {
        problem.as_object_mut().map(|fields| fields.remove("instance"));
        problem
    };
    for what in ["", "/file", "/thumb"] {
        let there = house.get_with(&other, &format!("/api/v1/media/{id}{what}")).await;
        let gone = house.get_with(&other, &format!("/api/v1/media/{missing}{what}")).await;
        assert_eq!((there.0, bare(there.1)), (404, bare(gone.1)), "{what}");
    }
    let judge = |id: &str| {
        let post = house.http.post(format!("{}/api/v1/media/{id}/review", house.base)).bearer_auth(&other);
        answer(post.json(&json!({"verdict": "pass"})))
    };
    let (there, gone) = (judge(&id).await, judge(&missing).await);
    assert_eq!((there.0, bare(there.1)), (404, bare(gone.1)));
    for path in ["messages", "batches"] {
        let (status, problem) = house.get_with(&other, &format!("/api/v1/{path}/{id}")).await;
        assert_eq!((status, &problem["code"]), (404, &json!("not_found")), "{path}");
    }
    assert_eq!(house.get_with(&own, &format!("/api/v1/media/{id}")).await.0, 200);
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "74 bits of chance in each");
}
