//! Files and folders: private by default, whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use fs4::fs_std::FileExt;

/// Makes a folder (and its parents) that only its owner can enter.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes a file that only its owner can read: temp, fsync, rename, fsync of the folder.
pub fn write_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temp = file.with_extension("new");
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temp)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    fs::rename(&temp, file)?;
    sync_folder(folder)
}

/// Makes a rename or removal in `folder` survive a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Bytes left for us on the disk that holds `folder`.
pub fn free_space(folder: &Path) -> io::Result<u64> {
    fs4::available_space(folder)
}

/// The right to be the one server of a data folder; given back when dropped or when the process dies.
pub struct OnlyOne(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

/// Takes the data folder for this process. `Ok(None)` means that another process has it.
pub fn only_one(folder: &Path) -> io::Result<Option<OnlyOne>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join("wxdesk.lock"))?;
    Ok(if FileExt::try_lock_exclusive(&file)? { Some(OnlyOne(file)) } else { None })
}
