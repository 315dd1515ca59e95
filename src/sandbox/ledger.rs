//! The record of what the simulator was asked.

use serde::{Deserialize, Serialize};

/// One call that arrived. Holds no token, secret or code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Path without query.
    pub path: String,
    /// The account, where the call named a known one.
    pub app_id: String,
    /// The answered errcode; 0 = success.
    pub errcode: i64,
    /// Short facts: for sends openid, client_msg_id and msgid.
    pub detail: String,
    /// The fault dial that acted, if one did (`cut`, `cut_after_accept`, `garbage`, `busy`, …).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
