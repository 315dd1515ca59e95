//! SQL of the search.

use sqlx::SqlitePool;

/// Ids and titles of an account's templates whose title holds a text.
pub(super) async fn templates(pool: &SqlitePool, app_id: &str, typed: &str) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select template_id, title from templates
         where app_id = ? and gone_at is null and instr(lower(title), lower(?)) > 0 order by title, template_id limit 10",
        app_id,
        typed
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.template_id, row.title)).collect())
}

/// What is known under a whole id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// A follower, or somebody who was one.
    pub follower: bool,
    /// Recipient of messages.
    pub messages: bool,
    /// Sender of pictures.
    pub media: bool,
    /// On a list of people, or somebody WeChat told of.
    pub otherwise: bool,
}

/// What is known under an openid or a user_id.
pub(super) async fn known(pool: &SqlitePool, app_id: &str, id: &str) -> Result<Known, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"select
            exists(select 1 from followers where app_id = ?1 and openid = ?2) as "follower!: bool",
            exists(select 1 from messages where app_id = ?1 and touser = ?2) as "messages!: bool",
            exists(select 1 from media where app_id = ?1 and user_id = ?2) as "media!: bool",
            exists(select 1 from media_rosters where app_id = ?1 and user_id = ?2)
                or exists(select 1 from media_rosters where app_id = ?1 and openid = ?2)
                or exists(select 1 from receipts where app_id = ?1 and openid = ?2)
                or exists(select 1 from callback_events where app_id = ?1 and openid = ?2)
                or exists(select 1 from oauth_visits where app_id = ?1 and openid = ?2) as "otherwise!: bool""#,
        app_id,
        id
    )
    .fetch_one(pool)
    .await
}
