//! The signature doctor, each cause of a refusal made on purpose (docs/wechat-api.md §11) and asked about as a developer would.

use std::time::Duration;

use reqwest::header;
use secrecy::SecretString;
use sha1::{Digest, Sha1};
use wxdesk::{
    features::users::server::people::By,
    infra::clock::Clock,
    sandbox::{Dials, SANDBOX_APP_ID as APP},
    shared::rights::Role,
};

use crate::house::{House, NOON, PASSWORD};

const PAGE: &str = "https://h5.example.com/act/1128?id=7&from=singlemessage";
const TIME: i64 = NOON / 1000;

struct Doctor {
    house: House,
    cookie: String,
}

impl Doctor {
    async fn open(clock: Clock) -> Self {
        Self::of(House::build_with(&[], clock).await).await
    }

    async fn of(house: House) -> Self {
        house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
        let mut doctor = Self { house, cookie: String::new() };
        doctor.sign_in().await;
        doctor
    }

    async fn sign_in(&mut self) {
        let login = self.house.http.post(format!("{}/login", self.house.base)).form(&[("name", "dev"), ("password", PASSWORD)]);
        self.cookie = login.send().await.unwrap().headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    }

    async fn says(&self, page: &str, given: &str) -> String {
        let (status, html) = self.answers(page, given).await;
        assert_eq!(status, 200);
        html
    }

    async fn answers(&self, page: &str, given: &str) -> (u16, String) {
        let ask = self.house.http.post(format!("{}/a/{APP}/jssdk", self.house.base)).header(header::COOKIE, &self.cookie);
        let answer = ask.form(&[("url", page), ("given", given)]).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// What the verdict says, its title and its line.
    async fn verdict(&self, page: &str, given: &str) -> String {
        verdict(&self.says(page, given).await).unwrap_or_else(|| panic!("{page} {given}: no verdict"))
    }

    async fn ticket(&self, app_id: &str) -> String {
        self.house.app.tokens.ticket_ready(app_id).await.unwrap();
        self.house.app.tokens.ticket(app_id).unwrap().expose().to_owned()
    }
}

/// The text of the verdict alone, without what stands in the checks.
fn verdict(html: &str) -> Option<String> {
    let block = html.split_once("id=\"verdict\"")?.1.split_once("</div>")?.0;
    let text: String = block.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text).collect();
    Some(text.replace("&amp;", "&"))
}

/// What a page's own signing came to: `nonce_name` as it stands in the string that was signed.
fn signature(ticket: &str, nonce_name: &str, url: &str) -> String {
    hex::encode(Sha1::digest(format!("jsapi_ticket={ticket}&{nonce_name}=n0nce&timestamp={TIME}&url={url}")))
}

fn config(signature: &str) -> String {
    format!("wx.config({{appId: '{APP}', timestamp: {TIME}, nonceStr: 'n0nce', signature: '{signature}', jsApiList: ['chooseImage']}})")
}

#[tokio::test]
async fn whatever_was_signed_instead_is_named() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    let ticket = doctor.ticket(APP).await;
    doctor.house.account_elsewhere("wxsecond").await;
    let other = doctor.ticket("wxsecond").await;
    let of = |url: &str| signature(&ticket, "noncestr", url);
    for (cause, given, words) in [
        ("nothing wrong", config(&of(PAGE)), "签名一致"),
        ("&amp;", config(&of(&PAGE.replace('&', "&amp;"))), "被写成了"),
        ("http behind a proxy", config(&of(&PAGE.replace("https", "http"))), "http 和 https 不一致"),
        ("sharing left out", config(&of("https://h5.example.com/act/1128?id=7")), "漏了分享带上的参数"),
        ("query left out", config(&of("https://h5.example.com/act/1128")), "签名时漏了"),
        ("encoded", config(&of("https%3A%2F%2Fh5%2Eexample%2Ecom%2Fact%2F1128%3Fid%3D7%26from%3Dsinglemessage")), "多编码了一次"),
        ("slash", config(&of(&format!("{PAGE}/"))), "末尾多或少一个 /"),
        ("nonceStr", config(&signature(&ticket, "nonceStr", PAGE)), "签名原文里写成了 nonceStr"),
        ("another account's ticket", config(&signature(&other, "noncestr", PAGE)), "另一个公众号的票据"),
        ("an unknown ticket", config(&signature("an-old-one", "noncestr", PAGE)), "更旧的或别的公众号的"),
        ("another nonce", config(&of(PAGE)).replace("n0nce", "again"), "nonceStr、timestamp 与签名时不一样"),
        ("another page", format!("url: '{PAGE}2', {}", config(&of(&format!("{PAGE}2")))), "后面的参数和页面的不一样"),
        ("fragment", format!("url: '{PAGE}#/top', {}", config(&of(&format!("{PAGE}#/top")))), "签名时带上了 #"),
    ] {
        let html = doctor.says(PAGE, &given).await;
        let said = verdict(&html).unwrap();
        assert!(said.contains(words), "{cause}: {words}: {said}");
        assert!(!html.contains(&ticket) && !html.contains(&other), "{cause}: a ticket shows");
    }
    let decoded = "https://h5.example.com/a b?x=1";
    assert!(doctor.verdict("https://h5.example.com/a%20b?x=1", &config(&of(decoded))).await.contains("多解码了一次"));
}

#[tokio::test]
async fn a_right_signature_or_none_is_no_clean_bill() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    let ticket = doctor.ticket(APP).await;
    let right = config(&signature(&ticket, "noncestr", PAGE));
    for (case, page, given, title, words) in [
        ("nothing wrong", PAGE, right.clone(), "签名一致", "若手机上仍报错"),
        ("a right one and its page with #", PAGE, format!("url: '{PAGE}#/a', {right}"), "签名一致", ""),
        ("nothing to compare", PAGE, String::new(), "这个地址可以签名", ""),
        ("#", PAGE, format!("{PAGE}#/detail"), "地址不一致", "带上了 #"),
        ("&amp;", PAGE, PAGE.replace('&', "&amp;"), "地址不一致", "被写成了 &amp;"),
        ("another page", PAGE, "https://h5.example.com/other".into(), "地址不一致", "另一个地址"),
        ("another query", PAGE, "https://h5.example.com/act/1128?id=8".into(), "地址不一致", "后面的参数和页面的不一样"),
        ("another account", PAGE, right.replace(APP, "wxother"), "找到原因", "appId 不是这个公众号的"),
        ("noncestr", PAGE, right.replace("nonceStr", "noncestr"), "找到原因", "要写 nonceStr（S 大写）"),
        (
            "milliseconds",
            PAGE,
            right.replace(&TIME.to_string(), &format!("{TIME}000")),
            "签名不一致",
            "签名用的是秒，wx.config 里写的是毫秒",
        ),
        ("upper case", PAGE, config(&signature(&ticket, "noncestr", PAGE).to_uppercase()), "签名不一致", "写成了大写"),
        ("WeChat's domain", PAGE, "errMsg: 'config:invalid url domain'".into(), "域名没在微信后台登记", "加上这个域名"),
        ("right, and no permission", PAGE, format!("{right}\nchooseImage:permission denied"), "没有权限", "写进 jsApiList"),
        ("only WeChat's word", PAGE, "config:fail, Error: 63002, invalid signature".into(), "还看不出原因", "粘贴进来比对"),
        ("&amp; in the page", "https://h5.example.com/?a=1&amp;b=2", String::new(), "找到原因", "模板把 & 转成了 HTML"),
        ("code", PAGE, "timestamp: data.timestamp, signature: data.signature".into(), "还看不出原因", "JSON.stringify(config)"),
        (
            "another address compared",
            PAGE,
            "realAuthUrl: ['https://h5.example.com/real']".into(),
            "找到原因",
            "微信核对的是 https://h5.example.com/real",
        ),
    ] {
        let said = doctor.verdict(page, &given).await;
        assert!(said.starts_with(title) && said.contains(words), "{case}: {said}");
    }
}

#[tokio::test]
async fn the_error_or_the_config_alone_is_enough_and_nothing_is_not() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    let ticket = doctor.ticket(APP).await;
    let right = config(&signature(&ticket, "noncestr", PAGE));
    for (url, given, title, words) in [
        ("", "config:require subscribe", "没关注测试号", "先用这台手机关注"),
        ("config:fail, Error: 63002, invalid signature", "", "还看不出原因", "location.href 也填进来"),
        ("", right.as_str(), "还看不出原因", "location.href 也填进来"),
        ("", &right.replace(APP, "wxother"), "找到原因", "appId 不是这个公众号的"),
        ("", &format!("url: '{PAGE}', {right}"), "签名一致", ""),
        (&right, PAGE, "签名一致", ""),
        ("", r#"{"errMsg":"config:invalid url domain","realAuthUrl":["https://elsewhere.example.com/a"]}"#, "这个地址不能签名", "安全域名"),
        ("h5.example.com/act?timestamp=5", "", "这个地址不能签名", "开头"),
    ] {
        let said = doctor.verdict(url, given).await;
        assert!(said.starts_with(title) && said.contains(words), "{url} {given}: {said}");
    }
    let (status, html) = doctor.answers(" ", "\n").await;
    assert_eq!((status, verdict(&html)), (422, None));
    assert!(html.contains("id=\"url-error\"") && html.contains("填上页面地址，或在下面粘贴"));
    let shown = doctor.says("wx.config({signature: 'aa'})", "").await;
    assert!(shown.contains("wx.config({signature: 'aa'})</textarea>"), "what went into the wrong field stands in the right one");
}

#[tokio::test]
async fn the_string_that_was_signed_tells_nonce_time_and_ticket_apart() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    let ticket = doctor.ticket(APP).await;
    doctor.house.account_elsewhere("wxsecond").await;
    let other = doctor.ticket("wxsecond").await;
    let plain = "http://h5.example.com/a?x=1&y=2";
    let string =
        |ticket: &str, nonce: &str, time: i64, url: &str| format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={time}&url={url}");
    let sha = |text: &str| hex::encode(Sha1::digest(text));
    for (case, string, signed, title, words) in [
        ("all the same", string(&ticket, "n0nce", TIME, plain), None, "签名一致", ""),
        ("another nonce", string(&ticket, "other", TIME, plain), None, "签名不一致", "noncestr 与 wx.config 里的 nonceStr 不同"),
        ("another time", string(&ticket, "n0nce", TIME - 1, plain), None, "签名不一致", "timestamp 与 wx.config 里的不同"),
        ("another account's ticket", string(&other, "n0nce", TIME, plain), None, "签名不一致", "另一个公众号的票据"),
        ("an unknown ticket", string("made-up", "n0nce", TIME, plain), None, "签名不一致", "票据不是本服务现在的"),
        ("another address", string(&ticket, "n0nce", TIME, "http://h5.example.com/a?x=1"), None, "签名不一致", "后面的参数"),
        ("not its signature", string(&ticket, "n0nce", TIME, plain), Some("0".repeat(40)), "签名不一致", "不是这段原文的 SHA-1"),
    ] {
        let given = format!("{string}\n{}", config(&signed.unwrap_or_else(|| sha(&string))));
        let html = doctor.says(plain, &given).await;
        let said = verdict(&html).unwrap();
        assert!(said.starts_with(title) && said.contains(words), "{case}: {said}");
        assert!(!html.contains(&ticket) && !html.contains(&other) && !html.contains("made-up"), "{case}: a ticket shows");
    }
    // What the string says of nonce and time is proved by the signature, whatever ticket was written into it for the eye.
    let shown = string("xxx", "other", TIME, plain);
    let given = format!("{shown}\n{}", config(&sha(&string(&ticket, "other", TIME, plain))));
    assert!(doctor.verdict(plain, &given).await.contains("noncestr 与 wx.config"));
    // Pasted without a signature, both still have to agree; and what is shown again can be sent again.
    let masked = format!("{}\nwx.config({{nonceStr: 'x'}})", string("••••••••", "n0nce", TIME, plain));
    let html = doctor.says(plain, &masked).await;
    assert!(verdict(&html).unwrap().contains("noncestr 与 wx.config") && !html.contains("签名原文里的票据"));
}

#[tokio::test]
async fn a_ticket_that_was_replaced_is_known_by_its_time() {
    let clock = Clock::manual(NOON);
    let mut doctor = Doctor::open(clock.clone()).await;
    let old = doctor.ticket(APP).await;
    clock.advance(Duration::from_secs(6_710));
    while doctor.house.app.tokens.past_tickets(APP).is_empty() {
        tokio::task::yield_now().await;
    }
    doctor.sign_in().await;
    let html = doctor.says(PAGE, &config(&signature(&old, "noncestr", PAGE))).await;
    assert!(verdict(&html).unwrap().contains("前的旧票据"), "{:?}", verdict(&html));
    let given = format!("jsapi_ticket={old}&noncestr=n&timestamp={TIME}&url={PAGE}");
    let html = doctor.says(PAGE, &given).await;
    assert!(verdict(&html).unwrap().contains("前的旧票据。票据要每次向本服务取") && !html.contains(&old));
    let unknown = config(&signature("older-still", "noncestr", PAGE));
    assert!(doctor.verdict(PAGE, &unknown).await.contains("timestamp 比现在这张票据还早"));
}

#[tokio::test]
async fn each_slip_in_the_config_and_each_word_of_wechat_has_its_fix() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    doctor.ticket(APP).await;
    let old = TIME - 3 * 3600;
    for (page, given, words) in [
        (PAGE, "appId: 'wxelse'".to_owned(), "appId 不是这个公众号的"),
        (PAGE, format!("timestamp: {TIME}000"), "这是毫秒"),
        (PAGE, format!("timestamp: {}, signature: '{}'", i64::MAX, "a".repeat(40)), "这是毫秒"),
        (PAGE, format!("timestamp: {old}"), "页面多半被缓存了"),
        (PAGE, "timestamp: 'soon'".into(), "这不是一个时间"),
        (PAGE, "noncestr: 'x'".into(), "要写 nonceStr（S 大写）"),
        (PAGE, "openTagList: ['launch-weapp']".into(), "名字都以 wx-open- 开头"),
        (PAGE, String::new(), "12:00 取到"),
        (PAGE, "jsApiList: []".into(), "微信会答 permission denied"),
        (PAGE, "errMsg: 'config:invalid url domain'".into(), "JS 接口安全域名里加上这个域名"),
        (PAGE, "config:fail, Error: 40048, invalid url domain".into(), "JS 接口安全域名里加上这个域名"),
        (PAGE, "chooseImage:permission denied".into(), "要用的接口得写进 jsApiList"),
        (PAGE, "the permission value is offline verifying".into(), "公众号要有这个接口的权限"),
        (PAGE, "config:fail, system error".into(), "多半是一时的"),
        (PAGE, "config:require subscribe".into(), "先用这台手机关注测试号"),
        (PAGE, String::new(), "地址里有分享时加上的参数"),
        (PAGE, String::new(), "换过路由要重新签名"),
        ("https://h5.example.com/act?code=C&state=S", String::new(), "地址里带着 code 和 state"),
        ("https://h5.example.com/%25E4%25B8", String::new(), "像是编码了两次"),
        ("https://h5.example.com:8443/", String::new(), "地址里写了端口"),
        ("https://h5.example.com", String::new(), "在主机名后总有一个 /"),
        ("https://H5.example.com/", String::new(), "浏览器总是显示小写"),
        ("http://h5.example.com/", String::new(), "就要签 https 的地址"),
        ("https://elsewhere.example.com/", String::new(), "elsewhere.example.com 不在里面"),
    ] {
        assert!(doctor.says(page, &given).await.contains(words), "{page} {given}: {words}");
    }
}

#[tokio::test]
async fn a_ticket_that_wechat_gives_no_more_is_said_first() {
    let clock = Clock::manual(NOON);
    let dials = Dials { path: Some("/cgi-bin/ticket/getticket".into()), quota: u32::MAX, ..Dials::default() };
    let doctor = Doctor::of(House::build_dialled(dials, clock).await).await;
    assert!(doctor.house.app.tokens.ticket_ready(APP).await.is_err());
    let html = doctor.says(PAGE, &config("0f9de62fce790f9a083d5c99e95740ceb90c27ed")).await;
    let said = verdict(&html).unwrap();
    assert!(said.starts_with("现在没有票据，不能签名") && said.contains("（45009）") && html.contains("/tokens\""), "{said}");
    let tokens = doctor.house.http.get(format!("{}/tokens", doctor.house.base)).header(header::COOKIE, &doctor.cookie);
    assert!(tokens.send().await.unwrap().text().await.unwrap().contains("45009"), "the page that it leads to says why");
}
