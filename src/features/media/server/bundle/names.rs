//! Paths inside a ZIP, made of what people called their pictures, for every file system that may unpack them.

use std::collections::HashSet;

use crate::{
    features::media::model::{Picture, file_end},
    infra::secrets::sha256,
    shared::time::{clock_seconds, date},
};

/// The longest folder name, in characters: three of them and a file stay far below the 260 that Windows takes.
const MOST: usize = 40;
/// Names that Windows keeps for devices, whatever end they carry.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Gives each picture of a ZIP a path of its own. Pictures must come ordered by time: only those of one second can meet.
#[derive(Default)]
pub(super) struct Names {
    second: i64,
    taken: HashSet<String>,
}

impl Names {
    /// `user/title/question/2026-11-22-140609.jpg`; a second one at that place ends in ` (2)`.
    pub fn path(&mut self, picture: &Picture) -> String {
        let second = picture.created_at.div_euclid(1000);
        if second != self.second {
            self.second = second;
            self.taken.clear();
        }
        let folders = [&picture.user_id, &picture.answer_title, &picture.question_id].map(|name| folder(name)).join("/");
        let stem = format!("{folders}/{}-{}", date(picture.created_at), clock_seconds(picture.created_at).replace(':', ""));
        let end = file_end(picture.content.as_ref().map(|content| content.content_type.as_str()));
        let numbered = |number: u32| if number == 1 { format!("{stem}.{end}") } else { format!("{stem} ({number}).{end}") };
        // Windows and macOS hold `Ann` and `ann` for the same name.
        (1..).map(numbered).find(|path| self.taken.insert(path.to_lowercase())).unwrap_or_default()
    }
}

/// A name as a folder. Where anything had to be changed, a mark of the original follows, so that two people stay two folders.
fn folder(name: &str) -> String {
    let safe: String = name.trim().chars().take(MOST).map(|c| if minded(c) { '_' } else { c }).collect();
    // Windows drops dots and blanks at the end; a dot in front hides the folder elsewhere; two dots alarm unpackers.
    let safe = safe.trim_end_matches(['.', ' ']).replace("..", "__");
    let safe = if safe.is_empty() || safe.starts_with('.') || is_device(&safe) { format!("_{safe}") } else { safe };
    if safe == name { safe } else { format!("{safe}~{}", hex::encode(&sha256(name.as_bytes())[..3])) }
}

/// Separators, what Windows forbids, controls, and marks that turn the direction of reading (`gpj.exe` shown as `exe.jpg`) or hide.
fn minded(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        || matches!(c, '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = |word: &str| {
        let rest = stem.strip_prefix(word).map(|rest| rest.chars().collect::<Vec<_>>());
        matches!(rest.as_deref(), Some([digit]) if matches!(digit, '0'..='9' | '¹' | '²' | '³'))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_as_they_are() {
        for name in ["小满", "第 3 题：窗外", "q-1", "Ann O'Neill", "🐦‍⬛ 鸟", "a.b", "console", "com10", "~x", "=1+1"] {
            assert_eq!(folder(name), name);
        }
    }

    #[test]
    fn no_name_leaves_its_folder_or_breaks_a_file_system() {
        for evil in [
            "..",
            ".",
            "...",
            "../../etc/passwd",
            "/etc",
            "C:\\x",
            "a/b",
            "a\\b",
            "con",
            "NUL.txt",
            "Lpt1",
            "COM¹.log",
            "aux ",
            "x. ",
            " x",
            "\u{202e}gpj.exe",
            "\u{200f}x",
            "\u{feff}",
            ".ssh",
            "a*?\"<>|b",
            "x\u{7f}",
            "-rf\u{0}",
            &"字".repeat(128),
            "\u{e0041}",
        ] {
            let safe = folder(evil);
            assert!(!safe.is_empty() && safe.chars().count() <= MOST + 8 && safe.len() <= 255, "{evil:?}: {safe:?}");
            assert!(!safe.chars().any(minded) && !safe.starts_with('.') && !safe.ends_with(['.', ' ']), "{evil:?}: {safe:?}");
            assert!(!is_device(&safe) && safe != evil, "{evil:?}: {safe:?}");
        }
        assert_ne!(folder("a/b"), folder("a\\b"), "two people, two folders");
        assert_ne!(folder(&"字".repeat(60)), folder(&"字".repeat(61)));
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_name_the_folder_is_one(name in "\\PC{1,128}") {
            let safe = folder(&name);
            assert!(!safe.is_empty() && !safe.contains(['/', '\\', '\0']) && safe != "." && safe != ".." && safe.len() <= 255);
        }
    }
}
