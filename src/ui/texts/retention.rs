//! Texts of the rules of keeping.

use crate::shared::lang::Text;

/// Page `/media/retention`.
pub const TITLE: Text = Text::new("保留规则", "Retention");
/// Line under the head.
pub const LINE: Text = Text::new(
    "没有规则的标题一直保留。有规则的，每天一次把过期的图片移到回收站，7 天内还可以恢复；恢复的图片不再受规则影响。",
    "Titles without a rule are kept for ever. By a rule, older pictures move to the bin once a day and can be restored for 7 days; what is \
     restored is left alone from then on.",
);
/// Heading.
pub const RULES: Text = Text::new("现有规则", "Rules");
/// Where there is none.
pub const NONE: Text = Text::new("还没有规则，所有图片一直保留", "No rules: all pictures are kept");
/// Heading.
pub const NEW: Text = Text::new("添加或修改规则", "Add or change a rule");
/// Field.
pub const DAYS: Text = Text::new("保留天数", "Days to keep");
/// Its help.
pub const DAYS_HINT: Text = Text::new("从登记那天算起，1 到 3650 天", "From the day of filing, 1 to 3650 days");
/// Button.
pub const PREVIEW: Text = Text::new("预览会移走哪些", "Preview what would go");
/// Column.
pub const KEPT: Text = Text::new("保留", "Kept");
/// Column.
pub const SET: Text = Text::new("谁设置的", "Set by");
/// Column.
pub const RAN: Text = Text::new("上次执行", "Last run");
/// In place of a time.
pub const NOT_YET: Text = Text::new("一小时内执行", "Within the hour");
/// Button.
pub const DROP: Text = Text::new("去掉规则", "Drop rule");
/// Heading of the preview.
pub const WOULD: Text = Text::new("“{title}”只保留 {days} 天", "Keep “{title}” for {days} days only");
/// Fact.
pub const COUNT: Text = Text::new("现在会移到回收站", "Would go to the bin now");
/// Fact.
pub const OLDEST: Text = Text::new("最早的", "Oldest");
/// Fact.
pub const NEWEST: Text = Text::new("最近的", "Newest");
/// Where nothing would go.
pub const NOTHING_NOW: Text =
    Text::new("现在没有这么早的图片，以后每天检查一次。", "Nothing is that old now. It is looked for once a day.");
/// Button.
pub const SAVE: Text = Text::new("启用这条规则", "Set this rule");
/// Link.
pub const CANCEL: Text = Text::new("取消", "Cancel");
/// After it.
pub const SAVED: Text = Text::new("规则已启用，一小时内第一次执行", "The rule is set and runs within the hour");
/// After it was dropped.
pub const DROPPED: Text = Text::new("规则已去掉", "The rule was dropped");
/// Heading.
pub const QUOTA: Text = Text::new("空间配额", "Quota");
/// Line under it.
pub const QUOTA_LINE: Text = Text::new(
    "这个公众号的图片最多占多少空间。用满后新图片先等着，不影响签名和消息；腾出空间或提高配额后自动继续。回收站里的也算，永久删除后才腾出空间。",
    "How much room this account's pictures may take. Beyond it new ones wait while signatures and messages go on; they continue by themselves \
     once there is room or the quota is raised. What lies in the bin counts until it goes for good.",
);
/// Fact.
pub const QUOTA_USED: Text = Text::new("已用", "In use");
/// Fact: a part of it.
pub const QUOTA_BIN: Text = Text::new("其中回收站", "Of this in the bin");
/// Field.
pub const QUOTA_FIELD: Text = Text::new("配额（MB）", "Quota (MB)");
/// Its help.
pub const QUOTA_HINT: Text = Text::new("留空表示不限；1 GB 写 1000", "Empty for no limit; 1 GB is 1000");
/// Button.
pub const QUOTA_SAVE: Text = Text::new("保存配额", "Save the quota");
/// After it.
pub const QUOTA_SAVED: Text = Text::new("配额已保存", "The quota is saved");
