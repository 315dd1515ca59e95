//! Texts of batches.

use crate::shared::lang::Text;

/// Page `/batches`, and the tab that leads there.
pub const TITLE: Text = Text::new("批次", "Batches");
/// Tab beside it.
pub const EACH: Text = Text::new("逐条", "Messages");
/// Landmark of the tabs.
pub const VIEWS: Text = Text::new("发送记录的视图", "Views of the history");
/// Nothing there.
pub const EMPTY: Text = Text::new("还没有发过批次", "No batch has been sent yet");
/// Filter.
pub const ANY_STATE: Text = Text::new("全部状态", "Any state");
/// Caption of the list.
pub const CAPTION: Text = Text::new("批次，最新的在前", "Batches, newest first");
/// Column.
pub const NAME: Text = Text::new("名称", "Name");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// Column.
pub const PROGRESS: Text = Text::new("已送达 / 总数", "Delivered / total");
/// Column.
pub const BY: Text = Text::new("发起人", "Sender");
/// Column.
pub const TIME: Text = Text::new("时间", "Time");
/// State of a batch that ended with failures.
pub const PARTLY: Text = Text::new("部分失败", "Partly failed");
/// State of a batch that nobody received.
pub const ALL_FAILED: Text = Text::new("全部失败", "All failed");
/// State of a batch that ended with nothing failed and something uncertain.
pub const UNSURE: Text = Text::new("有不确定", "Some uncertain");
/// A restart that left nothing in doubt.
pub const NONE_UNCERTAIN: Text = Text::new("没有不确定的", "Nothing is in doubt");
/// Before the name of the file or question that the people come from.
pub const LIST_FROM: Text = Text::new("名单来自 ", "List from ");
/// Heading for screen readers.
pub const RUN: Text = Text::new("进度", "Progress");
/// Unit.
pub const PEOPLE: Text = Text::new("人", "people");
/// Fact.
pub const SPEED: Text = Text::new("速度", "Speed");
/// Fact.
pub const REMAINING: Text = Text::new("还要", "Remaining");
/// Fact.
pub const ENDS: Text = Text::new("预计发完", "Ends about");
/// Fact.
pub const TOOK: Text = Text::new("用时", "Took");
/// Fact.
pub const STARTS: Text = Text::new("开始于", "Starts at");
/// Label of the bar.
pub const HANDLED: Text = Text::new("已处理", "Handled");
/// Tally.
pub const DELIVERED: Text = Text::new("已送达", "Delivered");
/// Tally.
pub const ACCEPTED: Text = Text::new("已提交，等回执", "Accepted, receipt due");
/// Tally.
pub const FAILED: Text = Text::new("失败", "Failed");
/// Tally.
pub const UNKNOWN: Text = Text::new("不确定", "Uncertain");
/// Tally.
pub const OPEN: Text = Text::new("待发", "To send");
/// Tally.
pub const CANCELLED: Text = Text::new("已取消", "Cancelled");
/// Button while the undo window is open.
pub const UNDO: Text = Text::new("撤销发送", "Undo sending");
/// Heading.
pub const REASONS: Text = Text::new("没收到的原因", "Why some did not get it");
/// Nothing failed.
pub const NO_REASONS: Text = Text::new("没有失败", "Nothing failed");
/// Uncertain messages.
pub const UNCERTAIN: Text = Text::new("不确定有没有发出", "Not certain whether it went out");
/// What to do about them.
pub const UNCERTAIN_LINE: Text = Text::new(
    "回执到了会自己变成已送达；没有回执时，由你决定要不要重发。",
    "A receipt settles it; without one, you decide whether to send again.",
);
/// Button, and link to the question before it.
pub const MARK_DELIVERED: Text = Text::new("标记为已送达", "Mark as delivered");
/// The same.
pub const MARK_FAILED: Text = Text::new("标记为未送达", "Mark as not delivered");
/// Line under the question before uncertain messages go out again.
pub const AGAIN_LINE: Text = Text::new(
    "没有人知道微信当时有没有收下这些消息。重发之前，最好先问问对方。",
    "Nobody knows whether WeChat took these messages. Ask the people first if you can.",
);
/// Its warning.
pub const AGAIN_RISK: Text = Text::new("已经收到的人会再收到一次。", "Whoever got it already will get it twice.");
/// Line under the question before they are marked.
pub const MARK_LINE: Text = Text::new(
    "只改这里的记录，不发消息。以后微信的回执到了，以回执为准。",
    "This changes the record only; nothing is sent. A receipt that still comes takes precedence.",
);
/// Link to the same rows in the history.
pub const IN_HISTORY: Text = Text::new("在记录里看", "See in the history");
/// Removes a filter.
pub const REMOVE: Text = Text::new("去掉筛选", "Remove the filter");
/// Link.
pub const EXPORT: Text = Text::new("导出名单", "Export list");
/// Link.
pub const EXPORT_ALL: Text = Text::new("导出 CSV", "Export CSV");
/// Link.
pub const LOOK: Text = Text::new("查看", "Look");
/// Heading.
pub const RECIPIENTS: Text = Text::new("收件人", "Recipients");
/// Landmark of the tabs by outcome.
pub const OUTCOMES: Text = Text::new("收件人结果", "Recipients by outcome");
/// Tab.
pub const ALL: Text = Text::new("全部", "All");
/// Search field.
pub const SEARCH: Text = Text::new("昵称或 OpenID", "Name or openid");
/// No row in a tab.
pub const NO_ROWS: Text = Text::new("这里没有人", "Nobody here");
/// Heading.
pub const SNAPSHOT: Text = Text::new("内容快照", "Content");
/// Link.
pub const AGAIN: Text = Text::new("用它再发一次", "Send it again");
/// Line under the card.
pub const OWN_VALUES: Text = Text::new("收件人可能各有自己的内容", "Recipients may have values of their own");
/// Term.
pub const LATEST: Text = Text::new("最晚", "Latest");
/// Heading.
pub const TIMELINE: Text = Text::new("操作时间线", "Timeline");
/// Event.
pub const EVENT_FILED: Text = Text::new("提交", "Filed");
/// Event.
pub const EVENT_STARTED: Text = Text::new("开始发送", "Sending began");
/// Event.
pub const EVENT_ENDED: Text = Text::new("发送结束", "Sending ended");
/// Event of the undo window.
pub const EVENT_WAITS: Text = Text::new("等待开始", "Waits to begin");
/// Notice on a paused batch.
pub const PAUSED: Text = Text::new("这一批停着：", "This batch stands still: ");
/// Notice on a batch behind an account's hold.
pub const HELD: Text = Text::new("公众号的发送停着：", "The account's sending stands still: ");
/// Notice about recipients refused when the batch was filed.
pub const REJECTED: Text = Text::new("提交时跳过", "Skipped when filed");
/// The page of a question before something is dropped.
pub const CONFIRM_CANCEL: Text = Text::new("取消剩余的发送？", "Cancel what is left?");
/// Its line.
pub const CONFIRM_LINE: Text =
    Text::new("取消后不能恢复；已经提交给微信的不受影响。", "This is final; what WeChat already has is not affected.");
/// Button.
pub const KEEP: Text = Text::new("不取消", "Keep sending");
