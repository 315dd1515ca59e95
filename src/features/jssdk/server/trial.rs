//! A page of a JS domain signed for trial: what set-up does to see whether pages there will be signed.

use std::sync::Arc;

use super::{Signer, sign::sign, url};
use crate::{
    features::{accounts::server::Account, tokens::server::Held},
    shared::{error::AppError, time::SECOND},
    ui::texts::jssdk as w,
};

/// A signature that came out, and how long its ticket lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The address signed.
    pub url: String,
    /// Lower-case hex.
    pub signature: String,
    /// How long the ticket lasts (milliseconds).
    pub left: i64,
}

impl Signer {
    /// Signs the first page of a host as the signature route does, with the ticket in memory; never calls WeChat.
    ///
    /// # Errors
    /// The host is none of the account's (403, 422), or there is no ticket (503).
    pub fn try_host(&self, account: &Account, host: &str) -> Result<Trial, AppError> {
        let ticket = self.tokens.ticket(&account.app_id).ok_or_else(|| AppError::unavailable("ticket_not_ready", w::NO_TICKET, 5))?;
        self.tried(account, host, &ticket)
    }

    /// As [`Signer::try_host`], waiting for the first ticket where there is none yet.
    ///
    /// # Errors
    /// As there; why WeChat gives no ticket.
    pub async fn try_host_ready(&self, account: &Account, host: &str) -> Result<Trial, AppError> {
        let ticket = self.tokens.ticket_ready(&account.app_id).await?;
        self.tried(account, host, &ticket)
    }

    fn tried(&self, account: &Account, host: &str, ticket: &Arc<Held>) -> Result<Trial, AppError> {
        let (address, now) = (format!("https://{host}/"), self.core.now());
        let page = url::check_url(&address, &account.js_domains).map_err(url::refusal)?;
        let signature = sign(ticket.expose(), &self.core.chance.text(16), &(now / SECOND).to_string(), page.signed);
        let signature = String::from_utf8_lossy(&signature).into_owned();
        Ok(Trial { signature, left: ticket.expires_at - now, url: address })
    }
}
