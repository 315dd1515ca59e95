//! Who a draft goes to: lists from files, from tags and by hand, with what is known about each person.

pub(super) mod file;
mod seen;
pub(super) mod store;
pub(super) mod uploads;

use std::collections::{HashMap, HashSet};

use super::{Messages, drafts::Draft};
use crate::{
    features::messages::model::{Audience, Line, MOST_PEOPLE, Person, Recipe, Source, Survey, TemplateField, survey},
    shared::{error::AppError, list::Listed},
};

/// How many followers are offered at once.
const FOLLOWERS: usize = 50;
/// How many lines one statement files.
const CHUNK: usize = 1000;

/// A tag to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// WeChat's id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How many followers carry it.
    pub count: i64,
}

/// A follower to pick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pickable {
    /// The person.
    pub openid: String,
    /// The nickname; blank for most.
    pub nickname: String,
    /// The operator's remark.
    pub remark: String,
    /// When the person came (Unix milliseconds).
    pub followed_at: i64,
}

/// A list, and what the content makes of it.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Who.
    pub audience: Audience,
    /// How their values come about.
    pub recipe: Recipe,
    /// What that gives.
    pub survey: Survey,
    /// Those of the list who left the account: WeChat would refuse them.
    pub left: HashSet<String>,
    /// Those of the list whom the synchronised followers do not have.
    pub foreign: HashSet<String>,
    /// What all of it comes down to, where that was asked for: the content, and whom it names with which values of their own. Who left,
    /// came back or got something meanwhile is no part of it, or a page could never be sent as it was seen.
    pub seen: Option<[u8; 32]>,
}

impl Look {
    /// Those of the list to whom it may go: they did not leave, and their values keep to the rules.
    pub fn fit(&self) -> impl Iterator<Item = &str> {
        let people = self.audience.people.iter().enumerate();
        let fit = people.filter(|(at, person)| !self.survey.refused.contains(at) && !self.left.contains(&person.openid));
        fit.map(|(_, person)| person.openid.as_str())
    }
}

impl Messages {
    /// Whom a draft names, each with what the recipe asks of their line.
    async fn audience(&self, draft: &Draft, recipe: &Recipe) -> Result<Audience, sqlx::Error> {
        match draft.source {
            Source::Paste => Ok(Audience::pasted(&draft.recipients)),
            Source::File if draft.origin.openids.is_none() => Ok(Audience::default()),
            Source::File | Source::Tags => Ok(Audience::lines(self.lines(draft, Some(&recipe.asked())).await?)),
            Source::Uploads => Ok(Audience::collected(self.lines(draft, None).await?)),
        }
    }

    /// The lines kept with a draft, with the cells of the columns asked for, or of all.
    async fn lines(&self, draft: &Draft, asked: Option<&[&str]>) -> Result<Vec<Line>, sqlx::Error> {
        // One more than may be sent to, so that too many are noticed.
        let most = i64::try_from(MOST_PEOPLE + 1).unwrap_or(i64::MAX);
        store::lines(self.core.db.read(), &draft.id, draft.source.word(), asked, most).await
    }

    /// The first of them, whole.
    ///
    /// # Errors
    /// The database.
    pub async fn first_lines(&self, draft: &Draft, most: usize) -> Result<Vec<Line>, sqlx::Error> {
        store::lines(self.core.db.read(), &draft.id, draft.source.word(), None, i64::try_from(most).unwrap_or(i64::MAX)).await
    }

    /// Whom a draft names, and what they would get. What those would get who left is not looked at.
    ///
    /// # Errors
    /// The database.
    pub async fn look(&self, draft: &Draft, fields: &[TemplateField]) -> Result<Look, AppError> {
        self.looked(draft, fields, false).await
    }

    /// The same with [`Look::seen`].
    ///
    /// # Errors
    /// The database.
    pub async fn look_closely(&self, draft: &Draft, fields: &[TemplateField]) -> Result<Look, AppError> {
        self.looked(draft, fields, true).await
    }

    async fn looked(&self, draft: &Draft, fields: &[TemplateField], closely: bool) -> Result<Look, AppError> {
        let recipe = Recipe::new(fields, &draft.content.data, draft.columns());
        let mut audience = self.audience(draft, &recipe).await?;
        self.name(&draft.app_id, &mut audience).await?;
        let (left, foreign) = self.absent(draft, &audience).await?;
        let (fields, content, source) = (fields.to_vec(), draft.content.clone(), draft.source);
        let work = move || {
            let survey = survey(&fields, &recipe, &audience, &left);
            let seen = closely.then(|| seen::digest(&fields, &content, source, &recipe, &audience));
            Look { audience, recipe, survey, left, foreign, seen }
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
    }

    /// Somebody of a draft's people, by place, without reading all of a long list for the first of them.
    ///
    /// # Errors
    /// The database.
    pub async fn person_at(&self, draft: &Draft, recipe: &Recipe, at: usize) -> Result<Option<Person>, AppError> {
        let few = at.saturating_add(FOLLOWERS);
        let mut audience = match draft.source {
            Source::File if draft.origin.openids.is_some() => Audience::lines(self.first_lines(draft, few).await?),
            Source::Tags => Audience::lines(self.first_lines(draft, few).await?),
            _ => Audience::default(),
        };
        if audience.people.len() <= at {
            audience = self.audience(draft, recipe).await?;
        }
        let at = at.min(audience.people.len().saturating_sub(1));
        audience.people = audience.people.into_iter().skip(at).take(1).collect();
        self.name(&draft.app_id, &mut audience).await?;
        Ok(audience.people.pop())
    }

    /// Puts in what followers are called.
    async fn name(&self, app_id: &str, audience: &mut Audience) -> Result<(), sqlx::Error> {
        let openids = json_of(audience.people.iter().map(|person| person.openid.as_str()));
        let found = store::names(self.core.db.read(), app_id, &openids).await?;
        let mut found: HashMap<_, _> = found.into_iter().map(|(openid, nickname, remark)| (openid, (nickname, remark))).collect();
        for person in &mut audience.people {
            if let Some((nickname, remark)) = found.remove(&person.openid) {
                (person.facts.nickname, person.facts.remark) = (nickname, remark);
            }
        }
        Ok(())
    }

    /// Who carries the draft's tags now. Of those it named before, who has left stays on the list, to be counted.
    ///
    /// # Errors
    /// The database.
    pub async fn resolve_tags(&self, draft: &Draft) -> Result<Vec<Line>, sqlx::Error> {
        let origin = &draft.origin;
        if origin.tags.is_empty() {
            return Ok(Vec::new());
        }
        let known = if draft.source == Source::Tags { self.lines(draft, Some(&[])).await? } else { Vec::new() };
        let known = json_of(known.iter().map(|line| line.touser.as_str()));
        let tags = serde_json::to_string(&origin.tags).unwrap_or_else(|_| "[]".into());
        let least = if origin.every { i64::try_from(origin.tags.len()).unwrap_or(i64::MAX) } else { 1 };
        // One more than may be sent to, so that too many are noticed.
        let most = i64::try_from(MOST_PEOPLE + 1).unwrap_or(i64::MAX);
        let found = store::tagged(self.core.db.read(), &draft.app_id, &tags, least, &known, most).await?;
        Ok((1..).zip(found).map(|(line, touser)| Line { line, touser, ..Line::default() }).collect())
    }

    /// The account's tags.
    ///
    /// # Errors
    /// The database.
    pub async fn tags_to_choose(&self, app_id: &str) -> Result<Vec<TagCount>, sqlx::Error> {
        store::tags(self.core.db.read(), app_id).await
    }

    /// Followers found by the beginning of a name or by openid, from a cursor on.
    ///
    /// # Errors
    /// The database.
    pub async fn followers_to_pick(&self, app_id: &str, text: &str, after: &str) -> Result<Listed<Pickable>, sqlx::Error> {
        let after = after.split_once('.').and_then(|(at, openid)| Some((at.parse().ok()?, openid))).unwrap_or((i64::MAX, ""));
        let most = i64::try_from(FOLLOWERS + 1).unwrap_or(i64::MAX);
        let rows = store::followers(self.core.db.read(), app_id, text, &beginning(text), after, most).await?;
        Ok(Listed::cut(rows, FOLLOWERS, |row| format!("{}.{}", row.followed_at, row.openid)))
    }
}

/// The pattern of texts that begin with `text`, for SQL `like … escape '\'`.
pub(super) fn beginning(text: &str) -> String {
    let mut pattern: String = text.chars().flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c])).collect();
    pattern.push('%');
    pattern
}

/// Openids as the JSON list that SQL takes.
pub(super) fn json_of<'a>(openids: impl Iterator<Item = &'a str>) -> String {
    serde_json::to_string(&openids.collect::<Vec<_>>()).unwrap_or_else(|_| "[]".into())
}

/// What is kept as a draft's people.
pub enum People {
    /// These in the place of those before: JSON lists that [`store::add`] takes, some lines in each.
    Lines(Vec<String>),
    /// Those of the file, with their openids from this column.
    Column(String),
}

impl From<Vec<Line>> for People {
    fn from(lines: Vec<Line>) -> Self {
        let mut chunks = Chunks::default();
        lines.iter().for_each(|line| chunks.push(line));
        Self::Lines(chunks.done())
    }
}

/// Lines put together as the store takes them, so that a long list is held once and no more.
#[derive(Default)]
pub(super) struct Chunks {
    full: Vec<String>,
    open: String,
    lines: usize,
}

impl Chunks {
    /// Adds a line.
    pub(super) fn push(&mut self, line: &Line) {
        self.open.push(if self.open.is_empty() { '[' } else { ',' });
        self.open.push_str(&serde_json::json!([line.line, line.touser, line.cells]).to_string());
        self.lines += 1;
        if self.lines.is_multiple_of(CHUNK) {
            self.close();
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.open.push(']');
            self.full.push(std::mem::take(&mut self.open));
        }
    }

    /// All of them.
    pub(super) fn done(mut self) -> Vec<String> {
        self.close();
        self.full
    }
}
