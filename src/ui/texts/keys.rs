//! Texts of the API keys page.

use crate::shared::lang::Text;

/// Line under the title.
pub const LINE: Text = Text::new("每个系统用自己的一把，只给它要用的权限。", "One for each system, with no more than it needs.");
/// Link.
pub const DOCS: Text = Text::new("接口文档", "API reference");
/// Section.
pub const ALL: Text = Text::new("所有密钥", "All keys");
/// Section.
pub const OWN: Text = Text::new("我的密钥", "My keys");
/// Section.
pub const NEW: Text = Text::new("新建密钥", "New key");
/// Field and column.
pub const NAME: Text = Text::new("名称", "Name");
/// Example.
pub const NAME_EXAMPLE: Text = Text::new("用它的系统，例如 报名小程序", "The system that uses it");
/// Field and column.
pub const SCOPES: Text = Text::new("权限", "Scopes");
/// Field.
pub const ACCOUNT: Text = Text::new("公众号", "Account");
/// Choice.
pub const ANY_ACCOUNT: Text = Text::new("所有公众号", "All accounts");
/// Field.
pub const ADDRESSES: Text = Text::new("只许这些 IP", "Only from these IPs");
/// Hint.
pub const ADDRESSES_HINT: Text =
    Text::new("地址或网段，用逗号分开。不填就不限制。", "Addresses or networks, parted by commas. Empty means anywhere.");
/// Field and column.
pub const EXPIRY: Text = Text::new("有效期", "Good for");
/// Choice.
pub const FOR_EVER: Text = Text::new("长期有效", "No end");
/// Button.
pub const CREATE: Text = Text::new("创建密钥", "Create key");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// Column.
pub const TODAY: Text = Text::new("今天", "Today");
/// Column.
pub const LAST_USED: Text = Text::new("最近使用", "Last used");
/// Column.
pub const END: Text = Text::new("到期", "Ends");
/// Column.
pub const ACTIONS: Text = Text::new("操作", "Actions");
/// Label.
pub const OWNER: Text = Text::new("创建人", "Made by");
/// Owner.
pub const BY_COMMAND: Text = Text::new("命令行", "Command line");
/// Badge.
pub const GOOD: Text = Text::new("正常", "Good");
/// Badge.
pub const EXPIRED: Text = Text::new("已过期", "Expired");
/// Badge.
pub const REVOKED: Text = Text::new("已撤销", "Revoked");
/// Button.
pub const REVOKE: Text = Text::new("撤销", "Revoke");
/// Never used.
pub const NEVER: Text = Text::new("从未", "Never");
/// No keys.
pub const EMPTY: Text =
    Text::new("还没有密钥。创建一个，让你的系统通过 API 发消息。", "No keys yet. Create one, so that your system can send by API.");
/// Line under the title of a new key.
pub const ONCE: Text =
    Text::new("请现在保存。离开这一页就再也看不到，只能换一把。", "Save it now; after this page it cannot be seen again.");
/// Label of the key.
pub const KEY: Text = Text::new("密钥", "Key");
/// Label of the line for .env.
pub const ENV: Text = Text::new(".env 写法", "Line for .env");
/// Button.
pub const SAVED: Text = Text::new("我已保存", "I have saved it");
/// Refused.
pub const NO_SCOPE: Text = Text::new("至少选一个权限。", "Choose at least one scope.");
/// Refused.
pub const NO_ACCOUNT: Text = Text::new("没有这个公众号。", "There is no such account.");
/// Refused.
pub const NO_DAYS: Text = Text::new("请选择有效期。", "Choose how long it is good for.");
/// Refused.
pub const TAKEN: Text = Text::new("已有同名的密钥，请换一个名称或先撤销它。", "A key has this name. Choose another or revoke that one.");
/// Line of the revoke page.
pub const REVOKE_LINE: Text =
    Text::new("撤销后立即失效，不能恢复。用它的系统会收到 401。", "It stops at once and for good. Systems that use it get 401.");
/// Flash.
pub const DONE: Text = Text::new("密钥已撤销", "Key revoked");
/// Button.
pub const ROTATE: Text = Text::new("换新", "Replace");
/// Line of the page that replaces a secret.
pub const ROTATE_LINE: Text = Text::new(
    "名称、权限和限制不变，换一个新的密钥。旧的在选定的时间内仍然可用，够你逐个更新用它的系统。",
    "Name, scopes and limits stay; the secret is a new one. The old one works for the time chosen, so that its systems can be changed one by one.",
);
/// Field.
pub const OVERLAP: Text = Text::new("旧密钥还可用多久", "The old secret stays good for");
/// Under it, where the key has an end.
pub const RENEWED: Text = Text::new("有效期从现在重新算。", "The time it is good for begins anew.");
/// Refused.
pub const OLD_STILL_GOOD: Text = Text::new(
    "上一次换下的旧密钥还可用。先停用它，再换新的。",
    "The secret replaced last is still good. End it first, then replace this one.",
);
/// Link and button.
pub const END_OLD: Text = Text::new("停用旧密钥", "End the old secret");
/// Line of its page.
pub const END_OLD_LINE: Text =
    Text::new("立即失效，不能恢复。还在用它的系统会收到 401。", "It stops at once and for good. Systems that still use it get 401.");
/// Flash.
pub const OLD_ENDED: Text = Text::new("旧密钥已停用", "Old secret ended");
/// Label.
pub const OLD_KEY: Text = Text::new("旧密钥", "Old secret");
/// Label.
pub const OLD_UNTIL: Text = Text::new("可用到", "good until");
/// Label.
pub const NEW_LAST_USED: Text = Text::new("新密钥最近使用", "New secret last used");
/// Link back.
pub const CANCEL: Text = Text::new("取消", "Cancel");
/// Field.
pub const DAILY: Text = Text::new("每天最多发多少条消息", "Messages a day at most");
/// Under it.
pub const DAILY_HINT: Text = Text::new("按北京时间的一天算，批量里的每个人算一条", "A day in China; each person of a batch counts as one");
/// Refused.
pub const DAILY_RANGE: Text =
    Text::new("应是 1 到 10000000 的整数，不限就留空。", "Must be a whole number from 1 to 10000000; leave it empty for no limit.");
/// Field.
pub const DAILY_CALLS: Text = Text::new("每天最多转发多少次微信调用", "Calls handed on to WeChat a day at most");
/// Under it.
pub const DAILY_CALLS_HINT: Text = Text::new(
    "只算经 /wx/… 转给微信的，超过后答 45009，不再转发",
    "Only those handed on through /wx/…; beyond it the answer is 45009 and nothing is handed on",
);
/// Link to the log.
pub const CALLS: Text = Text::new("转发记录", "Calls handed on");
