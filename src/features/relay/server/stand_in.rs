//! Stand-ins: tokens of ours for programs that insist on fetching one. They open nothing at WeChat.
//!
//! A stand-in is sealed under the master key and holds the key's id, a mark of the secret it was fetched with, and its end, so nothing is
//! kept, a restart ends none, and each is worth what its key and that secret are worth at the moment it is used.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::infra::secrets::Vault;

/// How long one lives, in seconds.
pub const LIFE: i64 = 7200;
/// What every stand-in starts with, so that nobody takes one for WeChat's.
pub const HEAD: &str = "wxr_";
/// Longer texts are none.
const LONGEST: usize = 256;

/// A stand-in for the key `key_id` at the account, fetched with the secret of `mark`, good until `end` (Unix milliseconds).
pub fn make(vault: &Vault, app_id: &str, key_id: &str, mark: &str, end: i64) -> String {
    let sealed = vault.seal(&identity(app_id), &SecretString::from(format!("{end} {key_id} {mark}")));
    format!("{HEAD}{}", URL_SAFE_NO_PAD.encode(sealed))
}

/// The id of the key behind a stand-in of the account, and the mark of its secret; `None` where it is none, another account's, or over.
pub fn key_of(vault: &Vault, app_id: &str, token: &str, now: i64) -> Option<(String, String)> {
    let sealed = token.strip_prefix(HEAD).filter(|text| text.len() <= LONGEST)?;
    let opened = vault.open_sealed(&identity(app_id), &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
    let (end, rest) = opened.expose_secret().split_once(' ')?;
    let (key_id, mark) = rest.split_once(' ')?;
    let end: i64 = end.parse().ok()?;
    // A clock that was set back makes nothing older.
    (now < end && end - now <= LIFE * 1000).then(|| (key_id.to_owned(), mark.to_owned()))
}

fn identity(app_id: &str) -> String {
    format!("relay/{app_id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::clock::Chance;

    #[test]
    fn a_stand_in_is_its_account_s_until_its_end() {
        let vault = Vault::new(&[7; 32], Chance::seeded(7));
        let token = make(&vault, "wx1", "key-0123456789ab", "0a1b2c3d", 8_000_000);
        assert!(token.len() <= 136 && !token.contains("key-0123456789ab"), "{token}");
        assert_eq!(key_of(&vault, "wx1", &token, 7_999_999), Some(("key-0123456789ab".into(), "0a1b2c3d".into())));
        assert_eq!(key_of(&vault, "wx1", &token, 8_000_000), None);
        assert_eq!(key_of(&vault, "wx1", &token, 1), None);
        assert_eq!(key_of(&vault, "wx2", &token, 7_999_999), None);
        for wrong in ["", "wxr_", "90_abc", &token[..token.len() - 1], &format!("{token}A"), &"x".repeat(5000)] {
            assert_eq!(key_of(&vault, "wx1", wrong, 7_999_999), None);
        }
    }
}
