//! Codes about one person: a recipient or a visitor.

use super::{Class, Code, code};

pub(super) const CODES: &[Code] = &[
    code(
        40003,
        Class::Recipient,
        ["这个 OpenID 不属于当前公众号", "OpenID 抄错了，或来自别的公众号", "查看名单，去掉或更正这个 OpenID"],
        [
            "OpenID belongs to another account",
            "The openid was mistyped or comes from another account",
            "Look at the list and remove or correct it",
        ],
    ),
    code(
        40029,
        Class::Visitor,
        ["网页授权的 code 无效", "code 已过期（5 分钟）或不完整", "让访客重新授权"],
        ["The authorization code is not valid", "It is older than 5 minutes or not whole", "Let the visitor authorise again"],
    ),
    code(
        40030,
        Class::Visitor,
        ["网页授权的 refresh_token 无效", "超过 30 天，或已被撤销", "让访客重新授权"],
        ["The visitor's refresh token is not valid", "It is older than 30 days or was withdrawn", "Let the visitor authorise again"],
    ),
    code(
        40163,
        Class::Visitor,
        ["网页授权的 code 已经用过", "按了返回、刷新，或页面请求了两次", "让访客重新授权，换取后跳转到干净的网址"],
        [
            "The authorization code was used before",
            "The Back button, a reload or a double request",
            "Let the visitor authorise again and redirect to a clean address afterwards",
        ],
    ),
    code(
        42002,
        Class::Visitor,
        ["网页授权的 refresh_token 过期了", "超过 30 天没有授权", "让访客重新授权"],
        ["The visitor's refresh token expired", "The authorization is older than 30 days", "Let the visitor authorise again"],
    ),
    code(
        42003,
        Class::Visitor,
        ["网页授权的 code 过期了", "code 只有 5 分钟有效", "让访客重新授权"],
        ["The authorization code expired", "A code lives 5 minutes", "Let the visitor authorise again"],
    ),
    code(
        42007,
        Class::Visitor,
        ["访客改过密码，授权失效了", "修改微信密码会使授权失效", "让访客重新授权"],
        ["The visitor changed the password", "That ends earlier authorizations", "Let the visitor authorise again"],
    ),
    code(
        43004,
        Class::Recipient,
        ["对方没有关注公众号", "从未关注，或已取消关注", "不用处理，对方关注后才能收到"],
        ["Not a follower", "The person never followed or does not any more", "Nothing to do; followers only can be reached"],
    ),
    code(
        43019,
        Class::Recipient,
        ["对方在公众号的黑名单里", "有人在公众号后台把对方加入了黑名单", "需要时在公众号后台移出黑名单"],
        [
            "The person is on the account's blacklist",
            "Somebody put the person there in WeChat's console",
            "Take the person off it if wanted",
        ],
    ),
    code(
        43101,
        Class::Recipient,
        ["对方拒收这类消息", "对方拒绝或没有订阅", "不用处理，请不要反复发送"],
        ["The person refuses such messages", "The person declined or has not subscribed", "Nothing to do; do not keep sending"],
    ),
    code(
        45015,
        Class::Permanent,
        ["超过了客服消息的回复时间", "对方 48 小时内没有和公众号互动", "这里用不到；改用模板消息"],
        ["Too late for a customer-service reply", "The person was silent for 48 hours", "Not needed here; use a template message"],
    ),
    code(
        45047,
        Class::Permanent,
        ["客服消息发得太多", "对方回复之前，下发条数到了上限", "这里用不到；等对方回复"],
        ["Too many customer-service messages", "The limit before an answer is reached", "Not needed here; wait for an answer"],
    ),
    code(
        46004,
        Class::Recipient,
        ["没有这个用户", "账号已注销，或 OpenID 不存在", "从名单里去掉"],
        ["There is no such user", "The person closed the account, or the openid does not exist", "Remove it from the list"],
    ),
    code(
        48002,
        Class::Recipient,
        ["对方拒收公众号的消息", "对方关闭了接收消息", "不用处理，对方打开接收后才能收到"],
        [
            "The person refuses messages of the account",
            "The person switched messages off",
            "Nothing to do until the person switches them on",
        ],
    ),
    code(
        50001,
        Class::Recipient,
        ["对方没有授权这个接口", "对方没有同意授权", "请对方授权后再试"],
        ["The person has not granted this call", "The consent is missing", "Ask the person to authorise, then try again"],
    ),
    code(
        50002,
        Class::Recipient,
        ["对方的账号受限", "账号违规或被冻结", "不用处理，解除限制后才能收到"],
        ["The person's account is limited", "It broke a rule or is frozen", "Nothing to do until the limit is lifted"],
    ),
    code(
        50005,
        Class::Recipient,
        ["对方没有关注公众号", "从未关注，或已取消关注", "不用处理，对方关注后才能收到"],
        ["Not a follower", "The person never followed or does not any more", "Nothing to do; followers only can be reached"],
    ),
];
