//! Texts of the completeness board.

use crate::shared::lang::Text;

/// Tab and title.
pub const TITLE: Text = Text::new("收集进度", "Progress");
/// Where somebody stands with a question.
pub const MISSING: Text = Text::new("缺", "Missing");
/// Where somebody stands with a question.
pub const REJECTED: Text = Text::new("已退回", "Rejected");
/// Where somebody stands with a question.
pub const COMING: Text = Text::new("在路上", "On its way");
/// Where somebody stands with a question.
pub const STORED: Text = Text::new("待审", "To review");
/// Where somebody stands with a question.
pub const PASSED: Text = Text::new("已通过", "Passed");
/// A rejected picture that was asked for again.
pub const ASKED: Text = Text::new("等重传", "Asked again");
/// Figure: people who sent everything.
pub const COMPLETE: Text = Text::new("交齐", "Complete");
/// Figure: pictures that are here.
pub const HERE: Text = Text::new("已收到", "Received");
/// Figures of a question.
pub const FIGURES: Text = Text::new("{here} / {people} · 缺 {missing}", "{here} / {people} · {missing} missing");
/// Button: a ZIP with one picture for each person and question.
pub const BEST: Text = Text::new("每格一张", "Best of each");
/// What that is.
pub const BEST_HINT: Text = Text::new(
    "每人每题一张：最新通过的；没有的话，最新待审的；再没有，最新的一张",
    "One for each person and question: the newest that passed, else the newest to review, else the newest",
);
/// Label of the choice of titles.
pub const OTHER_TITLE: Text = Text::new("换一个标题", "Another title");
/// Button beside it.
pub const SHOW: Text = Text::new("查看", "Show");
/// Landmark of the filter.
pub const NARROW: Text = Text::new("看哪些人", "Whom to show");
/// Filter.
pub const EVERYBODY: Text = Text::new("全部", "Everybody");
/// Filter.
pub const INCOMPLETE: Text = Text::new("没交齐", "Incomplete");
/// Not every question has a column.
pub const BEYOND: Text = Text::new(
    "一共 {all} 道题，这里显示前 {shown} 道；统计包含全部，CSV 里也有其余的题。",
    "There are {all} questions, and the first {shown} are shown. The sums count all of them, and the CSV holds the others too.",
);
/// Name of the table.
pub const TABLE: Text = Text::new("每个人每道题的收集情况", "What each person has sent for each question");
/// Head of the first column.
pub const PERSON: Text = Text::new("人", "Person");
/// Label of a checkbox.
pub const CHOOSE: Text = Text::new("选择", "Choose");
/// Somebody who is not on the list.
pub const NOT_LISTED: Text = Text::new("名单外", "not on the list");
/// Button: write to the people chosen.
pub const REMIND: Text = Text::new("提醒选中的人", "Remind those chosen");
/// What the button does.
pub const REMIND_HINT: Text = Text::new("先建一份草稿，发送前还可以修改", "Makes a draft first; nothing is sent yet");
/// Button: write to everybody who lacks a question.
pub const REMIND_LACKING: Text = Text::new("提醒缺的 {count} 人", "Remind the {count} missing");
/// What was taken over into the draft.
pub const TAKEN: Text = Text::new("已把 {count} 人放进草稿。", "{count} people are in the draft.");
/// Those who could not be.
pub const UNKNOWN: Text =
    Text::new("另有 {count} 人不知道 openid，没有放进来：{names}", " {count} more have no known openid and were left out: {names}");
/// Nobody was chosen.
pub const NOBODY: Text = Text::new("没有选人。", "Nobody was chosen.");
/// Nobody of those chosen can be reached.
pub const NOBODY_REACHED: Text =
    Text::new("这些人的 openid 都不知道，请在名单里补上。", "None of them has a known openid. Add it to the list.");
/// Too many for one draft.
pub const TOO_MANY: Text = Text::new("一份草稿最多放 {most} 人。", "A draft takes at most {most} people.");
/// No pictures and no list.
pub const EMPTY: Text = Text::new("还没有人，也没有名单", "Nobody has sent anything, and there is no list");
/// Nobody lacks anything.
pub const ALL_COMPLETE: Text = Text::new("都交齐了", "Everybody is complete");
/// A page behind the last one.
pub const NO_MORE: Text = Text::new("后面没有人了", "There is nobody further on");
/// Landmark of the pages.
pub const PAGES: Text = Text::new("分页", "Pages");
/// Link to the first page.
pub const FIRST: Text = Text::new("回到开头", "To the start");
/// Page and button of the list.
pub const LIST: Text = Text::new("名单", "List of people");
/// Line under its head.
pub const LIST_LINE: Text = Text::new(
    "名单里的人没交图也会出现在进度表上。新名单会换掉这个标题原来的名单。",
    "People on the list are on the board before they send anything. A new list replaces the title's former one.",
);
/// Field.
pub const LIST_TITLE: Text = Text::new("标题", "Title");
/// Field.
pub const LIST_LINES: Text = Text::new("每行一个人", "One person a line");
/// What a line holds.
pub const LIST_HINT: Text = Text::new(
    "每行写 user_id,openid,name，后两项可以不写。第一行也可以是这些列名，次序不限。最多 20,000 人。",
    "A line is user_id,openid,name; the last two may be left out. The first line may name these columns in any order. 20,000 people at most.",
);
/// Field.
pub const LIST_FILE: Text = Text::new("或者选一个 CSV、XLSX 文件", "Or a CSV or XLSX file");
/// Button.
pub const LIST_SAVE: Text = Text::new("保存名单", "Save the list");
/// What was saved.
pub const LIST_SAVED: Text =
    Text::new("名单已保存，共 {count} 人，合并了 {merged} 行重复。", "The list is saved: {count} people, {merged} repeated lines merged.");
/// Page and button of the questions.
pub const QUESTIONS: Text = Text::new("题目", "Questions");
/// Line under its head.
pub const QUESTIONS_LINE: Text = Text::new(
    "列在这里的题，没人交图也有一列，并且算进交齐。有人交过的题不用列。",
    "A question listed here has a column before anybody has sent a picture for it, and counts towards complete. Those sent for need not be listed.",
);
/// Field.
pub const QUESTIONS_LINES: Text = Text::new("每行一道题", "One question a line");
/// What a line holds.
pub const QUESTIONS_HINT: Text = Text::new(
    "每行写一个 question_id，最多 2,000 道。全部删掉再保存，就只看交过的题。",
    "A line is a question_id; 2,000 at most. Saved empty, only the questions sent for are left.",
);
/// Button.
pub const QUESTIONS_SAVE: Text = Text::new("保存题目", "Save the questions");
/// What was saved.
pub const QUESTIONS_SAVED: Text = Text::new("题目已保存，共 {count} 道。", "Saved; {count} listed.");
