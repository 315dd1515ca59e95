//! The page before sending: nothing goes out that it did not show, and what it says is what will be.

use axum::{body::Body, http::Request};

use super::{
    super::batches::intake::NewBatch,
    pages::{PASSWORD, Seen, ask, get, post},
    recipients::{form, with},
    *,
};
use crate::{
    features::messages::model::{BatchState, Quiet, Rules},
    shared::rights::Role,
};

/// Keeps a draft for these people and gives its id.
async fn drafted(house: &House, draft: &str, thing: &str, people: &[String]) -> String {
    let template = house.new_message("").template_id;
    let mut base = form(&template, thing, draft, "review");
    base[3].1 = "前台";
    let saved = post(house, "/send", &with(base, &[("tab", "paste"), ("recipients", &people.join("\n"))])).await;
    assert_eq!(saved.status, 303, "{:?}", saved.all("#refused"));
    saved.place
}

fn id_of(place: &str) -> &str {
    place.trim_start_matches("/send/").trim_end_matches("/review")
}

fn number(page: &Seen) -> String {
    page.attribute("input[name=seen]", "value").expect("every page carries it")
}

/// The texts of the checks of a kind.
fn checks(page: &Seen, kind: &str) -> String {
    page.all(&format!(".checks .{kind} h3, .checks .{kind} p")).join("|")
}

/// Followers as a synchronisation brought them.
async fn synchronised(house: &House, people: &[String]) {
    for openid in people {
        let row = format!("insert into followers (app_id, openid, following, updated_at) values ('wxsandbox0000001', '{openid}', 1, 0)");
        house
            .messages
            .core
            .db
            .write(move |connection| Box::pin(async move { sqlx::query(sqlx::AssertSqlSafe(row)).execute(connection).await.map(|_| ()) }))
            .await
            .expect("filed");
    }
    execute(&house.messages.core, "update accounts set followers_synced_at = 1").await;
}

/// Somebody who got the template an hour ago.
async fn got_it(house: &House, openid: &str) {
    house.file_to(openid).await;
    house.tick().await;
    house.pass(3600);
}

#[tokio::test]
async fn an_old_page_sends_nothing_of_what_another_tab_made_of_the_draft() {
    let house = House::new().await;
    let people = house.followers(6);
    let place = drafted(&house, "", "甲", &people[..3]).await;
    let old = number(&get(&house, &place).await);
    drafted(&house, id_of(&place), "乙", &people).await;
    let typed = [("seen", old.as_str()), ("intent", "send"), ("at", "2026-11-23T09:00"), ("canary_first", "2"), ("canary_percent", "90")];
    let refused = post(&house, &place, &typed).await;
    assert_eq!(refused.status, 422);
    assert!(refused.all("[role=alert]").concat().contains("名单或内容已变，请再看一遍"), "{:?}", refused.all("[role=alert]"));
    assert_eq!(refused.attribute("#at", "value").as_deref(), Some("2026-11-23T09:00"), "nothing typed is lost");
    assert!(refused.all(".sendbar button").contains(&"发送给 6 人".to_owned()) && refused.html.contains("乙"), "what it is now");
    assert_eq!(post(&house, &place, &[("seen", ""), ("intent", "send")]).await.status, 422, "nor one without any");
    assert_eq!(post(&house, &place, &[("seen", "xyz"), ("intent", "send")]).await.status, 422);
    house.pass(11);
    house.tick().await;
    assert_eq!(house.calls().len(), 0);
    // The page as it now stands sends what it shows.
    let sent = post(&house, &place, &[("seen", &number(&refused)), ("intent", "send")]).await;
    let batch = house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed");
    assert_eq!((batch.total, post(&house, &place, &[("seen", &old), ("intent", "send")]).await.place), (6, sent.place), "sent is sent");
}

#[tokio::test]
async fn what_happens_by_itself_breaks_no_page() {
    let house = House::new().await;
    let people = house.followers(4);
    synchronised(&house, &people).await;
    let place = drafted(&house, "", "甲", &people).await;
    let seen = number(&get(&house, &place).await);
    execute(&house.messages.core, "update followers set following = 0 where openid = (select min(openid) from followers)").await;
    house.pass(5);
    let sent = post(&house, &place, &[("seen", &seen), ("intent", "send")]).await;
    assert_eq!(sent.status, 303);
    assert_eq!(house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed").total, 3, "who left is skipped");
}

#[tokio::test]
async fn a_sending_to_the_same_people_meanwhile_asks_what_to_do() {
    let house = House::new().await;
    let people = house.followers(3);
    let place = drafted(&house, "", "甲", &people).await;
    let seen = number(&get(&house, &place).await);
    got_it(&house, &people[0]).await;
    let asked = post(&house, &place, &[("seen", &seen), ("intent", "send")]).await;
    assert_eq!((asked.status.as_u16(), asked.attribute("#got_today", "aria-describedby").as_deref()), (422, Some("got_today-error")));
    assert_eq!(asked.attribute("[name=got_today][checked]", "value").as_deref(), Some("skip"), "skipping is the rule");
    assert_eq!(asked.all("#got_today label"), ["跳过这 1 人，发给 2 人", "仍然发送，发给 3 人"]);
    assert_eq!(asked.all(".sendbar button span[data-today=skip], .sendbar button span[data-today=send]"), ["发送给 2 人", "发送给 3 人"]);
    let sent = post(&house, &place, &[("seen", &seen), ("intent", "send"), ("got_today", "skip")]).await;
    assert_eq!(house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed").total, 2);
}

#[tokio::test]
async fn foreign_openids_are_told_apart_and_skipped_unless_chosen() {
    let house = House::new().await;
    let people = house.followers(3);
    let mut list = people.clone();
    list.extend(["oForeignForeignForeignForeig".to_owned(), "不是".to_owned(), people[0].clone()]);
    // Nobody knows the followers yet: nobody is foreign.
    let place = drafted(&house, "", "甲", &list).await;
    let page = get(&house, &place).await;
    assert!(page.all("#foreign").is_empty() && page.all(".sendbar button").contains(&"发送给 4 人".to_owned()));
    synchronised(&house, &people).await;
    let page = get(&house, &place).await;
    assert!(checks(&page, "is-warn").contains("1 人不在关注者里|可能属于别的公众号"), "{}", checks(&page, "is-warn"));
    assert_eq!(page.all("#foreign label"), ["跳过这 1 人，发给 3 人", "仍然发送，发给 4 人"]);
    assert_eq!(page.all(".kv dt")[..5], ["粘贴的条数", "重复，已合并", "格式不对，跳过", "已取消关注", "不在关注者里"]);
    assert_eq!(page.all(".kv dd")[..5], ["6", "1", "1", "0", "1"]);
    let composer = get(&house, &format!("/send?draft={}", id_of(&place))).await;
    let tally = |name: &str| composer.all(&format!(".tally [data-tally={name}]")).concat();
    assert_eq!((tally("good"), tally("foreign"), tally("malformed"), tally("merged")), ("3".into(), "1".into(), "1".into(), "1".into()));
    assert_eq!(composer.all(".bad-lines tbody td.mono"), ["5", "不是"], "pasted bad ones by their number");
    // The whole list of who gets nothing, and why.
    let csv = get(&house, &place.replace("/review", "/skipped.csv")).await;
    let lines: Vec<_> = csv.html.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!((lines[0], lines.len()), ("line,openid,field,value,reason", 4), "{lines:?}");
    assert!(lines[1].starts_with("4,oForeign") && lines[2].starts_with("5,不是,,,OpenID 格式不对"), "{lines:?}");
    assert!(lines[3].starts_with(&format!("6,{},,,重复", people[0])), "{lines:?}");
    let sent = post(&house, &place, &[("intent", "send")]).await;
    assert_eq!(house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed").total, 3);
    let place = drafted(&house, "", "乙", &list).await;
    let sent = post(&house, &place, &[("intent", "send"), ("foreign", "send"), ("got_today", "send")]).await;
    assert_eq!(house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed").total, 4, "known to us by choice");
}

#[tokio::test]
async fn the_number_to_type_is_that_of_the_choice() {
    let house = House::new().await;
    let crowd: Vec<String> = (0..1300).map(|number| format!("oCrowd{number:022}")).collect();
    let batch = house.file_batch(NewBatch { request: None, ..house.new_batch() }, &crowd[..98]).await;
    let place = drafted(&house, "", "甲", &crowd).await;
    let page = get(&house, &place).await;
    assert_eq!(page.all("#got_today label"), ["跳过这 98 人，发给 1,202 人", "仍然发送，发给 1,300 人"], "{batch:?}");
    assert_eq!(page.all("label[for=count] span"), ["输入人数 1,202 确认", "输入人数 1,300 确认"]);
    let send = async |choice: &str, count: &str| {
        post(&house, &place, &[("intent", "send"), ("got_today", choice), ("count", count), ("password", PASSWORD)]).await
    };
    for (choice, count) in [("skip", "1,300"), ("send", "1202"), ("skip", "")] {
        let refused = send(choice, count).await;
        assert_eq!(
            (refused.status.as_u16(), refused.attribute("#count", "aria-invalid").as_deref()),
            (422, Some("true")),
            "{choice} {count}"
        );
        assert_eq!(refused.attribute("[name=got_today][checked]", "value").as_deref(), Some(choice), "the choice stays");
    }
    let sent = send("skip", "1,202").await;
    assert_eq!(house.messages.batch(sent.place.trim_start_matches("/batches/")).await.expect("filed").total, 1202);
}

#[tokio::test]
async fn the_page_says_until_when_and_what_the_rules_make_of_it() {
    let house = House::new().await;
    let people = house.followers(4);
    // It is noon; 50 a second.
    let place = drafted(&house, "", "甲", &people).await;
    let page = get(&house, &place).await;
    assert_eq!(page.all(".stat").last().expect("four"), "发完约 1 秒现在发，12:01 前发完");
    let night = Some(Quiet { from: 22 * 60, to: 8 * 60 });
    house.rule(Rules { quiet: night, weekly_cap: Some(1), ..Rules::default() }).await;
    let page = get(&house, &place).await;
    assert!(checks(&page, "is-ok").contains("不会打扰到深夜|静默时段 22:00–08:00，12:01 前发完"), "{}", checks(&page, "is-ok"));
    assert!(checks(&page, "is-ok").contains("没有人超过每周上限"));
    got_it(&house, &people[0]).await;
    let later = post(&house, &place, &[("intent", "look"), ("at", "2026-11-22T23:30"), ("got_today", "send")]).await;
    assert_eq!((later.status.as_u16(), later.attribute("#at", "value").as_deref()), (200, Some("2026-11-22T23:30")), "looked at again");
    assert!(later.all(".stat").last().expect("four").contains("11 月 23 日 08:00 开始"), "{:?}", later.all(".stat"));
    let warned = checks(&later, "is-warn");
    assert!(warned.contains("静默时段过后才会发") && warned.contains("1 人本周已收满 1 条，不会再收到"), "{warned}");
    assert_eq!(later.attribute("[name=got_today][checked]", "value").as_deref(), Some("send"));
    house.rule(Rules { quiet: Some(Quiet { from: 12 * 60, to: 14 * 60 }), ..Rules::default() }).await;
    assert!(checks(&get(&house, &place).await, "is-warn").contains("静默时段 12:00–14:00，14:00 才开始发"));
}

#[tokio::test]
async fn who_may_approve_is_named_and_where_nobody_may_nothing_goes() {
    let house = House::new().await;
    let people = house.followers(4);
    house.rule(Rules { approve_above: Some(3), ..Rules::default() }).await;
    let place = drafted(&house, "", "甲", &people).await;
    let page = get(&house, &place).await;
    assert!(checks(&page, "is-bad").contains("没有人能批准|超过 3 人要两人确认"), "{}", checks(&page, "is-bad"));
    assert!(page.all(".sendbar button").is_empty(), "no button that would do nothing");
    let refused = post(&house, &place, &[("intent", "send")]).await;
    assert!(refused.status == 422 && refused.html.contains("现在没有别的管理员"), "{:?}", refused.all(".notice"));
    execute(
        &house.messages.core,
        "insert into users (id, name, password_hash, role, created_at) values ('u8', '林一帆', 'x', 'admin', 0), ('u9', '走了', 'x', 'admin', 0)",
    )
    .await;
    execute(&house.messages.core, "update users set disabled = 1 where id = 'u9'").await;
    let page = get(&house, &place).await;
    assert!(
        checks(&page, "is-wait").contains("还需要一位管理员批准|超过 3 人要两人确认。提交后等林一帆批准。"),
        "{}",
        checks(&page, "is-wait")
    );
    assert!(page.all(".sendbar button").contains(&"提交 4 人，等林一帆批准".to_owned()), "{:?}", page.all(".sendbar button"));
    let sent = post(&house, &place, &[("intent", "send")]).await;
    let id = sent.place.trim_start_matches("/batches/").to_owned();
    assert_eq!(house.batch(&id).await.state, BatchState::AwaitingApproval);
    // Who left does not count, neither for the button nor for the rule.
    execute(
        &house.messages.core,
        "insert into followers (app_id, openid, following, updated_at) values ('wxsandbox0000001', 'oLeft', 0, 0)",
    )
    .await;
    let place = drafted(&house, "", "乙", &[&people[..3], &["oLeft".to_owned()]].concat()).await;
    assert!(get(&house, &place).await.all(".checks .is-wait").is_empty());
    let sent = post(&house, &place, &[("intent", "send"), ("got_today", "send")]).await;
    assert_eq!(house.batch(sent.place.trim_start_matches("/batches/")).await.state, BatchState::Scheduled);
}

#[tokio::test]
async fn keeping_a_draft_tells_what_only_the_server_knows() {
    let house = House::new().await;
    let people = house.followers(2);
    synchronised(&house, &people).await;
    execute(&house.messages.core, "update followers set nickname = '小满' where openid = (select max(openid) from followers)").await;
    execute(&house.messages.core, "update followers set following = 0 where openid = (select min(openid) from followers)").await;
    let mut sorted = people.clone();
    sorted.sort();
    let template = house.new_message("").template_id;
    let list = format!("{}\n{}\noForeign\nx/y\noForeign", sorted[1], sorted[0]);
    let pairs = with(form(&template, "{{昵称}}的套装", "", "save"), &[("tab", "paste"), ("recipients", &list)]);
    let answer: serde_json::Value = serde_json::from_str(&post(&house, "/send", &pairs).await.html).expect("JSON");
    assert_eq!(answer["preview"], serde_json::json!({"thing2": "小满的套装"}));
    assert_eq!(answer["count"], serde_json::json!({"thing2": "5/20"}));
    assert_eq!(answer["tally"], serde_json::json!({"good": 1, "merged": 1, "malformed": 1, "left": 1, "foreign": 1}));
    let second = with(form(&template, "{{昵称}}的套装", "", "save"), &[("tab", "paste"), ("recipients", &list), ("at", "1")]);
    let answer: serde_json::Value = serde_json::from_str(&post(&house, "/send", &second).await.html).expect("JSON");
    assert_eq!(answer["preview"], serde_json::json!({"thing2": "的套装"}), "of the person that is shown");
    let plain = with(form(&template, "套装", "", "save"), &[("tab", "tags")]);
    let answer: serde_json::Value = serde_json::from_str(&post(&house, "/send", &plain).await.html).expect("JSON");
    assert_eq!((&answer["preview"], &answer["tally"]), (&serde_json::json!({}), &serde_json::Value::Null));
}

#[tokio::test]
async fn those_shown_are_called_by_their_names() {
    let house = House::new().await;
    let people = house.followers(1);
    synchronised(&house, &people).await;
    execute(&house.messages.core, "update followers set remark = '小满的妈妈'").await;
    let place = drafted(&house, "", "都一样", &people).await;
    assert!(get(&house, &place).await.all(".pv figcaption").concat().contains("小满的妈妈"), "without a variable, too");
}

#[tokio::test]
async fn a_developer_sends_to_oneself_and_to_nobody_else() {
    let house = House::new().await;
    let template = house.new_message("").template_id;
    let developer = async |method: &str, path: String, pairs: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = Request::builder().method(method).uri(path).header("content-type", "application/x-www-form-urlencoded");
        ask(&house, Role::Developer, request.body(Body::from(body)).expect("request")).await
    };
    let page = developer("GET", format!("/send/test?template={template}"), &[]).await;
    assert_eq!((page.status.as_u16(), page.all("h1")), (200, vec!["给自己发测试".to_owned()]));
    assert!(page.all("textarea, [name=tab], [value=review], [data-autosave]").is_empty(), "nobody else can be named");
    assert_eq!(page.attribute(".sendbar a", "href").as_deref(), Some("/profile/wechat"), "first one's own WeChat");
    let own = house.followers(2)[1].clone();
    house
        .messages
        .core
        .db
        .write({
            let own = own.clone();
            move |connection| {
                Box::pin(async move {
                    let set = sqlx::query("update users set openid = ?, openid_app = 'wxsandbox0000001' where id = 'u1'").bind(own);
                    set.execute(connection).await.map(|_| ())
                })
            }
        })
        .await
        .expect("bound");
    let page = developer("GET", format!("/send/test?template={template}"), &[]).await;
    assert_eq!(page.all(".sendbar button"), ["发给我试试"]);
    let mut pairs = form(&template, "套装", "", "test");
    pairs[3].1 = "前台";
    let other = house.followers(1)[0].clone();
    let pairs = with(pairs, &[("tab", "paste"), ("recipients", &other), ("shown", &template)]);
    let sent = developer("POST", "/send/test".into(), &pairs).await;
    assert!(sent.status == 303 && sent.place.starts_with("/messages/"), "{} {}", sent.status, sent.place);
    house.tick().await;
    assert_eq!((house.accepted(&own).len(), house.accepted(&other).len()), (1, 0));
    let drafts: i64 = sqlx::query_scalar("select count(*) from drafts").fetch_one(house.messages.core.db.read()).await.expect("counts");
    assert_eq!(drafts, 0, "nothing is left behind");
    let mut wrong = pairs.clone();
    wrong[2].1 = "";
    let refused = developer("POST", "/send/test".into(), &wrong).await;
    assert_eq!((refused.status.as_u16(), refused.attribute("[id='data.thing2']", "aria-invalid").as_deref()), (422, Some("true")));
}
