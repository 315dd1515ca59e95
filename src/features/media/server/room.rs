//! How many bytes an account may keep. Over that its downloads wait and say why; they go on by themselves once there is room, or it may
//! keep more. Nothing else of the account is touched.
//!
//! What counts is what lies on disk for it, equal contents once, the bin included: a deleted picture makes room when it goes for good.
//!
//! It is looked at before a download and while it comes. Downloads that come side by side share what is left: each books its bytes in the
//! account's [`Ledger`] before it writes them, and gives them back once the database counts them, or they are gone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

use super::{Media, download::Pieces, fetch_store, reasons};
use crate::{
    features::audit::{
        model::{Act, Actor},
        server::record_in,
    },
    infra::settings,
    wechat,
};

/// The word of the reason.
pub(super) const FULL: &str = "account_full";
/// The largest quota, in megabytes of a million bytes.
pub(super) const MOST_MB: i64 = 100_000_000;
const MB: i64 = 1_000_000;

/// What an account keeps, the bin included, and may keep, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    pub used: i64,
    pub quota: i64,
}

impl Room {
    pub(super) const fn left(self) -> i64 {
        self.quota - self.used
    }
}

/// What the downloads of an account take, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ledger {
    /// Of those under way.
    under_way: u64,
    /// Of those that were stored since the process began; the database counts them.
    landed: u64,
}

/// By account.
pub(super) type Ledgers = Arc<Mutex<HashMap<String, Ledger>>>;

/// What one download takes of the room that was left when it began. Given back when it is dropped.
pub(super) struct Booking {
    ledgers: Ledgers,
    app_id: String,
    /// What had landed when the room was read.
    landed: u64,
    /// What was left then.
    left: u64,
    /// What it has taken.
    taken: u64,
    /// Whether it would not have fitted had it come alone.
    too_large: bool,
}

impl Booking {
    /// Begins before the room is read: what lands in between counts twice rather than not at all.
    fn new(ledgers: &Ledgers, app_id: &str) -> Self {
        let landed = open(ledgers).get(app_id).copied().unwrap_or_default().landed;
        Self { ledgers: ledgers.clone(), app_id: app_id.to_owned(), landed, left: 0, taken: 0, too_large: false }
    }

    /// Takes so many bytes in all. Whether they fit beside what the others take.
    pub fn take(&mut self, bytes: u64) -> bool {
        let mut ledgers = open(&self.ledgers);
        let ledger = ledgers.entry(self.app_id.clone()).or_default();
        let others = (ledger.under_way - self.taken).saturating_add(ledger.landed - self.landed);
        if bytes > self.left.saturating_sub(others) {
            self.too_large = bytes > self.left;
            return false;
        }
        ledger.under_way = ledger.under_way - self.taken + bytes;
        self.taken = bytes;
        true
    }

    /// Whether it was refused for its own size, and not for what comes beside it.
    pub const fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// The database counts them now.
    pub fn landed(self) {
        if let Some(ledger) = open(&self.ledgers).get_mut(&self.app_id) {
            ledger.landed += self.taken;
        }
    }
}

impl Drop for Booking {
    fn drop(&mut self) {
        if let Some(ledger) = open(&self.ledgers).get_mut(&self.app_id) {
            ledger.under_way = ledger.under_way.saturating_sub(self.taken);
        }
    }
}

fn open(ledgers: &Ledgers) -> MutexGuard<'_, HashMap<String, Ledger>> {
    ledgers.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Media {
    /// What an account may keep (bytes); `None` as long as nobody has set it.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn quota(&self, app_id: &str) -> Result<Option<i64>, sqlx::Error> {
        Ok(settings::get(self.core.db.read(), &key(app_id)).await?.and_then(|text| text.parse().ok()))
    }

    /// Sets or lifts it, in megabytes; what waited for room is due now.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn set_quota(&self, app_id: &str, mb: Option<i64>, actor: Actor, address: String) -> Result<(), sqlx::Error> {
        let (now, app_id) = (self.core.now(), app_id.to_owned());
        let act = Act::new(actor, "media.quota_set", format!("account:{app_id}")).from_address(address);
        let act = act.detail(serde_json::json!({ "megabytes": mb }).to_string());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                match mb {
                    Some(mb) => settings::put(c, &key(&app_id), &(mb * MB).to_string()).await?,
                    None => settings::remove(c, &key(&app_id)).await.map(|_| ())?,
                }
                fetch_store::resume(c, &app_id, FULL, now).await?;
                record_in(c, now, &act).await
            })
        });
        written.await?;
        self.bell.ring();
        Ok(())
    }

    /// What an account keeps and may keep; `None` where nothing is set.
    pub(super) async fn room(&self, app_id: &str) -> Result<Option<Room>, sqlx::Error> {
        let Some(quota) = self.quota(app_id).await? else { return Ok(None) };
        Ok(Some(Room { used: self.kept_bytes(app_id).await?, quota }))
    }

    /// Bytes of an account on disk, the bin included, equal contents once.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn kept_bytes(&self, app_id: &str) -> Result<i64, sqlx::Error> {
        super::figures::kept(self.core.db.read(), app_id).await
    }

    /// The room of an account for one download, and what the download takes of it; nothing where it may keep as much as there is.
    pub(super) async fn book(&self, app_id: &str) -> Result<Option<(Room, Booking)>, sqlx::Error> {
        let mut booking = Booking::new(&self.taken, app_id);
        let Some(room) = self.room(app_id).await? else { return Ok(None) };
        booking.left = u64::try_from(room.left()).unwrap_or(0);
        Ok(Some((room, booking)))
    }

    /// Sets what monitoring reads of every account: bytes on disk, those of the bin among them, and the quota where there is one.
    ///
    /// # Errors
    /// The database.
    pub async fn measure_room(&self) -> Result<(), sqlx::Error> {
        for account in self.accounts.all().iter() {
            let (kept, shown) = (self.kept_bytes(&account.app_id).await?, self.totals(&account.app_id).await?.bytes);
            let gauge = |name: &'static str, bytes: i64| metrics::gauge!(name, "account" => account.app_id.clone()).set(bytes as f64);
            gauge("wxdesk_media_bytes", kept);
            gauge("wxdesk_media_bin_bytes", (kept - shown).max(0));
            gauge("wxdesk_media_quota_bytes", self.quota(&account.app_id).await?.unwrap_or(0));
        }
        Ok(())
    }

    /// Whether nothing more of an account is fetched: it keeps what it may, or what came last did not fit and nothing has changed since.
    pub(super) async fn is_full(&self, app_id: &str) -> Result<bool, sqlx::Error> {
        let room = self.room(app_id).await?;
        let mut crowded = self.crowded.lock().unwrap_or_else(|broken| broken.into_inner());
        let Some(room) = room else {
            crowded.remove(app_id);
            return Ok(false);
        };
        if crowded.get(app_id).is_some_and(|then| room.used < then.used || room.quota > then.quota) {
            crowded.remove(app_id);
        }
        Ok(room.left() <= 0 || crowded.contains_key(app_id))
    }

    /// Notes that what came did not fit.
    pub(super) fn did_not_fit(&self, app_id: &str, room: Room) {
        self.crowded.lock().unwrap_or_else(|broken| broken.into_inner()).insert(app_id.to_owned(), room);
    }
}

/// Why the pictures of an account wait.
pub(super) fn full() -> reasons::Why {
    reasons::own(FULL)
}

fn key(app_id: &str) -> String {
    format!("media_quota/{app_id}")
}

/// A body of which only so much fits.
pub(super) struct Within<'a, P> {
    pub pieces: P,
    /// What it takes of the room there is; `None` for as much as it likes.
    pub booking: Option<&'a mut Booking>,
}

impl<P: Pieces> Pieces for Within<'_, P> {
    async fn next(&mut self) -> Result<Option<Bytes>, wechat::Error> {
        self.pieces.next().await
    }

    fn fits(&mut self, bytes: u64) -> bool {
        self.booking.as_mut().is_none_or(|booking| booking.take(bytes))
    }
}
