//! Texts of the official accounts: pages and the check.

use crate::shared::lang::Text;

/// Warning wherever the callback is set up or checked.
pub const CALLBACK_SILENCES: Text = Text::new(
    "打开消息推送后，公众平台里的自动回复和自定义菜单会停用。要保留原来的程序，请填写转发地址。",
    "Switching the callback on silences the console's own auto-replies and menu. To keep another program going, set a forwarding address.",
);
/// Part of the check.
pub const CHECK_TOKEN: Text = Text::new("令牌", "Token");
/// Part of the check.
pub const CHECK_ADDRESS: Text = Text::new("IP 白名单", "IP allow-list");
/// Part of the check.
pub const CHECK_TEMPLATES: Text = Text::new("模板消息权限", "Template right");
/// Part of the check.
pub const CHECK_CALLBACK: Text = Text::new("消息推送", "Callback");
/// No answer from WeChat.
pub const CHECK_SILENT: Text =
    Text::new("微信没有应答，请检查服务器能否访问外网", "WeChat did not answer; check that this server can reach the internet");
/// An answer that is none.
pub const CHECK_UNREADABLE: Text =
    Text::new("得到的不是微信的应答，请检查接口地址和网络出口", "The answer is not WeChat's; check the API address and the way out");
/// A copy restored without its key.
pub const CHECK_NO_SECRET: Text = Text::new("还没有 AppSecret，请重新填写", "There is no AppSecret; enter it again");
/// 40001 from the token call.
pub const CHECK_WRONG_SECRET: Text = Text::new("AppSecret 不对", "The AppSecret is wrong");
/// A token came, so the address is allowed.
pub const CHECK_ADDRESS_OK: Text = Text::new("这台服务器的 IP 可以调用接口", "This server's address may call the API");
/// What cannot be tried without a token.
pub const CHECK_NEEDS_TOKEN: Text = Text::new("取到令牌后才能检查", "Can be checked once a token comes");
/// No callback token.
pub const CHECK_CALLBACK_OFF: Text =
    Text::new("没有设置 Token，送达回执不会到达", "No callback token is set, so delivery reports do not arrive");
/// The key is missing or none.
pub const CHECK_CALLBACK_KEY: Text = Text::new("这种加密方式需要有效的 EncodingAESKey", "This mode needs a valid EncodingAESKey");
/// `{}` is the address.
pub const CHECK_CALLBACK_OK: Text = Text::new("{} 回答正确，可以填到公众平台", "{} answers rightly; enter it in WeChat's console");
/// `{}` is the address.
pub const CHECK_CALLBACK_WRONG: Text = Text::new("{} 的回答不对", "{} answers wrongly");
/// `{}` is the address.
pub const CHECK_CALLBACK_SILENT: Text = Text::new(
    "Token 和密钥的格式没问题；从这台服务器打不开 {}，没有试成",
    "Token and key are well formed; {} cannot be reached from here, so it was not tried",
);
/// What to do then.
pub const CHECK_CALLBACK_SILENT_HINT: Text =
    Text::new("确认服务在运行、--public-url 正确后再检查一次", "See that the server runs and --public-url is right, then check again");
