//! Texts of what the signature doctor finds beyond an address: in the config, in the string that was signed, in what is missing.

use super::jssdk::{CHECK_APP_ID, CHECK_NONCE, CHECK_TIMESTAMP};
use crate::shared::lang::Text;

/// Checks of what was pasted; what they find goes before everything else.
pub const OF_CONFIG: [Text; 5] = [CHECK_APP_ID, CHECK_TIMESTAMP, CHECK_NONCE, CHECK_STRING, CHECK_STRING_TICKET];

/// Verdict.
pub const FOUND: Text = Text::new("找到原因", "Here is the reason");
/// Verdict.
pub const OPEN: Text = Text::new("还看不出原因", "The reason does not show yet");
/// Verdict where no signature was pasted.
pub const DIFFERENT_ADDRESS: Text = Text::new("地址不一致", "The addresses differ");
/// What is missing.
pub const OPEN_CONFIG: Text = Text::new(
    "微信说签名不对，而地址看不出问题。请把出错页面的 wx.config（timestamp、nonceStr、signature）也粘贴进来比对。",
    "WeChat calls the signature invalid and nothing is wrong with the address. Paste the failing page's wx.config (timestamp, nonceStr, \
     signature) as well to compare.",
);
/// What is missing.
pub const OPEN_ADDRESS: Text = Text::new(
    "请把出错页面的 location.href 也填进来，有了地址才能比对签名。",
    "Enter the failing page's location.href as well: without the address no signature can be compared.",
);
/// Check.
pub const CHECK_VALUES: Text = Text::new("粘贴的是值", "What was pasted are values");
/// What to do.
pub const CODE_LINE: Text = Text::new(
    "这是代码，不是值，没法比对。请在出错页面打印 JSON.stringify(config)，粘贴打印出来的内容。",
    "This is code, not values, so nothing can be compared. Print JSON.stringify(config) on the failing page and paste what it prints.",
);
/// Nothing was typed.
pub const NOTHING: Text = Text::new(
    "填上页面地址，或在下面粘贴 wx.config、签名原文或微信的报错。",
    "Enter the page's address, or paste the wx.config, the string that was signed or WeChat's error below.",
);
/// Beside the second field.
pub const EITHER: Text = Text::new("两栏填一栏也行", "Either field will do");
/// Cause of a difference.
pub const CAUSE_UPPER: Text =
    Text::new("签名是对的，但写成了大写。要用小写的十六进制。", "The signature is right but in upper case. It has to be lower-case hex.");
/// Cause of a difference.
pub const CAUSE_MILLIS: Text = Text::new(
    "签名用的是秒，wx.config 里写的是毫秒。两处要用同一个 timestamp，单位是秒。",
    "Seconds were signed and wx.config holds milliseconds. Both need the same timestamp, in seconds.",
);
/// Cause of a difference.
pub const CAUSE_NOT_ITS: Text = Text::new(
    "这个签名不是这段原文的 SHA-1。原文和签名不是同一次的，或签名之后原文又改过。",
    "The signature is not the SHA-1 of that string. They are of two different times, or the string was changed after signing.",
);
/// Cause of a difference.
pub const CAUSE_FOREIGN_TICKET: Text = Text::new(
    "签名原文里的票据不是本服务现在的。它可能过期了，或属于别的公众号。",
    "The ticket in the string is not the present one of this server. It may have ended, or be another account's.",
);
/// Cause of a difference.
pub const CAUSE_QUERY_DIFFERS: Text = Text::new(
    "“?”后面的参数和页面的不一样。签名时要原样带上。",
    "The query (? and what follows) is another than the page's. It has to be signed as it is.",
);
/// Check.
pub const CHECK_STRING: Text = Text::new("签名原文与 wx.config 一致", "The string that was signed agrees with wx.config");
/// What to do.
pub const STRING_NONCE: Text = Text::new(
    "签名原文里的 noncestr 与 wx.config 里的 nonceStr 不同。两处要用同一个。",
    "noncestr in the string is another than nonceStr in wx.config. Both need the same.",
);
/// What to do.
pub const STRING_TIME: Text = Text::new(
    "签名原文里的 timestamp 与 wx.config 里的不同。两处要用同一个。",
    "timestamp in the string is another than in wx.config. Both need the same.",
);
/// Finding.
pub const STRING_SAME: Text = Text::new("随机串和时间两处相同。", "Nonce and time are the same in both.");
/// Check.
pub const CHECK_STRING_TICKET: Text = Text::new("签名原文里的票据", "The ticket in the string that was signed");
/// Finding.
pub const STRING_TICKET_OURS: Text = Text::new("就是本服务现在的票据。", "It is the present one of this server.");
/// What to do.
pub const STRING_TICKET_UNKNOWN: Text = Text::new(
    "不是本服务现在的票据，也不是最近几张。它可能过期了，或属于别的公众号。请向本服务的签名接口要签名。",
    "It is neither the present ticket of this server nor one of the last few. It may have ended, or be another account's. Ask the \
     signature call of this server.",
);
/// Check.
pub const CHECK_REAL: Text = Text::new("微信核对的地址", "The address WeChat compared");
/// WeChat could not be asked.
pub const UNREACHED: Text = Text::new("没有连上微信，会自动重试。", "WeChat could not be reached; it is tried again by itself.");
/// Check.
pub const CHECK_TAG_LIST: Text = Text::new("openTagList 的写法", "How openTagList is written");
/// Finding.
pub const TAG_LIST_LINE: Text = Text::new(
    "名字都以 wx-open- 开头。开放标签要 jweixin 1.6.0，显示不显示要在手机上看。",
    "All names start with wx-open-. Open tags need jweixin 1.6.0; see on a phone whether they show.",
);
/// What to do.
pub const TAG_LIST_FIX: Text = Text::new(
    "开放标签的名字都以 wx-open- 开头，例如 wx-open-launch-weapp。写错的名字不会显示。",
    "Names of open tags start with wx-open-, such as wx-open-launch-weapp. A wrong one shows nothing.",
);
/// Title.
pub const FILES: Text = Text::new("域名验证文件", "Domain verification files");
/// Under it.
pub const FILES_LINE: Text = Text::new(
    "微信会在 JS 接口安全域名的根目录下找它。域名没有指到本服务的，要把这个路径转过来。",
    "WeChat looks for it at the root of the JS domain. A domain that leads elsewhere has to pass that path on to here.",
);
/// Where there is none.
pub const FILES_NONE: Text = Text::new(
    "还没有。在公众号后台登记 JS 接口安全域名时，会让你下载 MP_verify 文件，填到公众号设置里就能打开。",
    "None yet. WeChat's console hands out an MP_verify file when you enter a JS domain; put it into the account's settings and it is \
     served.",
);
/// Link.
pub const FILES_TO: Text = Text::new("去公众号设置", "Open the account's settings");
