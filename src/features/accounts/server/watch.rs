//! Notices what the command line changed beside the running server.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use super::{Accounts, store};
use crate::jobs::{Next, Worker};

/// CONTRACT promises 2 s.
const EVERY: Duration = Duration::from_secs(1);

/// Reads the accounts again when the database's revision moved.
pub(super) struct Watch {
    accounts: Accounts,
    seen: AtomicI64,
}

impl Watch {
    /// Has seen nothing yet: the first look reads everything once more, so that no change falls between opening and watching.
    pub fn new(accounts: Accounts) -> Self {
        Self { accounts, seen: AtomicI64::new(-1) }
    }
}

impl Worker for Watch {
    fn name(&self) -> &'static str {
        "accounts"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let revision = store::revision(self.accounts.core.db.read()).await?;
        if self.seen.load(Ordering::Relaxed) != revision {
            self.accounts.reload().await?;
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
        features::accounts::server::{By, Typed, add},
        infra::trial,
    };

    #[tokio::test]
    async fn an_account_added_beside_is_seen() {
        let folder = tempfile::tempdir().expect("folder");
        let accounts = Accounts::open(trial::core(folder.path()).await).await.expect("opens");
        let watch = Watch::new(accounts.clone());
        watch.tick().await.expect("looks");
        let typed = Typed { name: Some("A".into()), secret: Some(SecretString::from("s")), ..Typed::default() };
        let beside = trial::core(folder.path()).await;
        add(&beside, &By::command(), "wx1", typed).await.expect("adds");
        assert!(accounts.get("wx1").is_none());
        watch.tick().await.expect("looks");
        assert!(accounts.get("wx1").is_some());
    }
}
