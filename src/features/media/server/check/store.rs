//! SQL of hashing again.

use sqlx::SqlitePool;

/// A content that is written down.
pub(super) struct Kept {
    pub sha256: Vec<u8>,
}

/// Contents after one, in the order of their hashes.
pub(super) async fn after(pool: &SqlitePool, sha256: &[u8], most: i64) -> Result<Vec<Kept>, sqlx::Error> {
    sqlx::query_as!(Kept, "select sha256 from contents where sha256 > ? order by sha256 limit ?", sha256, most).fetch_all(pool).await
}

/// How many pictures show a content, and one of them; none if it is no longer written down.
pub(super) async fn shown(pool: &SqlitePool, sha256: &[u8]) -> Result<Option<(i64, Option<String>)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select (select count(*) from media m where m.sha256 = c.sha256) + (select count(*) from media_bin b where b.sha256 = c.sha256)
               as "pictures!: i64",
           coalesce((select min(m.id) from media m where m.sha256 = c.sha256), (select min(b.id) from media_bin b where b.sha256 = c.sha256))
               as "picture?: String"
           from contents c where c.sha256 = ?"#,
        sha256
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.pictures, row.picture)))
}
