//! The batch record of the API, exactly as the contract lists it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Batch, Rejected, store::Row};
use crate::{
    features::messages::model::{Canary, Counts},
    shared::{lang::Lang, time::rfc3339},
};

/// A batch as programs see it. Every field is always there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchRecord)]
pub struct Record {
    /// Our id.
    id: String,
    /// AppID.
    account: String,
    /// What people know it by.
    name: String,
    /// The template's long id.
    template_id: String,
    /// `awaiting_approval scheduled running paused done cancelled`.
    state: &'static str,
    /// How many messages it has.
    total: i64,
    /// How many of them stand where.
    counts: Counts,
    /// RFC 3339, UTC.
    created_at: String,
    /// When it may begin, RFC 3339, UTC.
    send_at: String,
    /// RFC 3339, UTC.
    started_at: Option<String>,
    /// RFC 3339, UTC.
    ended_at: Option<String>,
    /// Why it does not go on, a stable word.
    reason: Option<String>,
    /// WeChat's return code.
    errcode: Option<i64>,
    /// WeChat's own words.
    errmsg: Option<String>,
    /// A sentence in the caller's language.
    hint: Option<String>,
    /// A few who go first.
    canary: Option<First>,
}

/// Those who go first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchCanary)]
struct First {
    #[serde(flatten)]
    rule: Canary,
    /// When the others were let go; null while they wait.
    ended_at: Option<String>,
}

/// The answer to whoever files a batch: the record, and what became of its list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FiledBatch)]
pub struct Filed {
    #[serde(flatten)]
    record: Record,
    /// How many recipients stood in the list before.
    duplicates: i64,
    /// Recipients that were refused.
    rejected: Vec<Rejected>,
}

/// The answer to whoever moves a batch: the record, and how many messages that touched.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TurnedBatch)]
pub struct Turned {
    #[serde(flatten)]
    record: Record,
    /// How many messages it touched.
    messages: u64,
}

impl Record {
    /// The record in the caller's language.
    pub fn new(batch: Batch, lang: Lang) -> Self {
        let hint = batch.why().and_then(|(_, hint)| hint).map(|hint| hint.get(lang).to_owned());
        Self {
            state: batch.state.word(),
            created_at: rfc3339(batch.created_at),
            send_at: rfc3339(batch.send_at),
            started_at: batch.started_at.map(rfc3339),
            ended_at: batch.ended_at.map(rfc3339),
            id: batch.id,
            account: batch.app_id,
            name: batch.name,
            template_id: batch.template_id,
            total: batch.total,
            counts: batch.counts,
            reason: batch.reason,
            errcode: batch.errcode,
            errmsg: batch.errmsg,
            hint,
            canary: batch.canary.map(|ahead| First { rule: ahead.rule, ended_at: ahead.ended_at.map(rfc3339) }),
        }
    }
}

/// The record of a row that was noted for webhooks (a JSON object of columns), in the language of callers that name none.
pub fn of_noted(row: &str) -> Option<serde_json::Value> {
    let row: Row = serde_json::from_str(row).ok()?;
    serde_json::to_value(Record::new(row.into(), Lang::default())).ok()
}

impl Filed {
    /// The answer in the caller's language.
    pub fn new(mut batch: Batch, lang: Lang) -> Self {
        let (duplicates, rejected) = (batch.duplicates, std::mem::take(&mut batch.rejected));
        Self { record: Record::new(batch, lang), duplicates, rejected }
    }
}

impl Turned {
    /// The answer in the caller's language.
    pub fn new(batch: Batch, messages: u64, lang: Lang) -> Self {
        Self { record: Record::new(batch, lang), messages }
    }
}
