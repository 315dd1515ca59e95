//! Web authorization (docs/wechat-api.md §8). The tokens here are a person's and have nothing to do with the account's access token.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use super::{
    client::{Client, judged},
    error::Error,
    reply,
};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What a code was exchanged for.
#[derive(Debug, Clone)]
pub struct OauthGrant {
    /// The person's token; never the account's.
    pub access_token: SecretString,
    /// Lives 30 days.
    pub refresh_token: Option<SecretString>,
    /// The person, for this account.
    pub openid: String,
    /// The person, across the accounts of one Open Platform account.
    pub unionid: Option<String>,
    /// The scopes granted, joined by commas, without one at the end.
    pub scope: String,
    /// The visitor looks at a snapshot page: the openid is a made-up one and must not be kept.
    pub is_snapshot_user: bool,
}

/// A person's profile, as far as WeChat still gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OauthUser {
    /// The person, for this account.
    pub openid: String,
    /// The name, as the person wrote it; may be blank.
    pub nickname: String,
    /// The person, across accounts.
    pub unionid: Option<String>,
    /// Address of the picture; void once the person changes it.
    pub headimgurl: Option<String>,
}

/// The address to send a browser inside WeChat to, `base` and its parameters, whose order WeChat checks. A blank `state` is left out.
pub fn authorize_url(base: &str, app_id: &str, redirect_uri: &str, scope: &str, state: &str) -> String {
    let encode = |text| utf8_percent_encode(text, UNRESERVED);
    let state = if state.is_empty() { String::new() } else { format!("&state={}", encode(state)) };
    format!(
        "{base}?appid={}&redirect_uri={}&response_type=code&scope={}{state}#wechat_redirect",
        encode(app_id),
        encode(redirect_uri),
        encode(scope),
    )
}

impl Client {
    /// Exchanges a code, which works once and for 5 minutes.
    ///
    /// # Errors
    /// 40163: used; 40029, 42003: wrong or too old; 40125: wrong AppSecret.
    pub async fn oauth_code(&self, app_id: &str, secret: &SecretString, code: &str) -> Result<OauthGrant, Error> {
        let path = "/sns/oauth2/access_token";
        let query = [("appid", app_id), ("secret", secret.expose_secret()), ("code", code), ("grant_type", "authorization_code")];
        judged(path, grant(&self.get(path, &query).await?))
    }

    /// A new token for a person whose old one ended.
    ///
    /// # Errors
    /// 40030, 42002, 42007: the person has to authorise again.
    pub async fn sns_refresh(&self, app_id: &str, refresh_token: &SecretString) -> Result<OauthGrant, Error> {
        let path = "/sns/oauth2/refresh_token";
        let query = [("appid", app_id), ("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
        judged(path, grant(&self.get(path, &query).await?))
    }

    /// The person's profile.
    ///
    /// # Errors
    /// 48001: the token was granted for `snsapi_base` only.
    pub async fn oauth_user(&self, user_token: &SecretString, openid: &str) -> Result<OauthUser, Error> {
        let path = "/sns/userinfo";
        judged(path, profile(&self.get_with(path, user_token, &[("openid", openid), ("lang", "zh_CN")]).await?))
    }

    /// Whether a person's token still works for that openid.
    ///
    /// # Errors
    /// 40003: it does not.
    pub async fn sns_auth(&self, user_token: &SecretString, openid: &str) -> Result<(), Error> {
        let path = "/sns/auth";
        judged(path, reply::done(&self.get_with(path, user_token, &[("openid", openid)]).await?))
    }
}

pub(super) fn grant(body: &[u8]) -> Result<OauthGrant, Error> {
    let reply = reply::read(body)?;
    Ok(OauthGrant {
        access_token: reply.text("access_token")?.into(),
        refresh_token: reply.optional_text("refresh_token").map(SecretString::from),
        openid: reply.text("openid")?,
        unionid: reply.optional_text("unionid"),
        scope: reply.text_or_empty("scope").trim_end_matches([',', ' ']).to_owned(),
        is_snapshot_user: reply.optional_integer("is_snapshotuser") == Some(1),
    })
}

pub(super) fn profile(body: &[u8]) -> Result<OauthUser, Error> {
    let reply = reply::read(body)?;
    Ok(OauthUser {
        openid: reply.text("openid")?,
        nickname: reply.text_or_empty("nickname"),
        unionid: reply.optional_text("unionid"),
        headimgurl: reply.optional_text("headimgurl"),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn addresses_equal_the_official_samples() {
        let mut lines = include_str!("fixtures/oauth_authorize_urls.txt").lines();
        let base = "https://open.weixin.qq.com/connect/oauth2/authorize";
        let target = "https://chong.qq.com/php/index.php?d=&c=wxAdapter&m=mobileDeal&showwxpaytitle=1&vb2ctag=4_2030_5_1194_60";
        assert_eq!(authorize_url(base, "wx520c15f417810387", target, "snsapi_base", "123"), lines.next().unwrap());
        assert_eq!(authorize_url(base, "123456", "http://localhost", "snsapi_base", ""), lines.next().unwrap());
    }

    #[test]
    fn snapshots_and_trailing_commas_are_seen() {
        for (flag, snapshot) in [("1", true), ("\"1\"", true), ("true", true), ("0", false), ("null", false)] {
            let body = format!(r#"{{"access_token":"T","openid":"o","scope":"snsapi_base,snsapi_userinfo,","is_snapshotuser":{flag}}}"#);
            let it = grant(body.as_bytes()).unwrap();
            assert_eq!(it.is_snapshot_user, snapshot, "{flag}");
            assert_eq!(it.scope, "snsapi_base,snsapi_userinfo");
            assert!(it.refresh_token.is_none() && it.unionid.is_none());
        }
    }

    #[test]
    fn a_grant_does_not_show_its_tokens() {
        let it = grant(br#"{"access_token":"CANARY1","refresh_token":"CANARY2","openid":"o"}"#).unwrap();
        assert!(!format!("{it:?}").contains("CANARY"));
    }
}
