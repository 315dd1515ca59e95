//! SQL of the line of time: the newest of each sort by its own index, then the newest of them all.

use sqlx::SqlitePool;

use crate::features::person::model::{Happening, Place, Sort};

struct Row {
    at: i64,
    sort: String,
    id: String,
    title: String,
    state: String,
    of: Option<String>,
}

/// What else a person is called by: the openid that lists of people give for a user_id, and the other way round. No more than `limit`.
pub(super) async fn other_names(pool: &SqlitePool, app_id: &str, id: &str, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select openid as "name!: String" from media_rosters indexed by media_rosters_of_user
            where app_id = ?1 and user_id = ?2 and openid is not null and openid <> ?2
         union select user_id from media_rosters indexed by media_rosters_of_openid
            where app_id = ?1 and openid = ?2 and user_id <> ?2
         order by 1 limit ?3"#,
        app_id,
        id,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The name that a list of people gives, for a user_id or an openid.
pub(super) async fn listed_name(pool: &SqlitePool, app_id: &str, id: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select name as "name!: String" from (
            select name from media_rosters indexed by media_rosters_of_user where app_id = ?1 and user_id = ?2 and name <> ''
            union all select name from media_rosters indexed by media_rosters_of_openid where app_id = ?1 and openid = ?2 and name <> '')
         limit 1"#,
        app_id,
        id
    )
    .fetch_optional(pool)
    .await
}

/// What happened with `person` before a place, newest first.
pub(super) async fn happenings(
    pool: &SqlitePool,
    app_id: &str,
    person: &str,
    before: &Place,
    limit: i64,
) -> Result<Vec<Happening>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select at as "at!: i64", sort as "sort!: String", id as "id!: String", title as "title!: String", state as "state!: String",
            of as "of?: String"
         from (
            select * from (select m.created_at as at, 'message' as sort, m.id as id, coalesce(t.title, m.template_id) as title,
                    m.state as state, null as of
                from messages m indexed by messages_by_touser
                    left join templates t on t.app_id = m.app_id and t.template_id = m.template_id
                where m.app_id = ?1 and m.touser = ?2 and m.created_at <= ?3 and (m.created_at < ?3 or 'message' || m.id < ?4)
                order by m.id desc limit ?5)
            union all
            select * from (select received_at, 'receipt', printf('%020d', id), '', status, message_id
                from receipts indexed by receipts_of_person
                where app_id = ?1 and openid = ?2 and received_at <= ?3 and (received_at < ?3 or 'receipt' || printf('%020d', id) < ?4)
                order by received_at desc, id desc limit ?5)
            union all
            select * from (select created_at, 'picture', id, answer_title, state, null from media indexed by media_by_user
                where app_id = ?1 and user_id = ?2 and created_at <= ?3 and (created_at < ?3 or 'picture' || id < ?4)
                order by id desc limit ?5)
            union all
            select * from (select received_at, 'push', printf('%020d', id), kind, '', null
                from callback_events indexed by callback_events_of_person
                where app_id = ?1 and openid = ?2 and kind <> 'TEMPLATESENDJOBFINISH' and received_at <= ?3
                    and (received_at < ?3 or 'push' || printf('%020d', id) < ?4)
                order by received_at desc, id desc limit ?5)
            union all
            select * from (select at, 'visit', printf('%020d', id), scope, '', null from oauth_visits indexed by oauth_visits_of_person
                where app_id = ?1 and openid = ?2 and at <= ?3 and (at < ?3 or 'visit' || printf('%020d', id) < ?4)
                order by at desc, id desc limit ?5)
         ) order by at desc, sort || id desc limit ?5"#,
        app_id,
        person,
        before.at,
        before.key,
        limit
    )
    .fetch_all(pool)
    .await?;
    let read = |row: Row| {
        let sort = Sort::parse(&row.sort)?;
        Some(Happening { at: row.at, sort, id: row.id, title: row.title, state: row.state, of: row.of })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
