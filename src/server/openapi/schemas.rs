//! What holds for schemas of answers throughout, said once.

use serde_json::{Map, Value};

/// Answers some fields of which are left out where there is nothing to say; all other answers always carry all their fields.
pub(super) const MAY_LACK: [&str; 5] = ["CardSignature", "Person", "Problem", "StandIn", "Visitor"];
/// How the names of what callers send end.
const SENT: &str = "Body";

/// Makes one object of each schema that is put together, so that generators make one type of it, and requires what is always there.
pub(super) fn settle(whole: &mut Value) {
    let Some(schemas) = whole.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    let known = schemas.clone();
    for (name, schema) in schemas.iter_mut() {
        if schema.get("allOf").is_some() {
            *schema = joined(&known, schema);
        }
        // A page of a list names what it lists.
        if let Some(item) = name.strip_prefix("Listed_").filter(|item| known.contains_key(*item)) {
            schema["properties"]["items"]["items"] = serde_json::json!({"$ref": format!("#/components/schemas/{item}")});
        }
        if let Some(fields) = schema.get("properties").and_then(Value::as_object)
            && !name.ends_with(SENT)
            && !MAY_LACK.contains(&name.as_str())
        {
            let names: Vec<Value> = fields.keys().cloned().map(Value::from).collect();
            schema["required"] = names.into();
        }
    }
}

/// The parts of a schema as one object.
fn joined(known: &Map<String, Value>, schema: &Value) -> Value {
    let (mut fields, mut required) = (Map::new(), Vec::new());
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let named = part["$ref"].as_str().and_then(|to| known.get(to.rsplit('/').next()?));
        let part = joined_if(known, named.unwrap_or(part));
        fields.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    let mut object = serde_json::json!({"type": "object", "properties": fields, "required": required});
    if let Some(said) = schema.get("description") {
        object["description"] = said.clone();
    }
    object
}

fn joined_if(known: &Map<String, Value>, schema: &Value) -> Value {
    if schema.get("allOf").is_some() { joined(known, schema) } else { schema.clone() }
}
