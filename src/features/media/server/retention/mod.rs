//! Rules of keeping: pictures of a title go to the bin after so many days, if an administrator said so. The bin's seven days hold for
//! them too, and one that is taken back out stays.

pub(super) mod forms;
pub(super) mod store;

use std::time::Duration;

use serde_json::json;

use super::{Media, bin, store::bound};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            bin::KEPT,
            model::Picture,
            retention::{MOST, Preview, Rule},
        },
    },
    jobs::{Next, Worker},
    shared::{
        error::AppError,
        time::{DAY, HOUR, day_number, day_start},
    },
};

/// Pictures moved in one unit of writing.
const AT_ONCE: i64 = 50;
/// Pictures a preview shows.
const SHOWN: i64 = 8;
/// How often is looked for a rule that was not carried out today (milliseconds).
const EVERY: i64 = HOUR;

impl Media {
    /// The rules of an account, by title.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn retention_rules(&self, app_id: &str) -> Result<Vec<Rule>, sqlx::Error> {
        store::rules(self.core.db.read(), app_id).await
    }

    /// What a rule would move to the bin now.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn retention_preview(&self, app_id: &str, title: &str, days: i64) -> Result<Preview, sqlx::Error> {
        let (pool, now) = (self.core.db.read(), self.core.now());
        let high = bound(now - days * DAY);
        let count = store::count(pool, app_id, title, &high, MOST).await?;
        let newest = match store::newest(pool, app_id, title, &high).await? {
            Some(id) => super::store::get(pool, &id).await?,
            None => None,
        };
        let mut pictures: Vec<Picture> = Vec::new();
        for id in store::older(pool, app_id, title, &high, SHOWN).await? {
            pictures.extend(super::store::get(pool, &id).await?);
        }
        let (oldest, newest) = (pictures.first().map(|one| one.created_at), newest.map(|one| one.created_at));
        Ok(Preview { count, oldest, newest, pictures })
    }

    /// Sets the rule of a title; it is carried out within the hour, and then once a day.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn set_retention(&self, app_id: &str, title: &str, days: i64, actor: Actor, address: String) -> Result<(), AppError> {
        let (app_id, title, by, now) = (app_id.to_owned(), title.to_owned(), actor.tag(), self.core.now());
        let act = Act::new(actor, "media.retention_set", format!("account:{app_id}")).from_address(address);
        let act = act.detail(json!({ "answer_title": title, "days": days }).to_string());
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::put(c, &app_id, &title, days, &by, now).await?;
                record_in(c, now, &act).await
            })
        });
        Ok(unit.await?)
    }

    /// Drops the rule of a title; what lies in the bin already stays there.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn drop_retention(&self, app_id: &str, title: &str, actor: Actor, address: String) -> Result<(), AppError> {
        let (app_id, title, now) = (app_id.to_owned(), title.to_owned(), self.core.now());
        let act = Act::new(actor, "media.retention_dropped", format!("account:{app_id}")).from_address(address);
        let act = act.detail(json!({ "answer_title": title }).to_string());
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                if store::remove(c, &app_id, &title).await? {
                    record_in(c, now, &act).await?;
                }
                Ok(())
            })
        });
        Ok(unit.await?)
    }

    /// Carries out a rule that was not yet carried out today, if there is one. Whether there may be more.
    pub(super) async fn retain_once(&self) -> Result<bool, sqlx::Error> {
        let (pool, now) = (self.core.db.read(), self.core.now());
        let Some(rule) = store::due(pool, day_start(day_number(now))).await? else { return Ok(false) };
        let high = bound(now - rule.days * DAY);
        let mut moved = 0;
        loop {
            let ids = store::older(pool, &rule.app_id, &rule.answer_title, &high, AT_ONCE).await?;
            if ids.is_empty() {
                break;
            }
            let (read, by) = (rule.clone(), Actor::System.tag());
            let unit = self.core.db.write(move |c| {
                Box::pin(async move {
                    if !store::stands(c, &read).await? {
                        return Ok(None);
                    }
                    let mut moved = 0;
                    for id in ids {
                        moved += i64::from(bin::store::put_in(c, &id, &by, now, now + KEPT).await?);
                    }
                    Ok(Some(moved))
                })
            });
            match unit.await? {
                Some(count) => moved += count,
                // Changed or dropped meanwhile: looked at anew.
                None => return Ok(true),
            }
        }
        let facts = json!({ "answer_title": rule.answer_title, "days": rule.days, "count": moved });
        let act = Act::new(Actor::System, "media.retained", format!("account:{}", rule.app_id)).detail(facts.to_string());
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::ran(c, &rule, now).await?;
                if moved > 0 { record_in(c, now, &act).await } else { Ok(()) }
            })
        });
        unit.await.map(|()| true)
    }
}

/// The worker that carries out the rules.
pub(super) struct Retaining {
    /// The pictures.
    pub media: Media,
}

impl Worker for Retaining {
    fn name(&self) -> &'static str {
        "media-retention"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        let more = self.media.retain_once().await?;
        Ok(if more { Next::Now } else { Next::In(Duration::from_millis(EVERY.unsigned_abs())) })
    }
}
