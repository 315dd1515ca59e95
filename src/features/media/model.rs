//! What a filed picture is, and the pure rules about it.

use serde::{Deserialize, Serialize};

use super::review::{Judged, Review};
use crate::shared::time::{DAY, HOUR, MINUTE, SECOND, day_start};

/// How long WeChat keeps temporary media, from the moment it was filed here (docs/wechat-api.md §5.1). Milliseconds.
pub const LIFE: i64 = 3 * DAY;

/// The longest `user_id`, `answer_title` and `question_id`, in characters.
pub const NAME_MAX: usize = 128;

/// The longest media id that is taken, in characters.
pub const MEDIA_ID_MAX: usize = 512;

/// How far a picture has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Filed, to be fetched or fetched again.
    Pending,
    /// Being fetched.
    Downloading,
    /// Here.
    Stored,
    /// Given up; may be tried again while WeChat keeps it.
    Failed,
    /// WeChat no longer keeps it.
    Expired,
}

impl State {
    /// All states, in the order pages show them.
    pub const ALL: [Self; 5] = [Self::Stored, Self::Downloading, Self::Pending, Self::Failed, Self::Expired];

    /// The word of the contract and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Downloading => "downloading",
            Self::Stored => "stored",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Reads [`State::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether nothing more happens by itself.
    pub const fn settled(self) -> bool {
        matches!(self, Self::Stored | Self::Failed | Self::Expired)
    }
}

/// What was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG, PNG, GIF or WebP.
    Image,
    /// AMR or Speex, given out as a file only.
    Voice,
    /// MP4, given out as a file only.
    Video,
}

impl Kind {
    /// All kinds, in the order pages show them.
    pub const ALL: [Self; 3] = [Self::Image, Self::Voice, Self::Video];

    /// The word of the contract and the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
        }
    }

    /// Reads [`Kind::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A filed picture as the database knows it. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Our id, ordered by time.
    pub id: String,
    /// AppID of the account.
    pub account: String,
    /// WeChat's id.
    pub media_id: String,
    /// Who sent it, in the business's own words.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// How far it has come.
    pub state: State,
    /// What it is, once known.
    pub kind: Option<Kind>,
    /// The name WeChat gave, for display only.
    pub file_name: Option<String>,
    /// What is stored.
    pub content: Option<Content>,
    /// How often it was fetched.
    pub attempts: i64,
    /// How often what came was no whole picture.
    pub doubts: i64,
    /// When it is due to be fetched (again).
    pub next_attempt_at: i64,
    /// WeChat's return code, where WeChat refused.
    pub errcode: Option<i64>,
    /// WeChat's own words.
    pub errmsg: Option<String>,
    /// Why it is not here: a stable word.
    pub reason: Option<String>,
    /// When it was filed.
    pub created_at: i64,
    /// When it was stored.
    pub stored_at: Option<i64>,
    /// When WeChat drops it at the latest.
    pub expires_at: i64,
    /// When it was deleted, while it lies in the bin.
    pub deleted_at: Option<i64>,
    /// How it was judged.
    pub review: Option<Review>,
}

/// Stored bytes, known by their SHA-256.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// SHA-256, 64 lower-case hex digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: i64,
    /// Our own judgement, never a header's.
    pub content_type: String,
    /// Width as shown, in pixels.
    pub width: Option<i64>,
    /// Height as shown, in pixels.
    pub height: Option<i64>,
    /// Whether a thumbnail lies beside it.
    pub thumb: bool,
}

/// What a list of pictures is narrowed to. Times are Unix milliseconds, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// AppID of the account.
    pub app_id: String,
    /// Exactly this sender.
    pub user_id: Option<String>,
    /// Exactly this title.
    pub answer_title: Option<String>,
    /// Exactly this question.
    pub question_id: Option<String>,
    /// Only this state.
    pub state: Option<State>,
    /// Only this kind; what has not come yet has none.
    pub kind: Option<Kind>,
    /// Only what stands so.
    pub review: Option<Judged>,
    /// A part of sender, title or question; ASCII letters of either case.
    pub q: Option<String>,
    /// Filed at or after.
    pub from: Option<i64>,
    /// Filed at or before.
    pub to: Option<i64>,
}

impl Filter {
    /// The same on one day (in China) only.
    pub fn on_day(self, number: i64) -> Self {
        let (start, end) = (day_start(number), day_start(number + 1) - 1);
        Self { from: Some(self.from.unwrap_or(start).max(start)), to: Some(self.to.unwrap_or(end).min(end)), ..self }
    }
}

/// When to fetch again after `attempts` fetches that went wrong on the way: soon at first, later ever more patiently.
pub const fn pause(attempts: i64) -> i64 {
    match attempts {
        ..=1 => 2 * SECOND,
        2 => 10 * SECOND,
        3 => 30 * SECOND,
        4 => 2 * MINUTE,
        5 => 10 * MINUTE,
        6 => 30 * MINUTE,
        7 => HOUR,
        8 => 3 * HOUR,
        _ => 6 * HOUR,
    }
}

/// How long an account's downloads rest after `faults` faults of the account in a row.
pub const fn rest(faults: u32) -> i64 {
    match faults {
        0 | 1 => 5 * MINUTE,
        2 => 15 * MINUTE,
        3 => 30 * MINUTE,
        _ => HOUR,
    }
}

/// The tile class whose ratio comes nearest to the picture's.
pub fn ratio_class(width: i64, height: i64) -> &'static str {
    const CLASSES: [(&str, f64); 4] = [("r-3x4", 0.75), ("r-1x1", 1.0), ("r-4x3", 4.0 / 3.0), ("r-16x9", 16.0 / 9.0)];
    if width <= 0 || height <= 0 {
        return "r-1x1";
    }
    // Ratios are compared as factors: half and double are equally far from square.
    let distance = |ratio: f64| (width as f64 / height as f64 / ratio).ln().abs();
    CLASSES.into_iter().min_by(|a, b| distance(a.1).total_cmp(&distance(b.1))).map_or("r-1x1", |(class, _)| class)
}

/// The end of a file's name by its type.
pub fn file_end(content_type: Option<&str>) -> &'static str {
    match content_type {
        Some("image/jpeg") => "jpg",
        Some("image/png") => "png",
        Some("image/gif") => "gif",
        Some("image/webp") => "webp",
        Some("audio/amr") => "amr",
        Some("audio/ogg") => "ogg",
        Some("video/mp4") => "mp4",
        _ => "bin",
    }
}

/// A name for a downloaded file, made of what people called it: no separators, no characters that file systems or shells mind.
pub fn download_name(picture: &Picture) -> String {
    let end = file_end(picture.content.as_ref().map(|content| content.content_type.as_str()));
    format!("{}-{}-{}.{end}", safe_part(&picture.user_id), safe_part(&picture.question_id), picture.id)
}

fn safe_part(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '+' | '@' | '.') { c } else { '_' };
    let part: String = text.chars().take(40).map(kept).collect();
    let part = part.trim_matches(['.', '_']);
    if part.is_empty() { "x".to_owned() } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_ratio_wins() {
        for (width, height, class) in [
            (1080, 1080, "r-1x1"),
            (1080, 810, "r-4x3"),
            (810, 1080, "r-3x4"),
            (1920, 1080, "r-16x9"),
            (5000, 10, "r-16x9"),
            (1, 60_000, "r-3x4"),
            (1000, 900, "r-1x1"),
            (0, 5, "r-1x1"),
        ] {
            assert_eq!(ratio_class(width, height), class, "{width}x{height}");
        }
    }

    #[test]
    fn the_ladder_climbs_and_stays() {
        assert_eq!((1..=8).map(pause).map(|p| p / SECOND).collect::<Vec<_>>(), [2, 10, 30, 120, 600, 1800, 3600, 10_800]);
        assert!(pause(0) == pause(1) && pause(i64::MAX) == 6 * HOUR && rest(u32::MAX) == HOUR);
        // Retries up to the end of three days stay few.
        let mut at = 0;
        let steps = (1..).take_while(|step| {
            at += pause(*step);
            at < LIFE
        });
        assert_eq!(steps.count(), 19);
    }

    #[test]
    fn file_names_hold_no_path() {
        for evil in ["../../etc/passwd", "..", "a/b\\c", "x\0y", "\u{202e}gpj.exe", "CON:", "-rf ~", "\"; rm", " . ", "🐦"] {
            let part = safe_part(evil);
            assert!(
                !part.is_empty() && !part.starts_with('.') && !part.contains(['/', '\\', '\0', '"', ':', ' ', '~', '\u{202e}']),
                "{part}"
            );
        }
        assert_eq!(safe_part("小满"), "小满");
    }

    #[test]
    fn words_read_back() {
        assert!(State::ALL.into_iter().all(|state| State::parse(state.word()) == Some(state)));
        assert_eq!(State::ALL.iter().filter(|state| state.settled()).count(), 3);
        assert_eq!(Kind::parse("voice"), Some(Kind::Voice));
    }
}
