//! Reading the body of `POST /api/v1/messages` and `POST /api/v1/subscribe-messages`.

use std::sync::Arc;

use serde_json::Value;

use super::{Messages, NewMessage};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        messages::model::{Canary, Channel, Data, Miniprogram, Target, check_target, check_values, is_openid},
    },
    infra::{
        fields::{Fields, check_text, number_text},
        guard::ApiCaller,
    },
    shared::{
        error::AppError,
        lang::Text,
        time::{DAY, SECOND},
    },
};

/// The longest time to live a caller may ask for, in seconds.
pub(super) const LONGEST_TTL: i64 = 7 * DAY / SECOND;
/// The most keys and the longest value of a template we know nothing about.
const MOST_KEYS: usize = 50;
const LONGEST_VALUE: usize = 2000;

/// Reads everything, so that one answer names all that is wrong; the caller ends the reading with [`Fields::done`].
///
/// # Errors
/// What [`crate::features::accounts::server::Accounts::for_caller`] says of the account; the database.
pub(super) async fn read(
    messages: &Messages,
    caller: &ApiCaller,
    fields: &mut Fields,
    channel: Channel,
) -> Result<(Arc<Account>, NewMessage), AppError> {
    let named = fields.optional_text("account", 1, 64);
    let touser = fields.text("touser", 1, 128);
    if !touser.is_empty() && !is_openid(&touser) {
        let detail = Text::new("OpenID 只有字母、数字、_ 和 -。", "An openid holds letters, digits, _ and - only.");
        fields.refuse("touser", "openid_malformed", detail);
    }
    let template_id = fields.text("template_id", 1, 128);
    let data = read_data(fields);
    let place = if channel == Channel::Subscribe { "page" } else { "url" };
    let url = fields.optional_text(place, 0, 2048).filter(|url| !url.is_empty());
    let miniprogram = read_miniprogram(fields);
    let ttl = fields.optional_int("ttl", 1, LONGEST_TTL);
    if channel == Channel::Template {
        // Old programs send it; WeChat ignores it since 2023.
        fields.take("topcolor");
    }
    refuse_target(fields, place, url.as_deref(), miniprogram.as_ref());
    let account = messages.accounts.for_caller(caller, named.as_deref())?;
    let mut data = data.unwrap_or_default();
    // A template we do not know is WeChat's to judge: our list may be older than the account's.
    let known = messages.any_template(&account.app_id, &template_id).await?;
    if let Some(template) = known.filter(|known| known.channel() == channel) {
        let known = template.fields();
        for error in check_values(&known, &data) {
            fields.refuse(error.field, error.code, error.detail);
        }
        data = data.ordered(&known.iter().map(|field| field.key.as_str()).collect::<Vec<_>>());
    }
    let actor = Actor::Key(caller.name.clone()).tag();
    let (ttl, key_id) = (ttl.map(|ttl| ttl * SECOND), Some(caller.key_id.clone()));
    Ok((account, NewMessage { touser, template_id, data, url, miniprogram, draft_id: None, actor, ttl, key_id, channel, rest: 0 }))
}

/// Refuses what a tap may not open; `place` is the field of the page.
fn refuse_target(fields: &mut Fields, place: &str, url: Option<&str>, miniprogram: Option<&Miniprogram>) {
    if url.is_none() && miniprogram.is_none() {
        return;
    }
    let target = if miniprogram.is_some() { Target::Mini } else { Target::Web };
    for error in check_target(target, url.unwrap_or_default(), &miniprogram.cloned().unwrap_or_default()) {
        fields.refuse(if error.field == "url" { place.to_owned() } else { error.field }, error.code, error.detail);
    }
}

/// `data` as texts: each value a text, a number, or an object with `value` (its `color` is dropped).
pub(super) fn read_data(fields: &mut Fields) -> Option<Data> {
    let Some(value) = fields.take("data") else {
        fields.refuse("data", "missing", Text::new("缺少这个字段。", "This field is required."));
        return None;
    };
    let Value::Object(map) = value else {
        fields.refuse("data", "not_object", Text::new("应是一个 JSON 对象。", "Must be a JSON object."));
        return None;
    };
    if map.len() > MOST_KEYS {
        fields.refuse("data", "too_many", Text::new("字段太多。", "Too many keys."));
        return None;
    }
    let mut pairs = Vec::with_capacity(map.len());
    for (key, value) in map {
        let shown: String = key.chars().filter(|c| !c.is_control()).take(64).collect();
        let name = format!("data.{shown}");
        if shown != key || check_text(&key, 1, 64).is_err() {
            fields.refuse(name, "key_malformed", Text::new("字段名不对。", "Not a key."));
            continue;
        }
        match value_text(value) {
            Ok(text) => match check_text(&text.replace('\n', " "), 0, LONGEST_VALUE) {
                Ok(()) => pairs.push((key, text)),
                Err((code, detail)) => fields.refuse(name, code, detail),
            },
            Err(Some(inner)) => {
                fields.refuse(format!("{name}.{inner}"), "unknown_field", Text::new("没有这个字段。", "There is no such field."));
            }
            Err(None) => {
                fields.refuse(name, "not_text", Text::new("应是文字或 {\"value\": 文字}。", "Must be a text or {\"value\": text}."))
            }
        }
    }
    Some(Data(pairs))
}

/// The text of a value, or the name of a field it should not have.
pub(super) fn value_text(value: Value) -> Result<String, Option<String>> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => number_text(&number).ok_or(None),
        Value::Object(mut map) => {
            map.remove("color");
            let inner = map.remove("value");
            if let Some(other) = map.keys().next() {
                return Err(Some(other.chars().filter(|c| !c.is_control()).take(64).collect()));
            }
            match inner {
                Some(Value::String(text)) => Ok(text),
                Some(Value::Number(number)) => number_text(&number).ok_or(None),
                _ => Err(None),
            }
        }
        _ => Err(None),
    }
}

pub(super) fn read_miniprogram(fields: &mut Fields) -> Option<Miniprogram> {
    let value = fields.take("miniprogram")?;
    let Value::Object(mut map) = value else {
        fields.refuse("miniprogram", "not_object", Text::new("应是一个 JSON 对象。", "Must be a JSON object."));
        return None;
    };
    let mut text = |name: &str| match map.remove(name) {
        Some(Value::String(text)) => text,
        None | Some(Value::Null) => String::new(),
        Some(_) => {
            fields.refuse(format!("miniprogram.{name}"), "not_text", Text::new("应是文字。", "Must be text."));
            String::new()
        }
    };
    let mini = Miniprogram { appid: text("appid"), pagepath: text("pagepath") };
    for name in map.keys() {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        fields.refuse(format!("miniprogram.{shown}"), "unknown_field", Text::new("没有这个字段。", "There is no such field."));
    }
    Some(mini)
}

/// `canary`: how many go first, and how many percent of them must have received it.
pub(super) fn read_canary(fields: &mut Fields) -> Option<Canary> {
    let value = fields.take("canary").filter(|value| !value.is_null())?;
    let Ok(canary) = serde_json::from_value::<Canary>(value) else {
        fields.refuse(
            "canary",
            "not_object",
            Text::new("应是 {\"first\": 整数, \"percent\": 整数}。", "Must be {\"first\": integer, \"percent\": integer}."),
        );
        return None;
    };
    for fault in canary.faults("canary.first", "canary.percent") {
        fields.refuse(fault.field, fault.code, fault.detail);
    }
    Some(canary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_texts_in_either_dress() {
        assert_eq!(value_text(serde_json::json!("a")), Ok("a".into()));
        assert_eq!(value_text(serde_json::json!(7)), Ok("7".into()));
        assert_eq!(value_text(serde_json::json!({"value": "a", "color": "#173177"})), Ok("a".into()));
        assert_eq!(value_text(serde_json::json!({"value": "a", "colour": 1})), Err(Some("colour".into())));
        let long: Value = serde_json::from_str("18446744073709551616").expect("a number");
        assert_eq!(value_text(long.clone()), Err(None));
        assert_eq!(value_text(serde_json::json!({ "value": long })), Err(None));
        for bad in [serde_json::json!({}), serde_json::json!([]), serde_json::json!(true), serde_json::json!({"value": null})] {
            assert_eq!(value_text(bad), Err(None));
        }
    }
}
