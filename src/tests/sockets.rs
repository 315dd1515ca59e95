//! What only a raw socket can send: requests that two readers may read differently, and heads that never end.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;
use wxdesk::server::{listen, router};

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
    let long = raw(&house, format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {}\r\n\r\n", "a".repeat(64 * 1024)).as_bytes()).await;
    assert!(long.starts_with("HTTP/1.1 431"), "{long}");
    let many: String = (0..200).map(|at| format!("X-{at}: a\r\n")).collect();
    let many = raw(&house, format!("GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\n{many}\r\n").as_bytes()).await;
    assert!(many.starts_with("HTTP/1.1 431"), "{many}");
}

/// A listener that waits a quarter of a second for a head, so that the test need not wait ten.
#[tokio::test]
async fn dribbling_clients_are_hung_up_on_and_others_are_served() {
    let house = House::build().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let patience = Duration::from_millis(250);
    tokio::spawn(listen::serve_with(listener, router::router(&house.app), stop.clone(), patience));
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
