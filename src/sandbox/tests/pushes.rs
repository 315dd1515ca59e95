use std::sync::{Arc, Mutex};

use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use axum::{Router, extract::RawQuery, routing::any};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::sandbox::{CallbackTarget, Dials, Mode, push};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A small server that takes pushes down and answers from a list, then `success`.
struct Receiver {
    url: String,
    seen: Arc<Mutex<Vec<(String, String)>>>,
    stop: CancellationToken,
}

impl Receiver {
    async fn start(answers: Vec<(u16, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/callback", listener.local_addr().expect("an address"));
        let (seen, answers) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(answers.into_iter())));
        let take = seen.clone();
        let router = Router::new().fallback(any(move |RawQuery(query): RawQuery, body: String| async move {
            let query = query.unwrap_or_default();
            let echo =
                url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "echostr").map(|(_, value)| value.into_owned());
            take.lock().expect("lock").push((query, body));
            let (status, text) = answers.lock().expect("lock").next().unwrap_or((200, "success"));
            (StatusCode::from_u16(status).expect("a status"), echo.unwrap_or_else(|| text.to_owned()))
        }));
        let stop = CancellationToken::new();
        let until = stop.clone();
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(until.cancelled_owned()).await });
        Self { url, seen, stop }
    }

    fn target(&self, mode: Mode) -> CallbackTarget {
        CallbackTarget { url: self.url.clone(), token: "pushtoken".into(), aes_key: Some(KEY.into()), mode }
    }

    /// Waits until `count` pushes came; the test's own time limit is the harness's.
    async fn wait(&self, count: usize) -> Vec<(String, String)> {
        loop {
            let seen = self.seen.lock().expect("lock").clone();
            if seen.len() >= count {
                return seen;
            }
            tokio::task::yield_now().await;
        }
    }
}

fn param(query: &str, name: &str) -> String {
    url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn between(text: &str, tag: &str) -> String {
    let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("{tag} in {text}"));
    let (value, _) = rest.split_once(&format!("</{tag}>")).expect("an end");
    value.trim_start_matches("<![CDATA[").trim_end_matches("]]>").to_owned()
}

fn decrypt(secret: &str) -> (String, String) {
    let key = push::aes_key(KEY).expect("a key");
    let mut bytes = STANDARD.decode(secret).expect("base64");
    let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).expect("32 and 16 bytes");
    let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).expect("whole blocks");
    assert_eq!(plain.len() % 32, 0);
    let pad = usize::from(*plain.last().expect("a byte"));
    let length = u32::from_be_bytes(plain[16..20].try_into().expect("four bytes")) as usize;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
    (text(&plain[20..20 + length]), text(&plain[20 + length..plain.len() - pad]))
}

async fn started(receiver: &Receiver, mode: Mode) -> (Bench, String, CancellationToken) {
    let bench = Bench::new();
    bench.sandbox.set_callback(SANDBOX_APP_ID, receiver.target(mode));
    let token = bench.classic().await;
    tokio::spawn(bench.sandbox.clone().run_pusher(receiver.stop.clone()));
    (bench, token, receiver.stop.clone())
}

fn check_signature(query: &str) {
    let ours = push::sign(["pushtoken", &param(query, "timestamp"), &param(query, "nonce")]);
    assert_eq!(param(query, "signature"), ours);
}

#[tokio::test]
async fn a_receipt_comes_signed_and_tells_the_msgid() {
    let receiver = Receiver::start(Vec::new()).await;
    let (bench, token, stop) = started(&receiver, Mode::Plain).await;
    let answer = bench.send(&token, &bench.person(0), None).await;
    bench.pass(1);
    let (query, body) = receiver.wait(1).await.remove(0);
    check_signature(&query);
    assert_eq!(param(&query, "openid"), bench.person(0));
    assert_eq!(between(&body, "Event"), "TEMPLATESENDJOBFINISH");
    assert_eq!(between(&body, "MsgID"), answer["msgid"].to_string());
    assert_eq!(between(&body, "ToUserName"), crate::sandbox::SANDBOX_ORIGINAL_ID);
    assert_eq!(between(&body, "Status"), "success");
    stop.cancel();
}

#[tokio::test]
async fn safe_mode_hides_everything_and_compatible_shows_both() {
    for mode in [Mode::Safe, Mode::Compatible] {
        let receiver = Receiver::start(Vec::new()).await;
        let (bench, token, stop) = started(&receiver, mode).await;
        let people = bench.sandbox.followers();
        let blocking = people.iter().find(|person| person.blocks && person.subscribed).expect("one who blocks");
        bench.send(&token, &blocking.openid, None).await;
        bench.pass(1);
        let (query, body) = receiver.wait(1).await.remove(0);
        let secret = between(&body, "Encrypt");
        let signature = push::sign(["pushtoken", &param(&query, "timestamp"), &param(&query, "nonce"), &secret]);
        assert_eq!((param(&query, "msg_signature"), param(&query, "encrypt_type").as_str()), (signature, "aes"));
        let (plain, app_id) = decrypt(&secret);
        assert_eq!((between(&plain, "Status").as_str(), app_id.as_str()), ("failed:user block", SANDBOX_APP_ID));
        assert_eq!(body.contains("failed:user block"), mode == Mode::Compatible);
        stop.cancel();
    }
}

#[tokio::test]
async fn a_push_is_tried_three_times_and_no_more() {
    let receiver = Receiver::start(vec![(500, "no"), (200, "other words")]).await;
    let (bench, token, stop) = started(&receiver, Mode::Plain).await;
    bench.send(&token, &bench.person(0), None).await;
    for count in 1..=3 {
        // The pusher notes the outcome before it sleeps; the clock moves only after that.
        while bench.sandbox.look(|state| state.pushes.values().any(|push| push.tries + 1 < count)) {
            tokio::task::yield_now().await;
        }
        bench.pass(6);
        receiver.wait(count as usize).await;
    }
    while bench.sandbox.look(|state| !state.pushes.is_empty()) {
        tokio::task::yield_now().await;
    }
    assert_eq!(receiver.wait(3).await.len(), 3);
    stop.cancel();
}

#[tokio::test]
async fn receipts_can_be_missing_doubled_or_late() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let waiting = || bench.sandbox.look(|state| state.pushes.values().map(|push| push.due_ms - START_MS).collect::<Vec<_>>());
    bench.sandbox.set_dials(Dials { receipt_missing_percent: 100, ..Default::default() });
    bench.send(&token, &bench.person(0), None).await;
    assert!(waiting().is_empty());
    bench.sandbox.set_dials(Dials { receipt_doubled_percent: 100, receipt_late_ms: 60_000, ..Default::default() });
    bench.send(&token, &bench.person(0), None).await;
    let due = waiting();
    assert_eq!(due.len(), 2);
    assert!(due.iter().all(|due| *due >= 60_000));
}

#[tokio::test]
async fn the_console_check_wants_its_echo() {
    let receiver = Receiver::start(Vec::new()).await;
    let bench = Bench::new();
    assert!(bench.sandbox.verify_callback(SANDBOX_APP_ID).await.is_err(), "none is set");
    bench.sandbox.set_callback(SANDBOX_APP_ID, receiver.target(Mode::Plain));
    bench.sandbox.verify_callback(SANDBOX_APP_ID).await.expect("echoed");
    check_signature(&receiver.wait(1).await[0].0);
    receiver.stop.cancel();
}

#[test]
fn our_encryption_and_signature_are_the_official_examples_letter_by_letter() {
    let example = fixture("callback_safe_mode_official.json");
    let random = text(&example, "random16").into_bytes().try_into().expect("16 bytes");
    let (key, app_id) = (text(&example, "encoding_aes_key"), text(&example, "appid"));
    let secret = push::encrypt(&key, &app_id, text(&example, "msg").as_bytes(), random).expect("encrypts");
    assert_eq!(secret, text(&example, "encrypt"));
    let query = text(&example, "query");
    let signature = push::sign([&text(&example, "token"), &param(&query, "timestamp"), &param(&query, "nonce"), &secret]);
    assert_eq!(signature, param(&query, "msg_signature"));
}

#[tokio::test]
async fn serving_cuts_connections_for_real() {
    let bench = Bench::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let stop = CancellationToken::new();
    let served = tokio::spawn(bench.sandbox.clone().serve(listener, stop.clone()));
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    bench.sandbox.set_dials(Dials { cut: 1, path: Some("/cgi-bin/token".into()), ..Default::default() });
    let path = format!("{base}/cgi-bin/token?grant_type=client_credential&appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}");
    assert!(http.get(&path).send().await.is_err());
    assert_eq!(http.get(&path).send().await.expect("answers").status(), 200);
    stop.cancel();
    served.await.expect("ends in order");
}
