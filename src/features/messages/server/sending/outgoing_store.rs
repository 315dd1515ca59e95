//! SQL of messages as sending needs them. The rows of one look at the queue come as one JSON text: handing on each by itself would cost more than reading
//! it.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::features::messages::model::{Channel, Data, Miniprogram};

/// What of a message is needed to call WeChat for it, in the order of `outgoing!`. Times are Unix milliseconds.
#[derive(Clone, Debug, Deserialize)]
pub struct Outgoing {
    /// Its public id.
    pub(in super::super) id: String,
    /// The account's AppID.
    pub(super) app_id: String,
    /// The batch it belongs to.
    pub(super) batch_id: Option<String>,
    /// By which call it goes out.
    #[serde(deserialize_with = "channel")]
    pub(super) channel: Channel,
    /// The recipient's openid.
    pub(in super::super) touser: String,
    /// The template's long id.
    pub(super) template_id: String,
    /// Values in the template's order.
    #[serde(deserialize_with = "inner")]
    pub(super) data: Data,
    /// The page a tap opens.
    pub(super) url: Option<String>,
    /// The mini program a tap opens.
    #[serde(deserialize_with = "inner_or_none")]
    pub(super) miniprogram: Option<Miniprogram>,
    /// The id that makes a repeat safe.
    pub(super) client_msg_id: String,
    /// How often WeChat was called for it.
    pub(super) attempts: i64,
    /// Not sent before this.
    pub(super) not_before: i64,
    /// Since when it is in doubt.
    pub(super) intent_at: Option<i64>,
}

impl Outgoing {
    /// Reads what `outgoing!` selects. SQLite does not promise the order of what it gathers, so it is made here.
    pub(in super::super) fn all(gathered: &str, order: impl Fn(&Self, &Self) -> Ordering) -> Result<Vec<Self>, sqlx::Error> {
        let mut found: Vec<Self> = serde_json::from_str(gathered).map_err(|error| sqlx::Error::Decode(error.into()))?;
        found.sort_by(order);
        Ok(found)
    }
}

/// `query_scalar!` for messages as [`Outgoing::all`] reads them: everything after `from messages`.
macro_rules! outgoing {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_scalar!(
            r#"select json_group_array(json_array(id, app_id, batch_id, channel, touser, template_id, data, url, miniprogram, client_msg_id,
                attempts, not_before, intent_at)) as "found!: String"
             from (select * from messages "# + $tail + ")" $(, $argument)*
        )
    };
}
pub(in super::super) use outgoing;

fn channel<'de, D: Deserializer<'de>>(from: D) -> Result<Channel, D::Error> {
    // The check constraint of the table admits no other word.
    Ok(Channel::parse(<&str>::deserialize(from)?).unwrap_or_default())
}

/// A column that holds JSON of its own; what cannot be read counts as empty, as everywhere.
fn inner<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_str(&String::deserialize(from)?).unwrap_or_default())
}

fn inner_or_none<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.and_then(|text| serde_json::from_str(&text).ok()))
}
