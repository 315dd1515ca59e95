//! CSV files: UTF-8 with or without BOM, or GBK as Chinese spreadsheets write it.

use std::io::{self, Read};

use encoding_rs::{Encoding, GBK, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::{Sink, refused};
use crate::{
    features::messages::server::batches::upload::broken,
    shared::{error::AppError, lang::Said},
};

/// How much is looked at to tell UTF-8 from GBK.
const LOOKED_AT: usize = 256 * 1024;

/// Reads a whole file, line by line. A line's number counts from 1 for the header, as editors do.
///
/// # Errors
/// 400 for a file that breaks off, 413, 422 for one that is no CSV; what the sink refuses.
pub fn read(file: &mut dyn Read, sink: &mut dyn Sink) -> Result<(), AppError> {
    let mut head = Vec::new();
    file.take(LOOKED_AT as u64).read_to_end(&mut head).map_err(|error| broken(&error))?;
    let encoding = guessed(&head);
    let decoded = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(io::Cursor::new(head).chain(file));
    // Every line ends with one LF, the last one too: only then does the reader's count of lines tell where a record began.
    let lines = LineFeeds::new(decoded).chain(&b"\n"[..]);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::Headers).from_reader(lines);
    let header: Vec<String> = reader.headers().map_err(unreadable)?.iter().map(str::to_owned).collect();
    if !sink.header(&header)? {
        return Ok(());
    }
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let cells: Vec<&str> = record.iter().collect();
        if !sink.row(line_of(&record, reader.position().line()), &cells)? {
            break;
        }
    }
    Ok(())
}

/// The line a record began on, from the line its reader is at behind it.
fn line_of(record: &csv::StringRecord, behind: u64) -> u64 {
    let inside = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
    behind.saturating_sub(1 + u64::try_from(inside).unwrap_or(0))
}

/// Turns CRLF into LF.
struct LineFeeds<R> {
    inner: R,
    /// A CR at the end of what was read last: it counts only if no LF follows.
    held: bool,
}

impl<R> LineFeeds<R> {
    fn new(inner: R) -> Self {
        Self { inner, held: false }
    }
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.len() < 2 {
            return self.inner.read(buffer);
        }
        loop {
            let room = buffer.len() - 1;
            let count = self.inner.read(&mut buffer[1..=room])?;
            if count == 0 {
                let held = std::mem::take(&mut self.held);
                buffer[0] = b'\r';
                return Ok(usize::from(held));
            }
            let from = usize::from(!self.held);
            buffer[0] = b'\r';
            self.held = false;
            let mut kept = 0;
            for at in from..=count {
                let byte = buffer[at];
                if byte == b'\r' && at == count {
                    self.held = true;
                } else if byte != b'\r' || buffer[at + 1] != b'\n' {
                    buffer[kept] = byte;
                    kept += 1;
                }
            }
            if kept > 0 {
                return Ok(kept);
            }
        }
    }
}

/// UTF-8 where the beginning is valid UTF-8 (but for a character cut at its end), else GBK as Chinese spreadsheets write it.
fn guessed(head: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(head) {
        Ok(_) => UTF_8,
        Err(error) if error.error_len().is_none() => UTF_8,
        Err(_) => GBK,
    }
}

fn unreadable(error: csv::Error) -> AppError {
    let line = error.position().map(csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => broken(&error),
        _ => {
            let at = line.unwrap_or(0);
            refused("csv_malformed", Said::new(format!("CSV 第 {at} 行无法读取。"), format!("Line {at} of the CSV file cannot be read.")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes every row.
    #[derive(Default)]
    struct Noted(Vec<(u64, Vec<String>)>);

    impl Sink for Noted {
        fn header(&mut self, names: &[String]) -> Result<bool, AppError> {
            self.0.push((0, names.to_vec()));
            Ok(true)
        }

        fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
            self.0.push((line, cells.iter().map(|cell| (*cell).to_owned()).collect()));
            Ok(self.0.len() < 4)
        }
    }

    fn rows(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let mut noted = Noted::default();
        read(&mut &*bytes, &mut noted).expect("reads");
        noted.0
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn a_byte_order_mark_quotes_and_blank_lines_are_no_trouble() {
        let read = rows("\u{feff}touser,thing1\r\noA,\"a,\"\"b\"\"\nc\"\r\n\r\noB,乙\r\n".as_bytes());
        assert_eq!(read, [row(0, &["touser", "thing1"]), row(2, &["oA", "a,\"b\"\nc"]), row(5, &["oB", "乙"])]);
    }

    #[test]
    fn line_ends_are_one_byte_wherever_the_pieces_break() {
        /// Gives one byte at a time.
        struct Slow<'a>(&'a [u8]);
        impl Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0.read(&mut buffer[..1])
            }
        }
        for text in ["a\r\nb\rc\r\r\nd\n\r", "\r", "\r\n", ""] {
            let mut read = String::new();
            LineFeeds::new(Slow(text.as_bytes())).read_to_string(&mut read).expect("reads");
            assert_eq!(read, text.replace("\r\n", "\n"), "{text:?}");
        }
    }

    #[test]
    fn spreadsheets_write_gbk() {
        let (bytes, _, _) = GBK.encode("thing1,touser\n秋末观鸟,oA\n");
        assert_eq!(rows(&bytes)[1], row(2, &["秋末观鸟", "oA"]));
    }

    #[test]
    fn the_sink_says_when_it_has_enough() {
        assert_eq!(rows(b"a\n1\n2\n3\n4\n5\n").len(), 4);
    }
}
