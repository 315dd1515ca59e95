//! Reading what a developer pastes: a `wx.config({…})`, a query string, or just the address.

/// What was found in a pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The address that was signed.
    pub url: Option<String>,
    /// `timestamp`, as written.
    pub timestamp: Option<String>,
    /// `nonceStr` (or `noncestr`).
    pub nonce: Option<String>,
    /// `signature`.
    pub signature: Option<String>,
    /// `appId`.
    pub app_id: Option<String>,
    /// The nonce stands under `noncestr`, which `wx.config` does not know.
    pub lower_nonce: bool,
    /// What WeChat said, where its words are among it.
    pub words: Option<String>,
    /// Whether `jsApiList` names a call, where it stands there.
    pub api_list: Option<bool>,
}

impl Pasted {
    /// Reads a text of any of the usual shapes.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http")) && !text.contains(['\n', '"', '\'']) {
            return Self { url: Some(text.to_owned()), ..Self::default() };
        }
        let camel = value(text, "nonceStr");
        let lower = value(text, "noncestr");
        Self {
            url: value(text, "url").or_else(|| real_url(text)),
            words: words(text),
            api_list: api_list(text),
            timestamp: value(text, "timestamp").or_else(|| value(text, "timeStamp")),
            lower_nonce: camel.is_none() && lower.is_some(),
            nonce: camel.or(lower),
            signature: value(text, "signature"),
            app_id: value(text, "appId").or_else(|| value(text, "appid")),
        }
    }
}

/// What `wx.error` gave: behind `errMsg`, or the bare sentence.
fn words(text: &str) -> Option<String> {
    let told = value(text, "errMsg").or_else(|| value(text, "err_msg"));
    let says = |line: &&str| {
        let line = line.to_ascii_lowercase();
        ["invalid signature", "invalid url domain", "permission", "require subscribe", "system error", "63002", "40048"]
            .iter()
            .any(|sign| line.contains(sign))
    };
    told.or_else(|| text.lines().find(says).map(|line| line.trim().chars().take(300).collect()))
}

/// The address that WeChat compared, which `invalid url domain` tells: `"realAuthUrl":["https://…"]`.
fn real_url(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("realAuthUrl")?;
    let rest = &rest[rest.find("http")?..];
    rest.split(['"', '\'', ']', ',']).next().map(str::to_owned)
}

/// Whether a list of calls names one.
fn api_list(text: &str) -> Option<bool> {
    let (_, rest) = text.split_once("jsApiList")?;
    let rest = rest.trim_start_matches(['"', '\'', ' ', ':', '=']);
    rest.strip_prefix('[').map(|list| !list.trim_start().starts_with(']'))
}

/// The value behind `key:` or `key=`, quoted or not.
fn value(text: &str, key: &str) -> Option<String> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'', '`']).trim_start();
        let rest = rest.strip_prefix([':', '='])?.trim_start();
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\'' | '`'));
        let found = match quote {
            Some(quote) => rest[1..].split(quote).next(),
            None => rest.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '}' | '&' | ';')).next(),
        };
        found.map(str::trim).filter(|value| !value.is_empty() && value.len() <= 4096).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_shapes_are_read() {
        let config = Pasted::read(
            "wx.config({ debug: true, appId: 'wx1', timestamp: 1795327440,\n  nonceStr: \"Wm3W\", signature: \"8bd2\", jsApiList: [] })",
        );
        assert_eq!((config.app_id.as_deref(), config.timestamp.as_deref()), (Some("wx1"), Some("1795327440")));
        assert_eq!((config.nonce.as_deref(), config.signature.as_deref(), config.lower_nonce), (Some("Wm3W"), Some("8bd2"), false));
        assert_eq!(config.url, None);
        let json =
            Pasted::read(r#"{"appId":"wx1","timestamp":1,"nonceStr":"n","signature":"s","url":"https://h5.example.com/?a=1&b=2#c"}"#);
        assert_eq!(json.url.as_deref(), Some("https://h5.example.com/?a=1&b=2#c"));
        let query = Pasted::read("noncestr=n&timestamp=2&signature=s");
        assert_eq!((query.nonce.as_deref(), query.lower_nonce), (Some("n"), true));
        let url = Pasted::read(" https://h5.example.com/?timestamp=5 ");
        assert_eq!((url.url.as_deref(), url.timestamp), (Some("https://h5.example.com/?timestamp=5"), None));
        assert_eq!((config.api_list, Pasted::read("jsApiList: ['a']").api_list, query.api_list), (Some(false), Some(true), None));
        let refused = Pasted::read(r#"{"errMsg":"config:invalid url domain","realAuthUrl":["https://h5.example.com/a"]}"#);
        assert_eq!(
            (refused.words.as_deref(), refused.url.as_deref()),
            (Some("config:invalid url domain"), Some("https://h5.example.com/a"))
        );
        assert_eq!(
            Pasted::read("Error: config:fail, Error: 系统错误 63002, invalid signature").words.map(|text| text.len() > 20),
            Some(true)
        );
        assert_eq!((Pasted::read(""), Pasted::read("nothing here")), (Pasted::default(), Pasted::default()));
    }

    #[test]
    fn odd_texts_do_not_panic() {
        for text in [
            "realAuthUrl",
            "realAuthUrl:http",
            "jsApiList",
            "errMsg",
            "errMsg:",
            "url",
            "url:",
            "url:\"",
            "url='",
            "é",
            "urlé: x",
            "timestamp=\u{3000}",
            "myurl=5",
        ] {
            Pasted::read(text);
        }
        assert_eq!(Pasted::read("myurl=5").url, None);
    }
}
