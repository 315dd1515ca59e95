//! The message record of the API, exactly as the contract lists it.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::{Message, reasons, sending::Standstill, store::Row};
use crate::{
    features::messages::model::{Data, MessageState, Miniprogram},
    shared::{lang::Lang, time::rfc3339},
};

/// A message as programs see it. Every field is always there.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MessageRecord)]
pub struct Record {
    /// Our id.
    id: String,
    /// AppID.
    account: String,
    /// The batch it belongs to.
    batch_id: Option<String>,
    /// The openid it goes to.
    touser: String,
    /// The template's long id.
    template_id: String,
    /// The values, by the template's keys.
    #[schema(value_type = BTreeMap<String, Worded>)]
    data: Values,
    /// The page that a tap opens.
    url: Option<String>,
    /// The page of a mini program that a tap opens.
    miniprogram: Option<Miniprogram>,
    /// `queued sending accepted delivered failed unknown cancelled`.
    state: &'static str,
    /// WeChat's id, a number of 64 bits.
    msgid: Option<String>,
    /// The id it goes to WeChat under.
    client_msg_id: String,
    /// WeChat's return code.
    errcode: Option<i64>,
    /// WeChat's own words.
    errmsg: Option<String>,
    /// A stable word.
    reason: Option<String>,
    /// A sentence in the caller's language.
    hint: Option<String>,
    /// How often it was tried.
    attempts: i64,
    /// RFC 3339, UTC.
    created_at: String,
    /// RFC 3339, UTC.
    sent_at: Option<String>,
    /// RFC 3339, UTC.
    settled_at: Option<String>,
    /// `template` or `subscribe`.
    channel: &'static str,
}

/// A value as WeChat takes it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = MessageValue)]
pub struct Worded {
    /// The text.
    pub value: String,
}

/// `{"thing1":{"value":"…"}}`, as WeChat takes it.
#[derive(Debug)]
struct Values(Data);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.0.len()))?;
        for (key, value) in &self.0.0 {
            map.serialize_entry(key, &Worded { value: value.clone() })?;
        }
        map.end()
    }
}

impl Record {
    /// The record in the caller's language. A waiting message without a reason of its own has that of the account's standstill.
    pub fn new(message: Message, hold: Option<&Standstill>, lang: Lang) -> Self {
        let message = with_hold(message, hold);
        let hint = reasons::hint_of(&message);
        Self {
            hint: hint.map(|said| said.get(lang).to_owned()),
            state: message.state.word(),
            msgid: message.msgid.map(|id| id.to_string()),
            data: Values(message.data),
            created_at: rfc3339(message.created_at),
            sent_at: message.sent_at.map(rfc3339),
            settled_at: message.settled_at.map(rfc3339),
            channel: message.channel.word(),
            id: message.id,
            account: message.app_id,
            batch_id: message.batch_id,
            touser: message.touser,
            template_id: message.template_id,
            url: message.url,
            miniprogram: message.miniprogram,
            client_msg_id: message.client_msg_id,
            errcode: message.errcode,
            errmsg: message.errmsg,
            reason: message.reason,
            attempts: message.attempts,
        }
    }
}

/// The record of a row that was noted for webhooks (a JSON object of columns), in the language of callers that name none.
pub fn of_noted(row: &str) -> Option<serde_json::Value> {
    let row: Row = serde_json::from_str(row).ok()?;
    serde_json::to_value(Record::new(row.into(), None, Lang::default())).ok()
}

/// A message that waits behind an account's standstill says why.
pub fn with_hold(mut message: Message, hold: Option<&Standstill>) -> Message {
    if message.state == MessageState::Queued
        && message.reason.is_none()
        && let Some(hold) = hold
    {
        message.reason = Some(hold.reason());
        if let Some((errcode, errmsg)) = hold.refusal() {
            message.errcode = Some(errcode);
            message.errmsg = Some(errmsg.to_owned());
        }
    }
    message
}
