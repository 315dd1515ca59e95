use std::time::Duration;

use super::*;
use crate::{
    infra::trial,
    shared::time::{DAY, HOUR},
};

fn new(name: &str, addresses: &str, expires_at: Option<i64>) -> NewKey {
    NewKey {
        name: name.into(),
        scopes: vec![Scope::MediaRead, Scope::TokenRead],
        account: None,
        addresses: read_addresses(addresses).expect("addresses"),
        owner_id: None,
        expires_at,
        daily_messages: None,
        daily_calls: None,
    }
}

fn code(outcome: Result<ApiCaller, AppError>) -> (u16, &'static str) {
    outcome.map_or_else(|error| (error.status, error.code), |_| (200, "good"))
}

#[tokio::test]
async fn a_key_opens_until_it_ends_and_only_from_its_networks() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let keys = Keys::open(core.clone()).await.expect("opens");
    let by = By::command();
    let end = core.now() + 5 * DAY;
    let key = keys.create(&by, new("erp", "203.0.113.0/24, 198.51.100.7", Some(end))).await.expect("asks").expect("makes");
    let text = key.expose_secret();
    assert!(text.len() == 44 && text.starts_with("wxd_") && text[4..].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(keys.create(&by, new("erp", "", None)).await.expect("asks").is_none(), "the name is taken");
    let from = |address: &str| code(keys.caller(text, Some(address.parse().expect("address"))));
    assert_eq!(from("203.0.113.9"), (200, "good"));
    assert_eq!(from("198.51.100.7"), (200, "good"));
    assert_eq!(from("198.51.100.8"), (403, "address_not_allowed"));
    assert_eq!(code(keys.caller(text, None)), (403, "address_not_allowed"));
    for wrong in ["", "wxd_", &text[..43], &text.to_ascii_lowercase(), &format!("{text}x"), &"x".repeat(5000)] {
        assert_eq!(code(keys.caller(wrong, None)), (401, "no_key"));
    }
    core.clock.advance(Duration::from_millis(5 * DAY.unsigned_abs()));
    assert_eq!(from("203.0.113.9"), (401, "key_expired"));

    let free = keys.create(&by, new("h5", "", None)).await.expect("asks").expect("makes");
    assert_eq!(code(keys.caller(free.expose_secret(), None)), (200, "good"));
    let row = keys.all().await.expect("lists").into_iter().find(|key| key.name == "h5").expect("there");
    assert!(keys.revoke(&by, &row).await.expect("revokes") && !keys.revoke(&by, &row).await.expect("asks"));
    assert_eq!(code(keys.caller(free.expose_secret(), None)), (401, "key_revoked"));
    assert!(keys.create(&by, new("h5", "", None)).await.expect("asks").is_some(), "the name is free again");
}

#[tokio::test]
async fn nothing_kept_signs_anybody_in_and_calls_are_counted_by_day() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let keys = Keys::open(core.clone()).await.expect("opens");
    let key = keys.create(&By::command(), new("erp", "", None)).await.expect("asks").expect("makes");
    for _ in 0..3 {
        keys.caller(key.expose_secret(), None).expect("good");
    }
    let today = || async { keys.all().await.expect("lists")[0].calls_today };
    assert_eq!(today().await, 3);
    keys.reload().await.expect("reloads");
    keys.write_counts().await.expect("writes");
    keys.caller(key.expose_secret(), None).expect("good");
    assert_eq!(today().await, 4);
    keys.write_counts().await.expect("writes");
    core.clock.advance(Duration::from_secs(86_400));
    assert_eq!(today().await, 0);
    keys.caller(key.expose_secret(), None).expect("good");
    keys.write_counts().await.expect("writes");
    assert_eq!(today().await, 1);
    assert_eq!(keys.all().await.expect("lists")[0].last_used_at, Some(core.now()));
    core.db.close().await;
    for file in std::fs::read_dir(folder.path()).expect("lists") {
        let bytes = std::fs::read(file.expect("file").path()).expect("reads");
        assert!(!bytes.windows(44).any(|part| part == key.expose_secret().as_bytes()));
    }
}

#[tokio::test]
async fn a_new_secret_stands_beside_the_old_one_until_that_ends() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let keys = Keys::open(core.clone()).await.expect("opens");
    let by = By::command();
    let one = || async { keys.all().await.expect("lists").remove(0) };
    let first = keys.create(&by, new("erp", "", Some(core.now() + 90 * DAY))).await.expect("asks").expect("makes");
    keys.caller(first.expose_secret(), None).expect("good");
    let used_at = core.now();
    core.clock.advance(Duration::from_secs(60));
    let second = keys.rotate(&by, &one().await, HOUR).await.expect("asks").expect("rotates");
    assert_ne!(first.expose_secret(), second.expose_secret());
    let row = one().await;
    let old = row.old.clone().expect("an old one");
    assert_eq!((old.until, old.last_used_at, row.last_used_at), (core.now() + HOUR, Some(used_at), None));
    assert_eq!(row.expires_at, Some(core.now() + 90 * DAY), "its time begins anew");
    assert_eq!(keys.rotate(&by, &row, HOUR).await.expect("asks").map(|_| ()), None, "one old secret at a time");
    core.clock.advance(Duration::from_secs(60));
    keys.caller(first.expose_secret(), None).expect("the old one is good");
    core.clock.advance(Duration::from_secs(60));
    keys.caller(second.expose_secret(), None).expect("the new one is good");
    keys.write_counts().await.expect("writes");
    let row = one().await;
    let old_used = row.old_at(core.now()).and_then(|old| old.last_used_at);
    assert_eq!((row.calls_today, row.last_used_at, old_used), (3, Some(core.now()), Some(core.now() - 60_000)));
    core.clock.advance(Duration::from_secs(3600));
    assert_eq!(code(keys.caller(first.expose_secret(), None)), (401, "key_rotated"));
    assert_eq!(code(keys.caller(second.expose_secret(), None)), (200, "good"));
    assert!(!keys.end_old(&by, &one().await).await.expect("asks"), "it has ended by itself");
    let third = keys.rotate(&by, &one().await, 24 * HOUR).await.expect("asks").expect("rotates again");
    assert_eq!(code(keys.caller(first.expose_secret(), None)), (401, "no_key"), "of the first nothing is left");
    assert!(keys.end_old(&by, &one().await).await.expect("ends"));
    assert_eq!(code(keys.caller(second.expose_secret(), None)), (401, "key_rotated"));
    assert!(keys.revoke(&by, &one().await).await.expect("revokes"));
    assert_eq!(code(keys.caller(third.expose_secret(), None)), (401, "key_revoked"));
    assert!(keys.rotate(&by, &one().await, HOUR).await.expect("asks").is_none());
}

#[tokio::test]
async fn a_rotation_beside_the_running_server_leaves_its_counts_with_the_old_secret() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let (running, beside) = (Keys::open(core.clone()).await.expect("opens"), Keys::open(core.clone()).await.expect("opens"));
    let by = By::command();
    let first = running.create(&by, new("erp", "", None)).await.expect("asks").expect("makes");
    running.caller(first.expose_secret(), None).expect("good");
    let row = running.all().await.expect("lists").remove(0);
    beside.rotate(&by, &row, HOUR).await.expect("asks").expect("rotates");
    running.reload().await.expect("reloads");
    running.write_counts().await.expect("writes");
    let row = running.all().await.expect("lists").remove(0);
    assert_eq!((row.last_used_at, row.old.and_then(|old| old.last_used_at)), (None, Some(core.now())));
}

#[tokio::test]
async fn a_kill_forgets_no_call_that_was_handed_on_under_a_limit() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let keys = Keys::open(core.clone()).await.expect("opens");
    let limited = NewKey { daily_calls: Some(100), ..new("crm", "", None) };
    keys.create(&By::command(), limited).await.expect("asks").expect("makes");
    let id = keys.all().await.expect("lists").remove(0).id;
    for _ in 0..31 {
        keys.hand_on(&id).await.expect("within the limit");
    }
    let counted = async |keys: &Keys| keys.all().await.expect("lists")[0].relayed_today;
    assert_eq!(counted(&keys).await, 31);
    // As after a kill: nothing was written down at the end.
    let again = Keys::open(core.clone()).await.expect("opens");
    assert_eq!(counted(&again).await, 35, "behind the block of five that was taken last");
    keys.write_counts().await.expect("writes");
    assert_eq!(counted(&Keys::open(core.clone()).await.expect("opens")).await, 36, "a block ahead of what there was");
    keys.close_counts().await.expect("writes");
    let again = Keys::open(core.clone()).await.expect("opens");
    assert_eq!(counted(&again).await, 31, "an orderly end loses nothing");
    for _ in 0..69 {
        again.hand_on(&id).await.expect("within the limit");
    }
    assert_eq!(again.hand_on(&id).await.err().map(|error| error.code), Some("daily_limit"));
    assert_eq!(counted(&Keys::open(core.clone()).await.expect("opens")).await, 100, "never more than the limit");
    core.clock.advance(Duration::from_secs(86_400));
    again.hand_on(&id).await.expect("another day");
    assert_eq!(counted(&Keys::open(core).await.expect("opens")).await, 5);
}

#[test]
fn addresses_read_as_networks() {
    let read = |text| read_addresses(text).map(|nets| nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    assert_eq!(read("203.0.113.77/24，10.0.0.1\n2001:db8::/32"), Ok("203.0.113.0/24 10.0.0.1/32 2001:db8::/32".into()));
    assert_eq!(read(" "), Ok(String::new()));
    assert_eq!(read("10.0.0.1, elsewhere"), Err("elsewhere".into()));
    assert!(read("10.0.0.0/33").is_err());
}
