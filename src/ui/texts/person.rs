//! Words of the page of one person.

use crate::shared::lang::Text;

/// Badge.
pub const FOLLOWS: Text = Text::new("已关注", "Following");
/// Badge.
pub const LEFT: Text = Text::new("已取消关注", "Left");
/// Button.
pub const SEND: Text = Text::new("发消息", "Send a message");
/// Heading.
pub const LINE: Text = Text::new("时间线", "Line of time");
/// Where there is none.
pub const NOTHING: Text = Text::new("还没有和这个人有关的记录", "Nothing has happened with this person yet");
/// A message was filed.
pub const MESSAGE: Text = Text::new("模板消息：{title}", "Template message: {title}");
/// A receipt came.
pub const RECEIPT: Text = Text::new("微信回执", "WeChat's receipt");
/// A picture was filed.
pub const PICTURE: Text = Text::new("上传图片：{title}", "Uploaded a picture: {title}");
/// Push.
pub const SUBSCRIBED: Text = Text::new("关注了公众号", "Followed the account");
/// Push.
pub const UNSUBSCRIBED: Text = Text::new("取消关注", "Left the account");
/// Push.
pub const WROTE: Text = Text::new("给公众号发了文字", "Wrote to the account");
/// Another push.
pub const PUSH: Text = Text::new("微信推送：{title}", "WeChat pushed: {title}");
/// Web authorization.
pub const VISIT: Text = Text::new("网页授权：{title}", "Web authorization: {title}");
/// What a receipt says.
pub const DELIVERED: Text = Text::new("已送达", "Delivered");
/// What a receipt says.
pub const BLOCKED: Text = Text::new("对方拒收", "Refused by the person");
/// What a receipt says.
pub const NOT_DELIVERED: Text = Text::new("没有送达", "Not delivered");
/// How a picture stands.
pub const ON_ITS_WAY: Text = Text::new("正在下载", "Being downloaded");
/// How a picture stands.
pub const STORED: Text = Text::new("已保存", "Stored");
/// How a picture stands.
pub const FAILED: Text = Text::new("下载失败", "Download failed");
/// How a picture stands.
pub const EXPIRED: Text = Text::new("已过期", "Expired");
/// Link of a list.
pub const OPEN: Text = Text::new("时间线", "Line of time");
