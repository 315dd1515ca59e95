//! Round trips, and everything that must not pass.

use std::{
    fs,
    io::Read,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::*;
use crate::{
    features::{
        accounts::server::{Accounts, By, Typed, add, ensure_sending_unlocked},
        audit::model::Actor,
        webhooks::{
            self,
            server::{LostWebhook, Records, Wanted, Webhooks},
        },
    },
    infra::{
        Core,
        clock::{Chance, Clock},
        config::Place,
        files,
        trial::{self, NOON},
    },
    server::app::{self, LostKey},
};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A data folder as a server leaves it, and room beside it.
struct Bed {
    folder: TempDir,
    place: Place,
}

fn place(folder: &Path, name: &str) -> Place {
    Place { data: folder.join(name), master_key_file: None, log: "info".into() }
}

async fn open(place: &Place) -> anyhow::Result<Core> {
    opened(place, LostKey::Refuse).await
}

async fn opened(place: &Place, lost: LostKey) -> anyhow::Result<Core> {
    app::open_core_with(place.clone(), trial::settings(&[]), Clock::manual(NOON), Chance::system(), lost).await
}

fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Puts a picture where the content store would.
fn picture(place: &Place, bytes: &[u8]) -> PathBuf {
    let sha256 = hash(bytes);
    let folder = place.media().join(&sha256[..2]);
    fs::create_dir_all(&folder).expect("folder");
    fs::write(folder.join(format!("{sha256}.thumb.jpg")), b"thumb").expect("thumb");
    fs::write(folder.join(&sha256), bytes).expect("picture");
    folder.join(sha256)
}

async fn endpoint(core: &Core) {
    struct NoRecords;
    impl Records for NoRecords {
        fn record(&self, _: &str, _: &str) -> Option<serde_json::Value> {
            None
        }
    }
    let webhooks = Webhooks::open(core.clone(), Arc::new(NoRecords)).expect("opens");
    let url = "https://receiver.example/hook".into();
    let wanted = Wanted { url, description: String::new(), types: vec!["batch.ended".into()], inside: false };
    let by = webhooks::server::By { actor: Actor::Command, address: String::new() };
    webhooks.add("wx1", wanted, &by).await.expect("adds").expect("has room");
}

async fn bed() -> Bed {
    let folder = tempfile::tempdir().expect("folder");
    let place = place(folder.path(), "data");
    let core = open(&place).await.expect("opens");
    let typed = Typed {
        name: Some("青禾".into()),
        secret: Some(SecretString::from("canary-secret")),
        callback_token: Some(SecretString::from("canarytoken")),
        aes_key: Some(SecretString::from(KEY)),
        ..Typed::default()
    };
    add(&core, &By::command(), "wx1", typed).await.expect("adds");
    endpoint(&core).await;
    for bytes in [&b"one"[..], b"two"] {
        picture(&place, bytes);
        let sha256: Vec<u8> = Sha256::digest(bytes).to_vec();
        core.db
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("insert into contents (sha256, bytes, content_type, thumb, created_at) values (?, 3, 'image/png', 1, 0)")
                        .bind(sha256)
                        .execute(connection)
                        .await
                        .map(|_| ())
                })
            })
            .await
            .expect("fills");
    }
    Bed { folder, place }
}

impl Bed {
    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn backup(&self, with_key: bool) -> PathBuf {
        let file = self.file("backup.tar");
        write(&self.place, &file, with_key, NOON).await.expect("backs up");
        file
    }

    async fn restore(&self, file: &Path, place: &Place) -> anyhow::Result<Restored> {
        restore(place, file, || opened(place, LostKey::Renew)).await
    }
}

/// The entries of a backup, to make another from.
fn entries(file: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(fs::File::open(file).expect("opens"));
    let read = |entry: std::io::Result<tar::Entry<'_, fs::File>>| {
        let mut entry = entry.expect("entry");
        let name = entry.path().expect("path").to_string_lossy().into_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("reads");
        (name, bytes)
    };
    archive.entries().expect("entries").map(read).collect()
}

/// A tar file of these entries, names as they are: no library would write the bad ones.
fn forged(file: &Path, entries: &[(String, Vec<u8>)], kind: tar::EntryType) {
    let mut out = tar::Builder::new(fs::File::create(file).expect("creates"));
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        let foreign = manifest::Part::parse(name.as_bytes()).is_none();
        header.set_entry_type(if foreign { kind } else { tar::EntryType::Regular });
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        out.append(&header, bytes.as_slice()).expect("appends");
    }
    out.finish().expect("finishes");
}

#[tokio::test]
async fn what_goes_in_comes_out_with_sending_locked() {
    let bed = bed().await;
    let file = bed.backup(true).await;
    assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    let left: Vec<_> = fs::read_dir(bed.folder.path()).expect("reads").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 2, "nothing is left beside the data and the backup: {left:?}");
    let manifest = verify(&file).await.expect("whole");
    assert_eq!(manifest.counts["batches"], 0);
    assert_eq!((manifest.counts["accounts"], manifest.media_files, manifest.with_key), (1, 2, true));
    assert_eq!(manifest.created_at, "2026-11-22T04:00:00.000Z");

    let other = place(bed.folder.path(), "other");
    let restored = bed.restore(&file, &other).await.expect("restores");
    assert_eq!(restored.lost, Lost::default());
    let core = open(&other).await.expect("opens");
    assert_eq!(ensure_sending_unlocked(&core).await.expect_err("locked").status, 423);
    let account = Accounts::open(core).await.expect("opens").get("wx1").expect("there");
    assert_eq!(account.secret.expose_secret(), "canary-secret");
    let sha256 = hash(b"two");
    assert_eq!(fs::read(other.media().join(&sha256[..2]).join(&sha256)).expect("there"), b"two");
    assert_eq!(fs::read(other.media().join(&sha256[..2]).join(format!("{sha256}.thumb.jpg"))).expect("there"), b"thumb");
    for private in [other.master_key(), other.media().join(&sha256[..2]).join(&sha256)] {
        assert_eq!(fs::metadata(private).expect("there").permissions().mode() & 0o077, 0);
    }
}

#[tokio::test]
async fn a_backup_never_takes_the_place_of_what_it_saves() {
    let bed = bed().await;
    let link = bed.file("link");
    std::os::unix::fs::symlink(&bed.place.data, &link).expect("links");
    let apart = Place { master_key_file: Some(bed.file("apart.key")), ..bed.place.clone() };
    fs::copy(bed.place.master_key(), apart.master_key()).expect("copies");
    let before =
        [fs::read(bed.place.database()), fs::read(bed.place.master_key()), fs::read(apart.master_key())].map(|read| read.expect("reads"));
    for (place, target) in [
        (&bed.place, bed.place.database()),
        (&bed.place, bed.place.master_key()),
        (&bed.place, bed.place.data.join("backup.tar")),
        (&bed.place, link.join("wxdesk.db")),
        (&bed.place, bed.place.data.clone()),
        (&apart, apart.master_key()),
    ] {
        write(place, &target, false, NOON).await.expect_err("refused");
    }
    let after =
        [fs::read(bed.place.database()), fs::read(bed.place.master_key()), fs::read(apart.master_key())].map(|read| read.expect("reads"));
    assert!(before == after, "nothing was touched");
    write(&bed.place, &bed.file("elsewhere.tar"), false, NOON).await.expect("elsewhere it may lie");
}

#[tokio::test]
async fn without_the_key_the_secrets_are_named_and_the_server_still_starts() {
    let bed = bed().await;
    let file = bed.backup(false).await;
    let bytes = fs::read(&file).expect("reads");
    for canary in [&b"canary-secret"[..], b"canarytoken", KEY.as_bytes()] {
        assert!(!bytes.windows(canary.len()).any(|part| part == canary));
    }
    assert!(!entries(&file).iter().any(|(name, _)| name == "master.key"));

    let other = place(bed.folder.path(), "other");
    let Lost { accounts: lost, webhooks } = bed.restore(&file, &other).await.expect("restores").lost;
    assert_eq!(webhooks, [LostWebhook { app_id: "wx1".into(), name: "receiver.example".into() }]);
    assert_eq!((lost.len(), lost[0].app_id.as_str(), lost[0].fields.as_slice()), (1, "wx1", &["secret", "callback_token", "aes_key"][..]));
    let accounts = Accounts::open(open(&other).await.expect("opens")).await.expect("starts");
    let face = accounts.face("wx1").await.expect("face");
    assert!(!face.has_secret && !face.has_callback_token && !face.has_aes_key && face.name == "青禾");

    // The old key kept apart does as well.
    let kept = Place { master_key_file: Some(bed.place.master_key()), ..place(bed.folder.path(), "third") };
    assert_eq!(bed.restore(&file, &kept).await.expect("restores").lost, Lost::default());
}

#[tokio::test]
async fn a_key_put_into_the_new_folder_first_is_used_and_stays() {
    let bed = bed().await;
    let file = bed.backup(false).await;
    let other = place(bed.folder.path(), "other");
    files::private_folder(&other.data).expect("folder");
    fs::copy(bed.place.master_key(), other.master_key()).expect("copies");
    let broken = bed.file("broken.tar");
    fs::write(&broken, b"no backup").expect("writes");
    assert!(bed.restore(&broken, &other).await.is_err());
    assert_eq!(fs::read_dir(&other.data).expect("folder").count(), 1, "the key alone is left");
    assert_eq!(bed.restore(&file, &other).await.expect("restores").lost, Lost::default());
    assert_eq!(fs::read(other.master_key()).expect("reads"), fs::read(bed.place.master_key()).expect("reads"));
}

#[tokio::test]
async fn a_lost_key_is_refused_until_the_secrets_are_given_up() {
    let bed = bed().await;
    fs::remove_file(bed.place.master_key()).expect("removes");
    let refused = open(&bed.place).await.err().expect("refused").to_string();
    assert!(refused.contains("Put the key file back") && refused.contains("--forget-secrets"), "{refused}");
    assert!(!bed.place.master_key().exists(), "no new key takes its place");
    let core = opened(&bed.place, LostKey::Renew).await.expect("opens");
    assert_eq!(forget_secrets(&core).await.expect("forgets").accounts[0].fields, ["secret", "callback_token", "aes_key"]);
    drop(core);
    Accounts::open(open(&bed.place).await.expect("opens")).await.expect("starts");
}

#[tokio::test]
async fn a_backup_is_one_moment_while_others_write() {
    let bed = bed().await;
    let core = open(&bed.place).await.expect("opens beside");
    let typed = |name: &str| Typed { name: Some(name.into()), secret: Some(SecretString::from("s")), ..Typed::default() };
    add(&core, &By::command(), "wx2", typed("second")).await.expect("adds");
    let file = bed.backup(false).await;
    add(&core, &By::command(), "wx3", typed("third")).await.expect("the server goes on writing");
    assert_eq!(verify(&file).await.expect("whole").counts["accounts"], 2, "what was committed is in, from the log as well");
}

#[tokio::test]
async fn a_folder_that_is_not_empty_is_left_alone() {
    let bed = bed().await;
    let file = bed.backup(true).await;
    let before = fs::read(bed.place.database()).expect("reads");
    let refused = bed.restore(&file, &bed.place).await.expect_err("refused").to_string();
    assert!(refused.contains("not empty"), "{refused}");
    assert_eq!(fs::read(bed.place.database()).expect("reads"), before);
}

#[tokio::test]
async fn a_changed_byte_is_found_wherever_it_is() {
    let bed = bed().await;
    let whole = entries(&bed.backup(true).await);
    let changed = bed.file("changed.tar");
    for at in 0..whole.len() {
        let mut entries = whole.clone();
        let middle = entries[at].1.len() / 2;
        entries[at].1[middle] ^= 1;
        forged(&changed, &entries, tar::EntryType::Regular);
        assert!(verify(&changed).await.is_err(), "{}", whole[at].0);
        let other = place(bed.folder.path(), "other");
        assert!(bed.restore(&changed, &other).await.is_err(), "{}", whole[at].0);
        assert_eq!(fs::read_dir(&other.data).expect("folder").count(), 0, "{} leaves nothing behind", whole[at].0);
    }
}

#[tokio::test]
async fn a_lost_or_added_entry_is_found() {
    let bed = bed().await;
    let whole = entries(&bed.backup(true).await);
    let changed = bed.file("changed.tar");
    for at in 0..whole.len() {
        let mut entries = whole.clone();
        let name = entries.remove(at).0;
        forged(&changed, &entries, tar::EntryType::Regular);
        assert!(verify(&changed).await.is_err(), "without {name}");
    }
    let twice: Vec<_> = whole.iter().chain([&whole[0]]).cloned().collect();
    forged(&changed, &twice, tar::EntryType::Regular);
    assert!(verify(&changed).await.expect_err("twice").to_string().contains("twice"));
    // Cut off in the middle, and something else altogether.
    let bytes = fs::read(bed.file("backup.tar")).expect("reads");
    for part in [&bytes[..bytes.len() / 2], &bytes[..100], b"", b"not a tar file at all"] {
        fs::write(&changed, part).expect("writes");
        assert!(verify(&changed).await.is_err(), "{} bytes", part.len());
    }
}

#[tokio::test]
async fn no_entry_leaves_the_folder() {
    let bed = bed().await;
    let whole = entries(&bed.backup(false).await);
    let evil = bed.file("evil.tar");
    let canary = bed.file("canary");
    for (name, kind) in [
        ("../canary", tar::EntryType::Regular),
        ("media/../../canary", tar::EntryType::Regular),
        (canary.to_str().expect("text"), tar::EntryType::Regular),
        ("media/ab", tar::EntryType::Symlink),
        ("wxdesk.lock", tar::EntryType::Link),
        ("media/", tar::EntryType::Directory),
        ("long", tar::EntryType::GNULongName),
        ("pax", tar::EntryType::XHeader),
    ] {
        let mut entries = vec![(name.to_owned(), b"evil".to_vec())];
        entries.extend(whole.clone());
        forged(&evil, &entries, kind);
        let other = place(bed.folder.path(), "other");
        let refused = bed.restore(&evil, &other).await.expect_err(name).to_string();
        assert!(refused.contains("stands in no wxdesk backup"), "{name}: {refused}");
        assert!(verify(&evil).await.is_err(), "{name}");
        assert!(!canary.exists(), "{name}");
        assert_eq!(fs::read_dir(&other.data).expect("folder").count(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_picture_that_is_gone_is_named_and_a_damaged_one_stops() {
    let bed = bed().await;
    let one = hash(b"one");
    fs::remove_file(bed.place.media().join(&one[..2]).join(&one)).expect("removes");
    let file = bed.file("b.tar");
    let made = write(&bed.place, &file, false, NOON).await.expect("backs up");
    assert_eq!((made.manifest.media_files, made.manifest.missing), (1, vec![one]));
    assert!(verify(&file).await.is_ok());
    fs::write(picture(&bed.place, b"two"), b"rotten").expect("writes");
    let refused = write(&bed.place, &bed.file("c.tar"), false, NOON).await.expect_err("refused").to_string();
    assert!(refused.contains("damaged") && !bed.file("c.tar").exists(), "{refused}");
    assert!(write(&place(bed.folder.path(), "nothing"), &bed.file("d.tar"), false, NOON).await.is_err());
}
