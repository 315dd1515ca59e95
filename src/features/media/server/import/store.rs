//! SQL of importing.

use sqlx::SqliteExecutor;

/// Whether these bytes lie already at this place: sender, title, question.
pub(super) async fn there<'c>(c: impl SqliteExecutor<'c>, app_id: &str, names: &[String; 3], sha256: &str) -> Result<bool, sqlx::Error> {
    let sha256 = hex::decode(sha256).unwrap_or_default();
    let [user_id, answer_title, question_id] = names;
    sqlx::query_scalar!(
        "select exists (select 1 from media indexed by media_by_content
            where sha256 = ? and app_id = ? and user_id = ? and answer_title = ? and question_id = ?) as \"there!: bool\"",
        sha256,
        app_id,
        user_id,
        answer_title,
        question_id
    )
    .fetch_one(c)
    .await
}
