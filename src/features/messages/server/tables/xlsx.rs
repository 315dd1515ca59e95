//! XLSX files: the first sheet, every cell as the text a person would copy from it.

use std::io::{self, Read, Seek, SeekFrom};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use super::{MOST_COLUMNS, Sink, refused};
use crate::shared::{error::AppError, lang::Said};

/// The most a file may unpack to: a small ZIP can hold terabytes of nothing.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// The most parts of a file.
const MOST_PARTS: usize = 2000;

/// Reads the first sheet, row by row.
///
/// # Errors
/// 422 for a file that is no XLSX or unpacks to too much; what the sink refuses.
pub fn read<F: Read + Seek>(mut file: F, sink: &mut dyn Sink) -> Result<(), AppError> {
    measure(&mut file)?;
    file.seek(SeekFrom::Start(0)).map_err(|_| broken())?;
    let mut book: Xlsx<_> = Xlsx::new(io::BufReader::new(file)).map_err(|_| broken())?;
    let first = book.sheet_names().into_iter().next().ok_or_else(broken)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| broken())?;
    let mut rows = Rows { sink, at: None, cells: Vec::new(), header: false };
    while let Some(cell) = cells.next_cell().map_err(|_| broken())? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        if !rows.cell(row, usize::try_from(column).unwrap_or(usize::MAX), text)? {
            return Ok(());
        }
    }
    rows.flush().map(|_| ())
}

/// Unpacks everything once and keeps nothing: the sizes a ZIP tells of itself are anybody's.
fn measure<F: Read + Seek>(file: &mut F) -> Result<(), AppError> {
    let mut archive = zip::ZipArchive::new(io::BufReader::new(file)).map_err(|_| broken())?;
    let mut left = MOST_UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| broken())?;
        let size = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|_| broken())?;
        left = left.checked_sub(size).filter(|_| at < MOST_PARTS).ok_or_else(too_large)?;
    }
    Ok(())
}

struct Rows<'a> {
    sink: &'a mut dyn Sink,
    /// The row being put together.
    at: Option<u32>,
    cells: Vec<String>,
    /// Whether the header went by.
    header: bool,
}

impl Rows<'_> {
    fn cell(&mut self, row: u32, column: usize, text: String) -> Result<bool, AppError> {
        if self.at != Some(row) {
            if !self.flush()? {
                return Ok(false);
            }
            self.at = Some(row);
        }
        if text.is_empty() {
            return Ok(true);
        }
        // One more than is allowed, so that the sink can say so.
        if column <= MOST_COLUMNS {
            if self.cells.len() <= column {
                self.cells.resize(column + 1, String::new());
            }
            self.cells[column] = text;
        }
        Ok(true)
    }

    fn flush(&mut self) -> Result<bool, AppError> {
        let cells = std::mem::take(&mut self.cells);
        let Some(at) = self.at.take().filter(|_| cells.iter().any(|cell| !cell.trim().is_empty())) else { return Ok(true) };
        if !self.header {
            self.header = true;
            let names: Vec<String> = cells.iter().map(|name| name.trim().to_owned()).collect();
            return self.sink.header(&names);
        }
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        self.sink.row(u64::from(at) + 1, &cells)
    }
}

fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => moment_of(*moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.replace('T', " "),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// As the fields of templates want it: `2026年11月28日 08:30`, without a time where there is none, without a date where there is none.
fn moment_of(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}");
    let number = moment.as_f64();
    if number < 1.0 {
        time
    } else if number.fract() == 0.0 {
        format!("{year}年{month:02}月{day:02}日")
    } else {
        format!("{year}年{month:02}月{day:02}日 {time}")
    }
}

fn broken() -> AppError {
    refused("xlsx_malformed", Said::new("XLSX 文件无法读取。", "The XLSX file cannot be read."))
}

fn too_large() -> AppError {
    refused("xlsx_too_large", Said::new("XLSX 解压后太大，请另存为 CSV。", "The XLSX file unpacks to too much. Save it as CSV."))
}

#[cfg(test)]
pub(in crate::features::messages::server) mod tests {
    use std::io::Write;

    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    use super::*;

    /// An XLSX file with these rows on its first sheet. A cell that begins with `#` is written as a number.
    pub(in crate::features::messages::server) fn book(rows: &[&[&str]]) -> Vec<u8> {
        let cell = |(at, text): (usize, &&str), row: usize| {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(at).expect("few columns")), row + 1);
            match text.strip_prefix('#') {
                Some(number) => format!("<c r=\"{place}\"><v>{number}</v></c>"),
                None => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            }
        };
        let row = |(row, cells): (usize, &&[&str])| {
            let cells: String = cells.iter().enumerate().map(|pair| cell(pair, row)).collect();
            format!("<row r=\"{}\">{cells}</row>", row + 1)
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006";
        let parts = [
            ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
        ];
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, text) in parts {
            writer.start_file(name, options).expect("starts");
            writer.write_all(text.as_bytes()).expect("writes");
        }
        writer.finish().expect("finishes").into_inner()
    }

    #[derive(Default)]
    struct Noted(Vec<(u64, Vec<String>)>);

    impl Sink for Noted {
        fn header(&mut self, names: &[String]) -> Result<bool, AppError> {
            self.0.push((1, names.to_vec()));
            Ok(true)
        }

        fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
            self.0.push((line, cells.iter().map(|cell| (*cell).to_owned()).collect()));
            Ok(true)
        }
    }

    fn code(bytes: &[u8]) -> Option<&'static str> {
        read(io::Cursor::new(bytes), &mut Noted::default()).err().and_then(|error| error.fields.first().map(|fault| fault.code))
    }

    #[test]
    fn the_first_sheet_is_read_with_its_line_numbers() {
        let bytes = book(&[&["touser ", "amount1"], &["oA", "#128.5"], &[], &["oB", "9元"], &["", "#7"]]);
        let mut noted = Noted::default();
        read(io::Cursor::new(bytes), &mut noted).expect("reads");
        let read: Vec<_> = noted.0.iter().map(|(line, cells)| (*line, cells.join("|"))).collect();
        assert_eq!(read, [(1, "touser|amount1".into()), (2, "oA|128.5".into()), (4, "oB|9元".into()), (5, "|7".into())]);
    }

    #[test]
    fn dates_are_written_as_the_fields_want_them() {
        let moment = |number| moment_of(ExcelDateTime::new(number, calamine::ExcelDateTimeType::DateTime, false));
        assert_eq!((moment(46_354.0), moment(0.354_166_666_7)), ("2026年11月28日".into(), "08:30".into()));
        assert_eq!(moment(46_354.354_166_666_7), "2026年11月28日 08:30");
    }

    #[test]
    fn broken_files_and_bombs_are_refused() {
        assert_eq!(code(b"PK\x03\x04nonsense"), Some("xlsx_malformed"));
        let whole = book(&[&["touser"]]);
        assert_eq!(code(&whole[..whole.len() / 2]), Some("xlsx_malformed"));
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        writer.start_file("xl/bomb", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).expect("starts");
        let zeros = vec![0; 1024 * 1024];
        for _ in 0..257 {
            writer.write_all(&zeros).expect("writes");
        }
        let bomb = writer.finish().expect("finishes").into_inner();
        assert!(bomb.len() < 1024 * 1024);
        assert_eq!(code(&bomb), Some("xlsx_too_large"));
    }
}
