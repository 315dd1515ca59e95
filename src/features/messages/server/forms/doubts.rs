//! What a person decides about uncertain messages, on the page of a batch and on that of a message; and taking one back.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::{Messages, batches::Batch};
use crate::{
    features::{
        audit::model::Actor,
        messages::{
            model::{MessageState, Ruling},
            pages::{
                doubts::{ask_batch, ask_message},
                message::TAKE_BACK,
            },
        },
    },
    infra::{fields::Form, guard::Operator, page as answer},
    shared::{error::AppError, lang::Lang, rights::Right},
    ui::{Frame, blocks::number, texts::messages as w},
};

/// The question that a batch's page was asked for, where it makes sense.
pub(super) fn asked(frame: &Frame, operator: &Operator, batch: &Batch, wanted: Option<&str>) -> Option<Response> {
    let ruling = wanted.and_then(Ruling::parse).filter(|_| operator.role.may(Right::Compose) && batch.counts.unknown > 0)?;
    let view = || ask_batch(&batch.id, batch.name.clone(), batch.counts.unknown, ruling);
    Some(answer::page(frame, &batch.name, view))
}

/// The same for a message: only another sending is asked about.
pub(super) fn asked_of_message(frame: &Frame, id: &str, who: String, wanted: Option<&str>) -> Option<Response> {
    wanted.and_then(Ruling::parse).filter(|ruling| *ruling == Ruling::Again)?;
    let title = w::ONE_TITLE.get(frame.lang);
    Some(answer::page(frame, title, || ask_message(id, who)))
}

/// Does it to a batch, and says what was done.
pub(super) async fn rule(messages: &Messages, batch: &Batch, ruling: Ruling, operator: &Operator, lang: Lang) -> Result<String, AppError> {
    let count = messages.rule_batch(batch, ruling, Actor::User(operator.name.clone())).await?;
    let count = number(i64::try_from(count).unwrap_or(0));
    Ok(match (ruling, lang) {
        (Ruling::Again, Lang::Zh) => format!("正在重发 {count} 人"),
        (Ruling::Again, Lang::En) => format!("Sending to {count} again"),
        (Ruling::Delivered, Lang::Zh) => format!("已把 {count} 人标记为已送达"),
        (Ruling::Delivered, Lang::En) => format!("Marked {count} as delivered"),
        (Ruling::Failed, Lang::Zh) => format!("已把 {count} 人标记为未送达"),
        (Ruling::Failed, Lang::En) => format!("Marked {count} as not delivered"),
    })
}

/// Does what a button of a message's page asks for: takes it back, or decides about it.
pub(super) async fn act_on_one(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let message = messages.get_of(&account.app_id, &id).await?;
    let actor = Actor::User(operator.name.clone());
    let done = if form.get("intent") == TAKE_BACK {
        messages.take_back(&message, actor).await.map(|state| if state == MessageState::Cancelled { w::UNDONE } else { w::UNDONE_LATE })
    } else {
        let ruling = Ruling::parse(form.get("intent")).ok_or_else(AppError::not_found)?;
        messages.rule_message(&message, ruling, actor).await.map(|()| if ruling == Ruling::Again { w::SENT_AGAIN } else { w::MARKED })
    };
    let said = match done {
        Ok(said) => said.get(frame.lang).to_owned(),
        // It went out or a receipt was faster, or sending is locked: the page shows how it stands now.
        Err(error) if matches!(error.status, 409 | 423) => error.detail.get(frame.lang).to_owned(),
        Err(error) => return Err(error),
    };
    Ok(answer::done(&frame.href(&format!("/messages/{id}")), Some(&said)))
}
