//! The batch routes of the API.

use axum::{
    Json,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::Value;

use super::{
    Again, Batch,
    intake::{NewBatch, shared_faults},
    list,
    record::{Filed, Record, Turned},
    upload::{self, Asked},
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::{
            model::{BatchAct, Channel, MessageState, Target, check_target},
            server::{
                Messages,
                bodies::{BatchBody, BatchFileBody, RetryBody},
                body::{LONGEST_TTL, read_canary, read_data, read_miniprogram},
                history::Filter,
                http::{keyed, state_of},
                record::Record as MessageRecord,
            },
        },
    },
    infra::{
        body::body_bytes,
        fields::Fields,
        guard::{Access, ApiCaller, Routes, Table},
        idempotency::Idempotency,
        query::{Id, Query},
        respond::asked_lang,
        secrets::sha256,
    },
    shared::{
        error::{AppError, FieldError},
        lang::Text,
        list::{Listed, MOST_ROWS},
        rights::Scope,
        time::{DAY, SECOND},
    },
};

/// How far ahead a batch may be filed.
const FARTHEST: i64 = 30 * DAY;

/// The API routes of batches.
pub fn routes(messages: &Messages) -> Table {
    let (send, read) = (Access::Scope(Scope::MessagesSend), Access::Scope(Scope::MessagesRead));
    Routes::new(messages.clone())
        .post("/api/v1/batches", send, create)
        .get("/api/v1/batches", read, list::http::list)
        .get("/api/v1/batches/{id}", read, one)
        .get("/api/v1/batches/{id}/messages", read, messages_of)
        .post("/api/v1/batches/{id}/pause", send, pause)
        .post("/api/v1/batches/{id}/resume", send, resume)
        .post("/api/v1/batches/{id}/cancel", send, cancel)
        .post("/api/v1/batches/{id}/retry", send, retry)
        .table()
}

/// One template message to many.
#[utoipa::path(
    post, path = "/api/v1/batches", tag = "batches",
    request_body(content((BatchBody = "application/json"), (BatchFileBody = "multipart/form-data")), description = "template_id, data, recipients [{touser, data?}]; optional name, url, miniprogram {appid, pagepath}, ttl (seconds), send_at, canary {first, percent}, channel (template or subscribe; that of the template without), account. At most 100,000 recipients and 64 MiB. As multipart/form-data: part batch (the JSON without recipients) and part recipients (text/csv, header line touser and data keys)"),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body have one effect within 24 hours")),
    responses((status = 202, description = "The record with duplicates and rejected [{index, touser, code}]", body = Filed), (status = 413, description = "Larger than 64 MiB"), (status = 422, description = "Refused fields"), (status = 423, description = "sending_locked"), (status = 429, description = "`daily_limit`: more messages than the key may still send today, with Retry-After; or too many calls")),
    security(("key" = ["messages:send"]))
)]
async fn create(State(messages): State<Messages>, caller: ApiCaller, query: Query, request: Request) -> Result<Response, AppError> {
    query.done()?;
    let (headers, lang) = (request.headers().clone(), asked_lang(request.headers()));
    let mut asked = read_request(request, &headers).await?;
    let (hash, recipients) = (asked.hash, asked.recipients.take());
    let (account, mut new) = read(&messages, &caller, asked, recipients.is_some()).await?;
    let key = headers.get("idempotency-key");
    // The row knows the key as well: a repeat after a crash, when no answer was kept, finds what the first request filed.
    new.request = key.map(|key| keyed(&caller.key_id, key, &hash));
    let act = Act::new(Actor::Key(caller.name.clone()), "batch.filed", format!("account:{}", account.app_id));
    let (core, key_id) = (messages.core.clone(), caller.key_id.clone());
    let work = async move {
        let batch = messages.file_batch(&account, new, recipients.unwrap_or_default(), act).await?;
        Ok((202, serde_json::to_value(Filed::new(batch, lang)).map_err(anyhow::Error::from)?))
    };
    let (status, answer) = Idempotency::run_hashed(&core, &key_id, "POST /api/v1/batches", key, hash, work).await?;
    let mut response = (StatusCode::from_u16(status).unwrap_or(StatusCode::ACCEPTED), Json(&answer)).into_response();
    if let Some(id) = answer.get("id").and_then(Value::as_str)
        && let Ok(place) = HeaderValue::from_str(&format!("/api/v1/batches/{id}"))
    {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

async fn read_request(request: Request, headers: &HeaderMap) -> Result<Asked, AppError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let told = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if told.is_some_and(|length| length > upload::MOST_BYTES) {
        return Err(upload::too_large());
    }
    match kind {
        "multipart/form-data" => read_parts(request).await,
        "application/json" => upload::json(request.into_body()).await,
        _ => {
            let detail = Text::new(
                "请用 Content-Type: application/json 或 multipart/form-data。",
                "Send Content-Type: application/json or multipart/form-data.",
            );
            Err(AppError::new(415, "unsupported_media_type", detail))
        }
    }
}

/// Part `batch` first or last: both orders are read.
async fn read_parts(request: Request) -> Result<Asked, AppError> {
    let mut limited = request.map(|body| Body::new(http_body_util::Limited::new(body, upload::MOST_BYTES)));
    // axum's own limit of 2 MB is for ordinary forms.
    DefaultBodyLimit::disable().apply(&mut limited);
    let malformed = || AppError::malformed(Text::new("multipart 请求体无法解析。", "The multipart body cannot be read."));
    let mut parts = Multipart::from_request(limited, &()).await.map_err(|_| malformed())?;
    let (mut frame, mut list) = (None, None);
    loop {
        let part = parts.next_field().await.map_err(|error| if error.status() == 413 { upload::too_large() } else { malformed() })?;
        let Some(part) = part else { break };
        match part.name() {
            Some("batch") if frame.is_none() => {
                let bytes = part.bytes().await.map_err(|_| malformed())?;
                frame = Some(upload::json(Body::from(bytes)).await?);
            }
            Some("recipients") if list.is_none() => {
                let (channel, stream) = tokio::sync::mpsc::channel(8);
                let reading = tokio::spawn(upload::csv(stream_of(stream)));
                let mut part = part.map_err(std::io::Error::other);
                while let Some(piece) = part.next().await {
                    if channel.send(piece).await.is_err() {
                        break;
                    }
                }
                drop(channel);
                list = Some(reading.await.map_err(anyhow::Error::from)??);
            }
            _ => {
                let detail = Text::new("只有 batch 和 recipients 两个部分，各一次。", "Only the parts batch and recipients, once each.");
                return Err(AppError::invalid(vec![FieldError::new("parts", "unknown_field", detail)]));
            }
        }
    }
    let missing = |name: &'static str| {
        let detail = Text::new("缺少这个部分。", "This part is required.");
        AppError::invalid(vec![FieldError::new(name, "missing", detail)])
    };
    let (mut frame, list) = (frame.ok_or_else(|| missing("batch"))?, list.ok_or_else(|| missing("recipients"))?);
    if frame.recipients.is_some() {
        let detail = Text::new("收件人写在 recipients 部分里。", "Recipients belong into the part recipients.");
        frame.faults.push(FieldError::new("batch.recipients", "unknown_field", detail));
    }
    frame.faults.extend(list.faults);
    frame.recipients = list.recipients;
    frame.hash = sha256(&[frame.hash, list.hash].concat());
    Ok(frame)
}

fn stream_of<T: Send + 'static>(mut channel: tokio::sync::mpsc::Receiver<T>) -> impl futures_util::Stream<Item = T> + Send + Unpin {
    futures_util::stream::poll_fn(move |context| channel.poll_recv(context))
}

async fn read(
    messages: &Messages,
    caller: &ApiCaller,
    asked: Asked,
    has_recipients: bool,
) -> Result<(std::sync::Arc<Account>, NewBatch), AppError> {
    let mut fields = Fields::new(asked.fields);
    for fault in asked.faults {
        fields.refuse(fault.field, fault.code, fault.detail);
    }
    if !has_recipients {
        fields.refuse("recipients", "missing", Text::new("缺少这个字段。", "This field is required."));
    }
    let named = fields.optional_text("account", 1, 64);
    let template_id = fields.text("template_id", 1, 128);
    let name = fields.optional_text("name", 0, 128).filter(|name| !name.trim().is_empty());
    let data = if fields.has("data") { read_data(&mut fields).unwrap_or_default() } else { Default::default() };
    let url = fields.optional_text("url", 0, 2048).filter(|url| !url.is_empty());
    let miniprogram = read_miniprogram(&mut fields);
    let ttl = fields.optional_int("ttl", 1, LONGEST_TTL);
    let now = messages.core.now();
    let send_at = fields.optional_moment("send_at");
    if send_at.is_some_and(|at| at > now + FARTHEST) {
        fields.refuse("send_at", "too_far", Text::new("最多提前 30 天。", "At most 30 days ahead."));
    }
    let canary = read_canary(&mut fields);
    let channel = read_channel(&mut fields);
    fields.take("topcolor");
    if url.is_some() || miniprogram.is_some() {
        let target = if miniprogram.is_some() { Target::Mini } else { Target::Web };
        for error in check_target(target, url.as_deref().unwrap_or_default(), &miniprogram.clone().unwrap_or_default()) {
            fields.refuse(error.field, error.code, error.detail);
        }
    }
    let account = messages.accounts.for_caller(caller, named.as_deref())?;
    // A template we do not know is WeChat's to judge: our list may be older than the account's.
    let template = messages.any_template(&account.app_id, &template_id).await?;
    let template = template.filter(|template| channel.is_none_or(|channel| channel == template.channel()));
    if let Some(template) = &template {
        for fault in shared_faults(&template.fields(), &data) {
            fields.refuse(fault.field, fault.code, fault.detail);
        }
    }
    fields.done()?;
    let name = name.or_else(|| template.map(|template| template.title)).unwrap_or_else(|| "API".into());
    let actor = Actor::Key(caller.name.clone()).tag();
    let ttl = ttl.map(|ttl| ttl * SECOND);
    let key_id = Some(caller.key_id.clone());
    Ok((
        account,
        NewBatch { name, template_id, data, url, miniprogram, ttl, send_at, canary, actor, key_id, channel, ..NewBatch::default() },
    ))
}

/// By which call it goes out, where that is said.
fn read_channel(fields: &mut Fields) -> Option<Channel> {
    let word = fields.optional_text("channel", 1, 16)?;
    let channel = Channel::parse(&word);
    if channel.is_none() {
        fields.refuse("channel", "unknown_value", Text::new("只能是 template 或 subscribe。", "Either template or subscribe."));
    }
    channel
}

/// One batch.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}", tag = "batches", params(("id" = String, Path), ("account" = Option<String>, Query)),
    responses((status = 200, description = "The record", body = Record), (status = 404, description = "No such batch")),
    security(("key" = ["messages:read"]))
)]
async fn one(
    State(messages): State<Messages>,
    caller: ApiCaller,
    id: Id,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, AppError> {
    let batch = found(&messages, &caller, id, &mut query).await?;
    query.done()?;
    Ok(Json(Record::new(batch, asked_lang(&headers))).into_response())
}

/// The messages of a batch, newest first.
#[utoipa::path(
    get, path = "/api/v1/batches/{id}/messages", tag = "batches",
    params(("id" = String, Path), ("account" = Option<String>, Query), ("state" = Option<String>, Query), ("touser" = Option<String>, Query), ("cursor" = Option<String>, Query), ("limit" = Option<i64>, Query)),
    responses((status = 200, description = "items and next_cursor", body = Listed<MessageRecord>), (status = 404, description = "No such batch"), (status = 422, description = "Refused parameters")),
    security(("key" = ["messages:read"]))
)]
async fn messages_of(
    State(messages): State<Messages>,
    caller: ApiCaller,
    id: Id,
    headers: HeaderMap,
    mut query: Query,
) -> Result<Response, AppError> {
    let batch = found(&messages, &caller, id, &mut query).await?;
    let filter = Filter {
        state: state_of(&mut query, MessageState::parse),
        touser: query.take("touser"),
        batch_id: Some(batch.id.clone()),
        ..Filter::default()
    };
    let (cursor, limit) = (query.cursor(), query.int("limit", 1, MOST_ROWS, 50));
    query.done()?;
    let (lang, hold) = (asked_lang(&headers), messages.standstill(&batch.app_id).await?);
    let listed = messages.list(&batch.app_id, &filter, cursor.as_deref(), limit).await?;
    Ok(Json(listed.map(|message| MessageRecord::new(message, hold.as_ref(), lang))).into_response())
}

async fn found(messages: &Messages, caller: &ApiCaller, id: Id, query: &mut Query) -> Result<Batch, AppError> {
    let batch = messages.batch(&id.0).await?;
    if let Some(named) = query.take("account") {
        let account = messages.accounts.for_caller(caller, Some(&named))?;
        if account.app_id != batch.app_id {
            return Err(AppError::not_found());
        }
    }
    if caller.account.as_ref().is_some_and(|own| *own != batch.app_id) {
        return Err(AppError::not_found());
    }
    Ok(batch)
}

macro_rules! turning {
    ($name:ident, $act:expr, $path:literal, $doc:literal) => {
        #[doc = $doc]
        #[utoipa::path(
            post, path = $path, tag = "batches", params(("id" = String, Path), ("account" = Option<String>, Query)),
            responses((status = 200, description = "The record, and how many messages it touches", body = Turned), (status = 404, description = "No such batch"), (status = 409, description = "batch_state")),
            security(("key" = ["messages:send"]))
        )]
        async fn $name(State(messages): State<Messages>, caller: ApiCaller, id: Id, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
            let batch = found(&messages, &caller, id, &mut query).await?;
            query.done()?;
            let (touched, batch) = messages.turn_batch(&batch, $act, Actor::Key(caller.name.clone())).await?;
            Ok(Json(Turned::new(batch, touched, asked_lang(&headers))).into_response())
        }
    };
}

turning!(pause, BatchAct::Pause, "/api/v1/batches/{id}/pause", "Sends no more of a batch for now.");
turning!(resume, BatchAct::Resume, "/api/v1/batches/{id}/resume", "Goes on with a paused batch.");
turning!(cancel, BatchAct::Cancel, "/api/v1/batches/{id}/cancel", "Drops what is left of a batch, for good.");

/// Sends again what failed and may yet succeed.
#[utoipa::path(
    post, path = "/api/v1/batches/{id}/retry", tag = "batches", params(("id" = String, Path), ("account" = Option<String>, Query)),
    request_body(content = Option<RetryBody>, description = "states [failed, unknown] and errcodes [number], both optional; without them what a second try can mend"),
    responses((status = 200, description = "The record, and how many messages it touches", body = Turned), (status = 404, description = "No such batch"), (status = 409, description = "batch_state"), (status = 422, description = "Refused fields")),
    security(("key" = ["messages:send"]))
)]
async fn retry(
    State(messages): State<Messages>,
    caller: ApiCaller,
    id: Id,
    mut query: Query,
    request: Request,
) -> Result<Response, AppError> {
    let lang = asked_lang(request.headers());
    let batch = found(&messages, &caller, id, &mut query).await?;
    query.done()?;
    let again = read_again(request).await?;
    let (touched, batch) = messages.retry_batch(&batch, again, Actor::Key(caller.name.clone())).await?;
    Ok(Json(Turned::new(batch, touched, lang)).into_response())
}

async fn read_again(request: Request) -> Result<Again, AppError> {
    let bare = !request.headers().contains_key(header::CONTENT_TYPE);
    if bare {
        let bytes = body_bytes(request, 64 * 1024).await?;
        if bytes.is_empty() {
            return Ok(Again::default());
        }
        return Err(AppError::new(
            415,
            "unsupported_media_type",
            Text::new("请用 Content-Type: application/json。", "Send Content-Type: application/json."),
        ));
    }
    let empty = request.headers().get(header::CONTENT_LENGTH).is_some_and(|length| length == "0");
    if empty {
        return Ok(Again::default());
    }
    let mut fields = Fields::from_request(request, &()).await?;
    let mut again = Again::default();
    if let Some(value) = fields.take("states") {
        let words =
            value.as_array().map(|list| list.iter().map(|word| word.as_str().and_then(MessageState::parse)).collect::<Option<Vec<_>>>());
        match words.flatten() {
            Some(states) if states.iter().all(|state| matches!(state, MessageState::Failed | MessageState::Unknown)) => {
                again.states = Some(states)
            }
            _ => fields.refuse("states", "unknown_state", Text::new("只能是 failed 和 unknown。", "Only failed and unknown.")),
        }
    }
    if let Some(value) = fields.take("errcodes") {
        match value.as_array().map(|list| list.iter().map(Value::as_i64).collect::<Option<Vec<_>>>()) {
            Some(Some(codes)) => again.errcodes = Some(codes),
            _ => fields.refuse("errcodes", "not_numbers", Text::new("应是数字的数组。", "Must be a list of numbers.")),
        }
    }
    fields.done()?;
    Ok(again)
}

/// The routes for the API's description.
#[derive(utoipa::OpenApi)]
#[openapi(paths(create, list::http::list, one, messages_of, pause, resume, cancel, retry))]
pub struct Api;
