//! Secrets at rest: XChaCha20-Poly1305 under a key that lives outside the database.
//!
//! A sealed value is `version (1 byte) | nonce (24) | ciphertext`. The row's identity is its associated data, so a value copied to
//! another row does not open there.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{clock::Chance, files};

const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    cipher: Arc<XChaCha20Poly1305>,
    chance: Chance,
}

/// A sealed value that does not open: other key, other row, or damaged.
#[derive(Debug, thiserror::Error)]
#[error(
    "A secret in the database does not open with this master key. Put the right key file back (see --master-key-file), \
     or run wxdesk migrate --forget-secrets and type the secrets again."
)]
pub struct Unsealable;

impl Vault {
    /// A vault under a key of 32 bytes.
    pub fn new(key: &[u8; 32], chance: Chance) -> Self {
        Self { cipher: Arc::new(XChaCha20Poly1305::new(Key::from_slice(key))), chance }
    }

    /// Reads the key file, or makes one (64 hex digits, mode 0600) and reads that: another process may have been first. Refuses a file that
    /// others can read.
    pub fn open(file: &Path, chance: Chance) -> anyhow::Result<Self> {
        if !file.exists() {
            let key = Zeroizing::new(chance.bytes::<32>());
            files::create_private(file, hex::encode(*key).as_bytes()).map_err(|error| {
                anyhow::anyhow!("The master key file could not be written ({}). Check the folder's rights.", error.kind())
            })?;
        }
        let mode = fs::metadata(file)
            .map_err(|error| anyhow::anyhow!("The master key file cannot be read ({}). Check its owner and rights.", error.kind()))?
            .permissions()
            .mode();
        anyhow::ensure!(
            mode & 0o077 == 0,
            "The master key file can be read by others (mode {:o}). Run chmod 600 on it and start again.",
            mode & 0o777
        );
        let text = Zeroizing::new(
            fs::read_to_string(file)
                .map_err(|error| anyhow::anyhow!("The master key file cannot be read ({}). Check its owner and rights.", error.kind()))?,
        );
        let mut key = Zeroizing::new([0u8; 32]);
        hex::decode_to_slice(text.trim(), key.as_mut_slice())
            .map_err(|_| anyhow::anyhow!("The master key file does not hold 64 hex digits. Restore it from your backup."))?;
        Ok(Self::new(&key, chance))
    }

    /// Seals `secret` for the row `identity`, such as `accounts/wx123/secret`.
    pub fn seal(&self, identity: &str, secret: &SecretString) -> Vec<u8> {
        let nonce = self.chance.bytes::<NONCE>();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: identity.as_bytes() };
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), payload).expect("encrypting in memory cannot fail");
        [&[VERSION][..], &nonce, &sealed].concat()
    }

    /// Opens what [`Vault::seal`] made for the same identity.
    pub fn open_sealed(&self, identity: &str, sealed: &[u8]) -> Result<SecretString, Unsealable> {
        let (Some((&VERSION, rest)), true) = (sealed.split_first(), sealed.len() > 1 + NONCE) else { return Err(Unsealable) };
        let (nonce, text) = rest.split_at(NONCE);
        let plain = self
            .cipher
            .decrypt(XNonce::from_slice(nonce), Payload { msg: text, aad: identity.as_bytes() })
            .map(Zeroizing::new)
            .map_err(|_| Unsealable)?;
        let text = std::str::from_utf8(&plain).map_err(|_| Unsealable)?;
        Ok(SecretString::from(text.to_owned()))
    }
}

/// SHA-256, by which sessions, API keys and contents are known without being kept.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_in_its_own_row_and_with_its_own_key() {
        let vault = Vault::new(&[7; 32], Chance::seeded(7));
        let sealed = vault.seal("accounts/a", &SecretString::from("canary-1"));
        assert!(!sealed.windows(8).any(|part| part == b"canary-1"));
        assert_eq!(vault.open_sealed("accounts/a", &sealed).expect("opens").expose_secret(), "canary-1");
        assert!(vault.open_sealed("accounts/b", &sealed).is_err());
        assert!(Vault::new(&[8; 32], Chance::seeded(8)).open_sealed("accounts/a", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 1;
            assert!(vault.open_sealed("accounts/a", &broken).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_refused_when_others_can_read_it() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("master.key");
        let sealed = Vault::open(&file, Chance::system()).expect("makes").seal("x", &SecretString::from("s"));
        assert!(Vault::open(&file, Chance::system()).expect("reads").open_sealed("x", &sealed).is_ok());
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("chmod");
        let refused = Vault::open(&file, Chance::system()).err().expect("refuses").to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
    }
}
