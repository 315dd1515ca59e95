//! Texts of the lightbox and of the tools beside a picture.

use crate::shared::lang::Text;

/// Button.
pub const CLOSE: Text = Text::new("关闭", "Close");
/// Button: the newer picture.
pub const PREVIOUS: Text = Text::new("上一张", "Previous picture");
/// Button: the older picture.
pub const NEXT: Text = Text::new("下一张", "Next picture");
/// Which of the list it is, counted by the browser.
pub const NTH: Text = Text::new("本页第 {n} 张，共 {count} 张", "{n} of {count} on this page");
/// Button that stays pressed.
pub const PICK: Text = Text::new("选择这张", "Select this picture");
/// Link to the picture's own page.
pub const PAGE: Text = Text::new("打开图片页", "Open the picture's page");
/// Group of tools.
pub const TOOLS: Text = Text::new("缩放和旋转", "Zoom and rotate");
/// Button.
pub const LARGER: Text = Text::new("放大", "Zoom in");
/// Button.
pub const SMALLER: Text = Text::new("缩小", "Zoom out");
/// Button.
pub const FIT: Text = Text::new("适合窗口", "Fit the window");
/// Button; only the view turns.
pub const RIGHT: Text = Text::new("向右旋转", "Rotate right");
/// Button; only the view turns.
pub const LEFT: Text = Text::new("向左旋转", "Rotate left");
/// The place of the picture; it scrolls when it is zoomed.
pub const STAGE: Text = Text::new("图片，放大后可滚动", "The picture; it scrolls when zoomed");
/// In place of the original.
pub const FAILED: Text = Text::new("原图没有载入，现在看到的是缩略图。", "The original did not load; this is the thumbnail.");
/// In place of the details.
pub const NONE: Text = Text::new("详情没有载入，请打开图片页看。", "The details did not load. Open the picture's page.");
/// The strip of small pictures below.
pub const FILM: Text = Text::new("前后图片", "Pictures before and after");
