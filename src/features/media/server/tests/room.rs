use super::*;
use crate::{
    features::media::server::room::{self, Room, Within},
    shared::time::MINUTE,
};

async fn set(bed: &Bed, mb: Option<i64>) {
    bed.media.set_quota("wx1", mb, Actor::User("周敏".into()), "127.0.0.1".into()).await.expect("sets");
}

/// What the picture that is due says after a worker has looked at it.
async fn looked(bed: &Bed, id: &str) -> Picture {
    let now = bed.media.core.now();
    assert!(bed.media.claim(now).await.expect("looks").is_none(), "nothing is fetched");
    bed.now(id).await
}

#[tokio::test]
async fn an_account_that_keeps_all_it_may_waits_says_why_and_goes_on_by_itself() {
    let bed = Bed::new().await;
    let bytes = jpeg(9);
    let first = bed.file("first").await;
    let outcome = stored(&bed.media, &bytes).await;
    bed.attempt(&first.id, outcome).await;
    let size = i64::try_from(bytes.len()).expect("small");
    assert_eq!(bed.media.room("wx1").await.expect("reads"), None, "none as long as nobody sets one");

    // A quota in megabytes is far above these few bytes; the row says what a full account has.
    set(&bed, Some(1)).await;
    bed.media
        .core
        .db
        .write(move |c| Box::pin(async move { crate::infra::settings::put(c, "media_quota/wx1", &size.to_string()).await }))
        .await
        .expect("writes");
    assert_eq!(bed.media.room("wx1").await.expect("reads"), Some(Room { used: size, quota: size }));
    let second = bed.file("second").await;
    let waits = looked(&bed, &second.id).await;
    assert_eq!((waits.state, waits.reason.as_deref(), waits.attempts), (State::Pending, Some("account_full"), 0));
    assert_eq!(waits.next_attempt_at, bed.media.core.now() + MINUTE);
    let other = bed.media.accept(NewMedia { account: "wx2".into(), ..new("other", "u1") }).await.expect("filed");
    let (taken, _) = bed.media.claim(bed.media.core.now()).await.expect("looks").expect("another account's is fetched");
    assert_eq!(taken.id, other.id);

    // Raised, it is due at once.
    set(&bed, Some(1)).await;
    let (taken, _) = bed.media.claim(bed.media.core.now()).await.expect("looks").expect("there is room");
    assert_eq!(taken.id, second.id);
    set(&bed, None).await;
    assert_eq!(bed.media.quota("wx1").await.expect("reads"), None);
}

#[tokio::test]
async fn room_that_is_made_is_used_within_a_minute() {
    let bed = Bed::new().await;
    let first = bed.file("first").await;
    let outcome = stored(&bed.media, &jpeg(9)).await;
    bed.attempt(&first.id, outcome).await;
    let put = bed.media.core.db.write(|c| Box::pin(async move { crate::infra::settings::put(c, "media_quota/wx1", "1").await }));
    put.await.expect("writes");
    let second = bed.file("second").await;
    looked(&bed, &second.id).await;
    bed.media.delete(&bed.now(&first.id).await, Actor::User("周敏".into()), String::new()).await.expect("deletes");
    assert!(bed.media.claim(bed.media.core.now()).await.expect("looks").is_none(), "not before it is looked at again");
    bed.advance(MINUTE);
    assert!(bed.media.claim(bed.media.core.now()).await.expect("looks").is_some());
}

#[tokio::test]
async fn what_does_not_fit_is_broken_off_while_it_comes_and_not_fetched_again_and_again() {
    let bed = Bed::new().await;
    let bytes = jpeg(9);
    let half = u64::try_from(bytes.len() / 2).expect("small");
    let pieces = Within { pieces: Body::of(&bytes, 50), room: Some(half) };
    let Err(download::Outcome::Again(why)) = download::take(&bed.media.contents, "test.1", pieces).await else { panic!("it does not fit") };
    assert_eq!((why.reason.as_str(), bed.files()), (room::FULL, Vec::new()), "nothing of it is left");
    let enough = Within { pieces: Body::of(&bytes, 50), room: Some(2 * half + 2) };
    assert!(download::take(&bed.media.contents, "test.2", enough).await.is_ok());

    set(&bed, Some(1)).await;
    bed.media.did_not_fit("wx1", Room { used: 0, quota: 1_000_000 });
    assert!(bed.media.is_full("wx1").await.expect("reads"), "nothing has changed since");
    set(&bed, Some(2)).await;
    assert!(!bed.media.is_full("wx1").await.expect("reads"), "it may keep more");
}
