//! Reading a backup: entry by entry, each under a name of ours or not at all.

use std::{
    collections::{BTreeSet, HashSet},
    fs::{self, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{
    manifest::{FORMAT, Manifest, Part},
    store,
    write::Hashing,
};
use crate::infra::{clock::Chance, files};

/// The largest manifest and key, in bytes.
const MOST_SMALL: u64 = 64 * 1024 * 1024;

/// Where the entries go.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    /// The database into a folder that goes again; pictures are only hashed.
    Scratch(&'a Path),
    /// Everything into a data folder.
    Data(&'a Path),
}

/// A backup that was read.
pub(super) struct Unpacked {
    pub manifest: Manifest,
    /// The database, under a name that no server opens.
    pub database: PathBuf,
    pub key: Option<Zeroizing<Vec<u8>>>,
    manifest_sha256: String,
    seal: Vec<u8>,
    thumbs_sha256: String,
    database_sha256: String,
    pictures: HashSet<String>,
    /// Pictures whose bytes are not those of their name.
    changed: BTreeSet<String>,
}

/// Reads `file`.
///
/// # Errors
/// A sentence: not there, no backup, cut off, or with entries that stand in no backup.
pub(super) fn unpack(file: &Path, target: Target<'_>) -> anyhow::Result<Unpacked> {
    let opened =
        File::open(file).map_err(|error| anyhow::anyhow!("The backup cannot be read ({}). Check its name and rights.", error.kind()))?;
    let mut archive = tar::Archive::new(io::BufReader::new(opened));
    let mut reading = Reading {
        target,
        seen: HashSet::new(),
        manifest: None,
        seal: None,
        key: None,
        database: None,
        pictures: HashSet::new(),
        thumbs: Sha256::new(),
        changed: BTreeSet::new(),
    };
    // Raw: long names, links and sparse files are entries of their own then, and refused like everything that is no plain file.
    for entry in archive.entries()?.raw(true) {
        reading.entry(&mut entry.map_err(|_| anyhow::anyhow!("{NO_BACKUP}"))?)?;
    }
    reading.finish()
}

const NO_BACKUP: &str = "This file is no whole wxdesk backup: it is something else, or it was cut off. Take another copy.";

struct Reading<'a> {
    target: Target<'a>,
    seen: HashSet<Part>,
    manifest: Option<(Manifest, String)>,
    seal: Option<Vec<u8>>,
    key: Option<Zeroizing<Vec<u8>>>,
    database: Option<(PathBuf, String)>,
    pictures: HashSet<String>,
    thumbs: Sha256,
    changed: BTreeSet<String>,
}

impl Reading<'_> {
    fn entry(&mut self, entry: &mut tar::Entry<'_, impl Read>) -> anyhow::Result<()> {
        let plain = entry.header().entry_type() == tar::EntryType::Regular;
        let part = Part::parse(&entry.path_bytes()).filter(|_| plain);
        let Some(part) = part else {
            anyhow::bail!("This file holds an entry that stands in no wxdesk backup, so nothing of it was used. Take another copy.");
        };
        anyhow::ensure!(self.seen.insert(part.clone()), "This file holds an entry twice, so nothing of it was used. Take another copy.");
        match &part {
            Part::Manifest => {
                let json = small(entry)?;
                let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| anyhow::anyhow!("{NO_BACKUP}"))?;
                anyhow::ensure!(
                    manifest.format == FORMAT,
                    "This backup was made by another wxdesk ({}). Use that version or a later one.",
                    manifest.version
                );
                self.manifest = Some((manifest, hex::encode(Sha256::digest(&json))));
            }
            Part::Seal => self.seal = Some(small(entry)?),
            Part::Key => self.key = Some(Zeroizing::new(small(entry)?)),
            Part::Database => {
                let (Target::Scratch(folder) | Target::Data(folder)) = self.target;
                let path = folder.join("wxdesk.db.part");
                self.database = Some((path.clone(), kept(entry, &path)?));
            }
            Part::Picture(sha256) => {
                let hash = self.take(entry, &part)?;
                self.pictures.insert(sha256.clone());
                if hash != *sha256 {
                    self.changed.insert(sha256.clone());
                }
            }
            Part::Thumbnail(_) | Part::SmallThumbnail(_) => {
                let hash = self.take(entry, &part)?;
                self.thumbs.update(hash);
            }
        }
        Ok(())
    }

    /// Keeps or only reads a picture; gives its SHA-256 in hex.
    fn take(&self, entry: &mut impl Read, part: &Part) -> anyhow::Result<String> {
        match self.target {
            Target::Scratch(_) => {
                let mut hashing = Hashing { inner: entry, hash: Sha256::new() };
                io::copy(&mut hashing, &mut io::sink()).map_err(|_| anyhow::anyhow!("{NO_BACKUP}"))?;
                Ok(hex::encode(hashing.hash.finalize()))
            }
            Target::Data(folder) => {
                let path = folder.join(part.name());
                if let Some(folder) = path.parent() {
                    files::private_folder(folder)?;
                }
                kept(entry, &path)
            }
        }
    }

    fn finish(self) -> anyhow::Result<Unpacked> {
        let (Some((manifest, manifest_sha256)), Some(seal), Some((database, database_sha256))) = (self.manifest, self.seal, self.database)
        else {
            anyhow::bail!("{NO_BACKUP}")
        };
        Ok(Unpacked {
            manifest,
            database,
            key: self.key,
            manifest_sha256,
            seal,
            thumbs_sha256: hex::encode(self.thumbs.finalize()),
            database_sha256,
            pictures: self.pictures,
            changed: self.changed,
        })
    }
}

fn small(entry: &mut tar::Entry<'_, impl Read>) -> anyhow::Result<Vec<u8>> {
    anyhow::ensure!(entry.size() <= MOST_SMALL, "{NO_BACKUP}");
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|_| anyhow::anyhow!("{NO_BACKUP}"))?;
    Ok(bytes)
}

/// Writes an entry to a new file that only its owner can read, down to the disk; gives its SHA-256 in hex.
fn kept(entry: &mut impl Read, path: &Path) -> anyhow::Result<String> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let mut hashing = Hashing { inner: entry, hash: Sha256::new() };
    io::copy(&mut hashing, &mut out).map_err(|error| match error.raw_os_error() {
        // Only our own disk gives numbers; a file that ends too early does not.
        Some(_) => anyhow::anyhow!("The backup could not be unpacked ({}). Check the space and rights of the data folder.", error.kind()),
        None => anyhow::anyhow!("{NO_BACKUP}"),
    })?;
    out.sync_all()?;
    Ok(hex::encode(hashing.hash.finalize()))
}

/// Everything that is wrong with a backup that was read.
///
/// # Errors
/// A newer schema than ours.
pub(super) async fn faults(unpacked: &Unpacked) -> anyhow::Result<Vec<String>> {
    let manifest = &unpacked.manifest;
    let mut faults = Vec::new();
    if unpacked.manifest_sha256.as_bytes() != unpacked.seal {
        faults.push("Its manifest was changed.".to_owned());
    }
    if unpacked.thumbs_sha256 != manifest.thumbs_sha256 {
        faults.push("The thumbnails are not those that were backed up.".to_owned());
    }
    if unpacked.database_sha256 != manifest.database_sha256 {
        faults.push("The database is not the one that was backed up.".to_owned());
    }
    faults.extend(unpacked.changed.iter().map(|sha256| format!("The picture {sha256} was changed.")));
    if unpacked.pictures.len() as u64 != manifest.media_files {
        faults.push(format!("It should hold {} pictures and holds {}.", manifest.media_files, unpacked.pictures.len()));
    }
    if unpacked.key.is_some() != manifest.with_key {
        faults.push("Whether the master key is inside is not as the manifest says.".to_owned());
    }
    if let (Some(key), Some(sha256)) = (&unpacked.key, &manifest.key_sha256)
        && hex::encode(Sha256::digest(key.as_slice())) != *sha256
    {
        faults.push("The master key is not the one that was backed up.".to_owned());
    }
    match inside(unpacked).await {
        Ok(more) => faults.extend(more),
        Err(_) => faults.push("The database cannot be opened.".to_owned()),
    }
    Ok(faults)
}

async fn inside(unpacked: &Unpacked) -> Result<Vec<String>, sqlx::Error> {
    let manifest = &unpacked.manifest;
    let mut opened = store::open(&unpacked.database).await?;
    let mut faults: Vec<_> = store::damage(&mut opened).await?.into_iter().map(|line| format!("SQLite says: {line}.")).collect();
    if store::schema(&mut opened).await? != manifest.schema {
        faults.push("The database's schema is not as the manifest says.".to_owned());
    }
    let counts = store::counts(&mut opened).await?;
    for (table, count) in &manifest.counts {
        let found = counts.get(table).copied().unwrap_or(0);
        if found != *count {
            faults.push(format!("It should hold {count} rows of {table} and holds {found}."));
        }
    }
    let absent = |sha256: &String| !unpacked.pictures.contains(sha256) && !manifest.missing.contains(sha256);
    let lost = store::contents(&mut opened).await?.iter().filter(|(sha256, _)| absent(sha256)).count();
    if lost > 0 {
        faults.push(format!("{lost} pictures that the database knows are not inside."));
    }
    Ok(faults)
}

/// A folder of our own for as long as it is needed.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// A new folder that only its owner can enter.
    pub fn make() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("wxdesk-verify-{}", Chance::system().text(16)));
        files::private_folder(&folder)
            .map_err(|error| anyhow::anyhow!("There is no place to unpack the database for the check ({}). Set TMPDIR.", error.kind()))?;
        Ok(Self(folder))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}
