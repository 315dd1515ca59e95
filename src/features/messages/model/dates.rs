//! Times and dates as WeChat takes them in a value: `15:01`, `2019年10月1日 15:01`, `2026-11-28`, two of them joined by `~`.

/// A clock time, a date before it if wanted; a bare date passes too, as WeChat lets it.
pub fn is_time(value: &str) -> bool {
    each(value, |part| match split_clock(part) {
        (date, Some(_)) => date.is_empty() || is_day(date),
        (date, None) => is_day(date),
    })
}

/// A date, a clock time after it if wanted.
pub fn is_date(value: &str) -> bool {
    each(value, |part| is_day(split_clock(part).0))
}

/// Both ends of a range, or the one moment there is.
fn each(value: &str, test: impl Fn(&str) -> bool) -> bool {
    let parts: Vec<&str> = value.split(['~', '～']).map(str::trim).collect();
    parts.len() <= 2 && parts.into_iter().all(test)
}

/// Cuts a clock time off the end.
fn split_clock(part: &str) -> (&str, Option<()>) {
    let at = part.rfind([' ', '日', 'T']).map_or(0, |at| at + part[at..].chars().next().map_or(0, char::len_utf8));
    let (date, clock) = part.split_at(at);
    if is_clock(clock.trim()) { (date.trim_end_matches([' ', 'T']), Some(())) } else { (part, None) }
}

fn is_clock(text: &str) -> bool {
    let pieces: Vec<Option<u32>> = text.split([':', '：']).map(|piece| number(piece, 1, 2)).collect();
    match pieces.as_slice() {
        [Some(hour), Some(minute)] | [Some(hour), Some(minute), Some(0..=59)] => *hour < 24 && *minute < 60,
        _ => false,
    }
}

/// `2026年11月28日`, `2026-11-28`, `2026/11/28`, `2026.11.28`; the day may be missing.
fn is_day(text: &str) -> bool {
    let Some((year, rest)) = text.trim().split_once(['年', '-', '/', '.']) else { return false };
    let (month, day) = rest.split_once(['月', '-', '/', '.']).unwrap_or((rest, ""));
    let day = day.trim().trim_end_matches('日');
    let read = |text| number(text, 1, 2).and_then(|number| u8::try_from(number).ok());
    let year = number(year, 4, 4).and_then(|year| i32::try_from(year).ok());
    let (Some(year), Some(month)) = (year, read(month.trim())) else { return false };
    let day = if day.is_empty() { Some(1) } else { read(day) };
    let (Ok(month), Some(day)) = (time::Month::try_from(month), day) else { return false };
    time::Date::from_calendar_date(year, month, day).is_ok()
}

fn number(text: &str, least: usize, most: usize) -> Option<u32> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_dates_are_told_from_words() {
        for good in ["15:01", "9：05", "2019年10月1日 15:01", "2026-11-28 08:30~2026-11-28 10:30", "08:30~10:30", "2023年08月02日 09:06:04"]
        {
            assert!(is_time(good), "{good}");
        }
        for good in ["2026年11月28日", "2026-11-28", "2026/11/28", "2026.11.28 09:00", "2026年11月", "2026年11月28日~2026年12月1日"]
        {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "明天下午", "25:00", "08:60", "8", "2026年13月1日", "2026-02-30", "15:01~", "1:2:3:4", "a:b", "08:00~09:00~10:00"]
        {
            assert!(!is_time(bad), "{bad}");
        }
        for bad in ["15:01", "周五", "11月28日", "26-11-28", "2026-11-31"] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
