//! Hashing what is stored again, beside a running server: files that are missing, or no longer what their name says.

mod store;

use std::io::{self, Read};

use sha2::{Digest, Sha256};

use self::store::Kept;
use super::content::ContentStore;
use crate::infra::Core;

/// Contents read from the database at once.
const BATCH: i64 = 500;
/// Bytes read at once.
const PIECE: usize = 256 * 1024;

/// What is wrong with a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no file.
    Missing,
    /// The file holds something else.
    Damaged,
    /// The file cannot be read.
    Unreadable,
}

/// A content that is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// SHA-256 of what should be there, in hex.
    pub sha256: String,
    /// What is wrong.
    pub fault: Fault,
    /// How many pictures show it, those in the bin with them.
    pub pictures: i64,
    /// One of them.
    pub picture: Option<String>,
}

/// How many contents there are, how many bytes they have, and how many are not whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Contents looked at.
    pub contents: u64,
    /// Bytes hashed.
    pub bytes: u64,
    /// Contents that are not whole.
    pub broken: u64,
}

/// Hashes every stored content, one after the other, and tells of each that is not whole. What is let go meanwhile is no fault.
///
/// # Errors
/// A database that cannot be read, a media folder that cannot be opened.
pub async fn check(core: &Core, mut tell: impl FnMut(Broken)) -> anyhow::Result<Report> {
    let contents = ContentStore::open(core.place.media())?;
    let (mut report, mut after) = (Report::default(), Vec::new());
    loop {
        let batch = store::after(core.db.read(), &after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(report) };
        after.clone_from(&last.sha256);
        for kept in batch {
            let (store, name) = (contents.clone(), hex::encode(&kept.sha256));
            let read = tokio::task::spawn_blocking(move || hashed(&store, &name)).await?;
            report.contents += 1;
            let fault = match read {
                Ok((hash, bytes)) => {
                    report.bytes += bytes;
                    (hash != kept.sha256).then_some(Fault::Damaged)
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Fault::Missing),
                Err(_) => Some(Fault::Unreadable),
            };
            if let Some(fault) = fault
                && let Some(broken) = told(core, kept, fault).await?
            {
                report.broken += 1;
                tell(broken);
            }
        }
    }
}

/// A fault as it is told, unless the content has gone meanwhile.
async fn told(core: &Core, kept: Kept, fault: Fault) -> Result<Option<Broken>, sqlx::Error> {
    let shown = store::shown(core.db.read(), &kept.sha256).await?;
    Ok(shown.map(|(pictures, picture)| Broken { sha256: hex::encode(kept.sha256), fault, pictures, picture }))
}

fn hashed(contents: &ContentStore, sha256: &str) -> io::Result<(Vec<u8>, u64)> {
    let (mut file, mut hash, mut piece, mut bytes) = (contents.read_now(sha256)?, Sha256::new(), vec![0; PIECE], 0);
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Ok((hash.finalize().to_vec(), bytes));
        }
        hash.update(&piece[..count]);
        bytes += count as u64;
    }
}
