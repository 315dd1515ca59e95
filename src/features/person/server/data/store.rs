//! SQL of everything about one person: what there is, line by line, and how it is erased.

use sqlx::{SqliteConnection, SqlitePool};

use super::Table;
use crate::features::person::model::Kinds;

/// A line of a table.
pub(super) struct Line {
    /// Its place: lines are read in the order of these.
    pub key: String,
    /// Its cells, a JSON array.
    pub cells: String,
}

macro_rules! lines {
    ($sql:literal, $pool:expr, $($arg:expr),+) => {
        sqlx::query_as!(Line, $sql, $($arg),+).fetch_all($pool).await
    };
}

/// At most `limit` lines of a table about a person behind a place.
pub(super) async fn lines(
    pool: &SqlitePool,
    table: Table,
    app_id: &str,
    id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    match table {
        Table::Pictures => lines!(
            r#"select id as "key!: String", json_array(id, media_id, answer_title, question_id, state, kind, file_name, lower(hex(sha256)),
                    reason, strftime('%Y-%m-%dT%H:%M:%SZ', created_at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', stored_at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', deleted_at / 1000, 'unixepoch')) as "cells!: String"
                from (select id, media_id, answer_title, question_id, state, kind, file_name, sha256, reason, created_at, stored_at,
                        null as deleted_at from media where app_id = ?1 and user_id = ?2
                    union all select id, media_id, answer_title, question_id, state, kind, file_name, sha256, reason, created_at, stored_at,
                        deleted_at from media_bin where app_id = ?1 and user_id = ?2)
                where id > ?3 order by id limit ?4"#,
            pool,
            app_id,
            id,
            after,
            limit
        ),
        Table::Reviews => lines!(
            r#"select printf('%020d', id) as "key!: String", json_array(media_id, verdict, reason, comment, reviewer,
                    strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', undone_at / 1000, 'unixepoch')) as "cells!: String"
                from (select r.id, r.media_id, r.verdict, r.reason, r.comment, r.reviewer, r.at, r.undone_at
                        from media m join reviews r on r.media_id = m.id where m.app_id = ?1 and m.user_id = ?2
                    union all select r.value ->> 'id', b.id, r.value ->> 'verdict', r.value ->> 'reason', r.value ->> 'comment',
                        r.value ->> 'reviewer', r.value ->> 'at', r.value ->> 'undone_at'
                        from media_bin b, json_each(b.reviews) r where b.app_id = ?1 and b.user_id = ?2)
                where printf('%020d', id) > ?3 order by id limit ?4"#,
            pool,
            app_id,
            id,
            after,
            limit
        ),
        Table::Lists => lines!(
            r#"select answer_title || char(31) || user_id as "key!: String", json_array(answer_title, user_id, openid, name) as "cells!: String"
                from media_rosters where app_id = ?1 and (user_id = ?2 or openid = ?2) and answer_title || char(31) || user_id > ?3
                order by answer_title || char(31) || user_id limit ?4"#,
            pool,
            app_id,
            id,
            after,
            limit
        ),
        Table::Messages => lines!(
            r#"select id as "key!: String", json_array(id, batch_id, template_id, data, url, miniprogram, state, errcode, errmsg, reason, actor,
                    strftime('%Y-%m-%dT%H:%M:%SZ', created_at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', sent_at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', settled_at / 1000, 'unixepoch')) as "cells!: String"
                from messages where app_id = ?1 and touser = ?2 and id > ?3 order by id limit ?4"#,
            pool,
            app_id,
            id,
            after,
            limit
        ),
        Table::Events => events(pool, app_id, id, after, limit).await,
        Table::Follower => lines!(
            r#"select openid as "key!: String", json_array(openid, unionid, nickname, remark, tags, scene, iif(following = 1, 'yes', 'no'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', followed_at / 1000, 'unixepoch'),
                    strftime('%Y-%m-%dT%H:%M:%SZ', unfollowed_at / 1000, 'unixepoch')) as "cells!: String"
                from followers where app_id = ?1 and openid = ?2 and openid > ?3 limit ?4"#,
            pool,
            app_id,
            id,
            after,
            limit
        ),
    }
}

/// Receipts, pushes and web authorizations, each sort in the order it came in.
async fn events(pool: &SqlitePool, app_id: &str, id: &str, after: &str, limit: i64) -> Result<Vec<Line>, sqlx::Error> {
    lines!(
        r#"select key as "key!: String", json_array(sort, what, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, 'unixepoch'), detail) as "cells!: String"
            from (select 'push' || printf('%020d', id) as key, 'push' as sort, kind as what, received_at as at, cast(body as text) as detail
                    from callback_events where app_id = ?1 and openid = ?2
                union all select 'receipt' || printf('%020d', id), 'receipt', status, received_at, message_id
                    from receipts where app_id = ?1 and openid = ?2
                union all select 'visit' || printf('%020d', id), 'visit', scope, at, null
                    from oauth_visits where app_id = ?1 and openid = ?2)
            where key > ?3 order by key limit ?4"#,
        pool,
        app_id,
        id,
        after,
        limit
    )
}

/// How many messages and events there are of a person, counting to `most` each, and whether WeChat lists them.
pub(super) async fn kinds(pool: &SqlitePool, app_id: &str, id: &str, most: i64) -> Result<Kinds, sqlx::Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from (select 1 from messages where app_id = ?1 and touser = ?2 limit ?3)) as "messages!: i64",
            (select count(*) from (select 1 from receipts where app_id = ?1 and openid = ?2
                union all select 1 from callback_events where app_id = ?1 and openid = ?2
                union all select 1 from oauth_visits where app_id = ?1 and openid = ?2 limit ?3)) as "events!: i64",
            exists (select 1 from followers where app_id = ?1 and openid = ?2) as "listed!: bool""#,
        app_id,
        id,
        most
    );
    let row = row.fetch_one(pool).await?;
    Ok(Kinds { pictures: 0, messages: row.messages, events: row.events, listed: row.listed })
}

/// Whether a message to a person is with WeChat right now, or may be.
pub(super) async fn under_way(c: &mut SqliteConnection, app_id: &str, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select 1 from messages where app_id = ? and touser = ?
            and (state = 'sending' or state = 'queued' and intent_at is not null)) as "under_way!: bool""#,
        app_id,
        id
    )
    .fetch_one(c)
    .await
}

/// Takes a person out of messages, which stay with their state, time and template: `name` stands in the place of the openid. What waits
/// is cancelled. How many they were.
pub(super) async fn erase_messages(c: &mut SqliteConnection, app_id: &str, id: &str, name: &str, now: i64) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update messages set touser = ?3, data = '{}', url = null, miniprogram = null,
            settled_at = iif(state = 'queued', ?4, settled_at), state = iif(state = 'queued', 'cancelled', state)
         where app_id = ?1 and touser = ?2",
        app_id,
        id,
        name,
        now
    );
    let changed = done.execute(&mut *c).await?.rows_affected();
    // Whole texts inside JSON, never parts of them.
    let [old, new] = [id, name].map(|text| serde_json::Value::from(text).to_string());
    sqlx::query!("update batches set rejected = replace(rejected, ?2, ?3) where app_id = ?1 and instr(rejected, ?2) > 0", app_id, old, new)
        .execute(&mut *c)
        .await?;
    sqlx::query!("delete from draft_people where touser = ?2 and draft_id in (select id from drafts where app_id = ?1)", app_id, id)
        .execute(&mut *c)
        .await?;
    sqlx::query!(
        "update drafts set recipients = trim(replace(replace(char(10) || replace(recipients, char(10), char(10) || char(10)) || char(10),
            char(10) || ?2 || char(10), ''), char(10) || char(10), char(10)), char(10))
         where app_id = ?1 and instr(char(10) || recipients || char(10), char(10) || ?2 || char(10)) > 0",
        app_id,
        id
    )
    .execute(c)
    .await?;
    Ok(changed)
}

/// Takes a person out of what WeChat told: events stay with their kind and time. How many they were.
pub(super) async fn erase_events(c: &mut SqliteConnection, app_id: &str, id: &str, name: &str, now: i64) -> Result<u64, sqlx::Error> {
    let receipts = sqlx::query!("update receipts set openid = ?3 where app_id = ?1 and openid = ?2", app_id, id, name);
    let receipts = receipts.execute(&mut *c).await?.rows_affected();
    let pushes = sqlx::query!(
        "update callback_events set openid = ?3, body = x'', dedupe_key = 'erased-' || id, handled_at = coalesce(handled_at, ?4)
         where app_id = ?1 and openid = ?2",
        app_id,
        id,
        name,
        now
    );
    let pushes = pushes.execute(&mut *c).await?.rows_affected();
    sqlx::query!("delete from oauth_tickets where app_id = ? and openid = ?", app_id, id).execute(&mut *c).await?;
    let visits = sqlx::query!("delete from oauth_visits where app_id = ? and openid = ?", app_id, id);
    let visits = visits.execute(&mut *c).await?.rows_affected();
    sqlx::query!("delete from followers where app_id = ? and openid = ?", app_id, id).execute(c).await?;
    Ok(receipts + pushes + visits)
}

/// Removes what was told to others about a person and is still remembered: webhooks with their deliveries, answers to repeated calls.
pub(super) async fn erase_told(c: &mut SqliteConnection, app_id: &str, id: &str) -> Result<(), sqlx::Error> {
    let quoted = serde_json::Value::from(id).to_string();
    sqlx::query!("delete from webhook_outbox where app_id = ? and instr(row, ?) > 0", app_id, quoted).execute(&mut *c).await?;
    sqlx::query!("delete from webhook_events where app_id = ? and instr(body, ?) > 0", app_id, quoted).execute(&mut *c).await?;
    sqlx::query!("delete from idempotency where answer is not null and instr(answer, ?) > 0", quoted).execute(c).await.map(|_| ())
}
