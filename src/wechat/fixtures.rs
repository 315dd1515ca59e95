//! Every sample in `fixtures/` goes through the reader that reads the real ones; none may be left out.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::{
    Error, codes,
    events::{Push, Receipt, dedupe_key},
    media, oauth, people, platform, reply, template, token, xml,
};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/wechat/fixtures")
}

fn body(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn request(name: &str) -> Value {
    let text = String::from_utf8(body(name)).unwrap();
    assert!(!text.contains("\\u"), "{name}: bodies are raw UTF-8");
    serde_json::from_str(&text).unwrap()
}

fn sent(message: &impl serde::Serialize) -> Value {
    serde_json::to_value(message).unwrap()
}

/// The reader of a call, by the name that its samples begin with.
fn read(call: &str, body: &[u8]) -> Result<(), Error> {
    match call {
        "token" | "stable_token" => token::fetched(body, "access_token").map(drop),
        "ticket" | "ticket_jsapi" | "ticket_wx_card" => token::fetched(body, "ticket").map(drop),
        "media_get" | "media_get_video" | "media_get_jssdk" => media::video_url(body).map(drop),
        "media_upload" => media::uploaded(body).map(drop),
        "template_list" => template::template_list(body).map(drop),
        "template_send" => template::msgid(body).map(drop),
        "template_add" => template::template_id(body).map(drop),
        "template_get_industry" => template::read_industry(body).map(drop),
        "template_block_query" => template::blocked(body).map(drop),
        "template_del" | "template_set_industry" | "clear_quota" | "sns_auth" | "subscribe_bizsend" | "any_call" => reply::done(body),
        "sns_access_token" | "sns_refresh_token" => oauth::grant(body).map(drop),
        "sns_userinfo" => oauth::profile(body).map(drop),
        "user_get" | "user_tag_get" => people::follower_page(body).map(drop),
        "user_info" => reply::read(body).and_then(|it| people::user(&it)).map(drop),
        "user_info_batchget" => people::users(body).map(drop),
        "tags_get" => people::tag_list(body).map(drop),
        "quota_get" => platform::read_quota(body).map(drop),
        "getcallbackip" | "get_api_domain_ip" => platform::ip_list(body).map(drop),
        "callback_check" => platform::read_check(body).map(drop),
        _ => panic!("no reader for {call}"),
    }
}

/// What is no reply has tests of its own: requests and pushes below, the rest beside what it is a sample of.
const READ_ELSEWHERE: [&str; 9] = [
    "README.md",
    "callback_get_verify_official.json",
    "callback_plain_signature_sdk.json",
    "callback_safe_mode_official.json",
    "jssdk_signature_official.json",
    "jssdk_wx_config.json",
    "media_get_image_headers.txt",
    "media_get_jssdk_headers.txt",
    "oauth_authorize_urls.txt",
];

#[test]
fn every_sample_is_read() {
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if READ_ELSEWHERE.contains(&name.as_str()) {
            seen.insert("elsewhere");
        } else if let Some((call, _)) = name.split_once("_err_") {
            seen.insert("error");
            expect_refusal(call, &name);
        } else if let Some((call, _)) = name.split_once("_ok") {
            seen.insert("ok");
            read(call, &body(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        } else if name.contains("_request") {
            seen.insert("request");
            assert!(REQUESTS.contains(&name.as_str()), "{name} is compared with nothing");
        } else if name.ends_with(".xml") {
            seen.insert("push");
            assert!(!dedupe_key(&xml::parse(&body(&name)).unwrap()).is_empty());
        } else {
            panic!("{name} is not read by any test");
        }
    }
    assert_eq!(seen.len(), 5, "{seen:?}");
}

fn expect_refusal(call: &str, name: &str) {
    let whole: Value = serde_json::from_slice(&body(name)).unwrap();
    let Err(Error::Platform { errcode, errmsg, rid }) = read(call, &body(name)) else { panic!("{name} is no refusal") };
    assert_eq!(Some(errcode), whole["errcode"].as_i64(), "{name}");
    assert_eq!(errmsg, whole["errmsg"].as_str().unwrap(), "{name}");
    assert_eq!(rid.is_some(), ["rid:", "hint:", "req_id:"].iter().any(|mark| errmsg.contains(mark)), "{name}");
    assert!(codes::lookup(errcode).is_some(), "{name}: {errcode} is not in the table");
}

const REQUESTS: [&str; 13] = [
    "clear_quota_request.json",
    "clear_quota_v2_request.json",
    "quota_get_request.json",
    "stable_token_request.json",
    "subscribe_bizsend_request.json",
    "template_add_request_category.json",
    "template_add_request_legacy.json",
    "template_block_query_request.json",
    "template_del_request.json",
    "template_send_request_category.json",
    "template_send_request_miniprogram.json",
    "template_set_industry_request.json",
    "user_info_batchget_request.json",
];

#[test]
fn requests_equal_the_samples() {
    assert_eq!(request("stable_token_request.json"), token::stable_request("APPID", &"APPSECRET".into(), false));
    assert_eq!(request("clear_quota_request.json"), json!({ "appid": "APPID" }));
    assert_eq!(request("clear_quota_v2_request.json"), platform::clear_request("APPID", &"APPSECRET".into()));
    assert_eq!(request("quota_get_request.json"), platform::quota_request("/cgi-bin/message/template/send"));
    assert_eq!(request("template_set_industry_request.json"), template::industry_request("1", "4"));
    assert_eq!(request("template_add_request_legacy.json"), template::add_request("TM00015", &[]));
    let keywords = ["时间", "地点", "金额"].map(str::to_owned);
    assert_eq!(request("template_add_request_category.json"), template::add_request("47123", &keywords));
    let id = "Dyvp3-Ff0cnail_CDSzk1fIc6-9lOkxsQE7exTJbwUE";
    assert_eq!(request("template_del_request.json"), template::delete_request(id));
    let id = "f9KbMio42Ks3kzLwPP1aDkl2k98avIFbPtdLJ_yY7QY";
    assert_eq!(request("template_block_query_request.json"), template::blocked_request(id, 0, 100));
    let ids = ["otvxTs4dckWG7imySrJd6jSi0CWE", "otvxTs_JZ6SEiP0imdhpi50fuSZg"].map(str::to_owned);
    let mut ours = people::users_request(&ids);
    // The sample leaves the language out for the second; we always say it.
    ours["user_list"][1].as_object_mut().unwrap().remove("lang");
    assert_eq!(request("user_info_batchget_request.json"), ours);
}

#[test]
fn messages_equal_the_samples() {
    for name in ["template_send_request_category.json", "template_send_request_miniprogram.json"] {
        let sample = request(name);
        let text = |name: &str| sample[name].as_str().map(str::to_owned);
        let message = template::TemplateMessage {
            touser: text("touser").unwrap(),
            template_id: text("template_id").unwrap(),
            url: text("url"),
            miniprogram: sample.get("miniprogram").map(|it| serde_json::from_value(it.clone()).unwrap()),
            data: sample["data"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (key.clone(), value["value"].as_str().unwrap().to_owned()))
                .collect(),
            client_msg_id: text("client_msg_id").unwrap(),
        };
        assert_eq!(sent(&message), sample, "{name}");
    }
    // The successor call takes the same values; we do not make it yet.
    assert!(request("subscribe_bizsend_request.json")["data"]["thing1"]["value"].is_string());
}

#[test]
fn tokens_and_tickets_have_the_values_of_the_samples() {
    let it = token::fetched(&body("stable_token_ok_remaining.json"), "access_token").unwrap();
    assert_eq!((it.value.expose_secret(), it.expires_in), ("ACCESS_TOKEN", 345));
    let it = token::fetched(&body("token_ok_sdk.json"), "access_token").unwrap();
    assert_eq!((it.value.expose_secret(), it.expires_in), ("1234567890", 7200));
    let it = token::fetched(&body("ticket_jsapi_ok.json"), "ticket").unwrap();
    assert!(it.value.expose_secret().starts_with("bxLdikRXVbTPdHSM05e5u5sUoXNKd8"));
}

#[test]
fn templates_have_the_values_of_the_samples() {
    let list = template::template_list(&body("template_list_ok_category.json")).unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[1].title, "充值成功通知");
    assert!(list[1].content.contains("充值金额:{{amount3.DATA}}\n"), "line breaks are kept");
    assert_eq!(list[0].primary_industry, "");
    assert!(template::template_list(&body("template_list_ok_empty.json")).unwrap().is_empty());
    assert_eq!(template::template_list(&body("template_list_ok_legacy.json")).unwrap()[0].deputy_industry, "互联网|电子商务");
    assert_eq!(template::msgid(&body("template_send_ok.json")).unwrap(), Some(200_228_332));
    let id = template::template_id(&body("template_add_ok.json")).unwrap();
    assert_eq!(id, "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk");
    assert_eq!(template::read_industry(&body("template_get_industry_ok.json")).unwrap().secondary.first_class, "IT科技");
    assert_eq!(template::blocked(&body("template_block_query_ok.json")).unwrap()[0].sent, 1_788_796_187);
}

#[test]
fn people_have_the_values_of_the_samples() {
    let page = people::follower_page(&body("user_get_ok.json")).unwrap();
    assert_eq!((page.total, page.openids.len(), page.next_openid.as_str()), (2, 2, "OPENID2"));
    assert_eq!(people::follower_page(&body("user_tag_get_ok.json")).unwrap().openids, ["OPENID1", "OPENID2"]);
    let users = people::users(&body("user_info_batchget_ok.json")).unwrap();
    assert!(users[0].subscribe && !users[1].subscribe);
    assert_eq!(users[0].subscribe_time, Some(1_434_093_047));
    let user = reply::read(&body("user_info_ok.json")).and_then(|it| people::user(&it)).unwrap();
    assert_eq!((user.tagid_list, user.nickname, user.subscribe_scene.as_deref()), (vec![128, 2], None, Some("ADD_SCENE_QR_CODE")));
    let tags = people::tag_list(&body("tags_get_ok.json")).unwrap();
    assert_eq!(tags[2], people::Tag { id: 127, name: "广东".into(), count: 5 });
    let grant = oauth::grant(&body("sns_access_token_ok_unionid.json")).unwrap();
    assert_eq!((grant.unionid.as_deref(), grant.is_snapshot_user), (Some("UNIONID"), false));
    assert_eq!(oauth::profile(&body("sns_userinfo_ok.json")).unwrap().nickname, "NICKNAME");
}

#[test]
fn the_rest_has_the_values_of_the_samples() {
    let quota = platform::read_quota(&body("quota_get_ok.json")).unwrap();
    assert_eq!(quota, platform::Quota { daily_limit: 100_000, used: 12, remain: 99_988 });
    let check = platform::read_check(&body("callback_check_ok.json")).unwrap();
    assert_eq!((check.dns[1].ip.as_str(), check.ping[0].loss.as_str()), ("111.161.64.48", "0%"));
    assert_eq!(platform::ip_list(&body("getcallbackip_ok.json")).unwrap().len(), 5);
    assert_eq!(media::video_url(&body("media_get_video_ok.json")).unwrap(), "DOWN_URL");
    assert_eq!(media::uploaded(&body("media_upload_ok.json")).unwrap().media_id, "12345678");
    let fields = xml::parse(&body("event_templatesendjobfinish_user_block.xml")).unwrap();
    assert!(matches!(Push::from_fields(&fields), Push::Receipt { status: Receipt::UserBlock, msg_id: Some(200_163_840), .. }));
}

#[test]
fn what_operators_read_of_the_samples_names_the_step_to_take() {
    let Err(Error::Platform { errcode, errmsg, .. }) = token::fetched(&body("token_err_40164.json"), "access_token") else { panic!() };
    assert_eq!(codes::reason(errcode, &errmsg, true), "服务器 IP 114.221.21.30 不在白名单");
    assert!(codes::hint(errcode, true).contains("白名单"));
    let Err(Error::Platform { errcode, errmsg, .. }) = template::msgid(&body("template_send_err_47003.json")) else { panic!() };
    assert_eq!(codes::reason(errcode, &errmsg, false), "thing1 breaks a rule");
}
