//! The history by key, its indexes, and the counts.

use super::{
    super::{
        SeedMessage, SeedOutcome,
        batches::{Batch, list::BatchFilter},
        history::Filter,
        seed,
    },
    pages::{ask, get},
    *,
};
use axum::{body::Body, http::Request};

use crate::{
    features::messages::model::{BatchState, Change, reasons},
    infra::id_at,
    shared::rights::Role,
};

const DAY: i64 = 86_400_000;

type Wanted = fn(&Message) -> bool;

fn past(house: &House, number: i64, outcome: SeedOutcome) -> SeedMessage {
    let touser = format!("oPerson{}", number % 3);
    let template_id = format!("template{}", number % 2);
    let actor = if number % 4 == 0 { "key:erp" } else { "user:周敏" };
    let _ = house;
    SeedMessage { touser, template_id, data: data(&[("thing1", "a")]), actor: actor.into(), at: NOON - number * DAY / 4, outcome }
}

pub(super) async fn seeded() -> House {
    let house = House::new().await;
    let outcome = |number: i64| match number % 5 {
        0 => SeedOutcome::Refused(43004, "require subscribe".into()),
        1 => SeedOutcome::ReceiptFailed(reasons::USER_BLOCK),
        2 => SeedOutcome::Unknown,
        _ => SeedOutcome::Delivered,
    };
    let messages = (0..60).map(|number| past(&house, number, outcome(number))).collect();
    seed(&house.messages.core, &house.account(), messages).await.expect("seeds");
    house
}

pub(super) async fn all(house: &House, filter: &Filter, limit: i64) -> Vec<Message> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = house.messages.list(SANDBOX_APP_ID, filter, cursor.as_deref(), limit).await.expect("lists");
        assert!(page.items.len() <= usize::try_from(limit).expect("small"));
        found.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn pages_join_without_gap_or_overlap_under_every_filter() {
    let house = seeded().await;
    let everything = all(&house, &Filter::default(), 200).await;
    assert_eq!(everything.len(), 60);
    assert!(everything.windows(2).all(|pair| pair[0].id > pair[1].id));
    let filters: [(Filter, Wanted); 8] = [
        (Filter::default(), |_| true),
        (Filter { state: Some(MessageState::Failed), ..Filter::default() }, |message| message.state == MessageState::Failed),
        (Filter { touser: Some("oPerson1".into()), state: Some(MessageState::Unknown), ..Filter::default() }, |message| {
            message.touser == "oPerson1" && message.state == MessageState::Unknown
        }),
        (Filter { template_id: Some("template1".into()), ..Filter::default() }, |message| message.template_id == "template1"),
        (Filter { from: Some(NOON - 3 * DAY), to: Some(NOON - DAY), ..Filter::default() }, |message| {
            (NOON - 3 * DAY..=NOON - DAY).contains(&message.created_at)
        }),
        (Filter { actor: Some("key:erp".into()), ..Filter::default() }, |message| message.actor == "key:erp"),
        (Filter { actor: Some("key:erp".into()), touser: Some("oPerson1".into()), ..Filter::default() }, |message| {
            message.actor == "key:erp" && message.touser == "oPerson1"
        }),
        (Filter { draft_id: Some("none".into()), ..Filter::default() }, |_| false),
    ];
    for (filter, wanted) in filters {
        let expected: Vec<&Message> = everything.iter().filter(|message| wanted(message)).collect();
        for limit in [1, 7, 200] {
            assert_eq!(all(&house, &filter, limit).await.iter().collect::<Vec<_>>(), expected, "{filter:?} by {limit}");
        }
    }
    assert_eq!(house.messages.senders(SANDBOX_APP_ID).await.expect("reads"), ["key:erp", "user:周敏"]);
    assert!(house.messages.senders("wxother").await.expect("reads").is_empty());
    assert!(all(&house, &Filter { from: Some(NOON + 1), ..Filter::default() }, 7).await.is_empty());
}

#[tokio::test]
async fn every_list_walks_an_index() {
    let house = House::new().await;
    for (tail, index) in [
        ("where app_id = ?1 and id < ?2 and id >= ?3 order by id desc limit ?4", "messages_of_account"),
        (
            "indexed by messages_by_state where app_id = ?1 and state = ?2 and id < ?3 and id >= ?4 and (?5 is null or template_id = ?5) order by id desc limit ?6",
            "(app_id=? AND state=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_touser where app_id = ?1 and touser = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) order by id desc limit ?7",
            "(app_id=? AND touser=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_template where app_id = ?1 and template_id = ?2 and id < ?3 and id >= ?4 order by id desc limit ?5",
            "(app_id=? AND template_id=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_actor where app_id = ?1 and actor = ?2 and id < ?3 and id >= ?4 order by id desc limit ?5",
            "(app_id=? AND actor=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_of_batch_by_state where batch_id = ? and state = 'queued' and id <= ? and not_before <= ? and expires_at > ? and (intent_at is null or intent_at > ?) order by id limit ?",
            "(batch_id=? AND state=? AND id<?)",
        ),
        (
            "indexed by messages_of_batch_by_state where batch_id = ?1 and state = ?2 and app_id = ?3 and id < ?4 and id >= ?5 order by id desc limit ?6",
            "(batch_id=? AND state=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_ended_by_template where app_id = ?1 and template_id = ?2 and state in ('failed', 'unknown', 'cancelled') and state = ?3 and id < ?4 and id >= ?5 order by id desc limit ?7",
            "(app_id=? AND template_id=? AND state=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_of_batch_by_cause where batch_id = ?1 and state in ('failed', 'unknown') and state = ?2 and reason = ?3 and errcode is ?4 and app_id = ?5 and id < ?6 and id >= ?7 and (?8 is null or touser = ?8) order by id desc limit ?9",
            "(batch_id=? AND reason=? AND errcode=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_touser where app_id = ?1 and touser in (select value from json_each(?2)) and batch_id = ?3 and id < ?4 and id >= ?5 and (?6 is null or state = ?6) and +app_id = ?1 order by id desc limit ?7",
            "(app_id=? AND touser=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_batch where batch_id = ?1 and app_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) order by id desc limit ?8",
            "(batch_id=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_touser where app_id = ? and touser = ? and msgid is null and state = 'unknown' order by id limit 1",
            "(app_id=? AND touser=?)",
        ),
        (
            "indexed by messages_due where app_id = ? and batch_id is ? and state in ('queued', 'sending') and state = 'queued' and not_before <= ? and expires_at > ? and (intent_at is null or intent_at > ?) and (not_before, id) > (?, ?) order by not_before, id limit ?",
            "(app_id=? AND batch_id=? AND (not_before,id)>(?,?) AND not_before<?)",
        ),
        (
            "indexed by messages_due where app_id = ? and batch_id is ? and state in ('queued', 'sending') and state = 'queued' and not_before > ? order by not_before limit 1",
            "(app_id=? AND batch_id=? AND not_before>?)",
        ),
        (
            "indexed by messages_ending where app_id = ? and state in ('queued', 'sending') and state = 'queued' and expires_at <= ? and intent_at is null limit 500",
            "(app_id=? AND expires_at<?)",
        ),
        (
            "indexed by messages_doubtful where app_id = ? and state = 'queued' and intent_at is not null and intent_at <= ? limit 500",
            "(app_id=? AND intent_at>? AND intent_at<?)",
        ),
        ("indexed by messages_of_batch_by_state where batch_id = ? and state in ('failed', 'unknown')", "(batch_id=? AND state=?)"),
        ("where state in ('queued', 'sending') and state = 'sending' and intent_at > ?", "messages_ending"),
        (
            "from batches indexed by batches_by_template where app_id = ?1 and template_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) order by id desc limit ?7",
            "(app_id=? AND template_id=? AND id>? AND id<?)",
        ),
        (
            "from batches indexed by batches_by_actor where app_id = ?1 and actor = ?2 and id < ?3 and id >= ?4 order by id desc limit ?6",
            "(app_id=? AND actor=? AND id>? AND id<?)",
        ),
        (
            "from batches indexed by batches_by_state where app_id = ?1 and state = ?2 and id < ?3 and id >= ?4 order by id desc limit ?5",
            "(app_id=? AND state=? AND id>? AND id<?)",
        ),
        (
            "from batches indexed by batches_of_account where app_id = ?1 and id < ?2 and id >= ?3 order by id desc limit ?4",
            "(app_id=? AND id>? AND id<?)",
        ),
        (
            "from batches where id in (select batch_id from messages indexed by messages_by_touser where app_id = ?1 and touser = ?2) and +app_id = ?1 and id < ?3 and id >= ?4 order by id desc limit ?8",
            "messages_by_touser (app_id=? AND touser=?)",
        ),
    ] {
        let from = if tail.starts_with("from ") { "" } else { "from messages " };
        let sql = format!("explain query plan select id {from}{tail}");
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(house.messages.core.db.read()).await.expect("plans");
        let lines: Vec<_> = plan.into_iter().map(|row| row.3).collect();
        assert!(lines.iter().any(|line| line.contains(index)), "{tail}\n{lines:?}");
        // The few batches of one person are sorted; nothing else is.
        assert!(tail.contains("+app_id") || !lines.iter().any(|line| line.contains("TEMP B-TREE")), "{tail}\n{lines:?}");
    }
}

#[tokio::test]
async fn counts_are_by_china_day() {
    let house = seeded().await;
    let today = house.messages.stats_today(SANDBOX_APP_ID).await.expect("counts");
    // At noon with one message each six hours: 12:00, 06:00, 00:00.
    assert_eq!((today.total, today.failed, today.unknown), (3, 2, 1));
    let days = house.messages.last_14_days(SANDBOX_APP_ID).await.expect("counts");
    assert_eq!(days.len(), 14);
    assert!(days.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0));
    assert_eq!(days[13].1 + days[13].2, 2);
    assert_eq!(days.iter().map(|day| day.2).sum::<i64>(), 22);
    let look = house.messages.needs_attention(SANDBOX_APP_ID).await.expect("looks");
    assert_eq!(look.failures.len(), 2);
    assert!(look.failures.iter().any(|cause| cause.errcode == Some(43004)) && look.unknown > 0 && !look.locked);
    assert_eq!(house.messages.latest(SANDBOX_APP_ID, 5).await.expect("lists").len(), 5);
    let empty = house.messages.last_14_days("wxother").await.expect("counts");
    assert!(empty.len() == 14 && empty.iter().all(|day| day.1 == 0));
}

#[tokio::test]
async fn templates_follow_wechat() {
    let house = House::new().await;
    let templates = house.messages.templates(SANDBOX_APP_ID).await.expect("lists");
    assert_eq!(templates.len(), 6);
    assert_eq!(templates.iter().filter(|template| template.is_legacy()).count(), 1);
    assert_eq!(house.messages.templates_synced_at(SANDBOX_APP_ID).await.expect("reads"), Some(NOON));
    let again = house.messages.sync_templates(&house.account(), Actor::System).await.expect("syncs");
    assert_eq!(again, []);
    execute(&house.messages.core, "update templates set content = 'x:{{thing9.DATA}}' where title = '缴费通知'").await;
    execute(&house.messages.core, "delete from templates where title = '取件通知'").await;
    execute(&house.messages.core, "update templates set template_id = 'old' where title = '作业点评通知'").await;
    let changed = house.messages.sync_templates(&house.account(), Actor::System).await.expect("syncs");
    let of =
        |wanted: fn(&Change) -> bool| changed.iter().filter(|one| wanted(&one.change)).map(|one| one.title.as_str()).collect::<Vec<_>>();
    let mut added = of(|change| *change == Change::Added);
    added.sort_unstable();
    assert_eq!((added, of(|change| *change == Change::Gone)), (vec!["作业点评通知", "取件通知"], vec!["作业点评通知"]));
    let Some(Change::Changed { more, less, was }) = changed.iter().find(|one| one.title == "缴费通知").map(|one| &one.change) else {
        panic!("{changed:?}")
    };
    assert_eq!((more.join(" ").as_str(), less.join(" ").as_str(), was), ("thing1 amount2 date3", "thing9", &None));
    let gone = house.messages.template(SANDBOX_APP_ID, "old").await.expect("reads").expect("kept");
    assert_eq!(gone.gone_at, Some(NOON));
}

/// 60 batches, one every six hours, of three states, two templates and two senders; every fifth has a message to `oPerson1`.
async fn with_batches() -> House {
    let house = House::new().await;
    let chance = Chance::seeded(9);
    let rows: Vec<(String, i64, i64)> =
        (0..60).map(|number| (id_at(NOON - number * DAY / 4, &chance), number, NOON - number * DAY / 4)).collect();
    let put = house.messages.core.db.write(move |connection| {
        Box::pin(async move {
            for (id, number, at) in rows {
                sqlx::query(
                    "insert into batches (id, app_id, name, template_id, data, state, ttl, send_at, actor, total, created_at)
                     values (?1, ?2, ?1, 'template' || (?3 % 2), '{}', case ?3 % 3 when 0 then 'done' when 1 then 'paused' else 'cancelled' end,
                        1, ?4, case when ?3 % 4 = 0 then 'key:erp' else 'user:周敏' end, 1, ?4)",
                )
                .bind(&id)
                .bind(SANDBOX_APP_ID)
                .bind(number)
                .bind(at)
                .execute(&mut *connection)
                .await?;
                let touser = if number % 5 == 0 { "oPerson1" } else { "oPerson2" };
                sqlx::query(
                    "insert into messages (id, app_id, batch_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
                     values (?1, ?2, ?1, ?3, 'template', '{}', 'delivered', ?1, 0, 0, case when ?4 % 4 = 0 then 'key:erp' else 'user:周敏' end, ?5)",
                )
                .bind(&id)
                .bind(SANDBOX_APP_ID)
                .bind(touser)
                .bind(number)
                .bind(at)
                .execute(&mut *connection)
                .await?;
            }
            Ok(())
        })
    });
    put.await.expect("files");
    house
}

async fn all_batches(house: &House, filter: &BatchFilter, limit: i64) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let page = house.messages.batches(SANDBOX_APP_ID, filter, cursor.as_deref(), limit).await.expect("lists");
        assert!(page.items.len() <= usize::try_from(limit).expect("small"));
        found.extend(page.items.into_iter().map(|batch| batch.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn pages_of_batches_join_under_every_filter() {
    let house = with_batches().await;
    let everything = house.messages.batches(SANDBOX_APP_ID, &BatchFilter::default(), None, 200).await.expect("lists").items;
    assert_eq!(everything.len(), 60);
    fn number(batch: &Batch) -> i64 {
        (NOON - batch.created_at) / (DAY / 4)
    }
    type Fits = fn(&Batch) -> bool;
    let filters: [(BatchFilter, Fits); 9] = [
        (BatchFilter::default(), |_| true),
        (BatchFilter { state: Some(BatchState::Paused), ..BatchFilter::default() }, |batch| batch.state == BatchState::Paused),
        (BatchFilter { template_id: Some("template1".into()), state: Some(BatchState::Done), ..BatchFilter::default() }, |batch| {
            batch.template_id == "template1" && batch.state == BatchState::Done
        }),
        (BatchFilter { actor: Some("key:erp".into()), ..BatchFilter::default() }, |batch| batch.actor == "key:erp"),
        (BatchFilter { template_id: Some("template0".into()), actor: Some("user:周敏".into()), ..BatchFilter::default() }, |batch| {
            batch.template_id == "template0" && batch.actor == "user:周敏"
        }),
        (BatchFilter { touser: Some("oPerson1".into()), ..BatchFilter::default() }, |batch| number(batch) % 5 == 0),
        (
            BatchFilter {
                touser: Some("oPerson1".into()),
                actor: Some("key:erp".into()),
                from: Some(NOON - 5 * DAY),
                ..BatchFilter::default()
            },
            |batch| number(batch) % 20 == 0 && batch.created_at >= NOON - 5 * DAY,
        ),
        (BatchFilter { from: Some(NOON - 3 * DAY), to: Some(NOON - DAY), ..BatchFilter::default() }, |batch| {
            (NOON - 3 * DAY..=NOON - DAY).contains(&batch.created_at)
        }),
        (BatchFilter { touser: Some("oNobody".into()), ..BatchFilter::default() }, |_| false),
    ];
    for (filter, wanted) in filters {
        let expected: Vec<&str> = everything.iter().filter(|batch| wanted(batch)).map(|batch| batch.id.as_str()).collect();
        for limit in [1, 7, 200] {
            assert_eq!(all_batches(&house, &filter, limit).await, expected, "{filter:?} by {limit}");
        }
    }
    assert!(house.messages.batches("wxother", &BatchFilter::default(), None, 7).await.expect("lists").items.is_empty());
}

#[tokio::test]
async fn the_page_of_batches_keeps_its_filters() {
    let house = with_batches().await;
    let page = get(&house, "/batches?by=user%3A%E5%91%A8%E6%95%8F&from=2026-11-08&to=2026-11-22").await;
    assert_eq!((page.status.as_u16(), page.all("tbody tr").len()), (200, 44));
    assert_eq!(page.attribute("select[name=by] option[selected]", "value").as_deref(), Some("user:周敏"));
    assert_eq!(page.attribute("input[name=from]", "value").as_deref(), Some("2026-11-08"));
    let all = get(&house, "/batches?state=&template=&by=&touser=&from=&to=").await;
    assert_eq!(all.all("tbody tr").len(), 50, "an empty form filters nothing");
    let next = all.attribute("a[rel=next]", "href").expect("more");
    assert_eq!(get(&house, &next).await.all("tbody tr").len(), 10);
    assert_eq!(get(&house, "/batches?touser=oPerson1&state=paused").await.all("tbody tr").len(), 4);
    let nothing = get(&house, "/batches?touser=oNobody").await;
    assert_eq!((nothing.all("tbody tr").len(), nothing.all(".empty a")), (0, vec!["清除筛选".to_owned()]));
    for wrong in ["state=paussed", "from=yesterday", "sender=x"] {
        assert_eq!(get(&house, &format!("/batches?{wrong}")).await.status, 422, "{wrong}");
    }
    let developer = ask(&house, Role::Developer, Request::get("/batches?touser=oNobody").body(Body::empty()).expect("request")).await;
    assert_eq!(
        (developer.all("input[name=touser]").len(), developer.all("tbody tr").len()),
        (0, 50),
        "who may not see openids cannot search by one"
    );
}
