//! SQL of second opinions.

use sqlx::{SqliteConnection, SqlitePool};

use crate::features::media::{
    opinion::{Count, Opinion, Side},
    review::{Review, Verdict},
};

/// A row of `second_opinions` with its picture.
struct Row {
    media_id: String,
    user_id: String,
    answer_title: String,
    question_id: String,
    thumb: i64,
    first_verdict: String,
    first_reason: Option<String>,
    first_reviewer: String,
    first_at: i64,
    verdict: String,
    reason: Option<String>,
    comment: Option<String>,
    reviewer: String,
    at: i64,
    apart: i64,
    decision: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
}

impl From<Row> for Opinion {
    fn from(row: Row) -> Self {
        // A CHECK keeps other words out.
        let verdict = |word: &str| Verdict::parse(word).unwrap_or(Verdict::Reject);
        let decided = row.decided_by.zip(row.decision.as_deref().map(verdict)).zip(row.decided_at);
        Self {
            picture: row.media_id,
            user_id: row.user_id,
            answer_title: row.answer_title,
            question_id: row.question_id,
            thumb: row.thumb == 1,
            first: Side {
                verdict: verdict(&row.first_verdict),
                reason: row.first_reason,
                comment: None,
                reviewer: row.first_reviewer,
                at: row.first_at,
            },
            second: Side { verdict: verdict(&row.verdict), reason: row.reason, comment: row.comment, reviewer: row.reviewer, at: row.at },
            apart: row.apart == 1,
            decided: decided.map(|((who, verdict), at)| (who, verdict, at)),
        }
    }
}

macro_rules! opinions {
    ($index:literal, $where:literal, $($arg:expr),+) => {
        sqlx::query_as!(
            Row,
            "select o.media_id, m.user_id, m.answer_title, m.question_id, coalesce(c.thumb, 0) as \"thumb!: i64\", o.first_verdict,
                o.first_reason, o.first_reviewer, o.first_at, o.verdict, o.reason, o.comment, o.reviewer, o.at, o.apart, o.decision,
                o.decided_by, o.decided_at
             from second_opinions o " + $index + " join media m on m.id = o.media_id left join contents c on c.sha256 = m.sha256 where "
                + $where,
            $($arg),+
        )
    };
}

/// The second opinion on a picture.
pub(super) async fn of<'c>(c: impl sqlx::SqliteExecutor<'c>, media_id: &str) -> Result<Option<Opinion>, sqlx::Error> {
    Ok(opinions!("", "o.media_id = ?", media_id).fetch_optional(c).await?.map(Opinion::from))
}

/// The disagreements that are open, the newest pictures first; those older than a picture, of a reviewer (on either side).
pub(super) async fn apart(
    pool: &SqlitePool,
    app_id: &str,
    before: &str,
    reviewer: Option<&str>,
    limit: i64,
) -> Result<Vec<Opinion>, sqlx::Error> {
    let rows = opinions!(
        "indexed by second_opinions_apart",
        "o.app_id = ?1 and o.apart = 1 and o.media_id < ?2 and (?3 is null or o.reviewer = ?3 or o.first_reviewer = ?3)
         order by o.media_id desc limit ?4",
        app_id,
        before,
        reviewer,
        limit
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(Opinion::from).collect())
}

/// The same of those that were decided.
pub(super) async fn decided(
    pool: &SqlitePool,
    app_id: &str,
    before: &str,
    reviewer: Option<&str>,
    limit: i64,
) -> Result<Vec<Opinion>, sqlx::Error> {
    let rows = opinions!(
        "indexed by second_opinions_decided",
        "o.app_id = ?1 and o.decided_at is not null and o.media_id < ?2 and (?3 is null or o.reviewer = ?3 or o.first_reviewer = ?3)
         order by o.media_id desc limit ?4",
        app_id,
        before,
        reviewer,
        limit
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(Opinion::from).collect())
}

/// Writes a second opinion down beside a judgement, in place of one before, if the picture still stands so. Whether it does.
pub(super) async fn put(c: &mut SqliteConnection, media_id: &str, first: &Review, second: &Side) -> Result<bool, sqlx::Error> {
    let (first_verdict, verdict, apart) = (first.verdict.word(), second.verdict.word(), i64::from(first.verdict != second.verdict));
    // Somebody else's is another opinion, and counted as one; one's own is only changed.
    sqlx::query!("delete from second_opinions where media_id = ? and reviewer <> ?", media_id, second.reviewer).execute(&mut *c).await?;
    let done = sqlx::query!(
        "insert into second_opinions (media_id, app_id, first_verdict, first_reason, first_reviewer, first_at, verdict, reason, comment,
            reviewer, at, apart)
         select id, app_id, review, review_reason, reviewer, reviewed_at, ?, ?, ?, ?, ?, ? from media
         where id = ? and state = 'stored' and review = ? and reviewed_at = ?
         on conflict (media_id) do update set first_verdict = excluded.first_verdict, first_reason = excluded.first_reason,
            first_reviewer = excluded.first_reviewer, first_at = excluded.first_at, verdict = excluded.verdict, reason = excluded.reason,
            comment = excluded.comment, at = excluded.at, apart = excluded.apart, decision = null, decided_by = null, decided_at = null",
        verdict,
        second.reason,
        second.comment,
        second.reviewer,
        second.at,
        apart,
        media_id,
        first_verdict,
        first.at
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// Writes down what somebody decided, if the two stand as they were seen. Whether they do.
pub(super) async fn decide(
    c: &mut SqliteConnection,
    media_id: &str,
    (first_at, at): (i64, i64),
    decision: Verdict,
    who: &str,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let decision = decision.word();
    let done = sqlx::query!(
        "update second_opinions set apart = 0, decision = ?, decided_by = ?, decided_at = ?
         where media_id = ? and apart = 1 and first_at = ? and at = ?",
        decision,
        who,
        now,
        media_id,
        first_at,
        at
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

/// What each reviewer did since a day, the busiest first.
pub(super) async fn counts(pool: &SqlitePool, app_id: &str, day: i64, most: i64) -> Result<Vec<Count>, sqlx::Error> {
    sqlx::query_as!(
        Count,
        r#"select reviewer, sum(passed) as "passed!: i64", sum(rejected) as "rejected!: i64", sum(seconds) as "seconds!: i64",
               sum(differed) as "differed!: i64", sum(overturned) as "overturned!: i64"
           from reviewer_days where app_id = ? and day >= ? group by reviewer
           order by sum(passed) + sum(rejected) + sum(seconds) desc, reviewer limit ?"#,
        app_id,
        day,
        most
    )
    .fetch_all(pool)
    .await
}

/// The newest judged picture older than one that nobody has given, or asked for, a second opinion on and that somebody else has judged.
pub(super) async fn next(pool: &SqlitePool, app_id: &str, before: &str, reviewer: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select m.id as "id!: String" from media m indexed by media_judged
         where m.app_id = ? and m.state = 'stored' and m.review <> 'none' and m.id < ? and m.reviewer <> ?
             and not exists (select 1 from second_opinions o where o.media_id = m.id)
             and not exists (select 1 from opinion_requests q where q.media_id = m.id)
         order by m.id desc limit 1"#,
        app_id,
        before,
        reviewer
    )
    .fetch_optional(pool)
    .await
}
