//! Followers and codes, with the simulator as WeChat.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::*;
use crate::{
    features::{
        accounts::{
            model::{CallbackMode, TokenMode},
            server::store::identity,
        },
        audit::model::Actor,
        people::model::Cursor,
    },
    infra::{
        clock::{Chance, Clock},
        guard::ApiCaller,
        trial,
    },
    sandbox::{self, SANDBOX_APP_ID as APP, Sandbox},
    shared::rights::Scope,
};

const NOW: i64 = 1_790_000_000_000;

struct Desk {
    _folder: TempDir,
    clock: Clock,
    people: People,
    sandbox: Sandbox,
    platform: String,
}

impl Desk {
    async fn open() -> Self {
        let clock = Clock::manual(NOW);
        let options = sandbox::Options { clock: clock.clone(), chance: Chance::seeded(4), journal: None, app: sandbox::App::sandbox() };
        let sandbox = Sandbox::open(options).expect("opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let platform = format!("http://{}", listener.local_addr().expect("address"));
        tokio::spawn(sandbox.clone().serve(listener, CancellationToken::new()));
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core_with(folder.path(), clock.clone(), trial::settings(&[])).await;
        let accounts = Accounts::open(core.clone()).await.expect("reads");
        let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("opens");
        let crew = Crew::new(clock.clone(), CancellationToken::new());
        let people = People::open(core, accounts, tokens, crew);
        let desk = Self { _folder: folder, clock, people, sandbox, platform };
        desk.connect(&desk.platform).await;
        desk
    }

    async fn connect(&self, api_base: &str) {
        let secret = self.people.core.vault.seal(&identity(APP, "secret"), &sandbox::App::sandbox().secret.expose_secret().into());
        let api_base = api_base.to_owned();
        let write = self.people.core.db.write(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values (?, '青禾', ?, ?, 0, 0)
                     on conflict (app_id) do update set api_base = excluded.api_base",
                )
                .bind(APP)
                .bind(secret)
                .bind(api_base)
                .execute(connection)
                .await
                .map(|_| ())
            })
        });
        write.await.expect("an account");
        self.people.accounts.reload().await.expect("reads");
    }

    async fn sync(&self) -> Result<(), Sync> {
        let account = self.people.accounts.get(APP).expect("there");
        assert!(self.people.start_sync(account.clone(), Actor::System));
        assert!(!self.people.start_sync(account, Actor::System), "one at a time");
        loop {
            match self.people.sync_state(APP) {
                Some(Sync::Running { .. }) => {
                    // Whoever waits for a token in vain waits by this clock.
                    if self.platform_is_gone() {
                        self.clock.advance(Duration::from_secs(1));
                    }
                    tokio::task::yield_now().await;
                }
                Some(failed) => return Err(failed),
                None => return Ok(()),
            }
        }
    }

    fn platform_is_gone(&self) -> bool {
        self.people.accounts.get(APP).is_some_and(|account| account.api_base != self.platform)
    }

    async fn all(&self, wanted: Wanted) -> Vec<Follower> {
        let (mut found, mut wanted) = (Vec::new(), wanted);
        loop {
            let page = self.people.list(APP, &wanted, 30).await.expect("reads");
            found.extend(page.items);
            let Some(next) = page.next_cursor else { return found };
            wanted.after = Some(Cursor::parse(&next).expect("our own cursor"));
        }
    }

    async fn code(&self, openid: &str, snapshot: bool) -> String {
        let ask = json!({"app_id": APP, "openid": openid, "scope": "snsapi_userinfo", "snapshot": snapshot});
        let answer = reqwest::Client::new().post(format!("{}/sandbox/code", self.platform)).json(&ask).send().await.expect("answers");
        let answer: Value = answer.json().await.expect("JSON");
        answer["code"].as_str().expect("a code").to_owned()
    }

    async fn redeem(&self, query: &str) -> (StatusCode, Value, String) {
        let (status, body, error) = self.ask(query).await;
        (status, body, error.map(|error| error.code).unwrap_or_default().to_owned())
    }

    async fn ask(&self, query: &str) -> (StatusCode, Value, Option<AppError>) {
        let caller = ApiCaller { key_id: "k".into(), name: "erp".into(), scopes: vec![Scope::UsersRead], account: None };
        let mut request = Request::builder().uri(format!("/api/v1/openid?{query}")).body(Body::empty()).expect("request");
        request.extensions_mut().insert(caller);
        let response = http::routes(self.people.clone()).router.oneshot(request).await.expect("answers");
        let status = response.status();
        let error = response.extensions().get::<AppError>().cloned();
        let body = to_bytes(response.into_body(), 1 << 16).await.expect("body");
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null), error)
    }

    async fn visits(&self, openid: &str) -> i64 {
        sqlx::query_scalar("select count(*) from oauth_visits where openid = ?")
            .bind(openid.to_owned())
            .fetch_one(self.people.core.db.read())
            .await
            .expect("counts")
    }

    async fn unionid(&self, openid: &str) -> Option<Option<String>> {
        sqlx::query_scalar("select unionid from followers where openid = ?")
            .bind(openid.to_owned())
            .fetch_optional(self.people.core.db.read())
            .await
            .expect("reads")
    }
}

#[tokio::test]
async fn a_sync_brings_everybody_and_pages_show_each_once() {
    let desk = Desk::open().await;
    assert_eq!(desk.people.counts(APP).await.expect("counts"), Counts::default());
    desk.sync().await.expect("syncs");
    let everybody = desk.all(Wanted::default()).await;
    assert_eq!(everybody.len(), 200);
    let distinct: std::collections::HashSet<_> = everybody.iter().map(|person| &person.openid).collect();
    assert_eq!(distinct.len(), 200);
    assert!(everybody.is_sorted_by(|a, b| a.followed_at >= b.followed_at), "newest first");
    let known = desk.sandbox.followers();
    let one = known.iter().find(|person| person.subscribed && !person.tags.is_empty()).expect("somebody with tags");
    let found = desk.people.follower(APP, &one.openid).await.expect("reads").expect("there");
    assert_eq!(found.name(), Some(one.name.as_str()));
    assert_eq!(found.followed_at, Some(one.subscribe_time * 1000));
    for tag in desk.people.tags(APP).await.expect("reads") {
        let carriers = known.iter().filter(|person| person.subscribed && person.tags.iter().any(|id| i64::from(*id) == tag.id)).count();
        assert_eq!(usize::try_from(tag.count), Ok(carriers), "{}", tag.name);
        let listed = desk.all(Wanted { tag: Some(tag.id), ..Wanted::default() }).await;
        assert_eq!(listed.len(), carriers);
    }
}

#[tokio::test]
async fn searching_takes_whole_openids_and_the_beginning_of_names() {
    let desk = Desk::open().await;
    desk.sync().await.expect("syncs");
    let known = desk.sandbox.followers();
    let one = &known[3];
    let find = async |text: &str| desk.all(Wanted { text: text.into(), ..Wanted::default() }).await;
    assert_eq!(find(&one.openid).await.len(), 1);
    assert_eq!(find(&one.openid[..20]).await.len(), 0, "a part of an openid is nobody's");
    let family: String = one.name.chars().take(1).collect();
    let expected = known.iter().filter(|person| person.subscribed && person.name.starts_with(&family)).count();
    assert_eq!(find(&family).await.len(), expected);
    for pattern in ["%", "_", "\\", "' or 1=1 --"] {
        assert_eq!(find(pattern).await.len(), 0, "{pattern}");
    }
}

#[tokio::test]
async fn whoever_is_not_listed_any_more_is_marked_and_pushes_know_better() {
    let desk = Desk::open().await;
    let (people, db) = (desk.people.clone(), desk.people.core.db.clone());
    let stranger = people.clone();
    db.write(move |connection| Box::pin(async move { stranger.came(connection, APP, "oGone", 1_000).await })).await.expect("writes");
    let someone = desk.sandbox.followers()[0].openid.clone();
    desk.clock.advance(Duration::from_secs(60));
    desk.sync().await.expect("syncs");
    let gone = people.follower(APP, "oGone").await.expect("reads").expect("kept");
    assert!(!gone.following && gone.unfollowed_at.is_some());
    assert_eq!(people.counts(APP).await.expect("counts").following, 200);
    assert_eq!(people.counts(APP).await.expect("counts").left, 1);

    // Somebody leaves while a list is on its way that still names them.
    let (left, openid, at) = (people.clone(), someone.clone(), desk.clock.now_ms());
    db.write(move |connection| Box::pin(async move { left.left(connection, APP, &openid, at).await })).await.expect("writes");
    desk.sync().await.expect("syncs");
    assert!(!people.follower(APP, &someone).await.expect("reads").expect("there").following, "the push came at the list's own moment");
    desk.clock.advance(Duration::from_secs(60));
    desk.sync().await.expect("syncs");
    assert!(people.follower(APP, &someone).await.expect("reads").expect("there").following, "a later list is newer than the push");
}

#[tokio::test]
async fn a_list_that_breaks_off_marks_nobody_and_says_why() {
    let desk = Desk::open().await;
    desk.sync().await.expect("syncs");
    desk.clock.advance(Duration::from_secs(60));
    desk.connect("http://127.0.0.1:1").await;
    assert!(matches!(desk.sync().await, Err(Sync::Failed { errcode: None, .. })));
    assert_eq!(desk.people.counts(APP).await.expect("counts").following, 200);
}

#[tokio::test]
async fn a_code_works_once_and_says_so_afterwards() {
    let desk = Desk::open().await;
    desk.sync().await.expect("syncs");
    let openid = desk.sandbox.followers()[0].openid.clone();
    let code = desk.code(&openid, false).await;
    let (status, body, _) = desk.redeem(&format!("code={code}")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!((body["openid"].as_str(), body["scope"].as_str()), (Some(openid.as_str()), Some("snsapi_userinfo")));
    assert_eq!(body["is_snapshot_user"], json!(false));
    assert_eq!(desk.unionid(&openid).await, Some(body["unionid"].as_str().map(str::to_owned)));
    assert_eq!(desk.visits(&openid).await, 1);
    let refused = async |query: String| {
        let (status, _, code) = desk.redeem(&query).await;
        (status.as_u16(), code)
    };
    assert_eq!(refused(format!("code={code}")).await, (422, "code_used".into()));
    assert_eq!(refused("code=nonsense".into()).await, (422, "code_expired".into()));
    let old = desk.code(&openid, false).await;
    desk.clock.advance(Duration::from_secs(301));
    assert_eq!(refused(format!("code={old}")).await, (422, "code_expired".into()));
    for bad in ["", "code=", "code=a&stat=1", "code=a%07b"] {
        assert_eq!(refused(bad.into()).await, (422, "invalid_fields".into()), "{bad}");
    }
    assert_eq!(refused("code=a&account=wxother".into()).await, (404, "unknown_account".into()));
    desk.connect("http://127.0.0.1:1").await;
    assert_eq!(refused("code=a".into()).await, (504, "wechat_silent".into()));
}

#[tokio::test]
async fn wechat_is_left_alone_for_a_minute_after_a_refusal_that_calls_make_worse() {
    let desk = Desk::open().await;
    let code = desk.code(&desk.sandbox.followers()[0].openid, false).await;
    let path = Some("/sns/oauth2".into());
    desk.sandbox.set_dials(sandbox::Dials { path: path.clone(), quota: 1, ..sandbox::Dials::default() });
    let ask = async || desk.ask(&format!("code={code}")).await;
    let asked = || desk.sandbox.ledger().len();
    let (status, _, error) = ask().await;
    assert_eq!((status.as_u16(), error.expect("refused").code), (502, "wechat_refused"));
    let before = asked();
    for (advance, left) in [(0, 60), (29, 31), (30, 1)] {
        desk.clock.advance(Duration::from_secs(advance));
        let error = ask().await.2.expect("refused");
        assert_eq!((error.status, error.code, error.retry_after), (503, "upstream_backoff", Some(left)));
        assert_eq!(error.refusal.as_ref().map(|refusal| refusal.errcode), Some(45009));
    }
    assert_eq!(asked(), before, "no call in between");
    desk.clock.advance(Duration::from_secs(1));
    assert_eq!(ask().await.0, StatusCode::OK, "the code was not spent");
    // What passes by itself, and the fault of one code, keep nobody waiting; other settings end the wait.
    desk.sandbox.set_dials(sandbox::Dials { path: path.clone(), busy: 1, ..sandbox::Dials::default() });
    assert_eq!(ask().await.0.as_u16(), 502);
    assert_eq!((ask().await.0.as_u16(), ask().await.0.as_u16()), (422, 422));
    desk.sandbox.set_dials(sandbox::Dials { path, quota: 1, ..sandbox::Dials::default() });
    assert_eq!((ask().await.0.as_u16(), ask().await.0.as_u16()), (502, 503));
    desk.connect("http://127.0.0.1:1").await;
    assert_eq!(ask().await.0.as_u16(), 504);
}

#[test]
fn secret_quota_and_allow_list_call_for_a_rest() {
    let account = Account {
        app_id: APP.into(),
        name: String::new(),
        secret: "s".into(),
        original_id: None,
        api_base: String::new(),
        token_mode: TokenMode::Stable,
        card_ticket: false,
        callback_token: None,
        aes_key: None,
        callback_mode: CallbackMode::Plain,
        forward_callback: None,
        js_domains: vec![],
        h5_origins: vec![],
        sandbox: true,
        templates_synced_at: None,
        followers_synced_at: None,
        updated_at: 0,
    };
    let rests =
        |errcode| rest::Rest::after(&wechat::Error::Platform { errcode, errmsg: String::new(), rid: None }, &account, NOW).is_some();
    assert!([40001, 40125, 40164, 40243, 45009, 45011, 40013].into_iter().all(rests));
    assert!(![-1, 40029, 40163, 42003, 50001].into_iter().any(rests));
    assert!(rest::Rest::after(&wechat::Error::Timeout, &account, NOW).is_none());
}

#[tokio::test]
async fn a_snapshot_visitor_is_marked_and_never_kept() {
    let desk = Desk::open().await;
    let code = desk.code(&desk.sandbox.followers()[0].openid, true).await;
    let (status, body, _) = desk.redeem(&format!("code={code}&account={APP}")).await;
    assert_eq!((status, &body["is_snapshot_user"]), (StatusCode::OK, &json!(true)));
    let openid = body["openid"].as_str().expect("an openid");
    assert_eq!((desk.unionid(openid).await, desk.visits(openid).await), (None, 0));
}

#[test]
fn a_refused_code_keeps_wechat_s_words_and_a_hint() {
    let refused = |errcode| http::code_refused(wechat::Error::Platform { errcode, errmsg: "x".into(), rid: None });
    for (errcode, status, code) in
        [(40163, 422, "code_used"), (40029, 422, "code_expired"), (42003, 422, "code_expired"), (40125, 502, "wechat_refused")]
    {
        let error = refused(errcode);
        assert_eq!((error.status, error.code), (status, code));
        let words = error.refusal.as_ref().expect("WeChat's words");
        assert!(words.errcode == errcode && !words.hint.zh.is_empty());
    }
}
