//! The geometry of the chart of the last days: a line, its area, bars of failures, an axis of three steps.

use super::model::Day;

/// Width of the drawing.
pub const WIDTH: f64 = 700.0;
/// Height of the drawing.
pub const HEIGHT: f64 = 160.0;
/// Steps of the axis.
const STEPS: i64 = 3;
const BAR: f64 = 8.0;

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The value of the top line.
    pub top: i64,
    /// Path of the line of delivered messages.
    pub line: String,
    /// Path of the area under it.
    pub area: String,
    /// Bars of failures: left edge, upper edge, height.
    pub bars: Vec<(f64, f64, f64)>,
    /// How many times their size the bars are drawn.
    pub magnified: i64,
    /// The end of the line, in hundredths of the drawing.
    pub dot: (f64, f64),
}

/// Draws the days, oldest first; `None` without days.
pub fn chart(days: &[Day]) -> Option<Chart> {
    let last = days.last()?;
    let most = days.iter().map(|day| day.delivered).max().unwrap_or(0);
    let failures = days.iter().map(|day| day.failed).max().unwrap_or(0);
    let top = STEPS * step(most.max(failures));
    let magnified = [8, 4, 2].into_iter().find(|times| failures * times * 2 <= top).unwrap_or(1);
    let column = WIDTH / days.len() as f64;
    let x = |at: usize| column * (at as f64 + 0.5);
    let y = |value: i64| HEIGHT - HEIGHT * value as f64 / top as f64;
    let points: Vec<_> = days.iter().enumerate().map(|(at, day)| format!("{:.1} {:.1}", x(at), y(day.delivered))).collect();
    let line = format!("M{}", points.join("L"));
    let area = format!("{line}L{:.1} {HEIGHT}L{:.1} {HEIGHT}Z", x(days.len() - 1), x(0));
    let bar = |(at, day): (usize, &Day)| {
        let from = y((day.failed * magnified).min(top));
        (x(at) - BAR / 2.0, from, HEIGHT - from)
    };
    let bars = days.iter().enumerate().filter(|(_, day)| day.failed > 0).map(bar).collect();
    let dot = (x(days.len() - 1) / WIDTH * 100.0, y(last.delivered) / HEIGHT * 100.0);
    Some(Chart { top, line, area, bars, magnified, dot })
}

/// The values of the axis, from the top down.
pub fn axis(top: i64) -> Vec<String> {
    (0..=STEPS).rev().map(|at| label(top / STEPS * at)).collect()
}

fn label(value: i64) -> String {
    if value >= 1000 && value % 1000 == 0 { format!("{}k", value / 1000) } else { value.to_string() }
}

/// The smallest of 1, 2, 5, 10, 20, 50 … three of which reach `most`.
fn step(most: i64) -> i64 {
    let mut tens = 1;
    loop {
        if let Some(step) = [tens, 2 * tens, 5 * tens].into_iter().find(|step| step * STEPS >= most) {
            return step;
        }
        tens *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(values: &[(i64, i64)]) -> Vec<Day> {
        values.iter().map(|(delivered, failed)| Day { delivered: *delivered, failed: *failed, ..Day::default() }).collect()
    }

    #[test]
    fn the_axis_is_round_and_reaches_the_highest_day() {
        for (most, top) in [(0, 3), (1, 3), (4, 6), (12_486, 15_000), (15_000, 15_000), (15_001, 30_000), (740, 1500)] {
            assert_eq!(chart(&days(&[(most, 0)])).expect("drawn").top, top, "{most}");
        }
        assert_eq!(axis(15_000), ["15k", "10k", "5k", "0"]);
        assert_eq!(axis(1500), ["1500", "1k", "500", "0"]);
    }

    #[test]
    fn nothing_leaves_the_drawing() {
        for values in [vec![(0, 0); 14], vec![(5, 900), (0, 1)], vec![(12_486, 104), (3, 320)]] {
            let drawn = chart(&days(&values)).expect("drawn");
            assert!(drawn.bars.iter().all(|(x, y, height)| *x >= 0.0 && *y >= 0.0 && y + height <= HEIGHT + 0.01), "{drawn:?}");
            assert!((0.0..=100.0).contains(&drawn.dot.0) && (0.0..=100.0).contains(&drawn.dot.1));
            assert_eq!(drawn.bars.len(), values.iter().filter(|(_, failed)| *failed > 0).count());
        }
        assert_eq!(chart(&[]), None);
    }

    #[test]
    fn small_failures_are_magnified_and_large_ones_are_not() {
        assert_eq!(chart(&days(&[(12_000, 320)])).expect("drawn").magnified, 8);
        assert_eq!(chart(&days(&[(12_000, 9000)])).expect("drawn").magnified, 1);
    }
}
