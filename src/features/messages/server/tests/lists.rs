//! The history by key, its indexes, and the counts.

use super::{
    super::{SeedMessage, SeedOutcome, history::Filter, seed},
    *,
};
use crate::features::messages::model::{Change, reasons};

const DAY: i64 = 86_400_000;

type Wanted = fn(&Message) -> bool;

fn past(house: &House, number: i64, outcome: SeedOutcome) -> SeedMessage {
    let touser = format!("oPerson{}", number % 3);
    let template_id = format!("template{}", number % 2);
    let actor = if number % 4 == 0 { "key:erp" } else { "user:周敏" };
    let _ = house;
    SeedMessage { touser, template_id, data: data(&[("thing1", "a")]), actor: actor.into(), at: NOON - number * DAY / 4, outcome }
}

async fn seeded() -> House {
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

async fn all(house: &House, filter: &Filter, limit: i64) -> Vec<Message> {
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
            "indexed by messages_by_batch where batch_id = ?1 and app_id = ?2 and id < ?3 and id >= ?4 and (?5 is null or state = ?5) order by id desc limit ?8",
            "(batch_id=? AND id>? AND id<?)",
        ),
        (
            "indexed by messages_by_touser where app_id = ? and touser = ? and msgid is null and state = 'unknown' order by id limit 1",
            "(app_id=? AND touser=?)",
        ),
        (
            "indexed by messages_due where app_id = ? and batch_id is ? and state in ('queued', 'sending') and state = 'queued' and not_before <= ? and expires_at > ? and (intent_at is null or intent_at > ?) order by not_before, id limit ?",
            "(app_id=? AND batch_id=? AND not_before<?)",
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
    ] {
        let sql = format!("explain query plan select id from messages {tail}");
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(house.messages.core.db.read()).await.expect("plans");
        let lines: Vec<_> = plan.into_iter().map(|row| row.3).collect();
        assert!(lines.iter().any(|line| line.contains(index)), "{tail}\n{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("TEMP B-TREE")), "{tail}\n{lines:?}");
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
