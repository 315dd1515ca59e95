//! SQL of ZIPs that somebody asked for.

use sqlx::{SqliteConnection, SqlitePool};

/// A ZIP that somebody asked for.
pub(super) struct Frozen {
    pub id: String,
    pub app_id: String,
    pub made_by: String,
    pub name: String,
    /// Ids as a JSON list.
    pub pictures: String,
    /// How they were judged then, as JSON.
    pub verdicts: Option<String>,
    pub created_at: i64,
}

/// Writes one down. Those made before `from` go, and whatever one person has beyond the newest `most`.
pub(super) async fn put(c: &mut SqliteConnection, frozen: &Frozen, from: i64, most: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_bundles where created_at < ?", from).execute(&mut *c).await?;
    sqlx::query!(
        "insert into media_bundles (id, app_id, made_by, name, pictures, verdicts, created_at) values (?, ?, ?, ?, ?, ?, ?)",
        frozen.id,
        frozen.app_id,
        frozen.made_by,
        frozen.name,
        frozen.pictures,
        frozen.verdicts,
        frozen.created_at
    )
    .execute(&mut *c)
    .await?;
    let done = sqlx::query!(
        "delete from media_bundles where made_by = ?1 and id not in (
            select id from media_bundles where made_by = ?1 order by created_at desc, id desc limit ?2)",
        frozen.made_by,
        most
    );
    done.execute(c).await.map(|_| ())
}

/// One that this person made for this account at `from` or later.
pub(super) async fn get(pool: &SqlitePool, id: &str, app_id: &str, made_by: &str, from: i64) -> Result<Option<Frozen>, sqlx::Error> {
    sqlx::query_as!(
        Frozen,
        "select id, app_id, made_by, name, pictures, verdicts, created_at from media_bundles
         where id = ? and app_id = ? and made_by = ? and created_at >= ?",
        id,
        app_id,
        made_by,
        from
    )
    .fetch_optional(pool)
    .await
}

/// The best stored picture of each person for each question of a title, at most so many: the newest that passed, else the newest unjudged,
/// else the newest.
pub(super) async fn best(pool: &SqlitePool, app_id: &str, title: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    let ranked = sqlx::query_scalar!(
        r#"select max(case review when 'pass' then '3' when 'none' then '2' else '1' end || id) as "best!: String"
           from media indexed by media_on_board where app_id = ? and answer_title = ? and state = 'stored' group by user_id, question_id limit ?"#,
        app_id,
        title,
        most
    );
    // The rank goes, the id stays.
    Ok(ranked.fetch_all(pool).await?.into_iter().map(|best| best[1..].to_owned()).collect())
}

/// A checksum that was noted.
pub(super) struct Known {
    pub id: String,
    pub crc32: i64,
}

/// What is known of these pictures' (a JSON list of ids) bytes.
pub(super) async fn known(pool: &SqlitePool, ids: &str) -> Result<Vec<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"select coalesce(m.id, b.id) as "id!: String", c.crc32 as "crc32!: i64" from json_each(?) j left join media m on m.id = j.value
           left join media_bin b on b.id = j.value join contents c on c.sha256 = coalesce(m.sha256, b.sha256) where c.crc32 is not null"#,
        ids
    )
    .fetch_all(pool)
    .await
}

/// Notes the checksum of a content.
pub(super) async fn note(c: &mut SqliteConnection, sha256: &[u8], crc32: u32) -> Result<(), sqlx::Error> {
    sqlx::query!("update contents set crc32 = ? where sha256 = ?", crc32, sha256).execute(c).await.map(|_| ())
}
