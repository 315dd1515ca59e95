//! The signature doctor, each cause of a refusal made on purpose (docs/wechat-api.md §11) and asked about as a developer would.

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
        let house = House::build_with(&[], clock).await;
        house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
        let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "dev"), ("password", PASSWORD)]).send().await.unwrap();
        let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { house, cookie }
    }

    async fn says(&self, page: &str, given: &str) -> String {
        let ask = self.house.http.post(format!("{}/a/{APP}/jssdk", self.house.base)).header(header::COOKIE, &self.cookie);
        let answer = ask.form(&[("url", page), ("given", given)]).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    async fn ticket(&self, app_id: &str) -> String {
        self.house.app.tokens.ticket_ready(app_id).await.unwrap();
        self.house.app.tokens.ticket(app_id).unwrap().expose().to_owned()
    }
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
        ("an old ticket", config(&signature("an-old-one", "noncestr", PAGE)), "票据是旧的或别的公众号的"),
        ("another nonce", config(&of(PAGE)).replace("n0nce", "again"), "nonceStr、timestamp 与签名时不一样"),
        ("another page", format!("url: '{PAGE}2', {}", config(&of(&format!("{PAGE}2")))), "签名用的是另一个地址"),
        ("fragment", format!("url: '{PAGE}#/top', {}", config(&of(&format!("{PAGE}#/top")))), "签名时带上了 #"),
    ] {
        let html = doctor.says(PAGE, &given).await;
        assert!(html.contains(words), "{cause}: {words}");
        assert!(!html.contains(&ticket) && !html.contains(&other), "{cause}: a ticket shows");
    }
    let decoded = "https://h5.example.com/a b?x=1";
    assert!(doctor.says("https://h5.example.com/a%20b?x=1", &config(&of(decoded))).await.contains("多解码了一次"));
}

#[tokio::test]
async fn each_slip_in_the_config_and_each_word_of_wechat_has_its_fix() {
    let doctor = Doctor::open(Clock::manual(NOON)).await;
    doctor.ticket(APP).await;
    let old = TIME - 3 * 3600;
    for (page, given, words) in [
        (PAGE, "appId: 'wxelse'".to_owned(), "appId 不是这个公众号的"),
        (PAGE, format!("timestamp: {TIME}000"), "这是毫秒"),
        (PAGE, format!("timestamp: {old}"), "页面多半被缓存了"),
        (PAGE, "timestamp: 'soon'".into(), "这不是一个时间"),
        (PAGE, "noncestr: 'x'".into(), "要写 nonceStr（S 大写）"),
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
    let house = House::build_dialled(dials, clock).await;
    house.app.users.add(&By::command(), "dev", SecretString::from(PASSWORD), Role::Developer).await.unwrap().unwrap();
    let login = house.http.post(format!("{}/login", house.base)).form(&[("name", "dev"), ("password", PASSWORD)]).send().await.unwrap();
    let cookie = login.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let doctor = Doctor { house, cookie };
    assert!(doctor.house.app.tokens.ticket_ready(APP).await.is_err());
    let html = doctor.says(PAGE, &config("0f9de62fce790f9a083d5c99e95740ceb90c27ed")).await;
    assert!(html.contains("现在没有票据，不能签名") && html.contains("/tokens\""));
    let tokens = doctor.house.http.get(format!("{}/tokens", doctor.house.base)).header(header::COOKIE, &doctor.cookie);
    assert!(tokens.send().await.unwrap().text().await.unwrap().contains("45009"), "the page that it leads to says why");
}
