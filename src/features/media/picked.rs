//! Pictures that somebody has selected, as they go along in addresses and forms from page to page: no server keeps them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The most pictures of a selection: an address that names them stays below what proxies take.
pub const MOST: usize = 200;
/// How many are read: one page more than is taken, so that a selection that grew too large can still be mended.
const READ: usize = 2 * MOST;
/// Bytes of an id.
const ID: usize = 16;

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
