//! `/send/{draft}/review`.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::{Messages, drafts::Draft};
use crate::{
    features::{
        accounts::server::Account,
        messages::pages::review::{Review, page},
    },
    infra::{guard::Operator, page as answer},
    shared::{error::AppError, lang::Lang},
    ui::{Frame, blocks::number, texts::compose as w},
};

/// The last look.
pub(super) async fn show(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    if draft.sent_at.is_some() {
        return Ok(answer::done(&frame.href(&format!("/messages?draft={id}")), None));
    }
    let view = prepared(&messages, &account, &draft).await?;
    Ok(answer::page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)))
}

/// Sends. Submitted twice it lands on the same messages.
pub(super) async fn send(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    let sent = match messages.send_draft(&account, &operator, &draft).await {
        Ok(sent) => sent,
        // What was in order when the page was shown may not be any more: the template went, somebody locked the sending.
        Err(error) if matches!(error.status, 422 | 423) => {
            let view = prepared(&messages, &account, &draft).await?;
            return Ok(answer::refused_page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
        }
        Err(error) => return Err(error),
    };
    let to = match sent.as_slice() {
        [only] => format!("/messages/{}", only.id),
        _ => format!("/messages?draft={id}"),
    };
    let count = number(i64::try_from(sent.len()).unwrap_or(0));
    let flash = match (frame.lang, sent.len()) {
        (Lang::Zh, _) => format!("已提交，正在发送给 {count} 人"),
        (Lang::En, 1) => "Submitted; sending to 1 recipient".into(),
        (Lang::En, _) => format!("Submitted; sending to {count} recipients"),
    };
    Ok(answer::done(&frame.href(&to), Some(&flash)))
}

async fn prepared(messages: &Messages, account: &Account, draft: &Draft) -> Result<Review, AppError> {
    let template = messages.template(&account.app_id, &draft.content.template_id).await?;
    let known = messages.known(draft).await?;
    Ok(Review {
        draft: draft.id.clone(),
        account: account.name.clone(),
        faults: draft.faults(template.as_ref()),
        seen_at: template.as_ref().map(|template| template.seen_at),
        fields: template.as_ref().map(|template| template.fields()).unwrap_or_default(),
        template: template.map(|template| template.title).unwrap_or_default(),
        content: draft.content.clone(),
        recipients: draft.recipients(),
        not_following: known.not_following,
        got_today: known.got_today,
        first_name: known.first_name,
        sent_today: messages.stats_today(&account.app_id).await?.sent(),
        rate: messages.core.settings.send_rate,
        locked: messages.is_locked().await?,
        held: messages.hold(&account.app_id).await?.map(|hold| hold.meaning()),
    })
}
