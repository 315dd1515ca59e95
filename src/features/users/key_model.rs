//! What an API key is, without its secret.

use crate::shared::{
    lang::{Said, Text},
    rights::Scope,
    time::DAY,
};

/// The longest name (characters).
pub const LONGEST_NAME: usize = 64;
/// How long a key is good for unless said otherwise (days).
pub const DEFAULT_DAYS: i64 = 90;
/// The choices of the form (days); 0 is for ever.
pub const CHOICES: [i64; 5] = [30, 90, 180, 365, 0];
/// A key this close to its end is worth a word (milliseconds).
const SOON: i64 = 14 * DAY;
/// How long the old secret may stay good after a new one (hours).
pub const OVERLAPS: [i64; 3] = [1, 24, 7 * 24];
/// The largest limit of messages, or of calls handed on, a day.
pub const MOST_DAILY: i64 = 10_000_000;

/// A key as pages and the command line show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// Id in addresses.
    pub id: String,
    /// The name: the system that uses it.
    pub name: String,
    /// The first characters, by which its owner knows it.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// The one account it may act for, if bound.
    pub account: Option<String>,
    /// Networks it may be used from; none means anywhere.
    pub addresses: Vec<String>,
    /// Who made it, if not the command line.
    pub owner: Option<String>,
    /// The maker's id.
    pub owner_id: Option<String>,
    /// When it was made (Unix milliseconds).
    pub created_at: i64,
    /// When it ends (Unix milliseconds).
    pub expires_at: Option<i64>,
    /// When it was revoked (Unix milliseconds).
    pub revoked_at: Option<i64>,
    /// When it was last used (Unix milliseconds).
    pub last_used_at: Option<i64>,
    /// Calls today, China's day.
    pub calls_today: i64,
    /// How many messages it may send a day; no limit without.
    pub daily_messages: Option<i64>,
    /// Messages sent today.
    pub messages_today: i64,
    /// How many calls a day it may have handed on to WeChat; no limit without.
    pub daily_calls: Option<i64>,
    /// Calls handed on today.
    pub relayed_today: i64,
    /// When it last got a new secret (Unix milliseconds).
    pub rotated_at: Option<i64>,
    /// The secret before that, if there was one.
    pub old: Option<OldSecret>,
}

/// A secret that was replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldSecret {
    /// Its first characters.
    pub prefix: String,
    /// Until when it is good (Unix milliseconds).
    pub until: i64,
    /// When it was last used (Unix milliseconds).
    pub last_used_at: Option<i64>,
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Good.
    Good,
    /// Good for this many more days, few.
    EndsSoon(i64),
    /// Its time is over.
    Expired,
    /// Taken back.
    Revoked,
}

impl KeyRow {
    /// How it stands at `now` (Unix milliseconds).
    pub fn standing(&self, now: i64) -> Standing {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => Standing::Revoked,
            (None, Some(end)) if end <= now => Standing::Expired,
            (None, Some(end)) if end - now < SOON => Standing::EndsSoon((end - now) / DAY),
            _ => Standing::Good,
        }
    }

    /// The secret before the present one, while it is good.
    pub fn old_at(&self, now: i64) -> Option<&OldSecret> {
        self.old.as_ref().filter(|old| self.revoked_at.is_none() && old.until > now)
    }
}

/// Whether a text may name a key.
///
/// # Errors
/// A sentence for the field.
pub fn check_name(name: &str) -> Result<(), Said> {
    let length = name.chars().count();
    if length == 0 {
        return Err(Text::new("请写上用它的系统的名字。", "Name the system that will use it.").into());
    }
    if length > LONGEST_NAME {
        return Err(Said::new(format!("名称最多 {LONGEST_NAME} 个字符。"), format!("At most {LONGEST_NAME} characters.")));
    }
    if name.trim() != name || name.chars().any(char::is_control) {
        return Err(Text::new("名称首尾不能有空格，也不能有控制字符。", "No blanks around the name, no control characters.").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_how_it_stands() {
        let key = |expires_at, revoked_at| KeyRow {
            id: String::new(),
            name: String::new(),
            prefix: String::new(),
            scopes: vec![],
            account: None,
            addresses: vec![],
            owner: None,
            owner_id: None,
            created_at: 0,
            expires_at,
            revoked_at,
            last_used_at: None,
            calls_today: 0,
            daily_messages: None,
            messages_today: 0,
            daily_calls: None,
            relayed_today: 0,
            rotated_at: None,
            old: None,
        };
        assert_eq!(key(None, None).standing(5), Standing::Good);
        assert_eq!(key(Some(20 * DAY), None).standing(0), Standing::Good);
        assert_eq!(key(Some(9 * DAY), None).standing(0), Standing::EndsSoon(9));
        assert_eq!(key(Some(5), None).standing(5), Standing::Expired);
        assert_eq!(key(Some(5), Some(1)).standing(5), Standing::Revoked);
    }
}
