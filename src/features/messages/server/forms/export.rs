//! `/batches/{id}/export.csv`: the recipients of a batch, or those with one outcome, as a CSV file that streams.

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream::unfold};

use super::super::{Message, Messages, history::Filter, http::state_of, reasons};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record},
        },
        messages::model::MessageState,
    },
    infra::{fields::Query, guard::Operator},
    shared::{error::AppError, lang::Lang, time::rfc3339},
    ui::Frame,
};

/// Rows read at once.
const ROWS: i64 = 500;

/// The file.
pub(super) async fn download(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    let state = state_of(&mut query, MessageState::parse);
    query.done()?;
    let name = format!("{}-{}.csv", &batch.id[..8.min(batch.id.len())], state.map_or("all", |state| state.word()));
    let facts = serde_json::json!({ "state": state.map(|state| state.word()) });
    let act = Act::new(Actor::User(operator.name), "batch.exported", format!("batch:{}", batch.id)).detail(facts.to_string());
    record(&messages.core, act).await?;
    let filter = Filter { state, batch_id: Some(batch.id), ..Filter::default() };
    let rows = Rows { messages, app_id: account.app_id.clone(), filter, lang: frame.lang, cursor: None, begun: false, over: false };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, Body::from_stream(unfold(rows, Rows::next).fuse())).into_response())
}

struct Rows {
    messages: Messages,
    app_id: String,
    filter: Filter,
    lang: Lang,
    cursor: Option<String>,
    begun: bool,
    over: bool,
}

impl Rows {
    async fn next(mut self) -> Option<(Result<Bytes, sqlx::Error>, Self)> {
        if self.over {
            return None;
        }
        // A mark for spreadsheets, which otherwise take the file for GBK.
        let mut text =
            if self.begun { String::new() } else { "\u{feff}touser,state,reason,errcode,msgid,sent_at,settled_at\r\n".to_owned() };
        self.begun = true;
        match self.messages.list(&self.app_id, &self.filter, self.cursor.as_deref(), ROWS).await {
            Ok(page) => {
                page.items.iter().for_each(|message| text.push_str(&row(message, self.lang)));
                self.over = page.next_cursor.is_none();
                self.cursor = page.next_cursor;
                Some((Ok(Bytes::from(text)), self))
            }
            Err(error) => {
                self.over = true;
                Some((Err(error), self))
            }
        }
    }
}

fn row(message: &Message, lang: Lang) -> String {
    let why =
        message.reason.as_deref().map(|reason| reasons::meaning(reason, message.errcode, message.errmsg.as_deref()).get(lang).to_owned());
    let cells = [
        message.touser.clone(),
        message.state.word().to_owned(),
        why.unwrap_or_default(),
        message.errcode.map(|code| code.to_string()).unwrap_or_default(),
        message.msgid.map(|id| id.to_string()).unwrap_or_default(),
        message.sent_at.map(rfc3339).unwrap_or_default(),
        message.settled_at.map(rfc3339).unwrap_or_default(),
    ];
    let mut line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}
