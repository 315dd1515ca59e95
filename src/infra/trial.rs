//! A core for unit tests: its own folder, a clock that stands still, chance that repeats.

use std::path::Path;

use clap::Parser;

use super::{
    Core, Ground,
    clock::{Chance, Clock},
    config::{Place, Settings},
    db::Db,
    secrets::Vault,
};

/// Noon in China on 2026-11-22, in Unix milliseconds.
pub const NOON: i64 = 1_795_320_000_000;

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    settings: Settings,
}

/// Settings as they are when nobody sets anything, but for `args`.
pub fn settings(args: &[&str]) -> Settings {
    Defaults::parse_from(["wxdesk"].iter().chain(args)).settings
}

/// A core in `folder`, at [`NOON`].
pub async fn core(folder: &Path) -> Core {
    core_with(folder, Clock::manual(NOON), settings(&[])).await
}

/// A core in `folder` with a clock and settings of the test's own.
pub async fn core_with(folder: &Path, clock: Clock, settings: Settings) -> Core {
    let place = Place { data: folder.to_owned(), master_key_file: None, log: "info".into() };
    let chance = Chance::system();
    let db = Db::open(&place.database()).await.expect("opens");
    Core::new(Ground { db, clock, vault: Vault::new(&[7; 32], chance.clone()), chance, place, settings })
}
