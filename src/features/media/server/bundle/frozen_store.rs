//! SQL of ZIPs that somebody asked for.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::media::zips::Asked;

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
    /// Which part it is, of so many.
    pub part: i64,
    pub parts: i64,
    /// How many pictures it holds, and their bytes.
    pub pieces: i64,
    pub bytes: i64,
}

/// Writes one down. Those made before `from` go, and whatever one person has beyond the newest `most`, parts of one counted once.
pub(super) async fn put(c: &mut SqliteConnection, frozen: &Frozen, from: i64, most: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_bundles where created_at < ?", from).execute(&mut *c).await?;
    sqlx::query!(
        "insert into media_bundles (id, app_id, made_by, name, pictures, verdicts, created_at, part, parts, pieces, bytes)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        frozen.id,
        frozen.app_id,
        frozen.made_by,
        frozen.name,
        frozen.pictures,
        frozen.verdicts,
        frozen.created_at,
        frozen.part,
        frozen.parts,
        frozen.pieces,
        frozen.bytes
    )
    .execute(&mut *c)
    .await?;
    let done = sqlx::query!(
        "delete from media_bundles where made_by = ?1 and id not in (
            select id from media_bundles where made_by = ?1 and part = 1 order by created_at desc, id desc limit ?2)
            and (parts = 1 or created_at not in (
                select created_at from media_bundles where made_by = ?1 and part = 1 order by created_at desc, id desc limit ?2))",
        frozen.made_by,
        most
    );
    done.execute(c).await.map(|_| ())
}

/// One that this person made for this account at `from` or later.
pub(super) async fn get(pool: &SqlitePool, id: &str, app_id: &str, made_by: &str, from: i64) -> Result<Option<Frozen>, sqlx::Error> {
    sqlx::query_as!(
        Frozen,
        "select id, app_id, made_by, name, pictures, verdicts, created_at, part, parts, pieces, bytes from media_bundles
         where id = ? and app_id = ? and made_by = ? and created_at >= ?",
        id,
        app_id,
        made_by,
        from
    )
    .fetch_optional(pool)
    .await
}

/// ZIPs that a person asked for at `from` or later, the newest first, parts in their order.
pub(super) async fn list(pool: &SqlitePool, app_id: &str, made_by: &str, from: i64) -> Result<Vec<Asked>, sqlx::Error> {
    sqlx::query_as!(
        Asked,
        "select id, name, part, parts, pieces, bytes, length, given, created_at as at from media_bundles
         where made_by = ? and app_id = ? and created_at >= ? order by created_at desc, part, id desc",
        made_by,
        app_id,
        from
    )
    .fetch_all(pool)
    .await
}

/// Notes how long a ZIP is and up to which byte it was given out; what was given before stays given.
pub(super) async fn reached(c: &mut SqliteConnection, id: &str, length: i64, given: i64) -> Result<(), sqlx::Error> {
    let done = sqlx::query!("update media_bundles set length = ?, given = max(given, ?) where id = ?", length, given, id);
    done.execute(c).await.map(|_| ())
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
