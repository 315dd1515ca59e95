//! What the operators' listener says of us, and of WeChat.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::{Value, json};
use tower::ServiceExt;
use wxdesk::{
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID},
    server::ops,
    ui::frame::TokenHealth,
};

use super::house::House;

const NOW: i64 = 1_795_327_569_000;

async fn ready(house: &House) -> (u16, Value) {
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let response = ops::router(house.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 16).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn until(house: &House, health: TokenHealth) {
    while house.app.tokens.health(SANDBOX_APP_ID) != health {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn wechat_s_state_is_said_inside_and_is_no_fault_of_ours() {
    let house = House::build_with(&[], Clock::manual(NOW)).await;
    until(&house, TokenHealth::Good).await;
    house.second_account("wx-second").await;
    let (status, said) = ready(&house).await;
    assert_eq!((status, &said["ready"], &said["wechat"]), (200, &json!(true), &json!({SANDBOX_APP_ID: "good", "wx-second": "waiting"})));

    let dials = Dials { ip_denied: Some("203.0.113.9".into()), ..Dials::default() };
    let house = House::build_dialled(dials, Clock::manual(NOW)).await;
    until(&house, TokenHealth::Failed).await;
    let (status, said) = ready(&house).await;
    assert_eq!((status, &said["ready"], &said["wechat"]), (200, &json!(true), &json!({SANDBOX_APP_ID: "failed"})));
    assert!(!said.to_string().contains("203.0.113.9"));
}

#[tokio::test]
async fn a_database_that_takes_no_write_is_told() {
    let house = House::build_with(&[], Clock::manual(NOW)).await;
    let refuse = "create trigger full before insert on settings begin select raise(abort, 'full'); end";
    let refuse = house.app.core.db.write(move |c| Box::pin(async move { sqlx::query(refuse).execute(c).await.map(|_| ()) }));
    refuse.await.unwrap();
    let (status, said) = ready(&house).await;
    assert_eq!((status, &said["database"]), (503, &json!(false)));
}

#[tokio::test]
async fn a_database_that_was_replaced_is_told() {
    let house = House::build_with(&[], Clock::manual(NOW)).await;
    assert_eq!(ready(&house).await.0, 200);
    let file = house.app.core.place.database();
    std::fs::rename(&file, file.with_extension("old")).unwrap();
    std::fs::write(&file, b"another file").unwrap();
    let (status, said) = ready(&house).await;
    assert_eq!((status, &said["database"]), (503, &json!(false)));
}

#[tokio::test]
async fn a_writer_that_is_stuck_is_told_after_two_seconds() {
    let clock = Clock::manual(NOW);
    let house = House::build_with(&[], clock.clone()).await;
    let (db, (begun, started)) = (house.app.core.db.clone(), tokio::sync::oneshot::channel());
    let stuck = tokio::spawn(async move {
        db.write::<(), _>(move |_| {
            Box::pin(async move {
                begun.send(()).ok();
                std::future::pending().await
            })
        })
        .await
    });
    started.await.unwrap();
    let mut asking = std::pin::pin!(ready(&house));
    let (status, said) = loop {
        tokio::select! {
            biased;
            answered = &mut asking => break answered,
            () = tokio::task::yield_now() => clock.advance(Duration::from_secs(2)),
        }
    };
    assert_eq!((status, &said["ready"], &said["database"]), (503, &json!(false), &json!(false)));
    stuck.abort();
}
