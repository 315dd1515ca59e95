//! What only a raw socket can send: requests that two readers may read differently, and heads that never end.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_util::sync::CancellationToken;
use wxdesk::{
    sandbox::SANDBOX_APP_ID,
    server::{listen, router},
    shared::rights::Scope,
};

use super::house::House;

/// Sends bytes as they are and reads until the server hangs up.
async fn raw(house: &House, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(house.base.trim_start_matches("http://")).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "the connection stays open after {:?}", String::from_utf8_lossy(bytes));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_request_that_can_be_read_two_ways_is_refused_and_the_connection_ends() {
    let house = House::build().await;
    let heads = [
        "Host: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6",
        "Host: 127.0.0.1\r\nContent-Length: 5, 6",
        "Host: 127.0.0.1\r\nContent-Length: -5",
        "Host: 127.0.0.1\r\nContent-Length: +5",
        "Host: 127.0.0.1\r\nTransfer-Encoding: xchunked",
        "Host: 127.0.0.1\r\nTransfer-Encoding: chunked, identity",
        "Host: 127.0.0.1\r\nTransfer-Encoding : chunked",
        "Host: 127.0.0.1\r\nHost: wx.example.com",
        "Host: 127.0.0.1\r\n Folded: yes",
        "Host: 127.0.0.1\r\nX: a\0b",
    ];
    for head in heads {
        let said =
            raw(&house, format!("POST /api/v1/messages HTTP/1.1\r\n{head}\r\n\r\n0\r\n\r\nGET /login HTTP/1.1\r\n\r\n").as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 400"), "{head:?}: {said}");
        assert_eq!(said.matches("HTTP/1.1 ").count(), 1, "{head:?} smuggled a second request: {said}");
    }
    let signature = "GET /api/v1/jssdk/signature?url=https://h5.example.com/ HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: wx.example.com\r\n\r\n";
    let said = raw(&house, signature.as_bytes()).await;
    assert!(said.starts_with("HTTP/1.1 400") && said.contains("ambiguous_request"), "{said}");
    // Both lengths: read as chunked, answered once, and the connection ends, so that the rest is nobody's request.
    let both = raw(
        &house,
        b"POST /api/v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    )
    .await;
    assert!(both.starts_with("HTTP/1.1 4") && both.matches("HTTP/1.1 ").count() == 1, "{both}");
    let old = raw(&house, b"POST /login HTTP/1.0\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").await;
    assert!(old.starts_with("HTTP/1.1 400") || old.starts_with("HTTP/1.0 400"), "{old}");
}

#[tokio::test]
async fn huge_heads_are_refused() {
    let house = House::build().await;
    for kilobytes in [17, 64] {
        let long = format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {}\r\n\r\n", "a".repeat(kilobytes * 1024));
        let long = raw(&house, long.as_bytes()).await;
        assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    }
    let many: String = (0..200).map(|at| format!("X-{at}: a\r\n")).collect();
    let many = raw(&house, format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n{many}\r\n").as_bytes()).await;
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
}

/// Writes all of a request before it reads, through a small buffer: what the server leaves unread cannot hide in the system.
async fn writes_first(house: &House, pieces: &[&[u8]]) -> std::io::Result<String> {
    let socket = TcpSocket::new_v4()?;
    socket.set_send_buffer_size(256 * 1024)?;
    let mut stream = socket.connect(house.base.trim_start_matches("http://").parse().unwrap()).await?;
    for piece in pieces {
        stream.write_all(piece).await?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn whoever_sends_too_much_hears_so_over_a_connection_that_still_stands() {
    let house = House::build().await;
    let key = house.key(&[Scope::MessagesSend], None).await;
    let body = vec![b' '; 4 * 1024 * 1024];
    for path in ["/api/v1/messages".to_owned(), format!("/callback/{SANDBOX_APP_ID}")] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer {key}\r\n"
        );
        let told = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        let said = writes_first(&house, &[told.as_bytes(), &body]).await;
        assert!(said.as_ref().is_ok_and(|said| said.starts_with("HTTP/1.1 413")), "{path}: {said:?}");
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len());
        let said = writes_first(&house, &[chunked.as_bytes(), &body, b"\r\n0\r\n\r\n"]).await;
        assert!(said.as_ref().is_ok_and(|said| said.starts_with("HTTP/1.1 413")), "{path}, in pieces: {said:?}");
    }
}

/// A listener that waits a quarter of a second for a head, so that the test need not wait ten.
#[tokio::test]
async fn dribbling_clients_are_hung_up_on_and_others_are_served() {
    let house = House::build().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let patience = Duration::from_millis(250);
    tokio::spawn(listen::serve_with(listener, router::site(&house.app), stop.clone(), patience));
    let silent = TcpStream::connect(address).await.unwrap();
    let mut dribbling = TcpStream::connect(address).await.unwrap();
    dribbling.write_all(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-").await.unwrap();
    let served = house.http.get(format!("http://{address}/login")).send().await.unwrap();
    assert_eq!(served.status(), 200);
    for mut stream in [silent, dribbling] {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "still open long after its time");
    }
    stop.cancel();
}
