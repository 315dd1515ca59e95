//! Recipients by what they have sent. Who that is, a feature above this one knows; it comes as a [`RecipientSource`].

use futures_util::future::BoxFuture;

use super::{Draft, Messages};
use crate::features::messages::model::{Data, Line, MOST_PEOPLE, Question, UPLOAD_COLUMNS, Upload, Uploads};

/// Somebody from whom something is expected, or who sent it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The business's own word for the person.
    pub user_id: String,
    /// What the person is called; empty where nobody said.
    pub name: String,
    /// Where the person is reached, if that is known.
    pub openid: Option<String>,
}

/// Where recipients come from that messages know nothing of: people, by title, question, and how they stand with it.
pub trait RecipientSource: Send + Sync {
    /// Titles to choose, the newest first.
    ///
    /// # Errors
    /// The database.
    fn titles<'a>(&'a self, app_id: &'a str) -> BoxFuture<'a, Result<Vec<String>, sqlx::Error>>;

    /// The questions of a title, and how many people stand how with each.
    ///
    /// # Errors
    /// The database.
    fn questions<'a>(&'a self, app_id: &'a str, title: &'a str) -> BoxFuture<'a, Result<Vec<Question>, sqlx::Error>>;

    /// Who is chosen, at most so many, always in the same order.
    ///
    /// # Errors
    /// The database.
    fn people<'a>(&'a self, app_id: &'a str, chosen: &'a Uploads, most: usize) -> BoxFuture<'a, Result<Vec<Expected>, sqlx::Error>>;
}

impl Messages {
    /// Titles whose people may be chosen; none where nobody offers any.
    ///
    /// # Errors
    /// The database.
    pub async fn upload_titles(&self, app_id: &str) -> Result<Vec<String>, sqlx::Error> {
        match &self.uploads {
            Some(source) => source.titles(app_id).await,
            None => Ok(Vec::new()),
        }
    }

    /// The questions of a title.
    ///
    /// # Errors
    /// The database.
    pub async fn upload_questions(&self, app_id: &str, title: &str) -> Result<Vec<Question>, sqlx::Error> {
        match &self.uploads {
            Some(source) if !title.is_empty() => source.questions(app_id, title).await,
            _ => Ok(Vec::new()),
        }
    }

    /// Who is chosen now. A choice that was never made, or whose title has no such question, is completed first: the first title, its
    /// first question, whoever sent nothing.
    ///
    /// # Errors
    /// The database.
    pub async fn resolve_uploads(&self, draft: &mut Draft) -> Result<Vec<Line>, sqlx::Error> {
        let Some(source) = &self.uploads else { return Ok(Vec::new()) };
        let (app_id, chosen) = (&draft.app_id, &mut draft.origin.uploads);
        if chosen.title.is_empty() {
            chosen.title = source.titles(app_id).await?.into_iter().next().unwrap_or_default();
            chosen.states = vec![Upload::Missing];
        }
        let questions = source.questions(app_id, &chosen.title).await?;
        if questions.iter().all(|known| known.question != chosen.question) {
            chosen.question = questions.into_iter().next().map(|first| first.question).unwrap_or_default();
        }
        if chosen.question.is_empty() || chosen.states.is_empty() {
            return Ok(Vec::new());
        }
        // One more than may be sent to, so that too many are noticed.
        let people = source.people(app_id, chosen, MOST_PEOPLE + 1).await?;
        Ok(lines_of(people))
    }
}

/// People as the lines of a list.
pub(in super::super) fn lines_of(people: Vec<Expected>) -> Vec<Line> {
    let line = |(line, person): (i64, Expected)| {
        let [name, user_id] = UPLOAD_COLUMNS.map(str::to_owned);
        Line { line, touser: person.openid.unwrap_or_default(), cells: Data(vec![(name, person.name), (user_id, person.user_id)]) }
    };
    (1..).zip(people).map(line).collect()
}
