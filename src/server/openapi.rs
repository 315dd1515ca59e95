//! The description of the whole HTTP API, put together from what each feature says of its own routes.

mod events;
mod examples;
mod failures;
mod schemas;
mod words;

use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::features::{callback, jssdk, media, messages, people, relay, tokens};

/// The features with routes for programs. A new one adds its line here.
fn parts() -> Vec<utoipa::openapi::OpenApi> {
    vec![
        jssdk::server::http::Api::openapi(),
        jssdk::server::beacons::Api::openapi(),
        jssdk::server::card::Api::openapi(),
        media::server::http::Api::openapi(),
        media::server::tickets::Api::openapi(),
        messages::server::http::Api::openapi(),
        messages::server::batches::http::Api::openapi(),
        people::server::http::Api::openapi(),
        people::server::oauth::http::Api::openapi(),
        people::server::qr::http::Api::openapi(),
        tokens::server::http::Api::openapi(),
        relay::server::http::Api::openapi(),
        callback::server::http::Api::openapi(),
    ]
}

/// The OpenAPI 3.1 document. `public_url` (without a final slash) is where it says the server is.
pub fn document(public_url: &str) -> Value {
    let mut whole = parts().into_iter().reduce(utoipa::openapi::OpenApi::merge_from).map(|whole| json!(whole)).unwrap_or_default();
    whole["info"] = json!({
        "title": "wxdesk",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "The server side of a WeChat Official Account. Times are RFC 3339 in UTC, 64-bit ids are strings, lists are \
            {\"items\", \"next_cursor\"}, failures are problem documents (RFC 9457).",
        "license": {"name": "MIT", "identifier": "MIT"},
    });
    whole["servers"] = json!([{"url": public_url}]);
    whole["components"]["schemas"]["Problem"] = problem();
    whole["components"]["securitySchemes"] = json!({"key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "wxd_…",
        "description": "An API key made on the page 密钥 or by `wxdesk key create`",
    }});
    schemas::settle(&mut whole);
    words::list(&mut whole);
    whole["webhooks"] = examples::events();
    by_get_too(&mut whole);
    failures::name(&mut whole);
    examples::add(&mut whole);
    whole
}

/// What is handed on by POST is by GET as well, without a body.
fn by_get_too(whole: &mut Value) {
    let Some(item) = whole["paths"].get_mut(failures::HANDED_ON).and_then(Value::as_object_mut) else { return };
    let Some(mut call) = item.get("post").cloned() else { return };
    call["operationId"] = "call_by_get".into();
    if let Some(call) = call.as_object_mut() {
        call.remove("requestBody");
    }
    item.insert("get".into(), call);
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "What went wrong (RFC 9457). Never holds a secret, a token, SQL or a path.",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "A sentence in the language of Accept-Language"},
            "code": {"type": "string", "description": "A stable word, such as url_not_allowed"},
            "errors": {"type": "array", "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {"field": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}},
            }},
            "errcode": {"type": "integer", "description": "WeChat's, where WeChat refused"},
            "errmsg": {"type": "string", "description": "WeChat's own words"},
            "hint": {"type": "string", "description": "What to do about it"},
            "reference": {"type": "string", "description": "What the log knows a failure of ours by"},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_has_a_tag_answers_and_a_known_key() {
        let whole = document("https://wx.example.com");
        assert_eq!(whole["openapi"].as_str().map(|version| version.starts_with("3.1")), Some(true));
        assert_eq!(whole["servers"][0]["url"], "https://wx.example.com");
        let mut calls = 0;
        for (path, item) in whole["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("item") {
                calls += 1;
                assert!(operation["tags"][0].is_string() && operation["responses"].is_object(), "{method} {path}");
                for need in operation["security"].as_array().into_iter().flatten() {
                    assert!(need.as_object().is_some_and(|need| need.keys().all(|name| name == "key")), "{method} {path}");
                }
            }
        }
        assert!(calls >= 10, "{calls}");
        let refused = &whole["paths"]["/api/v1/access-token"]["get"]["responses"]["503"];
        assert!(refused["content"]["application/problem+json"].is_object());
    }

    #[test]
    fn every_call_is_told_in_chinese() {
        let bare = crate::features::docs::server::untranslated(&document("https://wx.example.com"));
        assert!(bare.is_empty(), "without Chinese in ui/texts/docs.rs:\n{}", bare.join("\n"));
    }

    /// Every `$ref` leads somewhere.
    #[test]
    fn no_reference_leads_nowhere() {
        fn walk(whole: &Value, value: &Value) {
            match value {
                Value::Object(fields) => {
                    if let Some(to) = fields.get("$ref").and_then(Value::as_str) {
                        assert!(to.strip_prefix('#').is_some_and(|pointer| whole.pointer(pointer).is_some()), "{to}");
                    }
                    fields.values().for_each(|value| walk(whole, value));
                }
                Value::Array(items) => items.iter().for_each(|value| walk(whole, value)),
                _ => {}
            }
        }
        let whole = document("http://localhost");
        walk(&whole, &whole);
    }
}
