//! Codes that stop the whole account or ask its operator to act.

use super::{Class, Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        -1,
        Class::Busy,
        ["微信系统繁忙", "微信服务器暂时忙不过来", "过一会儿再试；排队的消息和图片会自动再试"],
        [
            "WeChat is busy",
            "WeChat's servers are overloaded for a moment",
            "Try again shortly; queued messages and pictures are tried again by themselves",
        ],
    ),
    code(0, Class::Success, ["成功", "没有错误", "不用处理"], ["Success", "There is no error", "Nothing to do"]),
    code(
        40001,
        Class::StaleToken,
        [
            "AppSecret 不对，或令牌已被别处刷新",
            "AppSecret 被重置，或另有系统用 cgi-bin/token 换走了令牌",
            "更新 AppSecret，或刷新令牌并停掉另一个系统",
        ],
        [
            "Wrong AppSecret, or token replaced elsewhere",
            "The AppSecret was reset, or another system fetches tokens by cgi-bin/token",
            "Enter the present AppSecret, or refresh the token and stop the other system",
        ],
    ),
    code(
        40013,
        Class::Credentials,
        ["AppID 不对", "AppID 抄错了，多了空格或大小写不对", "到公众号设置里核对 AppID"],
        ["Wrong AppID", "The AppID was mistyped: blanks, upper or lower case", "Check the AppID in the account's settings"],
    ),
    code(
        40014,
        Class::StaleToken,
        ["令牌过期，正在换新", "令牌不完整，或不是这个公众号的", "不用处理，会自动换新；一直出现就手动刷新令牌"],
        [
            "Token expired; renewing",
            "The token is not whole or belongs to another account",
            "Nothing to do, it is renewed by itself; if it stays, refresh the token by hand",
        ],
    ),
    code(
        40048,
        Class::Setting,
        ["页面域名没有登记", "页面域名不在 JS 接口安全域名里，或 AppID 不是这个公众号的", "在公众号后台登记 JS 接口安全域名"],
        [
            "The page's domain is not registered",
            "The host is not among the JS-SDK domains, or the AppID is another account's",
            "Register the host as a JS-SDK domain in WeChat's console",
        ],
    ),
    code(
        40125,
        Class::Credentials,
        ["AppSecret 不对，或令牌已被别处刷新", "AppSecret 填错了，或已在公众号后台重置", "更新 AppSecret"],
        [
            "Wrong AppSecret, or token replaced elsewhere",
            "The AppSecret was mistyped or reset in WeChat's console",
            "Enter the present AppSecret",
        ],
    ),
    code(
        40164,
        Class::Credentials,
        [
            "服务器 IP {ip} 不在白名单",
            "公众号后台的 IP 白名单里没有这台服务器的出口 IP",
            "复制 IP，加到公众号后台的 IP 白名单，约 5 分钟后生效",
        ],
        [
            "Server IP {ip} is not allow-listed",
            "The address under which WeChat sees this server is not on the account's IP allow-list",
            "Copy the IP into the allow-list in WeChat's console; it takes about 5 minutes",
        ],
    ),
    code(
        40201,
        Class::Setting,
        ["没有可检测的回调地址", "公众号后台还没有设置服务器地址", "在公众号后台填好服务器地址再检测"],
        [
            "No callback address to check",
            "No server address is set in WeChat's console",
            "Set the server address in WeChat's console, then check again",
        ],
    ),
    code(
        40202,
        Class::Setting,
        ["回调检测的参数不对", "检测动作或运营商不被接受", "换用默认检测再试"],
        ["The callback check was asked wrongly", "The action or operator is not accepted", "Try the default check"],
    ),
    code(
        40203,
        Class::Setting,
        ["回调地址不能检测", "公众号后台的服务器地址无效", "检查公众号后台的服务器地址"],
        [
            "The callback address cannot be checked",
            "The server address in WeChat's console is not valid",
            "Check the server address in WeChat's console",
        ],
    ),
    code(
        40243,
        Class::Credentials,
        ["AppSecret 被冻结了", "有人在公众号后台冻结了 AppSecret", "在公众号后台解冻 AppSecret"],
        ["The AppSecret is frozen", "Somebody froze it in WeChat's console", "Unfreeze the AppSecret in WeChat's console"],
    ),
    code(
        42001,
        Class::StaleToken,
        ["令牌过期，正在换新", "令牌用满了有效期", "不用处理，会自动换新"],
        ["Token expired; renewing", "The token reached the end of its life", "Nothing to do, it is renewed by itself"],
    ),
    code(
        43100,
        Class::Setting,
        ["行业修改太频繁", "所属行业每月只能改一次", "下个月再改"],
        ["The industry was changed too often", "It can be changed once a month", "Change it next month"],
    ),
    code(
        45009,
        Class::Quota,
        ["今天的额度用完了，明天 0 点恢复", "这个接口今天的调用次数到了上限", "等到明天，或在后台清零额度（每月 10 次）"],
        [
            "Daily quota used; resets at midnight",
            "Today's calls of this interface are used up",
            "Wait until tomorrow, or clear the quota (10 times a month)",
        ],
    ),
    code(
        45011,
        Class::TooFast,
        ["发得太快，已自动放慢", "一分钟内调用太多", "不用处理，已自动放慢"],
        ["Too fast; slowing down", "Too many calls within a minute", "Nothing to do, it goes on more slowly"],
    ),
    code(
        48001,
        Class::Right,
        ["公众号没有这个接口权限（需认证服务号）", "不是已认证的服务号，或网页授权只用了 snsapi_base", "在公众号后台的接口权限里查看要求"],
        [
            "Account lacks this permission",
            "It is no verified service account, or the web authorization was for snsapi_base only",
            "See the requirements under interface permissions in WeChat's console",
        ],
    ),
    code(
        48004,
        Class::Right,
        ["这个接口被微信封禁了", "公众号有违规记录", "在公众号后台的通知中心查看原因并申诉"],
        ["WeChat has banned this interface", "The account broke a rule", "Read the notices in WeChat's console and appeal there"],
    ),
    code(
        48006,
        Class::Setting,
        ["额度不能再清零了", "本月 10 次清零已用完", "等到下个月，或等额度明天恢复"],
        ["The quota cannot be cleared again", "This month's 10 times are used up", "Wait for tomorrow's quota or for the next month"],
    ),
    code(
        48008,
        Class::Setting,
        ["公众号没有发送这类消息的权限", "这种消息类型没有对这个公众号开放", "在公众号后台的接口权限里查看要求"],
        [
            "The account may not send this kind of message",
            "The kind is not open to this account",
            "See interface permissions in WeChat's console",
        ],
    ),
    code(
        61004,
        Class::Access,
        ["服务器 IP 没有登记", "这个 IP 没有登记为可调用的来源", "在微信后台登记服务器 IP"],
        [
            "The server's IP is not registered",
            "The address is not a registered source of calls",
            "Register the server's IP in WeChat's console",
        ],
    ),
    code(
        61007,
        Class::Setting,
        ["公众号没有授权给第三方平台", "授权被取消，或没有包含这个接口", "在公众号后台重新授权"],
        [
            "The account has not authorised the platform",
            "The authorization was withdrawn or lacks this call",
            "Authorise again in WeChat's console",
        ],
    ),
    code(
        63002,
        Class::Setting,
        ["签名不一致", "签名用的网址和页面实际网址不同，或 ticket 已失效", "用签名调试逐项比对"],
        [
            "Signature mismatch",
            "The signed address is not the page's, or the ticket is stale",
            "Compare step by step in the signature doctor",
        ],
    ),
    code(
        65400,
        Class::Setting,
        ["新版客服功能没有开启", "公众号还没有启用客服", "这里用不到；需要时在公众号后台开启"],
        [
            "Customer service is not switched on",
            "The account has not enabled it",
            "Not needed here; switch it on in WeChat's console if wanted",
        ],
    ),
    code(
        89501,
        Class::Access,
        ["这个 IP 的调用等待管理员确认", "微信要管理员在手机上确认新的调用来源", "请管理员在手机微信里确认，然后重试"],
        [
            "Calls from this IP wait for the administrator",
            "WeChat wants the new source confirmed",
            "Have the administrator confirm on the phone, then try again",
        ],
    ),
    code(
        89503,
        Class::Access,
        ["这个 IP 的调用需要管理员确认", "微信要管理员在手机上确认新的调用来源", "请管理员在手机微信里确认，然后重试"],
        [
            "Calls from this IP need the administrator's consent",
            "WeChat wants the new source confirmed",
            "Have the administrator confirm on the phone, then try again",
        ],
    ),
    code(
        89506,
        Class::Access,
        ["管理员拒绝了这个 IP，24 小时内不能调用", "管理员连续拒绝了确认", "等 24 小时，再请管理员确认"],
        [
            "The administrator refused this IP; closed for 24 hours",
            "The confirmation was refused repeatedly",
            "Wait 24 hours, then have it confirmed",
        ],
    ),
    code(
        89507,
        Class::Access,
        ["管理员拒绝了这个 IP，1 小时内不能调用", "管理员拒绝了确认", "等 1 小时，再请管理员确认"],
        ["The administrator refused this IP; closed for 1 hour", "The confirmation was refused", "Wait 1 hour, then have it confirmed"],
    ),
];
