//! One template to many: how a batch stands, and what may be done with it.

use serde::Serialize;

use super::MessageState;
use crate::shared::lang::Text;

/// How a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchState {
    /// A second person has to agree.
    AwaitingApproval,
    /// Its time has not come.
    Scheduled,
    /// Its messages go out.
    Running,
    /// It stands still until somebody resumes it.
    Paused,
    /// Nothing is left to send.
    Done,
    /// What was left was dropped.
    Cancelled,
}

impl BatchState {
    /// All of them, in the order pages show them.
    pub const ALL: [Self; 6] = [Self::AwaitingApproval, Self::Scheduled, Self::Running, Self::Paused, Self::Done, Self::Cancelled];

    /// The word of database and API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AwaitingApproval => "awaiting_approval",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`BatchState::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word for people.
    pub const fn name(self) -> Text {
        match self {
            Self::AwaitingApproval => Text::new("待审批", "Awaiting approval"),
            Self::Scheduled => Text::new("排队", "Scheduled"),
            Self::Running => Text::new("发送中", "Sending"),
            Self::Paused => Text::new("已暂停", "Paused"),
            Self::Done => Text::new("已完成", "Done"),
            Self::Cancelled => Text::new("已取消", "Cancelled"),
        }
    }

    /// Whether `act` makes sense now.
    pub const fn takes(self, act: BatchAct) -> bool {
        match act {
            BatchAct::Approve => matches!(self, Self::AwaitingApproval),
            BatchAct::Pause => matches!(self, Self::Scheduled | Self::Running),
            BatchAct::Resume => matches!(self, Self::Paused),
            BatchAct::Cancel => !matches!(self, Self::Done | Self::Cancelled),
            BatchAct::Retry => matches!(self, Self::Running | Self::Paused | Self::Done),
        }
    }
}

/// What may be done with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BatchAct {
    /// A second person agrees.
    Approve,
    /// Send no more for now.
    Pause,
    /// Go on.
    Resume,
    /// Drop what is left.
    Cancel,
    /// Send again what failed and may yet succeed.
    Retry,
}

impl BatchAct {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Approve, Self::Pause, Self::Resume, Self::Cancel, Self::Retry];

    /// The word of routes, forms and the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    /// Reads [`BatchAct::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }
}

/// How many messages of a batch stand where. They add up to its total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Waiting.
    pub queued: i64,
    /// With an intent on disk, answer to come.
    pub sending: i64,
    /// WeChat took it; receipt to come.
    pub accepted: i64,
    /// WeChat's receipt says so.
    pub delivered: i64,
    /// Refused, or the receipt says so.
    pub failed: i64,
    /// No answer came, and a repeat is no longer safe.
    pub unknown: i64,
    /// Dropped.
    pub cancelled: i64,
}

impl Counts {
    /// All of them.
    pub const fn total(&self) -> i64 {
        self.queued + self.sending + self.accepted + self.delivered + self.failed + self.unknown + self.cancelled
    }

    /// Those that may still go out.
    pub const fn open(&self) -> i64 {
        self.queued + self.sending
    }

    /// One of them.
    pub const fn of(&self, state: MessageState) -> i64 {
        match state {
            MessageState::Queued => self.queued,
            MessageState::Sending => self.sending,
            MessageState::Accepted => self.accepted,
            MessageState::Delivered => self.delivered,
            MessageState::Failed => self.failed,
            MessageState::Unknown => self.unknown,
            MessageState::Cancelled => self.cancelled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_an_end() {
        for act in BatchAct::ALL {
            assert!(!BatchState::Cancelled.takes(act), "{act:?}");
            assert_eq!(BatchState::Done.takes(act), act == BatchAct::Retry);
            assert_eq!(BatchAct::parse(act.word()), Some(act));
        }
        for state in BatchState::ALL {
            assert_eq!(BatchState::parse(state.word()), Some(state));
        }
    }
}
