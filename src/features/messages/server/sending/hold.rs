//! Why an account's sending stands still, and what ends that.

use std::sync::atomic::Ordering;

use super::{lease::RENEW, store};
use crate::{
    features::{
        accounts::server::Account,
        messages::{
            model::reasons as words,
            server::{Messages, reasons},
        },
    },
    shared::{error::AppError, lang::Said},
    wechat::codes,
};

/// An account's sending stands still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// WeChat's return code.
    pub errcode: i64,
    /// WeChat's words.
    pub errmsg: String,
    /// Since when (Unix milliseconds).
    pub since: i64,
    /// When one message probes whether the cause is gone.
    pub try_again_at: i64,
}

impl Hold {
    /// The stable word of the cause.
    pub fn reason(&self) -> String {
        words::of_errcode(self.errcode)
    }

    /// What happened, in plain words.
    pub fn meaning(&self) -> Said {
        Said::new(codes::reason(self.errcode, &self.errmsg, true), codes::reason(self.errcode, &self.errmsg, false))
    }

    /// What to do about it.
    pub fn hint(&self) -> Said {
        Said::new(codes::hint(self.errcode, true), codes::hint(self.errcode, false))
    }
}

/// Why nothing of an account goes out just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standstill {
    /// WeChat refuses.
    Held(Hold),
    /// Our own disk is full.
    Disk {
        /// When it is looked at again (Unix milliseconds).
        until: i64,
    },
    /// The account's own quiet hours.
    Quiet {
        /// When they are over (Unix milliseconds).
        until: i64,
    },
}

impl Standstill {
    /// The stable word of the cause.
    pub fn reason(&self) -> String {
        match self {
            Self::Held(hold) => hold.reason(),
            Self::Disk { .. } => words::DISK_FULL.to_owned(),
            Self::Quiet { .. } => words::QUIET_HOURS.to_owned(),
        }
    }

    /// What happened, in plain words.
    pub fn meaning(&self) -> Said {
        match self {
            Self::Held(hold) => hold.meaning(),
            Self::Disk { .. } => reasons::meaning(words::DISK_FULL, None, None),
            Self::Quiet { .. } => reasons::meaning(words::QUIET_HOURS, None, None),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Said {
        match self {
            Self::Held(hold) => hold.hint(),
            Self::Disk { .. } => reasons::hint(words::DISK_FULL, None).unwrap_or_else(|| self.meaning()),
            Self::Quiet { .. } => reasons::hint(words::QUIET_HOURS, None).unwrap_or_else(|| self.meaning()),
        }
    }

    /// WeChat's return code and words, where WeChat is the cause.
    pub fn refusal(&self) -> Option<(i64, &str)> {
        match self {
            Self::Held(hold) => Some((hold.errcode, &hold.errmsg)),
            Self::Disk { .. } | Self::Quiet { .. } => None,
        }
    }

    /// When it is tried again (Unix milliseconds).
    pub fn try_again_at(&self) -> i64 {
        match self {
            Self::Held(hold) => hold.try_again_at,
            Self::Disk { until } | Self::Quiet { until } => *until,
        }
    }
}

impl Messages {
    /// Why nothing of the account goes out just now, if so.
    ///
    /// # Errors
    /// The database.
    pub async fn standstill(&self, app_id: &str) -> Result<Option<Standstill>, sqlx::Error> {
        if self.disk_full.load(Ordering::Relaxed) {
            return Ok(Some(Standstill::Disk { until: self.core.now() + RENEW }));
        }
        if let Some(hold) = self.hold(app_id).await? {
            return Ok(Some(Standstill::Held(hold)));
        }
        let quiet = self.rules(app_id).await?.quiet;
        Ok(quiet.and_then(|quiet| quiet.until(self.core.now())).map(|until| Standstill::Quiet { until }))
    }

    /// Why the account's sending stands still, if it does.
    ///
    /// # Errors
    /// The database.
    pub async fn hold(&self, app_id: &str) -> Result<Option<Hold>, sqlx::Error> {
        store::hold(self.core.db.read(), app_id).await
    }

    /// Lets one message probe at once whether the cause of a hold is gone.
    ///
    /// # Errors
    /// The database.
    pub async fn try_again(&self, app_id: &str) -> Result<(), AppError> {
        let (app_id, now) = (app_id.to_owned(), self.core.now());
        self.core.db.write(move |connection| Box::pin(async move { store::probe_at(connection, &app_id, now).await })).await?;
        self.bell.ring();
        Ok(())
    }

    /// The hold as it stands after a look whether its cause is gone: the account was changed, or a fresh token came.
    pub(super) async fn hold_now(&self, account: &Account, now: i64) -> Result<Option<Hold>, sqlx::Error> {
        let Some(hold) = self.hold(&account.app_id).await? else { return Ok(None) };
        let given = self.tokens.given_at(&account.app_id).filter(|_| codes::token_mends(hold.errcode));
        if account.updated_at <= hold.since && given.is_none_or(|at| at <= hold.since) {
            return Ok(Some(hold));
        }
        let app_id = account.app_id.clone();
        self.core.db.write(move |connection| Box::pin(async move { store::end_hold(connection, &app_id, now + 1).await })).await?;
        tracing::info!(app_id = account.app_id, errcode = hold.errcode, "The cause of a hold is gone; sending goes on");
        Ok(None)
    }
}
