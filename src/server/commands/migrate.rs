//! `wxdesk migrate`.

use clap::Args;

use super::{open, restore};
use crate::{
    infra::{config::Place, db::Db, files},
    server::backup,
};

/// What `wxdesk migrate` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The master key is lost for good: make a new one, and take away every secret that it does not open [default: secrets stay]
    #[arg(long)]
    forget_secrets: bool,
}

/// Brings the database to this version.
///
/// # Errors
/// A sentence for the operator: a newer database, a full disk.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    files::private_folder(&place.data)
        .map_err(|error| anyhow::anyhow!("The data folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
    if options.forget_secrets {
        forget(place).await?;
    } else {
        let _opening = files::opening(&place.data).await?;
        Db::open(&place.database()).await?.close().await;
    }
    println!("The database is at the version of wxdesk {}.", env!("CARGO_PKG_VERSION"));
    Ok(())
}

/// A running server would go on with the old key in memory and seal with it.
async fn forget(place: &Place) -> anyhow::Result<()> {
    let Some(_only_one) = files::only_one(&place.data)? else {
        anyhow::bail!("A wxdesk is serving this data folder. Stop it first, or choose another with --data.");
    };
    let core = open::renewed(place).await?;
    let lost = backup::forget_secrets(&core).await?;
    core.db.close().await;
    restore::tell(&lost);
    Ok(())
}
