//! How many bytes an account may keep. Over that its downloads wait and say why; they go on by themselves once there is room, or it may
//! keep more. Nothing else of the account is touched.
//!
//! What counts is what lies in the library, equal contents once; what lies in the bin does not, so that deleting makes room at once. It is
//! looked at before a download and while it comes; four that come side by side can go over by what the other three bring.

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

/// What an account keeps and may keep, in bytes.
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
        Ok(Some(Room { used: self.totals(app_id).await?.bytes, quota }))
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
pub(super) struct Within<P> {
    pub pieces: P,
    /// Bytes; `None` for as much as there is.
    pub room: Option<u64>,
}

impl<P: Pieces> Pieces for Within<P> {
    async fn next(&mut self) -> Result<Option<Bytes>, wechat::Error> {
        self.pieces.next().await
    }

    fn room(&self) -> Option<u64> {
        self.room
    }
}
