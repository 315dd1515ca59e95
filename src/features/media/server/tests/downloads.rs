use super::*;
use crate::{
    features::media::model::LIFE,
    jobs::Next,
    shared::time::{HOUR, MINUTE, SECOND},
};

use download::Outcome;

#[tokio::test]
async fn the_same_media_id_is_the_same_picture() {
    let bed = Bed::new().await;
    let first = bed.file("m1").await;
    assert_eq!((first.state, first.expires_at - first.created_at), (State::Pending, LIFE));
    assert_eq!(bed.file("m1").await.id, first.id);
    let other = bed.media.accept(new("m1", "u2")).await.expect_err("other names");
    assert_eq!((other.status, other.code), (409, "media_filed_otherwise"));
    let foreign = bed.media.accept(NewMedia { account: "wx2".into(), ..new("m1", "u2") }).await.expect("another account's");
    assert_ne!(foreign.id, first.id);

    let failed = bed.attempt(&first.id, refused(40007)).await;
    assert_eq!((failed.state, failed.reason.as_deref(), failed.errcode), (State::Failed, Some("wechat_40007"), Some(40007)));
    assert_eq!(bed.media.accept(new("m1", "u2")).await.expect_err("still").code, "media_filed_otherwise");
    assert_eq!(bed.now(&first.id).await.state, State::Failed, "a refused filing tries nothing again");
    let again = bed.file("m1").await;
    assert_eq!((again.state, again.reason, again.errcode, again.attempts), (State::Pending, None, None, 1));
    bed.attempt(&first.id, stored(&bed.media, &jpeg(1)).await).await;
    assert_eq!(bed.file("m1").await.state, State::Stored);
    let trace: Vec<String> = sqlx::query_scalar("select action from audit where object = ? order by id")
        .bind(format!("media:{}", first.id))
        .fetch_all(bed.media.core.db.read())
        .await
        .expect("reads");
    assert_eq!(trace, ["media.filed", "media.retried"], "filing what is there already changes nothing");
}

#[tokio::test]
async fn only_pictures_and_voices_are_kept() {
    let bed = Bed::new().await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let mut huge = b"\xff\xd8\xff\xe0".to_vec();
    huge.resize(20 * 1024 * 1024 + 1, 0);
    for (bytes, reason) in [
        (&svg[..], "not_an_image"),
        (b"<html><body>502</body></html>", "not_an_image"),
        (b"{\"errcode\":40007,\"errmsg\":\"invalid media_id\"}", "not_an_image"),
        (b"", "not_an_image"),
        (b"\0\0\0\x18ftypmp42", "unsupported_type"),
        (&jpeg(1)[..200], "damaged_image"),
        (&huge, "too_large"),
    ] {
        match download::take(&bed.media.contents, "x.1", Body::of(bytes, 65_536)).await {
            Err(Outcome::Doubtful(why)) => assert_eq!(why.reason, reason),
            other => panic!("{reason}: {other:?}"),
        }
        assert!(bed.files().is_empty(), "{reason} left something: {:?}", bed.files());
    }
    let cut = download::take(&bed.media.contents, "x.1", Body::cut(&jpeg(1))).await;
    assert!(matches!(cut, Err(Outcome::Again(why)) if why.reason == "network"));
    assert!(bed.files().is_empty());
    let (voice, kind) = download::take(&bed.media.contents, "x.1", Body::of(b"#!AMR\n<script>", 3)).await.expect("kept");
    assert_eq!((kind, voice.content_type.as_str(), voice.thumb, voice.width), (Kind::Voice, "audio/amr", false, None));
}

#[tokio::test]
async fn equal_bytes_lie_there_once_however_many_write_them() {
    let bed = Bed::new().await;
    let bytes = jpeg(9);
    let writes = (0..6).map(|at| {
        let (store, bytes) = (bed.media.contents.clone(), bytes.clone());
        tokio::spawn(async move { download::take(&store, &format!("w{at}.1"), Body::of(&bytes, 7 + at)).await.expect("kept").0 })
    });
    let mut contents = Vec::new();
    for write in writes.collect::<Vec<_>>() {
        contents.push(write.await.expect("joins"));
    }
    assert!(contents.iter().all(|content| *content == contents[0]));
    let sha256 = hex::encode(crate::infra::secrets::sha256(&bytes));
    assert_eq!(bed.files(), [sha256.clone(), format!("{sha256}.small.jpg"), format!("{sha256}.thumb.jpg")]);
    let path = bed.folder.path().join("media").join(&sha256[..2]).join(&sha256);
    assert_eq!(std::fs::read(&path).expect("reads"), bytes);
    // A file that was damaged on disk is mended by the next equal upload.
    std::fs::write(&path, b"rot").expect("writes");
    download::take(&bed.media.contents, "again.1", Body::of(&bytes, 1000)).await.expect("kept");
    assert_eq!(std::fs::read(&path).expect("reads"), bytes);
}

#[tokio::test]
async fn the_ladder_is_climbed_to_the_end_of_three_days() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    let mut pauses = Vec::new();
    let ended = loop {
        let picture = bed.attempt(&id, Outcome::from(&wechat::Error::Timeout)).await;
        if picture.state != State::Pending {
            break picture;
        }
        assert_eq!(picture.reason.as_deref(), Some("timeout"));
        let pause = picture.next_attempt_at - bed.media.core.now();
        pauses.push(pause / SECOND);
        bed.advance(pause - 1);
        assert_eq!(store::due(bed.media.core.db.read(), bed.media.core.now()).await.expect("reads"), None, "not a moment sooner");
        bed.advance(1);
    };
    assert_eq!(pauses[..9], [2, 10, 30, 120, 600, 1800, 3600, 10_800, 21_600]);
    assert_eq!(ended.attempts, i64::try_from(pauses.len()).expect("few") + 1);
    assert_eq!((ended.state, ended.reason.as_deref()), (State::Expired, Some("media_expired")));
    assert_eq!((bed.media.core.now(), pauses.last()), (ended.expires_at, Some(&600)), "the last try is ten minutes before the end");
}

#[tokio::test]
async fn what_waits_past_the_end_expires_without_a_call() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    bed.advance(LIFE);
    assert!(matches!(bed.media.work_once().await.expect("works"), Next::In(_)));
    let gone = bed.now(&id).await;
    assert_eq!((gone.state, gone.reason.as_deref(), gone.attempts), (State::Expired, Some("media_expired"), 0));
    assert_eq!(bed.media.retry(&gone, Actor::User("a".into()), None).await.expect_err("too late").code, "not_retryable");
}

#[tokio::test]
async fn an_unknown_id_has_failed_before_the_end_and_expired_after() {
    let bed = Bed::new().await;
    let (early, late) = (bed.file("m1").await.id, bed.file("m2").await.id);
    assert_eq!(bed.attempt(&early, refused(40007)).await.state, State::Failed);
    let (picture, attempt) = bed.claim(&late).await;
    bed.advance(LIFE);
    bed.media.write_down(&picture, attempt, refused(40007)).await.expect("writes");
    let late = bed.now(&late).await;
    assert_eq!((late.state, late.reason.as_deref(), late.errcode), (State::Expired, Some("media_expired"), Some(40007)));
}

#[tokio::test]
async fn what_is_no_whole_picture_is_asked_for_twice_more() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    // Different doubts, and trouble between them, are still three doubts.
    for (outcome, pause) in [
        (Outcome::Doubtful(reasons::own("damaged_image")), SECOND),
        (Outcome::Doubtful(reasons::own("not_an_image")), 5 * SECOND),
        (Outcome::from(&wechat::Error::Timeout), 30 * SECOND),
    ] {
        let waits = bed.attempt(&id, outcome).await;
        assert_eq!((waits.state, waits.next_attempt_at - bed.media.core.now()), (State::Pending, pause));
        bed.advance(pause);
    }
    let third = bed.attempt(&id, Outcome::Doubtful(reasons::own("damaged_image"))).await;
    assert_eq!((third.state, third.reason.as_deref(), third.doubts), (State::Failed, Some("damaged_image"), 3));
    bed.media.retry(&third, Actor::User("a".into()), None).await.expect("can be tried again");
    let anew = bed.attempt(&id, Outcome::Doubtful(reasons::own("damaged_image"))).await;
    assert_eq!((anew.state, anew.doubts), (State::Pending, 1), "a person's retry starts afresh");
}

#[tokio::test]
async fn an_answer_that_is_no_file_at_all_never_gives_the_picture_up_before_its_end() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    let ended = loop {
        let picture = bed.attempt(&id, Outcome::from(&wechat::Error::Unreadable("HTML".into()))).await;
        if picture.state != State::Pending {
            break picture;
        }
        assert_eq!(picture.reason.as_deref(), Some("garbled"));
        bed.advance(picture.next_attempt_at - bed.media.core.now());
    };
    assert_eq!((ended.state, ended.reason.as_deref(), bed.media.core.now()), (State::Expired, Some("media_expired"), ended.expires_at));
}

#[tokio::test]
async fn a_picture_that_never_was_one_has_failed() {
    let bed = Bed::new().await;
    let video = bed.file("m2").await.id;
    for _ in 0..2 {
        let again = bed.attempt(&video, Outcome::Link("http://elsewhere.example/old.mp4".into())).await;
        assert_eq!((again.state, again.kind), (State::Pending, Some(Kind::Video)), "the way may have been at fault");
        bed.advance(again.next_attempt_at - bed.media.core.now());
    }
    let video = bed.attempt(&video, Outcome::Link("http://elsewhere.example/v.mp4".into())).await;
    assert_eq!((video.state, video.kind, video.reason.as_deref()), (State::Failed, Some(Kind::Video), Some("video_link")));
    let link = fetch_store::link(bed.media.core.db.read(), &video.id).await.expect("reads");
    assert_eq!(link.as_deref(), Some("http://elsewhere.example/v.mp4"), "people may follow the last one");
}

#[tokio::test]
async fn a_fault_of_the_account_holds_its_pictures_and_leaves_wechat_alone() {
    let bed = Bed::new().await;
    let (first, second) = (bed.file("m1").await.id, bed.file("m2").await.id);
    let held = bed.attempt(&first, refused(40125)).await;
    assert_eq!((held.state, held.errcode, held.next_attempt_at - bed.media.core.now()), (State::Pending, Some(40125), 5 * MINUTE));
    bed.media.work_once().await.expect("works");
    let waiting = bed.now(&second).await;
    assert_eq!((waiting.state, waiting.attempts, waiting.reason.as_deref()), (State::Pending, 0, Some("wechat_40125")), "not even tried");
    bed.advance(5 * MINUTE);
    let longer = bed.attempt(&first, refused(40164)).await;
    assert_eq!((longer.errcode, longer.next_attempt_at - bed.media.core.now()), (Some(40164), 15 * MINUTE));
    bed.media.work_once().await.expect("works");
    bed.advance(15 * MINUTE);
    bed.attempt(&first, stored(&bed.media, &jpeg(3)).await).await;
    assert_eq!(bed.now(&second).await.next_attempt_at, bed.media.core.now(), "one success lets the others go");
}

#[tokio::test]
async fn a_spent_quota_rests_until_midnight_however_often_somebody_looks() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    let held = bed.attempt(&id, refused(45009)).await;
    let rest = held.next_attempt_at - bed.media.core.now();
    assert!((12 * HOUR + MINUTE..12 * HOUR + 5 * MINUTE).contains(&rest), "{rest}");
    bed.media.retry(&held, Actor::User("a".into()), None).await.expect("made due");
    bed.media.work_once().await.expect("works");
    let waiting = bed.now(&id).await;
    assert_eq!((waiting.state, waiting.attempts, waiting.next_attempt_at), (State::Pending, 1, held.next_attempt_at));
}

#[tokio::test]
async fn what_ends_while_the_disk_is_full_is_said_to_have_ended() {
    let bed = Bed::new().await;
    let old = [bed.file("m1").await.id, bed.file("m2").await.id];
    bed.advance(LIFE - SECOND);
    let young = bed.file("m3").await.id;
    bed.media.contents.floor.store(u64::MAX, Ordering::Relaxed);
    bed.advance(SECOND);
    bed.media.work_once().await.expect("works");
    for id in &old {
        assert_eq!(bed.now(id).await.state, State::Expired);
    }
    assert_eq!(bed.now(&young).await.reason.as_deref(), Some("disk_full"));
}

#[tokio::test]
async fn a_rest_ends_when_the_account_is_mended() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    bed.attempt(&id, refused(40125)).await;
    assert_eq!(bed.media.work_once().await.expect("works"), Next::In(Duration::from_secs(2)), "looks again soon");
    bed.advance(SECOND);
    let now = bed.media.core.now();
    let change = bed.media.core.db.write(move |c| {
        Box::pin(async move { sqlx::query("update accounts set updated_at = ? where app_id = 'wx1'").bind(now).execute(c).await })
    });
    change.await.expect("writes");
    bed.media.accounts.reload().await.expect("reads");
    let taken = bed.media.claim(now).await.expect("works").expect("is due at once");
    assert_eq!(taken.0.id, id);
}

#[tokio::test]
async fn a_full_disk_pauses_downloads_until_there_is_room() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    bed.media.contents.floor.store(u64::MAX, Ordering::Relaxed);
    assert_eq!(bed.media.work_once().await.expect("works"), Next::In(Duration::from_secs(10)));
    let paused = bed.now(&id).await;
    assert_eq!((paused.state, paused.attempts, paused.reason.as_deref()), (State::Pending, 0, Some("disk_full")));
    let full = Outcome::from(&std::io::Error::from(std::io::ErrorKind::StorageFull));
    assert!(matches!(full, Outcome::Again(why) if why.reason == "disk_full"));
    bed.media.contents.floor.store(0, Ordering::Relaxed);
    // Only taken, not fetched: there is no WeChat, and nobody moves the clock that a call would wait on.
    let taken = bed.media.claim(bed.media.core.now()).await.expect("works").expect("is due");
    assert_eq!((taken.0.id.as_str(), bed.now(&id).await.state), (id.as_str(), State::Downloading));
}

#[tokio::test]
async fn a_crash_at_any_point_is_taken_back() {
    let bed = Bed::new().await;
    let (before, after) = (bed.file("m1").await.id, bed.file("m2").await.id);
    bed.claim(&before).await;
    // The bytes of the other lie under their name, but the row does not know it yet.
    let (picture, attempt) = bed.claim(&after).await;
    let kept = stored(&bed.media, &jpeg(4)).await;
    let media = bed.folder.path().join("media");
    std::fs::write(media.join("tmp").join("half.1"), b"half").expect("writes");
    std::fs::create_dir(media.join("tmp").join("somebody's")).expect("makes");
    std::fs::create_dir_all(media.join("ab")).expect("makes");
    for (name, hours) in [("ab".repeat(32), 25), (format!("ab{}", "cd".repeat(31)), 1)] {
        let file = std::fs::File::create(media.join("ab").join(name)).expect("makes");
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(hours * 3600)).expect("sets");
    }

    let reborn = bed.reborn().await;
    reborn.recover(bed.media.core.now()).await.expect("recovers");
    let files = bed.files();
    assert!(files.iter().all(|name| !name.starts_with("half") && *name != "ab".repeat(32)), "{files:?}");
    assert_eq!(files.len(), 4, "the young orphan and the finished download stay: {files:?}");
    for id in [&before, &after] {
        assert_eq!(bed.now(id).await.state, State::Pending);
    }
    // The dead process's outcome would come too late: another attempt is on.
    let (_, second) = bed.claim(&after).await;
    bed.media.write_down(&picture, attempt, kept).await.expect("writes");
    assert_eq!((bed.now(&after).await.state, second), (State::Downloading, attempt + 1));
    let outcome = stored(&reborn, &jpeg(4)).await;
    reborn.write_down(&picture, second, outcome).await.expect("writes");
    assert_eq!(bed.now(&after).await.state, State::Stored);
    assert_eq!(bed.files().len(), 4, "one copy");
}

#[tokio::test]
async fn names_are_data_and_never_paths() {
    let bed = Bed::new().await;
    let evil = ["../../etc/passwd", "/etc/passwd", "..%2f..%2f", "a\\..\\b", "..", "\u{202e}x", "'; drop table media; --", "小满/../../x"];
    for (at, name) in evil.into_iter().enumerate() {
        let wanted = NewMedia { answer_title: name.into(), question_id: name.into(), media_id: format!("{name}{at}"), ..new("", name) };
        let id = bed.media.accept(wanted).await.expect("filed").id;
        let kept = bed.attempt(&id, stored(&bed.media, &jpeg(30 * u8::try_from(at).expect("few"))).await).await;
        assert_eq!((kept.user_id.as_str(), kept.question_id.as_str(), kept.state), (name, name, State::Stored));
    }
    assert_eq!(bed.files().len(), 3 * evil.len());
    assert!(bed.files().iter().all(|name| name.split('.').next().is_some_and(|stem| stem.bytes().all(|byte| byte.is_ascii_hexdigit()))));
}

#[tokio::test]
async fn somebody_who_waits_hears_of_the_end_or_of_none() {
    let bed = Bed::new().await;
    let id = bed.file("m1").await.id;
    let (media, wanted) = (bed.media.clone(), id.clone());
    let waiting = tokio::spawn(async move { media.wait_for(&wanted, Duration::from_secs(30)).await.expect("there").state });
    tokio::task::yield_now().await;
    bed.attempt(&id, stored(&bed.media, &jpeg(5)).await).await;
    assert_eq!(waiting.await.expect("joins"), State::Stored);
    let slow = bed.file("m2").await.id;
    assert_eq!(bed.media.wait_for(&slow, Duration::ZERO).await.expect("there").state, State::Pending);
    let stop = tokio_util::sync::CancellationToken::new();
    stop.cancel();
    let stopping = bed.media.clone().until(stop);
    assert_eq!(stopping.wait_for(&slow, Duration::from_secs(30)).await.expect("there").state, State::Pending, "a stop ends the wait");
    assert_eq!(bed.media.get("../x").await.expect_err("unknown").status, 404);
    assert_eq!(bed.media.of_account("wx2", &slow).await.expect_err("foreign"), bed.media.get(&"0".repeat(32)).await.expect_err("missing"));
}
