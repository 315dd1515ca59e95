//! The `webhooks` of the description: every event we send, with the schema of its body.

use serde_json::{Map, Value, json};

use crate::features::webhooks::model::{TEST, TYPES};

/// The events by their type. `picture`, `message` and `batch`: examples of records.
pub(super) fn all(picture: &Value, message: &Value, batch: &Value) -> Value {
    let events = TYPES.iter().map(|(kind, said)| {
        let (schema, example) = match kind.split('.').next() {
            Some("media") => (reference("MediaRecord"), picture.clone()),
            Some("message") => (reference("MessageRecord"), message.clone()),
            Some("batch") => (reference("BatchRecord"), batch.clone()),
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
            assert_eq!(
                (content["schema"]["properties"]["type"]["const"].as_str(), content["example"]["type"].as_str()),
                (Some(kind), Some(kind))
            );
        }
    }
}
