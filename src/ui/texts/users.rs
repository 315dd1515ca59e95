//! Texts of signing in, set-up, one's own page and the people page.

use crate::shared::lang::Text;

/// Title and button of /login.
pub const LOGIN: Text = Text::new("登录", "Sign in");
/// Field.
pub const NAME: Text = Text::new("账号", "Account");
/// Field.
pub const PASSWORD: Text = Text::new("密码", "Password");
/// Refused sign-in; never says which.
pub const WRONG: Text = Text::new("账号或密码不对", "Wrong account or password");
/// Line under the form.
pub const FORGOTTEN: Text = Text::new("忘了密码，请管理员给你重设。", "Forgot it? Ask an admin for a new password.");
/// Why one signs in again in the middle of something.
pub const ENDED: Text = Text::new(
    "登录已过期，刚才填写的内容还在。登录后可以继续提交。",
    "Your session ended. What you filled in is still here; sign in to go on.",
);
/// Title once signed in again.
pub const STILL_THERE: Text = Text::new("刚才的内容还在", "Nothing was lost");
/// Line under it.
pub const STILL_THERE_HINT: Text = Text::new(
    "登录过期时提交的内容还没有处理。确认后继续；密码和密钥需要重新填写。",
    "What you sent when the session had ended has not been taken yet. Go on when you are ready; passwords and keys have to be typed again.",
);
/// Button.
pub const SEND_AGAIN: Text = Text::new("继续提交", "Go on");
/// The other way.
pub const LEAVE_IT: Text = Text::new("不提交，打开页面", "Leave it and open the page");
/// Foot of bare pages.
pub const STAYS_HERE: Text = Text::new("数据只存在这台服务器上", "Data stays on this server");
/// Button.
pub const LOGOUT: Text = Text::new("退出登录", "Sign out");
/// Title of /setup.
pub const SETUP: Text = Text::new("首次设置", "First set-up");
/// Line under the title.
pub const SETUP_LINE: Text = Text::new(
    "每一步都当场验证，打上勾才算完成。可以随时离开，进度会保留。",
    "Each step is ticked only once it is really done. Leave any time; progress is kept.",
);
/// Label of the progress bar.
pub const SETUP_PROGRESS: Text = Text::new("设置进度", "Set-up progress");
/// Step 1.
pub const STEP_ADMIN: Text = Text::new("创建管理员", "Create the admin");
/// Step 1, open.
pub const STEP_ADMIN_LINE: Text =
    Text::new("这个账号可以做所有事，包括添加其他人。", "This account may do everything, adding others included.");
/// Step 1, button.
pub const STEP_ADMIN_BUTTON: Text = Text::new("创建并登录", "Create and sign in");
/// Step 1, done, after the name.
pub const STEP_ADMIN_DONE: Text = Text::new("，已登录", ", signed in");
/// Step 2.
pub const STEP_ACCOUNT: Text = Text::new("填写 AppID 与 AppSecret", "Enter AppID and AppSecret");
/// Step 2.
pub const STEP_ACCOUNT_LINE: Text = Text::new(
    "在公众平台的“基本配置”里可以找到。AppSecret 会加密保存。",
    "Found under Basic configuration on the platform. The AppSecret is kept encrypted.",
);
/// Step 2, done, after the AppID.
pub const STEP_ACCOUNT_DONE: Text = Text::new("。AppSecret 已加密保存", ". The AppSecret is kept encrypted");
/// Step 2, with the simulator.
pub const STEP_ACCOUNT_SANDBOX: Text = Text::new("。沙箱自带的公众号，不用填写", ". The sandbox brings its own account");
/// Step 2, button.
pub const STEP_ACCOUNT_BUTTON: Text = Text::new("添加公众号", "Add an account");
/// Step 3.
pub const STEP_ALLOW: Text = Text::new("把服务器 IP 加入白名单", "Allow this server's IP");
/// Step 3.
pub const STEP_ALLOW_LINE: Text = Text::new("微信只接受来自白名单地址的请求。", "WeChat answers only to addresses on its list.");
/// Step 3, done.
pub const STEP_ALLOW_DONE: Text = Text::new("微信接受这台服务器的请求", "WeChat answers this server");
/// Step 3, refused, before the address.
pub const STEP_ALLOW_REFUSED: Text =
    Text::new("微信说这个地址不在白名单（40164）：", "WeChat says this address is not on the list (40164):");
/// Step 3, label of the address.
pub const STEP_ALLOW_ADDRESS: Text = Text::new("服务器 IP", "Server IP");
/// Step 3, how.
pub const STEP_ALLOW_HOW_1: Text =
    Text::new("打开公众平台，进入 设置与开发 › 基本配置", "Open the platform: Settings › Basic configuration");
/// Step 3, how.
pub const STEP_ALLOW_HOW_2: Text =
    Text::new("在“IP 白名单”里加上这一行，扫码确认", "Add this line to the IP allow-list and confirm by scan");
/// Step 3, how.
pub const STEP_ALLOW_HOW_3: Text = Text::new("等约 1 分钟，再点下面的按钮", "Wait about a minute, then press the button below");
/// Step 3, button.
pub const STEP_ALLOW_BUTTON: Text = Text::new("现在检查", "Check now");
/// Steps 3 and 5, button after a try.
pub const STEP_ALLOW_AGAIN: Text = Text::new("重新检查", "Check again");
/// Step 3, link after a refusal that the settings mend.
pub const STEP_ALLOW_SETTINGS: Text = Text::new("去改公众号设置", "Change the account's settings");
/// Step 3, link.
pub const OPEN_CONSOLE: Text = Text::new("打开公众平台", "Open WeChat's console");
/// Step 4.
pub const STEP_TOKEN: Text = Text::new("取得令牌", "Fetch the token");
/// Step 4.
pub const STEP_TOKEN_LINE: Text = Text::new("连接正常后会自动取得", "Comes by itself once the connection works");
/// Step 4, done.
pub const STEP_TOKEN_DONE: Text = Text::new("令牌有效，会自动刷新", "Valid, and renewed by itself");
/// Step 4, button.
pub const STEP_TOKEN_BUTTON: Text = Text::new("查看令牌", "See the tokens");
/// Step 5.
pub const STEP_DOMAIN: Text = Text::new("JS 接口安全域名", "JS domains");
/// Step 5.
pub const STEP_DOMAIN_LINE: Text =
    Text::new("H5 页面所在的域名，要和公众平台里填的一致", "Where your H5 pages live; the same as entered on the platform");
/// Step 5, button.
pub const STEP_DOMAIN_BUTTON: Text = Text::new("添加并检查签名", "Add and check the signature");
/// Step 5, done.
pub const STEP_DOMAIN_DONE: Text = Text::new("这些域名的页面能签名", "Pages of these domains are signed");
/// Step 5, field.
pub const STEP_DOMAIN_FIELD: Text = Text::new("域名", "Domain");
/// Step 5, hint.
pub const STEP_DOMAIN_HINT: Text = Text::new(
    "只写主机名。同一个域名也要填进公众平台的“JS 接口安全域名”，那里要下载验证文件。",
    "The host only. Enter the same one in WeChat's console (JS 接口安全域名), which hands out a verification file.",
);
/// Step 5, link.
pub const STEP_DOMAIN_FILE: Text = Text::new("放验证文件", "Put the verification file");
/// Step 5, opens the form once there is a domain.
pub const STEP_DOMAIN_MORE: Text = Text::new("再加一个域名", "Add another domain");
/// Step 5, link behind a domain.
pub const STEP_DOMAIN_DOCTOR: Text = Text::new("签名调试", "Signature doctor");
/// Step 6.
pub const STEP_PUSH: Text = Text::new("消息推送", "Message push");
/// Step 6.
pub const STEP_PUSH_LINE: Text =
    Text::new("填好地址和令牌，由微信发来第一条推送", "Enter address and token; ticked at WeChat's first push");
/// Step 6, done.
pub const STEP_PUSH_DONE: Text = Text::new("已收到微信的推送", "WeChat's pushes arrive");
/// Step 6, warning.
pub const STEP_PUSH_WARNING: Text = Text::new(
    "打开推送后，公众平台里的自动回复和自定义菜单会停用。要保留原来的程序，请填写转发地址。",
    "Switching push on silences the console's own auto-replies and menu. To keep another program, enter a forwarding address.",
);
/// Step 6, button.
pub const STEP_PUSH_BUTTON: Text = Text::new("填写推送设置", "Enter push settings");
/// Step 7.
pub const STEP_SEND: Text = Text::new("给自己发一条消息", "Send yourself a message");
/// Step 7.
pub const STEP_SEND_LINE: Text = Text::new("收到才算通过", "Ticked once WeChat has taken one");
/// Step 7, done.
pub const STEP_SEND_DONE: Text = Text::new("微信已接受一条消息", "WeChat has taken a message");
/// Step 7, button.
pub const STEP_SEND_BUTTON: Text = Text::new("去发送", "Compose");
/// Step 8.
pub const STEP_PICTURE: Text = Text::new("用手机传一张图片", "Upload a picture from a phone");
/// Step 8.
pub const STEP_PICTURE_LINE: Text = Text::new("图片到达后自动打勾", "Ticked once one has arrived");
/// Step 8, done.
pub const STEP_PICTURE_DONE: Text = Text::new("已收到图片", "A picture has arrived");
/// Step 8, button.
pub const STEP_PICTURE_BUTTON: Text = Text::new("查看图片", "See pictures");
/// Link under the steps.
pub const SKIP_SETUP: Text = Text::new("先跳过，去总览看看", "Skip for now, to the overview");
/// Link under the steps when all are ticked.
pub const SETUP_FINISHED: Text = Text::new("全部完成，去总览", "All done. To the overview");
/// Hint of a new password.
pub const SHORTEST: Text = Text::new("至少 8 个字符，越长越好。", "At least 8 characters; longer is better.");
/// Line under the title of /profile.
pub const PROFILE_LINE: Text = Text::new("你的账号、外观和登录设备。", "Your account, look and devices.");
/// Field.
pub const ROLE: Text = Text::new("角色", "Role");
/// Section of /profile.
pub const LOOK: Text = Text::new("语言与外观", "Language and look");
/// Section and button.
pub const CHANGE_PASSWORD: Text = Text::new("修改密码", "Change password");
/// Field.
pub const OLD_PASSWORD: Text = Text::new("现在的密码", "Current password");
/// Field.
pub const NEW_PASSWORD: Text = Text::new("新密码", "New password");
/// Refused.
pub const OLD_WRONG: Text = Text::new("现在的密码不对。", "The current password is not right.");
/// Flash.
pub const PASSWORD_CHANGED: Text = Text::new("密码已修改，其他设备已退出", "Password changed; other devices are signed out");
/// Section of /profile.
pub const SESSIONS: Text = Text::new("登录设备", "Devices signed in");
/// Column.
pub const DEVICE: Text = Text::new("设备", "Device");
/// Column.
pub const ADDRESS: Text = Text::new("地址", "Address");
/// Column.
pub const BEGAN: Text = Text::new("登录于", "Since");
/// Column.
pub const SEEN: Text = Text::new("最近使用", "Last used");
/// Column.
pub const ACTIONS: Text = Text::new("操作", "Actions");
/// Badge.
pub const THIS_DEVICE: Text = Text::new("本设备", "This device");
/// No browser name.
pub const UNKNOWN_DEVICE: Text = Text::new("未知设备", "Unknown device");
/// Button.
pub const END_SESSION: Text = Text::new("退出", "Sign out");
/// Button.
pub const END_OTHERS: Text = Text::new("退出其他设备", "Sign out other devices");
/// Flash.
pub const SESSION_ENDED: Text = Text::new("那台设备已退出", "That device is signed out");
/// Flash.
pub const OTHERS_ENDED: Text = Text::new("其他设备已退出", "Other devices are signed out");
/// Line under the title of /users.
pub const USERS_LINE: Text = Text::new("谁可以登录，能做什么。", "Who may sign in, and what they may do.");
/// Section.
pub const ALL_USERS: Text = Text::new("所有用户", "All users");
/// Section and button.
pub const ADD_USER: Text = Text::new("添加用户", "Add a user");
/// Column.
pub const STATE: Text = Text::new("状态", "State");
/// Badge.
pub const ACTIVE: Text = Text::new("正常", "Active");
/// Badge.
pub const DISABLED: Text = Text::new("已停用", "Disabled");
/// Never seen.
pub const NEVER: Text = Text::new("从未", "Never");
/// Flash.
pub const USER_ADDED: Text = Text::new("用户已添加", "User added");
/// Section and button.
pub const CHANGE_ROLE: Text = Text::new("更改角色", "Change role");
/// Hint.
pub const ROLE_HINT: Text = Text::new("更改后，这个人要重新登录。", "They must sign in again afterwards.");
/// Flash.
pub const ROLE_CHANGED: Text = Text::new("角色已更改", "Role changed");
/// Section and button.
pub const SET_PASSWORD: Text = Text::new("重设密码", "Set a new password");
/// Hint.
pub const SET_PASSWORD_HINT: Text =
    Text::new("至少 8 个字符。重设后，这个人的所有设备都会退出。", "At least 8 characters. All their devices are signed out.");
/// Flash.
pub const PASSWORD_SET: Text = Text::new("密码已重设", "New password set");
/// Section and button.
pub const DISABLE_USER: Text = Text::new("停用", "Disable");
/// Line.
pub const DISABLE_HINT: Text = Text::new(
    "停用后不能登录，已登录的设备立即退出。记录都会保留。",
    "They cannot sign in, and their devices are signed out at once. Records stay.",
);
/// Line of the page that asks first.
pub const DISABLE_LINE: Text = Text::new(
    "停用后不能登录，已登录的设备立即退出，由此人创建的 API 密钥不受影响。记录都会保留，以后可以重新启用。",
    "They cannot sign in, and their devices are signed out at once; API keys they made go on working. Records stay, and they can be \
     enabled again.",
);
/// Its button.
pub const DISABLE_SURE: Text = Text::new("确认停用", "Disable");
/// Title of the page that asks before one device is signed out.
pub const END_ONE_ASK: Text = Text::new("让这台设备退出？", "Sign this device out?");
/// Its line, and that of all others.
pub const END_LINE: Text = Text::new(
    "那里没有保存的内容会丢失，要用时需要重新登录。",
    "What is not saved there is lost, and whoever uses it has to sign in again.",
);
/// Title of the page that asks before all other devices are signed out.
pub const END_OTHERS_ASK: Text = Text::new("让其他设备全部退出？", "Sign out all other devices?");
/// Its button.
pub const END_SURE: Text = Text::new("确认退出", "Sign out");
/// Section and button.
pub const ENABLE_USER: Text = Text::new("重新启用", "Enable again");
/// Line.
pub const ENABLE_HINT: Text = Text::new("启用后可以用原来的密码登录。", "They can sign in again with their password.");
/// Flash.
pub const USER_DISABLED: Text = Text::new("用户已停用", "User disabled");
/// Flash.
pub const USER_ENABLED: Text = Text::new("用户已启用", "User enabled");
/// What the role may do.
pub const ROLE_ADMIN: Text = Text::new("所有事", "Everything");
/// What the role may do.
pub const ROLE_SENDER: Text = Text::new("写消息、发送、看记录和图片", "Compose and send; see history and pictures");
/// What the role may do.
pub const ROLE_REVIEWER: Text = Text::new("看图片、判定图片", "See and judge pictures");
/// What the role may do.
pub const ROLE_DEVELOPER: Text = Text::new("令牌、签名调试、自己的 API 密钥", "Tokens, signatures, own API keys");
