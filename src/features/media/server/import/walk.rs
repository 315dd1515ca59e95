//! Walking an old folder tree. Pictures lie three folders deep; names are only ever read, and no link is followed.

use std::{
    fs::{self, DirEntry, File, Metadata, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;

use crate::{
    features::media::{model::NAME_MAX, server::download::Pieces},
    infra::fields::check_text,
    wechat,
};

/// The folders above a picture: sender, title, question.
const DEPTH: usize = 3;
/// Bytes read at once.
const PIECE: usize = 64 * 1024;

/// What lies in the tree.
pub(super) enum Found {
    /// A file where pictures lie.
    File(Place),
    /// Something else, and why it is none.
    Stray(PathBuf, &'static str),
    /// What could not be looked at.
    Unreadable(PathBuf, io::ErrorKind),
}

/// Where a file lies, and what that says.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub path: PathBuf,
    /// Sender, title, question.
    pub names: [String; DEPTH],
}

/// What is left of a folder.
type Entries = std::vec::IntoIter<Result<DirEntry, io::Error>>;

/// Everything below a folder, in the order of names.
pub(super) struct Walk {
    /// The folders one is in, with the names that lead there and what of each is left.
    open: Vec<(Vec<String>, Entries)>,
    path: PathBuf,
    failed: Option<Found>,
}

impl Walk {
    /// Everything below `root`, which itself may be reached over a link.
    pub fn of(root: &Path) -> Self {
        let mut walk = Self { open: Vec::new(), path: root.to_owned(), failed: None };
        walk.enter(root, Vec::new());
        walk
    }

    fn enter(&mut self, folder: &Path, names: Vec<String>) {
        match fs::read_dir(folder) {
            Ok(entries) => {
                let mut entries: Vec<_> = entries.collect();
                entries.sort_by_key(|entry| entry.as_ref().map(DirEntry::file_name).unwrap_or_default());
                self.path = folder.to_owned();
                self.open.push((names, entries.into_iter()));
            }
            Err(error) => self.failed = Some(Found::Unreadable(folder.to_owned(), error.kind())),
        }
    }

    /// What an entry is; nothing for a folder that was entered.
    fn look(&mut self, entry: &DirEntry, names: Vec<String>) -> Option<Found> {
        let path = entry.path();
        // The type of the entry itself: a link is a link, wherever it leads.
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return Some(Found::Unreadable(path, error.kind())),
        };
        if kind.is_symlink() {
            return Some(Found::Stray(path, "a link, which is not followed"));
        }
        if !kind.is_dir() && !kind.is_file() {
            return Some(Found::Stray(path, "neither a file nor a folder"));
        }
        match (kind.is_dir(), <[String; DEPTH]>::try_from(names)) {
            (false, Ok(names)) => Some(Found::File(Place { path, names })),
            (false, Err(_)) => Some(Found::Stray(path, "not within {user}/{title}/{question}")),
            (true, Ok(_)) => Some(Found::Stray(path, "a folder where a picture should be")),
            (true, Err(mut names)) => match entry.file_name().into_string() {
                Ok(name) if check_text(&name, 1, NAME_MAX).is_ok() => {
                    names.push(name);
                    self.enter(&path, names);
                    self.failed.take()
                }
                Ok(_) => Some(Found::Stray(path, "its name is longer than 128 characters or has control characters")),
                Err(_) => Some(Found::Stray(path, "its name is not UTF-8")),
            },
        }
    }
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if let Some(failed) = self.failed.take() {
            return Some(failed);
        }
        loop {
            let (names, entries) = self.open.last_mut()?;
            let names = names.clone();
            match entries.next() {
                None => {
                    self.open.pop();
                }
                Some(Err(error)) => return Some(Found::Unreadable(self.path.clone(), error.kind())),
                Some(Ok(entry)) => {
                    if let Some(found) = self.look(&entry, names) {
                        return Some(found);
                    }
                }
            }
        }
    }
}

/// A file being read. What goes wrong is kept, because the store only hears that nothing more comes.
pub(super) struct Reading {
    file: tokio::fs::File,
    pub failed: Option<io::ErrorKind>,
}

impl Reading {
    /// Opens a plain file, even if somebody has put a link or a pipe in its place meanwhile.
    pub fn open(path: &Path) -> io::Result<(Self, Metadata)> {
        let file: File = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
        let facts = file.metadata()?;
        if !facts.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok((Self { file: tokio::fs::File::from_std(file), failed: None }, facts))
    }
}

impl Pieces for &mut Reading {
    async fn next(&mut self) -> Result<Option<Bytes>, wechat::Error> {
        let mut piece = BytesMut::with_capacity(PIECE);
        match self.file.read_buf(&mut piece).await {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(piece.freeze())),
            Err(error) => {
                self.failed = Some(error.kind());
                Err(wechat::Error::Network("the file cannot be read".into()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_a_file_s_place_is_not_opened() {
        let folder = tempfile::tempdir().expect("folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), b"x").expect("writes");
        std::os::unix::fs::symlink(at("file"), at("link")).expect("links");
        let _socket = std::os::unix::net::UnixListener::bind(at("socket")).expect("binds");
        assert!(Reading::open(&at("link")).is_err() && Reading::open(&at("socket")).is_err());
        assert!(Reading::open(folder.path()).is_err() && Reading::open(&at("none")).is_err());
        assert_eq!(Reading::open(&at("file")).expect("opens").1.len(), 1);
    }

    #[test]
    fn a_folder_that_cannot_be_read_is_told() {
        let folder = tempfile::tempdir().expect("folder");
        let found: Vec<Found> = Walk::of(&folder.path().join("none")).collect();
        assert!(matches!(found.as_slice(), [Found::Unreadable(_, io::ErrorKind::NotFound)]));
    }
}
