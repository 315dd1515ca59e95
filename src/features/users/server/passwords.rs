//! Hashing of passwords: Argon2id, at most two at once and off the request threads, so that a flood of guesses starves nobody.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version,
    password_hash::{SaltString, rand_core::OsRng},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::{
    infra::respond,
    shared::{error::AppError, lang::Text},
};

/// Memory of one hash (KiB), OWASP's floor for two passes.
const MEMORY: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Hashes under way at once.
const AT_ONCE: usize = 2;
/// Callers who may wait for their turn; more are sent away.
const WAITING: usize = 64;

/// The hash of a password nobody has. Unknown names are checked against it, so that they cost what known ones cost.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$p9NMelzDbpOHmyeNcQQyFg$lT9nnyGImXC9/QrrRMCfSdrfkVBZrJi2UTzqwfQB6DA";

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(WAITING)) }
    }
}

impl Passwords {
    /// The hash to keep for a password.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn hash(&self, password: SecretString) -> Result<String, AppError> {
        self.turn(move || {
            let salt = SaltString::generate(&mut OsRng);
            argon2().hash_password(password.expose_secret().as_bytes(), &salt).map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| respond::unexpected(&error))
    }

    /// Whether a password belongs to a hash. Without a hash the work is the same and the answer no.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, AppError> {
        self.turn(move || {
            let known = hash.is_some();
            let text = hash.unwrap_or_else(|| DECOY.to_owned());
            let fits =
                PasswordHash::new(&text).is_ok_and(|parsed| argon2().verify_password(password.expose_secret().as_bytes(), &parsed).is_ok());
            fits && known
        })
        .await
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let busy = || AppError::unavailable("busy", Text::new("登录的人太多，请稍后再试。", "Too many sign-ins at once. Try again."), 5);
        let _place = self.queue.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|error| respond::unexpected(&error))
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY, PASSES, 1, None).expect("the constants are within Argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_nobody_has_the_decoy_s() {
        let passwords = Passwords::default();
        let secret = || SecretString::from("correct horse");
        let hash = passwords.hash(secret()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && !hash.contains("horse"));
        assert_ne!(hash, passwords.hash(secret()).await.expect("hashes"), "each has its own salt");
        assert!(passwords.verify(secret(), Some(hash.clone())).await.expect("checks"));
        assert!(!passwords.verify(SecretString::from("correct horsf"), Some(hash)).await.expect("checks"));
        assert!(!passwords.verify(secret(), Some("not a hash".into())).await.expect("checks"));
        assert!(!passwords.verify(secret(), None).await.expect("checks"));
    }

    #[test]
    fn the_decoy_costs_what_a_real_hash_costs() {
        let decoy = PasswordHash::new(DECOY).expect("a hash");
        let real = argon2().hash_password(b"x", &SaltString::generate(&mut OsRng)).expect("hashes").to_string();
        let real = PasswordHash::new(&real).expect("a hash");
        assert_eq!((decoy.algorithm, decoy.version, &decoy.params), (real.algorithm, real.version, &real.params));
        assert_eq!(decoy.hash.map(|hash| hash.len()), real.hash.map(|hash| hash.len()));
    }
}
