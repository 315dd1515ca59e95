//! The pages as a browser without scripts meets them.

use std::net::IpAddr;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use futures_util::future::BoxFuture;
use scraper::{Html, Selector};
use secrecy::{ExposeSecret, SecretString};
use tower::ServiceExt;

use super::{super::forms, *};
use crate::{
    infra::{
        guard::Operator,
        net::Caller,
        reproof::{Proves, Reproof},
    },
    shared::{
        error::AppError,
        lang::Lang,
        rights::{Right, Role},
    },
    ui::{
        Frame,
        frame::{AccountName, Person},
    },
};

pub(super) async fn router(house: &House, role: Role, lang: Lang) -> Router {
    execute(
        &house.messages.core,
        "insert or ignore into users (id, name, password_hash, role, created_at) values ('u1', '周敏', 'x', 'sender', 0)",
    )
    .await;
    let frame = Frame {
        lang,
        account: Some(AccountName { app_id: SANDBOX_APP_ID.into(), name: "青禾自然教育".into(), ..AccountName::default() }),
        person: Some(Person { name: "周敏".into(), role }),
        now: house.clock.now_ms(),
        assets: "/assets/x",
        public_url: "https://wx.example".into(),
        ..Frame::default()
    };
    let operator = Operator { id: "u1".into(), name: "周敏".into(), role };
    let reproof = Reproof(Some(Arc::new(KnowsOnePassword)));
    let routes = forms::routes(&house.messages).router.layer(axum::Extension(reproof));
    let caller = Caller(IpAddr::from([127, 0, 0, 1]));
    routes.layer(axum::Extension(operator)).layer(axum::Extension(caller)).layer(axum::Extension(frame))
}

/// Everybody's password.
pub(super) const PASSWORD: &str = "correct horse";

struct KnowsOnePassword;

impl Proves for KnowsOnePassword {
    fn password<'a>(&'a self, _: &'a Operator, _: IpAddr, typed: SecretString) -> BoxFuture<'a, Result<bool, AppError>> {
        Box::pin(async move { Ok(typed.expose_secret() == PASSWORD) })
    }
}

pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) place: String,
    pub(super) html: String,
}

impl Seen {
    pub(super) fn all(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.html);
        page.select(&Selector::parse(selector).expect("selector")).map(|found| found.text().collect::<String>().trim().to_owned()).collect()
    }

    pub(super) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.html);
        page.select(&Selector::parse(selector).expect("selector")).next()?.attr(name).map(str::to_owned)
    }
}

pub(super) async fn ask(house: &House, role: Role, request: Request<Body>) -> Seen {
    let response = router(house, role, Lang::Zh).await.oneshot(request).await.expect("infallible");
    let place = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let status = response.status();
    let body = axum::body::to_bytes(response.into_body(), 4 << 20).await.expect("body");
    Seen { status, place, html: String::from_utf8_lossy(&body).into_owned() }
}

pub(super) async fn get(house: &House, path: &str) -> Seen {
    ask(house, Role::Sender, Request::get(path).body(Body::empty()).expect("request")).await
}

/// Posts a form. To the page before sending with the number of what it shows now, as whoever looks at it does, unless another is given.
pub(super) async fn post(house: &House, path: &str, pairs: &[(&str, &str)]) -> Seen {
    let seen = if path.ends_with("/review") && pairs.iter().all(|(name, _)| *name != "seen") {
        get(house, path).await.attribute("input[name=seen]", "value")
    } else {
        None
    };
    let seen = seen.iter().map(|seen| ("seen", seen.as_str()));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).extend_pairs(seen).finish();
    let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).expect("request");
    ask(house, Role::Sender, request).await
}

fn form<'a>(template: &'a str, recipients: &'a str, intent: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("template", template),
        ("data.character_string1", "A-3071"),
        ("data.thing2", "自然笔记套装"),
        ("data.thing3", "前台"),
        ("data.phone_number4", "0571-88880000"),
        ("target", "none"),
        ("recipients", recipients),
        ("intent", intent),
    ]
}

#[tokio::test]
async fn the_road_from_the_form_to_the_phone() {
    let house = House::new().await;
    let (friend, template) = (house.friend(), house.new_message("").template_id);
    let page = get(&house, &format!("/send?template={template}")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.all("h1"), ["发送消息"]);
    assert_eq!(page.all(".fields > .field > label .label-key"), ["character_string1", "thing2", "thing3", "phone_number4"]);
    let saved = post(&house, "/send", &form(&template, &format!("{friend}\n{friend}\nnot/one"), "review")).await;
    assert_eq!(saved.status, 303);
    let review = get(&house, &saved.place).await;
    assert_eq!(review.all("h1"), ["发送前确认"]);
    assert!(review.all(".sendbar button").iter().any(|label| label == "发送给 1 人"), "{:?}", review.all(".sendbar"));
    assert_eq!(review.all(".kv dd")[..4], ["3", "1", "1", "0"]);
    assert!(review.all("[data-preview=thing2]").contains(&"自然笔记套装".to_owned()));
    let sent = post(&house, &saved.place, &[("intent", "send")]).await;
    let again = post(&house, &saved.place, &[("intent", "send")]).await;
    assert_eq!((sent.status.as_u16(), &sent.place), (303, &again.place));
    house.pass(11);
    house.tick().await;
    assert_eq!(house.accepted(&friend).len(), 1);
    let one = get(&house, &sent.place).await;
    assert!(one.all(".badge").contains(&"已提交".to_owned()));
    let draft = saved.place.trim_start_matches("/send/").trim_end_matches("/review");
    assert_eq!(get(&house, &saved.place).await.place, sent.place, "a sent draft is history");
    assert_eq!(get(&house, &format!("/messages?draft={draft}")).await.all("tbody tr").len(), 1);
}

#[tokio::test]
async fn a_batch_is_seen_paused_retried_and_exported() {
    let house = House::new().await;
    let (friend, template) = (house.friend(), house.new_message("").template_id);
    let saved = post(&house, "/send", &form(&template, &format!("{friend}\noNobody"), "review")).await;
    assert!(get(&house, &saved.place).await.all(".sendbar button").iter().any(|label| label == "发送给 2 人"));
    let sent = post(&house, &saved.place, &[("intent", "send")]).await;
    assert!(sent.place.starts_with("/batches/"), "{}", sent.place);
    let page = get(&house, &sent.place).await;
    assert!(page.all(".page-head button").contains(&"撤销发送".to_owned()), "{:?}", page.all(".page-head button"));
    house.pass(11);
    house.tick().await;
    let page = get(&house, &sent.place).await;
    assert_eq!(page.all(".tallies dd"), ["0", "1", "1", "0", "0"]);
    assert_eq!((page.all(".reasons h3").len(), page.all("tbody tr").len()), (1, 2));
    assert!(page.all(".reasons h3")[0].contains("40003"));
    let failed = get(&house, &format!("{}?state=failed", sent.place)).await;
    assert_eq!(failed.all("tbody tr").len(), 1);
    let done = post(&house, &sent.place, &[("intent", "pause")]).await;
    assert_eq!(done.status, 303, "too late is said on the page, it is no error");
    let listed = get(&house, "/batches").await;
    assert!(listed.all("tbody tr")[0].contains("部分失败"), "{:?}", listed.all("tbody tr"));
    let developer = ask(&house, Role::Developer, Request::get(&sent.place).body(Body::empty()).expect("request")).await;
    assert!(developer.all(".page-head button").is_empty() && !developer.all("tbody").concat().contains(&friend));
    assert_eq!(post(&house, &sent.place, &[("intent", "dance")]).await.status, 404);
}

#[tokio::test]
async fn a_refused_form_keeps_everything_that_was_typed() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let mut typed = form(&template, "不是", "review");
    typed[1].1 = "\"><script>alert(1)</script>";
    typed[2].1 = "";
    let page = post(&house, "/send", &typed).await;
    assert_eq!(page.status, 422);
    assert_eq!(page.attribute("[id='data.character_string1']", "value").as_deref(), Some(typed[1].1));
    assert_eq!(page.all("#recipients"), ["不是"]);
    assert_eq!(page.attribute("[id='data.thing2']", "aria-invalid").as_deref(), Some("true"));
    assert_eq!(page.attribute("[id='data.thing3']", "aria-invalid"), None);
    assert!(page.all("#refused a").iter().any(|line| line == "还没有收件人"), "{:?}", page.all("#refused a"));
    let href = page.attribute("#refused a", "href").expect("a link");
    assert!(page.attribute(&format!("[id='{}']", href.trim_start_matches('#')), "name").is_some(), "links lead to fields");
    assert!(!page.html.contains("<script>alert"), "hostile values are text");
    assert!(get(&house, "/messages").await.all("tbody tr").is_empty());
}

#[tokio::test]
async fn preview_and_change_lose_nothing() {
    let house = House::new().await;
    let templates = house.messages.templates(SANDBOX_APP_ID).await.expect("lists");
    let other = templates.iter().find(|template| template.title == "活动开始提醒").expect("there").template_id.clone();
    let page = post(&house, "/send", &form(&other, "oA oB oA", "template")).await;
    assert_eq!(page.status, 200);
    assert!(page.all(".label-key").contains(&"phrase4".to_owned()));
    assert_eq!(page.attribute("[id='data.thing3']", "value").as_deref(), Some("前台"), "the same key keeps its value");
    assert_eq!(page.all("[data-tally=good]")[0], "2");
    assert_eq!(page.all(".phone [data-preview=thing3]"), ["前台"]);
    assert!(page.all("button[value=test]").is_empty(), "no button that would do nothing");

    // What only the first template has waits aside, and is back with it.
    let first = house.new_message("").template_id;
    assert_eq!(page.attribute("input[type=hidden][name='data.character_string1']", "value").as_deref(), Some("A-3071"));
    let mut back = form(&first, "oA", "template");
    back.retain(|(name, _)| *name != "data.thing2");
    back.push(("data.phrase4", "待参加"));
    let page = post(&house, "/send", &back).await;
    assert_eq!(page.attribute("[id='data.character_string1']", "value").as_deref(), Some("A-3071"));
    assert_eq!(page.attribute("input[type=hidden][name='data.phrase4']", "value").as_deref(), Some("待参加"));
}

#[tokio::test]
async fn templates_are_searched_and_chosen_where_one_writes() {
    let house = House::new().await;
    let templates = house.messages.templates(SANDBOX_APP_ID).await.expect("lists");
    let other = templates.iter().find(|template| template.title == "活动开始提醒").expect("there").template_id.clone();
    let first = house.new_message("").template_id;
    let shown = |page: &Seen| page.all("#picker li:not([hidden]) b");
    let closed = get(&house, "/send").await;
    assert_eq!((shown(&closed).len(), closed.attribute("dialog#picker[open]", "id")), (8, None));
    // Enter in the list's field, without scripts, presses the form's first button.
    for intent in ["pick", "preview"] {
        let mut typed = form(&first, "oA", intent);
        typed.push(("find", "活动开始"));
        let page = post(&house, "/send", &typed).await;
        assert_eq!((page.status.as_u16(), shown(&page)), (200, vec!["活动开始提醒".to_owned()]));
        assert_eq!(page.attribute("dialog[open] [name=find]", "value").as_deref(), Some("活动开始"));
        assert_eq!((page.all("#recipients"), page.all("button[name=intent][value=sync]").len()), (vec!["oA".to_owned()], 1));
    }
    let mut nothing = form(&first, "oA", "pick");
    nothing.push(("find", "没有的"));
    let page = post(&house, "/send", &nothing).await;
    assert_eq!((shown(&page).len(), page.attribute("[data-none]", "hidden")), (0, None));
    // A row takes no other step.
    let mut chosen = form(&first, "oA", "review");
    chosen.push(("choose", &other));
    let page = post(&house, "/send", &chosen).await;
    assert_eq!((page.status.as_u16(), page.attribute("input[name=template]", "value")), (200, Some(other)));
    assert!(page.all(".label-key").contains(&"phrase4".to_owned()));
    execute(&house.messages.core, "delete from templates where title = '缴费通知'").await;
    let page = post(&house, "/send", &form(&first, "oA", "sync")).await;
    assert!(page.all("dialog[open] .notice").concat().contains("新增 1"), "{:?}", page.all("dialog .notice"));
    assert_eq!(shown(&page).len(), 8);
}

#[tokio::test]
async fn pages_show_each_outcome_and_mask_openids() {
    let house = House::new().await;
    let (friend, gone) = (house.friend(), house.follower(|person| !person.subscribed));
    let bad = house.file_to(&gone).await;
    house.file_to(&friend).await;
    house.tick().await;
    let page = get(&house, "/messages").await;
    assert_eq!(page.all("tbody tr").len(), 2);
    assert!(page.html.contains(&friend) && page.html.contains("43004"));
    assert_eq!(get(&house, "/messages?state=failed").await.all("tbody tr").len(), 1);
    assert_eq!(get(&house, "/messages?state=nonsense").await.status, 422);
    for path in ["/messages".to_owned(), format!("/messages/{}", bad.id), format!("/messages?touser={friend}")] {
        let masked = ask(&house, Role::Developer, Request::get(&path).body(Body::empty()).expect("request")).await;
        assert_eq!(masked.status, 200);
        assert!(!masked.html.contains(&friend) && !masked.html.contains(&gone), "{path}");
        assert!(masked.html.contains('…'), "{path}");
    }
    let both = ask(&house, Role::Developer, Request::get(format!("/messages?touser={friend}")).body(Body::empty()).expect("request")).await;
    assert_eq!(both.all("tbody tr").len(), 2, "the filter is no way to ask for one");
    let detail = get(&house, &format!("/messages/{}", bad.id)).await;
    assert!(detail.all(".reasons h3")[0].contains("43004"));
    assert!(detail.all("details p")[0].contains("subscribe"), "{:?}", detail.all("details p"));
    assert_eq!(get(&house, "/messages/nothing").await.status, 404);
}

#[tokio::test]
async fn templates_are_listed_synced_and_shown() {
    let house = House::new().await;
    let page = get(&house, "/templates").await;
    assert_eq!(page.all("tbody tr").len(), 8);
    assert_eq!(page.all(".badge-warn"), ["旧版"]);
    let template = house.new_message("").template_id;
    let detail = get(&house, &format!("/templates/{template}")).await;
    assert_eq!(detail.all("tbody code"), ["character_string1", "thing2", "thing3", "phone_number4"]);
    assert!(detail.all(".code")[0].contains("A-3071") && detail.all(".wx-card dd").contains(&"青禾工作室前台".to_owned()));
    assert_eq!(post(&house, "/templates", &[("intent", "sync")]).await.status, 303);
    execute(&house.messages.core, "update templates set content = 'x:{{thing9.DATA}}' where title = '缴费通知'").await;
    let found = post(&house, "/templates", &[("intent", "sync")]).await;
    assert_eq!(found.status, 303);
    // It stays until something else is found, also for colleagues.
    for _ in 0..2 {
        let page = get(&house, "/templates").await;
        assert_eq!(page.all(".differences li code").join(" "), "+thing1 +amount2 +date3 −thing9");
        assert_eq!(post(&house, "/templates", &[("intent", "sync")]).await.status, 303);
    }
    house.wechat.set_dials(Dials { quota: 100, ..Dials::default() });
    let failed = post(&house, "/templates", &[("intent", "sync")]).await;
    assert_eq!((failed.status.as_u16(), failed.all("tbody tr").len()), (422, 8));
    assert_eq!(failed.all(".notice-bad").len(), 1);
}

#[tokio::test]
async fn a_first_visit_fetches_the_templates() {
    let house = House::new().await;
    execute(&house.messages.core, "delete from templates").await;
    execute(&house.messages.core, "update accounts set templates_synced_at = null").await;
    assert_eq!(get(&house, "/send").await.all("#picker li").len(), 8);
    assert!(get(&house, "/templates").await.all(".differences").is_empty(), "all that is found first is no news");
    execute(&house.messages.core, "delete from templates").await;
    execute(&house.messages.core, "update accounts set templates_synced_at = null").await;
    house.wechat.set_dials(Dials { quota: 100, ..Dials::default() });
    let failed = get(&house, "/send").await;
    assert_eq!((failed.status.as_u16(), failed.all(".notice-bad").len(), failed.all(".empty").len()), (200, 1, 1));
}

#[tokio::test]
async fn a_locked_or_held_sending_is_said_before_it_is_tried() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let saved = post(&house, "/send", &form(&template, "oA", "review")).await;
    execute(&house.messages.core, "insert into settings (name, value) values ('sending_locked', '1')").await;
    execute(&house.messages.core, "insert into sending_holds values ('wxsandbox0000001', 45009, 'x', 1795320000000, 1795370000000)").await;
    let review = get(&house, &saved.place).await;
    assert!(review.all(".sendbar button").is_empty());
    assert_eq!((review.all(".checks .is-bad").len(), review.all(".checks .is-warn").len()), (1, 1));
    assert_eq!(post(&house, &saved.place, &[("intent", "send")]).await.status, 422);
    let history = get(&house, "/messages").await;
    assert_eq!(history.all(".notice-warn").len(), 2);
    assert_eq!(post(&house, "/messages", &[("intent", "try_again")]).await.status, 303);
    let hold = house.messages.hold(SANDBOX_APP_ID).await.expect("reads").expect("held");
    assert_eq!(hold.try_again_at, NOON);
}

#[tokio::test]
async fn every_page_has_one_heading_and_named_controls_in_both_languages() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let filed = house.file_to(&house.friend()).await;
    let saved = post(&house, "/send", &form(&template, "oA", "review")).await;
    for path in [
        "/send".to_owned(),
        saved.place,
        "/templates".into(),
        format!("/templates/{template}"),
        "/messages".into(),
        format!("/messages/{}", filed.id),
    ] {
        for lang in [Lang::Zh, Lang::En] {
            let response = router(&house, Role::Admin, lang)
                .await
                .oneshot(Request::get(&path).body(Body::empty()).expect("request"))
                .await
                .expect("answers");
            let body = axum::body::to_bytes(response.into_body(), 4 << 20).await.expect("body");
            let html = String::from_utf8_lossy(&body).into_owned();
            let page = Html::parse_document(&html);
            let count = |selector: &str| page.select(&Selector::parse(selector).expect("selector")).count();
            assert_eq!((count("h1"), count("main#main"), count("[style], [onclick], script:not([src])")), (1, 1, 0), "{path}");
            for control in page.select(&Selector::parse("main input:not([type=hidden]), main select, main textarea").expect("selector")) {
                let id = control.attr("id").unwrap_or_default();
                let labelled = control.attr("aria-label").is_some()
                    || count(&format!("label[for='{id}']")) == 1
                    || control.ancestors().any(|above| above.value().as_element().is_some_and(|element| element.name() == "label"));
                assert!(labelled, "{path}: {}", control.html());
            }
            let mut ids: Vec<_> =
                page.select(&Selector::parse("main [id]").expect("selector")).filter_map(|found| found.attr("id")).collect();
            ids.sort_unstable();
            assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{path}: {ids:?}");
        }
    }
    assert!(Role::Developer.may(Right::History) && !Role::Developer.may(Right::Compose));
}

#[tokio::test]
async fn what_is_typed_into_a_message_is_never_markup() {
    let house = House::new().await;
    let (friend, template) = (house.friend(), house.new_message("").template_id);
    for text in ["<img src=x onerror=1>", "</script><b>x", "\"><i>x</i>", "{{constructor}}", "${7*7}"] {
        let mut pairs = form(&template, &friend, "review");
        for pair in &mut pairs {
            if pair.0 == "data.thing2" {
                pair.1 = text;
            }
        }
        let saved = post(&house, "/send", &pairs).await;
        let page = match saved.status.as_u16() {
            303 => get(&house, &saved.place).await,
            _ => saved,
        };
        assert!(page.all("[onerror], main script").is_empty(), "{text}");
        assert!(!text.contains('<') || !page.html.contains(text), "{text} stands there as it was typed");
    }
}
