//! SQL of the log of calls.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::relay::model::{Line, Wanted};

/// Writes a line down. An account that is gone has no log.
pub(super) async fn add(connection: &mut SqliteConnection, line: &Line) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into relayed_calls (app_id, key_id, name, at, method, path, status, errcode, code, elapsed_ms)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 where exists (select 1 from accounts where app_id = ?1)",
        line.app_id,
        line.key_id,
        line.name,
        line.at,
        line.method,
        line.path,
        line.status,
        line.errcode,
        line.code,
        line.elapsed_ms
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Forgets at most `most` lines from before `before` (Unix milliseconds), and says how many.
pub(super) async fn forget(connection: &mut SqliteConnection, before: i64, most: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!("delete from relayed_calls where id in (select id from relayed_calls where at < ? order by at limit ?)", before, most)
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
}

/// Lines of an account before the number `before`, the newest first; each sort of question walks an index of its own.
pub(super) async fn page(pool: &SqlitePool, app_id: &str, wanted: &Wanted, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    match (wanted.key.as_deref(), wanted.errcode) {
        (None, None) => any(pool, app_id, before, limit).await,
        (Some(key), None) => of_key(pool, app_id, key, before, limit).await,
        (None, Some(errcode)) => refused(pool, app_id, errcode, before, limit).await,
        (Some(key), Some(errcode)) => refused_to(pool, app_id, key, errcode, before, limit).await,
    }
}

/// `query_as!` for whole lines of an account: what follows in the condition. The numbers of parameters begin with the account's.
macro_rules! lines {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Line,
            "select id, app_id, key_id, name, at, method, path, status, errcode, code, elapsed_ms from relayed_calls\n         where app_id = ?1 "
                + $tail $(, $argument)*
        )
    };
}

async fn any(pool: &SqlitePool, app_id: &str, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    lines!("and id < ?2 order by id desc limit ?3", app_id, before, limit).fetch_all(pool).await
}

async fn of_key(pool: &SqlitePool, app_id: &str, key: &str, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    lines!("and key_id = ?2 and id < ?3 order by id desc limit ?4", app_id, key, before, limit).fetch_all(pool).await
}

async fn refused(pool: &SqlitePool, app_id: &str, errcode: i64, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    lines!("and errcode = ?2 and id < ?3 order by id desc limit ?4", app_id, errcode, before, limit).fetch_all(pool).await
}

async fn refused_to(pool: &SqlitePool, app_id: &str, key: &str, errcode: i64, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    lines!("and key_id = ?2 and errcode = ?3 and id < ?4 order by id desc limit ?5", app_id, key, errcode, before, limit)
        .fetch_all(pool)
        .await
}

#[cfg(test)]
mod tests {
    use crate::infra::trial;

    #[tokio::test]
    async fn every_question_walks_an_index_and_none_sorts() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        for (more, index) in [
            ("", "relayed_calls_of"),
            ("and key_id = 'k'", "relayed_calls_by_key"),
            ("and errcode = 1", "relayed_calls_by_errcode"),
            ("and key_id = 'k' and errcode = 1", "relayed_calls_by_both"),
        ] {
            let sql = format!(
                "explain query plan select id, path from relayed_calls where app_id = 'a' {more} and id < 9 order by id desc limit 5"
            );
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(core.db.read()).await.expect("plans");
            let steps: Vec<_> = plan.into_iter().map(|(.., step)| step).collect();
            assert!(steps.len() == 1 && steps[0].contains(&format!("USING INDEX {index} (")), "{more}: {steps:?}");
        }
    }
}
