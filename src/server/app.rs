//! Everything put together: the parts of the running server and how they are opened.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{
    join::{Join, Told},
    setup_tries::SetupTries,
};
use crate::{
    features::{
        accounts::{self, server::Accounts},
        binding::server::Bindings,
        callback::server::Callback,
        jssdk::{self, server::Signer},
        media::server::Media,
        messages::server::{
            Messages,
            drafts::sweep::Sweeping,
            sending::{Company, Sender},
            templates::Syncing,
        },
        overview::server::Overview,
        people::server::People,
        relay::server::Relay,
        scan::server::Scans,
        tokens::{
            model::Part,
            server::{Keeping, Tallying, Tokens, Who},
        },
        users::server::Users,
        webhooks::server::Webhooks,
    },
    infra::{
        Core, Ground,
        clock::{Chance, Clock},
        config::{Place, Settings},
        db::Db,
        files,
        net::Proxies,
        secrets::Vault,
    },
    jobs::{Bell, Crew},
};

/// The parts of the running server. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Database, clock, secrets, settings.
    pub core: Core,
    /// Background work.
    pub crew: Crew,
    /// Whose forwarding headers are believed.
    pub proxies: Arc<Proxies>,
    /// The official accounts.
    pub accounts: Accounts,
    /// Access tokens and tickets.
    pub tokens: Tokens,
    /// Signs pages.
    pub signer: Arc<Signer>,
    /// People, sessions, API keys.
    pub users: Users,
    /// Pictures.
    pub media: Media,
    /// Followers and openids.
    pub people: People,
    /// People's own WeChat.
    pub bindings: Bindings,
    /// Signing in by one's own WeChat.
    pub scans: Scans,
    /// Calls handed on to WeChat.
    pub relay: Relay,
    /// WeChat's pushes.
    pub callback: Callback,
    /// The first page.
    pub overview: Overview,
    /// Template messages.
    pub messages: Messages,
    /// What other systems are told.
    pub webhooks: Webhooks,
}

/// Opens the data folder: makes it, reads the key, opens and migrates the database.
///
/// # Errors
/// A sentence for the operator: what, why, what to do.
pub async fn open_core(place: Place, settings: Settings, clock: Clock, chance: Chance) -> anyhow::Result<Core> {
    open_core_with(place, settings, clock, chance, LostKey::Refuse).await
}

/// What to do where a database with accounts has lost its master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostKey {
    /// Refuse: a new key would open nothing of what is there.
    Refuse,
    /// Make a new one; the caller takes away what it does not open.
    Renew,
}

/// The same, with a say about a lost key.
///
/// # Errors
/// As [`open_core`].
pub async fn open_core_with(place: Place, settings: Settings, clock: Clock, chance: Chance, lost: LostKey) -> anyhow::Result<Core> {
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    // Several commands at once on a new folder: the first makes key and database, the others wait and open them.
    let _opening = files::opening(&place.data).await?;
    let key = place.master_key();
    let present = if key.exists() { Some(Vault::open(&key, chance.clone())?) } else { None };
    let db = Db::open(&place.database()).await?;
    let vault = match present {
        Some(vault) => vault,
        None => {
            anyhow::ensure!(
                lost == LostKey::Renew || accounts::server::is_empty(db.read()).await?,
                "There is no master key at {}, but the secrets of the accounts in this data folder were sealed with one. Put the key file back \
                 (or name it with --master-key-file); if it is lost, run wxdesk migrate --forget-secrets and type the secrets again.",
                key.display()
            );
            Vault::open(&key, chance.clone())?
        }
    };
    Ok(Core::new(Ground { db, clock, chance, vault, place, settings }))
}

impl App {
    /// Opens every part. Workers start with [`App::hire`].
    pub async fn open(core: Core, stop: CancellationToken) -> anyhow::Result<Self> {
        let crew = Crew::new(core.clock.clone(), stop);
        let proxies = Arc::new(Proxies::new(core.settings.trusted_proxies()));
        let accounts = Accounts::open(core.clone()).await?;
        let tokens = Tokens::open(core.clone(), accounts.clone()).await?.until(crew.stop().clone());
        let own = |part| tokens.of(Who::Own(part));
        let signer = Signer::new(core.clone(), accounts.clone(), tokens.clone());
        let tries = SetupTries { accounts: accounts.clone(), tokens: tokens.clone(), signer: signer.clone() };
        let users = Users::open(core.clone(), Arc::new(accounts.clone())).await?.trying(Arc::new(tries));
        let messages = Messages::new(core.clone(), accounts.clone(), own(Part::Messages)).until(crew.stop().clone());
        let media =
            Media::open(core.clone(), accounts.clone(), own(Part::Media), users.clone(), messages.clone())?.until(crew.stop().clone());
        // The composer's own; what the pictures keep to write to people with needs no such choice, so nothing goes in a circle.
        let messages = messages.choosing_from(Arc::new(media.clone()));
        let people = People::open(core.clone(), accounts.clone(), own(Part::People), crew.clone());
        let bindings = Bindings::new(core.clone(), people.clone(), users.clone());
        let scans = Scans::new(core.clone(), people.clone(), users.clone());
        let relay = Relay::new(core.clone(), accounts.clone(), tokens.clone(), users.keys.clone());
        let callback = Callback::open(core.clone(), accounts.clone(), people.clone(), Arc::new(Join(messages.clone())))?;
        let overview = Overview::new(core.clone(), accounts.clone(), tokens.clone(), people.clone(), messages.clone(), proxies.clone());
        let webhooks = Webhooks::open(core.clone(), Arc::new(Told { public_url: core.settings.public_url() }))?;
        Ok(Self {
            core,
            crew,
            proxies,
            accounts,
            tokens,
            users,
            signer,
            messages,
            media,
            people,
            bindings,
            scans,
            relay,
            callback,
            overview,
            webhooks,
        })
    }

    /// Sets the workers to work, those that send messages as part of `senders`.
    pub fn hire(&self, senders: &Crew) {
        self.users.hire(&self.crew);
        self.media.hire(&self.crew);
        self.accounts.hire(&self.crew);
        self.callback.hire(&self.crew);
        self.webhooks.hire(&self.crew);
        self.relay.hire(&self.crew);
        self.crew.hire(Keeping::new(self.tokens.clone()), Bell::default());
        if let Some((mirroring, bell)) = self.tokens.mirroring() {
            self.crew.hire(mirroring, bell);
        }
        self.crew.hire(Tallying(self.tokens.clone()), self.tokens.refusals_bell());
        self.tokens.finish_with(&self.crew);
        self.crew.hire(jssdk::server::beacons::Writing::new(self.signer.clone()), Bell::default());
        let sender = Sender::new(self.messages.clone(), senders.clone(), Company::None);
        self.crew.hire(Syncing::new(self.messages.clone()), Bell::default());
        self.crew.hire(Sweeping::new(self.messages.clone()), Bell::default());
        let (dispatcher, bell) = sender.dispatcher();
        senders.hire(dispatcher, bell);
        senders.hire(sender, self.messages.bell());
    }
}
