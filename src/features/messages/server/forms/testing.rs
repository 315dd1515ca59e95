//! `/send/test`: a template's message to oneself and nobody else, for those who may not write to others.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{
    super::{Messages, drafts::Draft},
    composed::{self, Posted, Wanted},
};
use crate::{
    features::{
        accounts::server::Account,
        messages::{
            model::{Facts, Origin, Source},
            pages::compose::{Compose, page},
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        page as answer,
    },
    shared::error::AppError,
    ui::{Frame, form::Refused, texts::compose as w},
};

/// The composer without recipients.
pub(super) async fn show(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let template = query.take("template");
    query.done()?;
    let mut draft = Draft { app_id: account.app_id.clone(), ..Draft::default() };
    draft.content.template_id = template.unwrap_or_default();
    let view = prepared(&messages, &account, &operator, draft).await?;
    Ok(answer::page(&frame, w::TEST_TITLE.get(frame.lang), || page(view)))
}

/// Another template, a fresh preview, or the test. Nothing is kept: the message is in the history, and a draft would be nobody's.
pub(super) async fn submit(State(messages): State<Messages>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let Posted { draft, aside, .. } = composed::read(&messages, &account, &operator, &form).await?;
    // Whatever else the form names, people are none of it.
    let draft = Draft { id: String::new(), recipients: String::new(), source: Source::Paste, origin: Origin::default(), ..draft };
    let mut faults = Vec::new();
    if composed::intent(&form) == "test" {
        match messages.send_test(&account, &operator, &draft, &Facts::default()).await {
            Ok(message) => {
                let to = frame.href(&format!("/messages/{}", message.id));
                return Ok(answer::done(&to, Some(w::TEST_SENT.get(frame.lang))));
            }
            Err(error) if error.status == 422 && !error.fields.is_empty() => faults = error.fields.clone(),
            Err(error) => return Ok(error.into_response()),
        }
    }
    let fine = faults.is_empty();
    let picker = composed::picker(&messages, &frame, &account, &form).await;
    let view = Compose { aside, picker, refused: Refused(faults), ..prepared(&messages, &account, &operator, draft).await? };
    let render = if fine { answer::page } else { answer::refused_page };
    Ok(render(&frame, w::TEST_TITLE.get(frame.lang), || page(view)))
}

async fn prepared(messages: &Messages, account: &Account, operator: &Operator, draft: Draft) -> Result<Compose, AppError> {
    let view = composed::prepared(messages, account, operator, draft, Wanted::default()).await?;
    Ok(Compose { testing: true, saved_at: None, drafts: Vec::new(), ..view })
}
