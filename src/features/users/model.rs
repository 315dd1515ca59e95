//! Rules of names and passwords, the same for forms, set-up and the command line.

use crate::shared::{
    lang::{Said, Text},
    rights::Role,
};

/// The longest name (characters).
pub const LONGEST_NAME: usize = 64;
/// The shortest password (characters). Length is what counts; no rule asks for digits or signs.
pub const SHORTEST_PASSWORD: usize = 8;
/// The longest password (characters).
pub const LONGEST_PASSWORD: usize = 256;

/// Whether a text may be a person's name to sign in with.
///
/// # Errors
/// A sentence for the field.
pub fn check_name(name: &str) -> Result<(), Said> {
    let length = name.chars().count();
    if length == 0 {
        return Err(Text::new("请填写账号。", "Enter an account name.").into());
    }
    if length > LONGEST_NAME {
        return Err(Said::new(format!("账号最多 {LONGEST_NAME} 个字符。"), format!("At most {LONGEST_NAME} characters.")));
    }
    if name.trim() != name || name.chars().any(char::is_control) {
        return Err(Text::new("账号首尾不能有空格，也不能有控制字符。", "No blanks around the name, no control characters.").into());
    }
    Ok(())
}

/// Whether a text may be a password. It is never trimmed or changed.
///
/// # Errors
/// A sentence for the field.
pub fn check_password(password: &str) -> Result<(), Said> {
    let length = password.chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(Said::new(format!("密码至少 {SHORTEST_PASSWORD} 个字符。"), format!("At least {SHORTEST_PASSWORD} characters.")));
    }
    if length > LONGEST_PASSWORD {
        return Err(Said::new(format!("密码最多 {LONGEST_PASSWORD} 个字符。"), format!("At most {LONGEST_PASSWORD} characters.")));
    }
    Ok(())
}

/// A person as pages show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Id in addresses.
    pub id: String,
    /// Name to sign in with.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Whether signing in is switched off.
    pub disabled: bool,
    /// When they last did something (Unix milliseconds).
    pub last_seen_at: Option<i64>,
    /// When they were added (Unix milliseconds).
    pub created_at: i64,
}

/// A living session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of the session id, in hex: it names the session and opens nothing.
    pub mark: String,
    /// When it began (Unix milliseconds).
    pub created_at: i64,
    /// When it was last used (Unix milliseconds).
    pub seen_at: i64,
    /// From which address it was begun.
    pub address: Option<String>,
    /// The browser, as it called itself.
    pub agent: Option<String>,
    /// Whether it is the one that asks.
    pub own: bool,
}

/// How something came out that the set-up page tried on the spot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Whether it works.
    pub ok: bool,
    /// What was found.
    pub text: Said,
    /// What to do about it.
    pub hint: Option<Said>,
    /// WeChat's `errcode`, where it refused.
    pub errcode: Option<i64>,
    /// The address WeChat sees us under, where it is not on the allow-list (40164).
    pub address: Option<String>,
}

impl Default for Tried {
    /// Not tried, so not known to work.
    fn default() -> Self {
        Self { ok: false, text: Said::new("", ""), hint: None, errcode: None, address: None }
    }
}

/// Why a change of people was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such person.
    NoSuchUser,
    /// Somebody has this name.
    NameTaken,
    /// Nobody would be left who may administer.
    LastAdmin,
}

impl Refusal {
    /// The sentence for people.
    pub const fn text(self) -> Text {
        match self {
            Self::NoSuchUser => Text::new("没有这个用户。", "There is no such user."),
            Self::NameTaken => Text::new("这个账号已有人使用。", "This name is taken."),
            Self::LastAdmin => Text::new("至少保留一位管理员。", "At least one admin must remain."),
        }
    }
}

/// A browser's name in two words, out of what it calls itself.
pub fn browser(agent: &str) -> String {
    let known = |pairs: &[(&'static str, &'static str)]| pairs.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let name =
        known(&[("MicroMessenger", "WeChat"), ("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = known(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (name, system) {
        (Some(name), Some(system)) => format!("{name} · {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => agent.chars().take(40).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_keep_to_their_rules() {
        assert!(check_name("周敏").is_ok() && check_name("li lei").is_ok());
        for bad in ["", " a", "a ", "a\u{7}", &"a".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
        assert!(check_password("八个字的密码也行").is_ok() && check_password(" leading").is_ok());
        assert!(check_password("1234567").is_err() && check_password(&"a".repeat(257)).is_err());
    }

    #[test]
    fn browsers_are_named_shortly() {
        let wechat = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50";
        assert_eq!(browser(wechat), "WeChat · iPhone");
        assert_eq!(browser("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"), "Chrome · Linux");
        assert_eq!(browser("curl/8.5.0"), "curl/8.5.0");
    }
}
