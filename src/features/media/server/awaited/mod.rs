//! Rejected pictures in whose place a new one is awaited, for lists that mark them.

mod store;

use std::collections::HashSet;

use serde_json::json;

use super::Media;
use crate::features::media::{model::Picture, review::Verdict};

impl Media {
    /// Which of these pictures were asked for again and wait for the next one: their ids.
    pub(super) async fn awaited(&self, pictures: impl Iterator<Item = &Picture>) -> Result<HashSet<String>, sqlx::Error> {
        let rejected = |picture: &&Picture| picture.review.as_ref().is_some_and(|review| review.verdict == Verdict::Reject);
        let ids: Vec<&str> = pictures.filter(rejected).map(|picture| picture.id.as_str()).collect();
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        Ok(store::awaited(self.core.db.read(), &json!(ids).to_string()).await?.into_iter().collect())
    }
}
