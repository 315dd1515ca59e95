//! How a batch ends.

use sqlx::SqliteConnection;

use super::{Batch, store};
use crate::features::messages::{model::BatchState, server::receipts};

/// Drops what is left of a batch and gives how many messages that were. Of those that were called without an answer nobody knows, unless
/// their receipt is here already: it waited for a repeat that will not come now.
///
/// # Errors
/// The database.
pub(super) async fn drop_left(connection: &mut SqliteConnection, batch: &Batch, now: i64) -> Result<u64, sqlx::Error> {
    let (dropped, doubtful) = store::cancel_messages(connection, &batch.id, now).await?;
    for id in &doubtful {
        receipts::late(connection, &batch.app_id, id, now).await?;
    }
    Ok(dropped + doubtful.len() as u64)
}

/// What a batch needs after some of its messages moved: its end when nothing is left to send; what came back to a cancelled one ends
/// with it.
///
/// # Errors
/// The database.
pub(in super::super) async fn catch_up(connection: &mut SqliteConnection, id: &str, now: i64) -> Result<(), sqlx::Error> {
    let Some(batch) = store::within(connection, id).await? else { return Ok(()) };
    if batch.state == BatchState::Cancelled && batch.counts.queued > 0 {
        drop_left(connection, &batch, now).await?;
    }
    if matches!(batch.state, BatchState::Running | BatchState::Paused) && batch.counts.open() == 0 {
        store::turn(connection, id, batch.state, BatchState::Done, None, now).await?;
    }
    Ok(())
}
