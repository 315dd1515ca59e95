//! Texts of the page of QR codes.

use crate::shared::lang::Text;

/// Title and link.
pub const TITLE: Text = Text::new("带场景的二维码", "QR codes with a scene");
/// Line under it.
pub const LINE: Text = Text::new(
    "扫了就能关注。微信会把场景告诉我们，可以分清人是从哪里来的。",
    "Whoever scans one may follow, and WeChat tells us the scene: so you know where people come from.",
);
/// Field.
pub const SCENE: Text = Text::new("场景", "Scene");
/// Under it.
pub const SCENE_HINT: Text = Text::new("1 到 64 个字符，例如 门店-3", "1 to 64 characters, such as shop-3");
/// Field.
pub const LIFE: Text = Text::new("用多久", "Works for");
/// Under it.
pub const LIFE_HINT: Text = Text::new(
    "临时的最长 30 天。长期有效的每个公众号只有 10 万个，用掉就不能收回。",
    "Temporary ones last 30 days at most. An account has 100,000 lasting ones, and none can be taken back.",
);
/// Choice.
pub const FOR_EVER: Text = Text::new("长期有效", "No end");
/// Said of a code.
pub const LASTS: Text = Text::new("长期有效", "It has no end");
/// Button.
pub const MAKE: Text = Text::new("生成", "Make it");
/// It did not work.
pub const NOT_MADE: Text = Text::new("没有生成", "None was made");
/// The picture, for screen readers.
pub const PICTURE: Text = Text::new("二维码", "QR code");
/// Label of the address.
pub const ADDRESS: Text = Text::new("二维码里的地址", "Address in the code");
/// Refused.
pub const NO_DAYS: Text = Text::new("请选择用多久。", "Choose how long it works.");
