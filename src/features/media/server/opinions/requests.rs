//! Second opinions that somebody asks for about one picture.

use std::collections::HashMap;

use axum::{
    extract::{Path, State as Of},
    response::Response,
};
use serde_json::json;

use super::requests_store as store;
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            model::{Picture, State},
            requested::{Door, Request},
            review::COMMENT_MAX,
            server::{
                Media,
                forms::{again, one, refusal},
                review::{COUNTED, changed, forms::counted},
            },
            verdict,
        },
    },
    infra::{
        fields::{Form, check_text},
        guard::Operator,
        net::Caller,
        page::{done, own_path},
    },
    shared::{error::AppError, lang::Text, rights::Right},
    ui::{
        Frame,
        texts::{opinions as w, review as r},
    },
};

/// `intent=ask` with an optional `note`, or `withdraw`; then `back`.
pub(super) async fn act(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let found = media.of_account(frame.app_id(), &id).await?;
    let here = frame.href(&format!("/media/{id}"));
    let actor = Actor::User(operator.name);
    let written = match form.get("intent") {
        "ask" => media.request(&found, form.trimmed("note"), actor, address.to_string()).await.map(|()| w::ASKED_FOR),
        "withdraw" => media.withdraw(&found, frame.may(Right::Administer), actor, address.to_string()).await.map(|()| w::WITHDRAWN),
        _ => Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action."))),
    };
    let refused = match written {
        Ok(said) => {
            let back = Some(form.get("back")).filter(|back| !back.is_empty()).map_or(&*here, own_path);
            return Ok(done(back, Some(said.get(frame.lang))));
        }
        Err(error) => refusal(&frame, error)?,
    };
    let mut shown = one(&media, &frame, &id, verdict::Form::default()).await?;
    form.get("note").clone_into(&mut shown.door.note);
    shown.door.refused = Some(refused);
    Ok(again(&frame, shown))
}

impl Media {
    /// Asks for a second opinion on a picture as it was judged.
    ///
    /// # Errors
    /// 409 `not_judged`, `opinion_given`, `opinion_requested` or `review_changed`; 422 for a note that is too long.
    async fn request(&self, picture: &Picture, note: &str, actor: Actor, address: String) -> Result<(), AppError> {
        let first_at = self.judgement_to_ask(picture).await?;
        if store::of(self.core.db.read(), &picture.id).await?.is_some() {
            let detail = Text::new("已经有人请同事看这张了。", "Somebody has asked for a second opinion on this picture already.");
            return Err(AppError::conflict("opinion_requested", detail));
        }
        if !note.is_empty() && check_text(note, 1, COMMENT_MAX).is_err() {
            return Err(AppError::new(422, "bad_comment", r::LONG_COMMENT));
        }
        let (now, act) = (self.core.now(), act_on("media.opinion_requested", &picture.id, actor.clone(), address));
        let request = Request {
            picture: picture.id.clone(),
            user_id: picture.user_id.clone(),
            answer_title: picture.answer_title.clone(),
            question_id: picture.question_id.clone(),
            thumb: false,
            note: Some(note.to_owned()).filter(|note| !note.is_empty()),
            by: actor.tag(),
            at: now,
        };
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let put = store::put(c, &request, first_at).await?;
                if put {
                    record_in(c, now, &act).await?;
                }
                Ok(put)
            })
        });
        if written.await? { Ok(()) } else { Err(changed()) }
    }

    /// The moment of the judgement that a second opinion may be asked for.
    async fn judgement_to_ask(&self, picture: &Picture) -> Result<i64, AppError> {
        let Some(first) = picture.review.as_ref().filter(|_| picture.state == State::Stored) else {
            let detail = Text::new("还没有人判断过这张图片。", "Nobody has judged this picture yet.");
            return Err(AppError::conflict("not_judged", detail));
        };
        if self.opinion(&picture.id).await?.is_some_and(|given| given.first.at == first.at) {
            let detail = Text::new("已经有人给过第二意见。", "Somebody has given a second opinion already.");
            return Err(AppError::conflict("opinion_given", detail));
        }
        Ok(first.at)
    }

    /// Takes a request back: whoever asked may, and an administrator.
    async fn withdraw(&self, picture: &Picture, administers: bool, actor: Actor, address: String) -> Result<(), AppError> {
        let request = store::of(self.core.db.read(), &picture.id).await?;
        let gone = || AppError::conflict("no_request", Text::new("这个请求已经没有了。", "This request is gone already."));
        let request = request.ok_or_else(gone)?;
        if request.by != actor.tag() && !administers {
            let detail = Text::new("只有请求的人和管理员能撤回。", "Only whoever asked, and administrators, can withdraw it.");
            return Err(AppError::conflict("not_yours", detail));
        }
        let (now, act) = (self.core.now(), act_on("media.opinion_withdrawn", &picture.id, actor, address));
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let there = store::withdraw(c, &request.picture).await?;
                if there {
                    record_in(c, now, &act).await?;
                }
                Ok(there)
            })
        });
        if written.await? { Ok(()) } else { Err(gone()) }
    }

    /// What may be done about asking for a picture's second opinion by whoever looks at it; both lead back to `back`.
    pub(in crate::features::media::server) async fn door(&self, frame: &Frame, picture: &Picture, back: &str) -> Result<Door, AppError> {
        let Some(person) = frame.person.as_ref().filter(|_| frame.may(Right::Review)) else { return Ok(Door::default()) };
        let request = match picture.review {
            Some(_) => store::of(self.core.db.read(), &picture.id).await?,
            None => None,
        };
        let asks = request.is_none()
            && match self.judgement_to_ask(picture).await {
                Ok(_) => true,
                Err(error) if error.status == 409 => false,
                Err(error) => return Err(error),
            };
        let mine = request.as_ref().is_some_and(|request| request.by == Actor::User(person.name.clone()).tag());
        Ok(Door {
            withdraws: request.is_some() && (mine || frame.may(Right::Administer)),
            request,
            action: frame.href(&format!("/media/{}/opinion/request", picture.id)),
            back: back.to_owned(),
            asks,
            ..Door::default()
        })
    }

    /// How many second opinions others ask the visitor for, in words; none where there are none.
    pub(in crate::features::media::server) async fn requested_by_others(&self, frame: &Frame) -> Result<Option<String>, sqlx::Error> {
        let Some(person) = frame.person.as_ref().filter(|_| frame.may(Right::Review)) else { return Ok(None) };
        let who = Actor::User(person.name.clone()).tag();
        let count = store::count(self.core.db.read(), frame.app_id(), &who, COUNTED).await?;
        Ok((count > 0).then(|| counted(count)))
    }

    /// What is asked for about these pictures, by id.
    pub(in crate::features::media::server) async fn requests_about(
        &self,
        pictures: &[Picture],
    ) -> Result<HashMap<String, Request>, sqlx::Error> {
        let judged: Vec<&str> = pictures.iter().filter(|picture| picture.review.is_some()).map(|picture| &*picture.id).collect();
        if judged.is_empty() {
            return Ok(HashMap::new());
        }
        let found = store::among(self.core.db.read(), &json!(judged).to_string()).await?;
        Ok(found.into_iter().map(|request| (request.picture.clone(), request)).collect())
    }

    /// Requests about pictures older than one: one more than `limit`, if there are more.
    pub(super) async fn requests(&self, app_id: &str, before: Option<&str>, limit: i64) -> Result<Vec<Request>, sqlx::Error> {
        store::list(self.core.db.read(), app_id, before.unwrap_or("g"), limit + 1).await
    }
}

fn act_on(action: &'static str, id: &str, actor: Actor, address: String) -> Act {
    Act::new(actor, action, format!("media:{id}")).from_address(address)
}
