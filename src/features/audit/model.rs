//! What a line of the audit log says.

use crate::shared::{lang::Text, rights::Right};

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A signed-in person, by name.
    User(String),
    /// An API key, by name.
    Key(String),
    /// Somebody at the command line.
    Command,
    /// The server by itself.
    System,
}

impl Actor {
    /// The word of the kind, as stored.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Key(_) => "key",
            Self::Command => "command",
            Self::System => "system",
        }
    }

    /// The name, as stored and shown.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) | Self::Key(name) => name,
            Self::Command => "wxdesk",
            Self::System => "system",
        }
    }

    /// The one text kept with messages and pictures: `user:周敏`, `key:erp`, `command:wxdesk`.
    pub fn tag(&self) -> String {
        format!("{}:{}", self.kind(), self.name())
    }

    /// Reads [`Actor::tag`]; what it is not is the server's own doing.
    pub fn of_tag(tag: &str) -> Self {
        match tag.split_once(':') {
            Some(("user", name)) => Self::User(name.to_owned()),
            Some(("key", name)) => Self::Key(name.to_owned()),
            Some(("command", _)) => Self::Command,
            _ => Self::System,
        }
    }
}

/// One act, before it is written down.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// A stable word such as `user.created`; texts for people hang on it.
    pub action: &'static str,
    /// What it was done to, such as `user:周敏` or `account:wx123`.
    pub object: String,
    /// Further facts as a JSON object without secrets.
    pub detail: String,
    /// The caller's address, where there was one.
    pub address: Option<String>,
}

impl Act {
    /// An act without further facts.
    pub fn new(actor: Actor, action: &'static str, object: impl Into<String>) -> Self {
        Self { actor, action, object: object.into(), detail: "{}".into(), address: None }
    }

    /// With facts, a JSON object as text.
    pub fn detail(mut self, json: String) -> Self {
        self.detail = json;
        self
    }

    /// With the caller's address.
    pub fn from_address(mut self, address: impl ToString) -> Self {
        self.address = Some(address.to_string());
        self
    }
}

/// The acts and their sentences, in the order the filter shows them. An act that is missing here is shown by its word.
pub const ACTIONS: &[(&str, Text)] = &[
    ("setup.done", Text::new("完成首次设置", "Finished the first set-up")),
    ("session.opened", Text::new("登录", "Signed in")),
    ("session.closed", Text::new("退出登录", "Signed out")),
    ("session.ended", Text::new("退出了一台设备", "Signed a device out")),
    ("user.created", Text::new("添加用户", "Added a user")),
    ("user.role_changed", Text::new("更改角色", "Changed a role")),
    ("user.disabled", Text::new("停用用户", "Disabled a user")),
    ("user.enabled", Text::new("启用用户", "Enabled a user")),
    ("user.password_set", Text::new("重设密码", "Set a new password")),
    ("user.password_changed", Text::new("修改自己的密码", "Changed their own password")),
    ("user.wechat_bound", Text::new("绑定自己的微信", "Bound their own WeChat")),
    ("user.wechat_unbound", Text::new("解除绑定自己的微信", "Unbound their own WeChat")),
    ("user.wechat_sign_in_on", Text::new("开启自己的扫码登录", "Switched on signing in with their WeChat")),
    ("user.wechat_sign_in_off", Text::new("关闭自己的扫码登录", "Switched off signing in with their WeChat")),
    ("scan.changed", Text::new("修改扫码登录的设置", "Changed signing in with WeChat")),
    ("key.created", Text::new("创建 API 密钥", "Made an API key")),
    ("key.revoked", Text::new("撤销 API 密钥", "Revoked an API key")),
    ("key.rotated", Text::new("更换 API 密钥", "Replaced an API key's secret")),
    ("key.old_ended", Text::new("停用旧的 API 密钥", "Ended an API key's old secret")),
    ("account.added", Text::new("添加公众号", "Added an account")),
    ("account.changed", Text::new("修改公众号设置", "Changed an account")),
    ("verify_file.saved", Text::new("保存域名验证文件", "Saved a domain file")),
    ("verify_file.removed", Text::new("删除域名验证文件", "Removed a domain file")),
    ("token.refreshed", Text::new("重新获取令牌", "Fetched the token again")),
    ("token.forced", Text::new("强制换新令牌", "Forced a new token")),
    ("mirror.changed", Text::new("修改 Redis 镜像", "Changed the Redis mirror")),
    ("quota.cleared", Text::new("清零接口额度", "Set the quotas back")),
    ("messages.sent", Text::new("发送消息", "Sent messages")),
    ("batch.filed", Text::new("提交一批消息", "Filed a batch")),
    ("batch.approved", Text::new("批准一批消息", "Approved a batch")),
    ("rules.changed", Text::new("修改发送规则", "Changed the sending rules")),
    ("batch.paused", Text::new("暂停一批消息", "Paused a batch")),
    ("batch.stopped", Text::new("一批消息自动停下", "A batch stopped by itself")),
    ("batch.canary_passed", Text::new("先发的人收到了，继续发给其余的人", "Those who went first received it; the others follow")),
    ("batch.restarted", Text::new("程序重启，从断点继续", "The program began again and goes on")),
    ("batch.resumed", Text::new("继续一批消息", "Resumed a batch")),
    ("batch.cancelled", Text::new("取消一批消息", "Cancelled a batch")),
    ("batch.exported", Text::new("导出一批消息的名单", "Exported a batch's list")),
    ("batch.retried", Text::new("重试一批消息", "Retried a batch")),
    ("messages.taken_back", Text::new("撤销一条还没发出的消息", "Took back a message before it was sent")),
    ("messages.sent_again", Text::new("重发一条不确定的消息", "Sent an uncertain message again")),
    ("messages.marked_delivered", Text::new("把不确定的标记为已送达", "Marked uncertain messages as delivered")),
    ("messages.marked_failed", Text::new("把不确定的标记为未送达", "Marked uncertain messages as not delivered")),
    ("messages.exported", Text::new("导出发送记录", "Exported the history")),
    ("sending.unlocked", Text::new("解除发送锁定", "Unlocked sending")),
    ("templates.added", Text::new("从模板库添加模板", "Added a template from the library")),
    ("templates.deleted", Text::new("删除模板", "Deleted a template")),
    ("templates.synced", Text::new("同步模板", "Synchronised templates")),
    ("person.exported", Text::new("导出一个人的全部数据", "Exported everything about a person")),
    ("person.erased", Text::new("删除一个人的全部数据", "Erased everything about a person")),
    ("qrcode.created", Text::new("生成带场景的二维码", "Made a QR code with a scene")),
    ("people.synced", Text::new("同步关注者", "Synchronised followers")),
    ("media.filed", Text::new("登记图片", "Filed a picture")),
    ("media.retried", Text::new("重新下载图片", "Asked for a picture again")),
    ("media.deleted", Text::new("删除图片（移到回收站）", "Moved a picture to the bin")),
    ("media.restored", Text::new("从回收站恢复图片", "Restored a picture from the bin")),
    ("media.purged", Text::new("永久删除到期的图片", "Removed pictures for good whose time in the bin was over")),
    ("media.retention_set", Text::new("设置图片保留规则", "Set a retention rule")),
    ("media.retention_dropped", Text::new("去掉图片保留规则", "Dropped a retention rule")),
    ("media.retained", Text::new("按保留规则把图片移到回收站", "Moved pictures to the bin by a retention rule")),
    ("media.imported", Text::new("从旧文件夹导入图片", "Imported pictures from an old folder")),
    ("media.linked", Text::new("给出图片的限时链接", "Gave a link to a picture")),
    ("media.views_exported", Text::new("导出谁看过原图", "Exported who had originals")),
    ("media.bin_emptied", Text::new("清空回收站", "Emptied the bin")),
    ("media.judged", Text::new("一起审了多张图片", "Judged several pictures at once")),
    ("media.second_opinion", Text::new("给出第二意见", "Gave a second opinion")),
    ("media.quota_set", Text::new("修改图片空间配额", "Changed the quota of pictures")),
    ("media.opinion_requested", Text::new("请同事给第二意见", "Asked for a second opinion")),
    ("media.opinion_withdrawn", Text::new("撤回第二意见的请求", "Withdrew a request for a second opinion")),
    ("media.decided", Text::new("定下意见不一的图片", "Decided a disagreement")),
    ("media.reasons_saved", Text::new("修改退回理由", "Changed the reasons for rejecting")),
    ("media.roster_saved", Text::new("保存收图名单", "Saved a list of people")),
    ("media.questions_saved", Text::new("保存收图题目", "Saved a list of questions")),
    ("media.board_exported", Text::new("导出收集进度", "Exported a progress table")),
    ("media.asked", Text::new("请人重新上传图片", "Asked a person for a new picture")),
    ("media.asking_saved", Text::new("修改重传消息", "Changed the message that asks again")),
    ("webhook.created", Text::new("添加 Webhook 地址", "Added a webhook endpoint")),
    ("webhook.changed", Text::new("修改 Webhook 地址", "Changed a webhook endpoint")),
    ("webhook.removed", Text::new("删除 Webhook 地址", "Removed a webhook endpoint")),
    ("webhook.old_secret_ended", Text::new("停用 Webhook 旧密钥", "Ended an old webhook secret")),
    ("webhook.rotated", Text::new("更换 Webhook 密钥", "Replaced a webhook secret")),
    ("webhook.tested", Text::new("发送 Webhook 测试事件", "Sent a webhook test event")),
    ("webhook.replayed", Text::new("再次投递 Webhook 事件", "Replayed webhook events")),
    ("webhook.stopped", Text::new("自动停用 Webhook 地址", "Switched a failing webhook endpoint off")),
    ("media.bundled", Text::new("打包下载图片", "Downloaded pictures as ZIP")),
];

/// The sentence of an act.
pub fn action_text(word: &str) -> Option<Text> {
    ACTIONS.iter().find(|(known, _)| *known == word).map(|(_, text)| *text)
}

/// The page of an object, such as `media:01hx…`, and the right it takes; `None` where there is no such page. `encode` makes a text fit
/// for a path.
pub fn page_of(object: &str, encode: impl Fn(&str) -> String) -> Option<(Right, String)> {
    let (kind, name) = object.split_once(':').filter(|(_, name)| !name.is_empty())?;
    let place = |right, path: &str| Some((right, format!("{path}/{}", encode(name))));
    match kind {
        "account" => place(Right::Administer, "/accounts"),
        "user" => place(Right::Administer, "/users"),
        // Keys have no page of their own; the list names them all.
        "key" => Some((Right::AllKeys, "/keys".to_owned())),
        "batch" => place(Right::History, "/batches"),
        "message" => place(Right::History, "/messages"),
        "media" => place(Right::Pictures, "/media"),
        "template" => place(Right::Templates, "/templates"),
        "webhook" => place(Right::Administer, "/webhooks"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_lead_to_their_pages() {
        let page = |object| page_of(object, |name| name.replace('/', "%2F"));
        assert_eq!(page("media:0a1b"), Some((Right::Pictures, "/media/0a1b".to_owned())));
        assert_eq!(page("batch:b1"), Some((Right::History, "/batches/b1".to_owned())));
        assert_eq!(page("account:wx1"), Some((Right::Administer, "/accounts/wx1".to_owned())));
        assert_eq!(page("user:a:b/c"), Some((Right::Administer, "/users/a:b%2Fc".to_owned())), "names may hold anything");
        assert_eq!(page("key:erp"), Some((Right::AllKeys, "/keys".to_owned())));
        assert_eq!((page("data"), page("media:"), page("file:MP_verify_x.txt")), (None, None, None));
    }
}
