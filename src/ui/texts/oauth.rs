//! Texts that visitors of web authorization see when it does not go through.

use crate::shared::lang::Text;

/// Title of the page.
pub const TITLE: Text = Text::new("没有完成微信授权", "WeChat authorization did not finish");
/// Button that begins anew.
pub const TRY_AGAIN: Text = Text::new("重新授权", "Try again");
/// Link to the page that sent the visitor here.
pub const GO_BACK: Text = Text::new("返回原页面", "Back to the page");
/// No cookie of this browser belongs to what came back.
pub const UNKNOWN_STATE: Text = Text::new(
    "这次授权不是从当前浏览器发起的，或已超过 10 分钟。请回到原来的页面重新打开。",
    "This authorization was not begun in this browser, or more than 10 minutes ago. Go back to the page you came from and open it anew.",
);
/// Came back without a code.
pub const DENIED: Text = Text::new("你没有同意授权。", "You did not agree to the authorization.");
/// The code did not work, not even the second time.
pub const NOT_TWICE: Text =
    Text::new("微信的授权码已用过或已过期，请重新授权。", "WeChat's code was used before or is too old. Try again.");
/// The address is missing.
pub const NO_RETURN: Text =
    Text::new("缺少 return_to：授权后要返回的网页地址。", "return_to is missing: the page to return to afterwards.");
/// The address is of another origin.
pub const NOT_ALLOWED: Text = Text::new(
    "return_to 的来源不在这个公众号的“H5 来源”里，请管理员在公众号设置里添加。",
    "The origin of return_to is none of this account's H5 origins. An administrator can add it in the account's settings.",
);
/// Neither of the two scopes.
pub const BAD_SCOPE: Text = Text::new("scope 只能是 snsapi_base 或 snsapi_userinfo。", "scope must be snsapi_base or snsapi_userinfo.");
/// Address: too long.
pub const TOO_LONG: Text = Text::new("return_to 超过 2048 字节。", "return_to is longer than 2048 bytes.");
/// Address: blanks or controls.
pub const HAS_BLANK: Text = Text::new("return_to 里有空白或控制字符。", "return_to holds blanks or control characters.");
/// Address: backslash.
pub const HAS_BACKSLASH: Text = Text::new("return_to 里有反斜杠。", "return_to holds a backslash.");
/// Address: scheme.
pub const BAD_SCHEME: Text = Text::new("return_to 必须以 http:// 或 https:// 开头。", "return_to must begin with http:// or https://.");
/// Address: user-info.
pub const HAS_USER: Text = Text::new("return_to 的主机名前不能有用户名。", "return_to must not name a user before the host.");
/// Address: host.
pub const BAD_HOST: Text = Text::new("return_to 的主机名或端口不对。", "The host or port of return_to is not right.");
/// A ticket that gives nothing (any more).
pub const TICKET_GONE: Text = Text::new(
    "这个 ticket 已用过、已过期（60 秒）或不存在，请重新发起授权。",
    "This ticket was used, is too old (60 s) or never was. Start the authorization again.",
);
/// A ticket of an account that the key may not act for.
pub const FOREIGN_TICKET: Text = Text::new("这个 ticket 不属于你的公众号。", "This ticket belongs to none of your accounts.");
