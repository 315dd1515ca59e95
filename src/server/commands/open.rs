//! How commands open the data folder, also beside a running server.

use std::{io::Read, sync::Arc};

use anyhow::Context;
use clap::Parser;
use secrecy::SecretString;

use crate::{
    features::{accounts::server::Accounts, users::server::Users},
    infra::{
        Core,
        clock::{Chance, Clock},
        config::{Place, Settings},
    },
    server::app,
};

/// The most that is read from standard input for a secret (bytes).
const MOST: u64 = 4096;

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: Settings,
}

/// Opens database and secrets, without taking the data folder for this process.
///
/// # Errors
/// A sentence for the operator.
pub async fn core(place: Place) -> anyhow::Result<Core> {
    let settings = Defaults::try_parse_from(["wxdesk"]).context("A WXDESK_ environment variable cannot be read")?.settings;
    app::open_core(place, settings, Clock::system(), Chance::system()).await
}

/// Opens people and keys.
///
/// # Errors
/// A sentence for the operator.
pub async fn users(core: &Core) -> anyhow::Result<Users> {
    let accounts = Accounts::open(core.clone()).await?;
    Users::open(core.clone(), Arc::new(accounts)).await
}

/// A secret from standard input, without the line break at its end.
///
/// # Errors
/// A sentence for the operator.
pub fn secret() -> anyhow::Result<SecretString> {
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MOST).read_to_string(&mut text);
    read.map_err(|_| anyhow::anyhow!("Standard input is not text in UTF-8."))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SecretString::from(text.strip_suffix('\r').unwrap_or(text)))
}

/// A refusal of ours as the command line says it.
pub fn sentence(error: &crate::shared::error::AppError) -> anyhow::Error {
    anyhow::anyhow!("{}", error.detail.en)
}
