//! What can be wrong with a value, as a stable word and a sentence.

use crate::shared::lang::{Said, Text};

/// Why WeChat would refuse a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing in it.
    Empty,
    /// A line break.
    LineBreak,
    /// Another control character.
    Control,
    /// An emoji or dingbat.
    Emoji,
    /// More characters than the kind takes.
    TooLong {
        /// The most it takes.
        most: usize,
        /// How many there are.
        now: usize,
    },
    /// Chinese in `character_string`.
    NotPlain,
    /// Something else than digits in `number`.
    NotANumber,
    /// Something else than letters in `letter`.
    NotLetters,
    /// A letter, digit or Chinese in `symbol`.
    NotSymbols,
    /// No time in `time`.
    NotATime,
    /// No date in `date`.
    NotADate,
    /// No sum in `amount`.
    NotAnAmount,
    /// Something else than digits, + and - in `phone_number`.
    NotAPhone,
    /// No number plate in `car_number`.
    NotAPlate,
    /// No name, or a longer one than `name` takes.
    NotAName,
    /// Something else than up to five Chinese characters in `phrase`.
    NotAPhrase,
}

impl Fault {
    /// The stable word of API errors.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::LineBreak => "line_break",
            Self::Control => "control_character",
            Self::Emoji => "emoji",
            Self::TooLong { .. } => "too_long",
            Self::NotPlain => "not_plain",
            Self::NotANumber => "not_a_number",
            Self::NotLetters => "not_letters",
            Self::NotSymbols => "not_symbols",
            Self::NotATime => "not_a_time",
            Self::NotADate => "not_a_date",
            Self::NotAnAmount => "not_an_amount",
            Self::NotAPhone => "not_a_phone",
            Self::NotAPlate => "not_a_plate",
            Self::NotAName => "not_a_name",
            Self::NotAPhrase => "not_a_phrase",
        }
    }

    /// The sentence for people.
    pub fn said(self) -> Said {
        match self {
            Self::TooLong { most, now } => {
                Said::new(format!("最多 {most} 字，现在 {now} 字"), format!("{most} characters at most; now {now}"))
            }
            fixed => fixed.text().into(),
        }
    }

    const fn text(self) -> Text {
        match self {
            Self::Empty | Self::TooLong { .. } => Text::new("不能为空", "Must not be empty"),
            Self::LineBreak => Text::new("不能换行", "No line breaks"),
            Self::Control => Text::new("不能有控制字符", "No control characters"),
            Self::Emoji => Text::new("不能有表情符号", "No emoji"),
            Self::NotPlain => Text::new("只能填数字、字母和符号，不能有汉字", "Digits, letters and symbols only; no Chinese"),
            Self::NotANumber => Text::new("只能填数字，可以有小数点", "Digits only, with a decimal point if needed"),
            Self::NotLetters => Text::new("只能填英文字母", "Letters A to Z only"),
            Self::NotSymbols => Text::new("只能填符号", "Symbols only"),
            Self::NotATime => Text::new("写成 2026年11月28日 08:30 这样", "Use the form 2026年11月28日 08:30"),
            Self::NotADate => Text::new("写成 2026年11月28日 这样", "Use the form 2026年11月28日"),
            Self::NotAnAmount => Text::new("写成 128.00元 或 ¥128 这样", "Use the form 128.00元 or ¥128"),
            Self::NotAPhone => Text::new("只能填数字、+ 和 -", "Digits, + and - only"),
            Self::NotAPlate => Text::new("只能填车牌号，汉字只在首尾", "A number plate; Chinese only first and last"),
            Self::NotAName => Text::new("最多 10 个汉字或 20 个字母", "Up to 10 Chinese characters or 20 letters"),
            Self::NotAPhrase => Text::new("只能填 5 个以内的汉字", "Up to 5 Chinese characters only"),
        }
    }
}
