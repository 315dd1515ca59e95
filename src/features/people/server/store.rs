//! SQL of followers and tags. `followed_at` is always set: for somebody of whom only the leaving was seen it equals `unfollowed_at`.

use sqlx::{SqliteConnection, SqlitePool};

use super::SeedFollower;
use crate::{
    features::people::model::{Counts, Cursor, Follower, Tag, Wanted, beginning},
    shared::list::Listed,
    wechat::UserInfo,
};

struct Row {
    openid: String,
    following: bool,
    nickname: String,
    remark: String,
    tags: String,
    followed_at: Option<i64>,
    unfollowed_at: Option<i64>,
}

impl From<Row> for Follower {
    fn from(row: Row) -> Self {
        Self {
            openid: row.openid,
            following: row.following,
            nickname: row.nickname,
            remark: row.remark,
            tags: serde_json::from_str(&row.tags).unwrap_or_default(),
            followed_at: row.followed_at.filter(|at| row.following || row.unfollowed_at != Some(*at)),
            unfollowed_at: row.unfollowed_at,
        }
    }
}

/// One person.
pub async fn one(pool: &SqlitePool, app_id: &str, openid: &str) -> Result<Option<Follower>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select openid, following as "following: bool", nickname, remark, tags, followed_at, unfollowed_at
           from followers where app_id = ? and openid = ?"#,
        app_id,
        openid
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(Follower::from))
}

/// One page, newest first.
pub async fn list(pool: &SqlitePool, app_id: &str, wanted: &Wanted, limit: usize) -> Result<Listed<Follower>, sqlx::Error> {
    let (at, openid) = wanted.after.as_ref().map_or((i64::MAX, ""), |after| (after.at, after.openid.as_str()));
    let (text, pattern) = (wanted.text.as_str(), beginning(&wanted.text));
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = sqlx::query_as!(
        Row,
        r#"select openid, following as "following: bool", nickname, remark, tags, followed_at, unfollowed_at
           from followers
           where app_id = ?1 and (followed_at, openid) < (?2, ?3)
             and (?4 = '' or openid = ?4 or remark like ?5 escape '\' or nickname like ?5 escape '\')
             and (?6 is null or exists (select 1 from json_each(tags) where value = ?6))
           order by followed_at desc, openid desc limit ?7"#,
        app_id,
        at,
        openid,
        text,
        pattern,
        wanted.tag,
        most
    )
    .fetch_all(pool)
    .await?;
    let key = |row: &Row| Cursor { at: row.followed_at.unwrap_or_default(), openid: row.openid.clone() }.write();
    Ok(Listed::cut(rows, limit, key).map(Follower::from))
}

/// How many follow, how many left, and the change since `since` (Unix milliseconds).
pub async fn counts(pool: &SqlitePool, app_id: &str, since: i64) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"select coalesce(sum(following), 0) as "following!: i64",
                  coalesce(sum(1 - following), 0) as "left!: i64",
                  coalesce(sum(case when following = 1 and followed_at >= ?2 then 1
                                    when following = 0 and unfollowed_at >= ?2 and followed_at < ?2 then -1
                                    else 0 end), 0) as "week!: i64"
           from followers where app_id = ?1"#,
        app_id,
        since
    )
    .fetch_one(pool)
    .await
}

/// The tags with the number of followers who carry each, the most carried first.
pub async fn tags(pool: &SqlitePool, app_id: &str) -> Result<Vec<Tag>, sqlx::Error> {
    sqlx::query_as!(
        Tag,
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

/// Somebody came.
pub async fn came(connection: &mut SqliteConnection, app_id: &str, openid: &str, at: i64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into followers (app_id, openid, following, followed_at, updated_at) values (?, ?, 1, ?, ?)
         on conflict (app_id, openid) do update
         set following = 1, followed_at = excluded.followed_at, unfollowed_at = null, updated_at = excluded.updated_at
         where followers.unfollowed_at is null or followers.unfollowed_at <= excluded.followed_at",
        app_id,
        openid,
        at,
        now
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Somebody left.
pub async fn left(connection: &mut SqliteConnection, app_id: &str, openid: &str, at: i64, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into followers (app_id, openid, following, followed_at, unfollowed_at, updated_at) values (?1, ?2, 0, ?3, ?3, ?4)
         on conflict (app_id, openid) do update
         set following = 0, unfollowed_at = excluded.unfollowed_at, updated_at = excluded.updated_at
         where followers.followed_at is null or followers.followed_at <= excluded.unfollowed_at",
        app_id,
        openid,
        at,
        now
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// What WeChat's list says about somebody, asked since `started`. A push that came since then knows better.
pub async fn listed(connection: &mut SqliteConnection, app_id: &str, user: &UserInfo, started: i64, now: i64) -> Result<(), sqlx::Error> {
    let tags = serde_json::to_string(&user.tagid_list).unwrap_or_else(|_| "[]".into());
    let nickname = user.nickname.as_deref().unwrap_or_default();
    let scene = user.subscribe_scene.as_deref().unwrap_or_default();
    let followed_at = user.subscribe_time.map_or(now, |seconds| seconds.saturating_mul(1000));
    sqlx::query!(
        "insert into followers (app_id, openid, following, nickname, remark, unionid, tags, scene, followed_at, updated_at)
         values (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         on conflict (app_id, openid) do update
         set following = 1, nickname = excluded.nickname, remark = excluded.remark,
             unionid = coalesce(excluded.unionid, followers.unionid), tags = excluded.tags, scene = excluded.scene,
             followed_at = excluded.followed_at, unfollowed_at = null, updated_at = excluded.updated_at
         where followers.following = 1 or followers.updated_at < ?10",
        app_id,
        user.openid,
        nickname,
        user.remark,
        user.unionid,
        tags,
        scene,
        followed_at,
        now,
        started
    )
    .execute(connection)
    .await
    .map(|_| ())
}

/// Marks everybody as gone whom a whole list, asked since `started`, did not name.
pub async fn unlisted(connection: &mut SqliteConnection, app_id: &str, started: i64, now: i64) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "update followers set following = 0, unfollowed_at = ?3, updated_at = ?3 where app_id = ?1 and following = 1 and updated_at < ?2",
        app_id,
        started,
        now
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
}

/// Puts the tags in place of those before.
pub async fn replace_tags(connection: &mut SqliteConnection, app_id: &str, tags: &[(i64, String)]) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from follower_tags where app_id = ?", app_id).execute(&mut *connection).await?;
    for (id, name) in tags {
        sqlx::query!(
            "insert into follower_tags (app_id, id, name) values (?, ?, ?) on conflict (app_id, id) do update set name = excluded.name",
            app_id,
            id,
            name
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Notes when the list was last brought up to date.
pub async fn synced(connection: &mut SqliteConnection, app_id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set followers_synced_at = ? where app_id = ?", now, app_id).execute(connection).await.map(|_| ())
}

/// Notes that web authorization recognised somebody, and drops visits from before `forget` (Unix milliseconds).
pub async fn note_visit(
    connection: &mut SqliteConnection,
    app_id: &str,
    openid: &str,
    scope: &str,
    now: i64,
    forget: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from oauth_visits where at < ?", forget).execute(&mut *connection).await?;
    sqlx::query!("insert into oauth_visits (app_id, openid, scope, at) values (?, ?, ?, ?)", app_id, openid, scope, now)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Keeps somebody's unionid, if they are known.
pub async fn note_unionid(connection: &mut SqliteConnection, app_id: &str, openid: &str, unionid: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update followers set unionid = ? where app_id = ? and openid = ? and unionid is not ?", unionid, app_id, openid, unionid)
        .execute(connection)
        .await
        .map(|_| ())
}

/// A follower of the demo data.
pub async fn seed(connection: &mut SqliteConnection, app_id: &str, person: &SeedFollower, now: i64) -> Result<(), sqlx::Error> {
    let tags = serde_json::to_string(&person.tags).unwrap_or_else(|_| "[]".into());
    sqlx::query!(
        "insert into followers (app_id, openid, following, nickname, remark, tags, followed_at, unfollowed_at, updated_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (app_id, openid) do nothing",
        app_id,
        person.openid,
        person.following,
        person.nickname,
        person.remark,
        tags,
        person.followed_at,
        person.unfollowed_at,
        now
    )
    .execute(connection)
    .await
    .map(|_| ())
}
