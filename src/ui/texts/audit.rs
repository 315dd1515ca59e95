//! Texts of the audit log.

use crate::shared::lang::Text;

/// Line under the title.
pub const LINE: Text = Text::new("谁在什么时候做了什么。只增不改。", "Who did what, and when. Lines are only added.");
/// Button.
pub const EXPORT: Text = Text::new("导出 CSV", "Export CSV");
/// Caption of the table.
pub const CAPTION: Text = Text::new("操作日志", "Audit log");
/// Column.
pub const TIME: Text = Text::new("时间", "Time");
/// Column and filter.
pub const WHO: Text = Text::new("谁", "Who");
/// Column and filter.
pub const ACTION: Text = Text::new("操作", "Action");
/// Column.
pub const OBJECT: Text = Text::new("对象", "Object");
/// Column.
pub const ADDRESS: Text = Text::new("地址", "Address");
/// Column.
pub const DETAIL: Text = Text::new("详情", "Details");
/// Choice.
pub const ANY: Text = Text::new("全部", "Any");
/// Filter.
pub const FROM: Text = Text::new("从", "From");
/// Filter.
pub const TO: Text = Text::new("到", "To");
/// Button.
pub const FILTER: Text = Text::new("筛选", "Filter");
/// Link.
pub const CLEAR: Text = Text::new("清除筛选", "Clear filters");
/// Nothing there.
pub const EMPTY: Text = Text::new("还没有记录。", "Nothing recorded yet.");
/// Nothing found.
pub const NO_MATCH: Text = Text::new("没有符合条件的记录。", "Nothing matches.");
/// Warning, before the number.
pub const BROKEN: Text = Text::new("日志被改动过：校验链在这一行断开，编号", "The log was tampered with: the chain breaks at line");
/// Kind of actor.
pub const KIND_KEY: Text = Text::new("API 密钥", "API key");
/// Kind of actor.
pub const KIND_COMMAND: Text = Text::new("命令行", "Command line");
/// Kind of actor.
pub const KIND_SYSTEM: Text = Text::new("系统", "System");
