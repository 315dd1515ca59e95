//! Whether this process is behind with its work, told by a connection to itself: how long a byte that has come waits to be read is how long
//! a request waits. A sleeper would not tell: the runtime runs what a timer wakes before all that is ready.
//!
//! Signatures are what the world can flood us with. While we are behind, one in five is refused at the price of a look at memory. No
//! more: a refusal costs nearly what a signature does, so refusing many would leave fewer who get one, and nobody who gets one sooner.

use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
    time::{Instant, sleep},
};

/// How often a byte is sent.
const TICK: Duration = Duration::from_millis(20);
/// What waits longer than this is late.
const LATE: Duration = Duration::from_millis(10);
/// So many more late ones than others is behind; a busy moment is not.
const MANY: u32 = 16;
/// One of so many is refused.
const ONE_OF: u32 = 5;

/// What was found.
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

    /// Sends itself a byte now and then and looks how long it waits, for good. Without a connection to itself nobody is ever refused.
    pub async fn watch(&self) {
        let Ok((mut far, mut near)) = UnixStream::pair() else { return std::future::pending().await };
        // Larger than what comes, so that a read takes all of it and the next one has to wait.
        let (mut row, mut room) = (0, [0; 8]);
        loop {
            sleep(TICK).await;
            let sent = Instant::now();
            if far.write_all(&[0]).await.is_err() || !matches!(near.read(&mut room).await, Ok(1..)) {
                self.behind.store(false, Ordering::Relaxed);
                return std::future::pending().await;
            }
            self.behind.store(is_behind(&mut row, sent.elapsed()), Ordering::Relaxed);
        }
    }
}

/// Whether late ones outnumber the others for long enough. Now and then one is served at once also while many wait.
fn is_behind(row: &mut u32, late: Duration) -> bool {
    *row = if late > LATE { (*row + 1).min(MANY + MANY / 2) } else { row.saturating_sub(4) };
    *row >= MANY
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
        for _ in 2..MANY {
            assert_eq!(told(11), 0);
        }
        for _ in 0..20 {
            assert_eq!(told(90), 20);
        }
        assert_eq!(told(1), 20, "one that was served at once");
        assert_eq!(told(90), 20);
        assert_eq!([told(2), told(2), told(10)], [20, 0, 0], "caught up");
        for _ in 0..20 {
            told(1);
        }
        assert_eq!(told(90), 0);
    }
}
