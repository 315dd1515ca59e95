//! Texts of the log of calls that were handed on.

use crate::shared::lang::Text;

/// Title and link.
pub const TITLE: Text = Text::new("转发记录", "Calls handed on");
/// Line under the title.
pub const LINE: Text = Text::new(
    "其他系统经 /wx/… 调用微信的每一次，保留 30 天。不记参数、内容和 openid。",
    "Every call of another system through /wx/…, kept for 30 days. No parameters, bodies or openids.",
);
/// Under the list.
pub const BEHIND: Text = Text::new(
    "每秒写入一次。进程被强行结束时，最后一秒的记录会丢失，正常停止不会。",
    "Written once a second. If the process is killed, up to the last second is lost; an orderly stop loses nothing.",
);
/// Column and filter.
pub const WHO: Text = Text::new("密钥", "Key");
/// Column.
pub const TIME: Text = Text::new("时间", "Time");
/// Column.
pub const PATH: Text = Text::new("接口", "Path");
/// Column.
pub const OUTCOME: Text = Text::new("结果", "Outcome");
/// Column.
pub const ELAPSED: Text = Text::new("用时", "Took");
/// Filter.
pub const ERRCODE: Text = Text::new("微信错误码", "WeChat's errcode");
/// Choice.
pub const ANY: Text = Text::new("全部", "Any");
/// Button.
pub const FILTER: Text = Text::new("筛选", "Filter");
/// Link.
pub const CLEAR: Text = Text::new("清除筛选", "Clear filters");
/// In place of a path.
pub const NOT_LISTED: Text = Text::new("不在可调用的范围内", "Not among the paths that may be called");
/// Outcome of a call whose caller did not wait.
pub const GONE: Text = Text::new("调用方已断开", "The caller went away");
/// Nothing there.
pub const EMPTY: Text = Text::new("还没有系统经这里调用微信。", "No system has called WeChat through here yet.");
/// Nothing found.
pub const NO_MATCH: Text = Text::new("没有符合条件的记录。", "Nothing matches.");

/// What a word of ours means, where it says something a reader can act on.
pub fn word(code: &str) -> Option<Text> {
    Some(match code {
        "daily_limit" => Text::new("超过这把密钥的每日上限", "Over the key's daily limit"),
        "path_not_allowed" => Text::new("接口不开放", "The path is closed"),
        "sending_locked" => Text::new("发送已锁定", "Sending is locked"),
        "too_large" => Text::new("内容太大", "The body is too large"),
        "wechat_silent" => Text::new("微信没有应答", "WeChat did not answer"),
        "token_not_ready" | "ticket_not_ready" => Text::new("令牌还没有取到", "There was no token yet"),
        "upstream_backoff" => Text::new("正在避让微信", "WeChat is being left alone"),
        _ => return None,
    })
}
