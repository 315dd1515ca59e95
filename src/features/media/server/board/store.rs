//! SQL of the board. The key of everything is account, title, person; the index `media_on_board` holds all that is asked for.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Listed, Narrow};

/// How a person stands with a question: how many persons do, by rank (see [`crate::features::media::standing::Standing`]).
pub(super) struct Tally {
    pub question_id: String,
    pub rank: i64,
    pub count: i64,
}

/// Per question and rank, how many people stand there.
pub(super) async fn tallies(pool: &SqlitePool, app_id: &str, title: &str) -> Result<Vec<Tally>, sqlx::Error> {
    sqlx::query_as!(
        Tally,
        r#"select question_id as "question_id!: String", rank as "rank!: i64", count(*) as "count!: i64" from (
               select user_id, question_id, max(case
                   when state = 'stored' and review = 'pass' then 5 when state = 'stored' and review = 'none' then 4
                   when state in ('pending', 'downloading') then 3 when state = 'stored' then 2 else 1 end) as rank
               from media indexed by media_on_board where app_id = ? and answer_title = ? group by user_id, question_id
           ) group by question_id, rank order by length(question_id), question_id"#,
        app_id,
        title
    )
    .fetch_all(pool)
    .await
}

/// People of a title: all, and those who sent all of so many questions.
pub(super) async fn people_counted(pool: &SqlitePool, app_id: &str, title: &str, questions: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select
            (select count(*) from (
                select user_id from media_rosters where app_id = ?1 and answer_title = ?2
                union select user_id from media indexed by media_on_board where app_id = ?1 and answer_title = ?2
            )) as "people!: i64",
            (select count(*) from (
                select user_id from media indexed by media_on_board
                where app_id = ?1 and answer_title = ?2 and state = 'stored' and review <> 'reject'
                group by user_id having count(distinct question_id) >= ?3
            )) as "complete!: i64""#,
        app_id,
        title,
        questions
    )
    .fetch_one(pool)
    .await?;
    Ok((row.people, if questions == 0 { 0 } else { row.complete }))
}

/// People of a title after a key, in the order of their ids: those on the list, and whoever sent something.
pub(super) async fn people(pool: &SqlitePool, wanted: &Narrow<'_>, after: &str, limit: i64) -> Result<Vec<Listed>, sqlx::Error> {
    let Narrow { app_id, title, open_of, standing } = *wanted;
    let (question, ranks) = standing.unzip();
    sqlx::query_as!(
        Listed,
        r#"select p.user_id as "user_id!: String", coalesce(r.name, '') as "name!: String", r.openid as "openid?",
               r.user_id is not null as "listed!: bool"
           from (
               select user_id from media_rosters where app_id = ?1 and answer_title = ?2 and user_id > ?3
               union select user_id from media indexed by media_on_board where app_id = ?1 and answer_title = ?2 and user_id > ?3
           ) p left join media_rosters r on r.app_id = ?1 and r.answer_title = ?2 and r.user_id = p.user_id
           where (?4 is null or (select count(distinct m.question_id) from media m indexed by media_on_board
                   where m.app_id = ?1 and m.answer_title = ?2 and m.user_id = p.user_id and m.state = 'stored' and m.review <> 'reject') < ?4)
             and (?5 is null or coalesce((select max(case
                   when m.state = 'stored' and m.review = 'pass' then 5 when m.state = 'stored' and m.review = 'none' then 4
                   when m.state in ('pending', 'downloading') then 3 when m.state = 'stored' then 2 else 1 end)
                   from media m indexed by media_on_board
                   where m.app_id = ?1 and m.answer_title = ?2 and m.user_id = p.user_id and m.question_id = ?5), 1)
                 in (select value from json_each(?6)))
           order by p.user_id limit ?7"#,
        app_id,
        title,
        after,
        open_of,
        question,
        ranks,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The best picture of a person for a question: one digit of rank, then its id.
pub(super) struct Best {
    pub user_id: String,
    pub question_id: String,
    pub best: String,
    pub thumb: bool,
    pub asked: bool,
}

/// The best pictures of people (a JSON list of their ids) of a title.
pub(super) async fn best(pool: &SqlitePool, app_id: &str, title: &str, people: &str) -> Result<Vec<Best>, sqlx::Error> {
    sqlx::query_as!(
        Best,
        r#"select b.user_id as "user_id!: String", b.question_id as "question_id!: String", b.best as "best!: String",
               exists (select 1 from media m join contents c on c.sha256 = m.sha256 where m.id = substr(b.best, 2) and c.thumb = 1) as "thumb!: bool",
               exists (select 1 from media_asks a where a.media_id = substr(b.best, 2) and a.replaced_at is null) as "asked!: bool"
           from (
               select user_id, question_id, max(case
                   when state = 'stored' and review = 'pass' then '5' when state = 'stored' and review = 'none' then '4'
                   when state in ('pending', 'downloading') then '3' when state = 'stored' then '2' else '1' end || id) as best
               from media indexed by media_on_board
               where app_id = ?1 and answer_title = ?2 and user_id in (select value from json_each(?3)) group by user_id, question_id
           ) b"#,
        app_id,
        title,
        people
    )
    .fetch_all(pool)
    .await
}

/// Titles that have a list of people or of questions, at most so many.
pub(super) async fn listed_titles(pool: &SqlitePool, app_id: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select answer_title as "answer_title!: String" from media_rosters where app_id = ?1
           union select answer_title from media_expected where app_id = ?1 order by 1 limit ?2"#,
        app_id,
        most
    )
    .fetch_all(pool)
    .await
}

/// What the list says of these people (a JSON list of their ids): id, openid, name.
pub(super) async fn listed(pool: &SqlitePool, app_id: &str, title: &str, people: &str) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"select user_id, name, openid, 1 as "listed!: bool" from media_rosters
           where app_id = ? and answer_title = ? and user_id in (select value from json_each(?))"#,
        app_id,
        title,
        people
    )
    .fetch_all(pool)
    .await
}

/// Takes a title's list away.
pub(super) async fn clear(c: &mut SqliteConnection, app_id: &str, title: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_rosters where app_id = ? and answer_title = ?", app_id, title).execute(c).await.map(|_| ())
}

/// Adds people, a JSON list of `[user_id, openid or null, name]`.
pub(super) async fn add(c: &mut SqliteConnection, app_id: &str, title: &str, people: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into media_rosters (app_id, answer_title, user_id, openid, name)
         select ?, ?, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') from json_each(?)",
        app_id,
        title,
        people
    )
    .execute(c)
    .await
    .map(|_| ())
}

/// Questions that a title's people are expected to answer.
pub(super) async fn expected(pool: &SqlitePool, app_id: &str, title: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select question_id as "question_id!: String" from media_expected where app_id = ? and answer_title = ?
           order by length(question_id), question_id"#,
        app_id,
        title
    )
    .fetch_all(pool)
    .await
}

/// Puts questions, a JSON list, in the place of those a title had.
pub(super) async fn expect(c: &mut SqliteConnection, app_id: &str, title: &str, questions: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from media_expected where app_id = ? and answer_title = ?", app_id, title).execute(&mut *c).await?;
    sqlx::query!(
        "insert into media_expected (app_id, answer_title, question_id) select ?, ?, value from json_each(?)",
        app_id,
        title,
        questions
    )
    .execute(c)
    .await
    .map(|_| ())
}
