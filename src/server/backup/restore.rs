//! Bringing a backup back, into an empty data folder.

use std::{fs, io::ErrorKind, path::Path};

use sqlx::SqliteConnection;

use super::{
    manifest::Manifest,
    read::{self, Target, Unpacked},
    store,
};
use crate::{
    features::{
        accounts::server::{LostSecrets, lock_in, reseal},
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        webhooks::server::{LostWebhook, lost as lost_webhooks},
    },
    infra::{Core, config::Place, files, secrets::Vault},
};

/// A backup that was brought back.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Its manifest.
    pub manifest: Manifest,
    /// What the present master key does not open.
    pub lost: Lost,
}

/// Secrets that the present master key does not open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Accounts whose secrets have to be typed again.
    pub accounts: Vec<LostSecrets>,
    /// Webhook endpoints that need a new secret.
    pub webhooks: Vec<LostWebhook>,
}

/// Brings `file` back into the data folder of `place`, which is not there or holds nothing but the master key. `open` opens the folder once
/// its files stand, making a key where there is none.
///
/// # Errors
/// A sentence for the operator; the folder is left as it was then.
pub async fn restore<F, O>(place: &Place, file: &Path, open: F) -> anyhow::Result<Restored>
where
    F: FnOnce() -> O,
    O: Future<Output = anyhow::Result<Core>>,
{
    anyhow::ensure!(is_empty(place)?, "The data folder is not empty, so nothing was restored. Choose an empty or new folder with --data.");
    let had_key = place.master_key().exists();
    let restored = fill(place, file, open, had_key).await;
    if restored.is_err() {
        clear(place, had_key);
        if !had_key {
            fs::remove_file(place.master_key()).ok();
        }
    }
    restored
}

async fn fill<F, O>(place: &Place, file: &Path, open: F, had_key: bool) -> anyhow::Result<Restored>
where
    F: FnOnce() -> O,
    O: Future<Output = anyhow::Result<Core>>,
{
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    let Some(_only_one) = files::only_one(&place.data)? else {
        anyhow::bail!("A wxdesk is serving this data folder. Stop it first, or choose another with --data.");
    };
    let unpacked = read::unpack(file, Target::Data(&place.data))?;
    let faults = read::faults(&unpacked).await?;
    anyhow::ensure!(faults.is_empty(), "This backup is damaged and was not restored. {}", faults.join(" "));
    put_key(place, &unpacked, had_key)?;
    fs::rename(&unpacked.database, place.database())?;
    files::sync_folder(&place.data)?;
    let core = open().await?;
    let lost = settle(&core, &unpacked.manifest).await?;
    core.db.close().await;
    Ok(Restored { manifest: unpacked.manifest, lost })
}

/// Puts the backup's key where the server looks for it. A key that is there already stays.
fn put_key(place: &Place, unpacked: &Unpacked, had_key: bool) -> anyhow::Result<()> {
    let Some(key) = &unpacked.key else { return Ok(()) };
    if !had_key {
        return Ok(files::create_private(&place.master_key(), key)?);
    }
    let same = fs::read(place.master_key()).is_ok_and(|present| present.trim_ascii() == key.trim_ascii());
    anyhow::ensure!(same, "Another master key is at --master-key-file already. Move it away, or name another file, and restore again.");
    Ok(())
}

/// Takes away every secret that the present master key does not open, and tokens with them; says what has to be typed again.
///
/// # Errors
/// The database.
pub async fn forget_secrets(core: &Core) -> anyhow::Result<Lost> {
    let (vault, now): (Vault, i64) = (core.vault.clone(), core.now());
    let act = Act::new(Actor::Command, "secrets.forgotten", "data");
    let work = core.db.write(move |connection| {
        Box::pin(async move {
            let lost = give_up(connection, &vault).await?;
            record_in(connection, now, &act).await?;
            Ok(lost)
        })
    });
    Ok(work.await?)
}

/// What makes a copy safe to start: no sending, no foreign tokens, no secret that does not open.
async fn settle(core: &Core, manifest: &Manifest) -> anyhow::Result<Lost> {
    let (vault, now): (Vault, i64) = (core.vault.clone(), core.now());
    let detail = serde_json::json!({"made_at": manifest.created_at, "by": manifest.version}).to_string();
    let act = Act::new(Actor::Command, "backup.restored", "data").detail(detail);
    let lost = core
        .db
        .write(move |connection| {
            Box::pin(async move {
                lock_in(connection).await?;
                let lost = give_up(connection, &vault).await?;
                record_in(connection, now, &act).await?;
                Ok(lost)
            })
        })
        .await?;
    Ok(lost)
}

/// Tokens are another server's now, and what does not open is of no use.
async fn give_up(connection: &mut SqliteConnection, vault: &Vault) -> Result<Lost, sqlx::Error> {
    store::forget_tokens(connection).await?;
    Ok(Lost { accounts: reseal(connection, vault).await?, webhooks: lost_webhooks(connection, vault).await? })
}

/// Whether the data folder holds nothing. The lost-and-found of a fresh disk is nothing, and a key kept apart may be put there first.
fn is_empty(place: &Place) -> anyhow::Result<bool> {
    let nothing = |entry: &fs::DirEntry| entry.file_name() == "lost+found" || is_key(place, entry);
    match fs::read_dir(&place.data) {
        Ok(entries) => Ok(entries.flatten().all(|entry| nothing(&entry))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => anyhow::bail!("The data folder cannot be read ({}). Check --data and its rights.", error.kind()),
    }
}

fn is_key(place: &Place, entry: &fs::DirEntry) -> bool {
    entry.path() == place.master_key() && entry.file_type().is_ok_and(|kind| kind.is_file() || kind.is_symlink())
}

/// Empties a folder that held nothing before we came; a key that was there stays.
fn clear(place: &Place, had_key: bool) {
    for entry in fs::read_dir(&place.data).into_iter().flatten().flatten().filter(|entry| entry.file_name() != "lost+found") {
        if had_key && is_key(place, &entry) {
            continue;
        }
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            fs::remove_dir_all(entry.path()).ok();
        } else {
            fs::remove_file(entry.path()).ok();
        }
    }
}
