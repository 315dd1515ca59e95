//! The throttle before passwords are hashed: after some free tries the pauses double, up to a bound; nobody is locked out for good.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
};

use crate::shared::time::{HOUR, MINUTE};

/// Tries are forgotten this long after the last (milliseconds).
const FORGOTTEN: i64 = HOUR;
/// More keys than this are not kept.
const MOST_KEYS: usize = 50_000;

/// Counts tries by key.
struct Counter<K> {
    free: u32,
    first: i64,
    longest: i64,
    known: Mutex<HashMap<K, Tries>>,
}

#[derive(Clone, Copy, Default)]
struct Tries {
    count: u32,
    last: i64,
    until: i64,
}

impl<K: Hash + Eq> Counter<K> {
    fn new(free: u32, first: i64, longest: i64) -> Self {
        Self { free, first, longest, known: Mutex::default() }
    }

    /// Counts a try ahead of its outcome, so that many at once do not slip through. `Err` is the wait in milliseconds.
    fn admit(&self, key: K, now: i64) -> Result<(), i64> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KEYS && !known.contains_key(&key) {
            known.retain(|_, tries| now - tries.last < FORGOTTEN && tries.until > now);
            if known.len() >= MOST_KEYS {
                return Err(self.first);
            }
        }
        let tries = known.entry(key).or_default();
        if tries.until > now {
            return Err(tries.until - now);
        }
        if now - tries.last >= FORGOTTEN {
            *tries = Tries::default();
        }
        tries.count = tries.count.saturating_add(1);
        tries.last = now;
        if tries.count >= self.free {
            let doubled = self.first.saturating_mul(1_i64 << (tries.count - self.free).min(20));
            tries.until = now + doubled.min(self.longest);
        }
        Ok(())
    }

    /// Takes back the last try, because it was a good one.
    fn take_back(&self, key: &K) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = known.get_mut(key) {
            tries.count = tries.count.saturating_sub(1);
            tries.until = 0;
        }
    }

    fn forget(&self, key: &K) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// The throttle of the sign-in form. One caller who guesses at one account is stopped first, so that its owner still gets in from
/// elsewhere; guesses at one account from many places are slowed down last and least.
pub struct Throttle {
    callers: Counter<IpAddr>,
    pairs: Counter<(IpAddr, String)>,
    accounts: Counter<String>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            callers: Counter::new(10, 5 * MINUTE, 15 * MINUTE),
            pairs: Counter::new(5, 5 * MINUTE, 30 * MINUTE),
            accounts: Counter::new(40, MINUTE, 5 * MINUTE),
        }
    }
}

impl Throttle {
    /// Counts a try to sign in.
    ///
    /// # Errors
    /// The wait in milliseconds.
    pub fn admit(&self, caller: IpAddr, name: &str, now: i64) -> Result<(), i64> {
        let (caller, name) = keys(caller, name);
        self.callers.admit(caller, now)?;
        // What a finer counter refuses is no guess, so the coarser ones do not count it.
        self.pairs.admit((caller, name.clone()), now).inspect_err(|_| self.callers.take_back(&caller))?;
        self.accounts.admit(name.clone(), now).inspect_err(|_| {
            self.callers.take_back(&caller);
            self.pairs.take_back(&(caller, name));
        })
    }

    /// The try was good: it does not count.
    pub fn welcome(&self, caller: IpAddr, name: &str) {
        let (caller, name) = keys(caller, name);
        self.callers.take_back(&caller);
        self.accounts.take_back(&name);
        self.pairs.forget(&(caller, name));
    }
}

/// One IPv6 customer has a whole /64; names count without case, as the database compares them.
fn keys(caller: IpAddr, name: &str) -> (IpAddr, String) {
    let caller = match caller {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 @ IpAddr::V4(_) => v4,
    };
    (caller, name.chars().take(64).collect::<String>().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 1));
    const B: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 2));

    fn guesses(throttle: &Throttle, caller: IpAddr, name: &str, from: i64, to: i64, every: usize) -> usize {
        (from..to).step_by(every).filter(|now| throttle.admit(caller, name, *now).is_ok()).count()
    }

    #[test]
    fn a_flood_gets_few_guesses_and_the_owner_still_gets_in_from_elsewhere() {
        let throttle = Throttle::default();
        // 500 a second for a minute.
        assert!(guesses(&throttle, A, "admin", 1, MINUTE, 2) <= 10);
        assert_eq!(throttle.admit(B, "ADMIN", MINUTE), Ok(()));
        // Other names from the same place do not help for long.
        assert!((0..1000).filter(|n| throttle.admit(A, &format!("n{n}"), MINUTE).is_ok()).count() <= 10);
    }

    #[test]
    fn pauses_double_but_end() {
        let throttle = Throttle::default();
        assert_eq!(guesses(&throttle, A, "admin", 0, 5, 1), 5);
        assert_eq!(throttle.admit(A, "admin", 5), Err(5 * MINUTE - 1));
        assert_eq!(throttle.admit(A, "Admin", 4 + 5 * MINUTE), Ok(()));
        assert_eq!(throttle.admit(A, "admin", 5 + 5 * MINUTE), Err(10 * MINUTE - 1));
        let day = guesses(&throttle, A, "admin", 16 * MINUTE, 16 * MINUTE + 24 * HOUR, 1000);
        assert!((24..200).contains(&day), "{day}");
    }

    #[test]
    fn good_tries_do_not_count() {
        let throttle = Throttle::default();
        for now in 0..100 {
            assert_eq!(throttle.admit(A, "admin", now), Ok(()));
            throttle.welcome(A, "admin");
        }
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        let throttle = Throttle::default();
        let caller = |n: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, n, 0, 0, 1));
        assert!((0..100).filter(|n| throttle.admit(caller(*n), "admin", 1).is_ok()).count() <= 5);
    }
}
