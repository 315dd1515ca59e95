//! `/templates`.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::super::{Messages, templates::Template};
use crate::{
    features::{
        audit::model::Actor,
        messages::{
            model::{Change, Difference, example_values},
            pages::templates::{self as view, Hands, Shown},
        },
    },
    infra::{fields::Query, guard::Operator, page as answer},
    shared::{error::AppError, lang::Lang, rights::Right},
    ui::{Frame, texts::templates as w},
};

fn shown(template: Template) -> Shown {
    let fields = template.fields();
    Shown {
        example: example_values(&fields, &template.example),
        industry: super::industry(&template),
        legacy: template.is_legacy(),
        channel: template.channel(),
        gone: template.gone_at.is_some(),
        seen_at: template.seen_at,
        last_used_at: template.last_used_at,
        template_id: template.template_id,
        title: template.title,
        fields,
    }
}

/// The library.
pub(super) async fn list(State(messages): State<Messages>, frame: Frame) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    render(&messages, &frame, &account.app_id, None).await
}

/// Fetches the templates from WeChat. When that fails the page says why and keeps what it had.
pub(super) async fn sync(State(messages): State<Messages>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    match messages.sync_templates(&account, Actor::User(operator.name)).await {
        Ok(found) => Ok(answer::done(&frame.href("/templates"), Some(&told(&found, frame.lang)))),
        Err(error) => render(&messages, &frame, &account.app_id, Some(error)).await,
    }
}

/// What a synchronisation brought, in a line: how many are new, different, gone.
pub(super) fn told(found: &[Difference], lang: Lang) -> String {
    let count = |wanted: fn(&Change) -> bool| found.iter().filter(|one| wanted(&one.change)).count();
    let counts = [
        (w::ADDED, count(|change| *change == Change::Added)),
        (w::CHANGED, count(|change| matches!(change, Change::Changed { .. }))),
        (w::IS_GONE, count(|change| *change == Change::Gone)),
    ];
    let parts: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{} {count}", word.get(lang))).collect();
    if parts.is_empty() {
        return w::NO_DIFFERENCE.get(lang).to_owned();
    }
    format!("{}{}", w::SYNCED.get(lang), parts.join(if lang == Lang::Zh { "，" } else { ", " }))
}

async fn render(messages: &Messages, frame: &Frame, app_id: &str, error: Option<AppError>) -> Result<Response, AppError> {
    let templates = messages.every_template(app_id).await?.into_iter().map(shown).collect();
    let (synced_at, found) = (messages.templates_synced_at(app_id).await?, messages.templates_found(app_id).await?);
    let refused = error.is_some();
    let failed = error.map(|error| error.detail.get(frame.lang).to_owned());
    let (title, may_send) = (w::TITLE.get(frame.lang), frame.may(Right::Compose));
    let render = if refused { answer::refused_page } else { answer::page };
    Ok(render(frame, title, || {
        view::list(templates, synced_at, found, failed, Hands { send: may_send, keep: frame.may(Right::Administer) })
    }))
}

/// One template.
pub(super) async fn one(
    State(messages): State<Messages>,
    frame: Frame,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    if query.take("ask").as_deref() == Some("delete") && frame.may(Right::Administer) {
        return super::library::ask(&messages, &frame, &id).await;
    }
    query.done()?;
    let account = messages.account_of(&frame)?;
    let template = shown(messages.any_template(&account.app_id, &id).await?.ok_or_else(AppError::not_found)?);
    let title = format!("{} · {}", template.title, w::TITLE.get(frame.lang));
    let may_send = frame.may(Right::Compose);
    Ok(answer::page(&frame, &title, || view::detail(template, Hands { send: may_send, keep: frame.may(Right::Administer) })))
}
