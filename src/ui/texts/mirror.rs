//! Texts of the Redis mirror.

use crate::shared::lang::Text;

/// Title of the block and the page.
pub const TITLE: Text = Text::new("Redis 镜像", "Redis mirror");
/// Line under the title of the page.
pub const LINE: Text = Text::new(
    "让现在从 Redis 读令牌的程序照常工作：每次刷新后写入原值，到期时间和真实的一样。只写不读，Redis 出问题不影响其他功能。",
    "Keeps programs working that read the token from Redis today: the plain value is written after each refresh and ends when it really ends. \
     Written only, never read; if Redis fails, nothing else suffers.",
);
/// Link.
pub const CHANGE: Text = Text::new("设置", "Settings");
/// No Redis was named at the start.
pub const NO_REDIS: Text = Text::new(
    "服务启动时没有指定 Redis。用 --redis-url 或环境变量 WXDESK_REDIS_URL 写明地址，再重启。",
    "The server was started without a Redis. Name it with --redis-url or the variable WXDESK_REDIS_URL and restart.",
);
/// Not switched on.
pub const IS_OFF: Text = Text::new("没有开启。其他程序可以用接口取令牌。", "Off. Other programs can fetch the token by API.");
/// Label.
pub const STATE: Text = Text::new("状态", "State");
/// Badge.
pub const WRITTEN: Text = Text::new("已写入", "Written");
/// Badge.
pub const WAITING: Text = Text::new("等待写入", "Waiting");
/// Badge.
pub const FAILS: Text = Text::new("写不进去", "Not written");
/// Label.
pub const WRITTEN_AT: Text = Text::new("最近写入", "Last written");
/// Before the moment the trouble began.
pub const SINCE: Text = Text::new("开始于", "Since");
/// What follows from the trouble.
pub const STALE: Text = Text::new(
    "Redis 里的旧值到期就没有了，从那里读令牌的程序会停下",
    "What stands in Redis ends in its time; programs that read it there then stop",
);
/// Switch.
pub const ON: Text = Text::new("把这个公众号的令牌和票据写入 Redis", "Write this account's token and ticket to Redis");
/// Field.
pub const TOKEN_KEY: Text = Text::new("access_token 的键", "Key of the access token");
/// Field.
pub const TICKET_KEY: Text = Text::new("jsapi_ticket 的键", "Key of the ticket");
/// Under the fields.
pub const KEYS_HINT: Text = Text::new(
    "换了键名，旧键会留到它自己到期。没有 JS 安全域名的公众号没有票据，不会写。",
    "After a change the old keys stay until they end by themselves. An account without JS domains has no ticket to write.",
);
/// Button.
pub const SAVE: Text = Text::new("保存", "Save");
/// Flash.
pub const SAVED: Text = Text::new("Redis 镜像已保存", "Redis mirror saved");
