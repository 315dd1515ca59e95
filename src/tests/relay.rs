//! Call-through over the wire: what goes out and comes back is the caller's, the token is ours.

use std::time::Duration;

use axum::{Router, http::Uri, routing::any};
use reqwest::header;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use wxdesk::{
    features::{
        accounts::server::{self as accounts, Typed, lock_in},
        users::server::{keys::NewKey, people::By},
    },
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID as APP},
    shared::rights::Scope,
};

use crate::house::{House, answer};

const START: i64 = 1_795_327_569_000;
const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 a picture, nearly \xff\xd9";

async fn key(house: &House, name: &str, scope: Scope, account: Option<&str>) -> String {
    let account = account.map(str::to_owned);
    let new = NewKey {
        name: name.into(),
        scopes: vec![scope],
        account,
        addresses: vec![],
        owner_id: None,
        expires_at: None,
        daily_messages: None,
        daily_calls: None,
    };
    house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap().expose_secret().to_owned()
}

fn at(house: &House, path: &str) -> String {
    format!("{}/wx/{APP}/{path}", house.base)
}

fn calls(house: &House, path: &str) -> usize {
    house.sandbox.ledger().iter().filter(|entry| entry.path == path).count()
}

async fn stand_in(house: &House, key: &str) -> String {
    let ask = json!({"grant_type": "client_credential", "appid": APP, "secret": key});
    let (status, given) = answer(house.http.post(at(house, "cgi-bin/stable_token")).json(&ask)).await;
    assert_eq!((status, given["expires_in"].as_i64()), (200, Some(7200)), "{given}");
    given["access_token"].as_str().unwrap().to_owned()
}

async fn real_token(house: &House) -> String {
    let account = house.app.accounts.get(APP).unwrap();
    house.app.tokens.access_token(&account).await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn answers_come_back_as_they_are() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let person = house.sandbox.followers()[0].clone();
    let ask = house.http.get(at(&house, "cgi-bin/user/info")).query(&[("openid", person.openid.as_str()), ("lang", "zh_CN")]);
    let (status, info) = answer(ask.bearer_auth(&key)).await;
    assert_eq!((status, info["openid"].as_str(), info["subscribe"].as_i64()), (200, Some(person.openid.as_str()), Some(1)));
    let body = json!({"user_list": [{"openid": person.openid, "lang": "zh_CN"}]});
    let (_, batch) = answer(house.http.post(at(&house, "cgi-bin/user/info/batchget")).bearer_auth(&key).json(&body)).await;
    assert_eq!(batch["user_info_list"][0]["openid"], person.openid.as_str());

    let media_id = house.sandbox.upload(PICTURE);
    let ask = house.http.get(at(&house, "cgi-bin/media/get")).query(&[("media_id", media_id.as_str())]);
    let picture = ask.bearer_auth(&key).send().await.unwrap();
    let headers = picture.headers().clone();
    assert_eq!((&headers["content-type"], &headers["cache-control"]), (&"image/jpeg".parse().unwrap(), &"no-store".parse().unwrap()));
    assert!(headers["content-disposition"].to_str().unwrap().contains(&media_id));
    assert_eq!(picture.bytes().await.unwrap(), PICTURE);

    let (status, refused) = answer(house.http.get(at(&house, "cgi-bin/media/get?media_id=gone")).bearer_auth(&key)).await;
    assert_eq!((status, refused["errcode"].as_i64()), (200, Some(40007)));
    let row = house.app.users.keys.all().await.unwrap().into_iter().find(|row| row.name == "crm").unwrap();
    assert_eq!(row.calls_today, 4);
}

#[tokio::test]
async fn an_upload_arrives_whole_and_a_huge_one_is_refused() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let part = reqwest::multipart::Part::bytes(PICTURE.to_vec()).file_name("a.jpg");
    let form = reqwest::multipart::Form::new().part("media", part);
    let (status, up) = answer(house.http.post(at(&house, "cgi-bin/media/upload?type=image")).bearer_auth(&key).multipart(form)).await;
    assert_eq!((status, up["type"].as_str()), (200, Some("image")), "{up}");
    let ask = house.http.get(at(&house, "cgi-bin/media/get")).query(&[("media_id", up["media_id"].as_str().unwrap())]);
    assert_eq!(ask.bearer_auth(&key).send().await.unwrap().bytes().await.unwrap(), PICTURE);
    let huge = vec![b'x'; (12 << 20) + 1];
    let sent = house.http.post(at(&house, "cgi-bin/media/upload?type=image")).bearer_auth(&key).body(huge).send().await;
    // The answer may come while the body is still on its way, and then the connection is gone first.
    assert!(sent.is_err() || sent.is_ok_and(|answer| answer.status() == 413));
}

#[tokio::test]
async fn a_stale_token_is_replaced_once_and_the_call_repeated() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let body = json!({"user_list": [{"openid": house.sandbox.followers()[0].openid}]});
    real_token(&house).await;
    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/user/info/batchget".into()), stale_token: 1, ..Dials::default() });
    let (status, batch) = answer(house.http.post(at(&house, "cgi-bin/user/info/batchget")).bearer_auth(&key).json(&body)).await;
    assert!(status == 200 && batch["user_info_list"][0]["openid"].is_string(), "{batch}");
    assert_eq!(calls(&house, "/cgi-bin/user/info/batchget"), 2);

    house.sandbox.set_dials(Dials { path: Some("/cgi-bin/tags/get".into()), stale_token: u32::MAX, ..Dials::default() });
    let (status, refused) = answer(house.http.get(at(&house, "cgi-bin/tags/get")).bearer_auth(&key)).await;
    assert_eq!((status, refused["errcode"].as_i64()), (200, Some(40001)), "what WeChat says is the answer: {refused}");
    assert_eq!(calls(&house, "/cgi-bin/tags/get"), 2, "one repeat, no loop");
}

#[tokio::test]
async fn a_stand_in_opens_what_its_key_opens_and_dies_with_it() {
    let clock = Clock::manual(START);
    let house = House::build_with(&[], clock.clone()).await;
    let key = key(&house, "sdk", Scope::WxCall, Some(APP)).await;
    let query = [("grant_type", "client_credential"), ("appid", APP), ("secret", &key)];
    let (status, given) = answer(house.http.get(at(&house, "cgi-bin/token")).query(&query)).await;
    assert_eq!((status, given["expires_in"].as_i64()), (200, Some(7200)));
    let token = given["access_token"].as_str().unwrap().to_owned();
    let real = real_token(&house).await;
    assert!(token != real && !token.contains(&key) && token.len() <= 512);

    let with = |token: &str| house.http.get(at(&house, "cgi-bin/user/get?next_openid=")).query(&[("access_token", token)]);
    let (status, users) = answer(with(&token)).await;
    assert!(status == 200 && users["total"].as_i64().unwrap() > 0, "{users}");
    for wrong in ["", "x", &real, &key[..key.len() - 1], &token[..token.len() - 2]] {
        let (status, refused) = answer(with(wrong)).await;
        assert_eq!((status, refused["errcode"].as_i64()), (200, Some(40001)), "{wrong:.6}: {refused}");
        assert_eq!(refused["errmsg"], "invalid credential, access_token is invalid or not latest");
    }
    // For SDKs that fetch from an address written into them: the key itself in the token's place.
    assert!(answer(with(&key)).await.1["total"].is_i64());
    clock.advance(Duration::from_secs(7200));
    assert_eq!(answer(with(&token)).await.1["errcode"], 40001, "over");
    let token = stand_in(&house, &key).await;
    assert!(answer(with(&token)).await.1["total"].is_i64());
    let row = || async { house.app.users.keys.all().await.unwrap().into_iter().find(|row| row.name == "sdk").unwrap() };
    let fresh = house.app.users.keys.rotate(&By::command(), &row().await, 3_600_000).await.unwrap().unwrap();
    assert!(answer(with(&token)).await.1["total"].is_i64(), "the old secret is good beside the new one");
    house.app.users.keys.end_old(&By::command(), &row().await).await.unwrap();
    assert_eq!(answer(with(&token)).await.1["errcode"], 40001, "it hung on the old secret");
    let token = stand_in(&house, fresh.expose_secret()).await;
    let row = row().await;
    house.app.users.keys.revoke(&By::command(), &row).await.unwrap();
    assert_eq!(answer(with(&token)).await.1["errcode"], 40001, "revoked");
    assert_eq!(answer(with(fresh.expose_secret())).await.1["errcode"], 40001, "revoked");
    assert_eq!(answer(house.http.get(at(&house, "cgi-bin/user/get"))).await.0, 401, "neither key nor stand-in");
}

#[tokio::test]
async fn a_stand_in_is_given_for_a_key_that_may_call_and_nothing_else() {
    let house = House::build().await;
    let good = key(&house, "sdk", Scope::WxCall, None).await;
    let other = key(&house, "other", Scope::TokenRead, None).await;
    let bound = key(&house, "bound", Scope::WxCall, Some("wxother")).await;
    for (grant, app_id, secret, errcode) in [
        ("client_credential", APP, "wrong", 40125),
        ("client_credential", APP, "", 41004),
        ("client_credential", "", &good, 41002),
        ("client_credential", "wxother", &good, 40013),
        ("password", APP, &good, 40002),
        ("client_credential", APP, &other, 48001),
        ("client_credential", APP, &bound, 40013),
    ] {
        let query = [("grant_type", grant), ("appid", app_id), ("secret", secret)];
        let (status, refused) = answer(house.http.get(at(&house, "cgi-bin/token")).query(&query)).await;
        assert_eq!((status, refused["errcode"].as_i64()), (200, Some(errcode)), "{refused}");
        let body = json!({"grant_type": grant, "appid": app_id, "secret": secret});
        let (status, refused) = answer(house.http.post(at(&house, "cgi-bin/stable_token")).json(&body)).await;
        assert_eq!((status, refused["errcode"].as_i64()), (200, Some(errcode)), "{refused}");
        assert!(!refused.to_string().contains(&good));
    }
    assert_eq!(answer(house.http.get(at(&house, "cgi-bin/stable_token"))).await.1["errcode"], 43002);
    assert_eq!(answer(house.http.post(at(&house, "cgi-bin/token"))).await.1["errcode"], 43001);
    assert_eq!(answer(house.http.post(at(&house, "cgi-bin/stable_token")).body("{")).await.1["errcode"], 47001);
    let unknown = house.http.get(format!("{}/wx/wxother/cgi-bin/user/get", house.base));
    assert_eq!(answer(unknown.bearer_auth(&good)).await.0, 404);
    assert_eq!(answer(house.http.get(at(&house, "cgi-bin/user/get")).bearer_auth(&bound)).await.0, 403);
    assert_eq!(answer(house.http.get(at(&house, "cgi-bin/user/get")).bearer_auth(&other)).await.0, 403);
}

/// Sends a request line as it stands, which no client library would.
async fn raw(house: &House, target: &str, key: &str) -> u16 {
    let host = house.base.trim_start_matches("http://");
    let mut socket = TcpStream::connect(host).await.unwrap();
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or("0").parse().unwrap()
}

#[tokio::test]
async fn closed_paths_and_clever_spellings_reach_nobody() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let token = stand_in(&house, &key).await;
    house.at_rest().await;
    let before = house.sandbox.ledger().len();
    for path in [
        "sns/oauth2/access_token?appid=x&secret=y&code=z&grant_type=authorization_code",
        "cgi-bin/clear_quota",
        "cgi-bin/Token",
        "cgi-bin/../sns/oauth2/access_token",
        "cgi-bin/%2e%2e/cgi-bin/clear_quota",
        "cgi-bin/user%2fget",
        "cgi-bin//user/get",
        "cgi-bin/user/get/",
        "cgi-bin/./user/get",
        "cgi-bin/user/get%00",
        "cgi-bin;x/user/get",
        "%63gi-bin/user/get",
        "@evil.example/cgi-bin/user/get",
        "cgi-bin\\user\\get",
    ] {
        let status = raw(&house, &format!("/wx/{APP}/{path}"), &key).await;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    for app_id in ["..", "%2e%2e", "x%2f..%2f", &format!("{APP}%00"), "%77xsandbox0000001"] {
        let status = raw(&house, &format!("/wx/{app_id}/cgi-bin/user/get"), &key).await;
        assert!((400..500).contains(&status), "{app_id}: {status}");
    }
    assert_eq!(house.sandbox.ledger().len(), before, "nothing of that was asked of WeChat");
    let (status, refused) = answer(house.http.get(at(&house, "cgi-bin/clear_quota")).query(&[("access_token", &token)])).await;
    assert_eq!((status, refused["errcode"].as_i64()), (200, Some(48001)), "{refused}");
    let (status, refused) = answer(house.http.get(at(&house, "cgi-bin/clear_quota")).bearer_auth(&key)).await;
    assert_eq!((status, refused["code"].as_str()), (403, Some("path_not_allowed")));
}

#[tokio::test]
async fn the_ticket_comes_from_the_house_and_visitors_bring_their_own_token() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    house.app.tokens.ticket_ready(APP).await.unwrap();
    let before = calls(&house, "/cgi-bin/ticket/getticket");
    for _ in 0..3 {
        let (_, ticket) = answer(house.http.get(at(&house, "cgi-bin/ticket/getticket?type=jsapi")).bearer_auth(&key)).await;
        assert_eq!(ticket["errcode"], 0);
        assert!(ticket["ticket"].as_str().unwrap().len() > 20 && ticket["expires_in"].as_i64().unwrap() > 0, "{ticket}");
    }
    assert_eq!(calls(&house, "/cgi-bin/ticket/getticket"), before);
    // One for cards is WeChat's to give until the account keeps one.
    let card = |house: &House| answer(house.http.get(at(house, "cgi-bin/ticket/getticket?type=wx_card")).bearer_auth(&key));
    assert_eq!(card(&house).await.1["errcode"], 0);
    assert_eq!(calls(&house, "/cgi-bin/ticket/getticket"), before + 1);
    let typed = Typed { card_ticket: Some("on".into()), ..Typed::default() };
    accounts::set(&house.app.core, &accounts::By::command(), APP, typed).await.unwrap();
    house.app.accounts.reload().await.unwrap();
    let kept = house.app.tokens.card_ticket(&house.app.accounts.get(APP).unwrap()).await.unwrap();
    let before = calls(&house, "/cgi-bin/ticket/getticket");
    for _ in 0..3 {
        let (_, ticket) = card(&house).await;
        assert_eq!((ticket["errcode"].as_i64(), ticket["ticket"].as_str()), (Some(0), Some(kept.expose())), "{ticket}");
    }
    assert_eq!(calls(&house, "/cgi-bin/ticket/getticket"), before);
    let (_, refused) = answer(house.http.get(at(&house, "sns/auth?access_token=theirs&openid=o")).bearer_auth(&key)).await;
    assert_eq!(refused["errcode"], 40001, "theirs is judged, not ours: {refused}");
    assert_eq!(calls(&house, "/sns/auth"), 1);
}

#[tokio::test]
async fn a_locked_house_sends_nothing_this_way_either() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let token = stand_in(&house, &key).await;
    house.app.core.db.write(|connection| Box::pin(async move { lock_in(connection).await })).await.unwrap();
    let body = json!({"touser": "o", "template_id": "t", "data": {}});
    let (status, locked) = answer(house.http.post(at(&house, "cgi-bin/message/template/send")).bearer_auth(&key).json(&body)).await;
    assert_eq!((status, locked["code"].as_str()), (423, Some("sending_locked")));
    let ask = house.http.post(at(&house, "cgi-bin/message/template/send")).query(&[("access_token", &token)]).json(&body);
    let (status, locked) = answer(ask).await;
    assert_eq!((status, locked["errcode"].as_i64()), (200, Some(48004)));
    assert_eq!(calls(&house, "/cgi-bin/message/template/send"), 0);
    assert_eq!(answer(house.http.get(at(&house, "cgi-bin/tags/get")).bearer_auth(&key)).await.0, 200, "reading goes on");
}

/// A platform that repeats in its answers what it was asked.
async fn parrot() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let repeat = |uri: Uri| async move {
        let text = uri.to_string();
        let pieces: Vec<_> = text.as_bytes().chunks(7).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        (
            [(header::CONTENT_TYPE, "text/html".to_owned()), (header::CONTENT_DISPOSITION, text)],
            axum::body::Body::from_stream(futures_util::stream::iter(pieces)),
        )
    };
    let token = || async { json!({"access_token": format!("90_{}", "Ab0-_".repeat(27)), "expires_in": 7200}).to_string() };
    let routes = Router::new().route("/cgi-bin/stable_token", any(token)).fallback(repeat);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    base
}

#[tokio::test]
async fn our_token_never_comes_back() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let base = parrot().await;
    let write = house.app.core.db.write(move |connection| {
        Box::pin(async move { sqlx::query("update accounts set api_base = ?").bind(base).execute(connection).await.map(|_| ()) })
    });
    write.await.unwrap();
    house.app.accounts.reload().await.unwrap();
    let response = house.http.get(at(&house, "cgi-bin/echo?x=%2F+1&access_token=mine&y=2")).bearer_auth(&key).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(!response.headers().contains_key("content-disposition"), "it held the token");
    let body = response.text().await.unwrap();
    assert!(body.starts_with("/cgi-bin/echo?access_token=****") && body.ends_with("*&x=%2F+1&y=2"), "{body}");
    let real = real_token(&house).await;
    assert!(!body.contains(&real[..20]), "{body}");
}

#[tokio::test]
async fn trouble_is_told_in_the_caller_s_own_tongue() {
    let house = House::build().await;
    let key = key(&house, "crm", Scope::WxCall, None).await;
    let token = stand_in(&house, &key).await;
    real_token(&house).await;
    let dials = Dials { path: Some("/cgi-bin/tags/get".into()), cut: 2, ..Dials::default() };
    house.sandbox.set_dials(dials);
    let (status, problem) = answer(house.http.get(at(&house, "cgi-bin/tags/get")).bearer_auth(&key)).await;
    assert_eq!((status, problem["code"].as_str()), (504, Some("wechat_silent")));
    let (status, busy) = answer(house.http.get(at(&house, "cgi-bin/tags/get")).query(&[("access_token", &token)])).await;
    assert_eq!((status, busy["errcode"].as_i64()), (200, Some(-1)), "{busy}");
    let good: Value = answer(house.http.get(at(&house, "cgi-bin/tags/get")).query(&[("access_token", &token)])).await.1;
    assert!(good["tags"].is_array(), "{good}");
}

#[tokio::test]
async fn a_stand_in_that_calls_too_often_hears_so_and_not_that_its_token_is_stale() {
    let house = House::build_with(&["--key-rate=1"], Clock::manual(START)).await;
    let key = key(&house, "fast", Scope::WxCall, None).await;
    let token = stand_in(&house, &key).await;
    let ask = || answer(house.http.get(at(&house, &format!("cgi-bin/getcallbackip?access_token={token}"))));
    for _ in 0..3 {
        assert!(ask().await.1["ip_list"].is_array());
    }
    assert_eq!(ask().await.1["errcode"], 45011);
    let again = json!({"grant_type": "client_credential", "appid": APP, "secret": key});
    assert_eq!(answer(house.http.post(at(&house, "cgi-bin/stable_token")).json(&again)).await.1["errcode"], 45011);
}
