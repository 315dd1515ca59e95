use futures_util::FutureExt;
use scraper::{Html, Selector};

use super::*;
use crate::sandbox::Upload;

async fn page(bench: &Bench, path: &str) -> Html {
    let (status, headers, body) = bench.raw("GET", path, Body::empty()).await;
    assert_eq!(status, 200);
    assert!(headers["content-security-policy"].to_str().expect("text").starts_with("default-src 'self'"));
    Html::parse_document(&String::from_utf8(body).expect("text"))
}

fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).expect("a selector")).count()
}

#[tokio::test]
async fn the_phone_shows_what_arrived_and_nothing_inline() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let openid = bench.person(0);
    bench.send(&token, &openid, None).await;
    let shown = page(&bench, "/sandbox/phone").await;
    assert_eq!(count(&shown, "h1"), 1);
    assert_eq!(count(&shown, "article.wx-card"), 1);
    assert_eq!(count(&shown, "[style], style, script:not([src])"), 0);
    assert_eq!(count(&shown, "html[lang='zh-CN']"), 1);
    assert_eq!(count(&page(&bench, "/sandbox/phone?lang=en").await, "html[lang='en']"), 1);
    for input in shown.select(&Selector::parse("input:not([type=hidden]), select").expect("a selector")) {
        let id = input.value().id().expect("an id");
        assert_eq!(count(&shown, &format!("label[for='{id}']")), 1, "{id}");
    }
    let news = bench.get(&format!("/sandbox/phone/messages.json?openid={openid}")).await;
    let msgid = text(&news["messages"][0], "msgid");
    let none = bench.get(&format!("/sandbox/phone/messages.json?openid={openid}&after={msgid}")).await;
    assert_eq!(none["messages"], json!([]));
}

#[tokio::test]
async fn a_link_leads_to_somebodys_phone_and_their_hands() {
    let bench = Bench::new();
    let openid = bench.person(7);
    let (_, headers, body) = bench.raw("GET", &format!("/sandbox/phone?openid={openid}"), Body::empty()).await;
    let shown = Html::parse_document(&String::from_utf8(body).expect("text"));
    assert_eq!(count(&shown, &format!("option[value='{openid}'][selected]")), 1);
    assert!(headers["set-cookie"].to_str().expect("text").starts_with(&format!("sandbox_person={openid};")));
    let (status, headers, body) = bench.raw("GET", "/sandbox/phone?openid=%3Cb%3E", Body::empty()).await;
    assert!(status == 200 && !headers.contains_key("set-cookie"), "nobody by that name");
    assert!(!String::from_utf8(body).expect("text").contains("<b>"));
}

#[tokio::test]
async fn the_phone_alone_has_no_control_calls() {
    let bench = Bench::new();
    for path in ["/sandbox/ledger", "/sandbox/dials", "/cgi-bin/token", "/sandbox/code"] {
        let request = Request::builder().uri(path).body(Body::empty()).expect("a request");
        let answer = bench.sandbox.phone_router().oneshot(request).await.expect("infallible");
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn unfollowing_stops_messages_and_tells_the_account() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let openid = bench.person(9);
    let (status, ..) = bench.raw("POST", "/sandbox/phone/person", format!("openid={openid}")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    bench.raw("POST", "/sandbox/phone/follow", "follow=0").await;
    assert_eq!(code(&bench.send(&token, &openid, None).await), 43004);
    let events =
        || bench.sandbox.look(|state| state.pushes.values().map(|push| (push.event.clone(), push.openid.clone())).collect::<Vec<_>>());
    assert_eq!(events(), [("unsubscribe".to_owned(), openid.clone())]);
    bench.raw("POST", "/sandbox/phone/follow", "follow=1").await;
    assert_eq!(code(&bench.send(&token, &openid, None).await), 0);
}

#[tokio::test]
async fn a_picture_is_uploaded_and_handed_in() {
    let bench = Bench::new();
    let form = |bytes: &[u8]| {
        let mut body = b"--B\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.jpg\"\r\n\r\n".to_vec();
        body.extend(bytes);
        body.extend(b"\r\n--B--\r\n");
        Request::post("/sandbox/phone/upload")
            .header("content-type", "multipart/form-data; boundary=B")
            .header("accept", "application/json")
            .body(Body::from(body))
            .expect("a request")
    };
    let answer = bench.sandbox.phone_router().oneshot(form(b"<svg/>")).await.expect("infallible");
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let answer = bench.sandbox.phone_router().oneshot(form(b"\xff\xd8\xffx")).await.expect("infallible");
    let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.expect("a body");
    let id = text(&serde_json::from_slice(&body).expect("JSON"), "serverId");
    let taken = std::sync::Arc::new(std::sync::Mutex::new(Vec::<Upload>::new()));
    let put = taken.clone();
    bench.sandbox.on_upload(std::sync::Arc::new(move |upload| {
        put.lock().expect("lock").push(upload);
        async { Ok(()) }.boxed()
    }));
    let fields = format!("media_id={id}&user_id=u1&answer_title=t&question_id=q");
    let (_, headers, _) = bench.raw("POST", "/sandbox/phone/hand", fields).await;
    assert_eq!(headers["location"], "/sandbox/phone?done=1");
    assert_eq!(taken.lock().expect("lock")[0].media_id, id);
}

#[tokio::test]
async fn authorizing_is_silent_for_base_and_asks_for_userinfo() {
    let bench = Bench::new();
    let ask = |scope: &str| {
        format!(
            "/connect/oauth2/authorize?appid={SANDBOX_APP_ID}&redirect_uri=https%3A%2F%2Fh5.example%2Fin%3Fa%3D1&response_type=code&scope={scope}&state=S9"
        )
    };
    let (status, headers, _) = bench.raw("GET", &ask("snsapi_base"), Body::empty()).await;
    assert_eq!(status, StatusCode::FOUND);
    let to = headers["location"].to_str().expect("text").to_owned();
    assert!(to.starts_with("https://h5.example/in?a=1&code=") && to.ends_with("&state=S9"), "{to}");
    let asked = page(&bench, &ask("snsapi_userinfo")).await;
    assert_eq!(count(&asked, "select[name=openid] option"), 206);
    let openid = bench.person(3);
    let form = format!("appid={SANDBOX_APP_ID}&redirect_uri=https%3A%2F%2Fh5.example%2Fin&scope=snsapi_userinfo&state=S9&openid={openid}");
    let (_, headers, _) = bench.raw("POST", "/connect/oauth2/authorize", form).await;
    let to = headers["location"].to_str().expect("text").to_owned();
    let (_, rest) = to.split_once("code=").expect("a code");
    let exchange = format!(
        "/sns/oauth2/access_token?appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}&grant_type=authorization_code&code={}",
        rest.split('&').next().expect("a code")
    );
    assert_eq!(bench.get(&exchange).await["openid"], openid.as_str());
}
