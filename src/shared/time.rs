//! Times as people and programs read them. Inside, every time is Unix milliseconds (`i64`).

use time::{OffsetDateTime, UtcOffset, Weekday};

use super::lang::Lang;

/// Milliseconds in a day.
pub const DAY: i64 = 24 * HOUR;
/// Milliseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Milliseconds in a second.
pub const SECOND: i64 = 1000;

/// China's standard time, in which the pages show everything.
const CHINA: UtcOffset = match UtcOffset::from_hms(8, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

fn local(millis: i64) -> OffsetDateTime {
    utc(millis).to_offset(CHINA)
}

fn utc(millis: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// RFC 3339 in UTC with milliseconds, as the API writes times.
pub fn rfc3339(millis: i64) -> String {
    let at = utc(millis);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
        at.millisecond()
    )
}

/// The number of the China day a moment falls in; equal numbers mean the same day.
pub fn day_number(millis: i64) -> i64 {
    (millis + 8 * HOUR).div_euclid(DAY)
}

/// The first millisecond of the China day with this number.
pub const fn day_start(number: i64) -> i64 {
    number * DAY - 8 * HOUR
}

/// The China date as `2026-11-22`, for filters and file names.
pub fn date(millis: i64) -> String {
    let at = local(millis);
    format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
}

/// Reads `2026-11-22` as the first millisecond of that China day.
pub fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse::<u8>().ok()?, parts.next()?.parse().ok()?);
    if parts.next().is_some() {
        return None;
    }
    let date = time::Date::from_calendar_date(year, time::Month::try_from(month).ok()?, day).ok()?;
    Some(date.midnight().assume_offset(CHINA).unix_timestamp() * SECOND)
}

/// Reads `2026-11-28T08:30`, as a date-time field gives it, as a moment in China.
pub fn parse_local(text: &str) -> Option<i64> {
    let (date, clock) = text.split_once('T')?;
    let (hour, minute) = clock.split_once(':')?;
    // Some browsers add seconds.
    let minute = minute.split(':').next()?;
    let (hour, minute) = (hour.parse::<i64>().ok()?, minute.parse::<i64>().ok()?);
    let inside = (0..24).contains(&hour) && (0..60).contains(&minute);
    inside.then(|| parse_date(date).map(|day| day + hour * HOUR + minute * MINUTE))?
}

/// `14:06`.
pub fn clock(millis: i64) -> String {
    let at = local(millis);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `14:06:09`.
pub fn clock_seconds(millis: i64) -> String {
    let at = local(millis);
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// `11 月 22 日，周日` or `Sun, Nov 22`.
pub fn day(millis: i64, lang: Lang) -> String {
    let at = local(millis);
    let weekday = usize::from(at.weekday().number_days_from_monday());
    match lang {
        Lang::Zh => {
            format!("{} 月 {} 日，周{}", u8::from(at.month()), at.day(), ["一", "二", "三", "四", "五", "六", "日"][weekday])
        }
        Lang::En => {
            format!("{}, {} {}", ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][weekday], month_en(at), at.day())
        }
    }
}

/// `11/22`, for the axis of a chart.
pub fn short_day(millis: i64) -> String {
    let at = local(millis);
    format!("{}/{}", u8::from(at.month()), at.day())
}

/// The moment as short as it stays clear: `14:06` today, `昨天 18:20` yesterday, the date before.
pub fn moment(millis: i64, now: i64, lang: Lang) -> String {
    let clock = clock(millis);
    match (day_number(now) - day_number(millis), lang) {
        (0, _) => clock,
        (1, Lang::Zh) => format!("昨天 {clock}"),
        (1, Lang::En) => format!("Yesterday {clock}"),
        (_, Lang::Zh) if local(millis).year() == local(now).year() => {
            format!("{} 月 {} 日 {clock}", u8::from(local(millis).month()), local(millis).day())
        }
        (_, Lang::En) if local(millis).year() == local(now).year() => {
            format!("{} {} {clock}", month_en(local(millis)), local(millis).day())
        }
        _ => format!("{} {clock}", date(millis)),
    }
}

/// A span as `1:42:17`, or `42:17` below an hour.
pub fn span(millis: i64) -> String {
    let seconds = millis.max(0) / SECOND;
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// A span in words to the nearest useful unit: `1 小时 42 分`, `3 分 12 秒`, `1 h 42 min`.
pub fn span_words(millis: i64, lang: Lang) -> String {
    let (minutes, seconds) = (millis.max(0) / MINUTE, millis.max(0) / SECOND % 60);
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, lang) {
        (0, 0, Lang::Zh) if rest == 0 => format!("{seconds} 秒"),
        (0, 0, Lang::En) if rest == 0 => format!("{seconds} s"),
        (0, 0, Lang::Zh) if rest < 10 && seconds > 0 => format!("{rest} 分 {seconds} 秒"),
        (0, 0, Lang::En) if rest < 10 && seconds > 0 => format!("{rest} min {seconds} s"),
        (0, 0, Lang::Zh) => format!("{rest} 分钟"),
        (0, 0, Lang::En) => format!("{rest} min"),
        (0, _, Lang::Zh) => format!("{hours} 小时 {rest} 分"),
        (0, _, Lang::En) => format!("{hours} h {rest} min"),
        (_, _, Lang::Zh) => format!("{days} 天 {hours} 小时"),
        (_, _, Lang::En) => format!("{days} d {hours} h"),
    }
}

/// Whether a moment falls on a Saturday or Sunday in China; demo data is quieter then.
pub fn weekend(millis: i64) -> bool {
    matches!(local(millis).weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn month_en(at: OffsetDateTime) -> &'static str {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][usize::from(u8::from(at.month())) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_spans_have_seconds() {
        let words = |millis| (span_words(millis, Lang::Zh), span_words(millis, Lang::En));
        assert_eq!(words(-1), ("0 秒".into(), "0 s".into()));
        assert_eq!(words(7_400), ("7 秒".into(), "7 s".into()));
        assert_eq!(words(192_000), ("3 分 12 秒".into(), "3 min 12 s".into()));
        assert_eq!(words(180_000), ("3 分钟".into(), "3 min".into()));
        assert_eq!(words(754_000), ("12 分钟".into(), "12 min".into()));
    }

    // 2026-11-22 14:06:09 in China.
    const NOW: i64 = 1_795_327_569_000;

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(rfc3339(NOW), "2026-11-22T06:06:09.000Z");
        assert_eq!(day(NOW, Lang::Zh), "11 月 22 日，周日");
        assert_eq!(day(NOW, Lang::En), "Sun, Nov 22");
        assert_eq!(moment(NOW, NOW, Lang::Zh), "14:06");
        assert_eq!(moment(NOW - DAY, NOW, Lang::Zh), "昨天 14:06");
        assert_eq!(moment(NOW - 15 * HOUR, NOW, Lang::En), "Yesterday 23:06");
        assert_eq!(moment(NOW - 40 * DAY, NOW, Lang::En), "Oct 13 14:06");
        assert_eq!(span(6_137_000), "1:42:17");
        assert_eq!(span(59_000), "0:59");
    }

    #[test]
    fn days_are_china_s() {
        let start = day_start(day_number(NOW));
        assert_eq!(clock_seconds(start), "00:00:00");
        assert_eq!(parse_date("2026-11-22"), Some(start));
        assert_eq!(parse_date("2026-13-01"), None);
        assert_eq!(date(start), "2026-11-22");
    }
}
