//! People: read from the database, kept in memory, renewed when something changes.

pub mod forms;
pub mod identify;
pub mod keys;
pub mod passwords;
pub mod people;
pub mod scan;
pub mod sessions;
pub mod setup;
mod store;
mod sweep;
pub mod throttle;
pub mod tries;
mod watch;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{
    features::users::model::UserRow,
    infra::{Core, guard::Operator},
    jobs::{Bell, Crew},
    shared::{lang::Lang, rights::Role},
    ui::frame::{Look, Theme},
};

use self::{keys::Keys, passwords::Passwords, sessions::Sessions, setup::SetUp, throttle::Throttle, tries::Trying};

pub use forms::{afterwards, interrupted, routes};

/// A person as kept in memory.
#[derive(Clone, Debug)]
pub struct User {
    /// What pages show.
    pub row: UserRow,
    /// The language chosen, if any.
    pub lang: Option<Lang>,
    /// The look chosen, if any.
    pub theme: Option<Theme>,
}

/// What a signed-in person chose; wins over cookies. In the extensions beside [`Operator`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen {
    /// Language.
    pub lang: Option<Lang>,
    /// Look.
    pub theme: Option<Theme>,
}

/// An account as far as people and keys need to know it.
#[derive(Clone, Debug)]
pub struct KnownAccount {
    /// AppID.
    pub app_id: String,
    /// Whether it is the simulator's.
    pub sandbox: bool,
    /// JS domains entered for it.
    pub js_domains: Vec<String>,
}

/// Which accounts there are. Accounts stand on a higher floor, so the composition root plugs them in.
pub trait AccountBook: Send + Sync {
    /// All accounts, oldest first.
    fn accounts(&self) -> Vec<KnownAccount>;
}

type People = HashMap<String, Arc<User>>;

/// All people and their ways in. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    core: Core,
    accounts: Arc<dyn AccountBook>,
    people: Arc<RwLock<Arc<People>>>,
    /// Programs' keys.
    pub keys: Keys,
    /// Sessions.
    pub sessions: Sessions,
    passwords: Passwords,
    throttle: Arc<Throttle>,
    setup: Arc<SetUp>,
    trying: Trying,
}

impl Users {
    /// Reads all people and keys.
    ///
    /// # Errors
    /// The database.
    pub async fn open(core: Core, accounts: Arc<dyn AccountBook>) -> anyhow::Result<Self> {
        let users = Self {
            keys: Keys::open(core.clone()).await?,
            sessions: Sessions::new(core.clone()),
            accounts,
            people: Arc::default(),
            passwords: Passwords::default(),
            throttle: Arc::default(),
            setup: Arc::default(),
            trying: Trying::default(),
            core,
        };
        users.reload().await?;
        Ok(users)
    }

    /// Sets the workers to work: they notice what commands change, count calls, and throw out what is over.
    pub fn hire(&self, crew: &Crew) {
        crew.hire(watch::Watch::new(self.clone()), Bell::default());
        crew.hire(sweep::Sweeper::new(self.core.clone()), Bell::default());
        crew.hire(keys::Counter(self.keys.clone()), Bell::default());
        let (keys, stop) = (self.keys.clone(), crew.stop().clone());
        crew.spawn(async move {
            stop.cancelled().await;
            if let Err(error) = keys.close_counts().await {
                tracing::warn!(error = %error, "The last calls of API keys could not be counted");
            }
        });
    }

    /// Reads all people again.
    ///
    /// # Errors
    /// The database.
    pub async fn reload(&self) -> Result<(), sqlx::Error> {
        let rows = store::all(self.core.db.read()).await?;
        // A role this version does not know gives no rights: its holder is not loaded at all.
        let people = rows.into_iter().filter_map(|row| Some((row.id.clone(), Arc::new(user(row)?)))).collect();
        *self.people.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(people);
        Ok(())
    }

    /// One person by id.
    pub fn get(&self, id: &str) -> Option<Arc<User>> {
        self.snapshot().get(id).cloned()
    }

    /// All people, in the order they were added.
    ///
    /// # Errors
    /// The database.
    pub async fn all(&self) -> Result<Vec<UserRow>, sqlx::Error> {
        let rows = store::all(self.core.db.read()).await?;
        Ok(rows.into_iter().filter_map(user).map(|user| user.row).collect())
    }

    /// Names of those who administer, for the sentence of a 403.
    pub fn admins(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .snapshot()
            .values()
            .filter(|user| user.row.role == Role::Admin && !user.row.disabled)
            .map(|user| user.row.name.clone())
            .collect();
        names.sort();
        names
    }

    /// Keeps a person's language and look; what is `None` stays.
    ///
    /// # Errors
    /// The database.
    pub async fn prefer(&self, operator: &Operator, lang: Option<Lang>, look: Option<Look>) -> Result<(), sqlx::Error> {
        let id = operator.id.clone();
        let (lang, theme) = (lang.map(Lang::word), look.map(Look::word));
        self.core.db.write(move |c| Box::pin(async move { store::prefer(c, &id, lang, theme).await })).await?;
        self.reload().await
    }

    /// Whether an account is there for a key to be bound to.
    pub fn knows_account(&self, app_id: &str) -> bool {
        self.accounts.accounts().iter().any(|account| account.app_id == app_id)
    }

    /// A person who may act now: known, and not switched off.
    pub fn living(&self, id: &str) -> Option<Arc<User>> {
        self.get(id).filter(|user| !user.row.disabled)
    }

    fn snapshot(&self) -> Arc<People> {
        self.people.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn user(row: store::Row) -> Option<User> {
    Some(User {
        lang: row.lang.as_deref().and_then(Lang::parse),
        theme: row.theme.as_deref().and_then(Theme::parse),
        row: UserRow {
            role: Role::parse(&row.role)?,
            id: row.id,
            name: row.name,
            disabled: row.disabled != 0,
            last_seen_at: row.last_seen_at,
            created_at: row.created_at,
        },
    })
}

#[cfg(test)]
mod by_hand {
    //! People of a database in a folder, with no account beside them.

    use super::*;
    use crate::infra::trial;

    struct NoAccounts;

    impl AccountBook for NoAccounts {
        fn accounts(&self) -> Vec<KnownAccount> {
            Vec::new()
        }
    }

    pub async fn users(folder: &std::path::Path) -> Users {
        Users::open(trial::core(folder).await, Arc::new(NoAccounts)).await.expect("opens")
    }
}
