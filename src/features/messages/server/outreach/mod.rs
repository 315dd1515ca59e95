//! Reaching people on behalf of another feature: a draft with its recipients, and which names are openids.

mod store;

use super::{
    Expected, Messages,
    audience::{json_of, uploads::lines_of},
    drafts::Draft,
};
use crate::{
    features::messages::model::{MOST_ON_PAGE, Origin, Source, Uploads},
    infra::guard::Operator,
    shared::error::AppError,
};

impl Messages {
    /// Which of these texts are openids of people the account knows.
    ///
    /// # Errors
    /// The database.
    pub async fn openids_among(&self, app_id: &str, texts: &[&str]) -> Result<Vec<String>, sqlx::Error> {
        store::known(self.core.db.read(), app_id, &json_of(texts.iter().copied())).await
    }

    /// Makes a draft of somebody's that goes to these people; its id. At most [`MOST_ON_PAGE`] are taken, as if they were pasted.
    ///
    /// # Errors
    /// The database.
    pub async fn draft_for(&self, app_id: &str, operator: &Operator, openids: &[String]) -> Result<String, AppError> {
        let recipients = openids.iter().take(MOST_ON_PAGE).map(String::as_str).collect::<Vec<_>>().join("\n");
        let draft = Draft { app_id: app_id.to_owned(), user_id: operator.id.clone(), recipients, ..Draft::default() };
        self.save_draft(draft).await
    }

    /// Makes a draft of somebody's that goes to those whom a choice by uploads names; its id. The composer resolves it anew with each step.
    ///
    /// # Errors
    /// The database.
    pub async fn draft_of(&self, app_id: &str, operator: &Operator, uploads: Uploads, people: Vec<Expected>) -> Result<String, AppError> {
        let origin = Origin { uploads, ..Origin::default() };
        let draft = Draft { app_id: app_id.to_owned(), user_id: operator.id.clone(), source: Source::Uploads, origin, ..Draft::default() };
        self.save_draft_with(draft, Some(lines_of(people).into())).await
    }
}
