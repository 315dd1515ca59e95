//! SQL of drafts, and of what is known about their recipients.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Draft, OpenDraft};
use crate::features::messages::model::{Content, Miniprogram, Source, Target};

struct Row {
    id: String,
    app_id: String,
    user_id: String,
    template_id: Option<String>,
    data: String,
    target: String,
    url: String,
    mini_app_id: String,
    mini_path: String,
    recipients: String,
    source: String,
    origin: String,
    sent_at: Option<i64>,
    updated_at: i64,
}

impl From<Row> for Draft {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            app_id: row.app_id,
            user_id: row.user_id,
            content: Content {
                template_id: row.template_id.unwrap_or_default(),
                data: serde_json::from_str(&row.data).unwrap_or_default(),
                target: Target::parse(&row.target).unwrap_or_default(),
                url: row.url,
                mini: Miniprogram { appid: row.mini_app_id, pagepath: row.mini_path },
            },
            recipients: row.recipients,
            source: Source::parse(&row.source).unwrap_or_default(),
            origin: serde_json::from_str(&row.origin).unwrap_or_default(),
            sent_at: row.sent_at,
            updated_at: row.updated_at,
        }
    }
}

pub(super) async fn one(pool: &SqlitePool, id: &str) -> Result<Option<Draft>, sqlx::Error> {
    sqlx::query_as!(
        Row,
        "select id, app_id, user_id, template_id, data, target, url, mini_app_id, mini_path, recipients, source, origin, sent_at, updated_at
         from drafts where id = ?",
        id
    )
    .fetch_optional(pool)
    .await
    .map(|row| row.map(Into::into))
}

/// A person's drafts of an account that did not go out, last saved first.
pub(super) async fn open(pool: &SqlitePool, app_id: &str, user_id: &str, most: i64) -> Result<Vec<OpenDraft>, sqlx::Error> {
    sqlx::query_as!(
        OpenDraft,
        r#"select d.id, coalesce(t.title, '') as "title!: String", d.updated_at
           from drafts d left join templates t on t.app_id = d.app_id and t.template_id = d.template_id
           where d.user_id = ?2 and d.app_id = ?1 and d.sent_at is null order by d.updated_at desc limit ?3"#,
        app_id,
        user_id,
        most
    )
    .fetch_all(pool)
    .await
}

/// Deletes a person's own draft, and its people with it; one that went out is history and stays.
pub(super) async fn delete(connection: &mut SqliteConnection, app_id: &str, user_id: &str, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!("delete from drafts where id = ? and app_id = ? and user_id = ? and sent_at is null", id, app_id, user_id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
}

/// Writes a draft. One that was sent meanwhile stays as it went out; says whether it was written.
pub(super) async fn save(connection: &mut SqliteConnection, draft: &Draft, now: i64) -> Result<bool, sqlx::Error> {
    let content = &draft.content;
    let template_id = (!content.template_id.is_empty()).then_some(content.template_id.as_str());
    let data = serde_json::to_string(&content.data).unwrap_or_else(|_| "{}".into());
    let (target, source) = (content.target.word(), draft.source.word());
    let origin = serde_json::to_string(&draft.origin).unwrap_or_else(|_| "{}".into());
    sqlx::query!(
        "insert into drafts
            (id, app_id, user_id, template_id, data, target, url, mini_app_id, mini_path, recipients, source, origin, created_at, updated_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set template_id = excluded.template_id, data = excluded.data, target = excluded.target,
            url = excluded.url, mini_app_id = excluded.mini_app_id, mini_path = excluded.mini_path, recipients = excluded.recipients,
            source = excluded.source, origin = excluded.origin, updated_at = excluded.updated_at
         where drafts.sent_at is null and drafts.user_id = excluded.user_id and drafts.app_id = excluded.app_id",
        draft.id,
        draft.app_id,
        draft.user_id,
        template_id,
        data,
        target,
        content.url,
        content.mini.appid,
        content.mini.pagepath,
        draft.recipients,
        source,
        origin,
        now,
        now
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() > 0)
}

/// Notes that a draft went out, in the same transaction as its messages: editing it afterwards makes a new one.
pub(in super::super) async fn sent(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update drafts set sent_at = coalesce(sent_at, ?) where id = ?", now, id).execute(connection).await.map(|_| ())
}

/// Deletes lists of people of drafts that went out before a moment, so many lines at most; says how many.
pub(super) async fn sweep_people(connection: &mut SqliteConnection, before: i64, most: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "delete from draft_people where (draft_id, source, line) in (
            select p.draft_id, p.source, p.line from drafts d indexed by drafts_sent join draft_people p on p.draft_id = d.id
            where d.sent_at is not null and d.sent_at <= ? limit ?)",
        before,
        most
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}

/// Deletes drafts that went out before a moment and have no people any more, so many at most; says how many.
pub(super) async fn sweep_sent(connection: &mut SqliteConnection, before: i64, most: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "delete from drafts where id in (
            select id from drafts d indexed by drafts_sent where d.sent_at is not null and d.sent_at <= ?
                and not exists (select 1 from draft_people p where p.draft_id = d.id) limit ?)",
        before,
        most
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}

/// Which of these people (a JSON list of openids) are known not to follow: they left.
pub(super) async fn not_following(pool: &SqlitePool, app_id: &str, openids: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select openid from followers where app_id = ? and following = 0 and openid in (select value from json_each(?))",
        app_id,
        openids
    )
    .fetch_all(pool)
    .await
}

/// Which of these people (a JSON list of openids) the account's followers do not have, where they were all synchronised once.
/// Notifications go to whoever asked for one, follower or not: there nobody is foreign.
pub(super) async fn foreign(pool: &SqlitePool, app_id: &str, template_id: &str, openids: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select cast(j.value as text) as "openid!: String" from json_each(?3) j
           where exists (select 1 from accounts where app_id = ?1 and followers_synced_at is not null)
             and not exists (select 1 from templates where app_id = ?1 and template_id = ?2 and channel = 'subscribe')
             and not exists (select 1 from followers f where f.app_id = ?1 and f.openid = j.value)"#,
        app_id,
        template_id,
        openids
    )
    .fetch_all(pool)
    .await
}

/// Which of these people (a JSON list of openids) have had `cap` messages since a moment; counted as `had_enough` of the rules does.
pub(super) async fn over_cap(
    pool: &SqlitePool,
    app_id: &str,
    openids: &str,
    since_id: &str,
    since: i64,
    cap: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select touser from messages indexed by messages_by_touser
         where app_id = ? and touser in (select value from json_each(?)) and id > ?
            and state in ('sending', 'accepted', 'delivered', 'unknown') and coalesce(sent_at, intent_at, created_at) > ?
         group by touser having count(*) >= ?",
        app_id,
        openids,
        since_id,
        since,
        cap
    )
    .fetch_all(pool)
    .await
}

/// Names of administrators who can sign in, but for one person; a few of them.
pub(super) async fn approvers(pool: &SqlitePool, but: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!("select name from users where role = 'admin' and disabled = 0 and id <> ? order by name limit 4", but)
        .fetch_all(pool)
        .await
}

/// How many batches of an account are being sent.
pub(super) async fn running(pool: &SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from batches indexed by batches_by_state where app_id = ? and state = 'running'"#,
        app_id
    )
    .fetch_one(pool)
    .await
}

/// Which of these people (a JSON list of openids) got the template since a moment.
pub(super) async fn got_since(
    pool: &SqlitePool,
    app_id: &str,
    template_id: &str,
    openids: &str,
    since: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct touser from messages indexed by messages_by_touser
         where app_id = ? and touser in (select value from json_each(?)) and template_id = ? and created_at > ?
            and state in ('queued', 'sending', 'accepted', 'delivered', 'unknown')",
        app_id,
        openids,
        template_id,
        since
    )
    .fetch_all(pool)
    .await
}

/// Names of people (a JSON list of openids), those that have one.
pub(super) async fn names(pool: &SqlitePool, app_id: &str, openids: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select openid, case when remark <> '' then remark else nickname end as "name!: String" from followers
         where app_id = ? and openid in (select value from json_each(?))"#,
        app_id,
        openids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.openid, row.name)).filter(|(_, name)| !name.is_empty()).collect())
}

/// The openid that a user bound to receive tests of an account.
pub(super) async fn own_openid(pool: &SqlitePool, user_id: &str, app_id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select openid from users where id = ? and openid_app = ?", user_id, app_id)
        .fetch_optional(pool)
        .await
        .map(Option::flatten)
}
