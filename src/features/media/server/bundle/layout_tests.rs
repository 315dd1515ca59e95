use std::io::Cursor;

use zip::ZipArchive;

use super::*;

/// Files in memory, and what was asked of them.
struct Kept {
    files: Vec<Vec<u8>>,
    opened: Vec<usize>,
    begun: Vec<usize>,
    learnt: Vec<usize>,
}

impl Files for Kept {
    fn open(&mut self, at: usize, begins: bool) -> io::Result<Box<dyn Read + '_>> {
        self.opened.push(at);
        if begins {
            self.begun.push(at);
        }
        Ok(Box::new(Cursor::new(&self.files[at])))
    }

    fn learnt(&mut self, at: usize, _: u32) {
        self.learnt.push(at);
    }
}

fn kept(sizes: &[usize]) -> (Kept, impl Fn(bool) -> Layout) {
    let files: Vec<Vec<u8>> = (0_u8..).zip(sizes).map(|(at, size)| (0..*size).map(|byte| (byte % 251) as u8 ^ at).collect()).collect();
    let crcs: Vec<u32> = files.iter().map(|file| crc32fast::hash(file)).collect();
    let lengths: Vec<u32> = sizes.iter().map(|size| u32::try_from(*size).expect("small")).collect();
    let layout = move |known: bool| {
        let entry = |(at, bytes): (usize, &u32)| Entry {
            path: format!("小满/{at}.jpg"),
            dated: (0x5b76, 0x6000),
            bytes: *bytes,
            crc: known.then(|| crcs[at]),
        };
        Layout::new(lengths.iter().enumerate().map(entry).collect())
    };
    (Kept { files, opened: Vec::new(), begun: Vec::new(), learnt: Vec::new() }, layout)
}

fn written(layout: &mut Layout, from: u64, count: u64, files: &mut Kept) -> Vec<u8> {
    let mut out = Vec::new();
    layout.write(from, count, files, &mut out).expect("writes");
    out
}

#[test]
fn a_zip_cut_anywhere_and_glued_together_is_the_whole() {
    let (mut files, layout) = kept(&[0, 5, 70_000, 1, 300]);
    let length = layout(false).length();
    let whole = written(&mut layout(false), 0, length, &mut files);
    assert_eq!(whole.len() as u64, length, "the length is told before anything is read");
    assert_eq!(
        (files.opened.as_slice(), files.learnt.as_slice()),
        ([0, 1, 2, 3, 4].as_slice(), [0, 1, 2, 3, 4].as_slice()),
        "each is read once"
    );
    let mut zip = ZipArchive::new(Cursor::new(whole.clone())).expect("a ZIP");
    for at in 0..5 {
        let mut bytes = Vec::new();
        zip.by_name(&format!("小满/{at}.jpg")).expect("there").read_to_end(&mut bytes).expect("the checksum is right");
        assert_eq!(bytes, files.files[at]);
    }
    for known in [false, true] {
        for at in (0..length).step_by(397).chain(length - 60..=length) {
            let mut glued = written(&mut layout(known), 0, at, &mut files);
            glued.extend(written(&mut layout(known), at, length - at, &mut files));
            assert!(glued == whole, "cut at {at}");
        }
        assert_eq!(written(&mut layout(known), 100, 7, &mut files), whole[100..107]);
    }
}

#[test]
fn what_was_given_before_is_not_read_again() {
    let (mut files, layout) = kept(&[1000, 1000, 1000]);
    let length = layout(true).length();
    let from = layout(true).starts[1] + 500;
    written(&mut layout(true), from, length - from, &mut files);
    assert_eq!((files.opened.clone(), files.begun.clone(), files.learnt.len()), (vec![1, 2], vec![2], 0));
    files.opened.clear();
    written(&mut layout(false), from, length - from, &mut files);
    assert_eq!(files.opened, [1, 2, 0], "a checksum nobody knows costs reading its file");
    files.opened.clear();
    written(&mut layout(false), 0, 600, &mut files);
    assert_eq!(files.opened, [0], "what comes later is not touched");
}

#[test]
fn a_file_that_is_longer_or_shorter_than_told_is_no_zip() {
    let (mut files, layout) = kept(&[10, 10]);
    for size in [9, 11] {
        files.files[1].resize(size, 7);
        let length = layout(false).length();
        assert!(layout(false).write(0, length, &mut files, io::sink()).is_err(), "{size}");
    }
}

/// Nothing at all, as long as it takes.
struct Empty(u32);

impl Files for Empty {
    fn open(&mut self, _: usize, _: bool) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(io::repeat(0).take(u64::from(self.0))))
    }

    fn learnt(&mut self, _: usize, _: u32) {}
}

/// Keeps the last bytes of a ZIP too large for memory, where readers begin.
#[test]
fn beyond_four_gibibytes_the_wide_fields_say_where_things_are() {
    const BYTES: u32 = 60_000_000;
    let entry = |at: usize| Entry { path: format!("{at}"), dated: (0, 0), bytes: BYTES, crc: Some(0) };
    let mut layout = Layout::new((0..80).map(entry).collect());
    assert!(wide(layout.directory) && layout.starts.iter().filter(|start| wide(**start)).count() == 8);
    let (directory, length) = (layout.directory, layout.length());
    let tail = {
        let mut out = Vec::new();
        layout.write(directory, length - directory, &mut Empty(BYTES), &mut out).expect("writes");
        out
    };
    assert_eq!(tail.len() as u64, length - directory);
    // The reader is given a file with a hole where the pictures would be.
    let hole = Hole { start: directory, tail, at: 0 };
    let mut zip = ZipArchive::new(hole).expect("a ZIP");
    assert_eq!(zip.len(), 80);
    let last = zip.by_index_raw(79);
    assert!(last.is_ok_and(|file| file.header_start() == layout.starts[79] && file.size() == u64::from(BYTES)));
}

/// Local headers at any place asked for, then the tail.
struct Hole {
    start: u64,
    tail: Vec<u8>,
    at: u64,
}

impl Read for Hole {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(inside) = self.at.checked_sub(self.start) else {
            let header = local(&Entry { path: "79".into(), dated: (0, 0), bytes: 60_000_000, crc: None });
            let count = out.len().min(header.len());
            out[..count].copy_from_slice(&header[..count]);
            self.at += count as u64;
            return Ok(count);
        };
        let rest = &self.tail[usize::try_from(inside).expect("small").min(self.tail.len())..];
        let count = out.len().min(rest.len());
        out[..count].copy_from_slice(&rest[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl io::Seek for Hole {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let end = self.start + self.tail.len() as u64;
        self.at = match to {
            io::SeekFrom::Start(at) => at,
            io::SeekFrom::End(by) => end.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?,
            io::SeekFrom::Current(by) => self.at.checked_add_signed(by).ok_or(io::ErrorKind::InvalidInput)?,
        };
        Ok(self.at)
    }
}
