//! Recipients as a CSV file that streams: `/batches/{id}/export.csv` for a batch or a slice of it, `/messages/export.csv` for the history
//! with its filters.

use std::collections::{HashMap, VecDeque};

use axum::{
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream::unfold};

use super::{
    super::{Message, Messages, history::Filter, http::state_of, reasons},
    batches::Shown,
    history::{read, shown_openid},
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record},
        },
        messages::model::MessageState,
    },
    infra::{fields::Query, guard::Operator},
    shared::{error::AppError, lang::Lang, rights::Right, time::rfc3339},
    ui::Frame,
};

/// Rows read at once.
const ROWS: i64 = 500;
/// The mark is for spreadsheets, which otherwise take the file for GBK.
const HEAD: &str = "\u{feff}touser,name,state,reason,errcode,msgid,attempts,created_at,sent_at,settled_at,values\r\n";

/// Which part of a batch somebody wants.
#[derive(Clone, Copy)]
enum Part {
    Of(MessageState),
    /// All who did not get it, as far as is known: failed and uncertain.
    Missed,
}

impl Part {
    fn parse(word: &str) -> Option<Self> {
        if word == "missed" { Some(Self::Missed) } else { MessageState::parse(word).map(Self::Of) }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Of(state) => state.word(),
            Self::Missed => "missed",
        }
    }
}

/// A batch's file.
pub(super) async fn download(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    let part = state_of(&mut query, Part::parse);
    let tabs = match part {
        None => vec![None],
        Some(Part::Of(state)) => vec![Some(state)],
        Some(Part::Missed) => vec![Some(MessageState::Failed), Some(MessageState::Unknown)],
    };
    let shown: Vec<Shown> = tabs.into_iter().map(|tab| Shown::read(&mut query, tab, true)).collect();
    query.done()?;
    let mut filters = VecDeque::new();
    for one in &shown {
        filters.push_back(one.filter(&messages, &account.app_id, &batch.id).await?);
    }
    let word = part.map_or("all", Part::word);
    let facts = serde_json::json!({ "state": part.map(Part::word), "reason": filters[0].cause.as_ref().map(|cause| &cause.reason) });
    let act = Act::new(Actor::User(operator.name), "batch.exported", format!("batch:{}", batch.id)).detail(facts.to_string());
    record(&messages.core, act).await?;
    let name = format!("{}-{word}.csv", &batch.id[..8.min(batch.id.len())]);
    Rows::new(messages, account.app_id.clone(), filters, true, frame.lang).answer(&name)
}

/// The history's file, with the filters of its page.
pub(super) async fn history(
    State(messages): State<Messages>,
    frame: Frame,
    operator: Operator,
    mut query: Query,
) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let openids = operator.role.may(Right::Openids);
    let (_, filter) = read(&mut query, openids);
    query.done()?;
    let facts =
        serde_json::json!({ "state": filter.state.map(MessageState::word), "template_id": filter.template_id, "batch": filter.batch_id });
    let object = format!("account:{}", account.app_id);
    record(&messages.core, Act::new(Actor::User(operator.name), "messages.exported", object).detail(facts.to_string())).await?;
    Rows::new(messages, account.app_id.clone(), VecDeque::from([filter]), openids, frame.lang).answer("messages.csv")
}

struct Rows {
    messages: Messages,
    app_id: String,
    /// One after the other.
    filters: VecDeque<Filter>,
    openids: bool,
    lang: Lang,
    cursor: Option<String>,
    begun: bool,
}

impl Rows {
    fn new(messages: Messages, app_id: String, filters: VecDeque<Filter>, openids: bool, lang: Lang) -> Self {
        Self { messages, app_id, filters, openids, lang, cursor: None, begun: false }
    }

    fn answer(self, name: &str) -> Result<Response, AppError> {
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_DISPOSITION, HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?),
        ];
        Ok((headers, Body::from_stream(unfold(self, Self::next).fuse())).into_response())
    }

    async fn next(mut self) -> Option<(Result<Bytes, sqlx::Error>, Self)> {
        let filter = self.filters.front()?.clone();
        let mut text = if self.begun { String::new() } else { HEAD.to_owned() };
        self.begun = true;
        match self.piece(&filter, &mut text).await {
            Ok(next) => {
                self.cursor = next;
                if self.cursor.is_none() {
                    self.filters.pop_front();
                }
                Some((Ok(Bytes::from(text)), self))
            }
            Err(error) => {
                self.filters.clear();
                Some((Err(error), self))
            }
        }
    }

    async fn piece(&self, filter: &Filter, text: &mut String) -> Result<Option<String>, sqlx::Error> {
        let page = self.messages.list(&self.app_id, filter, self.cursor.as_deref(), ROWS).await?;
        let names = if self.openids { self.messages.names(&self.app_id, &page.items).await? } else { HashMap::new() };
        page.items.iter().for_each(|message| text.push_str(&self.row(message, names.get(&message.touser))));
        Ok(page.next_cursor)
    }

    fn row(&self, message: &Message, name: Option<&String>) -> String {
        let why = message.reason.as_deref().map(|reason| reasons::meaning(reason, message.errcode, message.errmsg.as_deref()));
        let cells = [
            shown_openid(message, self.openids),
            name.cloned().unwrap_or_default(),
            message.state.word().to_owned(),
            why.map(|why| why.get(self.lang).to_owned()).unwrap_or_default(),
            message.errcode.map(|code| code.to_string()).unwrap_or_default(),
            message.msgid.map(|id| id.to_string()).unwrap_or_default(),
            message.attempts.to_string(),
            rfc3339(message.created_at),
            message.sent_at.map(rfc3339).unwrap_or_default(),
            message.settled_at.map(rfc3339).unwrap_or_default(),
            serde_json::to_string(&message.data).unwrap_or_default(),
        ];
        let mut line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
        line.push_str("\r\n");
        line
    }
}
