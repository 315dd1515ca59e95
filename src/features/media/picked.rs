//! Pictures that somebody has selected, as they go along in addresses and forms from page to page: no server keeps them. Either they are
//! named by their ids, or they are a rule: all that the filter showed at a moment, so that what comes later does not join them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The most pictures of a selection: an address that names them stays below what proxies take.
pub const MOST: usize = 200;
/// How many are read: one page more than is taken, so that a selection that grew too large can still be mended.
const READ: usize = 2 * MOST;
/// Bytes of an id.
const ID: usize = 16;

/// What the text of a rule begins with; no list of ids is so long that it could be read as one.
const RULE: &str = "all-";
/// Digits of a rule's moment.
const DIGITS: usize = 13;

/// What is selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These, by id.
    Picked(Vec<String>),
    /// All that the filter showed at this moment (Unix milliseconds).
    All(i64),
}

impl Default for Selection {
    fn default() -> Self {
        Self::Picked(Vec::new())
    }
}

impl Selection {
    /// Reads a selection as it stands in an address or a form; what is none is an empty one.
    pub fn read(text: &str) -> Self {
        match text.strip_prefix(RULE) {
            Some(moment) if moment.len() == DIGITS && moment.bytes().all(|byte| byte.is_ascii_digit()) => {
                moment.parse().map_or_else(|_| Self::default(), Self::All)
            }
            Some(_) => Self::default(),
            None => Self::Picked(read(text)),
        }
    }

    /// As it stands in an address or a form; nothing for an empty one.
    pub fn write(&self) -> Option<String> {
        match self {
            Self::Picked(ids) => write(ids),
            Self::All(moment) => Some(format!("{RULE}{:0DIGITS$}", moment.clamp(&0, &9_999_999_999_999))),
        }
    }

    /// The ids it names; a rule names none.
    pub fn ids(&self) -> &[String] {
        match self {
            Self::Picked(ids) => ids,
            Self::All(_) => &[],
        }
    }

    /// The moment of a rule.
    pub const fn rule(&self) -> Option<i64> {
        match self {
            Self::Picked(_) => None,
            Self::All(moment) => Some(*moment),
        }
    }
}

/// Ids as one short text; nothing for none.
pub fn write(ids: &[String]) -> Option<String> {
    let bytes: Vec<u8> = ids.iter().filter_map(|id| hex::decode(id).ok()).filter(|id| id.len() == ID).flatten().collect();
    (!bytes.is_empty()).then(|| URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads [`write()`], each id once. What is none is passed over whole.
pub fn read(text: &str) -> Vec<String> {
    if text.len() > READ * ID * 4 / 3 + 4 {
        return Vec::new();
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    if !bytes.len().is_multiple_of(ID) {
        return Vec::new();
    }
    distinct(bytes.chunks(ID).map(hex::encode))
}

/// Ids, each once, in their order; no more than are read.
pub fn distinct(ids: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    ids.filter(|id| seen.insert(id.clone())).take(READ).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_its_moment() {
        let rule = Selection::All(1_795_327_569_000);
        assert_eq!(rule.write().as_deref(), Some("all-1795327569000"));
        assert_eq!(Selection::read("all-1795327569000"), rule);
        for wrong in ["all-", "all-1", "all-179532756900x", "all-17953275690001", "ALL-1795327569000"] {
            assert_eq!(Selection::read(wrong), Selection::default(), "{wrong}");
        }
        let ids = vec!["0a".repeat(16)];
        let named = Selection::Picked(ids.clone());
        assert_eq!((named.ids(), Selection::read(&named.write().expect("some"))), (ids.as_slice(), named.clone()));
    }

    #[test]
    fn a_selection_reads_back_and_fits_into_an_address() {
        let ids: Vec<String> = (0..MOST).map(|at| format!("{at:032x}")).collect();
        let text = write(&ids).expect("some");
        assert!(text.len() < 4300, "{}", text.len());
        assert_eq!(read(&text), ids);
        let twice = [ids.clone(), ids.clone()].concat();
        assert_eq!(read(&write(&twice).expect("some")), ids, "each once");
        assert_eq!((write(&[]), write(&["x".into(), "0a".into()])), (None, None));
        for wrong in ["", "A", "AAAA", "!!!!", &"A".repeat(100_000)] {
            assert!(read(wrong).is_empty(), "{wrong}");
        }
    }
}
