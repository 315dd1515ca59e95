//! Programs' keys: known from memory by their SHA-256, counted in memory, and the counts written down every few seconds.

mod allowance;
mod counting;
mod rotation;
mod store;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use self::counting::Calls;
use super::people::By;
use crate::{
    features::{
        audit::server::record_in,
        users::key_model::{KeyRow, OldSecret},
    },
    infra::{Core, guard::ApiCaller, limits::Limiter, net::read_network, secrets::sha256},
    shared::{error::AppError, lang::Text, rights::Scope, time::day_number},
};

pub use allowance::{Spent, spend_in};
pub use counting::Counter;

/// What every key starts with, so that secret scanners know one.
const HEAD: &str = "wxd_";
/// Letters and digits after it: 238 bits.
const LETTERS: usize = 40;
/// Characters that stay readable.
const PREFIX: usize = 8;
/// Longer texts are no key.
const LONGEST: usize = 100;

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The system that will use it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The one account it may act for.
    pub account: Option<String>,
    /// Networks it may be used from; none means anywhere.
    pub addresses: Vec<IpNet>,
    /// Who makes it.
    pub owner_id: Option<String>,
    /// When it ends (Unix milliseconds).
    pub expires_at: Option<i64>,
    /// How many messages it may send a day, China's; no limit without.
    pub daily_messages: Option<i64>,
    /// How many calls it may have handed on to WeChat a day, China's; no limit without.
    pub daily_calls: Option<i64>,
}

struct Known {
    id: String,
    name: String,
    scopes: Vec<Scope>,
    account: Option<String>,
    addresses: Vec<IpNet>,
    expires_at: Option<i64>,
    revoked: bool,
    /// Until when this secret is good, where a new one has replaced it (Unix milliseconds).
    good_until: Option<i64>,
    /// How many calls a day may be handed on to WeChat.
    daily_calls: Option<i64>,
    calls: Arc<Calls>,
}

type ByHash = HashMap<[u8; 32], Known>;

/// All API keys. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    core: Core,
    known: Arc<RwLock<Arc<ByHash>>>,
    limiter: Arc<Limiter<String>>,
}

impl Keys {
    /// Reads all keys.
    ///
    /// # Errors
    /// The database.
    pub async fn open(core: Core) -> Result<Self, sqlx::Error> {
        let limiter = Arc::new(allowance::limiter(core.settings.key_rate));
        let keys = Self { core, known: Arc::default(), limiter };
        keys.reload().await?;
        Ok(keys)
    }

    /// Reads all keys again. Calls counted so far are kept.
    ///
    /// # Errors
    /// The database.
    pub async fn reload(&self) -> Result<(), sqlx::Error> {
        let rows = store::all(self.core.db.read()).await?;
        let before = self.snapshot();
        let counted: HashMap<_, _> = before.values().map(|known| (known.id.as_str(), &known.calls)).collect();
        let mut known = ByHash::new();
        for row in rows {
            let calls = counted
                .get(row.id.as_str())
                .map_or_else(|| Arc::new(Calls::known(row.relayed_day, row.relayed)), |calls| Arc::clone(calls));
            let old = row.old_hash.as_deref().and_then(|hash| <[u8; 32]>::try_from(hash).ok()).zip(row.old_until);
            if let Some((hash, until)) = old {
                // Replaced beside us, by a command: what was counted here meanwhile was the old one's.
                if before.get(&hash).is_some_and(|known| known.good_until.is_none()) {
                    calls.grow_old();
                }
                known.extend(self::known(&row, calls.clone(), Some(until)).map(|known| (hash, known)));
            }
            if let Ok(hash) = <[u8; 32]>::try_from(row.hash.as_slice()) {
                known.extend(self::known(&row, calls, None).map(|known| (hash, known)));
            }
        }
        let known = Arc::new(known);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(())
    }

    /// The program behind a key, and counts the call. Memory only.
    ///
    /// # Errors
    /// 401 `no_key` `key_revoked` `key_expired`, 403 `address_not_allowed`, 429 where it calls too often.
    pub fn caller(&self, key: &str, address: Option<IpAddr>) -> Result<ApiCaller, AppError> {
        let all = self.snapshot();
        let Some(known) = (key.len() <= LONGEST).then(|| all.get(&sha256(key.as_bytes()))).flatten() else {
            return Err(AppError::no_key());
        };
        self.admit(known, address)
    }

    /// The program behind a key's id, for whoever proved it in another way; counts the call. Memory only.
    ///
    /// # Errors
    /// As [`Keys::caller`].
    pub fn caller_of(&self, id: &str, address: Option<IpAddr>) -> Result<ApiCaller, AppError> {
        let all = self.snapshot();
        let known = all.values().find(|known| known.id == id && known.good_until.is_none()).ok_or_else(AppError::no_key)?;
        self.admit(known, address)
    }

    /// As [`Keys::caller`] would admit a key now, counting nothing.
    pub fn known(&self, key: &str, address: Option<IpAddr>) -> Option<ApiCaller> {
        let all = self.snapshot();
        let known = (key.len() <= LONGEST).then(|| all.get(&sha256(key.as_bytes()))).flatten()?;
        check(known, address, self.core.now()).ok().map(|()| known.caller())
    }

    fn admit(&self, known: &Known, address: Option<IpAddr>) -> Result<ApiCaller, AppError> {
        let now = self.core.now();
        check(known, address, now)?;
        self.limiter.take(known.id.clone(), now).map_err(AppError::too_many)?;
        known.calls.count(now, known.good_until.is_some());
        Ok(known.caller())
    }

    /// Makes a key; it is told here once and never again. `None` when a living key has the name.
    ///
    /// # Errors
    /// The database.
    pub async fn create(&self, by: &By, new: NewKey) -> Result<Option<SecretString>, sqlx::Error> {
        let key = SecretString::from(format!("{HEAD}{}", self.core.chance.text(LETTERS)));
        let words: Vec<_> = new.scopes.iter().map(|scope| scope.word()).collect();
        let addresses: Vec<_> = new.addresses.iter().map(ToString::to_string).collect();
        let detail = json!({"scopes": words, "account": new.account, "addresses": addresses, "expires_at": new.expires_at,
            "daily_messages": new.daily_messages, "daily_calls": new.daily_calls});
        let act = by.act("key.created", format!("key:{}", new.name)).detail(detail.to_string());
        let row = store::New {
            id: self.core.new_id(),
            prefix: key.expose_secret()[..PREFIX].to_owned(),
            hash: sha256(key.expose_secret().as_bytes()),
            scopes: words.join(" "),
            addresses: json!(addresses).to_string(),
            name: new.name,
            app_id: new.account,
            owner_id: new.owner_id,
            created_at: self.core.now(),
            expires_at: new.expires_at,
            daily_messages: new.daily_messages,
            daily_calls: new.daily_calls,
        };
        let added = self.core.db.write(move |c| {
            Box::pin(async move {
                let added = store::add(c, &row).await?;
                if added {
                    record_in(c, row.created_at, &act).await?;
                }
                Ok(added)
            })
        });
        let added = added.await?;
        self.reload().await?;
        Ok(added.then_some(key))
    }

    /// Takes a key back, at once; `false` when it was already.
    ///
    /// # Errors
    /// The database.
    pub async fn revoke(&self, by: &By, key: &KeyRow) -> Result<bool, sqlx::Error> {
        let (id, now) = (key.id.clone(), self.core.now());
        let act = by.act("key.revoked", format!("key:{}", key.name)).detail(json!({"prefix": key.prefix}).to_string());
        let revoked = self.core.db.write(move |c| {
            Box::pin(async move {
                let revoked = store::revoke(c, &id, now).await?;
                if revoked {
                    record_in(c, now, &act).await?;
                }
                Ok(revoked)
            })
        });
        let revoked = revoked.await?;
        self.reload().await?;
        Ok(revoked)
    }

    /// All keys, the newest first, with calls not yet written down.
    ///
    /// # Errors
    /// The database.
    pub async fn all(&self) -> Result<Vec<KeyRow>, sqlx::Error> {
        let today = day_number(self.core.now());
        let known = self.snapshot();
        let counted: HashMap<_, _> = known.values().map(|known| (known.id.as_str(), &known.calls)).collect();
        let rows = store::all(self.core.db.read()).await?.into_iter().map(|row| {
            let (more, relayed) =
                counted.get(row.id.as_str()).map(|calls| (calls.waiting(today), calls.relayed(today))).unwrap_or_default();
            shown(row, today, more, relayed)
        });
        Ok(rows.collect())
    }

    fn snapshot(&self) -> Arc<ByHash> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Known {
    fn caller(&self) -> ApiCaller {
        ApiCaller { key_id: self.id.clone(), name: self.name.clone(), scopes: self.scopes.clone(), account: self.account.clone() }
    }
}

/// Whether a key opens anything, from this address and now (Unix milliseconds).
fn check(known: &Known, address: Option<IpAddr>, now: i64) -> Result<(), AppError> {
    if known.revoked {
        return Err(AppError::new(401, "key_revoked", Text::new("这个 API 密钥已被撤销。", "This API key was revoked.")));
    }
    if known.good_until.is_some_and(|end| end <= now) {
        let detail = Text::new("这个 API 密钥已经换新，旧的不能再用。", "This API key was replaced; the old secret is no longer good.");
        return Err(AppError::new(401, "key_rotated", detail));
    }
    if known.expires_at.is_some_and(|end| end <= now) {
        return Err(AppError::new(401, "key_expired", Text::new("这个 API 密钥已过期。", "This API key has expired.")));
    }
    let allowed = known.addresses.is_empty() || address.is_some_and(|address| known.addresses.iter().any(|net| net.contains(&address)));
    if !allowed {
        let detail = Text::new("这个 API 密钥不允许从你的地址使用。", "This API key may not be used from your address.");
        return Err(AppError::new(403, "address_not_allowed", detail));
    }
    Ok(())
}

/// Reads networks and plain addresses, as `203.0.113.0/24` or `203.0.113.5`, parted by commas, blanks or lines.
///
/// # Errors
/// The first piece that is neither.
pub fn read_addresses(text: &str) -> Result<Vec<IpNet>, String> {
    let pieces = text.split([',', '，', '、', ' ', '\n', '\t']).map(str::trim).filter(|piece| !piece.is_empty());
    pieces.map(|piece| read_network(piece).ok_or_else(|| piece.chars().take(50).collect())).collect()
}

/// `None` where a row cannot be understood whole: a key with half its bounds would be a key with fewer bounds.
fn known(row: &store::Row, calls: Arc<Calls>, good_until: Option<i64>) -> Option<Known> {
    let addresses: Vec<String> = serde_json::from_str(&row.addresses).ok()?;
    Some(Known {
        scopes: scopes(&row.scopes),
        addresses: addresses.iter().map(|text| read_network(text)).collect::<Option<_>>()?,
        id: row.id.clone(),
        name: row.name.clone(),
        account: row.app_id.clone(),
        expires_at: row.expires_at,
        revoked: row.revoked_at.is_some(),
        good_until,
        daily_calls: row.daily_calls,
        calls,
    })
}

fn scopes(words: &str) -> Vec<Scope> {
    words.split(' ').filter_map(Scope::parse).collect()
}

fn shown(row: store::Row, today: i64, more: counting::Waiting, relayed: i64) -> KeyRow {
    let old = row.old_prefix.zip(row.old_until);
    KeyRow {
        scopes: scopes(&row.scopes),
        addresses: serde_json::from_str(&row.addresses).unwrap_or_default(),
        calls_today: more.count + if row.calls_day == today { row.calls } else { 0 },
        daily_messages: row.daily_messages,
        messages_today: if row.messages_day == today { row.messages } else { 0 },
        daily_calls: row.daily_calls,
        relayed_today: relayed,
        last_used_at: more.last.or(row.last_used_at),
        rotated_at: row.rotated_at,
        old: old.map(|(prefix, until)| OldSecret { prefix, until, last_used_at: more.old_last.or(row.old_last_used_at) }),
        id: row.id,
        name: row.name,
        prefix: row.prefix,
        account: row.app_id,
        owner: row.owner,
        owner_id: row.owner_id,
        created_at: row.created_at,
        expires_at: row.expires_at,
        revoked_at: row.revoked_at,
    }
}

#[cfg(test)]
mod tests;
