//! Limits by key (an address, a name): a token bucket each, in memory, bounded.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Mutex, MutexGuard},
};

/// Shards keep one busy caller from making all others wait for a lock.
const SHARDS: usize = 16;
/// Past this many keys in a shard, the full buckets (callers long gone) are dropped.
const MOST_KEYS: usize = 4096;

/// Allows `rate` events a second per key, with bursts of `burst`.
pub struct Limiter<K> {
    rate: f64,
    burst: f64,
    shards: [Mutex<HashMap<K, Bucket>>; SHARDS],
    hasher: RandomState,
}

/// What is left of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// What a full one holds.
    pub most: u64,
    /// What it holds now.
    pub left: u64,
    /// The whole seconds until it is full again.
    pub full_in: u64,
}

struct Bucket {
    left: f64,
    at_ms: i64,
}

impl<K: Hash + Eq> Limiter<K> {
    /// A limiter; a rate of 0 means no limit.
    pub fn new(rate_per_second: f64, burst: f64) -> Self {
        Self { rate: rate_per_second, burst, shards: std::array::from_fn(|_| Mutex::new(HashMap::new())), hasher: RandomState::new() }
    }

    /// What is left of the key's bucket, taking nothing; `None` without a limit.
    pub fn left(&self, key: &K, now_ms: i64) -> Option<Left> {
        if self.rate <= 0.0 {
            return None;
        }
        let buckets = self.shard(key);
        let filled = buckets.get(key).map_or(self.burst, |bucket| bucket.filled(self.rate, self.burst, now_ms));
        Some(Left { most: self.burst as u64, left: filled as u64, full_in: ((self.burst - filled) / self.rate).ceil() as u64 })
    }

    fn shard(&self, key: &K) -> MutexGuard<'_, HashMap<K, Bucket>> {
        let shard = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0);
        self.shards[shard].lock().unwrap_or_else(|broken| broken.into_inner())
    }

    /// Takes one from the key's bucket.
    ///
    /// # Errors
    /// The whole seconds after which there is one again.
    pub fn take(&self, key: K, now_ms: i64) -> Result<(), u64> {
        if self.rate <= 0.0 {
            return Ok(());
        }
        let mut buckets = self.shard(&key);
        if buckets.len() > MOST_KEYS {
            let (rate, burst) = (self.rate, self.burst);
            buckets.retain(|_, bucket| bucket.filled(rate, burst, now_ms) < burst);
        }
        let bucket = buckets.entry(key).or_insert(Bucket { left: self.burst, at_ms: now_ms });
        bucket.left = bucket.filled(self.rate, self.burst, now_ms);
        bucket.at_ms = now_ms;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            Ok(())
        } else {
            Err(((1.0 - bucket.left) / self.rate).ceil().max(1.0) as u64)
        }
    }
}

impl Bucket {
    fn filled(&self, rate: f64, burst: f64, now_ms: i64) -> f64 {
        let seconds = (now_ms - self.at_ms).max(0) as f64 / 1000.0;
        (self.left + seconds * rate).min(burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_refills_and_is_the_key_s_own() {
        let limiter = Limiter::new(2.0, 3.0);
        for _ in 0..3 {
            assert_eq!(limiter.take("a", 0), Ok(()));
        }
        assert_eq!(limiter.take("a", 0), Err(1));
        assert_eq!(limiter.take("b", 0), Ok(()));
        assert_eq!(limiter.take("a", 500), Ok(()));
        assert_eq!(limiter.take("a", 500), Err(1));
        assert_eq!(limiter.left(&"a", 500), Some(Left { most: 3, left: 0, full_in: 2 }));
        assert_eq!(limiter.left(&"c", 500), Some(Left { most: 3, left: 3, full_in: 0 }));
        // A clock that jumps back neither refills nor panics.
        assert_eq!(limiter.take("a", -10_000), Err(1));
    }

    #[test]
    fn a_rate_of_zero_never_limits() {
        let limiter = Limiter::new(0.0, 0.0);
        assert!((0..1000).all(|_| limiter.take((), 0).is_ok()) && limiter.left(&(), 0).is_none());
    }
}
