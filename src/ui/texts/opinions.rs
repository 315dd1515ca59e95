//! Texts of second opinions.

use crate::shared::lang::Text;

/// Page: pictures on which two people differ.
pub const TITLE: Text = Text::new("意见不一的图片", "Disagreements");
/// Line under its head.
pub const LISTED: Text = Text::new(
    "第二意见不改原来的判断。两人不一致的图片列在这里，由管理员定。",
    "A second opinion leaves the verdict as it is. Where the two differ, the picture stands here until an administrator decides.",
);
/// Link to that page.
pub const SEE: Text = Text::new("看意见不一的图片", "See disagreements");
/// Head of the block on a picture's page.
pub const SECOND: Text = Text::new("第二意见", "Second opinion");
/// What a second opinion does.
pub const LINE: Text = Text::new(
    "不改原来的判断；两人不一致时由管理员定。",
    "It leaves the verdict as it is; where the two differ, an administrator decides.",
);
/// Button.
pub const AGREE: Text = Text::new("同意原判断", "Agree");
/// Button: the picture was rejected, and should pass.
pub const SHOULD_PASS: Text = Text::new("我认为应通过", "It should pass");
/// Button: the picture was passed, and should be rejected.
pub const SHOULD_REJECT: Text = Text::new("我认为应退回", "It should be rejected");
/// After giving one.
pub const GIVEN: Text = Text::new("第二意见已记下", "Second opinion noted");
/// The two agree.
pub const SAME: Text = Text::new("两人一致", "Both agree");
/// The two differ.
pub const APART: Text = Text::new("意见不一，等管理员定", "They differ; an administrator decides");
/// Somebody has decided.
pub const DECIDED: Text = Text::new("{name} 定为{verdict}，{time}", "{name} decided: {verdict}, {time}");
/// Filter.
pub const OPEN: Text = Text::new("等管理员定", "Open");
/// Filter.
pub const SETTLED: Text = Text::new("已定", "Decided");
/// Landmark of the filter.
pub const FILTER: Text = Text::new("筛选", "Filter");
/// Filter by reviewer.
pub const REVIEWER: Text = Text::new("审图人", "Reviewer");
/// First choice of that filter.
pub const ANYBODY: Text = Text::new("审图人不限", "Any reviewer");
/// Button.
pub const APPLY: Text = Text::new("筛选", "Filter");
/// Empty list.
pub const NONE_OPEN: Text = Text::new("没有意见不一的图片。", "No disagreements are open.");
/// Empty list.
pub const NONE_SETTLED: Text = Text::new("还没有定过。", "None has been decided yet.");
/// Before the first judgement.
pub const FIRST: Text = Text::new("原判断", "Verdict");
/// Button of an administrator: as the first judgement says.
pub const DECIDE_PASS: Text = Text::new("定为通过", "Decide: pass");
/// Button of an administrator.
pub const DECIDE_REJECT: Text = Text::new("定为退回", "Decide: reject");
/// After deciding.
pub const DECISION_KEPT: Text = Text::new("已定", "Decided");
/// Why it was not decided.
pub const CHANGED: Text = Text::new("这张刚刚变了，请再看一眼。", "It has changed meanwhile. Look again.");
/// Head of the counts.
pub const COUNTS: Text = Text::new("每人审了多少", "What each reviewer did");
/// Column.
pub const PASSED: Text = Text::new("通过", "Passed");
/// Column.
pub const REJECTED: Text = Text::new("退回", "Rejected");
/// Column.
pub const SECONDS: Text = Text::new("第二意见", "Second opinions");
/// Column.
pub const DIFFERED: Text = Text::new("其中不同意", "Of these, differing");
/// Column.
pub const OVERTURNED: Text = Text::new("被改判", "Overturned");
/// No reviews in this span.
pub const NO_COUNTS: Text = Text::new("这段时间没有人审图。", "Nobody reviewed in this time.");
/// Span of the counts.
pub const DAYS: Text = Text::new("最近 {n} 天", "Last {n} days");
/// Landmark of the spans.
pub const SPANS: Text = Text::new("统计的时间", "Span of the counts");
/// Link to older ones.
pub const OLDER: Text = Text::new("更早的", "Older");
/// Link back.
pub const FIRST_PAGE: Text = Text::new("回到开头", "To the start");
/// Landmark of the pages.
pub const PAGES: Text = Text::new("分页", "Pages");
/// Link to the next picture that somebody else has judged alone.
pub const NEXT: Text = Text::new("下一张等第二意见的", "Next for a second opinion");
/// There is none.
pub const NONE_WAITS: Text = Text::new("没有等你给第二意见的图片", "No picture waits for your second opinion");
/// Beside that link: so many were asked for.
pub const REQUESTED_COUNT: Text = Text::new("{n} 张有人请求", "{n} asked for");
/// Filter: asked for by somebody.
pub const REQUESTED: Text = Text::new("有人请求", "Asked for");
/// Button: ask for a second opinion on this picture.
pub const REQUEST: Text = Text::new("请同事看看", "Ask a colleague");
/// The note beside it.
pub const NOTE: Text = Text::new("给同事的话", "Note to the colleague");
/// In its field.
pub const NOTE_HINT: Text = Text::new("想问什么（可不填）", "What to look at (optional)");
/// A request is open.
pub const WAITS: Text = Text::new("等第二意见", "Waits for a second opinion");
/// Who asked, and when.
pub const REQUESTED_BY: Text = Text::new("{name} 请求，{time}", "{name} asked, {time}");
/// Button.
pub const WITHDRAW: Text = Text::new("撤回请求", "Withdraw");
/// After asking.
pub const ASKED_FOR: Text = Text::new("已请求第二意见，会排在最前面", "Asked for; it comes before all others");
/// After withdrawing.
pub const WITHDRAWN: Text = Text::new("请求已撤回", "Withdrawn");
/// Empty list.
pub const NONE_REQUESTED: Text = Text::new("没有人请求第二意见。", "Nobody has asked for a second opinion.");
