//! Chinese sentences have Chinese punctuation and English ones have none of it, read off the source: both sides of every text, and
//! every literal that a language picks. Sources of WeChat's (the simulator's templates, the demo) write as they like.

use super::architecture::{outside_tests, report, sources};

const WIDE: [char; 10] = ['，', '。', '：', '；', '（', '）', '「', '」', '、', '？'];
const NARROW: [char; 5] = [',', ':', ';', '?', '!'];
const FREE: [&str; 3] = ["sandbox/demo", "sandbox/template.rs", "server/demo"];

/// A piece of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// A string literal and the line it starts on.
    Said(String, usize),
    /// Everything else, a character at a time.
    Code(char),
}

/// Literals and code of a source text, without comments.
fn pieces(source: &str) -> Vec<Piece> {
    let chars: Vec<char> = source.chars().collect();
    let (mut pieces, mut at, mut line) = (Vec::new(), 0, 1);
    let starts = |at: usize, text: &str| text.chars().enumerate().all(|(step, wanted)| chars.get(at + step) == Some(&wanted));
    while at < chars.len() {
        let begun = line;
        if starts(at, "//") {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
        } else if starts(at, "r#\"") {
            let mut text = String::new();
            at += 3;
            while at < chars.len() && !starts(at, "\"#") {
                line += usize::from(chars[at] == '\n');
                text.push(chars[at]);
                at += 1;
            }
            at += 2;
            pieces.push(Piece::Said(text, begun));
        } else if chars[at] == '\'' && (chars.get(at + 2) == Some(&'\'') || starts(at + 1, "\\")) {
            // A character such as '"' or '\''.
            at += if chars[at + 1] == '\\' { 3 } else { 2 };
            while at < chars.len() && chars[at] != '\'' {
                at += 1;
            }
            at += 1;
            pieces.push(Piece::Code('c'));
        } else if chars[at] == '"' {
            let mut text = String::new();
            at += 1;
            while at < chars.len() && chars[at] != '"' {
                if chars[at] == '\\' {
                    at += 1;
                }
                line += usize::from(chars.get(at) == Some(&'\n'));
                text.extend(chars.get(at));
                at += 1;
            }
            at += 1;
            pieces.push(Piece::Said(text, begun));
        } else {
            line += usize::from(chars[at] == '\n');
            pieces.push(Piece::Code(chars[at]));
            at += 1;
        }
    }
    pieces
}

/// Literals by the language they are for.
#[derive(Default)]
struct Sides {
    zh: Vec<(String, usize)>,
    en: Vec<(String, usize)>,
    /// Of no language that the code tells.
    bare: Vec<(String, usize)>,
}

/// Sorts the literals: the two sides of `Text::new` and `Said::new`, arms of `Lang::Zh` and `Lang::En`, and the rest.
fn sides(pieces: &[Piece]) -> Sides {
    let (mut sides, mut code, mut at) = (Sides::default(), String::new(), 0);
    while at < pieces.len() {
        match &pieces[at] {
            Piece::Code(c) => code.push(*c),
            Piece::Said(text, line) => {
                let row = code.rsplit('\n').next().unwrap_or_default();
                let known = row.rfind("Zh").max(row.rfind("zh")).map_or(0, |at| at + 1).cmp(&row.rfind("En").map_or(0, |at| at + 1));
                let list = match known {
                    std::cmp::Ordering::Greater => &mut sides.zh,
                    std::cmp::Ordering::Less => &mut sides.en,
                    std::cmp::Ordering::Equal => &mut sides.bare,
                };
                list.push((text.clone(), *line));
                code.push('s');
            }
        }
        at += 1;
        if code.ends_with("Text::new(") || code.ends_with("Said::new(") {
            let (mut depth, mut second) = (1, false);
            while at < pieces.len() && depth > 0 {
                match &pieces[at] {
                    Piece::Code('(' | '[' | '{') => depth += 1,
                    Piece::Code(')' | ']' | '}') => depth -= 1,
                    Piece::Code(',') if depth == 1 => second = true,
                    Piece::Said(text, line) if second => sides.en.push((text.clone(), *line)),
                    Piece::Said(text, line) => sides.zh.push((text.clone(), *line)),
                    Piece::Code(_) => {}
                }
                at += 1;
            }
        }
    }
    sides
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A sentence without what is quoted as code: `…`, {…}, and addresses.
fn prose(text: &str) -> Vec<char> {
    let (mut out, mut code, mut depth) = (Vec::new(), false, 0_i32);
    for c in text.replace("://", "//").replace("主机:端口", "").chars() {
        match c {
            '`' => code = !code,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ if !code && depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Whether narrow punctuation stands right behind or before a Chinese character.
fn narrow_by_han(text: &str) -> bool {
    let text = prose(text);
    text.iter().enumerate().any(|(at, c)| {
        let after = text[at + 1..].iter().find(|c| **c != ' ');
        NARROW.contains(c) && ((at > 0 && han(text[at - 1])) || after.is_some_and(|c| han(*c)))
    })
}

fn wide(text: &str) -> bool {
    text.contains(WIDE)
}

#[test]
fn each_language_has_its_own_punctuation() {
    let mut broken = Vec::new();
    for (file, lines) in sources()
        .iter()
        .filter(|(file, _)| !FREE.iter().any(|free| file.starts_with(free)) && !file.starts_with("wechat/") && !file.starts_with("tests/"))
    {
        let source: String = outside_tests(lines).map(|line| format!("{}\n", line.text)).collect();
        let sides = sides(&pieces(&source));
        let wrong = sides.zh.iter().filter(|(text, _)| narrow_by_han(text));
        let wrong = wrong.chain(sides.en.iter().filter(|(text, _)| wide(text)));
        // Punctuation alone, put between parts known only at run time: the code must say for which language.
        let wrong = wrong.chain(sides.bare.iter().filter(|(text, _)| wide(text) && !text.contains(han)));
        broken.extend(wrong.map(|(text, line)| format!("src/{file}:{line}: {text:?}")));
    }
    report("Chinese takes ，。：；？, English takes , . : ; ?", broken);
}

#[test]
fn the_reading_finds_what_is_wrong() {
    let source = "const A: Text = Text::new(\"好，的\", \"Good, yes\"); // \"，\"\n\
        let b = Said::new(format!(\"共 {}, 条:一\", list(1, 2)), format!(\"{}：x\", 1));\n\
        let c = match lang { Lang::Zh => \"、\", Lang::En => \", \" };\nlet d = format!(\"{}：\", x);";
    let sides = sides(&pieces(source));
    let texts = |side: &[(String, usize)]| side.iter().map(|(text, _)| text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&sides.zh), ["好，的", "共 {}, 条:一", "、"]);
    assert_eq!(texts(&sides.en), ["Good, yes", "{}：x", ", "]);
    assert_eq!(sides.bare, [("{}：".to_owned(), 4)]);
    assert!(narrow_by_han("共, 一") && narrow_by_han("x: 一") && narrow_by_han("吗?"));
    assert!(!narrow_by_han("写成 `a: 一`，或 {\"x\": 一}。") && !narrow_by_han("见 https://例.cn/？") && !narrow_by_han("GB, MB"));
}
