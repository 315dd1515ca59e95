//! Texts of the code that calls our API.

use crate::shared::lang::Text;

/// Title.
pub const TITLE: Text = Text::new("用代码调用", "Call it from code");
/// Button.
pub const COPY: Text = Text::new("复制", "Copy");
/// What it says afterwards.
pub const COPIED: Text = Text::new("已复制", "Copied");
