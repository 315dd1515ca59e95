//! The callback from outside: what WeChat would see, and what is on disk afterwards.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode},
    response::IntoResponse,
    routing::any,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::{
    pushes::{KEY, account, encrypted_push, event, plain_push, receipt},
    *,
};
use crate::{
    features::{
        accounts::{model::CallbackMode, server::store::identity},
        tokens::server::Tokens,
    },
    infra::{clock::Clock, trial},
};

/// 2023-11-14 22:13:20 UTC, the time the pushes name.
const NOW: i64 = 1_700_000_000_000;

/// Counts reports, and fails while told to.
#[derive(Default)]
struct Counting {
    joined: AtomicU32,
    told: AtomicU32,
    failing: AtomicBool,
}

impl ReceiptSink for Counting {
    fn join<'c>(&'c self, _: &'c mut SqliteConnection, _: &'c Report) -> BoxFuture<'c, Result<Option<String>, sqlx::Error>> {
        Box::pin(async move {
            if self.failing.load(Ordering::SeqCst) {
                return Err(sqlx::Error::RowNotFound);
            }
            self.joined.fetch_add(1, Ordering::SeqCst);
            Ok(Some("m1".into()))
        })
    }

    fn settled(&self, id: &str) {
        assert_eq!(id, "m1");
        self.told.fetch_add(1, Ordering::SeqCst);
    }
}

struct Desk {
    folder: TempDir,
    callback: Callback,
    sink: Arc<Counting>,
}

impl Desk {
    async fn open(mode: CallbackMode, forward: Option<&str>) -> Self {
        let desk = Self::reopen(tempfile::tempdir().expect("folder"), Arc::default()).await;
        let (vault, mode) = (desk.callback.core.vault.clone(), mode.word());
        let forward = forward.map(str::to_owned);
        let core = desk.callback.core.clone();
        core.db
            .write(move |connection| {
                Box::pin(async move {
                    let seal = |field, text: &str| vault.seal(&identity("wx1", field), &text.to_owned().into());
                    sqlx::query(
                        "insert into accounts (app_id, name, secret, original_id, api_base, callback_token, aes_key, callback_mode, forward_callback, created_at, updated_at)
                         values ('wx1', '青禾', ?, 'gh_1', 'http://127.0.0.1:9', ?, ?, ?, ?, 0, 0)",
                    )
                    .bind(seal("secret", "secret"))
                    .bind(seal("callback_token", "token"))
                    .bind(seal("aes_key", KEY))
                    .bind(mode)
                    .bind(forward)
                    .execute(connection)
                    .await
                    .map(|_| ())
                })
            })
            .await
            .expect("an account");
        desk.callback.accounts.reload().await.expect("reads");
        desk
    }

    /// The same folder after a restart.
    async fn reopen(folder: TempDir, sink: Arc<Counting>) -> Self {
        let core = trial::core_with(folder.path(), Clock::manual(NOW), trial::settings(&[])).await;
        let accounts = Accounts::open(core.clone()).await.expect("reads");
        let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("opens");
        let crew = Crew::new(core.clock.clone(), CancellationToken::new());
        let people = People::open(core.clone(), accounts.clone(), tokens, crew);
        let callback = Callback::open(core, accounts, people, sink.clone()).expect("opens");
        Self { folder, callback, sink }
    }

    async fn send(&self, method: Method, path: &str, body: impl Into<Body>) -> (StatusCode, String) {
        let request = Request::builder().method(method).uri(path).header("content-type", "text/xml").body(body.into()).expect("request");
        let response = http::routes(self.callback.clone()).router.oneshot(request).await.expect("answers");
        let status = response.status();
        let body = to_bytes(response.into_body(), 1 << 20).await.expect("body");
        (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
    }

    async fn push(&self, (query, body): (String, String)) -> (StatusCode, String) {
        self.send(Method::POST, &format!("/callback/wx1?{query}"), body).await
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.callback.core.db.read()).await.expect("counts")
    }

    /// Reports joined; whoever waits heard of each.
    fn joined(&self) -> u32 {
        let joined = self.sink.joined.load(Ordering::SeqCst);
        assert_eq!(self.sink.told.load(Ordering::SeqCst), joined);
        joined
    }
}

fn success() -> (StatusCode, String) {
    (StatusCode::OK, "success".into())
}

fn empty(status: StatusCode) -> (StatusCode, String) {
    (status, String::new())
}

#[tokio::test]
async fn the_check_answers_echostr_as_it_is_and_only_when_signed() {
    let desk = Desk::open(CallbackMode::Safe, None).await;
    let (query, _) = plain_push(&account(CallbackMode::Plain), "");
    let asked = |more: &str| format!("/callback/wx1?{query}{more}");
    assert_eq!(desk.send(Method::GET, &asked("&echostr=%3Cb%3E+5"), "").await, (StatusCode::OK, "<b> 5".into()));
    assert_eq!(desk.send(Method::GET, &asked("").replace("nonce=n1", "nonce=n9"), "").await, empty(StatusCode::FORBIDDEN));
    assert_eq!(desk.send(Method::GET, "/callback/wx1?echostr=5", "").await, empty(StatusCode::FORBIDDEN));
    assert_eq!(desk.send(Method::GET, &asked("").replace("wx1", "wx9"), "").await, empty(StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn refusals_say_nothing_and_leave_nothing() {
    let desk = Desk::open(CallbackMode::Safe, None).await;
    let safe = account(CallbackMode::Safe);
    let (query, body) = encrypted_push(&safe, &receipt(7, "success"));
    let (plain_query, plain_body) = plain_push(&safe, &receipt(7, "success"));
    let post = async |path: String, body: String| desk.send(Method::POST, &path, body).await;
    assert_eq!(post(format!("/callback/wx1?{plain_query}"), plain_body).await, empty(StatusCode::FORBIDDEN));
    assert_eq!(post("/callback/wx1".into(), body.clone()).await, empty(StatusCode::FORBIDDEN));
    assert_eq!(post(format!("/callback/wx9?{query}"), body.clone()).await, empty(StatusCode::NOT_FOUND));
    assert_eq!(post(format!("/callback/wx1?{query}"), "<xml>".into()).await, empty(StatusCode::BAD_REQUEST));
    let (query, body) = encrypted_push(&safe, "no XML");
    assert_eq!(post(format!("/callback/wx1?{query}"), body).await, empty(StatusCode::BAD_REQUEST));
    let (query, body) = encrypted_push(&safe, &receipt(7, "success").replace("gh_1", "gh_2"));
    assert_eq!(post(format!("/callback/wx1?{query}"), body).await, empty(StatusCode::FORBIDDEN));
    assert_eq!(post("/callback/wx1".into(), "x".repeat(256 * 1024 + 1)).await, empty(StatusCode::PAYLOAD_TOO_LARGE));
    let streamed = Body::from_stream(futures_util::stream::iter((0..5).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 64 * 1024]))));
    assert_eq!(desk.send(Method::POST, "/callback/wx1", streamed).await, empty(StatusCode::PAYLOAD_TOO_LARGE));
    assert_eq!(desk.count("select count(*) from callback_events").await, 0);
    assert_eq!(desk.joined(), 0);
}

#[tokio::test]
async fn a_push_has_its_effect_once_at_once_later_and_after_a_restart() {
    let desk = Desk::open(CallbackMode::Safe, None).await;
    let safe = account(CallbackMode::Safe);
    let pushes = (0..20).map(|_| desk.push(encrypted_push(&safe, &receipt(7, "success"))));
    for answer in futures_util::future::join_all(pushes).await {
        assert_eq!(answer, success());
    }
    assert_eq!(desk.joined(), 1);
    desk.callback.core.clock.advance(std::time::Duration::from_secs(360));
    assert_eq!(desk.push(encrypted_push(&safe, &receipt(7, "success"))).await, success());
    let desk = Desk::reopen(desk.folder, desk.sink).await;
    assert_eq!(desk.push(encrypted_push(&safe, &receipt(7, "success"))).await, success());
    assert_eq!(desk.joined(), 1);
    assert_eq!(desk.push(encrypted_push(&safe, &receipt(8, "success"))).await, success());
    assert_eq!(desk.joined(), 2, "another message in the same second is no repeat");
    assert_eq!(desk.count("select count(*) from callback_events where handled_at is not null").await, 2);
}

#[tokio::test]
async fn a_failed_effect_is_owed_and_had_later() {
    let desk = Desk::open(CallbackMode::Safe, None).await;
    let safe = account(CallbackMode::Safe);
    desk.sink.failing.store(true, Ordering::SeqCst);
    for id in [7, 8] {
        assert_eq!(desk.push(encrypted_push(&safe, &receipt(id, "success"))).await, empty(StatusCode::SERVICE_UNAVAILABLE));
    }
    assert_eq!(desk.count("select count(*) from callback_events where handled_at is null").await, 2);
    assert!(desk.callback.settle_owed().await.is_err(), "still failing");
    desk.sink.failing.store(false, Ordering::SeqCst);
    assert_eq!(desk.push(encrypted_push(&safe, &receipt(7, "success"))).await, success(), "WeChat's repeat mends it");
    assert_eq!(desk.joined(), 1);
    let desk = Desk::reopen(desk.folder, desk.sink).await;
    desk.callback.settle_owed().await.expect("the worker mends the rest");
    assert_eq!(desk.joined(), 2);
    desk.callback.settle_owed().await.expect("nothing owed");
    assert_eq!(desk.joined(), 2);
    assert_eq!(desk.push(encrypted_push(&safe, &receipt(8, "success"))).await, success());
    assert_eq!(desk.joined(), 2);
}

#[tokio::test]
async fn followers_come_and_go_in_the_order_of_their_own_time() {
    let desk = Desk::open(CallbackMode::Plain, None).await;
    let plain = account(CallbackMode::Plain);
    let following = async |openid: &str| {
        let follower = desk.callback.people.follower("wx1", openid).await.expect("reads").expect("known");
        (follower.following, follower.followed_at, follower.unfollowed_at)
    };
    for (what, openid, at) in [("subscribe", "o1", 100), ("unsubscribe", "o1", 200), ("unsubscribe", "o2", 300), ("subscribe", "o2", 250)] {
        assert_eq!(desk.push(plain_push(&plain, &event(what, openid, at))).await, success());
    }
    assert_eq!(following("o1").await, (false, Some(100_000), Some(200_000)));
    assert_eq!(following("o2").await, (false, None, Some(300_000)), "the push that was overtaken changes nothing");
    assert_eq!(desk.push(plain_push(&plain, &event("subscribe", "o1", 400))).await, success());
    assert_eq!(following("o1").await, (true, Some(400_000), None));
    assert_eq!(desk.push(plain_push(&plain, &event("LOCATION", "o3", 400))).await, success(), "what we do not know is success");
}

/// Another program behind `--forward-callback`: gives `answer`, keeps what it was asked.
async fn program(status: u16, answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = heard.clone();
    let router = Router::new().route(
        "/wx",
        any(move |request: Request<Body>| {
            let kept = kept.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.expect("body");
                let line =
                    format!("{} {:?} {}", parts.uri, parts.headers.get("content-type").expect("a type"), String::from_utf8_lossy(&body));
                kept.lock().expect("lock").push(line);
                (StatusCode::from_u16(status).expect("status"), [("location", "/wx")], answer).into_response()
            }
        }),
    );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = format!("http://{}/wx", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

#[tokio::test]
async fn a_push_is_handed_on_as_it_came_once_and_its_answer_back() {
    let (target, heard) = program(200, "<xml><Content>hi</Content></xml>").await;
    let desk = Desk::open(CallbackMode::Safe, Some(&target)).await;
    let (query, body) = encrypted_push(&account(CallbackMode::Safe), &receipt(7, "success"));
    let answer = desk.push((query.clone(), body.clone())).await;
    assert_eq!(answer, (StatusCode::OK, "<xml><Content>hi</Content></xml>".into()));
    assert_eq!(*heard.lock().expect("lock"), [format!("/wx?{query} \"text/xml\" {body}")]);
    assert_eq!(desk.push((query.clone(), body.clone())).await, success(), "a repeat is not handed on again");
    assert_eq!(desk.push((query.replace("msg_", ""), body)).await, empty(StatusCode::FORBIDDEN));
    assert_eq!(heard.lock().expect("lock").len(), 1, "nor is a forged push");
}

#[tokio::test]
async fn a_program_that_fails_costs_nothing() {
    for (status, answer) in [(500, "broken"), (302, "elsewhere"), (200, ""), (200, " \n")] {
        let (target, heard) = program(status, answer).await;
        let desk = Desk::open(CallbackMode::Safe, Some(&target)).await;
        assert_eq!(desk.push(encrypted_push(&account(CallbackMode::Safe), &receipt(7, "success"))).await, success(), "{status} {answer:?}");
        assert_eq!(heard.lock().expect("lock").len(), 1, "a redirect is not followed");
    }
    let desk = Desk::open(CallbackMode::Safe, Some("http://127.0.0.1:1/wx")).await;
    assert_eq!(desk.push(encrypted_push(&account(CallbackMode::Safe), &receipt(7, "success"))).await, success());
    assert_eq!(desk.joined(), 1);
}
