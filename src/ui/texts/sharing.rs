//! Texts of links to a picture.

use crate::shared::lang::Text;

/// Head of the section.
pub const TITLE: Text = Text::new("限时链接", "Link for a while");
/// What such a link does.
pub const LINE: Text = Text::new(
    "拿到链接的人不用登录就能看到原图。到期、图片删除，或者你不再能下载原图，链接就失效。",
    "Whoever has it sees the original without signing in. It stops when its time is over, the picture is deleted, or you may no longer download originals.",
);
/// Label of the choice.
pub const LIFE: Text = Text::new("有效时间", "How long it works");
/// Choice.
pub const HOUR: Text = Text::new("1 小时", "1 hour");
/// Choice.
pub const DAY: Text = Text::new("24 小时", "24 hours");
/// Choice.
pub const WEEK: Text = Text::new("7 天", "7 days");
/// Button.
pub const MAKE: Text = Text::new("生成链接", "Make a link");
/// Name of the field to copy from.
pub const LINK: Text = Text::new("链接", "Link");
/// Over a link that was made.
pub const UNTIL: Text = Text::new("链接只显示这一次，有效到 {time}", "Shown once; it works until {time}");
/// Nothing sensible was chosen.
pub const NO_LIFE: Text = Text::new("请选一个有效时间。", "Choose how long it works.");
