//! Texts of the pages 设置, 搜索 and 接口文档.

use crate::shared::lang::Text;

/// Line under the title.
pub const LINE: Text = Text::new("这台服务器的存储、安全和版本", "Storage, security and version of this server");
/// Notice of a restored copy.
pub const LOCKED: Text = Text::new("发送已锁定", "Sending is locked");
/// Why.
pub const LOCKED_LINE: Text = Text::new(
    "这是一份从备份恢复的数据。先确认原来的服务已经停下，否则同一条消息可能发两次。",
    "This data was restored from a backup. First see that the old server is stopped, or messages may go out twice.",
);
/// Button.
pub const UNLOCK: Text = Text::new("解除锁定", "Unlock sending");
/// Title of the page that asks first.
pub const UNLOCK_ASK: Text = Text::new("解除发送锁定？", "Unlock sending?");
/// Its line.
pub const UNLOCK_LINE: Text = Text::new(
    "解除后，所有公众号里排队的消息会马上开始发送，发出去的收不回来。",
    "Whatever is queued goes out at once, for every account, and cannot be called back.",
);
/// Its button.
pub const UNLOCK_SURE: Text = Text::new("原来的服务已停，确认解除", "The old server is stopped; unlock");
/// Flash.
pub const UNLOCKED: Text = Text::new("发送已解除锁定", "Sending is unlocked");
/// Group.
pub const ACCOUNTS: Text = Text::new("公众号", "Official accounts");
/// Group without one.
pub const NO_ACCOUNT: Text = Text::new("还没有公众号", "No account yet");
/// After the number.
pub const ACCOUNTS_KEPT: Text = Text::new("个公众号", "connected");
/// Group.
pub const STORAGE: Text = Text::new("存储", "Storage");
/// Fact.
pub const USED: Text = Text::new("数据文件夹", "Data folder");
/// Fact.
pub const FREE: Text = Text::new("磁盘剩余", "Left on the disk");
/// Fact: the bytes of an account's pictures.
pub const ACCOUNT_PICTURES: Text = Text::new("图片，{account}", "Pictures of {account}");
/// After them, where an account has a quota.
pub const OF_QUOTA: Text = Text::new("，配额 {quota}", " of {quota}");
/// Fact.
pub const MESSAGES: Text = Text::new("消息", "Messages");
/// Fact.
pub const MEDIA: Text = Text::new("图片", "Pictures");
/// Fact.
pub const FOLLOWERS: Text = Text::new("关注者（含已取消）", "Followers, those who left included");
/// Fact.
pub const PUSHES: Text = Text::new("收到的推送", "Pushes received");
/// Fact.
pub const AUDIT: Text = Text::new("操作日志", "Audit lines");
/// Group.
pub const SAFETY: Text = Text::new("安全与限额", "Security and limits");
/// Line of the group.
pub const SAFETY_LINE: Text = Text::new(
    "这些由启动参数或 WXDESK_ 环境变量决定，改了要重启。",
    "Set by options at start or WXDESK_ variables; a change needs a restart.",
);
/// Column.
pub const OPTION: Text = Text::new("参数", "Option");
/// Column.
pub const MEANING: Text = Text::new("含义", "Meaning");
/// Column.
pub const VALUE: Text = Text::new("现在的值", "Value");
/// Value of an option that is not set.
pub const NOT_SET: Text = Text::new("未设置", "not set");
/// Meaning of an option.
pub const PUBLIC_URL: Text = Text::new("浏览器和微信访问的地址", "How browsers and WeChat reach us");
/// Meaning of an option.
pub const HTTPS: Text = Text::new("安全 Cookie 与 HSTS", "Secure cookies and HSTS");
/// Value.
pub const ON: Text = Text::new("开", "on");
/// Value.
pub const OFF: Text = Text::new("关（公开地址不是 https）", "off (the public address is not https)");
/// Meaning of an option.
pub const TRUSTED_PROXY: Text = Text::new("可信代理的网段", "Networks of trusted proxies");
/// Meaning of an option.
pub const LISTEN: Text = Text::new("监听地址", "Public listener");
/// Meaning of an option.
pub const OPS_LISTEN: Text = Text::new("运维监听地址", "Listener for operators");
/// Meaning of an option.
pub const SEND_RATE: Text = Text::new("每个公众号每秒发送条数，0 为不限", "Messages per account and second; 0 is no cap");
/// Meaning of an option.
pub const SEND_PARALLEL: Text = Text::new("同时进行的发送", "Messages under way at once");
/// Meaning of an option.
pub const MESSAGE_TTL: Text = Text::new("消息最久等多久", "How long a message may wait");
/// Meaning of an option.
pub const SIGNATURE_RATE: Text = Text::new("每个地址每秒签名次数，0 为不限", "Signatures per address and second; 0 is no limit");
/// Meaning of an option.
pub const REDIS: Text = Text::new("Redis 镜像写到哪里", "Where the Redis mirror writes");
/// Value of an option that holds a secret.
pub const IS_SET: Text = Text::new("已设置", "set");
/// Group.
pub const ABOUT: Text = Text::new("关于", "About");
/// Fact.
pub const VERSION: Text = Text::new("版本", "Version");
/// Fact.
pub const SCHEMA: Text = Text::new("数据库结构", "Database schema");
/// Line about backups.
pub const BACKUP: Text = Text::new(
    "备份在命令行做，服务不用停。主密钥不在备份里，请另外保管。",
    "Backups are made on the command line while the server runs. The master key stays out of them; keep it apart.",
);
/// Label of the commands.
pub const BACKUP_COMMANDS: Text = Text::new("备份命令", "Backup commands");

/// Title of /search.
pub const SEARCH: Text = Text::new("搜索", "Search");
/// Label of its field.
pub const SEARCH_LABEL: Text =
    Text::new("页面、公众号、模板，或完整的 openid / user_id", "A page, account, template, or a whole openid / user_id");
/// Button.
pub const FIND: Text = Text::new("查找", "Find");
/// Group of hits.
pub const HIT_PAGES: Text = Text::new("页面", "Pages");
/// Group of hits.
pub const HIT_ACCOUNTS: Text = Text::new("公众号", "Accounts");
/// Group of hits.
pub const HIT_TEMPLATES: Text = Text::new("模板", "Templates");
/// Group of hits.
pub const HIT_PEOPLE: Text = Text::new("人", "People");
/// Hit.
pub const MESSAGES_TO: Text = Text::new("发给这个 openid 的消息", "Messages to this openid");
/// Hit.
pub const LINE_OF_TIME: Text = Text::new("这个人的时间线", "This person's line of time");
/// Hit.
pub const PICTURES_OF: Text = Text::new("这个用户的图片", "Pictures of this user");
/// Nothing found.
pub const NOTHING: Text = Text::new("没有找到。openid 和 user_id 要写完整。", "Nothing found. An openid or user_id must be written whole.");

/// Line under the title of /docs.
pub const DOCS_LINE: Text = Text::new("业务系统和 H5 页面调用的接口", "What business systems and H5 pages call");
/// Link.
pub const OPENAPI: Text = Text::new("OpenAPI 3.1 文件", "OpenAPI 3.1 file");
/// How to authenticate.
pub const DOCS_KEY: Text = Text::new(
    "带上请求头 Authorization: Bearer 和一个 API 密钥。每个接口写明了密钥要有的权限。",
    "Send Authorization: Bearer with an API key. Each call names the scope the key needs.",
);
/// How failures look.
pub const DOCS_PROBLEM: Text = Text::new(
    "失败时返回 application/problem+json：type、title、status、detail、code；微信拒绝时另有 errcode、errmsg、hint。",
    "Failures are application/problem+json: type, title, status, detail, code; where WeChat refused also errcode, errmsg, hint.",
);
/// Needs no key.
pub const NO_KEY: Text = Text::new("不用密钥", "No key");
/// Label.
pub const SCOPE: Text = Text::new("权限", "Scope");
/// Table of parameters.
pub const PARAMETERS: Text = Text::new("参数", "Parameters");
/// Column.
pub const PARAMETER: Text = Text::new("名称", "Name");
/// Column.
pub const PLACE: Text = Text::new("位置", "In");
/// Mark.
pub const REQUIRED: Text = Text::new("必填", "required");
/// Body of a request.
pub const BODY: Text = Text::new("请求体", "Body");
/// Table of answers.
pub const ANSWERS: Text = Text::new("返回", "Answers");
/// Column.
pub const STATUS: Text = Text::new("状态", "Status");
/// Example.
pub const EXAMPLE: Text = Text::new("示例", "Example");
/// Landmark of the list of groups.
pub const CONTENTS: Text = Text::new("接口分组", "Groups of calls");
