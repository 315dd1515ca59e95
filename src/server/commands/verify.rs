//! `wxdesk verify`.

use std::path::PathBuf;

use clap::Args;

use crate::server::backup;

/// What `wxdesk verify` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// A backup made by wxdesk backup [required]
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Checks a backup. Exit code 1 if anything is wrong.
///
/// # Errors
/// A sentence that names everything that is wrong.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let manifest = backup::verify(&options.file).await?;
    let rows: i64 = manifest.counts.values().sum();
    println!(
        "The backup of {} by wxdesk {} is whole: {rows} rows, {} pictures, {}.",
        manifest.created_at,
        manifest.version,
        manifest.media_files,
        if manifest.with_key { "with the master key" } else { "without the master key" }
    );
    if !manifest.missing.is_empty() {
        println!("{} pictures were missing when it was made.", manifest.missing.len());
    }
    Ok(())
}
