//! `wxdesk migrate`.

use crate::infra::{config::Place, db::Db, files};

/// Brings the database to this version.
///
/// # Errors
/// A sentence for the operator: a newer database, a full disk.
pub async fn run(place: &Place) -> anyhow::Result<()> {
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    Db::open(&place.database()).await?.close().await;
    println!("The database is at the version of wxdesk {}.", env!("CARGO_PKG_VERSION"));
    Ok(())
}
