//! What a backup says of itself, and what may stand in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The format of the file; a newer one is refused.
pub(super) const FORMAT: u32 = 1;
/// Entry of the manifest.
pub(super) const MANIFEST: &str = "manifest.json";
/// Entry with the manifest's SHA-256 in hex; the last of the file, so that one that was cut off has none.
pub(super) const SEAL: &str = "manifest.sha256";
/// Entry of the database.
pub(super) const DATABASE: &str = "wxdesk.db";
/// Entry of the master key.
pub(super) const KEY: &str = "master.key";

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format of the file.
    pub format: u32,
    /// The wxdesk that made it.
    pub version: String,
    /// Number of the newest migration in the database.
    pub schema: i64,
    /// When, RFC 3339.
    pub created_at: String,
    /// Size of the database in bytes.
    pub database_bytes: u64,
    /// SHA-256 of the database, hex.
    pub database_sha256: String,
    /// Rows of each table.
    pub counts: BTreeMap<String, i64>,
    /// Pictures, thumbnails not counted.
    pub media_files: u64,
    /// SHA-256, hex, over the SHA-256s of the thumbnails in the order they stand.
    pub thumbs_sha256: String,
    /// Pictures that the database knows but the content store did not have, as SHA-256 in hex.
    pub missing: Vec<String>,
    /// Whether the master key is inside.
    pub with_key: bool,
    /// SHA-256 of the master key's entry, hex; absent where no key is inside, and from older backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<String>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Manifest,
    Seal,
    Database,
    Key,
    Picture(String),
    Thumbnail(String),
    SmallThumbnail(String),
}

impl Part {
    /// The entry's name.
    pub fn name(&self) -> String {
        match self {
            Self::Manifest => MANIFEST.into(),
            Self::Seal => SEAL.into(),
            Self::Database => DATABASE.into(),
            Self::Key => KEY.into(),
            Self::Picture(sha256) => format!("media/{}/{sha256}", &sha256[..2]),
            Self::Thumbnail(sha256) => format!("media/{}/{sha256}.thumb.jpg", &sha256[..2]),
            Self::SmallThumbnail(sha256) => format!("media/{}/{sha256}.small.jpg", &sha256[..2]),
        }
    }

    /// Reads a name. Only names that [`Part::name`] gives are any: no path of an entry's own is ever used.
    pub fn parse(name: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(name).ok()?;
        let part = match name {
            MANIFEST => Self::Manifest,
            SEAL => Self::Seal,
            DATABASE => Self::Database,
            KEY => Self::Key,
            _ => {
                let file = name.strip_prefix("media/")?.get(3..)?;
                let (sha256, end) = file.split_once('.').unwrap_or((file, ""));
                let hex = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
                if !hex {
                    return None;
                }
                match end {
                    "thumb.jpg" => Self::Thumbnail(sha256.into()),
                    "small.jpg" => Self::SmallThumbnail(sha256.into()),
                    _ => Self::Picture(sha256.into()),
                }
            }
        };
        (part.name() == name).then_some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_are_any() {
        let hex = "ab".repeat(32);
        for part in [
            Part::Manifest,
            Part::Seal,
            Part::Database,
            Part::Key,
            Part::Picture(hex.clone()),
            Part::Thumbnail(hex.clone()),
            Part::SmallThumbnail(hex.clone()),
        ] {
            assert_eq!(Part::parse(part.name().as_bytes()), Some(part));
        }
        for bad in [
            "",
            "../wxdesk.db",
            "/wxdesk.db",
            "./wxdesk.db",
            "wxdesk.db-wal",
            "media",
            "media/",
            "media/ab",
            &format!("media/cd/{hex}"),
            &format!("media/../{hex}"),
            &format!("media/ab/../{hex}"),
            &format!("media/ab/{}", hex.to_uppercase()),
            &format!("media/ab/{hex}x"),
            &format!("media/ab/{hex}.jpg"),
            &format!("media/字/{hex}"),
        ] {
            assert_eq!(Part::parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(Part::parse(b"\xff"), None);
    }
}
