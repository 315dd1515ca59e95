//! Secrets of endpoints: sealed, replaced with an overlap, and given up where the master key no longer opens them.

use secrecy::SecretString;
use sqlx::SqliteConnection;

use super::{By, Webhooks, secret_store, sign, store};
use crate::{
    features::{
        audit::server::record_in,
        webhooks::model::{Endpoint, OVERLAP},
    },
    infra::secrets::Vault,
    shared::error::AppError,
};

/// An endpoint whose secret does not open any more: nothing can be sent to it until it gets a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostWebhook {
    /// AppID of its account.
    pub app_id: String,
    /// What people call it, or else its host.
    pub name: String,
}

impl Webhooks {
    /// The secret of an endpoint, unless the master key was lost.
    pub(super) fn secret(&self, id: &str, sealed: &[u8]) -> Option<SecretString> {
        self.core.vault.open_sealed(&identity(id, "secret"), sealed).ok()
    }

    /// The secrets before it that still sign, the newest first.
    pub(super) async fn old_secrets(&self, id: &str) -> Result<Vec<SecretString>, sqlx::Error> {
        let sealed = secret_store::still_signing(self.core.db.read(), id, self.core.now()).await?;
        Ok(sealed.iter().filter_map(|sealed| self.core.vault.open_sealed(&identity(id, "old_secret"), sealed).ok()).collect())
    }

    /// Gives an endpoint a new secret, told here once; the one before it signs as well for a day.
    ///
    /// # Errors
    /// 404, the database.
    pub async fn rotate(&self, endpoint: &Endpoint, by: &By) -> Result<SecretString, AppError> {
        let (now, id, secret) = (self.core.now(), endpoint.id.clone(), sign::fresh(&self.core.chance));
        let row = store::get(self.core.db.read(), &id).await?.ok_or_else(AppError::not_found)?;
        let sealed = seal(&self.core.vault, &id, &secret);
        // One that the master key no longer opens has no use any more.
        let old = self.secret(&id, &row.secret).map(|old| self.core.vault.seal(&identity(&id, "old_secret"), &old));
        let act = by.act("webhook.rotated", &id);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                secret_store::end(c, &id, now).await?;
                if let Some(old) = old {
                    secret_store::keep(c, &id, &old, now + OVERLAP).await?;
                }
                secret_store::put(c, &id, &sealed, now).await?;
                record_in(c, now, &act).await
            })
        });
        unit.await?;
        Ok(secret)
    }

    /// Ends the secrets before the present one at once, for one that was given away.
    ///
    /// # Errors
    /// The database.
    pub async fn end_old(&self, endpoint: &Endpoint, by: &By) -> Result<(), sqlx::Error> {
        let (now, id) = (self.core.now(), endpoint.id.clone());
        let act = by.act("webhook.old_secret_ended", &id);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                if secret_store::end(c, &id, i64::MAX).await? > 0 {
                    record_in(c, now, &act).await?;
                }
                Ok(())
            })
        });
        unit.await
    }
}

/// A secret as the database keeps it.
pub(super) fn seal(vault: &Vault, id: &str, secret: &SecretString) -> Vec<u8> {
    vault.seal(&identity(id, "secret"), secret)
}

fn identity(id: &str, field: &str) -> String {
    format!("webhooks/{id}/{field}")
}

/// The endpoints whose secrets `vault` does not open, inside the caller's write. Each needs a new secret from its page.
///
/// # Errors
/// The database.
pub async fn lost(c: &mut SqliteConnection, vault: &Vault) -> Result<Vec<LostWebhook>, sqlx::Error> {
    let lost = secret_store::all(c).await?.into_iter().filter(|one| vault.open_sealed(&identity(&one.id, "secret"), &one.secret).is_err());
    Ok(lost
        .map(|one| {
            let host = url::Url::parse(&one.url).ok().and_then(|url| url.host_str().map(str::to_owned));
            let name = Some(one.description).filter(|text| !text.is_empty()).or(host).unwrap_or(one.id);
            LostWebhook { app_id: one.app_id, name }
        })
        .collect())
}
