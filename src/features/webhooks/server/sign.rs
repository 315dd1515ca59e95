//! Signatures by Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::infra::clock::Chance;

/// What every secret starts with, so that secret scanners know one.
const HEAD: &str = "whsec_";
/// Bytes of a secret; the specification asks for 24 to 64.
const BYTES: usize = 32;

/// A fresh secret.
pub(super) fn fresh(chance: &Chance) -> SecretString {
    format!("{HEAD}{}", STANDARD.encode(chance.bytes::<BYTES>())).into()
}

/// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; the timestamp in Unix seconds. `None` for a text that is no secret.
pub(super) fn sign(secret: &SecretString, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.expose_secret().strip_prefix(HEAD)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok().filter(|_| !key.is_empty())?;
    for part in [id, ".", &timestamp.to_string(), ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_vector_of_standard_webhooks() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = sign(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn fresh_secrets_sign_and_other_texts_do_not() {
        let secret = fresh(&Chance::seeded(1));
        assert!(secret.expose_secret().len() == 6 + 44 && sign(&secret, "a", 1, "b").is_some());
        assert_ne!(sign(&secret, "a", 1, "b"), sign(&secret, "a", 2, "b"));
        for wrong in ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_***"] {
            assert_eq!(sign(&SecretString::from(wrong), "a", 1, "b"), None, "{wrong}");
        }
    }
}
