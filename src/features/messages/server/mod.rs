//! Use cases of template messages.

pub mod accept;
mod allowance;
pub mod audience;
pub mod batches;
pub mod bodies;
mod body;
pub mod doubts;
pub mod drafts;
pub mod forms;
pub mod history;
pub mod http;
pub mod numbers;
mod outreach;
pub mod reasons;
pub mod receipts;
pub mod record;
pub mod rules;
pub mod seed;
pub mod sending;
mod store;
pub mod tables;
mod taking_back;
pub mod templates;
mod waiting;

#[cfg(test)]
mod tests;

use std::sync::{Arc, atomic::AtomicBool};

use tokio_util::sync::CancellationToken;

use crate::{
    features::{
        accounts::server::{Accounts, sending_locked},
        tokens::server::Tokens,
    },
    infra::Core,
    jobs::Bell,
    shared::error::AppError,
};

pub use accept::NewMessage;
pub use audience::uploads::{Expected, RecipientSource};
pub use receipts::Receipt;
pub use seed::{SeedMessage, SeedOutcome, seed};
pub use store::Message;

/// Template messages of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Messages {
    core: Core,
    accounts: Accounts,
    tokens: Tokens,
    bell: Bell,
    gate: Arc<sending::Gate>,
    waiting: Arc<waiting::Waiting>,
    quotas: Arc<allowance::Quotas>,
    /// Whether the sender met a full disk with its last write: nothing goes out then.
    disk_full: Arc<AtomicBool>,
    /// People of another feature who may be chosen as recipients.
    uploads: Option<Arc<dyn RecipientSource>>,
    /// Ends what would otherwise stay open for ever, such as a page that watches.
    stop: CancellationToken,
}

impl axum::extract::FromRef<Messages> for Core {
    fn from_ref(messages: &Messages) -> Self {
        messages.core.clone()
    }
}

impl Messages {
    /// The feature around its neighbours. Sending starts when the [`sending::Sender`] is hired with [`Messages::bell`].
    pub fn new(core: Core, accounts: Accounts, tokens: Tokens) -> Self {
        Self {
            core,
            accounts,
            tokens,
            bell: Bell::default(),
            gate: Arc::default(),
            waiting: Arc::default(),
            quotas: Arc::default(),
            disk_full: Arc::default(),
            uploads: None,
            stop: CancellationToken::new(),
        }
    }

    /// The same, ending what watches it when `stop` is called for.
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// The same, with people of another feature to choose from.
    pub fn choosing_from(self, uploads: Arc<dyn RecipientSource>) -> Self {
        Self { uploads: Some(uploads), ..self }
    }

    /// The bell that wakes the sender.
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// One message by id.
    ///
    /// # Errors
    /// 404 for an id we do not know.
    pub async fn get(&self, id: &str) -> Result<Message, AppError> {
        store::by_id(self.core.db.read(), id).await?.ok_or_else(AppError::not_found)
    }

    /// One message of an account; another account's is as unknown as a missing one.
    ///
    /// # Errors
    /// 404.
    pub async fn get_of(&self, app_id: &str, id: &str) -> Result<Message, AppError> {
        self.get(id).await.and_then(|message| if message.app_id == app_id { Ok(message) } else { Err(AppError::not_found()) })
    }

    /// Whether an administrator has locked all sending (the setting `sending_locked`).
    ///
    /// # Errors
    /// The database.
    pub async fn is_locked(&self) -> Result<bool, sqlx::Error> {
        sending_locked(self.core.db.read()).await
    }
}
