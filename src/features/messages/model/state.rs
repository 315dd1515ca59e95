//! The states of a message and the words for why it is there.

use crate::shared::lang::Text;

/// Where a message stands. `delivered`, `failed` and `cancelled` are for good; `unknown` may still be settled by a late receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Waits for its turn.
    Queued,
    /// Its intent is on disk, WeChat is being called.
    Sending,
    /// WeChat took it; the receipt is still to come.
    Accepted,
    /// The receipt says delivered.
    Delivered,
    /// Refused, or the receipt says it failed.
    Failed,
    /// Nobody can say whether WeChat took it.
    Unknown,
    /// Taken back before it was sent.
    Cancelled,
}

impl MessageState {
    /// All states, in the order pages list them.
    pub const ALL: [Self; 7] = [Self::Queued, Self::Sending, Self::Accepted, Self::Delivered, Self::Failed, Self::Unknown, Self::Cancelled];

    /// The word of database and API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`MessageState::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether a caller with `Prefer: wait` has its answer.
    pub const fn is_settled(self) -> bool {
        !matches!(self, Self::Queued | Self::Sending)
    }

    /// Whether a receipt may still change it.
    pub const fn takes_receipts(self) -> bool {
        matches!(self, Self::Sending | Self::Accepted | Self::Unknown)
    }

    /// The name for people.
    pub const fn name(self) -> Text {
        match self {
            Self::Queued => Text::new("待发", "Queued"),
            Self::Sending => Text::new("发送中", "Sending"),
            Self::Accepted => Text::new("已提交", "Accepted"),
            Self::Delivered => Text::new("已送达", "Delivered"),
            Self::Failed => Text::new("失败", "Failed"),
            Self::Unknown => Text::new("不确定", "Uncertain"),
            Self::Cancelled => Text::new("已取消", "Cancelled"),
        }
    }
}

/// Stable words for why a message stands where it does; an errcode gives `wechat_` and its number.
pub mod reasons {
    /// Its time to live was over before it could be sent.
    pub const TOO_LATE: &str = "too_late";
    /// WeChat reviews the text and sends it by itself (40252).
    pub const UNDER_REVIEW: &str = "under_review";
    /// The person refuses messages of the account.
    pub const USER_BLOCK: &str = "user_block";
    /// The receipt names another cause on WeChat's side.
    pub const SYSTEM_FAILED: &str = "system_failed";
    /// Too many messages to this person.
    pub const FREQUENCY_LIMITED: &str = "frequency_limited";
    /// The receipt's words are not known.
    pub const RECEIPT_FAILED: &str = "receipt_failed";
    /// WeChat was called and no readable answer came.
    pub const NO_ANSWER: &str = "no_answer";
    /// WeChat could not be reached; nothing was sent.
    pub const NOT_REACHED: &str = "not_reached";
    /// We could not make the call; the fault is ours.
    pub const INTERNAL_ERROR: &str = "internal_error";
    /// Our own disk is full.
    pub const DISK_FULL: &str = "disk_full";
    /// The account's quiet hours.
    pub const QUIET_HOURS: &str = "quiet_hours";
    /// The person had as many messages this week as the account allows itself.
    pub const WEEKLY_CAP: &str = "weekly_cap";
    /// Too few of those who went first received it.
    pub const CANARY_FAILED: &str = "canary_failed";
    /// No receipts came for those who went first.
    pub const CANARY_SILENT: &str = "canary_silent";
    /// WeChat suddenly refused many.
    pub const BRAKED: &str = "braked";
    /// Somebody paused the batch.
    pub const BY_PERSON: &str = "paused_by_person";
    /// Nobody knew, and somebody found out and said so.
    pub const TOLD_BY_PERSON: &str = "by_person";

    /// The word of a return code: `wechat_43004`; busy (-1) is `wechat_busy`.
    pub fn of_errcode(errcode: i64) -> String {
        if errcode == -1 { "wechat_busy".into() } else { format!("wechat_{errcode}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_back_and_what_is_final_stays() {
        assert!(MessageState::ALL.into_iter().all(|state| MessageState::parse(state.word()) == Some(state)));
        for state in [MessageState::Delivered, MessageState::Failed, MessageState::Cancelled, MessageState::Queued] {
            assert!(!state.takes_receipts(), "{state:?}");
        }
        assert_eq!(reasons::of_errcode(43004), "wechat_43004");
        assert_eq!(reasons::of_errcode(-1), "wechat_busy");
    }
}
