//! What the page 设置 shows.

use crate::shared::lang::Text;

/// Counting stops here: more rows would cost more than the number is worth.
pub const MOST_COUNTED: i64 = 100_000;

/// How many rows of each kind there are, each counted to [`MOST_COUNTED`] + 1 at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Template messages.
    pub messages: i64,
    /// Pictures and other media.
    pub media: i64,
    /// Followers, those who left among them.
    pub followers: i64,
    /// Pushes of WeChat's.
    pub pushes: i64,
    /// Lines of the audit log.
    pub audit: i64,
}

/// The disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// Bytes in the data folder.
    pub used: u64,
    /// Bytes left on its disk.
    pub free: u64,
}

/// What the pictures of an account take on disk, the bin included, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The account's name.
    pub account: String,
    /// What they take.
    pub used: i64,
    /// What they may take, where that is limited.
    pub quota: Option<i64>,
}

/// An option of `serve` as it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// The option.
    pub option: &'static str,
    /// What it means.
    pub meaning: Text,
    /// Its value; empty where nothing is set.
    pub value: String,
}

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// Whether all sending is locked.
    pub locked: bool,
    /// The account by which people sign in with WeChat, where one is chosen.
    pub scan: Option<String>,
    /// The accounts there are, AppID and name.
    pub choices: Vec<(String, String)>,
    /// The disk, where it can be asked.
    pub storage: Option<Storage>,
    /// The pictures of each account.
    pub kept: Vec<Kept>,
    /// Rows.
    pub counts: Counts,
    /// How many accounts there are.
    pub accounts: usize,
    /// Options as they run.
    pub running: Vec<Running>,
    /// Number of the database's schema.
    pub schema: i64,
}
