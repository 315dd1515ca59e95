//! The content store: files named by the SHA-256 of what is in them, so that equal bytes lie there once and no name comes from outside.
//!
//! `{aa}/{sha256}` holds the bytes, `{aa}/{sha256}.thumb.jpg` and `.small.jpg` the thumbnails, `tmp/` what is on its way. A file that can be seen under its
//! name is whole: it was written and synced under another name first.

pub(super) mod decoders;
pub(super) mod store;

use std::{
    fs, io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use sha2::{Digest, Sha256};
use sqlx::SqlitePool;
use tokio::io::AsyncWriteExt;

use self::decoders::Decoders;
use crate::infra::files;

/// After how many written bytes the free space is looked at again.
const LOOK_EVERY: u64 = 1024 * 1024;
/// How old a file must be that no row knows before it is removed; younger ones may be about to be written down.
const ORPHAN_AGE: Duration = Duration::from_secs(24 * 3600);

/// What lies in the store for a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// The bytes as they came.
    Whole,
    /// The thumbnail.
    Thumb,
    /// The small thumbnail.
    Small,
}

impl Piece {
    const fn end(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Thumb => ".thumb.jpg",
            Self::Small => ".small.jpg",
        }
    }
}

/// The content store. Cheap to clone.
#[derive(Clone)]
pub(super) struct ContentStore {
    root: Arc<PathBuf>,
    /// Who may decode.
    pub decoders: Decoders,
    /// Below this much free space (bytes) nothing is fetched: what is left belongs to the database. Tests raise it.
    pub floor: Arc<AtomicU64>,
}

impl ContentStore {
    /// Opens (and makes) the store.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        files::private_folder(&root.join("tmp"))?;
        let floor = Arc::new(AtomicU64::new(files::space_floor(&root)));
        Ok(Self { root: Arc::new(root), decoders: Decoders::default(), floor })
    }

    /// Whether there is room to fetch something. A disk that cannot be asked counts as having room: the write will tell.
    pub fn has_room(&self) -> bool {
        files::free_space(&self.root).map_or(true, |free| free >= self.floor.load(Ordering::Relaxed))
    }

    /// Where the bytes of a content lie; `None` for what is no SHA-256.
    pub fn whole(&self, sha256: &str) -> Option<PathBuf> {
        self.path(sha256, Piece::Whole)
    }

    /// A new temporary file. `name` is made of our own ids.
    pub async fn receive(&self, name: &str) -> io::Result<Incoming> {
        let path = self.root.join("tmp").join(name);
        let mut options = tokio::fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).custom_flags(libc::O_NOFOLLOW).open(&path).await?;
        Ok(Incoming { store: self.clone(), file, path, hash: Sha256::new(), bytes: 0, looked_at: 0 })
    }

    /// Where a piece of a content lies; `None` for what is no SHA-256.
    fn path(&self, sha256: &str, piece: Piece) -> Option<PathBuf> {
        let hex = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        hex.then(|| self.root.join(&sha256[..2]).join(format!("{sha256}{}", piece.end())))
    }

    /// Whether the bytes of a content lie here. Blocks, shortly.
    pub fn holds(&self, sha256: &str) -> bool {
        self.path(sha256, Piece::Whole).is_some_and(|path| path.exists())
    }

    /// Removes the bytes and thumbnails of a content, down to the disk. Blocks. What is missing is gone already.
    pub fn remove(&self, sha256: &str) -> io::Result<()> {
        let mut folder = None;
        for piece in [Piece::Whole, Piece::Thumb, Piece::Small] {
            let path = self.path(sha256, piece).ok_or(io::ErrorKind::InvalidInput)?;
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Err(_) => {}
                Ok(()) => folder = path.parent().map(Path::to_owned),
            }
        }
        folder.map_or(Ok(()), |folder| files::sync_folder(&folder))
    }

    /// Opens stored bytes or a thumbnail for reading.
    pub async fn read(&self, sha256: &str, piece: Piece) -> io::Result<tokio::fs::File> {
        let path = self.path(sha256, piece).ok_or(io::ErrorKind::NotFound)?;
        let opened = tokio::task::spawn_blocking(move || opened(&path));
        Ok(tokio::fs::File::from_std(opened.await.map_err(io::Error::other)??))
    }

    /// How many bytes of a content lie here. Blocks, shortly.
    pub fn length(&self, sha256: &str) -> io::Result<u64> {
        Ok(fs::symlink_metadata(self.path(sha256, Piece::Whole).ok_or(io::ErrorKind::NotFound)?)?.len())
    }

    /// Opens stored bytes for a thread that may block.
    pub fn read_now(&self, sha256: &str) -> io::Result<fs::File> {
        opened(&self.path(sha256, Piece::Whole).ok_or(io::ErrorKind::NotFound)?)
    }

    /// A file without a name, gone with its last user. Blocks. `name` is made of our own ids.
    pub fn scratch(&self, name: &str) -> io::Result<fs::File> {
        let path = self.root.join("tmp").join(name);
        let file = fs::OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        fs::remove_file(path)?;
        Ok(file)
    }

    /// Puts a whole file and its thumbnails under their names. Blocks. The same bytes again replace themselves, which also mends a file
    /// that was damaged on disk.
    pub fn keep(&self, sha256: &str, temp: &Path, thumbs: &[(Piece, PathBuf)]) -> io::Result<()> {
        let file = self.path(sha256, Piece::Whole).ok_or(io::ErrorKind::InvalidInput)?;
        let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
        if !folder.exists() {
            files::private_folder(folder)?;
            files::sync_folder(&self.root)?;
        }
        if !is_folder(folder) {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        for (piece, thumb) in thumbs {
            let name = self.path(sha256, *piece).ok_or(io::ErrorKind::InvalidInput)?;
            fs::set_permissions(thumb, fs::Permissions::from_mode(0o600))?;
            fs::File::open(thumb)?.sync_all()?;
            fs::rename(thumb, name)?;
        }
        fs::File::open(temp)?.sync_all()?;
        fs::rename(temp, &file)?;
        files::sync_folder(folder)
    }

    /// Has the thumbnails of a stored picture made again, unless somebody else did. Blocks. `make` is given the bytes, and where the two belong.
    pub fn mend_thumbs(&self, sha256: &str, make: impl FnOnce(&Path, &Path, &Path) -> io::Result<()>) -> io::Result<()> {
        let place = |piece| self.path(sha256, piece).ok_or(io::ErrorKind::InvalidInput);
        let (whole, thumb, small) = (place(Piece::Whole)?, place(Piece::Thumb)?, place(Piece::Small)?);
        if opened(&thumb).is_ok() && opened(&small).is_ok() {
            return Ok(());
        }
        opened(&whole)?;
        static MENDED: AtomicU64 = AtomicU64::new(0);
        let number = MENDED.fetch_add(1, Ordering::Relaxed);
        let temp = |end: &str| self.root.join("tmp").join(format!("{sha256}.{number}{end}"));
        let (thumb_temp, small_temp) = (temp(Piece::Thumb.end()), temp(Piece::Small.end()));
        let made = make(&whole, &thumb_temp, &small_temp).and_then(|()| {
            for (from, to) in [(&thumb_temp, &thumb), (&small_temp, &small)] {
                fs::set_permissions(from, fs::Permissions::from_mode(0o600))?;
                fs::rename(from, to)?;
            }
            Ok(())
        });
        for left in [thumb_temp, small_temp] {
            fs::remove_file(left).ok();
        }
        made
    }

    /// Removes what a dead process left: everything on its way, and files older than a day that no row knows. Runs before downloads start.
    pub async fn sweep(&self, pool: &SqlitePool) -> anyhow::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(self.root.join("tmp"))? {
            let entry = entry?;
            // Whatever cannot go, such as a folder that somebody made there, must not keep pictures from coming.
            match fs::remove_file(entry.path()) {
                Ok(()) => removed += 1,
                Err(error) => tracing::warn!(kind = %error.kind(), name = ?entry.file_name(), "A file on its way could not be removed"),
            }
        }
        for first in 0..=u8::MAX {
            let folder = self.root.join(format!("{first:02x}"));
            if is_folder(&folder) {
                let known = store::known(pool, first).await?;
                removed += tokio::task::spawn_blocking(move || sweep_folder(&folder, &known)).await??;
            }
        }
        Ok(removed)
    }
}

/// Whether it is a folder itself, not a link to one: a link would lead out of the store.
fn is_folder(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir())
}

/// Opens a file of the store for reading; a link in its place, or in that of its folder, leads nowhere.
fn opened(path: &Path) -> io::Result<fs::File> {
    if !path.parent().is_some_and(is_folder) {
        return Err(io::ErrorKind::NotFound.into());
    }
    fs::OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW).open(path)
}

fn sweep_folder(folder: &Path, known: &[String]) -> io::Result<usize> {
    let known: std::collections::HashSet<&str> = known.iter().map(String::as_str).collect();
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let sha256 = name.to_str().and_then(|name| name.split('.').next()).unwrap_or_default();
        if known.contains(sha256) {
            continue;
        }
        let changed = entry.metadata()?.modified()?;
        // File times are the machine's, so its own clock is the one to compare them with.
        if SystemTime::now().duration_since(changed).is_ok_and(|age| age > ORPHAN_AGE) {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// A file on its way into the store; removed when dropped before [`ContentStore::keep`] moved it.
pub(super) struct Incoming {
    store: ContentStore,
    file: tokio::fs::File,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
    looked_at: u64,
}

impl Incoming {
    /// Appends a piece.
    ///
    /// # Errors
    /// `StorageFull` also when the disk is nearly full: half of the floor stays for the database.
    pub async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.hash.update(piece);
        self.bytes += piece.len() as u64;
        if self.bytes - self.looked_at > LOOK_EVERY {
            self.looked_at = self.bytes;
            if files::free_space(&self.store.root)? < self.store.floor.load(Ordering::Relaxed) / 2 {
                return Err(io::ErrorKind::StorageFull.into());
            }
        }
        self.file.write_all(piece).await
    }

    /// How many bytes were written.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the file lies for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where its thumbnails may be written.
    pub fn thumbs(&self) -> [(Piece, PathBuf); 2] {
        [(Piece::Thumb, self.path.with_extension("thumb")), (Piece::Small, self.path.with_extension("small"))]
    }

    /// Ends the writing and gives the SHA-256 in hex.
    pub async fn finish(&mut self) -> io::Result<String> {
        self.file.flush().await?;
        Ok(hex::encode(std::mem::take(&mut self.hash).finalize()))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
        for (_, thumb) in self.thumbs() {
            fs::remove_file(thumb).ok();
        }
    }
}
