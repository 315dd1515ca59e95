//! Words of the sending rules.

use crate::shared::lang::Text;

/// Title.
pub const TITLE: Text = Text::new("发送规则", "Sending rules");
/// Line under it.
pub const LINE: Text =
    Text::new("对页面和 API 同样有效，保存后马上生效。", "They bind pages and API alike, and hold from the moment they are saved.");
/// Section.
pub const QUIET: Text = Text::new("免打扰时段", "Quiet hours");
/// Line under it.
pub const QUIET_LINE: Text = Text::new(
    "这段时间不发任何消息，过后自动继续。有效期在此期间结束的消息会失败。按北京时间，可以跨过零点；都留空就不限制。",
    "Nothing goes out in this stretch; afterwards it goes on by itself. Messages whose time to live ends within it fail. Beijing time; it may pass midnight; leave both empty for none.",
);
/// Field.
pub const FROM: Text = Text::new("从", "From");
/// Field.
pub const TO: Text = Text::new("到", "To");
/// Section.
pub const CAP: Text = Text::new("每人每周上限", "Weekly cap for a person");
/// Field.
pub const CAP_FIELD: Text = Text::new("同一个人 7 天内最多收到几条", "Messages to one person within 7 days, at most");
/// Hint.
pub const CAP_HINT: Text = Text::new(
    "超过的不发送，记为失败，原因写明。留空就不限制。",
    "What goes beyond is not sent; it fails and says why. Leave empty for none.",
);
/// Section.
pub const APPROVAL: Text = Text::new("第二人批准", "Second approver");
/// Field.
pub const APPROVAL_FIELD: Text = Text::new("超过多少人要由另一位管理员批准", "Above how many people another administrator has to approve");
/// Hint.
pub const APPROVAL_HINT: Text = Text::new(
    "只管从页面发出的群发；自己提交的不能自己批准。留空就不需要批准。",
    "For what is sent from the pages; nobody approves their own. Leave empty for none.",
);
/// Section, on the review page too.
pub const CANARY: Text = Text::new("先发少数人", "A few first");
/// Line under it.
pub const CANARY_LINE: Text = Text::new(
    "先只发给名单最前面的人，回执够多才发给其余的人；不够就停下来等人决定。这里是发送前确认页的默认值，API 用 canary 字段自己指定。",
    "The first people on the list alone are sent to; the others follow once enough receipts came, otherwise the batch stops and waits for a decision. This is what the review page suggests; the API says it by its field canary.",
);
/// The same in a sentence.
pub const CANARY_SHORT: Text = Text::new(
    "也可以先只发给名单最前面的人，回执够多再发给其余的人；不够就停下来等人决定。",
    "The first people on the list can be sent to alone; the others follow once enough receipts came, otherwise the batch stops for a decision.",
);
/// On a batch whose first few are waited for.
pub const CANARY_WAITS: Text = Text::new("先发少数人，其余的等回执", "A few first; the others wait for receipts");
/// Field.
pub const CANARY_FIRST: Text = Text::new("先发多少人", "People who go first");
/// Hint.
pub const CANARY_FIRST_HINT: Text = Text::new("1 到 1000；留空就一次发完", "1 to 1,000; leave empty to send to all at once");
/// Field.
pub const CANARY_PERCENT: Text = Text::new("其中百分之几收到才继续", "Percent of them who must have received it");
/// Hint.
pub const CANARY_PERCENT_HINT: Text = Text::new("1 到 100，一般填 90", "1 to 100; 90 is usual");
/// Section.
pub const BRAKE: Text = Text::new("自动刹车", "Brake");
/// Field.
pub const BRAKE_FIELD: Text =
    Text::new("最近 100 次发送里百分之几被拒就停", "Refusals among the last 100 calls, in percent, at which a batch stops");
/// Hint.
pub const BRAKE_HINT: Text =
    Text::new("留空就不自动停。不到 100 次不判断。", "Leave empty for never. Fewer than 100 calls are not judged.");
/// Section.
pub const UNSURE: Text = Text::new("微信没有回答时", "When WeChat gives no answer");
/// Line under it.
pub const UNSURE_LINE: Text = Text::new(
    "发送途中断线，对方可能已经收到，也可能没有。平时会在 9 分钟内用同一个编号再试，微信按编号去重。",
    "When a call breaks off, the person may have the message or not. Normally it is tried again within 9 minutes under the same number, by which WeChat recognises it.",
);
/// Checkbox.
pub const UNSURE_FIELD: Text =
    Text::new("不再试：列为不确定，等回执或由人决定", "Do not try again: call it uncertain, for a receipt or a person to decide");
/// Warning.
pub const NO_SECOND: Text = Text::new(
    "现在只有一位管理员，需要批准的群发会一直等着。先添加另一位管理员。",
    "There is only one administrator, so what needs approval would wait for ever. Add another one first.",
);
/// Section.
pub const LINKS: Text = Text::new("消息里的链接", "Links in messages");
/// Line under it.
pub const LINKS_LINE: Text = Text::new(
    "列出域名后，带着别处链接的消息一律不收：网页上、接口里都一样。留空则不限。",
    "Once hosts are listed, messages that link elsewhere are refused, on pages and by API alike. Nothing listed: any host.",
);
/// Field.
pub const LINKS_FIELD: Text = Text::new("允许的域名", "Allowed hosts");
/// Hint.
pub const LINKS_HINT: Text = Text::new(
    "如 h5.example.com；写 *.example.com 就包括它和它的所有子域名",
    "Such as h5.example.com; *.example.com stands for that host and all below it",
);
/// Refusal.
pub const LINK_NOT_ALLOWED: Text = Text::new(
    "这个链接的域名不在允许之列，管理员可在“发送规则”里添加",
    "The host of this link is not allowed; an administrator can add it under Sending rules",
);
/// Button.
pub const SAVE: Text = Text::new("保存", "Save");
/// Said afterwards.
pub const SAVED: Text = Text::new("发送规则已保存", "Sending rules saved");
/// Button on a batch.
pub const APPROVE: Text = Text::new("批准发送", "Approve");
/// Notice on a batch.
pub const WAITS: Text = Text::new("等另一位管理员批准", "Waits for another administrator's approval");
/// Line under it.
pub const WAITS_LINE: Text = Text::new(
    "批准之前一条也不会发出。批准后还有 10 秒可以撤回。",
    "Nothing goes out before. After the approval there are 10 seconds to take it back.",
);
/// Said afterwards.
pub const APPROVED: Text = Text::new("已批准", "Approved");
