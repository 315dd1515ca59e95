//! Texts of the template library.

use crate::shared::lang::Text;

/// Page `/templates`.
pub const TITLE: Text = Text::new("模板库", "Templates");
/// Line under it.
pub const SYNCED_AT: Text = Text::new("上次从微信同步：", "Last synced with WeChat: ");
/// The same before the first time.
pub const NEVER_SYNCED: Text = Text::new("还没有从微信同步过", "Never synced with WeChat yet");
/// Button.
pub const SYNC: Text = Text::new("从微信同步", "Sync with WeChat");
/// Nothing there.
pub const EMPTY: Text = Text::new("还没有模板。先在公众平台添加，再来同步。", "No templates yet. Add one on the MP platform, then sync.");
/// Caption of the table.
pub const CAPTION: Text = Text::new("模板", "Templates");
/// Column.
pub const NAME: Text = Text::new("模板", "Template");
/// Column.
pub const EXAMPLE: Text = Text::new("样例", "Example");
/// Column.
pub const FIELDS: Text = Text::new("字段", "Fields");
/// Column.
pub const LAST_USED: Text = Text::new("最近使用", "Last used");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// State.
pub const USABLE: Text = Text::new("可用", "Usable");
/// State.
pub const GONE: Text = Text::new("已下线", "Gone");
/// State.
pub const LEGACY: Text = Text::new("旧版", "Old");
/// Never used.
pub const NEVER: Text = Text::new("没有用过", "Never");
/// Button.
pub const SEND: Text = Text::new("用它发送", "Send with it");
/// Block.
pub const FIELDS_HEAD: Text = Text::new("字段与规则", "Fields and rules");
/// Column.
pub const LABEL: Text = Text::new("名称", "Label");
/// Column.
pub const KEY: Text = Text::new("键", "Key");
/// Column.
pub const RULE: Text = Text::new("规则", "Rule");
/// Block.
pub const EXAMPLE_HEAD: Text = Text::new("样例卡片", "Example card");
/// Block.
pub const API_HEAD: Text = Text::new("通过 API 发送", "Send through the API");
/// Line.
pub const TEMPLATE_ID: Text = Text::new("模板 ID", "Template id");
/// Line.
pub const INDUSTRY: Text = Text::new("行业", "Industry");
/// Line.
pub const SEEN: Text = Text::new("微信最近列出", "Last listed by WeChat");
/// Notice of a gone one.
pub const GONE_NOTE: Text =
    Text::new("微信已不再列出这个模板，用它发送会被拒绝。", "WeChat no longer lists this template; sending with it is refused.");
/// Notice of one for subscribe notifications.
pub const NOTIFICATION_NOTE: Text = Text::new(
    "这是订阅通知的模板：只有勾选订阅过它的人才收得到。微信不认我们的编号，没有回音的不会自动重发，留给人判断。",
    "A template of subscribe notifications: only people who ticked it get them. WeChat knows no number of ours, so what was not answered is \
     never repeated by itself but left to a person.",
);
/// Heading of what a synchronisation found.
pub const FOUND: Text = Text::new("最近一次同步发现的变化", "What a sync found last");
/// Badge of a template that is new.
pub const ADDED: Text = Text::new("新增", "New");
/// Badge of one with other fields.
pub const CHANGED: Text = Text::new("字段变化", "Changed");
/// Badge of one that is listed no more.
pub const IS_GONE: Text = Text::new("已下线", "Gone");
/// Said before what was different.
pub const SYNCED: Text = Text::new("已同步：", "Synced: ");
/// Said where nothing was different.
pub const NO_DIFFERENCE: Text = Text::new("已同步，没有变化", "Synced; nothing is different");
/// Button and title.
pub const ADD: Text = Text::new("从模板库添加", "Add from the library");
/// Line under it.
pub const ADD_LINE: Text = Text::new(
    "在公众平台的模板库里找到模板，把编号和要用的关键词抄到这里。一个公众号最多 25 个模板。",
    "Find the template in the platform's library and copy its number and keywords here. An account has 25 templates at most.",
);
/// Field.
pub const SHORT_ID: Text = Text::new("模板编号", "Library number");
/// Hint.
pub const SHORT_ID_HINT: Text = Text::new(
    "类目模板是数字，如 43216；旧模板以 TM 或 OPENTM 开头",
    "Digits for a category template, such as 43216; old ones begin with TM or OPENTM",
);
/// Field.
pub const KEYWORDS: Text = Text::new("关键词", "Keywords");
/// Hint.
pub const KEYWORDS_HINT: Text =
    Text::new("一行一个，按想要的顺序；旧模板不用填", "One a line, in the order wanted; old templates need none");
/// Link.
pub const BACK: Text = Text::new("返回", "Back");
/// Said afterwards.
pub const IS_ADDED: Text = Text::new("模板已添加", "Template added");
/// Button and title.
pub const DELETE: Text = Text::new("删除模板", "Delete template");
/// Line under it.
pub const DELETE_LINE: Text = Text::new(
    "会从公众号里删掉，所有程序都不能再用它。发送记录会留着。",
    "It goes from the account itself; no program can use it any more. The history stays.",
);
/// What must not be missed.
pub const DELETE_WARNING: Text = Text::new(
    "正在发送和排队的批次如果用到它，会停下来。再添加一次得到的是新的模板 ID。",
    "Batches that use it, under way or scheduled, will stop. Adding it again gives another template id.",
);
/// Said afterwards.
pub const IS_DELETED: Text = Text::new("模板已删除", "Template deleted");
