//! SQL of the search among pictures: it looks for names (each is kept once, `media_names`), whose runs the list is then merged from.

use serde_json::json;
use sqlx::SqlitePool;

use crate::features::media::model::Filter;

/// So many parts of names are looked at.
const LOOKED_AT: i64 = 2000;
/// Parts of what is searched for that are compared to find the rarest.
const PARTS: usize = 12;

/// What pictures that are searched for are called.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub users: Vec<String>,
    pub titles: Vec<String>,
    pub questions: Vec<String>,
}

struct Name {
    field: String,
    name: String,
}

macro_rules! named {
    ($f:expr, $q:expr, $part:expr, $beyond:expr, $titled:expr, $asked:expr, $most:expr) => {
        sqlx::query_as!(
            Name,
            r#"with looked (id) as (select name_id from media_name_parts where part >= ?1 and part < ?2 limit ?8)
               select distinct n.field as "field!: String", n.name as "name!: String" from looked p cross join media_names n on n.id = p.id
               where n.app_id = ?3 and instr(lower(n.name), ?4) > 0 and not (?5 and n.field = 'title') and not (?6 and n.field = 'question')
               limit ?7"#,
            $part,
            $beyond,
            $f.app_id,
            $q,
            $titled,
            $asked,
            $most,
            LOOKED_AT
        )
    };
}

macro_rules! parts_of {
    ($part:expr, $beyond:expr) => {
        sqlx::query_scalar!(
            r#"select count(*) as "count!: i64" from (select 1 from media_name_parts where part >= ?1 and part < ?2 limit ?3)"#,
            $part,
            $beyond,
            LOOKED_AT
        )
    };
}

/// The names that hold `q` (in lower case), but for titles and questions where a filter has one; `None` if there are more than `most`, or
/// too many to look at.
pub(super) async fn names(pool: &SqlitePool, f: &Filter, q: &str, most: usize) -> Result<Option<Names>, sqlx::Error> {
    let part = rarest(pool, q).await?;
    let (beyond, limit) = (format!("{part}\u{10ffff}"), i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1));
    let (titled, asked) = (f.answer_title.is_some(), f.question_id.is_some());
    let found = named!(f, q, part, beyond, titled, asked, limit).fetch_all(pool).await?;
    if found.len() > most || parts_of!(part, beyond).fetch_one(pool).await? >= LOOKED_AT {
        return Ok(None);
    }
    let mut names = Names::default();
    for Name { field, name } in found {
        match field.as_str() {
            "user" => names.users.push(name),
            "title" => names.titles.push(name),
            _ => names.questions.push(name),
        }
    }
    Ok(Some(names))
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

#[cfg(test)]
mod tests;
