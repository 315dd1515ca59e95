//! Drafts: what may go out, and that it goes out once.

use super::{
    super::{
        audience::{Look, People},
        batches::{intake::NewBatch, upload::Recipient},
        drafts::{
            Draft, How, Sent,
            sweep::{PEOPLE_KEPT, SENT_KEPT, Sweeping},
        },
    },
    *,
};
use crate::{
    features::messages::model::{BatchState, Content, Facts, Line, Origin, Rules, Source, Target},
    infra::guard::Operator,
    jobs::Next,
    shared::{error::AppError, rights::Role},
};

async fn operator(house: &House) -> Operator {
    execute(
        &house.messages.core,
        "insert or ignore into users (id, name, password_hash, role, created_at) values ('u1', '周敏', 'x', 'sender', 0)",
    )
    .await;
    Operator { id: "u1".into(), name: "周敏".into(), role: Role::Sender }
}

fn draft(house: &House, recipients: &str) -> Draft {
    let new = house.new_message("");
    let content = Content {
        template_id: new.template_id,
        data: new.data,
        target: Target::Web,
        url: "https://qinghe.example/a".into(),
        ..Content::default()
    };
    Draft { app_id: SANDBOX_APP_ID.into(), user_id: "u1".into(), content, recipients: recipients.into(), ..Draft::default() }
}

#[tokio::test]
async fn a_draft_submitted_twice_is_sent_once_to_each() {
    let house = House::new().await;
    let (sender, friend) = (operator(&house).await, house.friend());
    let id = house.messages.save_draft(draft(&house, &format!("{friend}\noOther\n{friend}"))).await.expect("saved");
    let saved = house.messages.draft(SANDBOX_APP_ID, "u1", &id).await.expect("read");
    let account = house.account();
    let send = || house.messages.send_draft(&account, &sender, &saved, How::default());
    let (one, two) = tokio::join!(send(), send());
    let batch = |sent: Result<Sent, _>| match sent {
        Ok(Sent::Batch(batch)) => batch,
        other => panic!("{other:?}"),
    };
    let (one, two) = (batch(one), batch(two));
    assert_eq!((one.total, &one.id, one.state), (2, &two.id, BatchState::Scheduled));
    house.tick().await;
    assert_eq!(house.accepted(&friend).len(), 0, "it can be taken back for some seconds");
    house.pass(11);
    house.tick().await;
    assert_eq!(house.accepted(&friend).len(), 1);
    assert_eq!(house.accepted(&friend)[0].url.as_deref(), Some("https://qinghe.example/a"));
    let lines: i64 = sqlx::query_scalar("select count(*) from audit where action = 'batch.filed'")
        .fetch_one(house.messages.core.db.read())
        .await
        .expect("counts");
    assert_eq!(lines, 1, "one sending, one line");
    // Sent means sent: what is typed afterwards does not change it.
    let after = house.messages.draft(SANDBOX_APP_ID, "u1", &id).await.expect("read");
    assert_eq!(after.sent_at, Some(NOON));
    house.messages.save_draft(Draft { recipients: "oThird".into(), ..after.clone() }).await.expect("ignored");
    assert_eq!(house.messages.draft(SANDBOX_APP_ID, "u1", &id).await.expect("read").recipients, after.recipients);
}

#[tokio::test]
async fn no_road_leads_a_link_to_a_host_that_is_not_listed() {
    let house = House::new().await;
    let (sender, friend) = (operator(&house).await, house.friend());
    let template = house.messages.template(SANDBOX_APP_ID, &house.new_message("").template_id).await.expect("reads");
    let rule = |hosts: &[&str]| house.rule(Rules { link_hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Rules::default() });
    let refused = |error: AppError| (error.status, error.fields.iter().map(|fault| (fault.field.clone(), fault.code)).collect::<Vec<_>>());
    let expected = (422, vec![("url".to_owned(), "url_not_allowed")]);
    let saved = house.messages.save_draft(draft(&house, &format!("{friend}\noOther"))).await.expect("saved");
    let saved = house.messages.draft(SANDBOX_APP_ID, "u1", &saved).await.expect("read");
    let look = house.messages.look(&saved, &template.as_ref().expect("known").fields()).await.expect("looks");
    let account = house.account();
    let leading = |url: &str| NewMessage { url: Some(url.to_owned()), ..house.new_message(&friend) };
    let act = || Act::new(Actor::User("周敏".into()), "message.sent", String::new());

    rule(&["*.elsewhere.example"]).await;
    let faults = house.messages.draft_faults(&saved, template.as_ref(), &look).await.expect("judged");
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["url_not_allowed"]);
    assert_eq!(refused(house.messages.send_draft(&account, &sender, &saved, How::default()).await.expect_err("draft")), expected);
    let pair = vec![house.new_message(&friend), leading("https://elsewhere.example.evil.example")];
    assert_eq!(refused(house.messages.accept(&account, pair, act()).await.expect_err("message")), expected);
    let batch = NewBatch { url: Some("https://qinghe.example/a".into()), ..house.new_batch() };
    let one = Recipient { index: 0, touser: friend.as_str().into(), data: Data::default() };
    assert_eq!(refused(house.messages.file_batch(&account, batch.clone(), vec![one.clone()], act()).await.expect_err("batch")), expected);
    let filed: i64 = sqlx::query_scalar("select count(*) from messages").fetch_one(house.messages.core.db.read()).await.expect("counts");
    assert_eq!(filed, 0, "either all are filed or none");

    // What leads nowhere goes out whatever is listed, and a listed host is fine.
    house.messages.accept(&account, vec![house.new_message(&friend), leading("https://a.elsewhere.example/x")], act()).await.expect("fine");
    rule(&["qinghe.example"]).await;
    house.messages.file_batch(&account, batch, vec![one], act()).await.expect("filed");
    house.messages.send_draft(&account, &sender, &saved, How::default()).await.expect("sent");
}

#[tokio::test]
async fn a_draft_is_its_owner_s_alone() {
    let house = House::new().await;
    operator(&house).await;
    let id = house.messages.save_draft(draft(&house, "o")).await.expect("saved");
    for (app_id, user) in [(SANDBOX_APP_ID, "u2"), ("wxother", "u1")] {
        assert_eq!(house.messages.draft(app_id, user, &id).await.err().map(|error| error.status), Some(404));
    }
}

#[tokio::test]
async fn what_may_not_go_out_says_why() {
    let house = House::new().await;
    let sender = operator(&house).await;
    let template = house.messages.template(SANDBOX_APP_ID, &house.new_message("").template_id).await.expect("reads").expect("known");
    let faults = async |draft: &Draft| {
        let look = house.messages.look(draft, &template.fields()).await.expect("looks");
        draft.faults(Some(&template), &look).into_iter().map(|fault| (fault.field, fault.code)).collect::<Vec<_>>()
    };
    assert_eq!(faults(&draft(&house, "oA")).await, []);
    assert_eq!(faults(&draft(&house, "不是")).await, [("recipients".to_owned(), "missing")]);
    let many: String = (0..100_001).map(|number| format!("o{number}\n")).collect();
    assert_eq!(faults(&draft(&house, &many)).await, [("recipients".to_owned(), "too_many")]);
    let mut wrong = draft(&house, "oA");
    wrong.content.data.0[0].1 = "有汉字".into();
    wrong.content.url = "javascript:alert(1)".into();
    assert_eq!(faults(&wrong).await, [("data.character_string1".to_owned(), "not_plain"), ("url".to_owned(), "url_malformed")]);
    wrong.id = house.messages.save_draft(wrong.clone()).await.expect("saved");
    let refused = house.messages.send_draft(&house.account(), &sender, &wrong, How::default()).await.expect_err("refused");
    assert_eq!((refused.status, refused.fields.len()), (422, 2));
    execute(&house.messages.core, "update templates set gone_at = 1").await;
    let gone = house.messages.template(SANDBOX_APP_ID, &template.template_id).await.expect("reads");
    assert_eq!(draft(&house, "oA").faults(gone.as_ref(), &Look::default()).first().map(|fault| fault.code), Some("template_gone"));
    assert_eq!(draft(&house, "oA").faults(None, &Look::default()).first().map(|fault| fault.code), Some("missing"));
}

#[tokio::test]
async fn what_is_known_about_recipients_is_said() {
    let house = House::new().await;
    let sender = operator(&house).await;
    let friend = house.friend();
    let saved = Draft { id: house.messages.save_draft(draft(&house, &friend)).await.expect("saved"), ..draft(&house, &friend) };
    house.messages.send_draft(&house.account(), &sender, &saved, How::default()).await.expect("sent");
    execute(
        &house.messages.core,
        "insert into followers (app_id, openid, following, remark, updated_at) values ('wxsandbox0000001', 'oLeft', 0, '小满', 0)",
    )
    .await;
    let list = draft(&house, &format!("oLeft {friend} oNew"));
    let look = house.messages.look(&list, &[]).await.expect("looks");
    let known = house.messages.known(&list, &look).await.expect("looks");
    assert_eq!((known.not_following.as_slice(), known.got_today.as_slice()), (["oLeft".to_owned()].as_slice(), [friend].as_slice()));
}

#[tokio::test]
async fn those_who_left_are_skipped_and_those_who_got_it_today_if_wanted() {
    let house = House::new().await;
    let sender = operator(&house).await;
    let friend = house.friend();
    house.file_to(&friend).await;
    execute(
        &house.messages.core,
        "insert into followers (app_id, openid, following, remark, updated_at) values ('wxsandbox0000001', 'oLeft', 0, '小满', 0)",
    )
    .await;
    let list = format!("oLeft {friend} oNew");
    let saved = Draft { id: house.messages.save_draft(draft(&house, &list)).await.expect("saved"), ..draft(&house, &list) };
    let how = How { skip_got_today: true, ..How::default() };
    match house.messages.send_draft(&house.account(), &sender, &saved, how).await.expect("sent") {
        Sent::Message(message) => assert_eq!(message.touser, "oNew"),
        Sent::Batch(batch) => panic!("{batch:?}"),
    }
    let alone = Draft { id: house.messages.save_draft(draft(&house, "oLeft")).await.expect("saved"), ..draft(&house, "oLeft") };
    let nobody = house.messages.send_draft(&house.account(), &sender, &alone, How::default()).await;
    assert_eq!(nobody.err().map(|error| error.status), Some(422));
}

#[tokio::test]
async fn a_test_goes_to_oneself_only_when_bound() {
    let house = House::new().await;
    let sender = operator(&house).await;
    let refused = house.messages.send_test(&house.account(), &sender, &draft(&house, ""), &Facts::default()).await.expect_err("not bound");
    assert_eq!(refused.code, "no_own_openid");
    execute(&house.messages.core, "update users set openid = 'oMyself', openid_app = (select app_id from accounts limit 1)").await;
    let message = house.messages.send_test(&house.account(), &sender, &draft(&house, "oOther"), &Facts::default()).await.expect("sent");
    assert_eq!((message.touser.as_str(), message.draft_id), ("oMyself", None));
}

#[tokio::test]
async fn lists_and_drafts_go_some_time_after_they_went_out() {
    let house = House::new().await;
    let sender = operator(&house).await;
    let people = |count: i64| {
        let line = |at: i64| Line { line: at, touser: format!("o{at}"), ..Line::default() };
        Some(People::from((1..=count).map(line).collect::<Vec<_>>()))
    };
    let origin = Origin { openids: Some("openid".into()), columns: vec!["openid".into()], ..Origin::default() };
    let listed = Draft { source: Source::File, origin, ..draft(&house, "") };
    let sent = house.messages.save_draft_with(listed.clone(), people(6000)).await.expect("saved");
    let open = house.messages.save_draft_with(listed, people(3)).await.expect("saved");
    let saved = house.messages.draft(SANDBOX_APP_ID, "u1", &sent).await.expect("read");
    house.messages.send_draft(&house.account(), &sender, &saved, How::default()).await.expect("sent");
    let sweeping = Sweeping::new(house.messages.clone());
    let left = async |id: &str| {
        let pool = house.messages.core.db.read();
        let lines: i64 =
            sqlx::query_scalar("select count(*) from draft_people where draft_id = ?").bind(id).fetch_one(pool).await.expect("counts");
        (house.messages.draft(SANDBOX_APP_ID, "u1", id).await.is_ok(), lines)
    };
    let later = |millis: i64| house.clock.advance(Duration::from_millis(u64::try_from(millis).expect("later")));
    later(PEOPLE_KEPT - 1);
    assert_ne!(sweeping.tick().await.expect("sweeps"), Next::Now);
    assert_eq!(left(&sent).await, (true, 6000), "a page sent twice finds what came of it");
    later(1);
    assert_eq!(sweeping.tick().await.expect("sweeps"), Next::Now, "a long list goes in parts");
    assert_ne!(sweeping.tick().await.expect("sweeps"), Next::Now);
    assert_eq!((left(&sent).await, left(&open).await), ((true, 0), (true, 3)));
    later(SENT_KEPT - PEOPLE_KEPT);
    sweeping.tick().await.expect("sweeps");
    assert_eq!((left(&sent).await, left(&open).await), ((false, 0), (true, 3)), "what did not go out stays");
}
