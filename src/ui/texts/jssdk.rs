//! Texts of the signature doctor and of refused addresses.

use crate::shared::lang::Text;

/// 403 of the signature route.
pub const NOT_ALLOWED: Text = Text::new(
    "这个域名不在公众号的 JS 接口安全域名里，请在公众号设置里加上。",
    "This host is none of the account's JS domains. Add it in the account's settings.",
);
/// Refused address.
pub const TOO_LONG: Text = Text::new("地址超过 2048 字节。", "The address is longer than 2048 bytes.");
/// Refused address.
pub const BAD_SCHEME: Text = Text::new(
    "地址要以 http:// 或 https:// 开头，请传 location.href。",
    "The address must start with http:// or https://. Send location.href.",
);
/// Refused address.
pub const HAS_CONTROL: Text = Text::new("地址里有控制字符。", "The address holds a control character.");
/// Refused address.
pub const HAS_BLANK: Text = Text::new(
    "地址里有空白。浏览器里的地址没有空白，请传 location.href。",
    "The address holds a blank. A browser's address never does; send location.href.",
);
/// Refused address.
pub const HAS_BACKSLASH: Text = Text::new("地址里有反斜杠。", "The address holds a backslash.");
/// Refused address.
pub const HAS_USER: Text = Text::new("地址的主机名前面有 @。", "The address has a user name in front of the host.");
/// Refused address.
pub const NO_HOST: Text = Text::new("地址里没有主机名。", "The address has no host.");
/// Refused address.
pub const ENCODED_HOST: Text =
    Text::new("主机名里有百分号编码，地址可能多编码了一次。", "The host is percent-encoded; the address may be encoded once too often.");
/// Refused address.
pub const TRAILING_DOT: Text = Text::new("主机名末尾有一个点。", "The host ends with a dot.");
/// Refused address.
pub const BAD_HOST: Text = Text::new("主机名不合规。", "The host is no valid name.");
/// Refused address.
pub const BAD_PORT: Text = Text::new("端口不对。", "The port is not valid.");
/// Refused address.
pub const NOT_UTF8: Text =
    Text::new("地址不是 UTF-8，请用 encodeURIComponent 编码。", "The address is not UTF-8. Encode it by encodeURIComponent.");
