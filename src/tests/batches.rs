//! Batches over HTTP: the real binary, a real database file, the simulator's ledger as the judge.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wxdesk::sandbox::{SANDBOX_APP_ID, demo::template_id};

use super::{crash::Scene, house::answer};

pub fn data() -> Value {
    json!({"character_string1": "A-3071", "thing2": "自然笔记套装", "thing3": "前台", "phone_number4": "0571-88880000"})
}

async fn followers(scene: &Scene) -> Vec<String> {
    let people = scene.simulator_json("/sandbox/followers").await;
    let people = people.as_array().unwrap().iter().filter(|one| one["subscribed"] == true && one["receipt"] == "success");
    people.map(|one| one["openid"].as_str().unwrap().to_owned()).collect()
}

/// Waits until the worker has fetched the templates: until then WeChat alone judges values.
async fn templates_known(scene: &Scene, server: &super::process::Running) {
    let late = Instant::now() + Duration::from_secs(30);
    let body = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": {"nothing": "x"}, "touser": "oNobody"});
    while scene.post(server, "/api/v1/messages", body.clone()).await.is_none_or(|(status, _)| status != 422) {
        assert!(Instant::now() < late, "the templates are not fetched");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

pub async fn ended(scene: &Scene, server: &super::process::Running, id: &str) -> Value {
    let late = Instant::now() + Duration::from_secs(90);
    loop {
        let batch = scene.read(server, &format!("/api/v1/batches/{id}")).await;
        if batch["state"] != "running" {
            return batch;
        }
        assert!(Instant::now() < late, "still running: {batch}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_from_json_and_from_csv_and_what_is_refused() {
    let scene = Scene::new();
    let server = scene.desk.serve(&["--send-rate", "0"]);
    let people = followers(&scene).await;
    let template = template_id(SANDBOX_APP_ID, 4);
    templates_known(&scene, &server).await;
    let recipients = json!([
        {"touser": people[0]},
        {"touser": people[1], "data": {"thing3": {"value": "后门", "color": "#173177"}}},
        {"touser": people[0]},
        {"touser": "not an openid"},
        {"touser": people[2], "data": {"thing3": "一二三四五六七八九十一二三四五六七八九十一"}},
    ]);
    let body = json!({"template_id": template, "data": data(), "recipients": recipients, "topcolor": "#FF0000"});
    let (status, filed) = scene.post(&server, "/api/v1/batches", body.clone()).await.unwrap();
    assert_eq!(status, 202, "{filed}");
    assert_eq!((&filed["total"], &filed["duplicates"]), (&json!(2), &json!(1)));
    let refused: Vec<_> = filed["rejected"].as_array().unwrap().iter().map(|one| (one["index"].clone(), one["code"].clone())).collect();
    assert_eq!(refused, [(json!(3), json!("openid_malformed")), (json!(4), json!("too_long"))]);
    let done = ended(&scene, &server, filed["id"].as_str().unwrap()).await;
    assert_eq!(done["state"], "done", "{done}");
    let got = scene.simulator_json(&format!("/sandbox/messages?openid={}", people[1])).await;
    assert!(got.to_string().contains("后门"), "{got}");

    let csv = format!("\u{feff}touser,thing2\r\n{},帐篷\r\noBad id,帐篷\r\n{},望远镜\r\n", people[3], people[4]);
    let frame = json!({"template_id": template, "data": data(), "name": "领取"}).to_string();
    let form = reqwest::multipart::Form::new()
        .part("batch", reqwest::multipart::Part::text(frame).mime_str("application/json").unwrap())
        .part("recipients", reqwest::multipart::Part::bytes(csv.into_bytes()).mime_str("text/csv").unwrap());
    let (status, filed) = answer(scene.http.post(server.url("/api/v1/batches")).bearer_auth(&scene.key).multipart(form)).await;
    assert_eq!((status, &filed["total"], &filed["name"]), (202, &json!(2), &json!("领取")), "{filed}");
    assert_eq!(filed["rejected"][0]["index"], 3, "the line of the file: {filed}");
    let id = filed["id"].as_str().unwrap();
    ended(&scene, &server, id).await;
    let listed = scene.read(&server, &format!("/api/v1/batches/{id}/messages?limit=1")).await;
    assert_eq!((listed["items"][0]["batch_id"].as_str(), listed["next_cursor"].is_string()), (Some(id), true));
    for (filter, count) in
        [(format!("touser={}", people[3]), 1), (format!("template_id={template}&from=2026-01-01"), 2), ("to=2026-01-01".into(), 0)]
    {
        let found = scene.read(&server, &format!("/api/v1/batches?{filter}")).await;
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{filter}: {found}");
    }

    for (body, named) in [
        (json!({"template_id": template, "data": data()}), "recipients"),
        (json!({"template_id": template, "data": data(), "recipients": []}), "recipients"),
        (json!({"template_id": template, "data": {"nothing": "x"}, "recipients": recipients}), "data.nothing"),
        (json!({"template_id": template, "data": data(), "recipients": recipients, "extra": 1}), "extra"),
        (json!({"data": data(), "recipients": recipients}), "template_id"),
        (json!({"template_id": template, "data": data(), "recipients": recipients, "send_at": "tomorrow"}), "send_at"),
    ] {
        let (status, problem) = scene.post(&server, "/api/v1/batches", body).await.unwrap();
        assert_eq!(status, 422, "{problem}");
        assert!(problem["errors"].to_string().contains(&format!("\"{named}\"")), "{named}: {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_one_batch_also_at_once_and_after_a_crash() {
    let scene = Scene::new();
    let server = scene.desk.serve(&["--send-rate", "0"]);
    let people = followers(&scene).await;
    let recipients: Vec<_> = people.iter().take(20).map(|openid| json!({"touser": openid})).collect();
    let body = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": data(), "recipients": recipients});
    let send = |server: &super::process::Running, body: Value| {
        let request = scene.http.post(server.url("/api/v1/batches")).bearer_auth(&scene.key).header("idempotency-key", "n-1");
        answer(request.json(&body))
    };
    let (one, two) = tokio::join!(send(&server, body.clone()), send(&server, body.clone()));
    let good: Vec<_> = [&one, &two].into_iter().filter(|(status, _)| *status == 202).collect();
    assert!(!good.is_empty() && [&one, &two].into_iter().all(|(status, _)| [202, 409].contains(status)), "{one:?} {two:?}");
    let id = good[0].1["id"].clone();
    server.kill();
    let server = scene.desk.serve(&["--send-rate", "0"]);
    let (status, again) = send(&server, body.clone()).await;
    assert_eq!((status, &again["id"]), (202, &id));
    let mut other = body;
    other["name"] = json!("other");
    assert_eq!(send(&server, other).await.0, 422);
    let listed = scene.read(&server, "/api/v1/batches").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_end_is_cut_and_costs_no_memory() {
    let scene = Scene::new();
    let server = scene.desk.serve(&[]);
    templates_known(&scene, &server).await;
    let before = server.resident_kb();
    let frame = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": data()}).to_string();
    let head = "touser,thing2\r\n".to_owned();
    // 1 MiB of blank values of somebody who is already on the list, 10,240 times.
    let piece = bytes::Bytes::from(format!("oSomebody,{}\r\n", "x".repeat(1000)).repeat(1036));
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = taken.clone();
    let pieces = std::iter::once(bytes::Bytes::from(head)).chain(std::iter::repeat_n(piece, 10_240)).map(move |piece| {
        counted.fetch_add(piece.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok::<_, std::io::Error>(piece)
    });
    let file = reqwest::multipart::Part::stream(reqwest::Body::wrap_stream(futures_util::stream::iter(pieces)));
    let form = reqwest::multipart::Form::new()
        .part("batch", reqwest::multipart::Part::text(frame).mime_str("application/json").unwrap())
        .part("recipients", file.mime_str("text/csv").unwrap());
    let answered = scene.http.post(server.url("/api/v1/batches")).bearer_auth(&scene.key).multipart(form).send().await;
    // The answer comes while the client still writes; a client that does not look meanwhile sees its connection end.
    if let Ok(answer) = answered {
        assert!([413, 422].contains(&answer.status().as_u16()), "{answer:?}");
    }
    let taken = taken.load(std::sync::atomic::Ordering::Relaxed) / 1024 / 1024;
    assert!(taken < 200, "{taken} MiB were taken of ten thousand");
    let grown = server.resident_kb().saturating_sub(before) / 1024;
    assert!(grown < 100, "{grown} MiB");
    let listed = scene.read(&server, "/api/v1/batches").await;
    assert_eq!(listed["items"], json!([]));
}
