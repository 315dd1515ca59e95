//! Asking for a ZIP, fetching it, and the page of what one has asked for.

use axum::{
    extract::{Path, State as Of},
    http::HeaderMap,
    response::Response,
};

use super::{MOST, Refused, Wanted as Content, frozen::KEPT};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            picked::Selection,
            server::{
                Media,
                forms::filled,
                picked::forms::{selected, too_many},
            },
            wanted::Wanted,
            zips,
        },
    },
    infra::{
        fields::Form,
        guard::Operator,
        net::Caller,
        page::{done, page},
    },
    shared::error::AppError,
    ui::{Frame, blocks, texts::media as w},
};

/// `zip=picked` with the ids of the checkboxes, `zip=day-{number}`, `zip=shown` or `zip=best` (of a title): the way to the pictures as one file.
pub(in crate::features::media::server) async fn pack(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let (wanted, selection) = (Wanted::parse(&frame.query), selected(&form));
    let filter = wanted.filter(frame.app_id(), frame.now);
    let day = form.get("zip").strip_prefix("day-").and_then(|number| number.parse().ok()).filter(|number| (0..1_000_000).contains(number));
    if let Some(why) = too_many(&frame, &selection) {
        return media.refuse(&frame, selection, why).await;
    }
    let wanted = match (form.get("zip"), day, &selection) {
        ("shown", ..) => Content::Shown(filter),
        ("best", ..) => Content::Best(filter.answer_title.unwrap_or_default()),
        (_, Some(number), _) => Content::Shown(filter.on_day(number)),
        (.., Selection::All(moment)) => Content::Shown(wanted.filter_at(frame.app_id(), *moment)),
        (.., Selection::Picked(ids)) => Content::Picked(ids.clone()),
    };
    let why = match media.bundle(frame.app_id(), wanted, Actor::User(operator.name), address.to_string()).await {
        Ok(made) => {
            return Ok(match made.as_slice() {
                [id] => done(&frame.href(&format!("/media/zip/{id}")), None),
                parts => {
                    let said = filled(w::ZIP_PARTS, frame.lang, &[("{n}", &parts.len().to_string())]);
                    done(&frame.href("/media/zips"), Some(&said))
                }
            });
        }
        Err(Refused::Failed(error)) => return Err(error),
        Err(Refused::Nothing) => w::ZIP_NOTHING.get(frame.lang).to_owned(),
        Err(Refused::TooMany) => filled(w::ZIP_TOO_MANY, frame.lang, &[("{most}", &*blocks::number(MOST))]),
    };
    media.refuse(&frame, selection, why).await
}

/// A ZIP that somebody asked for. Its length is told, and what broke off goes on by `Range`.
pub(in crate::features::media::server) async fn packed(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    media.frozen(frame.app_id(), &id, &Actor::User(operator.name), &headers).await
}

/// The ZIPs that the visitor can fetch.
pub(in crate::features::media::server) async fn asked(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
) -> Result<Response, AppError> {
    let shown = media.asked(frame.app_id(), &Actor::User(operator.name)).await?;
    Ok(page(&frame, w::ZIPS.get(frame.lang), || zips::zips(shown, KEPT)))
}
