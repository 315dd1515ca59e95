//! Delivery reports kept as they are, for a process in which nobody joins them to messages.

use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;

use super::{ReceiptSink, Report, store};
use crate::wechat::events::Receipt;

/// Keeps reports without joining them.
pub struct KeptReceipts;

impl ReceiptSink for KeptReceipts {
    fn join<'c>(&'c self, connection: &'c mut SqliteConnection, report: &'c Report) -> BoxFuture<'c, Result<(), sqlx::Error>> {
        Box::pin(store::report(connection, report))
    }
}

/// The status as it is stored.
pub fn word(status: &Receipt) -> &str {
    match status {
        Receipt::Delivered => "success",
        Receipt::UserBlock => "failed:user block",
        Receipt::SystemFailed => "failed:system failed",
        Receipt::FrequencyLimited => "failed:freq limit",
        Receipt::Other(words) => words,
    }
}
