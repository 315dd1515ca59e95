//! Time and randomness, passed in so that tests own both.
//!
//! Wall time decides what people see and what WeChat's lifetimes mean; nothing in the product reads the system clock elsewhere.

use std::{
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::sync::Notify;

/// Where "now" comes from. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    /// The machine's clock, and how far ahead of it this one has been moved.
    Ahead(Arc<Ahead>),
    Manual(Arc<Manual>),
}

struct Ahead {
    millis: AtomicI64,
    moved: Notify,
}

struct Manual {
    millis: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// The machine's clock, but one that [`Clock::advance`] moves ahead; for simulators.
    pub fn movable() -> Self {
        Self(Source::Ahead(Arc::new(Ahead { millis: AtomicI64::new(0), moved: Notify::new() })))
    }

    /// A clock that stands still at `millis` (Unix milliseconds) until [`Clock::advance`] moves it.
    pub fn manual(millis: i64) -> Self {
        Self(Source::Manual(Arc::new(Manual { millis: AtomicI64::new(millis), moved: Notify::new() })))
    }

    /// Now, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        match &self.0 {
            Source::System => machine_ms(),
            Source::Ahead(ahead) => machine_ms().saturating_add(ahead.millis.load(Ordering::SeqCst)),
            Source::Manual(manual) => manual.millis.load(Ordering::SeqCst),
        }
    }

    /// Now, in Unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Milliseconds on a clock that only runs forward, from some moment on: for spans that a jump of wall time must not stretch or cut.
    pub fn uptime_ms(&self) -> i64 {
        match &self.0 {
            Source::System => machine_uptime_ms(),
            Source::Ahead(ahead) => machine_uptime_ms().saturating_add(ahead.millis.load(Ordering::SeqCst)),
            Source::Manual(manual) => manual.millis.load(Ordering::SeqCst),
        }
    }

    /// Waits until this clock has moved on by `span`.
    pub async fn sleep(&self, span: Duration) {
        match &self.0 {
            Source::System => tokio::time::sleep(span).await,
            Source::Ahead(ahead) => {
                let until = self.now_ms().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
                loop {
                    let moved = ahead.moved.notified();
                    let left = match u64::try_from(until - self.now_ms()) {
                        Ok(left @ 1..) => Duration::from_millis(left),
                        _ => return,
                    };
                    tokio::select! {
                        () = tokio::time::sleep(left) => {}
                        () = moved => {}
                    }
                }
            }
            Source::Manual(manual) => {
                let until = self.now_ms().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX));
                loop {
                    // Interest first, look second: an advance in between is not missed.
                    let moved = manual.moved.notified();
                    if self.now_ms() >= until {
                        return;
                    }
                    moved.await;
                }
            }
        }
    }

    /// Moves a manual or movable clock forward and wakes its sleepers. The system clock ignores this.
    pub fn advance(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).unwrap_or(0);
        match &self.0 {
            Source::System => {}
            Source::Ahead(ahead) => {
                ahead.millis.fetch_add(millis, Ordering::SeqCst);
                ahead.moved.notify_waiters();
            }
            Source::Manual(manual) => {
                manual.millis.fetch_add(millis, Ordering::SeqCst);
                manual.moved.notify_waiters();
            }
        }
    }
}

fn machine_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn machine_uptime_ms() -> i64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(i64::MAX)
}

/// Where chance comes from. Cheap to clone; clones share one sequence.
#[derive(Clone)]
pub struct Chance(Option<Arc<Mutex<StdRng>>>);

impl Chance {
    /// The operating system's cryptographic source.
    pub fn system() -> Self {
        Self(None)
    }

    /// A repeatable sequence, for tests and demo data only.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    /// Fills `buffer` with random bytes.
    pub fn fill(&self, buffer: &mut [u8]) {
        match &self.0 {
            None => rand::rng().fill_bytes(buffer),
            Some(shared) => shared.lock().unwrap_or_else(|broken| broken.into_inner()).fill_bytes(buffer),
        }
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut buffer = [0; N];
        self.fill(&mut buffer);
        buffer
    }

    /// `len` random letters and digits (about 5.95 bits each), fit for tokens, nonces and file names.
    pub fn text(&self, len: usize) -> String {
        const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let mut out = String::with_capacity(len);
        let mut pool = [0u8; 64];
        while out.len() < len {
            self.fill(&mut pool);
            // Bytes of 248 and more are thrown away: with them some letters would come oftener.
            out.extend(pool.iter().filter(|byte| **byte < 248).take(len - out.len()).map(|byte| ALPHABET[usize::from(byte % 62)] as char));
        }
        out
    }

    /// A number in `0..below`; 0 where `below` is 0.
    pub fn below(&self, below: u64) -> u64 {
        if below == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % below }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_movable_clock_goes_with_the_machine_s_and_jumps_ahead_on_request() {
        let (clock, machine) = (Clock::movable(), Clock::system());
        assert!((clock.now_ms() - machine.now_ms()).abs() < 1000);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(Duration::from_secs(3600)).await }
        });
        while !waiting.is_finished() {
            clock.advance(Duration::from_secs(1800));
            tokio::task::yield_now().await;
        }
        assert!(clock.now_ms() - machine.now_ms() >= 3_600_000);
    }

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_only_when_moved_far_enough() {
        let clock = Clock::manual(1_000);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep(Duration::from_secs(2)).await;
                clock.now_ms()
            }
        });
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.advance(Duration::from_secs(1));
        assert_eq!(sleeper.await.expect("joins"), 3_000);
    }

    #[test]
    fn seeded_chance_repeats_and_keeps_to_its_alphabet() {
        assert_eq!(Chance::seeded(7).text(40), Chance::seeded(7).text(40));
        let text = Chance::system().text(200);
        assert_eq!(text.len(), 200);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }
}
