//! The AES envelope of callbacks in safe mode (docs/wechat-api.md §10.3).
//!
//! Whoever decrypts has to check the signature first ([`Crypt::sign`]), and every failure looks the same from outside.

use aes::{
    Aes256,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding},
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq, ConstantTimeLess};
use zeroize::Zeroizing;

use super::signature;

/// WeChat pads to 32 bytes, not to AES's own 16.
const BLOCK: usize = 32;
/// Random bytes and length in front of the message.
const HEAD: usize = 16 + 4;

/// The 43rd character of an EncodingAESKey may carry bits that belong to no byte.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a callback's envelope cannot be used.
#[derive(thiserror::Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum CryptError {
    /// The EncodingAESKey is not 43 characters of base64.
    #[error("the EncodingAESKey must be 43 letters and digits")]
    Key,
    /// The envelope is not one of ours; deliberately without a closer reason.
    #[error("the message cannot be decrypted")]
    Refused,
}

/// Token, key and AppID of one account's callback.
#[derive(Clone)]
pub struct Crypt {
    app_id: String,
    token: SecretString,
    key: Zeroizing<[u8; 32]>,
}

impl Crypt {
    /// Takes the account's AppID, callback token and EncodingAESKey (43 characters).
    ///
    /// # Errors
    /// [`CryptError::Key`] if the key is not of that form.
    pub fn new(app_id: &str, token: &SecretString, aes_key: &SecretString) -> Result<Self, CryptError> {
        let text = aes_key.expose_secret();
        if text.len() != 43 {
            return Err(CryptError::Key);
        }
        let bytes = Zeroizing::new(LENIENT.decode(text).map_err(|_| CryptError::Key)?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| CryptError::Key)?;
        Ok(Self { app_id: app_id.to_owned(), token: token.clone(), key: Zeroizing::new(key) })
    }

    /// The signature over token, timestamp, nonce and the `Encrypt` text.
    pub fn sign(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        signature::callback(&[self.token.expose_secret(), timestamp, nonce, encrypt])
    }

    /// Opens an `Encrypt` text and gives the message inside.
    ///
    /// # Errors
    /// [`CryptError::Refused`] for whatever is wrong: base64, length, padding or a foreign AppID.
    pub fn decrypt(&self, encrypt_b64: &str) -> Result<Vec<u8>, CryptError> {
        let compact: String = encrypt_b64.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let mut plain = LENIENT.decode(compact).map_err(|_| CryptError::Refused)?;
        if plain.len() < BLOCK || plain.len() % 16 != 0 {
            return Err(CryptError::Refused);
        }
        cbc::Decryptor::<Aes256>::new(&(*self.key).into(), &self.iv().into())
            .decrypt_padded::<NoPadding>(&mut plain)
            .map_err(|_| CryptError::Refused)?;
        self.message(&plain).ok_or(CryptError::Refused)
    }

    /// Checks padding, length and AppID together, so that the time spent tells nothing about which one failed.
    fn message(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let last = *plain.last()?;
        let padding = u64::from(last);
        let mut good = !padding.ct_eq(&0) & padding.ct_lt(&(BLOCK as u64 + 1));
        for (place, byte) in (1u64..).zip(plain.iter().rev().take(BLOCK)) {
            let inside = !padding.ct_lt(&place);
            good &= !inside | byte.ct_eq(&last);
        }
        // With bad padding the rest is looked at all the same, with the padding taken as none.
        let end = if bool::from(good) { plain.len() - usize::from(last) } else { plain.len() };
        let length = usize::try_from(u32::from_be_bytes(plain.get(16..HEAD)?.try_into().ok()?)).ok()?;
        let split = HEAD.saturating_add(length);
        let fits = Choice::from(u8::from(split <= end));
        let from = if bool::from(fits) { split } else { HEAD.min(end) };
        good &= fits & plain.get(from..end)?.ct_eq(self.app_id.as_bytes());
        bool::from(good).then(|| plain[HEAD..from].to_vec())
    }

    /// Closes a message into an `Encrypt` text. `random16` must come from a cryptographic source.
    pub fn encrypt(&self, plain: &[u8], random16: [u8; 16]) -> String {
        let length = u32::try_from(plain.len()).expect("callback messages are far below 4 GiB");
        let mut buffer = Vec::with_capacity(HEAD + plain.len() + self.app_id.len() + BLOCK);
        buffer.extend_from_slice(&random16);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(plain);
        buffer.extend_from_slice(self.app_id.as_bytes());
        let padding = BLOCK - buffer.len() % BLOCK;
        buffer.resize(buffer.len() + padding, u8::try_from(padding).expect("between 1 and 32"));
        let whole = buffer.len();
        cbc::Encryptor::<Aes256>::new(&(*self.key).into(), &self.iv().into())
            .encrypt_padded::<NoPadding>(&mut buffer, whole)
            .expect("the buffer is a multiple of the block");
        base64::engine::general_purpose::STANDARD.encode(buffer)
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.key[..16]);
        iv
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use base64::engine::general_purpose::STANDARD as B64;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

    fn crypt(app_id: &str, key: &str) -> Crypt {
        Crypt::new(app_id, &"tok".into(), &key.into()).unwrap()
    }

    /// An envelope around arbitrary plain bytes, to forge what the platform never sends.
    fn sealed(crypt: &Crypt, mut plain: Vec<u8>) -> String {
        let whole = plain.len();
        cbc::Encryptor::<Aes256>::new(&(*crypt.key).into(), &crypt.iv().into()).encrypt_padded::<NoPadding>(&mut plain, whole).unwrap();
        B64.encode(plain)
    }

    #[test]
    fn the_official_vector_opens_closes_and_signs() {
        let it: Value = serde_json::from_str(include_str!("fixtures/callback_safe_mode_official.json")).unwrap();
        let text = |name: &str| it[name].as_str().unwrap();
        let crypt = Crypt::new(text("appid"), &text("token").into(), &text("encoding_aes_key").into()).unwrap();
        assert_eq!(crypt.sign("1714112445", "415670741", text("encrypt")), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3");
        let message = crypt.decrypt(text("encrypt")).unwrap();
        assert_eq!(String::from_utf8(message.clone()).unwrap(), text("msg"));
        let random: [u8; 16] = text("random16").as_bytes().try_into().unwrap();
        assert_eq!(crypt.encrypt(&message, random), text("encrypt"));
        assert_eq!(B64.decode(text("encrypt")).unwrap().len() as u64, it["cipher_len"].as_u64().unwrap());
    }

    #[test]
    fn a_key_with_trailing_bits_is_the_same_key() {
        // 'A' and 'B' differ only in bits beyond the 32nd byte.
        let (clean, dirty) = (format!("{}A", "x".repeat(42)), format!("{}B", "x".repeat(42)));
        let sealed = crypt("wx1", &clean).encrypt(b"hi", [1; 16]);
        assert_eq!(crypt("wx1", &dirty).decrypt(&sealed).unwrap(), b"hi");
    }

    #[test]
    fn keys_of_another_form_are_refused() {
        for key in ["", "short", &"x".repeat(42), &"x".repeat(44), &"!".repeat(43), &"中".repeat(43), &format!("{}=", "x".repeat(42))] {
            assert_eq!(Crypt::new("wx1", &"tok".into(), &key.into()).err(), Some(CryptError::Key), "{key}");
        }
    }

    #[test]
    fn another_account_or_key_cannot_open() {
        let ours = crypt("wx1", KEY);
        let sealed = ours.encrypt(b"<xml/>", [7; 16]);
        assert_eq!(crypt("wx2", KEY).decrypt(&sealed), Err(CryptError::Refused));
        assert_eq!(crypt("wx11", KEY).decrypt(&sealed), Err(CryptError::Refused));
        assert_eq!(crypt("wx1", &KEY.replace('a', "b")).decrypt(&sealed), Err(CryptError::Refused));
    }

    #[test]
    fn forged_lengths_and_paddings_are_refused() {
        let crypt = crypt("wx1", KEY);
        let plain = |length: u32, tail: &[u8]| [&[9; 16][..], &length.to_be_bytes(), b"abc", b"wx1", tail].concat();
        let good = plain(3, &[6; 6]);
        assert_eq!(crypt.decrypt(&sealed(&crypt, good)).unwrap(), b"abc");
        for bad in [
            plain(4, &[6; 6]),
            plain(2, &[6; 6]),
            plain(u32::MAX, &[6; 6]),
            plain(i32::MAX as u32, &[6; 6]),
            plain(3, &[6, 6, 6, 6, 5, 6]),
            plain(3, &[0; 6]),
            plain(3, &[33; 6]),
            plain(3, &[255; 6]),
            vec![32; 32],
            vec![0; 64],
        ] {
            assert_eq!(crypt.decrypt(&sealed(&crypt, bad.clone())), Err(CryptError::Refused), "{bad:?}");
        }
        for text in ["", "AAAA", "not base64 !", "AAAAAAAAAAAAAAAAAAAAAA=="] {
            assert_eq!(crypt.decrypt(text), Err(CryptError::Refused));
        }
    }

    #[test]
    fn line_breaks_inside_the_envelope_do_not_matter() {
        let crypt = crypt("wx1", KEY);
        let sealed = crypt.encrypt(&[b'x'; 100], [3; 16]);
        let (front, back) = sealed.split_at(76);
        assert_eq!(crypt.decrypt(&format!("\n{front}\r\n{back}\n")).unwrap(), [b'x'; 100]);
    }

    proptest! {
        #[test]
        fn what_goes_in_comes_out(plain in proptest::collection::vec(any::<u8>(), 0..300), random in any::<[u8; 16]>()) {
            let crypt = crypt("wxba5fad812f8e6fb9", KEY);
            prop_assert_eq!(crypt.decrypt(&crypt.encrypt(&plain, random)).unwrap(), plain);
        }

        #[test]
        fn a_flipped_bit_never_gives_the_message(plain in proptest::collection::vec(any::<u8>(), 1..120), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let crypt = crypt("wx1", KEY);
            let sealed = crypt.encrypt(&plain, [5; 16]);
            let mut bytes = B64.decode(&sealed).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let flipped = B64.encode(&bytes);
            // CBC by itself cannot notice garbled message bytes; the signature, which covers the text, does.
            prop_assert_ne!(crypt.sign("1", "2", &flipped), crypt.sign("1", "2", &sealed));
            prop_assert_ne!(crypt.decrypt(&flipped), Ok(plain));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[A-Za-z0-9+/=\\n]{0,200}") {
            let _ = crypt("wx1", KEY).decrypt(&text);
        }
    }
}
