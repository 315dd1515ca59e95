//! What is in memory about one token or ticket: the present value, the last trouble, and the one fetch under way.
//!
//! Readers take a snapshot under a lock that is never held across an await. Whoever wants WeChat asked boards the slot: one is the
//! pilot, everybody else waits for its landing. A pilot that is dropped gives the seat back, so nobody waits for a dead one.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use super::schedule;
use crate::{
    features::tokens::model::{Cause, Kind, Standing},
    shared::time::SECOND,
    wechat::{self, signature::constant_time_eq},
};

/// Values before the present one that are remembered, so that a signature made with one of them can be told from any other.
const PAST: usize = 3;

/// A token or ticket in memory. Times in Unix milliseconds.
#[derive(Clone, Debug)]
pub struct Held {
    pub(super) value: SecretString,
    /// Grows with every refetch that a refusal led to, and with every new value.
    pub generation: i64,
    /// When this value was first seen.
    pub fetched_at: i64,
    /// When WeChat last gave it.
    pub(super) asked_at: i64,
    /// Until when it may be used.
    pub expires_at: i64,
    pub(super) jitter: i64,
    /// WeChat gave this very value again after it had been refused.
    pub(super) confirmed: bool,
    /// The settings it was fetched with.
    pub(super) stamp: String,
}

impl Held {
    /// The value itself. Never to be logged or shown.
    pub fn expose(&self) -> &str {
        self.value.expose_secret()
    }

    /// The value for a call of the client.
    pub fn secret(&self) -> &SecretString {
        &self.value
    }

    pub(super) fn is(&self, value: &str) -> bool {
        constant_time_eq(self.expose(), value)
    }
}

/// A value that another one replaced.
#[derive(Clone, Debug)]
pub struct Past {
    /// The value.
    pub held: Arc<Held>,
    /// Until when it was the present one (Unix milliseconds).
    pub until: i64,
}

/// Why there is none.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    pub error: wechat::Error,
    /// Until when nobody asks (Unix milliseconds).
    pub until: i64,
    /// Only the worker and people ask after that.
    pub closed: bool,
    /// Failures in a row.
    pub failures: u32,
}

impl Trouble {
    /// Not WeChat's refusal: a wait that took too long, or a fetch that came to nothing.
    pub fn passing(until: i64) -> Self {
        Self { error: wechat::Error::Timeout, until, closed: false, failures: 0 }
    }
}

/// How a fetch ended.
pub(super) type Landed = Result<Arc<Held>, Trouble>;

#[derive(Debug, Default)]
pub(super) struct State {
    pub held: Option<Arc<Held>>,
    /// Those before it, the latest first.
    pub past: VecDeque<Past>,
    /// The held one was refused and is being replaced.
    pub refused: bool,
    pub generation: i64,
    pub trouble: Option<Trouble>,
    /// Settings that trouble and back-off belong to.
    pub stamp: String,
}

impl State {
    /// Makes a value the present one; gives whether it is another than the one before.
    pub fn replace(&mut self, held: Arc<Held>, now: i64) -> bool {
        let old = self.held.replace(held.clone());
        let another = old.as_ref().is_none_or(|old| !old.is(held.expose()));
        if let Some(held) = old.filter(|_| another) {
            self.past.push_front(Past { held, until: now });
            self.past.truncate(PAST);
        }
        another
    }
}

pub(super) struct Slot {
    pub kind: Kind,
    state: RwLock<State>,
    flight: Mutex<Option<watch::Receiver<Option<Landed>>>>,
    /// Changes whenever there is one that may be used.
    news: watch::Sender<()>,
}

/// The one who asks WeChat.
pub(super) struct Pilot {
    slot: Arc<Slot>,
    landing: watch::Sender<Option<Landed>>,
}

impl Pilot {
    pub fn kind(&self) -> Kind {
        self.slot.kind
    }

    pub fn ticket(&self) -> watch::Receiver<Option<Landed>> {
        self.landing.subscribe()
    }

    /// Gives the seat back and tells everybody who waited.
    pub fn land(self, landed: Landed) {
        self.slot.flight().take();
        self.landing.send_replace(Some(landed));
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        // After an orderly landing the seat may be another's already: then its channel is not ours.
        let mut flight = self.slot.flight();
        if flight.as_ref().is_some_and(|seat| seat.same_channel(&self.landing.subscribe())) {
            flight.take();
        }
    }
}

impl Slot {
    pub fn new(kind: Kind) -> Arc<Self> {
        Arc::new(Self { kind, state: RwLock::default(), flight: Mutex::default(), news: watch::channel(()).0 })
    }

    /// Tells everybody who waits that there is one that may be used.
    pub fn tell(&self) {
        self.news.send_replace(());
    }

    /// Hears of the next one.
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.news.receiver_count()
    }

    /// The seat of the pilot, or the landing to wait for.
    pub fn board(self: &Arc<Self>) -> Result<Pilot, watch::Receiver<Option<Landed>>> {
        let mut flight = self.flight();
        if let Some(under_way) = flight.as_ref() {
            return Err(under_way.clone());
        }
        let (landing, seat) = watch::channel(None);
        *flight = Some(seat);
        Ok(Pilot { slot: self.clone(), landing })
    }

    pub fn flying(&self) -> bool {
        self.flight().is_some()
    }

    /// The present one if it may be used now.
    pub fn usable(&self, now: i64) -> Option<Arc<Held>> {
        let state = self.read();
        state.held.as_ref().filter(|held| !state.refused && now < held.expires_at).cloned()
    }

    /// The present one, usable or not.
    pub fn held(&self) -> Option<Arc<Held>> {
        self.read().held.clone()
    }

    /// Those before the present one, the latest first.
    pub fn past(&self) -> Vec<Past> {
        self.read().past.iter().cloned().collect()
    }

    pub fn trouble(&self) -> Option<Trouble> {
        self.read().trouble.clone()
    }

    /// Whether the worker should ask now, and why.
    pub fn due(&self, now: i64) -> Option<Cause> {
        let state = self.read();
        if state.trouble.as_ref().is_some_and(|trouble| trouble.until > now) {
            return None;
        }
        let again = |first: Cause| Some(if state.trouble.is_some() { Cause::Retry } else { first });
        match &state.held {
            None => again(Cause::Start),
            Some(held) if now >= held.expires_at || state.refused => again(Cause::Start),
            Some(held) if now + SECOND < held.asked_at => again(Cause::Check),
            Some(held) if now >= self.next_ask(held) => again(Cause::Ahead),
            Some(_) => None,
        }
    }

    /// When the worker asks next, as far as is known.
    pub fn next_at(&self) -> Option<i64> {
        let state = self.read();
        let planned = state.held.as_ref().map(|held| self.next_ask(held));
        match &state.trouble {
            Some(trouble) => Some(trouble.until.max(planned.unwrap_or(i64::MIN))),
            None => planned,
        }
    }

    pub fn next_ask(&self, held: &Held) -> i64 {
        schedule::next_ask(self.kind, held.asked_at, held.expires_at, held.jitter)
    }

    pub fn standing(&self, now: i64) -> Standing {
        let state = self.read();
        let valid = state.held.as_ref().is_some_and(|held| now < held.expires_at);
        match (valid, state.trouble.is_some()) {
            (true, false) => Standing::Good,
            (true, true) => Standing::Soon,
            (false, true) => Standing::Failed,
            (false, false) => Standing::Waiting,
        }
    }

    /// Forgets what belongs to other settings.
    pub fn heed(&self, stamp: &str) {
        if self.read().stamp == stamp {
            return;
        }
        let mut state = self.write();
        if state.held.as_ref().is_some_and(|held| held.stamp != stamp) {
            state.held = None;
        }
        state.past.clear();
        state.trouble = None;
        state.refused = false;
        state.stamp = stamp.to_owned();
    }

    /// Moves everything by the span that the clock jumped back, because lifetimes do not stretch with it.
    pub fn shift(&self, back: i64) -> Option<Arc<Held>> {
        let mut state = self.write();
        if let Some(trouble) = &mut state.trouble {
            trouble.until -= back;
        }
        let old = state.held.take()?;
        let held = Arc::new(Held {
            fetched_at: old.fetched_at - back,
            asked_at: old.asked_at - back,
            expires_at: old.expires_at - back,
            ..Held::clone(&old)
        });
        state.held = Some(held.clone());
        Some(held)
    }

    pub fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(|broken| broken.into_inner())
    }

    pub fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(|broken| broken.into_inner())
    }

    fn flight(&self) -> MutexGuard<'_, Option<watch::Receiver<Option<Landed>>>> {
        self.flight.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// Waits for a landing; a pilot that never lands is a passing trouble.
pub(super) async fn landing(mut seat: watch::Receiver<Option<Landed>>, now: i64) -> Landed {
    let told = seat.wait_for(Option::is_some).await.ok().and_then(|landed| landed.clone());
    told.unwrap_or_else(|| Err(Trouble::passing(now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(expires_at: i64) -> Arc<Held> {
        let value = SecretString::from("v");
        Arc::new(Held { value, generation: 1, fetched_at: 0, asked_at: 0, expires_at, jitter: 0, confirmed: false, stamp: "s".into() })
    }

    #[tokio::test]
    async fn one_flies_and_all_others_hear_of_it() {
        let slot = Slot::new(Kind::AccessToken);
        let pilot = slot.board().unwrap_or_else(|_| panic!("the seat is free"));
        let waiting: Vec<_> = (0..50).map(|_| landing(slot.board().err().expect("taken"), 0)).collect();
        pilot.land(Ok(held(9)));
        for landed in futures_util::future::join_all(waiting).await {
            assert_eq!(landed.expect("landed").expires_at, 9);
        }
        assert!(!slot.flying());
    }

    #[tokio::test]
    async fn a_lost_pilot_gives_the_seat_back_and_takes_no_later_one_with_it() {
        let slot = Slot::new(Kind::JsapiTicket);
        let pilot = slot.board().unwrap_or_else(|_| panic!("free"));
        let waits = landing(slot.board().err().expect("taken"), 7);
        drop(pilot);
        assert_eq!(waits.await.expect_err("lost").until, 7);
        let first = slot.board().unwrap_or_else(|_| panic!("free again"));
        let late = Pilot { slot: slot.clone(), landing: watch::channel(None).0 };
        drop(late);
        assert!(slot.flying(), "a stranger's end does not free the seat");
        first.land(Ok(held(1)));
        assert!(slot.board().is_ok());
    }

    #[test]
    fn the_present_one_serves_until_its_end_whatever_the_trouble() {
        let slot = Slot::new(Kind::AccessToken);
        assert_eq!((slot.standing(0), slot.due(0)), (Standing::Waiting, Some(Cause::Start)));
        slot.write().held = Some(held(7_200_000));
        assert_eq!((slot.standing(0), slot.due(0)), (Standing::Good, None));
        slot.write().trouble = Some(Trouble { failures: 1, ..Trouble::passing(6_950_000) });
        assert_eq!(slot.standing(6_940_000), Standing::Soon);
        assert!(slot.usable(7_199_999).is_some() && slot.usable(7_200_000).is_none());
        assert_eq!((slot.due(6_940_000), slot.due(6_950_000)), (None, Some(Cause::Retry)));
        assert_eq!(slot.standing(7_200_000), Standing::Failed);
    }

    #[test]
    fn the_last_few_values_are_remembered_each_once() {
        let slot = Slot::new(Kind::JsapiTicket);
        let named = |name: &str| Arc::new(Held { value: SecretString::from(name.to_owned()), ..Held::clone(&held(9)) });
        let another = ["a", "a", "b", "c", "c", "d", "e"].iter().zip(0..).map(|(name, at)| slot.write().replace(named(name), at));
        assert_eq!(another.collect::<Vec<_>>(), [true, false, true, true, false, true, true]);
        let past: Vec<_> = slot.past().iter().map(|past| (past.held.expose().to_owned(), past.until)).collect();
        assert_eq!(past, [("d".to_owned(), 6), ("c".to_owned(), 5), ("b".to_owned(), 3)]);
        slot.heed("other settings");
        assert!(slot.past().is_empty());
    }

    #[test]
    fn other_settings_forget_the_value_and_a_clock_set_back_moves_the_end() {
        let slot = Slot::new(Kind::AccessToken);
        slot.heed("s");
        slot.write().held = Some(held(10_000));
        slot.heed("s");
        assert!(slot.usable(0).is_some());
        assert_eq!(slot.shift(4_000).expect("held").expires_at, 6_000);
        assert!(slot.usable(5_999).is_some() && slot.usable(6_000).is_none());
        slot.heed("t");
        assert!(slot.held().is_none());
    }
}
