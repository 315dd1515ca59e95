//! An example of every call's request and main answer.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

/// Puts the examples where the description has none of its own.
pub(super) fn add(whole: &mut Value) {
    for (path, item) in whole["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let known = KNOWN.get(format!("{method} {path}")).and_then(Value::as_object);
            parameters(operation);
            if let Some(known) = known {
                request(operation, known.get("request"));
                answer(operation, known.get("answer"));
            }
        }
    }
}

/// An object inside, if it is there. (`value["name"]` of something to be changed puts a null where nothing is.)
fn fields<'a>(value: &'a mut Value, pointer: &str) -> Option<&'a mut Map<String, Value>> {
    value.pointer_mut(pointer)?.as_object_mut()
}

/// A file among the parts of a form stands beside what is JSON otherwise.
fn request(operation: &mut Value, example: Option<&Value>) {
    for (kind, content) in fields(operation, "/requestBody/content").into_iter().flatten() {
        // A body that may be left out is an object where it is there.
        let there = content["schema"]["oneOf"].as_array().and_then(|choices| choices.iter().find(|choice| choice.get("$ref").is_some()));
        if let Some(there) = there.cloned() {
            content["schema"] = there;
        }
        let Some(mut example) = example.filter(|_| content.get("example").is_none()).cloned() else { continue };
        if kind == "multipart/form-data" {
            if let Some(batch) = example.as_object_mut() {
                batch.remove("recipients");
            }
            example = json!({"batch": example, "recipients": "touser,thing1\no6_bmjrPTlm6_2sgVt7hMZOPfL2M,亲子观鸟\n"});
            content["encoding"] = json!({"batch": {"contentType": "application/json"}, "recipients": {"contentType": "text/csv"}});
        }
        content["example"] = example;
    }
}

/// What webhooks send.
pub(super) fn events() -> Value {
    super::events::all(&picture(), &message(), &batch())
}

fn answer(operation: &mut Value, example: Option<&Value>) {
    let good = fields(operation, "/responses").into_iter().flatten().filter(|(status, _)| status.starts_with('2') && *status != "204");
    for (_, answer) in good {
        let Some(example) = example else { continue };
        if answer.get("content").and_then(Value::as_object).is_none_or(Map::is_empty) {
            answer["content"] = match example {
                Value::String(kind) => json!({kind: {"schema": {"type": "string", "format": "binary"}}}),
                _ => continue,
            };
        }
        for (_, content) in fields(answer, "/content").into_iter().flatten() {
            if content.get("example").is_none() && !example.is_string() {
                content["example"] = example.clone();
            }
        }
    }
}

fn parameters(operation: &mut Value) {
    for parameter in
        operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten().filter(|it| it.get("example").is_none())
    {
        if let Some((_, example)) = PARAMETERS.iter().find(|(name, _)| parameter["name"] == *name) {
            parameter["example"] = json!(example);
        }
    }
}

const PARAMETERS: [(&str, &str); 16] = [
    ("account", "wx0123456789abcdef"),
    ("app_id", "wx0123456789abcdef"),
    ("appid", "wx0123456789abcdef"),
    ("grant_type", "client_credential"),
    ("id", "0193a0f2c1d27b6e8f00112233445566"),
    ("url", "https://h5.example.com/act/1128?id=7"),
    ("code", "021x8mGa1bN5zJ0rLqFa1kOwkr0x8mGZ"),
    ("path", "cgi-bin/user/info"),
    ("return_to", "https://h5.example.com/act/1128"),
    ("scope", "snsapi_base"),
    ("Prefer", "wait=10"),
    ("Idempotency-Key", "order-20261128-0042"),
    ("user_id", "u1"),
    ("question_id", "q3"),
    ("template_id", "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk"),
    ("touser", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"),
];

struct Known(Value);

impl Known {
    fn get(&self, call: String) -> Option<&Value> {
        self.0.get(call)
    }
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut all = Map::new();
    for part in [tokens(), media(), messages(), people(), relay()] {
        all.extend(part.as_object().cloned().unwrap_or_default());
    }
    Known(Value::Object(all))
});

fn tokens() -> Value {
    let token = json!({"access_token": "87_eXaMpLe", "expires_at": "2026-11-26T16:00:00Z", "expires_in": 6812});
    let mut stale = token.clone();
    stale["refreshed"] = true.into();
    json!({
        "get /api/v1/access-token": {"answer": token},
        "post /api/v1/access-token/stale": {"request": {"access_token": "87_refused"}, "answer": stale},
        "get /api/v1/jssdk/signature": {"answer": {
            "appId": "wx0123456789abcdef", "timestamp": 1_795_327_440, "nonceStr": "Wm3WZYTPz0wzccnW",
            "signature": "8bd282b36b7e67a5217ae58d169f2259dc53435b",
        }},
        "post /api/v1/jssdk/card-signature": {"request": {"card_id": "pDF3iY9tv9zCGCj4jTXFOo1DxHdo"}, "answer": {
            "card_id": "pDF3iY9tv9zCGCj4jTXFOo1DxHdo", "timestamp": "1414587457", "nonce_str": "Wm3WZYTPz0wzccnW",
            "signature": "7657662240d1828d030277338ed1336666a9b153",
        }},
    })
}

/// The record of a picture that is here.
fn picture() -> Value {
    json!({
        "id": "0193a0f2c1d27b6e8f00112233445566", "account": "wx0123456789abcdef", "media_id": "1237378768e7q8e7r8qwesafdasdfasdfaxss111",
        "user_id": "u1", "answer_title": "第一只鸟", "question_id": "q3", "state": "stored", "kind": "image", "content_type": "image/jpeg",
        "bytes": 318_204, "width": 1280, "height": 960, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "file_name": "a.jpg", "attempts": 1, "errcode": null, "errmsg": null, "reason": null, "hint": null,
        "created_at": "2026-11-26T08:00:00Z", "stored_at": "2026-11-26T08:00:01Z", "expires_at": "2026-11-29T08:00:00Z", "deleted_at": null,
        "file_url": "https://wx.example.com/api/v1/media/0193a0f2c1d27b6e8f00112233445566/file",
        "thumb_url": "https://wx.example.com/api/v1/media/0193a0f2c1d27b6e8f00112233445566/thumb", "review": null, "opinion_request": null,
        "video_link": null,
    })
}

fn media() -> Value {
    let filed =
        json!({"media_id": "1237378768e7q8e7r8qwesafdasdfasdfaxss111", "user_id": "u1", "answer_title": "第一只鸟", "question_id": "q3"});
    let mut judged = picture();
    judged["review"] = json!({"verdict": "reject", "reason": "模糊", "comment": null, "reviewer": "erp", "at": "2026-11-26T09:00:00Z"});
    json!({
        "post /api/v1/media": {"request": filed, "answer": picture()},
        "get /api/v1/media": {"answer": {"items": [picture()], "next_cursor": null}},
        "get /api/v1/media/{id}": {"answer": picture()},
        "get /api/v1/media/{id}/file": {"answer": "image/jpeg"},
        "get /api/v1/media/{id}/thumb": {"answer": "image/jpeg"},
        "post /api/v1/media/{id}/review": {"request": {"verdict": "reject", "reason": "模糊"}, "answer": judged},
        "post /api/v1/media/{id}/link": {"request": {"what": "thumb", "seconds": 600}, "answer": {
            "url": "https://wx.example.com/m/AbCdEf", "what": "thumb", "expires_at": "2026-11-26T09:10:00Z", "expires_in": 600,
        }},
        "get /m/{token}": {"answer": "image/jpeg"},
        "post /api/v1/media/bulk": {"request": {"items": [filed]}, "answer": {"accepted": 1, "same": 0, "refused": 0, "items": [{
            "index": 0, "outcome": "accepted", "media_id": filed["media_id"], "id": "0193a0f2c1d27b6e8f00112233445566", "state": "pending", "errors": [],
        }]}},
        "post /api/v1/media/tickets": {"request": {"user_id": "u1"}, "answer": {
            "ticket": "AbCdEf", "expires_at": "2026-11-26T08:10:00Z", "expires_in": 600,
        }},
        "post /api/v1/media/ticketed": {
            "request": {"ticket": "AbCdEf", "media_id": filed["media_id"], "answer_title": "第一只鸟", "question_id": "q3"},
            "answer": {"id": "0193a0f2c1d27b6e8f00112233445566", "state": "pending"},
        },
        "post /api/v1/jssdk/errors": {"request": {"code": "refused", "page": "https://h5.example.com/act/1128?id=7"}},
    })
}

fn message() -> Value {
    json!({
        "id": "0193a0f2c1d27b6e8f00aabbccddeeff", "account": "wx0123456789abcdef", "batch_id": null, "touser": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
        "template_id": "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk", "data": {"thing1": {"value": "亲子观鸟"}, "time2": {"value": "2026年11月28日 08:30"}},
        "url": "https://h5.example.com/act/1128", "miniprogram": null, "state": "delivered", "msgid": "4021234567890123456",
        "client_msg_id": "0193a0f2c1d27b6e8f00aabbccddeeff", "errcode": null, "errmsg": null, "reason": null, "hint": null, "attempts": 1,
        "created_at": "2026-11-26T08:00:00Z", "sent_at": "2026-11-26T08:00:00Z", "settled_at": "2026-11-26T08:00:02Z",
        "channel": "template",
    })
}

fn batch() -> Value {
    json!({
        "id": "0193a0f2c1d27b6e8f00ffeeddccbbaa", "account": "wx0123456789abcdef", "name": "亲子观鸟",
        "template_id": "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk", "state": "running", "total": 128,
        "counts": {"queued": 100, "sending": 2, "accepted": 6, "delivered": 19, "failed": 1, "unknown": 0, "cancelled": 0},
        "created_at": "2026-11-26T08:00:00Z", "send_at": "2026-11-26T08:00:00Z", "started_at": "2026-11-26T08:00:00Z", "ended_at": null,
        "reason": null, "errcode": null, "errmsg": null, "hint": null, "canary": null,
    })
}

fn messages() -> Value {
    let data = json!({"thing1": "亲子观鸟", "time2": "2026年11月28日 08:30"});
    let template = "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk";
    let recipients =
        json!([{"touser": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"}, {"touser": "o6_bmjrPTlm6_2sgVt7hMZOPfL2N", "data": {"thing1": "观星"}}]);
    let (mut filed, mut turned, mut notified) = (batch(), batch(), message());
    notified["channel"] = "subscribe".into();
    filed["duplicates"] = 1.into();
    filed["rejected"] = json!([{"index": 7, "touser": "nobody", "code": "malformed", "field": null}]);
    turned["messages"] = 100.into();
    let list = |item: Value| json!({"items": [item], "next_cursor": null});
    let mut all = json!({
        "post /api/v1/messages": {"request": {"touser": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "template_id": template, "data": data}, "answer": message()},
        "post /api/v1/subscribe-messages": {"request": {"touser": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "template_id": template, "page": "https://h5.example.com/act/1128", "data": data}, "answer": notified},
        "get /api/v1/messages": {"answer": list(message())},
        "get /api/v1/messages/{id}": {"answer": message()},
        "post /api/v1/batches": {"request": {"template_id": template, "data": data, "recipients": recipients}, "answer": filed},
        "get /api/v1/batches": {"answer": list(batch())},
        "get /api/v1/batches/{id}": {"answer": batch()},
        "get /api/v1/batches/{id}/messages": {"answer": list(message())},
        "post /api/v1/batches/{id}/retry": {"request": {"states": ["failed"]}, "answer": turned},
    });
    for act in ["pause", "resume", "cancel"] {
        all[format!("post /api/v1/batches/{{id}}/{act}")] = json!({"answer": turned});
    }
    all
}

fn people() -> Value {
    let unionid = "o6_bmasdasdsad6_2sgVt7hMZOPfL";
    let person = json!({"openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "unionid": unionid, "scope": "snsapi_base", "is_snapshot_user": false});
    let mut visitor = person.clone();
    (visitor["scope"], visitor["nickname"]) = ("snsapi_userinfo".into(), "小满".into());
    json!({
        "post /api/v1/qrcodes": {"request": {"scene": "shop-3", "expires_in": 604_800}, "answer": {
            "url": "http://weixin.qq.com/q/02wPFKBmPJfu21QQPIxycG", "scene": "shop-3", "expires_at": "2026-12-03T08:00:00Z",
        }},
        "get /api/v1/openid": {"answer": person},
        "post /api/v1/oauth/redeem": {"request": {"ticket": "AbCdEf"}, "answer": visitor},
    })
}

fn relay() -> Value {
    let stand_in = json!({"access_token": "wxr_AbCdEf", "expires_in": 7200});
    json!({
        "get /wx/{app_id}/cgi-bin/token": {"answer": stand_in},
        "post /wx/{app_id}/cgi-bin/stable_token": {
            "request": {"grant_type": "client_credential", "appid": "wx0123456789abcdef", "secret": "wxd_AbCdEf"}, "answer": stand_in,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::server::openapi::document;

    #[test]
    fn every_call_has_an_example_of_what_goes_in_and_comes_out_and_of_each_failure() {
        let whole = document("https://wx.example.com");
        let mut bare = Vec::new();
        for (path, item) in whole["paths"].as_object().expect("paths").iter().filter(|(path, _)| path.starts_with("/api/")) {
            for (method, call) in item.as_object().expect("item") {
                for (kind, content) in call["requestBody"]["content"].as_object().into_iter().flatten() {
                    if content.get("example").is_none() {
                        bare.push(format!("{method} {path}: request {kind}"));
                    }
                }
                for (status, answer) in call["responses"].as_object().expect("answers") {
                    let content: Vec<_> = answer["content"].as_object().into_iter().flatten().collect();
                    let picture = content.iter().any(|(kind, _)| kind.starts_with("image/"));
                    let empty = matches!(status.as_str(), "204" | "304");
                    let told = !content.is_empty()
                        && content.iter().all(|(_, content)| content.get("example").is_some() || content.get("examples").is_some());
                    if !(told || picture || empty) {
                        bare.push(format!("{method} {path}: {status}"));
                    }
                }
            }
        }
        assert!(bare.is_empty(), "without an example:\n{}", bare.join("\n"));
    }

    /// Nulls stand in examples only, and among the words of a field that may be null.
    #[test]
    fn nothing_is_null_but_in_examples() {
        fn walk(value: &Value, place: &str, found: &mut Vec<String>) {
            match value {
                Value::Null => found.push(place.to_owned()),
                Value::Object(fields) => {
                    fields
                        .iter()
                        .filter(|(name, _)| !["example", "enum"].contains(&name.as_str()))
                        .for_each(|(name, value)| walk(value, &format!("{place}/{name}"), found));
                }
                Value::Array(items) => items.iter().for_each(|value| walk(value, place, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        walk(&document("https://wx.example.com"), "", &mut found);
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    /// A record's example has the fields that its schema requires, and no others.
    #[test]
    fn examples_have_the_fields_of_their_schema() {
        let whole = document("https://wx.example.com");
        let mut seen = 0;
        for item in whole["paths"].as_object().expect("paths").values() {
            for content in item.as_object().expect("item").values().flat_map(|call| call["responses"].as_object().into_iter().flatten()) {
                for content in content.1["content"].as_object().into_iter().flatten().map(|(_, content)| content) {
                    let Some(name) =
                        content["schema"]["$ref"].as_str().and_then(|to| to.rsplit('/').next()).filter(|name| *name != "Problem")
                    else {
                        continue;
                    };
                    let fields = whole["components"]["schemas"][name]["properties"].as_object().expect("fields");
                    if super::super::schemas::MAY_LACK.contains(&name) {
                        continue;
                    }
                    let example = content["example"].as_object().expect("an object");
                    let (mut wanted, mut got): (Vec<_>, Vec<_>) = (fields.keys().collect(), example.keys().collect());
                    wanted.sort();
                    got.sort();
                    assert_eq!(wanted, got, "{name}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 3, "{seen}");
    }
}
