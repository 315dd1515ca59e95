//! `wxdesk import`, beside a running server.

use std::{
    fs::{self, File},
    os::unix::fs::symlink,
    path::Path,
    time::{Duration, UNIX_EPOCH},
};

use serde_json::json;
use wxdesk::sandbox::scenes;

use super::{
    house::{answer, client},
    process::Desk,
};

/// 2023-05-01 00:00:00 UTC, in seconds.
const MAY: u64 = 1_682_899_200;

fn put(root: &Path, place: &str, bytes: &[u8]) {
    let path = root.join(place);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(UNIX_EPOCH + Duration::from_secs(MAY)).unwrap();
}

/// A tree as the old code left one, and what else one finds in such trees.
fn tree(root: &Path) {
    put(root, "小满/第一周/q1/a.jpg", scenes()[0].1);
    put(root, "小满/第一周/q1/again.jpg", scenes()[0].1);
    put(root, "小满/第一周/q2/a.jpg", scenes()[0].1);
    put(root, "..小满/第一周/q1/..jpg", scenes()[1].1);
    put(root, "小满/第一周/q1/page.jpg", b"<script>alert(1)</script>");
    put(root, "小满/第一周/q1/empty.jpg", b"");
    put(root, "小满/第一周/q1/half.jpg", &scenes()[2].1[..scenes()[2].1.len() / 2]);
    put(root, "小满/第一周/q1/deeper/a.jpg", scenes()[1].1);
    put(root, "小满/readme.txt", b"hello");
    put(root, &format!("{}/t/q/a.jpg", "x".repeat(129)), scenes()[1].1);
    put(root, "outside/secret.jpg", scenes()[3].1);
    symlink(root.join("outside/secret.jpg"), root.join("小满/第一周/q1/link.jpg")).unwrap();
    symlink(root.join("小满"), root.join("linked")).unwrap();
    // Too large by a long way, and not read to its end: it has none of its own.
    put(root, "小满/第一周/q3/huge.jpg", b"\xff\xd8\xff\xe0");
    File::options().write(true).open(root.join("小满/第一周/q3/huge.jpg")).unwrap().set_len(8 << 30).unwrap();
}

fn stored(desk: &Desk) -> usize {
    let media = desk.data().join("media");
    if !media.exists() {
        return 0;
    }
    let folders = fs::read_dir(media).unwrap().flatten().filter(|entry| entry.file_name() != "tmp");
    folders.map(|folder| fs::read_dir(folder.path()).unwrap().count()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_tree_is_taken_over_once_and_nothing_is_followed() {
    let desk = Desk::new();
    let (root, elsewhere) = (desk.folder.path().join("pic"), tempfile::tempdir().unwrap());
    tree(&root);
    let folder = root.to_str().unwrap();
    let said = desk.run(&["import", folder], "");
    assert!(said.code == 1 && said.err.contains("wxdesk account add"), "{}", said.err);
    desk.must(&["account", "add", "--app-id", "wxa", "--name", "a"], "a-secret");
    let key = desk.must(&["key", "create", "erp", "--scope", "media:read"], "").trim().to_owned();

    let tried = desk.must(&["import", folder, "--dry-run"], "");
    assert!(tried.ends_with("Would import 3, already there 1, refused 4, strays 6, unreadable 0. Nothing was written.\n"), "{tried}");
    assert_eq!(stored(&desk), 0, "a try leaves nothing behind");

    let server = desk.serve(&[]);
    let said = desk.must(&["import", folder], "");
    assert!(said.ends_with("Imported 3, already there 1, refused 4, strays 6, unreadable 0.\n"), "{said}");
    let line = |word: &str, path: &str, why: &str| {
        let found = said.lines().find(|line| line.starts_with(&format!("{word}\t{path}\t")));
        assert!(found.is_some_and(|line| line.contains(why)), "{path}: {said}");
    };
    line("refused", "小满/第一周/q1/page.jpg", "no picture");
    line("refused", "小满/第一周/q1/empty.jpg", "no picture");
    line("refused", "小满/第一周/q1/half.jpg", "cut off");
    line("refused", "小满/第一周/q3/huge.jpg", "too large");
    line("stray", "小满/第一周/q1/link.jpg", "link");
    line("stray", "linked", "link");
    line("stray", "小满/第一周/q1/deeper", "folder");
    line("stray", "小满/readme.txt", "not within");
    line("stray", "outside/secret.jpg", "not within");
    assert_eq!(stored(&desk), 6, "two contents with two thumbnails each");

    let (status, listed) = answer(client().get(server.url("/api/v1/media?user_id=小满&question_id=q1")).bearer_auth(&key)).await;
    let record = &listed["items"][0];
    assert_eq!((status, listed["items"].as_array().unwrap().len()), (200, 1), "{listed}");
    assert_eq!(
        (&record["created_at"], &record["state"], &record["file_name"]),
        (&json!("2023-05-01T00:00:00.000Z"), &json!("stored"), &json!("a.jpg"))
    );
    let file = client().get(record["file_url"].as_str().unwrap().to_owned()).bearer_auth(&key).send().await.unwrap();
    assert_eq!(file.bytes().await.unwrap(), scenes()[0].1);

    let again = desk.must(&["import", folder], "");
    assert!(again.ends_with("Imported 0, already there 4, refused 4, strays 6, unreadable 0.\n"), "{again}");
    put(&root, "小满/第一周/q1/new.jpg", scenes()[3].1);
    assert!(desk.must(&["import", folder, "--account", "wxa"], "").contains("Imported 1, already there 4"));
    assert_eq!(desk.run(&["import", folder, "--account", "wxb"], "").code, 1);
    assert_eq!(desk.run(&["import", elsewhere.path().join("none").to_str().unwrap()], "").code, 1);
    assert_eq!(desk.run(&["import"], "").code, 2);
    assert_eq!(server.stop(), 0);
}

#[test]
fn what_cannot_be_read_is_told_and_is_the_only_failure() {
    let desk = Desk::new();
    let root = desk.folder.path().join("pic");
    put(&root, "u/t/q/a.jpg", scenes()[0].1);
    desk.must(&["account", "add", "--app-id", "wxa", "--name", "a"], "a-secret");
    fs::create_dir_all(root.join("u/t/r")).unwrap();
    let shut = root.join("u/t/r");
    fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    let may_anyway = fs::read_dir(&shut).is_ok();
    let said = desk.run(&["import", root.to_str().unwrap()], "");
    fs::set_permissions(&shut, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    if may_anyway {
        assert_eq!((said.code, said.out.as_str()), (0, "Imported 1, already there 0, refused 0, strays 0, unreadable 0.\n"));
    } else {
        assert_eq!(said.code, 1);
        assert!(said.out.contains("unreadable\tu/t/r\t") && said.out.contains("Imported 1,"), "{}", said.out);
        assert!(said.err.contains("could not be read"), "{}", said.err);
    }
}
