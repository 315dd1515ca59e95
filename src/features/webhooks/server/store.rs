//! SQL of webhooks. What happened is written by triggers (migration 10); here it is taken up, told and shown.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::webhooks::model::{Delivery, Endpoint, State, Stopped};

/// An endpoint as the database keeps it.
pub(super) struct Row {
    id: String,
    app_id: String,
    url: String,
    description: String,
    types: String,
    inside: i64,
    pub(super) secret: Vec<u8>,
    old_until: Option<i64>,
    enabled: i64,
    stopped: Option<String>,
    failing_since: Option<i64>,
    created_at: i64,
}

impl From<Row> for Endpoint {
    fn from(row: Row) -> Self {
        Self {
            types: row.types.split_whitespace().map(str::to_owned).collect(),
            inside: row.inside == 1,
            enabled: row.enabled == 1,
            stopped: row.stopped.as_deref().and_then(Stopped::parse),
            id: row.id,
            app_id: row.app_id,
            url: row.url,
            description: row.description,
            failing_since: row.failing_since,
            old_until: row.old_until,
            created_at: row.created_at,
        }
    }
}

macro_rules! endpoints {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select id, app_id, url, description, types, inside, secret, enabled, stopped, failing_since, created_at,
                 (select max(until) from webhook_old_secrets where endpoint_id = id) as "old_until?: i64"
             from webhook_endpoints "# + $tail $(, $argument)*
        )
    };
}

/// An account's endpoints, the oldest first.
pub(super) async fn of_account(pool: &SqlitePool, app_id: &str) -> Result<Vec<Endpoint>, sqlx::Error> {
    Ok(endpoints!("where app_id = ? order by id", app_id).fetch_all(pool).await?.into_iter().map(Into::into).collect())
}

/// One endpoint with its sealed secrets.
pub(super) async fn get<'c>(c: impl sqlx::SqliteExecutor<'c>, id: &str) -> Result<Option<Row>, sqlx::Error> {
    endpoints!("where id = ?", id).fetch_optional(c).await
}

pub(super) async fn count(c: &mut SqliteConnection, app_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) from webhook_endpoints where app_id = ?", app_id).fetch_one(c).await
}

/// How many of an account's endpoints were switched off without anybody's doing.
pub(super) async fn stopped(pool: &SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) from webhook_endpoints where app_id = ? and enabled = 0 and stopped is not null", app_id)
        .fetch_one(pool)
        .await
}

/// Types as the column has them: a blank around each.
fn spaced(types: &[String]) -> String {
    format!(" {} ", types.join(" "))
}

pub(super) async fn insert(c: &mut SqliteConnection, new: &Endpoint, secret: &[u8]) -> Result<(), sqlx::Error> {
    let (types, inside) = (spaced(&new.types), i64::from(new.inside));
    sqlx::query!(
        "insert into webhook_endpoints (id, app_id, url, description, types, inside, secret, created_at, updated_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.id,
        new.app_id,
        new.url,
        new.description,
        types,
        inside,
        secret,
        new.created_at,
        new.created_at
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Writes what a form changed. Switched on by hand, an endpoint starts afresh.
pub(super) async fn update(c: &mut SqliteConnection, changed: &Endpoint, now: i64) -> Result<(), sqlx::Error> {
    let (types, inside, enabled) = (spaced(&changed.types), i64::from(changed.inside), i64::from(changed.enabled));
    sqlx::query!(
        "update webhook_endpoints set url = ?1, description = ?2, types = ?3, inside = ?4,
            failing_since = case when ?5 = 1 and enabled = 0 then null else failing_since end,
            stopped = case when ?5 = 1 then null else stopped end, enabled = ?5, updated_at = ?6
         where id = ?7",
        changed.url,
        changed.description,
        types,
        inside,
        enabled,
        now,
        changed.id
    )
    .execute(c)
    .await
    .map(|_| ())
}

pub(super) async fn remove(c: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query!("delete from webhook_endpoints where id = ?", id).execute(c).await?.rows_affected() == 1)
}

/// What happened and was not taken up yet.
pub(super) struct Happened {
    pub(super) id: i64,
    pub(super) app_id: String,
    pub(super) kind: String,
    pub(super) row: String,
    pub(super) at: Option<i64>,
}

/// The oldest of the outbox.
pub(super) async fn outbox(pool: &SqlitePool, limit: i64) -> Result<Vec<Happened>, sqlx::Error> {
    sqlx::query_as!(Happened, "select id, app_id, type as kind, row, at from webhook_outbox order by id limit ?", limit)
        .fetch_all(pool)
        .await
}

/// Takes lines up to `last` out of the outbox.
pub(super) async fn taken_up(c: &mut SqliteConnection, last: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from webhook_outbox where id <= ?", last).execute(c).await.map(|_| ())
}

/// An event as it is sent.
pub(super) struct Event {
    pub(super) id: String,
    pub(super) app_id: String,
    pub(super) kind: String,
    pub(super) body: String,
}

pub(super) async fn put_event(c: &mut SqliteConnection, event: &Event, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into webhook_events (id, app_id, type, body, created_at) values (?, ?, ?, ?, ?)",
        event.id,
        event.app_id,
        event.kind,
        event.body,
        now
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Puts a delivery down for each endpoint that wants the event.
pub(super) async fn fan_out(c: &mut SqliteConnection, event: &Event, now: i64) -> Result<(), sqlx::Error> {
    let wanted = spaced(std::slice::from_ref(&event.kind));
    sqlx::query!(
        "insert into webhook_deliveries (endpoint_id, event_id, state, next_at, created_at)
         select id, ?1, 'pending', ?2, ?2 from webhook_endpoints where app_id = ?3 and enabled = 1 and instr(types, ?4) > 0",
        event.id,
        now,
        event.app_id,
        wanted
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Puts one delivery down.
pub(super) async fn deliver_to(c: &mut SqliteConnection, endpoint: &str, event: &Event, now: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"insert into webhook_deliveries (endpoint_id, event_id, state, next_at, created_at) values (?, ?, 'pending', ?, ?) returning id as "id!: i64""#,
        endpoint,
        event.id,
        now,
        now
    )
    .fetch_one(c)
    .await
}

/// Endpoints that are told things.
pub(super) async fn enabled(pool: &SqlitePool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select id from webhook_endpoints where enabled = 1 order by id").fetch_all(pool).await
}

/// An endpoint's deliveries that are due, those longest due first.
pub(super) async fn due(pool: &SqlitePool, endpoint: &str, now: i64, limit: i64) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from webhook_deliveries indexed by webhook_deliveries_due
         where endpoint_id = ? and state = 'pending' and next_at <= ? order by next_at, id limit ?",
        endpoint,
        now,
        limit
    )
    .fetch_all(pool)
    .await
}

/// What one attempt needs.
pub(super) struct Due {
    pub(super) endpoint_id: String,
    pub(super) event_id: String,
    pub(super) body: String,
    pub(super) attempts: i64,
}

/// A delivery that is due, looked at again: between the list and the attempt another attempt may have ended.
pub(super) async fn still_due(pool: &SqlitePool, id: i64, now: i64) -> Result<Option<Due>, sqlx::Error> {
    sqlx::query_as!(
        Due,
        "select d.endpoint_id, d.event_id, e.body, d.attempts from webhook_deliveries d join webhook_events e on e.id = d.event_id
         where d.id = ? and d.state = 'pending' and d.next_at <= ?",
        id,
        now
    )
    .fetch_optional(pool)
    .await
}

/// What came of an attempt.
pub(super) struct Ended {
    pub(super) state: State,
    pub(super) attempts: i64,
    pub(super) next_at: i64,
    pub(super) status: Option<i64>,
    pub(super) error: Option<&'static str>,
    pub(super) now: i64,
}

/// Writes what came of an attempt.
pub(super) async fn ended(c: &mut SqliteConnection, id: i64, ended: &Ended) -> Result<(), sqlx::Error> {
    let state = ended.state.word();
    sqlx::query!(
        "update webhook_deliveries set state = ?, attempts = ?, next_at = ?, status = ?, error = ?, last_at = ? where id = ?",
        state,
        ended.attempts,
        ended.next_at,
        ended.status,
        ended.error,
        ended.now,
        id
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Notes that an endpoint answered well.
pub(super) async fn answered(c: &mut SqliteConnection, endpoint: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update webhook_endpoints set failing_since = null where id = ? and failing_since is not null", endpoint)
        .execute(c)
        .await
        .map(|_| ())
}

/// Notes that an endpoint failed; gives since when it does nothing else. A failure before `quiet` is forgotten: nothing was tried since.
pub(super) async fn failed(c: &mut SqliteConnection, endpoint: &str, now: i64, quiet: i64) -> Result<Option<i64>, sqlx::Error> {
    let since = sqlx::query_scalar!(
        "update webhook_endpoints set failing_since = case when failed_at < ?3 then ?1 else coalesce(failing_since, ?1) end, failed_at = ?1
         where id = ?2 returning failing_since",
        now,
        endpoint,
        quiet
    );
    Ok(since.fetch_optional(c).await?.flatten())
}

/// Switches an endpoint off; `false` when it was off.
pub(super) async fn stop(c: &mut SqliteConnection, endpoint: &str, why: Stopped, now: i64) -> Result<bool, sqlx::Error> {
    let why = why.word();
    let done = sqlx::query!(
        "update webhook_endpoints set enabled = 0, stopped = ?, updated_at = ? where id = ? and enabled = 1",
        why,
        now,
        endpoint
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// A delivery as the database keeps it.
pub(super) struct Told {
    id: i64,
    event_id: String,
    kind: String,
    state: String,
    attempts: i64,
    next_at: i64,
    status: Option<i64>,
    error: Option<String>,
    last_at: Option<i64>,
    created_at: i64,
}

impl From<Told> for Delivery {
    fn from(row: Told) -> Self {
        Self {
            // The check constraint of the table admits no other word.
            state: State::parse(&row.state).unwrap_or(State::Failed),
            id: row.id,
            event_id: row.event_id,
            kind: row.kind,
            attempts: row.attempts,
            next_at: row.next_at,
            status: row.status,
            error: row.error,
            last_at: row.last_at,
            created_at: row.created_at,
        }
    }
}

macro_rules! deliveries {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Told,
            "select d.id, d.event_id, e.type as kind, d.state, d.attempts, d.next_at, d.status, d.error, d.last_at, d.created_at
             from webhook_deliveries d join webhook_events e on e.id = d.event_id " + $tail $(, $argument)*
        )
    };
}

/// An endpoint's deliveries below `before`, the newest first.
pub(super) async fn page(pool: &SqlitePool, endpoint: &str, before: i64, limit: i64) -> Result<Vec<Delivery>, sqlx::Error> {
    let rows = deliveries!("where d.endpoint_id = ? and d.id < ? order by d.id desc limit ?", endpoint, before, limit);
    Ok(rows.fetch_all(pool).await?.into_iter().map(Into::into).collect())
}

/// One delivery of an endpoint.
pub(super) async fn delivery(pool: &SqlitePool, endpoint: &str, id: i64) -> Result<Option<Delivery>, sqlx::Error> {
    Ok(deliveries!("where d.endpoint_id = ? and d.id = ?", endpoint, id).fetch_optional(pool).await?.map(Into::into))
}

/// The body of an event.
pub(super) async fn body(pool: &SqlitePool, event: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select body from webhook_events where id = ?", event).fetch_optional(pool).await
}

/// Makes a delivery due now, with the whole ladder before it.
pub(super) async fn replay(c: &mut SqliteConnection, id: i64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update webhook_deliveries set state = 'pending', attempts = 0, next_at = ? where id = ?", now, id)
        .execute(c)
        .await
        .map(|_| ())
}

/// Makes what failed since `from` due now, at most `limit` of it.
pub(super) async fn replay_failed(c: &mut SqliteConnection, endpoint: &str, from: i64, now: i64, limit: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update webhook_deliveries set state = 'pending', attempts = 0, next_at = ?1 where id in (
            select id from webhook_deliveries indexed by webhook_deliveries_failed
            where endpoint_id = ?2 and state = 'failed' and last_at >= ?3 order by last_at limit ?4)",
        now,
        endpoint,
        from,
        limit
    );
    Ok(done.execute(c).await?.rows_affected())
}

/// Drops events older than `before` with their deliveries, at most 500.
pub(super) async fn sweep(c: &mut SqliteConnection, before: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "delete from webhook_events where id in (select id from webhook_events where created_at < ? order by created_at limit 500)",
        before
    );
    Ok(done.execute(c).await?.rows_affected())
}
