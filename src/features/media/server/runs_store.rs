//! SQL of runs: pictures of an index that stand in it one after the other in the order of time. A list is merged from the runs of what it
//! shows (`finding.rs`), so only the pictures of its page are read, however many others there are.

use serde_json::json;
use sqlx::SqlitePool;

use super::{facets::Mask, store::Span};

/// Which index, by what is equal within a run. Where a name and a facet stand side by side, a run is of one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Index {
    /// Nothing but the account.
    Account,
    /// The sender.
    User,
    /// The title.
    Title,
    /// The question.
    Question,
    /// How it stands.
    Facet,
    /// Sender and how it stands.
    UserFacet,
    /// Title and how it stands.
    TitleFacet,
    /// Question and how it stands.
    QuestionFacet,
    /// Titles for one question, and how it stands.
    TitlesFacet,
    /// Questions for one title, and how it stands.
    QuestionsFacet,
    /// Senders for one title.
    UsersTitle,
    /// Senders for one question.
    UsersQuestion,
}

impl Index {
    /// Whether its runs are told apart by how pictures stand.
    pub const fn faceted(self) -> bool {
        !matches!(self, Self::Account | Self::User | Self::Title | Self::Question | Self::UsersTitle | Self::UsersQuestion)
    }
}

/// Runs of one index.
#[derive(Clone, Debug)]
pub(super) struct Runs {
    pub app_id: String,
    pub index: Index,
    /// Names of the runs; a single empty one where an index has none.
    pub names: Vec<String>,
    /// The title or question that is the same in all.
    pub with: String,
    /// How they stand; a single zero where the index does not tell.
    pub facets: Vec<i64>,
}

/// What leaves some pictures of a run out.
#[derive(Clone, Debug, Default)]
pub(super) struct Thin {
    pub title: Option<String>,
    pub question: Option<String>,
    pub mask: Mask,
    /// In lower case.
    pub q: Option<String>,
}

/// Which way a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Newest first.
    Down,
    /// Oldest first.
    Up,
}

/// Does something with the statement of an index. The index is named, because without statistics SQLite takes the narrowest one.
macro_rules! by_index {
    ($index:expr, $do:ident($($extra:tt)*), $statement:ident($($arg:tt)*)) => {
        match $index {
            Index::Account => $do!($statement!("media_of_account", "'' = ", " and 0 = ", $($arg)*), $($extra)*),
            Index::User => $do!($statement!("media_by_user", "m.user_id = ", " and 0 = ", $($arg)*), $($extra)*),
            Index::Title => $do!($statement!("media_by_title", "m.answer_title = ", " and 0 = ", $($arg)*), $($extra)*),
            Index::Question => $do!($statement!("media_by_question", "m.question_id = ", " and 0 = ", $($arg)*), $($extra)*),
            Index::Facet => $do!($statement!("media_facet", "'' = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::UserFacet => $do!($statement!("media_user_facet", "m.user_id = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::TitleFacet => $do!($statement!("media_title_facet", "m.answer_title = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::QuestionFacet => $do!($statement!("media_question_facet", "m.question_id = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::TitlesFacet => $do!(
                $statement!("media_title_question_facet", "m.question_id = ?5 and m.answer_title = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::QuestionsFacet => $do!(
                $statement!("media_title_question_facet", "m.answer_title = ?5 and m.question_id = ", " and m.facet = ", $($arg)*), $($extra)*),
            Index::UsersTitle => $do!(
                $statement!("media_user_title", "m.answer_title = ?5 and m.user_id = ", " and 0 = ", $($arg)*), $($extra)*),
            Index::UsersQuestion => $do!(
                $statement!("media_user_question", "m.question_id = ?5 and m.user_id = ", " and 0 = ", $($arg)*), $($extra)*),
        }
    };
}

// Each run gives its first picture; the foremost of all is taken and followed by the next of its run, as often as one is wanted.
macro_rules! merged {
    ($index:literal, $name:literal, $facet:literal, $runs:expr, $span:expr, $names:expr, $facets:expr, $limit:expr,
        $order:literal, $beyond:literal, $queue:literal) => {
        sqlx::query_scalar!(
            "with recursive found (id, name, facet) as (
                select (select m.id from media m indexed by "
                + $index
                + " where m.app_id = ?1 and "
                + $name
                + "n.value"
                + $facet
                + "s.value
                    and m.id >= ?2 and m.id < ?3 order by "
                + $order
                + " limit 1), n.value, s.value
                from json_each(?4) n cross join json_each(?6) s
                union all
                select (select m.id from media m indexed by "
                + $index
                + " where m.app_id = ?1 and "
                + $name
                + "f.name"
                + $facet
                + "f.facet
                    and "
                + $beyond
                + " order by "
                + $order
                + " limit 1), f.name, f.facet
                from found f where f.id is not null order by "
                + $queue
                + ")
            select id as \"id!: String\" from found where id is not null limit ?7",
            $runs.app_id,
            $span.low,
            $span.high,
            $names,
            $runs.with,
            $facets,
            $limit
        )
    };
}

macro_rules! down {
    ($index:literal, $name:literal, $facet:literal, $($arg:tt)*) => {
        merged!($index, $name, $facet, $($arg)*, "m.id desc", "m.id >= ?2 and m.id < f.id", "1 desc")
    };
}

macro_rules! up {
    ($index:literal, $name:literal, $facet:literal, $($arg:tt)*) => {
        merged!($index, $name, $facet, $($arg)*, "m.id", "m.id > f.id and m.id < ?3", "1")
    };
}

macro_rules! count {
    ($index:literal, $name:literal, $facet:literal, $runs:expr, $span:expr, $names:expr, $facets:expr, $limit:expr) => {
        sqlx::query_scalar!(
            "select count(*) as \"count!: i64\" from (select 1 from json_each(?4) n cross join json_each(?6) s
                cross join media m indexed by "
                + $index
                + " where m.app_id = ?1 and "
                + $name
                + "n.value"
                + $facet
                + "s.value
                and m.id >= ?2 and m.id < ?3 limit ?7)",
            $runs.app_id,
            $span.low,
            $span.high,
            $names,
            $runs.with,
            $facets,
            $limit
        )
    };
}

struct Seen {
    id: String,
    hit: bool,
}

// The pictures of one run that are not left out, of so many at most that are looked at; the last of these if there may be more.
macro_rules! walked {
    ($index:literal, $name:literal, $facet:literal, $runs:expr, $run:expr, $span:expr, $thin:expr, $budget:expr, $limit:expr,
        $order:literal, $last:literal) => {
        sqlx::query_as!(
            Seen,
            "with looked as materialized (select m.id, (?8 is null or m.answer_title = ?8) and (?9 is null or m.question_id = ?9)
                and (?10 = 0 or (m.facet & ?10) = ?11) and (?12 is null or instr(lower(m.user_id), ?12) > 0
                or instr(lower(m.answer_title), ?12) > 0 or instr(lower(m.question_id), ?12) > 0) as hit
                from media m indexed by "
                + $index
                + " where m.app_id = ?1 and "
                + $name
                + "?4"
                + $facet
                + "?6
                and m.id >= ?2 and m.id < ?3 order by "
                + $order
                + " limit ?7)
            select id as \"id!: String\", 1 as \"hit!: bool\" from (select l.id from looked l where l.hit limit ?13)
            union all select "
                + $last
                + ", 0 from looked having count(*) >= ?7",
            $runs.app_id,
            $span.low,
            $span.high,
            $run.0,
            $runs.with,
            $run.1,
            $budget,
            $thin.title,
            $thin.question,
            $thin.mask.mask,
            $thin.mask.bits,
            $thin.q,
            $limit
        )
    };
}

macro_rules! walked_down {
    ($index:literal, $name:literal, $facet:literal, $($arg:tt)*) => {
        walked!($index, $name, $facet, $($arg)*, "m.id desc", "min(id)")
    };
}

macro_rules! walked_up {
    ($index:literal, $name:literal, $facet:literal, $($arg:tt)*) => {
        walked!($index, $name, $facet, $($arg)*, "m.id", "max(id)")
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

/// The first pictures of runs within a span, in the order of a way. No picture may be in two of them.
pub(super) async fn first(pool: &SqlitePool, runs: &Runs, span: &Span, way: Way, limit: i64) -> Result<Vec<String>, sqlx::Error> {
    let (names, facets) = (json!(runs.names).to_string(), json!(runs.facets).to_string());
    match way {
        Way::Down => by_index!(runs.index, all_of(pool), down(runs, span, names, facets, limit)),
        Way::Up => by_index!(runs.index, all_of(pool), up(runs, span, names, facets, limit)),
    }
}

/// How many pictures of runs a span has; no more than `limit` are counted.
pub(super) async fn counted(pool: &SqlitePool, runs: &Runs, span: &Span, limit: i64) -> Result<i64, sqlx::Error> {
    let (names, facets) = (json!(runs.names).to_string(), json!(runs.facets).to_string());
    by_index!(runs.index, one_of(pool), count(runs, span, names, facets, limit))
}

/// One run, by name and facet.
pub(super) type Run<'r> = (&'r str, i64);

/// Looks at no more than `budget` pictures of a run: those that are not left out, and where it stopped if there may be more.
pub(super) async fn walk(
    pool: &SqlitePool,
    (runs, run): (&Runs, Run<'_>),
    (span, way): (&Span, Way),
    thin: &Thin,
    (budget, limit): (i64, i64),
) -> Result<(Vec<String>, Option<String>), sqlx::Error> {
    let seen = match way {
        Way::Down => by_index!(runs.index, all_of(pool), walked_down(runs, run, span, thin, budget, limit)),
        Way::Up => by_index!(runs.index, all_of(pool), walked_up(runs, run, span, thin, budget, limit)),
    }?;
    let (hits, last): (Vec<Seen>, Vec<Seen>) = seen.into_iter().partition(|seen| seen.hit);
    Ok((hits.into_iter().map(|seen| seen.id).collect(), last.into_iter().next().map(|seen| seen.id)))
}

macro_rules! kept {
    ($ids:expr, $thin:expr) => {
        sqlx::query_scalar!(
            "select m.id as \"id!: String\" from json_each(?1) j cross join media m on m.id = j.value
             where (?2 is null or m.answer_title = ?2) and (?3 is null or m.question_id = ?3) and (?4 = 0 or (m.facet & ?4) = ?5)",
            $ids,
            $thin.title,
            $thin.question,
            $thin.mask.mask,
            $thin.mask.bits
        )
    };
}

/// Those of some pictures that are not left out; nothing is searched for.
pub(super) async fn kept(pool: &SqlitePool, ids: &[String], thin: &Thin) -> Result<Vec<String>, sqlx::Error> {
    let ids = json!(ids).to_string();
    kept!(ids, thin).fetch_all(pool).await
}

macro_rules! facets {
    ($app_id:expr) => {
        sqlx::query_scalar!(
            "with recursive found (facet) as (
                select (select m.facet from media m indexed by media_facet where m.app_id = ?1 order by m.facet limit 1)
                union all
                select (select m.facet from media m indexed by media_facet where m.app_id = ?1 and m.facet > f.facet order by m.facet limit 1)
                from found f where f.facet is not null)
            select facet as \"facet!: i64\" from found where facet is not null",
            $app_id
        )
    };
}

/// How the pictures of an account stand, each facet once.
pub(super) async fn facets(pool: &SqlitePool, app_id: &str) -> Result<Vec<i64>, sqlx::Error> {
    facets!(app_id).fetch_all(pool).await
}

#[cfg(test)]
mod tests;
