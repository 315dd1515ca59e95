use sqlx::{Execute, Row as _};

use super::*;
use crate::infra::trial;

macro_rules! text {
    ($query:expr, $out:expr) => {{
        let query = $query;
        $out.push(query.sql().as_str().to_owned());
    }};
}

/// Every way into the lists.
fn ways() -> Vec<(&'static str, Filter)> {
    let some = || Some("x".to_owned());
    let bare = || Filter { app_id: "wx1".into(), q: some(), from: Some(1), to: Some(2), ..Filter::default() };
    vec![
        ("media_by_user", Filter { user_id: some(), state: Some(State::Stored), ..bare() }),
        ("media_by_question", Filter { question_id: some(), answer_title: some(), ..bare() }),
        ("media_by_title", Filter { answer_title: some(), state: Some(State::Stored), ..bare() }),
        ("media_title_unstored", Filter { answer_title: some(), question_id: some(), state: Some(State::Failed), ..bare() }),
        ("media_by_state", Filter { question_id: some(), state: Some(State::Failed), ..bare() }),
        ("media_title_rejected", Filter { answer_title: some(), review: Some(Judged::Rejected), ..bare() }),
        ("media_title_unreviewed", Filter { answer_title: some(), question_id: some(), review: Some(Judged::Unreviewed), ..bare() }),
        ("media_by_kind", Filter { answer_title: some(), kind: Some(Kind::Video), ..bare() }),
        ("media_by_review", Filter { question_id: some(), review: Some(Judged::Rejected), ..bare() }),
        ("media_by_title", Filter { answer_title: some(), kind: Some(Kind::Image), review: Some(Judged::Passed), ..bare() }),
        ("media_by_kind", Filter { kind: Some(Kind::Voice), state: Some(State::Stored), ..bare() }),
        ("media_unreviewed", Filter { review: Some(Judged::Unreviewed), state: Some(State::Stored), ..bare() }),
        ("media_by_review", Filter { review: Some(Judged::Passed), state: Some(State::Stored), ..bare() }),
        ("media_by_state", Filter { state: Some(State::Failed), ..bare() }),
        ("media_of_account", bare()),
    ]
}

async fn plan(pool: &SqlitePool, sql: &str) -> Vec<String> {
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("explain query plan {sql}")));
    let rows = explained.fetch_all(pool).await.expect("explains");
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn every_list_walks_one_index_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    for (index, f) in ways() {
        let (span, mut lists, mut counts) = (Span::of(&f), Vec::new(), Vec::new());
        pictures!(text(lists), f, span, 5, "order by m.id desc limit ?9");
        pictures!(text(lists), f, span, 5, "order by m.id limit ?9");
        counted!(text(counts), f, span, 5);
        for sql in &lists {
            let plan = plan(core.db.read(), sql).await;
            assert!(plan[0].contains(&format!("SEARCH m USING INDEX {index} ")) && plan[0].contains("id>? AND id<?"), "{index}: {plan:?}");
            assert!(plan.iter().all(|line| !line.starts_with("SCAN") && !line.contains("TEMP B-TREE")), "{index}: {plan:?}");
        }
        let plan = plan(core.db.read(), &counts[0]).await;
        let step = plan.iter().find(|line| line.starts_with("SEARCH m USING")).expect("a step");
        assert!(step.contains(&format!("INDEX {index} ")) && plan.iter().all(|line| !line.starts_with("SCAN m")), "{index}: {plan:?}");
    }
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
}
