//! What commands other than `serve` stand on: the same database, opened beside a running server, and plain sentences for what failed.

use std::{fmt, io::Read, sync::Arc};

use clap::Parser;
use secrecy::SecretString;

use crate::{
    features::{accounts::server::Accounts, users::server::Users},
    infra::{
        Core,
        clock::{Chance, Clock},
        config::{Place, Settings},
    },
    server::app::{self, LostKey},
    shared::error::AppError,
};

/// The most that is read from standard input for a secret (bytes).
const MOST: u64 = 4096;

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    settings: Settings,
}

/// The core of a data folder, with the settings of the environment. Makes the folder, its key and its database where there is none.
///
/// # Errors
/// A sentence for the operator.
pub async fn core(place: &Place) -> anyhow::Result<Core> {
    core_with(place, LostKey::Refuse).await
}

/// The same under a new master key where there is none. The caller takes away the secrets that it does not open.
///
/// # Errors
/// A sentence for the operator.
pub async fn renewed(place: &Place) -> anyhow::Result<Core> {
    core_with(place, LostKey::Renew).await
}

async fn core_with(place: &Place, lost: LostKey) -> anyhow::Result<Core> {
    let Only { settings } = Only::try_parse_from(["wxdesk"]).map_err(|error| {
        let said = error.to_string();
        let first = said.lines().next().unwrap_or_default().trim_start_matches("error: ");
        anyhow::anyhow!("A WXDESK_ variable cannot be read: {first}. Mend it, or take it away.")
    })?;
    app::open_core_with(place.clone(), settings, Clock::system(), Chance::system(), lost).await
}

/// People and keys of a data folder.
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

/// What was typed cannot be meant: the command ends with 2, as for an option that does not exist.
#[derive(Debug)]
pub struct WrongUsage(pub String);

impl fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUsage {}

/// A failure as one plain sentence (a line for each refused field), in the command line's words.
pub fn sentence(error: &AppError) -> anyhow::Error {
    if error.reference.is_some() {
        return anyhow::anyhow!("Something failed that should not. Run it again with --log error to see what.");
    }
    if error.fields.is_empty() {
        return anyhow::anyhow!("{}", error.detail.en);
    }
    let lines: Vec<_> = error.fields.iter().map(|field| format!("{}: {}", option(&field.field), field.detail.en)).collect();
    WrongUsage(lines.join("\n")).into()
}

/// The option that a field is typed with.
fn option(field: &str) -> String {
    match field {
        "secret" => "AppSecret".into(),
        "aes_key" => "--aes-key-file".into(),
        "js_domains" => "--js-domain".into(),
        "h5_origins" => "--h5-origin".into(),
        other => format!("--{}", other.replace('_', "-")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::{error::FieldError, lang::Text};

    #[test]
    fn refused_fields_are_named_by_their_options() {
        let text = Text::new("坏", "Bad.");
        let error = AppError::invalid(vec![FieldError::new("h5_origins", "x", text), FieldError::new("original_id", "x", text)]);
        assert_eq!(sentence(&error).to_string(), "--h5-origin: Bad.\n--original-id: Bad.");
        assert_eq!(sentence(&AppError::not_found()).to_string(), "Not found.");
    }
}
