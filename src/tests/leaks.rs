//! No secret, token or ticket in clear: not in any log at trace level, not in an answer, not in the database files.

use std::fs;

use serde_json::json;
use wxdesk::sandbox::{SANDBOX_APP_ID, SANDBOX_ORIGINAL_ID, SANDBOX_SECRET};

use super::{
    house::{answer, client},
    process::Desk,
};

const CALLBACK_TOKEN: &str = "canaryCallbackToken0001";
const AES_KEY: &str = "canaryAesKeycanaryAesKeycanaryAesKeycanaryA";

#[tokio::test(flavor = "multi_thread")]
async fn secrets_stay_secret_at_trace_level() {
    let desk = Desk::new();
    let simulator = desk.simulator();
    let key_file = desk.folder.path().join("aes.key");
    fs::write(&key_file, AES_KEY).unwrap();
    let key_path = key_file.to_string_lossy().into_owned();
    let base = simulator.url("");
    let account = ["account", "add", "--app-id", SANDBOX_APP_ID, "--name", "测试", "--js-domain", "localhost"];
    let rest = ["--api-base", &base, "--callback-token", CALLBACK_TOKEN, "--aes-key-file", &key_path, "--original-id", SANDBOX_ORIGINAL_ID];
    desk.must(&[&account[..], &rest[..]].concat(), SANDBOX_SECRET);
    let scopes = "media:write,media:read,messages:send,messages:read,users:read,token:read,wx:call";
    let key = desk.must(&["key", "create", "all", "--scope", scopes], "").trim().to_owned();
    desk.must(&["user", "add", "admin", "--role", "admin"], "canaryPassword0001");
    let server = desk.serve(&["--log", "trace"]);
    let http = client();

    let (_, token) = answer(http.get(server.url("/api/v1/access-token")).bearer_auth(&key)).await;
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let mut said = String::new();
    for (path, body) in [
        ("/api/v1/media", json!({"media_id": "gone", "user_id": "1", "answer_title": "t", "question_id": "q"})),
        ("/api/v1/messages", json!({"touser": "oNobody", "template_id": "none", "data": {}})),
        (
            "/api/v1/media",
            json!({"media_id": "gone\r\n{\"level\":\"FORGED\"}\u{1b}[31m", "user_id": "1", "answer_title": "t", "question_id": "q"}),
        ),
    ] {
        let answered = http.post(server.url(path)).bearer_auth(&key).header("prefer", "wait=5").json(&body).send().await.unwrap();
        said.push_str(&answered.text().await.unwrap());
    }
    let stand_in = [("grant_type", "client_credential"), ("appid", SANDBOX_APP_ID), ("secret", key.as_str())];
    let given = http.get(server.url(&format!("/wx/{SANDBOX_APP_ID}/cgi-bin/token"))).query(&stand_in);
    assert!(answer(given).await.1["access_token"].is_string());
    let relayed = format!("/wx/{SANDBOX_APP_ID}/cgi-bin/user/get?next_openid=canaryOauthCode0001");
    // The platform refuses, hangs up and talks nonsense: errors are where addresses and bodies leak.
    for dials in [json!({"secret_wrong": 3}), json!({"cut": 3}), json!({"garbage": "html", "garbage_next": 3})] {
        http.put(simulator.url("/sandbox/dials")).json(&dials).send().await.unwrap();
        for path in [
            "/api/v1/openid?code=canaryOauthCode0001",
            "/api/v1/jssdk/signature?url=http%3A%2F%2Flocalhost%2F",
            "/api/v1/media",
            "/oauth/wxsandbox0000001/callback?code=canaryOauthCode0001&state=x",
            &relayed,
            "/",
        ] {
            said.push_str(&http.get(server.url(path)).bearer_auth(&key).send().await.unwrap().text().await.unwrap());
        }
    }
    let pushed =
        http.post(server.url(&format!("/callback/{SANDBOX_APP_ID}?signature=x&timestamp=1&nonce=2"))).body("<xml/>").send().await.unwrap();
    said.push_str(&pushed.text().await.unwrap());
    let form = [("name", "admin"), ("username", "admin"), ("password", "canaryPassword0001")];
    said.push_str(&http.post(server.url("/login")).form(&form).send().await.unwrap().text().await.unwrap());
    http.put(simulator.url("/sandbox/dials")).json(&json!({})).send().await.unwrap();
    // The simulator gives what is alive once more; the server has held the same since its start.
    let asked = [("access_token", token.as_str()), ("type", "jsapi")];
    let (_, ticket) = answer(http.get(simulator.url("/cgi-bin/ticket/getticket")).query(&asked)).await;
    let ticket = ticket["ticket"].as_str().expect("a ticket").to_owned();
    assert_eq!(server.stop(), 0);

    let mut canaries: Vec<String> =
        [SANDBOX_SECRET, CALLBACK_TOKEN, AES_KEY, "canaryPassword0001", "canaryOauthCode0001"].map(str::to_owned).to_vec();
    canaries.extend([key.clone(), token.clone(), ticket.clone()]);

    let log = fs::read_to_string(desk.log()).unwrap();
    // Whatever callers put into it, a line of the log stays one line and one object.
    assert!(log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|said| said.is_object())));
    assert!(!log.contains("\u{1b}["));
    let mut places = vec![("log", log.into_bytes()), ("answers", said.into_bytes())];
    for file in ["wxdesk.db", "wxdesk.db-wal"] {
        places.push((file, fs::read(desk.data().join(file)).unwrap_or_default()));
    }
    let journal = fs::read_to_string(desk.folder.path().join("sandbox.jsonl")).unwrap();
    assert!(!journal.contains(&token) && !journal.contains(&ticket), "the simulator's own journal");
    for (place, bytes) in &places {
        for canary in &canaries {
            let found = bytes.windows(canary.len()).any(|part| part == canary.as_bytes());
            assert!(!found, "{}… found in {place}", &canary[..6]);
        }
    }
}
