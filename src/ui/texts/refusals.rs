//! Texts of 接口文档 about failures that many calls share; English as `/api/v1/openapi.json` says it, letter by letter.

use crate::shared::lang::Text;

/// 400.
pub const UNREADABLE: Text = Text::new("请求无法读懂", "The request cannot be read");
/// 401.
pub const NO_KEY: Text = Text::new("没有密钥，或密钥已撤销、已过期", "No key, or one that was revoked or has expired");
/// 403.
pub const NOT_ALLOWED: Text = Text::new(
    "密钥没有这个权限，不能从这个地址使用，或属于另一个公众号",
    "The key lacks the scope, may not be used from here, or belongs to another account",
);
/// 404.
pub const UNKNOWN: Text = Text::new("没有这个公众号", "There is no such account");
/// 413.
pub const TOO_LARGE: Text = Text::new("请求体太大", "The body is too large");
/// 415.
pub const WRONG_TYPE: Text = Text::new("请求体的类型不对", "The body is not of a type that is taken");
/// 421.
pub const UNKNOWN_HOST: Text = Text::new("主机名不是本服务的", "Asked under a host name that is not ours");
/// 422.
pub const INVALID: Text = Text::new("参数或字段不对", "Refused parameters or fields");
/// 429.
pub const TOO_MANY: Text = Text::new("这把密钥调用太多，看 Retry-After", "Too many calls of this key; see Retry-After");
/// 500.
pub const OURS: Text = Text::new("我们自己的故障，凭 reference 在日志里查", "A failure of ours; the log knows it by its reference");
/// 503.
pub const BUSY: Text = Text::new("处理超时或磁盘已满，看 Retry-After", "It took too long, or the disk is full; see Retry-After");

/// All of them.
pub const ALL: [Text; 11] = [UNREADABLE, NO_KEY, NOT_ALLOWED, UNKNOWN, TOO_LARGE, WRONG_TYPE, UNKNOWN_HOST, INVALID, TOO_MANY, OURS, BUSY];
/// What folds them away on the page.
pub const SHARED: Text = Text::new("各个接口共有的错误", "Failures that calls share");
