//! Texts of the overview.

use crate::shared::lang::Text;

/// Number: messages sent today.
pub const SENT_TODAY: Text = Text::new("今日发送", "Sent today");
/// Number: delivered of those known.
pub const RATE: Text = Text::new("送达率", "Delivery rate");
/// Number: pictures filed today.
pub const PICTURES_TODAY: Text = Text::new("今日新增图片", "Pictures today");
/// Number: followers.
pub const FOLLOWERS: Text = Text::new("关注者", "Followers");
/// Unit of messages.
pub const UNIT_MESSAGES: Text = Text::new("条", "messages");
/// Unit of pictures.
pub const UNIT_PICTURES: Text = Text::new("张", "pictures");
/// Unit of people.
pub const UNIT_PEOPLE: Text = Text::new("人", "people");
/// Label of the quota's bar.
pub const QUOTA: Text = Text::new("今日额度", "Today's quota");
/// Beside a change since yesterday.
pub const SINCE_YESTERDAY: Text = Text::new("较昨日", "vs yesterday");
/// Beside a change since Monday.
pub const THIS_WEEK: Text = Text::new("本周净增", "this week, net");
/// Where nothing has happened yet.
pub const NOTHING_YET: Text = Text::new("还没有数据", "No data yet");
/// Title of the list of things to do.
pub const TODO: Text = Text::new("需要处理", "Needs attention");
/// That list when it is empty.
pub const NOTHING: Text = Text::new("没有需要处理的事", "Nothing needs you");
/// Title of the first steps.
pub const FIRST_STEPS: Text = Text::new("开始使用", "First steps");
/// Link to the list of all steps of the set-up.
pub const SETUP: Text = Text::new("全部设置步骤", "All steps of the set-up");
/// First step.
pub const STEP_CONNECT: Text = Text::new("连接公众号", "Connect an official account");
/// What the first step needs.
pub const STEP_CONNECT_LINE: Text =
    Text::new("准备好 AppID 和 AppSecret，并把服务器 IP 加到白名单。", "Have AppID and AppSecret at hand, and allow-list the server's IP.");
/// Second step.
pub const STEP_TEMPLATES: Text = Text::new("同步模板", "Sync templates");
/// What the second step does.
pub const STEP_TEMPLATES_LINE: Text = Text::new(
    "取来公众平台里已有的模板，字段规则随之而来。",
    "Fetches the templates you have on the MP platform, with the rules of their fields.",
);
/// Third step.
pub const STEP_SEND: Text = Text::new("发一条测试消息", "Send a test message");
/// What the third step shows.
pub const STEP_SEND_LINE: Text = Text::new("发给自己，确认从这里到手机一路都通。", "To yourself: it proves the whole way to the phone.");
/// Word of a step that is done.
pub const DONE: Text = Text::new("已完成", "Done");
/// Action of the first step.
pub const DO_CONNECT: Text = Text::new("去连接", "Connect");
/// Action of the second step.
pub const DO_TEMPLATES: Text = Text::new("去同步", "Sync");
/// Action of the third step.
pub const DO_SEND: Text = Text::new("去发送", "Send");
/// Title of the chart.
pub const TREND: Text = Text::new("近 14 天发送", "Sent in 14 days");
/// Legend and column.
pub const DELIVERED: Text = Text::new("已送达", "Delivered");
/// Legend and column.
pub const FAILED: Text = Text::new("失败", "Failed");
/// Column.
pub const WAITING: Text = Text::new("等回执", "Awaiting receipt");
/// Column.
pub const UNKNOWN: Text = Text::new("不确定", "Unknown");
/// Column of the chart's table.
pub const DATE: Text = Text::new("日期", "Date");
/// The last label of the axis.
pub const TODAY: Text = Text::new("今天", "Today");
/// Opens the chart's table.
pub const AS_TABLE: Text = Text::new("查看数据表", "Show as a table");
/// Title of the table of the last sends.
pub const RECENT: Text = Text::new("最近发送", "Last sends");
/// Link to the history.
pub const ALL_SENDS: Text = Text::new("全部记录", "Whole history");
/// That table when it is empty.
pub const NO_SENDS: Text = Text::new("还没有发过消息", "Nothing was sent yet");
/// Column.
pub const NAME: Text = Text::new("名称", "Name");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// Column.
pub const BY: Text = Text::new("发起人", "By");
/// Column.
pub const TIME: Text = Text::new("时间", "Time");
/// Badge of a send.
pub const IS_RUNNING: Text = Text::new("发送中", "Sending");
/// Badge of a send.
pub const IS_DONE: Text = Text::new("已送达", "Delivered");
/// Badge of a send.
pub const IS_TAKEN: Text = Text::new("已提交", "Accepted");
/// Badge of a send.
pub const IS_PARTLY: Text = Text::new("部分失败", "Partly failed");
/// Badge of a send.
pub const IS_FAILED: Text = Text::new("失败", "Failed");
/// Badge of a send.
pub const IS_CANCELLED: Text = Text::new("已取消", "Cancelled");
/// A template that WeChat does not list any more.
pub const NO_TITLE: Text = Text::new("已下线的模板", "A template that is gone");
/// Title of the token's block.
pub const TOKEN: Text = Text::new("访问令牌", "Access token");
/// Link to the page of tokens.
pub const DETAILS: Text = Text::new("详情", "Details");
/// In the ring without a token.
pub const NO_TOKEN: Text = Text::new("没有令牌", "no token");
/// Term.
pub const STATUS: Text = Text::new("状态", "State");
/// Badge of the token.
pub const GOOD: Text = Text::new("正常", "Good");
/// Badge of the token.
pub const RENEWING_FAILS: Text = Text::new("刷新失败", "Refresh fails");
/// Badge of the token.
pub const NOT_YET: Text = Text::new("尚未获取", "Not fetched yet");
/// Term.
pub const NEXT: Text = Text::new("下次自动刷新", "Next refresh");
/// Button.
pub const REFRESH: Text = Text::new("立即刷新", "Refresh now");
/// Title of the strip of pictures.
pub const NEWEST: Text = Text::new("新收到的图片", "New pictures");
/// Link to the gallery.
pub const ALL_PICTURES: Text = Text::new("全部图片", "All pictures");
/// That strip when it is empty.
pub const NO_PICTURES: Text = Text::new("收到图片后会出现在这里", "Pictures appear here as they come");
/// A part that could not be read.
pub const UNREAD: Text = Text::new("这一部分暂时读不出来，请刷新页面再试。", "This part cannot be read right now. Reload the page.");
