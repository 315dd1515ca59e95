//! WeChat's return codes: one table with class, meaning, cause and remedy in both languages (docs/wechat-api.md §12).

mod account;
mod person;
mod request;

use std::net::IpAddr;

/// What a code asks of us. One class decides every question of [`super::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No error.
    Success,
    /// WeChat is busy: repeat after growing waits.
    Busy,
    /// Too many calls in this minute: slow down, wait a minute.
    TooFast,
    /// The day's quota is spent: stop until tomorrow.
    Quota,
    /// The access token is refused: refresh once, repeat once.
    StaleToken,
    /// AppID, AppSecret or address list are wrong: the operator acts, WeChat is left alone.
    Credentials,
    /// The administrator has to confirm on the phone, or an address is locked: as [`Class::Credentials`].
    Access,
    /// The account may not make the call.
    Right,
    /// Another setting in the console or here.
    Setting,
    /// The template cannot be used.
    Template,
    /// This person cannot be reached.
    Recipient,
    /// What is in this message is refused.
    Content,
    /// The text is being reviewed; WeChat sends it by itself.
    UnderReview,
    /// The visitor has to authorise again.
    Visitor,
    /// The same call will never succeed.
    Permanent,
}

impl Class {
    /// Somebody has to change a setting before it can work.
    pub fn is_configuration(self) -> bool {
        matches!(self, Self::Quota | Self::Credentials | Self::Access | Self::Right | Self::Setting | Self::Template)
    }

    /// No message of the account can go out until the cause is gone.
    pub fn blames_account(self) -> bool {
        matches!(self, Self::StaleToken | Self::Quota | Self::Credentials | Self::Access | Self::Right)
    }

    /// WeChat must not be asked again soon.
    pub fn leaves_alone(self) -> bool {
        matches!(self, Self::TooFast | Self::Quota | Self::Credentials | Self::Access)
    }
}

/// A return code.
#[derive(Debug)]
pub struct Code {
    /// The number.
    pub errcode: i64,
    /// What it asks of us.
    pub class: Class,
    /// In Chinese.
    pub zh: Words,
    /// In English.
    pub en: Words,
}

/// A return code in plain words. `{ip}` and `{field}` stand for what WeChat's own words name.
#[derive(Debug)]
pub struct Words {
    /// What happened.
    pub meaning: &'static str,
    /// Why, usually.
    pub cause: &'static str,
    /// What to do next.
    pub remedy: &'static str,
}

const fn code(errcode: i64, class: Class, zh: [&'static str; 3], en: [&'static str; 3]) -> Code {
    Code {
        errcode,
        class,
        zh: Words { meaning: zh[0], cause: zh[1], remedy: zh[2] },
        en: Words { meaning: en[0], cause: en[1], remedy: en[2] },
    }
}

/// Every code that we know, by number within each part.
pub fn all() -> impl Iterator<Item = &'static Code> {
    account::CODES.iter().chain(request::CODES).chain(person::CODES)
}

/// The row of a code; `None` for one that we do not know.
pub fn lookup(errcode: i64) -> Option<&'static Code> {
    [account::CODES, request::CODES, person::CODES]
        .into_iter()
        .find_map(|part| part.binary_search_by_key(&errcode, |code| code.errcode).ok().map(|at| &part[at]))
}

/// Whether a token that WeChat gave after a refusal with this code says that its cause may be gone. A quota may have been that of the
/// token call itself, or was reset meanwhile: one call finds out.
pub fn token_mends(errcode: i64) -> bool {
    matches!(lookup(errcode).map(|code| code.class), Some(Class::StaleToken | Class::Credentials | Class::Access | Class::Quota))
}

/// What happened, in plain words; `errmsg` is used only for the address (40164) or field (47003) that it names.
pub fn reason(errcode: i64, errmsg: &str, zh: bool) -> String {
    match lookup(errcode) {
        Some(code) => filled(if zh { code.zh.meaning } else { code.en.meaning }, errmsg, zh),
        None if zh => format!("微信返回了未知错误 {errcode}"),
        None => format!("Unknown WeChat error {errcode}"),
    }
}

/// What to do next, in plain words; the placeholders are left general.
pub fn hint(errcode: i64, zh: bool) -> String {
    match lookup(errcode) {
        Some(code) => filled(if zh { code.zh.remedy } else { code.en.remedy }, "", zh),
        None if zh => "复制微信的原文，到微信官方文档查询这个返回码".to_owned(),
        None => "Copy WeChat's own words and look the code up in its documentation".to_owned(),
    }
}

/// The address that WeChat saw us under, from the words of 40164. An IPv4 address in IPv6 clothes is given as IPv4.
pub fn ip_in(errmsg: &str) -> Option<IpAddr> {
    errmsg
        .split(|c: char| !(c.is_ascii_hexdigit() || c == '.' || c == ':'))
        .find_map(|word| word.trim_end_matches([':', '.']).parse::<IpAddr>().ok())
        .map(|ip| ip.to_canonical())
}

/// The key that the words of 47003 name, as in `data.thing1.value invalid`.
fn field_in(errmsg: &str) -> Option<String> {
    let (_, rest) = errmsg.split_once("data.")?;
    let key: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
    (!key.is_empty()).then_some(key)
}

fn filled(words: &str, errmsg: &str, zh: bool) -> String {
    if words.contains("{ip}") {
        let ip = ip_in(errmsg).map(|ip| ip.to_string());
        return match ip {
            Some(ip) => words.replace("{ip}", &ip),
            None => words.replace(" {ip}", ""),
        };
    }
    match field_in(errmsg) {
        Some(field) => words.replace("{field}", &field),
        // Chinese sets a blank between Latin and Han letters only.
        None if zh => words.replace("{field} ", "某个字段"),
        None => words.replace("{field}", "A field"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::wechat::Error;

    #[test]
    fn every_part_is_sorted_and_no_code_stands_twice() {
        for part in [account::CODES, request::CODES, person::CODES] {
            assert!(part.is_sorted_by_key(|code| code.errcode));
        }
        let numbers: BTreeSet<i64> = all().map(|code| code.errcode).collect();
        assert_eq!(numbers.len(), all().count());
        for code in all() {
            assert_eq!(lookup(code.errcode).unwrap().errcode, code.errcode);
        }
    }

    #[test]
    fn every_code_of_the_reference_is_here() {
        let wanted = [
            -1, 0, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 40009, 40013, 40014, 40029, 40030, 40033, 40035, 40036, 40037, 40038,
            40039, 40048, 40066, 40097, 40102, 40125, 40132, 40163, 40164, 40165, 40201, 40202, 40203, 40243, 40246, 40249, 40252, 41001,
            41002, 41003, 41004, 41005, 41006, 41007, 41008, 41009, 41030, 42001, 42002, 42003, 42007, 43001, 43002, 43003, 43004, 43019,
            43100, 43101, 43107, 43108, 43116, 44002, 45001, 45002, 45009, 45011, 45015, 45026, 45027, 45047, 45109, 45168, 46004, 47001,
            47003, 48001, 48002, 48004, 48006, 48008, 50001, 50002, 50005, 61004, 61007, 63002, 65400, 76003, 76021, 76022, 87014, 89501,
            89503, 89506, 89507,
        ];
        for errcode in wanted {
            assert!(lookup(errcode).is_some(), "{errcode}");
        }
    }

    #[test]
    fn every_row_speaks_both_languages_to_the_end() {
        for code in all() {
            for text in [code.zh.meaning, code.zh.cause, code.zh.remedy] {
                assert!(text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c)), "{}: {text}", code.errcode);
            }
            for text in [code.en.meaning, code.en.cause, code.en.remedy] {
                assert!(!text.is_empty() && text.is_ascii() && text.starts_with(|c: char| c.is_ascii_uppercase() || c == '{'), "{text}");
            }
            for zh in [true, false] {
                for text in [reason(code.errcode, "", zh), hint(code.errcode, zh)] {
                    assert!(!text.contains(['{', '}']) && !text.ends_with(['.', '。']), "{}: {text}", code.errcode);
                }
            }
        }
    }

    #[test]
    fn class_and_questions_agree_in_every_row() {
        for code in all() {
            let error = Error::Platform { errcode: code.errcode, errmsg: String::new(), rid: None };
            assert_eq!(error.class(), Some(code.class));
            let class = code.class;
            assert_eq!(error.is_stale_token(), class == Class::StaleToken);
            assert_eq!(error.is_busy(), class == Class::Busy);
            assert_eq!(error.is_too_fast(), class == Class::TooFast);
            assert_eq!(error.is_quota(), class == Class::Quota);
            assert_eq!(error.under_review(), class == Class::UnderReview);
            let blamed = [error.blames_account(), error.blames_template(), error.blames_recipient()];
            assert!(blamed.iter().filter(|blame| **blame).count() <= 1, "{}", code.errcode);
            assert!(!error.is_retryable() || !blamed.contains(&true), "{}: what is retried blames nobody", code.errcode);
            assert!(!error.leaves_alone() || error.is_too_fast() || error.blames_account(), "{}", code.errcode);
        }
    }

    #[test]
    fn addresses_and_fields_are_filled_in() {
        let words = "invalid ip 114.221.21.30 ipv6 ::ffff:114.221.21.30, not in whitelist rid: 658cff8e-7783352d-44cb33e5";
        assert_eq!(reason(40164, words, true), "服务器 IP 114.221.21.30 不在白名单");
        assert_eq!(reason(40164, words, false), "Server IP 114.221.21.30 is not allow-listed");
        assert_eq!(reason(40164, "not in whitelist", true), "服务器 IP 不在白名单");
        let words = "argument invalid! data.thing1.value invalid rid: 66ac5b50-0e6d76ba-2a578c0a";
        assert_eq!(reason(47003, words, true), "thing1 的内容不符合要求");
        assert_eq!(reason(47003, words, false), "thing1 breaks a rule");
        assert_eq!(reason(47003, "argument invalid!", true), "某个字段的内容不符合要求");
        assert_eq!(reason(47003, "data.<b>x</b>.value", false), "A field breaks a rule");
        assert_eq!(reason(12345, "x", true), "微信返回了未知错误 12345");
        assert_eq!(reason(12345, "x", false), "Unknown WeChat error 12345");
    }

    #[test]
    fn addresses_are_found_in_all_their_clothes() {
        for (words, ip) in [
            ("invalid ip 1.2.3.4, not in whitelist", Some("1.2.3.4")),
            ("invalid ip ::ffff:1.2.3.4, not in whitelist", Some("1.2.3.4")),
            ("invalid ip 240e:3b7::1 , not in whitelist", Some("240e:3b7::1")),
            ("access_token:1.2.3.4.", None),
            ("invalid ip: 1.2.3.4.", Some("1.2.3.4")),
            ("rid: 658cff8e-7783352d-44cb33e5", None),
            ("", None),
        ] {
            assert_eq!(ip_in(words).map(|ip| ip.to_string()).as_deref(), ip, "{words}");
        }
    }
}
