//! Texts of judging pictures.

use crate::shared::lang::Text;

/// Tab: all pictures.
pub const TAB_GALLERY: Text = Text::new("图库", "Gallery");
/// Tab and title of the desk.
pub const TAB_DESK: Text = Text::new("审图", "Review");
/// Landmark of the tabs.
pub const TABS: Text = Text::new("图片的几种看法", "Ways to look at pictures");
/// How many wait.
pub const WAITING: Text = Text::new("还有 {n} 张", "{n} to go");
/// How many one has judged today.
pub const DONE_TODAY: Text = Text::new("今天已审 {n} 张", "{n} reviewed today");
/// Filter and head of the block.
pub const REVIEW: Text = Text::new("审图", "Review");
/// Where a picture stands.
pub const UNREVIEWED: Text = Text::new("未审", "Unreviewed");
/// Where a picture stands.
pub const PASSED: Text = Text::new("已通过", "Passed");
/// Where a picture stands.
pub const REJECTED: Text = Text::new("已退回", "Rejected");
/// Who judged, and when.
pub const BY: Text = Text::new("{name}，{time}", "{name}, {time}");
/// Button.
pub const PASS: Text = Text::new("通过", "Pass");
/// Button.
pub const REJECT: Text = Text::new("退回", "Reject");
/// Button.
pub const CLEAR: Text = Text::new("清除判断", "Clear the verdict");
/// Head of the reasons.
pub const REASONS: Text = Text::new("退回的理由", "Reason for rejecting");
/// Label of the comment.
pub const COMMENT: Text = Text::new("附言", "Comment");
/// Grey example in the comment.
pub const COMMENT_HINT: Text = Text::new("附言（可选），只有同事看得到", "Comment (optional), for colleagues only");
/// A rejection without a reason.
pub const NEED_REASON: Text = Text::new("退回前请选一个理由。", "Choose a reason before you reject.");
/// A comment that is too long.
pub const LONG_COMMENT: Text = Text::new("附言最多 500 个字，不能换行。", "A comment has at most 500 characters and no line breaks.");
/// After judging.
pub const SAID_PASS: Text = Text::new("已通过 {user} 的图片", "Passed the picture from {user}");
/// After judging.
pub const SAID_REJECT: Text = Text::new("已退回 {user} 的图片：{reason}", "Rejected the picture from {user}: {reason}");
/// After judging.
pub const SAID_CLEAR: Text = Text::new("已清除 {user} 那张的判断", "Cleared the verdict on the picture from {user}");
/// Button.
pub const UNDO: Text = Text::new("撤销", "Undo");
/// After undoing.
pub const UNDONE: Text = Text::new("已撤销，这张又摆在面前", "Undone; it is in front of you again");
/// After judging many at once.
pub const SAID_PASS_MANY: Text = Text::new("已一起通过 {n} 张图片", "Passed {n} pictures together");
/// After judging many at once.
pub const SAID_REJECT_MANY: Text = Text::new("已一起退回 {n} 张图片", "Rejected {n} pictures together");
/// After undoing that.
pub const UNDONE_MANY: Text = Text::new("已撤销 {n} 张的判断。", "Undid the verdict on {n} pictures.");
/// What of it was left.
pub const UNDONE_LEFT: Text = Text::new("{n} 张后来又被判断过，没有改。", " {n} were judged since and stay as they are.");
/// Somebody else has it.
pub const TAKEN: Text = Text::new("{name} 正在看这张，请看下一张。", "{name} is looking at this one. Take the next.");
/// In the strip: somebody else has it.
pub const TAKEN_SHORT: Text = Text::new("{name} 正在看", "{name} is on it");
/// In the strip: the one that is shown.
pub const HERE: Text = Text::new("正在看", "Shown now");
/// Link to the next unreviewed picture.
pub const NEXT_FREE: Text = Text::new("下一张待审", "Next unreviewed");
/// Link.
pub const PREVIOUS: Text = Text::new("前一张", "Previous picture");
/// Link.
pub const NEXT: Text = Text::new("后一张", "Next picture");
/// Landmark of the strip.
pub const STRIP: Text = Text::new("前后的图片", "Pictures around this one");
/// Landmark of the picture.
pub const STAGE: Text = Text::new("图片", "Picture");
/// Landmark of judgement and details.
pub const JUDGE: Text = Text::new("判断与详情", "Verdict and details");
/// Nothing waits.
pub const ALL_DONE: Text = Text::new("没有待审的图片，都看完了。", "Nothing waits for review; all done.");
/// Detail.
pub const RECEIVED: Text = Text::new("收到", "Received");
/// Detail.
pub const ORIGINAL: Text = Text::new("原图", "Original");
/// Detail.
pub const STORED: Text = Text::new("存好", "Stored");
/// Before the keys.
pub const KEYS: Text = Text::new(
    "快捷键：直接按，或 Alt 加（苹果电脑 Control+Option，Firefox 用 Alt+Shift）",
    "Keys, as they are or with Alt (Mac: Control+Option, Firefox: Alt+Shift)",
);
/// Key.
pub const KEY_MOVE: Text = Text::new("前后", "Move");
/// Link to the page of the reasons.
pub const EDIT_REASONS: Text = Text::new("修改理由", "Edit reasons");
/// Label of the list of reasons.
pub const REASON_LINES: Text = Text::new("每行一个理由", "One reason a line");
/// Under the list of reasons.
pub const REASON_HINT: Text = Text::new(
    "最多 20 个，每个最多 64 个字。改动不影响已经退回的图片。",
    "At most 20, each up to 64 characters. Pictures already rejected keep theirs.",
);
/// Button.
pub const SAVE: Text = Text::new("保存理由", "Save reasons");
/// After saving.
pub const SAVED: Text = Text::new("退回理由已保存", "Reasons saved");
/// A list that was refused.
pub const WRONG_COUNT: Text = Text::new("写 1 到 20 个理由，现在有 {n} 个。", "Write 1 to 20 reasons; these are {n}.");
/// A list that was refused.
pub const WRONG_LINE: Text =
    Text::new("这一行超过 64 个字或含有控制字符：{line}", "This line is longer than 64 characters or has control characters: {line}");
/// Nothing waits under a filter.
pub const ALL_DONE_HERE: Text = Text::new("这个筛选下没有待审的图片了。", "Nothing waits for review under this filter.");
/// Button beside it; the number of all that wait follows.
pub const REVIEW_REST: Text = Text::new("审其余的", "Review the rest");
