//! Texts of selecting pictures over several pages, and of what is done with a selection.

use crate::shared::lang::Text;

/// Said where an act of very many pictures is not over yet.
pub const GOES_ON: Text = Text::new(
    "图片很多，正在后台继续处理。过一会儿刷新页面，可以看到进展。",
    "These are many; it goes on by itself. Reload the page in a while to see how far it is.",
);
/// How many are selected on other pages.
pub const ELSEWHERE: Text = Text::new("，别的页 {n} 张", ", {n} on other pages");
/// Button: go on selecting on the next page.
pub const KEEP_OLDER: Text = Text::new("保留所选，看更早的", "Keep and see older");
/// Button: go on selecting on the first page.
pub const KEEP_NEWEST: Text = Text::new("保留所选，回到最新", "Keep and see the newest");
/// Button: keep the selection and stay.
pub const KEEP: Text = Text::new("保留所选", "Keep the selection");
/// Button.
pub const JUDGE: Text = Text::new("审图", "Review");
/// Button.
pub const WRITE: Text = Text::new("发消息", "Message");
/// Menu: what can be done with everything under the filter.
pub const ALL_SHOWN: Text = Text::new("对筛选结果…", "With all shown…");
/// The same without a filter.
pub const ALL: Text = Text::new("对全部图片…", "With all pictures…");
/// Choice of that menu.
pub const JUDGE_ALL: Text = Text::new("审这些图片", "Review them");
/// Choice of that menu.
pub const WRITE_ALL: Text = Text::new("给这些人发消息", "Message their senders");
/// Choice of that menu.
pub const DELETE_ALL: Text = Text::new("删除这些图片", "Delete them");
/// Choice of that menu.
pub const PICK_ALL: Text = Text::new("全部选中", "Select them all");
/// How many a rule holds.
pub const PICKED_ALL: Text = Text::new("已选筛选结果的全部 {n} 张", "All {n} shown by the filter");
/// After it: pictures that came later are none of them.
pub const UNTIL: Text = Text::new("截至 {time}，之后来的不算", "As of {time}; what comes later is left out");
/// What was deleted together.
pub const SAID_DELETED: Text = Text::new("已一起删除 {n} 张图片", "Deleted {n} pictures together");
/// The same for one.
pub const SAID_DELETED_ONE: Text = Text::new("已删除 1 张图片", "Deleted 1 picture");
/// Field: the number as a safeguard.
pub const TYPE_COUNT: Text = Text::new("请输入张数 {n}，确认不是误操作。", "Type the number {n} to confirm.");
/// A selection that is too large.
pub const TOO_MANY: Text = Text::new(
    "一次最多选 {most} 张，现在 {count} 张。请取消几张，或改用“对筛选结果…”。",
    "A selection takes {most} pictures; these are {count}. Unselect some, or use “With all shown…”.",
);
/// Nothing was selected.
pub const NOTHING: Text = Text::new("没有选图片。", "No pictures are selected.");
/// More senders or pictures than can be taken at once.
pub const TOO_WIDE: Text =
    Text::new("这里超过 {most} 张，请先用筛选缩小范围。", "These are more than {most} pictures. Narrow them by a filter first.");
/// Page: judging a selection.
pub const TITLE: Text = Text::new("一起审 {n} 张", "Review {n} pictures");
/// The same for exactly one.
pub const TITLE_ONE: Text = Text::new("一起审 1 张", "Review 1 picture");
/// Nothing of a selection can be judged.
pub const NONE: Text = Text::new("这里没有可以审的图片。", "There is nothing to review here.");
/// Pictures of a selection that are not stored.
pub const NOT_STORED: Text = Text::new("另有 {n} 张还没有保存，不在其中。", "{n} more are not stored and left out.");
/// Pictures on somebody's desk.
pub const TAKEN: Text = Text::new("{n} 张正在同事手里，会跳过。", "{n} are on a colleague's desk and will be passed over.");
/// Checkbox: also change verdicts that were given.
pub const OVER: Text = Text::new("已经判过的 {n} 张也改成这个判断", "Change the {n} that have a verdict as well");
/// Landmark of the pictures.
pub const PICTURES: Text = Text::new("要审的图片", "Pictures to review");
/// Pictures that are not shown, only counted.
pub const MORE: Text = Text::new("还有 {n} 张没有显示", "{n} more are not shown");
/// Link back.
pub const BACK: Text = Text::new("回图库", "Back to the gallery");
/// What was done.
pub const DONE_PASS: Text = Text::new("已通过 {n} 张。", "Passed {n}.");
/// What was done.
pub const DONE_REJECT: Text = Text::new("已退回 {n} 张。", "Rejected {n}.");
/// Nothing was done.
pub const DONE_NONE: Text = Text::new("没有改动。", "Nothing was changed.");
/// What was passed over.
pub const LEFT: Text = Text::new(
    "{n} 张没有改：刚被判过、正在同事手里，或已经判过。",
    " {n} were left: judged meanwhile, on a colleague's desk, or judged before.",
);
