//! Notices what the command line changed beside the running server.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::{Users, store};
use crate::jobs::{Next, Worker};

/// The contract promises 2 s.
const EVERY: Duration = Duration::from_secs(1);

/// Reads people and keys again when the database's revision moved.
pub struct Watch {
    users: Users,
    seen: AtomicI64,
}

impl Watch {
    /// Has seen nothing yet: the first look reads everything once more, so that no change falls between opening and watching.
    pub fn new(users: Users) -> Self {
        Self { users, seen: AtomicI64::new(-1) }
    }
}

impl Worker for Watch {
    fn name(&self) -> &'static str {
        "users"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let revision = store::revision(self.users.core.db.read()).await?;
        if self.seen.load(Ordering::Relaxed) != revision {
            self.users.reload().await?;
            self.users.keys.reload().await?;
            // Only now: what could not be read is read again at the next look.
            self.seen.store(revision, Ordering::Relaxed);
        }
        Ok(Next::In(EVERY))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::{
        features::users::server::{by_hand::users, people::By},
        shared::rights::Role,
    };

    #[tokio::test]
    async fn a_person_added_beside_is_seen() {
        let folder = tempfile::tempdir().expect("folder");
        let running = users(folder.path()).await;
        let watch = Watch::new(running.clone());
        watch.tick().await.expect("looks");
        let beside = users(folder.path()).await;
        beside.add(&By::command(), "周敏", SecretString::from("long enough"), Role::Admin).await.expect("adds").expect("adds");
        assert!(running.admins().is_empty());
        watch.tick().await.expect("looks");
        assert_eq!(running.admins(), ["周敏"]);
    }
}
