//! The message routes of the API.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Message, Messages, NewMessage, accept::KEYED, history::Filter, record::Record};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Data, MessageState, Miniprogram, Target, check_target, check_values, is_openid},
    },
    infra::{
        fields::{Fields, Query, check_text},
        guard::{Access, ApiCaller, Routes, Table},
        idempotency::Idempotency,
        query::Id,
        respond::asked_lang,
        secrets::sha256,
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
        list::MOST_ROWS,
        rights::Scope,
        time::{DAY, SECOND},
    },
};

/// The longest time to live a caller may ask for, in seconds.
const LONGEST_TTL: i64 = 7 * DAY / SECOND;
/// The longest a caller may wait, in seconds.
const LONGEST_WAIT: u64 = 30;
/// The most keys and the longest value of a template we know nothing about.
const MOST_KEYS: usize = 50;
const LONGEST_VALUE: usize = 2000;

/// The API routes of messages.
pub fn routes(messages: &Messages) -> Table {
    Routes::new(messages.clone())
        .post("/api/v1/messages", Access::Scope(Scope::MessagesSend), send)
        .get("/api/v1/messages", Access::Scope(Scope::MessagesRead), list)
        .get("/api/v1/messages/{id}", Access::Scope(Scope::MessagesRead), one)
        .table()
}

/// One template message to one follower.
#[utoipa::path(
    post, path = "/api/v1/messages", tag = "messages",
    request_body(content = serde_json::Value, description = "touser, template_id, data; optional url, miniprogram {appid, pagepath}, ttl (seconds), account. Values are texts or {\"value\"}; topcolor and color are dropped"),
    params(
        ("Prefer" = Option<String>, Header, description = "wait=N (at most 30): answers 201 once the message is settled or N seconds are over"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect within 24 hours"),
    ),
    responses((status = 202, description = "Accepted: the record"), (status = 201, description = "With Prefer: the record as it stands"), (status = 422, description = "Refused fields"), (status = 423, description = "sending_locked")),
    security(("key" = ["messages:send"]))
)]
async fn send(
    State(messages): State<Messages>,
    caller: ApiCaller,
    headers: HeaderMap,
    query: Query,
    mut fields: Fields,
) -> Result<Response, AppError> {
    query.done()?;
    let lang = asked_lang(&headers);
    let (account, new) = read(&messages, &caller, &mut fields).await?;
    let raw = fields.raw.clone();
    fields.done()?;
    let wait = wait_of(&headers);
    let key = headers.get("idempotency-key");
    // The row knows the key as well: a repeat after a crash, when no answer was kept, finds what the first request filed.
    let new = NewMessage { draft_id: key.map(|key| keyed(&caller.key_id, key, &raw)), ..new };
    let (core, key_id) = (messages.core.clone(), caller.key_id.clone());
    let work = async move { messages.send_for(&caller, &account, new, wait, lang).await };
    let (status, record) = Idempotency::run(&core, &key_id, "POST /api/v1/messages", key, &raw, work).await?;
    let mut response = (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), Json(&record)).into_response();
    if let Some(id) = record.get("id").and_then(Value::as_str)
        && let Ok(place) = HeaderValue::from_str(&format!("/api/v1/messages/{id}"))
    {
        response.headers_mut().insert(header::LOCATION, place);
    }
    if let Some(span) = wait
        && let Ok(applied) = HeaderValue::try_from(format!("wait={}", span.as_secs()))
    {
        response.headers_mut().insert("preference-applied", applied);
    }
    Ok(response)
}

impl Messages {
    async fn send_for(
        &self,
        caller: &ApiCaller,
        account: &Account,
        new: NewMessage,
        wait: Option<Duration>,
        lang: Lang,
    ) -> Result<(u16, Value), AppError> {
        let facts = serde_json::json!({ "template_id": new.template_id, "recipients": 1 });
        let act =
            Act::new(Actor::Key(caller.name.clone()), "messages.sent", format!("account:{}", account.app_id)).detail(facts.to_string());
        let filed = self.accept(account, vec![new], act).await?.into_iter().next().ok_or_else(AppError::not_found)?;
        let (status, message) = match wait {
            Some(span) => (201, self.settled(&filed.id, span).await?),
            None => (202, filed),
        };
        let record = self.record(message, lang).await?;
        Ok((status, serde_json::to_value(record).map_err(anyhow::Error::from)?))
    }

    async fn record(&self, message: Message, lang: Lang) -> Result<Record, AppError> {
        let hold = self.hold(&message.app_id).await?;
        Ok(Record::new(message, hold.as_ref(), lang))
    }
}

/// The history, newest first.
#[utoipa::path(
    get, path = "/api/v1/messages", tag = "messages",
    params(
        ("account" = Option<String>, Query), ("state" = Option<String>, Query), ("template_id" = Option<String>, Query),
        ("touser" = Option<String>, Query), ("batch_id" = Option<String>, Query), ("from" = Option<String>, Query),
        ("to" = Option<String>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<i64>, Query),
    ),
    responses((status = 200, description = "items and next_cursor"), (status = 422, description = "Refused parameters")),
    security(("key" = ["messages:read"]))
)]
async fn list(State(messages): State<Messages>, caller: ApiCaller, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
    let account = query.take("account");
    let filter = Filter {
        state: state_of(&mut query),
        template_id: query.take("template_id"),
        touser: query.take("touser"),
        batch_id: query.take("batch_id"),
        draft_id: None,
        from: query.time("from", false),
        to: query.time("to", true),
    };
    let (cursor, limit) = (query.cursor(), query.int("limit", 1, MOST_ROWS, 50));
    query.done()?;
    let account = messages.accounts.for_caller(&caller, account.as_deref())?;
    let lang = asked_lang(&headers);
    let hold = messages.hold(&account.app_id).await?;
    let listed = messages.list(&account.app_id, &filter, cursor.as_deref(), limit).await?;
    Ok(Json(listed.map(|message| Record::new(message, hold.as_ref(), lang))).into_response())
}

/// One message.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}", tag = "messages",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a message of another account is not found")),
    responses((status = 200, description = "The record"), (status = 404, description = "No such message")),
    security(("key" = ["messages:read"]))
)]
async fn one(
    State(messages): State<Messages>,
    caller: ApiCaller,
    Id(id): Id,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, AppError> {
    let named = query.take("account");
    query.done()?;
    let message = match messages.accounts.narrowed(&caller, named.as_deref())? {
        Some(app_id) => messages.get_of(&app_id, &id).await?,
        None => messages.get(&id).await?,
    };
    Ok(Json(messages.record(message, asked_lang(&headers)).await?).into_response())
}

/// Reads a filter by state; a misspelt one is refused.
pub(super) fn state_of(query: &mut Query) -> Option<MessageState> {
    let word = query.take("state")?;
    let state = MessageState::parse(&word);
    if state.is_none() {
        query.refuse("state", "unknown_state", Text::new("没有这个状态。", "There is no such state."));
    }
    state
}

async fn read(messages: &Messages, caller: &ApiCaller, fields: &mut Fields) -> Result<(std::sync::Arc<Account>, NewMessage), AppError> {
    let named = fields.optional_text("account", 1, 64);
    let touser = fields.text("touser", 1, 128);
    if !touser.is_empty() && !is_openid(&touser) {
        let detail = Text::new("OpenID 只有字母、数字、_ 和 -。", "An openid holds letters, digits, _ and - only.");
        fields.refuse("touser", "openid_malformed", detail);
    }
    let template_id = fields.text("template_id", 1, 128);
    let data = read_data(fields);
    let url = fields.optional_text("url", 0, 2048).filter(|url| !url.is_empty());
    let miniprogram = read_miniprogram(fields);
    let ttl = fields.optional_int("ttl", 1, LONGEST_TTL);
    // Old programs send it; WeChat ignores it since 2023.
    fields.take("topcolor");
    let target = if miniprogram.is_some() { Target::Mini } else { Target::Web };
    if url.is_some() || miniprogram.is_some() {
        let mini = miniprogram.clone().unwrap_or_default();
        for error in check_target(target, url.as_deref().unwrap_or_default(), &mini) {
            fields.refuse(error.field, error.code, error.detail);
        }
    }
    let account = messages.accounts.for_caller(caller, named.as_deref())?;
    let mut data = data.unwrap_or_default();
    // A template we do not know is WeChat's to judge: our list may be older than the account's.
    if let Some(template) = messages.template(&account.app_id, &template_id).await? {
        let known = template.fields();
        for error in check_values(&known, &data) {
            fields.refuse(error.field, error.code, error.detail);
        }
        data = data.ordered(&known.iter().map(|field| field.key.as_str()).collect::<Vec<_>>());
    }
    let actor = Actor::Key(caller.name.clone()).tag();
    Ok((account, NewMessage { touser, template_id, data, url, miniprogram, draft_id: None, actor, ttl: ttl.map(|ttl| ttl * SECOND) }))
}

/// `data` as texts: each value a text, a number, or an object with `value` (its `color` is dropped).
fn read_data(fields: &mut Fields) -> Option<Data> {
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
fn value_text(value: Value) -> Result<String, Option<String>> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Object(mut map) => {
            map.remove("color");
            let inner = map.remove("value");
            if let Some(other) = map.keys().next() {
                return Err(Some(other.chars().filter(|c| !c.is_control()).take(64).collect()));
            }
            match inner {
                Some(Value::String(text)) => Ok(text),
                Some(Value::Number(number)) => Ok(number.to_string()),
                _ => Err(None),
            }
        }
        _ => Err(None),
    }
}

fn read_miniprogram(fields: &mut Fields) -> Option<Miniprogram> {
    let value = fields.take("miniprogram")?;
    let Value::Object(mut map) = value else {
        fields.refuse("miniprogram", "not_object", Text::new("应是一个 JSON 对象。", "Must be a JSON object."));
        return None;
    };
    let mut text = |name: &str| match map.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let mini = Miniprogram { appid: text("appid"), pagepath: text("pagepath") };
    for name in map.keys() {
        let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
        fields.refuse(format!("miniprogram.{shown}"), "unknown_field", Text::new("没有这个字段。", "There is no such field."));
    }
    Some(mini)
}

/// `Prefer: wait=N`, at most 30 seconds.
fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    let wanted = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split([',', ';']));
    let seconds = wanted.filter_map(|part| part.trim().strip_prefix("wait=")).find_map(|number| number.trim().parse::<u64>().ok())?;
    Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
}

/// Ties a request to its row: after a crash the repeat of a request finds what the first one filed.
fn keyed(key_id: &str, key: &HeaderValue, body: &[u8]) -> String {
    let mut bytes = key_id.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend(key.as_bytes());
    bytes.push(0);
    bytes.extend(sha256(body));
    format!("{KEYED}{}", hex::encode(&sha256(&bytes)[..16]))
}

/// The routes for the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(send, list, one))]
pub struct Api;

#[cfg(test)]
mod tests {
    use super::*;

    fn header_of(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::HeaderName::from_static("prefer"), HeaderValue::from_static(text))])
    }

    #[test]
    fn waiting_is_asked_for_in_seconds_and_bounded() {
        assert_eq!(wait_of(&header_of("respond-async, wait=10")), Some(Duration::from_secs(10)));
        assert_eq!(wait_of(&header_of("wait=900")), Some(Duration::from_secs(30)));
        assert_eq!(wait_of(&header_of("wait=soon")), None);
        assert_eq!(wait_of(&HeaderMap::new()), None);
    }

    #[test]
    fn values_are_texts_in_either_dress() {
        assert_eq!(value_text(serde_json::json!("a")), Ok("a".into()));
        assert_eq!(value_text(serde_json::json!(7)), Ok("7".into()));
        assert_eq!(value_text(serde_json::json!({"value": "a", "color": "#173177"})), Ok("a".into()));
        assert_eq!(value_text(serde_json::json!({"value": "a", "colour": 1})), Err(Some("colour".into())));
        for bad in [serde_json::json!({}), serde_json::json!([]), serde_json::json!(true), serde_json::json!({"value": null})] {
            assert_eq!(value_text(bad), Err(None));
        }
    }

    #[test]
    fn a_key_is_the_callers_own_and_of_its_body() {
        let key = HeaderValue::from_static("k");
        let one = keyed("a", &key, b"x");
        assert_eq!(one, keyed("a", &key, b"x"));
        assert!(one != keyed("b", &key, b"x") && one != keyed("a", &key, b"y") && one.starts_with(KEYED));
    }
}
