//! The two SHA-1 signatures of the platform: pages (docs/wechat-api.md §11.2) and callbacks (§10.2, §10.3).

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// The string that a page's signature is taken over. It holds the ticket: never log or show it whole.
/// `timestamp` in Unix seconds; `url` exactly as the page has it, without `#` and what follows.
pub fn string_to_sign(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}")
}

/// The signature for `wx.config`: lower-case hex SHA-1 of [`string_to_sign`].
pub fn jssdk(ticket: &str, nonce: &str, timestamp: i64, url: &str) -> String {
    hex::encode(Sha1::digest(string_to_sign(ticket, nonce, timestamp, url)))
}

/// The signature of a callback: lower-case hex SHA-1 of the parts, sorted as strings and joined without separator.
/// Parts: token, timestamp, nonce, and in safe mode the `Encrypt` text.
pub fn callback(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    let mut hash = Sha1::new();
    for part in sorted {
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

/// The signature of a card coupon (docs/wechat-api.md §3), by the same rule. Parts: ticket, timestamp, card id, nonce, and code and openid
/// where they are used.
pub fn card(parts: &[&str]) -> String {
    callback(parts)
}

/// Whether both texts are equal, in a time that does not depend on where they differ. Their lengths are no secret.
pub fn constant_time_eq(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use serde_json::Value;

    use super::*;

    fn fixture(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_official_page_vector_holds() {
        let it = fixture(include_str!("fixtures/jssdk_signature_official.json"));
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        let (ticket, nonce, url) = (text("jsapi_ticket"), text("noncestr"), text("url"));
        let timestamp = it["timestamp"].as_i64().unwrap();
        assert_eq!(string_to_sign(&ticket, &nonce, timestamp, &url), text("string1"));
        assert_eq!(jssdk(&ticket, &nonce, timestamp, &url), text("signature"));
        let config = fixture(include_str!("fixtures/jssdk_wx_config.json"));
        assert_eq!(config["signature"], it["signature"]);
        assert_eq!(jssdk(&ticket, config["nonceStr"].as_str().unwrap(), config["timestamp"].as_i64().unwrap(), &url), text("signature"));
    }

    #[test]
    fn the_url_is_signed_as_it_stands() {
        let base = jssdk("t", "n", 1, "https://h5.example.com/a?x=1&y=2");
        for other in ["https://h5.example.com/a?x=1&amp;y=2", "https://H5.example.com/a?x=1&y=2", "https://h5.example.com/a/?x=1&y=2"] {
            assert_ne!(jssdk("t", "n", 1, other), base);
        }
        assert!(string_to_sign("t", "n", 1, "https://h5.example.com/问卷?名=a b").ends_with("url=https://h5.example.com/问卷?名=a b"));
    }

    #[test]
    fn the_official_callback_vectors_hold() {
        let it = fixture(include_str!("fixtures/callback_get_verify_official.json"));
        let token = it["token"].as_str().unwrap();
        assert_eq!(callback(&[token, "1714036504", "1514711492"]), "f464b24fc39322e44b38aa78f5edd27bd1441696");
        assert_eq!(callback(&["1514711492", token, "1714036504"]), "f464b24fc39322e44b38aa78f5edd27bd1441696");

        let it = fixture(include_str!("fixtures/callback_plain_signature_sdk.json"));
        let text = |name: &str| it[name].as_str().unwrap();
        let ours = callback(&[text("token"), text("timestamp"), text("nonce")]);
        assert!(constant_time_eq(&ours, text("signature")));
        assert!(!constant_time_eq(&ours, text("wrong_signature")));
        assert!(!constant_time_eq(&ours, &ours[..39]));
    }

    /// Both by Python's hashlib.
    #[test]
    fn cards_are_signed_over_their_values_in_order() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        let (time, id, nonce) = ("1414587457", "pDF3iY9tv9zCGCj4jTXFOo1DxHdo", "Wm3WZYTPz0wzccnW");
        assert_eq!(card(&[ticket, time, id, nonce]), "7657662240d1828d030277338ed1336666a9b153");
        let all = [nonce, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", id, "1434008071", time, ticket];
        assert_eq!(card(&all), "437028fcd525f41dea1070865beb340fc3cfc77b");
    }
}
