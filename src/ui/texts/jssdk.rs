//! Texts of the signature doctor and of refused addresses.

pub use super::doctor::*;
use crate::shared::lang::Text;

/// 403 of the signature route.
pub const NOT_ALLOWED: Text = Text::new(
    "这个域名不在公众号的 JS 接口安全域名里，请在公众号设置里加上。",
    "This host is none of the account's JS domains. Add it in the account's settings.",
);
/// Refused address.
pub const TOO_LONG: Text = Text::new("地址超过 8192 字节。", "The address is longer than 8192 bytes.");
/// Refused address.
pub const BAD_SCHEME: Text = Text::new(
    "地址要以 http:// 或 https:// 开头，请传 location.href。",
    "The address must start with http:// or https://. Send location.href.",
);
/// Refused address.
pub const HAS_CONTROL: Text = Text::new("地址里有控制字符。", "The address holds a control character.");
/// Refused address.
pub const HAS_BLANK: Text = Text::new(
    "地址里有空白。浏览器里的地址没有空白，请传 location.href。",
    "The address holds a blank. A browser's address never does; send location.href.",
);
/// Refused address.
pub const HAS_BACKSLASH: Text = Text::new("地址里有反斜杠。", "The address holds a backslash.");
/// Refused address.
pub const HAS_USER: Text = Text::new("地址的主机名前面有 @。", "The address has a user name in front of the host.");
/// Refused address.
pub const NO_HOST: Text = Text::new("地址里没有主机名。", "The address has no host.");
/// Refused address.
pub const ENCODED_HOST: Text =
    Text::new("主机名里有百分号编码，地址可能多编码了一次。", "The host is percent-encoded; the address may be encoded once too often.");
/// Refused address.
pub const TRAILING_DOT: Text = Text::new("主机名末尾有一个点。", "The host ends with a dot.");
/// Refused address.
pub const BAD_HOST: Text = Text::new("主机名不合规。", "The host is no valid name.");
/// Refused address.
pub const BAD_PORT: Text = Text::new("端口不对。", "The port is not valid.");
/// Refused address.
pub const NOT_UTF8: Text =
    Text::new("地址不是 UTF-8，请用 encodeURIComponent 编码。", "The address is not UTF-8. Encode it by encodeURIComponent.");
/// Line under the title.
pub const LINE: Text = Text::new(
    "粘贴出错的地址、wx.config 或报错，找出 invalid signature 的原因。",
    "Paste the address, the wx.config or the error and find out why WeChat says invalid signature.",
);
/// Field.
pub const PAGE_URL: Text = Text::new("手机上的页面地址", "The page's address on the phone");
/// Field.
pub const GIVEN: Text = Text::new(
    "签名用的地址、签名原文、整段 wx.config 或微信的报错",
    "The address or the string that was signed, the whole wx.config, or WeChat's error",
);
/// Button.
pub const CHECK: Text = Text::new("检查", "Check");
/// Beside it.
pub const STAYS: Text = Text::new("票据不离开服务器，结果里也不会显示。", "The ticket never leaves the server, nor does it show here.");
/// Verdict.
pub const SAME: Text = Text::new("签名一致", "The signatures match");
/// Under it.
pub const SAME_LINE: Text = Text::new(
    "若手机上仍报错，请在出错页面打印 location.href.split('#')[0] 再来比对。",
    "If the phone still complains, print location.href.split('#')[0] on that page and compare again.",
);
/// Verdict.
pub const DIFFERENT: Text = Text::new("签名不一致", "The signatures differ");
/// Verdict when nothing was pasted to compare with.
pub const SIGNED: Text = Text::new("这个地址可以签名", "This address can be signed");
/// Under it.
pub const SIGNED_LINE: Text = Text::new(
    "下面是签名结果。把出错页面的 wx.config 也粘贴进来，可以比对。",
    "The result is below. Paste the wx.config of the failing page as well to compare.",
);
/// Verdict.
pub const NOT_SIGNED: Text = Text::new("这个地址不能签名", "This address cannot be signed");
/// Verdict.
pub const NO_TICKET: Text = Text::new("现在没有票据，不能签名", "There is no ticket now, so nothing can be signed");
/// Under it.
pub const NO_TICKET_LINE: Text = Text::new("原因见令牌页。", "The tokens page says why.");
/// Cause of a difference.
pub const CAUSE_FRAGMENT: Text = Text::new("签名时带上了 # 和后面的部分。", "The fragment (# and what follows) was signed too.");
/// Cause of a difference.
pub const CAUSE_ENTITY: Text = Text::new("签名时 & 被写成了 &amp;。", "& was signed as &amp;.");
/// Cause of a difference.
pub const CAUSE_DECODED: Text = Text::new("签名前地址被多解码了一次。", "The address was decoded once too often before signing.");
/// Cause of a difference.
pub const CAUSE_ENCODED: Text = Text::new("签名前地址被多编码了一次。", "The address was encoded once too often before signing.");
/// Cause of a difference.
pub const CAUSE_SCHEME: Text = Text::new(
    "http 和 https 不一致，多半是代理后面的程序以为自己是 http。",
    "http and https differ; most likely a program behind a proxy takes itself for http.",
);
/// Cause of a difference.
pub const CAUSE_SLASH: Text = Text::new("末尾多或少一个 /。", "A slash at the end is missing or surplus.");
/// Cause of a difference.
pub const CAUSE_QUERY: Text = Text::new("签名时漏了“?”和后面的参数。", "The query (? and what follows) was left out.");
/// Cause of a difference.
pub const CAUSE_OTHER_URL: Text = Text::new(
    "签名用的是另一个地址。改用页面的地址，签名就会一致。",
    "Another address was signed. Sign the page's own and they will match.",
);
/// Cause of a difference.
pub const CAUSE_UNKNOWN: Text = Text::new(
    "地址相同而签名不同：票据不是本服务最近的几张，是更旧的或别的公众号的，或者 nonceStr、timestamp 与签名时不一样。把签名原文也粘贴进来，就能分清。",
    "The address is the same and the signature is not: the ticket is none of the last few here but an older one or another account's, or \
     nonceStr or timestamp differ from what was signed. Paste the string that was signed as well to tell which.",
);
/// Row of the comparison.
pub const ROW_PAGE: Text = Text::new("页面的地址", "The page's");
/// Row of the comparison.
pub const ROW_SIGNED: Text = Text::new("你签名的", "You signed");
/// Row of the comparison.
pub const ROW_OURS: Text = Text::new("应该是", "Expected");
/// Row of the comparison.
pub const ROW_THEIRS: Text = Text::new("收到的", "Received");
/// Opens the string that is signed.
pub const STRING: Text = Text::new("签名原文", "The string that is signed");
/// Title.
pub const CHECKS: Text = Text::new("逐项检查", "Checks");
/// Title.
pub const RESULT: Text = Text::new("签名结果", "Result");
/// Title.
pub const CODE: Text = Text::new("照这样写", "Write it like this");
/// Its code, for screen readers.
pub const CODE_LABEL: Text = Text::new("可用代码", "Code to use");
/// Title.
pub const SAMPLE: Text = Text::new("官方示例", "Official example");
/// Under it.
pub const SAMPLE_LINE: Text = Text::new(
    "用微信文档里的示例票据和地址，本服务算出的签名与文档一致。",
    "With the ticket and address of WeChat's documentation this server computes the documented signature.",
);
/// Link that fills the form.
pub const TO_PAGE: Text = Text::new("去令牌页", "Open the tokens page");
/// Check.
pub const CHECK_TICKET: Text = Text::new("jsapi_ticket 有效", "The jsapi_ticket is valid");
/// Check.
pub const CHECK_DOMAIN: Text = Text::new("域名在 JS 接口安全域名里", "The host is one of the JS domains");
/// Check.
pub const CHECK_ADDRESS: Text = Text::new("地址完整", "The address is whole");
/// Check.
pub const CHECK_FRAGMENT: Text = Text::new("签名用的地址不带 #", "No # in what is signed");
/// What to do.
pub const FRAGMENT_FIX: Text = Text::new(
    "# 和后面的部分不参与签名。签名前先 split(\"#\")[0]。",
    "# and what follows take no part. Cut it off by split(\"#\")[0] before signing.",
);
/// Finding.
pub const FRAGMENT_CUT: Text = Text::new("页面地址里的 # 和后面的部分已去掉。", "The page's # and what follows were cut off.");
/// Finding.
pub const FRAGMENT_NONE: Text = Text::new("没有 #。", "There is none.");
/// Check.
pub const CHECK_ENTITY: Text = Text::new("地址里没有 &amp;", "No &amp; in the address");
/// What to do.
pub const ENTITY_FIX: Text = Text::new(
    "模板把 & 转成了 HTML。前端取地址用 location.href，不要从页面源码里拼。",
    "A template turned & into HTML. Take location.href in the page instead of building the address from its source.",
);
/// Finding.
pub const ENTITY_NONE: Text = Text::new("没有被转成 HTML。", "It was not turned into HTML.");
/// Check.
pub const CHECK_TWICE: Text = Text::new("地址没有编码两次", "The address is not encoded twice");
/// What to do.
pub const TWICE_FIX: Text = Text::new(
    "里面有 %25 加两位十六进制，像是编码了两次。只在传参时 encodeURIComponent 一次。",
    "It holds %25 and two hex digits, as if encoded twice. Encode it once, on the way to the signature call only.",
);
/// Finding.
pub const TWICE_NONE: Text = Text::new("看不出重复编码。", "No sign of that.");
/// Check.
pub const CHECK_SCHEME: Text = Text::new("协议", "Scheme");
/// Finding.
pub const SCHEME_HTTPS: Text = Text::new("https。", "https.");
/// What to do.
pub const SCHEME_HTTP: Text =
    Text::new("http。页面若经 https 打开，就要签 https 的地址。", "http. If the page is opened by https, sign the https address.");
/// Check.
pub const CHECK_SLASH: Text = Text::new("主机名后面的 /", "The slash behind the host");
/// What to do.
pub const SLASH_FIX: Text = Text::new(
    "浏览器里的地址在主机名后总有一个 /。请直接用 location.href。",
    "A browser always shows a slash behind the host. Use location.href as it is.",
);
/// Finding.
pub const SLASH_OK: Text = Text::new("有。", "It is there.");
/// Check.
pub const CHECK_PORT: Text = Text::new("端口", "Port");
/// Finding.
pub const PORT_NONE: Text = Text::new("默认端口。", "The usual one.");
/// What to do.
pub const PORT_SEEN: Text = Text::new(
    "地址里写了端口。公众号后台登记的域名不带端口，微信是否放行要在手机上试。",
    "The address names a port. WeChat registers domains without one; try on the phone whether it passes.",
);
/// Check.
pub const CHECK_CASE: Text = Text::new("协议和主机名的大小写", "Case of scheme and host");
/// What to do.
pub const CASE_FIX: Text =
    Text::new("浏览器总是显示小写。请直接用 location.href。", "A browser always shows lower case. Use location.href as it is.");
/// Check.
pub const CHECK_OAUTH: Text = Text::new("地址里带着 code 和 state", "The address carries code and state");
/// What to do.
pub const OAUTH_LINE: Text = Text::new(
    "签名时也要原样带上。登录后最好跳到不带它们的地址再签名。",
    "They have to be signed too. Better redirect to an address without them after login and sign that.",
);
/// Check.
pub const CHECK_APP_ID: Text = Text::new("appId 与票据一致", "appId belongs to the ticket");
/// What to do.
pub const APP_ID_FIX: Text = Text::new(
    "wx.config 里的 appId 不是这个公众号的。请用签名接口给的 appId。",
    "The appId in wx.config is another account's. Use the one that the signature call gave.",
);
/// Check.
pub const CHECK_TIMESTAMP: Text = Text::new("timestamp 是秒，不是毫秒", "timestamp is in seconds, not milliseconds");
/// What to do.
pub const TIMESTAMP_MILLIS: Text = Text::new(
    "这是毫秒。请用签名接口给的 timestamp，不要自己取时间。",
    "These are milliseconds. Use the timestamp that the signature call gave instead of taking the time again.",
);
/// What to do.
pub const TIMESTAMP_FIX: Text =
    Text::new("这不是一个时间。请用签名接口给的 timestamp。", "This is no time. Use the timestamp that the signature call gave.");
/// Check.
pub const CHECK_NONCE: Text = Text::new("nonceStr 的写法", "How nonceStr is written");
/// Finding.
pub const NONCE_OK: Text =
    Text::new("签名原文里写作 noncestr，wx.config 里写作 nonceStr。", "noncestr in the string that is signed, nonceStr in wx.config.");
/// What to do.
pub const NONCE_FIX: Text = Text::new(
    "wx.config 里要写 nonceStr（S 大写），签名原文里才是 noncestr。",
    "wx.config wants nonceStr with a capital S; only the string that is signed has noncestr.",
);
/// Check.
pub const CHECK_SPA: Text = Text::new("这个页面会不会自己换地址", "Does this page change its address by itself");
/// What to do.
pub const SPA_LINE: Text = Text::new(
    "iPhone 按进入时的地址核对，安卓按当前地址。换过路由要重新签名。",
    "iPhones compare the address first opened, Android the present one. Sign again after a route change.",
);
/// Cause of a difference.
pub const CAUSE_CAMEL: Text = Text::new(
    "签名原文里写成了 nonceStr，应该全小写写作 noncestr。",
    "The string that was signed holds nonceStr; it has to be noncestr, all lower case.",
);
/// Cause of a difference.
pub const CAUSE_OTHER_TICKET: Text =
    Text::new("签名用了这里另一个公众号的票据。", "It was signed with the ticket of another account that is here.");
/// Cause of a difference.
pub const CAUSE_SHARED: Text = Text::new(
    "签名时漏了分享带上的参数（from、isappinstalled 等）。请签 location.href，不要签写死的地址。",
    "What sharing appends (from, isappinstalled and the like) was left out. Sign location.href, not an address written down beforehand.",
);
/// Check.
pub const CHECK_SHARED: Text = Text::new("分享带上的参数", "What sharing appends");
/// Finding.
pub const SHARED_LINE: Text = Text::new(
    "地址里有分享时加上的参数，签名时要原样带上。缓存的页面会漏掉它们。",
    "The address holds what sharing appends; it has to be signed too. Cached pages leave it out.",
);
/// Check.
pub const CHECK_WORDS: Text = Text::new("微信的原话", "WeChat's own words");
/// Finding.
pub const WORDS_SIGNATURE: Text = Text::new(
    "微信说签名不对（63002），下面逐项找原因。",
    "WeChat calls the signature invalid (63002); the checks below look for the reason.",
);
/// Check.
pub const CHECK_API_LIST: Text = Text::new("jsApiList 写了要用的接口", "jsApiList names the calls");
/// Finding.
pub const API_LIST_OK: Text = Text::new("写了。", "It does.");
/// What to do.
pub const API_LIST_FIX: Text = Text::new(
    "是空的。没写进去的接口，微信会答 permission denied。",
    "It is empty. WeChat answers permission denied to calls that are not named.",
);
/// What to do.
pub const TIMESTAMP_OLD: Text = Text::new(
    "这是两小时以前的，那时的票据已经过期，页面多半被缓存了。每次打开都向签名接口要新的。",
    "It is more than two hours old; the ticket of that time has ended, and the page most likely comes from a cache. Ask the signature \
     call anew each time the page opens.",
);
