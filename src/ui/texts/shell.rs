//! Texts of the shell around every page.

use crate::shared::lang::Text;

/// The product.
pub const PRODUCT: Text = Text::new("服务台", "wxdesk");
/// Skip link.
pub const SKIP: Text = Text::new("跳到主要内容", "Skip to content");
/// Landmark of the sidebar.
pub const MAIN_NAV: Text = Text::new("主导航", "Main");
/// Landmark of the tab bar.
pub const PHONE_NAV: Text = Text::new("主导航（手机）", "Main (phone)");
/// Group of messages.
pub const GROUP_MESSAGES: Text = Text::new("消息", "Messages");
/// Group of content.
pub const GROUP_CONTENT: Text = Text::new("内容", "Content");
/// Group for developers.
pub const GROUP_DEVELOP: Text = Text::new("开发", "Developers");
/// Group for administrators.
pub const GROUP_ADMIN: Text = Text::new("管理", "Admin");
/// Page `/`.
pub const OVERVIEW: Text = Text::new("总览", "Overview");
/// Page `/send`.
pub const SEND: Text = Text::new("发送消息", "Send message");
/// Page `/messages`.
pub const MESSAGES: Text = Text::new("发送记录", "History");
/// Page `/templates`.
pub const TEMPLATES: Text = Text::new("模板库", "Templates");
/// Page `/media`.
pub const MEDIA: Text = Text::new("图片", "Pictures");
/// Page `/people`.
pub const PEOPLE: Text = Text::new("关注者", "Followers");
/// Page `/tokens`.
pub const TOKENS: Text = Text::new("令牌", "Tokens");
/// Page `/jssdk`.
pub const JSSDK: Text = Text::new("签名调试", "Signature doctor");
/// Page `/keys`.
pub const KEYS: Text = Text::new("API 密钥", "API keys");
/// Page `/webhooks`.
pub const WEBHOOKS: Text = Text::new("Webhook", "Webhooks");
/// Page `/docs`.
pub const DOCS: Text = Text::new("接口文档", "API reference");
/// Page `/users`.
pub const USERS: Text = Text::new("用户", "Users");
/// Page `/audit`.
pub const AUDIT: Text = Text::new("操作日志", "Audit log");
/// Page `/settings`.
pub const SETTINGS: Text = Text::new("设置", "Settings");
/// Page `/accounts`.
pub const ACCOUNTS: Text = Text::new("公众号设置", "Official accounts");
/// Page `/accounts/new`.
pub const ADD_ACCOUNT: Text = Text::new("添加公众号", "Add an account");
/// Page `/profile`.
pub const PROFILE: Text = Text::new("我的账号", "My profile");
/// Page `/more`.
pub const MORE: Text = Text::new("更多", "More");
/// Tab of `/send`.
pub const TAB_SEND: Text = Text::new("发送", "Send");
/// Tab of `/messages`.
pub const TAB_MESSAGES: Text = Text::new("记录", "History");
/// Page `/search`.
pub const SEARCH: Text = Text::new("搜索或跳转", "Search or jump to");
/// Token pill.
pub const TOKEN_GOOD: Text = Text::new("令牌正常", "Token healthy");
/// Token pill.
pub const TOKEN_SOON: Text = Text::new("令牌即将到期", "Token about to expire");
/// Token pill.
pub const TOKEN_FAILED: Text = Text::new("令牌刷新失败", "Token refresh failed");
/// Token pill.
pub const TOKEN_WAITING: Text = Text::new("正在取令牌", "Fetching token");
/// Kind of an account.
pub const KIND_SERVICE: Text = Text::new("服务号", "Service account");
/// Kind of an account.
pub const KIND_SANDBOX: Text = Text::new("沙箱", "Sandbox");
/// Theme button, before the state.
pub const LOOK: Text = Text::new("外观：", "Look: ");
/// Theme button, between the state and what comes next.
pub const LOOK_THEN: Text = Text::new("，点按", "; press to ");
/// State of the theme button.
pub const LOOK_SYSTEM: Text = Text::new("跟随系统", "System");
/// State of the theme button.
pub const LOOK_LIGHT: Text = Text::new("浅色", "Light");
/// State of the theme button.
pub const LOOK_DARK: Text = Text::new("深色", "Dark");
/// What the theme button does.
pub const TO_DARK: Text = Text::new("切换到深色", "switch to dark");
/// What the theme button does.
pub const TO_LIGHT: Text = Text::new("切换到浅色", "switch to light");
/// What the theme button does.
pub const TO_SYSTEM: Text = Text::new("跟随系统", "follow the system");
/// Page `/shortcuts`.
pub const SHORTCUTS: Text = Text::new("键盘快捷键", "Keyboard shortcuts");
/// Landmark of that strip.
pub const SANDBOX_NAME: Text = Text::new("沙箱提示", "Sandbox notice");
/// Strip on every page of a sandbox.
pub const SANDBOX: Text =
    Text::new("沙箱：这里的微信是模拟的，不会发给真实用户。", "Sandbox: WeChat is simulated here; nobody real gets anything.");
/// Link in that strip.
pub const SANDBOX_PHONE: Text = Text::new("打开模拟手机", "Open the simulated phone");
/// Error page.
pub const BACK_HOME: Text = Text::new("回总览", "Back to the overview");
/// Error page of whatever needs an account before there is one.
pub const NO_ACCOUNT: Text = Text::new("还没有公众号", "No official account yet");
/// Its button.
pub const CONNECT: Text = Text::new("连接公众号", "Connect an account");
/// 404.
pub const NO_PAGE: Text = Text::new("没有这个页面", "There is no such page");
/// 403.
pub const NO_RIGHT: Text = Text::new("没有权限", "Not allowed");
/// 500.
pub const BROKEN: Text = Text::new("服务出错了", "Something failed on our side");
/// Any other failure.
pub const FAILED: Text = Text::new("没有成功", "It did not work");
/// Label of a reference in the log.
pub const REFERENCE: Text = Text::new("编号", "Reference");
