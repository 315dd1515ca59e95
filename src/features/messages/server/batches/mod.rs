//! Batches: one template to many, frozen with its recipients before the first of them is called.

pub(super) mod canary;
mod csv_file;
pub(super) mod ending;
pub mod http;
pub mod intake;
pub mod list;
pub mod record;
pub(super) mod store;
pub mod upload;

use serde::{Deserialize, Serialize};

use super::{Messages, accept::locked, history::Cause};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::{BatchAct, BatchState, Canary, Counts, Data, MessageState, Miniprogram, reasons},
    },
    shared::{error::AppError, lang::Said},
};

/// A batch. Times are Unix milliseconds.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its public id; sorts by time.
    pub id: String,
    /// The account's AppID.
    pub app_id: String,
    /// What people call it.
    pub name: String,
    /// The template's long id.
    pub template_id: String,
    /// The values all recipients share.
    pub data: Data,
    /// The page a tap opens.
    pub url: Option<String>,
    /// The mini program a tap opens.
    pub miniprogram: Option<Miniprogram>,
    /// How it stands.
    pub state: BatchState,
    /// A stable word for why it stands there.
    pub reason: Option<String>,
    /// WeChat's code for that, where there was one.
    pub errcode: Option<i64>,
    /// WeChat's words.
    pub errmsg: Option<String>,
    /// How long its messages may wait once it may start (milliseconds).
    pub ttl: i64,
    /// When it may start.
    pub send_at: i64,
    /// Who made it, such as `user:周敏` or `key:erp`.
    pub actor: String,
    /// What makes a second submission land here.
    pub request: Option<String>,
    /// How many recipients were named again.
    pub duplicates: i64,
    /// Recipients refused at once.
    pub rejected: Vec<Rejected>,
    /// How many messages it has.
    pub total: i64,
    /// Where they stand.
    pub counts: Counts,
    /// Those who go first, and whether the others may follow.
    pub canary: Option<Ahead>,
    /// When it was filed.
    pub created_at: i64,
    /// When its sending began.
    pub started_at: Option<i64>,
    /// When nothing was left to send.
    pub ended_at: Option<i64>,
}

/// The first few of a batch, who go alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// How many, and how many of them must have received it.
    pub rule: Canary,
    /// The id of the last message among them.
    pub last: String,
    /// When the others were let go (Unix milliseconds).
    pub ended_at: Option<i64>,
}

/// A recipient that was refused when the batch was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rejected {
    /// Its place in the list from 0; in a CSV file its line number.
    pub index: u64,
    /// The openid as it was given, cut after 128 characters.
    pub touser: String,
    /// A stable word for why.
    pub code: String,
    /// The field at fault, such as `data.thing1`; none where it is the openid.
    pub field: Option<String>,
}

/// Which messages a retry takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// In these states; failed ones without.
    pub states: Option<Vec<MessageState>>,
    /// With these codes of WeChat's.
    pub errcodes: Option<Vec<i64>>,
    /// With just this cause.
    pub cause: Option<Cause>,
}

/// Codes after which a second try can succeed: busy, too fast, and faults of account or template that may have been mended since.
const WORTH_IT: [i64; 17] =
    [-1, 40001, 40013, 40014, 40036, 40037, 40125, 40164, 40165, 40243, 42001, 43116, 45009, 45011, 48001, 48004, 50002];
/// Reasons without a code after which a second try can succeed.
const WORTH_IT_WORDS: [&str; 4] = [reasons::TOO_LATE, reasons::NOT_REACHED, reasons::SYSTEM_FAILED, reasons::FREQUENCY_LIMITED];

/// The reasons of failures that a bare retry takes.
pub fn worth_it() -> Vec<String> {
    let codes = WORTH_IT.into_iter().map(reasons::of_errcode);
    codes.chain(WORTH_IT_WORDS.map(str::to_owned)).collect()
}

impl Messages {
    /// One batch of an account; another account's is as unknown as a missing one.
    ///
    /// # Errors
    /// 404.
    pub async fn batch_of(&self, app_id: &str, id: &str) -> Result<Batch, AppError> {
        let batch = store::by_id(self.core.db.read(), id).await?;
        batch.filter(|batch| batch.app_id == app_id).ok_or_else(AppError::not_found)
    }

    /// One batch by id.
    ///
    /// # Errors
    /// 404.
    pub async fn batch(&self, id: &str) -> Result<Batch, AppError> {
        store::by_id(self.core.db.read(), id).await?.ok_or_else(AppError::not_found)
    }

    /// Several of an account, by their ids; those it does not have are left out.
    ///
    /// # Errors
    /// The database.
    pub async fn batches_of(&self, app_id: &str, ids: &[String]) -> Result<Vec<Batch>, sqlx::Error> {
        store::by_ids(self.core.db.read(), app_id, &json(&ids)).await
    }

    /// The batch that a request made, if it did.
    ///
    /// # Errors
    /// The database.
    pub async fn batch_of_request(&self, request: &str) -> Result<Option<Batch>, sqlx::Error> {
        store::of_request(self.core.db.read(), request).await
    }

    /// Pauses, resumes or cancels a batch; gives how many messages that touched, and the batch as it stands then.
    ///
    /// # Errors
    /// 404; 409 `batch_state` when that makes no sense any more; 423 `sending_locked` on resume.
    pub async fn turn_batch(&self, batch: &Batch, act: BatchAct, actor: Actor) -> Result<(u64, Batch), AppError> {
        if act == BatchAct::Resume && self.is_locked().await? {
            return Err(locked());
        }
        let (id, now) = (batch.id.clone(), self.core.now());
        let trace = Act::new(actor, action(act), format!("batch:{id}"));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let Some(batch) = store::within(connection, &id).await? else { return Ok(None) };
                if !batch.state.takes(act) {
                    return Ok(Some((None, batch)));
                }
                let to = match act {
                    BatchAct::Pause => BatchState::Paused,
                    BatchAct::Cancel => BatchState::Cancelled,
                    _ if batch.send_at > now => BatchState::Scheduled,
                    _ => BatchState::Running,
                };
                let reason = (act == BatchAct::Pause).then_some(reasons::BY_PERSON);
                // Before the batch turns, so that whoever hears of its end hears its last counts.
                let dropped = match act {
                    BatchAct::Cancel => Some(ending::drop_left(connection, &batch, now).await?),
                    _ => None,
                };
                store::turn(connection, &id, batch.state, to, reason, now).await?;
                // Whoever goes on after the receipts advised against it lets all of them go.
                if act == BatchAct::Resume && batch.reason.as_deref().is_some_and(canary::is_omen) {
                    canary::store::end(connection, &id, now).await?;
                }
                let touched = dropped.unwrap_or_else(|| u64::try_from(batch.counts.open()).unwrap_or(0));
                record_in(connection, now, &trace.detail(serde_json::json!({ "messages": touched }).to_string())).await?;
                let turned = store::within(connection, &id).await?.unwrap_or(batch);
                Ok(Some((Some(touched), turned)))
            })
        });
        let (touched, turned) = unit.await?.ok_or_else(AppError::not_found)?;
        self.gate.turned(&turned.id, turned.state);
        self.bell.ring();
        touched.map(|touched| (touched, turned.clone())).ok_or_else(|| senseless(&turned, act))
    }

    /// Sends again what failed: by default what a second try can mend.
    ///
    /// # Errors
    /// 404; 409 `batch_state`; 423 `sending_locked`.
    pub async fn retry_batch(&self, batch: &Batch, again: Again, actor: Actor) -> Result<(u64, Batch), AppError> {
        if self.is_locked().await? {
            return Err(locked());
        }
        let (id, now) = (batch.id.clone(), self.core.now());
        let trace = Act::new(actor, action(BatchAct::Retry), format!("batch:{id}"));
        let bare = again == Again::default();
        let states = again.states.unwrap_or_else(|| vec![MessageState::Failed]);
        let states = json(&states.iter().map(|state| state.word()).collect::<Vec<_>>());
        let taken = store::Taken {
            states,
            reasons: bare.then(|| json(&worth_it())),
            errcodes: again.errcodes.map(|codes| json(&codes)),
            cause: again.cause,
        };
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let Some(batch) = store::within(connection, &id).await? else { return Ok(None) };
                if !batch.state.takes(BatchAct::Retry) {
                    return Ok(Some((None, batch)));
                }
                let touched = store::retry_messages(connection, &id, &taken, now, now.saturating_add(batch.ttl)).await?;
                if touched > 0 && batch.state == BatchState::Done {
                    store::turn(connection, &id, batch.state, BatchState::Running, None, now).await?;
                }
                record_in(connection, now, &trace.detail(serde_json::json!({ "messages": touched }).to_string())).await?;
                let turned = store::within(connection, &id).await?.unwrap_or(batch);
                Ok(Some((Some(touched), turned)))
            })
        });
        let (touched, turned) = unit.await?.ok_or_else(AppError::not_found)?;
        self.gate.turned(&turned.id, turned.state);
        self.bell.ring();
        touched.map(|touched| (touched, turned.clone())).ok_or_else(|| senseless(&turned, BatchAct::Retry))
    }

    /// Why messages of a batch failed or are uncertain, most first.
    ///
    /// # Errors
    /// The database.
    pub async fn batch_outcomes(&self, id: &str) -> Result<Vec<store::Outcome>, sqlx::Error> {
        store::outcomes(self.core.db.read(), id).await
    }
}

impl Batch {
    /// Why it stands there, in plain words, and what to do.
    pub fn why(&self) -> Option<(Said, Option<Said>)> {
        let reason = self.reason.as_deref()?;
        let meaning = super::reasons::meaning(reason, self.errcode, self.errmsg.as_deref());
        Some((meaning, super::reasons::hint(reason, self.errcode)))
    }
}

fn action(act: BatchAct) -> &'static str {
    match act {
        BatchAct::Approve => "batch.approved",
        BatchAct::Pause => "batch.paused",
        BatchAct::Resume => "batch.resumed",
        BatchAct::Cancel => "batch.cancelled",
        BatchAct::Retry => "batch.retried",
    }
}

pub(super) fn senseless(batch: &Batch, act: BatchAct) -> AppError {
    let (state, word) = (batch.state.name(), act.word());
    AppError::new(
        409,
        "batch_state",
        Said::new(
            format!("这一批现在是“{}”，不能执行 {word}。", state.zh),
            format!("This batch is in state “{}”; it cannot take {word}.", batch.state.word()),
        ),
    )
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".into())
}
