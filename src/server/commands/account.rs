//! `wxdesk account`: official accounts from the command line.

use std::{
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::open;
use crate::{
    features::accounts::{
        model::CheckState,
        server::{self, Accounts, By, Typed},
    },
    infra::config::{self, Place},
};

/// What `wxdesk account` takes.
#[derive(Args, Debug)]
pub struct Options {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand, Debug)]
enum Act {
    /// Add an official account; its AppSecret comes on standard input
    Add(Box<Add>),
    /// List the accounts
    List,
    /// Change an account; what is not named stays
    Set(Box<Set>),
    /// Try an account: token, IP allow-list, template right, callback. Exit code 1 if any fails
    Check(Check),
}

#[derive(Args, Debug)]
struct Add {
    /// AppID, 1 to 64 of A-Z a-z 0-9 _ - [required]
    #[arg(long, value_name = "A")]
    app_id: String,
    /// The account's name on the pages, 1 to 64 characters [required]
    #[arg(long, value_name = "N")]
    name: String,
    #[command(flatten)]
    more: More,
}

#[derive(Args, Debug)]
struct Set {
    /// AppID [required]
    #[arg(value_name = "A")]
    app_id: String,
    /// The account's name on the pages [default: as it is]
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// Read a new AppSecret from standard input [default: the AppSecret stays]
    #[arg(long)]
    secret_stdin: bool,
    #[command(flatten)]
    more: More,
}

/// What both take. An empty text takes away what may be absent.
#[derive(Args, Debug)]
struct More {
    /// Where the platform answers; https, or http on this machine [default: https://api.weixin.qq.com]
    #[arg(long, value_name = "URL")]
    api_base: Option<String>,
    /// Host of H5 pages that may ask for signatures; repeat it or separate by commas [default: none]
    #[arg(long = "js-domain", value_name = "H")]
    js_domains: Option<Vec<String>>,
    /// Origin of H5 pages that may call from the browser; repeat it or separate by commas [default: none]
    #[arg(long = "h5-origin", value_name = "O")]
    h5_origins: Option<Vec<String>>,
    /// Token of the callback, 3 to 32 letters or digits [default: no callback]
    #[arg(long, value_name = "T")]
    callback_token: Option<SecretText>,
    /// File with the EncodingAESKey, 43 characters; an empty file takes the key away [default: no key]
    #[arg(long, value_name = "F")]
    aes_key_file: Option<PathBuf>,
    /// How pushes are protected [default: safe with a key, else plain]
    #[arg(long, value_name = "MODE")]
    callback_mode: Option<Mode>,
    /// Original id that pushes are addressed to, gh_… [default: not compared]
    #[arg(long, value_name = "gh_…")]
    original_id: Option<String>,
    /// Another program that gets every push as it came [default: none]
    #[arg(long, value_name = "URL")]
    forward_callback: Option<String>,
    /// How the access token is fetched [default: stable]
    #[arg(long, value_name = "MODE")]
    token_mode: Option<Fetching>,
    /// Whether the ticket that signs card coupons is kept [default: off]
    #[arg(long, value_name = "SWITCH")]
    card_ticket: Option<Switch>,
}

#[derive(Args, Debug)]
struct Check {
    /// AppID [required]
    #[arg(value_name = "A")]
    app_id: String,
    /// How WeChat reaches the running server, to try the callback [default: http://{listen}]
    #[arg(long, env = "WXDESK_PUBLIC_URL", value_name = "URL", value_parser = config::web_address)]
    public_url: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// Signed, readable
    Plain,
    /// Readable and encrypted side by side
    Compatible,
    /// Encrypted only
    Safe,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Fetching {
    /// stable_token: repeated calls give the same token
    Stable,
    /// token: every fetch throws the previous one out
    Classic,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Switch {
    /// Fetched ahead of time
    On,
    /// Not fetched
    Off,
}

/// A secret on the command line; not shown by whatever prints the options.
#[derive(Clone, Debug)]
struct SecretText(SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

/// Runs one of the four.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    match options.act {
        Act::Add(options) => add(place, *options).await,
        Act::List => list(place).await,
        Act::Set(options) => set(place, *options).await,
        Act::Check(options) => check(place, options).await,
    }
}

async fn add(place: &Place, options: Add) -> anyhow::Result<()> {
    let typed = Typed { name: Some(options.name), ..options.more.typed()? };
    let typed = Typed { secret: Some(secret_on_stdin()?), ..typed };
    let core = open::core(place).await?;
    server::add(&core, &By::command(), &options.app_id, typed).await.map_err(|error| {
        if error.code == "account_exists" {
            anyhow::anyhow!("An account with AppID {0} exists already. Change it with wxdesk account set {0}.", options.app_id)
        } else {
            open::sentence(&error)
        }
    })?;
    core.db.close().await;
    println!("Added {}. Try it with wxdesk account check {0}.", options.app_id);
    Ok(())
}

async fn set(place: &Place, options: Set) -> anyhow::Result<()> {
    let mut typed = Typed { name: options.name, ..options.more.typed()? };
    if options.secret_stdin {
        typed.secret = Some(secret_on_stdin()?);
    }
    let core = open::core(place).await?;
    server::set(&core, &By::command(), &options.app_id, typed).await.map_err(|error| unknown(&options.app_id, &error))?;
    core.db.close().await;
    println!("Saved {}.", options.app_id);
    Ok(())
}

fn unknown(app_id: &str, error: &crate::shared::error::AppError) -> anyhow::Error {
    if error.code == "unknown_account" {
        anyhow::anyhow!("There is no account with AppID {app_id}. See wxdesk account list.")
    } else {
        open::sentence(error)
    }
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let accounts = Accounts::open(open::core(place).await?).await?;
    for account in accounts.all().iter() {
        let callback = if account.callback_token.is_some() { account.callback_mode.word() } else { "off" };
        let domains = if account.js_domains.is_empty() { "-".to_owned() } else { account.js_domains.join(",") };
        let missing = if account.has_secret() { "" } else { "\tno AppSecret" };
        println!(
            "{}\t{}\ttoken {}\tcallback {callback}\tdomains {domains}{missing}",
            account.app_id,
            account.name,
            account.token_mode.word()
        );
    }
    if accounts.all().is_empty() {
        eprintln!("There is no account yet. Add one with wxdesk account add.");
    }
    Ok(())
}

async fn check(place: &Place, options: Check) -> anyhow::Result<()> {
    let accounts = Accounts::open(open::core(place).await?).await?;
    let account = accounts.named(Some(&options.app_id)).map_err(|error| unknown(&options.app_id, &error))?;
    let core = accounts.core();
    let public_url = options.public_url.filter(|url| !url.is_empty()).unwrap_or_else(|| core.settings.public_url());
    let lines = server::check(core, &account, public_url.trim_end_matches('/')).await;
    for line in &lines {
        let code = line.errcode.map(|code| format!(" ({code})")).unwrap_or_default();
        let hint = line.hint.as_ref().map(|hint| format!(". {}", hint.en)).unwrap_or_default();
        println!("{} {}: {}{code}{hint}", line.state.mark(), line.what.en, line.text.en);
    }
    println!("Note: {}", server::CALLBACK_SILENCES.en);
    let bad = lines.iter().filter(|line| line.state == CheckState::Bad).count();
    anyhow::ensure!(bad == 0, "{bad} of {} checks failed. Mend what is marked ✕ and check again.", lines.len());
    Ok(())
}

impl More {
    fn typed(self) -> anyhow::Result<Typed> {
        Ok(Typed {
            api_base: self.api_base,
            js_domains: self.js_domains,
            h5_origins: self.h5_origins,
            callback_token: self.callback_token.map(|token| token.0),
            aes_key: self.aes_key_file.as_deref().map(key_in).transpose()?,
            callback_mode: self.callback_mode.map(word),
            original_id: self.original_id,
            forward_callback: self.forward_callback,
            token_mode: self.token_mode.map(word),
            card_ticket: self.card_ticket.map(word),
            ..Typed::default()
        })
    }
}

fn word(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

fn key_in(file: &Path) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| anyhow::anyhow!("The file of --aes-key-file cannot be read ({}). Check its name and rights.", error.kind()))?;
    Ok(SecretString::from(text.trim()))
}

/// The AppSecret on standard input, without the line end.
fn secret_on_stdin() -> anyhow::Result<SecretString> {
    let mut input = std::io::stdin();
    let mut text = Zeroizing::new(String::new());
    if input.is_terminal() {
        eprint!("AppSecret: ");
        input.read_line(&mut text)?;
    } else {
        input.read_to_string(&mut text).map_err(|_| anyhow::anyhow!("The AppSecret on standard input is not text."))?;
    }
    let secret = SecretString::from(text.trim());
    anyhow::ensure!(
        !secret.expose_secret().is_empty(),
        "There is no AppSecret on standard input. Give it with wxdesk account add … < secret."
    );
    Ok(secret)
}
