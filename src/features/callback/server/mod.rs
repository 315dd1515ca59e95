//! Use cases: take a push, have its effect once, hand it on.

pub mod http;
mod relay;
mod store;
mod verify;
mod worker;

#[cfg(test)]
mod pushes;
#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::BoxFuture;
use sqlx::SqliteConnection;

use self::{relay::Relay, store::Kept, verify::Opened};
use crate::{
    features::{
        accounts::server::{Account, Accounts},
        people::server::People,
    },
    infra::{Core, respond},
    jobs::{Bell, Crew},
    shared::time::SECOND,
    wechat::{
        events::{Push, Receipt, dedupe_key},
        xml,
    },
};

/// A delivery report, as the feature that sent the message needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The account.
    pub app_id: String,
    /// The recipient.
    pub openid: String,
    /// The `msgid` of the send reply; may come before that reply is stored.
    pub msgid: Option<i64>,
    /// Whether it is about a subscribe notification, not a template message.
    pub notification: bool,
    /// What became of the message.
    pub status: Receipt,
    /// When WeChat says it happened (Unix milliseconds).
    pub happened_at: i64,
    /// When we heard of it (Unix milliseconds).
    pub received_at: i64,
}

/// Whoever joins delivery reports to messages.
pub trait ReceiptSink: Send + Sync + 'static {
    /// Joins a report inside the caller's transaction, so that the push and its effect stand or fall together. Gives the id of the
    /// message that it settled.
    fn join<'c>(&'c self, connection: &'c mut SqliteConnection, report: &'c Report) -> BoxFuture<'c, Result<Option<String>, sqlx::Error>>;

    /// Hears, once that is on disk, which message was settled.
    fn settled(&self, id: &str);
}

/// The callback of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Callback {
    core: Core,
    accounts: Accounts,
    people: People,
    receipts: Arc<dyn ReceiptSink>,
    relay: Relay,
    owed: Bell,
}

impl Callback {
    /// A callback that gives delivery reports to `receipts`.
    ///
    /// # Errors
    /// The machine's certificate store cannot be used.
    pub fn open(core: Core, accounts: Accounts, people: People, receipts: Arc<dyn ReceiptSink>) -> anyhow::Result<Self> {
        Ok(Self { core, accounts, people, receipts, relay: Relay::open()?, owed: Bell::default() })
    }

    /// Sets the worker to work that has effects still owed.
    pub fn hire(&self, crew: &Crew) {
        crew.hire(worker::Debts(self.clone()), self.owed.clone());
    }

    /// Stores a push and has its effect, both on disk when this returns. `false`: it had its effect before.
    ///
    /// # Errors
    /// The database. The push is kept even then, if that can be done, and its effect tried again later.
    async fn take(&self, account: &Account, opened: Opened) -> Result<bool, sqlx::Error> {
        let push = Kept {
            app_id: account.app_id.clone(),
            key: dedupe_key(&opened.fields),
            kind: kind(&opened.fields),
            openid: opened.fields.get("FromUserName").filter(|openid| !openid.is_empty()).map(str::to_owned),
            body: opened.xml,
            received_at: self.core.now(),
        };
        let meant = Push::from_fields(&opened.fields);
        let (this, kept) = (self.clone(), push.clone());
        let taken = self
            .core
            .db
            .write(move |connection| {
                Box::pin(async move {
                    let id = match store::keep(connection, &kept).await? {
                        Some(id) => id,
                        None => match store::owed(connection, &kept.app_id, &kept.key).await? {
                            Some(id) => id,
                            None => return Ok((false, None)),
                        },
                    };
                    let settled = this.settle(connection, id, &kept, &meant).await?;
                    Ok((true, settled))
                })
            })
            .await;
        match taken {
            Ok((first, settled)) => {
                self.tell(settled);
                Ok(first)
            }
            Err(error) => {
                tracing::error!(error = %error, full = respond::disk_is_full(&error), "A push could not be taken; WeChat will repeat it");
                self.keep_for_later(push).await;
                Err(error)
            }
        }
    }

    /// Keeps a push whose effect failed, so that it is not lost when WeChat gives up repeating it.
    async fn keep_for_later(&self, push: Kept) {
        let kept = self.core.db.write(move |connection| Box::pin(async move { store::keep(connection, &push).await })).await;
        if kept.is_ok() {
            self.owed.ring();
        }
    }

    fn tell(&self, settled: Option<String>) {
        if let Some(id) = settled {
            self.receipts.settled(&id);
        }
    }

    /// Has the effect of a kept push and notes it. Gives the id of the message that it settled.
    async fn settle(&self, connection: &mut SqliteConnection, id: i64, push: &Kept, meant: &Push) -> Result<Option<String>, sqlx::Error> {
        let mut settled = None;
        match meant {
            Push::Receipt { openid, msg_id, status, created } => {
                let report = report(push, openid, *msg_id, status, *created);
                settled = self.receipts.join(connection, &report).await?;
            }
            Push::Notified { openid, reports, created } => {
                for (msgid, status) in reports {
                    let report = Report { notification: true, ..report(push, openid, *msgid, status, *created) };
                    // WeChat tells one in each push; of several, whoever waits for an earlier one looks again by itself.
                    settled = self.receipts.join(connection, &report).await?.or(settled);
                }
            }
            Push::Subscribe { openid, created, .. } if !openid.is_empty() => {
                self.people.came(connection, &push.app_id, openid, moment(*created, push.received_at)).await?;
            }
            Push::Unsubscribe { openid, created } if !openid.is_empty() => {
                self.people.left(connection, &push.app_id, openid, moment(*created, push.received_at)).await?;
            }
            Push::Subscribe { .. } | Push::Unsubscribe { .. } | Push::Message { .. } | Push::Other { .. } => {}
        }
        store::handled(connection, id, self.core.now()).await?;
        Ok(settled)
    }

    /// Has the effects still owed, oldest first. One that fails keeps none of the others back.
    async fn settle_owed(&self) -> anyhow::Result<()> {
        let (mut after, mut failed) = (0, BTreeSet::new());
        loop {
            let owed = store::all_owed(self.core.db.read(), after).await?;
            let Some((last, _)) = owed.last() else { break };
            after = *last;
            for (id, push) in owed {
                // It was read without trouble when it was kept.
                let meant = Push::from_fields(&xml::parse(&push.body).unwrap_or_default());
                let this = self.clone();
                let settled = self
                    .core
                    .db
                    .write(move |connection| {
                        Box::pin(async move {
                            match store::owed(connection, &push.app_id, &push.key).await? {
                                Some(id) => this.settle(connection, id, &push, &meant).await,
                                None => Ok(None),
                            }
                        })
                    })
                    .await;
                match settled {
                    Ok(settled) => self.tell(settled),
                    Err(error) => {
                        tracing::warn!(push = id, error = %error, "The effect of a push is still owed");
                        failed.insert(id);
                    }
                }
            }
        }
        anyhow::ensure!(failed.is_empty(), "{} pushes still have no effect", failed.len());
        Ok(())
    }
}

fn report(push: &Kept, openid: &str, msgid: Option<i64>, status: &Receipt, created: i64) -> Report {
    Report {
        app_id: push.app_id.clone(),
        openid: openid.to_owned(),
        msgid,
        notification: false,
        status: status.clone(),
        happened_at: moment(created, push.received_at),
        received_at: push.received_at,
    }
}

/// The word a push is filed under: its event, or the type of what is none. Without controls, at most 64 characters.
fn kind(fields: &xml::Fields) -> String {
    let word = ["Event", "MsgType"].into_iter().find_map(|name| fields.get(name).filter(|text| !text.is_empty()));
    word.unwrap_or("?").chars().filter(|c| !c.is_control()).take(64).collect()
}

/// A push's own time (Unix seconds) in milliseconds; the moment it came where it names none that can be.
fn moment(created: i64, received_at: i64) -> i64 {
    created.checked_mul(SECOND).filter(|at| *at > 0).unwrap_or(received_at)
}
