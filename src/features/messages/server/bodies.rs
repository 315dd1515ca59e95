//! What callers send, as the description of the API tells it. [`super::body`] and [`super::batches::upload`] read it, a little more
//! kindly than is told: numbers are taken as texts, WeChat's `topcolor` and `color` are dropped. `src/tests/described.rs` holds the two
//! against each other.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::features::messages::model::{Canary, Miniprogram};

/// A value of a template: a text, or an object with it.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum ValueBody {
    /// The text itself.
    Text(String),
    /// As WeChat takes it.
    Worded(super::record::Worded),
}

/// What a message to one person says, whatever its channel.
#[derive(Serialize, ToSchema)]
pub struct MessagePartBody {
    /// The person's openid.
    #[schema(min_length = 1, max_length = 128)]
    pub touser: String,
    /// The template's long id.
    #[schema(min_length = 1, max_length = 128)]
    pub template_id: String,
    /// The values, by the template's keys.
    pub data: BTreeMap<String, ValueBody>,
    /// The page of a mini program that a tap opens.
    pub miniprogram: Option<Miniprogram>,
    /// For how long it may be tried (seconds); what is not sent by then fails with reason `too_late`.
    #[schema(minimum = 1, maximum = 604_800)]
    pub ttl: Option<i64>,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// A template message to one follower.
#[derive(Serialize, ToSchema)]
pub struct MessageBody {
    /// What it says.
    #[serde(flatten)]
    pub message: MessagePartBody,
    /// The page that a tap opens; http or https.
    #[schema(max_length = 2048)]
    pub url: Option<String>,
}

/// A subscribe notification to one person who has ticked its template.
#[derive(Serialize, ToSchema)]
pub struct NotificationBody {
    /// What it says.
    #[serde(flatten)]
    pub message: MessagePartBody,
    /// The page that a tap opens; http or https.
    #[schema(max_length = 2048)]
    pub page: Option<String>,
}

/// One of those a batch goes to.
#[derive(Serialize, ToSchema)]
pub struct RecipientBody {
    /// The openid.
    pub touser: String,
    /// Values of this recipient's own; they go before those of the batch.
    pub data: Option<BTreeMap<String, ValueBody>>,
}

/// A batch without those it goes to.
#[derive(Serialize, ToSchema)]
pub struct BatchPartBody {
    /// The template's long id.
    #[schema(min_length = 1, max_length = 128)]
    pub template_id: String,
    /// The values that all recipients share, by the template's keys.
    pub data: Option<BTreeMap<String, ValueBody>>,
    /// What people know it by; without it the template's title.
    #[schema(max_length = 128)]
    pub name: Option<String>,
    /// The page that a tap opens; http or https.
    #[schema(max_length = 2048)]
    pub url: Option<String>,
    /// The page of a mini program that a tap opens.
    pub miniprogram: Option<Miniprogram>,
    /// For how long each message may be tried (seconds).
    #[schema(minimum = 1, maximum = 604_800)]
    pub ttl: Option<i64>,
    /// When it goes out, RFC 3339; at most 30 days ahead, at once without it.
    #[schema(format = DateTime)]
    pub send_at: Option<String>,
    /// A few who go first.
    pub canary: Option<Canary>,
    /// `template` or `subscribe`; that of the template without.
    pub channel: Option<String>,
    /// AppID; may be left out where only one account exists.
    #[schema(min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// A batch as JSON.
#[derive(Serialize, ToSchema)]
pub struct BatchBody {
    /// What all recipients share.
    #[serde(flatten)]
    pub batch: BatchPartBody,
    /// Those it goes to.
    #[schema(max_items = 100_000)]
    pub recipients: Vec<RecipientBody>,
}

/// A batch with its recipients in a file.
#[derive(Serialize, ToSchema)]
pub struct BatchFileBody {
    /// JSON.
    pub batch: BatchPartBody,
    /// CSV, UTF-8 or GBK: a header line with `touser` and keys of the template.
    pub recipients: String,
}

/// Which messages a retry takes; both together where both are given.
#[derive(Serialize, ToSchema)]
pub struct RetryBody {
    /// `failed`, `unknown`.
    pub states: Option<Vec<String>>,
    /// Return codes of WeChat.
    pub errcodes: Option<Vec<i64>>,
}
