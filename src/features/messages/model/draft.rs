//! What somebody composes, and whether it may go out.

use serde::{Deserialize, Serialize};

use super::{Data, TemplateField, check};
use crate::{
    features::accounts::model::is_app_id,
    shared::{
        error::FieldError,
        lang::{Said, Text},
    },
};

/// The longest address or page path, in bytes.
const LONGEST_URL: usize = 1024;

/// What a tap on the card does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Nothing.
    #[default]
    None,
    /// Opens a page.
    Web,
    /// Opens a mini program.
    Mini,
}

impl Target {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Web, Self::Mini, Self::None];

    /// The word of form and database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Web => "web",
            Self::Mini => "mini",
        }
    }

    /// Reads [`Target::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.word() == word)
    }
}

/// A page of a mini program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Miniprogram {
    /// The mini program's AppID.
    pub appid: String,
    /// The page with its query; empty for the first page.
    pub pagepath: String,
}

/// The same for every recipient: the template, its values, the click target. As typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// The template's long id; empty before one is chosen.
    pub template_id: String,
    /// The values.
    pub data: Data,
    /// What a tap does.
    pub target: Target,
    /// The page, also the fallback of a mini program.
    pub url: String,
    /// The mini program.
    pub mini: Miniprogram,
}

impl Content {
    /// The address as it goes out; none where a tap does nothing.
    pub fn url(&self) -> Option<String> {
        (self.target != Target::None && !self.url.is_empty()).then(|| self.url.clone())
    }

    /// The mini program as it goes out.
    pub fn miniprogram(&self) -> Option<Miniprogram> {
        (self.target == Target::Mini).then(|| self.mini.clone())
    }
}

/// Everything that is wrong with a content for a template with these fields; names are those of the form, `data.thing1` and so on.
pub fn check_content(fields: &[TemplateField], content: &Content) -> Vec<FieldError> {
    let mut errors = check_values(fields, &content.data);
    errors.extend(check_target(content.target, &content.url, &content.mini));
    errors
}

/// Missing keys, keys the template does not have, values that break their rule.
pub fn check_values(fields: &[TemplateField], data: &Data) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for field in fields {
        let name = format!("data.{}", field.key);
        match data.0.iter().find(|(key, _)| *key == field.key) {
            Some((_, value)) => {
                if let Err(fault) = check(field.kind, value) {
                    errors.push(FieldError::new(name, fault.code(), labelled(&field.label, &fault.said())));
                }
            }
            None if field.kind.is_hidden() => {}
            None => errors.push(FieldError::new(
                name,
                "missing",
                Text::new("模板有这个字段，这里没有。", "The template has this key; here it is missing."),
            )),
        }
    }
    for (key, _) in data.0.iter().filter(|(key, _)| !fields.iter().any(|field| field.key == *key)) {
        errors.push(FieldError::new(
            format!("data.{key}"),
            "unknown_key",
            Text::new("模板没有这个字段。", "The template has no such key."),
        ));
    }
    errors
}

/// A sentence that names its field, so that a list of them can be read.
fn labelled(label: &str, said: &Said) -> Said {
    if label.is_empty() {
        return said.clone();
    }
    Said::new(format!("{label}：{}", said.zh), format!("{label}: {}", said.en))
}

/// What is wrong with the click target.
pub fn check_target(target: Target, url: &str, mini: &Miniprogram) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let wanted = target == Target::Web || (target == Target::Mini && !url.is_empty());
    if wanted && !is_web_url(url) {
        errors.push(FieldError::new(
            "url",
            "url_malformed",
            Text::new("写完整的网址，以 https:// 开头", "A whole address that starts with https://"),
        ));
    }
    if target == Target::Mini {
        if !is_app_id(&mini.appid) {
            let detail =
                Text::new("小程序的 AppID 是 1 到 64 个字母、数字、_ 或 -", "A mini program's AppID is 1 to 64 letters, digits, _ or -");
            errors.push(FieldError::new("miniprogram.appid", "app_id_malformed", detail));
        }
        if !is_page_path(&mini.pagepath) {
            let detail = Text::new("写小程序里的路径，如 pages/index?id=1", "A path inside the mini program, such as pages/index?id=1");
            errors.push(FieldError::new("miniprogram.pagepath", "path_malformed", detail));
        }
    }
    errors
}

/// An http(s) address with a host, without user-info, blanks, backslashes or control characters.
pub fn is_web_url(url: &str) -> bool {
    let lower: String = url.chars().take(8).collect::<String>().to_ascii_lowercase();
    let Some(skip) = ["https://", "http://"].into_iter().find(|scheme| lower.starts_with(scheme)).map(str::len) else { return false };
    let authority = url[skip..].split(['/', '?', '#']).next().unwrap_or_default();
    let host_like = !authority.is_empty() && !authority.starts_with([':', '.']) && !authority.contains(['@', '"', '<', '>', '%']);
    url.len() <= LONGEST_URL && host_like && !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

/// None at all opens the mini program's first page.
fn is_page_path(text: &str) -> bool {
    text.len() <= LONGEST_URL
        && !text.to_ascii_lowercase().starts_with("http")
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::messages::model::fields;

    fn data(pairs: &[(&str, &str)]) -> Data {
        Data(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn every_key_of_the_template_and_none_besides() {
        let known = fields("名称:{{thing1.DATA}}\n状态:{{phrase2.DATA}}\n{{remark.DATA}}");
        assert_eq!(check_values(&known, &data(&[("thing1", "a"), ("phrase2", "好")])), []);
        let errors = check_values(&known, &data(&[("thing1", ""), ("thing3", "x")]));
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(named, [("data.thing1", "empty"), ("data.phrase2", "missing"), ("data.thing3", "unknown_key")]);
        assert_eq!(errors[0].detail.zh, "名称：不能为空");
    }

    #[test]
    fn addresses_are_web_addresses() {
        for good in ["https://qinghe.example/act/1128?a=b#c", "http://127.0.0.1:8080", "HTTPS://例子.example/路径"] {
            assert!(is_web_url(good), "{good}");
        }
        let long = format!("https://a.example/{}", "x".repeat(1024));
        for bad in [
            "",
            "qinghe.example",
            "javascript:alert(1)",
            "https://",
            "https:///x",
            "ftp://a.example",
            "https://a@b.example",
            "https://a b",
            "https:\\\\a",
            "https://a.example/\n",
            &long,
        ] {
            assert!(!is_web_url(bad), "{bad}");
        }
    }

    #[test]
    fn only_the_chosen_target_is_judged_and_sent() {
        let mini = Miniprogram { appid: "x y".into(), pagepath: "https://a".into() };
        assert_eq!(check_target(Target::None, "nonsense", &mini), []);
        let named = |errors: Vec<FieldError>| errors.into_iter().map(|error| error.field).collect::<Vec<_>>();
        assert_eq!(named(check_target(Target::Web, "nonsense", &mini)), ["url"]);
        assert_eq!(named(check_target(Target::Mini, "", &mini)), ["miniprogram.appid", "miniprogram.pagepath"]);
        for appid in ["wx0123456789abcdef", "x", "mini_app-1"] {
            let first_page = Miniprogram { appid: appid.into(), pagepath: String::new() };
            assert_eq!(check_target(Target::Mini, "", &first_page), [], "{appid}");
        }
        assert_eq!(named(check_target(Target::Mini, "", &Miniprogram::default())), ["miniprogram.appid"]);
        let content = Content { target: Target::None, url: "https://a.example".into(), mini, ..Content::default() };
        assert_eq!((content.url(), content.miniprogram()), (None, None));
    }
}
