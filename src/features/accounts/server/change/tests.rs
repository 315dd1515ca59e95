//! Adding and changing, as the database and the audit log show it afterwards.

use secrecy::ExposeSecret;

use super::*;
use crate::{
    features::accounts::{
        model::CallbackMode,
        server::{Accounts, folder_fits},
    },
    infra::trial,
};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

fn typed(name: &str) -> Typed {
    Typed { name: Some(name.into()), secret: Some(SecretString::from("canary-secret")), ..Typed::default() }
}

async fn audit(core: &Core) -> Vec<(String, String)> {
    sqlx::query_as("select action, detail from audit order by id").fetch_all(core.db.read()).await.expect("reads")
}

#[tokio::test]
async fn what_was_typed_is_there_and_sealed() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let full = Typed {
        js_domains: Some(vec!["H5.example.com".into()]),
        h5_origins: Some(vec!["https://h5.example.com".into()]),
        callback_token: Some(SecretString::from("canarytoken")),
        aes_key: Some(SecretString::from(KEY)),
        original_id: Some("gh_1".into()),
        forward_callback: Some("https://other.example/wx?key=canary-query".into()),
        ..typed("青禾")
    };
    add(&core, &By::command(), "wx1", full).await.expect("adds");
    let accounts = Accounts::open(core.clone()).await.expect("opens");
    let account = accounts.get("wx1").expect("there");
    assert_eq!(account.secret.expose_secret(), "canary-secret");
    assert_eq!(account.callback_token.as_ref().map(ExposeSecret::expose_secret), Some("canarytoken"));
    assert_eq!(account.aes_key.as_ref().map(ExposeSecret::expose_secret), Some(KEY));
    assert_eq!((account.callback_mode, account.sandbox), (CallbackMode::Safe, false));
    assert_eq!((account.name.as_str(), account.api_base.as_str()), ("青禾", wechat::API_BASE));
    assert_eq!((account.js_domains.as_slice(), account.h5_origins.len()), (["h5.example.com".to_owned()].as_slice(), 1));
    let face = accounts.face("wx1").await.expect("face");
    assert_eq!((face.has_secret, face.secret_at), (true, Some(trial::NOON)));
    let lines = audit(&core).await;
    assert_eq!(lines.len(), 1);
    assert!(lines[0].0 == "account.added" && lines[0].1.contains("h5.example.com") && !lines[0].1.contains("canary"), "{lines:?}");
}

#[tokio::test]
async fn a_change_touches_only_what_was_typed_and_leaves_a_line() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let by = By { actor: Actor::User("周敏".into()), address: Some("10.0.0.1".into()) };
    add(&core, &by, "wx1", typed("青禾")).await.expect("adds");
    set(&core, &by, "wx1", Typed { callback_token: Some(SecretString::from("tok1")), ..Typed::default() }).await.expect("sets");
    set(&core, &by, "wx1", Typed::default()).await.expect("nothing to do");
    let accounts = Accounts::open(core.clone()).await.expect("opens");
    let account = accounts.get("wx1").expect("there");
    assert_eq!((account.name.as_str(), account.secret.expose_secret()), ("青禾", "canary-secret"));
    assert_eq!(account.callback_token.as_ref().map(ExposeSecret::expose_secret), Some("tok1"));
    let lines = audit(&core).await;
    assert_eq!(lines.iter().map(|line| line.0.as_str()).collect::<Vec<_>>(), ["account.added", "account.changed"]);
    assert_eq!(lines[1].1, r#"{"callback_token":"changed"}"#);
}

#[tokio::test]
async fn a_refused_change_leaves_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    let by = By::command();
    let error = add(&core, &by, "wx1", Typed { name: Some("A".into()), ..Typed::default() }).await.expect_err("no secret");
    assert_eq!(error.fields[0].field, "secret");
    assert_eq!(add(&core, &by, "wx 1", typed("A")).await.expect_err("bad id").fields[0].field, "app_id");
    assert_eq!(set(&core, &by, "wx1", typed("A")).await.expect_err("unknown").status, 404);
    add(&core, &by, "wx1", typed("A")).await.expect("adds");
    let twice = add(&core, &by, "wx1", typed("B")).await.expect_err("twice");
    assert_eq!((twice.status, twice.code), (409, "account_exists"));
    let wrong = Typed { callback_mode: Some("safe".into()), ..typed("B") };
    assert_eq!(set(&core, &by, "wx1", wrong).await.expect_err("no key").fields[0].field, "aes_key");
    assert_eq!(audit(&core).await.len(), 1);
    assert_eq!(Accounts::open(core).await.expect("opens").get("wx1").expect("there").name, "A");
}

#[tokio::test]
async fn real_accounts_and_the_simulators_never_share_a_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    assert!(folder_fits(core.db.read(), true).await.is_ok() && folder_fits(core.db.read(), false).await.is_ok());
    let local = |port: u16| Typed { api_base: Some(format!("http://127.0.0.1:{port}")), ..typed("沙箱") };
    keep_sandbox(&core, "wxs", local(1)).await.expect("adds");
    keep_sandbox(&core, "wxs", local(2)).await.expect("moves");
    assert!(folder_fits(core.db.read(), true).await.is_ok());
    assert!(folder_fits(core.db.read(), false).await.is_err());

    let by = By::command();
    let real = Typed { api_base: Some(wechat::API_BASE.into()), ..typed("真") };
    assert_eq!(add(&core, &by, "wxr", real).await.expect_err("refused").fields[0].field, "api_base");
    add(&core, &by, "wxt", typed("第二个")).await.expect("goes to the simulator by itself");
    let accounts = Accounts::open(core.clone()).await.expect("opens");
    let second = accounts.get("wxt").expect("there");
    assert_eq!((second.api_base.as_str(), second.sandbox), ("http://127.0.0.1:2", true));

    let away = Typed { api_base: Some(wechat::API_BASE.into()), ..Typed::default() };
    assert_eq!(set(&core, &by, "wxt", away).await.expect_err("refused").fields[0].field, "api_base");

    let folder = tempfile::tempdir().expect("folder");
    let core = trial::core(folder.path()).await;
    add(&core, &by, "wxr", typed("真")).await.expect("adds");
    assert!(folder_fits(core.db.read(), true).await.is_err() && folder_fits(core.db.read(), false).await.is_ok());
    assert!(keep_sandbox(&core, "wxs", local(1)).await.is_err());
}
