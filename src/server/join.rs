//! Where features meet that know nothing of each other: delivery reports and the messages they are about, and what webhooks tell with the
//! records of those whose rows they tell of.

use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;

use crate::features::{
    callback::server::{ReceiptSink, Report},
    media,
    messages::{
        model::Channel,
        server::{Messages, Receipt, batches, doubts, record},
    },
    webhooks::server::Records,
};

/// Joins reports to messages, inside the transaction that keeps the push.
pub struct Join(pub Messages);

impl ReceiptSink for Join {
    fn join<'c>(&'c self, connection: &'c mut SqliteConnection, report: &'c Report) -> BoxFuture<'c, Result<Option<String>, sqlx::Error>> {
        Box::pin(async move {
            let receipt = Receipt {
                msgid: report.msgid,
                openid: report.openid.clone(),
                channel: if report.notification { Channel::Subscribe } else { Channel::Template },
                status: report.status.clone(),
                created_ms: report.happened_at,
                received: report.received_at,
            };
            doubts::take(connection, &report.app_id, &receipt).await
        })
    }

    fn settled(&self, id: &str) {
        self.0.settled_by_receipt(id);
    }
}

/// The API's records of noted rows, addresses below the public URL.
pub struct Told {
    /// How others reach us.
    pub public_url: String,
}

impl Records for Told {
    fn record(&self, kind: &str, row: &str) -> Option<serde_json::Value> {
        match kind.split_once('.')? {
            ("message", _) => record::of_noted(row),
            ("batch", _) => batches::record::of_noted(row),
            ("media", _) => media::server::of_noted(row, &self.public_url),
            _ => None,
        }
    }
}
