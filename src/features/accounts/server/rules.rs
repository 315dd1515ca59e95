//! What may be typed for an official account. Pure; the command line and the pages ask the same questions here.

mod hosts;

use secrecy::{ExposeSecret, SecretString};

pub use hosts::{h5_origin, is_loopback, js_domain};

use crate::{
    features::accounts::model::{CallbackMode, TokenMode},
    shared::{
        error::FieldError,
        lang::{Said, Text},
    },
    wechat::{self, crypt::Crypt},
};

/// What was typed, as text: only the fields that are to change. An empty text takes away what may be absent.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// Name given by the operator.
    pub name: Option<String>,
    /// AppSecret.
    pub secret: Option<SecretString>,
    /// Where the platform answers; empty means the real one.
    pub api_base: Option<String>,
    /// JS 接口安全域名, each text holding one or several.
    pub js_domains: Option<Vec<String>>,
    /// Origins of H5 pages, each text holding one or several.
    pub h5_origins: Option<Vec<String>>,
    /// Token of the callback.
    pub callback_token: Option<SecretString>,
    /// EncodingAESKey of the callback.
    pub aes_key: Option<SecretString>,
    /// `plain`, `compatible` or `safe`; empty means what fits the key.
    pub callback_mode: Option<String>,
    /// `gh_…` id that pushes are addressed to.
    pub original_id: Option<String>,
    /// Another program that gets every push.
    pub forward_callback: Option<String>,
    /// `stable` or `classic`.
    pub token_mode: Option<String>,
    /// `on` or `off`.
    pub card_ticket: Option<String>,
}

/// What becomes of a secret.
#[derive(Clone, Debug, Default)]
pub enum Sealing {
    /// Stays as it is.
    #[default]
    Keep,
    /// Is replaced.
    Put(SecretString),
    /// Goes.
    Drop,
}

impl Sealing {
    fn leaves_one(&self, had: bool) -> bool {
        match self {
            Self::Keep => had,
            Self::Put(_) => true,
            Self::Drop => false,
        }
    }
}

/// Everything about an account but its secrets, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plain {
    /// Name given by the operator.
    pub name: String,
    /// Where the platform answers, without a final slash.
    pub api_base: String,
    /// Hosts in lower case, after IDNA.
    pub js_domains: Vec<String>,
    /// Origins as browsers send them.
    pub h5_origins: Vec<String>,
    /// How pushes are protected.
    pub callback_mode: CallbackMode,
    /// `gh_…`.
    pub original_id: Option<String>,
    /// Another program that gets every push.
    pub forward_callback: Option<String>,
    /// How the access token is fetched.
    pub token_mode: TokenMode,
    /// Whether the ticket that signs card coupons is kept.
    pub card_ticket: bool,
}

impl Default for Plain {
    fn default() -> Self {
        Self {
            name: String::new(),
            api_base: wechat::API_BASE.to_owned(),
            js_domains: Vec::new(),
            h5_origins: Vec::new(),
            callback_mode: CallbackMode::Plain,
            original_id: None,
            forward_callback: None,
            token_mode: TokenMode::Stable,
            card_ticket: false,
        }
    }
}

/// An account as it is to become.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Everything but secrets.
    pub plain: Plain,
    /// AppSecret.
    pub secret: Sealing,
    /// Token of the callback.
    pub callback_token: Sealing,
    /// EncodingAESKey.
    pub aes_key: Sealing,
}

/// What is there before a change.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// Everything but secrets.
    pub plain: Plain,
    /// Whether there is an EncodingAESKey.
    pub has_aes_key: bool,
}

/// Checks what was typed against what is there.
///
/// # Errors
/// Every refused field, under its name in the forms (`js_domains`, `aes_key` …).
pub fn plan(present: &Present, typed: Typed) -> Result<Plan, Vec<FieldError>> {
    let mut reading = Reading(Vec::new());
    let mut plain = present.plain.clone();
    reading.texts(&typed, &mut plain);
    reading.addresses(&typed, &mut plain);
    let secret = reading.app_secret(typed.secret.as_ref());
    let callback_token = reading.callback_token(typed.callback_token.as_ref());
    let aes_key = reading.aes_key(typed.aes_key.as_ref());
    let about_callback = typed.callback_mode.is_some() || !matches!(aes_key, Sealing::Keep);
    if about_callback {
        plain.callback_mode = reading.mode(typed.callback_mode.as_deref(), &aes_key, present);
    }
    if reading.0.is_empty() { Ok(Plan { plain, secret, callback_token, aes_key }) } else { Err(reading.0) }
}

/// Splits lists that may be repeated or separated by commas, blanks and line ends. Each entry stands once.
pub fn entries(texts: &[String]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for entry in texts.iter().flat_map(|text| text.split([',', '，', '、', ';', '；', ' ', '\t', '\r', '\n'])) {
        if !entry.is_empty() && !found.contains(&entry) {
            found.push(entry);
        }
    }
    found
}

/// The most entries of a list.
const MOST_ENTRIES: usize = 100;

struct Reading(Vec<FieldError>);

impl Reading {
    fn refuse(&mut self, field: &str, code: &'static str, detail: impl Into<Said>) {
        self.0.push(FieldError::new(field, code, detail));
    }

    fn texts(&mut self, typed: &Typed, plain: &mut Plain) {
        if let Some(name) = &typed.name {
            name.trim().clone_into(&mut plain.name);
        }
        let length = plain.name.chars().count();
        if !(1..=64).contains(&length) || plain.name.chars().any(char::is_control) {
            self.refuse("name", "bad_name", BAD_NAME);
        }
        if let Some(id) = typed.original_id.as_deref().map(str::trim) {
            plain.original_id = (!id.is_empty()).then(|| id.to_owned());
            if !id.is_empty() && !is_original_id(id) {
                self.refuse("original_id", "bad_original_id", BAD_ORIGINAL_ID);
            }
        }
        if let Some(word) = typed.token_mode.as_deref().filter(|word| !word.is_empty()) {
            match TokenMode::parse(word) {
                Some(mode) => plain.token_mode = mode,
                None => self.refuse("token_mode", "unknown_word", BAD_TOKEN_MODE),
            }
        }
        match typed.card_ticket.as_deref().unwrap_or_default() {
            "" => {}
            "on" => plain.card_ticket = true,
            "off" => plain.card_ticket = false,
            _ => self.refuse("card_ticket", "unknown_word", BAD_CARD_TICKET),
        }
    }

    fn addresses(&mut self, typed: &Typed, plain: &mut Plain) {
        if let Some(texts) = &typed.js_domains {
            plain.js_domains = self.list("js_domains", texts, js_domain);
        }
        if let Some(texts) = &typed.h5_origins {
            plain.h5_origins = self.list("h5_origins", texts, h5_origin);
        }
        if let Some(base) = typed.api_base.as_deref().map(str::trim) {
            let base = if base.is_empty() { wechat::API_BASE } else { base.trim_end_matches('/') };
            base.clone_into(&mut plain.api_base);
            if wechat::Client::new(base).is_err() {
                self.refuse("api_base", "bad_api_base", BAD_API_BASE);
            }
        }
        if let Some(target) = typed.forward_callback.as_deref().map(str::trim) {
            plain.forward_callback = (!target.is_empty()).then(|| target.to_owned());
            if !target.is_empty() && !hosts::is_web_address(target) {
                self.refuse("forward_callback", "bad_url", BAD_FORWARD);
            }
        }
    }

    fn list(&mut self, field: &str, texts: &[String], rule: fn(&str) -> Result<String, Said>) -> Vec<String> {
        let mut good: Vec<String> = Vec::new();
        for entry in entries(texts) {
            match rule(entry) {
                Ok(entry) if good.contains(&entry) => {}
                Ok(entry) => good.push(entry),
                Err(detail) => {
                    self.refuse(field, "bad_entry", detail);
                    return good;
                }
            }
        }
        if good.len() > MOST_ENTRIES {
            self.refuse(field, "too_many", TOO_MANY);
        }
        good
    }

    fn app_secret(&mut self, typed: Option<&SecretString>) -> Sealing {
        let Some(secret) = typed else { return Sealing::Keep };
        let text = secret.expose_secret().trim();
        if !(1..=128).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.refuse("secret", "bad_secret", BAD_SECRET);
        }
        Sealing::Put(SecretString::from(text))
    }

    fn callback_token(&mut self, typed: Option<&SecretString>) -> Sealing {
        let Some(token) = typed else { return Sealing::Keep };
        let text = token.expose_secret().trim();
        if text.is_empty() {
            return Sealing::Drop;
        }
        if !(3..=32).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.refuse("callback_token", "bad_callback_token", BAD_CALLBACK_TOKEN);
        }
        Sealing::Put(SecretString::from(text))
    }

    fn aes_key(&mut self, typed: Option<&SecretString>) -> Sealing {
        let Some(key) = typed else { return Sealing::Keep };
        let text = key.expose_secret().trim();
        if text.is_empty() {
            return Sealing::Drop;
        }
        let key = SecretString::from(text);
        if Crypt::new("", &SecretString::default(), &key).is_err() {
            self.refuse("aes_key", "bad_aes_key", BAD_AES_KEY);
        }
        Sealing::Put(key)
    }

    /// A named mode as named; otherwise safe with a new key, plain once the key is gone, and else as it was.
    fn mode(&mut self, word: Option<&str>, key: &Sealing, present: &Present) -> CallbackMode {
        let mode = match (word.map(str::trim).filter(|word| !word.is_empty()), key) {
            (Some(word), _) => match CallbackMode::parse(word) {
                Some(mode) => mode,
                None => {
                    self.refuse("callback_mode", "unknown_word", BAD_CALLBACK_MODE);
                    return CallbackMode::Plain;
                }
            },
            (None, Sealing::Put(_)) if !present.has_aes_key => CallbackMode::Safe,
            (None, Sealing::Drop) => CallbackMode::Plain,
            (None, _) => present.plain.callback_mode,
        };
        if mode != CallbackMode::Plain && !key.leaves_one(present.has_aes_key) {
            self.refuse("aes_key", "missing", KEY_MISSING);
        }
        mode
    }
}

fn is_original_id(text: &str) -> bool {
    text.len() <= 64
        && text.strip_prefix("gh_").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// AppID out of its letters.
pub const BAD_APP_ID: Text =
    Text::new("AppID 由 1 到 64 个字母、数字、下划线或减号组成。", "An AppID has 1 to 64 letters, digits, underscores or hyphens.");
const BAD_NAME: Text =
    Text::new("名称要有 1 到 64 个字，不能有控制字符。", "The name needs 1 to 64 characters without control characters.");
const BAD_SECRET: Text = Text::new(
    "AppSecret 不能为空，也不能含空格。请从公众平台整段复制。",
    "The AppSecret is empty or holds blanks. Copy it whole from WeChat's console.",
);
const BAD_ORIGINAL_ID: Text =
    Text::new("原始 ID 写成 gh_ 开头的一串字母和数字。", "The original id starts with gh_, then letters and digits.");
const BAD_TOKEN_MODE: Text = Text::new("取令牌方式只能是 stable 或 classic。", "The token mode is stable or classic.");
const BAD_CARD_TICKET: Text = Text::new("卡券票据只能是 on 或 off。", "The card ticket is on or off.");
const BAD_CALLBACK_MODE: Text =
    Text::new("消息加密方式只能是 plain、compatible 或 safe。", "The callback mode is plain, compatible or safe.");
const BAD_API_BASE: Text = Text::new(
    "接口地址要以 https 开头（本机地址可以用 http），不带参数和用户名。",
    "The API address must be https (http for loopback hosts), without query or user name.",
);
const BAD_FORWARD: Text =
    Text::new("转发地址写成完整的 http(s) 网址，不带用户名。", "The forwarding address is a whole http(s) URL without a user name.");
const BAD_CALLBACK_TOKEN: Text =
    Text::new("消息推送的 Token 由 3 到 32 个字母或数字组成。", "The callback token has 3 to 32 letters or digits.");
const BAD_AES_KEY: Text = Text::new("EncodingAESKey 是 43 个字母或数字。", "An EncodingAESKey has 43 letters and digits.");
const KEY_MISSING: Text = Text::new("兼容模式和安全模式需要 EncodingAESKey。", "The modes compatible and safe need an EncodingAESKey.");
const TOO_MANY: Text = Text::new("最多 100 个。", "100 at most.");

#[cfg(test)]
mod tests;
