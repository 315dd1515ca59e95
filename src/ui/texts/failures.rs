//! Texts of the failures that H5 pages report, and of what the doctor reads in WeChat's own words.

use crate::shared::lang::Text;

/// Title of the list.
pub const TITLE: Text = Text::new("页面上报的失败", "Failures that pages report");
/// The list, for screen readers.
pub const TABLE: Text = Text::new("页面上报的失败，最近的在前", "Failures that pages report, the latest first");
/// Where there is none.
pub const NONE: Text = Text::new(
    "最近 14 天没有页面上报失败。用了 /h5/wxdesk.js 的页面会自己上报。",
    "No page has reported a failure in 14 days. Pages that use /h5/wxdesk.js report by themselves.",
);
/// Column.
pub const COL_PAGE: Text = Text::new("页面", "Page");
/// Column.
pub const COL_GROUND: Text = Text::new("原因", "Cause");
/// Column.
pub const COL_REPORTS: Text = Text::new("次数", "Times");
/// Column.
pub const COL_LAST: Text = Text::new("最近", "Last");
/// Title.
pub const RATES: Text = Text::new("失败率（14 天）", "Failure rate in 14 days");
/// A table, for screen readers.
pub const BY_PAGE: Text = Text::new("各页面的失败率", "Failure rate by page");
/// A table, for screen readers.
pub const BY_PHONE: Text = Text::new("各种手机的失败率", "Failure rate by phone");
/// Column.
pub const COL_SIGNATURES: Text = Text::new("签名", "Signatures");
/// Column.
pub const COL_FAILURES: Text = Text::new("失败", "Failures");
/// Column.
pub const COL_RATE: Text = Text::new("失败率", "Rate");
/// A phone whose browser does not say what it is.
pub const UNKNOWN_PHONE: Text = Text::new("未知手机", "unknown phone");
/// Link out of one failure, back to the whole list.
pub const CLOSE: Text = Text::new("回到空白表单", "Back to the empty form");
/// Title above one failure.
pub const ONE: Text = Text::new("手机上报的是这一条", "What the phone reported");
/// Row.
pub const WORDS: Text = Text::new("微信的原话", "WeChat's own words");
/// Row.
pub const PHONE: Text = Text::new("手机", "Phone");
/// Under it where something was cut out.
pub const WAS_CUT: Text = Text::new(
    "地址里能用来登录的参数（code、ticket 等）已在保存前删去，写成 …，所以签名不能再比对。原因是上报时用完整地址查出来的。",
    "Parameters that open something (code, ticket and the like) were cut out before anything was kept and stand as …, so the signature \
     cannot be compared any more. The cause was found with the whole address when the report came.",
);
/// A link to a failure that is gone.
pub const GONE: Text = Text::new("这条上报已经不在了，上报只保留 14 天。", "That report is gone. Reports are kept for 14 days.");
/// Title.
pub const QR: Text = Text::new("用手机测一下", "Try it on a phone");
/// Under it.
pub const QR_LINE: Text = Text::new("用微信扫一扫，在手机上打开这个页面。", "Scan it with WeChat to open this page on the phone.");
/// Under it.
pub const QR_MORE: Text = Text::new(
    "页面用了 /h5/wxdesk.js 的话，手机上失败了会出现在上面的列表里。",
    "If the page uses /h5/wxdesk.js, a failure on the phone shows up in the list above.",
);
/// Its picture, for screen readers.
pub const QR_LABEL: Text = Text::new("这个页面的二维码", "QR code of this page");
/// In the place of the code where nothing was typed.
pub const QR_NONE: Text =
    Text::new("填上页面地址并检查，这里就有它的二维码。", "Type the page's address and check it, and its QR code stands here.");
/// Link in the sandbox.
pub const DEMO: Text = Text::new("打开示例页", "Open the demo page");

/// Cause.
pub const FRAGMENT: Text = Text::new("签名时带上了 #", "# was signed too");
/// What to do.
pub const FRAGMENT_FIX: Text = Text::new(
    "签名前先 split(\"#\")[0]，# 和后面的部分不参与签名。",
    "Cut the address by split(\"#\")[0] before signing; what follows # takes no part.",
);
/// Cause.
pub const ENTITY: Text = Text::new("& 写成了 &amp;", "& was signed as &amp;");
/// What to do.
pub const ENTITY_FIX: Text = Text::new(
    "模板把 & 转成了 HTML。前端取 location.href，不要从页面源码里拼地址。",
    "A template turned & into HTML. Take location.href in the page instead of building the address from its source.",
);
/// Cause.
pub const MOVED: Text = Text::new("换路由没有重签", "Moved without a new signature");
/// What to do.
pub const MOVED_FIX: Text = Text::new(
    "签名用的地址和手机核对的不一样。iPhone 核对进入时的地址，安卓核对当前地址。换路由后调 wxdesk.ready()，它会按手机选对地址。",
    "The signed address is not the one the phone compares. iPhones compare the address first opened, Android the present one. Call \
     wxdesk.ready() after a route change; it picks the right one.",
);
/// Cause.
pub const STALE: Text = Text::new("票据不是现在的", "Signed with another ticket");
/// What to do.
pub const STALE_FIX: Text = Text::new(
    "签名用的票据已经过期，或是别的公众号的。页面可能被缓存了，或另有程序在签名。每次打开都向签名接口要新的。",
    "The ticket behind the signature has ended or is another account's. The page may be cached, or another program signs. Ask the \
     signature call anew each time the page opens.",
);
/// Cause.
pub const REFUSED: Text = Text::new("签名对，微信不认", "Right, yet refused");
/// What to do.
pub const REFUSED_FIX: Text = Text::new(
    "地址、签名和票据都对得上。请确认 appId 是这个公众号的，并看页面有没有在签名后又改地址。",
    "Address, signature and ticket fit. See that appId is this account's, and that the page does not change its address after signing.",
);
/// Cause.
pub const DOMAIN: Text = Text::new("域名没在微信后台登记", "Host not entered at WeChat");
/// What to do.
pub const DOMAIN_FIX: Text = Text::new(
    "在公众号后台的 JS 接口安全域名里加上这个域名，改动几分钟后生效。appId 写错也会这样。",
    "Add the host to the JS domains in WeChat's console; it takes a few minutes. A wrong appId looks the same.",
);
/// Cause.
pub const UNLISTED: Text = Text::new("域名没在这里登记", "Host not entered here");
/// What to do.
pub const UNLISTED_FIX: Text =
    Text::new("在这里的公众号设置里加上这个 JS 接口安全域名。", "Add the host to the JS domains in the account's settings here.");
/// Cause.
pub const PERMISSION: Text = Text::new("没有权限", "No permission");
/// What to do.
pub const PERMISSION_FIX: Text = Text::new(
    "要用的接口得写进 jsApiList。公众号要有这个接口的权限。config 失败后再调接口，微信也这样说。",
    "The call must stand in jsApiList, and the account needs the right to it. After a failed config WeChat says the same of every call.",
);
/// Cause.
pub const NOT_FOLLOWED: Text = Text::new("没关注测试号", "Test account not followed");
/// What to do.
pub const NOT_FOLLOWED_FIX: Text =
    Text::new("先用这台手机关注测试号，再打开页面。", "Follow the test account with this phone, then open the page.");
/// Cause.
pub const SYSTEM: Text = Text::new("微信系统错误", "WeChat's own trouble");
/// What to do.
pub const SYSTEM_FIX: Text = Text::new(
    "多半是一时的，刷新页面再试。一直这样就看 appId 和公众号类型对不对。",
    "Mostly passing: load the page again. If it stays, see whether appId and the kind of account are right.",
);
/// Cause.
pub const NO_SCRIPT: Text = Text::new("JS-SDK 没有载入", "JS-SDK did not load");
/// What to do.
pub const NO_SCRIPT_FIX: Text = Text::new(
    "手机没能取到 res.wx.qq.com 的 jweixin。看页面的 Content-Security-Policy 有没有放行它。",
    "The phone could not fetch jweixin from res.wx.qq.com. See that the page's Content-Security-Policy lets it.",
);
/// Cause.
pub const OTHER: Text = Text::new("其他", "Something else");
/// What to do.
pub const OTHER_FIX: Text = Text::new("看微信的原话。", "See WeChat's own words.");
