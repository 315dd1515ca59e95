//! The message routes of the API.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    Message, Messages, NewMessage,
    accept::KEYED,
    bodies::{MessageBody, NotificationBody},
    body,
    history::Filter,
    record::Record,
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Channel, MessageState},
    },
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        idempotency::Idempotency,
        prefer,
        query::Id,
        respond::asked_lang,
        secrets::sha256,
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
        list::{Listed, MOST_ROWS},
        rights::Scope,
    },
};

/// The API routes of messages.
pub fn routes(messages: &Messages) -> Table {
    Routes::new(messages.clone())
        .post("/api/v1/messages", Access::Scope(Scope::MessagesSend), send)
        .post("/api/v1/subscribe-messages", Access::Scope(Scope::MessagesSend), notify)
        .get("/api/v1/messages", Access::Scope(Scope::MessagesRead), list)
        .get("/api/v1/messages/{id}", Access::Scope(Scope::MessagesRead), one)
        .table()
}

/// One template message to one follower.
#[utoipa::path(
    post, path = "/api/v1/messages", tag = "messages",
    request_body(content = MessageBody, description = "touser, template_id, data; optional url, miniprogram {appid, pagepath}, ttl (seconds), account. Values are texts or {\"value\"}; topcolor and color are dropped"),
    params(
        ("Prefer" = Option<String>, Header, description = "wait=N (at most 30): answers 201 once the message is settled or N seconds are over"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect within 24 hours"),
    ),
    responses((status = 202, description = "Accepted: the record", body = Record), (status = 201, description = "With Prefer: the record as it stands", body = Record), (status = 422, description = "Refused fields"), (status = 423, description = "sending_locked"), (status = 429, description = "`daily_limit`: more messages than the key may still send today, with Retry-After; or too many calls")),
    security(("key" = ["messages:send"]))
)]
async fn send(
    State(messages): State<Messages>,
    caller: ApiCaller,
    headers: HeaderMap,
    query: Query,
    fields: Fields,
) -> Result<Response, AppError> {
    query.done()?;
    taken(messages, caller, headers, fields, Channel::Template).await
}

/// One subscribe notification to one person who has ticked its template.
#[utoipa::path(
    post, path = "/api/v1/subscribe-messages", tag = "messages",
    request_body(content = NotificationBody, description = "touser, template_id (of a notification), data; optional page, miniprogram {appid, pagepath}, ttl (seconds), account. Values are texts or {\"value\"}"),
    params(
        ("Prefer" = Option<String>, Header, description = "wait=N (at most 30): answers 201 once the message is settled or N seconds are over"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect within 24 hours"),
    ),
    responses((status = 202, description = "Accepted: the record, with `channel` subscribe; WeChat's refusals (43101, 43107, 43108, 45168, 47003 …) stand in it, and a call that was not answered ends as `unknown`, for it cannot be repeated safely", body = Record), (status = 201, description = "With Prefer: the record as it stands", body = Record), (status = 422, description = "Refused fields"), (status = 423, description = "sending_locked"), (status = 429, description = "`daily_limit`: more messages than the key may still send today, with Retry-After; or too many calls")),
    security(("key" = ["messages:send"]))
)]
async fn notify(
    State(messages): State<Messages>,
    caller: ApiCaller,
    headers: HeaderMap,
    query: Query,
    fields: Fields,
) -> Result<Response, AppError> {
    query.done()?;
    taken(messages, caller, headers, fields, Channel::Subscribe).await
}

async fn taken(
    messages: Messages,
    caller: ApiCaller,
    headers: HeaderMap,
    mut fields: Fields,
    channel: Channel,
) -> Result<Response, AppError> {
    // One key on two routes is two requests.
    let (route, mark): (_, &[u8]) = match channel {
        Channel::Template => ("POST /api/v1/messages", b""),
        Channel::Subscribe => ("POST /api/v1/subscribe-messages", b"subscribe:"),
    };
    let (lang, wait, key) = (asked_lang(&headers), prefer::wait(&headers), headers.get("idempotency-key"));
    let (core, key_id, raw) = (messages.core.clone(), caller.key_id.clone(), fields.raw.clone());
    // The row knows the key as well: a repeat after a crash, when no answer was kept, finds what the first request filed.
    let draft_id = key.map(|key| keyed(&key_id, key, &sha256(&[mark, &raw[..]].concat())));
    // Even what is wrong is found out inside: accounts and templates change, and an answer once given stays the answer.
    let work = async move {
        let (account, new) = body::read(&messages, &caller, &mut fields, channel).await?;
        fields.done()?;
        messages.send_for(&caller, &account, NewMessage { draft_id, ..new }, wait, lang).await
    };
    let (status, record) = Idempotency::run(&core, &key_id, route, key, &raw, work).await?;
    let mut response = (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), Json(&record)).into_response();
    if let Some(id) = record.get("id").and_then(Value::as_str)
        && let Ok(place) = HeaderValue::from_str(&format!("/api/v1/messages/{id}"))
    {
        response.headers_mut().insert(header::LOCATION, place);
    }
    prefer::applied(response.headers_mut(), wait);
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
        let hold = self.standstill(&message.app_id).await?;
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
    responses((status = 200, description = "items and next_cursor", body = Listed<Record>), (status = 422, description = "Refused parameters")),
    security(("key" = ["messages:read"]))
)]
async fn list(State(messages): State<Messages>, caller: ApiCaller, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
    let account = query.take("account");
    let filter = Filter {
        state: state_of(&mut query, MessageState::parse),
        template_id: query.take("template_id"),
        touser: query.take("touser"),
        batch_id: query.take("batch_id"),
        people: None,
        cause: None,
        draft_id: None,
        actor: None,
        from: query.time("from", false),
        to: query.time("to", true),
    };
    let (cursor, limit) = (query.cursor(), query.int("limit", 1, MOST_ROWS, 50));
    query.done()?;
    let account = messages.accounts.for_caller(&caller, account.as_deref())?;
    let lang = asked_lang(&headers);
    let hold = messages.standstill(&account.app_id).await?;
    let listed = messages.list(&account.app_id, &filter, cursor.as_deref(), limit).await?;
    Ok(Json(listed.map(|message| Record::new(message, hold.as_ref(), lang))).into_response())
}

/// One message.
#[utoipa::path(
    get, path = "/api/v1/messages/{id}", tag = "messages",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a message of another account is not found")),
    responses((status = 200, description = "The record", body = Record), (status = 404, description = "No such message")),
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
pub(super) fn state_of<S>(query: &mut Query, parse: fn(&str) -> Option<S>) -> Option<S> {
    let word = query.take("state")?;
    let state = parse(&word);
    if state.is_none() {
        query.refuse("state", "unknown_state", Text::new("没有这个状态。", "There is no such state."));
    }
    state
}

/// Ties a request to its row: after a crash the repeat of a request finds what the first one filed.
pub(super) fn keyed(key_id: &str, key: &HeaderValue, hash: &[u8; 32]) -> String {
    let mut bytes = key_id.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend(key.as_bytes());
    bytes.push(0);
    bytes.extend(hash);
    format!("{KEYED}{}", hex::encode(&sha256(&bytes)[..16]))
}

/// The routes for the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(send, notify, list, one))]
pub struct Api;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_callers_own_and_of_its_body() {
        let key = HeaderValue::from_static("k");
        let one = keyed("a", &key, &[1; 32]);
        assert_eq!(one, keyed("a", &key, &[1; 32]));
        assert!(one != keyed("b", &key, &[1; 32]) && one != keyed("a", &key, &[2; 32]) && one.starts_with(KEYED));
    }
}
