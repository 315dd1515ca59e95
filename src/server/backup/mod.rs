//! Backups: one tar file with the database as of one moment, every picture it knows, and a manifest that proves both.
//!
//! The master key stays out unless asked for: with it the file opens every secret. Nothing in a backup is believed before it is
//! checked; entries are taken by name from a short list, and whatever else a file holds makes it no backup.

mod manifest;
mod read;
mod restore;
mod store;
mod write;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use manifest::Manifest;
pub use restore::{Lost, Restored, forget_secrets, restore};
pub use write::{Made, write};

/// Checks a backup without restoring it: opens its database, recounts it, hashes every picture.
///
/// # Errors
/// A sentence that names everything that is wrong, or that the file is no backup.
pub async fn verify(file: &Path) -> anyhow::Result<Manifest> {
    let scratch = read::Scratch::make()?;
    let unpacked = read::unpack(file, read::Target::Scratch(scratch.folder()))?;
    let faults = read::faults(&unpacked).await?;
    anyhow::ensure!(faults.is_empty(), "This backup is damaged. {}", faults.join(" "));
    Ok(unpacked.manifest)
}
