//! SQL of the rules.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::messages::model::{Canary, Quiet, Rules, reasons};

/// The rules of an account.
pub(super) async fn of(pool: &SqlitePool, app_id: &str) -> Result<Rules, sqlx::Error> {
    let row = sqlx::query!(
        r#"select quiet_from, quiet_to, weekly_cap, approve_above, canary_first, canary_percent, brake_percent,
            ask_unsure as "ask_unsure: bool", link_hosts
         from sending_rules where app_id = ?"#,
        app_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map_or_else(Rules::default, |row| Rules {
        quiet: row.quiet_from.zip(row.quiet_to).map(|(from, to)| Quiet { from, to }),
        weekly_cap: row.weekly_cap,
        approve_above: row.approve_above,
        canary: row.canary_first.zip(row.canary_percent).map(|(first, percent)| Canary { first, percent }),
        brake_percent: row.brake_percent,
        ask_unsure: row.ask_unsure,
        // A list that cannot be read lets nothing through.
        link_hosts: serde_json::from_str(&row.link_hosts).unwrap_or_else(|_| vec![String::new()]),
    }))
}

/// How many administrators can sign in.
pub(super) async fn administrators(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!: i64" from users where role = 'admin' and disabled = 0"#).fetch_one(pool).await
}

/// Writes the rules of an account.
pub(super) async fn put(connection: &mut SqliteConnection, app_id: &str, rules: &Rules) -> Result<(), sqlx::Error> {
    let (from, to) = (rules.quiet.map(|quiet| quiet.from), rules.quiet.map(|quiet| quiet.to));
    let (first, percent) = rules.canary.map(|canary| (canary.first, canary.percent)).unzip();
    let link_hosts = serde_json::to_string(&rules.link_hosts).unwrap_or_else(|_| "[]".into());
    sqlx::query!(
        "insert into sending_rules (app_id, quiet_from, quiet_to, weekly_cap, approve_above, canary_first, canary_percent, brake_percent,
            ask_unsure, link_hosts)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (app_id) do update set quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
            weekly_cap = excluded.weekly_cap, approve_above = excluded.approve_above, canary_first = excluded.canary_first,
            canary_percent = excluded.canary_percent, brake_percent = excluded.brake_percent, ask_unsure = excluded.ask_unsure,
            link_hosts = excluded.link_hosts",
        app_id,
        from,
        to,
        rules.weekly_cap,
        rules.approve_above,
        first,
        percent,
        rules.brake_percent,
        rules.ask_unsure,
        link_hosts
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Whether a person has had `cap` messages since a moment; those under way and those in doubt count, for they may have arrived.
pub(in super::super) async fn had_enough(
    connection: &mut SqliteConnection,
    app_id: &str,
    touser: &str,
    since_id: &str,
    since: i64,
    cap: i64,
) -> Result<bool, sqlx::Error> {
    let had = sqlx::query_scalar!(
        r#"select count(*) as "had!: i64" from (select 1 from messages indexed by messages_by_touser
         where app_id = ? and touser = ? and id > ? and state in ('sending', 'accepted', 'delivered', 'unknown')
            and coalesce(sent_at, intent_at, created_at) > ? limit ?)"#,
        app_id,
        touser,
        since_id,
        since,
        cap
    )
    .fetch_one(connection)
    .await?;
    Ok(had >= cap)
}

/// Fails a waiting message of somebody who had enough.
pub(in super::super) async fn capped(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update messages set state = 'failed', reason = ?, settled_at = ? where id = ? and state = 'queued' and intent_at is null",
        reasons::WEEKLY_CAP,
        now,
        id
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Lets an approved batch and its messages go from a moment on; their time to live begins then.
pub(in super::super) async fn approve(
    connection: &mut SqliteConnection,
    id: &str,
    send_at: i64,
    expires_at: i64,
) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query!("update batches set state = 'scheduled', send_at = ? where id = ? and state = 'awaiting_approval'", send_at, id)
            .execute(&mut *connection)
            .await?;
    sqlx::query!("update messages set not_before = ?, expires_at = ? where batch_id = ? and state = 'queued'", send_at, expires_at, id)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}
