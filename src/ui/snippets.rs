//! The call behind a page, as other systems make it: on a command line and in four languages.

use leptos::prelude::*;
use serde_json::{Value, json};

use super::{copy::CopyText, frame, lang, t, texts::snippets as w};
use crate::shared::lang::{Lang, Text};

/// A call of our API.
pub struct Call {
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    open: bool,
}

impl Call {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { path: path.into(), query: Vec::new(), body: None, open: false }
    }

    /// A POST of a JSON object that holds texts, numbers, objects and lists only: those read alike in every language.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { body: Some(body), ..Self::get(path) }
    }

    /// With a query parameter.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Takes no key.
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Names the account, where there are several.
    fn of_account(mut self) -> Self {
        let frame = frame();
        if frame.accounts.len() > 1 {
            match &mut self.body {
                Some(body) => body["account"] = json!(frame.app_id()),
                None => self.query.push(("account", frame.app_id().to_owned())),
            }
        }
        self
    }

    fn url(&self, base: &str) -> String {
        let pairs: Vec<_> = self.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        format!("{base}{}{}{}", self.path, if pairs.is_empty() { "" } else { "?" }, pairs.join("&"))
    }

    /// The block of a page.
    pub fn block(self, id: &'static str, title: Text) -> AnyView {
        let call = self.of_account();
        let url = call.url(&frame().public_url);
        let texts = [
            ("curl", call.curl(&url)),
            ("Python", call.python(&url)),
            ("Node.js", call.node(&url)),
            ("Java", call.java(&url)),
            ("Go", call.go(&url)),
        ];
        view! {
            <section class="block snippets" aria-labelledby=id>
                <header><h2 id=id>{t(title)}</h2><span class="faint mono">{call.path}</span></header>
                {texts.map(|(name, text)| one(name, text)).into_iter().collect_view()}
            </section>
        }
        .into_any()
    }

    fn curl(&self, url: &str) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut lines = vec![format!("curl {}", quoted(url))];
        if !self.open {
            lines.push(r#"  -H "Authorization: Bearer $WXDESK_KEY""#.to_owned());
        }
        if let Some(body) = &self.body {
            lines.push("  -H 'Content-Type: application/json'".to_owned());
            lines.push(format!("  -d {}", quoted(&body.to_string())));
        }
        lines.join(" \\\n")
    }

    fn python(&self, url: &str) -> String {
        let mut lines = vec![
            "import os".to_owned(),
            "import requests".into(),
            String::new(),
            format!("answer = requests.{}(", self.method().to_lowercase()),
        ];
        lines.push(format!("    {},", literal(url)));
        if !self.open {
            lines.push(r#"    headers={"Authorization": "Bearer " + os.environ["WXDESK_KEY"]},"#.into());
        }
        if let Some(body) = &self.body {
            lines.push(format!("    json={},", shifted(body, 4)));
        }
        lines.extend(["    timeout=30,".into(), ")".into(), "answer.raise_for_status()".into(), "print(answer.json())".into()]);
        lines.join("\n")
    }

    fn node(&self, url: &str) -> String {
        let mut lines = vec![format!("const answer = await fetch({}, {{", literal(url)), format!("  method: {},", literal(self.method()))];
        let mut headers = Vec::new();
        if !self.open {
            headers.push("Authorization: `Bearer ${process.env.WXDESK_KEY}`");
        }
        if self.body.is_some() {
            headers.push(r#""Content-Type": "application/json""#);
        }
        if !headers.is_empty() {
            lines.push(format!("  headers: {{ {} }},", headers.join(", ")));
        }
        if let Some(body) = &self.body {
            lines.push(format!("  body: JSON.stringify({}),", shifted(body, 2)));
        }
        lines.extend([
            "});".into(),
            "if (!answer.ok) throw new Error(await answer.text());".into(),
            "console.log(await answer.json());".into(),
        ]);
        lines.join("\n")
    }

    fn java(&self, url: &str) -> String {
        let mut lines = vec!["import java.net.URI;".to_owned(), "import java.net.http.*;".into(), String::new()];
        lines.push(format!("var request = HttpRequest.newBuilder(URI.create({}))", literal(url)));
        if !self.open {
            lines.push(r#"    .header("Authorization", "Bearer " + System.getenv("WXDESK_KEY"))"#.into());
        }
        match &self.body {
            Some(body) => {
                lines.push(r#"    .header("Content-Type", "application/json")"#.into());
                lines.push(format!("    .POST(HttpRequest.BodyPublishers.ofString({}))", literal(&body.to_string())));
            }
            None => lines.push("    .GET()".into()),
        }
        lines.extend([
            "    .build();".into(),
            "var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());".into(),
            "if (answer.statusCode() >= 400) throw new IllegalStateException(answer.body());".into(),
            "System.out.println(answer.body());".into(),
        ]);
        lines.join("\n")
    }

    fn go(&self, url: &str) -> String {
        let body = self.body.as_ref().map_or_else(|| "nil".to_owned(), |body| format!("strings.NewReader({})", literal(&body.to_string())));
        let mut lines = vec![
            format!("request, err := http.NewRequest({}, {}, {body})", literal(self.method()), literal(url)),
            "if err != nil {\n\tlog.Fatal(err)\n}".into(),
        ];
        if !self.open {
            lines.push(r#"request.Header.Set("Authorization", "Bearer "+os.Getenv("WXDESK_KEY"))"#.into());
        }
        if self.body.is_some() {
            lines.push(r#"request.Header.Set("Content-Type", "application/json")"#.into());
        }
        lines.extend([
            "answer, err := http.DefaultClient.Do(request)".into(),
            "if err != nil {\n\tlog.Fatal(err)\n}".into(),
            "defer answer.Body.Close()".into(),
            "text, _ := io.ReadAll(answer.Body)".into(),
            "fmt.Println(answer.Status, string(text))".into(),
        ]);
        lines.join("\n")
    }

    fn method(&self) -> &'static str {
        if self.body.is_some() { "POST" } else { "GET" }
    }
}

/// The first is open; the others open without scripts too.
fn one(name: &'static str, text: String) -> AnyView {
    let (copy, copied) = (t(w::COPY).to_owned(), t(w::COPIED).to_owned());
    let label = match lang() {
        Lang::Zh => format!("{name} 代码"),
        Lang::En => format!("Code in {name}"),
    };
    view! {
        <details open=name == "curl">
            <summary>{name}</summary>
            <div class="stack">
                <pre class="code" tabindex="0" role="region" aria-label=label>{text.clone()}</pre>
                <div class="row"><CopyText text=text label=copy done=copied/></div>
            </div>
        </details>
    }
    .into_any()
}

/// A text between double quotes, as JSON, Python, JavaScript, Java and Go read it alike.
fn literal(text: &str) -> String {
    json!(text).to_string()
}

/// A body over several lines, its later lines moved in.
fn shifted(body: &Value, by: usize) -> String {
    serde_json::to_string_pretty(body).unwrap_or_default().replace('\n', &format!("\n{}", " ".repeat(by)))
}

/// A value of the query: letters, digits and `-._~` as they are.
fn encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, PLAIN).to_string()
}

const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_its_quotes() {
        let call = Call::post("/api/v1/messages", json!({"touser": "it's \"a\" \\ `b` ${c}"})).with("x", "a&b='c'");
        let url = call.url("https://wx.example.com");
        assert_eq!(url, "https://wx.example.com/api/v1/messages?x=a%26b%3D%27c%27");
        assert!(call.curl(&url).contains(r#"-d '{"touser":"it'\''s \"a\" \\ `b` ${c}"}'"#), "{}", call.curl(&url));
        let inner = r#""{\"touser\":\"it's \\\"a\\\" \\\\ `b` ${c}\"}""#;
        assert!(call.java(&url).contains(inner) && call.go(&url).contains(inner), "{}", call.java(&url));
        for text in [call.python(&url), call.node(&url)] {
            assert!(text.contains(r#""touser": "it's \"a\" \\ `b` ${c}""#), "{text}");
        }
    }

    #[test]
    fn an_open_call_names_no_key() {
        let call = Call::get("/api/v1/jssdk/signature").with("url", "https://h5.example.com/?a=1").open();
        let url = call.url("https://wx.example.com");
        for text in [call.curl(&url), call.python(&url), call.node(&url), call.java(&url), call.go(&url)] {
            assert!(!text.contains("Bearer") && text.contains("url=https%3A%2F%2Fh5.example.com%2F%3Fa%3D1"), "{text}");
        }
    }
}
