//! What WeChat allows of each call, and how much of it is used.

use crate::shared::lang::{Said, Text};

/// How often WeChat sets the counts back in a month, the button of its console included (docs/wechat-api.md §4).
pub const CLEARS_A_MONTH: usize = 10;

/// The calls we make, with what they are for. A fetch of the token counts in the way it is set to be fetched.
pub const CALLS: [(&str, Text); 12] = [
    ("/cgi-bin/message/template/send", Text::new("发送模板消息", "Send a template message")),
    ("/cgi-bin/message/subscribe/bizsend", Text::new("发送订阅通知", "Send a subscribe notification")),
    ("/cgi-bin/media/get", Text::new("下载图片", "Download a picture")),
    ("/cgi-bin/stable_token", Text::new("取令牌（稳定版）", "Fetch the token (stable)")),
    ("/cgi-bin/token", Text::new("取令牌（旧方式）", "Fetch the token (the old way)")),
    ("/cgi-bin/ticket/getticket", Text::new("取票据", "Fetch the ticket")),
    ("/cgi-bin/user/get", Text::new("关注者名单", "List of followers")),
    ("/cgi-bin/user/info", Text::new("一位关注者的资料", "One follower's facts")),
    ("/cgi-bin/user/info/batchget", Text::new("多位关注者的资料", "Several followers' facts")),
    ("/cgi-bin/tags/get", Text::new("标签", "Tags")),
    ("/cgi-bin/user/tag/get", Text::new("一个标签下的人", "People of a tag")),
    ("/cgi-bin/template/get_all_private_template", Text::new("模板列表", "List of templates")),
];

/// Calls of one path today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The limit a day; 0 where WeChat does not say.
    pub limit: i64,
    /// Made today.
    pub used: i64,
    /// Left today.
    pub left: i64,
}

/// Why WeChat did not say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// WeChat's code, where it gave one.
    pub errcode: Option<i64>,
    /// What happened, and what to do.
    pub said: Said,
}

/// Everything the page shows. Times in Unix milliseconds.
#[derive(Clone, Debug)]
pub struct QuotaView {
    /// Each of [`CALLS`] with WeChat's answer.
    pub lines: Vec<(&'static str, Text, Result<Allowed, Unsaid>)>,
    /// When WeChat was asked.
    pub asked_at: i64,
    /// How often the counts were set back from here within 30 days.
    pub cleared: usize,
}

impl QuotaView {
    /// The one reason why nothing could be learned, where it is the same for all.
    pub fn trouble(&self) -> Option<&Unsaid> {
        let first = self.lines.first()?.2.as_ref().err()?;
        self.lines.iter().all(|(_, _, line)| line.as_ref().err() == Some(first)).then_some(first)
    }
}
