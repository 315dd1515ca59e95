//! Texts of the quota page.

use crate::shared::lang::Text;

/// Title and link.
pub const TITLE: Text = Text::new("接口额度", "Quotas");
/// Line under it.
pub const LINE: Text = Text::new(
    "微信每天允许调用多少次，已经用了多少。其他系统的调用也算在内，每天 0 点恢复。",
    "How often WeChat lets each call be made a day, and how much is used, other systems included. Counts begin anew at midnight in China.",
);
/// Section.
pub const TODAY: Text = Text::new("今天", "Today");
/// Before the moment.
pub const ASKED_AT: Text = Text::new("问微信的时间", "Asked");
/// Column.
pub const CALL: Text = Text::new("接口", "Call");
/// Column.
pub const USED: Text = Text::new("已用", "Used");
/// Column.
pub const LEFT: Text = Text::new("剩余", "Left");
/// Column.
pub const LIMIT: Text = Text::new("每天上限", "Limit a day");
/// Badge.
pub const FEW: Text = Text::new("快用完", "Few left");
/// Where WeChat gives no limit.
pub const NO_LIMIT: Text = Text::new("微信没有给出上限", "WeChat names no limit");
/// Nothing could be learned.
pub const NOT_TOLD: Text = Text::new("没有问到额度", "The quotas could not be learned");
/// Button.
pub const CLEAR: Text = Text::new("清零", "Set back");
/// Title of the page that asks first.
pub const CLEAR_ASK: Text = Text::new("把今天的调用次数清零？", "Set today's counts back?");
/// Line under it.
pub const CLEAR_LINE: Text = Text::new(
    "微信会把这个公众号所有接口的次数一起清零。次数很少，额度真的用完了再清。",
    "WeChat sets the counts of all calls of the account back. This is rare: use it when a quota is really spent.",
);
/// Field.
pub const TYPE_IT: Text = Text::new("输入 AppID 确认", "Type the AppID to confirm");
/// Under it.
pub const TYPE_HINT: Text = Text::new("照上面写的输入", "As it stands above");
/// Refused.
pub const NOT_SAME: Text = Text::new("和 AppID 不一样。", "This is not the AppID.");
/// It did not work.
pub const NOT_CLEARED: Text = Text::new("没有清零", "Nothing was set back");
/// Flash.
pub const CLEARED: Text = Text::new("已清零", "Counts set back");
/// Link back.
pub const CANCEL: Text = Text::new("取消", "Cancel");
