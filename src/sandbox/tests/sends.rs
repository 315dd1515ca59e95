use super::*;
use crate::sandbox::{Dials, Garbage};

#[tokio::test]
async fn a_good_message_is_accepted_with_a_64_bit_number() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let answer = bench.send(&token, &bench.person(0), None).await;
    same_shape(&answer, &fixture("template_send_ok.json"), "send");
    let msgid = answer["msgid"].as_i64().expect("a number");
    assert_eq!(msgid.to_string().len(), 19);
    assert!(msgid > 1 << 53);
    let kept = bench.sandbox.accepted(&bench.person(0));
    assert_eq!((kept.len(), kept[0].msgid), (1, msgid));
    assert_eq!(kept[0].rows[1].value, "1280.00元");
}

#[tokio::test]
async fn refusals_name_what_is_wrong() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let path = format!("/cgi-bin/message/template/send?access_token={token}");
    let good = bench.message(&bench.person(0), None);
    let but = |pointer: &str, value: Value| {
        let mut ask = good.clone();
        *ask.pointer_mut(pointer).expect("there") = value;
        ask
    };
    let mut more = good.clone();
    more["data"]["thing9"] = json!({ "value": "多余" });
    let mut less = good.clone();
    less["data"].as_object_mut().expect("a map").remove("date3");
    let mut away = good.clone();
    away["miniprogram"] = json!({ "appid": "wx1", "pagepath": "https://no" });
    for (ask, name, word) in [
        (but("/touser", json!("oNobody")), "template_send_err_40003.json", ""),
        (but("/touser", json!(bench.person(203))), "template_send_err_43004.json", ""),
        (but("/template_id", json!("short")), "template_send_err_40036.json", ""),
        (but("/template_id", json!("x".repeat(43))), "template_send_err_40037.json", ""),
        (but("/data/thing1/value", json!("字".repeat(21))), "template_send_err_47003.json", "data.thing1.value"),
        (but("/data/thing1/value", json!("违规示例")), "template_send_err_40249.json", ""),
        (but("/data/amount2/value", json!(1280)), "template_send_err_47003.json", "data.amount2.value"),
        (more, "template_send_err_47003.json", "data.thing9.value"),
        (less, "template_send_err_47003.json", "data.date3.value"),
        (away, "template_send_err_40165.json", ""),
    ] {
        let ours = bench.post(&path, ask).await;
        assert_eq!(ours["errcode"], fixture(name)["errcode"], "{name}: {ours}");
        assert!(text(&ours, "errmsg").contains(word), "{ours}");
    }
    assert!(bench.sandbox.accepted(&bench.person(0)).is_empty());
    let (_, _, body) = bench.raw("POST", &path, "{broken").await;
    assert!(String::from_utf8_lossy(&body).contains("47001"));
}

#[tokio::test]
async fn old_templates_cut_long_values_and_drop_first_and_remark() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let ask = json!({
        "touser": bench.person(1),
        "template_id": crate::sandbox::demo::template_id(SANDBOX_APP_ID, 5),
        "data": { "first": { "value": "您好" }, "keyword1": { "value": "字".repeat(30) } },
    });
    let answer = bench.post(&format!("/cgi-bin/message/template/send?access_token={token}"), ask).await;
    assert_eq!(code(&answer), 0, "{answer}");
    let kept = bench.sandbox.accepted(&bench.person(1));
    assert_eq!(kept[0].rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["keyword1", "keyword2"]);
    assert_eq!(kept[0].rows[0].value.chars().count(), 20);
}

#[tokio::test]
async fn a_client_msg_id_is_delivered_once_within_ten_minutes_and_per_openid() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let (one, two) = (bench.person(0), bench.person(1));
    let first = bench.send(&token, &one, Some("A1")).await;
    bench.pass(599);
    assert_eq!(bench.send(&token, &one, Some("A1")).await["msgid"], first["msgid"]);
    assert_ne!(bench.send(&token, &two, Some("A1")).await["msgid"], first["msgid"]);
    assert_eq!(bench.sandbox.accepted(&one).len(), 1);
    bench.pass(1);
    assert_ne!(bench.send(&token, &one, Some("A1")).await["msgid"], first["msgid"]);
    assert_eq!(bench.sandbox.accepted(&one).len(), 2);
    bench.sandbox.set_dials(Dials { ignore_client_msg_id: true, ..Default::default() });
    bench.send(&token, &one, Some("A1")).await;
    assert_eq!(bench.sandbox.accepted(&one).len(), 3);
}

#[tokio::test]
async fn dials_hit_the_next_calls_and_only_those() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let openid = bench.person(0);
    let scope = Some("/cgi-bin/message".to_owned());
    let dials = Dials { path: scope, busy: 1, quota: 1, stale_token: 1, unfollow: 1, ..Default::default() };
    bench.sandbox.set_dials(dials);
    assert_eq!(bench.token_code(&token).await, 0, "out of scope");
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(code(&bench.send(&token, &openid, None).await));
    }
    assert_eq!(codes, [-1, 45009, 40001, 43004, 0]);
    assert_eq!(bench.sandbox.accepted(&openid).len(), 1);
    bench.sandbox.set_dials(Dials { ip_denied: Some("203.0.113.7".into()), ..Default::default() });
    let refused = bench.stable(false).await;
    assert_eq!(code(&refused), 40164);
    assert!(text(&refused, "errmsg").contains("203.0.113.7"));
}

#[tokio::test]
async fn cut_connections_and_spoiled_answers_say_in_the_ledger_what_was_done() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let openid = bench.person(0);
    let path = format!("/cgi-bin/message/template/send?access_token={token}");
    bench.sandbox.set_dials(Dials { cut: 1, cut_after_accept: 1, ..Default::default() });
    for accepted in [0, 1] {
        let (_, _, body) = bench.raw("POST", &path, bench.message(&openid, None).to_string()).await;
        assert!(body.is_empty());
        assert_eq!(bench.sandbox.accepted(&openid).len(), accepted);
    }
    let ledger = bench.sandbox.ledger();
    let faults: Vec<_> = ledger.iter().filter_map(|entry| Some((entry.fault.as_deref()?, entry.errcode))).collect();
    assert_eq!(faults, [("cut", -1), ("cut_after_accept", 0)]);
    for (kind, done) in [(Garbage::Html, false), (Garbage::Empty, false), (Garbage::Half, true), (Garbage::Control, true)] {
        let before = bench.sandbox.accepted(&openid).len();
        bench.sandbox.set_dials(Dials { garbage: Some(kind), garbage_next: 1, ..Default::default() });
        let (_, _, body) = bench.raw("POST", &path, bench.message(&openid, None).to_string()).await;
        assert!(serde_json::from_slice::<Value>(&body).is_err(), "{kind:?}");
        assert_eq!(bench.sandbox.accepted(&openid).len() - before, usize::from(done), "{kind:?}");
    }
    bench.sandbox.set_dials(Dials { garbage: Some(Garbage::StringErrcode), garbage_next: 1, ..Default::default() });
    let (_, _, body) = bench.raw("POST", &path, bench.message(&openid, None).to_string()).await;
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("JSON")["errcode"], "0");
}

#[tokio::test]
async fn the_ledger_tells_who_was_written_to_and_no_secret() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let openid = bench.person(0);
    let answer = bench.send(&token, &openid, Some("B-7")).await;
    let entry = bench.sandbox.ledger().pop().expect("an entry");
    assert_eq!((entry.path.as_str(), entry.app_id.as_str(), entry.errcode), ("/cgi-bin/message/template/send", SANDBOX_APP_ID, 0));
    assert_eq!(entry.detail, format!("openid={openid} client_msg_id=B-7 msgid={}", answer["msgid"]));
    let all = serde_json::to_string(&bench.sandbox.ledger()).expect("JSON");
    assert!(!all.contains(&token) && !all.contains(SANDBOX_SECRET));
    assert_eq!(bench.get("/sandbox/ledger?path=/cgi-bin/token").await.as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn the_journal_brings_everything_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.jsonl");
    let bench = Bench::with_journal(Some(file.clone()), 1);
    let token = bench.classic().await;
    let openid = bench.person(0);
    let first = bench.send(&token, &openid, Some("C1")).await;
    let media = bench.sandbox.upload(b"\xff\xd8\xffpicture");
    bench.sandbox.set_dials(Dials { busy: 3, path: Some("/none".into()), ..Default::default() });
    let (ledger, accepted) = (bench.sandbox.ledger(), bench.sandbox.accepted(&openid));
    drop(bench);
    // A kill in the middle of a write leaves a line without its end.
    use std::io::Write;
    std::fs::OpenOptions::new().append(true).open(&file).expect("opens").write_all(b"{\"event\":\"Asked").expect("writes");
    let bench = Bench::with_journal(Some(file.clone()), 2);
    assert_eq!((bench.sandbox.ledger(), bench.sandbox.accepted(&openid)), (ledger, accepted));
    assert_eq!(bench.sandbox.dials().busy, 3);
    assert_eq!(bench.send(&token, &openid, Some("C1")).await["msgid"], first["msgid"], "token and window are remembered");
    let (_, _, bytes) = bench.raw("GET", &format!("/cgi-bin/media/get?access_token={token}&media_id={media}"), Body::empty()).await;
    assert_eq!(bytes, b"\xff\xd8\xffpicture");
    drop(bench);
    Bench::with_journal(Some(file), 3);
}

#[tokio::test]
async fn the_journal_holds_no_token_ticket_code_or_callback_key_that_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.jsonl");
    let bench = Bench::with_journal(Some(file.clone()), 1);
    let token = bench.classic().await;
    let stable = text(&bench.stable(false).await, "access_token");
    let asking = format!("/cgi-bin/ticket/getticket?access_token={token}&type=jsapi");
    let ticket = text(&bench.get(&asking).await, "ticket");
    let openid = bench.person(0);
    let code = bench.sandbox.change(|change| crate::sandbox::oauth::issue_code(change, SANDBOX_APP_ID, &openid, "snsapi_base", false));
    let exchange =
        format!("/sns/oauth2/access_token?appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}&grant_type=authorization_code&code={code}");
    let granted = bench.get(&exchange).await;
    let (user, refresh) = (text(&granted, "access_token"), text(&granted, "refresh_token"));
    let callback = json!({ "url": "http://127.0.0.1:1/", "token": "canary-callback-token", "aes_key": null, "mode": "plain" });
    bench.sandbox.set_callback(SANDBOX_APP_ID, serde_json::from_value(callback).expect("a target"));
    drop(bench);
    let kept = std::fs::read_to_string(&file).expect("reads");
    for secret in [&token, &stable, &ticket, &code, &user, &refresh, "canary-callback-token"] {
        assert!(!kept.contains(secret), "{secret} stands in the journal");
    }
    let bench = Bench::with_journal(Some(file.clone()), 2);
    assert_eq!(text(&bench.stable(false).await, "access_token"), stable, "given again after a restart");
    assert_eq!(text(&bench.get(&asking).await, "ticket"), ticket);
    assert_eq!(super::code(&bench.get(&exchange).await), 40163, "the code stays used");
    drop(bench);
    std::fs::remove_file(folder.path().join("sandbox.key")).expect("removes");
    let options = Options { clock: Clock::system(), chance: Chance::system(), journal: Some(file), app: App::sandbox() };
    let refused = format!("{:#}", Sandbox::open(options).err().expect("another key opens nothing"));
    assert!(refused.contains("belong together"), "{refused}");
}

#[test]
fn a_journal_from_before_anything_was_sealed_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.jsonl");
    let opened = json!({ "event": "app_opened", "app_id": SANDBOX_APP_ID, "at": START_MS / 1000 });
    let ticket = json!({ "event": "ticket_issued", "app_id": SANDBOX_APP_ID, "kind": "jsapi", "ticket": "plain", "at": START_MS / 1000 });
    std::fs::write(&file, format!("{opened}\n{ticket}\n")).expect("writes");
    let bench = Bench::with_journal(Some(file), 1);
    assert!(bench.sandbox.look(|state| state.live_tickets(SANDBOX_APP_ID, START_MS / 1000).any(|ticket| ticket == "plain")));
}

#[tokio::test]
async fn a_crowd_follows_for_a_rehearsal_and_takes_messages() {
    let bench = Bench::new();
    bench.sandbox.join(5);
    let people = bench.sandbox.followers();
    let crowd: Vec<_> = people.iter().filter(|person| person.openid.starts_with("oCrowd")).collect();
    assert_eq!(crowd.len(), 5);
    assert!(crowd.iter().all(|person| person.subscribed && person.openid.len() == 28));
    bench.sandbox.join(1);
    assert_eq!(bench.sandbox.followers().len(), people.len() + 1, "the next are others");
}
