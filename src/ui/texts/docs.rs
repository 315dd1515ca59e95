//! Texts of 接口文档. The English side is what `/api/v1/openapi.json` says, letter by letter: a changed description there needs its
//! Chinese here, and a test says so.

use crate::shared::lang::Text;

/// The Chinese of every summary and description, by its English.
pub const SAID: &[Text] = &[
    // What calls do.
    Text::new("这把密钥调用太多，看 Retry-After。", "Too many calls of this key, with Retry-After"),
    Text::new("生成一个带场景的二维码。", "Makes a QR code with a scene."),
    Text::new(
        "`scene`（1–64 个字符）；可选 `expires_in`（秒，60 到 2,592,000；不写就长期有效，微信总共给 100,000 个）、`account`",
        "`scene` (1–64 characters); optionally `expires_in` (seconds, 60 to 2,592,000; without it the code lasts for ever, of which WeChat makes 100,000), `account`",
    ),
    Text::new(
        "`url`（二维码里的内容）、`scene`、`expires_at`（长期有效时为 null）",
        "`url` (what the picture holds), `scene`, `expires_at` (null where it lasts)",
    ),
    Text::new("公众号的 access token。", "The account's access token."),
    Text::new("报告一个被微信拒绝的 token。", "Reports a token that WeChat refused."),
    Text::new("批次列表，新的在前。", "Batches, newest first."),
    Text::new("把一条模板消息发给许多人。", "One template message to many."),
    Text::new("查一个批次。", "One batch."),
    Text::new("取消批次里还没发的，不能恢复。", "Drops what is left of a batch, for good."),
    Text::new("一个批次的消息，新的在前。", "The messages of a batch, newest first."),
    Text::new("暂停一个批次。", "Sends no more of a batch for now."),
    Text::new("继续一个已暂停的批次。", "Goes on with a paused batch."),
    Text::new("重发失败了、还可能成功的消息。", "Sends again what failed and may yet succeed."),
    Text::new("一个页面的签名。", "The signature of a page."),
    Text::new("图片列表，新的在前。", "The newest pictures first."),
    Text::new("登记一张上传的图片，等服务台下载。", "Files an uploaded picture for download."),
    Text::new("一次登记最多 1000 张上传的图片，等服务台下载。", "Files up to 1,000 uploaded pictures for download."),
    Text::new("给一张图片做一个限时链接，有链接就能看，不用密钥。", "Makes a link that shows a picture without a key, for a while."),
    Text::new("看一个限时链接的图片。", "Shows the picture of a link."),
    Text::new("H5 页面凭票据登记一张图片。", "Takes a picture in by a ticket, from an H5 page."),
    Text::new(
        "给页面一张票据，10 分钟内可以登记某一个人的图片。",
        "Gives a page the right to hand in pictures of one person for 10 minutes.",
    ),
    Text::new("查一张图片，在回收站里的也能查到。", "One picture; also one that lies in the bin."),
    Text::new("原图，字节不变。", "The bytes as they came."),
    Text::new("给图片判定结果，或撤回判定。", "Judges a picture, or takes a judgement back."),
    Text::new(
        "缩略图：JPEG，长边不超过 480 像素，或不超过 160 像素的正方形。",
        "The thumbnail: JPEG, at most 480 pixels long, or a square of at most 160.",
    ),
    Text::new("发送记录，新的在前。", "The history, newest first."),
    Text::new("给一位关注者发一条模板消息。", "One template message to one follower."),
    Text::new("查一条消息。", "One message."),
    Text::new("凭票据查是谁授权回来的，只能查一次。", "Tells, once, who came back with a ticket."),
    Text::new(
        "用网页授权的 code 换 openid。code 只能用一次，5 分钟内有效。",
        "Turns an OAuth code, which works once and for 5 minutes, into an openid.",
    ),
    Text::new(
        "在微信后台保存消息推送时微信的校验：原样返回 `echostr`。",
        "WeChat's check when the callback is saved in its console: answers `echostr` as it is.",
    ),
    Text::new("收一条推送：先验证，连同效果一起存好，再应答。", "A push: proved, stored with its effect, answered."),
    Text::new("微信授权后让浏览器回到这里。", "Where WeChat sends the browser back to."),
    Text::new(
        "让浏览器去微信授权，回到授权回调，再到加上 `ticket=…` 的 `return_to`。",
        "Sends the browser to WeChat, which sends it to the callback, which sends it to `return_to` with `ticket=…` added.",
    ),
    Text::new("同 `cgi-bin/stable_token`。", "The same as `cgi-bin/stable_token`."),
    Text::new(
        "用我们的 API 密钥换一个替身 token，样子同微信的 `cgi-bin/token`。",
        "A stand-in for one of our API keys, as `cgi-bin/token` gives WeChat's token.",
    ),
    Text::new("把调用转交给微信。", "Hands a call on to WeChat."),
    Text::new("收页面上报的失败，列在签名调试里。", "Takes a page's report that WeChat refused it, for the list in the signature doctor."),
    Text::new(
        "`code`（`refused`、`sdk_not_loaded`，或本 API 的错误码）、`page`（`location.href`），可选 `message`（wx.error 的 errMsg）、`landing`（进入时的地址）、`signed`、`timestamp`、`nonce` 和 `signature`（写进 wx.config 的）、`agent`（navigator.userAgent，与请求头不同时）、`account`。不论 Content-Type 都按 JSON 读，页面不用预检。地址里 `code`、`state`、`ticket`、`token` 之类参数的值，保存前都会删去。",
        "`code` (`refused`, `sdk_not_loaded` or a code of this API), `page` (`location.href`), optionally `message` (errMsg of wx.error), `landing` (the address first loaded), `signed`, `timestamp`, `nonce` and `signature` (what went into wx.config), `agent` (navigator.userAgent, where it is not the header's), `account`. Any content type is read as JSON, so that pages need no preflight. Values of `code`, `state`, `ticket`, `token` and the like in the addresses are cut out before anything is kept.",
    ),
    Text::new("收下了，保留 14 天", "Taken; kept for 14 days"),
    Text::new("手里那个 token 的 `ETag`：它还是现在用的就答 304", "The `ETag` of the token one has: 304 while it is still the present one"),
    Text::new(
        "`wait=N`（最多 30），与 If-None-Match 一起用：一有新 token 就应答，N 秒后还没有就答 304",
        "`wait=N` (at most 30), with If-None-Match: answers as soon as there is another token, or 304 after N seconds",
    ),
    Text::new(
        "`access_token`、`expires_at`（RFC 3339）、`expires_in`（秒），带 `ETag`",
        "`access_token`, `expires_at` (RFC 3339), `expires_in` (seconds), with an `ETag`",
    ),
    Text::new("If-None-Match 里的 token 还是现在用的", "The token that If-None-Match names is still the present one"),
    Text::new("没有密钥，或密钥已撤销、已过期", "No key, or one that was revoked or has expired"),
    Text::new("不是一个 JSON 对象", "No JSON object"),
    Text::new(
        "`origin_not_allowed`：不是公众号的 H5 来源，域名也不在 JS 接口安全域名里",
        "`origin_not_allowed`: the page's origin is none of the account's H5 origins and its host none of the JS domains",
    ),
    Text::new("超过 32 KiB", "Over 32 KiB"),
    Text::new("这个地址请求太多，显示为网页，带 Retry-After", "Too many from this address, as a page, with Retry-After"),
    Text::new("这个地址，或所有地址合起来，请求太多，带 Retry-After", "Too many from this address, or from all together, with Retry-After"),
    // Parameters.
    Text::new("POST /media/{id}/link 给出的链接的末尾", "The end of a link that POST /media/{id}/link gave"),
    Text::new("AppID，只有一个公众号时可以不写", "AppID; may be left out where only one account exists"),
    Text::new("AppID，有几个公众号时要写", "AppID, where several accounts exist"),
    Text::new("AppID，别的公众号的图片一律查不到", "AppID; a picture of another account is not found"),
    Text::new("AppID，别的公众号的消息一律查不到", "AppID; a message of another account is not found"),
    Text::new("AppID", "AppID"),
    Text::new("同一个 AppID", "The same AppID"),
    Text::new("同一个键和同样的请求体，24 小时内只生效一次", "The same key and body have one effect within 24 hours"),
    Text::new("同一个键和同样的请求体，24 小时内得到同样的返回", "Same key and body within 24 h: same answer"),
    Text::new(
        "`encodeURIComponent(location.href)`，`#` 及后面的部分不参与签名",
        "`encodeURIComponent(location.href)`; what follows `#` is not signed",
    ),
    Text::new("取值 `pending downloading stored failed expired`", "`pending downloading stored failed expired`"),
    Text::new("取值 `unreviewed passed rejected`", "`unreviewed passed rejected`"),
    Text::new("RFC 3339 时间，或一个日期（北京时间）", "RFC 3339, or a day in China"),
    Text::new("RFC 3339 时间，或一个日期（北京时间），含当天", "RFC 3339, or a day in China, included"),
    Text::new("1 到 200，不写为 50", "1 to 200; 50 if left out"),
    Text::new("上一页的 `next_cursor`", "`next_cursor` of the page before"),
    Text::new(
        "`wait=N`（最多 30）：图片有结果就返回 201 和记录，到 N 秒还没有就返回当时的记录",
        "`wait=N` (at most 30): answers 201 with the settled record, or with what there is after N seconds",
    ),
    Text::new(
        "`wait=N`（最多 30）：消息有结果或过了 N 秒时返回 201",
        "wait=N (at most 30): answers 201 once the message is settled or N seconds are over",
    ),
    Text::new("480（不写时）或 160", "480 (if left out) or 160"),
    Text::new("微信加在页面地址上的 code", "The code WeChat added to the page's address"),
    Text::new(
        "要回到的页面，做百分号编码，它的源要在公众号的 H5 源里",
        "The page to return to, percent-encoded; its origin is one of the account's H5 origins",
    ),
    Text::new(
        "`snsapi_base`（默认，不打扰用户）或 `snsapi_userinfo`（要用户同意，能得到昵称）",
        "`snsapi_base` (default, silent) or `snsapi_userinfo` (asks, tells the name)",
    ),
    Text::new("固定写 `client_credential`", "`client_credential`"),
    Text::new("有 `wx:call` 权限的 API 密钥", "An API key with wx:call"),
    Text::new(
        "微信接口的路径，在 `cgi-bin/`、`wxa/`、`wxaapi/`、`customservice/`、`datacube/` 或 `card/` 之下，或是 `sns/userinfo`、`sns/auth`；微信用 GET 的就用 GET",
        "A path of WeChat's below cgi-bin/, wxa/, wxaapi/, customservice/, datacube/ or card/, or sns/userinfo, sns/auth; GET where WeChat has it so",
    ),
    // Bodies.
    Text::new("`{\"access_token\":\"…\"}`，`account` 可选", "`{\"access_token\":\"…\"}`, optionally `account`"),
    Text::new("`{\"ticket\":\"…\"}`，`account` 可选", "`{\"ticket\":\"…\"}`, optionally `account`"),
    Text::new(
        "`template_id`、`data`、`recipients [{touser, data?}]`；可选 `name`、`url`、`miniprogram {appid, pagepath}`、`ttl`（秒）、`send_at`、`canary {first, percent}`、`account`。最多 100,000 位收件人、64 MiB。也可用 multipart/form-data：`batch` 部分是不含收件人的 JSON，`recipients` 部分是 text/csv，首行是 `touser` 和各数据键",
        "template_id, data, recipients [{touser, data?}]; optional name, url, miniprogram {appid, pagepath}, ttl (seconds), send_at, canary {first, percent}, account. At most 100,000 recipients and 64 MiB. As multipart/form-data: part batch (the JSON without recipients) and part recipients (text/csv, header line touser and data keys)",
    ),
    Text::new(
        "`states [failed, unknown]` 和 `errcodes [number]`，都可选；都不写时，重发再试一次可能成功的",
        "states [failed, unknown] and errcodes [number], both optional; without them what a second try can mend",
    ),
    Text::new(
        "`media_id`（1–512 个字符），`user_id`、`answer_title`、`question_id`（各 1–128 个字符，数字当作文字），`account` 可选",
        "`media_id` (1–512 characters), `user_id`, `answer_title`, `question_id` (1–128 characters each; numbers are taken as text), optional `account`",
    ),
    Text::new(
        "`items`：1 到 1000 项，每项是 `media_id`、`user_id`、`answer_title`、`question_id`，写法同 POST /media；`account` 可选，对所有项有效。最多 8 MiB",
        "`items`: 1 to 1,000 of `media_id`, `user_id`, `answer_title`, `question_id`, as POST /media takes them; optional `account`, for all of them. At most 8 MiB",
    ),
    Text::new(
        "都可选，请求体也可以不要：`what`（`original` 或 `thumb`，不写为 `original`）、`seconds`（60 到 604800，不写为 3600）",
        "All optional, the body too: `what` (`original`, if left out, or `thumb`), `seconds` (60 to 604,800; 3,600 if left out)",
    ),
    Text::new(
        "`ticket`、`media_id`（`wx.uploadImage` 的 serverId），以及票据没有定下的 `answer_title`、`question_id`。不论 Content-Type 都按 JSON 读，页面不会触发预检请求。",
        "`ticket`, `media_id` (serverId of wx.uploadImage), and what the ticket leaves open of `answer_title` and `question_id`. Any content type is read as JSON, so that pages need no preflight.",
    ),
    Text::new(
        "`user_id`；可选 `account`，以及 `answer_title` 和 `question_id`，这两项不写就由页面给出",
        "`user_id`; optionally `answer_title` and `question_id`, which the page says otherwise, and `account`",
    ),
    Text::new(
        "`verdict`（`pass`、`reject` 或 `clear`），可选 `reason`（最多 64 个字符，只用于 `reject`）、`comment`（最多 500 个字符）和 `second`（true：作为第二意见，别人的判断不变）",
        "`verdict` (`pass`, `reject` or `clear`), optional `reason` (to 64 characters, with `reject` only), `comment` (to 500 characters) and `second` (true: a second opinion beside somebody else's judgement, which stays as it is)",
    ),
    Text::new(
        "`touser`、`template_id`、`data`；可选 `url`、`miniprogram {appid, pagepath}`、`ttl`（秒）、`account`。值写成文字或 `{\"value\"}`；`topcolor` 和 `color` 会去掉",
        "touser, template_id, data; optional url, miniprogram {appid, pagepath}, ttl (seconds), account. Values are texts or {\"value\"}; topcolor and color are dropped",
    ),
    Text::new(
        "`{\"grant_type\":\"client_credential\",\"appid\":\"…\",\"secret\":\"wxd_…\"}`",
        "`{\"grant_type\":\"client_credential\",\"appid\":\"…\",\"secret\":\"wxd_…\"}`",
    ),
    Text::new("微信接口要的内容，最多 12 MiB", "Whatever WeChat takes, at most 12 MiB"),
    // Answers that went well.
    Text::new(
        "`refreshed` 说明是否换了新 token，其余字段同 GET /access-token",
        "`refreshed` says whether a new token took its place; then the fields of GET /access-token",
    ),
    Text::new("`items` 和 `next_cursor`", "items and next_cursor"),
    Text::new("`{\"items\":[…],\"next_cursor\":…}`", "`{\"items\":[…],\"next_cursor\":…}`"),
    Text::new(
        "批次记录，另有 `duplicates` 和 `rejected [{index, touser, code}]`",
        "The record with duplicates and rejected [{index, touser, code}]",
    ),
    Text::new("记录", "The record"),
    Text::new("记录，以及涉及的消息条数", "The record, and how many messages it touches"),
    Text::new(
        "`appId`、`timestamp`、`nonceStr`、`signature`，直接交给 `wx.config`",
        "`appId`, `timestamp`, `nonceStr`, `signature`, as `wx.config` takes them",
    ),
    Text::new("有了结果，或时间到了", "Settled, or the time is over"),
    Text::new(
        "已登记；如果在回收站里，返回它在那里的样子（`deleted_at`）",
        "Filed; if it lies in the bin, as it lies there (`deleted_at`)",
    ),
    Text::new("`media_deleted`：已删除，在回收站里", "`media_deleted`: it lies in the bin"),
    Text::new("已登记", "Filed"),
    Text::new(
        "每项一行，顺序不变：`accepted`（新登记）、`same`（以前登记过）或 `refused`（带 `errors`）",
        "A line for each, in order: `accepted`, `same` as before, or `refused` with its `errors`",
    ),
    Text::new(
        "`url`、`what`、`expires_at`、`expires_in`。密钥撤销或图片删除后，链接提前失效",
        "`url`, `what`, `expires_at`, `expires_in`. The link ends sooner when its key is revoked or the picture is deleted",
    ),
    Text::new("没有变过，见 ETag", "As the ETag says"),
    Text::new("图片的 `id` 和 `state`", "`id` and `state` of the picture"),
    Text::new("`ticket`、`expires_at`、`expires_in`", "`ticket`, `expires_at`, `expires_in`"),
    Text::new("图片的字节", "The bytes"),
    Text::new("其中一段", "A part"),
    Text::new("JPEG 图片", "JPEG"),
    Text::new("带 `Prefer` 时：当时的记录", "With Prefer: the record as it stands"),
    Text::new("已受理，返回记录", "Accepted: the record"),
    Text::new(
        "`openid`、`unionid`（微信给出时）、`scope`、`is_snapshot_user`，`snsapi_userinfo` 时另有 `nickname`",
        "openid, unionid where WeChat tells it, scope, is_snapshot_user, nickname with snsapi_userinfo",
    ),
    Text::new(
        "`openid`、`unionid`（微信给出时）、`scope`、`is_snapshot_user`",
        "openid, unionid where WeChat tells it, scope, is_snapshot_user",
    ),
    Text::new("原样的 `echostr`", "echostr, as it is"),
    Text::new("`success`，或所转发程序的应答", "`success`, or the answer of the program it was forwarded to"),
    Text::new(
        "带着票据去 `return_to`；code 用过或过期时，再去一次微信",
        "To return_to with its ticket; once more to WeChat where the code was used or too old",
    ),
    Text::new("去微信", "To WeChat"),
    Text::new(
        "`access_token`（替身）和 `expires_in`，或者和微信一样的 `errcode` 和 `errmsg`",
        "`access_token` (a stand-in), `expires_in`; or `errcode` and `errmsg` as WeChat has them",
    ),
    Text::new("微信的应答，原样返回，包括它的 `errcode`", "WeChat's answer as it is, its errcode included"),
    // Refusals.
    Text::new("不是 application/json", "Not application/json"),
    Text::new("超过 8 MiB", "Larger than 8 MiB"),
    Text::new(
        "没有 `items`、是空的或太长，或有未知字段；一张也没有登记",
        "`items` is missing, empty or too long; unknown fields; nothing was filed",
    ),
    Text::new("还没有存下，没有东西可看（`not_stored`）", "Not stored, so there is nothing to show (`not_stored`)"),
    Text::new("不是我们的链接", "No link of ours"),
    Text::new(
        "`link_gone`：已过期、密钥已撤销，或图片已不在；返回一个页面",
        "`link_gone`: ended, its key was revoked, or the picture is gone; as a page",
    ),
    Text::new("`account_not_allowed`：密钥只能用于另一个公众号", "`account_not_allowed`: the key is bound to another account"),
    Text::new("`unknown_account`：密钥只能用于另一个公众号", "`unknown_account`: the key is bound to another account"),
    Text::new("`unknown_account`：没有这个公众号", "`unknown_account`"),
    Text::new("没有这个公众号", "unknown account"),
    Text::new("`account_required`：要写明是哪个公众号", "`account_required`"),
    Text::new("有未知或缺少的字段，或 `account_required`", "Unknown or missing fields, `account_required`"),
    Text::new("有未知或缺少的字段", "Unknown or missing fields"),
    Text::new("`token_not_ready` 或 `upstream_backoff`，带 `Retry-After`", "`token_not_ready` or `upstream_backoff`, with Retry-After"),
    Text::new("问题文档（application/problem+json）", "A problem document"),
    Text::new("参数不对", "Refused parameters"),
    Text::new("参数有误或未知", "Invalid or unknown parameters"),
    Text::new("字段不对", "Refused fields"),
    Text::new("字段有误或未知", "Invalid or unknown fields"),
    Text::new("超过 64 MiB", "Larger than 64 MiB"),
    Text::new("`sending_locked`：发送已锁定", "sending_locked"),
    Text::new("`sending_locked`：发送已锁定", "`sending_locked`"),
    Text::new("没有这个批次", "No such batch"),
    Text::new("`batch_state`：批次现在的状态不能这样做", "batch_state"),
    Text::new("`url_not_allowed`：域名不在公众号的 JS 安全域名里", "`url_not_allowed`: the host is none of the account's JS domains"),
    Text::new(
        "`url_malformed`、`account_required`，或参数缺少、未知",
        "`url_malformed`, `account_required`, missing or unknown parameters",
    ),
    Text::new("这个地址请求太频繁，带 `Retry-After`", "Too many from this address, with Retry-After"),
    Text::new(
        "`ticket_not_ready`、`upstream_backoff`（带微信的 `errcode`）或 `overloaded`，带 `Retry-After`",
        "`ticket_not_ready`, `upstream_backoff` (with WeChat's errcode) or `overloaded`, with Retry-After",
    ),
    Text::new("以前用别的名称登记过（`media_filed_otherwise`）", "Filed under other names before (`media_filed_otherwise`)"),
    Text::new("`media_filed_otherwise`：以前用别的名称登记过", "`media_filed_otherwise`"),
    Text::new(
        "`ticket_gone`：超过 10 分钟，密钥已撤销，或不是我们发的票据",
        "`ticket_gone`: older than 10 minutes, of a key that was revoked, or no ticket of ours",
    ),
    Text::new(
        "`daily_limit`：超过密钥今天还能发的条数，带 Retry-After；或调用太频繁",
        "`daily_limit`: more messages than the key may still send today, with Retry-After; or too many calls",
    ),
    Text::new("没有这张图片", "Unknown"),
    Text::new("没有这张图片，或还没有存下", "Unknown, or not stored"),
    Text::new("没有这张图片，或没有缩略图", "Unknown, or without a thumbnail"),
    Text::new("`range_not_satisfiable`：范围超出文件", "`range_not_satisfiable`"),
    Text::new(
        "还没有存下，没有东西可判（`not_stored`）；第二意见另有 `not_judged`、`own_judgement`、`opinion_given`、`review_changed`",
        "Not stored, so there is nothing to judge (`not_stored`); for a second opinion: `not_judged`, `own_judgement`, `opinion_given`, `review_changed`",
    ),
    Text::new("没有这条消息", "No such message"),
    Text::new("`ticket_gone`：用过了、超过 60 秒，或没有发出过", "`ticket_gone`: used, older than 60 s, or never given"),
    Text::new("`code_used`、`code_expired`，或参数有误", "code_used, code_expired, or a parameter is wrong"),
    Text::new("微信拒绝了", "WeChat refused"),
    Text::new("微信没有应答", "WeChat did not answer"),
    Text::new(
        "`upstream_backoff`，带 `Retry-After` 和微信的 `errcode`：微信因额度、白名单或密钥拒绝后的一分钟内",
        "upstream_backoff, with Retry-After and WeChat's errcode: a minute after it refused for quota, allow-list or secret",
    ),
    Text::new("没有 `echostr`", "no echostr"),
    Text::new("签名不对或没有签名", "bad or missing signature"),
    Text::new("XML 读不出来，外层或解密后的", "unreadable XML, outer or decrypted"),
    Text::new("没有通过验证", "not proved"),
    Text::new("超过 256 KiB", "over 256 KiB"),
    Text::new("没有存下，微信会再推一次", "not stored; WeChat repeats it"),
    Text::new(
        "`state` 是另一个浏览器的，或访问者没有同意，返回一个页面",
        "Another browser's state, or the visitor did not agree, as a page",
    ),
    Text::new("微信拒绝了，返回一个页面", "WeChat refused, as a page"),
    Text::new("微信没有应答，返回一个页面", "WeChat did not answer, as a page"),
    Text::new("`url_not_allowed`，返回一个页面", "url_not_allowed, as a page"),
    Text::new("`url_malformed` 或参数有误，返回一个页面", "url_malformed or a wrong parameter, as a page"),
    Text::new("`path_not_allowed`、`account_not_allowed`", "`path_not_allowed`, `account_not_allowed`"),
    Text::new("`too_large`：请求体太大", "`too_large`"),
    Text::new(
        "`token_not_ready`、`upstream_backoff` 或 `overloaded`，带 `Retry-After`",
        "`token_not_ready`, `upstream_backoff` or `overloaded`, with Retry-After",
    ),
];

/// Parameters that mean the same wherever they stand; shown where the description says nothing of them.
/// `tag.name` goes before the bare name.
pub const PARAMETERS: &[(&str, Text)] = &[
    ("account", Text::new("AppID，只有一个公众号时可以不写", "AppID; may be left out where only one account exists")),
    ("id", Text::new("记录的 id", "The record's id")),
    ("state", Text::new("只要这个状态的", "Only those in this state")),
    ("people.state", Text::new("授权开始时给出、绑定浏览器的值", "What the start gave, bound to the browser")),
    ("template_id", Text::new("只要这个模板的", "Only those of this template")),
    ("touser", Text::new("只要发给这个 openid 的", "Only those to this openid")),
    ("batch_id", Text::new("只要这个批次的", "Only those of this batch")),
    ("user_id", Text::new("只要这个用户的", "Only those of this user")),
    ("answer_title", Text::new("只要这个标题的", "Only those under this title")),
    ("question_id", Text::new("只要这个提问的", "Only those for this question")),
    ("from", Text::new("RFC 3339 时间，或一个日期（北京时间）", "RFC 3339, or a day in China")),
    ("to", Text::new("RFC 3339 时间，或一个日期（北京时间），含当天", "RFC 3339, or a day in China, included")),
    ("cursor", Text::new("上一页的 `next_cursor`", "`next_cursor` of the page before")),
    ("limit", Text::new("1 到 200，不写为 50", "1 to 200; 50 if left out")),
    ("Range", Text::new("只要文件的一段，例如 `bytes=0-1023`", "Only a part of the file, such as `bytes=0-1023`")),
    ("signature", Text::new("微信的签名", "WeChat's signature")),
    ("msg_signature", Text::new("加密推送的签名", "The signature of an encrypted push")),
    ("timestamp", Text::new("微信的时间戳", "WeChat's timestamp")),
    ("nonce", Text::new("微信的随机串", "WeChat's random text")),
    ("echostr", Text::new("要原样返回的字符串", "The text to answer with")),
    ("code", Text::new("微信的授权码", "WeChat's code")),
];

/// Headings of the groups, by tag.
pub const GROUPS: &[(&str, Text)] = &[
    ("tokens", Text::new("令牌", "Tokens")),
    ("batches", Text::new("批量发送", "Batches")),
    ("jssdk", Text::new("JS-SDK 签名", "JS-SDK signature")),
    ("media", Text::new("图片", "Pictures")),
    ("messages", Text::new("消息", "Messages")),
    ("people", Text::new("用户与网页授权", "People and OAuth")),
    ("callback", Text::new("消息推送", "Callback")),
    ("relay", Text::new("代为调用", "Call-through")),
];

/// Where a parameter stands, by the word of OpenAPI.
pub const PLACES: &[(&str, Text)] =
    &[("query", Text::new("查询", "query")), ("path", Text::new("路径", "path")), ("header", Text::new("请求头", "header"))];
