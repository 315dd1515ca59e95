//! The completeness board of a title: who is expected or was seen, what each has sent for each question, and reaching the rest.

mod expected;
mod export;
pub(super) mod forms;
mod recipients;
mod roster;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use serde_json::json;

use self::roster::Entry;
use super::Media;
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::standing::{Cell, Column, Row, Standing},
    },
    shared::error::AppError,
};

/// People of a page.
const PAGE: i64 = 50;
/// People read at once where all of them are walked.
const WALKED: i64 = 500;
/// The most questions a page has columns for.
const COLUMNS: usize = 100;
/// The most questions a file has columns for.
const FILE_COLUMNS: usize = 2_000;
/// Titles with a list that are offered.
const TITLES: i64 = 1000;
/// People filed with one statement.
const CHUNK: usize = 1000;

/// A person of a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    /// The business's own word for the person.
    pub user_id: String,
    /// What the list calls the person; empty where it does not.
    pub name: String,
    /// Where the list says the person is reached.
    pub openid: Option<String>,
    /// Whether the person stands on the list.
    pub listed: bool,
}

/// Which people of a title.
#[derive(Clone, Copy)]
pub(super) struct Narrow<'a> {
    pub app_id: &'a str,
    pub title: &'a str,
    /// Only those who sent fewer questions than so many.
    pub open_of: Option<i64>,
    /// Only those who stand with this question as one of these ranks (a JSON list) says.
    pub standing: Option<(&'a str, &'a str)>,
}

/// What is known of a title as a whole.
pub(super) struct Sums {
    /// Of the first questions, as many as were asked for.
    pub columns: Vec<Column>,
    /// Of all questions together.
    pub all: Column,
    /// How many questions there are.
    pub questions: i64,
    pub people: i64,
    pub complete: i64,
}

/// Where people are reached.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    /// Openids, each once.
    pub openids: Vec<String>,
    /// Those of whom none is known.
    pub unknown: Vec<String>,
}

impl Media {
    /// Columns, at most so many, and sums of a title.
    async fn board_sums(&self, app_id: &str, title: &str, most: usize) -> Result<Sums, sqlx::Error> {
        let pool = self.core.db.read();
        let column = |tally: store::Tally| {
            let store::Tally { question_id, here, coming, rejected } = tally;
            Column { question: question_id, here, coming, rejected, missing: 0 }
        };
        let mut columns: Vec<Column> = store::tallies(pool, app_id, title).await?.into_iter().map(column).collect();
        self.add_expected(app_id, title, &mut columns).await?;
        let questions = i64::try_from(columns.len()).unwrap_or(i64::MAX);
        let (people, complete) = store::people_counted(pool, app_id, title, questions).await?;
        let mut all = Column::default();
        for column in &mut columns {
            column.missing = people - column.here - column.coming - column.rejected;
            all.add(column);
        }
        columns.truncate(most);
        Ok(Sums { columns, all, questions, people, complete })
    }

    /// A page of a title's people with a cell for each column, and the key of the next page.
    async fn board_rows(
        &self,
        narrow: &Narrow<'_>,
        columns: &[Column],
        after: &str,
        limit: i64,
    ) -> Result<(Vec<Row>, Option<String>), sqlx::Error> {
        let pool = self.core.db.read();
        let mut people = store::people(pool, narrow, after, limit + 1).await?;
        let more = i64::try_from(people.len()).unwrap_or(0) > limit;
        people.truncate(usize::try_from(limit).unwrap_or(0));
        let ids = list_of(people.iter().map(|person| person.user_id.as_str()));
        let mut cells: HashMap<(String, String), Cell> = HashMap::new();
        for best in store::best(pool, narrow.app_id, narrow.title, &ids).await? {
            let (rank, id) = best.best.split_at(1);
            let standing = Standing::of_rank(rank.parse().unwrap_or(0));
            let cell = Cell { standing, picture: Some(id.to_owned()), thumb: best.thumb, asked: best.asked };
            cells.insert((best.user_id, best.question_id), cell);
        }
        let next = if more { people.last().map(|person| person.user_id.clone()) } else { None };
        let row = |person: Listed| {
            let cell = |column: &Column| cells.remove(&(person.user_id.clone(), column.question.clone())).unwrap_or_default();
            let cells: Vec<Cell> = columns.iter().map(cell).collect();
            Row { user_id: person.user_id, name: person.name, listed: person.listed, cells }
        };
        Ok((people.into_iter().map(row).collect(), next))
    }

    /// Everybody who stands in one of these ways with a question, at most so many, in the order of their ids.
    async fn standing(&self, app_id: &str, title: &str, question: &str, ways: &[Standing], most: i64) -> Result<Vec<Listed>, sqlx::Error> {
        let ranks = json!(ways.iter().map(|way| way.rank()).collect::<Vec<_>>()).to_string();
        let narrow = Narrow { app_id, title, open_of: None, standing: Some((question, &ranks)) };
        store::people(self.core.db.read(), &narrow, "", most).await
    }

    /// These people of a title as the list has them, those it does not know by their id alone.
    pub(super) async fn named(&self, app_id: &str, title: &str, user_ids: &[&str]) -> Result<Vec<Listed>, sqlx::Error> {
        let found = store::listed(self.core.db.read(), app_id, title, &list_of(user_ids.iter().copied())).await?;
        let mut found: HashMap<String, Listed> = found.into_iter().map(|person| (person.user_id.clone(), person)).collect();
        let plain = |id: &str| Listed { user_id: id.to_owned(), name: String::new(), openid: None, listed: false };
        Ok(user_ids.iter().map(|id| found.remove(*id).unwrap_or_else(|| plain(id))).collect())
    }

    /// Where each of these people is reached: as the list says, or under their own id where that is the openid of somebody the account
    /// knows.
    async fn openids_of(&self, app_id: &str, people: &[Listed]) -> Result<Vec<Option<String>>, sqlx::Error> {
        let ids: Vec<&str> = people.iter().filter(|person| person.openid.is_none()).map(|person| person.user_id.as_str()).collect();
        let known: HashSet<String> = self.messages.openids_among(app_id, &ids).await?.into_iter().collect();
        let own = |person: &Listed| Some(person.user_id.clone()).filter(|id| known.contains(id));
        Ok(people.iter().map(|person| person.openid.clone().or_else(|| own(person))).collect())
    }

    /// Where people are reached, each openid once, and of whom none is known.
    pub(super) async fn reached(&self, app_id: &str, people: &[Listed]) -> Result<Reached, sqlx::Error> {
        let (mut reached, mut seen) = (Reached::default(), HashSet::new());
        for (person, openid) in people.iter().zip(self.openids_of(app_id, people).await?) {
            match openid {
                Some(openid) if seen.insert(openid.clone()) => reached.openids.push(openid),
                Some(_) => {}
                None => reached.unknown.push(if person.name.is_empty() { person.user_id.clone() } else { person.name.clone() }),
            }
        }
        Ok(reached)
    }

    /// Puts a list in the place of a title's former one.
    async fn set_roster(&self, app_id: &str, title: &str, entries: Vec<Entry>, actor: Actor, address: String) -> Result<(), AppError> {
        let (now, app_id, title) = (self.core.now(), app_id.to_owned(), title.to_owned());
        let facts = json!({ "title": title, "people": entries.len() });
        let act = Act::new(actor, "media.roster_saved", format!("account:{app_id}")).from_address(address).detail(facts.to_string());
        let chunk = |entries: &[Entry]| json!(entries.iter().map(|e| json!([e.user_id, e.openid, e.name])).collect::<Vec<_>>()).to_string();
        let chunks: Vec<String> = entries.chunks(CHUNK).map(chunk).collect();
        let saved = self.core.db.write(move |c| {
            Box::pin(async move {
                store::clear(c, &app_id, &title).await?;
                for people in chunks {
                    store::add(c, &app_id, &title, &people).await?;
                }
                record_in(c, now, &act).await
            })
        });
        Ok(saved.await?)
    }
}

/// Texts as the JSON list that SQL takes.
fn list_of<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    json!(texts.collect::<Vec<_>>()).to_string()
}
