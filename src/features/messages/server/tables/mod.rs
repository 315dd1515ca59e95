//! Tables as people have them, CSV and XLSX: one reader for the API and the page.

pub mod csv;
pub mod xlsx;

use std::io::{Read, Seek, SeekFrom};

use crate::shared::{
    error::{AppError, FieldError},
    lang::Said,
};

/// The most columns of a table.
pub const MOST_COLUMNS: usize = 51;

/// Takes a table line by line, so that a large one needs little memory.
pub trait Sink {
    /// The first line. Answers whether more is wanted.
    ///
    /// # Errors
    /// What is wrong with it.
    fn header(&mut self, names: &[String]) -> Result<bool, AppError>;

    /// A line below it; `line` counts from 1 for the header, and blank lines are left out. Answers whether more is wanted.
    ///
    /// # Errors
    /// What is wrong with it.
    fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError>;
}

/// Reads a file of either kind; what it is, its first bytes say.
///
/// # Errors
/// 422 for a file that is neither; what the sink refuses.
pub fn read<F: Read + Seek>(mut file: F, sink: &mut dyn Sink) -> Result<(), AppError> {
    let mut head = Vec::new();
    let unread = |error: std::io::Error| AppError::from(anyhow::Error::from(error));
    file.by_ref().take(512).read_to_end(&mut head).map_err(unread)?;
    file.seek(SeekFrom::Start(0)).map_err(unread)?;
    if head.starts_with(b"PK\x03\x04") {
        return xlsx::read(file, sink);
    }
    // The container of XLS files, and of XLSX files with a password.
    if head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(refused(
            "table_kind",
            Said::new(
                "旧的 .xls 或加密的文件读不了，请另存为 .xlsx 或 CSV。",
                "Old .xls files and encrypted ones cannot be read. Save it as .xlsx or CSV.",
            ),
        ));
    }
    let utf16 = head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]);
    if head.contains(&0) && !utf16 {
        return Err(refused("table_kind", Said::new("这不是 CSV 或 XLSX 文件。", "This is no CSV or XLSX file.")));
    }
    csv::read(&mut file, sink)
}

/// A table that cannot be taken.
fn refused(code: &'static str, detail: Said) -> AppError {
    AppError::invalid(vec![FieldError::new("recipients", code, detail)])
}
