use super::*;
use crate::{
    features::{accounts::server::Accounts, person::model::Sort, tokens::server::Tokens},
    infra::{clock::Clock, trial},
    jobs::Crew,
};

async fn run(core: &Core, sql: &'static str) {
    core.db.write(move |c| Box::pin(async move { sqlx::query(sql).execute(c).await.map(|_| ()) })).await.expect("writes");
}

async fn persons(folder: &std::path::Path) -> Persons {
    let core = trial::core(folder).await;
    let accounts = Accounts::open(core.clone()).await.expect("accounts");
    let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("tokens");
    // Only now, so that nobody looks for their secrets.
    run(
        &core,
        "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values
            ('wx1', 'a', x'00', 'http://127.0.0.1:9', 0, 0), ('wx2', 'b', x'00', 'http://127.0.0.1:9', 0, 0)",
    )
    .await;
    let crew = Crew::new(Clock::system(), tokio_util::sync::CancellationToken::new());
    let people = People::open(core.clone(), accounts, tokens, crew);
    Persons::new(core, people)
}

#[tokio::test]
async fn everything_of_one_person_lies_on_one_line_and_nothing_of_others() {
    let folder = tempfile::tempdir().expect("folder");
    let persons = persons(folder.path()).await;
    for sql in [
        "insert into followers (app_id, openid, following, remark, tags, followed_at, updated_at) values ('wx1', 'oA', 1, '小满', '[2]', 5, 5)",
        "insert into follower_tags (app_id, id, name) values ('wx1', 2, '家长')",
        "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
            values ('m1', 'wx1', 'oA', 't', '{}', 'failed', 'c1', 0, 0, 'x', 10), ('m2', 'wx1', 'oB', 't', '{}', 'failed', 'c2', 0, 0, 'x', 11),
                ('m3', 'wx2', 'oA', 't', '{}', 'failed', 'c3', 0, 0, 'x', 12)",
        "insert into receipts (app_id, msgid, openid, status, happened_at, received_at, message_id) values ('wx1', 7, 'oA', 'delivered', 20, 20, 'm1')",
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, next_attempt_at, actor, created_at, expires_at)
            values ('p1', 'wx1', 'x', 'oA', '我的小院', 'q', 'pending', 0, 'x', 30, 99)",
        "insert into callback_events (app_id, dedupe_key, kind, openid, body, received_at) values ('wx1', 'k', 'subscribe', 'oA', x'00', 5),
            ('wx1', 'k2', 'TEMPLATESENDJOBFINISH', 'oA', x'00', 20)",
        "insert into oauth_visits (app_id, openid, scope, at) values ('wx1', 'oA', 'snsapi_base', 40), ('wx1', 'oB', 'snsapi_base', 41)",
    ] {
        run(&persons.core, sql).await;
    }
    let person = persons.of("wx1", "oA", None).await.expect("known");
    assert_eq!(
        (person.name.as_deref(), person.following, person.since, person.tags),
        (Some("小满"), Some(true), Some(5), vec!["家长".into()])
    );
    let line: Vec<_> = person.happenings.iter().map(|one| (one.at, one.sort, one.title.as_str())).collect();
    assert_eq!(
        line,
        [
            (40, Sort::Visit, "snsapi_base"),
            (30, Sort::Picture, "我的小院"),
            (20, Sort::Receipt, ""),
            (10, Sort::Message, "t"),
            (5, Sort::Push, "subscribe"),
        ]
    );
    assert_eq!(person.happenings[2].of.as_deref(), Some("m1"));
    assert_eq!(persons.of("wx1", "oNobody", None).await.expect_err("unknown").status, 404);
}

#[tokio::test]
async fn a_user_id_and_its_openid_are_the_same_person() {
    let folder = tempfile::tempdir().expect("folder");
    let persons = persons(folder.path()).await;
    for sql in [
        "insert into media_rosters (app_id, answer_title, user_id, openid, name) values ('wx1', '第一周', '17', 'oA', '小满'),
            ('wx1', '第二周', '17', 'oA', '小满'), ('wx1', '第一周', '18', null, '阿山'), ('wx2', '第一周', '19', 'oA', '别处')",
        "insert into followers (app_id, openid, following, remark, tags, followed_at, updated_at) values ('wx1', 'oA', 1, '满妈', '[]', 5, 5)",
        "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
            values ('m1', 'wx1', 'oA', 't', '{}', 'failed', 'c1', 0, 0, 'x', 10)",
        "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, next_attempt_at, actor, created_at, expires_at)
            values ('p1', 'wx1', 'x', '17', '第一周', 'q', 'pending', 0, 'x', 30, 99)",
    ] {
        run(&persons.core, sql).await;
    }
    for (id, other) in [("17", "oA"), ("oA", "17")] {
        let person = persons.of("wx1", id, None).await.expect("known");
        let line: Vec<_> = person.happenings.iter().map(|one| one.sort).collect();
        assert_eq!((line, person.others, person.openid.as_str()), (vec![Sort::Picture, Sort::Message], vec![other.into()], "oA"));
        assert_eq!((person.name.as_deref(), person.following), (Some("满妈"), Some(true)));
    }
    let listed = persons.of("wx1", "18", None).await.expect("on a list");
    assert_eq!((listed.name.as_deref(), listed.following, listed.happenings.len()), (Some("阿山"), None, 0));
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repeat() {
    let folder = tempfile::tempdir().expect("folder");
    let persons = persons(folder.path()).await;
    // Many at the same moment, of two sorts.
    run(
        &persons.core,
        "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 120)
            select printf('%05d', i), 'wx1', 'oA', 't', '{}', 'queued', 'c' || i, 0, 0, 'x', i / 40 from n",
    )
    .await;
    run(
        &persons.core,
        "insert into receipts (app_id, msgid, openid, status, happened_at, received_at)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 60) select 'wx1', i, 'oA', 'success', i, 2 from n",
    )
    .await;
    let (mut seen, mut place) = (Vec::new(), None);
    loop {
        let person = persons.of("wx1", "oA", place.as_deref()).await.expect("known");
        assert!(person.happenings.len() <= ROWS);
        seen.extend(person.happenings.iter().map(|one| one.cursor()));
        place = person.next;
        if place.is_none() {
            break;
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (180, 180));
}
