//! Pushes as the platform makes them, for the tests of this folder.

use std::sync::atomic::{AtomicU8, Ordering};

use secrecy::ExposeSecret;

use crate::{
    features::accounts::{
        model::{CallbackMode, TokenMode},
        server::Account,
    },
    wechat::{crypt::Crypt, signature},
};

/// An EncodingAESKey.
pub const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// An account whose callback is configured.
pub fn account(mode: CallbackMode) -> Account {
    Account {
        app_id: "wx1".into(),
        name: "青禾".into(),
        secret: "secret".into(),
        original_id: Some("gh_1".into()),
        api_base: "http://127.0.0.1:9".into(),
        token_mode: TokenMode::Stable,
        card_ticket: false,
        callback_token: Some("token".into()),
        aes_key: Some(KEY.into()),
        callback_mode: mode,
        forward_callback: None,
        js_domains: vec![],
        h5_origins: vec![],
        sandbox: false,
        templates_synced_at: None,
        followers_synced_at: None,
        updated_at: 0,
    }
}

/// A delivery report.
pub fn receipt(msgid: i64, status: &str) -> String {
    format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>openid-1</FromUserName><CreateTime>1700000000</CreateTime>\
         <MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>{msgid}</MsgID><Status>{status}</Status></xml>"
    )
}

/// Somebody coming or going at `created` (Unix seconds).
pub fn event(event: &str, openid: &str, created: i64) -> String {
    format!(
        "<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{created}</CreateTime>\
         <MsgType>event</MsgType><Event>{event}</Event><EventKey></EventKey></xml>"
    )
}

/// Query and body of a plain push.
pub fn plain_push(account: &Account, xml: &str) -> (String, String) {
    let token = account.callback_token.as_ref().expect("a token").expose_secret();
    let signature = signature::callback(&[token, "1700000000", "n1"]);
    (format!("signature={signature}&timestamp=1700000000&nonce=n1&openid=openid-1"), xml.to_owned())
}

/// Query and body of an encrypted push. Each envelope differs, as the platform's do.
pub fn encrypted_push(account: &Account, xml: &str) -> (String, String) {
    static ROUND: AtomicU8 = AtomicU8::new(0);
    let (token, key) = (account.callback_token.as_ref().expect("a token"), account.aes_key.as_ref().expect("a key"));
    let crypt = Crypt::new(&account.app_id, token, key).expect("a good key");
    let encrypt = crypt.encrypt(xml.as_bytes(), [ROUND.fetch_add(1, Ordering::Relaxed); 16]);
    let signature = crypt.sign("1700000000", "n2", &encrypt);
    let plain = signature::callback(&[token.expose_secret(), "1700000000", "n2"]);
    let query = format!("signature={plain}&timestamp=1700000000&nonce=n2&encrypt_type=aes&msg_signature={signature}");
    (query, format!("<xml><ToUserName>gh_1</ToUserName><Encrypt>{encrypt}</Encrypt></xml>"))
}
