//! `/send/{draft}/review`.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::{
    Messages,
    drafts::{Draft, How, Sent},
};
use crate::{
    features::{
        accounts::server::Account,
        messages::pages::review::{Review, Typed, page},
    },
    infra::{fields::Form, guard::Operator, page as answer},
    shared::{error::AppError, lang::Lang, time::parse_local},
    ui::{Frame, blocks::number, form::Refused, texts::compose as w},
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
    if draft.sent_at.is_some()
        && let Some(sent) = messages.sent(&account, &draft).await?
    {
        return Ok(answer::done(&frame.href(&place(&sent)), None));
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
    form: Form,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    let how = How { skip_got_today: form.get("got_today") == "skip", send_at: send_at(&form, messages.core.now()) };
    let view = prepared(&messages, &account, &draft).await?;
    let typed = Typed { count: form.trimmed("count").to_owned(), skip: how.skip_got_today, at: form.trimmed("at").to_owned() };
    let view = Review { typed, ..view };
    let refused = if draft.sent_at.is_some() { Vec::new() } else { view.refused(how.skip_got_today, how.send_at) };
    if !refused.is_empty() {
        let view = Review { refused: Refused(refused), ..view };
        return Ok(answer::refused_page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
    }
    let sent = match messages.send_draft(&account, &operator, &draft, how).await {
        Ok(sent) => sent,
        // What was in order when the page was shown may not be any more: the template went, somebody locked the sending.
        Err(error) if matches!(error.status, 422 | 423) => {
            let view = Review { refused: Refused(error.fields.clone()), ..view };
            return Ok(answer::refused_page(&frame, w::REVIEW_TITLE.get(frame.lang), || page(view)));
        }
        Err(error) => return Err(error),
    };
    let flash = flash(&sent, frame.lang);
    Ok(answer::done(&frame.href(&place(&sent)), Some(&flash)))
}

fn place(sent: &Sent) -> String {
    match sent {
        Sent::Message(message) => format!("/messages/{}", message.id),
        Sent::Batch(batch) => format!("/batches/{}", batch.id),
    }
}

fn flash(sent: &Sent, lang: Lang) -> String {
    let count = match sent {
        Sent::Message(_) => 1,
        Sent::Batch(batch) => batch.total,
    };
    match (lang, count) {
        (Lang::Zh, _) => format!("已提交，发送给 {} 人", number(count)),
        (Lang::En, 1) => "Submitted; sending to 1 recipient".into(),
        (Lang::En, _) => format!("Submitted; sending to {} recipients", number(count)),
    }
}

/// A moment as the field gives it, in China; a past one is now.
fn send_at(form: &Form, now: i64) -> Option<i64> {
    parse_local(form.trimmed("at")).filter(|at| *at > now)
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
        held: messages.standstill(&account.app_id).await?.map(|hold| hold.meaning()),
        typed: Typed::default(),
        refused: Refused::none(),
    })
}
