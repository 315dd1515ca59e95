//! Machinery without business words: clock, database, secrets, files, limits, guards, answers.

pub mod body;
pub mod clock;
pub mod config;
pub mod cookie;
pub mod db;
pub mod fields;
pub mod file_form;
pub mod files;
pub mod guard;
pub mod idempotency;
pub mod kept;
pub mod limits;
pub mod net;
pub mod outward;
pub mod page;
pub mod prefer;
pub mod query;
pub mod reproof;
pub mod respond;
pub mod secrets;
pub mod settings;
#[cfg(test)]
pub mod trial;

use std::{ops::Deref, sync::Arc};

use config::{Place, Settings};

/// What every part of the server stands on. A clone costs one count: each request makes many.
#[derive(Clone)]
pub struct Core(Arc<Ground>);

/// What a [`Core`] holds.
pub struct Ground {
    /// The database.
    pub db: db::Db,
    /// Time.
    pub clock: clock::Clock,
    /// Randomness.
    pub chance: clock::Chance,
    /// Secrets at rest.
    pub vault: secrets::Vault,
    /// Where the data lies.
    pub place: Place,
    /// What the operator set.
    pub settings: Settings,
}

impl Deref for Core {
    type Target = Ground;

    fn deref(&self) -> &Ground {
        &self.0
    }
}

impl Core {
    /// A core over all of it.
    pub fn new(ground: Ground) -> Self {
        Self(Arc::new(ground))
    }

    /// Now, in Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A new public id: time-ordered, 74 bits of chance, 32 hex digits. Sorting by it sorts by time.
    pub fn new_id(&self) -> String {
        id_at(self.now(), &self.chance)
    }
}

/// A public id for a given moment (Unix milliseconds), as [`Core::new_id`] makes for now.
pub fn id_at(millis: i64, chance: &clock::Chance) -> String {
    let id = uuid::Builder::from_unix_timestamp_millis(u64::try_from(millis).unwrap_or(0), &chance.bytes::<10>());
    id.into_uuid().simple().to_string()
}
