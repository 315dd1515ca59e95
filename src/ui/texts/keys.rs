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
/// Field.
pub const DAILY: Text = Text::new("每天最多发多少条消息", "Messages a day at most");
/// Under it.
pub const DAILY_HINT: Text = Text::new("按北京时间的一天算，批量里的每个人算一条", "A day in China; each person of a batch counts as one");
/// Refused.
pub const DAILY_RANGE: Text =
    Text::new("应是 1 到 10000000 的整数，不限就留空。", "Must be a whole number from 1 to 10000000; leave it empty for no limit.");
