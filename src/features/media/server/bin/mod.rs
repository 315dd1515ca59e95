//! The bin: a deleted picture lies there for seven days, whole, and can be restored; then row, bytes and thumbnails go for good.
//!
//! Bytes go in two steps: in the transaction that lets the last picture of a content go, the content is struck off and noted as leaving;
//! after it, a unit of the same single writer looks once more whether anybody wants it, and removes the files. A download writes its row
//! by that writer too and looks whether its file still lies there, so neither can pull the ground from under the other; a crash in
//! between leaves a note, and the worker goes on from there.

pub(super) mod forms;
pub(super) mod store;

use std::time::Duration;

use serde_json::json;

use super::{
    Media,
    acts::{Begun, Came},
    retention,
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            bin::{Binned, KEPT, Place},
            model::Picture,
        },
    },
    infra::respond::unexpected,
    jobs::{Next, Worker},
    shared::{error::AppError, lang::Text, list::Listed, time::MINUTE},
};

/// Pictures or contents taken up at once.
const AT_ONCE: i64 = 50;
/// Pictures deleted or restored in one transaction: each moves the entries of all indexes, and nothing else may wait long meanwhile.
pub(super) const GROUP: i64 = 50;
/// How often is looked what is due (milliseconds).
const EVERY: i64 = 10 * MINUTE;

impl Media {
    /// Moves a picture into the bin.
    ///
    /// # Errors
    /// 404 if it is gone already.
    pub async fn delete(&self, picture: &Picture, actor: Actor, address: String) -> Result<(), AppError> {
        let (now, id, by) = (self.core.now(), picture.id.clone(), actor.tag());
        let act = Act::new(actor, "media.deleted", format!("media:{id}")).from_address(address);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                let moved = store::put_in(c, &id, &by, now, now + KEPT).await?;
                if moved {
                    record_in(c, now, &act).await?;
                }
                Ok(moved)
            })
        });
        if !unit.await? {
            return Err(AppError::not_found());
        }
        self.moved(picture);
        Ok(())
    }

    /// Puts a picture of an account back from the bin; one that was on its way goes on being fetched.
    ///
    /// # Errors
    /// 404 if it is of another account or unknown, 410 `media_purged` if its time is over.
    pub async fn restore(&self, app_id: &str, id: &str, actor: Actor, address: String) -> Result<(), AppError> {
        let found = self.in_bin(app_id, id).await?;
        let (now, id) = (self.core.now(), id.to_owned());
        let act = Act::new(actor, "media.restored", format!("media:{id}")).from_address(address);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                let back = store::take_out(c, &id, now).await?;
                if back {
                    retention::store::spare(c, &id).await?;
                    record_in(c, now, &act).await?;
                }
                Ok(back)
            })
        });
        if !unit.await? {
            let gone = Text::new("这张图片已经永久删除，不能恢复了。", "This picture is gone for good and cannot be restored.");
            return Err(AppError::new(410, "media_purged", gone));
        }
        self.moved(&found.picture);
        self.bell.ring();
        Ok(())
    }

    /// Puts back all that one person of an account deleted at one time.
    ///
    /// # Errors
    /// 404 if nothing of it lies there any more.
    pub(super) async fn restore_each(&self, act: &Begun, at: i64, by: &str) -> Result<Came, AppError> {
        let (mut last, mut came) = ("g".to_owned(), Came { done: 0, all: 0 });
        loop {
            let mut found = store::page(self.core.db.read(), &act.app_id, (at, &last), GROUP).await?;
            found.retain(|binned| binned.deleted_at == at);
            let Some(end) = found.last() else { break };
            last = end.picture.id.clone();
            found.retain(|binned| binned.by == by);
            came.all += found.len();
            came.done += self.restore_group(found, &act.actor, &act.address).await?;
        }
        self.bell.ring();
        if came.all > 0 { Ok(came) } else { Err(AppError::not_found()) }
    }

    async fn restore_group(&self, found: Vec<Binned>, actor: &Actor, address: &str) -> Result<usize, sqlx::Error> {
        let (now, actor, address) = (self.core.now(), actor.clone(), address.to_owned());
        let ids: Vec<String> = found.iter().map(|binned| binned.picture.id.clone()).collect();
        let unit = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                let mut back = 0;
                for id in &ids {
                    if store::take_out(c, id, now).await? {
                        retention::store::spare(c, id).await?;
                        let act = Act::new(actor.clone(), "media.restored", format!("media:{id}")).from_address(address.clone());
                        record_in(c, now, &act).await?;
                        back += 1;
                    }
                }
                Ok(back)
            })
        });
        let back = unit.await?;
        found.iter().for_each(|binned| self.moved(&binned.picture));
        Ok(back)
    }

    /// A picture that came or went: whoever waits for it looks again.
    pub(super) fn moved(&self, picture: &Picture) {
        self.settled.send(picture.id.clone()).ok();
    }

    /// One picture in the bin of an account.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn in_bin(&self, app_id: &str, id: &str) -> Result<Binned, AppError> {
        let found = store::get(self.core.db.read(), id).await?;
        found.filter(|found| found.picture.account == app_id).ok_or_else(AppError::not_found)
    }

    /// One picture, of whichever account, also one in the bin.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn kept(&self, id: &str) -> Result<Picture, AppError> {
        match self.get(id).await {
            Err(error) if error.status == 404 => {
                let found = store::get(self.core.db.read(), id).await?;
                found.map(|found| found.picture).ok_or_else(AppError::not_found)
            }
            found => found,
        }
    }

    /// A page of the bin, what was deleted last first.
    pub(super) async fn bin(&self, app_id: &str, before: Option<&Place>, limit: usize) -> Result<Listed<Binned>, sqlx::Error> {
        let (pool, most) = (self.core.db.read(), i64::try_from(limit + 1).unwrap_or(1));
        let before = before.map_or((i64::MAX, ""), |place| (place.at, place.id.as_str()));
        let found = store::page(pool, app_id, before, most).await?;
        Ok(Listed::cut(found, limit, |binned| binned.place().word()))
    }

    /// How many pictures of an account lie in the bin and can be restored.
    pub(super) async fn binned(&self, app_id: &str) -> Result<i64, sqlx::Error> {
        store::count(self.core.db.read(), app_id, self.core.now()).await
    }

    /// Has everything go for good that an account deleted until a moment, a group at a time. How many pictures those are.
    ///
    /// # Errors
    /// The database; what was not reached lies there as before.
    pub(super) async fn empty_now(&self, app_id: &str, moment: i64, actor: Actor, address: String) -> Result<u64, sqlx::Error> {
        let (now, mut all) = (self.core.now(), 0);
        loop {
            let app_id = app_id.to_owned();
            let unit = self.core.db.write_alone(move |c| Box::pin(async move { store::hasten(c, &app_id, moment, now, GROUP).await }));
            let group = unit.await?;
            all += group;
            if group < GROUP.unsigned_abs() {
                break;
            }
        }
        if all > 0 {
            let act = Act::new(actor, "media.bin_emptied", format!("account:{app_id}")).from_address(address);
            let act = act.detail(json!({ "pictures": all }).to_string());
            self.core.db.write(move |c| Box::pin(async move { record_in(c, now, &act).await })).await?;
            self.bin_bell.ring();
        }
        Ok(all)
    }

    /// Removes for good what is due, and the bytes that nobody has any more. Whether there may be more.
    pub(super) async fn empty_bin(&self) -> anyhow::Result<bool> {
        let now = self.core.now();
        let due = store::due(self.core.db.read(), now, AT_ONCE).await?;
        let more = due.len() as i64 == AT_ONCE;
        if !due.is_empty() {
            let unit = self.core.db.write(move |c| {
                Box::pin(async move {
                    let mut gone = 0;
                    for id in due {
                        gone += i64::from(store::purge(c, &id, now).await?);
                    }
                    let act = Act::new(Actor::System, "media.purged", "data").detail(json!({ "count": gone }).to_string());
                    record_in(c, now, &act).await
                })
            });
            unit.await?;
        }
        Ok(self.remove_leaving().await? || more)
    }

    /// Removes the bytes of contents that nobody has any more. Whether there may be more.
    ///
    /// # Errors
    /// A disk or database that cannot be written; what is left is tried again.
    pub(super) async fn remove_leaving(&self) -> Result<bool, AppError> {
        let leaving = store::leaving(self.core.db.read(), AT_ONCE).await?;
        let more = leaving.len() as i64 == AT_ONCE;
        for sha256 in leaving {
            let contents = self.contents.clone();
            let unit = self.core.db.write(move |c| {
                Box::pin(async move {
                    let removed = if store::wanted(c, &sha256).await? { Ok(()) } else { contents.remove(&hex::encode(&sha256)) };
                    match removed {
                        Ok(()) => store::left(c, &sha256).await.map(|()| Ok(())),
                        Err(error) => Ok(Err(error)),
                    }
                })
            });
            unit.await?.map_err(|error| unexpected(&format!("a deleted picture cannot be removed from disk: {}", error.kind())))?;
        }
        Ok(more)
    }
}

/// The worker that empties the bin.
pub(super) struct Emptying {
    /// The pictures.
    pub media: Media,
}

impl Worker for Emptying {
    fn name(&self) -> &'static str {
        "media-bin"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let more = self.media.empty_bin().await?;
        Ok(if more { Next::Now } else { Next::In(Duration::from_millis(EVERY.unsigned_abs())) })
    }
}
