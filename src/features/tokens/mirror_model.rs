//! The Redis mirror of an account: which keys, and how it stands.

use serde::{Deserialize, Serialize};

use super::model::Kind;
use crate::shared::{
    error::FieldError,
    lang::{Said, Text},
};

/// The longest name of a key in Redis (characters).
const LONGEST: usize = 200;

/// What an administrator chose for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MirrorSetting {
    /// Whether token and ticket are written to Redis.
    pub on: bool,
    /// The key of the access token.
    pub token_key: String,
    /// The key of the ticket.
    pub ticket_key: String,
}

impl Default for MirrorSetting {
    fn default() -> Self {
        Self { on: false, token_key: Kind::AccessToken.word().to_owned(), ticket_key: Kind::JsapiTicket.word().to_owned() }
    }
}

impl MirrorSetting {
    /// What is written to Redis.
    pub const KINDS: [Kind; 2] = [Kind::AccessToken, Kind::JsapiTicket];

    /// The key of one of [`MirrorSetting::KINDS`].
    pub fn key(&self, kind: Kind) -> &str {
        match kind {
            Kind::AccessToken => &self.token_key,
            Kind::JsapiTicket | Kind::CardTicket => &self.ticket_key,
        }
    }

    /// The name of a form's field.
    pub const fn field(kind: Kind) -> &'static str {
        match kind {
            Kind::AccessToken => "token_key",
            Kind::JsapiTicket | Kind::CardTicket => "ticket_key",
        }
    }

    /// What is wrong with the names. `others`: names of accounts whose mirror is on, and their settings.
    pub fn faults<'a>(&self, others: impl Iterator<Item = (&'a str, &'a MirrorSetting)> + Clone) -> Vec<FieldError> {
        let mut faults = Vec::new();
        for kind in Self::KINDS {
            let (field, key) = (Self::field(kind), self.key(kind));
            if let Err(said) = check_key(key) {
                faults.push(FieldError::new(field, "malformed", said));
            } else if kind == Kind::JsapiTicket && key == self.token_key {
                faults.push(FieldError::new(field, "taken", SAME));
            } else if let Some((name, _)) =
                others.clone().find(|(_, other)| self.on && Self::KINDS.iter().any(|kind| other.key(*kind) == key))
            {
                let said = Said::new(
                    format!("“{name}”已经在写这个键，两个公众号会互相覆盖。"),
                    format!("“{name}” writes this key already; the two accounts would overwrite each other."),
                );
                faults.push(FieldError::new(field, "taken", said));
            }
        }
        faults
    }
}

const SAME: Text = Text::new("两个键要不同。", "The two keys must differ.");

fn check_key(key: &str) -> Result<(), Said> {
    let length = key.chars().count();
    if length == 0 || length > LONGEST {
        return Err(Said::new(format!("写 1 到 {LONGEST} 个字符。"), format!("Write 1 to {LONGEST} characters.")));
    }
    if key.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Text::new("键名里不能有空格或控制字符。", "No blanks or control characters in a key.").into());
    }
    Ok(())
}

/// Why nothing can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MirrorTrouble {
    /// No connection, or no answer.
    Unreachable,
    /// Redis wants another user name or password, or does not allow the commands.
    Refused,
    /// The server is a replica that takes no writes.
    ReadOnly,
    /// Another refusal, by Redis' word, such as `OOM`.
    Other(String),
}

impl MirrorTrouble {
    /// The trouble behind a refusal's first word.
    pub fn of_code(code: &str) -> Self {
        match code {
            "NOAUTH" | "WRONGPASS" | "NOPERM" => Self::Refused,
            "READONLY" => Self::ReadOnly,
            code => Self::Other(code.chars().filter(char::is_ascii_alphanumeric).take(32).collect()),
        }
    }

    /// What happened and what to do.
    pub fn said(&self) -> Said {
        match self {
            Self::Unreachable => Text::new("连不上 Redis，会一直重试", "Redis cannot be reached; it is tried again and again").into(),
            Self::Refused => Text::new(
                "Redis 拒绝了用户名、密码或命令，请检查 --redis-url",
                "Redis refused the user, the password or the commands; check --redis-url",
            )
            .into(),
            Self::ReadOnly => Text::new(
                "这个 Redis 是只读副本，请在 --redis-url 写主节点",
                "This Redis is a read-only replica; name the primary in --redis-url",
            )
            .into(),
            Self::Other(code) => Said::new(
                format!("Redis 拒绝写入（{code}），会一直重试"),
                format!("Redis refuses to write ({code}); it is tried again and again"),
            ),
        }
    }
}

/// How an account's mirror stands. Times in Unix milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MirrorView {
    /// Whether the server was started with a Redis.
    pub available: bool,
    /// What was chosen.
    pub setting: MirrorSetting,
    /// When Redis last took the values.
    pub written_at: Option<i64>,
    /// Why it does not now, and since when.
    pub trouble: Option<(MirrorTrouble, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(token_key: &str, ticket_key: &str) -> MirrorSetting {
        MirrorSetting { on: true, token_key: token_key.into(), ticket_key: ticket_key.into() }
    }

    #[test]
    fn two_accounts_never_share_a_key() {
        let other = MirrorSetting { on: true, ..MirrorSetting::default() };
        let faults = |mine: &MirrorSetting| {
            let faults = mine.faults([("青禾", &other)].into_iter());
            faults.into_iter().map(|fault| (fault.field, fault.code)).collect::<Vec<_>>()
        };
        assert_eq!(faults(&setting("wx:token", "wx:ticket")), []);
        assert_eq!(faults(&setting("access_token", "wx:ticket")), [("token_key".into(), "taken")]);
        assert_eq!(faults(&setting("jsapi_ticket", "b")), [("token_key".into(), "taken")], "crosswise too");
        assert_eq!(faults(&MirrorSetting::default()), [], "one that is off writes nothing");
        assert_eq!(faults(&setting("a", "a")), [("ticket_key".into(), "taken")]);
        assert_eq!(faults(&setting("", "a b")).len(), 2);
        assert_eq!(faults(&setting(&"x".repeat(201), "a\n")).len(), 2);
    }

    #[test]
    fn refusals_are_told_apart() {
        assert_eq!(MirrorTrouble::of_code("WRONGPASS"), MirrorTrouble::Refused);
        assert_eq!(MirrorTrouble::of_code("READONLY"), MirrorTrouble::ReadOnly);
        assert_eq!(MirrorTrouble::of_code("OOM"), MirrorTrouble::Other("OOM".into()));
        assert!(MirrorTrouble::Other("OOM".into()).said().zh.contains("OOM"));
    }
}
