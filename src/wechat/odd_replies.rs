//! Odd replies over a real connection: a tiny server on a loopback port answers what gateways and bad days answer.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::{
    fmt::Debug,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, Method, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use futures_util::stream;
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    time::interval,
};

use super::{Client, Download, Error, Media, TemplateMessage, TicketKind};

const SECRET: &str = "CANARY-SECRET";

async fn client(app: Router) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    Client::new(&format!("http://{address}")).unwrap()
}

/// A client whose every call is answered by `answer`.
async fn answering<R: IntoResponse + 'static>(answer: impl Fn() -> R + Clone + Send + Sync + 'static) -> Client {
    client(Router::new().fallback(move || async move { answer().into_response() })).await
}

/// A client whose server writes these bytes and cuts the connection.
async fn raw(bytes: &'static [u8]) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address: SocketAddr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    Client::new(&format!("http://{address}")).unwrap()
}

fn secret() -> SecretString {
    SECRET.into()
}

async fn ticket(client: &Client) -> Result<i64, Error> {
    let outcome = client.ticket(&secret(), TicketKind::Jsapi).await.map(|it| it.expires_in);
    assert!(!format!("{outcome:?}").contains("CANARY"), "{outcome:?}");
    outcome
}

async fn whole(mut download: Download) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(piece) = download.chunk().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

fn assert_unreadable<T: Debug>(outcome: Result<T, Error>, why: &str) {
    match outcome {
        Err(Error::Unreadable(text)) => assert_eq!(text, why),
        other => panic!("{other:?} instead of {why}"),
    }
}

#[tokio::test]
async fn replies_are_read_by_content() {
    for (kind, body, wanted) in [
        ("text/plain", &br#"{"errcode":"0","ticket":"T","expires_in":"7200"}"#[..], 7200),
        (
            "application/json; encoding=utf-8",
            b"\xef\xbb\xbf{\"errcode\":0,\"errmsg\":\"o\x01\xffk\",\"ticket\":\"T\",\"expires_in\":60}\n",
            60,
        ),
        ("text/html", br#"{"ticket":"T","expires_in":1,"unknown":{"a":[1]}}"#, 1),
        ("image/jpeg", br#"{"ticket":"T","expires_in":2}"#, 2),
    ] {
        let client = answering(move || ([(header::CONTENT_TYPE, kind)], body)).await;
        assert_eq!(ticket(&client).await.unwrap(), wanted, "{kind}");
    }
    let client = answering(|| r#"{"errcode":"40001","errmsg":"invalid credential rid: 1-2-3"}"#).await;
    let error = ticket(&client).await.unwrap_err();
    assert!(error.is_stale_token());
    assert_eq!(error, Error::Platform { errcode: 40001, errmsg: "invalid credential rid: 1-2-3".into(), rid: Some("1-2-3".into()) });
}

#[tokio::test]
async fn garbage_is_unreadable_and_not_retried() {
    for (body, why) in [
        ("", "the body is empty"),
        ("<html>CANARY</html>", "HTML or XML instead of JSON"),
        (r#"{"ticket":"CANARY"#, "no whole JSON object"),
        (r#"{"errcode":0,"errmsg":"ok"}"#, "expires_in is missing or no number"),
    ] {
        assert_unreadable(ticket(&answering(move || body).await).await, why);
    }
}

#[tokio::test]
async fn a_slow_drip_does_not_hold_a_call_beyond_its_limit() {
    // No silence between two bytes is long enough to be noticed alone.
    let drips = Arc::new(AtomicUsize::new(0));
    let counted = drips.clone();
    let dripping = move || {
        let counted = counted.clone();
        Body::from_stream(stream::unfold((interval(Duration::from_millis(5)), counted), |(mut pace, counted)| async move {
            pace.tick().await;
            counted.fetch_add(1, Ordering::Relaxed);
            Some((Ok::<_, std::io::Error>(Bytes::from_static(b" ")), (pace, counted)))
        }))
    };
    let client = answering(dripping).await.within(Duration::from_millis(250));
    assert_eq!(ticket(&client).await.unwrap_err(), Error::Timeout);
    assert!(drips.load(Ordering::Relaxed) > 1, "bytes kept coming");
}

#[tokio::test]
async fn gateway_errors_are_trouble_on_the_way_unless_wechat_speaks() {
    let client = answering(|| (axum::http::StatusCode::BAD_GATEWAY, "<html>502</html>")).await;
    let error = ticket(&client).await.unwrap_err();
    assert_eq!(error, Error::Network("HTTP status 502".into()));
    assert!(error.is_retryable());
    let client = answering(|| (axum::http::StatusCode::NOT_FOUND, "no")).await;
    assert_unreadable(ticket(&client).await, "HTTP status 404");
    let client = answering(|| (axum::http::StatusCode::SERVICE_UNAVAILABLE, r#"{"errcode":-1,"errmsg":"busy"}"#)).await;
    assert!(ticket(&client).await.unwrap_err().is_busy());
    // A good-looking body under an error status is not trusted.
    let client = answering(|| (axum::http::StatusCode::INTERNAL_SERVER_ERROR, r#"{"ticket":"T","expires_in":60}"#)).await;
    assert_eq!(ticket(&client).await.unwrap_err(), Error::Network("HTTP status 500".into()));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let app = Router::new()
        .route("/cgi-bin/ticket/getticket", any(|| async { (axum::http::StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]) }))
        .route("/elsewhere", any(|| async { r#"{"ticket":"T","expires_in":60}"# }));
    assert_unreadable(ticket(&client(app).await).await, "HTTP status 302");
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused_announced_or_not() {
    let announced = answering(|| vec![b' '; 2 * 1024 * 1024]).await;
    assert_eq!(ticket(&announced).await.unwrap_err(), Error::TooLarge);
    let endless = answering(|| {
        let pieces = stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from_static(&[b' '; 65_536])));
        Body::from_stream(pieces)
    })
    .await;
    assert_eq!(ticket(&endless).await.unwrap_err(), Error::TooLarge);
}

#[tokio::test]
async fn cut_and_refused_connections_are_retryable_and_tell_no_address() {
    let inside = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"ticket\":").await;
    let before = raw(b"").await;
    let nonsense = raw(b"\x16\x03\x01 this is no HTTP\r\n\r\n").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let nobody = Client::new(&format!("http://{address}")).unwrap();
    for client in [inside, before, nonsense, nobody] {
        let error = client.token("wxappid", &secret()).await.unwrap_err();
        assert!(matches!(error, Error::Network(_)) && error.is_retryable(), "{error:?}");
        let text = format!("{error} {error:?}");
        assert!(!text.contains("CANARY") && !text.contains("127.0.0.1") && !text.contains("cgi-bin"), "{text}");
    }
}

/// Answers with what it was asked, packed into an error text.
async fn echo(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).map(|it| it.to_str().unwrap()).unwrap_or("-");
    let text = format!("{method} {uri} {kind} {}", String::from_utf8(body.to_vec()).unwrap());
    axum::Json(serde_json::json!({ "errcode": 1, "errmsg": text })).into_response()
}

fn told<T: Debug>(outcome: Result<T, Error>) -> String {
    match outcome {
        Err(Error::Platform { errmsg, .. }) => errmsg,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn calls_go_out_as_the_reference_says() {
    let client = client(Router::new().fallback(echo)).await;
    let token: SecretString = "TOK/+=&".into();
    assert_eq!(told(client.token("wx1", &"S&1".into()).await), "GET /cgi-bin/token?grant_type=client_credential&appid=wx1&secret=S%261 -");
    let stable = told(client.stable_token("wx1", &"S".into(), true).await);
    assert_eq!(
        stable,
        r#"POST /cgi-bin/stable_token application/json {"appid":"wx1","force_refresh":true,"grant_type":"client_credential","secret":"S"}"#
    );
    assert_eq!(
        told(client.ticket(&token, TicketKind::WxCard).await),
        "GET /cgi-bin/ticket/getticket?access_token=TOK%2F%2B%3D%26&type=wx_card -"
    );
    assert_eq!(told(client.media(&"T".into(), "a b").await), "GET /cgi-bin/media/get?access_token=T&media_id=a+b -");
    let message = TemplateMessage {
        touser: "o".into(),
        template_id: "t".into(),
        url: None,
        miniprogram: None,
        data: vec![("z".into(), "中".into()), ("a".into(), "1".into())],
        client_msg_id: "c".into(),
    };
    assert_eq!(
        told(client.send_template(&"T".into(), &message).await),
        r#"POST /cgi-bin/message/template/send?access_token=T application/json {"touser":"o","template_id":"t","data":{"z":{"value":"中"},"a":{"value":"1"}},"client_msg_id":"c"}"#
    );
    assert_eq!(
        told(client.oauth_code("wx1", &"S".into(), "C").await),
        "GET /sns/oauth2/access_token?appid=wx1&secret=S&code=C&grant_type=authorization_code -"
    );
    assert_eq!(told(client.followers(&"T".into(), "").await), "GET /cgi-bin/user/get?access_token=T&next_openid= -");
    assert_eq!(
        told(client.tag_members(&"T".into(), 2, "n").await),
        r#"POST /cgi-bin/user/tag/get?access_token=T application/json {"next_openid":"n","tagid":2}"#
    );
    let upload = told(client.upload(&"T".into(), "image", "a.png", b"PNG".to_vec()).await);
    assert!(upload.starts_with("POST /cgi-bin/media/upload?access_token=T&type=image multipart/form-data; boundary="), "{upload}");
}

#[tokio::test]
async fn media_is_told_by_its_content() {
    async fn media(Path(kind): Path<String>) -> Response {
        let picture = [&b"\xff\xd8\xff\xe0"[..], &[7; 300_000]].concat();
        let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"../ID.jpg\"");
        match kind.as_str() {
            "picture" => ([(header::CONTENT_TYPE, "image/jpeg"), name], picture).into_response(),
            "error" => ([(header::CONTENT_TYPE, "image/jpeg"), name], r#"{"errcode":40007,"errmsg":"invalid media_id"}"#).into_response(),
            "video" => r#"{"video_url":"http://v.example/1"}"#.into_response(),
            "json" => r#"{"hello":1}"#.into_response(),
            "page" => "<!DOCTYPE html>".into_response(),
            "gone" => (axum::http::StatusCode::BAD_GATEWAY, picture).into_response(),
            _ => "".into_response(),
        }
    }
    let origin = client(Router::new().route("/{kind}/cgi-bin/media/get", any(media))).await;
    let open = async |kind: &str| origin.below(kind).media(&secret(), "ID").await;

    let Media::Bytes(download) = open("picture").await.unwrap() else { panic!() };
    assert_eq!(download.content_type.as_deref(), Some("image/jpeg"));
    assert_eq!(download.file_name.as_deref(), Some("ID.jpg"));
    assert_eq!(download.length, Some(300_004));
    let bytes = whole(download).await.unwrap();
    assert!(bytes.starts_with(b"\xff\xd8\xff\xe0\x07") && bytes.len() == 300_004);

    assert_eq!(open("error").await.unwrap_err().errcode(), Some(40007));
    assert!(matches!(open("video").await.unwrap(), Media::Video { url } if url == "http://v.example/1"));
    assert_unreadable(open("json").await, "video_url is missing");
    assert_unreadable(open("page").await, "HTML or XML instead of media");
    assert_unreadable(open("nothing").await, "the body is empty");
    assert_eq!(open("gone").await.unwrap_err(), Error::Network("HTTP status 502".into()));
}

#[tokio::test]
async fn a_cut_download_is_noticed() {
    let client = raw(b"HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\ncontent-length: 1000\r\n\r\n\xff\xd8\xff\xe0\
        0123456789012345678901234567890123456789012345678901234567890123456789")
    .await;
    let Media::Bytes(download) = client.media(&secret(), "ID").await.unwrap() else { panic!() };
    assert!(matches!(whole(download).await, Err(Error::Network(_))));
}

/// Log lines, kept for looking at.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn log_lines_tell_path_and_code_but_no_query_and_no_secret() {
    let client = answering(|| r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#).await;
    let good = answering(|| r#"{"access_token":"CANARY-TOKEN","expires_in":7200}"#).await;
    let ask = async || {
        client.token("wxappid", &secret()).await.unwrap_err();
        client.stable_token("wxappid", &secret(), false).await.unwrap_err();
        client.media(&secret(), "ID").await.unwrap_err();
        good.stable_token("wxappid", &secret(), false).await.unwrap();
    };
    // A line that another test, where nobody listens, is the first to write would stay unheard.
    ask().await;
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    ask().await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/cgi-bin/token") && text.contains("40125") && text.contains("elapsed_ms"), "{text}");
    assert!(!text.contains("CANARY") && !text.contains("appid=") && !text.contains("grant_type"), "{text}");
}

#[tokio::test]
async fn a_server_without_tls_is_trouble_on_the_way() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let client = Client::new(&format!("https://{address}")).unwrap();
    assert_eq!(ticket(&client).await.unwrap_err(), Error::Network("cannot connect: TLS refused".into()));
}
