//! What a template value may hold, by the kind in its key (docs/wechat-api.md §6.4).

/// The kinds of category templates.
const KINDS: &[&str] = &[
    "thing",
    "character_string",
    "number",
    "letter",
    "symbol",
    "time",
    "date",
    "amount",
    "phone_number",
    "car_number",
    "name",
    "phrase",
    "const",
    "enum_string",
    "enum",
    "short_thing",
];

/// The kind of a key such as `thing1`; `None` for keys of old templates.
pub(super) fn kind(key: &str) -> Option<&'static str> {
    let word = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if word.len() == key.len() {
        return None;
    }
    KINDS.iter().copied().find(|kind| *kind == word)
}

/// Whether a value keeps to the rule of its kind. Lengths are in characters.
pub(super) fn fits(kind: &str, value: &str) -> bool {
    let length = value.chars().count();
    let all = |test: fn(char) -> bool| value.chars().all(test);
    if kind == "const" && value.is_empty() {
        return true;
    }
    if value.trim().is_empty() || value.contains(['\n', '\r']) || value.chars().any(emoji) {
        return false;
    }
    match kind {
        "thing" | "const" | "short_thing" | "enum" | "enum_string" => length <= 20,
        "character_string" => length <= 32 && all(|letter| letter.is_ascii_graphic() || letter == ' '),
        "number" => length <= 32 && value.parse::<f64>().is_ok() && all(|letter| letter.is_ascii_digit() || letter == '.'),
        "letter" => length <= 32 && all(|letter| letter.is_ascii_alphabetic()),
        "symbol" => length <= 5 && all(|letter| !letter.is_alphanumeric()),
        "time" => time(value),
        "date" => date(value),
        "amount" => amount(value),
        "phone_number" => length <= 17 && all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-' | '(' | ')')),
        "car_number" => length <= 8 && all(|letter| letter.is_ascii_alphanumeric() || chinese(letter)),
        "name" => name(value),
        "phrase" => length <= 5 && all(chinese),
        _ => false,
    }
}

fn chinese(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

fn emoji(letter: char) -> bool {
    matches!(letter, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{200d}')
}

/// 10 Chinese characters or 20 letters; mixed ones count Chinese double.
fn name(value: &str) -> bool {
    let width: usize = value.chars().map(|letter| if chinese(letter) { 2 } else { 1 }).sum();
    width <= 20 && value.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '·' | ' ' | '.' | '-' | '*'))
}

fn amount(value: &str) -> bool {
    let value = value.strip_suffix('元').unwrap_or(value);
    let value = value.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let (whole, rest) = value.split_once('.').unwrap_or((value, "0"));
    let whole = whole.replace(',', "");
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(&whole) && whole.len() <= 12 && digits(rest)
}

/// A clock time, perhaps a date before it, perhaps a range: what matters to WeChat is that it looks like one.
fn time(value: &str) -> bool {
    value.split(['~', '～']).all(|part| {
        let part = part.trim();
        let clock = part.rsplit([' ', '日', 'T']).next().unwrap_or_default();
        let pieces: Vec<&str> = clock.split([':', '：']).collect();
        let numbers = |piece: &&str| (1..=2).contains(&piece.len()) && piece.bytes().all(|byte| byte.is_ascii_digit());
        let is_clock = (2..=3).contains(&pieces.len()) && pieces.iter().all(numbers) && pieces[0].parse::<u8>().is_ok_and(|hour| hour < 25);
        (is_clock && (clock.len() == part.len() || day(part))) || day_only(part)
    })
}

fn date(value: &str) -> bool {
    value.split(['~', '～']).all(|part| day(part.trim()))
}

fn day(value: &str) -> bool {
    let numbers: Vec<u32> = value.split(|letter: char| !letter.is_ascii_digit()).filter_map(|piece| piece.parse().ok()).collect();
    let plausible = |numbers: &[u32]| numbers.len() >= 2 && (1..=9999).contains(&numbers[0]) && (1..=12).contains(&numbers[1]);
    plausible(&numbers) && numbers.get(2).is_none_or(|day| *day <= 59)
}

fn day_only(value: &str) -> bool {
    value.contains(['年', '-', '/']) && day(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_keys_with_a_number() {
        assert_eq!(kind("thing1"), Some("thing"));
        assert_eq!(kind("character_string12"), Some("character_string"));
        for key in ["first", "keyword1", "remark", "thing", "result"] {
            assert_eq!(kind(key), None, "{key}");
        }
    }

    #[test]
    fn values_keep_to_the_table() {
        let good = [
            ("thing", "秋末观鸟·湿地公园"),
            ("thing", &"字".repeat(20)),
            ("character_string", "SF-2026 1122"),
            ("time", "15:01"),
            ("time", "2019年10月1日 15:01"),
            ("time", "2026年11月28日 08:30~10:30"),
            ("time", "2023年08月02日 09:06:04"),
            ("date", "2026-11-28"),
            ("amount", "500.0元"),
            ("amount", "¥1,280.00"),
            ("phone_number", "+86-0766-66888866"),
            ("name", "李思远"),
            ("phrase", "已确认"),
            ("const", ""),
            ("number", "3.5"),
        ];
        for (kind, value) in good {
            assert!(fits(kind, value), "{kind} {value}");
        }
        let bad = [
            ("thing", "字".repeat(21)),
            ("thing", String::new()),
            ("thing", "两\n行".into()),
            ("thing", "笑😀".into()),
            ("character_string", "单号1".into()),
            ("time", "明天下午".into()),
            ("time", "25点".into()),
            ("date", "周五".into()),
            ("amount", "免费".into()),
            ("amount", "1234567890123".into()),
            ("phone_number", "13800000000转8".into()),
            ("name", "一二三四五六七八九十一".into()),
            ("phrase", "已确认ok".into()),
            ("phrase", "一二三四五六".into()),
            ("number", "三".into()),
        ];
        for (kind, value) in bad {
            assert!(!fits(kind, &value), "{kind} {value}");
        }
    }
}
