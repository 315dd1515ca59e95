//! SQL of a draft's people, and of the followers they are chosen from.

use futures_util::TryStreamExt;
use sqlx::{SqliteConnection, SqlitePool};

use super::{Pickable, TagCount};
use crate::features::messages::model::{Data, Line};

/// The first lines of a draft, with the cells of the columns asked for; without any named, of all columns.
pub(super) async fn lines(
    pool: &SqlitePool,
    draft_id: &str,
    source: &str,
    asked: Option<&[&str]>,
    most: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let none = asked.is_some_and(<[_]>::is_empty);
    let mut rows = sqlx::query!(
        r#"select line, touser, case when ? then '{}' else data end as "data!: String" from draft_people
           where draft_id = ? and source = ? order by line limit ?"#,
        none,
        draft_id,
        source,
        most
    )
    .fetch(pool);
    // One by one: the cells of a wide file of 100,000 lines do not fit into memory all at once.
    let mut lines = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let mut cells: Data = if row.data == "{}" { Data::default() } else { serde_json::from_str(&row.data).unwrap_or_default() };
        if let Some(asked) = asked {
            cells.0.retain(|(column, _)| asked.contains(&column.as_str()));
            cells.0.shrink_to_fit();
        }
        lines.push(Line { line: row.line, touser: row.touser, cells });
    }
    Ok(lines)
}

/// Drops the lines of a draft.
pub(in super::super) async fn clear(connection: &mut SqliteConnection, draft_id: &str, source: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from draft_people where draft_id = ? and source = ?", draft_id, source).execute(connection).await.map(|_| ())
}

/// Takes the openids of a file from another of its columns.
pub(in super::super) async fn choose(connection: &mut SqliteConnection, draft_id: &str, column: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update draft_people set touser = coalesce((
            select trim(j.value, char(9, 10, 11, 12, 13, 32, 160, 12288, 65279)) from json_each(draft_people.data) j where j.key = ?), '')
         where draft_id = ? and source = 'file'",
        column,
        draft_id
    )
    .execute(connection)
    .await
    .map(|_| ())
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
