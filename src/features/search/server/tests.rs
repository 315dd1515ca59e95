//! Who finds what.

use secrecy::SecretString;

use super::*;
use crate::{
    features::accounts::server::{By, Typed, add},
    infra::trial,
    shared::rights::Role,
    ui::frame::{AccountName, Person},
};

const OPENID: &str = "oLVPpjqs9BhvzwPj5A-vTYAX3GLc";

async fn accounts(folder: &std::path::Path) -> Accounts {
    let core = trial::core(folder).await;
    let typed = Typed { name: Some("青禾".into()), secret: Some(SecretString::from("s")), ..Typed::default() };
    add(&core, &By::command(), "wx1", typed).await.expect("adds");
    core.db
        .write(|connection| {
            Box::pin(async move {
                for sql in [
                    "insert into templates (app_id, template_id, title, content, first_seen_at, seen_at) values ('wx1', 't1', '活动 Start', '', 0, 0)",
                    "insert into followers (app_id, openid, following, updated_at) values ('wx1', 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc', 1, 0)",
                    "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
                     values ('m', 'wx1', 'oLVPpjqs9BhvzwPj5A-vTYAX3GLc', 't1', '{}', 'queued', 'c', 0, 0, 'x', 0)",
                    "insert into media (id, app_id, media_id, user_id, answer_title, question_id, state, next_attempt_at, actor, created_at, expires_at)
                     values ('p', 'wx1', 'm1', '小满 1', 'a', 'q', 'pending', 0, 'x', 0, 0)",
                ] {
                    sqlx::query(sql).execute(&mut *connection).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("fills");
    Accounts::open(core).await.expect("opens")
}

fn frame(role: Role) -> Frame {
    Frame {
        person: Some(Person { name: "周敏".into(), role }),
        account: Some(AccountName { app_id: "wx1".into(), name: "青禾".into(), ..AccountName::default() }),
        ..Frame::default()
    }
}

async fn links(accounts: &Accounts, role: Role, typed: &str) -> Vec<String> {
    let found = find(accounts, &frame(role), typed).await.expect("finds");
    found.into_iter().flat_map(|found| found.hits).map(|hit| hit.to).collect()
}

#[tokio::test]
async fn pages_are_found_in_either_language_and_by_right() {
    let folder = tempfile::tempdir().expect("folder");
    let accounts = accounts(folder.path()).await;
    assert_eq!(links(&accounts, Role::Admin, "操作日志").await, ["/audit"]);
    assert_eq!(links(&accounts, Role::Admin, "AUDIT").await, ["/audit"]);
    assert!(links(&accounts, Role::Reviewer, "audit").await.is_empty());
    assert!(links(&accounts, Role::Admin, "").await.len() > 10);
}

#[tokio::test]
async fn ids_are_found_whole_and_by_right() {
    let folder = tempfile::tempdir().expect("folder");
    let accounts = accounts(folder.path()).await;
    let (follower, messages) = (format!("/people/{OPENID}"), format!("/messages?touser={OPENID}"));
    assert_eq!(links(&accounts, Role::Sender, OPENID).await, [follower, messages]);
    assert!(links(&accounts, Role::Developer, OPENID).await.is_empty(), "a developer sees no openids");
    assert!(links(&accounts, Role::Sender, &OPENID[..20]).await.is_empty(), "half an id finds nobody");
    assert_eq!(links(&accounts, Role::Reviewer, "小满 1").await, ["/media?user=%E5%B0%8F%E6%BB%A1+1"]);
}

#[tokio::test]
async fn templates_and_accounts_are_found_by_part_of_their_name() {
    let folder = tempfile::tempdir().expect("folder");
    let accounts = accounts(folder.path()).await;
    assert_eq!(links(&accounts, Role::Sender, "start").await, ["/templates/t1"]);
    assert!(links(&accounts, Role::Reviewer, "start").await.is_empty());
    assert_eq!(links(&accounts, Role::Admin, "青").await, ["/accounts/wx1"]);
    assert_eq!(links(&accounts, Role::Reviewer, "wx1").await, ["/"]);
}
