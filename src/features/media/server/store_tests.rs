use sqlx::{Execute, Row as _};

use super::*;
use crate::infra::trial;

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
async fn what_is_due_is_found_by_its_index() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let mut texts = Vec::new();
    text!(one!("m.state in ('pending', 'downloading') and m.next_attempt_at <= ? order by m.next_attempt_at limit 1", 5), texts);
    let plan = plan(core.db.read(), &texts[0]).await;
    assert!(plan[0].contains("USING INDEX media_due") && plan.iter().all(|line| !line.starts_with("SCAN")), "{plan:?}");
}

#[test]
fn spans_cut_where_they_say() {
    let filter = Filter { from: Some(1_000), to: Some(2_000), ..Filter::default() };
    let span = Span::of(&filter);
    let id = |millis| crate::infra::id_at(millis, &crate::infra::clock::Chance::seeded(1));
    let inside = |span: &Span, id: &str| *id >= *span.low && *id < *span.high;
    for (millis, within) in [(999, false), (1_000, true), (2_000, true), (2_001, false)] {
        assert_eq!(inside(&span, &id(millis)), within, "{millis}");
    }
    let cursor = id(1_500);
    assert!(!inside(&span.clone().before(Some(&cursor)), &cursor) && inside(&span.clone().before(Some(&cursor)), &id(1_499)));
    assert!(!inside(&span.clone().after(&cursor), &cursor) && inside(&span.clone().after(&cursor), &id(1_501)));
    assert!(inside(&Span::of(&Filter::default()), &id(1_795_320_000_000)));
    assert_eq!(moment(&id(1_500)), Some(1_500));
}
