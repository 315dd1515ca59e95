//! Access tokens and tickets (docs/wechat-api.md §2, §3).

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{
    client::{Client, judged},
    error::Error,
    reply,
};

/// A token or ticket as fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The token or ticket.
    pub value: SecretString,
    /// The seconds it has left.
    pub expires_in: i64,
}

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketKind {
    /// Signing pages for the JS-SDK.
    Jsapi,
    /// Card coupons.
    WxCard,
}

impl TicketKind {
    /// The platform's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jsapi => "jsapi",
            Self::WxCard => "wx_card",
        }
    }
}

impl Client {
    /// The classic token call; each fetch replaces the token before (§2.1).
    ///
    /// # Errors
    /// 40001, 40125: wrong AppSecret; 40164: our address is not allowed; and others of §2.1.
    pub async fn token(&self, app_id: &str, secret: &SecretString) -> Result<Fetched, Error> {
        let path = "/cgi-bin/token";
        let query = [("grant_type", "client_credential"), ("appid", app_id), ("secret", secret.expose_secret())];
        judged(path, fetched(&self.get(path, &query).await?, "access_token"))
    }

    /// The stable token (§2.2). Without `force` repeated calls give the same token with the seconds it has left; with it a new one,
    /// at most 20 a day and 30 s apart.
    ///
    /// # Errors
    /// As for [`Client::token`].
    pub async fn stable_token(&self, app_id: &str, secret: &SecretString, force: bool) -> Result<Fetched, Error> {
        let path = "/cgi-bin/stable_token";
        judged(path, fetched(&self.post(path, &stable_request(app_id, secret, force)).await?, "access_token"))
    }

    /// A ticket (§3). It belongs to the account, not to the token.
    ///
    /// # Errors
    /// 40001, 42001: the token is stale; 45009: asked too often today.
    pub async fn ticket(&self, token: &SecretString, kind: TicketKind) -> Result<Fetched, Error> {
        let path = "/cgi-bin/ticket/getticket";
        judged(path, fetched(&self.get_with(path, token, &[("type", kind.as_str())]).await?, "ticket"))
    }
}

pub(super) fn stable_request(app_id: &str, secret: &SecretString, force: bool) -> Value {
    json!({ "grant_type": "client_credential", "appid": app_id, "secret": secret.expose_secret(), "force_refresh": force })
}

/// Reads the answer of a token or ticket call; `name` is the field of the value.
pub(super) fn fetched(body: &[u8], name: &str) -> Result<Fetched, Error> {
    let reply = reply::read(body)?;
    let expires_in = reply.integer("expires_in")?;
    if !(0..=31 * 86_400).contains(&expires_in) {
        return Err(reply::unreadable("expires_in is out of range"));
    }
    Ok(Fetched { value: reply.text(name)?.into(), expires_in })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn odd_lifetimes_and_missing_values_are_refused() {
        assert_eq!(fetched(br#"{"access_token":"t","expires_in":"7200"}"#, "access_token").unwrap().expires_in, 7200);
        for body in [
            r#"{"access_token":"t","expires_in":-1}"#,
            r#"{"access_token":"t","expires_in":99999999999}"#,
            r#"{"access_token":"t"}"#,
            r#"{"access_token":"","expires_in":7200}"#,
            r#"{"expires_in":7200}"#,
            r#"{"errcode":0,"errmsg":"ok"}"#,
        ] {
            assert!(matches!(fetched(body.as_bytes(), "access_token"), Err(Error::Unreadable(_))), "{body}");
        }
    }

    #[test]
    fn a_fetched_token_does_not_show_itself() {
        let it = fetched(br#"{"access_token":"CANARY","expires_in":7200}"#, "access_token").unwrap();
        assert!(!format!("{it:?}").contains("CANARY"));
        assert_eq!(it.value.expose_secret(), "CANARY");
    }
}
