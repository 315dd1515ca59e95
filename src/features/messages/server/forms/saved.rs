//! The composer's draft kept while somebody types, and what the server alone can say about it: what variables become, who left.

use axum::{
    Json,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::super::{Messages, drafts::Draft};
use crate::{
    features::messages::{
        model::{Audience, Recipe, Source, TemplateField, has_variables},
        pages::{card::kept, compose::counter},
    },
    shared::{error::AppError, time},
    ui::{Frame, texts::compose as w},
};

/// Keeps what is typed, for a script that does so while somebody thinks. A draft that went out is not begun anew behind one's back.
pub(super) async fn save(messages: &Messages, frame: &Frame, draft: Draft, was_sent: bool, at: usize) -> Result<Response, AppError> {
    let answer = if was_sent { json!({ "draft": null }) } else { kept_draft(messages, frame, draft, at).await? };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

async fn kept_draft(messages: &Messages, frame: &Frame, draft: Draft, at: usize) -> Result<Value, AppError> {
    let id = messages.save_draft(draft.clone()).await?;
    let draft = Draft { id, ..draft };
    let now = messages.core.now();
    let template = messages.any_template(&draft.app_id, &draft.content.template_id).await?;
    let fields = template.map(|template| template.fields()).unwrap_or_default();
    let (preview, counts) = shown(messages, &draft, &fields, at).await?;
    Ok(json!({
        "draft": draft.id,
        "saved_at": time::rfc3339(now),
        "line": format!("{} {}", w::SAVED_AT.get(frame.lang), time::clock(now)),
        "preview": preview,
        "count": counts,
        "tally": tally(messages, &draft).await?,
    }))
}

type Texts = Map<String, Value>;

/// What the card shows of the values that differ from person to person, for the person whose message is shown, and how long they are.
async fn shown(messages: &Messages, draft: &Draft, fields: &[TemplateField], at: usize) -> Result<(Texts, Texts), AppError> {
    let recipe = Recipe::new(fields, &draft.content.data, draft.columns());
    let (mut preview, mut counts) = (Map::new(), Map::new());
    if !recipe.varies_at_all() {
        return Ok((preview, counts));
    }
    let person = messages.person_at(draft, &recipe, at).await?;
    // Nobody to fill the variables for: they show as they are.
    let data = person.map_or_else(|| draft.content.data.clone(), |person| recipe.fill(&person.facts).data);
    for field in fields.iter().filter(|field| recipe.varies(&field.key)) {
        let value = data.get(&field.key);
        preview.insert(field.key.clone(), kept(field.kind, value).into());
        if has_variables(draft.content.data.get(&field.key)) {
            counts.insert(field.key.clone(), counter(field.kind, value).into());
        }
    }
    Ok((preview, counts))
}

/// A pasted list counted; the browser counts it too, but does not know who left or was never there. Other lists change by buttons only.
async fn tally(messages: &Messages, draft: &Draft) -> Result<Value, AppError> {
    if draft.source != Source::Paste {
        return Ok(Value::Null);
    }
    let audience = Audience::pasted(&draft.recipients);
    let (left, foreign) = messages.absent(draft, &audience).await?;
    let good = audience.people.len().saturating_sub(left.len() + foreign.len());
    Ok(json!({
        "good": good, "merged": audience.repeats.len(), "malformed": audience.malformed.len(), "left": left.len(), "foreign": foreign.len(),
    }))
}
