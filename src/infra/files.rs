//! Files and folders: private by default, whole or not at all.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use fs4::fs_std::FileExt;

use super::clock::Chance;

/// Below this much free space (bytes) downloads pause and health says so; on small disks a twentieth of them is enough.
const SPACE_FLOOR: u64 = 64 * 1024 * 1024;

/// Makes a folder (and its parents) that only its owner can enter.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a file that only its owner can read, whole or not at all: temp, fsync, link, fsync of the folder. One that stands there already
/// stays as it is: of two who make the same file at once, both read that of the first afterwards.
pub fn create_private(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", Chance::system().text(12)));
    let temp = folder.join(name);
    let linked = write_new(&temp, bytes).and_then(|()| fs::hard_link(&temp, file));
    fs::remove_file(&temp).ok();
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other.and_then(|()| sync_folder(folder)),
    }
}

fn write_new(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}

/// Makes a rename or removal in `folder` survive a power cut.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Bytes left for us on the disk that holds `folder`.
pub fn free_space(folder: &Path) -> io::Result<u64> {
    fs4::available_space(folder)
}

/// How much free space (bytes) is too little on the disk that holds `folder`: 64 MiB, or a twentieth of a small disk.
pub fn space_floor(folder: &Path) -> u64 {
    fs4::total_space(folder).map_or(SPACE_FLOOR, |total| SPACE_FLOOR.min(total / 20))
}

/// The right to be the one server of a data folder; given back when dropped or when the process dies.
pub struct OnlyOne(#[expect(dead_code, reason = "the lock lives as long as the file is open")] File);

/// Takes the data folder for this process. `Ok(None)` means that another process has it.
pub fn only_one(folder: &Path) -> io::Result<Option<OnlyOne>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(folder.join("wxdesk.lock"))?;
    Ok(if FileExt::try_lock_exclusive(&file)? { Some(OnlyOne(file)) } else { None })
}

/// The right to open a data folder (and to make what is missing in it), given back when dropped. Waits for whoever has it: each opens what
/// the one before has made.
pub async fn opening(folder: &Path) -> io::Result<OnlyOne> {
    let path = folder.join("wxdesk.open");
    let locked = tokio::task::spawn_blocking(move || {
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        FileExt::lock_exclusive(&file)?;
        Ok(OnlyOne(file))
    });
    locked.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_first_of_two_makes_the_file_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("master.key");
        create_private(&file, b"first").expect("makes");
        create_private(&file, b"second").expect("leaves alone");
        assert_eq!(fs::read(&file).expect("reads"), b"first");
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).expect("reads").count(), 1);
    }

    #[tokio::test]
    async fn who_opens_waits_for_who_opened_before() {
        let folder = tempfile::tempdir().expect("folder");
        let first = opening(folder.path()).await.expect("locks");
        let path = folder.path().to_owned();
        let second = tokio::spawn(async move { opening(&path).await.map(|_| ()) });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.expect("ends").expect("locks");
    }
}
