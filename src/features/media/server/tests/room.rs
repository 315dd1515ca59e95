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
    bed.advance(MINUTE);
    assert!(bed.media.claim(bed.media.core.now()).await.expect("looks").is_none(), "what lies in the bin takes its room");
    let now = bed.media.core.now();
    assert_eq!(bed.media.binned("wx1").await.expect("counts"), 1);
    assert_eq!(bed.media.empty_now("wx1", now, Actor::User("周敏".into()), String::new()).await.expect("empties"), 1);
    assert_eq!(bed.media.empty_now("wx1", now, Actor::User("周敏".into()), String::new()).await.expect("once"), 0);
    while bed.media.empty_bin().await.expect("purges") {}
    assert_eq!((bed.media.kept_bytes("wx1").await.expect("reads"), bed.files()), (0, Vec::new()));
    assert!(bed.media.claim(bed.media.core.now()).await.expect("looks").is_none(), "not before it is looked at again");
    bed.advance(MINUTE);
    assert!(bed.media.claim(bed.media.core.now()).await.expect("looks").is_some());
}

#[tokio::test]
async fn what_does_not_fit_is_broken_off_while_it_comes_and_not_fetched_again_and_again() {
    let bed = Bed::new().await;
    let bytes = jpeg(9);
    let size = i64::try_from(bytes.len()).expect("small");
    quota(&bed, size - 1).await;
    let (_, mut booking) = bed.media.book("wx1").await.expect("reads").expect("a quota");
    let pieces = Within { pieces: Body::of(&bytes, 50), booking: Some(&mut booking) };
    let Err(download::Outcome::Again(why)) = download::take(&bed.media.contents, "test.1", pieces).await else { panic!("it does not fit") };
    assert_eq!((why.reason.as_str(), bed.files(), booking.is_too_large()), (room::FULL, Vec::new(), true), "nothing of it is left");
    drop(booking);
    quota(&bed, size).await;
    let (_, mut booking) = bed.media.book("wx1").await.expect("reads").expect("a quota");
    let enough = Within { pieces: Body::of(&bytes, 50), booking: Some(&mut booking) };
    assert!(download::take(&bed.media.contents, "test.2", enough).await.is_ok());

    set(&bed, Some(1)).await;
    bed.media.did_not_fit("wx1", Room { used: 0, quota: 1_000_000 });
    assert!(bed.media.is_full("wx1").await.expect("reads"), "nothing has changed since");
    set(&bed, Some(2)).await;
    assert!(!bed.media.is_full("wx1").await.expect("reads"), "it may keep more");
}

/// A quota to the byte.
async fn quota(bed: &Bed, bytes: i64) {
    let put = bed
        .media
        .core
        .db
        .write(move |c| Box::pin(async move { crate::infra::settings::put(c, "media_quota/wx1", &bytes.to_string()).await }));
    put.await.expect("writes");
}

#[tokio::test]
async fn downloads_that_come_side_by_side_share_what_is_left() {
    let bed = Bed::new().await;
    quota(&bed, 100).await;
    let book = async || bed.media.book("wx1").await.expect("reads").expect("a quota").1;
    let (mut one, mut two) = (book().await, book().await);
    assert!(one.take(60) && two.take(40) && !two.take(41) && !two.is_too_large(), "it would have fitted alone");
    // What came to nothing gives its room back.
    drop(one);
    assert!(two.take(100) && !two.take(101) && two.is_too_large());
    drop(two);

    // What landed is counted once by everybody: by those that had begun before, and by those that read it in the database.
    let (mut one, mut two) = (book().await, book().await);
    assert!(one.take(60));
    one.landed();
    assert!(two.take(40) && !two.take(41));
    drop(two);
    let mut three = book().await;
    assert!(three.take(100), "the database of this test was told nothing");
}

#[tokio::test]
async fn equal_contents_count_once_wherever_they_lie() {
    let bed = Bed::new().await;
    let bytes = jpeg(9);
    let size = i64::try_from(bytes.len()).expect("small");
    let kept = async || bed.media.kept_bytes("wx1").await.expect("reads");
    let mut pictures = Vec::new();
    for media_id in ["a", "b"] {
        let filed = bed.file(media_id).await;
        let outcome = stored(&bed.media, &bytes).await;
        bed.attempt(&filed.id, outcome).await;
        pictures.push(bed.now(&filed.id).await);
    }
    assert_eq!(kept().await, size);
    let by = || Actor::User("周敏".into());
    for picture in &pictures {
        bed.media.delete(picture, by(), String::new()).await.expect("deletes");
        assert_eq!(kept().await, size, "in the bin, in the library, or both");
    }
    assert_eq!(bed.media.totals("wx1").await.expect("reads").bytes, 0);
    bed.media.restore("wx1", &pictures[0].id, by(), String::new()).await.expect("restores");
    bed.media.empty_now("wx1", bed.media.core.now(), by(), String::new()).await.expect("empties");
    while bed.media.empty_bin().await.expect("purges") {}
    assert_eq!(kept().await, size, "one of the two is there");
}
