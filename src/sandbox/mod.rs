//! A simulator of the WeChat platform: tokens, tickets, media, template messages with receipts, OAuth, followers, and a phone.
//!
//! Everything it knows is a fold over [`event::Event`]s; with a journal file every event is written before the answer leaves,
//! so killing the process loses nothing that was answered. Rules follow docs/wechat-api.md.

mod call;
mod control;
pub mod demo;
mod demo_history;
mod demo_people;
mod dials;
mod event;
mod gate;
mod ledger;
mod media;
mod oauth;
mod oauth_page;
mod people;
mod phone;
mod push;
mod pusher;
mod qrcode;
mod quota;
mod reply;
mod rules;
mod scenes;
mod send;
mod serve;
mod state;
mod template;
mod token;

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use anyhow::Context;
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use crate::infra::clock::{Chance, Clock};

pub use demo_history::{DemoSend, DemoUpload, demo_sends, demo_uploads};
pub use demo_people::Follower;
pub use dials::{Dials, Garbage};
pub use ledger::LedgerEntry;
pub use scenes::scenes;
pub use send::{Row, SentMessage};
pub use template::Template;

use event::{Event, Journal};
use state::{Change, State};

/// AppID of the account that is there from the start.
pub const SANDBOX_APP_ID: &str = "wxsandbox0000001";
/// AppSecret of [`SANDBOX_APP_ID`]. Not a secret: it opens nothing outside the simulator.
pub const SANDBOX_SECRET: &str = "sandbox0secret0of0no0real0accoun";
/// Original id (`gh_…`) of [`SANDBOX_APP_ID`].
pub const SANDBOX_ORIGINAL_ID: &str = "gh_sandbox00001";

/// What the simulator starts from.
pub struct Options {
    /// Where "now" comes from.
    pub clock: Clock,
    /// Where tokens, ids and nonces come from.
    pub chance: Chance,
    /// Append-only file of everything that happened; `None` keeps it in memory only. Tokens, tickets, codes and callback keys in it are
    /// sealed under a key that lies beside it (`sandbox.jsonl`, `sandbox.key`).
    pub journal: Option<PathBuf>,
    /// The first account.
    pub app: App,
}

/// An official account registered at the simulator. Given anew at each start; never written to the journal.
#[derive(Clone)]
pub struct App {
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub secret: SecretString,
    /// Original id, `gh_…`: the ToUserName of pushes.
    pub original_id: String,
    /// Where events go; `None` until the account configures one.
    pub callback: Option<CallbackTarget>,
}

impl App {
    /// The ready sandbox account, without a callback.
    pub fn sandbox() -> Self {
        Self { app_id: SANDBOX_APP_ID.into(), secret: SANDBOX_SECRET.into(), original_id: SANDBOX_ORIGINAL_ID.into(), callback: None }
    }
}

/// The server configuration an account sets in WeChat's console (docs/wechat-api.md §10.1).
#[derive(Clone, Serialize, Deserialize)]
pub struct CallbackTarget {
    /// Address that is called.
    pub url: String,
    /// Token that signs.
    pub token: String,
    /// EncodingAESKey, 43 characters; needed unless plain.
    #[serde(default)]
    pub aes_key: Option<String>,
    /// How pushes are wrapped.
    #[serde(default)]
    pub mode: Mode,
}

/// How a push is wrapped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// XML as it is.
    #[default]
    Plain,
    /// XML and its encrypted copy in one body.
    Compatible,
    /// Encrypted only.
    Safe,
}

/// A picture handed in on the phone page, for the server to file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The account.
    pub app_id: String,
    /// The media id (`serverId` in H5 pages).
    pub media_id: String,
    /// Who handed it in, as the business names the person.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
}

/// Files a picture handed in on the phone page; an error is shown to the tester.
pub type OnUpload = Arc<dyn Fn(Upload) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// The simulator. Clones share one state.
#[derive(Clone)]
pub struct Sandbox(Arc<Shared>);

struct Shared {
    clock: Clock,
    chance: Chance,
    inner: Mutex<Inner>,
    /// Woken when a push was queued.
    wake: Notify,
    http: reqwest::Client,
    on_upload: RwLock<Option<OnUpload>>,
    first_app: String,
}

struct Inner {
    state: State,
    journal: Journal,
}

impl Sandbox {
    /// Opens the simulator, replaying the journal where there is one.
    ///
    /// # Errors
    /// The journal cannot be opened, read or locked into shape.
    pub fn open(options: Options) -> anyhow::Result<Self> {
        // A second installation is refused and harmless: the first provider stays.
        rustls::crypto::ring::default_provider().install_default().ok();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(pusher::ANSWER_WITHIN)
            .build()
            .context("build the HTTP client that pushes events")?;
        let (journal, events) = Journal::open(options.journal.as_deref()).context("open the simulator's journal")?;
        let mut state = State::default();
        for event in &events {
            state.apply(event);
        }
        let sandbox = Self(Arc::new(Shared {
            clock: options.clock,
            chance: options.chance,
            inner: Mutex::new(Inner { state, journal }),
            wake: Notify::new(),
            http,
            on_upload: RwLock::new(None),
            first_app: options.app.app_id.clone(),
        }));
        sandbox.add_app(options.app);
        Ok(sandbox)
    }

    /// Registers an account, or replaces its secret and callback. A new one gets its own followers and templates.
    pub fn add_app(&self, app: App) {
        self.change(|change| {
            if !change.state.accounts.contains_key(&app.app_id) {
                change.record(Event::AppOpened { app_id: app.app_id.clone(), at: change.now() });
            }
            change.state.apps.insert(app.app_id.clone(), app);
        });
    }

    /// Everything that was asked, oldest first.
    pub fn ledger(&self) -> Vec<LedgerEntry> {
        self.look(|state| state.ledger.clone())
    }

    /// The fault dials as they stand; counted ones show what is left.
    pub fn dials(&self) -> Dials {
        self.look(|state| state.dials.clone())
    }

    /// Sets all fault dials.
    pub fn set_dials(&self, dials: Dials) {
        self.change(|change| change.record(Event::DialsSet { dials: Box::new(dials) }));
    }

    /// Messages accepted for one openid, oldest first, whatever became of them.
    pub fn accepted(&self, openid: &str) -> Vec<SentMessage> {
        self.look(|state| state.messages_of(openid).cloned().collect())
    }

    /// Sets where an account's events go, as the console does (without the console's GET check: see [`Sandbox::verify_callback`]).
    pub fn set_callback(&self, app_id: &str, target: CallbackTarget) {
        self.change(|change| change.record(Event::CallbackSet { app_id: app_id.into(), target }));
    }

    /// Stores a picture as a follower's upload to the first account and returns its media id.
    pub fn upload(&self, bytes: &[u8]) -> String {
        self.upload_as("image", bytes)
    }

    /// The same for `image`, `voice` (recorded on a phone if Speex) or `video`.
    pub fn upload_as(&self, kind: &str, bytes: &[u8]) -> String {
        self.change(|change| media::store(change, &self.0.first_app, kind, bytes))
    }

    /// Followers of the first account, those who left included.
    pub fn followers(&self) -> Vec<Follower> {
        self.look(|state| state.accounts.get(&self.0.first_app).map(|account| account.followers.clone()).unwrap_or_default())
    }

    /// A crowd follows the first account.
    pub fn join(&self, count: usize) {
        let app_id = self.0.first_app.clone();
        self.change(|change| {
            let at = change.now();
            change.record(event::Event::Joined { app_id, count, at });
        });
    }

    /// Templates of the first account.
    pub fn templates(&self) -> Vec<Template> {
        self.look(|state| state.accounts.get(&self.0.first_app).map(|account| account.templates.clone()).unwrap_or_default())
    }

    /// Says what happens to a picture handed in on the phone page.
    pub fn on_upload(&self, handler: OnUpload) {
        *self.0.on_upload.write().unwrap_or_else(PoisonError::into_inner) = Some(handler);
    }

    /// Reads the state.
    fn look<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock().state)
    }

    /// Changes the state by events, and writes them to the journal before returning.
    fn change<T>(&self, work: impl FnOnce(&mut Change<'_>) -> T) -> T {
        let mut guard = self.lock();
        let inner = &mut *guard;
        let mut change = Change { state: &mut inner.state, events: Vec::new(), now_ms: self.0.clock.now_ms(), chance: &self.0.chance };
        let out = work(&mut change);
        let events = change.events;
        inner.journal.append(&events);
        let pushes = events.iter().any(|event| matches!(event, Event::PushQueued { .. }));
        drop(guard);
        if pushes {
            self.0.wake.notify_one();
        }
        out
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
