//! Texts of the history.

use crate::shared::lang::Text;

/// In the place of a template's title.
pub const NOTIFICATION: Text = Text::new("订阅通知", "Subscribe notification");
/// Page `/messages`.
pub const TITLE: Text = Text::new("发送记录", "History");
/// Line under it while a draft's messages are shown.
pub const OF_DRAFT: Text = Text::new("刚才这次发送", "This sending");
/// Chip while a batch's messages are shown, before its name.
pub const OF_BATCH: Text = Text::new("批次", "Batch");
/// Link.
pub const EXPORT: Text = Text::new("导出 CSV", "Export CSV");
/// Filter.
pub const ANYBODY: Text = Text::new("全部发起人", "Anybody");
/// Link away from that.
pub const ALL: Text = Text::new("全部记录", "All history");
/// Button.
pub const NEW: Text = Text::new("发送消息", "Send message");
/// Nothing there.
pub const EMPTY: Text = Text::new("还没有发过消息", "Nothing has been sent yet");
/// Nothing matches.
pub const NO_MATCH: Text = Text::new("没有符合的记录", "Nothing matches");
/// Link.
pub const CLEAR: Text = Text::new("清除筛选", "Clear filters");
/// Filter.
pub const ANY_STATE: Text = Text::new("全部状态", "Any state");
/// Filter.
pub const ANY_TEMPLATE: Text = Text::new("全部模板", "Any template");
/// Filter.
pub const STATE: Text = Text::new("状态", "State");
/// Filter.
pub const TEMPLATE: Text = Text::new("模板", "Template");
/// Filter.
pub const TOUSER: Text = Text::new("收件人 OpenID", "Recipient's openid");
/// Filter.
pub const FROM: Text = Text::new("从", "From");
/// Filter.
pub const TO: Text = Text::new("到", "To");
/// Button.
pub const FILTER: Text = Text::new("筛选", "Filter");
/// Landmark of the filters.
pub const FILTERS: Text = Text::new("筛选记录", "Filter the history");
/// Caption of the table.
pub const CAPTION: Text = Text::new("发出的消息，最新的在前", "Messages, newest first");
/// Column.
pub const RECIPIENT: Text = Text::new("收件人", "Recipient");
/// Column.
pub const OUTCOME: Text = Text::new("结果", "Outcome");
/// Column.
pub const EXPLANATION: Text = Text::new("说明", "Explanation");
/// Column.
pub const MSGID: Text = Text::new("微信消息号", "WeChat's id");
/// Column.
pub const BY: Text = Text::new("发起人", "By");
/// Column.
pub const TIME: Text = Text::new("时间", "Time");
/// Explanation of a delivered one.
pub const RECEIPT_SUCCESS: Text = Text::new("微信回执 success", "WeChat's receipt: success");
/// Explanation of an accepted one.
pub const WAITS_RECEIPT: Text = Text::new("微信已收下，等回执", "WeChat has it; waiting for the receipt");
/// Explanation of a waiting one.
pub const WAITS_TURN: Text = Text::new("等待发送", "Waiting for its turn");
/// Explanation of one under way.
pub const CALLING: Text = Text::new("正在交给微信", "Being handed to WeChat");
/// Explanation of a cancelled one.
pub const TAKEN_BACK: Text = Text::new("发送前取消了", "Taken back before it was sent");
/// Notice.
pub const HELD: Text = Text::new("发送暂停着：", "Sending stands still: ");
/// Its second part.
pub const PROBE_AT: Text = Text::new("自动再试：", "Tried again by itself: ");
/// Button.
pub const TRY_NOW: Text = Text::new("现在再试", "Try now");
/// Flash.
pub const TRYING: Text = Text::new("正在用一条消息试探", "One message is trying it out");
/// Notice.
pub const LOCKED: Text =
    Text::new("发送已被管理员锁定，待发的消息都在等。", "An administrator has locked all sending; queued messages wait.");

/// Page `/messages/{id}`.
pub const ONE_TITLE: Text = Text::new("消息", "Message");
/// Block.
pub const SNAPSHOT: Text = Text::new("内容", "Content");
/// Link.
pub const AGAIN: Text = Text::new("用这个模板再发", "Send with this template");
/// Block.
pub const TIMELINE: Text = Text::new("经过", "What happened");
/// Event.
pub const EVENT_CREATED: Text = Text::new("收下", "Taken in");
/// Event.
pub const EVENT_INTENT: Text = Text::new("开始发送", "Sending began");
/// Event.
pub const EVENT_SENT: Text = Text::new("微信收下", "WeChat took it");
/// Event.
pub const EVENT_FIRST: Text = Text::new("到点发送", "Goes out");
/// Event.
pub const EVENT_NEXT: Text = Text::new("下一次尝试", "Next try");
/// Event.
pub const EVENT_END: Text = Text::new("结束", "End");
/// Block.
pub const WHY: Text = Text::new("说明", "Explanation");
/// Details.
pub const RAW: Text = Text::new("微信的原文", "WeChat's own words");
/// Block.
pub const FACTS: Text = Text::new("资料", "Facts");
/// Line.
pub const CLIENT_MSG_ID: Text = Text::new("防重编号", "client_msg_id");
/// Line.
pub const ATTEMPTS: Text = Text::new("调用次数", "Calls");
/// Line.
pub const EXPIRES: Text = Text::new("最晚", "Not after");
/// Line.
pub const ERRCODE: Text = Text::new("微信返回码", "WeChat's code");
/// Line.
pub const OPENS: Text = Text::new("点击后", "When tapped");
/// Line.
pub const BATCH: Text = Text::new("批次", "Batch");
/// Explanation of a message that goes out in a moment.
pub const RESTS: Text =
    Text::new("提交 10 秒后发送，在那之前可以撤销", "Goes out 10 seconds after it was submitted, and can be undone until then");
/// Flash.
pub const UNDONE: Text = Text::new("已撤销，没有发送", "Undone; nothing was sent");
/// Flash.
pub const UNDONE_LATE: Text = Text::new(
    "不再重试；之前调用过微信，没有等到答复，不确定是否送达",
    "It is not tried again; WeChat was called before and never answered, so it may have arrived",
);
/// Flash.
pub const SENT_AGAIN: Text = Text::new("正在重发", "Sending it again");
/// Flash.
pub const MARKED: Text = Text::new("已标记", "Marked");
/// Nothing opens.
pub const OPENS_NOTHING: Text = Text::new("不跳转", "Nothing");
/// Unknown, waiting.
pub const WAITS_UNTIL: Text = Text::new("回执到了会自己变成已送达或失败，等到", "A receipt settles it by itself, awaited until");
/// Unknown, waited long enough.
pub const WAITED: Text = Text::new(
    "等过了回执，没有等到。问问对方收到没有，再决定要不要重发。",
    "No receipt came in time. Ask the person before you send it again.",
);
