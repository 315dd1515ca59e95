//! After a restore under another master key: secrets that no longer open are taken away, so that the server starts and says so.

use secrecy::SecretString;
use sqlx::SqliteConnection;

use super::store::{self, Sealed};
use crate::infra::secrets::Vault;

/// An account whose secrets have to be typed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostSecrets {
    /// AppID.
    pub app_id: String,
    /// Name given by the operator.
    pub name: String,
    /// What is lost: `secret`, `callback_token`, `aes_key`.
    pub fields: Vec<&'static str>,
}

/// Takes away every secret that `vault` does not open, inside the caller's write: AppSecrets become empty, token and key absent.
///
/// # Errors
/// The database.
pub async fn reseal(connection: &mut SqliteConnection, vault: &Vault) -> Result<Vec<LostSecrets>, sqlx::Error> {
    let mut lost = Vec::new();
    for account in store::sealed(connection).await? {
        let fields = unopened(&account, vault);
        for field in &fields {
            match *field {
                "secret" => {
                    let empty = vault.seal(&store::identity(&account.app_id, "secret"), &SecretString::default());
                    store::put_secret(connection, &account.app_id, &empty).await?;
                }
                "callback_token" => store::put_callback_token(connection, &account.app_id, None).await?,
                _ => store::put_aes_key(connection, &account.app_id, None).await?,
            }
        }
        if !fields.is_empty() {
            lost.push(LostSecrets { app_id: account.app_id, name: account.name, fields });
        }
    }
    Ok(lost)
}

fn unopened(account: &Sealed, vault: &Vault) -> Vec<&'static str> {
    let sealed = [
        ("secret", Some(account.secret.as_slice())),
        ("callback_token", account.callback_token.as_deref()),
        ("aes_key", account.aes_key.as_deref()),
    ];
    let opens = |field: &str, value: &[u8]| vault.open_sealed(&store::identity(&account.app_id, field), value).is_ok();
    sealed.into_iter().filter(|(field, value)| value.is_some_and(|value| !opens(field, value))).map(|(field, _)| field).collect()
}
