//! Texts of who had the original of a picture.

use crate::shared::lang::Text;

/// Heading.
pub const TITLE: Text = Text::new("谁看过原图", "Who had the original");
/// Below the list.
pub const LINE: Text = Text::new("保留 90 天；缩略图不记。", "Kept for 90 days; thumbnails are not noted.");
/// Where nobody had it.
pub const NOBODY: Text = Text::new("最近 90 天没有人看过原图", "Nobody had the original in the last 90 days");
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
