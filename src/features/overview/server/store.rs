//! What the overview reads from other features' tables. Reads only, each bounded by a day or a limit and answered from an index.

use sqlx::SqlitePool;

use crate::features::overview::model::{Day, Pictures, Thumb};

/// Messages of an account with ids within `low..high`, by state; from the index by state alone.
pub async fn day(pool: &SqlitePool, app_id: &str, low: &str, high: &str) -> Result<Day, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select state, count(*) as "count!: i64" from messages
           where app_id = ? and state in ('accepted', 'delivered', 'failed', 'unknown') and id >= ? and id < ?
           group by state"#,
        app_id,
        low,
        high
    )
    .fetch_all(pool)
    .await?;
    let count = |state: &str| rows.iter().find(|row| row.state == state).map_or(0, |row| row.count);
    Ok(Day { start: 0, delivered: count("delivered"), accepted: count("accepted"), failed: count("failed"), unknown: count("unknown") })
}

/// Pictures of an account filed since `midnight` and on the day before, both as floors of ids.
pub async fn pictures(pool: &SqlitePool, app_id: &str, yesterday: &str, midnight: &str) -> Result<Pictures, sqlx::Error> {
    sqlx::query_as!(
        Pictures,
        r#"select coalesce(sum(id >= ?3), 0) as "today!: i64",
                  coalesce(sum(id < ?3), 0) as "yesterday!: i64",
                  count(distinct case when id >= ?3 then user_id end) as "people!: i64"
           from media where app_id = ?1 and id >= ?2"#,
        app_id,
        yesterday,
        midnight
    )
    .fetch_one(pool)
    .await
}

/// Pictures given up while WeChat still keeps them, and those of them that it drops before `soon`. `oldest` is a floor of ids below
/// which WeChat keeps nothing.
pub async fn failed_pictures(pool: &SqlitePool, app_id: &str, oldest: &str, now: i64, soon: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!: i64", coalesce(sum(expires_at < ?4), 0) as "soon!: i64"
           from media where app_id = ?1 and state = 'failed' and id >= ?2 and expires_at > ?3"#,
        app_id,
        oldest,
        now,
        soon
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.soon))
}

/// Second opinions that others ask somebody (as in `actor`) for.
pub async fn requested(pool: &SqlitePool, app_id: &str, who: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "select count(*) from opinion_requests q join media m on m.id = q.media_id
         where q.app_id = ?1 and q.asked_by <> ?2 and m.state = 'stored' and m.review <> 'none' and m.reviewer <> ?2",
        app_id,
        who
    )
    .fetch_one(pool)
    .await
}

/// Pictures that are not here yet and that WeChat drops before `soon`.
pub async fn dying(pool: &SqlitePool, app_id: &str, oldest: &str, now: i64, soon: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from media
           where app_id = ? and state in ('pending', 'downloading') and id >= ? and expires_at > ? and expires_at < ?"#,
        app_id,
        oldest,
        now,
        soon
    )
    .fetch_one(pool)
    .await
}

/// Pictures that wait because the account keeps all it may; counted up to 1,000.
pub async fn account_full(pool: &SqlitePool, app_id: &str, oldest: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from (select 1 from media
           where app_id = ? and state = 'pending' and id >= ? and reason = 'account_full' limit 1000)"#,
        app_id,
        oldest
    )
    .fetch_one(pool)
    .await
}

/// Why messages failed: how many, for which reason and code.
pub struct Failed {
    /// How many.
    pub count: i64,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// WeChat's words.
    pub errmsg: Option<String>,
    /// Our word.
    pub reason: Option<String>,
}

/// The messages of an account that failed since the floor `low`, by reason, the most frequent first.
pub async fn failures(pool: &SqlitePool, app_id: &str, low: &str) -> Result<Vec<Failed>, sqlx::Error> {
    sqlx::query_as!(
        Failed,
        r#"select count(*) as "count!: i64", errcode as "errcode?: i64", min(errmsg) as "errmsg?: String", reason as "reason?: String"
           from messages where app_id = ? and state = 'failed' and id >= ?
           group by errcode, reason order by 1 desc limit 20"#,
        app_id,
        low
    )
    .fetch_all(pool)
    .await
}

/// Why an account's sending stands still.
pub async fn hold(pool: &SqlitePool, app_id: &str) -> Result<Option<(i64, String)>, sqlx::Error> {
    let row = sqlx::query!("select errcode, errmsg from sending_holds where app_id = ?", app_id).fetch_optional(pool).await?;
    Ok(row.map(|row| (row.errcode, row.errmsg)))
}

/// How many messages of an account wait; counted up to 100,000.
pub async fn waiting(pool: &SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!: i64" from (select 1 from messages where app_id = ? and state = 'queued' limit 100000)"#,
        app_id
    )
    .fetch_one(pool)
    .await
}

/// Whether an account ever had a message.
pub async fn ever_sent(pool: &SqlitePool, app_id: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"select exists (select 1 from messages where app_id = ?) as "sent!: bool""#, app_id).fetch_one(pool).await
}

/// A message among the last ones.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its id.
    pub id: String,
    /// What it was sent together with.
    pub together: Option<String>,
    /// The recipient.
    pub touser: String,
    /// The recipient's remark or nickname, where known.
    pub name: Option<String>,
    /// The template's title, where it is still known.
    pub title: Option<String>,
    /// Its state.
    pub state: String,
    /// Who sent it.
    pub actor: String,
    /// When it was filed (Unix milliseconds).
    pub created_at: i64,
}

/// The last `most` messages of an account, newest first.
pub async fn last_sent(pool: &SqlitePool, app_id: &str, most: i64) -> Result<Vec<Sent>, sqlx::Error> {
    sqlx::query_as!(
        Sent,
        r#"select m.id, coalesce(m.batch_id, m.draft_id) as "together?: String", m.touser,
                  coalesce(nullif(f.remark, ''), nullif(f.nickname, '')) as "name?: String",
                  t.title as "title?: String", m.state, m.actor, m.created_at
           from messages m
           left join templates t on t.app_id = m.app_id and t.template_id = m.template_id
           left join followers f on f.app_id = m.app_id and f.openid = m.touser
           where m.app_id = ? order by m.id desc limit ?"#,
        app_id,
        most
    )
    .fetch_all(pool)
    .await
}

/// The newest pictures of an account that have a thumbnail.
pub async fn newest(pool: &SqlitePool, app_id: &str, most: i64) -> Result<Vec<Thumb>, sqlx::Error> {
    sqlx::query_as!(
        Thumb,
        r#"select m.id, m.answer_title as title, m.user_id, m.created_at as at
           from media m join contents c on c.sha256 = m.sha256
           where m.app_id = ? and m.state = 'stored' and c.thumb = 1 order by m.id desc limit ?"#,
        app_id,
        most
    )
    .fetch_all(pool)
    .await
}

#[cfg(test)]
mod tests {
    use crate::infra::db::Db;

    #[tokio::test]
    async fn a_day_is_counted_from_the_index_alone() {
        let folder = tempfile::tempdir().expect("folder");
        let db = Db::open(&folder.path().join("t.db")).await.expect("opens");
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
            "explain query plan select state, count(*) from messages
             where app_id = 'a' and state in ('accepted', 'delivered', 'failed', 'unknown') and id >= '0' and id < 'f' group by state",
        )
        .fetch_all(db.read())
        .await
        .expect("plans");
        let steps: Vec<_> = plan.into_iter().map(|step| step.3).collect();
        assert_eq!(steps, ["SEARCH messages USING COVERING INDEX messages_by_state (app_id=? AND state=? AND id>? AND id<?)"]);
    }
}
