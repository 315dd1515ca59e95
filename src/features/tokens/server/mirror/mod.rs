//! The Redis mirror: token and ticket written one way to Redis, under names of the operator's, for programs that read them there today.
//!
//! The worker looks at memory, where a value stands only once it is committed, and writes the last one; nothing queues. No refresh
//! waits for it. Values are written again every few seconds, which mends whatever a restarted or emptied Redis has lost.

mod forms;
mod worker;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use secrecy::ExposeSecret;

pub(super) use forms::routes;
pub use worker::Mirroring;

use super::{Tokens, slot::Held};
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        tokens::mirror_model::{MirrorSetting, MirrorTrouble, MirrorView},
    },
    infra::{Core, settings},
    jobs::Bell,
    shared::error::FieldError,
};

/// Before each account's name in the table of settings.
const PREFIX: &str = "mirror/";

/// The mirror of all accounts.
pub(super) struct Mirror {
    client: Option<redis::Client>,
    chosen: RwLock<HashMap<String, MirrorSetting>>,
    /// Held while a setting is checked and written.
    saving: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Rung when there is something new.
    pub bell: Bell,
}

#[derive(Default)]
struct State {
    written_at: HashMap<String, i64>,
    trouble: Option<(MirrorTrouble, i64)>,
}

/// One value to be written.
struct Value {
    app_id: String,
    key: String,
    held: Arc<Held>,
}

impl Mirror {
    /// A mirror with the choices of the database.
    ///
    /// # Errors
    /// The database, or an address of Redis that cannot be read.
    pub async fn open(core: &Core) -> anyhow::Result<Self> {
        let client = match core.settings.redis() {
            None => None,
            // What the library says may repeat the address, and with it a password.
            Some(url) => Some(redis::Client::open(url.expose_secret()).map_err(|_| {
                anyhow::anyhow!(
                    "--redis-url is no address of a Redis. Write it as redis://[user:password@]host:port/number; TLS is not built in."
                )
            })?),
        };
        let rows = settings::named(core.db.read(), PREFIX).await?;
        let chosen = rows.into_iter().filter_map(|(name, value)| {
            let setting = serde_json::from_str(&value).ok()?;
            Some((name.strip_prefix(PREFIX)?.to_owned(), setting))
        });
        let chosen = RwLock::new(chosen.collect());
        Ok(Self { client, chosen, saving: tokio::sync::Mutex::default(), state: Mutex::default(), bell: Bell::default() })
    }

    fn setting(&self, app_id: &str) -> MirrorSetting {
        self.chosen.read().unwrap_or_else(PoisonError::into_inner).get(app_id).cloned().unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn view(&self, app_id: &str) -> MirrorView {
        let (setting, state) = (self.setting(app_id), self.state());
        let trouble = if setting.on { state.trouble.clone() } else { None };
        MirrorView { available: self.client.is_some(), setting, written_at: state.written_at.get(app_id).copied(), trouble }
    }
}

impl Tokens {
    /// The mirror's worker and its bell, where there is a Redis.
    pub fn mirroring(&self) -> Option<(Mirroring, Bell)> {
        let client = self.mirror.client.clone()?;
        Some((Mirroring::new(self.clone(), client), self.mirror.bell.clone()))
    }

    /// How the account's mirror stands.
    pub fn mirror(&self, app_id: &str) -> MirrorView {
        self.mirror.view(app_id)
    }

    /// Chooses for an account whether and under which keys it is mirrored. Gives what was wrong with the names, and then changes nothing.
    ///
    /// # Errors
    /// The database.
    pub async fn set_mirror(
        &self,
        account: &Account,
        setting: MirrorSetting,
        actor: Actor,
        address: String,
    ) -> Result<Vec<FieldError>, sqlx::Error> {
        let _alone = self.mirror.saving.lock().await;
        let all = self.accounts.all();
        let others: Vec<_> = all
            .iter()
            .filter(|other| other.app_id != account.app_id)
            .map(|other| (other.name.as_str(), self.mirror.setting(&other.app_id)))
            .filter(|(_, setting)| setting.on)
            .collect();
        let faults = setting.faults(others.iter().map(|(name, setting)| (*name, setting)));
        if !faults.is_empty() {
            return Ok(faults);
        }
        let text = serde_json::json!(setting).to_string();
        let (name, now) = (format!("{PREFIX}{}", account.app_id), self.core.now());
        let act = Act::new(actor, "mirror.changed", format!("account:{}", account.app_id)).from_address(address).detail(text.clone());
        let written = self.core.db.write(move |connection| {
            Box::pin(async move {
                settings::put(&mut *connection, &name, &text).await?;
                record_in(connection, now, &act).await
            })
        });
        written.await?;
        self.mirror.state().written_at.remove(&account.app_id);
        self.mirror.chosen.write().unwrap_or_else(PoisonError::into_inner).insert(account.app_id.clone(), setting);
        self.mirror.bell.ring();
        Ok(Vec::new())
    }

    /// What should stand in Redis now; `None` where no account is mirrored.
    fn mirrored(&self) -> Option<Vec<Value>> {
        let (now, mut values, mut any) = (self.core.now(), Vec::<Value>::new(), false);
        for account in self.accounts.all().iter() {
            let setting = self.mirror.setting(&account.app_id);
            if !setting.on {
                continue;
            }
            any = true;
            let keeper = self.keeper(&account.app_id);
            for kind in MirrorSetting::KINDS {
                let key = setting.key(kind);
                // Settings refuse equal names; should a restored database hold some, the first account keeps its key.
                if let Some(held) = keeper.slot(kind).usable(now).filter(|_| values.iter().all(|value| value.key != key)) {
                    values.push(Value { app_id: account.app_id.clone(), key: key.to_owned(), held });
                }
            }
        }
        any.then_some(values)
    }
}
