//! After refusals that more calls make worse (quota, allow-list, secret) no code is taken to WeChat for a minute. A code lives for five:
//! the one that is turned away here can still be used afterwards.

use secrecy::{ExposeSecret, SecretString};

use crate::{
    features::accounts::server::Account,
    shared::{
        error::AppError,
        lang::Text,
        time::{MINUTE, SECOND},
    },
    wechat::{self, signature::constant_time_eq},
};

/// How long WeChat is left alone (milliseconds).
const SPAN: i64 = MINUTE;
/// In this call, which carries no token of the account's, it means a wrong AppSecret.
const WRONG_SECRET: i64 = 40001;

/// A refusal that still counts, and the settings it came under.
#[derive(Clone)]
pub(super) struct Rest {
    since: i64,
    errcode: i64,
    errmsg: String,
    secret: SecretString,
    api_base: String,
}

impl Rest {
    /// The rest that an error leads to, if it is of that kind.
    pub fn after(error: &wechat::Error, account: &Account, now: i64) -> Option<Self> {
        let wechat::Error::Platform { errcode, errmsg, .. } = error else { return None };
        (error.leaves_alone() || *errcode == WRONG_SECRET).then(|| Self {
            since: now,
            errcode: *errcode,
            errmsg: errmsg.clone(),
            secret: account.secret.clone(),
            api_base: account.api_base.clone(),
        })
    }

    /// The answer instead of a call; none once the time is over or somebody has changed what was wrong.
    pub fn refusal(&self, account: &Account, now: i64) -> Option<AppError> {
        let same = constant_time_eq(self.secret.expose_secret(), account.secret.expose_secret()) && self.api_base == account.api_base;
        let left = self.since + SPAN - now;
        if !same || !(1..=SPAN).contains(&left) {
            return None;
        }
        let detail = Text::new(
            "微信刚刚拒绝了换取 OpenID 的请求，暂不再问微信。请按 hint 处理。",
            "WeChat has just refused to tell an openid, so it is left alone for now. The hint says what to do.",
        );
        let mut error = AppError::unavailable("upstream_backoff", detail, u64::try_from(left).unwrap_or(0).div_ceil(SECOND.unsigned_abs()));
        error.refusal = Some(wechat::answer::refusal(self.errcode, &self.errmsg));
        Some(error)
    }
}
