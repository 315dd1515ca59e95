//! Batches over HTTP, and SIGKILL in the middle of them: the real binary, a real database file, the simulator's ledger as the judge.

use std::{
    collections::HashMap,
    env,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use wxdesk::sandbox::{SANDBOX_APP_ID, demo::template_id};

use super::{crash::Scene, house::answer};

fn data() -> Value {
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

async fn ended(scene: &Scene, server: &super::process::Running, id: &str) -> Value {
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

/// Rounds of SIGKILL at random moments; the seed is printed. `WXDESK_KILL_ROUNDS` asks for more.
#[tokio::test(flavor = "multi_thread")]
async fn killed_at_random_nobody_gets_it_twice_and_nobody_is_skipped() {
    let rounds = env::var("WXDESK_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let seed = env::var("WXDESK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or_else(rand::random::<u64>);
    println!("seed {seed}, {rounds} rounds");
    let mut chance = StdRng::seed_from_u64(seed);
    let scene = Scene::new();
    let people = followers(&scene).await;
    let before = sent_to(&scene, &people).await;
    let options = ["--send-rate", "0", "--send-parallel", "8"];
    scene.dials(json!({"path": "/cgi-bin/message/template/send", "delay_ms": 60})).await;
    let mut server = scene.desk.serve(&options);
    let mut batches = Vec::new();
    for round in 0..rounds {
        if round % 4 == 0 {
            let recipients: Vec<_> = people.iter().map(|openid| json!({"touser": openid})).collect();
            let body = json!({"template_id": template_id(SANDBOX_APP_ID, 4), "data": data(), "recipients": recipients});
            let (status, filed) = scene.post(&server, "/api/v1/batches", body).await.unwrap();
            assert_eq!(status, 202, "{filed}");
            batches.push(filed["id"].as_str().unwrap().to_owned());
        }
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..120))).await;
        server.kill();
        server = scene.desk.serve(&options);
    }
    let mut total = 0;
    for id in &batches {
        let batch = ended(&scene, &server, id).await;
        let counts = &batch["counts"];
        let of = |state: &str| counts[state].as_u64().unwrap();
        assert_eq!(batch["state"], "done", "seed {seed}: {batch}");
        assert_eq!((of("queued"), of("sending"), of("unknown"), of("failed")), (0, 0, 0, 0), "seed {seed}: {batch}");
        assert_eq!(of("accepted") + of("delivered"), batch["total"].as_u64().unwrap(), "seed {seed}: {batch}");
        total += batch["total"].as_u64().unwrap();
    }
    let after = sent_to(&scene, &people).await;
    for openid in &people {
        assert_eq!(after[openid] - before[openid], batches.len(), "seed {seed}: {openid} got it once a batch");
    }
    assert_eq!(total, (people.len() * batches.len()) as u64);
}

async fn sent_to(scene: &Scene, people: &[String]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for openid in people {
        let got = scene.simulator_json(&format!("/sandbox/messages?openid={openid}")).await;
        counts.insert(openid.clone(), got.as_array().unwrap().len());
    }
    counts
}
