//! What the API answers is what its description says: status, type of content, fields, and the code of a failure.

use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use wxdesk::{
    sandbox::{SANDBOX_APP_ID, demo::template_id},
    shared::rights::Scope,
};

use super::house::House;

/// Compares a value with a schema as far as this document uses them; gives what does not fit.
pub(super) fn misfit(whole: &Value, schema: &Value, value: &Value, place: &str) -> Option<String> {
    if let Some(to) = schema["$ref"].as_str() {
        return misfit(whole, whole.pointer(to.trim_start_matches('#')).expect("leads somewhere"), value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let fits = choices.iter().any(|choice| misfit(whole, choice, value, place).is_none());
        return (!fits).then(|| format!("{place}: {value} is none of the choices"));
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return Some(format!("{place}: {value} where only {} is told", schema["enum"]));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Some(format!("{place}: {value} where only {} is told", schema["const"]));
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
    if let (Some(fields), Some(each)) = (value.as_object(), schema.get("additionalProperties").filter(|each| each.is_object())) {
        return fields.iter().find_map(|(name, value)| misfit(whole, each, value, &inside(name)));
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
    fits(&whole, "get /api/v1/media", get("/api/v1/media", &key), 200).await;
    fits(&whole, "get /api/v1/batches", get("/api/v1/batches", &key), 200).await;
    fits(&whole, "post /api/v1/media/tickets", post("/api/v1/media/tickets", &key, json!({"user_id": "u"})), 201).await;
    let signed = "/api/v1/jssdk/signature";
    fits(&whole, &format!("get {signed}"), get(&format!("{signed}?url=https%3A%2F%2Fh5.example.com%2F"), &key), 200).await;
    let openid = house.sandbox.followers()[0].openid.clone();
    let template = template_id(SANDBOX_APP_ID, 4);
    let data = super::batches::data();
    let one = json!({"touser": openid, "template_id": template, "data": data});
    fits(&whole, "post /api/v1/messages", post("/api/v1/messages", &key, one).header("prefer", "wait=5"), 201).await;
    fits(&whole, "get /api/v1/messages", get("/api/v1/messages", &key), 200).await;
    let many = json!({"template_id": template, "data": data, "canary": {"first": 1, "percent": 50},
        "recipients": [{"touser": openid}, {"touser": openid}, {"touser": "not an openid"}]});
    fits(&whole, "post /api/v1/batches", post("/api/v1/batches", &key, many), 202).await;
    let batches = house.get_with(&key, "/api/v1/batches").await.1;
    let id = batches["items"][0]["id"].as_str().unwrap().to_owned();
    fits(&whole, "get /api/v1/batches", get("/api/v1/batches", &key), 200).await;
    fits(&whole, "get /api/v1/batches/{id}", get(&format!("/api/v1/batches/{id}"), &key), 200).await;
    fits(&whole, "get /api/v1/batches/{id}/messages", get(&format!("/api/v1/batches/{id}/messages"), &key), 200).await;
    fits(&whole, "post /api/v1/batches/{id}/retry", post(&format!("/api/v1/batches/{id}/retry"), &key, json!({})), 200).await;
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

/// The calls of the description, each with `method path`.
fn calls(whole: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = whole["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, call)| (format!("{method} {path}"), call)))
}

/// Whether a schema says nothing but that there is an object, here or deeper.
fn untyped(whole: &Value, schema: &Value) -> bool {
    if let Some(to) = schema["$ref"].as_str() {
        return untyped(whole, whole.pointer(to.trim_start_matches('#')).unwrap());
    }
    let deeper = |name: &str| match &schema[name] {
        Value::Array(choices) => choices.iter().any(|choice| untyped(whole, choice)),
        Value::Object(fields) if name == "properties" => fields.values().any(|field| untyped(whole, field)),
        Value::Object(_) => untyped(whole, &schema[name]),
        _ => false,
    };
    let bare = schema["type"] == "object" && schema["properties"].is_null() && schema["additionalProperties"].is_null();
    bare || ["oneOf", "allOf", "anyOf", "properties", "items", "additionalProperties"].into_iter().any(deeper)
}

#[test]
fn every_body_has_a_schema_and_an_example_that_fits_it() {
    let whole = wxdesk::server::openapi::document("https://wx.example.com");
    let events = whole["webhooks"].as_object().unwrap().iter().map(|(kind, item)| (kind.clone(), &item["post"]));
    let (mut answers, mut bodies) = (0, 0);
    for (call, told) in calls(&whole).chain(events) {
        let good = told["responses"].as_object().unwrap().iter().filter(|(status, _)| status.starts_with('2'));
        let good = good.flat_map(|(_, answer)| answer["content"].as_object().into_iter().flatten());
        for (kind, content) in told["requestBody"]["content"].as_object().into_iter().flatten() {
            assert!(kind == "*/*" || kind == "text/xml" || !untyped(&whole, &content["schema"]), "{call}: {kind}");
            if kind.ends_with("json") {
                assert!(content["schema"].is_object(), "{call}");
                assert_eq!(misfit(&whole, &content["schema"], &content["example"], &call), None);
                bodies += 1;
            }
        }
        for (kind, content) in good.filter(|(kind, _)| kind.ends_with("json")) {
            assert!(content["schema"].is_object() && !untyped(&whole, &content["schema"]), "{call}: {kind}");
            assert_eq!(misfit(&whole, &content["schema"], &content["example"], &call), None);
            answers += 1;
        }
    }
    assert!(answers >= 28 && bodies >= 24, "{answers} {bodies}");
}

/// The fields of a body, and those it cannot do without.
fn fields_of(whole: &Value, schema: &Value) -> (Vec<String>, Vec<String>) {
    let schema = schema["$ref"].as_str().map_or(schema, |to| whole.pointer(to.trim_start_matches('#')).unwrap());
    let mut required: Vec<_> = schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect();
    required.sort();
    (schema["properties"].as_object().unwrap_or_else(|| panic!("{schema}")).keys().cloned().collect(), required)
}

/// What reads a body knows the fields that are told, misses those that are required, and refuses any other.
#[tokio::test]
async fn what_is_read_is_what_is_told() {
    let house = House::build().await;
    house.at_rest().await;
    let whole = house.get("/api/v1/openapi.json").await.1;
    let all = [Scope::MediaWrite, Scope::MediaRead, Scope::MediaReview, Scope::MessagesSend, Scope::MessagesRead, Scope::UsersRead];
    let (key, token) = (house.key(&all, None).await, house.key(&[Scope::TokenRead, Scope::WxCall], None).await);
    // These ask for something that is there before they read on.
    let elsewhere = ["/api/v1/batches/{id}/retry", "/api/v1/media/ticketed"];
    let mut seen = 0;
    for (call, told) in calls(&whole) {
        let path = call.split_once(' ').unwrap().1;
        let schema = &told["requestBody"]["content"]["application/json"]["schema"];
        if !path.starts_with("/api/") || schema.is_null() || elsewhere.contains(&path) {
            continue;
        }
        let scope = told["security"][0]["key"][0].as_str().unwrap_or_default();
        let key = if matches!(scope, "token:read" | "wx:call") { &token } else { &key };
        let url = format!("{}{}", house.base, path.replace("{id}", "0193a0f2c1d27b6e8f00112233445566"));
        let send = |body: Value| house.http.post(&url).header(header::ORIGIN, "https://h5.example.com").bearer_auth(key).json(&body).send();
        let (fields, required) = fields_of(&whole, schema);
        let refused: Value = send(json!({"nonsense": 1})).await.unwrap().json().await.unwrap();
        let named = |code: &str, refused: &Value| -> Vec<String> {
            let errors = refused["errors"].as_array().into_iter().flatten();
            let mut names: Vec<_> = errors.filter(|it| it["code"] == code).map(|it| it["field"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(named("missing", &refused), required, "{call}: {refused}");
        assert_eq!(named("unknown_field", &refused), ["nonsense"], "{call}: {refused}");
        let mut wrong: serde_json::Map<_, _> = fields.into_iter().map(|name| (name, json!([[]]))).collect();
        wrong.insert("nonsense".into(), 1.into());
        let refused: Value = send(wrong.into()).await.unwrap().json().await.unwrap();
        assert_eq!(named("unknown_field", &refused), ["nonsense"], "{call}: {refused}");
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}
