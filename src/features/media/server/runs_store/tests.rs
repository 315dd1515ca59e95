use sqlx::{Execute, Row as _};

use super::*;
use crate::infra::trial;

macro_rules! text {
    ($query:expr, $out:expr) => {{
        let query = $query;
        $out.push(query.sql().as_str().to_owned());
    }};
}

/// Every index, and what its steps seek before the span of ids.
const INDEXES: [(Index, &str, &str); 12] = [
    (Index::Account, "media_of_account", "app_id=?"),
    (Index::User, "media_by_user", "app_id=? AND user_id=?"),
    (Index::Title, "media_by_title", "app_id=? AND answer_title=?"),
    (Index::Question, "media_by_question", "app_id=? AND question_id=?"),
    (Index::Facet, "media_facet", "app_id=? AND facet=?"),
    (Index::UserFacet, "media_user_facet", "app_id=? AND user_id=? AND facet=?"),
    (Index::TitleFacet, "media_title_facet", "app_id=? AND answer_title=? AND facet=?"),
    (Index::QuestionFacet, "media_question_facet", "app_id=? AND question_id=? AND facet=?"),
    (Index::TitlesFacet, "media_title_question_facet", "app_id=? AND answer_title=? AND question_id=? AND facet=?"),
    (Index::QuestionsFacet, "media_title_question_facet", "app_id=? AND answer_title=? AND question_id=? AND facet=?"),
    (Index::UsersTitle, "media_user_title", "app_id=? AND user_id=? AND answer_title=?"),
    (Index::UsersQuestion, "media_user_question", "app_id=? AND user_id=? AND question_id=?"),
];

async fn plan(pool: &SqlitePool, sql: &str) -> Vec<String> {
    let explained = sqlx::raw_sql(sqlx::AssertSqlSafe(format!("explain query plan {sql}")));
    let rows = explained.fetch_all(pool).await.expect("explains");
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

#[tokio::test]
async fn every_run_is_an_index_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let (span, thin, run) = (Span { low: "0".into(), high: "g".into() }, Thin::default(), ("", 0));
    for (index, name, sought) in INDEXES {
        let runs = Runs { app_id: "wx1".into(), index, names: Vec::new(), with: String::new(), facets: Vec::new() };
        let (names, facets, mut merged, mut counts, mut walks) = ("[]", "[]", Vec::new(), Vec::new(), Vec::new());
        by_index!(index, text(merged), down(runs, span, names, facets, 5_i64));
        by_index!(index, text(merged), up(runs, span, names, facets, 5_i64));
        by_index!(index, text(counts), count(runs, span, names, facets, 5_i64));
        by_index!(index, text(walks), walked_down(runs, run, span, thin, 5_i64, 5_i64));
        by_index!(index, text(walks), walked_up(runs, run, span, thin, 5_i64, 5_i64));
        for (sql, steps) in merged.iter().map(|sql| (sql, 2)).chain(counts.iter().chain(&walks).map(|sql| (sql, 1))) {
            let plan = plan(core.db.read(), sql).await;
            let step = format!("INDEX {name} ({sought} AND id>? AND id<?)");
            assert_eq!(
                plan.iter().filter(|line| line.starts_with("SEARCH m USING") && line.contains(&step)).count(),
                steps,
                "{name}: {plan:?}"
            );
            assert!(plan.iter().all(|line| !line.starts_with("SCAN m")), "{name}: {plan:?}");
            assert!(!sql.to_ascii_lowercase().contains("offset"));
        }
        for sql in &walks {
            let plan = plan(core.db.read(), sql).await;
            assert!(plan.iter().all(|line| !line.contains("ORDER BY")), "{name}: {plan:?}");
        }
    }
}

#[tokio::test]
async fn facets_are_found_by_seeks_and_pictures_by_their_ids() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let mut texts = Vec::new();
    text!(facets!("wx1"), texts);
    let steps = plan(core.db.read(), &texts[0]).await;
    for step in ["(app_id=?)", "(app_id=? AND facet>?)"] {
        assert!(steps.iter().any(|line| line.starts_with("SEARCH m USING INDEX media_facet") && line.ends_with(step)), "{steps:?}");
    }
    let thin = Thin::default();
    text!(kept!("[]", thin), texts);
    let steps = plan(core.db.read(), &texts[1]).await;
    assert!(steps.iter().any(|line| line.starts_with("SEARCH m USING INDEX sqlite_autoindex_media_1 (id=?)")), "{steps:?}");
}
