//! Texts of signing in by one's own WeChat.

use crate::shared::lang::Text;

/// Title, and the button of /login.
pub const TITLE: Text = Text::new("微信扫码登录", "Sign in with WeChat");
/// Between the two ways in.
pub const OR: Text = Text::new("或", "or");
/// Line under the title.
pub const LINE: Text = Text::new(
    "用绑定过的微信扫码，在手机上确认后，这台电脑就登录好了。",
    "Scan a code with the WeChat you have bound, confirm on the phone, and this computer is signed in.",
);
/// Button.
pub const BEGIN: Text = Text::new("显示二维码", "Show a QR code");
/// Button, after one that is over.
pub const AGAIN: Text = Text::new("换一个二维码", "Show a new QR code");
/// The other way in.
pub const BY_PASSWORD: Text = Text::new("用密码登录", "Sign in with a password");
/// The picture, for screen readers.
pub const CODE: Text = Text::new("登录用的二维码", "QR code that signs you in");
/// Beside it.
pub const SCAN: Text = Text::new("打开微信扫一扫，然后看手机。", "Scan it with WeChat, then look at your phone.");
/// The link as text.
pub const LINK: Text = Text::new("链接，也可以在微信里打开", "Link, to be opened in WeChat as well");
/// Under it.
pub const THREE_MINUTES: Text = Text::new("3 分钟内有效，只能用一次。不要发给别人。", "Good for 3 minutes, and once. Do not pass it on.");
/// After it was scanned.
pub const SCANNED: Text = Text::new("已扫码", "Scanned");
/// The number's line.
pub const TYPE_THIS: Text = Text::new("在手机上输入这个号码：", "Type this number on the phone:");
/// The code's time is over.
pub const OVER: Text = Text::new("这个二维码已失效。", "This QR code is over.");
/// The phone typed another number.
pub const OVER_WRONG: Text =
    Text::new("手机上输入的号码不对，这个二维码已作废。", "The number typed on the phone did not match, so this QR code is void.");
/// The phone said no.
pub const OVER_REFUSED: Text = Text::new("手机上没有同意登录。", "The phone did not agree.");
/// It is switched off.
pub const OFF: Text = Text::new("扫码登录没有开启", "Signing in with WeChat is off");
/// What to do.
pub const OFF_LINE: Text =
    Text::new("请用密码登录。管理员可以在设置里开启。", "Sign in with your password. An admin can switch it on in the settings.");
/// Too many codes asked for.
pub const TOO_MANY: Text = Text::new("要得太快了，请过一分钟再试。", "Too many at once. Try again in a minute.");

/// On the phone: title.
pub const ASK: Text = Text::new("登录服务台？", "Sign in to wxdesk?");
/// On the phone: who.
pub const WHO: Text = Text::new("账号", "Account");
/// On the phone: the computer's browser.
pub const BROWSER: Text = Text::new("电脑浏览器", "Browser");
/// On the phone: the computer's address.
pub const ADDRESS: Text = Text::new("网络地址", "Network address");
/// On the phone: the field.
pub const NUMBER: Text = Text::new("电脑上显示的号码", "Number on the computer");
/// On the phone: its hint.
pub const NUMBER_HINT: Text = Text::new(
    "只有你自己正在这台电脑上登录时才输入。有人把二维码或号码发给你，就点“不是我”。",
    "Type it only if you are signing in on that computer yourself. If somebody sent you the code or the number, say it is not you.",
);
/// On the phone: button.
pub const CONFIRM: Text = Text::new("确认登录", "Sign in");
/// On the phone: button.
pub const NOT_ME: Text = Text::new("不是我", "Not me");
/// On the phone: done.
pub const DONE: Text = Text::new("已确认", "Confirmed");
/// On the phone: done.
pub const DONE_LINE: Text = Text::new("电脑马上就登录好了，可以关掉这一页。", "The computer is being signed in. You can close this page.");
/// On the phone: refused.
pub const REFUSED: Text = Text::new("没有登录", "Not signed in");
/// On the phone: refused.
pub const REFUSED_LINE: Text =
    Text::new("这个二维码已作废。如果是别人发给你的，请告诉管理员。", "The QR code is void. If somebody sent it to you, tell an admin.");
/// On the phone: wrong number.
pub const WRONG: Text = Text::new("号码不对", "The number does not match");
/// On the phone: wrong number.
pub const WRONG_LINE: Text = Text::new(
    "这个二维码已作废。请在电脑上换一个二维码，再扫一次。",
    "The QR code is void. Show a new one on the computer and scan again.",
);
/// On the phone: over.
pub const GONE: Text = Text::new("这个二维码已失效", "This QR code is over");
/// On the phone: over.
pub const GONE_LINE: Text = Text::new("请在电脑上换一个二维码，再扫一次。", "Show a new one on the computer and scan again.");
/// On the phone: nobody here, or nobody who may.
pub const STRANGER: Text = Text::new("这个微信不能登录", "This WeChat does not sign in here");
/// On the phone: what to do, the same whatever the reason is.
pub const STRANGER_LINE: Text = Text::new(
    "请在电脑上用密码登录，到“我的账号 → 绑定微信”里绑定并开启扫码登录。还是不行，请找管理员。",
    "Sign in on the computer with your password, then bind your WeChat and switch this on under Profile → Bind your WeChat. If that does not help, ask an admin.",
);
/// On the phone: too many numbers.
pub const SLOWER: Text = Text::new("试得太多了", "Too many tries");
/// On the phone: what to do.
pub const SLOWER_LINE: Text = Text::new("请过几分钟再试，或用密码登录。", "Wait a few minutes, or sign in with your password.");

/// Profile: on.
pub const MINE_ON: Text = Text::new("用这个微信扫码，可以登录服务台。", "Scanning with this WeChat signs you in.");
/// Profile: off.
pub const MINE_OFF: Text = Text::new(
    "这个微信现在不能用来登录。修改密码后会自动关闭，输入密码可以重新开启。",
    "This WeChat does not sign you in now. A new password switches it off; type yours to switch it on again.",
);
/// Profile: button.
pub const SWITCH_ON: Text = Text::new("开启扫码登录", "Switch on");
/// Profile: button.
pub const SWITCH_OFF: Text = Text::new("关闭扫码登录", "Switch off");
/// Toast.
pub const SWITCHED_ON: Text = Text::new("已开启扫码登录。", "Your WeChat signs you in from now on.");
/// Toast.
pub const SWITCHED_OFF: Text = Text::new("已关闭扫码登录。", "Your WeChat does not sign you in any more.");
/// Binding asks for the password where the bound WeChat signs in.
pub const PASSWORD_HINT: Text =
    Text::new("绑定后的微信可以扫码登录，所以要输入你的密码。", "The WeChat you bind can sign you in, so your password is asked for.");
/// A wrong password there.
pub const PASSWORD_WRONG: Text = Text::new("密码不对", "Wrong password");

/// Settings: the choice.
pub const CHOICE: Text = Text::new("用哪个公众号", "By which account");
/// Settings: off.
pub const NONE: Text = Text::new("关闭", "Off");
/// Settings: what it means.
pub const SETTING_LINE: Text = Text::new(
    "开启后，绑定过微信的用户可以扫码登录，不用输密码：拿着手机就能进来。要用已认证的服务号，并把本站域名填进公众号后台的“网页授权域名”。",
    "When on, people who have bound their WeChat sign in by scanning, without a password: whoever holds the phone gets in. It takes a verified service account with this site's domain under 网页授权域名 in its console.",
);
/// Settings: button.
pub const SAVE: Text = Text::new("保存", "Save");
/// Toast.
pub const SETTING_SAVED: Text = Text::new("扫码登录的设置已保存。", "Saved.");
