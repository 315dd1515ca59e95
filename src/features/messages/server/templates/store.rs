//! SQL of templates.

use sqlx::{SqliteConnection, SqlitePool};

use crate::{features::messages::model::Channel, wechat};

/// A template as last seen at WeChat. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The long id.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// Lines such as `商品名称:{{thing1.DATA}}`.
    pub content: String,
    /// WeChat's own example.
    pub example: String,
    /// First industry; blank for category templates.
    pub primary_industry: String,
    /// Second industry.
    pub deputy_industry: String,
    /// When WeChat last listed it.
    pub seen_at: i64,
    /// When WeChat stopped listing it.
    pub gone_at: Option<i64>,
    /// When it was last sent.
    pub last_used_at: Option<i64>,
    /// The word of the call by which its messages go out.
    pub channel: String,
}

/// Templates of an account, of both channels, those in use first.
pub(super) async fn all(pool: &SqlitePool, app_id: &str) -> Result<Vec<Template>, sqlx::Error> {
    sqlx::query_as!(
        Template,
        "select template_id, title, content, example, primary_industry, deputy_industry, seen_at, gone_at, last_used_at, channel
         from templates where app_id = ?
         order by gone_at is not null, coalesce(last_used_at, 0) desc, first_seen_at, title, template_id",
        app_id
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn one(pool: &SqlitePool, app_id: &str, template_id: &str) -> Result<Option<Template>, sqlx::Error> {
    sqlx::query_as!(
        Template,
        "select template_id, title, content, example, primary_industry, deputy_industry, seen_at, gone_at, last_used_at, channel
         from templates where app_id = ? and template_id = ?",
        app_id,
        template_id
    )
    .fetch_optional(pool)
    .await
}

pub(super) async fn synced_at(pool: &SqlitePool, app_id: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("select templates_synced_at from accounts where app_id = ?", app_id).fetch_optional(pool).await.map(Option::flatten)
}

pub(super) async fn found(pool: &SqlitePool, app_id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select templates_found from accounts where app_id = ?", app_id).fetch_optional(pool).await.map(Option::flatten)
}

/// What a template was before a synchronisation.
pub(super) struct Before {
    pub(super) template_id: String,
    pub(super) title: String,
    pub(super) content: String,
    pub(super) gone_at: Option<i64>,
}

pub(super) async fn before(connection: &mut SqliteConnection, app_id: &str, channel: Channel) -> Result<Vec<Before>, sqlx::Error> {
    let channel = channel.word();
    sqlx::query_as!(Before, "select template_id, title, content, gone_at from templates where app_id = ? and channel = ?", app_id, channel)
        .fetch_all(connection)
        .await
}

pub(super) async fn upsert(
    connection: &mut SqliteConnection,
    app_id: &str,
    (channel, template): (Channel, &wechat::client::Template),
    now: i64,
) -> Result<(), sqlx::Error> {
    let channel = channel.word();
    sqlx::query!(
        "insert into templates (app_id, template_id, title, content, example, primary_industry, deputy_industry, first_seen_at, seen_at,
            channel)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (app_id, template_id) do update set title = excluded.title, content = excluded.content, example = excluded.example,
            primary_industry = excluded.primary_industry, deputy_industry = excluded.deputy_industry, seen_at = excluded.seen_at,
            channel = excluded.channel, gone_at = null",
        app_id,
        template.template_id,
        template.title,
        template.content,
        template.example,
        template.primary_industry,
        template.deputy_industry,
        now,
        now,
        channel
    )
    .execute(connection)
    .await
    .map(|_| ())
}

pub(super) async fn gone(connection: &mut SqliteConnection, app_id: &str, template_id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update templates set gone_at = ? where app_id = ? and template_id = ?", now, app_id, template_id)
        .execute(connection)
        .await
        .map(|_| ())
}

pub(super) async fn synced(connection: &mut SqliteConnection, app_id: &str, now: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set templates_synced_at = ? where app_id = ?", now, app_id).execute(connection).await.map(|_| ())
}

pub(super) async fn are_known(connection: &mut SqliteConnection, app_id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select 1 from templates where app_id = ?) as "known: bool""#, app_id).fetch_one(connection).await
}

pub(super) async fn note_found(connection: &mut SqliteConnection, app_id: &str, found: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update accounts set templates_found = ? where app_id = ?", found, app_id).execute(connection).await.map(|_| ())
}

/// Notes that a template was used. One that was never synchronised has no row, which is fine.
pub(in super::super) async fn used(
    connection: &mut SqliteConnection,
    app_id: &str,
    template_id: &str,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update templates set last_used_at = ? where app_id = ? and template_id = ?", now, app_id, template_id)
        .execute(connection)
        .await
        .map(|_| ())
}
