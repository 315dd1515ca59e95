//! The account's batches, by key.

pub(super) mod http;
mod store;

use super::Batch;
use crate::{
    features::messages::{
        model::BatchState,
        server::{Messages, history::first_id},
    },
    shared::list::Listed,
};

/// Which batches a list shows. Empty: all of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchFilter {
    /// Only this state.
    pub state: Option<BatchState>,
    /// Only this template (long id).
    pub template_id: Option<String>,
    /// Only what this person or program filed, as `user:周敏` or `key:erp`.
    pub actor: Option<String>,
    /// Only those with a message to this recipient (openid).
    pub touser: Option<String>,
    /// Only from this moment on (Unix milliseconds).
    pub from: Option<i64>,
    /// Only up to this moment, itself included (Unix milliseconds).
    pub to: Option<i64>,
}

impl Messages {
    /// One page of an account's batches, newest first, continued from `cursor`.
    ///
    /// # Errors
    /// The database.
    pub async fn batches(
        &self,
        app_id: &str,
        filter: &BatchFilter,
        cursor: Option<&str>,
        limit: i64,
    ) -> Result<Listed<Batch>, sqlx::Error> {
        let from = filter.from.map_or_else(String::new, first_id);
        let below = filter.to.map_or_else(|| "~".into(), |to| first_id(to.saturating_add(1)));
        let before = cursor.filter(|cursor| **cursor < *below).unwrap_or(&below);
        let found = store::page(self.core.db.read(), app_id, filter, before, &from, limit + 1).await?;
        Ok(Listed::cut(found, usize::try_from(limit).unwrap_or(0), |batch| batch.id.clone()))
    }
}
