//! The kinds of template fields and the rule of each (docs/wechat-api.md §6.4).

use super::{Fault, dates};
use crate::shared::lang::Text;

/// What a field may hold, told by the word before the number of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `thing1`: up to 20 characters of anything.
    Thing,
    /// `character_string1`: up to 32 digits, letters, symbols.
    CharacterString,
    /// `number1`: up to 32 digits.
    Number,
    /// `letter1`: up to 32 letters.
    Letter,
    /// `symbol1`: up to 5 symbols.
    Symbol,
    /// `time1`: a time of day, a date before it.
    Time,
    /// `date1`: a date, a time after it.
    Date,
    /// `amount1`: a sum of money.
    Amount,
    /// `phone_number1`: up to 17 digits, + and -.
    PhoneNumber,
    /// `car_number1`: a number plate.
    CarNumber,
    /// `name1`: 10 Chinese characters or 20 letters.
    Name,
    /// `phrase1`: up to 5 Chinese characters.
    Phrase,
    /// `const1`: one of the values approved with the template, or nothing.
    Const,
    /// `enum1`, `enum_string1`: one of listed values.
    Enum,
    /// `short_thing1`: a short text.
    ShortThing,
    /// `first` of old templates, not shown any more.
    First,
    /// `remark` of old templates, not shown any more.
    Remark,
    /// `keyword1` and free words of old templates: shown up to 20 characters.
    Old,
}

impl Kind {
    /// The kind of a key.
    pub fn of(key: &str) -> Self {
        let word = key.trim_end_matches(|c: char| c.is_ascii_digit());
        match (word, word.len() < key.len()) {
            ("thing", true) => Self::Thing,
            ("character_string", true) => Self::CharacterString,
            ("number", true) => Self::Number,
            ("letter", true) => Self::Letter,
            ("symbol", true) => Self::Symbol,
            ("time", true) => Self::Time,
            ("date", true) => Self::Date,
            ("amount", true) => Self::Amount,
            ("phone_number", true) => Self::PhoneNumber,
            ("car_number", true) => Self::CarNumber,
            ("name", true) => Self::Name,
            ("phrase", true) => Self::Phrase,
            ("const", true) => Self::Const,
            ("enum" | "enum_string", true) => Self::Enum,
            ("short_thing", true) => Self::ShortThing,
            ("first", false) => Self::First,
            ("remark", false) => Self::Remark,
            _ => Self::Old,
        }
    }

    /// Whether the key belongs to a template from before the category library (docs/wechat-api.md §6.5).
    pub const fn is_old(self) -> bool {
        matches!(self, Self::First | Self::Remark | Self::Old)
    }

    /// Whether WeChat leaves the field out of the card.
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::First | Self::Remark)
    }

    /// Whether the field may stay empty.
    pub const fn may_be_empty(self) -> bool {
        matches!(self, Self::Const | Self::First | Self::Remark)
    }

    /// The most characters; `None` where the form decides.
    pub const fn most(self) -> Option<usize> {
        match self {
            Self::Thing | Self::Const | Self::Enum | Self::ShortThing | Self::Old => Some(20),
            Self::CharacterString | Self::Number | Self::Letter => Some(32),
            Self::PhoneNumber => Some(17),
            Self::CarNumber => Some(8),
            Self::Symbol | Self::Phrase => Some(5),
            Self::Time | Self::Date | Self::Amount | Self::Name | Self::First | Self::Remark => None,
        }
    }

    /// The rule in a few words, for the hint below a field.
    pub const fn rule(self) -> Text {
        match self {
            Self::Thing | Self::ShortThing => Text::new("最多 20 字", "Up to 20 characters"),
            Self::CharacterString => Text::new("最多 32 个数字、字母或符号", "Up to 32 digits, letters or symbols"),
            Self::Number => Text::new("最多 32 位数字，可以有小数点", "Up to 32 digits, with a decimal point if needed"),
            Self::Letter => Text::new("最多 32 个字母", "Up to 32 letters"),
            Self::Symbol => Text::new("最多 5 个符号", "Up to 5 symbols"),
            Self::Time => {
                Text::new("如 15:01 或 2026年11月28日 08:30，可用 ~ 连成时间段", "Such as 15:01 or 2026年11月28日 08:30; join two by ~")
            }
            Self::Date => Text::new("如 2026年11月28日，可以带时间", "Such as 2026年11月28日, with a time if needed"),
            Self::Amount => Text::new("如 128.00元 或 ¥128", "Such as 128.00元 or ¥128"),
            Self::PhoneNumber => Text::new("最多 17 个数字、+ 或 -", "Up to 17 digits, + or -"),
            Self::CarNumber => Text::new("最多 8 位车牌号", "A number plate, up to 8 characters"),
            Self::Name => Text::new("最多 10 个汉字或 20 个字母", "Up to 10 Chinese characters or 20 letters"),
            Self::Phrase => Text::new("最多 5 个汉字", "Up to 5 Chinese characters"),
            Self::Const => Text::new("只能填申请模板时报备过的内容，或留空", "A value approved with the template, or nothing"),
            Self::Enum => Text::new("只能填列出的选项", "One of the listed values"),
            Self::First | Self::Remark => Text::new("微信已不再显示这个字段", "WeChat no longer shows this field"),
            Self::Old => Text::new("旧版字段，超过 20 字会被截断", "Old field; WeChat cuts it at 20 characters"),
        }
    }
}

/// Whether WeChat takes a value for a field of this kind. Counts characters, not bytes.
///
/// # Errors
/// The first rule it breaks. Values of old templates are cut by WeChat rather than refused; see [`shown`].
pub fn check(kind: Kind, value: &str) -> Result<(), Fault> {
    if value.trim().is_empty() {
        return if kind.may_be_empty() { Ok(()) } else { Err(Fault::Empty) };
    }
    if value.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return Err(Fault::LineBreak);
    }
    if value.chars().any(char::is_control) {
        return Err(Fault::Control);
    }
    if kind.is_old() {
        return Ok(());
    }
    if value.chars().any(is_emoji) {
        return Err(Fault::Emoji);
    }
    fits(kind, value)?;
    let now = value.chars().count();
    match kind.most() {
        Some(most) if now > most => Err(Fault::TooLong { most, now }),
        _ => Ok(()),
    }
}

fn fits(kind: Kind, value: &str) -> Result<(), Fault> {
    let all = |test: fn(char) -> bool| value.chars().all(test);
    let (good, fault) = match kind {
        Kind::CharacterString => (all(|c| c.is_ascii_graphic() || c == ' '), Fault::NotPlain),
        Kind::Number => (is_number(value), Fault::NotANumber),
        Kind::Letter => (all(|c| c.is_ascii_alphabetic()), Fault::NotLetters),
        Kind::Symbol => (all(|c| !c.is_alphanumeric()), Fault::NotSymbols),
        Kind::Time => (dates::is_time(value), Fault::NotATime),
        Kind::Date => (dates::is_date(value), Fault::NotADate),
        Kind::Amount => (is_amount(value), Fault::NotAnAmount),
        Kind::PhoneNumber => (all(|c| c.is_ascii_digit() || matches!(c, '+' | '-')), Fault::NotAPhone),
        Kind::CarNumber => (is_plate(value), Fault::NotAPlate),
        Kind::Name => (is_name(value), Fault::NotAName),
        Kind::Phrase => (all(is_chinese) && value.chars().count() <= 5, Fault::NotAPhrase),
        _ => return Ok(()),
    };
    if good { Ok(()) } else { Err(fault) }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{323af}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}' | '\u{fe0f}' | '\u{200d}' | '\u{20e3}')
}

fn is_number(value: &str) -> bool {
    let (whole, rest) = value.split_once('.').unwrap_or((value, "0"));
    [whole, rest].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// One currency sign, up to 12 digits with separators, decimals, a final 元.
fn is_amount(value: &str) -> bool {
    let value = value.strip_suffix('元').unwrap_or(value);
    let value = value.strip_prefix(['¥', '￥', '$', '€', '£', '₩', '฿', '₫', '₱', '₹', '₽']).unwrap_or(value);
    let (whole, rest) = value.split_once('.').unwrap_or((value, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = !whole.contains(',') || whole.split(',').skip(1).all(|group| group.len() == 3);
    let whole = whole.replace(',', "");
    grouped && digits(&whole) && whole.len() <= 12 && digits(rest)
}

fn is_plate(value: &str) -> bool {
    let last = value.chars().count().saturating_sub(1);
    value.chars().enumerate().all(|(at, c)| c.is_ascii_alphanumeric() || ((at == 0 || at == last) && is_chinese(c)))
}

/// Chinese counts double, so that 10 of it or 20 letters fit.
fn is_name(value: &str) -> bool {
    let width: usize = value.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    width <= 20 && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '·' | ' ' | '.' | '-' | '*' | '\''))
}

/// A part of a value, as the card shows it or leaves it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The characters.
    pub text: String,
    /// Whether the card shows them.
    pub kept: bool,
}

/// What WeChat makes of a value: old templates lose emoji and everything past 20 characters, `first` and `remark` altogether.
pub fn shown(kind: Kind, value: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut count = 0;
    for c in value.chars() {
        let kept = !kind.is_hidden() && (!kind.is_old() || (!is_emoji(c) && count < 20));
        count += usize::from(kept);
        match pieces.last_mut() {
            Some(last) if last.kept == kept => last.text.push(c),
            _ => pieces.push(Piece { text: c.into(), kept }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, value: &str) -> Result<(), Fault> {
        check(Kind::of(key), value)
    }

    #[test]
    fn keys_tell_their_kind() {
        assert_eq!(Kind::of("thing1"), Kind::Thing);
        assert_eq!(Kind::of("character_string12"), Kind::CharacterString);
        assert_eq!(Kind::of("enum_string3"), Kind::Enum);
        assert_eq!((Kind::of("first"), Kind::of("remark")), (Kind::First, Kind::Remark));
        for key in ["keyword1", "result", "thing", "first1", "1", "Thing1"] {
            assert_eq!(Kind::of(key), Kind::Old, "{key}");
        }
    }

    #[test]
    fn the_table_of_rules_holds() {
        let twenty = "字".repeat(20);
        let good = [
            ("thing1", twenty.as_str()),
            ("thing1", "秋末观鸟·湿地公园 A-1！"),
            ("character_string1", "SF-2026 1122"),
            ("number1", "3.5"),
            ("letter1", "Abc"),
            ("symbol1", "-*/"),
            ("time1", "15:01"),
            ("date1", "2026-11-28"),
            ("amount1", "¥1,280.00"),
            ("amount1", "500.0元"),
            ("amount1", "123456789012"),
            ("phone_number1", "+86-0766-66888866"),
            ("car_number1", "浙A8B888警"),
            ("name1", "李思远"),
            ("name1", "Jean-Luc O'Neill"),
            ("name1", "一二三四五六七八九十"),
            ("phrase1", "已确认"),
            ("const1", ""),
            ("const1", "报名成功"),
            ("first", ""),
            ("remark", "任意长度的一句话，反正微信不再显示它了"),
            ("keyword1", "超过二十个字的旧版内容会被微信截断而不会被拒绝，所以放行"),
        ];
        for (key, value) in good {
            assert_eq!(of(key, value), Ok(()), "{key} {value}");
        }
        let bad = [
            ("thing1", "字".repeat(21), "too_long"),
            ("thing1", "  ".into(), "empty"),
            ("thing1", "两\n行".into(), "line_break"),
            ("thing1", "响\u{7}铃".into(), "control_character"),
            ("thing1", "笑😀".into(), "emoji"),
            ("thing1", "☀️".into(), "emoji"),
            ("character_string1", "单号1".into(), "not_plain"),
            ("character_string1", "a".repeat(33), "too_long"),
            ("number1", "三".into(), "not_a_number"),
            ("number1", "1.".into(), "not_a_number"),
            ("letter1", "ab1".into(), "not_letters"),
            ("symbol1", "--a".into(), "not_symbols"),
            ("symbol1", "------".into(), "too_long"),
            ("time1", "明天下午".into(), "not_a_time"),
            ("date1", "15:01".into(), "not_a_date"),
            ("amount1", "免费".into(), "not_an_amount"),
            ("amount1", "1234567890123".into(), "not_an_amount"),
            ("amount1", "1,28".into(), "not_an_amount"),
            ("phone_number1", "138转8".into(), "not_a_phone"),
            ("phone_number1", "1".repeat(18), "too_long"),
            ("car_number1", "浙A警8888".into(), "not_a_plate"),
            ("name1", "一二三四五六七八九十一".into(), "not_a_name"),
            ("phrase1", "已确认ok".into(), "not_a_phrase"),
            ("phrase1", "一二三四五六".into(), "not_a_phrase"),
            ("keyword1", String::new(), "empty"),
        ];
        for (key, value, code) in bad {
            assert_eq!(of(key, &value).err().map(Fault::code), Some(code), "{key} {value}");
        }
    }

    #[test]
    fn old_templates_say_what_is_cut() {
        let long = format!("🌿{}尾巴", "字".repeat(20));
        let pieces = shown(Kind::Old, &long);
        assert_eq!(
            pieces.iter().map(|piece| (piece.text.chars().count(), piece.kept)).collect::<Vec<_>>(),
            [(1, false), (20, true), (2, false)]
        );
        assert!(shown(Kind::First, "您好").iter().all(|piece| !piece.kept));
        assert_eq!(shown(Kind::Thing, "原样"), [Piece { text: "原样".into(), kept: true }]);
    }
}
