//! What the database does not know yet: which messages are being called, and what came of it, in a file of the process's own.
//!
//! An intent is on disk before its call, and an outcome some milliseconds after it: both share their commits with many others. Were the
//! process killed in between, all of those messages would be in doubt. So each call takes a line of this file before it leaves, and what came of
//! it is noted in the same line. Then only what was really under way is in doubt: one message a call.
//!
//! Lines are written and not synced. They outlive the process, however it ends, but not the machine: after another boot nothing in here is
//! believed, and everything claimed is in doubt. The same where the database is not the one of the last beat: somebody may have put an older one
//! in its place, which knows nothing of calls that were made since.

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::outcome::Outcome;
use crate::infra::files;

/// Bytes of a line. A page of memory is a multiple of it, so that no line is ever half written.
const LINE: usize = 1024;
/// Where Linux names the present boot.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// What a line says; it ends with a line feed, and what follows is left from longer ones.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// The first: in which boot the file was made, how many lines follow, and the lease's last beat.
    Head { boot: String, lines: usize, beat: i64 },
    /// Not used yet.
    Free,
    /// This message is being called.
    Called(String),
    /// This came of it.
    Ended(Outcome),
}

/// The journal of one lease.
pub(super) struct Journal {
    file: File,
    boot: String,
    lines: usize,
    free: Mutex<Vec<usize>>,
}

/// A call's line.
#[derive(Clone)]
pub(super) struct Entry {
    journal: Arc<Journal>,
    line: usize,
}

/// What the journal of a process that is gone tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Traces {
    /// The last beat it was kept up to.
    pub(super) beat: i64,
    /// Messages that were called, with or without an outcome; all others were not.
    pub(super) called: HashSet<String>,
    /// What came of some of them.
    pub(super) ended: Vec<Outcome>,
}

/// The present boot; none where the system does not name it, and then nobody keeps a journal.
pub(super) fn boot() -> Option<String> {
    fs::read_to_string(BOOT).ok().map(|text| text.trim().to_owned()).filter(|boot| !boot.is_empty())
}

impl Journal {
    /// A new journal for a worker, its space on the disk taken ahead.
    pub(super) fn create(folder: &Path, worker: &str, lines: usize, boot: &str) -> io::Result<Arc<Self>> {
        let mut bytes = vec![b' '; (lines + 1) * LINE];
        for at in 0..=lines {
            let line = if at == 0 { Line::Head { boot: boot.to_owned(), lines, beat: 0 } } else { Line::Free };
            let text = written(&line)?;
            bytes[at * LINE..at * LINE + text.len()].copy_from_slice(&text);
        }
        files::private_folder(folder)?;
        let path = folder.join(worker);
        files::create_private(&path, &bytes)?;
        let file = OpenOptions::new().write(true).open(path)?;
        Ok(Arc::new(Self { file, boot: boot.to_owned(), lines, free: Mutex::new((1..=lines).rev().collect()) }))
    }

    /// Notes the lease's beat once the database has it. Where that fails, or the process ends in between, the journal is not believed.
    pub(super) fn beat(&self, beat: i64) {
        self.write(0, &Line::Head { boot: self.boot.clone(), lines: self.lines, beat }).ok();
    }

    /// Notes that a message is called now. Where this fails it must not be.
    pub(super) fn call(self: &Arc<Self>, id: &str) -> io::Result<Entry> {
        let line = self.free().pop().ok_or_else(|| io::Error::other("every line is taken"))?;
        self.write(line, &Line::Called(id.to_owned()))?;
        Ok(Entry { journal: self.clone(), line })
    }

    fn write(&self, line: usize, what: &Line) -> io::Result<()> {
        self.file.write_all_at(&written(what)?, u64::try_from(line * LINE).map_err(io::Error::other)?)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<usize>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// Notes what came of the call. What cannot be noted leaves the message in doubt, no more.
    pub(super) fn ended(&self, outcome: &Outcome) {
        self.journal.write(self.line, &Line::Ended(outcome.clone())).ok();
    }

    /// Gives the line to others: the outcome is in the database, and the message may be called again under another line.
    pub(super) fn done(&self) {
        match self.journal.write(self.line, &Line::Free) {
            Ok(()) => self.journal.free().push(self.line),
            // A line that says what is no longer true would be believed.
            Err(_) => _ = self.journal.file.set_len(0),
        }
    }
}

/// What the journals in a folder tell, by worker. Those of another boot, and those that cannot be read whole, tell nothing.
pub(super) fn read(folder: &Path, boot: &str) -> HashMap<String, Traces> {
    let Ok(files) = fs::read_dir(folder) else { return HashMap::new() };
    let told = files.flatten().filter_map(|file| {
        let worker = file.file_name().into_string().ok()?;
        let mut traces = traces(&fs::read(file.path()).ok()?, boot)?;
        for outcome in &mut traces.ended {
            outcome.worker = worker.as_str().into();
        }
        Some((worker, traces))
    });
    told.collect()
}

/// Removes every journal but one.
pub(super) fn clear(folder: &Path, but: &str) {
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files.flatten().filter(|file| file.file_name() != *but) {
        // One that stays is of a worker nobody asks for again.
        fs::remove_file(file.path()).ok();
    }
}

fn traces(bytes: &[u8], boot: &str) -> Option<Traces> {
    let mut lines = bytes.chunks(LINE).map(|chunk| {
        let end = chunk.iter().position(|byte| *byte == b'\n')?;
        serde_json::from_slice::<Line>(&chunk[..end]).ok()
    });
    let Line::Head { boot: made_in, lines: count, beat } = lines.next()?? else { return None };
    if made_in != boot || bytes.len() != (count + 1) * LINE {
        return None;
    }
    let mut traces = Traces { beat, ..Traces::default() };
    for line in lines {
        match line? {
            Line::Head { .. } => return None,
            Line::Free => {}
            Line::Called(id) => _ = traces.called.insert(id),
            Line::Ended(outcome) => {
                traces.called.insert(outcome.id.clone());
                traces.ended.push(outcome);
            }
        }
    }
    Some(traces)
}

/// A line as it stands in the file.
fn written(line: &Line) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    if text.len() > LINE {
        return Err(io::Error::other("longer than a line"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{super::verdict::Verdict, *};

    fn outcome(id: &str, errmsg: &str) -> Outcome {
        let verdict = Verdict::Failed { errcode: Some(43004), errmsg: Some(errmsg.into()), reason: "not_subscribed".into() };
        Outcome { id: id.into(), app_id: "wx1".into(), batch_id: None, worker: "w".into(), claimed_at: 1, verdict, braked: false, now: 2 }
    }

    #[test]
    fn it_tells_what_was_called_and_what_came_of_it() {
        let folder = tempfile::tempdir().expect("folder");
        let journal = Journal::create(folder.path(), "w", 3, "boot").expect("made");
        let (one, two) = (journal.call("one").expect("noted"), journal.call("two").expect("noted"));
        journal.call("three").expect("noted");
        assert!(journal.call("four").is_err(), "a call without a line must not be made");
        one.ended(&outcome("one", "no"));
        // Words too long for a line leave the call in doubt.
        two.ended(&outcome("two", &"长".repeat(400)));
        let told = read(folder.path(), "boot").remove("w").expect("readable");
        assert_eq!(told.called, ["one", "two", "three"].map(String::from).into());
        assert_eq!(told.ended, [outcome("one", "no")]);
        // A line is given back, and used again by a shorter one.
        one.done();
        let told = read(folder.path(), "boot").remove("w").expect("readable");
        assert_eq!((told.called, told.ended), (["two", "three"].map(String::from).into(), vec![]));
        journal.call("4").expect("noted");
        journal.beat(7);
        let told = read(folder.path(), "boot").remove("w").expect("readable");
        assert_eq!((told.called, told.beat), (["4", "two", "three"].map(String::from).into(), 7));
    }

    #[test]
    fn another_boot_and_a_damaged_file_tell_nothing() {
        let folder = tempfile::tempdir().expect("folder");
        Journal::create(folder.path(), "w", 2, "boot").expect("made").call("one").expect("noted");
        assert_eq!(read(folder.path(), "boot").len(), 1);
        assert!(read(folder.path(), "other").is_empty());
        let whole = fs::read(folder.path().join("w")).expect("reads");
        for damaged in [&whole[..whole.len() - 1], &whole[LINE..], &[], &[whole.clone(), whole.clone()].concat()] {
            fs::write(folder.path().join("w"), damaged).expect("writes");
            assert!(read(folder.path(), "boot").is_empty(), "{} bytes", damaged.len());
        }
        let mut garbage = whole;
        garbage[2 * LINE] = 0;
        fs::write(folder.path().join("w"), garbage).expect("writes");
        assert!(read(folder.path(), "boot").is_empty());
    }

    #[test]
    fn only_the_present_one_stays() {
        let folder = tempfile::tempdir().expect("folder");
        for worker in ["gone", "here"] {
            Journal::create(folder.path(), worker, 1, "boot").expect("made");
        }
        clear(folder.path(), "here");
        assert_eq!(read(folder.path(), "boot").into_keys().collect::<Vec<_>>(), ["here"]);
    }
}
