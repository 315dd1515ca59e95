//! What the set-up page tries on the spot, plugged in here because accounts, tokens and signatures stand above people.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::{
    features::{
        accounts::{
            model::{CheckLine, CheckState},
            server::{self as accounts, Accounts, Typed},
        },
        jssdk::server::Signer,
        tokens::server::Tokens,
        users::{
            model::Tried,
            server::{people::By, tries::Tries},
        },
    },
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
        time,
    },
};

/// The parts that are tried.
pub struct SetupTries {
    /// The official accounts.
    pub accounts: Accounts,
    /// Their tokens.
    pub tokens: Tokens,
    /// What signs pages.
    pub signer: Arc<Signer>,
}

impl Tries for SetupTries {
    fn connect<'a>(&'a self, app_id: &'a str, by: &'a By) -> BoxFuture<'a, Result<Tried, AppError>> {
        Box::pin(async move {
            let account = self.accounts.named(Some(app_id))?;
            let tried = told(accounts::connect(&account).await);
            if tried.ok {
                // The keeper may still be resting after a refusal; a person who has mended it need not wait. Whether it says no
                // because it was asked a moment ago, or for a reason of its own, is for the next step to show.
                self.tokens.refresh(&account, by.actor.clone()).await.ok();
            }
            Ok(tried)
        })
    }

    fn add_domain<'a>(&'a self, app_id: &'a str, typed: &'a str, by: &'a By) -> BoxFuture<'a, Result<(), AppError>> {
        Box::pin(async move {
            if typed.trim().is_empty() {
                return Err(AppError::invalid(vec![FieldError::new("js_domains", "missing", DOMAIN_MISSING)]));
            }
            let account = self.accounts.named(Some(app_id))?;
            let mut domains = account.js_domains.clone();
            domains.push(typed.to_owned());
            let by = accounts::By { actor: by.actor.clone(), address: by.address.clone() };
            accounts::set(self.accounts.core(), &by, app_id, Typed { js_domains: Some(domains), ..Typed::default() }).await?;
            self.accounts.reload().await?;
            // The first domain is what makes a ticket needed; the page that follows shows how that went.
            let account = self.accounts.named(Some(app_id))?;
            if let Some(domain) = account.js_domains.last() {
                self.signer.try_host_ready(&account, domain).await.ok();
            }
            Ok(())
        })
    }

    fn signature(&self, app_id: &str, domain: &str) -> Tried {
        let tried = self.accounts.named(Some(app_id)).and_then(|account| self.signer.try_host(&account, domain));
        match tried {
            Ok(trial) => {
                let (head, left) = (trial.signature.get(..8).unwrap_or_default().to_owned(), time::span(trial.left));
                let said = Said::new(
                    format!("{} 已能签名（{head}…），票据还剩 {left}", trial.url),
                    format!("{} can be signed ({head}…); the ticket lasts {left} more", trial.url),
                );
                Tried { ok: true, text: said, ..Tried::default() }
            }
            Err(error) => Tried {
                text: error.detail.clone(),
                hint: error
                    .refusal
                    .as_ref()
                    .map(|refusal| refusal.hint.clone())
                    .or_else(|| (error.status == 503).then(|| NO_TICKET_HINT.into())),
                errcode: error.refusal.as_ref().map(|refusal| refusal.errcode),
                ..Tried::default()
            },
        }
    }
}

/// The one line that says most: the address that is refused, else the token.
fn told(lines: Vec<CheckLine>) -> Tried {
    let line = lines.iter().find(|line| line.address.is_some()).or(lines.first());
    line.map_or_else(Tried::default, |line| Tried {
        ok: lines.iter().all(|line| line.state == CheckState::Ok),
        text: line.text.clone(),
        hint: line.hint.clone(),
        errcode: line.errcode,
        address: line.address.clone(),
    })
}

const DOMAIN_MISSING: Text = Text::new("请填写域名，例如 h5.example.com。", "Enter a domain, such as h5.example.com.");
const NO_TICKET_HINT: Text = Text::new(
    "票据随令牌自动取得，过几秒再检查；一直没有，原因在令牌页。",
    "The ticket comes with the token; check again in a few seconds. If it never comes, the tokens page says why.",
);
