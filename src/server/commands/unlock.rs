//! `wxdesk unlock-sending`.

use super::open;
use crate::{
    features::accounts::server::{By, unlock},
    infra::config::Place,
};

/// Takes the lock off sending.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(place: &Place) -> anyhow::Result<()> {
    let core = open::core(place).await?;
    let was = unlock(&core, &By::command()).await?;
    core.db.close().await;
    println!("{}", if was { "Sending is unlocked." } else { "Sending was not locked." });
    Ok(())
}
