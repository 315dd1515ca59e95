//! Counts for the overview and for whoever asks whether something needs a look.

mod store;

use super::{Message, Messages, history::first_id, reasons, sending::Hold};
use crate::{
    features::messages::model::MessageState,
    shared::{
        lang::Said,
        time::{DAY, day_number, day_start},
    },
};

/// What was accepted here since midnight in China, by where it stands now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Today {
    /// All of them.
    pub total: i64,
    /// Waiting or being sent.
    pub waiting: i64,
    /// With WeChat, receipt to come.
    pub accepted: i64,
    /// Delivered.
    pub delivered: i64,
    /// Failed.
    pub failed: i64,
    /// Uncertain.
    pub unknown: i64,
}

impl Today {
    /// How many WeChat counts against the day's quota, as far as we know.
    pub const fn sent(&self) -> i64 {
        self.accepted + self.delivered + self.unknown
    }
}

/// One cause of failures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The stable word.
    pub reason: String,
    /// WeChat's code, where there was one.
    pub errcode: Option<i64>,
    /// What happened, in plain words.
    pub meaning: Said,
    /// How many messages.
    pub count: i64,
}

/// What somebody should look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// Sending stands still.
    pub hold: Option<Hold>,
    /// An administrator locked sending.
    pub locked: bool,
    /// How many messages wait.
    pub waiting: i64,
    /// Failures of the last 24 hours by cause, most first.
    pub failures: Vec<Cause>,
    /// Uncertain messages of the last 7 days.
    pub unknown: i64,
}

impl Messages {
    /// Today's counts.
    ///
    /// # Errors
    /// The database.
    pub async fn stats_today(&self, app_id: &str) -> Result<Today, sqlx::Error> {
        let from = first_id(day_start(day_number(self.core.now())));
        let mut today = Today::default();
        for row in store::by_state(self.core.db.read(), app_id, &from).await? {
            today.total += row.count;
            match MessageState::parse(&row.state) {
                Some(MessageState::Queued | MessageState::Sending) => today.waiting += row.count,
                Some(MessageState::Accepted) => today.accepted += row.count,
                Some(MessageState::Delivered) => today.delivered += row.count,
                Some(MessageState::Failed) => today.failed += row.count,
                Some(MessageState::Unknown) => today.unknown += row.count,
                Some(MessageState::Cancelled) | None => {}
            }
        }
        Ok(today)
    }

    /// The last 14 China days up to today: day number, delivered, failed. Days without messages are there with zeros.
    ///
    /// # Errors
    /// The database.
    pub async fn last_14_days(&self, app_id: &str) -> Result<Vec<(i64, i64, i64)>, sqlx::Error> {
        let today = day_number(self.core.now());
        let counted = store::by_day(self.core.db.read(), app_id, &first_id(day_start(today - 13))).await?;
        let of = |day| counted.iter().find(|row| row.day == day).map_or((0, 0), |row| (row.delivered, row.failed));
        Ok((today - 13..=today).map(|day| (day, of(day).0, of(day).1)).collect())
    }

    /// The newest messages.
    ///
    /// # Errors
    /// The database.
    pub async fn latest(&self, app_id: &str, limit: i64) -> Result<Vec<Message>, sqlx::Error> {
        store::latest(self.core.db.read(), app_id, limit).await
    }

    /// What somebody should look at.
    ///
    /// # Errors
    /// The database.
    pub async fn needs_attention(&self, app_id: &str) -> Result<Attention, sqlx::Error> {
        let (pool, now) = (self.core.db.read(), self.core.now());
        let failures = store::failures(pool, app_id, &first_id(now - DAY)).await?;
        Ok(Attention {
            hold: self.hold(app_id).await?,
            locked: self.is_locked().await?,
            waiting: store::waiting(pool, app_id).await?,
            failures: failures
                .into_iter()
                .map(|row| Cause {
                    meaning: reasons::meaning(&row.reason, row.errcode, row.errmsg.as_deref()),
                    reason: row.reason,
                    errcode: row.errcode,
                    count: row.count,
                })
                .collect(),
            unknown: store::unknown(pool, app_id, &first_id(now - 7 * DAY)).await?,
        })
    }
}
