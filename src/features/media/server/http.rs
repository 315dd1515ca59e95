//! The API of the pictures (CONTRACT §2).

use axum::{
    Json,
    extract::State as Of,
    http::{HeaderMap, Method, StatusCode},
    response::{IntoResponse, Response},
};

use super::{
    Media, NewMedia,
    bodies::MediaBody,
    bulk,
    give::Part,
    link,
    record::{OpinionRequest, Record},
    review,
};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            model::{Filter, Kind, MEDIA_ID_MAX, NAME_MAX, Picture, State},
            requested::Request,
            review::Judged,
            views::Way,
        },
    },
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        idempotency::Idempotency,
        prefer,
        query::Id,
        respond::{asked_lang, unexpected},
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
        list::{Listed, MOST_ROWS},
        rights::Scope,
    },
};

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media)
        .post("/api/v1/media", Access::Scope(Scope::MediaWrite), file)
        .get("/api/v1/media", Access::Scope(Scope::MediaRead), list)
        .get("/api/v1/media/{id}", Access::Scope(Scope::MediaRead), one)
        .get("/api/v1/media/{id}/file", Access::Scope(Scope::MediaRead), original)
        .get("/api/v1/media/{id}/thumb", Access::Scope(Scope::MediaRead), thumb)
        .table()
}

/// Files an uploaded picture for download.
#[utoipa::path(
    post,
    path = "/api/v1/media",
    tag = "media",
    request_body(content = MediaBody, description = "`media_id` (1–512 characters), `user_id`, `answer_title`, `question_id` (1–128 characters each; numbers are taken as text), optional `account`"),
    params(
        ("Prefer" = Option<String>, Header, description = "`wait=N` (at most 30): answers 201 with the settled record, or with what there is after N seconds"),
        ("Idempotency-Key" = Option<String>, Header, description = "Same key and body within 24 h: same answer")
    ),
    responses(
        (status = 202, description = "Filed; if it lies in the bin, as it lies there (`deleted_at`)", body = Record),
        (status = 201, description = "Settled, or the time is over", body = Record),
        (status = 409, description = "Filed under other names before (`media_filed_otherwise`)"),
        (status = 422, description = "Invalid or unknown fields")
    ),
    security(("key" = ["media:write"]))
)]
async fn file(Of(media): Of<Media>, caller: ApiCaller, headers: HeaderMap, query: Query, mut body: Fields) -> Result<Response, AppError> {
    query.done()?;
    let raw = body.raw.clone();
    let account = body.optional_text("account", 1, 64);
    let mut name = |field| body.text(field, 1, NAME_MAX);
    let (user_id, answer_title, question_id) = (name("user_id"), name("answer_title"), name("question_id"));
    let media_id = body.text("media_id", 1, MEDIA_ID_MAX);
    body.done()?;
    let (lang, patience, key_id) = (asked_lang(&headers), prefer::wait(&headers), caller.key_id.clone());
    let core = media.core.clone();
    let work = async move {
        // Accounts come and go; an answer once given stays the answer.
        let account = media.accounts.for_caller(&caller, account.as_deref())?.app_id.clone();
        let new = NewMedia { account, media_id, user_id, answer_title, question_id, actor: Actor::Key(caller.name.clone()) };
        let mut picture = media.accept(new).await?;
        if let Some(patience) = patience {
            picture = media.wait_for(&picture.id, patience).await?;
        }
        let status = if patience.is_some() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
        let answer = serde_json::to_value(media.record(picture, lang).await?).map_err(|error| unexpected(&error))?;
        Ok((status.as_u16(), answer))
    };
    let key = headers.get("idempotency-key");
    let (status, answer) = Idempotency::run(&core, &key_id, "POST /api/v1/media", key, &raw, work).await?;
    let mut response = (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), Json(answer)).into_response();
    prefer::applied(response.headers_mut(), patience);
    Ok(response)
}

/// The newest pictures first.
#[utoipa::path(
    get,
    path = "/api/v1/media",
    tag = "media",
    params(
        ("account" = Option<String>, Query, description = "AppID; may be left out where only one account exists"),
        ("user_id" = Option<String>, Query), ("answer_title" = Option<String>, Query), ("question_id" = Option<String>, Query),
        ("state" = Option<String>, Query, description = "`pending downloading stored failed expired`"),
        ("kind" = Option<String>, Query, description = "`image voice video`"),
        ("review" = Option<String>, Query, description = "`unreviewed passed rejected`"),
        ("from" = Option<String>, Query, description = "RFC 3339, or a day in China"),
        ("to" = Option<String>, Query, description = "RFC 3339, or a day in China, included"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 if left out"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")
    ),
    responses((status = 200, description = "`{\"items\":[…],\"next_cursor\":…}`", body = Listed<Record>), (status = 422, description = "Invalid or unknown parameters")),
    security(("key" = ["media:read"]))
)]
async fn list(Of(media): Of<Media>, caller: ApiCaller, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
    let account = query.take("account");
    let mut filter = Filter {
        user_id: query.take("user_id"),
        answer_title: query.take("answer_title"),
        question_id: query.take("question_id"),
        from: query.time("from", false),
        to: query.time("to", true),
        ..Filter::default()
    };
    if let Some(word) = query.take("state") {
        filter.state = State::parse(&word);
        if filter.state.is_none() {
            let detail = Text::new(
                "应是 pending、downloading、stored、failed 或 expired。",
                "Must be pending, downloading, stored, failed or expired.",
            );
            query.refuse("state", "unknown_state", detail);
        }
    }
    if let Some(word) = query.take("kind") {
        filter.kind = Kind::parse(&word);
        if filter.kind.is_none() {
            query.refuse("kind", "unknown_kind", Text::new("应是 image、voice 或 video。", "Must be image, voice or video."));
        }
    }
    if let Some(word) = query.take("review") {
        filter.review = Judged::parse(&word);
        if filter.review.is_none() {
            let detail = Text::new("应是 unreviewed、passed 或 rejected。", "Must be unreviewed, passed or rejected.");
            query.refuse("review", "unknown_review", detail);
        }
    }
    let cursor = query.cursor();
    let limit = query.int("limit", 1, MOST_ROWS, 50);
    query.done()?;
    filter.app_id = media.accounts.for_caller(&caller, account.as_deref())?.app_id.clone();
    let lang = asked_lang(&headers);
    let page = media.list(&filter, cursor.as_deref(), limit).await?;
    let items = media.records(page.items, lang).await?;
    Ok(Json(Listed { items, next_cursor: page.next_cursor }).into_response())
}

/// One picture; also one that lies in the bin.
#[utoipa::path(
    get,
    path = "/api/v1/media/{id}",
    tag = "media",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a picture of another account is not found")),
    responses((status = 200, description = "The record", body = Record), (status = 404, description = "Unknown")),
    security(("key" = ["media:read"]))
)]
async fn one(Of(media): Of<Media>, caller: ApiCaller, headers: HeaderMap, Id(id): Id, query: Query) -> Result<Response, AppError> {
    let picture = media.known_to(&caller, &id, query).await?;
    Ok(Json(media.record(picture, asked_lang(&headers)).await?).into_response())
}

/// The bytes as they came.
#[utoipa::path(
    get,
    path = "/api/v1/media/{id}/file",
    tag = "media",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a picture of another account is not found"), ("Range" = Option<String>, Header)),
    responses((status = 200, description = "The bytes"), (status = 206, description = "A part"), (status = 404, description = "Unknown, or not stored"), (status = 410, description = "`media_deleted`: it lies in the bin"), (status = 416, description = "`range_not_satisfiable`")),
    security(("key" = ["media:read"]))
)]
async fn original(
    Of(media): Of<Media>,
    caller: ApiCaller,
    method: Method,
    headers: HeaderMap,
    Id(id): Id,
    query: Query,
) -> Result<Response, AppError> {
    let picture = media.for_caller(&caller, &id, query).await?;
    let answer = media.give(&picture, Part::Original, &headers).await?;
    media.seen_by(&picture.id, &Actor::Key(caller.name).tag(), Way::Api, &method, &answer);
    Ok(answer)
}

/// The thumbnail: JPEG, at most 480 pixels long, or a square of at most 160.
#[utoipa::path(
    get,
    path = "/api/v1/media/{id}/thumb",
    tag = "media",
    params(
        ("id" = String, Path),
        ("account" = Option<String>, Query, description = "AppID; a picture of another account is not found"),
        ("size" = Option<i64>, Query, description = "480 (if left out) or 160")
    ),
    responses(
        (status = 200, description = "JPEG"),
        (status = 404, description = "Unknown, or without a thumbnail"),
        (status = 410, description = "`media_deleted`: it lies in the bin"),
        (status = 422, description = "Invalid or unknown parameters")
    ),
    security(("key" = ["media:read"]))
)]
async fn thumb(Of(media): Of<Media>, caller: ApiCaller, headers: HeaderMap, Id(id): Id, mut query: Query) -> Result<Response, AppError> {
    let part = Part::of_size(query.take("size").as_deref());
    if part.is_none() {
        query.refuse("size", "unknown_size", Text::new("应是 160 或 480。", "Must be 160 or 480."));
    }
    let picture = media.for_caller(&caller, &id, query).await?;
    media.give(&picture, part.unwrap_or(Part::Thumb), &headers).await
}

impl Media {
    pub(super) async fn record(&self, picture: Picture, lang: Lang) -> Result<Record, sqlx::Error> {
        let asked = self.requests_about(std::slice::from_ref(&picture)).await?.into_values().next();
        self.record_with(picture, asked, lang).await
    }

    async fn records(&self, pictures: Vec<Picture>, lang: Lang) -> Result<Vec<Record>, sqlx::Error> {
        let mut asked = self.requests_about(&pictures).await?;
        let mut records = Vec::with_capacity(pictures.len());
        for picture in pictures {
            let request = asked.remove(&picture.id);
            records.push(self.record_with(picture, request, lang).await?);
        }
        Ok(records)
    }

    async fn record_with(&self, picture: Picture, asked: Option<Request>, lang: Lang) -> Result<Record, sqlx::Error> {
        let video_link = self.link_of(&picture).await?;
        let record = Record::new(picture, lang, &self.core.settings.public_url());
        Ok(Record { opinion_request: asked.map(OpinionRequest::from), video_link, ..record })
    }

    /// A picture this caller may know of, by the rest of the request's address.
    ///
    /// # Errors
    /// 404; 410 `media_deleted` while it lies in the bin.
    pub(super) async fn for_caller(&self, caller: &ApiCaller, id: &str, query: Query) -> Result<Picture, AppError> {
        let picture = self.known_to(caller, id, query).await?;
        if picture.deleted_at.is_some() {
            let detail = Text::new(
                "这张图片已删除，在回收站里；管理员可以恢复。",
                "This picture was deleted and lies in the bin. An administrator can restore it.",
            );
            return Err(AppError::new(410, "media_deleted", detail));
        }
        Ok(picture)
    }

    /// The same, also one that lies in the bin.
    async fn known_to(&self, caller: &ApiCaller, id: &str, mut query: Query) -> Result<Picture, AppError> {
        let named = query.take("account");
        query.done()?;
        let account = self.accounts.narrowed(caller, named.as_deref())?;
        let picture = self.kept(id).await?;
        if account.is_some_and(|app_id| app_id != picture.account) { Err(AppError::not_found()) } else { Ok(picture) }
    }
}

/// What `/api/v1/openapi.json` says of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(file, bulk::file, list, one, original, thumb, link::make, link::follow, review::api::review),
    components(schemas(Record, bulk::BulkAnswer, bulk::BulkLine, bulk::BulkFault, link::LinkAnswer))
)]
pub struct Api;
