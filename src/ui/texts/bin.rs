//! Texts of deleting pictures and of the bin.

use crate::shared::lang::Text;

/// Page `/media/bin`.
pub const TITLE: Text = Text::new("回收站", "Bin");
/// Line under the head.
pub const LINE: Text = Text::new(
    "删除的图片在这里保留 7 天，随时可以恢复；到期后文件和记录一起永久删除。",
    "Deleted pictures stay here for 7 days and can be restored. Then file and record go for good.",
);
/// Where nothing lies there.
pub const EMPTY: Text = Text::new("回收站是空的", "The bin is empty");
/// Link and button that empties it.
pub const EMPTY_NOW: Text = Text::new("清空回收站", "Empty the bin");
/// The question.
pub const EMPTY_ASK: Text = Text::new("永久删除回收站里的 {n} 张图片？", "Delete the {n} pictures in the bin for good?");
/// What follows from it.
pub const EMPTY_LINE: Text = Text::new(
    "文件和记录马上永久删除，不能恢复，腾出的空间马上可用。图库里的图片不受影响。",
    "Files and records go for good at once and cannot be restored; their room is free at once. Pictures in the gallery stay.",
);
/// After it.
pub const EMPTIED: Text = Text::new("正在永久删除 {n} 张图片", "Deleting {n} pictures for good");
/// Where what was counted has changed.
pub const EMPTY_CHANGED: Text =
    Text::new("刚刚又有图片移到回收站，请再看一眼张数。", "More pictures came into the bin meanwhile. Look at their number again.");
/// Column.
pub const PICTURE: Text = Text::new("图片", "Picture");
/// Column.
pub const WHOSE: Text = Text::new("用户、标题、提问", "Sender, title, question");
/// Column.
pub const DELETED: Text = Text::new("谁删除的", "Deleted by");
/// Column, and a fact of the question.
pub const FOR_GOOD: Text = Text::new("永久删除", "Gone for good");
/// In place of a name.
pub const BY_RULE: Text = Text::new("保留规则", "Retention rule");
/// Button.
pub const RESTORE: Text = Text::new("恢复", "Restore");
/// After it.
pub const RESTORED: Text = Text::new("已恢复", "Restored");
/// Button at the first of several that were deleted together.
pub const RESTORE_ALL: Text = Text::new("恢复同时删除的全部", "Restore all deleted with it");
/// After it.
pub const RESTORED_ALL: Text = Text::new("已恢复 {n} 张", "Restored {n}");
/// The question about a selection.
pub const ASK_MANY: Text = Text::new("删除选中的 {n} 张图片？", "Delete the {n} selected pictures?");
/// After they were moved.
pub const DELETED_MANY: Text = Text::new("{n} 张已移到回收站，7 天内可以恢复", "Moved {n} to the bin; they can be restored for 7 days");
/// Button, and link to the question.
pub const DELETE: Text = Text::new("删除", "Delete");
/// The question.
pub const ASK: Text = Text::new("删除这张图片？", "Delete this picture?");
/// What follows from it.
pub const ASK_LINE: Text = Text::new(
    "图片移到回收站，不再出现在图库、审图、收集进度、ZIP 和接口的列表里。7 天内可以恢复，判定和重传记录也会一起回来；之后文件和记录永久删除。",
    "It moves to the bin and leaves the gallery, the review desk, the board, ZIPs and the API's list. For 7 days it can be restored with its \
     review and requests; after that, file and record are gone for good.",
);
/// When it goes for good.
pub const AFTER: Text = Text::new("7 天后", "In 7 days");
/// Crumb of the question.
pub const ONE: Text = Text::new("图片", "Picture");
/// After it was moved.
pub const DELETED_NOW: Text = Text::new("已移到回收站，7 天内可以恢复", "Moved to the bin; it can be restored for 7 days");
