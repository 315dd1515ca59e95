//! The very first administrator: a one-time link on the console, closed for good once anybody exists.

use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{Users, store};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        users::model::Tried,
    },
    infra::secrets::sha256,
    shared::{error::AppError, lang::Text, rights::Role, time::HOUR},
};

/// The link is good for this long (milliseconds).
const GOOD_FOR: i64 = HOUR;

/// The link that is out, if any. Only its hash is kept, and only in memory: a new start makes a new one.
#[derive(Default)]
pub struct SetUp {
    offer: Mutex<Option<Offer>>,
}

#[derive(Clone, Copy)]
struct Offer {
    hash: [u8; 32],
    until: i64,
}

/// What the page of set-up knows to be reached; ticks follow facts, never clicks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// The account's AppID, once one is there.
    pub account: Option<String>,
    /// Whether that account is the simulator's.
    pub sandbox: bool,
    /// A token was fetched at least once, so this server's address is allowed.
    pub allowed: Option<bool>,
    /// The address WeChat named when it refused us (40164).
    pub refused_address: Option<String>,
    /// How the connection came out when it was tried just now.
    pub tried: Option<Tried>,
    /// A token is there and valid.
    pub token: bool,
    /// JS domains that are entered, and whether pages there are signed.
    pub domains: Vec<(String, Tried)>,
    /// WeChat has pushed something.
    pub pushed: bool,
    /// A message was accepted.
    pub sent: bool,
    /// A picture was stored.
    pub pictured: bool,
}

impl Users {
    /// Makes the set-up link where nobody exists yet; the one before it is void.
    ///
    /// # Errors
    /// The database.
    pub async fn offer_setup(&self) -> Result<Option<String>, sqlx::Error> {
        if store::any(self.core.db.read()).await? {
            return Ok(None);
        }
        let token = SecretString::from(self.core.chance.text(40));
        let offer = Offer { hash: sha256(token.expose_secret().as_bytes()), until: self.core.now() + GOOD_FOR };
        *self.setup.offer.lock().unwrap_or_else(PoisonError::into_inner) = Some(offer);
        Ok(Some(format!("{}/setup?token={}", self.core.settings.public_url(), token.expose_secret())))
    }

    /// Proves a set-up token.
    ///
    /// # Errors
    /// 410 `setup_closed` once anybody exists, 403 `setup_token_wrong`, 410 `setup_token_old`.
    pub async fn prove_setup(&self, token: &str) -> Result<(), AppError> {
        if store::any(self.core.db.read()).await? {
            return Err(closed());
        }
        let offer = *self.setup.offer.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = offer.is_some_and(|offer| bool::from(offer.hash.ct_eq(&sha256(token.as_bytes()))));
        match offer {
            Some(offer) if fits && self.core.now() < offer.until => Ok(()),
            Some(_) if fits => Err(AppError::new(
                410,
                "setup_token_old",
                Text::new(
                    "这个设置链接已过期（1 小时内有效）。请重新启动 wxdesk，使用新打印的链接。",
                    "This set-up link is too old (it is good for one hour). Restart wxdesk and use the link it prints.",
                ),
            )),
            _ => Err(AppError::new(
                403,
                "setup_token_wrong",
                Text::new(
                    "设置链接不对。请使用 wxdesk 最近一次启动时打印的链接。",
                    "This set-up link is not right. Use the one wxdesk printed when it last started.",
                ),
            )),
        }
    }

    /// Makes the first administrator; of two at once, one wins. Answers the new id.
    ///
    /// # Errors
    /// As [`Users::prove_setup`]; hashing and database.
    pub async fn set_up(&self, token: &str, name: &str, password: SecretString, address: Option<String>) -> Result<String, AppError> {
        self.prove_setup(token).await?;
        let new = self.new_person(name, password, Role::Admin).await?;
        let (id, now) = (new.id.clone(), self.core.now());
        let mut act = Act::new(Actor::User(name.to_owned()), "setup.done", format!("user:{name}"));
        act.address = address;
        let won = self.core.db.write(move |c| {
            Box::pin(async move {
                let won = store::add_first(c, &new).await?;
                if won {
                    record_in(c, now, &act).await?;
                }
                Ok(won)
            })
        });
        if !won.await? {
            return Err(closed());
        }
        *self.setup.offer.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.reload().await?;
        Ok(id)
    }

    /// How far the way to a working account has been gone.
    ///
    /// # Errors
    /// The database.
    pub async fn reached(&self) -> Result<Reached, sqlx::Error> {
        let all = self.accounts.accounts();
        let Some(account) = all.into_iter().next() else { return Ok(Reached::default()) };
        let pool = self.core.db.read();
        let facts = store::facts(pool, &account.app_id, self.core.now()).await?;
        let last = store::last_fetch(pool, &account.app_id).await?;
        let refused = last.as_ref().filter(|(errcode, _)| *errcode == 40164);
        // What was tried just now is younger than what the keeper of tokens last heard.
        let tried = self.trying.last(&account.app_id, self.core.now());
        let heard = last.as_ref().and_then(|(errcode, _)| allowed(*errcode));
        Ok(Reached {
            allowed: if facts.token != 0 { Some(true) } else { tried.as_ref().map_or(heard, |tried| Some(tried.ok)) },
            refused_address: match &tried {
                Some(tried) => tried.address.clone(),
                None => refused.and_then(|(_, words)| address_in(words)),
            },
            tried,
            domains: self.trying.signatures(&account.app_id, &account.js_domains),
            account: Some(account.app_id),
            sandbox: account.sandbox,
            token: facts.token != 0,
            pushed: facts.pushed != 0,
            sent: facts.sent != 0,
            pictured: facts.pictured != 0,
        })
    }
}

/// What an outcome says about the allow-list: only success and 40164 say anything.
const fn allowed(errcode: i64) -> Option<bool> {
    match errcode {
        0 => Some(true),
        40164 => Some(false),
        _ => None,
    }
}

/// The address in WeChat's `invalid ip 203.0.113.24 ipv6 …, not in whitelist`.
fn address_in(words: &str) -> Option<String> {
    words.split([' ', ',']).find_map(|word| word.parse::<std::net::IpAddr>().ok()).map(|address| address.to_canonical().to_string())
}

fn closed() -> AppError {
    AppError::new(
        410,
        "setup_closed",
        Text::new("首次设置已经完成，这个链接不再有效。请直接登录。", "Set-up is done and this link is closed for good. Please sign in."),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::features::users::server::by_hand::users;

    fn token(link: Option<String>) -> String {
        let link = link.expect("a link");
        assert!(link.starts_with("http://127.0.0.1:3000/setup?token="), "{link}");
        link.rsplit('=').next().expect("a token").to_owned()
    }

    async fn code(users: &Users, token: &str) -> &'static str {
        users.prove_setup(token).await.expect_err("refused").code
    }

    #[tokio::test]
    async fn of_two_set_ups_one_wins_and_the_door_closes_for_good() {
        let folder = tempfile::tempdir().expect("folder");
        let users = users(folder.path()).await;
        let first = token(users.offer_setup().await.expect("asks"));
        let token = token(users.offer_setup().await.expect("asks"));
        assert_eq!(code(&users, &first).await, "setup_token_wrong", "a new link voids the one before");
        assert_eq!(code(&users, "").await, "setup_token_wrong");
        let secret = || SecretString::from("long enough");
        let (one, other) = tokio::join!(users.set_up(&token, "a", secret(), None), users.set_up(&token, "b", secret(), None));
        assert_eq!([&one, &other].iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(one.err().or(other.err()).expect("one loses").code, "setup_closed");
        assert_eq!(code(&users, &token).await, "setup_closed");
        assert_eq!(users.offer_setup().await.expect("asks"), None, "not even after a restart");
    }

    #[tokio::test]
    async fn a_link_is_good_for_an_hour() {
        let folder = tempfile::tempdir().expect("folder");
        let users = users(folder.path()).await;
        let token = token(users.offer_setup().await.expect("asks"));
        users.core.clock.advance(Duration::from_secs(3599));
        users.prove_setup(&token).await.expect("still good");
        users.core.clock.advance(Duration::from_secs(1));
        assert_eq!(code(&users, &token).await, "setup_token_old");
    }

    #[test]
    fn the_refused_address_is_found_in_wechat_s_words() {
        let words = "invalid ip 203.0.113.24 ipv6 ::ffff:203.0.113.24, not in whitelist rid: 1";
        assert_eq!(address_in(words).as_deref(), Some("203.0.113.24"));
        assert_eq!(address_in("invalid ip"), None);
    }
}
