//! SQL of tokens and their refreshes.

use sqlx::{SqliteConnection, SqlitePool};

use super::{
    refusals::{Counted, Sort, Who},
    slot::Held,
};
use crate::features::tokens::model::{Cause, Kind, Part, Refresh, Skipped, Usage};

/// A sealed token or ticket.
pub(super) struct Row {
    pub app_id: String,
    pub kind: String,
    pub value: Vec<u8>,
    pub generation: i64,
    pub fetched_at: i64,
    pub expires_at: i64,
}

/// Everything that is kept.
pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(Row, "select app_id, kind, value, generation, fetched_at, expires_at from tokens").fetch_all(pool).await
}

/// Keeps a token or ticket in place of the one before.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    app_id: &str,
    kind: Kind,
    sealed: &[u8],
    held: &Held,
) -> Result<(), sqlx::Error> {
    let (kind, generation, fetched_at, expires_at) = (kind.word(), held.generation, held.fetched_at, held.expires_at);
    sqlx::query!(
        "insert into tokens (app_id, kind, value, generation, fetched_at, expires_at) values (?, ?, ?, ?, ?, ?)
         on conflict (app_id, kind) do update set value = excluded.value, generation = excluded.generation,
            fetched_at = excluded.fetched_at, expires_at = excluded.expires_at",
        app_id,
        kind,
        sealed,
        generation,
        fetched_at,
        expires_at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// A program that fetches the token.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub app_id: String,
    pub key_id: String,
    pub usage: Usage,
}

/// All programs that are remembered.
pub(super) async fn users(pool: &SqlitePool) -> Result<Vec<User>, sqlx::Error> {
    let rows = sqlx::query!("select app_id, key_id, name, fetches, stale, last_at from token_users").fetch_all(pool).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let users = rows.into_iter().map(|row| User {
        app_id: row.app_id,
        key_id: row.key_id,
        usage: Usage { name: row.name, today: count(row.fetches), last_at: row.last_at, stale: count(row.stale) },
    });
    Ok(users.collect())
}

/// Writes a program's counts in place of those before. An account that is gone has no users.
pub(super) async fn save_user(connection: &mut SqliteConnection, user: &User) -> Result<(), sqlx::Error> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (fetches, stale) = (count(user.usage.today), count(user.usage.stale));
    sqlx::query!(
        "insert into token_users (app_id, key_id, name, fetches, stale, last_at)
         select ?1, ?2, ?3, ?4, ?5, ?6 where exists (select 1 from accounts where app_id = ?1)
         on conflict (app_id, key_id) do update set name = excluded.name, fetches = excluded.fetches,
            stale = excluded.stale, last_at = excluded.last_at",
        user.app_id,
        user.key_id,
        user.usage.name,
        fetches,
        stale,
        user.usage.last_at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Forgets programs that were last here before `before` (Unix milliseconds).
pub(super) async fn forget_users(connection: &mut SqliteConnection, before: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from token_users where last_at < ?", before).execute(connection).await.map(|_| ())
}

/// A refresh before it is written down.
pub(super) struct Line {
    pub refresh: Refresh,
    pub generation: Option<i64>,
}

/// Writes a refresh down.
pub(super) async fn log(connection: &mut SqliteConnection, app_id: &str, line: &Line) -> Result<(), sqlx::Error> {
    let Line { refresh, generation } = line;
    let (kind, cause, ok) = (refresh.kind.word(), refresh.cause.word(), i64::from(refresh.ok));
    let part = refresh.part.map(Part::word);
    sqlx::query!(
        "insert into token_refreshes (app_id, kind, cause, actor, part, ok, errcode, errmsg, elapsed_ms, generation, expires_at, at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        app_id,
        kind,
        cause,
        refresh.actor,
        part,
        ok,
        refresh.errcode,
        refresh.errmsg,
        refresh.elapsed_ms,
        generation,
        refresh.expires_at,
        refresh.at
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Writes refusals of one sort down that led to no fetch: adds them to their line, or begins one and gives its number. An account that is
/// gone has no history.
pub(super) async fn skipped(connection: &mut SqliteConnection, sort: &Sort, line: &Counted) -> Result<Option<i64>, sqlx::Error> {
    if let Some(id) = line.id {
        let done = sqlx::query!("update token_refreshes set times = times + ?, at = ? where id = ?", line.fresh, line.last_at, id);
        return done.execute(connection).await.map(|_| Some(id));
    }
    let (actor, part) = match &sort.refusal.who {
        Who::Named(name) => (Some(name.as_str()), None),
        Who::Own(part) => (None, Some(part.word())),
    };
    let why = sort.why.word();
    sqlx::query_scalar!(
        r#"insert into token_refreshes (app_id, kind, cause, actor, part, ok, errcode, elapsed_ms, at, skipped, times)
           select ?1, 'access_token', 'stale', ?2, ?3, 0, ?4, 0, ?5, ?6, ?7 where exists (select 1 from accounts where app_id = ?1)
           returning id as "id!: i64""#,
        sort.app_id,
        actor,
        part,
        sort.refusal.errcode,
        line.last_at,
        why,
        line.fresh
    )
    .fetch_optional(connection)
    .await
}

/// Forgets refreshes before `before` (Unix milliseconds).
pub(super) async fn forget(connection: &mut SqliteConnection, app_id: &str, before: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from token_refreshes where app_id = ? and at < ?", app_id, before).execute(connection).await.map(|_| ())
}

/// Forced refreshes since `since` (Unix milliseconds), and the moment of the last.
pub(super) async fn forced(pool: &SqlitePool, app_id: &str, since: i64) -> Result<(i64, i64), sqlx::Error> {
    let found = sqlx::query!(
        r#"select count(*) as "count!: i64", coalesce(max(at), 0) as "last!: i64" from token_refreshes
           where app_id = ? and cause = 'forced' and at >= ?"#,
        app_id,
        since
    )
    .fetch_one(pool)
    .await?;
    Ok((found.count, found.last))
}

/// Successful refreshes of one kind since `since` (Unix milliseconds).
pub(super) async fn succeeded(pool: &SqlitePool, app_id: &str, kind: Kind, since: i64) -> Result<i64, sqlx::Error> {
    let kind = kind.word();
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from token_refreshes where app_id = ? and kind = ? and ok = 1 and at >= ?"#,
        app_id,
        kind,
        since
    )
    .fetch_one(pool)
    .await
}

struct Raw {
    id: i64,
    at: i64,
    kind: String,
    cause: String,
    actor: Option<String>,
    ok: i64,
    errcode: Option<i64>,
    errmsg: Option<String>,
    elapsed_ms: i64,
    expires_at: Option<i64>,
    part: Option<String>,
    skipped: Option<String>,
    times: i64,
}

impl Raw {
    fn read(self) -> Refresh {
        Refresh {
            id: self.id,
            at: self.at,
            kind: Kind::parse(&self.kind).unwrap_or(Kind::AccessToken),
            cause: Cause::parse(&self.cause).unwrap_or(Cause::Check),
            actor: self.actor,
            ok: self.ok != 0,
            errcode: self.errcode,
            errmsg: self.errmsg,
            elapsed_ms: self.elapsed_ms,
            expires_at: self.expires_at,
            part: self.part.as_deref().and_then(Part::parse),
            skipped: self.skipped.as_deref().and_then(Skipped::parse),
            times: self.times,
        }
    }
}

/// Lines of the history before the number `before`, newest first.
pub(super) async fn history(pool: &SqlitePool, app_id: &str, before: i64, limit: i64) -> Result<Vec<Refresh>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Raw,
        "select id, at, kind, cause, actor, ok, errcode, errmsg, elapsed_ms, expires_at, part, skipped, times from token_refreshes
         where app_id = ? and id < ? order by id desc limit ?",
        app_id,
        before,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

/// The last tokens that were got, newest first.
pub(super) async fn lifetimes(pool: &SqlitePool, app_id: &str, limit: i64) -> Result<Vec<Refresh>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Raw,
        "select id, at, kind, cause, actor, ok, errcode, errmsg, elapsed_ms, expires_at, part, skipped, times from token_refreshes
         where app_id = ? and kind = 'access_token' and ok = 1 and skipped is null order by id desc limit ?",
        app_id,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Raw::read).collect())
}

/// The last failed refresh, and the moment of the first good one of its kind after it.
pub(super) async fn last_failure(pool: &SqlitePool, app_id: &str) -> Result<Option<(Refresh, Option<i64>)>, sqlx::Error> {
    let found = sqlx::query_as!(
        Raw,
        "select id, at, kind, cause, actor, ok, errcode, errmsg, elapsed_ms, expires_at, part, skipped, times from token_refreshes
         where app_id = ? and ok = 0 and skipped is null order by id desc limit 1",
        app_id
    )
    .fetch_optional(pool)
    .await?;
    let Some(refresh) = found.map(Raw::read) else { return Ok(None) };
    let (kind, id) = (refresh.kind.word(), refresh.id);
    let mended = sqlx::query_scalar!(
        "select at from token_refreshes where app_id = ? and kind = ? and ok = 1 and skipped is null and id > ? order by id limit 1",
        app_id,
        kind,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(Some((refresh, mended)))
}
