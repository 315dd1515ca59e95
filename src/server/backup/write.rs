//! Making a backup, beside a running server.

use std::{
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
};
use crate::{
    infra::{config::Place, files},
    shared::time::rfc3339,
};

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its size in bytes.
    pub bytes: u64,
    /// Its manifest.
    pub manifest: Manifest,
}

/// Makes a backup of the data folder in `file`, whole or not at all. `now` in Unix milliseconds.
///
/// # Errors
/// A sentence for the operator: no database, a full disk, a missing key.
pub async fn write(place: &Place, file: &Path, with_key: bool, now: i64) -> anyhow::Result<Made> {
    anyhow::ensure!(place.database().exists(), "There is no database in this data folder. Check --data.");
    ensure_apart(place, file)?;
    let copy = OnItsWay::beside(file, ".db.part")?;
    store::copy(&place.database(), &copy.0).await.map_err(|error| anyhow::Error::new(error).context("The database could not be copied"))?;
    let (mut manifest, contents) = describe(&copy.0, with_key, now).await?;
    let part = OnItsWay::beside(file, ".part")?;
    let out = tar::Builder::new(io::BufWriter::new(OpenOptions::new().write(true).open(&part.0)?));
    let mut tar = Tar { out, now, thumbs: Sha256::new() };
    manifest.database_sha256 = tar.file(&Part::Database, &copy.0)?;
    for (sha256, thumb) in contents {
        tar.picture(&place.media(), sha256, thumb, &mut manifest)?;
    }
    if with_key {
        manifest.key_sha256 = Some(tar.key(place)?);
    }
    let bytes = tar.finish(&mut manifest)?;
    fs::rename(&part.0, file)?;
    files::sync_folder(folder_of(file))?;
    Ok(Made { bytes, manifest })
}

/// A mistyped path must not put the backup in the place of what it is to save.
fn ensure_apart(place: &Place, file: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!file.is_dir(), "That is a folder. Name a file in it, such as backup.tar.");
    let name = file.file_name().ok_or_else(|| anyhow::anyhow!("Name a file for the backup, such as backup.tar."))?;
    let resolved = |folder: &Path| {
        let refused =
            |error: io::Error| anyhow::anyhow!("The backup cannot be written there ({}). Check the folder and its rights.", error.kind());
        folder.canonicalize().map_err(refused)
    };
    let target = resolved(folder_of(file))?.join(name);
    let inside = target.starts_with(resolved(&place.data)?);
    anyhow::ensure!(!inside, "The backup cannot lie inside the data folder. Name a file elsewhere, best on another disk.");
    let key = place.master_key();
    // Both where the path leads and the path itself, which may be a link: a rename would take the link's place.
    let named = resolved(folder_of(&key)).ok().zip(key.file_name()).map(|(folder, name)| folder.join(name));
    let is_key = key.canonicalize().is_ok_and(|key| key == target) || named.is_some_and(|key| key == target);
    anyhow::ensure!(!is_key, "That is the master key's file. Name another file for the backup.");
    Ok(())
}

/// What a copy of the database holds, and its pictures.
async fn describe(copy: &Path, with_key: bool, now: i64) -> anyhow::Result<(Manifest, Vec<(String, bool)>)> {
    let mut opened = store::open(copy).await?;
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        schema: store::schema(&mut opened).await?,
        created_at: rfc3339(now),
        database_bytes: fs::metadata(copy)?.len(),
        database_sha256: String::new(),
        counts: store::counts(&mut opened).await?,
        media_files: 0,
        thumbs_sha256: String::new(),
        missing: Vec::new(),
        with_key,
        key_sha256: None,
    };
    Ok((manifest, store::contents(&mut opened).await?))
}

/// A file on its way, gone when dropped (after the rename there is nothing left to go).
struct OnItsWay(PathBuf);

impl OnItsWay {
    /// An empty file beside `file` that only its owner can read.
    fn beside(file: &Path, suffix: &str) -> anyhow::Result<Self> {
        let name = file.file_name().ok_or_else(|| anyhow::anyhow!("Name a file for the backup, such as backup.tar."))?;
        let mut name = name.to_owned();
        name.push(suffix);
        let path = folder_of(file).join(name);
        fs::remove_file(&path).ok();
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(|error| {
            anyhow::anyhow!("The backup cannot be written there ({}). Check the folder, its rights and its space.", error.kind())
        })?;
        Ok(Self(path))
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

struct Tar {
    out: tar::Builder<io::BufWriter<File>>,
    now: i64,
    thumbs: Sha256,
}

impl Tar {
    fn header(&self, bytes: u64) -> tar::Header {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(tar::EntryType::Regular);
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.now / 1000).unwrap_or(0));
        header
    }

    fn bytes(&mut self, part: &Part, bytes: &[u8]) -> io::Result<()> {
        let mut header = self.header(bytes.len() as u64);
        self.out.append_data(&mut header, part.name(), bytes)
    }

    /// Adds a file and gives its SHA-256 in hex.
    fn file(&mut self, part: &Part, path: &Path) -> io::Result<String> {
        let file = File::open(path)?;
        let mut header = self.header(file.metadata()?.len());
        let mut hashing = Hashing { inner: file, hash: Sha256::new() };
        self.out.append_data(&mut header, part.name(), &mut hashing)?;
        Ok(hex::encode(hashing.hash.finalize()))
    }

    /// Adds a picture and its thumbnails. One that is gone (or damaged on our own disk) is named in the manifest.
    fn picture(&mut self, media: &Path, sha256: String, thumb: bool, manifest: &mut Manifest) -> anyhow::Result<()> {
        let folder = media.join(&sha256[..2]);
        match self.file(&Part::Picture(sha256.clone()), &folder.join(&sha256)) {
            Ok(hash) if hash == sha256 => manifest.media_files += 1,
            Ok(_) => anyhow::bail!("A picture in the data folder is damaged: {sha256}. Remove that file and make the backup again."),
            Err(error) if error.kind() == io::ErrorKind::NotFound => manifest.missing.push(sha256.clone()),
            Err(error) => return Err(error.into()),
        }
        let small = (Part::SmallThumbnail(sha256.clone()), folder.join(format!("{sha256}.small.jpg")));
        let large = (Part::Thumbnail(sha256.clone()), folder.join(format!("{sha256}.thumb.jpg")));
        for (part, path) in [large, small].into_iter().filter(|_| thumb) {
            match self.file(&part, &path) {
                Ok(hash) => self.thumbs.update(hash),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl Tar {
    /// Adds the master key and gives its SHA-256 in hex, which says nothing about 32 bytes of chance.
    fn key(&mut self, place: &Place) -> anyhow::Result<String> {
        let key = fs::read(place.master_key()).map(Zeroizing::new).map_err(|error| {
            anyhow::anyhow!("The master key file cannot be read ({}). Leave --with-key away, or mend it.", error.kind())
        })?;
        self.bytes(&Part::Key, &key)?;
        Ok(hex::encode(Sha256::digest(&key)))
    }

    /// Ends the file with the manifest and its seal, down to the disk; gives its size in bytes.
    fn finish(mut self, manifest: &mut Manifest) -> anyhow::Result<u64> {
        manifest.thumbs_sha256 = hex::encode(self.thumbs.finalize_reset());
        let json = serde_json::to_vec_pretty(manifest)?;
        self.bytes(&Part::Manifest, &json)?;
        self.bytes(&Part::Seal, hex::encode(Sha256::digest(&json)).as_bytes())?;
        let out = self.out.into_inner()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        out.sync_all()?;
        Ok(out.metadata()?.len())
    }
}

/// Hashes what is read through it.
pub(super) struct Hashing<R> {
    pub inner: R,
    pub hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
