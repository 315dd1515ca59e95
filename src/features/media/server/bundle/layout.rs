//! The bytes of a ZIP of stored files, laid out before any is read: so its length is known, and it can be given from anywhere on.
//!
//! The `zip` crate writes from the start only. This is the part of the format that plain files need (APPNOTE.TXT 6.3.10): entries stored as
//! they are, each checksum behind its bytes, zip64 where an offset asks for it.

use std::io::{self, Read, Write};

/// Flags of every entry: the checksum follows the bytes (bit 3), names are UTF-8 (bit 11).
const FLAGS: u16 = 0x0808;
/// Bytes read at once.
const PIECE: usize = 64 * 1024;
/// Lengths of the parts that have no name in them.
const LOCAL: u64 = 30;
const BEHIND: u64 = 16;
const CENTRAL: u64 = 46;
const WIDE_OFFSET: u64 = 12;
const END: u64 = 22;
const WIDE_END: u64 = 56 + 20;
/// What a field of four bytes says where the true value stands elsewhere.
const ELSEWHERE: u32 = u32::MAX;

/// A file in a ZIP.
pub(super) struct Entry {
    /// Its path.
    pub path: String,
    /// Date and time as MS-DOS has them.
    pub dated: (u16, u16),
    /// How long it is; below 4 GiB.
    pub bytes: u32,
    /// Its checksum, where it is known.
    pub crc: Option<u32>,
}

impl Entry {
    fn size(&self) -> u64 {
        LOCAL + self.path.len() as u64 + u64::from(self.bytes) + BEHIND
    }

    fn central_size(&self, start: u64) -> u64 {
        CENTRAL + self.path.len() as u64 + if wide(start) { WIDE_OFFSET } else { 0 }
    }
}

const fn wide(offset: u64) -> bool {
    offset >= ELSEWHERE as u64
}

/// A whole ZIP.
pub(super) struct Layout {
    entries: Vec<Entry>,
    starts: Vec<u64>,
    directory: u64,
    end: u64,
}

/// What a [`Layout`] is filled from.
pub(super) trait Files {
    /// Opens the file of an entry. `begins`: its first byte is given out.
    fn open(&mut self, at: usize, begins: bool) -> io::Result<Box<dyn Read + '_>>;
    /// Told the checksum of an entry that was not known.
    fn learnt(&mut self, at: usize, crc: u32);
}

impl Layout {
    /// Of these files, in this order.
    pub fn new(entries: Vec<Entry>) -> Self {
        let mut directory = 0;
        let mut starts = Vec::with_capacity(entries.len());
        for entry in &entries {
            starts.push(directory);
            directory += entry.size();
        }
        let end = directory + entries.iter().zip(&starts).map(|(entry, start)| entry.central_size(*start)).sum::<u64>();
        Self { entries, starts, directory, end }
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        self.end + END + if self.is_wide() { WIDE_END } else { 0 }
    }

    fn is_wide(&self) -> bool {
        wide(self.directory) || wide(self.end - self.directory) || self.entries.len() >= usize::from(u16::MAX)
    }

    /// Writes `count` bytes from `from` on. Blocks.
    pub fn write(&mut self, from: u64, count: u64, files: &mut impl Files, out: impl Write) -> io::Result<()> {
        let mut out = Cut { skip: from, left: count, out };
        for at in 0..self.entries.len() {
            if out.left == 0 {
                return Ok(());
            }
            if !out.passes(self.entries[at].size()) {
                self.write_entry(at, files, &mut out)?;
            }
        }
        for at in 0..self.entries.len() {
            if out.left == 0 {
                return Ok(());
            }
            if !out.passes(self.entries[at].central_size(self.starts[at])) {
                let crc = self.crc(at, files)?;
                out.write_all(&central(&self.entries[at], self.starts[at], crc))?;
            }
        }
        out.write_all(&self.ending())
    }

    fn write_entry(&mut self, at: usize, files: &mut impl Files, out: &mut Cut<impl Write>) -> io::Result<()> {
        let begins = out.skip == 0;
        out.write_all(&local(&self.entries[at]))?;
        let read = copy(&mut *files.open(at, begins)?, self.entries[at].bytes, out)?;
        if let Some(read) = read {
            let crc = self.keep(at, read, files);
            out.write_all(&behind(&self.entries[at], crc))?;
        }
        Ok(())
    }

    /// The checksum of an entry, read from its file where nothing else says it.
    fn crc(&mut self, at: usize, files: &mut impl Files) -> io::Result<u32> {
        if let Some(crc) = self.entries[at].crc {
            return Ok(crc);
        }
        let mut nowhere = Cut { skip: u64::MAX, left: 1, out: io::sink() };
        let read = copy(&mut *files.open(at, false)?, self.entries[at].bytes, &mut nowhere)?;
        Ok(self.keep(at, read.unwrap_or_default(), files))
    }

    /// What was known stays: every way to read this ZIP tells the same.
    fn keep(&mut self, at: usize, read: u32, files: &mut impl Files) -> u32 {
        *self.entries[at].crc.get_or_insert_with(|| {
            files.learnt(at, read);
            read
        })
    }

    fn ending(&self) -> Vec<u8> {
        let (count, size) = (self.entries.len() as u64, self.end - self.directory);
        let mut out = Vec::new();
        if self.is_wide() {
            put(&mut out, &[&0x0606_4b50_u32.to_le_bytes(), &44_u64.to_le_bytes(), &45_u16.to_le_bytes(), &45_u16.to_le_bytes()]);
            put(&mut out, &[&[0; 8], &count.to_le_bytes(), &count.to_le_bytes(), &size.to_le_bytes(), &self.directory.to_le_bytes()]);
            put(&mut out, &[&0x0706_4b50_u32.to_le_bytes(), &[0; 4], &self.end.to_le_bytes(), &1_u32.to_le_bytes()]);
        }
        let (short, long) = (|value: u64| u16::try_from(value).unwrap_or(u16::MAX), |value: u64| u32::try_from(value).unwrap_or(ELSEWHERE));
        put(&mut out, &[&0x0605_4b50_u32.to_le_bytes(), &[0; 4], &short(count).to_le_bytes(), &short(count).to_le_bytes()]);
        put(&mut out, &[&long(size).to_le_bytes(), &long(self.directory).to_le_bytes(), &[0; 2]]);
        out
    }
}

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    parts.iter().for_each(|part| out.extend_from_slice(part));
}

fn name_length(entry: &Entry) -> [u8; 2] {
    u16::try_from(entry.path.len()).unwrap_or(u16::MAX).to_le_bytes()
}

fn local(entry: &Entry) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[&0x0403_4b50_u32.to_le_bytes(), &20_u16.to_le_bytes(), &FLAGS.to_le_bytes(), &[0; 2]]);
    put(&mut out, &[&entry.dated.1.to_le_bytes(), &entry.dated.0.to_le_bytes(), &[0; 12], &name_length(entry), &[0; 2]]);
    put(&mut out, &[entry.path.as_bytes()]);
    out
}

fn behind(entry: &Entry, crc: u32) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, &[&0x0807_4b50_u32.to_le_bytes(), &crc.to_le_bytes(), &entry.bytes.to_le_bytes(), &entry.bytes.to_le_bytes()]);
    out
}

fn central(entry: &Entry, start: u64, crc: u32) -> Vec<u8> {
    // Made by Unix, a plain file that its owner writes and everybody reads.
    const MADE_BY: u16 = 3 << 8 | 45;
    const MODE: u32 = 0o100_644 << 16;
    let (version, extra): (u16, u16) = if wide(start) { (45, 12) } else { (20, 0) };
    let offset = u32::try_from(start).unwrap_or(ELSEWHERE);
    let mut out = Vec::new();
    put(&mut out, &[&0x0201_4b50_u32.to_le_bytes(), &MADE_BY.to_le_bytes(), &version.to_le_bytes(), &FLAGS.to_le_bytes(), &[0; 2]]);
    put(&mut out, &[&entry.dated.1.to_le_bytes(), &entry.dated.0.to_le_bytes(), &crc.to_le_bytes()]);
    put(&mut out, &[&entry.bytes.to_le_bytes(), &entry.bytes.to_le_bytes(), &name_length(entry), &extra.to_le_bytes(), &[0; 6]]);
    put(&mut out, &[&MODE.to_le_bytes(), &offset.to_le_bytes(), entry.path.as_bytes()]);
    if wide(start) {
        put(&mut out, &[&1_u16.to_le_bytes(), &8_u16.to_le_bytes(), &start.to_le_bytes()]);
    }
    out
}

/// Copies a file that must be `bytes` long: its checksum, or none where nothing more of it is wanted.
fn copy(from: &mut dyn Read, bytes: u32, out: &mut Cut<impl Write>) -> io::Result<Option<u32>> {
    let (mut hash, mut piece, mut total) = (crc32fast::Hasher::new(), vec![0; PIECE], 0_u64);
    loop {
        let count = from.read(&mut piece)?;
        if count == 0 {
            break;
        }
        total += count as u64;
        if total > u64::from(bytes) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        hash.update(&piece[..count]);
        out.write_all(&piece[..count])?;
        if out.left == 0 {
            return Ok(None);
        }
    }
    if total < u64::from(bytes) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(hash.finalize()))
}

/// Lets so many bytes through after so many others.
struct Cut<W> {
    skip: u64,
    left: u64,
    out: W,
}

impl<W> Cut<W> {
    /// Leaves the next `count` bytes out, if none of them is wanted.
    const fn passes(&mut self, count: u64) -> bool {
        let passes = self.skip >= count;
        if passes {
            self.skip -= count;
        }
        passes
    }
}

impl<W: Write> Write for Cut<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
        let taken = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len() - skipped);
        self.out.write_all(&bytes[skipped..skipped + taken])?;
        self.skip -= skipped as u64;
        self.left -= taken as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
