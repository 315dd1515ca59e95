//! Texts of 绑定微信.

use crate::shared::lang::Text;

/// Title.
pub const TITLE: Text = Text::new("绑定微信", "Bind your WeChat");
/// On the profile page.
pub const LINE: Text = Text::new("绑定后，写消息时可以先发给自己试试。", "Once it is bound, you can send a message to yourself first.");
/// Without an account.
pub const NO_ACCOUNT: Text = Text::new("还没有连接公众号。", "No official account is connected yet.");
/// Nothing bound.
pub const UNBOUND: Text = Text::new(
    "还没有绑定。用微信扫码确认是你，测试消息就会发到你的微信。",
    "Nothing is bound. Scan a code with WeChat to show who you are, and test messages come to your phone.",
);
/// Button.
pub const BEGIN: Text = Text::new("生成二维码", "Show a QR code");
/// The picture, for screen readers.
pub const CODE: Text = Text::new("绑定用的二维码", "QR code that binds");
/// Beside it.
pub const SCAN: Text = Text::new("用微信扫一扫，在手机上同意授权。", "Scan it with WeChat and agree on the phone.");
/// Under it.
pub const TEN_MINUTES: Text = Text::new("10 分钟内有效，只能用一次。", "Good for 10 minutes, and once.");
/// The link as text.
pub const LINK: Text = Text::new("链接", "Link");
/// Button.
pub const CANCEL: Text = Text::new("取消", "Cancel");
/// Question.
pub const WHOSE: Text = Text::new("扫码的是这个微信，是你吗", "This WeChat opened the link. Is it yours");
/// Button.
pub const CONFIRM: Text = Text::new("是我，绑定", "Mine, bind it");
/// Button.
pub const NOT_ME: Text = Text::new("不是我", "Not mine");
/// Bound.
pub const BOUND: Text = Text::new("已绑定，测试消息会发到这个微信。", "Bound: test messages go to this WeChat.");
/// Button.
pub const UNBIND: Text = Text::new("解除绑定", "Unbind");
/// Toast.
pub const DONE: Text = Text::new("已绑定微信。", "Your WeChat is bound.");
/// Toast.
pub const UNDONE: Text = Text::new("已解除绑定。", "Unbound.");
/// Toast.
pub const OVER: Text = Text::new("这个二维码已过期，请重新生成。", "That QR code is over. Show a new one.");
/// On the phone.
pub const SEEN: Text = Text::new("收到了", "Received");
/// On the phone.
pub const GO_BACK: Text = Text::new("请回到电脑上确认是你的微信。", "Go back to your computer and confirm that this WeChat is yours.");
/// On the phone.
pub const GONE: Text = Text::new("这个链接已失效", "This link is over");
/// On the phone.
pub const GONE_LINE: Text = Text::new("请在电脑上重新生成二维码。", "Show a new QR code on your computer.");
/// On the phone.
pub const SNAPSHOT: Text = Text::new("这是快照页", "This is a snapshot page");
/// On the phone.
pub const SNAPSHOT_LINE: Text = Text::new("请点“使用完整服务”，再重新扫码。", "Choose the full service in WeChat, then scan again.");
