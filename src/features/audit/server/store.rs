//! SQL of the audit log.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::audit::model::Act;

/// A written line.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number.
    pub id: i64,
    /// When (Unix milliseconds).
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What kind of actor.
    pub actor_kind: String,
    /// What was done.
    pub action: String,
    /// To what.
    pub object: String,
    /// Further facts, JSON.
    pub detail: String,
    /// From where.
    pub address: Option<String>,
    /// Hash of the line before.
    pub previous: Vec<u8>,
    /// Hash of this line.
    pub hash: Vec<u8>,
}

/// What was done to one thing, newest first.
pub async fn about(pool: &SqlitePool, object: &str, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, at, actor, actor_kind, action, object, detail, address, previous, hash from audit indexed by audit_by_object
         where object = ? order by id desc limit ?",
        object,
        limit
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn last_hash(connection: &mut SqliteConnection) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select hash from audit order by id desc limit 1").fetch_optional(connection).await
}

pub(super) async fn append(
    connection: &mut SqliteConnection,
    now: i64,
    act: &Act,
    previous: &[u8],
    hash: &[u8],
) -> Result<(), sqlx::Error> {
    let (actor, kind) = (act.actor.name(), act.actor.kind());
    sqlx::query!(
        "insert into audit (at, actor, actor_kind, action, object, detail, address, previous, hash) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        now,
        actor,
        kind,
        act.action,
        act.object,
        act.detail,
        act.address,
        previous,
        hash
    )
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn page_forward(pool: &SqlitePool, after: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, at, actor, actor_kind, action, object, detail, address, previous, hash from audit where id > ? order by id limit ?",
        after,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Which lines are wanted; `None` means any.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The actor's name.
    pub who: Option<String>,
    /// The stable word of the act.
    pub action: Option<String>,
    /// From this moment (Unix milliseconds).
    pub from: Option<i64>,
    /// To this moment (Unix milliseconds).
    pub to: Option<i64>,
}

/// Lines before `before`, the newest first.
///
/// # Errors
/// The database.
pub async fn page(pool: &SqlitePool, wanted: &Wanted, before: i64, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    sqlx::query_as!(
        Line,
        "select id, at, actor, actor_kind, action, object, detail, address, previous, hash from audit
         where id < ?1 and (?2 is null or actor = ?2) and (?3 is null or action = ?3) and (?4 is null or at >= ?4) and (?5 is null or at <= ?5)
         order by id desc limit ?6",
        before,
        wanted.who,
        wanted.action,
        wanted.from,
        wanted.to,
        limit
    )
    .fetch_all(pool)
    .await
}
