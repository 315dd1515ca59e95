//! Reading an OpenAPI document into what the page shows.

use serde_json::Value;

use crate::features::docs::model::{Group, Operation, Parameter};

/// The groups in the order they first appear by path.
pub fn groups(document: &Value, public_url: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, about) in item.as_object().into_iter().flatten().filter(|(method, _)| ["get", "post"].contains(&method.as_str())) {
            let name = about["tags"][0].as_str().unwrap_or("other").to_owned();
            let operation = operation(path, method, about, public_url);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name, operations: vec![operation] }),
            }
        }
    }
    groups
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().trim().to_owned()
}

fn operation(path: &str, method: &str, about: &Value, public_url: &str) -> Operation {
    let parameters: Vec<_> = about["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    let scopes: Vec<String> = about["security"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|need| need.as_object()?.values().next()?.as_array())
        .flatten()
        .filter_map(|scope| scope.as_str().map(str::to_owned))
        .collect();
    let body = about["requestBody"].as_object().map(|body| body.get("description").map(text).unwrap_or_default());
    let kind = about["requestBody"]["content"].as_object().and_then(|content| content.keys().next()).map(String::as_str);
    let answers = about["responses"].as_object().into_iter().flatten();
    Operation {
        example: example(method, path, public_url, &parameters, !scopes.is_empty(), kind),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(&about["summary"]),
        description: text(&about["description"]),
        scopes,
        parameters,
        body,
        answers: answers.map(|(status, answer)| (status.clone(), text(&answer["description"]))).collect(),
    }
}

fn parameter(about: &Value) -> Parameter {
    Parameter {
        name: text(&about["name"]),
        place: text(&about["in"]),
        required: about["required"].as_bool().unwrap_or(false),
        meaning: text(&about["description"]),
    }
}

/// Bodies to start from.
const BODIES: [(&str, &str); 3] = [
    ("/api/v1/media", r#"{"media_id":"serverId of wx.uploadImage","user_id":"u1","answer_title":"第一只鸟","question_id":"q3"}"#),
    ("/api/v1/messages", r#"{"touser":"openid","template_id":"template id","data":{"thing1":"亲子观鸟","time2":"2026年11月28日 08:30"}}"#),
    ("/api/v1/access-token/stale", r#"{"access_token":"the refused token"}"#),
];

fn example(method: &str, path: &str, public_url: &str, parameters: &[Parameter], key: bool, kind: Option<&str>) -> String {
    let mut url = format!("{public_url}{path}");
    let mut query = parameters.iter().filter(|parameter| parameter.place == "query" && parameter.required).peekable();
    if query.peek().is_some() {
        url.push('?');
        let pairs: Vec<_> = query.map(|parameter| format!("{}={}", parameter.name, parameter.name.to_uppercase())).collect();
        url.push_str(&pairs.join("&"));
    }
    let mut lines = vec![format!("curl '{url}'")];
    if key {
        lines.push(r#"  -H "Authorization: Bearer $WXDESK_KEY""#.to_owned());
    }
    match (method, kind) {
        ("post", Some(kind)) => {
            let known = BODIES.iter().find(|(known, _)| *known == path);
            lines.push(format!("  -H 'Content-Type: {kind}'"));
            lines.push(known.map_or_else(|| "  -d @body".to_owned(), |(_, body)| format!("  -d '{body}'")));
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
        assert_eq!(groups.iter().map(|group| group.name.as_str()).collect::<Vec<_>>(), ["jssdk", "messages"]);
        let (signature, send) = (&groups[0].operations[0], &groups[1].operations[0]);
        assert_eq!(send.anchor(), "post-api-v1-messages");
        assert_eq!((send.scopes.as_slice(), send.answers.len()), (["messages:send".to_owned()].as_slice(), 1));
        assert!(
            send.example.contains("Bearer $WXDESK_KEY") && send.example.contains("application/json' \\\n  -d '{\"touser\""),
            "{}",
            send.example
        );
        assert!(signature.scopes.is_empty() && !signature.example.contains("Bearer"));
        assert_eq!(signature.example, "curl 'https://wx.example.com/api/v1/jssdk/signature?url=URL'");
        for (_, body) in BODIES {
            assert!(serde_json::from_str::<Value>(body).is_ok(), "{body}");
        }
    }
}
