//! Many pictures handed in with one call: one transaction, and a line of answer for each.

use axum::{
    Json,
    extract::{Request, State as Of},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;

use super::{FILED_OTHERWISE, Media, NewMedia, bodies::BulkBody, file_in, filed, same_names};
use crate::{
    features::{
        audit::model::Actor,
        media::model::{MEDIA_ID_MAX, NAME_MAX, Picture},
    },
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        idempotency::Idempotency,
        respond::asked_lang,
    },
    shared::{
        error::{AppError, FieldError},
        lang::{Lang, Said, Text},
        rights::Scope,
    },
};

/// The most pictures of one call.
const MOST: usize = 1000;
/// The largest body (bytes): that many pictures with the longest names, every character escaped.
const LARGEST: usize = 8 << 20;
const ROUTE: &str = "POST /api/v1/media/bulk";

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media).post("/api/v1/media/bulk", Access::Scope(Scope::MediaWrite), file).table()
}

/// What became of the pictures of a call.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct BulkAnswer {
    /// How many are new here.
    accepted: usize,
    /// How many were here before; those that had failed are tried again.
    same: usize,
    /// How many were not taken.
    refused: usize,
    /// A line for each picture, in the order they came.
    items: Vec<BulkLine>,
}

/// What became of one picture.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct BulkLine {
    /// Its place in the call, from 0.
    index: usize,
    /// `accepted`, `same` or `refused`.
    outcome: &'static str,
    /// As it was sent, where it could be read.
    media_id: Option<String>,
    /// The record's id.
    id: Option<String>,
    /// How far the record has come.
    state: Option<&'static str>,
    /// What was wrong, by field.
    errors: Vec<BulkFault>,
}

/// What was wrong with a field.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct BulkFault {
    /// The field.
    field: String,
    /// A stable word.
    code: &'static str,
    /// A sentence in the language of Accept-Language.
    detail: String,
}

/// A picture as it was read, or what was wrong with it.
struct Read {
    media_id: Option<String>,
    names: Result<[String; 4], Vec<FieldError>>,
}

/// Files up to 1,000 uploaded pictures for download.
#[utoipa::path(
    post,
    path = "/api/v1/media/bulk",
    tag = "media",
    request_body(content = BulkBody, description = "`items`: 1 to 1,000 of `media_id`, `user_id`, `answer_title`, `question_id`, as POST /media takes them; optional `account`, for all of them. At most 8 MiB"),
    params(("Idempotency-Key" = Option<String>, Header, description = "Same key and body within 24 h: same answer")),
    responses(
        (status = 202, description = "A line for each, in order: `accepted`, `same` as before, or `refused` with its `errors`", body = BulkAnswer),
        (status = 400, description = "No JSON object"),
        (status = 413, description = "Larger than 8 MiB"),
        (status = 415, description = "Not application/json"),
        (status = 422, description = "`items` is missing, empty or too long; unknown fields; nothing was filed")
    ),
    security(("key" = ["media:write"]))
)]
pub(super) async fn file(
    Of(media): Of<Media>,
    caller: ApiCaller,
    headers: HeaderMap,
    query: Query,
    request: Request,
) -> Result<Response, AppError> {
    query.done()?;
    let mut body = Fields::read(request, LARGEST).await?;
    let raw = body.raw.clone();
    let account = body.optional_text("account", 1, 64);
    let items = items(&mut body);
    body.done()?;
    let (lang, key_id, core) = (asked_lang(&headers), caller.key_id.clone(), media.core.clone());
    let work = async move {
        let account = media.accounts.for_caller(&caller, account.as_deref())?.app_id.clone();
        let read = items.into_iter().map(read).collect();
        let answer = media.accept_all(&account, read, Actor::Key(caller.name), lang).await?;
        Ok((StatusCode::ACCEPTED.as_u16(), serde_json::to_value(answer).map_err(anyhow::Error::from)?))
    };
    let (status, answer) = Idempotency::run(&core, &key_id, ROUTE, headers.get("idempotency-key"), &raw, work).await?;
    Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::ACCEPTED), Json(answer)).into_response())
}

/// The list itself; what is wrong with one of its pictures is no fault of the call.
fn items(body: &mut Fields) -> Vec<Value> {
    let (code, detail) = match body.take("items") {
        None => ("missing", Text::new("缺少这个字段。", "This field is required.")),
        Some(Value::Array(items)) if (1..=MOST).contains(&items.len()) => return items,
        Some(_) => ("bad_list", Text::new("应是 1 到 1000 项的数组。", "Must be a list of 1 to 1,000.")),
    };
    body.refuse("items", code, detail);
    Vec::new()
}

fn read(item: Value) -> Read {
    let Value::Object(values) = item else {
        let detail = Text::new("应是一个 JSON 对象。", "Must be a JSON object.");
        return Read { media_id: None, names: Err(vec![FieldError::new("item", "not_an_object", detail)]) };
    };
    let mut fields = Fields::new(values);
    let media_id = fields.text("media_id", 1, MEDIA_ID_MAX);
    let mut name = |field| fields.text(field, 1, NAME_MAX);
    let names = [media_id.clone(), name("user_id"), name("answer_title"), name("question_id")];
    let names = fields.done().map(|()| names).map_err(|error| error.fields.clone());
    Read { media_id: Some(media_id).filter(|id| !id.is_empty()), names }
}

impl Media {
    /// Files pictures as [`Media::accept`] does, all in one transaction; what one of them lacks keeps back none of the others.
    async fn accept_all(&self, account: &str, read: Vec<Read>, actor: Actor, lang: Lang) -> Result<BulkAnswer, AppError> {
        let now = self.core.now();
        let mut wanted = Vec::new();
        let mut lines = Vec::new();
        for (index, Read { media_id, names }) in read.into_iter().enumerate() {
            let (names, errors) = names.map_or_else(|faults| (None, faults), |names| (Some(names), Vec::new()));
            if let Some([media_id, user_id, answer_title, question_id]) = names {
                let (account, actor) = (account.to_owned(), actor.clone());
                let new = NewMedia { account, media_id, user_id, answer_title, question_id, actor };
                wanted.push((index, filed(self.core.new_id(), new, now)));
            }
            let errors = errors.iter().map(|fault| told(&fault.field, fault.code, &fault.detail, lang)).collect();
            lines.push(BulkLine { index, outcome: "refused", media_id, id: None, state: None, errors });
        }
        let written = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                let mut done = Vec::with_capacity(wanted.len());
                for (index, picture) in wanted {
                    let asked = picture.clone();
                    let (found, new) = file_in(c, picture, &actor, now).await?;
                    done.push((index, same_names(&found, &asked).then_some((found, new))));
                }
                Ok(done)
            })
        });
        let mut work = false;
        for (index, found) in written.await? {
            work |= found.as_ref().is_some_and(|(picture, _)| !picture.state.settled());
            answer(&mut lines[index], found, lang);
        }
        if work {
            self.bell.ring();
        }
        let count = |word: &str| lines.iter().filter(|line| line.outcome == word).count();
        Ok(BulkAnswer { accepted: count("accepted"), same: count("same"), refused: count("refused"), items: lines })
    }
}

/// Says how a picture stands, or that its media id belongs to another.
fn answer(line: &mut BulkLine, found: Option<(Picture, bool)>, lang: Lang) {
    match found {
        Some((picture, new)) => {
            line.outcome = if new { "accepted" } else { "same" };
            (line.state, line.id) = (Some(picture.state.word()), Some(picture.id));
        }
        None => line.errors.push(told("media_id", "media_filed_otherwise", &FILED_OTHERWISE.into(), lang)),
    }
}

fn told(field: &str, code: &'static str, detail: &Said, lang: Lang) -> BulkFault {
    BulkFault { field: field.to_owned(), code, detail: detail.get(lang).to_owned() }
}
