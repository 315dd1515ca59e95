use super::*;
use crate::{
    features::media::{bin::KEPT, review::Verdict, server::review::Judgement},
    shared::time::{DAY, HOUR, MINUTE},
};

fn admin() -> Actor {
    Actor::User("周敏".into())
}

async fn delete(bed: &Bed, picture: &Picture) {
    bed.media.delete(picture, admin(), "127.0.0.1".into()).await.expect("deletes");
}

async fn restore(bed: &Bed, id: &str) -> Result<(), AppError> {
    bed.media.restore("wx1", id, admin(), "127.0.0.1".into()).await
}

async fn empty(media: &Media) {
    while media.empty_bin().await.expect("empties") {}
}

async fn count(bed: &Bed, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(bed.media.core.db.read()).await.expect("counts")
}

/// A filed picture that was fetched.
async fn fetched(bed: &Bed, media_id: &str, bytes: &[u8]) -> Picture {
    let picture = bed.file(media_id).await;
    let outcome = stored(&bed.media, bytes).await;
    bed.attempt(&picture.id, outcome).await
}

async fn reject(bed: &Bed, picture: &Picture) {
    let said = Judgement { verdict: Some(Verdict::Reject), reason: Some("看不清".into()), comment: None };
    bed.media.review(picture, said, &admin(), None).await.expect("judges");
}

async fn ask(bed: &Bed, id: &str) {
    let (id, now) = (id.to_owned(), bed.media.core.now());
    let unit = bed.media.core.db.write(move |c| {
        Box::pin(async move {
            sqlx::query(
                "insert into media_asks (media_id, number, openid, message_id, asked_by, asked_at) values (?, 1, 'oA', 'msg', 'user:a', ?)",
            )
            .bind(id)
            .bind(now)
            .execute(c)
            .await
        })
    });
    unit.await.expect("asks");
}

/// What came in the place of a picture, and when.
async fn replaced(bed: &Bed, id: &str) -> (Option<String>, Option<i64>) {
    let row = sqlx::query_as("select replaced_by, replaced_at from media_asks where media_id = ?").bind(id.to_owned());
    row.fetch_one(bed.media.core.db.read()).await.expect("asked")
}

/// Every column of a picture and what hangs on it, as JSON.
async fn whole(bed: &Bed, id: &str) -> (Picture, Vec<String>) {
    let rows = sqlx::query_scalar(
        "select json_array(id, verdict, reason, comment, reviewer, at, undone_at) from reviews where media_id = ?1
         union all select json_array(number, openid, message_id, asked_by, asked_at, replaced_by, replaced_at) from media_asks where media_id = ?1
         union all select json_array(media_id, replaced_at) from media_asks where replaced_by = ?1",
    );
    (bed.now(id).await, rows.bind(id).fetch_all(bed.media.core.db.read()).await.expect("reads"))
}

#[tokio::test]
async fn every_column_of_a_picture_has_a_place_in_the_bin() {
    let bed = Bed::new().await;
    let columns = async |table: &str| -> Vec<String> {
        let names = sqlx::query_scalar("select name from pragma_table_info(?)").bind(table.to_owned());
        names.fetch_all(bed.media.core.db.read()).await.expect("reads")
    };
    let kept = columns("media_bin").await;
    let missing: Vec<_> = columns("media").await.into_iter().filter(|name| !kept.contains(name)).collect();
    assert!(missing.is_empty(), "a column that is not in the bin is lost by a restore: {missing:?}; add it to bin/store.rs as well");
}

#[tokio::test]
async fn a_deleted_picture_is_nowhere_and_comes_back_whole() {
    let bed = Bed::new().await;
    let old = fetched(&bed, "m1", &jpeg(1)).await;
    reject(&bed, &old).await;
    ask(&bed, &old.id).await;
    bed.advance(MINUTE);
    let fresh = fetched(&bed, "m2", &jpeg(2)).await;
    reject(&bed, &fresh).await;
    let (old_whole, fresh_whole) = (whole(&bed, &old.id).await, whole(&bed, &fresh.id).await);
    assert_eq!((old_whole.1.len(), fresh_whole.1.len()), (2, 2), "judged, asked for, and answering");

    for picture in [&fresh, &old] {
        delete(&bed, picture).await;
        assert_eq!(bed.media.get(&picture.id).await.expect_err("gone").status, 404);
        assert_eq!(bed.media.kept(&picture.id).await.expect("kept").deleted_at, Some(bed.media.core.now()));
    }
    let filter = Filter { app_id: "wx1".into(), ..Filter::default() };
    assert!(bed.media.list(&filter, None, 10).await.expect("lists").items.is_empty());
    assert_eq!(bed.media.totals("wx1").await.expect("counts"), Totals::default());
    assert_eq!(bed.media.delete(&old, admin(), "127.0.0.1".into()).await.expect_err("once").status, 404);
    let listed = bed.media.bin("wx1", None, 1).await.expect("lists");
    assert_eq!((listed.items[0].by.as_str(), listed.items[0].purge_at), ("user:周敏", bed.media.core.now() + KEPT));
    let place = listed.next_cursor.and_then(|word| crate::features::media::bin::Place::parse(&word));
    let second = bed.media.bin("wx1", place.as_ref(), 1).await.expect("lists");
    assert_eq!(second.items.len() + listed.items.len(), 2);
    assert_ne!(second.items[0].picture.id, listed.items[0].picture.id);
    assert!(second.next_cursor.is_none() && bed.media.bin("wx2", None, 9).await.expect("lists").items.is_empty());

    assert_eq!(bed.media.restore("wx2", &old.id, admin(), "127.0.0.1".into()).await.expect_err("another's").status, 404);
    for id in [&old.id, &fresh.id] {
        restore(&bed, id).await.expect("restores");
    }
    assert_eq!((whole(&bed, &old.id).await, whole(&bed, &fresh.id).await), (old_whole, fresh_whole));
    assert_eq!(restore(&bed, &old.id).await.expect_err("once").status, 404);
    assert_eq!(count(&bed, "select count(*) from media_bin").await, 0);
    assert_eq!(bed.media.totals("wx1").await.expect("counts").filed, 2);
}

#[tokio::test]
async fn what_came_while_it_lay_there_answers_and_what_comes_back_does_not() {
    let bed = Bed::new().await;
    let asked = fetched(&bed, "m1", &jpeg(1)).await;
    reject(&bed, &asked).await;
    ask(&bed, &asked.id).await;
    delete(&bed, &asked).await;
    bed.advance(MINUTE);
    let answer = fetched(&bed, "m2", &jpeg(2)).await;
    restore(&bed, &asked.id).await.expect("restores");
    assert_eq!(replaced(&bed, &asked.id).await, (Some(answer.id), Some(answer.created_at)));

    let other = bed.media.accept(NewMedia { question_id: "q2".into(), ..new("m3", "u1") }).await.expect("files");
    delete(&bed, &other).await;
    let later = bed.media.accept(NewMedia { question_id: "q2".into(), ..new("m4", "u1") }).await.expect("files");
    ask(&bed, &later.id).await;
    restore(&bed, &other.id).await.expect("restores");
    assert_eq!(replaced(&bed, &later.id).await, (None, None), "an old picture is no answer to what was asked after it");
}

#[tokio::test]
async fn the_same_media_id_is_the_same_picture_in_the_bin_too() {
    let bed = Bed::new().await;
    let kept = fetched(&bed, "m1", &jpeg(1)).await;
    let failed = bed.file("m2").await;
    let failed = bed.attempt(&failed.id, refused(40007)).await;
    for picture in [&kept, &failed] {
        delete(&bed, picture).await;
    }
    let again = bed.file("m1").await;
    assert_eq!((again.id, again.state, again.deleted_at), (kept.id.clone(), State::Stored, Some(bed.media.core.now())));
    let again = bed.file("m2").await;
    assert_eq!((&again.id, again.state), (&failed.id, State::Failed), "what was deleted is not fetched again");
    assert_eq!(bed.media.accept(new("m1", "u2")).await.expect_err("other names").code, "media_filed_otherwise");
    let waited = bed.media.wait_for(&kept.id, Duration::from_secs(30)).await.expect("at once");
    assert!(waited.deleted_at.is_some());
    assert_eq!(count(&bed, "select count(*) from media").await, 0);
    restore(&bed, &failed.id).await.expect("restores");
    assert_eq!(bed.file("m2").await.state, State::Pending, "back, it is tried again");
}

#[tokio::test]
async fn bytes_go_with_the_last_picture_that_had_them() {
    let bed = Bed::new().await;
    let (first, twin) = (fetched(&bed, "m1", &jpeg(1)).await, fetched(&bed, "m2", &jpeg(1)).await);
    delete(&bed, &first).await;
    bed.advance(KEPT - 1);
    empty(&bed.media).await;
    assert_eq!(count(&bed, "select count(*) from media_bin").await, 1, "not a moment early");
    delete(&bed, &twin).await;
    bed.advance(1);
    assert_eq!(restore(&bed, &first.id).await.expect_err("over").code, "media_purged");
    empty(&bed.media).await;
    let sha256 = twin.content.expect("stored").sha256;
    assert!(bed.media.contents.holds(&sha256), "the other still has them");
    bed.advance(KEPT);
    empty(&bed.media).await;
    assert!(!bed.files().iter().any(|name| name.contains(&sha256)), "{:?}", bed.files());
    assert_eq!(count(&bed, "select count(*) from contents").await + count(&bed, "select count(*) from contents_leaving").await, 0);
    let purged = count(&bed, "select sum(detail ->> 'count') from audit where action = 'media.purged' and actor_kind = 'system'").await;
    assert_eq!(purged, 2);
    let anew = bed.file("m1").await;
    assert!(anew.id != first.id && anew.deleted_at.is_none(), "what is gone for good can be filed anew");
}

#[tokio::test]
async fn a_process_that_dies_between_row_and_file_leaves_nothing_for_ever() {
    let bed = Bed::new().await;
    let picture = fetched(&bed, "m1", &jpeg(1)).await;
    let sha256 = picture.content.clone().expect("stored").sha256;
    delete(&bed, &picture).await;
    bed.advance(KEPT);
    let (id, now) = (picture.id.clone(), bed.media.core.now());
    let rows_only =
        bed.media.core.db.write(move |c| Box::pin(async move { crate::features::media::server::bin::store::purge(c, &id, now).await }));
    assert!(rows_only.await.expect("purges"));
    assert!(bed.media.contents.holds(&sha256), "killed here");
    assert_eq!(count(&bed, "select count(*) from contents").await, 0, "no row claims the file, so the sweep of orphans finds it");
    let reborn = bed.reborn().await;
    empty(&reborn).await;
    assert!(!reborn.contents.holds(&sha256), "and the worker does not wait for that sweep");
}

#[tokio::test]
async fn a_download_and_the_bin_do_not_pull_the_ground_from_under_each_other() {
    let bed = Bed::new().await;
    let gone = fetched(&bed, "m1", &jpeg(1)).await;
    let sha256 = gone.content.clone().expect("stored").sha256;
    delete(&bed, &gone).await;
    bed.advance(KEPT);
    let purge = async || {
        let (id, now) = (gone.id.clone(), bed.media.core.now());
        bed.media
            .core
            .db
            .write(move |c| Box::pin(async move { crate::features::media::server::bin::store::purge(c, &id, now).await }))
            .await
            .expect("purges")
    };
    // The same bytes come in, and only then the note that they may go is worked off.
    let twin = bed.file("m2").await;
    let (claimed, attempt) = bed.claim(&twin.id).await;
    let outcome = stored(&bed.media, &jpeg(1)).await;
    assert!(purge().await);
    bed.media.write_down(&claimed, attempt, outcome).await.expect("writes");
    empty(&bed.media).await;
    assert!(bed.now(&twin.id).await.state == State::Stored && bed.media.contents.holds(&sha256));

    // The bytes go after they were kept and before their row is written.
    delete(&bed, &bed.now(&twin.id).await).await;
    bed.advance(KEPT);
    let third = bed.file("m3").await;
    let (claimed, attempt) = bed.claim(&third.id).await;
    let outcome = stored(&bed.media, &jpeg(1)).await;
    empty(&bed.media).await;
    assert!(!bed.media.contents.holds(&sha256));
    bed.media.write_down(&claimed, attempt, outcome).await.expect("writes");
    assert_eq!(bed.now(&third.id).await.state, State::Downloading, "no row claims what is not there");
    bed.advance(HOUR);
    let again = bed.attempt(&third.id, stored(&bed.media, &jpeg(1)).await).await;
    assert!(again.state == State::Stored && bed.media.contents.holds(&sha256));
}

#[tokio::test]
async fn one_that_is_deleted_on_its_way_leaves_no_bytes_and_goes_on_when_it_is_back() {
    let bed = Bed::new().await;
    let picture = bed.file("m1").await;
    let (claimed, attempt) = bed.claim(&picture.id).await;
    delete(&bed, &claimed).await;
    let outcome = stored(&bed.media, &jpeg(1)).await;
    bed.media.write_down(&claimed, attempt, outcome).await.expect("writes");
    empty(&bed.media).await;
    assert!(bed.files().is_empty(), "{:?}", bed.files());
    assert_eq!(count(&bed, "select count(*) from contents").await, 0);
    restore(&bed, &picture.id).await.expect("restores");
    let back = bed.now(&picture.id).await;
    assert_eq!((back.state, back.attempts), (State::Pending, 1));
    bed.advance(DAY / 2);
    let outcome = stored(&bed.media, &jpeg(1)).await;
    assert_eq!(bed.attempt(&picture.id, outcome).await.state, State::Stored);
}
