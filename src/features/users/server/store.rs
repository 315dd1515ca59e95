//! SQL of the people.

use sqlx::{SqliteConnection, SqlitePool};

/// A person as kept, without the password's hash.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub id: String,
    pub name: String,
    pub role: String,
    pub disabled: i64,
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub created_at: i64,
    pub last_seen_at: Option<i64>,
}

/// A person to be added.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub id: String,
    pub name: String,
    pub password_hash: String,
    pub role: &'static str,
    pub created_at: i64,
}

pub(super) async fn all(pool: &SqlitePool) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as!(Row, "select id, name, role, disabled, lang, theme, created_at, last_seen_at from users order by id")
        .fetch_all(pool)
        .await
}

/// Id, password hash and whether switched off, by name (without case).
pub(super) async fn credentials(pool: &SqlitePool, name: &str) -> Result<Option<(String, String, bool)>, sqlx::Error> {
    sqlx::query!("select id, password_hash, disabled from users where name = ?", name)
        .fetch_optional(pool)
        .await
        .map(|row| row.map(|row| (row.id, row.password_hash, row.disabled != 0)))
}

pub(super) async fn find(connection: &mut SqliteConnection, id: &str) -> Result<Option<Row>, sqlx::Error> {
    sqlx::query_as!(Row, "select id, name, role, disabled, lang, theme, created_at, last_seen_at from users where id = ?", id)
        .fetch_optional(connection)
        .await
}

pub(super) async fn id_of(pool: &SqlitePool, name: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select id from users where name = ?", name).fetch_optional(pool).await
}

pub(super) async fn any(pool: &SqlitePool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!("select exists (select 1 from users)").fetch_one(pool).await.map(|any| any != 0)
}

/// Administrators who can sign in.
pub(super) async fn living_admins(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select count(*) from users where role = 'admin' and disabled = 0").fetch_one(connection).await
}

/// Adds a person; `false` when the name is taken.
pub(super) async fn add(connection: &mut SqliteConnection, new: &New) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "insert into users (id, name, password_hash, role, created_at) values (?, ?, ?, ?, ?) on conflict (name) do nothing",
        new.id,
        new.name,
        new.password_hash,
        new.role,
        new.created_at
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

/// Adds the very first person; `false` when there is one already.
pub(super) async fn add_first(connection: &mut SqliteConnection, new: &New) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "insert into users (id, name, password_hash, role, created_at)
         select ?, ?, ?, ?, ? where not exists (select 1 from users)",
        new.id,
        new.name,
        new.password_hash,
        new.role,
        new.created_at
    )
    .execute(connection)
    .await
    .map(|done| done.rows_affected() == 1)
}

pub(super) async fn set_role(connection: &mut SqliteConnection, id: &str, role: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set role = ? where id = ?", role, id).execute(connection).await.map(|_| ())
}

pub(super) async fn set_disabled(connection: &mut SqliteConnection, id: &str, disabled: bool) -> Result<(), sqlx::Error> {
    let disabled = i64::from(disabled);
    sqlx::query!("update users set disabled = ? where id = ?", disabled, id).execute(connection).await.map(|_| ())
}

/// Sets a person's password. Their WeChat signs them in no more: whoever knew the old one may have bound it.
pub(super) async fn set_password(connection: &mut SqliteConnection, id: &str, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set password_hash = ?, wechat_sign_in = 0 where id = ?", hash, id).execute(connection).await.map(|_| ())
}

/// Keeps a person's language and look; what is `None` stays.
pub(super) async fn prefer(
    connection: &mut SqliteConnection,
    id: &str,
    lang: Option<&str>,
    theme: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set lang = coalesce(?, lang), theme = nullif(coalesce(?, theme), 'system') where id = ?", lang, theme, id)
        .execute(connection)
        .await
        .map(|_| ())
}

/// What has been reached on the way from an empty folder to a working account; each fact is one `exists`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub token: i64,
    pub pushed: i64,
    pub sent: i64,
    pub pictured: i64,
}

/// The facts behind the ticks of the set-up page.
pub(super) async fn facts(pool: &SqlitePool, app_id: &str, now: i64) -> Result<Facts, sqlx::Error> {
    sqlx::query_as!(
        Facts,
        "select
            exists (select 1 from tokens where app_id = ?1 and kind = 'access_token' and expires_at > ?2) as \"token!: i64\",
            exists (select 1 from callback_events where app_id = ?1) as \"pushed!: i64\",
            exists (select 1 from messages where app_id = ?1 and state in ('accepted', 'delivered')) as \"sent!: i64\",
            exists (select 1 from media where app_id = ?1 and state = 'stored') as \"pictured!: i64\"",
        app_id,
        now
    )
    .fetch_one(pool)
    .await
}

/// The outcome of the last fetch of the access token: `errcode` (0 when it succeeded) and WeChat's words.
pub(super) async fn last_fetch(pool: &SqlitePool, app_id: &str) -> Result<Option<(i64, String)>, sqlx::Error> {
    sqlx::query!(
        "select ok, errcode, errmsg from token_refreshes where app_id = ? and kind = 'access_token' and skipped is null order by id desc limit 1",
        app_id
    )
    .fetch_optional(pool)
    .await
    .map(|row| row.map(|row| (if row.ok != 0 { 0 } else { row.errcode.unwrap_or(-1) }, row.errmsg.unwrap_or_default())))
}

/// The number that every change of people, keys and accounts raises.
pub(super) async fn revision(pool: &SqlitePool) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!("select cast(value as integer) as \"revision!: i64\" from settings where name = 'revision'").fetch_one(pool).await
}

/// The account and openid a person bound.
pub(super) async fn wechat_of(pool: &SqlitePool, id: &str) -> Result<Option<(String, String)>, sqlx::Error> {
    let row = sqlx::query!("select openid, openid_app from users where id = ?", id).fetch_optional(pool).await?;
    Ok(row.and_then(|row| row.openid_app.zip(row.openid)))
}

/// Binds an openid of an account to a person, or none; nobody signs in by it yet.
pub(super) async fn bind_wechat(
    connection: &mut SqliteConnection,
    id: &str,
    app_id: Option<&str>,
    openid: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update users set openid = ?, openid_app = ?, wechat_sign_in = 0 where id = ?", openid, app_id, id)
        .execute(connection)
        .await
        .map(|_| ())
}

/// Whether the WeChat a person bound signs them in.
pub(super) async fn signs_in_by_wechat(pool: &SqlitePool, id: &str) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("select wechat_sign_in from users where id = ?", id).fetch_optional(pool).await?;
    Ok(found.is_some_and(|on| on != 0))
}

/// Lets the WeChat a person bound sign them in, and nobody else by the same; `false` where none is bound.
pub(super) async fn wechat_sign_in_on(connection: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!(
        "update users set wechat_sign_in = 0
         where id <> ?1 and (openid_app, openid) in (select openid_app, openid from users where id = ?1)",
        id
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("update users set wechat_sign_in = 1 where id = ? and openid is not null and openid_app is not null", id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Lets a person sign in by password only; `false` where that was so already.
pub(super) async fn wechat_sign_in_off(connection: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query!("update users set wechat_sign_in = 0 where id = ? and wechat_sign_in = 1", id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
}

/// Who signs in by an openid of an account.
pub(super) async fn id_by_wechat(pool: &SqlitePool, app_id: &str, openid: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select id from users where openid_app = ? and openid = ? and wechat_sign_in = 1 and disabled = 0", app_id, openid)
        .fetch_optional(pool)
        .await
}
