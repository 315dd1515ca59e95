use sqlx::{Execute, Row as _};

use super::*;
use crate::{features::media::server::tests::Bed, infra::trial};

macro_rules! text {
    ($query:expr, $out:expr) => {{
        let query = $query;
        $out.push(query.sql().as_str().to_owned());
    }};
}

async fn plan(pool: &SqlitePool, sql: &str) -> Vec<String> {
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("explain query plan {sql}")));
    let rows = explained.fetch_all(pool).await.expect("explains");
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn a_search_looks_at_so_many_parts_of_names() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let (f, mut texts) = (Filter { app_id: "wx1".into(), ..Filter::default() }, Vec::new());
    text!(named!(f, "x", "x", "y", false, false, 5_i64), texts);
    text!(parts_of!("x", "y"), texts);
    for sql in &texts {
        let plan = plan(core.db.read(), sql).await;
        assert!(plan.iter().any(|line| line.starts_with("SEARCH media_name_parts USING PRIMARY KEY (part>? AND part<?)")), "{plan:?}");
        assert!(plan.iter().all(|line| !line.starts_with("SCAN n")), "{plan:?}");
    }
    let plan = plan(core.db.read(), &texts[0]).await;
    assert!(plan.iter().any(|line| line.starts_with("SEARCH n USING INTEGER PRIMARY KEY")), "{plan:?}");
}

/// The next of a row of numbers that look like chance and are the same each time (Knuth's constants).
fn next(seed: &mut u64, below: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % below
}

async fn run(bed: &Bed, sql: String) {
    bed.media
        .core
        .db
        .write(move |c| Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(sql)).execute(c).await }))
        .await
        .expect("writes");
}

const TITLES: [&str; 4] = ["第一周 作业", "第二周", "OA一周", "oab"];
const STATES: [(&str, &str); 4] = [("stored", "none"), ("stored", "pass"), ("stored", "reject"), ("failed", "none")];

/// A picture of one of some senders, titles and questions, at one of some moments.
fn another(seed: &mut u64, nth: u64) -> String {
    let (at, user) = (1_000_000 + next(seed, 1000) * 90_000, next(seed, 40));
    let user = if user % 3 == 0 { format!("员工小满{user}") } else { format!("oABc{user}%_ZZ") };
    let (title, question) = (TITLES[usize::try_from(next(seed, 4)).expect("small")], next(seed, 12));
    let (state, review) = STATES[usize::try_from(next(seed, 4)).expect("small")];
    format!(
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, review, next_attempt_at, actor, created_at,
            expires_at) values (printf('%012x%020x', {at}, {nth}), 'wx1', 'm{nth}', '{user}', '{title}', 'q{question}', '{state}', '{review}', 0,
            'x', {at}, 0)"
    )
}

/// What is kept of names and days, against a recount.
async fn kept_agrees(bed: &Bed, nth: u64) {
    for (kept, counted) in [
        (
            "select printf('%s %s %d', field, name, uses) as line from media_names order by 1",
            "select printf('user %s %d', user_id, count(*)) as line from media group by user_id
             union all select printf('title %s %d', answer_title, count(*)) from media group by answer_title
             union all select printf('question %s %d', question_id, count(*)) from media group by question_id order by 1",
        ),
        (
            "select printf('%s %d', part, name_id) as line from media_name_parts order by 1",
            "with recursive at (at) as (select 1 union all select at + 1 from at where at < 128)
             select distinct printf('%s %d', substr(lower(name), at, 3), id) as line from media_names join at on at <= length(name) order by 1",
        ),
        (
            "select printf('%d %d', day, filed) as line from media_days order by 1",
            "select printf('%d %d', (created_at + 28800000) / 86400000, count(*)) as line from media
             group by (created_at + 28800000) / 86400000 order by 1",
        ),
    ] {
        let read = async |sql: &'static str| sqlx::query_scalar::<_, String>(sql).fetch_all(bed.media.core.db.read()).await.expect("reads");
        assert_eq!(read(kept).await, read(counted).await, "step {nth}");
    }
}

#[tokio::test]
async fn names_and_days_are_kept_while_pictures_come_and_go() {
    let (bed, mut seed) = (Bed::new().await, 3);
    for nth in 0..300 {
        let one = next(&mut seed, 30);
        let sql = match next(&mut seed, 10) {
            0..5 => another(&mut seed, nth),
            5 => format!("update media set state = 'stored', review = 'pass' where id in (select id from media limit 1 offset {one})"),
            6..9 => format!("delete from media where id in (select id from media limit 2 offset {one})"),
            _ => format!("delete from media where user_id in (select user_id from media limit 1 offset {one})"),
        };
        run(&bed, sql).await;
        if nth % 5 == 0 {
            kept_agrees(&bed, nth).await;
        }
    }
    run(&bed, "delete from media".into()).await;
    kept_agrees(&bed, 300).await;
}
