//! Figures about pictures, for the head of the gallery and its filters.

mod store;

pub(super) use store::kept;

use std::collections::HashMap;

use super::{
    Media,
    store::{self as pictures, Span},
};
use crate::features::media::model::Filter;

/// How many of the newest pictures are looked at for the values filters offer.
const LOOKED_AT: i64 = 1000;
/// How many values a filter offers.
const OFFERED: usize = 50;

/// So many pictures of a day are counted under a filter.
const COUNTED: i64 = 1000;

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

    /// How many filtered pictures a day (in China) has, and whether there are more; all of them where nothing but days is filtered.
    pub(super) async fn of_day(&self, filter: &Filter, number: i64) -> Result<(i64, bool), sqlx::Error> {
        let pool = self.core.db.read();
        if *filter == (Filter { app_id: filter.app_id.clone(), from: filter.from, to: filter.to, ..Filter::default() }) {
            return Ok((store::of_day(pool, &filter.app_id, number).await?.unwrap_or_default(), false));
        }
        let day = filter.clone().on_day(number);
        let count = pictures::counted(pool, &day, &Span::of(&day), COUNTED + 1).await?;
        Ok((count.min(COUNTED), count > COUNTED))
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
