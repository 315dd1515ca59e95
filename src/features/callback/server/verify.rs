//! Whether a push is WeChat's, meant for this account, and in the mode that was agreed (docs/wechat-api.md §10.2, §10.3).

use secrecy::ExposeSecret;

use crate::{
    features::accounts::{model::CallbackMode, server::Account},
    wechat::{
        crypt::Crypt,
        signature,
        xml::{self, Fields},
    },
};

/// What the query string of a check or push carries. What is missing is blank and proves nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Signed {
    signature: String,
    msg_signature: String,
    timestamp: String,
    nonce: String,
    /// What a check wants to hear.
    pub echostr: Option<String>,
}

impl Signed {
    /// Reads a query string, decoded once.
    pub fn parse(query: &str) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "signature" => read.signature = value.into_owned(),
                "msg_signature" => read.msg_signature = value.into_owned(),
                "timestamp" => read.timestamp = value.into_owned(),
                "nonce" => read.nonce = value.into_owned(),
                "echostr" => read.echostr = Some(value.into_owned()),
                _ => {}
            }
        }
        read
    }

    /// How far WeChat's clock is from ours (seconds), as far as the push says.
    pub fn drift(&self, now: i64) -> Option<i64> {
        self.timestamp.parse::<i64>().ok().map(|then| now.saturating_sub(then))
    }
}

/// Why a push is not taken. Deliberately without a closer reason: whoever forges learns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not WeChat's, not for this account, or in another mode.
    Forbidden,
    /// WeChat's or not: it cannot be read.
    Unreadable,
}

/// A push that was proved, as XML and as its fields.
#[derive(Debug)]
pub struct Opened {
    /// The XML, decrypted.
    pub xml: Vec<u8>,
    /// Its top-level fields.
    pub fields: Fields,
}

/// Whether a check is WeChat's: the signature over token, timestamp and nonce.
pub fn is_signed(account: &Account, signed: &Signed) -> bool {
    let Some(token) = &account.callback_token else { return false };
    let ours = signature::callback(&[token.expose_secret(), &signed.timestamp, &signed.nonce]);
    signature::constant_time_eq(&ours, &signed.signature)
}

/// Proves a push and opens it.
///
/// # Errors
/// See [`Refused`].
pub fn open(account: &Account, signed: &Signed, body: &[u8]) -> Result<Opened, Refused> {
    let opened = match account.callback_mode {
        CallbackMode::Plain => {
            let opened = plain(account, signed, body)?;
            // Somebody switched encryption on in the console: say so by refusing, rather than act on half of it.
            if opened.fields.get("Encrypt").is_some() {
                return Err(Refused::Forbidden);
            }
            opened
        }
        CallbackMode::Compatible => match envelope(body)? {
            Some(encrypt) => encrypted(account, signed, &encrypt)?,
            None => plain(account, signed, body)?,
        },
        CallbackMode::Safe => encrypted(account, signed, &envelope(body)?.ok_or(Refused::Forbidden)?)?,
    };
    match (&account.original_id, opened.fields.get("ToUserName")) {
        (Some(ours), to) if to != Some(ours) => Err(Refused::Forbidden),
        _ => Ok(opened),
    }
}

/// The `Encrypt` text of an outer document, if it has one.
fn envelope(body: &[u8]) -> Result<Option<String>, Refused> {
    let outer = xml::parse(body).map_err(|_| Refused::Unreadable)?;
    Ok(outer.get("Encrypt").map(str::to_owned))
}

fn plain(account: &Account, signed: &Signed, body: &[u8]) -> Result<Opened, Refused> {
    if !is_signed(account, signed) {
        return Err(Refused::Forbidden);
    }
    let fields = xml::parse(body).map_err(|_| Refused::Unreadable)?;
    Ok(Opened { xml: body.to_vec(), fields })
}

fn encrypted(account: &Account, signed: &Signed, encrypt: &str) -> Result<Opened, Refused> {
    let (Some(token), Some(key)) = (&account.callback_token, &account.aes_key) else { return Err(Refused::Forbidden) };
    let crypt = Crypt::new(&account.app_id, token, key).map_err(|_| Refused::Forbidden)?;
    let ours = crypt.sign(&signed.timestamp, &signed.nonce, encrypt);
    if !signature::constant_time_eq(&ours, &signed.msg_signature) {
        return Err(Refused::Forbidden);
    }
    let xml = crypt.decrypt(encrypt).map_err(|_| Refused::Forbidden)?;
    let fields = xml::parse(&xml).map_err(|_| Refused::Unreadable)?;
    Ok(Opened { xml, fields })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::features::callback::server::pushes::{KEY, account, encrypted_push, plain_push, receipt};

    fn refusal(account: &Account, query: &str, body: &[u8]) -> Option<Refused> {
        open(account, &Signed::parse(query), body).err()
    }

    #[test]
    fn each_mode_takes_its_own_pushes_and_refuses_the_others() {
        let (plain, both, safe) = (account(CallbackMode::Plain), account(CallbackMode::Compatible), account(CallbackMode::Safe));
        let xml = receipt(7, "success");
        let (query, body) = plain_push(&plain, &xml);
        assert_eq!(refusal(&plain, &query, body.as_bytes()), None);
        assert_eq!(refusal(&both, &query, body.as_bytes()), None);
        assert_eq!(refusal(&safe, &query, body.as_bytes()), Some(Refused::Forbidden), "a plain body in safe mode");
        let (query, body) = encrypted_push(&safe, &xml);
        assert_eq!(refusal(&safe, &query, body.as_bytes()), None);
        assert_eq!(refusal(&both, &query, body.as_bytes()), None);
        assert_eq!(refusal(&plain, &query, body.as_bytes()), Some(Refused::Forbidden), "an encrypted body in plain mode");
    }

    #[test]
    fn in_compatible_mode_only_the_encrypted_part_counts() {
        let both = account(CallbackMode::Compatible);
        let (query, body) = encrypted_push(&both, &receipt(7, "success"));
        let forged = body.replace("<Encrypt>", "<Event>unsubscribe</Event><MsgID>9</MsgID><Encrypt>");
        let opened = open(&both, &Signed::parse(&query), forged.as_bytes()).expect("opens");
        assert_eq!((opened.fields.get("Event"), opened.fields.get("MsgID")), (Some("TEMPLATESENDJOBFINISH"), Some("7")));
        let unsigned = query.replace("msg_signature", "x");
        assert_eq!(refusal(&both, &unsigned, body.as_bytes()), Some(Refused::Forbidden), "the plain signature does not stand in");
    }

    #[test]
    fn another_key_token_account_or_address_is_refused() {
        let ours = account(CallbackMode::Safe);
        let (query, body) = encrypted_push(&ours, &receipt(7, "success"));
        let other_key = Account { aes_key: Some(KEY.replace('a', "b").into()), ..account(CallbackMode::Safe) };
        let other_token = Account { callback_token: Some("other".into()), ..account(CallbackMode::Safe) };
        let other_app = Account { app_id: "wx2".into(), ..account(CallbackMode::Safe) };
        let other_name = Account { original_id: Some("gh_other".into()), ..account(CallbackMode::Safe) };
        let keyless = Account { aes_key: None, ..account(CallbackMode::Safe) };
        let tokenless = Account { callback_token: None, ..account(CallbackMode::Safe) };
        for account in [other_key, other_token, other_app, other_name, keyless, tokenless] {
            assert_eq!(refusal(&account, &query, body.as_bytes()), Some(Refused::Forbidden));
        }
        let unnamed = Account { original_id: None, ..account(CallbackMode::Safe) };
        assert_eq!(refusal(&unnamed, &query, body.as_bytes()), None);
    }

    #[test]
    fn unreadable_documents_are_told_apart_from_forged_ones() {
        let (plain, safe) = (account(CallbackMode::Plain), account(CallbackMode::Safe));
        for bad in ["", "{}", "<xml>", "<!DOCTYPE xml><xml><A/></xml>", "<xml><A/><A/></xml>"] {
            let (query, _) = plain_push(&plain, bad);
            assert_eq!(refusal(&plain, &query, bad.as_bytes()), Some(Refused::Unreadable), "{bad}");
            assert_eq!(refusal(&plain, "", bad.as_bytes()), Some(Refused::Forbidden), "unsigned: {bad}");
            assert_eq!(refusal(&safe, "", bad.as_bytes()), Some(Refused::Unreadable), "outer: {bad}");
            let (query, body) = encrypted_push(&safe, bad);
            assert_eq!(refusal(&safe, &query, body.as_bytes()), Some(Refused::Unreadable), "inner: {bad}");
        }
    }

    #[test]
    fn a_flipped_byte_anywhere_in_the_query_or_the_envelope_is_refused() {
        let safe = account(CallbackMode::Safe);
        let (query, body) = encrypted_push(&safe, &receipt(7, "success"));
        let (from, to) = (body.find("<Encrypt>").expect("there") + 9, body.find("</Encrypt>").expect("there"));
        for at in from..to {
            let mut flipped = body.clone().into_bytes();
            flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(refusal(&safe, &query, &flipped), Some(Refused::Forbidden), "byte {at}");
        }
        // In safe mode neither the plain signature nor encrypt_type counts: the body says what it is.
        let query = query.split_once('&').expect("several parts").1.replace("&encrypt_type=aes", "");
        assert_eq!(refusal(&safe, &query, body.as_bytes()), None);
        for at in 0..query.len() {
            let mut flipped = query.clone().into_bytes();
            flipped[at] = if flipped[at] == b'0' { b'1' } else { b'0' };
            let flipped = String::from_utf8(flipped).expect("ASCII");
            assert_eq!(refusal(&safe, &flipped, body.as_bytes()), Some(Refused::Forbidden), "byte {at} of {query}");
        }
    }

    proptest! {
        #[test]
        fn what_cannot_be_proved_is_never_opened(query in "[a-z_=&0-9]{0,80}", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for mode in [CallbackMode::Plain, CallbackMode::Compatible, CallbackMode::Safe] {
                prop_assert!(refusal(&account(mode), &query, &body).is_some());
            }
        }
    }
}
