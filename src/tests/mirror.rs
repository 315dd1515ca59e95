//! The Redis mirror against a real Redis.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::{AsyncCommands, aio::MultiplexedConnection};
use reqwest::header;
use secrecy::SecretString;
use wxdesk::{
    features::{
        audit::model::Actor,
        tokens::mirror_model::{MirrorSetting, MirrorTrouble},
        users::server::people::By,
    },
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID,
    server::telemetry,
    shared::rights::Role,
};

use super::house::{House, PASSWORD};

const SECRET: &str = "canary-of-redis";

/// A real Redis in a folder of its own; killed hard when dropped.
struct Redis {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Redis {
    /// Starts one and waits until it says that it is ready.
    fn start(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("redis-server");
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--requirepass", SECRET]);
        let child = command.arg("--dir").arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("redis-server is installed (make packages)");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(lines.any(|line| line.contains("Ready to accept connections")), "redis-server did not start on {port}");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port, _folder: folder }
    }

    fn url(&self, password: &str) -> String {
        format!("redis://:{password}@127.0.0.1:{}/0", self.port)
    }

    async fn connect(&self) -> MultiplexedConnection {
        redis::Client::open(self.url(SECRET)).unwrap().get_multiplexed_async_connection().await.unwrap()
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Redis counts ends by its own clock, so the house's begins where that one is.
fn real_now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

async fn house(url: &str) -> House {
    let house = House::build_with(&[&format!("--redis-url={url}")], Clock::manual(real_now())).await;
    house.app.tokens.ticket_ready(SANDBOX_APP_ID).await.unwrap();
    house
}

async fn set(house: &House, app_id: &str, token_key: &str, ticket_key: &str) -> Vec<&'static str> {
    let account = house.app.accounts.get(app_id).unwrap();
    let setting = MirrorSetting { on: true, token_key: token_key.into(), ticket_key: ticket_key.into() };
    let faults = house.app.tokens.set_mirror(&account, setting, Actor::Command, "127.0.0.1".into()).await.unwrap();
    faults.iter().map(|fault| fault.code).collect()
}

async fn token(house: &House) -> (String, i64) {
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    let token = house.app.tokens.access_token(&account).await.unwrap();
    (token.expose().to_owned(), token.expires_at)
}

/// Asks Redis until it holds the value; the house's clock moves on meanwhile, so that nothing waits in real time.
async fn until(house: &House, line: &mut MultiplexedConnection, key: &str, value: &str) {
    let late = std::time::Instant::now() + Duration::from_secs(20);
    while line.get::<_, Option<String>>(key).await.unwrap().as_deref() != Some(value) {
        assert!(std::time::Instant::now() < late, "{key} never held the value");
        house.app.core.clock.advance(Duration::from_millis(50));
        tokio::task::yield_now().await;
    }
}

async fn until_trouble(house: &House, there: bool) {
    let late = std::time::Instant::now() + Duration::from_secs(20);
    while house.app.tokens.mirror(SANDBOX_APP_ID).trouble.is_some() != there {
        assert!(std::time::Instant::now() < late, "trouble never became {there}");
        house.app.core.clock.advance(Duration::from_millis(50));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn values_stand_in_redis_with_their_real_life_and_follow_each_refresh() {
    let redis = Redis::start(free_port());
    let (house, mut line) = (house(&redis.url(SECRET)).await, redis.connect().await);
    assert_eq!(line.exists::<_, bool>("access_token").await, Ok(false), "off unless switched on");
    assert!(set(&house, SANDBOX_APP_ID, "access_token", "jsapi_ticket").await.is_empty());
    let ((value, expires_at), ticket) = (token(&house).await, house.app.tokens.ticket(SANDBOX_APP_ID).unwrap());
    until(&house, &mut line, "access_token", &value).await;
    until(&house, &mut line, "jsapi_ticket", ticket.expose()).await;
    let end = |key: &'static str| redis::cmd("PEXPIRETIME").arg(key).to_owned();
    assert_eq!(end("access_token").query_async::<i64>(&mut line).await, Ok(expires_at));
    assert_eq!(end("jsapi_ticket").query_async::<i64>(&mut line).await, Ok(ticket.expires_at));
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    house.app.tokens.force(&account, Actor::Command).await.unwrap();
    let (next, next_end) = token(&house).await;
    assert_ne!(next, value);
    until(&house, &mut line, "access_token", &next).await;
    assert_eq!(end("access_token").query_async::<i64>(&mut line).await, Ok(next_end));
    // Somebody empties it, or writes there themselves: ours comes back.
    line.set::<_, _, ()>("access_token", "foreign").await.unwrap();
    line.del::<_, ()>("jsapi_ticket").await.unwrap();
    until(&house, &mut line, "access_token", &next).await;
    until(&house, &mut line, "jsapi_ticket", house.app.tokens.ticket(SANDBOX_APP_ID).unwrap().expose()).await;
}

#[tokio::test]
async fn redis_gone_is_said_and_nothing_waits_for_it() {
    telemetry::metrics();
    let redis = Redis::start(free_port());
    let (port, url) = (redis.port, redis.url(SECRET));
    let house = house(&url).await;
    set(&house, SANDBOX_APP_ID, "access_token", "jsapi_ticket").await;
    let (first, _) = token(&house).await;
    until(&house, &mut redis.connect().await, "access_token", &first).await;
    drop(redis);
    until_trouble(&house, true).await;
    assert_eq!(house.app.tokens.mirror(SANDBOX_APP_ID).trouble.unwrap().0, MirrorTrouble::Unreachable);
    let account = house.app.accounts.get(SANDBOX_APP_ID).unwrap();
    house.app.tokens.force(&account, Actor::Command).await.unwrap();
    let (next, _) = token(&house).await;
    assert_ne!(next, first, "refreshed while Redis was gone");
    let key = house.key(&[wxdesk::shared::rights::Scope::TokenRead], None).await;
    assert_eq!(house.get_with(&key, "/api/v1/access-token").await.0, 200);
    let cookie = sign_in(&house, Role::Admin).await;
    let overview = page(&house, "/", &cookie).await;
    assert!(overview.contains("令牌写不进 Redis") && overview.contains("连不上 Redis"));
    let tokens = page(&house, "/tokens", &cookie).await;
    assert!(tokens.contains("写不进去") && !tokens.contains(SECRET) && !tokens.contains(&next));
    assert!(!page(&house, "/settings", &cookie).await.contains(SECRET));
    assert!(telemetry::metrics().render().contains("wxdesk_redis_writes_total{outcome=\"failed\"}"));
    // Back again, and empty: it gets what is good now, without anybody's doing.
    let redis = Redis::start(port);
    until(&house, &mut redis.connect().await, "access_token", &next).await;
    until_trouble(&house, false).await;
    assert!(!page(&house, "/", &cookie).await.contains("令牌写不进 Redis"));
}

#[tokio::test]
async fn a_wrong_password_is_told_apart_and_never_repeated() {
    let redis = Redis::start(free_port());
    let house = house(&redis.url("wrong-canary")).await;
    set(&house, SANDBOX_APP_ID, "access_token", "jsapi_ticket").await;
    until_trouble(&house, true).await;
    assert_eq!(house.app.tokens.mirror(SANDBOX_APP_ID).trouble.unwrap().0, MirrorTrouble::Refused);
    let cookie = sign_in(&house, Role::Developer).await;
    let html = page(&house, "/tokens", &cookie).await;
    assert!(html.contains("请检查 --redis-url") && !html.contains("wrong-canary"));
    assert!(!format!("{:?}", house.app.core.settings).contains("wrong-canary"));
}

#[tokio::test]
async fn two_accounts_under_one_key_are_refused() {
    let house = House::build().await;
    house.second_account("wx-second").await;
    assert!(set(&house, SANDBOX_APP_ID, "access_token", "jsapi_ticket").await.is_empty());
    assert_eq!(set(&house, "wx-second", "access_token", "other").await, ["taken"]);
    assert_eq!(set(&house, "wx-second", "other", "access_token").await, ["taken"]);
    assert!(!house.app.tokens.mirror("wx-second").setting.on, "nothing was changed");
    let cookie = sign_in(&house, Role::Admin).await;
    let path = "/a/wx-second/tokens/mirror";
    let typed = [("on", "1"), ("token_key", "jsapi_ticket"), ("ticket_key", "second:ticket")];
    let refused = post(&house, path, &cookie, &typed).await;
    assert_eq!(refused.status(), 422);
    let html = refused.text().await.unwrap();
    assert!(html.contains("已经在写这个键") && html.contains("value=\"second:ticket\""));
    let taken = post(&house, path, &cookie, &[("on", "1"), ("token_key", "second:token"), ("ticket_key", "second:ticket")]).await;
    assert_eq!((taken.status().as_u16(), taken.headers()[header::LOCATION].to_str().unwrap()), (303, "/a/wx-second/tokens"));
    assert!(house.app.tokens.mirror("wx-second").setting.on);
    assert!(page(&house, "/a/wx-second/tokens", &cookie).await.contains("WXDESK_REDIS_URL"), "there is no Redis here");
}

async fn sign_in(house: &House, role: Role) -> String {
    house.app.users.add(&By::command(), role.word(), SecretString::from(PASSWORD), role).await.unwrap().unwrap();
    let form = [("name", role.word()), ("password", PASSWORD)];
    let login = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
    login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

async fn post(house: &House, path: &str, cookie: &str, form: &[(&str, &str)]) -> reqwest::Response {
    house.http.post(format!("{}{path}", house.base)).header(header::COOKIE, cookie).form(form).send().await.unwrap()
}

async fn page(house: &House, path: &str, cookie: &str) -> String {
    let response = house.http.get(format!("{}{path}", house.base)).header(header::COOKIE, cookie).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}
