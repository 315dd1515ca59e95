//! What is read out of many answers.

use std::time::Duration;

use crate::open::{Answered, Seen};

/// Times of those answered with `status`, in order.
pub fn times<'a>(answered: impl IntoIterator<Item = &'a Answered>, status: u16) -> Vec<Duration> {
    let mut times: Vec<_> = answered.into_iter().filter(|one| one.status == status).map(|one| one.took).collect();
    times.sort_unstable();
    times
}

/// The time that a share of them keep, in milliseconds.
pub fn ms(sorted: &[Duration], share: f64) -> f64 {
    let at = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).map_or(f64::NAN, Duration::as_secs_f64) * 1000.0
}

/// p50, p99, p99.9, the slowest, and how many were no 200, as a line of a table.
pub fn line(name: &str, seen: &Seen) -> String {
    let times = times(&seen.answered, 200);
    let bad = seen.answered.len() - times.len();
    let [middle, most, nearly, all] = [0.5, 0.99, 0.999, 1.0].map(|share| ms(&times, share));
    format!("| {name} | {middle:.2} | {most:.2} | {nearly:.2} | {all:.1} | {bad} and {} | {} |", seen.broken, times.len())
}

/// From `since` on: when the last tenth of a second ended whose p99 was above `bar` ms.
pub fn settled(seen: &Seen, since: Duration, bar: f64) -> Duration {
    let slot = |one: &Answered| (one.planned.saturating_sub(since).as_millis() / 100) as usize;
    let mut slots: Vec<Vec<Answered>> = Vec::new();
    for one in seen.answered.iter().filter(|one| one.planned >= since) {
        slots.resize_with(slots.len().max(slot(one) + 1), Vec::new);
        slots[slot(one)].push(*one);
    }
    let slow = slots.iter().rposition(|slot| ms(&times(slot, 200), 0.99) > bar);
    Duration::from_millis(slow.map_or(0, |at| (at as u64 + 1) * 100))
}
