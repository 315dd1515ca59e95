//! The pages of the bin.

use axum::{
    extract::{Path, State as Of},
    http::HeaderMap,
    response::Response,
};

use crate::{
    features::{
        audit::model::Actor,
        media::{
            bin::{self, Bin, Place},
            server::{Media, acts::Deed, forms::filled, give::Part},
            wanted::Wanted,
        },
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, own_path, page, refused_page},
    },
    shared::{error::AppError, rights::Right},
    ui::{
        Frame, blocks,
        texts::{bin as w, picked},
    },
};

/// Pictures on a page.
const ROWS: usize = 50;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/bin", Access::Right(Right::Retention), show)
        .post("/media/bin", Access::Right(Right::Retention), restore)
        .get("/media/bin/empty", Access::Right(Right::Retention), ask_empty)
        .post("/media/bin/empty", Access::Right(Right::Retention), empty)
        .get("/media/bin/{id}/thumb", Access::Right(Right::Retention), thumb)
        .get("/media/{id}/delete", Access::Right(Right::Retention), ask)
        .post("/media/{id}/delete", Access::Right(Right::Retention), delete)
        .table()
}

async fn show(Of(media): Of<Media>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let before = query.take("before").and_then(|word| Place::parse(&word));
    let listed = media.bin(frame.app_id(), before.as_ref(), ROWS).await?;
    let shown = Bin { pictures: listed.items, next: listed.next_cursor, later: before.is_some() };
    Ok(page(&frame, w::TITLE.get(frame.lang), || bin::bin(shown)))
}

/// Puts the picture `id` back, or with `at` and `by` all that were deleted together.
async fn restore(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    if let Ok(at) = form.trimmed("at").parse() {
        let deed = Deed::Restore { at, by: form.get("by").to_owned() };
        let came = media.act(frame.app_id(), Actor::User(operator.name), address.to_string(), deed).await?;
        let said = came.map(|came| filled(w::RESTORED_ALL, frame.lang, &[("{n}", &came.done.to_string())]));
        let to = match form.get("back") {
            "" => frame.href("/media/bin"),
            there => own_path(there).to_owned(),
        };
        return Ok(done(&to, Some(said.as_deref().unwrap_or(picked::GOES_ON.get(frame.lang)))));
    }
    let id = form.trimmed("id");
    media.restore(frame.app_id(), id, Actor::User(operator.name), address.to_string()).await?;
    Ok(done(&frame.href(&format!("/media/{id}")), Some(w::RESTORED.get(frame.lang))))
}

/// Asks before everything there goes for good.
async fn ask_empty(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    media.ask_to_empty(&frame, None).await
}

/// Everything that was there when it was asked goes for good.
async fn empty(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller, form: Form) -> Result<Response, AppError> {
    let count = media.binned(frame.app_id()).await?;
    if count > 0 && form.trimmed("count").parse() != Ok(count) {
        return media.ask_to_empty(&frame, Some(w::EMPTY_CHANGED.get(frame.lang).to_owned())).await;
    }
    let moment = form.trimmed("moment").parse().unwrap_or(0);
    let gone = media.empty_now(frame.app_id(), moment, Actor::User(operator.name), address.to_string()).await?;
    let said = filled(w::EMPTIED, frame.lang, &[("{n}", &blocks::number(i64::try_from(gone).unwrap_or(i64::MAX)))]);
    Ok(done(&frame.href("/media/bin"), Some(&said)))
}

impl Media {
    async fn ask_to_empty(&self, frame: &Frame, refused: Option<String>) -> Result<Response, AppError> {
        let count = self.binned(frame.app_id()).await?;
        if count == 0 {
            return Ok(done(&frame.href("/media/bin"), Some(w::EMPTY.get(frame.lang))));
        }
        let title = filled(w::EMPTY_ASK, frame.lang, &[("{n}", &blocks::number(count))]);
        let (back, again, now) = (frame.href("/media/bin"), refused.is_some(), self.core.now());
        let view = || bin::ask_empty(&title, back, (count, now), refused);
        Ok(if again { refused_page(frame, &title, view) } else { page(frame, &title, view) })
    }
}

async fn thumb(Of(media): Of<Media>, frame: Frame, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, AppError> {
    let found = media.in_bin(frame.app_id(), &id).await?;
    media.give(&found.picture, Part::Small, &headers).await
}

async fn ask(Of(media): Of<Media>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let wanted = Wanted::parse(&frame.query);
    let here = frame.href(&format!("/media/{id}"));
    let (back, action) = (wanted.link(&here), wanted.link(&format!("{here}/delete")));
    Ok(page(&frame, w::ASK.get(frame.lang), || bin::ask(&picture, back, action)))
}

/// Into the bin, and back to the gallery it was opened from.
async fn delete(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let back = Wanted::parse(&frame.query).link(&frame.href("/media"));
    // Pressed twice, it lies there already.
    if media.in_bin(frame.app_id(), &id).await.is_err() {
        let picture = media.of_account(frame.app_id(), &id).await?;
        media.delete(&picture, Actor::User(operator.name), address.to_string()).await?;
    }
    Ok(done(&back, Some(w::DELETED_NOW.get(frame.lang))))
}
