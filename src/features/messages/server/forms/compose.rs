//! `/send`.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{
    super::{
        Messages,
        audience::{People, file},
        drafts::Draft,
    },
    composed::{self, Posted, Wanted},
    saved,
};
use crate::{
    features::{
        audit::{model::Actor, server::export::cell},
        messages::{
            model::{Facts, MOST_ON_PAGE, MOST_PEOPLE, Source, entries, example_values},
            pages::{
                compose::{Compose, page},
                recipients::Tab,
            },
        },
    },
    infra::{fields::Query, file_form::FileForm, guard::Operator, page as answer},
    shared::error::AppError,
    ui::{
        Frame,
        form::Refused,
        texts::{compose as w, recipients as r},
    },
};

/// The composer, empty, with a template, or with a draft.
pub(super) async fn show(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let (wanted, from, to) = (query.take("template"), query.take("draft"), query.take("to"));
    query.done()?;
    let mut draft = match from {
        Some(id) => messages.draft(&account.app_id, &operator.id, &id).await?,
        None => Draft::default(),
    };
    if draft.sent_at.is_some() {
        // What went out stays as it is; this is the beginning of another.
        draft = Draft { content: draft.content, ..Draft::default() };
    }
    draft.app_id.clone_from(&account.app_id);
    if let Some(template) = wanted {
        draft.content.template_id = template;
    }
    if let Some(openid) = to {
        (draft.recipients, draft.source) = (openid, Source::Paste);
    }
    let mut sync_failed = None;
    if messages.templates_synced_at(&account.app_id).await?.is_none()
        && let Err(error) = messages.sync_templates(&account, Actor::System).await
    {
        sync_failed = Some(error.detail.get(frame.lang).to_owned());
    }
    let wanted = Wanted { tab: Tab::of(draft.source), ..Wanted::default() };
    let view = Compose { sync_failed, ..composed::prepared(&messages, &account, &operator, draft, wanted).await? };
    Ok(answer::page(&frame, w::TITLE.get(frame.lang), || page(view)))
}

/// What the form's buttons ask for: another template, a fresh preview, another list, a test, or the next step.
pub(super) async fn submit(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    sent: FileForm,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let (form, title) = (sent.form, w::TITLE.get(frame.lang));
    let intent = composed::intent(&form);
    if intent == "delete" {
        messages.delete_draft(&account.app_id, &operator.id, form.trimmed("draft")).await?;
        return Ok(answer::done(&frame.href("/send"), Some(r::DELETED.get(frame.lang))));
    }
    let Posted { mut draft, aside, mut wanted, was_sent } = composed::read(&messages, &account, &operator, &form).await?;
    if intent == "save" {
        return saved::save(&messages, &frame, draft, was_sent, wanted.at).await;
    }
    let (people, mut faults) = list(&messages, &mut draft, &mut wanted, intent, sent.file, form.trimmed("column")).await?;
    // A bare look at a form that was never kept keeps nothing.
    if draft.updated_at > 0 || people.is_some() || !matches!(intent, "preview" | "pick" | "sync" | "template" | "test") {
        keep(&messages, &mut draft, people).await?;
    }
    match intent {
        _ if !faults.is_empty() => {}
        "review" => {
            let template = messages.any_template(&account.app_id, &draft.content.template_id).await?;
            let look = messages.look(&draft, &template.as_ref().map(|template| template.fields()).unwrap_or_default()).await?;
            faults = messages.draft_faults(&draft, template.as_ref(), &look).await?;
            if faults.is_empty() {
                return Ok(answer::done(&frame.href(&format!("/send/{}/review", draft.id)), None));
            }
        }
        "test" => {
            let facts = facts_at(&messages, &draft, wanted.at).await?;
            match messages.send_test(&account, &operator, &draft, &facts).await {
                Ok(message) => {
                    let to = frame.href(&format!("/messages/{}", message.id));
                    return Ok(answer::done(&to, Some(w::TEST_SENT.get(frame.lang))));
                }
                Err(error) if error.status == 422 && !error.fields.is_empty() => faults = error.fields.clone(),
                Err(error) => return Ok(error.into_response()),
            }
        }
        _ => {}
    }
    let fine = faults.is_empty();
    let picker = composed::picker(&messages, &frame, &account, &form).await;
    let view =
        Compose { aside, picker, refused: Refused(faults), ..composed::prepared(&messages, &account, &operator, draft, wanted).await? };
    Ok(if fine { answer::page(&frame, title, || page(view)) } else { answer::refused_page(&frame, title, || page(view)) })
}

/// Keeps a draft, with other people than before where some are given.
async fn keep(messages: &Messages, draft: &mut Draft, people: Option<People>) -> Result<(), AppError> {
    draft.id = messages.save_draft_with(draft.clone(), people).await?;
    draft.updated_at = messages.core.now();
    Ok(())
}

type Listed = (Option<People>, Vec<crate::shared::error::FieldError>);

/// The people as the pressed button leaves them, if it changes them; and what is wrong with a file.
async fn list(
    messages: &Messages,
    draft: &mut Draft,
    wanted: &mut Wanted,
    intent: &str,
    upload: Option<crate::infra::file_form::Upload>,
    column: &str,
) -> Result<Listed, AppError> {
    let mut changed = None;
    if let Some(upload) = upload {
        match file::read(upload).await {
            Ok((origin, people)) => {
                draft.origin.with_file(origin);
                (draft.source, wanted.tab, wanted.at) = (Source::File, Tab::File, 0);
                // The list is kept before a tab changes what the draft's people are.
                keep(messages, draft, Some(people)).await?;
            }
            Err(error) if error.status == 422 => return Ok((None, error.fields.clone())),
            Err(error) => return Err(error),
        }
    } else if draft.source == Source::File && intent == "unfile" {
        draft.origin.with_file(crate::features::messages::model::Origin::default());
        changed = Some(People::Lines(Vec::new()));
    } else if draft.source == Source::File
        && draft.origin.columns.iter().any(|known| known == column)
        && draft.origin.openids.as_deref() != Some(column)
    {
        draft.origin.openids = Some(column.to_owned());
        changed = Some(People::Column(column.to_owned()));
    } else if draft.source == Source::Paste && (MOST_ON_PAGE + 1..=MOST_PEOPLE).contains(&entries(&draft.recipients).count()) {
        // More than may be sent to stay in the field, with the reason: none of them is lost.
        let (origin, people) = file::pasted(std::mem::take(&mut draft.recipients)).await?;
        draft.origin.with_file(origin);
        (draft.source, wanted.tab, wanted.at) = (Source::File, Tab::File, 0);
        keep(messages, draft, Some(people)).await?;
    }
    if let Some(tab) = intent.strip_prefix("to:").and_then(Tab::parse)
        && tab != wanted.tab
    {
        if changed.is_some() {
            keep(messages, draft, changed.take()).await?;
        }
        (draft.source, wanted.tab, wanted.at) = (tab.source(), tab, 0);
    }
    match draft.source {
        Source::Tags => changed = Some(messages.resolve_tags(draft).await?.into()),
        Source::Uploads => changed = Some(messages.resolve_uploads(draft).await?.into()),
        Source::Paste | Source::File => {}
    }
    Ok((changed, Vec::new()))
}

/// What is known about the person the preview shows.
async fn facts_at(messages: &Messages, draft: &Draft, at: usize) -> Result<Facts, AppError> {
    let template = messages.any_template(&draft.app_id, &draft.content.template_id).await?;
    let look = messages.look(draft, &template.map(|template| template.fields()).unwrap_or_default()).await?;
    Ok(look.audience.people.into_iter().nth(at).map(|person| person.facts).unwrap_or_default())
}

/// `/send/example.csv`: a list as it may be uploaded, with a column for each field of a template.
pub(super) async fn example(State(messages): State<Messages>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let wanted = query.take("template").unwrap_or_default();
    query.done()?;
    let template = messages.any_template(&account.app_id, &wanted).await?;
    let fields = template.as_ref().map(|template| template.fields()).unwrap_or_default();
    let values = template.map(|template| example_values(&fields, &template.example)).unwrap_or_default();
    let columns = fields.iter().filter(|field| !field.kind.is_hidden());
    let (names, cells): (Vec<_>, Vec<_>) = columns.map(|field| (cell(&field.key), cell(values.get(&field.key)))).unzip();
    let line = |first: &str, name: &str, rest: &[String]| {
        let all: Vec<_> = [first.to_owned(), name.to_owned()].into_iter().chain(rest.iter().cloned()).collect();
        format!("{}\r\n", all.join(","))
    };
    // Spreadsheets take a file without the mark for one in the machine's own encoding.
    let text = format!(
        "\u{feff}{}{}{}",
        line("touser", "姓名", &names),
        line("oX3tH5kQm2vB7cRz9LwYpN4aDf8E", "小满", &cells),
        line("oX3tH5hJ6sUeW1xTq0MgKb5nVc2R", "小禾", &cells),
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"example.csv\"")),
    ];
    Ok((headers, text).into_response())
}
