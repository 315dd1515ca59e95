//! Fields and parameters that only take certain words, told by the lists that the code itself goes by.

use serde_json::{Value, json};

use crate::features::{
    media::{
        model::{Kind, State},
        review::{Judged, Verdict},
    },
    messages::model::{BatchState, Channel, MessageState},
};

/// Words that a field of these schemas takes.
type Field = (&'static [&'static str], &'static str, Vec<&'static str>);

fn fields() -> Vec<Field> {
    let messages = || MessageState::ALL.map(MessageState::word).to_vec();
    let batches = || BatchState::ALL.map(BatchState::word).to_vec();
    let pictures = || State::ALL.map(State::word).to_vec();
    let channels = || Channel::ALL.map(Channel::word).to_vec();
    vec![
        (&["MessageRecord"], "state", messages()),
        (&["MessageRecord", "BatchBody", "BatchPartBody"], "channel", channels()),
        (&["BatchRecord", "FiledBatch", "TurnedBatch"], "state", batches()),
        (&["RetryBody"], "states", vec![MessageState::Failed.word(), MessageState::Unknown.word()]),
        (&["MediaRecord", "TicketedAnswer", "BulkLine"], "state", pictures()),
        (&["MediaRecord"], "kind", Kind::ALL.map(Kind::word).to_vec()),
        (&["Judgement"], "verdict", Verdict::ALL.map(Verdict::word).to_vec()),
        (&["ReviewBody"], "verdict", [&Verdict::ALL.map(Verdict::word)[..], &["clear"]].concat()),
        (&["LinkAnswer", "LinkBody"], "what", vec!["original", "thumb"]),
        (&["BulkLine"], "outcome", vec!["accepted", "same", "refused"]),
        (&["StandInBody"], "grant_type", vec!["client_credential"]),
    ]
}

fn parameters() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let messages = || MessageState::ALL.map(MessageState::word).to_vec();
    vec![
        ("/api/v1/messages", "state", messages()),
        ("/api/v1/batches/{id}/messages", "state", messages()),
        ("/api/v1/batches", "state", BatchState::ALL.map(BatchState::word).to_vec()),
        ("/api/v1/media", "state", State::ALL.map(State::word).to_vec()),
        ("/api/v1/media", "kind", Kind::ALL.map(Kind::word).to_vec()),
        ("/api/v1/media", "review", Judged::ALL.map(Judged::word).to_vec()),
        ("/oauth/{app_id}/start", "scope", vec!["snsapi_base", "snsapi_userinfo"]),
        ("/wx/{app_id}/cgi-bin/token", "grant_type", vec!["client_credential"]),
    ]
}

/// Writes them into the document, so that generators make types of them.
pub(super) fn list(whole: &mut Value) {
    for (schemas, name, words) in fields() {
        for schema in schemas {
            if let Some(field) = whole.pointer_mut(&format!("/components/schemas/{schema}/properties/{name}")) {
                only(field, &words);
            }
        }
    }
    for (path, name, words) in parameters() {
        let call = whole["paths"].get_mut(path).and_then(|item| item.pointer_mut("/get/parameters")).and_then(Value::as_array_mut);
        let named = call.into_iter().flatten().filter(|parameter| parameter["name"] == name);
        named.for_each(|parameter| only(&mut parameter["schema"], &words));
    }
}

/// The schema of a text, of one that may be null, or of a list of them takes these words alone.
fn only(schema: &mut Value, words: &[&str]) {
    let kinds = schema["type"].as_array().cloned().unwrap_or_default();
    if schema.get("items").is_some() {
        schema["items"]["enum"] = json!(words);
    } else if kinds.contains(&json!("null")) {
        let null = [Value::Null];
        schema["enum"] = words.iter().map(|word| json!(word)).chain(null).collect();
    } else {
        schema["enum"] = json!(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is listed is there, and whatever describes itself by nothing but words is listed.
    #[test]
    fn what_takes_certain_words_says_which() {
        let whole = super::super::document("https://wx.example.com");
        for (schemas, name, words) in fields() {
            for schema in schemas {
                let field = &whole["components"]["schemas"][schema]["properties"][name];
                let told = field.get("enum").or(field["items"].get("enum")).and_then(Value::as_array);
                let told: Vec<&str> = told.expect(schema).iter().filter_map(Value::as_str).collect();
                assert_eq!(told, words, "{schema} {name}");
            }
        }
        for (path, name, words) in parameters() {
            let all = whole["paths"][path]["get"]["parameters"].as_array().expect(path);
            assert!(all.iter().any(|one| one["name"] == name && one["schema"]["enum"] == json!(words)), "{path} {name}");
        }
        for (schema, told) in whole["components"]["schemas"].as_object().expect("schemas") {
            for (name, field) in told["properties"].as_object().into_iter().flatten() {
                let said = field["description"].as_str().unwrap_or_default();
                let words = said.strip_prefix('`').and_then(|rest| rest.strip_suffix("`.")).is_some_and(|words| words.contains(' '));
                assert!(!words || field.get("enum").is_some() || field["items"].get("enum").is_some(), "{schema} {name}: {said}");
                assert!(!said.contains("[`") && !said.contains("`None`"), "{schema} {name} speaks to readers of the code: {said}");
            }
        }
    }
}
