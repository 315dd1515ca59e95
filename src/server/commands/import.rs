//! `wxdesk import`: the pictures of an old folder tree.

use std::path::{Path, PathBuf};

use clap::Args;

use super::open;
use crate::{
    features::{
        accounts::server::Accounts,
        media::server::import::{self, Passed, Report, Wanted},
    },
    infra::config::Place,
};

/// What `wxdesk import` takes.
#[derive(Args, Debug)]
pub struct Options {
    /// Folder that holds {user}/{title}/{question}/{file}, such as static/pic [required]
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// AppID of the account that the pictures become part of [default: the only one]
    #[arg(long, value_name = "A")]
    account: Option<String>,
    /// Only say what would be imported [default: off]
    #[arg(long)]
    dry_run: bool,
}

/// Imports a folder and says what became of its files: a line for each that was passed over, and a sum.
///
/// # Errors
/// A sentence for the operator; also where something could not be read.
pub async fn run(place: &Place, options: Options) -> anyhow::Result<()> {
    let is_folder = std::fs::metadata(&options.folder).is_ok_and(|facts| facts.is_dir());
    anyhow::ensure!(is_folder, "{} is no folder that can be read. Give the one that holds the users' folders.", shown(&options.folder));
    let core = open::core(place).await?;
    let accounts = Accounts::open(core.clone()).await?;
    let account = accounts.named(options.account.as_deref()).map_err(|error| match error.code {
        "account_required" => anyhow::anyhow!("There are several accounts. Name one with --account; see wxdesk account list."),
        _ => anyhow::anyhow!("There is no such account. See wxdesk account list, or add one with wxdesk account add."),
    })?;
    let wanted = Wanted { account: account.app_id.clone(), folder: options.folder, dry_run: options.dry_run };
    let told = import::import(&core, &wanted, |passed, path, why| println!("{}\t{}\t{why}", word(passed), shown(path))).await;
    core.db.close().await;
    let report = told?;
    println!("{}", sum(&report, options.dry_run));
    anyhow::ensure!(
        report.unreadable == 0,
        "{} of them could not be read. Check owner and rights and run it again: what is there already is passed over.",
        report.unreadable
    );
    Ok(())
}

const fn word(passed: Passed) -> &'static str {
    match passed {
        Passed::Refused => "refused",
        Passed::Stray => "stray",
        Passed::Unreadable => "unreadable",
    }
}

/// A path for a terminal or a log: no name can move a cursor or begin a line.
fn shown(path: &Path) -> String {
    path.to_string_lossy().chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn sum(report: &Report, dry_run: bool) -> String {
    let Report { imported, there, refused, strays, unreadable } = report;
    let (done, end) = if dry_run { ("Would import", " Nothing was written.") } else { ("Imported", "") };
    format!("{done} {imported}, already there {there}, refused {refused}, strays {strays}, unreadable {unreadable}.{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_on_their_line() {
        assert_eq!(shown(Path::new("a\nb\u{1b}[2J/小满")), "a\u{fffd}b\u{fffd}[2J/小满");
        let report = Report { imported: 3, there: 1, ..Report::default() };
        assert_eq!(sum(&report, true), "Would import 3, already there 1, refused 0, strays 0, unreadable 0. Nothing was written.");
    }
}
