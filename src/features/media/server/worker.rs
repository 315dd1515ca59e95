//! The downloads: four at a time, each row's truth written before and after.

use std::{sync::Arc, time::Duration};

use super::{
    Media, Rest, bin, content,
    download::{self, Outcome},
    fetch_store,
    reasons::{self, Why},
    retention, room, store, views,
};
use crate::{
    features::{
        accounts::server::Account,
        media::model::{Kind, Picture, State, pause, rest},
    },
    jobs::{Bell, Crew, Next, Worker},
    shared::time::{MINUTE, SECOND, day_number, day_start},
    wechat::codes::{self, Class},
};

/// The names of the workers: so many downloads at once.
const NAMES: [&str; 4] = ["media-1", "media-2", "media-3", "media-4"];
/// A download that has not ended after this long (milliseconds) was lost: its outcome could not be written.
const LEASE: i64 = 4 * MINUTE;
/// How soon (milliseconds) something doubtful is asked for again; after the last of these it is believed.
const DOUBT: [i64; 2] = [SECOND, 5 * SECOND];
/// How often a full disk is looked at (milliseconds).
const LOOK_AT_DISK: i64 = 10 * SECOND;
/// How often is looked whether the cause of a rest is gone (milliseconds).
const LOOK_AT_REST: i64 = 2 * SECOND;
/// How often is looked whether an account that keeps all it may has room again (milliseconds).
const LOOK_AT_ROOM: i64 = MINUTE;
/// The longest a worker sleeps (milliseconds).
const LONGEST_SLEEP: i64 = MINUTE;

/// One of the downloaders.
pub(super) struct Downloader {
    /// The pictures.
    pub media: Media,
    /// Its name.
    pub name: &'static str,
}

impl Media {
    /// Sets the downloaders to work.
    pub fn hire(&self, crew: &Crew) {
        for name in NAMES {
            crew.hire(Downloader { media: self.clone(), name }, self.bell.clone());
        }
        crew.hire(bin::Emptying { media: self.clone() }, self.bin_bell.clone());
        views::Writing::hire(self, crew);
        crew.hire(retention::Retaining { media: self.clone() }, Bell::default());
    }

    /// Fetches the picture that is due first, if any.
    pub(super) async fn work_once(&self) -> anyhow::Result<Next> {
        let now = self.core.now();
        let Some((picture, account)) = self.claim(now).await? else { return self.sleep().await };
        let attempt = picture.attempts + 1;
        let (outcome, booking) = download::fetch(self, &account, &picture, attempt).await;
        let stored = matches!(outcome, Outcome::Stored(..));
        let written = self.write_down(&picture, attempt, outcome).await;
        if let Some(booking) = booking.filter(|_| stored && written.is_ok()) {
            booking.landed();
        }
        if let Err(error) = written {
            self.give_back(&picture, attempt, now + LEASE).await;
            return Err(error.into());
        }
        Ok(Next::Now)
    }

    /// What became of a fetch could not be written, as on a full disk: as soon as something can be, the picture waits again. Otherwise its
    /// lease would keep it for minutes after there is room.
    async fn give_back(&self, picture: &Picture, attempt: i64, until: i64) {
        while self.core.now() < until {
            tokio::select! {
                () = self.core.clock.sleep(Duration::from_millis(LOOK_AT_DISK.unsigned_abs())) => {}
                () = self.stop.cancelled() => return,
            }
            let (now, id, why) = (self.core.now(), picture.id.clone(), reasons::own("storage_error"));
            let unmade =
                fetch_store::Unmade { attempt, doubtful: false, state: State::Pending, next: now, kind: None, why, link: None, now };
            let written = self.core.db.write(move |c| Box::pin(async move { fetch_store::unmade(c, &id, &unmade).await }));
            if written.await.is_ok() {
                return;
            }
        }
    }

    /// Takes the picture that is due first, past those that are over or have to wait.
    pub(super) async fn claim(&self, now: i64) -> anyhow::Result<Option<(Picture, Arc<Account>)>> {
        // One claims at a time: four would all look at the same row.
        let mut recovered = self.claiming.lock().await;
        if !*recovered {
            self.recover(now).await?;
            *recovered = true;
        }
        for app_id in self.mended() {
            self.end_rest(&app_id, now).await?;
        }
        while let Some(picture) = store::due(self.core.db.read(), now).await? {
            let id = picture.id.clone();
            let room = self.contents.has_room();
            // All of them at once: while the disk is full nobody gets past the first that is due.
            if picture.expires_at <= now || !room {
                let ended = self.core.db.write(move |c| Box::pin(async move { fetch_store::expire_due(c, now).await })).await?;
                for id in ended {
                    self.settled.send(id).ok();
                }
            }
            if picture.expires_at <= now {
                continue;
            }
            if !room {
                if picture.reason.as_deref() != Some("disk_full") {
                    let why = reasons::own("disk_full");
                    self.core.db.write(move |c| Box::pin(async move { fetch_store::explain_due(c, now, &why).await })).await?;
                }
                return Ok(None);
            }
            let account = match self.ready(&picture.account, now).await? {
                Ok(account) => account,
                Err((until, why)) => {
                    let app_id = picture.account;
                    self.core.db.write(move |c| Box::pin(async move { fetch_store::postpone(c, &app_id, now, until, &why).await })).await?;
                    continue;
                }
            };
            let attempts = picture.attempts;
            let taken =
                self.core.db.write(move |c| Box::pin(async move { fetch_store::claim(c, &id, attempts, now, now + LEASE).await })).await?;
            if taken {
                return Ok(Some((picture, account)));
            }
        }
        Ok(None)
    }

    /// The account, or until when nothing of it is fetched and why.
    async fn ready(&self, app_id: &str, now: i64) -> Result<Result<Arc<Account>, (i64, Why)>, sqlx::Error> {
        let Some(account) = self.accounts.get(app_id) else { return Ok(Err((now + 10 * MINUTE, reasons::own("account_unknown")))) };
        let rest = self.rests().get(app_id).filter(|rest| rest.until > now).cloned();
        Ok(match rest {
            Some(rest) => Err((rest.until, rest.why)),
            None if self.is_full(app_id).await? => Err((now + LOOK_AT_ROOM, room::full())),
            None => Ok(account),
        })
    }

    /// What a dead process left: rows that say they are being fetched, files nobody will finish.
    pub(super) async fn recover(&self, now: i64) -> anyhow::Result<()> {
        let removed = self.contents.sweep(self.core.db.read()).await?;
        let rows = self.core.db.write(move |c| Box::pin(async move { fetch_store::take_back(c, now).await })).await?;
        let acts = self.cut_short().await?;
        if !acts.is_empty() {
            tracing::info!(acts = acts.len(), "Goes on with acts of many pictures that were cut short");
            // Downloads do not wait for them.
            tokio::spawn(self.clone().resume(acts));
        }
        if removed > 0 || rows > 0 {
            tracing::info!(files = removed, rows, "Took back what a stopped process was downloading");
        }
        Ok(())
    }

    async fn sleep(&self) -> anyhow::Result<Next> {
        let due = store::next_due(self.core.db.read()).await?.unwrap_or(i64::MAX);
        let least = if self.contents.has_room() { 100 } else { LOOK_AT_DISK };
        let most = if self.rests().is_empty() { LONGEST_SLEEP } else { LOOK_AT_REST.max(least) };
        let span = due.saturating_sub(self.core.now()).clamp(least, most);
        Ok(Next::In(Duration::from_millis(span.unsigned_abs())))
    }

    /// Writes how a fetch ended.
    pub(super) async fn write_down(&self, picture: &Picture, attempt: i64, outcome: Outcome) -> Result<(), sqlx::Error> {
        let (now, id) = (self.core.now(), picture.id.clone());
        if !matches!(outcome, Outcome::Held(_) | Outcome::Again(_)) {
            self.end_rest(&picture.account, now).await?;
        }
        let settled = if let Outcome::Stored(content, kind, file_name) = outcome {
            let contents = self.contents.clone();
            let stored = self.core.db.write(move |c| {
                Box::pin(async move {
                    // The bin may have removed the same bytes since they were written; its lease over, the picture is fetched again.
                    if !contents.holds(&content.sha256) {
                        return Ok(false);
                    }
                    content::store::put(c, &content, now).await?;
                    if !fetch_store::stored(c, &id, attempt, kind, file_name.as_deref(), &content.sha256, now).await? {
                        // Deleted while it was under way: nobody else may want these bytes.
                        bin::store::let_go(c, &hex::decode(&content.sha256).unwrap_or_default()).await?;
                        return Ok(true);
                    }
                    Ok(false)
                })
            });
            if stored.await? {
                self.bin_bell.ring();
            }
            true
        } else {
            let doubtful = matches!(outcome, Outcome::Doubtful(_) | Outcome::Link(_));
            let link = if let Outcome::Link(url) = &outcome { Some(url.clone()) } else { None };
            let (state, next, kind, why) = self.judge(picture, attempt, outcome, now);
            let unmade = fetch_store::Unmade { attempt, doubtful, state, next, kind, why, link, now };
            self.core.db.write(move |c| Box::pin(async move { fetch_store::unmade(c, &id, &unmade).await })).await?;
            state.settled()
        };
        if settled {
            self.settled.send(picture.id.clone()).ok();
        }
        Ok(())
    }

    /// What becomes of a picture that did not come: its state, when it is due again, what it is, why.
    fn judge(&self, picture: &Picture, attempt: i64, outcome: Outcome, now: i64) -> (State, i64, Option<Kind>, Why) {
        let over = now >= picture.expires_at;
        match outcome {
            Outcome::Unknown(why) | Outcome::Again(why) | Outcome::Doubtful(why) | Outcome::Held(why) if over => {
                (State::Expired, now, None, Why { reason: "media_expired".into(), ..why })
            }
            Outcome::Again(why) if why.reason == room::FULL => (State::Pending, now + LOOK_AT_ROOM, None, why),
            Outcome::Again(why) => (State::Pending, now + pause(attempt), None, why),
            Outcome::Held(why) => (State::Pending, self.let_rest(&picture.account, now, &why), None, why),
            Outcome::Doubtful(why) => match usize::try_from(picture.doubts).ok().and_then(|doubts| DOUBT.get(doubts)) {
                Some(pause) => (State::Pending, now + pause, None, why),
                None => (State::Failed, now, None, why),
            },
            Outcome::Link(_) => match usize::try_from(picture.doubts).ok().and_then(|doubts| DOUBT.get(doubts)) {
                Some(pause) => (State::Pending, now + pause, Some(Kind::Video), reasons::own("video_link")),
                None => (State::Failed, now, Some(Kind::Video), reasons::own("video_link")),
            },
            Outcome::Unknown(why) => (State::Failed, now, None, why),
            Outcome::Failed(why, kind) => (State::Failed, now, kind, why),
            // Written down elsewhere; due again at once would be the harmless answer.
            Outcome::Stored(..) => (State::Pending, now, None, Why::default()),
        }
    }

    /// The accounts whose settings or token are newer than what WeChat refused them for.
    fn mended(&self) -> Vec<String> {
        let gone = |(app_id, rest): (&String, &Rest)| {
            let changed = self.accounts.get(app_id).is_none_or(|account| account.updated_at > rest.since);
            let given = rest.why.errcode.is_some_and(codes::token_mends).then(|| self.tokens.given_at(app_id)).flatten();
            (changed || given.is_some_and(|at| at > rest.since)).then(|| app_id.clone())
        };
        self.rests().iter().filter_map(gone).collect()
    }

    /// WeChat serves the account again: what waited for that is due now.
    async fn end_rest(&self, app_id: &str, now: i64) -> Result<(), sqlx::Error> {
        let ended = self.rests().remove(app_id);
        if let Some(rest) = ended {
            let app_id = app_id.to_owned();
            self.core.db.write(move |c| Box::pin(async move { fetch_store::resume(c, &app_id, &rest.why.reason, now).await })).await?;
            self.bell.ring();
        }
        Ok(())
    }

    /// Leaves WeChat alone for an account's sake, longer with each fault in a row. Until when.
    fn let_rest(&self, app_id: &str, now: i64, why: &Why) -> i64 {
        let mut resting = self.rests();
        let entry = resting.entry(app_id.to_owned()).or_insert(Rest { since: now, until: 0, faults: 0, why: why.clone() });
        // Downloads that were under way together are one fault, not four.
        if entry.until <= now {
            entry.since = now;
            entry.faults = entry.faults.saturating_add(1);
            entry.until = now + self.rest_for(entry.faults, why, now);
        }
        entry.why = why.clone();
        entry.until
    }
}

impl Media {
    /// How long WeChat is left alone. Quotas come back at midnight in China; everybody's at once, so not on the second.
    fn rest_for(&self, faults: u32, why: &Why, now: i64) -> i64 {
        match why.class() {
            Some(Class::TooFast) => MINUTE,
            Some(Class::Quota) => {
                let late = i64::try_from(self.core.chance.below(4 * MINUTE.unsigned_abs())).unwrap_or(0);
                day_start(day_number(now) + 1) - now + MINUTE + late
            }
            _ => rest(faults),
        }
    }
}

impl Worker for Downloader {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn tick(&self) -> anyhow::Result<Next> {
        self.media.work_once().await
    }
}
