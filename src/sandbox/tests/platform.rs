use super::*;
use crate::sandbox::scenes;

#[tokio::test]
async fn media_come_with_their_headers_for_three_days() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let picture = scenes()[0].1;
    let id = bench.sandbox.upload(picture);
    let path = |token: &str, id: &str| format!("/cgi-bin/media/get?access_token={token}&media_id={id}");
    let (status, headers, bytes) = bench.raw("GET", &path(&token, &id), Body::empty()).await;
    assert_eq!((status, bytes.as_slice()), (StatusCode::OK, picture));
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["content-disposition"], format!("attachment; filename=\"{id}.jpg\""));
    let (status, headers, bytes) = bench.raw("GET", &path(&token, "unknown"), Body::empty()).await;
    let refusal: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!((status, &headers["content-type"], code(&refusal)), (StatusCode::OK, &"text/plain".parse().expect("a value"), 40007));
    same_shape(&refusal, &fixture("media_get_err_40007.json"), "refusal");
    assert_eq!(code(&bench.get(&format!("/cgi-bin/media/get/jssdk?access_token={token}&media_id={id}")).await), 40007);
    bench.pass(3 * 86_400 - 1);
    let token = bench.classic().await;
    assert_eq!(bench.raw("GET", &path(&token, &id), Body::empty()).await.2, picture);
    bench.pass(1);
    assert_eq!(code(&bench.get(&path(&token, &id)).await), 40007);
}

#[tokio::test]
async fn every_scene_is_a_jpeg_the_picture_code_reads() {
    assert_eq!(scenes().len(), 17);
    for (name, bytes) in scenes() {
        let picture = image::load_from_memory(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(picture.width().max(picture.height()), 1080, "{name}");
        assert!(bytes.len() <= 40_960, "{name}");
    }
}

#[tokio::test]
async fn codes_work_once_and_five_minutes() {
    let bench = Bench::new();
    let openid = bench.person(4);
    let issue = |scope: &str, snapshot: bool| json!({ "openid": openid, "scope": scope, "snapshot": snapshot });
    let exchange = |code: &str| {
        format!("/sns/oauth2/access_token?appid={SANDBOX_APP_ID}&secret={SANDBOX_SECRET}&code={code}&grant_type=authorization_code")
    };
    let one = text(&bench.post("/sandbox/code", issue("snsapi_userinfo", false)).await, "code");
    let grant = bench.get(&exchange(&one)).await;
    same_shape(&grant, &fixture("sns_access_token_ok_unionid.json"), "grant");
    assert_eq!(grant["openid"], openid.as_str());
    assert_eq!(code(&bench.get(&exchange(&one)).await), 40163);
    assert_eq!(code(&bench.get(&exchange("invented")).await), 40029);
    let late = text(&bench.post("/sandbox/code", issue("snsapi_base", false)).await, "code");
    bench.pass(300);
    assert_eq!(code(&bench.get(&exchange(&late)).await), 40029);
    let access = text(&grant, "access_token");
    let info = bench.get(&format!("/sns/userinfo?access_token={access}&openid={openid}&lang=zh_CN")).await;
    same_shape(&info, &fixture("sns_userinfo_ok.json"), "userinfo");
    let base = text(&bench.post("/sandbox/code", issue("snsapi_base", false)).await, "code");
    let base = bench.get(&exchange(&base)).await;
    let path = format!("/sns/userinfo?access_token={}&openid={openid}", text(&base, "access_token"));
    assert_eq!(code(&bench.get(&path).await), 48001);
    let refresh = format!("/sns/oauth2/refresh_token?appid={SANDBOX_APP_ID}&grant_type=refresh_token&refresh_token=");
    same_shape(&bench.get(&(refresh.clone() + &text(&grant, "refresh_token"))).await, &fixture("sns_refresh_token_ok.json"), "refresh");
    assert_eq!(code(&bench.get(&(refresh + "invented")).await), 40030);
    let visitor = text(&bench.post("/sandbox/code", issue("snsapi_base", true)).await, "code");
    let visitor = bench.get(&exchange(&visitor)).await;
    assert_eq!(visitor["is_snapshotuser"], 1);
    assert_ne!(visitor["openid"], openid.as_str());
    assert_eq!(text(&visitor, "openid").len(), 28);
}

#[tokio::test]
async fn followers_and_tags_answer_in_the_recorded_shapes() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let list = bench.get(&format!("/cgi-bin/user/get?access_token={token}")).await;
    same_shape(&list, &fixture("user_get_ok.json"), "list");
    assert_eq!((list["total"].as_u64(), list["count"].as_u64()), (Some(200), Some(200)));
    let end = bench.get(&format!("/cgi-bin/user/get?access_token={token}&next_openid={}", text(&list, "next_openid"))).await;
    assert_eq!(end["count"], 0);
    assert!(end.get("data").is_none(), "absent on an empty page");
    let info = bench.get(&format!("/cgi-bin/user/info?access_token={token}&openid={}", bench.person(0))).await;
    same_shape(&info, &fixture("user_info_ok_blank_profile.json"), "info");
    let gone = bench.get(&format!("/cgi-bin/user/info?access_token={token}&openid={}", bench.person(203))).await;
    same_shape(&gone, &fixture("user_info_ok_not_following.json"), "gone");
    assert!(gone.get("remark").is_none());
    let people: Vec<Value> = (0..100).map(|number| json!({ "openid": bench.person(number) })).collect();
    let batch = format!("/cgi-bin/user/info/batchget?access_token={token}");
    let many = bench.post(&batch, json!({ "user_list": people })).await;
    assert_eq!(many["user_info_list"].as_array().expect("a list").len(), 100);
    let tags = bench.get(&format!("/cgi-bin/tags/get?access_token={token}")).await;
    same_shape(&tags, &fixture("tags_get_ok.json"), "tags");
    let tag = &tags["tags"][1];
    let tagged = bench.post(&format!("/cgi-bin/user/tag/get?access_token={token}"), json!({ "tagid": tag["id"] })).await;
    assert_eq!(tagged["count"], tag["count"]);
}

#[tokio::test]
async fn templates_are_listed_added_up_to_25_and_removed() {
    let bench = Bench::new();
    let token = bench.classic().await;
    let list = || async { bench.get(&format!("/cgi-bin/template/get_all_private_template?access_token={token}")).await };
    same_shape(&list().await, &fixture("template_list_ok_category.json"), "list");
    let add = format!("/cgi-bin/template/api_add_template?access_token={token}");
    let ask = fixture("template_add_request_category.json");
    let added = bench.post(&add, ask.clone()).await;
    same_shape(&added, &fixture("template_add_ok.json"), "added");
    assert_eq!(code(&bench.post(&add, json!({ "template_id_short": "40000", "keyword_name_list": [] })).await), 40246);
    for _ in 7..25 {
        assert_eq!(code(&bench.post(&add, fixture("template_add_request_legacy.json")).await), 0);
    }
    assert_eq!(code(&bench.post(&add, ask).await), 45026);
    let remove = format!("/cgi-bin/template/del_private_template?access_token={token}");
    for wanted in [0, 40037] {
        assert_eq!(code(&bench.post(&remove, json!({ "template_id": added["template_id"] })).await), wanted);
    }
    assert_eq!(list().await["template_list"].as_array().expect("a list").len(), 24);
    same_shape(
        &bench.get(&format!("/cgi-bin/template/get_industry?access_token={token}")).await,
        &fixture("template_get_industry_ok.json"),
        "industry",
    );
}

#[tokio::test]
async fn quota_is_counted_shown_and_cleared() {
    let bench = Bench::new();
    let token = bench.classic().await;
    bench.send(&token, &bench.person(0), None).await;
    let path = format!("/cgi-bin/openapi/quota/get?access_token={token}");
    let quota = bench.post(&path, fixture("quota_get_request.json")).await;
    same_shape(&quota, &fixture("quota_get_ok.json"), "quota");
    assert_eq!(quota["quota"], json!({ "daily_limit": 100_000, "used": 1, "remain": 99_999 }));
    assert_eq!(code(&bench.post(&path, json!({ "cgi_path": "/nowhere" })).await), 76021);
    assert_eq!(code(&bench.post(&path, json!({ "cgi_path": "/sns/auth" })).await), 76022);
    let clear = format!("/cgi-bin/clear_quota?access_token={token}");
    for wanted in [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 48006] {
        assert_eq!(code(&bench.post(&clear, json!({ "appid": SANDBOX_APP_ID })).await), wanted);
    }
    assert_eq!(bench.post(&path, fixture("quota_get_request.json")).await["quota"]["used"], 0);
}

#[tokio::test]
async fn a_second_account_has_its_own_people_and_tokens() {
    let bench = Bench::new();
    let secret = "another".to_owned().into();
    bench.sandbox.add_app(App { app_id: "wxother".into(), secret, original_id: "gh_other".into(), callback: None });
    let path = "/cgi-bin/token?grant_type=client_credential&appid=wxother&secret=another";
    let token = text(&bench.get(path).await, "access_token");
    assert_eq!(code(&bench.send(&token, &bench.person(0), None).await), 40003, "an openid of another account");
    let first = bench.classic().await;
    bench.get(path).await;
    bench.pass(301);
    assert_eq!((bench.token_code(&first).await, bench.token_code(&token).await), (0, 40001));
}
