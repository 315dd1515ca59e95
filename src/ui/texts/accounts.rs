//! Texts of the official accounts: pages and the check.

use crate::shared::lang::Text;

/// Warning wherever the callback is set up or checked.
pub const CALLBACK_SILENCES: Text = Text::new(
    "打开消息推送后，公众平台里的自动回复和自定义菜单会停用。要保留原来的程序，请填写转发地址。",
    "Switching the callback on silences the console's own auto-replies and menu. To keep another program going, set a forwarding address.",
);
/// Part of the check.
pub const CHECK_TOKEN: Text = Text::new("令牌", "Token");
/// Part of the check.
pub const CHECK_ADDRESS: Text = Text::new("IP 白名单", "IP allow-list");
/// Part of the check.
pub const CHECK_TEMPLATES: Text = Text::new("模板消息权限", "Template right");
/// Part of the check.
pub const CHECK_CALLBACK: Text = Text::new("消息推送", "Callback");
/// No answer from WeChat.
pub const CHECK_SILENT: Text =
    Text::new("微信没有应答，请检查服务器能否访问外网", "WeChat did not answer; check that this server can reach the internet");
/// An answer that is none.
pub const CHECK_UNREADABLE: Text =
    Text::new("得到的不是微信的应答，请检查接口地址和网络出口", "The answer is not WeChat's; check the API address and the way out");
/// A copy restored without its key.
pub const CHECK_NO_SECRET: Text = Text::new("还没有 AppSecret，请重新填写", "There is no AppSecret; enter it again");
/// 40001 from the token call.
pub const CHECK_WRONG_SECRET: Text = Text::new("AppSecret 不对", "The AppSecret is wrong");
/// A token came, so the address is allowed.
pub const CHECK_ADDRESS_OK: Text = Text::new("这台服务器的 IP 可以调用接口", "This server's address may call the API");
/// What cannot be tried without a token.
pub const CHECK_NEEDS_TOKEN: Text = Text::new("取到令牌后才能检查", "Can be checked once a token comes");
/// No callback token.
pub const CHECK_CALLBACK_OFF: Text =
    Text::new("没有设置 Token，送达回执不会到达", "No callback token is set, so delivery reports do not arrive");
/// The key is missing or none.
pub const CHECK_CALLBACK_KEY: Text = Text::new("这种加密方式需要有效的 EncodingAESKey", "This mode needs a valid EncodingAESKey");
/// `{}` is the address.
pub const CHECK_CALLBACK_OK: Text = Text::new("{} 回答正确，可以填到公众平台", "{} answers rightly; enter it in WeChat's console");
/// `{}` is the address.
pub const CHECK_CALLBACK_WRONG: Text = Text::new("{} 的回答不对", "{} answers wrongly");
/// `{}` is the address.
pub const CHECK_CALLBACK_SILENT: Text = Text::new(
    "Token 和密钥的格式没问题；从这台服务器打不开 {}，没有试成",
    "Token and key are well formed; {} cannot be reached from here, so it was not tried",
);
/// What to do then.
pub const CHECK_CALLBACK_SILENT_HINT: Text =
    Text::new("确认服务在运行、--public-url 正确后再检查一次", "See that the server runs and --public-url is right, then check again");
/// Title of a result.
pub const CHECK_RESULT: Text = Text::new("检查结果", "Result of the check");
/// All parts passed.
pub const CHECK_NONE_BAD: Text = Text::new("没有发现问题", "Nothing is wrong");
/// Spoken beside the shape.
pub const PASSED: Text = Text::new("通过", "passed");
/// Spoken beside the shape.
pub const NOT_PASSED: Text = Text::new("没有通过", "failed");
/// Spoken beside the shape.
pub const NOT_TRIED: Text = Text::new("没有检查", "not checked");
/// Label of the address to allow.
pub const SERVER_ADDRESS: Text = Text::new("服务器 IP", "Server address");
/// Step to the allow-list.
pub const ALLOW_1: Text = Text::new("打开公众平台，进入 设置与开发 › 基本配置", "Open WeChat's console: 设置与开发 › 基本配置");
/// Step to the allow-list.
pub const ALLOW_2: Text =
    Text::new("在“IP 白名单”里加上这一行，扫码确认", "Add this line to the IP allow-list (IP 白名单) and confirm with your phone");
/// Step to the allow-list.
pub const ALLOW_3: Text = Text::new("等几分钟，再点“检查连接”", "Wait a few minutes and check again");
/// Line under the title of the list.
pub const LIST_LINE: Text = Text::new("AppID、密钥、域名和消息推送都在这里", "AppID, secret, domains and callback");
/// Empty list.
pub const NONE: Text = Text::new(
    "还没有公众号。添加后就能取令牌、签名、收图片、发消息。",
    "No account yet. Add one to fetch tokens, sign pages, take pictures and send messages.",
);
/// Label and column.
pub const NAME: Text = Text::new("名称", "Name");
/// Hint.
pub const NAME_HINT: Text = Text::new("只在这里显示，最多 64 个字", "Shown here only; 64 characters at most");
/// Label.
pub const APP_ID: Text = Text::new("AppID（开发者 ID）", "AppID");
/// Hint.
pub const APP_ID_HINT: Text = Text::new("公众平台 › 设置与开发 › 基本配置", "In WeChat's console: 设置与开发 › 基本配置");
/// Label.
pub const SECRET: Text = Text::new("AppSecret", "AppSecret");
/// Label on an account that has one.
pub const NEW_SECRET: Text = Text::new("新的 AppSecret", "New AppSecret");
/// Hint.
pub const SECRET_HINT: Text = Text::new("加密保存，以后不再显示", "Kept encrypted and never shown again");
/// Line of the group.
pub const SECRET_LINE: Text =
    Text::new("在公众平台重置过密钥后，到这里填新的", "After a reset in WeChat's console, enter the new one here");
/// Badge.
pub const SECRET_MISSING: Text = Text::new("缺少", "Missing");
/// Notice.
pub const SECRET_GONE: Text = Text::new(
    "这个公众号没有 AppSecret，取不到令牌。请在下面重新填写。",
    "This account has no AppSecret, so no token can be fetched. Enter it again below.",
);
/// Badge.
pub const SET: Text = Text::new("已设置", "Set");
/// Badge.
pub const OFF: Text = Text::new("未启用", "Off");
/// Badge.
pub const SANDBOX: Text = Text::new("沙箱", "Sandbox");
/// Label and column.
pub const JS_DOMAINS: Text = Text::new("JS 接口安全域名", "JS-SDK domains");
/// Hint.
pub const JS_DOMAINS_HINT: Text = Text::new(
    "只为这些主机的页面签名，要与公众平台登记的一致。例如 h5.example.com",
    "Pages of these hosts get signatures; the same as in WeChat's console, such as h5.example.com",
);
/// Label.
pub const H5_ORIGINS: Text = Text::new("H5 页面来源", "Origins of H5 pages");
/// Hint.
pub const H5_ORIGINS_HINT: Text = Text::new(
    "浏览器里可以直接请求签名的页面来源（CORS），例如 https://h5.example.com",
    "Pages that may ask for signatures from the browser (CORS), such as https://h5.example.com",
);
/// Group and fold.
pub const ADVANCED: Text = Text::new("高级", "Advanced");
/// Label.
pub const TOKEN_MODE: Text = Text::new("取令牌的方式", "How the token is fetched");
/// Field.
pub const CARD_TICKET: Text = Text::new("卡券票据（wx_card）", "Card ticket (wx_card)");
/// Choice.
pub const CARD_OFF: Text = Text::new("不取（默认）", "Not fetched (default)");
/// Choice.
pub const CARD_ON: Text = Text::new("提前取好，用来给卡券签名", "Kept ahead of time, to sign card coupons");
/// Choice.
pub const TOKEN_STABLE: Text =
    Text::new("stable_token（推荐，不会互相顶掉）", "stable_token (recommended: does not end other systems' tokens)");
/// Choice.
pub const TOKEN_CLASSIC: Text = Text::new("token（旧方式，每次都会顶掉上一个）", "token (old: each fetch ends the one before)");
/// Label, group and column.
pub const CALLBACK: Text = Text::new("消息推送", "Callback");
/// Line of the group.
pub const CALLBACK_LINE: Text = Text::new("送达回执和关注事件从这里来", "Delivery reports and follow events come this way");
/// Label.
pub const CALLBACK_URL: Text = Text::new("服务器地址（URL）", "Server address (URL)");
/// Label.
pub const CALLBACK_TOKEN: Text = Text::new("令牌（Token）", "Token");
/// Hint.
pub const CALLBACK_TOKEN_HINT: Text =
    Text::new("3 到 32 个字母或数字，与公众平台填的一样", "3 to 32 letters or digits, the same as in WeChat's console");
/// Label.
pub const AES_KEY: Text = Text::new("消息加解密密钥（EncodingAESKey）", "EncodingAESKey");
/// Hint.
pub const AES_KEY_HINT: Text = Text::new("43 个字母或数字，与公众平台填的一样", "43 letters or digits, the same as in WeChat's console");
/// Hint where one is kept.
pub const WRITE_ONLY_KEPT: Text = Text::new("已设置，不再显示；留空表示不变", "Set and not shown again; leave empty to keep it");
/// Label.
pub const CALLBACK_MODE: Text = Text::new("消息加解密方式", "Encryption");
/// Choice.
pub const MODE_FITTING: Text = Text::new("自动：有密钥用安全模式，没有用明文", "Automatic: safe with a key, else plain");
/// Choice.
pub const MODE_PLAIN: Text = Text::new("明文模式", "Plain");
/// Choice.
pub const MODE_COMPATIBLE: Text = Text::new("兼容模式", "Compatible");
/// Choice.
pub const MODE_SAFE: Text = Text::new("安全模式", "Safe");
/// Label.
pub const FORWARD: Text = Text::new("转发地址", "Forwarding address");
/// Hint.
pub const FORWARD_HINT: Text = Text::new(
    "原来接收推送的程序；推送原样转过去，它的回答交还给微信",
    "The program that took pushes before; it gets each as it came, and its answer goes back to WeChat",
);
/// Button.
pub const GENERATE: Text = Text::new("生成新的令牌和密钥", "Make new token and key");
/// Notice after that button.
pub const MADE: Text = Text::new(
    "只显示这一次，还没有保存。先复制这两行，再点“保存”，然后到公众平台填写。",
    "Shown once and not saved yet. Copy both lines, press Save, then enter them in WeChat's console.",
);
/// Button.
pub const CALLBACK_OFF: Text = Text::new("停用消息推送", "Switch the callback off");
/// Label.
pub const ORIGINAL_ID: Text = Text::new("原始 ID", "Original id");
/// Hint.
pub const ORIGINAL_ID_HINT: Text =
    Text::new("gh_ 开头；填了就核对推送是不是发给这个公众号的", "Starts with gh_; when set, pushes to others are refused");
/// Label.
pub const API_BASE: Text = Text::new("接口地址", "API address");
/// Hint.
pub const API_BASE_HINT: Text = Text::new("留空就是 https://api.weixin.qq.com", "Empty means https://api.weixin.qq.com");
/// Hint in a sandbox.
pub const API_BASE_SANDBOX: Text =
    Text::new("沙箱里指向模拟的微信平台，留空会自动填上", "In the sandbox this is the simulator; empty fills it in");
/// Group.
pub const GROUP_BASICS: Text = Text::new("基本信息", "Basics");
/// Group.
pub const GROUP_DOMAINS: Text = Text::new("网页域名", "Web domains");
/// Line of the group.
pub const DOMAINS_LINE: Text = Text::new("改了马上生效", "Changes take effect at once");
/// Group and list.
pub const GROUP_FILES: Text = Text::new("域名验证文件", "Domain verification files");
/// Line of the group.
pub const FILES_LINE: Text = Text::new(
    "公众平台登记域名时要下载的 MP_verify 文件。填好后从本服务的根目录就能打开，对所有公众号有效。",
    "The MP_verify file WeChat's console hands out for a domain. It is served from our root, for every account.",
);
/// Label.
pub const FILE_NAME: Text = Text::new("文件名", "File name");
/// Hint.
pub const FILE_NAME_HINT: Text = Text::new("和下载的文件一样，同名会覆盖", "As downloaded; the same name replaces it");
/// Label.
pub const FILE_TEXT: Text = Text::new("文件内容", "Content");
/// Hint.
pub const FILE_TEXT_HINT: Text = Text::new("用记事本打开文件，把里面的一行字粘贴到这里", "Open the file and paste the line inside");
/// Button.
pub const REMOVE: Text = Text::new("删除", "Remove");
/// Title of the page that asks before the callback is switched off.
pub const CALLBACK_OFF_ASK: Text = Text::new("停用消息推送？", "Switch the callback off?");
/// Its line.
pub const CALLBACK_OFF_LINE: Text = Text::new(
    "Token 和 EncodingAESKey 会被删除，微信的推送从此被拒绝：收不到送达回执，不知道谁关注、谁取消，也不再转发。已收到的记录都会保留。要恢复，\
     需要重新填写，并到公众平台重新提交。",
    "Token and EncodingAESKey are deleted and WeChat's pushes refused from then on: no delivery reports, no word of who came or left, \
     nothing forwarded. What has arrived stays. To switch it on again, enter both anew and submit them in WeChat's console.",
);
/// Its button.
pub const CALLBACK_OFF_SURE: Text = Text::new("确认停用", "Switch off");
/// Line of the page that asks before a verification file is removed.
pub const REMOVE_LINE: Text = Text::new(
    "删除后微信再来查验这个域名就会失败，对所有公众号都是。已经通过的域名一般不受影响；要放回去，用同样的文件名和内容再填一次。",
    "WeChat's next look for it fails, for every account. A domain that was accepted usually stays so; to put the file back, enter the \
     same name and content again.",
);
/// Fact of that page.
pub const FILE_ADDRESS: Text = Text::new("地址", "Address");
/// Its button.
pub const REMOVE_SURE: Text = Text::new("确认删除", "Remove");
/// Line under the title of the form.
pub const NEW_LINE: Text =
    Text::new("保存后马上向微信取一次令牌，看看填得对不对", "Once saved, a token is fetched from WeChat to see whether it works");
/// Button.
pub const SAVE_AND_CHECK: Text = Text::new("保存并检查", "Save and check");
/// Button.
pub const SAVE: Text = Text::new("保存", "Save");
/// Button.
pub const CANCEL: Text = Text::new("取消", "Cancel");
/// Button.
pub const CHECK: Text = Text::new("检查连接", "Check");
/// Button.
pub const COPY: Text = Text::new("复制", "Copy");
/// That button afterwards.
pub const COPIED: Text = Text::new("已复制", "Copied");
/// Flash.
pub const SAVED: Text = Text::new("已保存", "Saved");
/// Flash after adding.
pub const ADDED: Text = Text::new("公众号已添加", "Account added");
/// Flash after a check.
pub const CHECKED: Text = Text::new("检查完了", "Check finished");
/// Flash after removing a file.
pub const FILE_GONE: Text = Text::new("文件已删除", "File removed");
/// Flash after switching the callback off.
pub const CALLBACK_IS_OFF: Text =
    Text::new("消息推送已停用，请到公众平台同样停用", "The callback is off; switch it off in WeChat's console as well");
