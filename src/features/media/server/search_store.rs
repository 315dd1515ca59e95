//! SQL of the search among pictures. It looks for names first (each is kept once, `media_names`) and then merges the pictures of those it
//! found by their indexes, newest or oldest first: however many pictures there are, only those of the page are read.

use serde_json::json;
use sqlx::SqlitePool;

use super::store::Span;
use crate::features::media::{
    model::{Filter, Kind, State},
    review::Judged,
};

/// So many names are merged in any case; a seek for each.
const FEW: usize = 300;
/// More are never merged.
const MANY: usize = 2000;
/// With other filters beside it, names are merged while they have no more pictures than these: each may have to be looked at.
const FEW_USES: i64 = 2000;
/// A step of a walk through pictures costs so much less than a name.
const CHEAPER: i64 = 5;
/// Parts of what is searched for that are compared to find the rarest.
const PARTS: usize = 12;

struct Name {
    id: i64,
    uses: i64,
}

/// The names (ids as a JSON list) whose pictures are those searched for; `None` if nothing is or a walk through the list finds them sooner.
pub(super) async fn names(pool: &SqlitePool, f: &Filter) -> Result<Option<String>, sqlx::Error> {
    let Some(q) = f.q.as_ref().map(|q| q.to_ascii_lowercase()).filter(|_| f.user_id.is_none()) else { return Ok(None) };
    let part = rarest(pool, &q).await?;
    let found = named(pool, f, &q, &part).await?;
    let uses: i64 = found.iter().map(|name| name.uses).sum();
    let merged = if narrowed(f) {
        uses <= FEW_USES
    } else if found.len() <= FEW {
        true
    } else {
        let filed = sqlx::query_scalar!("select filed from media_totals where app_id = ?", f.app_id).fetch_optional(pool).await?;
        found.len() <= MANY && i64::try_from(found.len()).unwrap_or(i64::MAX).saturating_mul(uses) < CHEAPER * filed.unwrap_or(0)
    };
    Ok(merged.then(|| json!(found.iter().map(|name| name.id).collect::<Vec<_>>()).to_string()))
}

/// Whether other filters leave few pictures of many.
fn narrowed(f: &Filter) -> bool {
    f.answer_title.is_some()
        || f.question_id.is_some()
        || f.review.is_some()
        || f.state.is_some_and(|state| state != State::Stored)
        || f.kind.is_some_and(|kind| kind != Kind::Image)
}

/// Where to look for `q`: its rarest three characters, or itself if it is no longer.
async fn rarest(pool: &SqlitePool, q: &str) -> Result<String, sqlx::Error> {
    let letters: Vec<char> = q.chars().collect();
    let parts: Vec<String> = letters.windows(3).map(|three| three.iter().collect()).collect();
    let parts: Vec<&String> = parts.iter().step_by(parts.len().div_ceil(PARTS).max(1)).collect();
    if parts.len() < 2 {
        return Ok(parts.first().map_or_else(|| q.to_owned(), |part| part.to_string()));
    }
    let parts = json!(parts).to_string();
    let rarest = sqlx::query_scalar!(
        r#"select j.value || '' as "part!: String" from json_each(?) j
           order by (select count(*) from (select 1 from media_name_parts where part = j.value limit 1000)) limit 1"#,
        parts
    );
    rarest.fetch_one(pool).await
}

macro_rules! named {
    ($f:expr, $q:expr, $part:expr, $beyond:expr, $most:expr) => {
        sqlx::query_as!(
            Name,
            r#"select distinct n.id as "id!: i64", n.uses as "uses!: i64" from media_name_parts p cross join media_names n on n.id = p.name_id
               where p.part >= ?1 and p.part < ?2 and n.app_id = ?3 and instr(lower(n.name), ?4) > 0
                  and (?5 is null or n.field <> 'title' or n.name = ?5) and (?6 is null or n.field <> 'question' or n.name = ?6) limit ?7"#,
            $part,
            $beyond,
            $f.app_id,
            $q,
            $f.answer_title,
            $f.question_id,
            $most
        )
    };
}

/// Names of an account that hold `q`, found by a part of it; one more than [`MANY`] at most.
async fn named(pool: &SqlitePool, f: &Filter, q: &str, part: &str) -> Result<Vec<Name>, sqlx::Error> {
    let (beyond, most) = (format!("{part}\u{10ffff}"), i64::try_from(MANY).unwrap_or(i64::MAX) + 1);
    named!(f, q, part, beyond, most).fetch_all(pool).await
}

/// Hands a statement on with what it is narrowed by; the filters are those of the lists.
macro_rules! of_names {
    ($then:ident($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr $(, $how:literal)*) => {
        of_names!(@with $then, ($($extra)*), $f, $names, $span, $limit,
            " and (?5 is null or m.answer_title = ?5) and (?6 is null or m.question_id = ?6) and (?7 is null or m.state = ?7)
              and (?8 is null or m.review = ?8) and (?9 is null or m.kind = ?9) " $(, $how)*)
    };
    // Each name gives its first picture; the foremost of all is taken and followed by the next of its name, as often as one is wanted.
    (@with $then:ident, ($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr, $rest:literal, $order:literal, $beyond:literal,
        $queue:literal) => {
        of_names!(@bound $then, ($($extra)*), $f, $names, $span, $limit, "with recursive found (id, field, name) as (
            select case n.field
                when 'user' then (select m.id from media m indexed by media_by_user where m.app_id = ?1 and m.user_id = n.name
                    and m.id >= ?2 and m.id < ?3" + $rest + $order + ") "
                + "when 'title' then (select m.id from media m indexed by media_by_title where m.app_id = ?1 and m.answer_title = n.name
                    and m.id >= ?2 and m.id < ?3" + $rest + $order + ") "
                + "else (select m.id from media m indexed by media_by_question where m.app_id = ?1 and m.question_id = n.name
                    and m.id >= ?2 and m.id < ?3" + $rest + $order + ") end, n.field, n.name
            from json_each(?4) j cross join media_names n on n.id = j.value
            union all
            select case f.field
                when 'user' then (select m.id from media m indexed by media_by_user where m.app_id = ?1 and m.user_id = f.name and "
                    + $beyond + $rest + $order + ") "
                + "when 'title' then (select m.id from media m indexed by media_by_title where m.app_id = ?1 and m.answer_title = f.name and "
                    + $beyond + $rest + $order + ") "
                + "else (select m.id from media m indexed by media_by_question where m.app_id = ?1 and m.question_id = f.name and "
                    + $beyond + $rest + $order + ") end, f.field, f.name
            from found f where f.id is not null " + $queue + ")"
            + " select distinct id as \"id!: String\" from found where id is not null limit ?10")
    };
    (@with $then:ident, ($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr, $rest:literal) => {
        of_names!(@bound $then, ($($extra)*), $f, $names, $span, $limit, "select count(*) as \"count!: i64\" from (
            select * from (select m.id from json_each(?4) j cross join media_names n on n.id = j.value and n.field = 'user'
                cross join media m indexed by media_by_user where m.app_id = ?1 and m.user_id = n.name and m.id >= ?2 and m.id < ?3"
                + $rest + " limit ?10) "
            + "union select * from (select m.id from json_each(?4) j cross join media_names n on n.id = j.value and n.field = 'title'
                cross join media m indexed by media_by_title where m.app_id = ?1 and m.answer_title = n.name and m.id >= ?2 and m.id < ?3"
                + $rest + " limit ?10) "
            + "union select * from (select m.id from json_each(?4) j cross join media_names n on n.id = j.value and n.field = 'question'
                cross join media m indexed by media_by_question where m.app_id = ?1 and m.question_id = n.name and m.id >= ?2 and m.id < ?3"
                + $rest + " limit ?10) limit ?10)")
    };
    (@bound $then:ident, ($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr, $($sql:tt)*) => {{
        let state = if $f.review == Some(Judged::Unreviewed) { $f.state.or(Some(State::Stored)) } else { $f.state }.map(State::word);
        let (review, kind) = ($f.review.map(Judged::kept), $f.kind.map(Kind::word));
        $then!(
            sqlx::query_scalar!(
                $($sql)*,
                $f.app_id, $span.low, $span.high, $names, $f.answer_title, $f.question_id, state, review, kind, $limit
            ),
            $($extra)*
        )
    }};
}

macro_rules! down {
    ($then:ident($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr) => {
        of_names!($then($($extra)*), $f, $names, $span, $limit,
            "order by m.id desc limit 1", "m.id >= ?2 and m.id < f.id", "order by 1 desc")
    };
}

macro_rules! up {
    ($then:ident($($extra:tt)*), $f:expr, $names:expr, $span:expr, $limit:expr) => {
        of_names!($then($($extra)*), $f, $names, $span, $limit,
            "order by m.id limit 1", "m.id > f.id and m.id < ?3", "order by 1")
    };
}

macro_rules! all_of {
    ($query:expr, $pool:expr) => {
        $query.fetch_all($pool).await
    };
}

macro_rules! one_of {
    ($query:expr, $pool:expr) => {
        $query.fetch_one($pool).await
    };
}

/// Ids of filtered pictures of names within a span, as a JSON list: the newest.
pub(super) async fn newest(pool: &SqlitePool, f: &Filter, names: &str, span: &Span, limit: i64) -> Result<String, sqlx::Error> {
    down!(all_of(pool), f, names, span, limit).map(|ids| json!(ids).to_string())
}

/// The same: the oldest.
pub(super) async fn oldest(pool: &SqlitePool, f: &Filter, names: &str, span: &Span, limit: i64) -> Result<String, sqlx::Error> {
    up!(all_of(pool), f, names, span, limit).map(|ids| json!(ids).to_string())
}

/// How many filtered pictures of names a span has; no more than `limit` are counted.
pub(super) async fn counted(pool: &SqlitePool, f: &Filter, names: &str, span: &Span, limit: i64) -> Result<i64, sqlx::Error> {
    of_names!(one_of(pool), f, names, span, limit)
}

#[cfg(test)]
mod tests;
