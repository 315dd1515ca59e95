//! The worker that throws out what nobody needs any more of drafts that went out. What was sent to whom stays in the history; drafts that
//! did not go out stay until somebody deletes them.

use std::time::Duration;

use super::{Messages, store};
use crate::{
    jobs::{Next, Worker},
    shared::time::{DAY, HOUR},
};

/// How long the list of people stays with a draft after it went out: a page that is sent again meanwhile finds what came of it.
pub const PEOPLE_KEPT: i64 = DAY;
/// How long a draft stays after it went out, as the beginning of another and as the way from its page to what came of it.
pub const SENT_KEPT: i64 = 30 * DAY;
/// How often it looks.
const EVERY: Duration = Duration::from_millis(HOUR as u64);
/// How many lines of lists one unit deletes, and how many drafts.
const AT_ONCE: i64 = 5000;

/// Throws out lists of people and drafts some time after they went out, some at a time.
pub struct Sweeping(Messages);

impl Sweeping {
    /// The sweeper of all accounts.
    pub fn new(messages: Messages) -> Self {
        Self(messages)
    }
}

impl Worker for Sweeping {
    fn name(&self) -> &'static str {
        "drafts"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let (core, now) = (&self.0.core, self.0.core.now());
        let sweep = core.db.write(move |connection| {
            Box::pin(async move {
                let people = store::sweep_people(connection, now - PEOPLE_KEPT, AT_ONCE).await?;
                let drafts = store::sweep_sent(connection, now - SENT_KEPT, AT_ONCE).await?;
                Ok(people.max(drafts))
            })
        });
        let full = i64::try_from(sweep.await?).unwrap_or(i64::MAX) >= AT_ONCE;
        Ok(if full { Next::Now } else { Next::In(EVERY) })
    }
}
