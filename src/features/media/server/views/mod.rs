//! Who had which original. Counted in memory and written in groups, so that giving a picture out never waits for it.

pub(super) mod by_person;
pub(super) mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};

use super::Media;
use crate::{
    features::media::views::{Viewed, Way},
    jobs::{Crew, Next, Worker},
    shared::time::day_number,
};

/// How often lines are written.
const EVERY: Duration = Duration::from_secs(3);
/// Lines written in one unit.
const AT_ONCE: usize = 500;
/// Lines kept in memory at most, should the database not take them.
const MOST: usize = 200_000;
/// How many days lines are kept.
const DAYS: i64 = 90;
/// Lines that a page shows.
const SHOWN: i64 = 50;

/// What a line is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    media_id: String,
    /// Day number in China.
    day: i64,
    actor: String,
    way: Way,
}

/// How often and when (Unix milliseconds).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    times: i64,
    first_at: i64,
    last_at: i64,
}

/// Lines that are not written yet.
pub(super) type Views = Arc<Mutex<HashMap<Key, Seen>>>;

impl Media {
    /// Notes that somebody had an original. Costs a moment in memory.
    pub(super) fn seen(&self, media_id: &str, actor: &str, way: Way) {
        let now = self.core.now();
        let key = Key { media_id: media_id.to_owned(), day: day_number(now), actor: actor.to_owned(), way };
        self.add_seen(key, Seen { times: 1, first_at: now, last_at: now });
    }

    /// Notes it for an answer that begins a picture; a further part of one that was begun is no second look, and its head alone is none.
    pub(super) fn seen_by(&self, media_id: &str, actor: &str, way: Way, method: &Method, answer: &Response) {
        let part = answer.headers().get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
        let begins = match answer.status() {
            StatusCode::OK | StatusCode::NOT_MODIFIED => true,
            StatusCode::PARTIAL_CONTENT => part.is_some_and(|range| range.starts_with("bytes 0-")),
            _ => false,
        };
        if begins && method != Method::HEAD {
            self.seen(media_id, actor, way);
        }
    }

    fn add_seen(&self, key: Key, seen: Seen) {
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= MOST && !views.contains_key(&key) {
            tracing::error!("Who has originals cannot be written down fast enough; one was left out");
            return;
        }
        let known = views.entry(key).or_insert(Seen { times: 0, ..seen });
        known.times += seen.times;
        known.first_at = known.first_at.min(seen.first_at);
        known.last_at = known.last_at.max(seen.last_at);
    }

    /// Who had a picture, the last first.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn viewed(&self, media_id: &str) -> Result<Vec<Viewed>, sqlx::Error> {
        store::of(self.core.db.read(), media_id, SHOWN).await
    }

    /// Writes down what was noted.
    ///
    /// # Errors
    /// The database; what was not written is kept for the next time.
    pub(super) async fn write_views(&self) -> Result<(), sqlx::Error> {
        let taken = std::mem::take(&mut *self.views.lock().unwrap_or_else(PoisonError::into_inner));
        let taken: Vec<(Key, Seen)> = taken.into_iter().collect();
        let mut lines = taken.chunks(AT_ONCE);
        while let Some(chunk) = lines.next() {
            let rows = chunk.to_vec();
            let unit = self.core.db.write(move |c| {
                Box::pin(async move {
                    for (key, seen) in &rows {
                        store::add(c, key, seen).await?;
                    }
                    Ok(())
                })
            });
            if let Err(error) = unit.await {
                for (key, seen) in std::iter::once(chunk).chain(lines).flatten() {
                    self.add_seen(key.clone(), *seen);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Forgets what is older than 90 days. Whether there may be more.
    async fn sweep_views(&self) -> Result<bool, sqlx::Error> {
        let oldest = day_number(self.core.now()) - DAYS;
        Ok(self.core.db.write(move |c| Box::pin(async move { store::sweep(c, oldest).await })).await? > 0)
    }
}

/// The worker that writes lines and forgets old ones.
pub(super) struct Writing {
    /// The pictures.
    pub media: Media,
}

impl Writing {
    /// Sets it to work; what was noted last is written before an orderly stop.
    pub fn hire(media: &Media, crew: &Crew) {
        crew.hire(Self { media: media.clone() }, crate::jobs::Bell::default());
        let (media, stop) = (media.clone(), crew.stop().clone());
        crew.spawn(async move {
            stop.cancelled().await;
            if let Err(error) = media.write_views().await {
                tracing::error!(error = %error, "Who had originals last could not be written down");
            }
        });
    }
}

impl Worker for Writing {
    fn name(&self) -> &'static str {
        "media-views"
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.media.write_views().await?;
        Ok(if self.media.sweep_views().await? { Next::Now } else { Next::In(EVERY) })
    }
}
