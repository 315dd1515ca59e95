//! SQL of acts of many pictures.

use sqlx::{SqliteConnection, SqlitePool};

/// An act as it is written down.
#[derive(Debug)]
pub(in crate::features::media::server) struct Row {
    pub id: String,
    pub app_id: String,
    pub actor: String,
    pub address: String,
    /// JSON.
    pub deed: String,
    /// Unix milliseconds.
    pub begun_at: i64,
}

/// Writes down an act that begins.
pub(in crate::features::media::server) async fn begin(c: &mut SqliteConnection, act: &Row) -> Result<(), sqlx::Error> {
    let written = sqlx::query!(
        "insert into media_acts (id, app_id, actor, address, deed, begun_at) values (?, ?, ?, ?, ?, ?)",
        act.id,
        act.app_id,
        act.actor,
        act.address,
        act.deed,
        act.begun_at
    );
    written.execute(c).await.map(|_| ())
}

/// Takes an act off those under way. Whether it was one.
pub(in crate::features::media::server) async fn end(c: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!("delete from media_acts where id = ?", id).execute(c).await.map(|done| done.rows_affected() > 0)
}

/// Whether an act is under way. Asked inside the transaction of a group: what was stopped before it changes nothing more.
pub(in crate::features::media::server) async fn goes_on(c: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select 1 from media_acts where id = ?) as "goes_on!: bool""#, id).fetch_one(c).await
}

/// The acts under way, those begun first before the others.
pub(in crate::features::media::server) async fn under_way(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(Row, "select id, app_id, actor, address, deed, begun_at from media_acts order by begun_at, id").fetch_all(pool).await
}
