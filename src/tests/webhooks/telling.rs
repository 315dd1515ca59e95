//! From a change to a receiver: once, again by the ladder, in one go, and not for ever.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use wxdesk::{
    features::webhooks::model::{State as Told, Stopped},
    infra::clock::Clock,
    sandbox::SANDBOX_APP_ID as APP,
    shared::rights::{Role, Scope},
};

use super::{
    CANARY, Receiver, accepted, by, cookie, count, deliveries, endpoint, form, now_of, page, receipt, signed_in, ticking, until, value,
};
use crate::house::{House, NOON};

#[tokio::test]
async fn a_receipt_is_one_signed_post_with_the_record_of_the_api() {
    let clock = Clock::manual(NOON);
    let (house, receiver) = (House::build_with(&[], clock.clone()).await, Receiver::open().await);
    accepted(&house, 1).await;
    receipt(&house, 1).await;
    assert_eq!(count(&house, "webhook_outbox").await, 0, "nobody asked, nothing is noted");

    let admin = signed_in(&house, "admin", Role::Admin).await;
    let url = receiver.url();
    let fields = [("url", &*url), ("description", "业务<i>"), ("type", "message.delivered"), ("type", "batch.ended"), ("inside", "1")];
    let (status, _, html) = form(&house, &admin, "/webhooks", &fields).await;
    assert_eq!(status, 200, "{html}");
    let secret = SecretString::from(value(&html, "#new-secret").unwrap());
    assert!(!html.contains("业务<i>"));
    assert!(!page(&house, &admin, "/webhooks").await.contains(secret.expose_secret()), "shown once");
    let endpoint = house.app.webhooks.of_account(APP).await.unwrap().remove(0);
    assert_eq!((endpoint.types.len(), endpoint.inside, endpoint.name()), (2, true, "业务<i>"));

    let id = accepted(&house, 2).await;
    receipt(&house, 2).await;
    receipt(&house, 2).await;
    ticking(&clock, "the post", async || !receiver.calls().is_empty()).await;
    let call = receiver.calls().remove(0);
    assert_eq!(call.signed_with(&secret), [true]);
    assert!(call.of("webhook-id").starts_with("msg_") && call.of("content-type") == "application/json");
    let sent: i64 = call.of("webhook-timestamp").parse().unwrap();
    assert!((house.app.core.now() / 1000 - sent).abs() < 60, "{sent}");
    let key = house.key(&[Scope::MessagesRead], None).await;
    let (_, record) = house.get_with(&key, &format!("/api/v1/messages/{id}")).await;
    assert_eq!(call.json()["type"], "message.delivered");
    assert_eq!(call.json()["timestamp"], record["settled_at"]);
    assert_eq!(call.json()["data"], record);
    until("its outcome", async || deliveries(&house, &endpoint).await[0].state == Told::Delivered).await;
    for _ in 0..50 {
        clock.advance(Duration::from_secs(10));
        tokio::task::yield_now().await;
    }
    assert_eq!((receiver.calls().len(), count(&house, "webhook_outbox").await), (1, 0), "once is enough");

    let delivery = deliveries(&house, &endpoint).await.remove(0);
    // However long that took: a session ends after half an hour.
    let admin = cookie(&house.http, &house.base, "admin").await;
    let html = page(&house, &admin, &format!("/webhooks/{}/deliveries/{}", endpoint.id, delivery.id)).await;
    assert!(html.contains("HTTP 204") && html.contains(call.of("webhook-id")) && html.contains("已送到"));
    let (status, ..) = form(&house, &admin, &format!("/webhooks/{}/deliveries/{}", endpoint.id, delivery.id), &[]).await;
    assert_eq!(status, 303);
    ticking(&clock, "the replay", async || receiver.calls().len() == 2).await;
    assert_eq!(receiver.calls()[1].of("webhook-id"), call.of("webhook-id"), "the same event");
    assert_eq!((receiver.calls()[1].body.clone(), receiver.calls()[1].signed_with(&secret)), (call.body, vec![true]));
}

#[tokio::test]
async fn a_receiver_that_is_down_is_tried_again_by_the_ladder() {
    let clock = Clock::manual(NOON);
    let (house, receiver) = (House::build_with(&[], clock.clone()).await, Receiver::open().await);
    receiver.answer(503);
    let (endpoint, _) = endpoint(&house, receiver.url(), &["message.delivered"]).await;
    accepted(&house, 1).await;
    receipt(&house, 1).await;
    ticking(&clock, "the first attempt", async || !receiver.calls().is_empty()).await;
    let tried = async |times| deliveries(&house, &endpoint).await[0].attempts == times;
    until("its outcome", async || tried(1).await).await;
    let first = deliveries(&house, &endpoint).await.remove(0);
    assert_eq!((first.state, first.status), (Told::Pending, Some(503)));
    let wait = first.next_at - first.last_at.unwrap();
    assert!((5_000..=5_500).contains(&wait), "{wait}");
    ticking(&clock, "the second attempt", async || tried(2).await).await;
    let second = deliveries(&house, &endpoint).await.remove(0);
    assert!(second.last_at.unwrap() >= first.next_at, "not before its time");
    let wait = second.next_at - second.last_at.unwrap();
    assert!((300_000..=330_000).contains(&wait), "{wait}");
    assert_eq!(now_of(&house, &endpoint).await.failing_since, first.last_at);

    let admin = signed_in(&house, "admin", Role::Admin).await;
    for path in [format!("/webhooks/{}", endpoint.id), format!("/webhooks/{}/deliveries/{}", endpoint.id, first.id), "/webhooks".into()] {
        assert!(!page(&house, &admin, &path).await.contains(CANARY), "no word of the receiver's is shown");
    }
    receiver.answer(200);
    ticking(&clock, "the third attempt", async || tried(3).await).await;
    assert_eq!(deliveries(&house, &endpoint).await[0].state, Told::Delivered);
    assert_eq!(now_of(&house, &endpoint).await.failing_since, None);
    let ids: Vec<_> = receiver.calls().iter().map(|call| call.of("webhook-id").to_owned()).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn what_was_given_up_is_replayed_in_one_go() {
    let clock = Clock::manual(NOON);
    let (house, receiver) = (House::build_with(&[], clock.clone()).await, Receiver::open().await);
    receiver.answer(500);
    let (endpoint, _) = endpoint(&house, receiver.url(), &["message.delivered"]).await;
    for msgid in 1..=3 {
        accepted(&house, msgid).await;
        receipt(&house, msgid).await;
    }
    let all = async |state| deliveries(&house, &endpoint).await.iter().filter(|one| one.state == state).count() == 3;
    // From rung to rung: while one is under way time goes on by seconds only.
    let given_up = async || {
        let (all, now) = (deliveries(&house, &endpoint).await, clock.now_ms());
        let next = all.iter().filter(|one| one.state == Told::Pending).map(|one| one.next_at).min();
        clock.advance(Duration::from_millis(u64::try_from(next.unwrap_or(now) - now).unwrap_or(0).max(1000)));
        all.len() == 3 && next.is_none()
    };
    until("the end of the ladder", given_up).await;
    assert!(deliveries(&house, &endpoint).await.iter().all(|one| one.attempts == 10 && one.status == Some(500)));
    assert!(receiver.calls().len() == 30 && now_of(&house, &endpoint).await.enabled);
    receiver.answer(204);
    assert_eq!(house.app.webhooks.replay_failed(&endpoint, 72, &by()).await.unwrap(), 3);
    ticking(&clock, "the replays", async || all(Told::Delivered).await).await;
    assert_eq!(receiver.calls().len(), 33);
    assert_eq!(house.app.webhooks.replay_failed(&endpoint, 72, &by()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_slow_receiver_holds_up_only_itself() {
    let clock = Clock::manual(NOON);
    let house = House::build_with(&[], clock.clone()).await;
    let (slow, quick) = (Receiver::open().await, Receiver::open().await);
    slow.room.forget_permits(1000);
    let (stuck, _) = endpoint(&house, slow.url(), &["message.delivered"]).await;
    endpoint(&house, quick.url(), &["message.delivered"]).await;
    for msgid in 1..=9 {
        accepted(&house, msgid).await;
        receipt(&house, msgid).await;
    }
    ticking(&clock, "nine posts to the quick one", async || quick.calls().len() == 9).await;
    until("four at the slow one", async || slow.calls().len() == 4).await;
    ticking(&clock, "time for more", async || clock.now_ms() > NOON + 600_000).await;
    assert_eq!(slow.calls().len(), 4, "no more than that at once");
    slow.room.add_permits(1000);
    ticking(&clock, "the slow one's rest", async || slow.calls().len() >= 9).await;
    until("the last outcome", async || deliveries(&house, &stuck).await.iter().all(|one| one.state == Told::Delivered)).await;
}

#[tokio::test]
async fn gone_and_days_of_failures_switch_an_endpoint_off() {
    let clock = Clock::manual(NOON);
    let (house, receiver, other) = (House::build_with(&[], clock.clone()).await, Receiver::open().await, Receiver::open().await);
    receiver.answer(410);
    other.answer(500);
    let (gone, _) = endpoint(&house, receiver.url(), &["message.delivered"]).await;
    let (failing, _) = endpoint(&house, other.url(), &["message.delivered"]).await;
    accepted(&house, 1).await;
    receipt(&house, 1).await;
    ticking(&clock, "410", async || !now_of(&house, &gone).await.enabled).await;
    assert_eq!(now_of(&house, &gone).await.stopped, Some(Stopped::Gone));
    assert_eq!(deliveries(&house, &gone).await[0].state, Told::Failed, "and it is not tried again");
    until("a first failure", async || now_of(&house, &failing).await.failing_since.is_some()).await;
    // Days in which nothing was tried say nothing.
    let first = now_of(&house, &failing).await.failing_since.unwrap();
    clock.advance(Duration::from_secs(5 * 86_400));
    let since = async || now_of(&house, &failing).await.failing_since.unwrap();
    ticking(&clock, "a trouble of its own", async || since().await - first >= 5 * 86_400_000).await;
    assert!(now_of(&house, &failing).await.enabled);
    for _ in 0..4 {
        clock.advance(Duration::from_secs(86_400));
        let day = clock.now_ms();
        house.app.webhooks.test(&failing, &by()).await.unwrap();
        ticking(&clock, "a failure each day", async || deliveries(&house, &failing).await[0].last_at.is_some_and(|at| at >= day)).await;
    }
    assert!(now_of(&house, &failing).await.enabled, "not before the fifth day");
    clock.advance(Duration::from_secs(86_400));
    ticking(&clock, "five days of failures", async || !now_of(&house, &failing).await.enabled).await;
    assert_eq!(now_of(&house, &failing).await.stopped, Some(Stopped::Failing));

    let admin = signed_in(&house, "admin", Role::Admin).await;
    assert!(page(&house, &admin, "/").await.contains("2 个 Webhook 地址已自动停用"));
    assert!(page(&house, &admin, "/audit").await.contains("自动停用 Webhook 地址"));
    let path = format!("/webhooks/{}", gone.id);
    assert!(page(&house, &admin, &path).await.contains("410"));
    assert_eq!(form(&house, &admin, &path, &[("intent", "test")]).await.0, 409);
    accepted(&house, 2).await;
    receipt(&house, 2).await;
    assert_eq!(count(&house, "webhook_outbox").await, 0, "those that are off want nothing");

    receiver.answer(204);
    let url = receiver.url();
    let fields = [("intent", "save"), ("url", &*url), ("type", "media.stored"), ("inside", "1"), ("enabled", "1")];
    assert_eq!(form(&house, &admin, &path, &fields).await.0, 303);
    assert_eq!((now_of(&house, &gone).await.stopped, now_of(&house, &gone).await.failing_since), (None, None));
    let (status, to, _) = form(&house, &admin, &path, &[("intent", "test")]).await;
    assert!(status == 303 && to.starts_with(&format!("{path}/deliveries/")), "{to}");
    ticking(&clock, "the test event", async || receiver.calls().last().is_some_and(|call| call.json()["type"] == "webhook.test")).await;
    let admin = cookie(&house.http, &house.base, "admin").await;
    assert_eq!(receiver.calls().len(), 2);
    assert_eq!(form(&house, &admin, &format!("{path}/remove"), &[]).await.0, 303);
    assert!(house.app.webhooks.of_account(APP).await.unwrap().iter().all(|one| one.id != gone.id));
}
