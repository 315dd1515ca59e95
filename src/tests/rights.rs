//! Every route of the router, walked by nobody, by each role and by keys of each scope. A route that is not in [`EXPECTED`] fails here,
//! so that none comes in without somebody saying who may use it.

use std::collections::HashMap;

use reqwest::{Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use wxdesk::{
    features::users::server::{keys::NewKey, people::By},
    infra::guard::{Access, Entry},
    server::router,
    shared::rights::{Role, Scope},
};

use super::house::{House, PASSWORD};

/// `method path access`, sorted; the access as the contract's section 4 and section 2 have it.
const EXPECTED: &str = "
GET / Right(Overview)
GET /accounts Right(Administer)
GET /accounts/new Right(Administer)
GET /accounts/{app_id} Right(Administer)
GET /accounts/{app_id}/callback-off Right(Administer)
GET /accounts/{app_id}/files/{name}/remove Right(Administer)
GET /api/v1/access-token Scope(TokenRead)
GET /api/v1/jssdk/signature Public
GET /api/v1/batches Scope(MessagesRead)
GET /api/v1/batches/{id} Scope(MessagesRead)
GET /api/v1/batches/{id}/messages Scope(MessagesRead)
GET /api/v1/media Scope(MediaRead)
GET /api/v1/media/{id} Scope(MediaRead)
GET /api/v1/media/{id}/file Scope(MediaRead)
GET /api/v1/media/{id}/thumb Scope(MediaRead)
GET /api/v1/messages Scope(MessagesRead)
GET /api/v1/messages/{id} Scope(MessagesRead)
GET /api/v1/openapi.json Public
GET /api/v1/openid Scope(UsersRead)
GET /audit Right(Administer)
GET /audit.csv Right(Administer)
GET /batches Right(History)
GET /batches/live Right(History)
GET /batches/rules Right(Administer)
GET /batches/{id} Right(History)
GET /batches/{id}/export.csv Right(Openids)
GET /batches/{id}/live Right(History)
GET /callback/{app_id} Public
GET /docs Right(Signatures)
GET /h5/wxdesk.d.ts Public
GET /h5/wxdesk.js Public
GET /jssdk Right(Signatures)
GET /keys Right(OwnKeys)
GET /keys/{id}/old Right(OwnKeys)
GET /keys/{id}/revoke Right(OwnKeys)
GET /keys/{id}/rotate Right(OwnKeys)
GET /login Public
GET /login/wechat Public
GET /m/{token} Public
GET /media Right(Pictures)
GET /media/asking Right(Administer)
GET /media/bin Right(Retention)
GET /media/bin/empty Right(Retention)
GET /media/bin/{id}/thumb Right(Retention)
GET /media/board Right(Pictures)
GET /media/board/export.csv Right(Pictures)
GET /media/board/list Right(Review)
GET /media/board/questions Right(Review)
GET /media/desk Right(Review)
GET /media/fresh Right(Pictures)
GET /media/judge Right(Review)
GET /media/opinions Right(Review)
GET /media/opinions/next Right(Review)
GET /media/picked/delete Right(Retention)
GET /media/reasons Right(Administer)
GET /media/retention Right(Retention)
GET /media/views Right(Administer)
GET /media/views.csv Right(Administer)
GET /media/zip/{id} Right(Download)
GET /media/zips Right(Download)
GET /media/{id} Right(Pictures)
GET /media/{id}/ask Right(Review)
GET /media/{id}/delete Right(Retention)
GET /media/{id}/file Right(Download)
GET /media/{id}/thumb Right(Pictures)
GET /messages Right(History)
GET /messages/export.csv Right(History)
GET /messages/{id} Right(History)
GET /more SignedIn
GET /oauth/{app_id}/callback Public
GET /oauth/{app_id}/start Public
GET /people Right(People)
GET /people/codes Right(People)
GET /people/{id} Right(People)
GET /people/{id}/data Right(Administer)
GET /profile SignedIn
GET /profile/sign-out SignedIn
GET /profile/wechat SignedIn
GET /scan/{token} Public
GET /scan/{token}/back Public
GET /scan/{token}/confirm Public
GET /search SignedIn
GET /send Right(Compose)
GET /send/example.csv Right(Compose)
GET /send/test Right(TestSend)
GET /send/{draft}/skipped.csv Right(Compose)
GET /send/{draft}/review Right(Compose)
GET /settings Right(Administer)
GET /settings/unlock Right(Administer)
GET /setup Public
GET /shortcuts SignedIn
GET /templates Right(Templates)
GET /templates/library Right(Administer)
GET /templates/{id} Right(Templates)
GET /tokens Right(Tokens)
GET /tokens/calls Right(Tokens)
GET /tokens/force Right(Tokens)
GET /tokens/history Right(Tokens)
GET /tokens/mirror Right(Administer)
GET /tokens/quota Right(Tokens)
GET /tokens/quota/clear Right(Administer)
GET /tokens/refresh Right(Tokens)
GET /users Right(Administer)
GET /users/{id} Right(Administer)
GET /users/{id}/disable Right(Administer)
GET /wechat/{token} Public
GET /wechat/{token}/back Public
GET /webhooks Right(Administer)
GET /webhooks/{id} Right(Administer)
GET /webhooks/{id}/deliveries/{number} Right(Administer)
GET /webhooks/{id}/remove Right(Administer)
GET /wx/{app_id}/cgi-bin/stable_token Public
GET /wx/{app_id}/cgi-bin/token Public
GET /wx/{app_id}/{*path} Scope(WxCall)
GET /{file} Public
POST /accounts/new Right(Administer)
POST /accounts/{app_id} Right(Administer)
POST /accounts/{app_id}/callback-off Right(Administer)
POST /accounts/{app_id}/files/{name}/remove Right(Administer)
POST /api/v1/access-token/stale Scope(TokenRead)
POST /api/v1/jssdk/card-signature Scope(TokenRead)
POST /api/v1/batches Scope(MessagesSend)
POST /api/v1/batches/{id}/cancel Scope(MessagesSend)
POST /api/v1/batches/{id}/pause Scope(MessagesSend)
POST /api/v1/batches/{id}/resume Scope(MessagesSend)
POST /api/v1/batches/{id}/retry Scope(MessagesSend)
POST /api/v1/jssdk/errors Public
POST /api/v1/media Scope(MediaWrite)
POST /api/v1/media/bulk Scope(MediaWrite)
POST /api/v1/media/ticketed Public
POST /api/v1/media/tickets Scope(MediaWrite)
POST /api/v1/media/{id}/link Scope(MediaRead)
POST /api/v1/media/{id}/review Scope(MediaReview)
POST /api/v1/messages Scope(MessagesSend)
POST /api/v1/oauth/redeem Scope(UsersRead)
POST /api/v1/qrcodes Scope(WxCall)
POST /api/v1/subscribe-messages Scope(MessagesSend)
POST /batches/rules Right(Administer)
POST /batches/{id} Right(Compose)
POST /callback/{app_id} Public
POST /keys Right(OwnKeys)
POST /keys/{id}/old Right(OwnKeys)
POST /keys/{id}/revoke Right(OwnKeys)
POST /keys/{id}/rotate Right(OwnKeys)
POST /jssdk Right(Signatures)
POST /login OwnForm
POST /login/wechat OwnForm
POST /logout OwnForm
POST /media Right(Download)
POST /media/asking Right(Administer)
POST /media/bin Right(Retention)
POST /media/bin/empty Right(Retention)
POST /media/board Right(Compose)
POST /media/board/list Right(Review)
POST /media/board/questions Right(Review)
POST /media/desk Right(Review)
POST /media/judge Right(Review)
POST /media/opinions Right(Administer)
POST /media/picked Right(Pictures)
POST /media/picked/delete Right(Retention)
POST /media/reasons Right(Administer)
POST /media/recipients Right(Compose)
POST /media/retention Right(Retention)
POST /media/{id} Right(Review)
POST /media/{id}/ask Right(Review)
POST /media/{id}/ask/undo Right(Review)
POST /media/{id}/delete Right(Retention)
POST /media/{id}/link Right(Download)
POST /media/{id}/opinion Right(Review)
POST /media/{id}/opinion/request Right(Review)
POST /messages Right(Compose)
POST /messages/{id} Right(Compose)
POST /people Right(People)
POST /people/codes Right(People)
POST /people/{id}/data Right(Administer)
POST /preferences OwnForm
POST /profile SignedIn
POST /profile/sign-out SignedIn
POST /profile/wechat SignedIn
POST /send Right(Compose)
POST /send/test Right(TestSend)
POST /send/{draft}/review Right(Compose)
POST /scan/{token}/confirm OwnForm
POST /settings Right(Administer)
POST /settings/unlock Right(Administer)
POST /setup OwnForm
POST /templates Right(Templates)
POST /templates/library Right(Administer)
POST /templates/{id} Right(Administer)
POST /tokens Right(Tokens)
POST /tokens/force Right(Tokens)
POST /tokens/mirror Right(Administer)
POST /tokens/quota/clear Right(Administer)
POST /tokens/refresh Right(Tokens)
POST /users Right(Administer)
POST /users/{id} Right(Administer)
POST /users/{id}/disable Right(Administer)
POST /webhooks Right(Administer)
POST /webhooks/{id} Right(Administer)
POST /webhooks/{id}/deliveries/{number} Right(Administer)
POST /webhooks/{id}/remove Right(Administer)
POST /wx/{app_id}/cgi-bin/stable_token Public
POST /wx/{app_id}/cgi-bin/token Public
POST /wx/{app_id}/{*path} Scope(WxCall)
";

/// Somebody who knocks.
enum Who {
    Nobody,
    Person(Role, String),
    Program(Scope, String),
}

/// How the guard answered.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Let,
    Refused,
}

fn line(entry: &Entry) -> String {
    format!("{} {} {:?}", entry.method, entry.path, entry.access)
}

#[tokio::test]
async fn every_route_is_known_with_its_right() {
    let house = House::build().await;
    let mut found: Vec<_> = router::entries(&house.app).iter().map(line).collect();
    found.sort();
    let expected: Vec<_> = EXPECTED.trim().lines().collect();
    let new: Vec<_> = found.iter().filter(|line| !expected.contains(&line.as_str())).collect();
    let gone: Vec<_> = expected.iter().filter(|line| !found.iter().any(|known| known == *line)).collect();
    assert!(new.is_empty() && gone.is_empty(), "not in the table: {new:#?}\nin the table, not in the router: {gone:#?}");
}

/// Whether an access lets somebody in; written down here a second time on purpose.
fn may(access: Access, who: &Who) -> bool {
    match (access, who) {
        (Access::Public | Access::OwnForm, _) | (Access::SignedIn, Who::Person(..)) => true,
        (Access::Right(right), Who::Person(role, _)) => role.may(right),
        (Access::Scope(wanted), Who::Program(scope, _)) => wanted == *scope,
        _ => false,
    }
}

fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x1" } else { part }).collect::<Vec<_>>().join("/")
}

async fn knock(house: &House, method: Method, path: &str, who: &Who) -> (StatusCode, Option<String>) {
    let mut request = house.http.request(method.clone(), format!("{}{path}", house.base));
    if method == Method::POST {
        // A body that no handler takes: the guard comes first, and nothing is changed behind it.
        request = request.header(header::CONTENT_TYPE, "text/plain").body("{}");
    }
    request = match who {
        Who::Nobody => request,
        Who::Person(_, cookie) => request.header(header::COOKIE, cookie),
        Who::Program(_, key) => request.bearer_auth(key),
    };
    let response = request.send().await.unwrap();
    let to = response.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    (response.status(), to)
}

fn verdict((status, to): (StatusCode, Option<String>)) -> Verdict {
    let to_login = status == StatusCode::SEE_OTHER && to.is_some_and(|to| to.starts_with("/login"));
    if to_login || status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN { Verdict::Refused } else { Verdict::Let }
}

async fn everybody(house: &House) -> Vec<Who> {
    let mut all = vec![Who::Nobody];
    for role in Role::ALL {
        let added = house.app.users.add(&By::command(), role.word(), SecretString::from(PASSWORD), role).await.unwrap();
        added.unwrap();
        let form = HashMap::from([("name", role.word()), ("password", PASSWORD)]);
        let response = house.http.post(format!("{}/login", house.base)).form(&form).send().await.unwrap();
        assert_eq!(response.status(), 303);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        all.push(Who::Person(role, cookie));
    }
    for scope in Scope::ALL {
        let (name, scopes) = (scope.word().to_owned(), vec![scope]);
        let new = NewKey {
            name,
            scopes,
            account: None,
            addresses: vec![],
            owner_id: None,
            expires_at: None,
            daily_messages: None,
            daily_calls: None,
        };
        let key = house.app.users.keys.create(&By::command(), new).await.unwrap().unwrap();
        all.push(Who::Program(scope, key.expose_secret().to_owned()));
    }
    all
}

#[tokio::test]
async fn nobody_passes_a_door_that_is_not_theirs() {
    let house = House::build().await;
    let all = everybody(&house).await;
    for entry in router::entries(&house.app) {
        let path = filled(entry.path);
        for who in &all {
            let name = match who {
                Who::Nobody => "nobody".to_owned(),
                Who::Person(role, _) => role.word().to_owned(),
                Who::Program(scope, _) => scope.word().to_owned(),
            };
            let got = knock(&house, entry.method.clone(), &path, who).await;
            if matches!(entry.access, Access::Public | Access::OwnForm) {
                // Public doors have refusals of their own (a wrong token, a bad signature), but none for want of a session.
                assert_ne!(got.0, StatusCode::UNAUTHORIZED, "{} as {name}", line(&entry));
                continue;
            }
            let wanted = if may(entry.access, who) { Verdict::Let } else { Verdict::Refused };
            assert_eq!(verdict(got.clone()), wanted, "{} as {name}: {got:?}", line(&entry));
            if entry.method == Method::GET {
                let head = knock(&house, Method::HEAD, &path, who).await;
                assert!(wanted == Verdict::Let || !head.0.is_success(), "HEAD {path} as {name}: {head:?}");
            }
        }
    }
}

#[tokio::test]
async fn other_spellings_of_a_door_open_nothing() {
    let house = House::build().await;
    let guarded = |access| !matches!(access, Access::Public | Access::OwnForm);
    for entry in router::entries(&house.app).into_iter().filter(|entry| guarded(entry.access) && entry.path != "/") {
        let path = filled(entry.path);
        let upper = path.to_ascii_uppercase();
        let first = path.as_bytes()[1];
        let encoded = format!("/%{first:02x}{}", &path[2..]);
        for other in [format!("{path}/"), format!("/{path}"), upper, encoded, format!("/a/x1{path}"), format!("/x1/..{path}")] {
            let (status, _) = knock(&house, entry.method.clone(), &other, &Who::Nobody).await;
            assert!(!status.is_success(), "{} {other}: {status}", entry.method);
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS, Method::TRACE] {
            let (status, _) = knock(&house, method.clone(), &path, &Who::Nobody).await;
            assert!(!status.is_success() || method == Method::OPTIONS, "{method} {path}: {status}");
        }
    }
}

#[tokio::test]
async fn no_form_is_taken_from_elsewhere() {
    let house = House::build().await;
    let all = everybody(&house).await;
    let admin = |who: &Who| if let Who::Person(Role::Admin, cookie) = who { Some(cookie.clone()) } else { None };
    let admin = all.iter().find_map(admin).unwrap();
    let elsewhere: [&[(&str, &str)]; 6] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "http://other.127.0.0.1")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
        &[("origin", "http://127.0.0.1:1")],
    ];
    let kinds = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"];
    let browsers = |access| !matches!(access, Access::Public | Access::Scope(_));
    for entry in router::entries(&house.app).into_iter().filter(|entry| entry.method == Method::POST && browsers(entry.access)) {
        for headers in elsewhere {
            for kind in kinds {
                let mut request = house.http.post(format!("{}{}", house.base, filled(entry.path)));
                request = request.header(header::COOKIE, &admin).header(header::CONTENT_TYPE, kind).body("a=b");
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let status = request.send().await.unwrap().status();
                assert_eq!(status, 403, "{} with {headers:?}", line(&entry));
            }
        }
    }
    // The session outlived all of that.
    let page = house.http.get(format!("{}/profile", house.base)).header(header::COOKIE, &admin).send().await.unwrap();
    assert_eq!(page.status(), 200);
}
