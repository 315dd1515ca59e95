//! `wxdesk backup`.

use std::path::PathBuf;

use clap::Args;

use crate::{
    infra::{clock::Clock, config::Place},
    server::backup,
    ui::blocks::size,
};

/// What `wxdesk backup` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// The file to write, such as backup.tar; replaced if it is there, whole or not at all [required]
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Put the master key inside too; whoever has the file then opens every secret [default: the key stays out]
    #[arg(long)]
    with_key: bool,
}

/// Makes a backup.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    let made = backup::write(place, &options.file, options.with_key, Clock::system().now_ms()).await?;
    let pictures = made.manifest.media_files;
    println!("Backed up: {}, {pictures} pictures.", size(i64::try_from(made.bytes).unwrap_or(i64::MAX)));
    if !made.manifest.missing.is_empty() {
        eprintln!(
            "{} pictures that the database knows are not in the data folder; they are not in the backup either.",
            made.manifest.missing.len()
        );
    }
    if !options.with_key {
        eprintln!("The master key is not inside. Keep a copy of it apart, or AppSecrets have to be typed again after a restore.");
    }
    Ok(())
}
