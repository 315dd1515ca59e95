//! `/send/{draft}/skipped.csv`: every line of a draft's list that gets nothing, with the reason.

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;

use super::super::{
    Messages,
    audience::Look,
    drafts::{Draft, Known},
};
use crate::{
    features::audit::server::export::cell,
    infra::guard::Operator,
    shared::{
        error::AppError,
        lang::{Lang, Text},
    },
    ui::{Frame, texts::recipients as r},
};

/// The longest value that is told, in characters.
const LONGEST: usize = 200;
/// Lines sent at once.
const CHUNK: usize = 2000;

/// The file. Its lines are no more than a list may have.
pub(super) async fn download(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let draft = messages.draft(&account.app_id, &operator.id, &id).await?;
    let lines = skipped(&messages, &draft, frame.lang).await?;
    let name = format!("attachment; filename=\"{}-skipped.csv\"", &draft.id[..8.min(draft.id.len())]);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(anyhow::Error::from)?),
    ];
    // A mark for spreadsheets, which otherwise take the file for GBK.
    let head = "\u{feff}line,openid,field,value,reason\r\n".to_owned();
    let chunks = lines.chunks(CHUNK).map(|lines| lines.iter().map(|(_, line)| line.as_str()).collect::<String>());
    let chunks: Vec<_> = std::iter::once(head).chain(chunks).map(|chunk| Ok::<_, std::convert::Infallible>(Bytes::from(chunk))).collect();
    Ok((headers, Body::from_stream(stream::iter(chunks))).into_response())
}

async fn skipped(messages: &Messages, draft: &Draft, lang: Lang) -> Result<Vec<(i64, String)>, AppError> {
    let template = messages.any_template(&draft.app_id, &draft.content.template_id).await?;
    let look = messages.look(draft, &template.map(|template| template.fields()).unwrap_or_default()).await?;
    let known = messages.known(draft, &look).await?;
    Ok(tokio::task::spawn_blocking(move || rows(&look, &known, lang)).await.map_err(anyhow::Error::from)?)
}

fn row(line: Option<i64>, [openid, field, value]: [&str; 3], why: &str) -> (i64, String) {
    let number = line.map(|line| line.to_string()).unwrap_or_default();
    let value: String = value.chars().take(LONGEST).collect();
    let cells = [number.as_str(), openid, field, &value, why].map(cell).join(",");
    (line.unwrap_or(i64::MAX), format!("{cells}\r\n"))
}

/// By line; those of whom no openid is known have none and come last.
fn rows(look: &Look, known: &Known, lang: Lang) -> Vec<(i64, String)> {
    let (audience, said) = (&look.audience, |text: Text| text.get(lang));
    let mut rows: Vec<_> = audience.malformed.iter().map(|(line, text)| row(Some(*line), [text, "", ""], said(r::NOT_AN_OPENID))).collect();
    rows.extend(audience.repeats.iter().map(|(line, openid)| row(Some(*line), [openid, "", ""], said(r::SKIPPED_REPEAT))));
    rows.extend(audience.unreached.iter().map(|name| row(None, ["", "", name], said(r::SKIPPED_UNREACHED))));
    let today: std::collections::HashSet<&str> = known.got_today.iter().map(String::as_str).collect();
    for (at, person) in audience.people.iter().enumerate() {
        let openid = person.openid.as_str();
        let mut skip = |field: &str, value: &str, why: &str| rows.push(row(Some(person.line), [openid, field, value], why));
        if look.left.contains(openid) {
            skip("", "", said(r::SKIPPED_LEFT));
        } else if look.survey.refused.contains(&at) {
            let filled = look.recipe.fill(&person.facts);
            if let Some((field, fault)) = look.recipe.broken(&filled.data) {
                skip(&field.key, filled.data.get(&field.key), fault.said().get(lang));
            }
        } else if look.foreign.contains(openid) {
            skip("", "", said(r::SKIPPED_FOREIGN));
        } else if today.contains(openid) {
            skip("", "", said(r::SKIPPED_TODAY));
        }
    }
    rows.sort_by_key(|(line, _)| *line);
    rows
}
