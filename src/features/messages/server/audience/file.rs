//! A list from a file that was uploaded on the page.

use crate::{
    features::messages::{
        model::{Data, Line, MOST_PEOPLE, Origin, guess_openids, looks_like_openid},
        server::tables::{self, MOST_COLUMNS, Sink},
    },
    infra::file_form::Upload,
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
};

/// How many lines are looked at to find the column with the openids.
const LOOKED_AT: usize = 200;
/// The longest cell that is kept, in characters.
const LONGEST_CELL: usize = 2000;

/// Reads a file's lines.
///
/// # Errors
/// 422 naming the field `file`.
pub(in super::super) async fn read(upload: Upload) -> Result<(Origin, Vec<Line>), AppError> {
    let work = move || {
        let mut taken = Taken::default();
        tables::read(upload.file, &mut taken)?;
        Ok(taken.done(upload.name))
    };
    let read: Result<_, AppError> = tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?;
    read.map_err(|mut error| {
        for fault in &mut error.fields {
            fault.field = "file".into();
        }
        error
    })
}

/// Lines with their openids taken from another column.
pub(in super::super) fn choose(lines: &mut [Line], column: &str) {
    for line in lines {
        line.touser = line.cells.get(column).trim().to_owned();
    }
}

#[derive(Default)]
struct Taken {
    names: Vec<String>,
    rows: Vec<(i64, Vec<String>)>,
    cut: bool,
}

impl Sink for Taken {
    fn header(&mut self, names: &[String]) -> Result<bool, AppError> {
        let detail = if names.iter().all(String::is_empty) {
            Some(("table_empty", Text::new("文件是空的。", "The file is empty.")))
        } else if names.len() > MOST_COLUMNS {
            Some(("too_many_columns", Text::new("列太多，最多 51 列。", "Too many columns; 51 at most.")))
        } else {
            None
        };
        if let Some((code, detail)) = detail {
            return Err(AppError::invalid(vec![FieldError::new("file", code, detail)]));
        }
        // A bare list of openids has no header: its first line is a person.
        if names.iter().any(|name| looks_like_openid(name)) {
            self.rows.push((1, names.to_vec()));
            self.names = (0..names.len()).map(letter).collect();
        } else {
            self.names = distinct(names);
        }
        Ok(true)
    }

    fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
        if self.rows.len() >= MOST_PEOPLE {
            self.cut = true;
            return Ok(false);
        }
        let cells = cells.iter().take(self.names.len()).map(|cell| cell.chars().take(LONGEST_CELL).collect()).collect();
        self.rows.push((i64::try_from(line).unwrap_or(i64::MAX), cells));
        Ok(true)
    }
}

impl Taken {
    fn done(self, file: String) -> (Origin, Vec<Line>) {
        let looked: Vec<Vec<String>> = self.rows.iter().take(LOOKED_AT).map(|(_, cells)| cells.clone()).collect();
        let openids = guess_openids(&self.names, &looked).map(|at| self.names[at].clone());
        let line = |(line, cells): (i64, Vec<String>)| {
            let cells = Data(self.names.iter().cloned().zip(cells).collect());
            Line { line, touser: String::new(), cells }
        };
        let mut lines: Vec<Line> = self.rows.into_iter().map(line).collect();
        if let Some(column) = &openids {
            choose(&mut lines, column);
        }
        (Origin { file, columns: self.names, openids, cut: self.cut, ..Origin::default() }, lines)
    }
}

/// Names that tell columns apart: nameless ones are called by their letter, repeated ones get a number.
fn distinct(names: &[String]) -> Vec<String> {
    let mut known: Vec<String> = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let name: String = name.chars().filter(|c| !c.is_control() && !matches!(c, '{' | '}')).take(64).collect();
        let name = if name.trim().is_empty() { letter(at) } else { name.trim().to_owned() };
        let free = std::iter::once(name.clone()).chain((2..).map(|number| format!("{name} {number}")));
        known.push(free.into_iter().find(|name| !known.contains(name)).unwrap_or_default());
    }
    known
}

/// What spreadsheets call a column.
fn letter(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or(0));
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, SeekFrom, Write};

    use super::*;
    use crate::features::messages::server::tables::xlsx::tests::book;

    async fn read_bytes(bytes: &[u8]) -> Result<(Origin, Vec<Line>), AppError> {
        let mut file = tempfile::tempfile().expect("file");
        file.write_all(bytes).expect("writes");
        file.seek(SeekFrom::Start(0)).expect("seeks");
        read(Upload { name: "名单.csv".into(), file }).await
    }

    const OPENID: &str = "oX3tH5kQm2vB7cRz9LwYpN4aDf8E";

    #[tokio::test]
    async fn csv_and_xlsx_give_the_same_lines() {
        let csv = read_bytes(format!("\u{feff}姓名,openid,姓名,\r\n小满, {OPENID} ,x,y\r\n").as_bytes()).await.expect("reads");
        let xlsx =
            read_bytes(&book(&[&["姓名", "openid", "姓名", " "], &["小满", &format!(" {OPENID} "), "x", "y"]])).await.expect("reads");
        assert_eq!(csv.0.columns, ["姓名", "openid", "姓名 2", "D"]);
        assert_eq!((csv.0.openids.as_deref(), csv.1[0].line, csv.1[0].touser.as_str()), (Some("openid"), 2, OPENID));
        assert_eq!(csv.1[0].cells.get("D"), "y");
        assert_eq!((xlsx.1[0].touser.as_str(), xlsx.1[0].cells.get("姓名")), (OPENID, "小满"));
    }

    #[tokio::test]
    async fn a_bare_list_is_a_list_and_a_column_can_be_chosen_later() {
        let (origin, lines) = read_bytes(format!("{OPENID}\noOther\n").as_bytes()).await.expect("reads");
        assert_eq!((origin.columns, origin.openids), (vec!["A".to_owned()], Some("A".into())));
        assert_eq!(lines.iter().map(|line| (line.line, line.touser.as_str())).collect::<Vec<_>>(), [(1, OPENID), (2, "oOther")]);
        let (origin, mut lines) = read_bytes("名,号\na,oA\n".as_bytes()).await.expect("reads");
        assert_eq!((origin.openids, lines[0].touser.as_str()), (None, ""));
        choose(&mut lines, "号");
        assert_eq!(lines[0].touser, "oA");
    }

    #[tokio::test]
    async fn what_is_no_list_is_refused_by_the_field_of_the_file() {
        for (bytes, code) in [
            (&b"PK\x03\x04nonsense"[..], "xlsx_malformed"),
            (&b"\xd0\xcf\x11\xe0rest"[..], "table_kind"),
            (&b"\x89PNG\r\n\x1a\n\0\0"[..], "table_kind"),
            (&b"a\0b"[..], "table_kind"),
            (&b"\n\n"[..], "table_empty"),
        ] {
            let error = read_bytes(bytes).await.err();
            let named = error.as_ref().map(|error| (error.status, error.fields[0].field.as_str(), error.fields[0].code));
            assert_eq!(named, Some((422, "file", code)));
        }
        let many = (0..=MOST_PEOPLE).fold("touser\n".to_owned(), |text, at| text + &format!("o{at}\n"));
        let (origin, lines) = read_bytes(many.as_bytes()).await.expect("reads");
        assert_eq!((origin.cut, lines.len()), (true, MOST_PEOPLE));
    }
}
