//! `/send`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::super::{Messages, drafts::Draft, templates::Template};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::Actor,
        messages::{
            model::{Content, Data, Miniprogram, Target},
            pages::compose::{Choice, Chosen, Compose, page},
        },
    },
    infra::{
        fields::{Form, Query},
        guard::Operator,
        page as answer,
    },
    shared::error::{AppError, FieldError},
    ui::{Frame, form::Refused, texts::compose as w},
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
    if let Some(template) = wanted {
        draft.content.template_id = template;
    }
    if let Some(openid) = to {
        draft.recipients = openid;
    }
    let mut sync_failed = None;
    if messages.templates_synced_at(&account.app_id).await?.is_none()
        && let Err(error) = messages.sync_templates(&account, Actor::System).await
    {
        sync_failed = Some(error.detail.get(frame.lang).to_owned());
    }
    let view = Compose { sync_failed, ..prepared(&messages, &account, &operator, draft).await? };
    Ok(answer::page(&frame, w::TITLE.get(frame.lang), || page(view)))
}

/// What the form's buttons ask for: another template, a fresh preview, a test, or the next step.
pub(super) async fn submit(State(messages): State<Messages>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let (draft, aside) = read(&messages, &account, &operator, &form).await?;
    let title = w::TITLE.get(frame.lang);
    // Whoever chose another template has not seen its fields yet: no step is taken for it.
    let changed =
        matches!(form.get("intent"), "review" | "test") && ![draft.content.template_id.as_str(), ""].contains(&form.trimmed("shown"));
    let faults = match form.get("intent") {
        _ if changed => Vec::new(),
        "review" => {
            let template = messages.template(&account.app_id, &draft.content.template_id).await?;
            let faults = draft.faults(template.as_ref());
            if faults.is_empty() {
                let id = messages.save_draft(draft).await?;
                return Ok(answer::done(&frame.href(&format!("/send/{id}/review")), None));
            }
            faults
        }
        "test" => match messages.send_test(&account, &operator, &draft).await {
            Ok(message) => {
                let to = frame.href(&format!("/messages/{}", message.id));
                return Ok(answer::done(&to, Some(w::TEST_SENT.get(frame.lang))));
            }
            Err(error) if error.status == 422 && !error.fields.is_empty() => error.fields.clone(),
            Err(error) => return Ok(error.into_response()),
        },
        _ => {
            let view = Compose { aside, ..prepared(&messages, &account, &operator, draft).await? };
            return Ok(answer::page(&frame, title, || page(view)));
        }
    };
    let view = Compose { aside, changed, refused: Refused(faults), ..prepared(&messages, &account, &operator, draft).await? };
    Ok(answer::refused_page(&frame, title, || page(view)))
}

/// The draft as the form holds it, and the values of keys that its template does not have. An id that is not the person's own open
/// draft counts as none.
async fn read(
    messages: &Messages,
    account: &Account,
    operator: &Operator,
    form: &Form,
) -> Result<(Draft, Vec<(String, String)>), AppError> {
    let known = match form.trimmed("draft") {
        "" => None,
        id => messages.draft(&account.app_id, &operator.id, id).await.ok().filter(|draft| draft.sent_at.is_none()),
    };
    let template_id = form.trimmed("template").to_owned();
    let values = form.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("data.")?.to_owned(), value.clone())));
    let (mut data, mut aside) = (Data(values.collect()), Vec::new());
    if let Some(template) = messages.template(&account.app_id, &template_id).await? {
        let fields = template.fields();
        // Of another template: not sent with this one, and not lost should that one be chosen again.
        aside = data.0.iter().filter(|(key, value)| !value.is_empty() && fields.iter().all(|field| field.key != *key)).cloned().collect();
        let keep = fields.into_iter().map(|field| {
            let value = data.get(&field.key).to_owned();
            (field.key, value)
        });
        data = Data(keep.collect());
    }
    let draft = Draft {
        id: known.as_ref().map(|draft| draft.id.clone()).unwrap_or_default(),
        app_id: account.app_id.clone(),
        user_id: operator.id.clone(),
        content: Content {
            template_id,
            data,
            target: Target::parse(form.get("target")).unwrap_or_default(),
            url: form.get("url").to_owned(),
            mini: Miniprogram {
                appid: form.trimmed("miniprogram.appid").to_owned(),
                pagepath: form.trimmed("miniprogram.pagepath").to_owned(),
            },
        },
        recipients: form.get("recipients").to_owned(),
        sent_at: None,
        updated_at: known.map_or(0, |draft| draft.updated_at),
    };
    Ok((draft, aside))
}

async fn prepared(messages: &Messages, account: &Account, operator: &Operator, mut draft: Draft) -> Result<Compose, AppError> {
    let templates = messages.templates(&account.app_id).await?;
    let named = templates.iter().find(|template| template.template_id == draft.content.template_id);
    let chosen = named.or_else(|| templates.iter().find(|template| template.gone_at.is_none()));
    if let Some(template) = chosen {
        draft.content.template_id.clone_from(&template.template_id);
    }
    let shown = |template: &&Template| template.gone_at.is_none() || template.template_id == draft.content.template_id;
    Ok(Compose {
        account: account.name.clone(),
        saved_at: (draft.updated_at > 0).then_some(draft.updated_at),
        choices: templates
            .iter()
            .filter(shown)
            .map(|template| Choice { template_id: template.template_id.clone(), title: template.title.clone() })
            .collect(),
        chosen: chosen.map(|template| Chosen {
            template_id: template.template_id.clone(),
            title: template.title.clone(),
            industry: super::industry(template),
            fields: template.fields(),
            legacy: template.is_legacy(),
        }),
        recipients: draft.recipients(),
        pasted: draft.recipients,
        content: draft.content,
        aside: Vec::new(),
        changed: false,
        draft: draft.id,
        refused: Refused(Vec::<FieldError>::new()),
        can_test: messages.own_openid(&operator.id).await?.is_some(),
        sync_failed: None,
    })
}
