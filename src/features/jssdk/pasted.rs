//! Reading what a developer pastes: a `wx.config({…})`, the string that was signed, a query string, WeChat's words, or just the address.

/// What was found in a pasted text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The address that was signed.
    pub url: Option<String>,
    /// The address that WeChat compared, as `realAuthUrl` tells it.
    pub real: Option<String>,
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
    /// The names in `openTagList`, where it stands there.
    pub tags: Option<Vec<String>>,
    /// The string that was signed, where it is among it.
    pub string: Option<Signed>,
    /// Source code stands where values should.
    pub code: bool,
}

/// The string that was signed, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// As pasted.
    pub whole: String,
    /// The ticket in it. Never to be shown.
    pub ticket: String,
    /// The nonce in it.
    pub nonce: Option<String>,
    /// It stands under `nonceStr`.
    pub camel: bool,
    /// The time in it.
    pub timestamp: Option<String>,
}

impl Pasted {
    /// Reads a text of any of the usual shapes.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        if is_web(text) && !text.contains(['\n', '"', '\'']) {
            return Self { url: Some(text.to_owned()), ..Self::default() };
        }
        match cut(text) {
            None => Self::of_config(text),
            Some((before, string, after)) => {
                let (signed, url) = Signed::read(string);
                let config = Self::of_config(&format!("{before}\n{after}"));
                Self { url: url.or(config.url), string: Some(signed), ..config }
            }
        }
    }

    fn of_config(text: &str) -> Self {
        let found = |key: &str| value(text, key);
        let camel = found("nonceStr");
        let lower = found("noncestr");
        let lower_nonce = camel.is_none() && lower.is_some();
        let timestamp = found("timestamp").or_else(|| found("timeStamp"));
        let signature = found("signature");
        let app_id = found("appId").or_else(|| found("appid"));
        let nonce = camel.or(lower);
        let code = is_code(&timestamp, |text| text.bytes().all(|byte| byte.is_ascii_digit()))
            || is_code(&signature, |text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            || is_code(&app_id, |text| text.starts_with("wx") && !text.contains('.'))
            || is_code(&nonce, |text| !text.contains(['.', '(', '[', '+', '$']));
        let text_of = |value: Option<Value>| value.filter(|_| !code).map(|value| value.text);
        Self {
            url: found("url").map(|value| value.text).filter(|url| is_web(url)).or_else(|| bare_url(text)),
            real: real_url(text),
            words: words(text),
            api_list: list(text, "jsApiList").map(|names| !names.is_empty()),
            tags: list(text, "openTagList"),
            timestamp: text_of(timestamp),
            lower_nonce,
            nonce: text_of(nonce),
            signature: text_of(signature),
            app_id: text_of(app_id),
            string: None,
            code,
        }
    }

    /// Whether there is anything but an address.
    pub fn is_more_than_an_address(&self) -> bool {
        let values = [&self.signature, &self.nonce, &self.app_id, &self.words, &self.real];
        values.into_iter().any(Option::is_some) || self.string.is_some() || self.code || self.api_list.is_some() || self.tags.is_some()
    }
}

impl Signed {
    /// Takes the string apart; gives the address in it too. `url` comes last and runs to the end, whatever stands in it.
    fn read(whole: &str) -> (Self, Option<String>) {
        let (head, url) = match whole.split_once("&url=") {
            Some((head, url)) => (head, Some(url.to_owned())),
            None => (whole, None),
        };
        let of = |name: &str| head.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
        let (lower, camel) = (of("noncestr"), of("nonceStr"));
        let signed = Self {
            whole: whole.to_owned(),
            ticket: of("jsapi_ticket").unwrap_or_default(),
            camel: lower.is_none() && camel.is_some(),
            nonce: lower.or(camel),
            timestamp: of("timestamp"),
        };
        (signed, url.filter(|url| !url.is_empty()))
    }
}

/// The string that was signed, with what stands before and behind it: from `jsapi_ticket=` to the end of its line, or of its quotes.
fn cut(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find("jsapi_ticket=")?;
    let (before, rest) = text.split_at(start);
    let quote = before.chars().next_back().filter(|letter| matches!(letter, '"' | '\'' | '`'));
    let end = rest.find(|letter| letter == '\n' || Some(letter) == quote).unwrap_or(rest.len());
    let (string, after) = rest.split_at(end);
    Some((before, string.trim_end(), after))
}

fn is_web(text: &str) -> bool {
    text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("http"))
}

/// An address on a line of its own.
fn bare_url(text: &str) -> Option<String> {
    let bare = |line: &&str| is_web(line) && !line.contains(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\''));
    text.lines().map(str::trim).find(bare).map(str::to_owned)
}

/// What `wx.error` gave: behind `errMsg`, or the bare sentence.
fn words(text: &str) -> Option<String> {
    let told = value(text, "errMsg").or_else(|| value(text, "err_msg")).map(|value| value.text);
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
    rest.split(['"', '\'', ']', ',', '\n']).next().map(|url| url.trim().replace("\\/", "/"))
}

/// The names in a list of calls or tags.
fn list(text: &str, key: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once(key)?;
    let rest = rest.trim_start_matches(['"', '\'', ' ', ':', '=']).strip_prefix('[')?;
    let names = rest.split(']').next().unwrap_or_default().split(',').take(64);
    Some(names.map(|name| name.trim().trim_matches(['"', '\'', '`'])).filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

/// A value and how it was written.
struct Value {
    text: String,
    quoted: bool,
    /// Behind a colon, as in an object of a script.
    colon: bool,
}

/// Whether a value is an expression that only the page can compute: `plain` says what one looks like without quotes.
fn is_code(value: &Option<Value>, plain: impl Fn(&str) -> bool) -> bool {
    value.as_ref().is_some_and(|value| {
        let template = ["{{", "${", "<?", "<%"].iter().any(|sign| value.text.contains(sign));
        template || value.colon && !value.quoted && !plain(&value.text)
    })
}

/// The value behind `key:` or `key=`, quoted or not.
fn value(text: &str, key: &str) -> Option<Value> {
    text.match_indices(key).find_map(|(at, _)| {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'', '`']).trim_start();
        let colon = rest.starts_with(':');
        let rest = rest.strip_prefix([':', '='])?.trim_start();
        let quote = rest.chars().next().filter(|letter| matches!(letter, '"' | '\'' | '`'));
        let found = match quote {
            Some(quote) => rest[1..].split(quote).next(),
            None => rest.split(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '}' | '&' | ';')).next(),
        };
        let found = found.map(str::trim).filter(|value| !value.is_empty() && value.len() <= 4096)?;
        // JSON of PHP writes slashes like this.
        let text = if quote == Some('"') { found.replace("\\/", "/") } else { found.to_owned() };
        Some(Value { text, quoted: quote.is_some(), colon })
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
        assert_eq!((config.url.as_deref(), config.code), (None, false));
        let json =
            Pasted::read(r#"{"appId":"wx1","timestamp":1,"nonceStr":"n","signature":"s","url":"https:\/\/h5.example.com/?a=1&b=2#c"}"#);
        assert_eq!((json.url.as_deref(), json.code), (Some("https://h5.example.com/?a=1&b=2#c"), false));
        let query = Pasted::read("noncestr=n&timestamp=2&signature=s");
        assert_eq!((query.nonce.as_deref(), query.lower_nonce), (Some("n"), true));
        let url = Pasted::read(" https://h5.example.com/?timestamp=5 ");
        assert_eq!((url.url.as_deref(), url.timestamp), (Some("https://h5.example.com/?timestamp=5"), None));
        assert_eq!((config.api_list, Pasted::read("jsApiList: ['a']").api_list, query.api_list), (Some(false), Some(true), None));
        let tags = Pasted::read("openTagList: ['wx-open-launch-weapp', \"b\"]").tags;
        assert_eq!(tags, Some(vec!["wx-open-launch-weapp".to_owned(), "b".to_owned()]));
        let refused = Pasted::read(r#"{"errMsg":"config:invalid url domain","realAuthUrl":["https://h5.example.com/a"]}"#);
        assert_eq!(
            (refused.words.as_deref(), refused.real.as_deref(), refused.url),
            (Some("config:invalid url domain"), Some("https://h5.example.com/a"), None)
        );
        assert_eq!(
            Pasted::read("Error: config:fail, Error: 系统错误 63002, invalid signature").words.map(|text| text.len() > 20),
            Some(true)
        );
        assert_eq!((Pasted::read(""), Pasted::read("nothing here")), (Pasted::default(), Pasted::default()));
    }

    #[test]
    fn the_string_that_was_signed_is_kept_apart_from_the_config() {
        let string = "jsapi_ticket=T-1&noncestr=a&timestamp=5&url=http://h5.example.com/?x=1&y=2&timestamp=9";
        let both = Pasted::read(&format!("{string}\nwx.config({{nonceStr: 'b', timestamp: 6, signature: 'aa'}})"));
        assert_eq!(both.url.as_deref(), Some("http://h5.example.com/?x=1&y=2&timestamp=9"));
        assert_eq!((both.nonce.as_deref(), both.timestamp.as_deref(), both.lower_nonce), (Some("b"), Some("6"), false));
        let signed = both.string.expect("read");
        assert_eq!((signed.whole.as_str(), signed.ticket.as_str(), signed.camel), (string, "T-1", false));
        assert_eq!((signed.nonce.as_deref(), signed.timestamp.as_deref()), (Some("a"), Some("5")));
        let quoted = Pasted::read("var s = \"jsapi_ticket=T&nonceStr=a&timestamp=5&url=https://h5.example.com/\"; signature = 'bb'");
        assert_eq!((quoted.url.as_deref(), quoted.signature.as_deref()), (Some("https://h5.example.com/"), Some("bb")));
        assert!(quoted.string.is_some_and(|signed| signed.camel) && !quoted.lower_nonce && quoted.nonce.is_none());
        assert_eq!(Pasted::read("jsapi_ticket=").string, Some(Signed { whole: "jsapi_ticket=".into(), ..Signed::default() }));
    }

    #[test]
    fn source_code_is_told_from_values() {
        for code in [
            "timestamp: data.timestamp, nonceStr: data.nonceStr, signature: data.signature",
            "{appId: appId, timestamp: 5}",
            "signature: res.data.signature",
            "nonceStr: '{{ nonce }}'",
            "timestamp: <?php echo $t;?>,",
            "signature: `${sign}`",
        ] {
            let read = Pasted::read(code);
            let values = (read.timestamp, read.nonce, read.signature, read.app_id);
            assert_eq!((read.code, values), (true, (None, None, None, None)), "{code}");
        }
        for values in
            ["timestamp: 'soon'", "timestamp=now", "appId: wx1, timestamp: 5, nonceStr: abC, signature: 8BD2", "url: location.href"]
        {
            let read = Pasted::read(values);
            assert!(!read.code && read.url.is_none(), "{values}");
        }
        assert!(Pasted::read("config:fail").words.is_none() && Pasted::read("63002").is_more_than_an_address());
        assert!(!Pasted::read("h5.example.com/act?timestamp=5").is_more_than_an_address());
    }

    #[test]
    fn odd_texts_do_not_panic() {
        for text in [
            "realAuthUrl",
            "realAuthUrl:http",
            "jsApiList",
            "openTagList:[",
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
            "'jsapi_ticket='&url=",
            "jsapi_ticket=é&url=é",
        ] {
            Pasted::read(text);
        }
        assert_eq!(Pasted::read("myurl=5").url, None);
    }
}
