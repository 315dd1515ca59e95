//! Openids as people paste them.

/// How many openids a page carries in a field; a longer paste is kept as a file is, and the page shows its first lines.
pub const MOST_ON_PAGE: usize = 10_000;

/// What a pasted list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// The openids, each once, in the order pasted.
    pub openids: Vec<String>,
    /// How many repeated one before them.
    pub merged: usize,
    /// What is no openid, with its place from 1.
    pub malformed: Vec<(usize, String)>,
}

impl Recipients {
    /// How many entries were pasted.
    pub fn entries(&self) -> usize {
        self.openids.len() + self.merged + self.malformed.len()
    }
}

/// Whether a text may be an openid: 1–128 of `A-Za-z0-9_-` (typically 28).
pub fn is_openid(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// The entries of a pasted list: one a line; commas, semicolons and blanks separate too.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    let separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '；' | '、' | '\u{feff}');
    text.split(separator).filter(|entry| !entry.is_empty())
}

/// Reads a pasted list of no more than a page carries.
pub fn parse_recipients(text: &str) -> Recipients {
    let mut read = Recipients::default();
    // A sorted list is small in the browser, where a set would bring a tree along.
    let mut known: Vec<&str> = Vec::new();
    for (at, entry) in entries(text).enumerate() {
        if !is_openid(entry) {
            read.malformed.push((at + 1, entry.chars().take(64).collect()));
        } else if let Err(place) = known.binary_search(&entry) {
            known.insert(place, entry);
            read.openids.push(entry.to_owned());
        } else {
            read.merged += 1;
        }
    }
    read
}

/// An openid for those who may not see it: `oX3t…f8E`.
pub fn masked(openid: &str) -> String {
    let count = openid.chars().count();
    if count < 12 {
        return "…".into();
    }
    let (head, tail): (String, String) = (openid.chars().take(4).collect(), openid.chars().skip(count - 3).collect());
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_list_is_tallied() {
        let read = parse_recipients("oX3tH5kQm2vB7cRz9LwYpN4aDf8E\r\n  oA, oB；oA\n\n微信号 a/b\noB");
        assert_eq!(read.openids, ["oX3tH5kQm2vB7cRz9LwYpN4aDf8E", "oA", "oB"]);
        assert_eq!(read.merged, 2);
        assert_eq!(read.malformed, [(5, "微信号".to_owned()), (6, "a/b".to_owned())]);
        assert_eq!(read.entries(), 7);
        assert_eq!(parse_recipients(" \n ").entries(), 0);
    }

    #[test]
    fn openids_keep_to_their_letters() {
        assert!(is_openid(&"a".repeat(128)) && is_openid("o_-9"));
        for bad in ["", "a b", "开", "a/b", "a\n", &"a".repeat(129)] {
            assert!(!is_openid(bad), "{bad}");
        }
    }

    #[test]
    fn a_masked_openid_cannot_be_put_together_again() {
        assert_eq!(masked("oX3tH5kQm2vB7cRz9LwYpN4aDf8E"), "oX3t…f8E");
        assert_eq!(masked("short"), "…");
    }
}
