//! The `webhooks` of the description: every event we send, with the schema of its body.

use serde_json::{Map, Value, json};

use crate::features::webhooks::model::{TEST, TYPES};

/// The events by their type. `picture`, `message` and `batch`: examples of records.
pub(super) fn all(picture: &Value, message: &Value, batch: &Value) -> Value {
    let events = TYPES.iter().map(|(kind, said)| {
        let (schema, example) = match kind.split('.').next() {
            Some("media") => (reference("MediaRecord"), settled(kind, picture)),
            Some("message") => (reference("MessageRecord"), settled(kind, message)),
            Some("batch") => (reference("BatchRecord"), settled(kind, batch)),
            _ => (test(), json!({"account": "wx0123456789abcdef", "endpoint": "019f1d20", "asked_at": MOMENT})),
        };
        let event = json!({"post": {
            "tags": ["webhooks"],
            "operationId": kind.replace('.', "_"),
            "summary": said.en,
            "description": about(kind),
            "parameters": headers(),
            "requestBody": {"required": true, "content": {"application/json": {
                "schema": {
                    "type": "object",
                    "required": ["type", "timestamp", "data"],
                    "properties": {
                        "type": {"type": "string", "const": kind},
                        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened, RFC 3339, UTC"},
                        "data": schema,
                    },
                },
                "example": {"type": kind, "timestamp": MOMENT, "data": example},
            }}},
            "responses": {
                "2XX": {"description": "Taken. Anything else, or nothing within 15 seconds, is tried again"},
                "410": {"description": "Switches the endpoint off"},
            },
        }});
        ((*kind).to_owned(), event)
    });
    Value::Object(events.collect::<Map<_, _>>())
}

const MOMENT: &str = "2026-11-26T08:00:02Z";

/// The example of a record as it stands when an event happens.
fn settled(kind: &str, record: &Value) -> Value {
    let judged = |verdict: &str, reason: Value| json!({"review": {"verdict": verdict, "reason": reason, "comment": null, "reviewer": "周敏", "at": MOMENT}});
    let gone = |state: &str, reason: &str| {
        let mut gone = json!({"state": state, "reason": reason});
        for lacking in ["kind", "content_type", "bytes", "width", "height", "sha256", "file_name", "stored_at", "file_url", "thumb_url"] {
            gone[lacking] = Value::Null;
        }
        gone
    };
    let then = match kind {
        "message.failed" => json!({"state": "failed", "reason": "user_block"}),
        "message.unknown" => json!({"state": "unknown", "msgid": null, "sent_at": null, "reason": "no_answer"}),
        "batch.ended" => json!({
            "state": "done", "ended_at": MOMENT,
            "counts": {"queued": 0, "sending": 0, "accepted": 0, "delivered": 127, "failed": 1, "unknown": 0, "cancelled": 0},
        }),
        "media.failed" => gone("failed", "damaged_image"),
        "media.expired" => gone("expired", "media_expired"),
        "media.accepted" => judged("pass", Value::Null),
        "media.rejected" => judged("reject", "模糊".into()),
        _ => json!({}),
    };
    let mut record = record.clone();
    for (field, value) in then.as_object().into_iter().flatten() {
        record[field] = value.clone();
    }
    record
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn test() -> Value {
    json!({
        "type": "object",
        "required": ["account", "endpoint", "asked_at"],
        "properties": {
            "account": {"type": "string", "description": "AppID"},
            "endpoint": {"type": "string", "description": "The endpoint's id"},
            "asked_at": {"type": "string", "format": "date-time", "description": "When the button was pressed, RFC 3339, UTC"},
        },
    })
}

/// What `data` is.
fn about(kind: &str) -> String {
    let at = "as it stood when it happened, its `hint` in Chinese";
    match kind.split('.').next() {
        Some("media") => format!(
            "`data` is the record of the picture {at}; `opinion_request` is always null. Events come at least once, in no particular order."
        ),
        _ if kind == TEST => "Sent by a button on the page of the endpoint; nobody subscribes to it.".to_owned(),
        Some(thing) => format!("`data` is the record of the {thing} {at}. Events come at least once, in no particular order."),
        None => String::new(),
    }
}

fn headers() -> Value {
    let header =
        |name: &str, said: &str| json!({"name": name, "in": "header", "required": true, "description": said, "schema": {"type": "string"}});
    json!([
        header("webhook-id", "The event's id, the same for every attempt and endpoint"),
        header("webhook-timestamp", "Unix seconds of this attempt"),
        header(
            "webhook-signature",
            "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; for 24 hours after a secret was replaced two of them, with a blank between"
        ),
    ])
}

#[cfg(test)]
mod tests {
    use crate::{features::webhooks::model::TYPES, server::openapi::document};

    #[test]
    fn every_event_that_is_sent_is_told_with_its_schema() {
        let whole = document("https://wx.example.com");
        let told = whole["webhooks"].as_object().expect("webhooks");
        assert_eq!(told.len(), TYPES.len());
        for (kind, _) in TYPES {
            let content = &told[kind]["post"]["requestBody"]["content"]["application/json"];
            let state = content["example"]["data"]["state"].as_str().unwrap_or_default();
            let settled = kind.rsplit('.').next().filter(|end| ["delivered", "failed", "unknown", "stored", "expired"].contains(end));
            assert_eq!(settled.unwrap_or(state), state, "{kind}");
            assert_eq!(
                (content["schema"]["properties"]["type"]["const"].as_str(), content["example"]["type"].as_str()),
                (Some(kind), Some(kind))
            );
        }
    }
}
