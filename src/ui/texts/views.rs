//! Texts of who had the original of a picture.

use crate::shared::lang::Text;

/// Heading.
pub const TITLE: Text = Text::new("谁看过原图", "Who had the original");
/// Below the list.
pub const LINE: Text = Text::new("保留 90 天；缩略图不记。", "Kept for 90 days; thumbnails are not noted.");
/// Where nobody had it.
pub const NOBODY: Text = Text::new("最近 90 天没有人看过原图", "Nobody had the original in the last 90 days");
/// Page `/media/views`.
pub const BY_TITLE: Text = Text::new("谁看过哪些原图", "Who had which originals");
/// Line under its head.
pub const BY_LINE: Text = Text::new(
    "按同事或密钥查看过、下载过的原图；也可以按发图的人，查谁看过此人的图片。保留 90 天，缩略图不记。",
    "Originals by colleague or key, or by sender: who had this person's pictures. Kept for 90 days; thumbnails are not noted.",
);
/// Choice.
pub const WHO: Text = Text::new("同事或密钥", "Colleague or key");
/// Field.
pub const SENDER: Text = Text::new("发图的人（用户编号）", "Sender (user id)");
/// Button.
pub const SHOW: Text = Text::new("查看", "Show");
/// Where nothing was had.
pub const BY_NOBODY: Text = Text::new("最近 90 天没有记录", "Nothing in the last 90 days");
/// Before anything is chosen.
pub const CHOOSE: Text = Text::new("选一位同事或一个密钥，或填发图的人。", "Choose a colleague or key, or type a sender.");
/// Column.
pub const HOW: Text = Text::new("怎么拿到的", "How");
/// Column.
pub const WHEN: Text = Text::new("最近一次", "Last");
/// Column.
pub const PICTURE: Text = Text::new("图片", "Picture");
/// Beside a picture that was deleted.
pub const BINNED: Text = Text::new("在回收站", "In the bin");
/// Link to all pictures of a viewer or sender.
pub const ALL_OF: Text = Text::new("谁看过此人的原图", "Who had this person's originals");
/// Link on the page of a colleague.
pub const HAD_BY: Text = Text::new("看过哪些原图", "Which originals they had");
/// Button.
pub const CSV: Text = Text::new("导出 CSV", "Export CSV");
/// Way.
pub const VIEW: Text = Text::new("查看", "Viewed");
/// Way.
pub const DOWNLOAD: Text = Text::new("下载", "Downloaded");
/// Way.
pub const ZIP: Text = Text::new("打包下载", "In a ZIP");
/// Way.
pub const API: Text = Text::new("通过接口", "By the API");
/// Way: the name beside it is of whoever had the link made.
pub const LINK: Text = Text::new("打开签名链接", "By a signed link");
/// Beside the name of a key.
pub const KEY: Text = Text::new("API 密钥", "API key");
