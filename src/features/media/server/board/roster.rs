//! A title's list of people as somebody has it: pasted, or a CSV or XLSX file.

use std::{
    collections::HashMap,
    io::{Read, Seek},
};

use crate::{
    features::{
        media::model::NAME_MAX,
        messages::{
            model::is_openid,
            server::tables::{self, MOST_COLUMNS, Sink},
        },
    },
    infra::fields::check_text,
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
    },
};

/// The most people of a list.
pub(super) const MOST: usize = 20_000;
/// How many faulty lines are named.
const NAMED: usize = 10;
/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 64;

/// Names a header gives its columns, in the order user, openid, name.
const HEADERS: [&[&str]; 3] = [
    &["user_id", "userid", "user", "用户", "用户编号", "学号", "编号"],
    &["openid", "open_id", "touser"],
    &["name", "姓名", "名字", "昵称"],
];

/// Somebody on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub user_id: String,
    pub openid: Option<String>,
    pub name: String,
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Roster {
    /// The people, each once.
    pub entries: Vec<Entry>,
    /// How many lines repeated somebody.
    pub merged: usize,
}

/// Reads a list: the id, then (both optional) openid and name, a person a line; a first line that names columns may order them
/// otherwise. Lines that repeat somebody are merged, filling what was blank.
///
/// # Errors
/// 422 naming `list`: faulty lines by number, too many people, none.
pub(super) fn read(file: impl Read + Seek) -> Result<Roster, AppError> {
    let mut taken = Taken { order: [Some(0), Some(1), Some(2)], ..Taken::default() };
    tables::read(file, &mut taken).map_err(|mut error| {
        for fault in &mut error.fields {
            fault.field = "list".into();
        }
        error
    })?;
    taken.done()
}

#[derive(Default)]
struct Taken {
    order: [Option<usize>; 3],
    read: Roster,
    known: HashMap<String, usize>,
    faults: Vec<FieldError>,
    faulty: usize,
}

impl Sink for Taken {
    fn header(&mut self, names: &[String]) -> Result<bool, AppError> {
        if names.len() > MOST_COLUMNS {
            return Err(refused("too_many_columns", Text::new("列太多，最多 51 列。", "Too many columns; 51 at most.")));
        }
        let place = |known: &[&str]| names.iter().position(|name| known.iter().any(|word| name.trim().eq_ignore_ascii_case(word)));
        let order = HEADERS.map(place);
        if order[0].is_some() {
            self.order = order;
            return Ok(true);
        }
        let cells: Vec<&str> = names.iter().map(String::as_str).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) { Ok(true) } else { self.row(1, &cells) }
    }

    fn row(&mut self, line: u64, cells: &[&str]) -> Result<bool, AppError> {
        let cell = |at: usize| self.order[at].and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        let (user_id, openid, name) = (cell(0).to_owned(), cell(1).to_owned(), cell(2).to_owned());
        if let Some(said) = fault(&user_id, &openid, &name) {
            self.faulty += 1;
            if self.faults.len() < NAMED {
                let said = Said::new(format!("第 {line} 行：{}", said.zh), format!("Line {line}: {}", said.en));
                self.faults.push(FieldError::new("list", "bad_line", said));
            }
            return Ok(true);
        }
        let openid = Some(openid).filter(|openid| !openid.is_empty());
        if let Some(at) = self.known.get(&user_id) {
            let entry = &mut self.read.entries[*at];
            entry.openid = entry.openid.take().or(openid);
            if entry.name.is_empty() {
                entry.name = name;
            }
            self.read.merged += 1;
            return Ok(true);
        }
        if self.read.entries.len() >= MOST {
            let said = Said::new(format!("名单最多 {MOST} 人。"), format!("A list has at most {MOST} people."));
            return Err(refused("too_many", said));
        }
        self.known.insert(user_id.clone(), self.read.entries.len());
        self.read.entries.push(Entry { user_id, openid, name });
        Ok(true)
    }
}

impl Taken {
    fn done(mut self) -> Result<Roster, AppError> {
        let more = self.faulty - self.faults.len();
        if more > 0 {
            let said = Said::new(format!("还有 {more} 行有问题。"), format!("{more} more lines have faults."));
            self.faults.push(FieldError::new("list", "bad_line", said));
        }
        if !self.faults.is_empty() {
            return Err(AppError::invalid(self.faults));
        }
        if self.read.entries.is_empty() {
            return Err(refused("empty", Text::new("名单是空的。", "The list is empty.")));
        }
        Ok(self.read)
    }
}

fn fault(user_id: &str, openid: &str, name: &str) -> Option<Said> {
    if let Err((_, said)) = check_text(user_id, 1, NAME_MAX) {
        return Some(Said::new(format!("用户编号{}", said.zh), format!("The user's id: {}", said.en)));
    }
    if !openid.is_empty() && !is_openid(openid) {
        let shown: String = openid.chars().filter(|c| !c.is_control()).take(32).collect();
        return Some(Said::new(format!("“{shown}”不是 openid。"), format!("“{shown}” is no openid.")));
    }
    check_text(name, 0, LONGEST_NAME).err().map(|(_, said)| Said::new(format!("姓名{}", said.zh), format!("The name: {}", said.en)))
}

fn refused(code: &'static str, said: impl Into<Said>) -> AppError {
    AppError::invalid(vec![FieldError::new("list", code, said)])
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn lines(text: &str) -> Result<Roster, AppError> {
        read(Cursor::new(text.as_bytes().to_vec()))
    }

    fn entry(user_id: &str, openid: Option<&str>, name: &str) -> Entry {
        Entry { user_id: user_id.into(), openid: openid.map(str::to_owned), name: name.into() }
    }

    #[test]
    fn a_list_is_read_with_and_without_a_header() {
        let wanted = vec![entry("u1", Some("oA"), "小满"), entry("u2", None, "")];
        assert_eq!(lines("u1,oA,小满\nu2\n").expect("reads").entries, wanted);
        assert_eq!(lines("\u{feff}姓名,User_ID,openid\r\n小满,u1,oA\r\n,u2,\r\n").expect("reads").entries, wanted);
        let merged = lines("u1\nu2\nu1,oA,小满\nu1,oB,别名\n").expect("reads");
        assert_eq!((merged.entries, merged.merged), (wanted, 2));
    }

    #[test]
    fn faults_are_named_by_their_line() {
        let long = "x".repeat(129);
        let error = lines(&format!("user_id,openid\nu1,oA\n,oB\n\nu3,不是\n{long},\n")).expect_err("refused");
        let said: Vec<_> = error.fields.iter().map(|fault| fault.detail.en.to_string()).collect();
        assert_eq!(error.status, 422);
        assert!(said[0].starts_with("Line 3:") && said[1].starts_with("Line 5:") && said[2].starts_with("Line 6:"), "{said:?}");
        let many: String = (0..30).map(|_| "u,坏\n").collect();
        assert_eq!(lines(&many).expect_err("refused").fields.len(), NAMED + 1);
    }

    #[test]
    fn nobody_and_everybody_are_refused() {
        let code = |text: &str| lines(text).expect_err("refused").fields[0].code;
        assert_eq!((code(""), code("user_id,openid\n")), ("empty", "empty"));
        let many: String = (0..=MOST).map(|at| format!("u{at}\n")).collect();
        assert_eq!(code(&many), "too_many");
        assert_eq!(code("PK\u{0}x"), "table_kind");
    }

    #[test]
    fn evil_ids_are_texts() {
        let evil = "../../etc/passwd\n%2e%2e/x\na\\b\n\"a,b\"\n=cmd()\n";
        let ids: Vec<_> = lines(evil).expect("reads").entries.into_iter().map(|entry| entry.user_id).collect();
        assert_eq!(ids, ["../../etc/passwd", "%2e%2e/x", "a\\b", "a,b", "=cmd()"]);
    }
}
