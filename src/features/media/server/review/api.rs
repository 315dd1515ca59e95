//! The API of judgements (CONTRACT §2).

use axum::{
    Json,
    extract::State as Of,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::Judgement;
use crate::{
    features::{
        audit::model::Actor,
        media::{
            review::{COMMENT_MAX, REASON_MAX, Verdict},
            server::{Media, bodies::ReviewBody, record::Record},
        },
    },
    infra::{
        fields::{Fields, Query},
        guard::{Access, ApiCaller, Routes, Table},
        query::Id,
        respond::asked_lang,
    },
    shared::{error::AppError, lang::Text, rights::Scope},
};

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media).post("/api/v1/media/{id}/review", Access::Scope(Scope::MediaReview), review).table()
}

/// Judges a picture, or takes a judgement back.
#[utoipa::path(
    post,
    path = "/api/v1/media/{id}/review",
    tag = "media",
    params(("id" = String, Path), ("account" = Option<String>, Query, description = "AppID; a picture of another account is not found")),
    request_body(content = ReviewBody, description = "`verdict` (`pass`, `reject` or `clear`), optional `reason` (to 64 characters, with `reject` only), `comment` (to 500 characters) and `second` (true: a second opinion beside somebody else's judgement, which stays as it is)"),
    responses(
        (status = 200, description = "The record", body = Record),
        (status = 404, description = "Unknown"),
        (status = 409, description = "Not stored, so there is nothing to judge (`not_stored`); for a second opinion: `not_judged`, `own_judgement`, `opinion_given`, `review_changed`"),
        (status = 422, description = "Invalid or unknown fields")
    ),
    security(("key" = ["media:review"]))
)]
pub(in crate::features::media::server) async fn review(
    Of(media): Of<Media>,
    caller: ApiCaller,
    headers: HeaderMap,
    Id(id): Id,
    query: Query,
    mut body: Fields,
) -> Result<Response, AppError> {
    let word = body.text("verdict", 1, 16);
    let verdict = Verdict::parse(&word);
    if verdict.is_none() && !matches!(word.as_str(), "" | "clear") {
        body.refuse("verdict", "unknown_verdict", Text::new("应是 pass、reject 或 clear。", "Must be pass, reject or clear."));
    }
    let reason = body.optional_text("reason", 1, REASON_MAX);
    if reason.is_some() && verdict != Some(Verdict::Reject) {
        body.refuse("reason", "reason_without_reject", Text::new("只有退回才有理由。", "Only a rejection has a reason."));
    }
    let comment = body.optional_text("comment", 1, COMMENT_MAX);
    let second = second(&mut body, verdict.is_some());
    body.done()?;
    let picture = media.for_caller(&caller, &id, query).await?;
    let (said, actor) = (Judgement { verdict, reason, comment }, Actor::Key(caller.name.clone()));
    if second {
        media.second(&picture, said, &actor, None).await?;
    } else {
        media.review(&picture, said, &actor, None).await?;
    }
    let picture = media.get(&id).await?;
    Ok(Json(media.record(picture, asked_lang(&headers)).await?).into_response())
}

/// Whether it is a second opinion; one cannot be cleared.
fn second(body: &mut Fields, says: bool) -> bool {
    match body.take("second") {
        None => false,
        Some(Value::Bool(second)) => {
            if second && !says {
                let detail = Text::new("第二意见只有 pass 或 reject。", "A second opinion is pass or reject.");
                body.refuse("second", "second_without_verdict", detail);
            }
            second
        }
        Some(_) => {
            body.refuse("second", "not_a_boolean", Text::new("应是 true 或 false。", "Must be true or false."));
            false
        }
    }
}
