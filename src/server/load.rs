//! Whether this process is behind with its work, told by how late a sleeper is woken: what becomes ready now waits about as long.
//!
//! Signatures are what the world can flood us with. While we are behind, one in five is refused at the price of a look at memory. No
//! more: a refusal costs nearly what a signature does, so refusing many would leave fewer who get one, and nobody who gets one sooner.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// How often the sleeper is woken.
const TICK: Duration = Duration::from_millis(20);
/// Later than this is late.
const LATE: Duration = Duration::from_millis(10);
/// So many times in a row late is behind; a busy moment is not.
const IN_A_ROW: u32 = 16;
/// One of so many is refused.
const ONE_OF: u32 = 5;

/// What the sleeper found.
#[derive(Debug, Default)]
pub struct Load {
    behind: AtomicBool,
    asked: AtomicU32,
}

impl Load {
    /// Whether this one is to be refused.
    pub fn refuses(&self) -> bool {
        self.behind.load(Ordering::Relaxed) && self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(ONE_OF)
    }

    /// Sleeps and looks how late it was woken, for good.
    pub async fn watch(&self) {
        let mut row = 0;
        loop {
            let planned = Instant::now() + TICK;
            sleep_until(planned).await;
            self.behind.store(is_behind(&mut row, planned.elapsed()), Ordering::Relaxed);
        }
    }
}

/// Whether the last of `row` late ones in a row makes it too many.
fn is_behind(row: &mut u32, late: Duration) -> bool {
    *row = if late > LATE { row.saturating_add(1) } else { 0 };
    *row >= IN_A_ROW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_moment_refuses_nobody_and_a_standing_queue_one_in_five() {
        let (load, mut row) = (Load::default(), 0);
        let mut told = |late: u64| {
            let behind = is_behind(&mut row, Duration::from_millis(late));
            load.behind.store(behind, Ordering::Relaxed);
            (0..100).filter(|_| load.refuses()).count()
        };
        assert_eq!(told(4000), 0, "a machine that was asleep");
        for _ in 2..IN_A_ROW {
            assert_eq!(told(11), 0);
        }
        assert_eq!(told(11), 20);
        assert_eq!(told(90), 20);
        assert_eq!(told(10), 0, "caught up");
        assert_eq!(told(90), 0);
    }
}
