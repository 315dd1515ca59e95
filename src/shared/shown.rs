//! Names that came from outside, beside words of ours.

use std::borrow::Cow;

/// Begins text whose direction is its own (Unicode Standard Annex 9).
const ISOLATE: char = '\u{2068}';
/// Ends it.
const END: char = '\u{2069}';

/// A name as it may stand inside a sentence. Marks of direction are left out, and what is written from right to left is set apart: neither may turn
/// around what stands beside it.
pub fn shown(name: &str) -> Cow<'_, str> {
    if !name.contains(|c| turns(c) || from_right(c)) {
        return Cow::Borrowed(name);
    }
    let kept: String = name.chars().filter(|c| !turns(*c)).collect();
    if kept.contains(from_right) { Cow::Owned(format!("{ISOLATE}{kept}{END}")) } else { Cow::Owned(kept) }
}

/// Invisible marks that change the direction of what follows.
const fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Letters of scripts that run from right to left.
const fn from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_turns_nothing_around_beside_it() {
        for plain in ["小满", "Ann 🐦", "a/b\\c", ""] {
            assert!(matches!(shown(plain), Cow::Borrowed(text) if text == plain));
        }
        assert_eq!(shown("gpj.\u{202e}小满\u{2069}"), "gpj.小满");
        assert_eq!(shown("\u{200f}דנה"), "\u{2068}דנה\u{2069}");
        assert_eq!(shown("سارة 3"), "\u{2068}سارة 3\u{2069}");
    }
}
