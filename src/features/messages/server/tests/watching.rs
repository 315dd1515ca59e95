//! What a page that watches is told, and files of slices.

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::{
    super::Receipt,
    pages::{ask, get, router},
    sending::receipt_of,
    *,
};
use crate::{
    features::messages::model::{BatchAct, BatchState},
    shared::{lang::Lang, rights::Role},
    wechat::events,
};

impl House {
    async fn watch(&self, path: &str) -> Body {
        let request = Request::get(path).body(Body::empty()).expect("request");
        let response = router(self, Role::Sender, Lang::Zh).await.oneshot(request).await.expect("answers");
        assert_eq!(response.status(), 200, "{path}");
        response.into_body()
    }

    /// The next event while so many seconds pass; empty when the stream has ended.
    async fn event(&self, body: &mut Body, seconds: u64) -> String {
        let passing = async {
            tokio::task::yield_now().await;
            self.pass(seconds);
        };
        let (frame, ()) = tokio::join!(body.frame(), passing);
        let bytes = frame.map(|frame| frame.expect("frame").into_data().expect("data"));
        bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    async fn receipt(&self, openid: &str, status: events::Receipt) {
        let sent = self.accepted(openid).pop().expect("one");
        let receipt = Receipt { status, ..receipt_of(&sent, self.clock.now_ms()) };
        self.messages.receipt(SANDBOX_APP_ID, receipt).await.expect("taken");
    }
}

#[tokio::test]
async fn receipts_that_come_after_the_end_are_seen() {
    let house = House::new().await;
    let openids = house.followers(4);
    let filed = house.file_batch(house.new_batch(), &openids).await;
    let done = house.send_all(&filed.id).await;
    assert_eq!((done.state, done.counts.accepted), (BatchState::Done, 4));
    let page = get(&house, &format!("/batches/{}", filed.id)).await;
    let source = page.attribute("[data-live]", "data-live").expect("it is watched");
    assert_eq!(source, format!("/batches/{}/live?seen=done-0-0", filed.id));
    let mut stream = house.watch(&source).await;
    let first = house.event(&mut stream, 0).await;
    assert!(first.contains(r#"<div id="run">"#) && first.contains("retry:"), "{first}");
    house.receipt(&openids[0], events::Receipt::Delivered).await;
    let next = house.event(&mut stream, 2).await;
    assert!(next.contains("<dd>1</dd>") && next.contains("<dd>3</dd>"), "{next}");
    // Somebody did not get it: once the swarm is over the page is drawn anew, for its causes.
    house.receipt(&openids[1], events::Receipt::UserBlock).await;
    assert!(house.event(&mut stream, 2).await.contains(r#"<div id="run">"#));
    assert!(house.event(&mut stream, 2).await.contains("event: end"));
    assert_eq!(house.event(&mut stream, 2).await, "");
    for openid in &openids[2..] {
        house.receipt(openid, events::Receipt::Delivered).await;
    }
    let page = get(&house, &format!("/batches/{}", filed.id)).await;
    assert_eq!((page.attribute("[data-live]", "data-live"), page.all("meta[http-equiv=refresh]").len()), (None, 0));
    let mut late = house.watch(&source).await;
    assert!(house.event(&mut late, 0).await.contains(r#"<div id="run">"#), "what was just said can be read");
    assert!(house.event(&mut late, 3).await.contains("event: end"), "what it saw is no more");
}

#[tokio::test]
async fn nobody_watches_for_ever_on_one_proof() {
    let house = House::new().await;
    let filed = house.file_batch(house.new_batch(), &house.followers(3)).await;
    let source = format!("/batches/{}/live?seen=running-0-0", filed.id);
    let mut stream = house.watch(&source).await;
    house.event(&mut stream, 0).await;
    assert_eq!(house.event(&mut stream, 60).await, "", "the browser asks again");
    let mut stream = house.watch(&source).await;
    house.event(&mut stream, 0).await;
    house.messages.turn_batch(&filed, BatchAct::Pause, Actor::System).await.expect("pauses");
    assert!(house.event(&mut stream, 3).await.contains("event: end"), "badge and buttons are others now");
    let list = format!("/batches/live?ids={}", filed.id);
    for wrong in ["/batches/live".to_owned(), "/batches/live?ids=x".into(), format!("{list}&x=1"), format!("{list}{}", ",x".repeat(10))] {
        assert_eq!(get(&house, &wrong).await.status, 422, "{wrong}");
    }
}

#[tokio::test]
async fn rows_of_the_list_move() {
    let house = House::new().await;
    let openids = house.followers(2);
    let one = house.file_batch(house.new_batch(), &openids).await;
    let page = get(&house, "/batches").await;
    let source = page.attribute("table[data-live]", "data-live").expect("it is watched");
    assert_eq!(source, format!("/batches/live?ids={}", one.id));
    assert!(page.html.contains(r#"http-equiv="refresh""#), "without scripts the page loads itself again");
    let mut stream = house.watch(&source).await;
    let first = house.event(&mut stream, 0).await;
    assert!(first.contains("0 / 2") && first.contains("发送中") && first.contains(&format!("id=\"sent-{}\"", one.id)), "{first}");
    house.send_all(&one.id).await;
    let next = house.event(&mut stream, 1).await;
    assert!(next.contains("已完成") && next.contains("seg-sent"), "{next}");
    for openid in &openids {
        house.receipt(openid, events::Receipt::Delivered).await;
    }
    let last = house.event(&mut stream, 2).await;
    assert!(last.contains("2 / 2"), "{last}");
    assert!(house.event(&mut stream, 2).await.contains("event: over"));
    let none = get(&house, "/batches").await;
    assert_eq!((none.attribute("table", "data-live"), none.all("meta[http-equiv=refresh]").len()), (None, 0));
    // Another account's are no business of this one's.
    let other =
        "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values ('wxother', 'b', x'00', 'http://x', 0, 0)";
    execute(&house.messages.core, other).await;
    execute(&house.messages.core, "update batches set app_id = 'wxother'").await;
    assert!(house.event(&mut house.watch(&source).await, 0).await.contains("event: over"));
}

#[tokio::test]
async fn causes_pick_their_people_on_the_page_in_the_file_and_for_a_retry() {
    let house = House::new().await;
    let gone = house.follower(|person| !person.subscribed);
    let openids = [house.followers(2), vec![gone.clone(), "oNobody1".into(), "oNobody2".into()]].concat();
    let filed = house.file_batch(house.new_batch(), &openids).await;
    let done = house.send_all(&filed.id).await;
    assert_eq!(done.counts.failed, 3);
    let place = format!("/batches/{}", filed.id);
    let page = get(&house, &place).await;
    assert_eq!(page.all(".reasons .num"), ["2", "1"]);
    let cause = page.attribute(".reason-acts a:last-child", "href").expect("leads to them");
    assert_eq!(cause, format!("{place}?state=failed&reason=wechat_40003&errcode=40003#h-who"));
    let picked = get(&house, cause.trim_end_matches("#h-who")).await;
    assert_eq!((picked.all("tbody tr").len(), picked.all(".chip").len()), (2, 1));
    assert!(picked.all("tbody").concat().contains("oNobody1") && !picked.all("tbody").concat().contains(&gone));
    let file = picked.attribute("a[download][href*=reason]", "href").expect("the same as a file");
    let lines = |text: &str| text.trim().split("\r\n").skip(1).map(str::to_owned).collect::<Vec<_>>();
    let csv = get(&house, &format!("{place}/export.csv?state=failed&reason=wechat_40003&errcode=40003")).await.html;
    assert!(csv.starts_with("\u{feff}touser,name,state,reason,errcode,msgid,attempts,"), "{csv}");
    assert_eq!((lines(&csv).len(), lines(&get(&house, &file).await.html).len()), (2, 2));
    assert!(csv.contains("A-3071") && csv.contains(",failed,"), "{csv}");
    let count = async |query: &str| lines(&get(&house, &format!("{place}/export.csv{query}")).await.html).len();
    assert_eq!((count("").await, count("?state=missed").await, count("?state=unknown").await), (5, 3, 0));
    assert_eq!(count(&format!("?touser={gone}")).await, 1);
    execute(&house.messages.core, "insert or replace into followers (app_id, openid, following, nickname, updated_at) values ('wxsandbox0000001', 'oNobody2', 0, '林_间', 0)").await;
    let named = get(&house, &format!("{place}?touser=%E6%9E%97_")).await;
    assert_eq!((named.all("tbody tr").len(), named.all("tbody a")), (1, vec!["林_间".to_owned()]));
    assert_eq!((count("?touser=%E6%9E%97_").await, count("?touser=%E6%9E%97%25").await, count("?touser=oNobody1").await), (1, 0, 1));
    for wrong in ["?errcode=1", "?reason=x&errcode=y", "?state=lost", "?what=1"] {
        assert_eq!(get(&house, &format!("{place}/export.csv{wrong}")).await.status, 422, "{wrong}");
    }
    let retry = [("intent", "retry"), ("reason", "wechat_43004"), ("errcode", "43004")];
    assert_eq!(super::pages::post(&house, &place, &retry).await.status, 303);
    assert_eq!(house.batch(&filed.id).await.counts.queued, 1);
}

#[tokio::test]
async fn uncertain_ones_are_in_the_file_of_who_did_not_get_it() {
    let house = House::new().await;
    let batch = house.uncertain(&house.followers(3)).await;
    let page = get(&house, &format!("/batches/{}", batch.id)).await;
    assert!(page.all(".block header a").contains(&"导出 3 人 CSV".to_owned()), "{:?}", page.all(".block header a"));
    let file = get(&house, &format!("/batches/{}/export.csv?state=missed", batch.id)).await;
    assert_eq!(file.html.matches(",unknown,").count(), 3);
}

#[tokio::test]
async fn the_history_is_a_file_and_names_its_batch() {
    let house = House::new().await;
    let openids = house.followers(3);
    let batch = house.file_batch(house.new_batch(), &openids).await;
    house.send_all(&batch.id).await;
    house.file_to(&openids[0]).await;
    let link = get(&house, &format!("/batches/{}", batch.id)).await.attribute("a[href^='/messages?batch=']", "href").expect("a way there");
    let page = get(&house, &link).await;
    assert_eq!((page.all("tbody tr").len(), page.all(".chip")), (3, vec!["批次：取件".to_owned()]));
    assert_eq!(page.attribute(".chip", "href").as_deref(), Some("/messages?"));
    let file = page.attribute("a[download]", "href").expect("a file");
    assert_eq!(get(&house, &file).await.html.trim().lines().count(), 4);
    assert_eq!(get(&house, "/messages/export.csv?state=failed").await.html.trim().lines().count(), 1);
    assert_eq!(get(&house, "/messages/export.csv?stat=failed").await.status, 422);
    let request = Request::get(format!("/messages/export.csv?touser={}", openids[0])).body(Body::empty()).expect("request");
    let masked = ask(&house, Role::Developer, request).await;
    assert_eq!((masked.status.as_u16(), masked.html.trim().lines().count()), (200, 5));
    assert!(openids.iter().all(|openid| !masked.html.contains(openid)), "{}", masked.html);
}

#[tokio::test]
async fn buttons_name_how_many_they_touch_and_the_timeline_keeps_its_order() {
    let house = House::with(&["--send-rate", "0", "--send-parallel", "4"]).await;
    let filed = house.file_batch(house.new_batch(), &house.followers(20)).await;
    let place = format!("/batches/{}", filed.id);
    let page = get(&house, &place).await;
    assert!(page.all(".page-head button").contains(&"暂停（剩 20 人）".to_owned()), "{:?}", page.all(".page-head button"));
    super::pages::post(&house, &place, &[("intent", "pause")]).await;
    let page = get(&house, &place).await;
    assert!(page.all(".page-head button").contains(&"继续发 20 人".to_owned()), "{:?}", page.all(".page-head button"));
    // All of it in one millisecond.
    let events = page.all(".timeline b");
    assert_eq!(events, ["暂停一批消息", "开始发送", "提交一批消息"], "{events:?}");
}
