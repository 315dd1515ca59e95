//! SQL of the pictures. Ids sort by time, so a span of time is a span of ids. How lists are found says `finding.rs`.

use serde_json::json;
use sqlx::{SqliteConnection, SqlitePool};

pub(super) use super::finding::counted;
use super::{bin, finding, runs_store::Way};
use crate::features::media::{
    model::{Content, Filter, Kind, Picture, State},
    review::{Review, Verdict},
};

/// A row of `media` with its content beside it; also as it is noted for webhooks, where the hash is hex.
#[derive(serde::Deserialize)]
pub(super) struct Row {
    pub id: String,
    pub app_id: String,
    pub media_id: String,
    pub user_id: String,
    pub answer_title: String,
    pub question_id: String,
    pub state: String,
    pub kind: Option<String>,
    pub file_name: Option<String>,
    #[serde(deserialize_with = "from_hex")]
    pub sha256: Option<Vec<u8>>,
    pub attempts: i64,
    pub doubts: i64,
    pub next_attempt_at: i64,
    pub errcode: Option<i64>,
    pub errmsg: Option<String>,
    pub reason: Option<String>,
    pub created_at: i64,
    pub stored_at: Option<i64>,
    pub expires_at: i64,
    pub bytes: Option<i64>,
    pub content_type: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub thumb: Option<i64>,
    pub review: String,
    pub review_reason: Option<String>,
    pub review_comment: Option<String>,
    pub reviewer: Option<String>,
    pub reviewed_at: Option<i64>,
}

fn from_hex<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text: Option<String> = serde::Deserialize::deserialize(deserializer)?;
    text.map(hex::decode).transpose().map_err(serde::de::Error::custom)
}

/// How a row was judged.
fn review(row: &Row) -> Option<Review> {
    let (verdict, reviewer, at) = (Verdict::parse(&row.review)?, row.reviewer.clone()?, row.reviewed_at?);
    Some(Review { verdict, reason: row.review_reason.clone(), comment: row.review_comment.clone(), reviewer, at })
}

impl From<Row> for Picture {
    fn from(row: Row) -> Self {
        let review = review(&row);
        let content = match (row.sha256, row.bytes, row.content_type) {
            (Some(sha256), Some(bytes), Some(content_type)) => Some(Content {
                sha256: hex::encode(sha256),
                bytes,
                content_type,
                width: row.width,
                height: row.height,
                thumb: row.thumb == Some(1),
            }),
            _ => None,
        };
        Self {
            id: row.id,
            account: row.app_id,
            media_id: row.media_id,
            user_id: row.user_id,
            answer_title: row.answer_title,
            question_id: row.question_id,
            // A CHECK keeps other words out.
            state: State::parse(&row.state).unwrap_or(State::Pending),
            kind: row.kind.as_deref().and_then(Kind::parse),
            file_name: row.file_name,
            content,
            attempts: row.attempts,
            doubts: row.doubts,
            next_attempt_at: row.next_attempt_at,
            errcode: row.errcode,
            errmsg: row.errmsg,
            reason: row.reason,
            created_at: row.created_at,
            stored_at: row.stored_at,
            expires_at: row.expires_at,
            deleted_at: None,
            review,
        }
    }
}

/// The first and the last id that a moment (Unix milliseconds) can have; the last one is of the millisecond before.
pub(super) fn bound(millis: i64) -> String {
    format!("{:012x}{:020}", millis.clamp(0, (1 << 48) - 1), 0)
}

/// The moment (Unix milliseconds) of an id.
pub(super) fn moment(id: &str) -> Option<i64> {
    i64::from_str_radix(id.get(..12)?, 16).ok()
}

/// Ids from (inside) and to (outside) between which a list looks.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub low: String,
    pub high: String,
}

impl Span {
    /// The ids of a filter's span of time.
    pub fn of(filter: &Filter) -> Self {
        Self { low: bound(filter.from.unwrap_or(0)), high: filter.to.map_or_else(|| "g".into(), |to| bound(to.saturating_add(1))) }
    }

    /// Only what is older than an id.
    pub fn before(self, id: Option<&str>) -> Self {
        let high = id.map(str::to_owned).filter(|id| *id < self.high).unwrap_or(self.high);
        Self { high, ..self }
    }

    /// Only this id.
    pub fn only(self, id: &str) -> Self {
        if *id < *self.low || *id >= *self.high {
            Self { low: "g".into(), high: "g".into() }
        } else {
            Self { low: id.into(), high: format!("{id}0") }
        }
    }

    /// Only what is newer than an id.
    pub fn after(self, id: &str) -> Self {
        let low = format!("{id}0");
        Self { low: if low > self.low { low } else { self.low }, ..self }
    }
}

/// Filtered pictures within a span of ids, newest first.
pub(super) async fn list(pool: &SqlitePool, f: &Filter, span: &Span, limit: i64) -> Result<Vec<Picture>, sqlx::Error> {
    among(pool, &json!(finding::find_all(pool, f, span, Way::Down, limit).await?).to_string()).await
}

/// Filtered pictures within a span of ids, oldest first.
pub(super) async fn list_up(pool: &SqlitePool, f: &Filter, span: &Span, limit: i64) -> Result<Vec<Picture>, sqlx::Error> {
    let mut found = among(pool, &json!(finding::find_all(pool, f, span, Way::Up, limit).await?).to_string()).await?;
    found.reverse();
    Ok(found)
}

/// The newest filtered pictures within a span of ids that are found by a look at so many as a page may cost; fewer than `limit` may be
/// found before the look ended, at the id beside them.
pub(super) async fn look(pool: &SqlitePool, f: &Filter, span: &Span, limit: i64) -> Result<(Vec<Picture>, Option<String>), sqlx::Error> {
    let found = finding::find(pool, f, (span, Way::Down), limit, finding::BUDGET).await?;
    Ok((among(pool, &json!(found.ids).to_string()).await?, found.looked))
}

macro_rules! one {
    ($where:literal, $($arg:expr),+) => {
        sqlx::query_as!(
            Row,
            "select m.id, m.app_id, m.media_id, m.user_id, m.answer_title, m.question_id, m.state, m.kind, m.file_name, m.sha256, m.attempts,
                m.doubts, m.next_attempt_at, m.errcode, m.errmsg, m.reason, m.created_at, m.stored_at, m.expires_at,
                c.bytes as \"bytes?\", c.content_type as \"content_type?\", c.width, c.height, c.thumb as \"thumb?\",
                m.review, m.review_reason, m.review_comment, m.reviewer, m.reviewed_at
             from media m left join contents c on c.sha256 = m.sha256 where " + $where,
            $($arg),+
        )
    };
}

/// One picture.
pub(super) async fn get(pool: &SqlitePool, id: &str) -> Result<Option<Picture>, sqlx::Error> {
    Ok(one!("m.id = ?", id).fetch_optional(pool).await?.map(Picture::from))
}

/// These pictures (a JSON list of ids), newest first; what is not there is left out.
pub(super) async fn among(pool: &SqlitePool, ids: &str) -> Result<Vec<Picture>, sqlx::Error> {
    let rows = one!("m.id in (select value from json_each(?)) order by m.id desc", ids).fetch_all(pool).await?;
    Ok(rows.into_iter().map(Picture::from).collect())
}

/// One picture by WeChat's id, also one that lies in the bin, inside a unit of writing.
pub(super) async fn by_media_id(c: &mut SqliteConnection, app_id: &str, media_id: &str) -> Result<Option<Picture>, sqlx::Error> {
    match one!("m.app_id = ? and m.media_id = ?", app_id, media_id).fetch_optional(&mut *c).await? {
        Some(row) => Ok(Some(row.into())),
        None => bin::store::by_media_id(c, app_id, media_id).await,
    }
}

/// The picture that is due first.
pub(super) async fn due(pool: &SqlitePool, now: i64) -> Result<Option<Picture>, sqlx::Error> {
    let row = one!("m.state in ('pending', 'downloading') and m.next_attempt_at <= ? order by m.next_attempt_at limit 1", now);
    Ok(row.fetch_optional(pool).await?.map(Picture::from))
}

/// When the next picture is due.
pub(super) async fn next_due(pool: &SqlitePool) -> Result<Option<i64>, sqlx::Error> {
    let least =
        sqlx::query_scalar!("select next_attempt_at from media where state in ('pending', 'downloading') order by next_attempt_at limit 1");
    least.fetch_optional(pool).await
}

/// Files a picture as it stands, unless this account has filed the media id before and may have it in the bin. Whether it was new.
pub(super) async fn file(c: &mut SqliteConnection, new: &Picture, actor: &str) -> Result<bool, sqlx::Error> {
    let (state, kind) = (new.state.word(), new.kind.map(Kind::word));
    let sha256 = new.content.as_ref().and_then(|content| hex::decode(&content.sha256).ok());
    let done = sqlx::query!(
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, kind, file_name, sha256, attempts,
            next_attempt_at, errcode, errmsg, reason, actor, created_at, stored_at, expires_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
         where not exists (select 1 from media_bin where app_id = ?2 and media_id = ?3) on conflict (app_id, media_id) do nothing",
        new.id,
        new.account,
        new.media_id,
        new.user_id,
        new.answer_title,
        new.question_id,
        state,
        kind,
        new.file_name,
        sha256,
        new.attempts,
        new.next_attempt_at,
        new.errcode,
        new.errmsg,
        new.reason,
        actor,
        new.created_at,
        new.stored_at,
        new.expires_at
    );
    Ok(done.execute(c).await?.rows_affected() == 1)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
