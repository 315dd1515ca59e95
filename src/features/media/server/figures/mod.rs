//! Figures about pictures, for the head of the gallery and its filters.

mod store;

use std::collections::HashMap;

use super::Media;

/// How many of the newest pictures are looked at for the values filters offer.
const LOOKED_AT: i64 = 1000;
/// How many values a filter offers.
const OFFERED: usize = 50;

/// All pictures of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Filed, whatever became of them.
    pub filed: i64,
    /// Bytes on disk, equal contents once.
    pub bytes: i64,
}

/// The values that filters offer, the most frequent of late first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Senders.
    pub user_ids: Vec<String>,
    /// Titles.
    pub answer_titles: Vec<String>,
    /// Questions.
    pub question_ids: Vec<String>,
}

impl Media {
    /// All pictures of an account.
    pub async fn totals(&self, app_id: &str) -> Result<Totals, sqlx::Error> {
        let (filed, bytes) = store::totals(self.core.db.read(), app_id).await?.unwrap_or_default();
        Ok(Totals { filed, bytes })
    }

    /// The values that filters offer: of the newest 1,000 pictures, at most 50 each.
    pub async fn offered(&self, app_id: &str) -> Result<Offered, sqlx::Error> {
        let names = store::names(self.core.db.read(), app_id, LOOKED_AT).await?;
        Ok(Offered {
            user_ids: frequent(names.iter().map(|names| names.user_id.as_str())),
            answer_titles: frequent(names.iter().map(|names| names.answer_title.as_str())),
            question_ids: frequent(names.iter().map(|names| names.question_id.as_str())),
        })
    }
}

fn frequent<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut counts: HashMap<&str, i64> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    counts.into_iter().take(OFFERED).map(|(value, _)| value.to_owned()).collect()
}
