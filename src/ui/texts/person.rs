//! Words of the page of one person.

use crate::shared::lang::Text;

/// Before the other names of a person.
pub const KNOWN_AS: Text = Text::new("也叫", "Also known as");
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
/// Link, and the page about one person's data.
pub const DATA: Text = Text::new("个人数据", "Personal data");
/// Line under its head.
pub const DATA_LINE: Text = Text::new(
    "这个公众号里关于此人的全部记录：可以导出，也可以删除。",
    "Everything this account keeps about the person: to export, or to erase.",
);
/// Fact.
pub const PICTURES: Text = Text::new("图片（含回收站）", "Pictures, with the bin");
/// Fact.
pub const MESSAGES: Text = Text::new("消息", "Messages");
/// Fact.
pub const EVENTS: Text = Text::new("回执、推送和授权", "Receipts, pushes, authorizations");
/// Fact.
pub const LISTED: Text = Text::new("关注者资料", "Follower record");
/// Its value.
pub const YES: Text = Text::new("有", "Yes");
/// Its value.
pub const NO: Text = Text::new("没有", "No");
/// Heading.
pub const EXPORT: Text = Text::new("导出", "Export");
/// What is in it.
pub const EXPORT_LINE: Text = Text::new(
    "一个 ZIP：原图和清单，图片、审图、收图名单、消息、事件和关注者资料各一个 CSV。",
    "One ZIP: the originals with a list, and a CSV each of pictures, reviews, lists of people, messages, events and the follower record.",
);
/// Button.
pub const EXPORT_NOW: Text = Text::new("下载 ZIP", "Download ZIP");
/// Heading.
pub const ERASE: Text = Text::new("删除", "Erase");
/// What happens.
pub const ERASE_LINE: Text = Text::new(
    "图片立即永久删除，不进回收站。消息和事件保留状态和时间，去掉此人的 ID 和内容，总数不变；还没发的消息取消。\
     关注者资料、收图名单、草稿和 Webhook 记录里的此人一并去掉。操作日志只记谁在什么时候删除了多少。",
    "Pictures go for good at once, without the bin. Messages and events keep state and time and lose the person's id and all content, so \
     that sums stay true; what waits to be sent is cancelled. The person also leaves the follower list, lists of people, drafts and webhook \
     records. The audit log says who erased how much and when, and nothing else.",
);
/// What stays.
pub const ERASE_STAYS: Text = Text::new(
    "已有的备份不会改动。此人如果还关注公众号，下次同步会重新出现在关注者里。",
    "Backups made before stay as they are. If the person still follows the account, the next synchronisation lists them again.",
);
/// Field.
pub const CONFIRM: Text = Text::new("输入此人的 ID 确认", "Type the person's id to confirm");
/// Button.
pub const ERASE_NOW: Text = Text::new("永久删除此人的数据", "Erase for good");
/// After it.
pub const ERASED: Text = Text::new("此人的数据已全部删除", "Everything about the person was erased");
/// Label of the other names.
pub const ALSO: Text = Text::new("收图名单里此人的其他 ID，也一起处理：", "Other ids of the person by the lists of people; include them:");
