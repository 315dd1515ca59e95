//! SQL of the board. The key of everything is account, title, person. What a title sums up to is kept by triggers (`board_*`); the pictures
//! of a page's people are read off the index `media_on_board`, which holds all that is asked for.

use sqlx::{SqliteConnection, SqlitePool};

use super::{Listed, Narrow};

/// How people stand with a question.
pub(super) struct Tally {
    pub question_id: String,
    pub here: i64,
    pub coming: i64,
    pub rejected: i64,
}

/// Every question that anybody has sent something for.
pub(super) async fn tallies(pool: &SqlitePool, app_id: &str, title: &str) -> Result<Vec<Tally>, sqlx::Error> {
    sqlx::query_as!(
        Tally,
        "select question_id, here, coming, rejected from board_columns where app_id = ? and answer_title = ?
         order by length(question_id), question_id",
        app_id,
        title
    )
    .fetch_all(pool)
    .await
}

/// People of a title: all, and those who sent all of so many questions.
pub(super) async fn people_counted(pool: &SqlitePool, app_id: &str, title: &str, questions: i64) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select coalesce(sum(people), 0) as "people!: i64", coalesce(sum(iif(here >= ?3, people, 0)), 0) as "complete!: i64"
           from board_progress where app_id = ?1 and answer_title = ?2"#,
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
               p.listed as "listed!: bool"
           from board_people p
           left join media_rosters r on r.app_id = p.app_id and r.answer_title = p.answer_title and r.user_id = p.user_id
           where p.app_id = ?1 and p.answer_title = ?2 and p.user_id > ?3 and (?4 is null or p.here < ?4)
             and (?5 is null or coalesce((select case
                   when c.passed > 0 then 5 when c.waiting > 0 then 4 when c.coming > 0 then 3 when c.rejected > 0 then 2 else 1 end
                   from board_cells c
                   where c.app_id = ?1 and c.answer_title = ?2 and c.user_id = p.user_id and c.question_id = ?5), 1)
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
               exists (select 1 from media_asks a where a.media_id = substr(b.best, 2) and a.replaced_at is null
                   and a.taken_back_at is null) as "asked!: bool"
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

/// Titles that have pictures, a list of people or one of questions, at most so many.
pub(super) async fn listed_titles(pool: &SqlitePool, app_id: &str, most: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select answer_title as "answer_title!: String" from media_rosters where app_id = ?1
           union select answer_title from media_expected where app_id = ?1
           union select answer_title from board_columns where app_id = ?1 order by 1 limit ?2"#,
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
