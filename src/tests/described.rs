//! What the API answers is what its description says: status, type of content, fields, and the code of a failure.

use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use wxdesk::{sandbox::SANDBOX_APP_ID, shared::rights::Scope};

use super::house::House;

/// Compares a value with a schema as far as this document uses them; gives what does not fit.
fn misfit(whole: &Value, schema: &Value, value: &Value, place: &str) -> Option<String> {
    if let Some(to) = schema["$ref"].as_str() {
        return misfit(whole, whole.pointer(to.trim_start_matches('#')).expect("leads somewhere"), value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| misfit(whole, choice, value, place).is_none());
        return (!fits).then(|| format!("{place}: {value} is none of the choices"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&kind) {
        return Some(format!("{place}: {kind} where {kinds:?} is told"));
    }
    let inside = |name: &str| format!("{place}/{name}");
    if let (Some(fields), Some(told)) = (value.as_object(), schema["properties"].as_object()) {
        let missing =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
        return missing.map(|name| format!("{} is missing", inside(name))).or_else(|| {
            fields.iter().find_map(|(name, value)| match told.get(name) {
                None => Some(format!("{} is not told of", inside(name))),
                Some(schema) => misfit(whole, schema, value, &inside(name)),
            })
        });
    }
    value.as_array().into_iter().flatten().find_map(|item| misfit(whole, &schema["items"], item, &inside("[]")))
}

/// Sends a request and holds the answer against what stands under `call` (`get /path`).
async fn fits(whole: &Value, call: &str, request: RequestBuilder, wanted: u16) {
    let (method, path) = call.split_once(' ').unwrap();
    let told = &whole["paths"][path][method]["responses"];
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(status, wanted, "{call}");
    let answer = &told[status.to_string()];
    assert!(answer.is_object(), "{call}: {status} is not told of");
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let content = &answer["content"][&kind];
    assert!(content.is_object(), "{call} {status}: {kind} is not told of");
    let body: Value = response.json().await.unwrap();
    assert_eq!(misfit(whole, &content["schema"], &body, call), None);
    if status >= 400 {
        let code = body["code"].as_str().unwrap();
        assert!(content["examples"][code].is_object(), "{call} {status}: the code {code} is not told of");
    }
}

#[tokio::test]
async fn answers_and_failures_are_as_they_are_described() {
    let house = House::build().await;
    house.at_rest().await;
    let whole = house.get("/api/v1/openapi.json").await.1;
    let all =
        [Scope::MediaWrite, Scope::MediaRead, Scope::MessagesSend, Scope::MessagesRead, Scope::UsersRead, Scope::TokenRead, Scope::WxCall];
    let (key, none) = (house.key(&all, None).await, house.key(&[], None).await);
    let get = |path: &str, key: &str| house.http.get(format!("{}{path}", house.base)).bearer_auth(key);
    let post = |path: &str, key: &str, body: Value| house.http.post(format!("{}{path}", house.base)).bearer_auth(key).json(&body);
    let filed = json!({"media_id": "m", "user_id": "u", "answer_title": "t", "question_id": "q"});
    fits(&whole, "get /api/v1/access-token", get("/api/v1/access-token", &key), 200).await;
    fits(&whole, "post /api/v1/access-token/stale", post("/api/v1/access-token/stale", &key, json!({"access_token": "x"})), 200).await;
    fits(&whole, "post /api/v1/qrcodes", post("/api/v1/qrcodes", &key, json!({"scene": "shop-3", "expires_in": 600})), 201).await;
    fits(&whole, "post /api/v1/media", post("/api/v1/media", &key, filed.clone()), 202).await;
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages", &key), 200).await;
    // Every failure that can be brought about from outside.
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages", "wxd_unknown"), 401).await;
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages", &none), 403).await;
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages?account=wx0", &key), 404).await;
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages?nonsense=1", &key), 422).await;
    fits(&whole, "get /api/v1/messages/{id}", get("/api/v1/messages/0193a0f2c1d27b6e8f00112233445566", &key), 404).await;
    fits(&whole, "get /api/v1/openid", get("/api/v1/openid?code=never-given", &key), 422).await;
    let raw = |kind: &'static str, body: Vec<u8>| {
        let ask = house.http.post(format!("{}/api/v1/media", house.base)).bearer_auth(&key);
        ask.header(header::CONTENT_TYPE, kind).body(body)
    };
    fits(&whole, "post /api/v1/media", raw("application/json", b"{".to_vec()), 400).await;
    fits(&whole, "post /api/v1/media", raw("text/plain", b"{}".to_vec()), 415).await;
    fits(&whole, "post /api/v1/media", raw("application/json", vec![b' '; 2 << 20]), 413).await;
    fits(&whole, "post /api/v1/media", post("/api/v1/media", &key, json!({"media_id": 1})), 422).await;
    let elsewhere = json!({"media_id": "m", "user_id": "other", "answer_title": "t", "question_id": "q"});
    fits(&whole, "post /api/v1/media", post("/api/v1/media", &key, elsewhere), 409).await;
    let called = "get /wx/{app_id}/{path}";
    fits(&whole, called, get(&format!("/wx/{SANDBOX_APP_ID}/cgi-bin/clear_quota"), &key), 403).await;
    fits(&whole, called, get("/wx/wx0/cgi-bin/tags/get", &key), 404).await;
    let foreign = get("/api/v1/messages", &key).header(header::HOST, "evil.example.com");
    fits(&whole, "get /api/v1/messages", foreign, 421).await;
}
