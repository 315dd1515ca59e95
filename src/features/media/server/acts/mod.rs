//! Acts of many pictures: judging, deleting, restoring, undoing. Each is written down before its first picture and done a group of
//! pictures a transaction, so nothing else waits long for the writer. Whoever asked is answered after [`PATIENCE`] at the latest; the act
//! goes on, also after a crash: the next start takes it up. Every deed may be done twice: what it has done is passed over.

pub(super) mod store;

use std::{collections::HashSet, sync::MutexGuard, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::json;

use self::store::Row;
use super::{Media, picked::Chosen, review};
use crate::{
    features::audit::{
        model::{Act, Actor},
        server::record_in,
    },
    shared::error::AppError,
};

/// So long an act is waited for; a request is given up after a minute.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Deed {
    /// Verdicts.
    Judge { chosen: Chosen, verdicts: review::Verdicts },
    /// The verdicts of an act are taken back.
    Undo { act: String },
    /// Into the bin.
    Delete { chosen: Chosen },
    /// Out of the bin: what somebody (as in the audit log) deleted at one moment (Unix milliseconds).
    Restore { at: i64, by: String },
}

/// An act that was begun.
#[derive(Clone, Debug)]
pub(super) struct Begun {
    pub id: String,
    pub app_id: String,
    pub actor: Actor,
    pub address: String,
    /// Unix milliseconds.
    pub at: i64,
    pub deed: Deed,
    /// Whether an earlier process began it.
    pub resumed: bool,
}

/// How an act ended: what was done, of how many pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Came {
    pub done: usize,
    pub all: usize,
}

impl Begun {
    /// As it is written down.
    pub fn row(&self) -> Row {
        Row {
            id: self.id.clone(),
            app_id: self.app_id.clone(),
            actor: self.actor.tag(),
            address: self.address.clone(),
            deed: json!(self.deed).to_string(),
            begun_at: self.at,
        }
    }

    fn read(row: Row) -> Option<Self> {
        let deed = serde_json::from_str(&row.deed).ok()?;
        let Row { id, app_id, actor, address, begun_at, .. } = row;
        Some(Self { id, app_id, actor: Actor::of_tag(&actor), address, at: begun_at, deed, resumed: true })
    }

    /// The line of the audit log about an act of verdicts; of the others there is one for each picture.
    fn line(&self, done: i64) -> Option<Act> {
        let Deed::Judge { verdicts, .. } = &self.deed else { return None };
        let verdict = verdicts.said.verdict.map(|verdict| verdict.word());
        let mut detail = json!({ "act": self.id, "verdict": verdict, "pictures": done });
        if self.resumed {
            detail["resumed"] = true.into();
        }
        let line = Act::new(self.actor.clone(), "media.judged", format!("account:{}", self.app_id));
        (done > 0).then(|| line.from_address(self.address.clone()).detail(detail.to_string()))
    }
}

impl Media {
    /// Does something with many pictures. None where it takes so long that whoever asked is answered before it is over.
    ///
    /// # Errors
    /// What the deed fails with; it is not taken up again then.
    pub(super) async fn act(&self, app_id: &str, actor: Actor, address: String, deed: Deed) -> Result<Option<Came>, AppError> {
        let (id, at) = (self.core.new_id(), self.core.now());
        let begun = Begun { id, app_id: app_id.to_owned(), actor, address, at, deed, resumed: false };
        self.acting().insert(begun.id.clone());
        let row = begun.row();
        let written = self.core.db.write(move |c| Box::pin(async move { store::begin(c, &row).await })).await;
        if let Err(error) = written {
            self.acting().remove(&begun.id);
            return Err(error.into());
        }
        let came = self.patiently(self.clone().carry_out(begun.clone())).await;
        if came.is_err() {
            // Whoever asked hears that it failed; it must not go on by itself some other day.
            self.over(&begun).await?;
        }
        came
    }

    /// Runs something to its end, also where nobody waits for it any more. None where it is not over after [`PATIENCE`].
    pub(super) async fn patiently<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AppError>> + Send + 'static,
    ) -> Result<Option<T>, AppError> {
        let mut running = tokio::spawn(work);
        tokio::select! {
            ended = &mut running => ended.map_err(|broken| AppError::from(anyhow::Error::from(broken)))?.map(Some),
            () = self.core.clock.sleep(PATIENCE) => Ok(None),
        }
    }

    /// What an earlier process was at, in the order it was begun.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn cut_short(&self) -> Result<Vec<Begun>, sqlx::Error> {
        let left = store::under_way(self.core.db.read()).await?;
        Ok(left.into_iter().filter(|row| self.acting().insert(row.id.clone())).filter_map(Begun::read).collect())
    }

    /// Goes on with these acts, one after the other: an undo comes after what it undoes. What fails is tried at the next start.
    pub(super) async fn resume(self, left: Vec<Begun>) {
        for begun in left {
            let id = begun.id.clone();
            if let Err(error) = self.clone().carry_out(begun).await {
                tracing::warn!(%error, id, "An act of many pictures that was cut short could not go on");
            }
        }
    }

    /// Does it, and takes it off those under way. One that fails stays there.
    pub(super) async fn carry_out(self, begun: Begun) -> Result<Came, AppError> {
        let came = match &begun.deed {
            Deed::Judge { chosen, verdicts } => self.judge_each(&begun, chosen, verdicts).await,
            Deed::Undo { act } => {
                self.stop(|one| one.id == *act).await?;
                self.undo_act(act).await
            }
            Deed::Delete { chosen } => self.delete_each(&begun, chosen).await,
            Deed::Restore { at, by } => {
                let deletes = |one: &Begun| matches!(one.deed, Deed::Delete { .. }) && one.at == *at && one.actor.tag() == *by;
                self.stop(|one| one.app_id == begun.app_id && deletes(one)).await?;
                self.restore_each(&begun, *at, by).await
            }
        };
        // What is refused now (nothing to restore, all judged since) will be refused again.
        if came.as_ref().map_or_else(|error| error.status < 500, |_| true) {
            self.over(&begun).await?;
        }
        self.acting().remove(&begun.id);
        came
    }

    /// Ends acts before they are over, if they are under way.
    async fn stop(&self, undone: impl Fn(&Begun) -> bool) -> Result<(), sqlx::Error> {
        let rows = store::under_way(self.core.db.read()).await?;
        for begun in rows.into_iter().filter_map(Begun::read).filter(|begun| undone(begun)) {
            self.over(&Begun { resumed: false, ..begun }).await?;
        }
        Ok(())
    }

    /// Takes an act off those under way, and tells of its verdicts how many there are.
    async fn over(&self, begun: &Begun) -> Result<(), sqlx::Error> {
        let done = review::store::count_act(self.core.db.read(), &begun.id).await?;
        let (now, id, line) = (self.core.now(), begun.id.clone(), begun.line(done));
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                match line {
                    Some(line) if store::end(c, &id).await? => record_in(c, now, &line).await,
                    Some(_) => Ok(()),
                    None => store::end(c, &id).await.map(|_| ()),
                }
            })
        });
        unit.await
    }

    /// The acts that this process is at.
    pub(super) fn acting(&self) -> MutexGuard<'_, HashSet<String>> {
        self.acting.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
