//! Who gets a message: where the list comes from, and what is on it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Data, Facts, UPLOAD_COLUMNS, Uploads, entries, is_openid};

/// The most recipients of one sending.
pub const MOST_PEOPLE: usize = 100_000;

/// Where a draft's recipients come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Pasted, or picked from the followers.
    #[default]
    Paste,
    /// The lines of a file.
    File,
    /// Everybody who carries certain tags.
    Tags,
    /// Everybody who has or has not sent something.
    Uploads,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Paste, Self::File, Self::Tags, Self::Uploads];

    /// The word of form and database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paste => "paste",
            Self::File => "file",
            Self::Tags => "tags",
            Self::Uploads => "uploads",
        }
    }

    /// Reads [`Source::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.word() == word)
    }
}

/// What is known about a list's coming about; kept with the draft as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The file's name as the browser told it, to be shown and nothing else.
    pub file: String,
    /// The file's columns.
    pub columns: Vec<String>,
    /// The column with the openids; none while nobody chose one.
    pub openids: Option<String>,
    /// The file had more lines than are taken.
    pub cut: bool,
    /// The chosen tags.
    pub tags: Vec<i64>,
    /// All of the tags are asked for, not any.
    pub every: bool,
    /// The chosen title, question and how people stand with it.
    pub uploads: Uploads,
}

impl Origin {
    /// The same choices with another file, or with none.
    pub fn with_file(&mut self, file: Self) {
        (self.file, self.columns, self.openids, self.cut) = (file.file, file.columns, file.openids, file.cut);
    }
}

/// A line of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Its number: in the file, in the pasted list, or in the order of the tags' people.
    pub line: i64,
    /// The openid as it stands there.
    pub touser: String,
    /// The cells, by column.
    pub cells: Data,
}

/// Somebody on the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The line.
    pub line: i64,
    /// The openid.
    pub openid: String,
    /// What variables are filled from.
    pub facts: Facts,
}

impl Person {
    /// What this person is called: remark, else nickname, else openid.
    pub fn name(&self) -> &str {
        [&self.facts.remark, &self.facts.nickname].into_iter().map(|name| name.trim()).find(|name| !name.is_empty()).unwrap_or(&self.openid)
    }
}

/// A list, each person once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// The people, in the list's order.
    pub people: Vec<Person>,
    /// Lines that repeated a person before them, with their number.
    pub repeats: Vec<(i64, String)>,
    /// Lines without an openid, with their number.
    pub malformed: Vec<(i64, String)>,
    /// What those are called of whom no openid is known.
    pub unreached: Vec<String>,
}

impl Audience {
    /// What is pasted.
    pub fn pasted(text: &str) -> Self {
        let line = |(line, touser): (i64, &str)| Line { line, touser: touser.to_owned(), ..Line::default() };
        Self::lines((1..).zip(entries(text)).map(line).collect())
    }

    /// The lines of a file or of tags.
    pub fn lines(lines: Vec<Line>) -> Self {
        let mut read = Self::default();
        let mut known: HashSet<String> = HashSet::with_capacity(lines.len());
        for Line { line, touser, cells } in lines {
            if !is_openid(&touser) {
                read.malformed.push((line, touser.chars().take(64).collect()));
            } else if known.insert(touser.clone()) {
                read.people.push(Person { line, openid: touser, facts: Facts { cells, ..Facts::default() } });
            } else {
                read.repeats.push((line, touser));
            }
        }
        read
    }

    /// People of whom another feature knows; an empty openid stands for one that is not known.
    pub fn collected(lines: Vec<Line>) -> Self {
        let (reached, others): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| !line.touser.is_empty());
        let called =
            |line: &Line| UPLOAD_COLUMNS.map(|column| line.cells.get(column)).into_iter().find(|name| !name.is_empty()).map(str::to_owned);
        Self { unreached: others.iter().map(|line| called(line).unwrap_or_default()).collect(), ..Self::lines(reached) }
    }

    /// How many entries the list has.
    pub fn entries(&self) -> usize {
        self.people.len() + self.repeats.len() + self.malformed.len() + self.unreached.len()
    }
}

/// Which column holds the openids: one named so, else the one most of whose cells look like openids.
pub fn guess_openids(columns: &[String], rows: &[Vec<String>]) -> Option<usize> {
    let named = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    if let Some(at) = named("touser").or_else(|| named("openid")) {
        return Some(at);
    }
    let looks = |at: usize| rows.iter().filter(|row| row.get(at).is_some_and(|cell| looks_like_openid(cell.trim()))).count();
    let best = (0..columns.len()).map(|at| (looks(at), at)).max_by_key(|(count, at)| (*count, columns.len() - at))?;
    (best.0 > 0 && best.0 * 2 >= rows.len()).then_some(best.1)
}

/// Whether a text is most likely an openid; shorter ones are allowed, but so are words.
pub fn looks_like_openid(text: &str) -> bool {
    (20..=64).contains(&text.len()) && is_openid(text)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    fn line(line: i64, touser: &str) -> Line {
        Line { line, touser: touser.into(), cells: Data::default() }
    }

    #[test]
    fn each_person_once_and_what_is_no_openid_by_its_line() {
        let read = Audience::lines(vec![line(2, "oA"), line(3, "不是"), line(5, "oB"), line(6, "oA")]);
        assert_eq!(read.people.iter().map(|person| (person.line, person.openid.as_str())).collect::<Vec<_>>(), [(2, "oA"), (5, "oB")]);
        assert_eq!(
            (read.repeats.as_slice(), read.malformed.as_slice(), read.entries()),
            ([(6, "oA".to_owned())].as_slice(), [(3, "不是".to_owned())].as_slice(), 4)
        );
        assert_eq!(Audience::pasted("oA, oA b/c").entries(), 3);
    }

    #[test]
    fn those_without_an_openid_are_no_malformed_ones() {
        let person = |number: i64, touser: &str, name: &str, user: &str| {
            let cells = Data(vec![("name".into(), name.into()), ("user_id".into(), user.into())]);
            Line { cells, ..line(number, touser) }
        };
        let read = Audience::collected(vec![
            person(1, "oA", "小满", "u1"),
            person(2, "", "小禾", "u2"),
            person(3, "", "", "u3"),
            person(4, "oA", "小满的妈妈", "u4"),
        ]);
        assert_eq!(
            (read.people.len(), read.repeats.len(), read.malformed.len(), read.unreached.as_slice()),
            (1, 1, 0, ["小禾".to_owned(), "u3".to_owned()].as_slice())
        );
        assert_eq!(read.entries(), 4);
    }

    #[test]
    fn the_column_is_guessed_by_name_then_by_looks() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let openid = "oX3tH5kQm2vB7cRz9LwYpN4aDf8E";
        assert_eq!(guess_openids(&columns(&["姓名", "OpenID"]), &[]), Some(1));
        assert_eq!(guess_openids(&columns(&["openid", "touser"]), &[]), Some(1));
        assert_eq!(guess_openids(&columns(&["姓名", "微信"]), &[row(&["小满", openid]), row(&["小禾", ""])]), Some(1));
        assert_eq!(guess_openids(&columns(&["姓名", "班级"]), &[row(&["xiaoman", "2"])]), None);
        assert_eq!(guess_openids(&[], &[]), None);
    }
}
