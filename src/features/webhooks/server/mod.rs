//! Use cases of webhooks. What happened is noted by triggers of the database; a worker takes it up and tells it.

mod endpoints;
mod forms;
mod secret_store;
mod secrets;
mod sign;
mod store;
mod telling;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicI64},
    time::Duration,
};

use serde_json::Value;

pub use endpoints::{By, Wanted};
pub use secrets::{LostWebhook, lost};

use crate::{
    infra::{Core, guard::Table, outward::Outward, settings},
    jobs::{Bell, Crew, Next, Worker},
};

/// How often is looked for what happened.
const LOOK: Duration = Duration::from_secs(1);
/// The setting that locks all sending.
const LOCKED: &str = "sending_locked";

/// Turns a noted row into the record that the API gives of it. The features that own the rows do; the composition root plugs them in.
pub trait Records: Send + Sync {
    /// The record of `row` (a JSON object of columns) for an event of type `kind`; `None` for a row that cannot be read.
    fn record(&self, kind: &str, row: &str) -> Option<Value>;
}

/// Webhooks of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    core: Core,
    outward: Outward,
    records: Arc<dyn Records>,
    bell: Bell,
    /// Deliveries being tried now, with their endpoints.
    under_way: Arc<Mutex<HashMap<i64, String>>>,
    swept_at: Arc<AtomicI64>,
}

impl Webhooks {
    /// The feature. Telling starts with [`Webhooks::hire`].
    ///
    /// # Errors
    /// The certificate store cannot be used.
    pub fn open(core: Core, records: Arc<dyn Records>) -> anyhow::Result<Self> {
        let outward = Outward::open()?;
        Ok(Self { core, outward, records, bell: Bell::default(), under_way: Arc::default(), swept_at: Arc::default() })
    }

    /// All pages of this feature.
    pub fn routes(&self) -> Table {
        forms::routes(self.clone())
    }

    /// Sets the worker to work.
    pub fn hire(&self, crew: &Crew) {
        crew.hire(Teller { hooks: self.clone(), crew: crew.clone() }, self.bell.clone());
    }
}

/// How many of an account's endpoints were switched off because they failed for days or said that they are gone.
///
/// # Errors
/// The database.
pub async fn stopped(pool: &sqlx::SqlitePool, app_id: &str) -> Result<i64, sqlx::Error> {
    store::stopped(pool, app_id).await
}

/// Takes up what happened and starts what is due.
struct Teller {
    hooks: Webhooks,
    crew: Crew,
}

impl Worker for Teller {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.hooks.sweep().await?;
        let more = self.hooks.take_up().await?;
        // A restored copy is locked until somebody says that the old server is gone: till then nobody is told twice.
        if settings::get(self.hooks.core.db.read(), LOCKED).await?.as_deref() != Some("1") {
            self.hooks.start_due(&self.crew).await?;
        }
        Ok(if more { Next::Now } else { Next::In(LOOK) })
    }
}
