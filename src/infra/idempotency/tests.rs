use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use serde_json::json;
use tokio::sync::oneshot;

use super::*;
use crate::infra::trial;

async fn ask(core: &Core, key: &'static str, body: &[u8], count: &Arc<AtomicU32>) -> Result<(u16, Value), AppError> {
    let count = count.clone();
    let header = HeaderValue::from_static(key);
    Idempotency::run(core, "k1", "/messages", Some(&header), body, async move {
        Ok((202, json!({"n": count.fetch_add(1, Ordering::SeqCst) + 1})))
    })
    .await
}

fn code(outcome: Result<(u16, Value), AppError>) -> &'static str {
    outcome.expect_err("refused").code
}

#[tokio::test]
async fn the_same_request_has_one_effect_for_a_day() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let count = Arc::default();
    let first = ask(&core, "a", b"{}", &count).await.expect("runs");
    assert_eq!(ask(&core, "a", b"{}", &count).await.expect("repeats"), first);
    assert_eq!(code(ask(&core, "a", b"{ }", &count).await), "idempotency_key_reused");
    assert_eq!(ask(&core, "b", b"{}", &count).await.expect("runs").1["n"], 2);
    // Another process finds what this one left.
    let again = trial::core_with(folder.path(), core.clock.clone(), trial::settings(&[])).await;
    assert_eq!(ask(&again, "a", b"{}", &count).await.expect("repeats"), first);
    core.clock.advance(Duration::from_secs(86_400));
    assert_eq!(ask(&core, "a", b"other", &count).await.expect("runs").1["n"], 3);
    core.clock.advance(Duration::from_secs(86_401));
    assert!(!sweep(&core).await.expect("sweeps"));
    let left = sqlx::query_scalar!("select count(*) from idempotency").fetch_one(core.db.read()).await.expect("counts");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_repeat_waits_for_nobody_and_a_caller_who_hangs_up_loses_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let (go, gone) = oneshot::channel::<()>();
    let (begun, started) = oneshot::channel::<()>();
    let slow = tokio::spawn({
        let core = core.clone();
        async move {
            let header = HeaderValue::from_static("slow");
            Idempotency::run(&core, "k1", "/messages", Some(&header), b"{}", async move {
                begun.send(()).ok();
                gone.await.ok();
                Ok((202, json!("done")))
            })
            .await
        }
    });
    started.await.expect("begins");
    let count = Arc::default();
    assert_eq!(code(ask(&core, "slow", b"{}", &count).await), "idempotency_in_progress");
    assert_eq!(code(ask(&core, "slow", b"other", &count).await), "idempotency_key_reused");
    slow.abort();
    slow.await.expect_err("hangs up");
    go.send(()).expect("the work goes on");
    let answer = loop {
        match ask(&core, "slow", b"{}", &count).await {
            Err(error) if error.code == "idempotency_in_progress" => tokio::task::yield_now().await,
            other => break other.expect("answers"),
        }
    };
    assert_eq!(answer, (202, json!("done")));
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_a_crash_left_is_begun_anew_and_refusals_and_failures_are_not_kept() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let name = Name { key_id: "k1".into(), route: "/messages".into(), key: "crashed".into() };
    let now = core.now();
    core.db.write(move |c| Box::pin(async move { store::begin(c, &name, &sha256(b"{}"), now).await })).await.expect("begins");
    let count = Arc::default();
    assert_eq!(code(ask(&core, "crashed", b"other", &count).await), "idempotency_key_reused");
    assert_eq!(ask(&core, "crashed", b"{}", &count).await.expect("runs").0, 202);

    let header = HeaderValue::from_static("refused");
    let refused = Idempotency::run(&core, "k1", "/messages", Some(&header), b"{}", async { Err(AppError::not_found()) }).await;
    assert_eq!(code(refused), "not_found");
    assert_eq!(ask(&core, "refused", b"mended", &count).await.expect("runs").0, 202);
    let header = HeaderValue::from_static("broken");
    let broken = Idempotency::run(&core, "k1", "/messages", Some(&header), b"{}", async { panic!("on purpose") }).await;
    assert_eq!(code(broken), "internal");
    assert_eq!(ask(&core, "broken", b"{}", &count).await.expect("runs").0, 202);
}

#[tokio::test]
async fn keys_have_a_form() {
    assert_eq!(read(&HeaderValue::from_static("  ")).expect_err("empty").status, 422);
    assert!(read(&HeaderValue::from_str(&"k".repeat(255)).expect("header")).is_ok());
    assert!(read(&HeaderValue::from_str(&"k".repeat(256)).expect("header")).is_err());
    assert!(read(&HeaderValue::from_bytes("微".as_bytes()).expect("header")).is_err());
}
