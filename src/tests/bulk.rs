//! Many pictures handed in with one call.

use serde_json::{Value, json};
use wxdesk::{sandbox::scenes, shared::rights::Scope};

use super::house::{House, answer};

async fn file(house: &House, key: &str, body: &Value, idempotency: Option<&str>) -> (u16, Value) {
    let mut request = house.http.post(format!("{}/api/v1/media/bulk", house.base)).bearer_auth(key).json(body);
    if let Some(name) = idempotency {
        request = request.header("idempotency-key", name);
    }
    answer(request).await
}

fn one(media_id: &str, user_id: &str) -> Value {
    json!({"media_id": media_id, "user_id": user_id, "answer_title": "第一周", "question_id": 1})
}

async fn count(house: &House, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(house.app.core.db.read()).await.unwrap()
}

#[tokio::test]
async fn each_picture_has_its_own_answer() {
    let house = House::build().await;
    let key = house.key(&[Scope::MediaWrite, Scope::MediaRead], None).await;
    let media_id = house.sandbox.upload(scenes()[0].1);
    let (_, before) = answer(house.http.post(format!("{}/api/v1/media", house.base)).bearer_auth(&key).json(&one("known", "u1"))).await;
    let items = json!([
        one(&media_id, "u1"),
        one("known", "u1"),
        one("known", "u2"),
        {"media_id": "m3", "user_id": "", "answer_title": "a\u{7}", "colour": 1},
        7,
        one(&media_id, "u1"),
    ]);
    let (status, said) = file(&house, &key, &json!({"items": items}), None).await;
    assert_eq!(status, 202, "{said}");
    assert_eq!((&said["accepted"], &said["same"], &said["refused"]), (&json!(1), &json!(2), &json!(3)));
    let lines = said["items"].as_array().unwrap();
    let outcomes: Vec<_> = lines.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["accepted", "same", "refused", "refused", "refused", "same"]);
    assert!(lines.iter().enumerate().all(|(at, line)| line["index"] == at && line.as_object().unwrap().len() == 6));
    assert_eq!((&lines[1]["id"], &lines[5]["id"]), (&before["id"], &lines[0]["id"]), "the same record");
    assert_eq!(lines[2]["errors"][0]["code"], "media_filed_otherwise");
    let faults: Vec<_> = lines[3]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["field"].as_str().unwrap(), fault["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        faults,
        [("user_id", "too_short"), ("answer_title", "control_character"), ("question_id", "missing"), ("colour", "unknown_field")]
    );
    assert_eq!(
        (&lines[3]["media_id"], &lines[3]["id"], &lines[4]["errors"][0]["code"]),
        (&json!("m3"), &Value::Null, &json!("not_an_object"))
    );

    // Downloads begin by themselves.
    let path = format!("/api/v1/media/{}", lines[0]["id"].as_str().unwrap());
    loop {
        let (_, record) = house.get_with(&key, &path).await;
        if record["state"] == "stored" {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(count(&house, "select count(*) from audit where action = 'media.filed'").await, 2);
}

#[tokio::test]
async fn a_thousand_go_at_once_and_a_repeat_has_one_effect() {
    let house = House::build().await;
    let key = house.key(&[Scope::MediaWrite], None).await;
    let many = |count: usize| json!({"items": (0..count).map(|at| one(&format!("m{at}"), "u")).collect::<Vec<_>>()});
    let (status, first) = file(&house, &key, &many(1000), Some("a")).await;
    assert_eq!((status, &first["accepted"]), (202, &json!(1000)));
    assert_eq!(file(&house, &key, &many(1000), Some("a")).await, (202, first), "the first answer, not `same`");
    assert_eq!(file(&house, &key, &many(999), Some("a")).await.1["code"], "idempotency_key_reused");
    assert_eq!(count(&house, "select count(*) from media").await, 1000);
    let (status, again) = file(&house, &key, &many(1000), None).await;
    assert_eq!((status, &again["same"]), (202, &json!(1000)));

    for (body, code) in [(many(0), "bad_list"), (many(1001), "bad_list"), (json!({}), "missing"), (json!({"items": {}}), "bad_list")] {
        let (status, said) = file(&house, &key, &body, None).await;
        assert_eq!((status, &said["errors"][0]["code"]), (422, &json!(code)));
    }
    let (status, said) = file(&house, &key, &json!({"items": [one("x", "u")], "item": 1, "account": "wx-none"}), None).await;
    assert_eq!((status, &said["errors"][0]["field"]), (422, &json!("item")));
    assert_eq!(file(&house, &key, &json!({"items": [one("x", "u")], "account": "wx-none"}), None).await.1["code"], "unknown_account");
    house.second_account("wx-second").await;
    assert_eq!(file(&house, &key, &json!({"items": [one("x", "u")]}), None).await.1["code"], "account_required");
    let raw = house.http.post(format!("{}/api/v1/media/bulk", house.base)).bearer_auth(&key).body("{}").send().await.unwrap();
    assert_eq!(raw.status(), 415);
    let long = format!("{{\"items\":[\"{}\"]}}", "x".repeat(8 << 20));
    let large = house
        .http
        .post(format!("{}/api/v1/media/bulk", house.base))
        .bearer_auth(&key)
        .header("content-type", "application/json")
        .body(long);
    assert_eq!(large.send().await.unwrap().status(), 413);
    assert_eq!(count(&house, "select count(*) from media").await, 1000);
}
