//! Texts of the recipients: file, tags, followers, and what the check of the list says.

use crate::shared::lang::Text;

/// Navigation.
pub const SOURCES: Text = Text::new("收件人来源", "Where recipients come from");
/// Tab.
pub const PASTE: Text = Text::new("粘贴 OpenID", "Paste openids");
/// Tab.
pub const FILE: Text = Text::new("上传文件", "Upload a file");
/// Tab.
pub const FOLLOWERS: Text = Text::new("选择关注者", "Pick followers");
/// Tab.
pub const TAGS: Text = Text::new("按标签", "By tag");
/// Label.
pub const CHOOSE_FILE: Text = Text::new("CSV 或 XLSX 文件", "CSV or XLSX file");
/// Hint.
pub const FILE_HINT: Text = Text::new(
    "最多 100,000 行、64 MB，第一行是列名。列名可以写进内容里，如 {{姓名}}；和字段同名的列会填进空着的字段。",
    "Up to 100,000 lines and 64 MB, the first with the columns' names. Write a column into a value, such as {{姓名}}; a column named like a field fills that field when it is empty.",
);
/// Link.
pub const EXAMPLE: Text = Text::new("下载示例", "Download an example");
/// Button.
pub const UPLOAD: Text = Text::new("上传", "Upload");
/// A list without a file name.
pub const PASTED: Text = Text::new("粘贴的名单", "Pasted list");
/// Button.
pub const REMOVE: Text = Text::new("移除文件", "Remove the file");
/// Label.
pub const OPENID_COLUMN: Text = Text::new("OpenID 所在的列", "Column with the openids");
/// Choice of no column.
pub const NO_COLUMN: Text = Text::new("请选择一列", "Choose a column");
/// Button.
pub const USE_COLUMN: Text = Text::new("用这一列", "Use this column");
/// Caption.
pub const FIRST_ROWS: Text = Text::new("前 5 行", "First 5 lines");
/// Column.
pub const LINE: Text = Text::new("行", "Line");
/// Notice.
pub const BAD_LINES: Text = Text::new("这些行会被跳过", "These lines are skipped");
/// Reason.
pub const NOT_AN_OPENID: Text = Text::new("OpenID 格式不对", "Malformed openid");
/// Tally.
pub const REFUSED: Text = Text::new("人的内容不合规则，会跳过", "whose values break a rule, skipped");
/// Legend.
pub const CHOOSE_TAGS: Text = Text::new("发给带这些标签的关注者", "Followers with these tags");
/// No tags.
pub const NO_TAGS: Text = Text::new("还没有标签。先在关注者页同步。", "No tags yet. Sync on the followers page first.");
/// Legend.
pub const HOW_MANY_TAGS: Text = Text::new("选了几个标签时", "With several tags");
/// Choice.
pub const ANY_TAG: Text = Text::new("带任意一个", "Any of them");
/// Choice.
pub const EVERY_TAG: Text = Text::new("每个都带", "All of them");
/// Button.
pub const APPLY_TAGS: Text = Text::new("更新名单", "Update the list");
/// Label.
pub const SEARCH: Text = Text::new("搜索备注、昵称或 OpenID", "Search by remark, nickname or openid");
/// Button.
pub const FIND: Text = Text::new("搜索", "Search");
/// Button.
pub const ADD: Text = Text::new("加进名单", "Add to the list");
/// Button.
pub const MORE: Text = Text::new("加进名单并看更早的", "Add and show older ones");
/// Legend.
pub const PICK: Text = Text::new("选择关注者", "Pick followers");
/// Mark.
pub const PICKED: Text = Text::new("已在名单里", "On the list");
/// Nobody.
pub const NOBODY: Text = Text::new("没有符合的关注者", "No such follower");
/// Button.
pub const PREVIOUS: Text = Text::new("上一位", "Previous");
/// Button.
pub const NEXT: Text = Text::new("下一位", "Next");
/// Heading.
pub const DRAFTS: Text = Text::new("未发送的草稿", "Unsent drafts");
/// Button.
pub const DELETE: Text = Text::new("删除", "Delete");
/// Flash.
pub const DELETED: Text = Text::new("草稿已删除", "The draft was deleted");
/// Draft without a template.
pub const UNTITLED: Text = Text::new("没有选模板", "No template");
/// Note on the previews.
pub const REAL_VALUES: Text = Text::new("取自名单的真实数据", "With real values from the list");
/// Caption.
pub const LONGEST: Text = Text::new("内容最长的", "The longest");
/// Caption.
pub const RANDOM: Text = Text::new("随机一位", "One at random");
/// Block.
pub const REFUSED_LINES: Text = Text::new("内容不合规则，会跳过", "Values that break a rule; skipped");
/// Column.
pub const PERSON: Text = Text::new("收件人", "Recipient");
/// Column.
pub const WHY: Text = Text::new("原因", "Why");
/// Column.
pub const VALUE: Text = Text::new("内容", "Value");
/// Check.
pub const BLANK: Text = Text::new("人的变量是空的", "have a blank variable");
/// Its line.
pub const BLANK_LINE: Text = Text::new("消息仍会发出，那里什么都没有。", "Their message goes out with nothing in that place.");
/// Line of the list.
pub const LIST_REFUSED: Text = Text::new("内容不合规则，跳过", "Values refused, skipped");
/// Line of the list.
pub const LIST_ENTRIES: Text = Text::new("名单行数", "Lines of the list");
/// Hint of a field that varies, before the number.
pub const LONGEST_VALUE: Text = Text::new("按名单里最长的值计算，字数：", "With the longest value of the list; characters: ");
/// Region of the three previews.
pub const PREVIEWS: Text = Text::new("三份预览", "Three previews");
/// Tab.
pub const UPLOADS: Text = Text::new("按交图情况", "By uploads");
/// Label.
pub const TITLE: Text = Text::new("标题", "Title");
/// Label.
pub const QUESTION: Text = Text::new("题目", "Question");
/// Legend.
pub const WHO_STANDS: Text = Text::new("发给这道题的这些人", "Those who stand so with this question");
/// Hint.
pub const UPLOADS_HINT: Text = Text::new(
    "换标题或题目后，点“更新名单”重新计数。检查前会再算一次。内容里可以写 {{name}} 和 {{user_id}}，取自收图名单。",
    "After choosing another title or question, press “Update the list” to count again. It is counted anew before the check. {{name}} and {{user_id}} from the list of people may be used in values.",
);
/// No titles.
pub const NO_TITLES: Text = Text::new("还没有收图的标题。", "There is no title with pictures or a list of people yet.");
/// No questions.
pub const NO_QUESTIONS: Text = Text::new("这个标题还没有人交过图。", "Nobody has sent anything for this title yet.");
/// Tally.
pub const LEFT: Text = Text::new("人已取消关注，会跳过", "left the account, skipped");
/// Tally.
pub const UNREACHED: Text = Text::new("人不知道 OpenID，会跳过", "without a known openid, skipped");
/// Before the names.
pub const UNREACHED_ARE: Text = Text::new("不知道 OpenID 的人：", "Without a known openid: ");
/// Between names.
pub const AND: Text = Text::new("、", ", ");
/// Line of the list.
pub const LIST_UNREACHED: Text = Text::new("不知道 OpenID，跳过", "No known openid, skipped");
/// Tally.
pub const FOREIGN_TALLY: Text = Text::new("人不在关注者里，默认跳过", "not among the followers, skipped unless you choose otherwise");
/// Check.
pub const FOREIGN: Text = Text::new("人不在关注者里", "are not among the followers");
/// Its line.
pub const FOREIGN_LINE: Text = Text::new(
    "可能属于别的公众号，或关注之后还没有同步。",
    "They may belong to another account, or have followed since the last synchronisation.",
);
/// Line of the list.
pub const LIST_FOREIGN: Text = Text::new("不在关注者里", "Not among the followers");
/// Column of a pasted list.
pub const PLACE: Text = Text::new("第几个", "No.");
/// Reason in the file of skipped lines.
pub const SKIPPED_REPEAT: Text = Text::new("重复，已合并", "Duplicate, merged");
/// Reason in the file of skipped lines.
pub const SKIPPED_LEFT: Text = Text::new("已取消关注", "Unfollowed");
/// Reason in the file of skipped lines.
pub const SKIPPED_FOREIGN: Text = Text::new(
    "不在关注者里，可能属于别的公众号（选了仍然发送就会发）",
    "Not among the followers, maybe of another account (sent to if so chosen)",
);
/// Reason in the file of skipped lines.
pub const SKIPPED_TODAY: Text =
    Text::new("24 小时内收过这个模板（选了仍然发送就会发）", "Got this template within 24 hours (sent to if so chosen)");
/// Reason in the file of skipped lines.
pub const SKIPPED_UNREACHED: Text = Text::new("不知道 OpenID", "No known openid");
/// Link to the file of all of them.
pub const SKIPPED_FILE: Text = Text::new("下载跳过的行", "Download the skipped lines");
