//! Texts of the page 关注者.

use crate::shared::lang::Text;

/// Label of the search field.
pub const SEARCH: Text = Text::new("按备注、昵称或完整 openid 查找", "Find by remark, nickname or whole openid");
/// Search button.
pub const FIND: Text = Text::new("查找", "Find");
/// Takes all filters away.
pub const CLEAR: Text = Text::new("清除筛选", "Clear filters");
/// Landmark of the tag chips.
pub const TAGS: Text = Text::new("标签", "Tags");
/// Chip of everybody.
pub const ALL: Text = Text::new("全部", "Everyone");
/// Button that brings the list up to date.
pub const SYNC: Text = Text::new("从微信同步", "Sync from WeChat");
/// Flash after that button.
pub const SYNC_STARTED: Text = Text::new("开始从微信同步", "Sync started");
/// Flash when one is under way.
pub const SYNC_RUNNING: Text = Text::new("同步已经在进行中", "A sync is under way already");
/// Notice before WeChat said how many there are.
pub const SYNCING: Text = Text::new("正在从微信同步关注者……", "Syncing followers from WeChat…");
/// Notice after a failure.
pub const SYNC_FAILED: Text = Text::new("上次同步没有完成", "The last sync did not finish");
/// Line under the title before the first synchronisation.
pub const NEVER_SYNCED: Text = Text::new("还没有从微信同步过", "Not yet synced from WeChat");
/// Caption of the table.
pub const CAPTION: Text = Text::new("关注者，新的在前", "Followers, newest first");
/// Column of names.
pub const PERSON: Text = Text::new("关注者", "Follower");
/// Column of tags.
pub const TAG_COLUMN: Text = Text::new("标签", "Tags");
/// Column of the time somebody came.
pub const FOLLOWED: Text = Text::new("关注时间", "Followed");
/// Column of the link to the history.
pub const LAST_MESSAGE: Text = Text::new("最近消息", "Messages");
/// Link to the history of one person.
pub const SEE_MESSAGES: Text = Text::new("查看记录", "History");
/// Column of actions.
pub const ACTIONS: Text = Text::new("操作", "Actions");
/// Action on one person.
pub const SEND: Text = Text::new("发消息", "Message");
/// Badge of somebody who left.
pub const GONE: Text = Text::new("已取消关注", "Unfollowed");
/// In place of a name that WeChat does not tell.
pub const NAMELESS: Text = Text::new("未备注", "No remark");
/// Nobody there yet.
pub const EMPTY: Text = Text::new("还没有关注者。从微信同步一次就能看到。", "No followers yet. Sync once from WeChat to see them.");
/// Nobody matches.
pub const NO_MATCH: Text = Text::new("没有符合的关注者", "No follower matches");
/// No account yet.
pub const NO_ACCOUNT: Text = Text::new("先连接一个公众号，才有关注者。", "Connect an official account first.");
/// Link to the form of a new account.
pub const CONNECT: Text = Text::new("连接公众号", "Connect an account");
