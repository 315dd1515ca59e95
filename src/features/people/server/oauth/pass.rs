//! What a browser carries through WeChat and back: a sealed cookie for each try, so that several tabs do not meet each other.
//!
//! All there is to know about a try stands in its cookie, the ticket to come included. So starting one writes nothing to disk, a
//! restart in between loses none, and a repeated callback ends with the same ticket although only its SHA-256 is kept.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    infra::{Core, cookie::cookies, secrets::Vault},
    shared::time::MINUTE,
};

/// How long a try may take (milliseconds).
pub const LIFE: i64 = 10 * MINUTE;
/// Tries of one browser that may be open at once; the oldest give way.
const MOST: usize = 6;
const STATE: usize = 32;
const TICKET: usize = 40;
const HEAD: &str = "oauth_";

/// One try.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pass {
    /// What WeChat carries through.
    pub state: String,
    /// The ticket that will stand for the visit.
    pub ticket: String,
    /// Where to return to, as it was given.
    pub return_to: String,
    /// What WeChat is asked for.
    pub scope: String,
    /// When it began (Unix milliseconds).
    pub at: i64,
    /// Whether it took the place of a try whose code did not work.
    pub again: bool,
    /// Whether `return_to` is a path of our own pages.
    #[serde(default)]
    pub own: bool,
}

impl Pass {
    /// A new try.
    pub fn new(core: &Core, return_to: String, scope: String, again: bool) -> Self {
        let (state, ticket) = (core.chance.text(STATE), core.chance.text(TICKET));
        Self { state, ticket, return_to, scope, at: core.now(), again, own: false }
    }

    /// The try that a browser brings back, if it is one that this browser began.
    pub fn read(core: &Core, headers: &HeaderMap, app_id: &str, state: &str) -> Option<Self> {
        if state.len() != STATE || !state.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        let name = format!("{HEAD}{state}");
        let (_, value) = ours(headers).find(|(known, _)| *known == name)?;
        let pass = open(&core.vault, app_id, value)?;
        let age = core.now() - pass.at;
        (pass.state == state && (0..LIFE).contains(&age)).then_some(pass)
    }

    /// Adds this try's cookie to an answer, and takes the oldest ones away where there are too many.
    pub fn write(&self, core: &Core, asked: &HeaderMap, app_id: &str, answer: &mut HeaderMap) {
        let secure = if core.settings.secure() { "; Secure" } else { "" };
        let mut add = |name: &str, value: &str, seconds: i64| {
            let cookie = format!("{name}={value}; Path=/oauth/{app_id}/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                answer.append(header::SET_COOKIE, cookie);
            }
        };
        let mut open: Vec<_> =
            ours(asked).map(|(name, value)| (open(&core.vault, app_id, value).map_or(0, |pass| pass.at), name)).collect();
        open.sort_unstable();
        for (_, name) in open.iter().take((open.len() + 1).saturating_sub(MOST)) {
            add(name, "", 0);
        }
        let json = SecretString::from(serde_json::to_string(self).unwrap_or_default());
        let sealed = URL_SAFE_NO_PAD.encode(core.vault.seal(&identity(app_id), &json));
        add(&format!("{HEAD}{}", self.state), &sealed, LIFE / 1000);
    }
}

fn identity(app_id: &str) -> String {
    format!("oauth/{app_id}")
}

fn open(vault: &Vault, app_id: &str, value: &str) -> Option<Pass> {
    let sealed = URL_SAFE_NO_PAD.decode(value).ok()?;
    let json = vault.open_sealed(&identity(app_id), &sealed).ok()?;
    serde_json::from_str(json.expose_secret()).ok()
}

/// The cookies of tries. A name is only taken where it could be ours: it is written back when the cookie is taken away.
fn ours(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    cookies(headers).filter(|(name, _)| name.strip_prefix(HEAD).is_some_and(|state| state.bytes().all(|byte| byte.is_ascii_alphanumeric())))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::infra::trial;

    fn carried(answer: &HeaderMap) -> HeaderMap {
        let pairs = answer.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        HeaderMap::from_iter([(header::COOKIE, cookies.parse().expect("a header"))])
    }

    #[tokio::test]
    async fn a_try_is_its_browser_s_and_its_account_s_for_ten_minutes() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let pass = Pass::new(&core, "https://h5.example.com/".into(), "snsapi_base".into(), false);
        let mut answer = HeaderMap::new();
        pass.write(&core, &HeaderMap::new(), "wx1", &mut answer);
        let cookie = answer[header::SET_COOKIE].to_str().expect("text").to_owned();
        assert!(cookie.contains("; Path=/oauth/wx1/; Max-Age=600; HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(!cookie.contains(&pass.ticket) && !cookie.contains("h5.example"));
        let browser = carried(&answer);
        assert_eq!(Pass::read(&core, &browser, "wx1", &pass.state).map(|pass| pass.ticket), Some(pass.ticket.clone()));
        let other = Pass::new(&core, String::new(), String::new(), false);
        assert!(Pass::read(&core, &browser, "wx1", &other.state).is_none());
        assert!(Pass::read(&core, &browser, "wx2", &pass.state).is_none());
        assert!(Pass::read(&core, &HeaderMap::new(), "wx1", &pass.state).is_none());
        assert!(Pass::read(&core, &browser, "wx1", "../x").is_none());
        core.clock.advance(Duration::from_secs(600));
        assert!(Pass::read(&core, &browser, "wx1", &pass.state).is_none());
    }

    #[tokio::test]
    async fn a_browser_carries_no_more_than_a_few_tries() {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let mut tries = Vec::new();
        let mut jar = HeaderMap::new();
        for _ in 0..MOST {
            core.clock.advance(Duration::from_secs(1));
            let pass = Pass::new(&core, "https://h5.example.com/".into(), "snsapi_base".into(), false);
            let mut answer = HeaderMap::new();
            pass.write(&core, &jar, "wx1", &mut answer);
            assert_eq!(answer.get_all(header::SET_COOKIE).iter().count(), 1);
            let known = jar.get(header::COOKIE).map(|value| format!("{}; ", value.to_str().expect("text"))).unwrap_or_default();
            let new = carried(&answer)[header::COOKIE].to_str().expect("text").to_owned();
            jar.insert(header::COOKIE, format!("{known}{new}").parse().expect("a header"));
            tries.push(pass);
        }
        let mut answer = HeaderMap::new();
        Pass::new(&core, String::new(), String::new(), false).write(&core, &jar, "wx1", &mut answer);
        let cookies: Vec<_> = answer.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().expect("text")).collect();
        assert_eq!(cookies.len(), 2);
        assert!(cookies[0].starts_with(&format!("oauth_{}=; ", tries[0].state)) && cookies[0].contains("Max-Age=0"), "{}", cookies[0]);
    }
}
