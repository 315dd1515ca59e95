//! The pages of asking again: the question before it is sent, and how an account asks.

use axum::{
    extract::{Path, State as Of},
    response::Response,
};
use leptos::prelude::IntoAny;

use super::{Ask, Asking, Manner, facts, fitted, recipe};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            asked::{Again, Line, Undo},
            asking::{self, MannerForm, Places, Preview, Question},
            model::Picture,
            review::{Verdict, name_of},
            server::Media,
        },
        messages::{
            model::{Data, MessageState},
            server::reasons,
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
        Frame,
        form::Refused,
        texts::{asking as w, messages as m},
    },
};

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/asking", Access::Right(Right::Administer), show_manner)
        .post("/media/asking", Access::Right(Right::Administer), save_manner)
        .get("/media/{id}/ask", Access::Right(Right::Review), show)
        .post("/media/{id}/ask", Access::Right(Right::Review), send)
        .post("/media/{id}/ask/undo", Access::Right(Right::Review), undo)
        .table()
}

async fn show(Of(media): Of<Media>, frame: Frame, Path(id): Path<String>, mut query: Query) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let back = query.take("back");
    let shown = media.question(&frame, &picture, back.as_deref()).await?;
    Ok(page(&frame, w::ASK.get(frame.lang), || asking::question(shown).into_any()))
}

async fn send(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let (known, _) = media.sender(&picture).await?;
    let asking = Asking {
        number: form.trimmed("number").parse().unwrap_or(0),
        openid: known.unwrap_or_else(|| form.trimmed("openid").to_owned()),
        newer: Some(form.trimmed("newer").to_owned()).filter(|id| !id.is_empty()),
    };
    let back = Some(form.get("back")).filter(|back| !back.is_empty());
    match media.ask_again(&picture, &asking, &operator.name, address.to_string()).await {
        Ok(()) => Ok(done(&way_back(&frame, &id, back), Some(w::ASKED.get(frame.lang)))),
        Err(error) if matches!(error.status, 409 | 422 | 423) => {
            let mut shown = media.question(&frame, &picture, back).await?;
            form.trimmed("openid").clone_into(&mut shown.typed);
            let (fields, others): (Vec<_>, Vec<_>) = error.fields.iter().cloned().partition(|fault| fault.field == "openid");
            if fields.is_empty() {
                let said = others.first().map_or(&error.detail, |fault| &fault.detail);
                shown.refused = Some(said.get(frame.lang).to_owned());
            }
            shown.faults = Refused(fields);
            Ok(refused_page(&frame, w::ASK.get(frame.lang), || asking::question(shown).into_any()))
        }
        Err(error) => Err(error),
    }
}

/// Takes the ask `number` back while its message rests.
async fn undo(Of(media): Of<Media>, frame: Frame, operator: Operator, Path(id): Path<String>, form: Form) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let number = form.trimmed("number").parse().unwrap_or(0);
    let said = match media.take_back_ask(&picture, number, Actor::User(operator.name)).await {
        Ok(MessageState::Cancelled) => w::TAKEN_BACK.into(),
        Ok(_) => m::UNDONE_LATE.into(),
        // It went out meanwhile: the page shows how it stands now.
        Err(error) if error.status == 409 => error.detail.clone(),
        Err(error) => return Err(error),
    };
    let back = Some(form.get("back")).filter(|back| !back.is_empty());
    Ok(done(&way_back(&frame, &id, back), Some(said.get(frame.lang))))
}

fn way_back(frame: &Frame, id: &str, back: Option<&str>) -> String {
    back.map_or_else(|| frame.href(&format!("/media/{id}")), |back| own_path(back).to_owned())
}

async fn show_manner(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let manner = media.manner(frame.app_id()).await?.unwrap_or_default();
    let set = !manner.template_id.is_empty();
    let shown = media.manner_form(&frame, manner, Refused::none(), set).await?;
    Ok(page(&frame, w::MANNER.get(frame.lang), || asking::manner(shown).into_any()))
}

/// `intent=choose` shows the template's fields, `preview` the message with an example's values, anything else saves.
async fn save_manner(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let account = media.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)?;
    let value = |(name, value): &(String, String)| Some((name.strip_prefix("data.")?.to_owned(), value.clone()));
    let template = media.messages.template(frame.app_id(), form.get("template")).await?;
    let keys: Vec<String> = template.iter().flat_map(|template| template.fields()).map(|field| field.key).collect();
    let data = Data(form.0.iter().filter_map(value).filter(|(key, _)| keys.contains(key)).collect());
    let manner = Manner { template_id: form.get("template").to_owned(), data, link: form.trimmed("link").to_owned() };
    let title = w::MANNER.get(frame.lang);
    if form.get("intent") == "choose" {
        let shown = media.manner_form(&frame, manner, Refused::none(), false).await?;
        return Ok(page(&frame, title, || asking::manner(shown).into_any()));
    }
    let faults = media.manner_faults(&account, &manner).await?;
    if !faults.is_empty() {
        let shown = media.manner_form(&frame, manner, Refused(faults), false).await?;
        return Ok(refused_page(&frame, title, || asking::manner(shown).into_any()));
    }
    if form.get("intent") == "preview" {
        let shown = media.manner_form(&frame, manner, Refused::none(), true).await?;
        return Ok(page(&frame, title, || asking::manner(shown).into_any()));
    }
    media.set_manner(frame.app_id(), &manner, Actor::User(operator.name), address.to_string()).await?;
    Ok(done(&frame.href("/media/asking"), Some(w::SAVED.get(frame.lang))))
}

impl Media {
    async fn manner_form(&self, frame: &Frame, manner: Manner, refused: Refused, previewed: bool) -> Result<MannerForm, AppError> {
        let templates = self.messages.templates(frame.app_id()).await?;
        let chosen = templates.iter().find(|template| template.template_id == manner.template_id);
        let fields = chosen.map(|template| template.fields()).unwrap_or_default();
        let places = Places::example();
        let preview = chosen.filter(|_| previewed).map(|template| {
            let data = fitted(&fields, recipe(&fields, &manner.data).fill(&facts(&places)).data);
            Preview::new(&template.title, &fields, &data, asking::link(&manner.link, &places))
        });
        Ok(MannerForm {
            template_id: chosen.map(|template| template.template_id.clone()).unwrap_or_default(),
            templates: templates.iter().map(|template| (template.template_id.clone(), template.title.clone())).collect(),
            fields,
            data: manner.data,
            link: manner.link,
            refused,
            preview,
        })
    }

    async fn question(&self, frame: &Frame, picture: &Picture, back: Option<&str>) -> Result<Question, AppError> {
        let asks = self.asks(&picture.id).await?;
        let (openid, name) = self.sender(picture).await?;
        let back = way_back(frame, &picture.id, back);
        let resting = self.resting_ask(picture).await?.map(|ask| Undo::new(&picture.id, ask.number, back.clone()));
        let ready = match self.may_ask(picture, &asks) {
            Ok(()) => self.prepared(picture, &name).await,
            Err(error) => Err(error),
        };
        let (preview, refused) = match ready {
            Ok(ready) => (Some(Preview::new(&ready.template.title, &ready.template.fields(), &ready.data, ready.url)), None),
            Err(error) if matches!(error.status, 409 | 422) => {
                let said = error.fields.first().map_or(&error.detail, |fault| &fault.detail);
                (None, Some(said.get(frame.lang).to_owned()))
            }
            Err(error) => return Err(error),
        };
        Ok(Question {
            action: frame.href(&format!("/media/{}/ask", picture.id)),
            back,
            times: asks.iter().filter(|ask| ask.taken_back_at.is_none()).count(),
            resting,
            name,
            question: format!("{} · {}", picture.answer_title, picture.question_id),
            number: asks.first().map_or(1, |ask| ask.number + 1),
            openid,
            preview,
            refused,
            may_set: frame.may(Right::Administer),
            newer: self.newer(picture).await?.map(|id| (id.clone(), frame.href(&format!("/media/{id}")))),
            ..Question::default()
        })
    }

    /// What a picture's page shows of asking again.
    pub(in crate::features::media::server) async fn again(&self, frame: &Frame, picture: &Picture) -> Result<Again, AppError> {
        let asks = self.asks(&picture.id).await?;
        let link = |id: String| frame.href(&format!("/media/{id}"));
        let rejected = picture.review.as_ref().is_some_and(|review| review.verdict == Verdict::Reject);
        let replaced = asks.iter().any(|ask| ask.replaced_at.is_some());
        let mut lines = Vec::new();
        for ask in &asks {
            lines.push(self.line(frame, picture, ask).await?);
        }
        let here = frame.href(&format!("/media/{}", picture.id));
        // While one rests it is taken back rather than asked once more.
        let rests = lines.iter().any(|line| line.undo.is_some());
        let ask = rejected && !replaced && !rests && frame.may(Right::Review);
        Ok(Again {
            ask: ask.then(|| frame.href(&asking::ask_path(&picture.id, &here))),
            waits: asks.iter().any(Ask::waits) && !replaced,
            replaced_by: asks.iter().find_map(|ask| ask.replaced_by.clone()).map(link),
            replaces: self.replaced(&picture.id).await?.map(link),
            asks: lines,
        })
    }

    async fn line(&self, frame: &Frame, picture: &Picture, ask: &Ask) -> Result<Line, AppError> {
        let message = self.messages.get_of(frame.app_id(), &ask.message_id).await.ok();
        let why = message.as_ref().and_then(|message| {
            let said = reasons::meaning(message.reason.as_deref()?, message.errcode, message.errmsg.as_deref());
            Some(said.get(frame.lang).to_owned())
        });
        Ok(Line {
            who: name_of(&ask.asked_by).to_owned(),
            at: ask.asked_at,
            undo: (frame.may(Right::Review) && message.as_ref().is_some_and(|message| message.state == MessageState::Queued))
                .then(|| Undo::new(&picture.id, ask.number, frame.href(&format!("/media/{}", picture.id)))),
            state: message.as_ref().map(|message| message.state),
            why,
            message: frame.may(Right::History).then(|| frame.href(&format!("/messages/{}", ask.message_id))),
        })
    }
}
