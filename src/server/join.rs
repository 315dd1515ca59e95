//! Where delivery reports from the callback meet the messages they are about.

use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;

use crate::features::{
    callback::server::{ReceiptSink, Report},
    messages::server::{Messages, Receipt, receipts},
};

/// Joins reports to messages, inside the transaction that keeps the push.
pub struct Join(pub Messages);

impl ReceiptSink for Join {
    fn join<'c>(&'c self, connection: &'c mut SqliteConnection, report: &'c Report) -> BoxFuture<'c, Result<Option<String>, sqlx::Error>> {
        Box::pin(async move {
            let receipt = Receipt {
                msgid: report.msgid,
                openid: report.openid.clone(),
                status: report.status.clone(),
                created_ms: report.happened_at,
                received: report.received_at,
            };
            receipts::take(connection, &report.app_id, &receipt).await
        })
    }

    fn settled(&self, id: &str) {
        self.0.settled_by_receipt(id);
    }
}
