//! SQL of stored contents.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::media::model::Content;

/// Writes down bytes that lie in the content store.
pub(in crate::features::media::server) async fn put(c: &mut SqliteConnection, content: &Content, now: i64) -> Result<(), sqlx::Error> {
    let (sha256, thumb) = (hex::decode(&content.sha256).unwrap_or_default(), i64::from(content.thumb));
    let done = sqlx::query!(
        "insert into contents (sha256, bytes, content_type, width, height, thumb, created_at) values (?, ?, ?, ?, ?, ?, ?)
         on conflict (sha256) do update set thumb = max(thumb, excluded.thumb)",
        sha256,
        content.bytes,
        content.content_type,
        content.width,
        content.height,
        thumb,
        now
    );
    done.execute(c).await.map(|_| ())
}

/// Which contents whose SHA-256 begins with this byte are written down, as hex.
pub(super) async fn known(pool: &SqlitePool, first: u8) -> Result<Vec<String>, sqlx::Error> {
    let (low, mut high) = (vec![first], vec![0xff; 32]);
    high[0] = first;
    let rows = sqlx::query_scalar!("select sha256 from contents where sha256 >= ? and sha256 <= ?", low, high).fetch_all(pool).await?;
    Ok(rows.into_iter().map(hex::encode).collect())
}
