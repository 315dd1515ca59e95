//! Texts of the pages about webhooks.

use crate::shared::lang::Text;

/// Line under the title.
pub const LINE: Text =
    Text::new("消息、批次和图片有了结果，就告诉你的系统。", "Your systems hear what became of messages, batches and pictures.");
/// Section.
pub const ALL: Text = Text::new("接收地址", "Endpoints");
/// Section.
pub const NEW: Text = Text::new("添加地址", "New endpoint");
/// No endpoints.
pub const EMPTY: Text = Text::new(
    "还没有接收地址。添加一个，不用再反复查询结果。",
    "No endpoints yet. Add one, and nobody has to ask for results again and again.",
);
/// Field and column.
pub const URL: Text = Text::new("地址", "Address");
/// Hint.
pub const URL_HINT: Text = Text::new("必须是 https。不跟随跳转。", "https only. Redirects are not followed.");
/// Field.
pub const DESCRIPTION: Text = Text::new("说明", "Description");
/// Field and column.
pub const TYPES: Text = Text::new("事件", "Events");
/// Checkbox.
pub const INSIDE: Text = Text::new("允许内网地址", "Allow addresses of the own network");
/// Hint.
pub const INSIDE_HINT: Text = Text::new(
    "仅用于本机或内网里的系统，这时也可以用 http。会写进操作日志。",
    "Only for systems on this machine or in your network, which may then use http. It is written to the audit log.",
);
/// Button.
pub const CREATE: Text = Text::new("添加地址", "Add endpoint");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// Badge.
pub const ON: Text = Text::new("正常", "On");
/// Badge.
pub const FAILING: Text = Text::new("正在失败", "Failing");
/// Badge.
pub const OFF: Text = Text::new("已停用", "Off");
/// Notice.
pub const STOPPED_GONE: Text = Text::new("接收方回答 410，所以已自动停用。", "The receiver answered 410, so it was switched off.");
/// Notice.
pub const STOPPED_FAILING: Text =
    Text::new("连续 5 天只有失败，所以已自动停用。", "Nothing but failures for 5 days, so it was switched off.");
/// Notice.
pub const FAILING_SINCE: Text = Text::new("从这时起一直失败", "Nothing but failures since");
/// Notice.
pub const WAITING: Text = Text::new(
    "停用期间不记录新事件，已在等待的会在启用后继续。",
    "While it is off nothing new is noted; what waits goes on once it is on.",
);
/// Title of a new secret.
pub const SECRET_TITLE: Text = Text::new("签名密钥，只显示这一次", "The signing secret, shown once");
/// Line under it.
pub const SECRET_LINE: Text = Text::new(
    "请现在保存到接收方。离开这一页就再也看不到，只能更换。",
    "Save it at the receiver now; after this page it cannot be seen again, only replaced.",
);
/// Label of the secret.
pub const SECRET: Text = Text::new("签名密钥", "Signing secret");
/// Button.
pub const SAVED: Text = Text::new("我已保存", "I have saved it");
/// Section.
pub const SETTINGS: Text = Text::new("设置", "Settings");
/// Checkbox.
pub const ENABLED: Text = Text::new("启用", "On");
/// Button.
pub const SAVE: Text = Text::new("保存", "Save");
/// Button.
pub const TEST: Text = Text::new("发送测试事件", "Send a test event");
/// Button.
pub const ROTATE: Text = Text::new("更换密钥", "Replace the secret");
/// Line.
pub const ROTATE_LINE: Text = Text::new(
    "旧密钥还会一起签名 24 小时，接收方可以从容换上新的。",
    "The old one signs as well for 24 hours, so that the receiver can change over in peace.",
);
/// Fact.
pub const OLD_UNTIL: Text = Text::new("旧密钥用到", "Old secret until");
/// Button.
pub const END_OLD: Text = Text::new("旧密钥立即停用", "End the old secret now");
/// Said afterwards.
pub const OLD_ENDED: Text = Text::new("旧密钥已停用", "The old secret has ended");
/// Button.
pub const REMOVE: Text = Text::new("删除地址", "Remove endpoint");
/// Line of the page that asks.
pub const REMOVE_LINE: Text =
    Text::new("它的投递记录一起删除，等待中的事件不再发送。", "Its deliveries go with it; events that wait are not sent any more.");
/// Section.
pub const DELIVERIES: Text = Text::new("投递记录", "Deliveries");
/// None.
pub const NO_DELIVERIES: Text = Text::new("还没有投递。可以先发送一个测试事件。", "No deliveries yet. Send a test event to begin with.");
/// Column.
pub const EVENT: Text = Text::new("事件", "Event");
/// Column.
pub const ANSWER: Text = Text::new("回答", "Answer");
/// Column.
pub const ATTEMPTS: Text = Text::new("次数", "Attempts");
/// Column.
pub const NEXT: Text = Text::new("下次", "Next");
/// Column.
pub const AT: Text = Text::new("时间", "Time");
/// Badge.
pub const PENDING: Text = Text::new("等待投递", "Waiting");
/// Badge.
pub const AGAIN: Text = Text::new("等待重试", "To be retried");
/// Badge.
pub const DELIVERED: Text = Text::new("已送到", "Delivered");
/// Badge.
pub const FAILED: Text = Text::new("已放弃", "Given up");
/// Answer.
pub const NOT_ALLOWED: Text = Text::new("地址不允许访问", "Address not allowed");
/// Answer.
pub const NO_CONNECTION: Text = Text::new("连接不上", "No connection");
/// Answer.
pub const TIMEOUT: Text = Text::new("15 秒内没有回答", "No answer within 15 s");
/// Answer.
pub const BROKEN: Text = Text::new("连接中断", "Connection broke");
/// Answer.
pub const SECRET_LOST: Text = Text::new("密钥打不开，请更换", "The secret does not open; replace it");
/// Button.
pub const REPLAY: Text = Text::new("再次投递", "Replay");
/// Flash.
pub const REPLAYED: Text = Text::new("已安排再次投递", "It will be sent again now");
/// Label of the form that replays what was given up.
pub const REPLAY_FAILED: Text = Text::new("再次投递已放弃的", "Replay what was given up");
/// Choice.
pub const LAST_HOUR: Text = Text::new("最近 1 小时", "Last hour");
/// Choice.
pub const LAST_DAY: Text = Text::new("最近 24 小时", "Last 24 hours");
/// Choice.
pub const LAST_3_DAYS: Text = Text::new("最近 3 天", "Last 3 days");
/// Choice.
pub const LAST_30_DAYS: Text = Text::new("最近 30 天", "Last 30 days");
/// Section.
pub const BODY: Text = Text::new("发送的内容", "Body sent");
/// Section.
pub const FACTS: Text = Text::new("经过", "What happened");
/// Fact.
pub const ID: Text = Text::new("事件编号", "Event id");
/// Fact.
pub const LAST: Text = Text::new("上次尝试", "Last attempt");
/// Never tried.
pub const NEVER: Text = Text::new("还没有", "Not yet");
/// Flash.
pub const CHANGED: Text = Text::new("已保存", "Saved");
/// Flash.
pub const REMOVED: Text = Text::new("地址已删除", "Endpoint removed");
/// Refused.
pub const BAD_URL: Text = Text::new(
    "请写完整的地址，不带用户名和 # 部分，例如 https://hooks.example.com/wxdesk。",
    "Write a whole address without user and fragment, such as https://hooks.example.com/wxdesk.",
);
/// Refused.
pub const NOT_HTTPS: Text = Text::new(
    "请用 https。http 只能用于内网地址，并要勾选允许。",
    "Use https. http is only for addresses of the own network, once these are allowed.",
);
/// Refused.
pub const BAD_ADDRESS: Text = Text::new(
    "不能发到这个 IP 地址。内网地址要勾选允许，链路本地和保留地址始终不行。",
    "Nothing can be sent to this IP address. Those of the own network must be allowed; link-local and reserved ones never are.",
);
/// Refused.
pub const NO_TYPES: Text = Text::new("至少选一种事件。", "Choose at least one event.");
/// Refused.
pub const TOO_MANY: Text = Text::new("每个公众号最多 10 个地址。", "At most 10 endpoints an account.");
/// Refused.
pub const TOO_LONG: Text = Text::new("最多 100 个字符，不能有控制字符。", "At most 100 characters, no control characters.");
/// Refused.
pub const NO_ACCOUNT: Text = Text::new("请先添加公众号。", "Add an account first.");
/// What can be told: the words of the field `type`, and what they mean.
pub const KINDS: [(&str, Text); 12] = [
    ("message.delivered", Text::new("消息送达", "A message was delivered")),
    ("message.failed", Text::new("消息失败", "A message failed")),
    ("message.unknown", Text::new("消息结果不明", "What became of a message is unknown")),
    ("batch.ended", Text::new("一批消息结束", "A batch ended")),
    ("media.stored", Text::new("图片已保存", "A picture was stored")),
    ("media.failed", Text::new("图片下载失败", "A picture could not be downloaded")),
    ("media.expired", Text::new("图片已过期", "A picture expired")),
    ("media.accepted", Text::new("图片审核通过", "A picture passed review")),
    ("media.rejected", Text::new("图片被退回", "A picture was rejected")),
    ("media.review_cleared", Text::new("图片的判断被收回", "A verdict on a picture was taken back")),
    ("media.opinion_requested", Text::new("有人请同事给第二意见", "A second opinion is asked for")),
    ("webhook.test", Text::new("测试事件", "Test event")),
];
/// What the reference says before it lists the events.
pub const TOLD: Text = Text::new(
    "事情一有结果，就向你登记的地址 POST 一段 JSON：type、timestamp，data 是当时的记录。15 秒内返回 2XX 算收到，否则重试 9 次，前后三天多；返回 410 就停用这个地址。",
    "When something is settled your endpoint gets JSON by POST: type, timestamp, and in data the record as it stood then. Any 2XX within 15 seconds takes it; otherwise nine more tries follow over three days. 410 switches the endpoint off.",
);
/// Link from the reference.
pub const ENDPOINTS: Text = Text::new("管理接收地址", "Your endpoints");
/// Headers of a delivery, as the description of the API tells them.
pub const HEADERS: [Text; 3] = [
    Text::new("事件的编号；同一个事件，每次重试、每个地址都相同。", "The event's id, the same for every attempt and endpoint"),
    Text::new("这一次发送的 Unix 秒。", "Unix seconds of this attempt"),
    Text::new(
        "`v1,` 加 HMAC-SHA256(`id.timestamp.body`) 的 base64；换密钥后 24 小时内有两个，用空格隔开。",
        "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; for 24 hours after a secret was replaced two of them, with a blank between",
    ),
];
