//! SQL of failures that pages report.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Key, Line, served::Sort};
use crate::features::jssdk::failure::{Failure, Ground, Tally};

/// Adds reports to their row, or makes it.
pub(super) async fn add(connection: &mut SqliteConnection, key: &Key, line: &Line) -> Result<(), sqlx::Error> {
    let (ground, last) = (key.ground.word(), &line.last);
    sqlx::query!(
        "insert into page_failures (app_id, day, page, phone, ground, reports, first_at, last_at, url, signed, timestamp, nonce,
            signature, code, message, cut)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16 where exists (select 1 from accounts where app_id = ?1)
         on conflict (app_id, day, page, phone, ground) do update set reports = reports + excluded.reports, last_at = excluded.last_at,
            url = excluded.url, signed = excluded.signed, timestamp = excluded.timestamp, nonce = excluded.nonce,
            signature = excluded.signature, code = excluded.code, message = excluded.message, cut = excluded.cut",
        key.app_id,
        key.day,
        key.page,
        key.phone,
        ground,
        line.reports,
        line.first_at,
        line.last_at,
        last.url,
        last.signed,
        last.timestamp,
        last.nonce,
        last.signature,
        last.code,
        last.message,
        last.cut
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Adds to a day's counts. An account that is gone counts nothing.
pub(super) async fn count(connection: &mut SqliteConnection, app_id: &str, day: i64, tally: Tally) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into page_days (app_id, day, signatures, failures)
         select ?1, ?2, ?3, ?4 where exists (select 1 from accounts where app_id = ?1)
         on conflict (app_id, day) do update set signatures = signatures + excluded.signatures, failures = failures + excluded.failures",
        app_id,
        day,
        tally.signatures,
        tally.failures
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Keeps no more than `most` rows of an account; those longest not seen go.
pub(super) async fn trim(connection: &mut SqliteConnection, app_id: &str, most: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from page_failures where app_id = ?1 and id not in
            (select id from page_failures where app_id = ?1 order by last_at desc, id desc limit ?2)",
        app_id,
        most
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Forgets rows and counts of days before `day`.
pub(super) async fn forget(connection: &mut SqliteConnection, day: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from page_failures where day < ?", day).execute(&mut *connection).await?;
    sqlx::query!("delete from page_signatures where day < ?", day).execute(&mut *connection).await?;
    sqlx::query!("delete from page_days where day < ?", day).execute(connection).await.map(|_| ())
}

/// Adds signatures to what a page and a kind of phone were given on a day. An account that is gone counts nothing.
pub(super) async fn serve(connection: &mut SqliteConnection, day: i64, sort: &Sort, signatures: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into page_signatures (app_id, day, page, phone, signatures)
         select ?1, ?2, ?3, ?4, ?5 where exists (select 1 from accounts where app_id = ?1)
         on conflict (app_id, day, page, phone) do update set signatures = signatures + excluded.signatures",
        sort.app_id,
        day,
        sort.page,
        sort.phone,
        signatures
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Keeps no more than `most` rows of signatures of an account; old ones with few go.
pub(super) async fn trim_served(connection: &mut SqliteConnection, app_id: &str, most: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from page_signatures where app_id = ?1 and (day, page, phone) not in
            (select day, page, phone from page_signatures where app_id = ?1 order by day desc, signatures desc limit ?2)",
        app_id,
        most
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// A number of a page and a phone.
pub(super) struct Numbered {
    pub page: String,
    pub phone: String,
    pub number: i64,
}

/// Failures of all days, by page and phone.
pub(super) async fn failures_by(pool: &SqlitePool, app_id: &str) -> Result<Vec<Numbered>, sqlx::Error> {
    sqlx::query_as!(
        Numbered,
        "select page, phone, sum(reports) as \"number!: i64\" from page_failures where app_id = ? group by page, phone",
        app_id
    )
    .fetch_all(pool)
    .await
}

/// Signatures of all days, by page and phone.
pub(super) async fn signatures_by(pool: &SqlitePool, app_id: &str) -> Result<Vec<Numbered>, sqlx::Error> {
    sqlx::query_as!(
        Numbered,
        "select page, phone, sum(signatures) as \"number!: i64\" from page_signatures where app_id = ? group by page, phone",
        app_id
    )
    .fetch_all(pool)
    .await
}

struct Raw {
    id: i64,
    page: String,
    phone: String,
    ground: String,
    reports: i64,
    last_at: i64,
    url: String,
    signed: Option<String>,
    timestamp: Option<i64>,
    nonce: Option<String>,
    signature: Option<String>,
    message: String,
    cut: i64,
}

impl Raw {
    fn read(self) -> Failure {
        let Self { id, page, phone, ground, reports, last_at, url, signed, timestamp, nonce, signature, message, cut } = self;
        let (ground, cut) = (Ground::parse(&ground), cut != 0);
        Failure { id, page, phone, ground, reports, last_at, url, signed, timestamp, nonce, signature, message, cut }
    }
}

/// One page of rows and one more, the latest first, behind the key `after` (last report, number).
pub(super) async fn list(pool: &SqlitePool, app_id: &str, after: Option<(i64, i64)>, limit: usize) -> Result<Vec<Failure>, sqlx::Error> {
    let (at, id) = after.unwrap_or((i64::MAX, i64::MAX));
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let rows = sqlx::query_as!(
        Raw,
        "select id, page, phone, ground, reports, last_at, url, signed, timestamp, nonce, signature, message, cut from page_failures
         where app_id = ?1 and (last_at, id) < (?2, ?3) order by last_at desc, id desc limit ?4",
        app_id,
        at,
        id,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

/// One row of an account.
pub(super) async fn one(pool: &SqlitePool, app_id: &str, id: i64) -> Result<Option<Failure>, sqlx::Error> {
    let row = sqlx::query_as!(
        Raw,
        "select id, page, phone, ground, reports, last_at, url, signed, timestamp, nonce, signature, message, cut from page_failures
         where app_id = ? and id = ?",
        app_id,
        id
    );
    Ok(row.fetch_optional(pool).await?.map(Raw::read))
}

/// The counts of each day from `day` on.
pub(super) async fn days(pool: &SqlitePool, app_id: &str, day: i64) -> Result<Vec<(i64, Tally)>, sqlx::Error> {
    let rows = sqlx::query!("select day, signatures, failures from page_days where app_id = ? and day >= ?", app_id, day);
    let rows = rows.fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.day, Tally { signatures: row.signatures, failures: row.failures })).collect())
}
