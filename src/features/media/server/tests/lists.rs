use super::*;
use crate::{
    features::media::wanted::Wanted,
    infra::trial::NOON,
    shared::time::{HOUR, MINUTE},
};

/// `count` pictures an hour apart, the newest at noon; every third is stored, senders and questions take turns.
async fn seeded(bed: &Bed, count: usize) {
    let bytes: &'static [u8] = jpeg(7).leak();
    let seeds = (0..count).map(|at| SeedPicture {
        user_id: format!("u{}", at % 3),
        answer_title: "第一周".into(),
        question_id: format!("Q{}", at % 2),
        created_at: NOON - i64::try_from(at).expect("few") * HOUR,
        bytes,
        media_id: format!("m{at}"),
        state: if at % 3 == 0 { State::Stored } else { State::Expired },
    });
    bed.media.seed("wx1", seeds.collect()).await.expect("seeds");
}

#[tokio::test]
async fn every_picture_comes_once_newest_first() {
    let bed = Bed::new().await;
    seeded(&bed, 25).await;
    let filter = Filter { app_id: "wx1".into(), ..Filter::default() };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = bed.media.list(&filter, cursor.as_deref(), 10).await.expect("lists");
        seen.extend(page.items.into_iter().map(|picture| picture.media_id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
        // What is filed meanwhile is newer and moves nothing.
        bed.file(&format!("later{}", seen.len())).await;
    }
    assert_eq!(seen, (0..25).map(|at| format!("m{at}")).collect::<Vec<_>>());
    let none = bed.media.list(&Filter { app_id: "wx2".into(), ..Filter::default() }, None, 10).await.expect("lists");
    assert!(none.items.is_empty() && none.next_cursor.is_none());
}

#[tokio::test]
async fn filters_narrow_together() {
    let bed = Bed::new().await;
    seeded(&bed, 24).await;
    for (query, count) in [
        ("", 24),
        ("user=u1", 8),
        ("question=Q1", 12),
        ("user=u1&question=Q1", 4),
        ("title=%E7%AC%AC%E4%B8%80%E5%91%A8&state=stored", 8),
        ("state=stored", 8),
        ("state=failed", 0),
        ("q=q0", 12),
        ("q=%E7%AC%AC&user=u2&state=expired", 8),
        ("q=%25", 0),
        ("date=today", 13),
        ("from=2026-11-21&to=2026-11-21&user=u0", 3),
    ] {
        let filter = Wanted::parse(query).filter("wx1", NOON);
        let found = bed.media.list(&filter, None, 100).await.expect("lists").items;
        assert_eq!(found.len(), count, "{query}");
        let counted = store::counted(bed.media.core.db.read(), &filter, &Span::of(&filter), 100).await.expect("counts");
        assert_eq!(counted, i64::try_from(count).expect("few"), "{query}");
    }
}

#[tokio::test]
async fn neighbours_stay_within_the_filter() {
    let bed = Bed::new().await;
    seeded(&bed, 9).await;
    let filter = Filter { app_id: "wx1".into(), user_id: Some("u1".into()), ..Filter::default() };
    let rows = bed.media.list(&filter, None, 10).await.expect("lists").items;
    assert_eq!(rows.iter().map(|picture| picture.media_id.as_str()).collect::<Vec<_>>(), ["m1", "m4", "m7"]);
    let name = |picture: Option<Picture>| picture.map(|picture| picture.media_id);
    let (newer, older) = bed.media.neighbours(&filter, &rows[1].id).await.expect("finds");
    assert_eq!((name(newer).as_deref(), name(older).as_deref()), (Some("m1"), Some("m7")));
    let (newer, older) = bed.media.neighbours(&filter, &rows[2].id).await.expect("finds");
    assert_eq!((name(newer).as_deref(), name(older)), (Some("m4"), None));
}

#[tokio::test]
async fn figures_follow_what_comes() {
    let bed = Bed::new().await;
    seeded(&bed, 24).await;
    let one = i64::try_from(jpeg(7).len()).expect("small");
    assert_eq!(bed.media.totals("wx1").await.expect("counts"), Totals { filed: 24, bytes: one }, "equal bytes count once");
    assert_eq!(bed.media.totals("wx2").await.expect("counts"), Totals::default());
    let id = bed.file("fresh").await.id;
    bed.attempt(&id, stored(&bed.media, &jpeg(250)).await).await;
    let totals = bed.media.totals("wx1").await.expect("counts");
    assert_eq!((totals.filed, totals.bytes), (25, one + i64::try_from(jpeg(250).len()).expect("small")));
    let offered = bed.media.offered("wx1").await.expect("offers");
    assert_eq!(offered.user_ids, ["u1", "u0", "u2"], "the most frequent first, then by name");
    assert_eq!(offered.question_ids, ["Q0", "Q1", "q1"]);
}

#[tokio::test]
async fn seeding_keeps_each_picture_once_and_leaves_no_work() {
    let bed = Bed::new().await;
    seeded(&bed, 24).await;
    assert_eq!(bed.files().len(), 3, "one content and its thumbnails");
    seeded(&bed, 24).await;
    assert_eq!(bed.media.totals("wx1").await.expect("counts").filed, 24, "the same media ids again are the same pictures");
    bed.advance(10 * MINUTE);
    bed.media.work_once().await.expect("works");
    let filter = Filter { app_id: "wx1".into(), state: Some(State::Pending), ..Filter::default() };
    assert!(bed.media.list(&filter, None, 1).await.expect("lists").items.is_empty());
}

/// What the triggers say, against a count of everything.
async fn totals_agree(bed: &Bed) -> (i64, i64) {
    let pool = bed.media.core.db.read();
    let filed: i64 = sqlx::query_scalar("select count(*) from media where app_id = 'wx1'").fetch_one(pool).await.expect("counts");
    let bytes: i64 = sqlx::query_scalar(
        "select coalesce(sum(bytes), 0) from contents where sha256 in (select sha256 from media where app_id = 'wx1' and state = 'stored')",
    )
    .fetch_one(pool)
    .await
    .expect("sums");
    let said = bed.media.totals("wx1").await.expect("reads");
    assert_eq!((said.filed, said.bytes), (filed, bytes));
    (filed, bytes)
}

#[tokio::test]
async fn totals_are_kept_while_pictures_come_and_go() {
    let bed = Bed::new().await;
    assert_eq!(totals_agree(&bed).await, (0, 0));
    let (one, same, other) = (bed.file("m1").await.id, bed.file("m2").await.id, bed.file("m3").await.id);
    for (id, shade) in [(&one, 1), (&same, 1), (&other, 200)] {
        bed.attempt(id, stored(&bed.media, &jpeg(shade)).await).await;
        totals_agree(&bed).await;
    }
    let (filed, bytes) = totals_agree(&bed).await;
    assert_eq!((filed, bytes), (3, (jpeg(1).len() + jpeg(200).len()) as i64), "equal bytes once");
    for (id, left) in [(&one, 2), (&same, 1)] {
        bed.media.delete(&bed.now(id).await, Actor::System, String::new()).await.expect("deletes");
        assert_eq!(totals_agree(&bed).await.0, left);
    }
    assert_eq!(totals_agree(&bed).await.1, jpeg(200).len() as i64, "the last of them took the bytes along");
    bed.media.restore("wx1", &one, Actor::System, String::new()).await.expect("restores");
    assert_eq!(totals_agree(&bed).await, (2, bytes));
}
