//! A list from a file that was uploaded on the page.

use super::{Chunks, People};
use crate::{
    features::messages::{
        model::{Data, Line, MOST_PEOPLE, Origin, entries, guess_openids, looks_like_openid},
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

/// Reads a file's lines: what is known about it, and what is to be kept.
///
/// # Errors
/// 422 naming the field `file`.
pub(in super::super) async fn read(upload: Upload) -> Result<(Origin, People), AppError> {
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

/// A pasted list too long for a field, as if it had come in a file without a name.
///
/// # Errors
/// None but a server that stops.
pub(in super::super) async fn pasted(text: String) -> Result<(Origin, People), AppError> {
    let work = move || {
        let mut taken = Taken { names: vec!["openid".to_owned()], openids: Some(0), guessed: true, ..Taken::default() };
        for (line, entry) in (1..).zip(entries(&text)) {
            taken.take(line, vec![entry.chars().take(LONGEST_CELL).collect()]);
        }
        taken.done(String::new())
    };
    Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)
}

/// What was read so far. Lines wait as cells only until it is known which column holds the openids.
#[derive(Default)]
struct Taken {
    names: Vec<String>,
    waiting: Vec<(i64, Vec<String>)>,
    openids: Option<usize>,
    guessed: bool,
    kept: Chunks,
    count: usize,
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
            self.names = (0..names.len()).map(letter).collect();
            self.take(1, names.to_vec());
        } else {
            self.names = distinct(names);
        }
        Ok(true)
    }

    fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
        let cells = cells.iter().take(self.names.len()).map(|cell| cell.chars().take(LONGEST_CELL).collect()).collect();
        Ok(self.take(i64::try_from(line).unwrap_or(i64::MAX), cells))
    }
}

impl Taken {
    /// Takes a line; `false` when there are enough.
    fn take(&mut self, line: i64, cells: Vec<String>) -> bool {
        if self.count >= MOST_PEOPLE {
            self.cut = true;
            return false;
        }
        self.count += 1;
        if self.guessed {
            self.keep(line, cells);
        } else {
            self.waiting.push((line, cells));
            if self.waiting.len() >= LOOKED_AT {
                self.guess();
            }
        }
        true
    }

    fn guess(&mut self) {
        let (lines, cells): (Vec<i64>, Vec<Vec<String>>) = std::mem::take(&mut self.waiting).into_iter().unzip();
        self.openids = guess_openids(&self.names, &cells);
        self.guessed = true;
        lines.into_iter().zip(cells).for_each(|(line, cells)| self.keep(line, cells));
    }

    fn keep(&mut self, line: i64, cells: Vec<String>) {
        let touser = self.openids.and_then(|at| cells.get(at)).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let cells = Data(self.names.iter().cloned().zip(cells).collect());
        self.kept.push(&Line { line, touser, cells });
    }

    fn done(mut self, file: String) -> (Origin, People) {
        if !self.guessed {
            self.guess();
        }
        let openids = self.openids.map(|at| self.names[at].clone());
        (Origin { file, columns: self.names, openids, cut: self.cut, ..Origin::default() }, People::Lines(self.kept.done()))
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
        let (origin, kept) = read(Upload { name: "名单.csv".into(), file }).await?;
        Ok((origin, lines_of(kept)))
    }

    fn lines_of(kept: People) -> Vec<Line> {
        let People::Lines(chunks) = kept else { panic!("a file brings lines") };
        assert!(chunks.iter().rev().skip(1).all(|chunk| chunk.len() > 1000), "a chunk is full before the next begins");
        let rows = chunks.iter().flat_map(|chunk| serde_json::from_str::<Vec<(i64, String, Data)>>(chunk).expect("rows"));
        rows.map(|(line, touser, cells)| Line { line, touser, cells }).collect()
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
        let (origin, lines) = read_bytes("名,号\na,oA\n".as_bytes()).await.expect("reads");
        assert_eq!((origin.openids, lines[0].touser.as_str()), (None, ""));
    }

    #[tokio::test]
    async fn the_column_found_in_the_first_lines_holds_for_all() {
        let text = (0..450).fold("名,号\n".to_owned(), |text, at| text + &format!("a{at},oX3tH5kQm2vB7cRz9Lw{at:04}\n"));
        let (origin, lines) = read_bytes(text.as_bytes()).await.expect("reads");
        assert_eq!((origin.openids.as_deref(), lines.len()), (Some("号"), 450));
        assert!(lines.iter().all(|line| line.touser == line.cells.get("号") && line.touser.len() == 23));
        assert!(lines.windows(2).all(|pair| pair[0].line + 1 == pair[1].line));
    }

    #[tokio::test]
    async fn a_long_paste_is_a_list_with_one_column() {
        let text = (0..MOST_PEOPLE).map(|at| format!("o{at}")).collect::<Vec<_>>().join("，");
        let (origin, kept) = pasted(text).await.expect("reads");
        let lines = lines_of(kept);
        assert_eq!((origin.openids.as_deref(), origin.cut, lines.len()), (Some("openid"), false, MOST_PEOPLE));
        assert_eq!((lines[7].line, lines[7].touser.as_str()), (8, "o7"));
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
