//! SQL of a draft's people, and of the followers they are chosen from.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Pickable, TagCount};
use crate::features::messages::model::{Data, Line};

/// The first lines of a draft.
pub(super) async fn lines(pool: &SqlitePool, draft_id: &str, source: &str, most: i64) -> Result<Vec<Line>, sqlx::Error> {
    let rows = sqlx::query!(
        "select line, touser, data from draft_people where draft_id = ? and source = ? order by line limit ?",
        draft_id,
        source,
        most
    )
    .fetch_all(pool)
    .await?;
    let read = |data: &str| if data == "{}" { Data::default() } else { serde_json::from_str(data).unwrap_or_default() };
    Ok(rows.into_iter().map(|row| Line { line: row.line, cells: read(&row.data), touser: row.touser }).collect())
}

/// Drops the lines of a draft.
pub(in super::super) async fn clear(connection: &mut SqliteConnection, draft_id: &str, source: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from draft_people where draft_id = ? and source = ?", draft_id, source).execute(connection).await.map(|_| ())
}

/// Adds lines, given as a JSON list of `[line, touser, {column: cell}]`.
pub(in super::super) async fn add(connection: &mut SqliteConnection, draft_id: &str, source: &str, lines: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into draft_people (draft_id, source, line, touser, data)
         select ?1, ?2, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') from json_each(?3)",
        draft_id,
        source,
        lines
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Who carries at least `least` of the tags (a JSON list), the first followers first; among them who left only if in `known` (a JSON
/// list of openids).
pub(super) async fn tagged(
    pool: &SqlitePool,
    app_id: &str,
    tags: &str,
    least: i64,
    known: &str,
    most: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select openid from followers f
         where app_id = ?1 and (following = 1 or openid in (select value from json_each(?4)))
            and (select count(distinct j.value) from json_each(f.tags) j where j.value in (select value from json_each(?2))) >= ?3
         order by followed_at, openid limit ?5",
        app_id,
        tags,
        least,
        known,
        most
    )
    .fetch_all(pool)
    .await
}

/// Openid, nickname and remark of people (a JSON list of openids).
pub(super) async fn names(pool: &SqlitePool, app_id: &str, openids: &str) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select openid, nickname, remark from followers
         where app_id = ? and (nickname <> '' or remark <> '') and openid in (select value from json_each(?))",
        app_id,
        openids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.openid, row.nickname, row.remark)).collect())
}

/// The account's tags with the number of followers each, the most carried first.
pub(super) async fn tags(pool: &SqlitePool, app_id: &str) -> Result<Vec<TagCount>, sqlx::Error> {
    sqlx::query_as!(
        TagCount,
        r#"select t.id, t.name, count(c.openid) as "count!: i64"
           from follower_tags t
           left join (select f.openid, j.value as tag from followers f, json_each(f.tags) j where f.app_id = ?1 and f.following = 1) c
             on c.tag = t.id
           where t.app_id = ?1 group by t.id, t.name order by 3 desc, t.id"#,
        app_id
    )
    .fetch_all(pool)
    .await
}

/// Followers whose remark or nickname begins with a text, or with that openid; newest first, after a place in that order.
pub(super) async fn followers(
    pool: &SqlitePool,
    app_id: &str,
    text: &str,
    pattern: &str,
    after: (i64, &str),
    most: i64,
) -> Result<Vec<Pickable>, sqlx::Error> {
    sqlx::query_as!(
        Pickable,
        r#"select openid, nickname, remark, followed_at as "followed_at!: i64" from followers
           where app_id = ?1 and following = 1 and (followed_at, openid) < (?2, ?3)
             and (?4 = '' or openid = ?4 or remark like ?5 escape '\' or nickname like ?5 escape '\')
           order by followed_at desc, openid desc limit ?6"#,
        app_id,
        after.0,
        after.1,
        text,
        pattern,
        most
    )
    .fetch_all(pool)
    .await
}
