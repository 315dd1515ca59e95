//! Texts of the tokens page.

use crate::shared::lang::Text;

/// Line under the title: all is well.
pub const LINE_GOOD: Text = Text::new(
    "现在可以正常调用微信。令牌由服务台保管，页面上不会显示。",
    "WeChat can be called. The tokens stay on the server and are never shown.",
);
/// Line under the title: valid, but renewing fails.
pub const LINE_SOON: Text =
    Text::new("旧令牌还能用，但刷新没有成功，正在重试。", "The present token still works, but renewing it fails. It is tried again.");
/// Line under the title: none.
pub const LINE_FAILED: Text = Text::new(
    "现在取不到令牌，不能调用微信。原因见“上次错误”。",
    "There is no token, so WeChat cannot be called. See \u{201c}Last error\u{201d}.",
);
/// Line under the title: none yet.
pub const LINE_WAITING: Text = Text::new("正在取第一个令牌。", "The first token is being fetched.");
/// Without an account.
pub const NO_ACCOUNT: Text = Text::new("还没有连接公众号。", "No official account is connected yet.");
/// Leads to the form for one.
pub const CONNECT: Text = Text::new("连接公众号", "Connect an account");
/// Button.
pub const REFRESH: Text = Text::new("重新获取", "Fetch again");
/// Flash after it.
pub const REFRESHED: Text = Text::new("已重新获取。", "Fetched again.");
/// Button.
pub const FORCE: Text = Text::new("强制换新", "Force a new token");
/// Flash after it.
pub const FORCED: Text = Text::new("已换新令牌。", "The token was replaced.");
/// Button without a ration.
pub const FORCE_SPENT: Text = Text::new("今天的强制换新次数已用完", "No forced refresh left today");
/// Under the number in the ring.
pub const LEFT: Text = Text::new("后到期", "left");
/// Under the ring's number when there is none.
pub const NONE: Text = Text::new("没有", "none");
/// Label of a ring before the time that is left.
pub const REMAINING: Text = Text::new("剩余", "has left:");
/// Row.
pub const STATE: Text = Text::new("状态", "State");
/// Row.
pub const FETCHED_AT: Text = Text::new("获取于", "Fetched at");
/// Row.
pub const NEXT_AT: Text = Text::new("下次自动刷新", "Next refresh");
/// Row.
pub const EXPIRES_AT: Text = Text::new("用到", "Valid until");
/// Row.
pub const TODAY: Text = Text::new("今天换过", "Refreshed today");
/// State.
pub const GOOD: Text = Text::new("正常", "Healthy");
/// State.
pub const SOON: Text = Text::new("刷新失败，旧的还能用", "Renewal fails, still valid");
/// State.
pub const FAILED: Text = Text::new("取不到", "Cannot be fetched");
/// State.
pub const WAITING: Text = Text::new("正在取", "Being fetched");
/// State.
pub const UNNEEDED: Text = Text::new("不需要", "Not needed");
/// Why no ticket is fetched.
pub const UNNEEDED_LINE: Text =
    Text::new("没有设置 JS 接口安全域名，不用签名，所以不取票据。", "No JS domain is set, so nothing is signed and no ticket is fetched.");
/// Title.
pub const MODE: Text = Text::new("取得方式", "How it is fetched");
/// Beside stable_token.
pub const SUGGESTED: Text = Text::new("建议", "Suggested");
/// Under stable_token.
pub const STABLE_LINE: Text = Text::new("重复取得到同一个，不影响别处", "Fetching again gives the same one; nobody else is disturbed");
/// The other way.
pub const CLASSIC: Text = Text::new("token（旧方式）", "token (the old way)");
/// Under it.
pub const CLASSIC_LINE: Text = Text::new("每取一次，别处手里的就失效", "Each fetch ends what other programs hold");
/// Marks the way in use.
pub const IN_USE: Text = Text::new("使用中", "In use");
/// Where the way is changed.
pub const CHANGE_MODE: Text = Text::new("在公众号设置里修改", "Change it in the account's settings");
/// Title.
pub const HISTORY: Text = Text::new("刷新和拒收", "Refreshes and refusals");
/// Under the title of its own page.
pub const HISTORY_LINE: Text = Text::new(
    "每次向微信要令牌，以及每次令牌被拒收：谁遇到的，为什么没有再要。一分钟内相同的合成一行，保留 30 天。",
    "Every fetch, and every refusal of a token: who met it, and why nothing was fetched. Equal ones of a minute are one line; kept for 30 days.",
);
/// Its table, for screen readers.
pub const HISTORY_TABLE: Text = Text::new("刷新记录", "Refreshes");
/// Without any.
pub const NO_HISTORY: Text = Text::new("还没有刷新过。", "Nothing was refreshed yet.");
/// Column.
pub const COL_TIME: Text = Text::new("时间", "Time");
/// Column.
pub const COL_KIND: Text = Text::new("令牌", "Token");
/// Column.
pub const COL_CAUSE: Text = Text::new("起因", "Cause");
/// Column.
pub const COL_OUTCOME: Text = Text::new("结果", "Outcome");
/// Column.
pub const COL_ELAPSED: Text = Text::new("用时", "Took");
/// Column.
pub const COL_EXPIRES: Text = Text::new("到期", "Expires");
/// Behind a time on a phone.
pub const EXPIRES_WORD: Text = Text::new("到期", "expires");
/// Cause.
pub const CAUSE_START: Text = Text::new("首次取得", "First fetch");
/// Cause.
pub const CAUSE_AHEAD: Text = Text::new("自动", "Ahead of time");
/// Cause.
pub const CAUSE_STALE: Text = Text::new("发现已失效", "Was refused");
/// Cause.
pub const CAUSE_ASKED: Text = Text::new("重新获取", "By hand");
/// Cause.
pub const CAUSE_FORCED: Text = Text::new("强制换新", "Forced");
/// Cause.
pub const CAUSE_RETRY: Text = Text::new("自动重试", "Tried again");
/// Cause.
pub const CAUSE_CHECK: Text = Text::new("核对", "Check");
/// Outcome of a token that was refused and led to no fetch.
pub const REFUSED: Text = Text::new("被拒收", "Refused");
/// Who met it.
pub const PART_MESSAGES: Text = Text::new("发消息", "Messages");
/// Who met it.
pub const PART_MEDIA: Text = Text::new("下载图片", "Pictures");
/// Who met it.
pub const PART_PEOPLE: Text = Text::new("粉丝和标签", "People");
/// Who met it.
pub const PART_KEEPER: Text = Text::new("取票据和额度", "Tickets and quota");
/// Part.
pub const PART_PAGES: Text = Text::new("页面签名", "Signing pages");
/// Why nothing was fetched.
pub const SKIPPED_REPLACED: Text = Text::new("已经换过新的", "Another had taken its place");
/// Why nothing was fetched.
pub const SKIPPED_JOINED: Text = Text::new("正在换新，等到了它的结果", "A fetch was under way and was waited for");
/// Why nothing was fetched.
pub const SKIPPED_PAUSE: Text = Text::new("上次出错后正在避让微信", "WeChat is being left alone after an error");
/// Why nothing was fetched.
pub const SKIPPED_GIVEN_UP: Text = Text::new("新的也被拒收，先不再换", "Fresh ones were refused too; no more for now");
/// Why nothing was fetched.
pub const SKIPPED_NOT_CURRENT: Text = Text::new("报告的不是现在的令牌", "What was reported is not the present token");
/// Outcome.
pub const OK: Text = Text::new("成功", "OK");
/// Outcome.
pub const NOT_OK: Text = Text::new("失败", "Failed");
/// Title of the notice after fetching by hand has failed.
pub const NOT_FETCHED: Text = Text::new("没有取到新令牌", "No new token was fetched");
/// Title.
pub const LAST_ERROR: Text = Text::new("上次错误", "Last error");
/// Without one.
pub const NO_ERROR: Text = Text::new("最近 7 天没有出错。", "No error in the last 7 days.");
/// Under an error that is over.
pub const MENDED: Text = Text::new("之后已成功。", "It has worked again since.");
/// Opens the raw words.
pub const RAW: Text = Text::new("微信的原话", "WeChat's own words");
/// Opens the raw words where WeChat said nothing.
pub const RAW_TROUBLE: Text = Text::new("详情", "Details");
/// The address to allow.
pub const ADDRESS: Text = Text::new("要加入白名单的 IP", "Address to allow-list");
/// Title.
pub const USERS: Text = Text::new("谁在用", "Who uses it");
/// Link.
pub const MANAGE_KEYS: Text = Text::new("管理密钥", "Manage keys");
/// Its table, for screen readers.
pub const USERS_TABLE: Text = Text::new("谁在用令牌", "Who uses the token");
/// Without any.
pub const NO_USERS: Text = Text::new("最近 30 天没有其他系统取过令牌。", "No other system has fetched the token in 30 days.");
/// Column.
pub const COL_NAME: Text = Text::new("名称", "Name");
/// Column.
pub const COL_TODAY: Text = Text::new("今天", "Today");
/// Column.
pub const COL_LAST: Text = Text::new("最近", "Last");
/// Column.
pub const COL_STALE: Text = Text::new("报失效", "Reported stale");
/// Title.
pub const FOR_OTHERS: Text = Text::new("给其他系统", "For other systems");
/// Title of the notice about an early end in stable mode.
pub const GIVEN_UP: Text = Text::new("微信一直拒收我们的令牌", "WeChat keeps refusing our token");
/// Under it.
pub const GIVEN_UP_LINE: Text = Text::new(
    "换过新的也被拒收，已停止自动换新，避免耗尽次数。请核对 AppSecret，再重新获取。",
    "Fresh ones were refused too, so refreshing has stopped to save the quota. Check the AppSecret, then fetch again.",
);
/// Under the notice about an early end, in classic mode.
pub const TO_STABLE: Text = Text::new("改用 stable_token", "Switch to stable_token");
/// Beside it.
pub const TO_STABLE_LINE: Text = Text::new("改用后，别处再取也不会让我们的失效", "Then fetching elsewhere no longer ends ours");
/// Confirm page in classic mode.
pub const CONFIRM_REFRESH: Text = Text::new("用旧方式重新获取？", "Fetch again the old way?");
/// Its warning.
pub const CONFIRM_REFRESH_LINE: Text =
    Text::new("用旧方式刷新会让其他系统手里的令牌失效。", "Fetching the old way ends the token that other systems hold.");
/// Confirm page.
pub const CONFIRM_FORCE: Text = Text::new("强制换新令牌？", "Force a new token?");
/// Its warning.
pub const CONFIRM_FORCE_LINE: Text = Text::new(
    "微信会发一个新的，旧的大约 5 分钟后失效。其他系统手里的旧令牌也会失效，它们需要重新取。",
    "WeChat issues a new one and the old one ends after about 5 minutes, also for other systems, which have to fetch again.",
);
/// When it is of use.
pub const CONFIRM_FORCE_WHEN: Text = Text::new(
    "只在令牌泄露，或一直被拒收时才需要。要让泄露的令牌马上失效，请隔 30 秒换两次。",
    "Only needed when the token leaked or keeps being refused. To end a leaked token at once, do it twice, 30 s apart.",
);
/// What to do where another program ends our token although it is a stable one.
pub const OTHER_TO_US: Text = Text::new(
    "我们已经在用 stable_token，只有强制换新才会这样。让那个程序不要强制换新，最好改为向这里取令牌，见“给其他系统”。",
    "We use stable_token already, which only a forced refresh ends. Keep that program from forcing one; better still, have it fetch the \
     token here, see “For other systems”.",
);
