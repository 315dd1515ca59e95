//! Everything put together: the parts of the running server and how they are opened.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::join::Join;
use crate::{
    features::{
        accounts::server::Accounts,
        callback::server::Callback,
        jssdk::server::Signer,
        media::server::Media,
        messages::server::{Messages, sending::Sender, templates::Syncing},
        overview::server::Overview,
        people::server::People,
        tokens::server::{Keeping, Tokens},
        users::server::Users,
    },
    infra::{
        Core,
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
    /// WeChat's pushes.
    pub callback: Callback,
    /// The first page.
    pub overview: Overview,
    /// Template messages.
    pub messages: Messages,
}

/// Opens the data folder: makes it, reads the key, opens and migrates the database.
///
/// # Errors
/// A sentence for the operator: what, why, what to do.
pub async fn open_core(place: Place, settings: Settings, clock: Clock, chance: Chance) -> anyhow::Result<Core> {
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    let vault = Vault::open(&place.master_key(), chance.clone())?;
    let db = Db::open(&place.database()).await?;
    Ok(Core { db, clock, chance, vault, place: Arc::new(place), settings: Arc::new(settings) })
}

impl App {
    /// Opens every part. Workers start with [`App::hire`].
    pub async fn open(core: Core, stop: CancellationToken) -> anyhow::Result<Self> {
        let crew = Crew::new(core.clock.clone(), stop);
        let proxies = Arc::new(Proxies::new(core.settings.trusted_proxy.clone()));
        let accounts = Accounts::open(core.clone()).await?;
        let tokens = Tokens::open(core.clone(), accounts.clone()).await?;
        let signer = Signer::new(core.clone(), accounts.clone(), tokens.clone());
        let users = Users::open(core.clone(), Arc::new(accounts.clone())).await?;
        let media = Media::open(core.clone(), accounts.clone(), tokens.clone())?;
        let people = People::open(core.clone(), accounts.clone(), tokens.clone(), crew.clone());
        let messages = Messages::new(core.clone(), accounts.clone(), tokens.clone()).until(crew.stop().clone());
        let callback = Callback::open(core.clone(), accounts.clone(), people.clone(), Arc::new(Join(messages.clone())))?;
        let overview = Overview::new(core.clone(), accounts.clone(), tokens.clone(), people.clone(), proxies.clone());
        Ok(Self { core, crew, proxies, accounts, tokens, users, signer, messages, media, people, callback, overview })
    }

    /// Sets the workers to work.
    pub fn hire(&self) {
        self.users.hire(&self.crew);
        self.media.hire(&self.crew);
        self.accounts.hire(&self.crew);
        self.callback.hire(&self.crew);
        self.crew.hire(Keeping::new(self.tokens.clone()), Bell::default());
        let sender = Sender::new(self.messages.clone(), self.crew.clone());
        self.crew.hire(Syncing::new(self.messages.clone()), Bell::default());
        let (dispatcher, bell) = sender.dispatcher();
        self.crew.hire(dispatcher, bell);
        self.crew.hire(sender, self.messages.bell());
    }
}
