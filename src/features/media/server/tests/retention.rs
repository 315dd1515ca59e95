use super::*;
use crate::{
    features::media::bin::KEPT,
    infra::trial::NOON,
    shared::time::{DAY, HOUR},
};

fn admin() -> Actor {
    Actor::User("周敏".into())
}

/// Pictures of two titles, each with one of every number of `days` ago.
async fn seeded(days: &[i64]) -> Bed {
    let bed = Bed::new().await;
    let bytes: &'static [u8] = jpeg(7).leak();
    let seeds = ["第一周", "第二周"].into_iter().flat_map(|title| {
        days.iter().map(move |ago| SeedPicture {
            user_id: "u1".into(),
            answer_title: title.into(),
            question_id: format!("q{ago}"),
            created_at: NOON - ago * DAY,
            bytes,
            media_id: format!("{title}{ago}"),
            state: State::Stored,
        })
    });
    bed.media.seed("wx1", seeds.collect()).await.expect("seeds");
    bed
}

async fn set(bed: &Bed, title: &str, days: i64) {
    bed.media.set_retention("wx1", title, days, admin(), "127.0.0.1".into()).await.expect("sets");
}

async fn run(bed: &Bed) {
    while bed.media.retain_once().await.expect("runs") {}
}

async fn left(bed: &Bed) -> Vec<String> {
    let filter = Filter { app_id: "wx1".into(), ..Filter::default() };
    let rows = bed.media.list(&filter, None, 500).await.expect("lists").items;
    rows.into_iter().map(|picture| picture.media_id).collect()
}

#[tokio::test]
async fn without_a_rule_everything_stays() {
    let bed = seeded(&[0, 4000]).await;
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 4);
    assert!(bed.media.retention_rules("wx1").await.expect("lists").is_empty());
}

#[tokio::test]
async fn a_preview_tells_what_the_rule_then_does() {
    let bed = seeded(&[0, 1, 29, 30, 31, 400]).await;
    let preview = bed.media.retention_preview("wx1", "第一周", 30).await.expect("previews");
    assert_eq!((preview.count, preview.oldest, preview.newest), (2, Some(NOON - 400 * DAY), Some(NOON - 31 * DAY)));
    assert_eq!(preview.pictures.len(), 2);
    assert_eq!(bed.media.retention_preview("wx2", "第一周", 30).await.expect("previews").count, 0);
    assert_eq!(left(&bed).await.len(), 12, "looking moves nothing");

    set(&bed, "第一周", 30).await;
    run(&bed).await;
    let mine = left(&bed).await;
    assert_eq!(mine.iter().filter(|name| name.starts_with("第一周")).count(), 4, "{mine:?}");
    assert_eq!(mine.iter().filter(|name| name.starts_with("第二周")).count(), 6, "other titles are left alone");
    let bin = bed.media.bin("wx1", None, 9).await.expect("lists").items;
    assert_eq!((bin.len(), bin[0].by.as_str(), bin[0].purge_at), (2, "system:system", NOON + KEPT), "the seven days hold");
    let trace: Vec<String> = sqlx::query_scalar("select action || detail from audit where action like 'media.ret%' order by id")
        .fetch_all(bed.media.core.db.read())
        .await
        .expect("reads");
    let wanted = [
        "media.retention_set{\"answer_title\":\"第一周\",\"days\":30}",
        "media.retained{\"answer_title\":\"第一周\",\"count\":2,\"days\":30}",
    ];
    assert_eq!(trace, wanted);
}

#[tokio::test]
async fn it_runs_once_a_day_and_again_when_the_rule_changes() {
    let bed = seeded(&[10, 30]).await;
    set(&bed, "第一周", 30).await;
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 4, "thirty days old is not older than thirty days");
    bed.advance(HOUR);
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 4, "today it ran already");
    bed.advance(DAY);
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 3);
    set(&bed, "第一周", 5).await;
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 2);
    assert_eq!(bed.media.retention_rules("wx1").await.expect("lists")[0].ran_at, Some(bed.media.core.now()));
    bed.media.drop_retention("wx1", "第一周", admin(), "127.0.0.1".into()).await.expect("drops");
    bed.media.drop_retention("wx1", "第一周", admin(), "127.0.0.1".into()).await.expect("nothing to drop");
    assert!(bed.media.retention_rules("wx1").await.expect("lists").is_empty());
}

#[tokio::test]
async fn more_than_one_unit_holds_goes_and_what_was_taken_back_stays() {
    let bed = seeded(&(100..230).collect::<Vec<_>>()).await;
    set(&bed, "第一周", 30).await;
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 130);
    let back = bed.media.bin("wx1", None, 1).await.expect("lists").items.remove(0).picture;
    bed.media.restore("wx1", &back.id, admin(), "127.0.0.1".into()).await.expect("restores");
    bed.advance(2 * DAY);
    assert_eq!(bed.media.retention_preview("wx1", "第一周", 30).await.expect("previews").count, 0);
    run(&bed).await;
    assert_eq!(left(&bed).await.len(), 131, "nobody has to take it back twice");
    bed.media.delete(&back, admin(), "127.0.0.1".into()).await.expect("by hand it goes");
}
