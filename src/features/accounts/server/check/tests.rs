//! The check against a platform and a callback of the test's own.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::{get, post},
};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::{
    features::accounts::server::{Accounts, By, Typed, add},
    infra::trial,
};

type Answers = Arc<Mutex<(Value, Value, &'static str)>>;

/// A platform that answers as it is told: token, templates, and the callback's echo (`{}` stands for the right one).
async fn platform(answers: Answers) -> String {
    async fn echo(State(answers): State<Answers>, Query(query): Query<std::collections::HashMap<String, String>>) -> String {
        let right = crate::wechat::signature::callback(&["tok1", &query["timestamp"], &query["nonce"]]);
        assert_eq!(query["signature"], right);
        answers.lock().expect("lock").2.replace("{}", &query["echostr"])
    }
    let router = Router::new()
        .route("/cgi-bin/stable_token", post(|State(answers): State<Answers>| async move { Json(answers.lock().expect("lock").0.clone()) }))
        .route(
            "/cgi-bin/template/get_all_private_template",
            get(|State(answers): State<Answers>| async move { Json(answers.lock().expect("lock").1.clone()) }),
        )
        .route("/callback/{app_id}", get(echo))
        .with_state(answers);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let base = format!("http://{}", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

fn fine() -> (Value, Value, &'static str) {
    (json!({"access_token": "t", "expires_in": 7200}), json!({"template_list": []}), "{}")
}

/// Checks an account and gives marks, codes and lines.
async fn checked(answers: (Value, Value, &'static str), token: Option<&str>) -> Vec<CheckLine> {
    let base = platform(Arc::new(Mutex::new(answers))).await;
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let typed = Typed {
        name: Some("A".into()),
        secret: Some(SecretString::from("canary-secret")),
        api_base: Some(base.clone()),
        callback_token: token.map(SecretString::from),
        ..Typed::default()
    };
    add(&core, &By::command(), "wx1", typed).await.expect("adds");
    let account = Accounts::open(core.clone()).await.expect("opens").get("wx1").expect("there");
    let lines = check(&core, &account, &base).await;
    assert!(!format!("{lines:?}").contains("canary"));
    lines
}

fn marks(lines: &[CheckLine]) -> String {
    lines.iter().map(|line| line.state.mark()).collect()
}

#[tokio::test]
async fn all_is_well() {
    let lines = checked(fine(), Some("tok1")).await;
    assert_eq!(marks(&lines), "✓✓✓✓", "{lines:?}");
    assert_eq!(marks(&checked(fine(), None).await), "✓✓✓–", "a callback that is off is no fault");
}

#[tokio::test]
async fn an_address_off_the_list_is_named() {
    let words = "invalid ip 203.0.113.24 ipv6 ::ffff:203.0.113.24, not in whitelist rid: 658cff8e-7783352d-44cb33e5";
    let lines = checked((json!({"errcode": 40164, "errmsg": words}), json!({}), "{}"), None).await;
    assert_eq!(marks(&lines), "✕✕––");
    assert_eq!((lines[1].errcode, lines[1].address.as_deref()), (Some(40164), Some("203.0.113.24")));
    assert!(lines[1].text.zh.contains("203.0.113.24") && lines[1].hint.is_some());
}

#[tokio::test]
async fn a_wrong_secret_says_so_and_says_nothing_about_the_rest() {
    for errcode in [40001, 40125] {
        let lines = checked((json!({"errcode": errcode, "errmsg": "invalid credential"}), json!({}), "{}"), None).await;
        assert_eq!(marks(&lines), "✕–––");
        assert_eq!(lines[0].errcode, Some(errcode));
        assert_eq!(lines[0].text, w::CHECK_WRONG_SECRET.into());
    }
}

#[tokio::test]
async fn a_missing_right_and_a_foreign_echo_are_faults() {
    let lines = checked((fine().0, json!({"errcode": 48001, "errmsg": "api unauthorized"}), "<html>"), Some("tok1")).await;
    assert_eq!(marks(&lines), "✓✓✕✕", "{lines:?}");
    assert_eq!(lines[2].errcode, Some(48001));
    assert!(lines[3].hint.as_ref().is_some_and(|hint| hint.en.contains("HTTP 200")));
}

#[tokio::test]
async fn a_callback_that_nobody_answers_is_left_open() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let nobody = format!("http://{}", gone.local_addr().expect("address"));
    drop(gone);
    let typed = Typed {
        name: Some("A".into()),
        secret: Some(SecretString::from("s")),
        api_base: Some(nobody.clone()),
        callback_token: Some(SecretString::from("tok1")),
        ..Typed::default()
    };
    add(&core, &By::command(), "wx1", typed).await.expect("adds");
    let account = Accounts::open(core.clone()).await.expect("opens").get("wx1").expect("there");
    let lines = check(&core, &account, &nobody).await;
    assert_eq!(marks(&lines), "✕–––", "{lines:?}");
}
