//! `wxdesk verify`.

use std::path::PathBuf;

use clap::Args;

use super::open;
use crate::{
    features::media::server::check::{self, Broken, Fault, Report},
    infra::config::Place,
    server::backup,
};

/// What `wxdesk verify` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// A backup made by wxdesk backup [required, unless --pictures is given]
    #[arg(value_name = "FILE", required_unless_present = "pictures", conflicts_with = "pictures")]
    file: Option<PathBuf>,
    /// Hash the pictures of the data folder again, while the server runs [default: off]
    #[arg(long)]
    pictures: bool,
}

/// Checks a backup, or the pictures that are kept. Exit code 1 if anything is wrong.
///
/// # Errors
/// A sentence that names everything that is wrong.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    match options.file {
        Some(file) => of_backup(file).await,
        None => of_pictures(place).await,
    }
}

async fn of_backup(file: PathBuf) -> anyhow::Result<()> {
    let manifest = backup::verify(&file).await?;
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

async fn of_pictures(place: &Place) -> anyhow::Result<()> {
    let core = open::core(place).await?;
    let checked = check::check(&core, |broken| println!("{}", line(&broken))).await;
    core.db.close().await;
    let Report { contents, bytes, broken } = checked?;
    anyhow::ensure!(
        broken == 0,
        "{broken} of {contents} stored files are not whole. A backup has them, or the picture handed in again: equal bytes mend the file."
    );
    println!("All {contents} stored files are whole: {bytes} bytes hashed.");
    Ok(())
}

/// What is wrong, the hash, how many pictures show it, and one of them.
fn line(broken: &Broken) -> String {
    let word = match broken.fault {
        Fault::Missing => "missing",
        Fault::Damaged => "damaged",
        Fault::Unreadable => "unreadable",
    };
    format!("{word}\t{}\t{}\t{}", broken.sha256, broken.pictures, broken.picture.as_deref().unwrap_or("-"))
}
