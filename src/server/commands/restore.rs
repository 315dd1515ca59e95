//! `wxdesk restore`.

use std::path::PathBuf;

use clap::Args;

use super::open;
use crate::{
    infra::config::Place,
    server::backup::{self, Lost},
};

/// What `wxdesk restore` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// A backup made by wxdesk backup [required]
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Brings a backup back.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    let restored = backup::restore(place, &options.file, || open::renewed(place)).await?;
    println!("Restored the backup of {}: {} pictures.", restored.manifest.created_at, restored.manifest.media_files);
    tell(&restored.lost);
    println!("Sending is locked. Once the old server sends no more: wxdesk unlock-sending");
    Ok(())
}

/// Says which secrets have to be typed again or replaced.
pub fn tell(lost: &Lost) {
    for lost in &lost.accounts {
        let fields: Vec<_> = lost.fields.iter().map(|field| named(field)).collect();
        println!("Type again for {} ({}): {}. wxdesk account set {0} --secret-stdin < secret", lost.app_id, lost.name, fields.join(", "));
    }
    for lost in &lost.webhooks {
        println!("The webhook {} of {} needs a new secret: replace it on its page, and give it to the receiver.", lost.name, lost.app_id);
    }
}

fn named(field: &str) -> &'static str {
    match field {
        "secret" => "AppSecret",
        "callback_token" => "callback token",
        _ => "EncodingAESKey",
    }
}
