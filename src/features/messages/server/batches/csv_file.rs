//! Recipients from a CSV file.

use std::io::{self, Read};

use encoding_rs::{Encoding, GBK, UTF_8};
use encoding_rs_io::DecodeReaderBytesBuilder;

use super::upload::{Asked, Recipient, broken, too_many};
use crate::{
    features::messages::model::Data,
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
    },
};

/// How much is looked at to tell UTF-8 from GBK.
const LOOKED_AT: usize = 256 * 1024;
/// The most columns, `touser` included.
const MOST_COLUMNS: usize = 51;

/// Reads a whole file: a header line with `touser` and keys of the template, then one line a person. A line's number counts from 1 for
/// the header, as editors do.
///
/// # Errors
/// 400 for a file that breaks off, 413, 422 for one without a readable header.
pub fn read(file: &mut dyn Read, most: usize) -> Result<Asked, AppError> {
    let mut head = Vec::new();
    file.take(LOOKED_AT as u64).read_to_end(&mut head).map_err(|error| broken(&error))?;
    let encoding = guessed(&head);
    let decoded = DecodeReaderBytesBuilder::new().encoding(Some(encoding)).bom_override(true).build(io::Cursor::new(head).chain(file));
    // Every line ends with one LF, the last one too: only then does the reader's count of lines tell where a record began.
    let lines = LineFeeds::new(decoded).chain(&b"\n"[..]);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::Headers).from_reader(lines);
    let header = reader.headers().map_err(unreadable)?.clone();
    let touser = header.iter().position(|name| name.eq_ignore_ascii_case("touser") || name.eq_ignore_ascii_case("openid"));
    let Some(touser) = touser else {
        return Err(AppError::invalid(vec![FieldError::new(
            "recipients",
            "no_touser_column",
            Text::new("CSV 的标题行缺少 touser 列。", "The CSV file's header line has no touser column."),
        )]));
    };
    let mut asked = Asked::default();
    if header.len() > MOST_COLUMNS {
        asked.faults.push(FieldError::new("recipients", "too_many_columns", Text::new("列太多。", "Too many columns.")));
        return Ok(asked);
    }
    let mut recipients = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if recipients.len() >= most {
            asked.faults.push(too_many());
            break;
        }
        let values = header.iter().zip(record.iter()).enumerate().filter(|(at, (name, _))| *at != touser && !name.is_empty());
        recipients.push(Recipient {
            index: line_of(&record, reader.position().line()),
            touser: record.get(touser).unwrap_or_default().trim().into(),
            data: Data(values.map(|(_, (name, value))| (name.to_owned(), value.to_owned())).collect()),
        });
    }
    asked.recipients = Some(recipients);
    Ok(asked)
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
            let detail = Said::new(format!("CSV 第 {at} 行无法读取。"), format!("Line {at} of the CSV file cannot be read."));
            AppError::invalid(vec![FieldError::new("recipients", "csv_malformed", detail)])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipients(bytes: &[u8]) -> Vec<Recipient> {
        read(&mut &*bytes, 100).expect("reads").recipients.expect("a list")
    }

    #[test]
    fn a_byte_order_mark_quotes_and_blank_lines_are_no_trouble() {
        let read = recipients("\u{feff}touser,thing1\r\noA,\"a,\"\"b\"\"\nc\"\r\n\r\noB,乙\r\n".as_bytes());
        let plain: Vec<_> = read.iter().map(|one| (one.index, &*one.touser, one.data.get("thing1"))).collect();
        assert_eq!(plain, [(2, "oA", "a,\"b\"\nc"), (5, "oB", "乙")]);
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
        let read = recipients(&bytes);
        assert_eq!((&*read[0].touser, read[0].data.get("thing1")), ("oA", "秋末观鸟"));
    }

    #[test]
    fn a_file_without_the_column_is_refused_and_short_lines_miss_their_values() {
        let refused = read(&mut &b"name,thing1\na,b\n"[..], 100).expect_err("refused");
        assert_eq!((refused.status, refused.fields[0].code), (422, "no_touser_column"));
        assert_eq!(recipients(b"touser,thing1\noA\n")[0].data.0, []);
        assert_eq!(read(&mut &b"touser\noA\noB\n"[..], 1).expect("reads").faults[0].code, "too_many");
    }
}
