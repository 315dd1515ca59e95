//! The form on a picture's page that makes a link.

use axum::{
    extract::{Path, State as Of},
    response::Response,
};
use leptos::prelude::IntoAny;

use super::{Maker, What};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            picture,
            server::{Media, forms::one},
            sharing::{self, LIVES, Share},
            verdict,
            wanted::Wanted,
        },
    },
    infra::{
        fields::Form,
        guard::Operator,
        net::Caller,
        page::{page, refused_page},
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, texts::sharing as w},
};

/// The form for whoever may have the original.
pub(in crate::features::media::server) fn share(frame: &Frame, id: &str, wanted: &Wanted) -> Option<Share> {
    let action = wanted.link(&frame.href(&format!("/media/{id}/link")));
    frame.may(Right::Download).then_some(Share { action, made: None, refused: None })
}

/// `life` in seconds, one of [`LIVES`]: the page again with a link to the original.
pub(super) async fn make(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let life = LIVES.into_iter().map(|(seconds, _)| seconds).find(|seconds| seconds.to_string() == form.get("life"));
    let by = (Maker::User(operator.id), Actor::User(operator.name));
    let made = match life {
        None => Err(w::NO_LIFE.get(frame.lang).to_owned()),
        Some(seconds) => match media.link_to(picture, What::Original, seconds, by, address.to_string()).await {
            Ok((url, end)) => Ok(sharing::Made { url, end }),
            Err(error) if error.status == 409 => Err(error.detail.get(frame.lang).to_owned()),
            Err(error) => return Err(error),
        },
    };
    let mut shown = one(&media, &frame, &id, verdict::Form::default()).await?;
    let (title, right) = (shown.title.clone(), made.is_ok());
    match (made, &mut shown.share) {
        (Ok(made), Some(share)) => share.made = Some(made),
        (Err(why), Some(share)) if shown.picture.content.is_some() => share.refused = Some(why),
        (Err(why), _) => shown.hint = Some(why),
        (Ok(_), None) => {}
    }
    let view = || picture::picture(shown).into_any();
    Ok(if right { page(&frame, &title, view) } else { refused_page(&frame, &title, view) })
}
