//! Figures about pictures, for the overview and the head of the gallery.

mod store;

use std::collections::HashMap;

use super::{Media, store::bound};
use crate::{
    features::media::model::{LIFE, State},
    shared::time::{HOUR, day_number, day_start},
};

/// How many of the newest pictures are looked at for the values filters offer.
const LOOKED_AT: i64 = 1000;
/// How many values a filter offers.
const OFFERED: usize = 50;

/// Pictures of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// Filed since midnight in China.
    pub filed: i64,
    /// Of these, stored.
    pub stored: i64,
}

/// Pictures somebody has to look after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Given up while WeChat may still keep them.
    pub failed: i64,
    /// Not here yet and kept by WeChat for less than 24 hours more.
    pub pending_day: i64,
    /// Of these, for less than 6 hours more.
    pub pending_hours: i64,
}

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
    /// Pictures filed since midnight in China.
    pub async fn counts_today(&self, app_id: &str) -> Result<Today, sqlx::Error> {
        let low = bound(day_start(day_number(self.core.now())));
        let (filed, stored) = store::since(self.core.db.read(), app_id, &low).await?;
        Ok(Today { filed, stored })
    }

    /// Pictures somebody has to look after. Those that WeChat has dropped are beyond help and not counted.
    pub async fn needs_attention(&self, app_id: &str) -> Result<Attention, sqlx::Error> {
        let now = self.core.now();
        let pool = self.core.db.read();
        // A picture filed at `t` is kept until `t + LIFE`, and ids sort by the moment of filing.
        let oldest = bound(now - LIFE);
        let filed_before = |left: i64| bound(now - LIFE + left * HOUR);
        let mut attention = Attention { failed: store::in_state(pool, app_id, State::Failed, &oldest, "g").await?, ..Attention::default() };
        for state in [State::Pending, State::Downloading] {
            attention.pending_day += store::in_state(pool, app_id, state, &oldest, &filed_before(24)).await?;
            attention.pending_hours += store::in_state(pool, app_id, state, &oldest, &filed_before(6)).await?;
        }
        Ok(attention)
    }

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
