//! Reading an OpenAPI document into what the page shows.

use serde_json::Value;

use crate::{
    features::docs::model::{Group, Operation, Parameter, Told},
    shared::lang::{Lang, Said, Text},
    ui::texts::{docs as w, refusals, webhooks},
};

/// The groups in the order they first appear by path.
pub fn groups(document: &Value, public_url: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, about) in item.as_object().into_iter().flatten().filter(|(method, _)| ["get", "post"].contains(&method.as_str())) {
            let tag = about["tags"][0].as_str().unwrap_or("other").to_owned();
            let operation = operation(path, method, &tag, about, public_url);
            match groups.iter_mut().find(|group| group.tag == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name: named(w::GROUPS, &tag), tag, operations: vec![operation] }),
            }
        }
    }
    groups
}

/// What is told to endpoints of others.
pub fn told(document: &Value) -> Told {
    let all = document["webhooks"].as_object();
    let one = all.and_then(|all| all.values().next()).map_or(&Value::Null, |event| &event["post"]);
    let listed = one["parameters"].as_array().into_iter().flatten();
    let example = &one["requestBody"]["content"]["application/json"]["example"];
    Told {
        events: all.into_iter().flatten().map(|(kind, _)| (kind.clone(), named(&webhooks::KINDS, kind))).collect(),
        headers: listed.map(|about| parameter("webhooks", about)).collect(),
        example: serde_json::to_string_pretty(example).unwrap_or_default(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

/// A text of the description, which is English, with its Chinese; without one the English stands on both sides.
fn said(value: &Value) -> Said {
    let en = text(value);
    match w::SAID.iter().chain(&refusals::ALL).chain(&webhooks::HEADERS).find(|known| known.en == en) {
        Some(known) => Said::from(*known),
        None => Said::new(en.clone(), en),
    }
}

/// The text of a word, or the word itself.
fn named(table: &[(&str, Text)], word: &str) -> Said {
    let known = table.iter().find(|(known, _)| *known == word);
    known.map_or_else(|| Said::new(word.to_owned(), word.to_owned()), |(_, text)| Said::from(*text))
}

fn operation(path: &str, method: &str, tag: &str, about: &Value, public_url: &str) -> Operation {
    let listed = about["parameters"].as_array().into_iter().flatten();
    let asked: Vec<_> = listed.clone().filter(|it| it["in"] == "query" && it["required"] == true).map(|it| text(&it["name"])).collect();
    let parameters: Vec<_> = listed.map(|about| parameter(tag, about)).collect();
    let scopes: Vec<String> = about["security"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|need| need.as_object()?.values().next()?.as_array())
        .flatten()
        .filter_map(|scope| scope.as_str().map(str::to_owned))
        .collect();
    let body = about["requestBody"].as_object().map(|body| body.get("description").map_or_else(|| Said::new("", ""), said));
    let kind = about["requestBody"]["content"].as_object().and_then(|content| content.keys().next()).map(String::as_str);
    let of = |shared: bool| {
        let answers = about["responses"].as_object().into_iter().flatten();
        let wanted = answers.filter(|(_, answer)| (answer["x-shared"] == true) == shared);
        wanted.map(|(status, answer)| (status.clone(), said(&answer["description"]))).collect()
    };
    let pairs: Vec<_> = asked.iter().map(|name| format!("{name}={}", name.to_uppercase())).collect();
    let url = format!("{public_url}{path}{}{}", if pairs.is_empty() { "" } else { "?" }, pairs.join("&"));
    let known = BODIES.iter().find(|(known, _)| *known == path).map(|(_, body)| *body);
    let shown = |lang| example(method, &url, !scopes.is_empty(), kind.map(|kind| (kind, known.map(|body| body.get(lang)))));
    Operation {
        example: Said::new(shown(Lang::Zh), shown(Lang::En)),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: said(&about["summary"]),
        description: said(&about["description"]),
        scopes,
        parameters,
        body,
        answers: of(false),
        shared: of(true),
    }
}

fn parameter(tag: &str, about: &Value) -> Parameter {
    let (name, meaning) = (text(&about["name"]), said(&about["description"]));
    let common = |word: &str| w::PARAMETERS.iter().find(|(known, _)| *known == word).map(|(_, text)| Said::from(*text));
    Parameter {
        meaning: if meaning.en.is_empty() {
            common(&format!("{tag}.{name}")).or_else(|| common(&name)).unwrap_or(meaning)
        } else {
            meaning
        },
        place: named(w::PLACES, &text(&about["in"])),
        required: about["required"].as_bool().unwrap_or(false),
        name,
    }
}

/// The texts of a description that have no Chinese, each with the call it belongs to.
#[cfg(test)]
pub fn untranslated(document: &Value) -> Vec<String> {
    let mut bare = Vec::new();
    for header in told(document).headers.iter().filter(|header| !webhooks::HEADERS.iter().any(|text| text.en == header.meaning.en)) {
        bare.push(format!("webhooks: {:?}", header.meaning.en));
    }
    for group in groups(document, "") {
        let has = |table: &[(&str, Text)], said: &Said| table.iter().any(|(_, text)| text.en == said.en);
        if !has(w::GROUPS, &group.name) {
            bare.push(format!("tag {}", group.tag));
        }
        for call in &group.operations {
            let parameters = call.parameters.iter().map(|parameter| &parameter.meaning);
            let answers = call.answers.iter().chain(&call.shared).map(|(_, meaning)| meaning);
            for said in [&call.summary].into_iter().chain(parameters).chain(answers) {
                let known = w::SAID.iter().chain(&refusals::ALL).any(|text| text.en == said.en) || has(w::PARAMETERS, said);
                if said.en.is_empty() || !known {
                    bare.push(format!("{} {}: {:?}", call.method, call.path, said.en));
                }
            }
            // What need not be there, but is English as well where it is.
            for said in [Some(&call.description), call.body.as_ref()].into_iter().flatten().filter(|said| !said.en.is_empty()) {
                if !w::SAID.iter().any(|text| text.en == said.en) {
                    bare.push(format!("{} {}: {:?}", call.method, call.path, said.en));
                }
            }
        }
    }
    bare
}

/// Bodies to start from, by path.
const BODIES: [(&str, Text); 4] = [
    (
        "/api/v1/media",
        Text::new(
            r#"{"media_id":"wx.uploadImage 的 serverId","user_id":"u1","answer_title":"第一只鸟","question_id":"q3"}"#,
            r#"{"media_id":"serverId of wx.uploadImage","user_id":"u1","answer_title":"The first bird","question_id":"q3"}"#,
        ),
    ),
    (
        "/api/v1/messages",
        Text::new(
            r#"{"touser":"openid","template_id":"模板 ID","data":{"thing1":"亲子观鸟","time2":"2026年11月28日 08:30"}}"#,
            r#"{"touser":"openid","template_id":"template id","data":{"thing1":"Bird walk","time2":"2026年11月28日 08:30"}}"#,
        ),
    ),
    (
        "/api/v1/subscribe-messages",
        Text::new(
            r#"{"touser":"openid","template_id":"订阅模板 ID","page":"https://h5.example.com/act","data":{"thing1":"亲子观鸟"}}"#,
            r#"{"touser":"openid","template_id":"notification template id","page":"https://h5.example.com/act","data":{"thing1":"Bird walk"}}"#,
        ),
    ),
    ("/api/v1/access-token/stale", Text::new(r#"{"access_token":"被拒绝的 token"}"#, r#"{"access_token":"the refused token"}"#)),
];

/// The call on a command line.
fn example(method: &str, url: &str, key: bool, body: Option<(&str, Option<&str>)>) -> String {
    let mut lines = vec![format!("curl '{url}'")];
    if key {
        lines.push(r#"  -H "Authorization: Bearer $WXDESK_KEY""#.to_owned());
    }
    match (method, body) {
        ("post", Some((kind, known))) => {
            lines.push(format!("  -H 'Content-Type: {kind}'"));
            lines.push(known.map_or_else(|| "  -d @body".to_owned(), |body| format!("  -d '{body}'")));
        }
        ("post", None) => lines.push("  -X POST".to_owned()),
        _ => {}
    }
    lines.join(" \\\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_listed_once() {
        for (at, text) in w::SAID.iter().enumerate() {
            assert!(!text.zh.is_empty() && !w::SAID[..at].iter().any(|known| known.en == text.en), "{}", text.en);
        }
    }

    #[test]
    fn a_call_is_read_whole() {
        let document = json!({"paths": {"/api/v1/messages": {"post": {
            "tags": ["messages"], "summary": "One message", "security": [{"key": ["messages:send"]}],
            "parameters": [{"name": "Prefer", "in": "header", "required": false, "description": "wait=N"}],
            "requestBody": {"description": "touser, …", "content": {"application/json": {}}},
            "responses": {"202": {"description": "Accepted"}}
        }}, "/api/v1/jssdk/signature": {"get": {
            "tags": ["jssdk"], "summary": "A signature", "security": [{}],
            "parameters": [{"name": "url", "in": "query", "required": true}], "responses": {}
        }}}});
        let groups = groups(&document, "https://wx.example.com");
        assert_eq!(groups.iter().map(|group| group.tag.as_str()).collect::<Vec<_>>(), ["jssdk", "messages"]);
        let (signature, send) = (&groups[0].operations[0], &groups[1].operations[0]);
        assert_eq!(send.anchor(), "post-api-v1-messages");
        assert_eq!((send.scopes.as_slice(), send.answers.len()), (["messages:send".to_owned()].as_slice(), 1));
        assert!(
            send.example.zh.contains("Bearer $WXDESK_KEY") && send.example.en.contains("application/json' \\\n  -d '{\"touser\""),
            "{:?}",
            send.example
        );
        assert_eq!(
            (send.answers[0].1.zh.as_ref(), signature.parameters[0].place.zh.as_ref()),
            ("Accepted", "查询"),
            "English until it has Chinese"
        );
        assert_eq!(untranslated(&document).len(), 6, "{:?}", untranslated(&document));
        assert!(signature.scopes.is_empty() && !signature.example.en.contains("Bearer"));
        assert_eq!(signature.example.zh, "curl 'https://wx.example.com/api/v1/jssdk/signature?url=URL'");
        for body in BODIES.iter().flat_map(|(_, body)| [body.zh, body.en]) {
            assert!(serde_json::from_str::<Value>(body).is_ok(), "{body}");
        }
    }
}
