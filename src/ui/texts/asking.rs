//! Texts of asking for a picture again.

use crate::shared::lang::Text;

/// Button and title: ask for a picture again.
pub const ASK: Text = Text::new("请重新上传", "Ask again");
/// Head of the section on a picture's page.
pub const AGAIN: Text = Text::new("重新上传", "Asked again");
/// A picture that was asked for again and has not come.
pub const WAITS: Text = Text::new("等重传", "Waiting for a new one");
/// A picture in whose place another came.
pub const REPLACED: Text = Text::new("已重传", "Replaced");
/// Link to the picture that came.
pub const SEE_NEW: Text = Text::new("看新交的图片", "See the new picture");
/// Link to the picture in whose place this came.
pub const SEE_OLD: Text = Text::new("看原来退回的图片", "See the rejected picture before it");
/// Link to the message.
pub const MESSAGE: Text = Text::new("看消息", "See the message");
/// Whom it goes to.
pub const GOES_TO: Text = Text::new("发给", "Goes to");
/// The openid is not known.
pub const UNKNOWN_OPENID: Text = Text::new(
    "不知道这个人的 openid：用户编号不是已知关注者的 openid，名单里也没有写。请填上，或先补名单。",
    "This person's openid is not known: the user id is no known follower's openid, and no list names one. Type it here, or add it to the list.",
);
/// Field.
pub const OPENID: Text = Text::new("OpenID", "OpenID");
/// What the field takes.
pub const OPENID_HINT: Text = Text::new("在关注者页面可以查到", "Find it on the followers page");
/// A newer picture is there.
pub const NEWER: Text =
    Text::new("这道题已经有一张更新的图片，可能不用再请了。", "There is a newer picture for this question; asking may not be needed.");
/// Link to it.
pub const SEE_NEWER: Text = Text::new("看那张图片", "See that picture");
/// It was asked before.
pub const TIMES: Text = Text::new("已经请过 {number} 次", "Asked {number} times before");
/// Button.
pub const CANCEL: Text = Text::new("取消", "Cancel");
/// Crumb.
pub const BACK: Text = Text::new("返回", "Back");
/// Crumb to the desk.
pub const DESK: Text = Text::new("审图", "Review");
/// The message is filed.
pub const ASKED: Text =
    Text::new("10 秒后请对方重新上传，在那之前可以撤销", "Asks for a new picture in 10 seconds, and can be undone until then");
/// Beside the button that takes an ask back.
pub const RESTS: Text = Text::new("还没有发出，请求 10 秒后发", "Not sent yet; goes out 10 seconds after asking");
/// The button.
pub const TAKE_BACK: Text = Text::new("撤销请求", "Undo asking");
/// Flash.
pub const TAKEN_BACK: Text = Text::new("已撤销，没有请对方重传", "Undone; nobody was asked");
/// Head and button of the preview.
pub const PREVIEW: Text = Text::new("预览", "Preview");
/// What a tap on the message opens.
pub const LEADS_TO: Text = Text::new("点开后到", "A tap opens");
/// Link to the settings.
pub const SET_UP: Text = Text::new("设置重传消息", "Set up the message");
/// Title of the settings.
pub const MANNER: Text = Text::new("重传消息", "Message that asks again");
/// Line under it.
pub const MANNER_LINE: Text =
    Text::new("退回图片后，用这条模板消息请对方重新上传。", "After a picture is rejected, this template message asks for a new one.");
/// There are no templates to choose.
pub const NO_TEMPLATES: Text = Text::new("还没有模板，先到模板库同步。", "There are no templates yet. Synchronise them first.");
/// Link to them.
pub const SEE_TEMPLATES: Text = Text::new("模板库", "Templates");
/// Field.
pub const TEMPLATE: Text = Text::new("模板", "Template");
/// Button beside it.
pub const CHOOSE: Text = Text::new("选用", "Use it");
/// Stands for the label of a value.
pub const VALUE: Text = Text::new("内容", "Value");
/// What values may hold.
pub const VARIABLES: Text = Text::new(
    "内容里可以写 {{标题}} {{题目}} {{理由}} {{姓名}}，太长时会截短。",
    "Values may hold {{title}} {{question}} {{reason}} {{name}}; what is too long is cut.",
);
/// Field.
pub const LINK: Text = Text::new("点开消息后的网址", "Page that a tap opens");
/// What the field takes.
pub const LINK_HINT: Text = Text::new(
    "如 https://h5.example.com/upload?user={user}&title={title}&question={question}；主机要是公众号的 H5 来源或 JS 安全域名。",
    "Such as https://h5.example.com/upload?user={user}&title={title}&question={question}; the host must be one of the account's H5 origins or JS domains.",
);
/// A link that is none.
pub const BAD_LINK: Text = Text::new(
    "写完整的网址，占位只能是 {user} {title} {question}，不能在主机里。",
    "A whole address; places are {user}, {title} and {question}, none of them in the host.",
);
/// A link that leads elsewhere.
pub const FOREIGN_LINK: Text =
    Text::new("主机不是公众号的 H5 来源或 JS 安全域名。", "The host is none of the account's H5 origins or JS domains.");
/// A link that opens no certain question.
pub const LINK_WITHOUT_QUESTION: Text =
    Text::new("网址里要有 {question}，才能打开那道题。", "The address needs {question}, or it does not open that question.");
/// Button.
pub const SAVE: Text = Text::new("保存", "Save");
/// What was saved.
pub const SAVED: Text = Text::new("重传消息已保存", "The message is saved");
