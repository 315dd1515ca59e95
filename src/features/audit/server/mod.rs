//! Writing and checking the audit log.

pub mod export;
mod forms;
mod store;

use sqlx::SqliteConnection;

use super::model::Act;
use crate::infra::{Core, secrets::sha256};

pub use forms::routes;
pub use store::{Line, Wanted, about, page};

/// Writes an act inside a transaction of the caller's, so that the act and its trace stand or fall together.
pub async fn record_in(connection: &mut SqliteConnection, now: i64, act: &Act) -> Result<(), sqlx::Error> {
    let previous = store::last_hash(connection).await?.unwrap_or_else(|| vec![0; 32]);
    let hash = line_hash(&previous, now, act.actor.kind(), act.actor.name(), act.action, &act.object, &act.detail, act.address.as_deref());
    store::append(connection, now, act, &previous, &hash).await
}

/// Writes an act in a transaction of its own.
pub async fn record(core: &Core, act: Act) -> Result<(), sqlx::Error> {
    let now = core.now();
    core.db.write(move |connection| Box::pin(async move { record_in(connection, now, &act).await })).await
}

/// The id of the first line whose hash does not follow from the line before it, if somebody edited the log.
pub async fn first_broken(core: &Core) -> Result<Option<i64>, sqlx::Error> {
    let mut expected: Vec<u8> = vec![0; 32];
    let mut after = 0;
    loop {
        let lines = store::page_forward(core.db.read(), after, 500).await?;
        let Some(last) = lines.last() else { return Ok(None) };
        after = last.id;
        for line in lines {
            let hash = line_hash(
                &line.previous,
                line.at,
                &line.actor_kind,
                &line.actor,
                &line.action,
                &line.object,
                &line.detail,
                line.address.as_deref(),
            );
            if line.previous != expected || line.hash != hash {
                return Ok(Some(line.id));
            }
            expected = line.hash;
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "every column of a line takes part in its hash")]
fn line_hash(
    previous: &[u8],
    at: i64,
    kind: &str,
    actor: &str,
    action: &str,
    object: &str,
    detail: &str,
    address: Option<&str>,
) -> Vec<u8> {
    let mut bytes = previous.to_vec();
    bytes.extend(at.to_be_bytes());
    for part in [kind, actor, action, object, detail, address.unwrap_or("")] {
        // The length goes first: no two different lines read as the same bytes.
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    sha256(&bytes).to_vec()
}
