//! Texts of the composer and the page before sending.

use crate::shared::lang::Text;

/// Over the code that sends the same by the API.
pub const CALL_HEAD: Text = Text::new("用接口发给许多人", "Send it to many by the API");
/// Page `/send`.
pub const TITLE: Text = Text::new("发送消息", "Send message");
/// Line under the heading of a draft that was kept.
pub const SAVED_AT: Text = Text::new("草稿已自动保存于", "Draft saved at");
/// Line under the heading of a new one.
pub const NOTHING_SENT: Text = Text::new("检查之前什么都不会发出", "Nothing is sent before you have checked it");
/// Back on phones.
pub const BACK: Text = Text::new("返回", "Back");
/// Section.
pub const TEMPLATE: Text = Text::new("模板", "Template");
/// Button.
pub const CHANGE: Text = Text::new("更换", "Change");
/// Mark of a template from before the category library.
pub const LEGACY: Text = Text::new("旧版", "Old");
/// Title of the list of templates to choose from.
pub const PICK_TITLE: Text = Text::new("选一个模板", "Choose a template");
/// Button that leaves it.
pub const PICK_CLOSE: Text = Text::new("关闭", "Close");
/// Field of it.
pub const PICK_FIND: Text = Text::new("名称、行业或字段", "Name, industry or field");
/// Button beside that, without scripts.
pub const PICK_SEARCH: Text = Text::new("搜索", "Search");
/// Nothing is found.
pub const PICK_NONE: Text = Text::new("没有这样的模板", "No template like that");
/// Mark of the chosen one.
pub const PICK_HERE: Text = Text::new("当前", "Chosen");
/// Of a template that was never sent.
pub const PICK_UNUSED: Text = Text::new("还没发过", "never sent");
/// Warning about such a template.
pub const LEGACY_NOTE: Text = Text::new(
    "这是旧版模板：微信不再显示 first 和 remark，其余字段超过 20 字会被截断，表情会被去掉。",
    "This is an old template: WeChat no longer shows first and remark, cuts other fields at 20 characters and drops emoji.",
);
/// No template at all.
pub const NO_TEMPLATE: Text =
    Text::new("还没有模板。先在公众平台添加，再来同步。", "No templates yet. Add one on the MP platform, then sync.");
/// Link to the templates.
pub const TO_TEMPLATES: Text = Text::new("去模板库", "Open templates");
/// Notice when the first synchronisation failed.
pub const SYNC_FAILED: Text = Text::new("没能从微信取到模板：", "The templates could not be fetched from WeChat: ");
/// Section.
pub const CONTENT: Text = Text::new("内容", "Content");
/// Button.
pub const UPDATE_PREVIEW: Text = Text::new("更新预览", "Update preview");
/// Legend of the click target.
pub const TARGET: Text = Text::new("点击卡片后", "When tapped");
/// Target.
pub const TARGET_WEB: Text = Text::new("打开网页", "Open a page");
/// Target.
pub const TARGET_MINI: Text = Text::new("打开小程序", "Open a mini program");
/// Target.
pub const TARGET_NONE: Text = Text::new("不跳转", "Nothing");
/// Label.
pub const URL: Text = Text::new("网页地址", "Page address");
/// Hint: the page is the fallback of a mini program.
pub const URL_HINT: Text =
    Text::new("小程序打不开的旧版微信会打开这个网页", "Old WeChat versions that cannot open the mini program open this page");
/// Label.
pub const MINI_APP_ID: Text = Text::new("小程序 AppID", "Mini program AppID");
/// Label.
pub const MINI_PATH: Text = Text::new("小程序路径", "Mini program path");
/// Section.
pub const RECIPIENTS: Text = Text::new("收件人", "Recipients");
/// Label.
pub const OPENIDS: Text = Text::new("OpenID，每行一个", "Openids, one a line");
/// Hint.
pub const OPENIDS_HINT: Text = Text::new(
    "一次最多 100,000 个，空格和逗号也能分隔；超过 10,000 个时存成一份名单，只显示前几行",
    "Up to 100,000 at a time; blanks and commas separate too. More than 10,000 are kept as a list of which the first lines are shown",
);
/// Tally.
pub const WILL_RECEIVE: Text = Text::new("人会收到", "will receive");
/// Tally.
pub const MERGED: Text = Text::new("个重复，已合并", "duplicates merged");
/// Tally.
pub const MALFORMED: Text = Text::new("个格式不对，已跳过", "malformed, skipped");
/// Send bar, after the number.
pub const PEOPLE: Text = Text::new("人", "recipient(s)");
/// Send bar.
pub const NEXT_STEP: Text = Text::new("，下一步先检查，再发送。", ", checked in the next step before anything is sent.");
/// Button.
pub const TEST: Text = Text::new("发给我试试", "Send me a test");
/// Flash.
pub const TEST_SENT: Text = Text::new("已发到你的微信", "Sent to your WeChat");
/// Button.
pub const CHECK: Text = Text::new("检查并发送", "Check and send");
/// Heading of the preview.
pub const PREVIEW: Text = Text::new("预览", "Preview");
/// Landmark of the preview.
pub const PREVIEW_LABEL: Text = Text::new("消息预览", "Message preview");
/// Legend.
pub const LOOK: Text = Text::new("预览外观", "Look of the preview");
/// Look.
pub const LIGHT: Text = Text::new("浅色", "Light");
/// Look.
pub const DARK: Text = Text::new("深色", "Dark");
/// Clock of the drawn phone.
pub const PHONE_TIME: Text = Text::new("上午 9:41", "9:41 AM");
/// Foot of a card that opens something.
pub const DETAILS: Text = Text::new("查看详情", "View details");

/// Page `/send/{draft}/review`.
pub const REVIEW_TITLE: Text = Text::new("发送前确认", "Check before sending");
/// Line under it.
pub const REVIEW_LINE: Text = Text::new("这一步之前，什么都还没有发出去。", "Nothing has been sent before this step.");
/// Landmark of the path.
pub const PLACE: Text = Text::new("位置", "You are here");
/// Stat.
pub const ACCOUNT: Text = Text::new("公众号", "Account");
/// Stat.
pub const TODAY: Text = Text::new("今日已发", "Sent today");
/// Meter.
pub const QUOTA_AFTER: Text = Text::new("发完后的今日用量", "Today's use afterwards");
/// Below the meter.
pub const QUOTA: Text =
    Text::new("微信没有告诉额度，按常见的每天 100,000 条计", "WeChat did not tell the quota; the usual 100,000 a day is taken");
/// The same where WeChat told.
pub const QUOTA_TOLD: Text = Text::new("微信给这个公众号的额度", "As WeChat tells for this account");
/// Line under the warning that the list is longer than the quota.
pub const BEYOND_QUOTA: Text = Text::new(
    "额度用完后发送会停住，第二天自动继续；有效期更短的会失败。",
    "Sending stops when the quota is gone and goes on by itself the next day; what may not wait that long fails.",
);
/// Stat.
pub const TAKES: Text = Text::new("发完", "Done");
/// Block.
pub const THEY_SEE: Text = Text::new("他们会看到", "What they will see");
/// Block's note.
pub const SAME_FOR_ALL: Text = Text::new("所有人看到的内容相同", "The same for everyone");
/// Caption of the preview.
pub const FIRST: Text = Text::new("第一位", "The first");
/// Caption of the preview.
pub const LAST: Text = Text::new("最后一位", "The last");
/// Block.
pub const CUT: Text = Text::new("会被截断的内容", "What WeChat will cut");
/// Column.
pub const FIELD: Text = Text::new("字段", "Field");
/// Column.
pub const SHOWN: Text = Text::new("微信会显示", "WeChat shows");
/// Column.
pub const LENGTH: Text = Text::new("字数", "Characters");
/// Block.
pub const CHECKS: Text = Text::new("检查", "Checks");
/// Check.
pub const TEMPLATE_FINE: Text = Text::new("模板可用", "The template can be used");
/// Its line.
pub const TEMPLATE_SEEN: Text = Text::new("上次与微信核对：", "Last compared with WeChat: ");
/// Check.
pub const VALUES_FINE: Text = Text::new("内容符合每个字段的规则", "Every value keeps to its rule");
/// Check.
pub const LEFT: Text = Text::new("人已取消关注，会跳过", "left the account and are skipped");
/// Its line.
pub const LEFT_LINE: Text = Text::new("其他人不受影响。", "Nobody else is affected.");
/// Check.
pub const GOT_TODAY: Text = Text::new("人 24 小时内收过这个模板", "got this template within 24 hours");
/// Its line.
pub const GOT_TODAY_LINE: Text = Text::new("仍然发送的话，他们会再收到一条。", "If sent to as well, they get another one.");
/// Said where the page did not ask yet.
pub const GOT_TODAY_CHOOSE: Text =
    Text::new("有人刚收过这个模板，选一下跳过还是仍然发送", "Some just got this template. Choose whether to skip them");
/// Check.
pub const NOBODY_TWICE: Text = Text::new("24 小时内没有人收过这个模板", "Nobody got this template within 24 hours");
/// Check.
pub const LOCKED: Text = Text::new("发送已被管理员锁定", "An administrator has locked all sending");
/// Its line.
pub const LOCKED_LINE: Text = Text::new("解锁之后才能发送。", "It must be unlocked first.");
/// Check.
pub const HELD: Text = Text::new("这个公众号的发送暂停着", "This account's sending stands still");
/// Block.
pub const LIST: Text = Text::new("名单", "List");
/// Line.
pub const ENTRIES: Text = Text::new("粘贴的条数", "Entries pasted");
/// Line.
pub const LIST_MERGED: Text = Text::new("重复，已合并", "Duplicates, merged");
/// Line.
pub const LIST_MALFORMED: Text = Text::new("格式不对，跳过", "Malformed, skipped");
/// Line.
pub const LIST_LEFT: Text = Text::new("已取消关注", "Unfollowed");
/// Line.
pub const LIST_SUM: Text = Text::new("会发给", "Will be sent to");
/// Details.
pub const SHOW_MALFORMED: Text = Text::new("查看格式不对的", "Show the malformed ones");
/// Line.
pub const TAP: Text = Text::new("点击后", "When tapped");
/// Link.
pub const EDIT: Text = Text::new("返回修改", "Back to editing");
/// Send bar, for several recipients.
pub const UNDO_WINDOW: Text = Text::new("提交后 10 秒内可以撤销", "Can be undone for 10 seconds");
/// Label of the field that confirms a large sending, where the choice makes it a small one.
pub const TYPE_NOTHING: Text = Text::new("1,000 人以内不用输入人数", "Not needed up to 1,000 people");
/// Field beside it.
pub const TYPE_PASSWORD: Text = Text::new("你的登录密码", "Your password");
/// Its label where the choice makes it a small sending.
pub const TYPE_NO_PASSWORD: Text = Text::new("1,000 人以内不用输密码", "Nor is the password");
/// Said when it is another.
pub const PASSWORD_WRONG: Text =
    Text::new("密码不对。发给 1,000 人以上要再输一次", "Wrong password. Sending to more than 1,000 people asks for it once more");
/// Heading.
pub const WHEN: Text = Text::new("什么时候发", "When");
/// Field.
pub const SEND_AT: Text = Text::new("定时发送", "Send at");
/// Its hint.
pub const SEND_AT_HINT: Text = Text::new("北京时间；不填就是现在", "Beijing time; empty means now");
/// Button: look again, with what is typed.
pub const RECKON: Text = Text::new("按这个时间重新估算", "Estimate for this time");
/// Notice: the draft is not what the page showed.
pub const SEEN_CHANGED: Text = Text::new("名单或内容已变，请再看一遍", "The list or the content has changed. Look at it once more.");
/// Line under it.
pub const SEEN_CHANGED_LINE: Text = Text::new(
    "还没有发送。下面是现在的名单和内容，没问题就再按一次。",
    "Nothing was sent. Below is what the draft holds now; press the button again if it is right.",
);
/// Fault: it needs a second administrator.
pub const NO_APPROVER: Text = Text::new(
    "这么多人要另一位管理员批准，但现在没有别的管理员。先请人添加一位，或少发一些。",
    "So many people need another administrator’s approval, and there is no other one. Have one added, or send to fewer.",
);
/// Before the hours.
pub const QUIET_HOURS: Text = Text::new("静默时段 ", "Quiet hours ");
/// Check.
pub const QUIET_FINE: Text = Text::new("不会打扰到深夜", "Outside the quiet hours");
/// Check.
pub const QUIET_NOW: Text = Text::new("静默时段过后才会发", "It waits until the quiet hours are over");
/// Check.
pub const QUIET_REACHED: Text = Text::new("静默时段之前发不完", "It is not done before the quiet hours");
/// Check.
pub const CAP_FINE: Text = Text::new("没有人超过每周上限", "Nobody is above the weekly cap");
/// Line where some are.
pub const CAP_OVER_LINE: Text = Text::new("他们会记为失败，原因写明。", "They are noted as failed, with the reason.");
/// Check.
pub const APPROVAL_NEEDED: Text = Text::new("还需要一位管理员批准", "Another administrator has to approve");
/// Check.
pub const APPROVAL_NOBODY: Text = Text::new("没有人能批准", "Nobody could approve it");
/// Beginning of its line.
pub const APPROVAL_ABOVE: Text = Text::new("超过 {n} 人要两人确认。", "More than {n} people need a second person.");
/// End of its line.
pub const APPROVAL_NOBODY_LINE: Text =
    Text::new("现在没有别的管理员：先请人添加一位，或少发一些。", " There is no other administrator: have one added, or send to fewer.");
/// Line of the list.
pub const LIST_GOT_TODAY: Text = Text::new("24 小时内收过", "Got it within 24 hours");
/// Link where nobody's WeChat is bound yet.
pub const BIND_FIRST: Text = Text::new("先绑定你的微信", "Bind your WeChat first");
/// Its spoken form.
pub const BIND_FIRST_WHY: Text = Text::new("先绑定你的微信，才能收测试消息", "Bind your WeChat first to get test messages");
/// Page `/send/test`.
pub const TEST_TITLE: Text = Text::new("给自己发测试", "Test to yourself");
/// Line under it.
pub const TEST_LINE: Text =
    Text::new("只发到你自己绑定的微信，不会发给别人。", "It goes to the WeChat you have bound, and to nobody else.");
/// Faults that forbid sending.
pub const MUST_FIX: Text = Text::new("先改好这些再发送：", "Mend these first:");
