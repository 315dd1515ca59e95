//! Texts of the list of keyboard shortcuts.

use crate::shared::lang::Text;

/// Line under the title.
pub const LINE: Text = Text::new(
    "在输入框里打字时不起作用。没有哪个键会直接发送消息。",
    "They do nothing while you type in a field, and none of them sends a message.",
);
/// With scripts off.
pub const NEED_SCRIPTS: Text =
    Text::new("这个浏览器关闭了脚本，下面的键不起作用。", "Scripts are off in this browser, so these keys do nothing.");
/// Group.
pub const GO: Text = Text::new("去别的页面", "Go to");
/// Group.
pub const ANYWHERE: Text = Text::new("任何页面", "Anywhere");
/// Group.
pub const DESK: Text = Text::new("审图", "Review desk");
/// Group.
pub const PICTURE: Text = Text::new("看一张图片", "A picture");
/// Key.
pub const PICTURE_OLDER: Text = Text::new("下一张，更早的", "Next, the older one");
/// Key.
pub const PICTURE_NEWER: Text = Text::new("上一张，更新的", "Previous, the newer one");
/// Key.
pub const PICTURE_DOWNLOAD: Text = Text::new("下载原图", "Download the original");
/// Keys.
pub const PICTURE_ZOOM: Text = Text::new("放大、缩小", "Zoom in, zoom out");
/// Key.
pub const PICTURE_FIT: Text = Text::new("适合窗口", "Fit the window");
/// Key; only the view turns.
pub const PICTURE_TURN: Text = Text::new("向右旋转，加 Shift 向左", "Rotate right, with Shift left");
/// Key.
pub const PICTURE_PICK: Text = Text::new("选择这张（从图库打开时）", "Select it (opened from the gallery)");
/// Key.
pub const PICTURE_DETAILS: Text = Text::new("详情（从图库打开时）", "Details (opened from the gallery)");
/// Key.
pub const SEARCH: Text = Text::new("搜索或跳转", "Search or jump");
/// Key; works in fields too.
pub const SEARCH_TOO: Text = Text::new("搜索或跳转，打字时也可以", "The same, also while typing");
/// Key.
pub const LIST: Text = Text::new("打开这张表", "Open this list");
/// Key.
pub const CLOSE: Text = Text::new("关闭菜单或弹窗", "Close a menu or dialog");
/// Key.
pub const DESK_NEXT: Text = Text::new("下一张", "Next picture");
/// Key.
pub const DESK_BACK: Text = Text::new("上一张", "Previous picture");
/// Key.
pub const DESK_PASS: Text = Text::new("通过", "Pass");
/// Key.
pub const DESK_REJECT: Text = Text::new("退回", "Reject");
/// Key.
pub const DESK_FREE: Text = Text::new("下一张没人看的", "Next that nobody looks at");
/// Key.
pub const DESK_UNDO: Text = Text::new("撤销上一次判定", "Undo the last verdict");
/// State of the switch.
pub const ARE_ON: Text = Text::new("这个浏览器上，单键快捷键已打开", "Single keys are on in this browser");
/// State of the switch.
pub const ARE_OFF: Text = Text::new("这个浏览器上，单键快捷键已关闭", "Single keys are off in this browser");
/// Button.
pub const SWITCH_OFF: Text = Text::new("关闭单键快捷键", "Switch single keys off");
/// Button.
pub const SWITCH_ON: Text = Text::new("打开单键快捷键", "Switch single keys on");
/// Button of the list shown over a page.
pub const CLOSE_LIST: Text = Text::new("关闭", "Close");
