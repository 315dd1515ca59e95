//! The command line as operators script it: what it prints, what it refuses, with which exit code.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use serde_json::json;
use wxdesk::sandbox::{SANDBOX_APP_ID, SANDBOX_SECRET};

use super::{
    house::{answer, client},
    process::Desk,
};

fn one_sentence(err: &str) {
    assert!(!err.trim().is_empty() && err.trim().lines().count() <= 2, "one plain sentence, not: {err}");
    assert!(!err.contains("Error {") && !err.contains("panicked"), "{err}");
}

#[test]
fn wrong_usage_is_2_and_help_says_every_default() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["nonsense"], "").code, 2);
    assert_eq!(desk.run(&["user", "add", "x", "--role", "king"], "password1").code, 2);
    assert_eq!(desk.run(&["key", "create", "k", "--scope", "everything"], "").code, 2);
    for wrong in [["--public-url", "wx.example.com"], ["--log", "wxdesk=loud"], ["--trusted-proxy", "proxy"]] {
        assert_eq!(desk.run(&[&["serve"][..], &wrong].concat(), "").code, 2, "{wrong:?}");
    }
    let help = desk.must(&["serve", "--help"], "");
    assert!(help.contains("[default: off]"), "{help}");
    for option in
        ["--listen", "--ops-listen", "--data", "--public-url", "--trusted-proxy", "--master-key-file", "--send-rate", "--send-parallel"]
    {
        assert!(help.contains(option), "{option}");
    }
    for default in ["127.0.0.1:3000", "127.0.0.1:3001", "./data", "24h", "200", "info", "master.key in the data folder", "http://{listen}"]
    {
        assert!(help.contains(default), "{default} in:\n{help}");
    }
}

#[test]
fn people_and_keys_are_made_listed_and_taken_away() {
    let desk = Desk::new();
    desk.must(&["user", "add", "周敏", "--role", "admin"], "correct horse\n");
    let twice = desk.run(&["user", "add", "周敏", "--role", "admin"], "correct horse");
    assert_eq!(twice.code, 1);
    one_sentence(&twice.err);
    assert_eq!(desk.run(&["user", "add", "short", "--role", "admin"], "123").code, 1);
    desk.must(&["user", "add", "林一帆", "--role", "reviewer"], "another password");
    let list = desk.must(&["user", "list"], "");
    assert!(list.contains("周敏") && list.contains("reviewer"), "{list}");
    desk.must(&["user", "password", "林一帆"], "a third password");
    desk.must(&["user", "disable", "林一帆"], "");
    let last = desk.run(&["user", "disable", "周敏"], "");
    assert_eq!(last.code, 1, "the last admin stays");
    one_sentence(&last.err);

    let key = desk.must(
        &["key", "create", "erp", "--scope", "media:write,media:read", "--scope", "token:read", "--expires", "90d", "--ip", "127.0.0.1/32"],
        "",
    );
    assert_eq!(key.lines().count(), 1, "the key alone: {key}");
    assert!(key.starts_with("wxd_"), "{key}");
    let list = desk.must(&["key", "list"], "");
    assert!(list.contains("erp") && list.contains(&key[..8]) && !list.contains(key.trim()), "{list}");
    let second = desk.must(&["key", "rotate", "erp", "--overlap", "1h"], "");
    assert!(second.starts_with("wxd_") && second != key && second.lines().count() == 1, "{second}");
    let list = desk.must(&["key", "list"], "");
    assert!(list.contains(&format!("old {} until ", &key[..8])) && !list.contains(second.trim()), "{list}");
    assert_eq!(desk.run(&["key", "rotate", "erp"], "").code, 1, "the old secret is still good");
    assert_eq!(desk.run(&["key", "rotate", "erp", "--overlap", "2h"], "").code, 2);
    desk.must(&["key", "end-old", "erp"], "");
    assert_eq!(desk.run(&["key", "end-old", "erp"], "").code, 1);
    desk.must(&["key", "revoke", "erp"], "");
    assert_eq!(desk.run(&["key", "revoke", "nobody"], "").code, 1);
    let leaked = desk.must(&["key", "create", "leaked", "--scope", "messages:read"], "");
    desk.must(&["key", "create", &leaked[..8], "--scope", "messages:read"], "");
    assert_eq!(desk.run(&["key", "revoke", &leaked[..8]], "").code, 1, "one is called as the other begins");
    assert!(desk.must(&["key", "revoke", "leaked"], "").contains("leaked"));
    let mode = fs::metadata(desk.data()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "the data folder is the owner's");
}

#[test]
fn accounts_are_added_set_listed_and_checked() {
    let desk = Desk::new();
    let simulator = desk.simulator();
    let base = simulator.url("");
    let add = ["account", "add", "--app-id", SANDBOX_APP_ID, "--name", "青禾自然教育", "--api-base", &base];
    desk.must(&[&add[..], &["--js-domain", "H5.Example.com,localhost", "--h5-origin", "https://h5.example.com"]].concat(), SANDBOX_SECRET);
    let twice = desk.run(&add, SANDBOX_SECRET);
    assert_eq!(twice.code, 1);
    one_sentence(&twice.err);
    for wrong in [&["account", "add", "--app-id", "wx/../x", "--name", "x"][..], &["account", "set", SANDBOX_APP_ID, "--h5-origin", "x y"]]
    {
        let said = desk.run(wrong, "secret");
        assert_eq!(said.code, 2, "{wrong:?} {}", said.err);
        one_sentence(&said.err);
    }
    let list = desk.must(&["account", "list"], "");
    assert!(list.contains(SANDBOX_APP_ID) && list.contains("青禾自然教育") && !list.contains(SANDBOX_SECRET), "{list}");
    let checked = desk.run(&["account", "check", SANDBOX_APP_ID], "");
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    assert!(checked.out.lines().filter(|line| line.starts_with(['✓', '✕', '–'])).count() >= 4, "{}", checked.out);
    desk.must(&["account", "set", SANDBOX_APP_ID, "--name", "新名字"], "");
    assert!(desk.must(&["account", "list"], "").contains("新名字"));
    desk.must(&["account", "add", "--app-id", "wxwrong", "--name", "错的", "--api-base", &base], "wrong-secret");
    let checked = desk.run(&["account", "check", "wxwrong"], "");
    assert_eq!(checked.code, 1);
    assert!(checked.out.contains('✕'), "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_sees_what_commands_change() {
    let desk = Desk::new();
    let server = desk.serve(&[]);
    let http = client();
    assert!(server.said.iter().any(|line| line.starts_with(&format!("Set up: {}/setup?token=", server.url("")))), "{:?}", server.said);
    let second = desk.run(&["serve", "--listen", "127.0.0.1:1"], "");
    assert_eq!(second.code, 1);
    one_sentence(&second.err);
    let key = desk.must(&["key", "create", "late", "--scope", "messages:read"], "").trim().to_owned();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (status, body) = answer(http.get(server.url("/api/v1/messages")).bearer_auth(&key)).await;
    // The key is known now; there is only no account yet.
    assert_eq!((status, body["code"].as_str()), (404, Some("unknown_account")), "{body}");
    desk.must(&["key", "revoke", "late"], "");
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (status, _) = answer(http.get(server.url("/api/v1/messages")).bearer_auth(&key)).await;
    assert_eq!(status, 401);
    assert_eq!(server.stop(), 0);
}

#[test]
fn a_start_that_cannot_work_says_why() {
    let desk = Desk::new();
    desk.must(&["migrate"], "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = desk.run(&["serve", "--listen", &address, "--ops-listen", "127.0.0.1:0"], "");
    assert_eq!(said.code, 1);
    assert!(said.err.contains(&address) && said.err.contains("--listen"), "{}", said.err);

    let key = desk.data().join("master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let said = desk.run(&["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"], "");
    assert_eq!(said.code, 1);
    one_sentence(&said.err);
    assert!(said.err.contains("chmod 600"), "{}", said.err);
}

#[test]
fn first_commands_at_once_share_one_key() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        for id in ["wxa", "wxb", "wxc", "wxd"] {
            let desk = &desk;
            scope.spawn(move || desk.must(&["account", "add", "--app-id", id, "--name", id], "a-secret"));
        }
    });
    // Listing opens every secret.
    assert_eq!(desk.must(&["account", "list"], "").lines().count(), 4);
}

#[test]
fn a_lost_key_is_told_and_secrets_can_be_given_up() {
    let desk = Desk::new();
    desk.must(&["account", "add", "--app-id", "wxa", "--name", "a"], "a-secret");
    let mistyped = desk.run(&["--master-key-file", "/nonexistent/master.key", "account", "list"], "");
    fs::remove_file(desk.data().join("master.key")).unwrap();
    for said in [mistyped, desk.run(&["account", "list"], "")] {
        assert_eq!(said.code, 1);
        one_sentence(&said.err);
        assert!(said.err.contains("Put the key file back") && said.err.contains("type the secrets again"), "{}", said.err);
    }
    assert!(!desk.data().join("master.key").exists());
    let said = desk.must(&["migrate", "--forget-secrets"], "");
    assert!(said.contains("Type again for wxa (a): AppSecret"), "{said}");
    desk.must(&["account", "set", "wxa", "--secret-stdin"], "a-secret");
}

#[test]
fn a_full_disk_and_a_strange_file_are_one_sentence() {
    let desk = Desk::new();
    let said = desk.run_limited(64, &["account", "add", "--app-id", "wxa", "--name", "a"], "a-secret");
    assert_eq!(said.code, 1, "{}", said.err);
    one_sentence(&said.err);
    assert!(said.err.contains("The disk is full"), "{}", said.err);
    let other = Desk::new();
    fs::create_dir(other.data()).unwrap();
    fs::write(other.data().join("wxdesk.db"), "no database at all".repeat(1000)).unwrap();
    let said = other.run(&["account", "list"], "");
    assert_eq!(said.code, 1);
    one_sentence(&said.err);
    assert!(said.err.contains("damaged"), "{}", said.err);
}

#[test]
fn variables_read_as_people_write_them() {
    let desk = Desk::new();
    let variables = [("WXDESK_SANDBOX", "0"), ("WXDESK_TRUSTED_PROXY", ""), ("WXDESK_PUBLIC_URL", ""), ("WXDESK_LOG", "")];
    let said = desk.run_with(&variables, &["account", "list"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = desk.run_with(&[("WXDESK_SANDBOX", "perhaps")], &["account", "list"]);
    assert_eq!(said.code, 1);
    one_sentence(&said.err);
}

#[test]
fn a_stop_during_the_start_is_an_orderly_one() {
    assert_eq!(Desk::new().stop_at_once(), 0);
}

#[test]
fn sandbox_and_real_folders_are_kept_apart() {
    let desk = Desk::new();
    desk.must(&["account", "add", "--app-id", "wxreal", "--name", "真的"], "secret-of-a-real-one");
    // The folder of the sandbox is another one; here a real account is put exactly there.
    let sandbox = format!("{}-sandbox", desk.data().display());
    let said = desk.run(&["--data", &sandbox, "account", "add", "--app-id", "wxreal", "--name", "真的"], "secret-of-a-real-one");
    assert_eq!(said.code, 0, "{}", said.err);
    let said =
        desk.run(&["serve", "--sandbox", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--sandbox-listen", "127.0.0.1:0"], "");
    assert_eq!(said.code, 1);
    one_sentence(&said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_with_sending_locked() {
    let desk = Desk::new();
    let simulator = desk.simulator();
    let base = simulator.url("");
    desk.must(&["account", "add", "--app-id", SANDBOX_APP_ID, "--name", "青禾", "--api-base", &base], SANDBOX_SECRET);
    let server = desk.serve(&[]);
    let file = desk.folder.path().join("copy.wxdesk").to_string_lossy().into_owned();
    desk.must(&["backup", &file, "--with-key"], "");
    desk.must(&["verify", &file], "");
    let said = desk.must(&["verify", "--pictures"], "");
    assert!(said.starts_with("All ") && said.contains("are whole"), "{said}");
    assert_eq!([desk.run(&["verify"], "").code, desk.run(&["verify", &file, "--pictures"], "").code], [2, 2]);
    drop(server);
    let other = Desk::new();
    other.must(&["restore", &file], "");
    assert_eq!(desk.run(&["restore", &file], "").code, 1, "a folder with data is not overwritten");
    let key = other.must(&["key", "create", "k", "--scope", "messages:send"], "").trim().to_owned();
    let server = other.serve(&[]);
    let body = json!({"touser": "oSandboxSomebody", "template_id": "t", "data": {}});
    let send = || client().post(server.url("/api/v1/messages")).bearer_auth(&key).json(&body);
    let (status, said) = answer(send()).await;
    assert_eq!((status, said["code"].as_str()), (423, Some("sending_locked")), "{said}");
    other.must(&["unlock-sending"], "");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(answer(send()).await.0, 202);

    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&file, bytes).unwrap();
    assert_eq!(desk.run(&["verify", &file], "").code, 1, "a damaged copy is told");
}
