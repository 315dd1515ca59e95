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
        let days = store::per_day(bed.media.core.db.read(), &filter, &Span::of(&filter)).await.expect("counts");
        assert_eq!(days.iter().map(|(_, count)| *count).sum::<i64>(), i64::try_from(count).expect("few"), "{query}");
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
    assert_eq!(bed.media.counts_today("wx1").await.expect("counts"), Today { filed: 13, stored: 5 });
    let newest = bed.media.newest("wx1", 6).await.expect("lists");
    assert_eq!(newest.iter().map(|picture| picture.media_id.as_str()).collect::<Vec<_>>(), ["m0", "m3", "m6", "m9", "m12", "m15"]);
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
