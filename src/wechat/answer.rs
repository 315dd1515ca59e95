//! How a refusal by the platform reaches a caller of ours.

use super::{Error, codes};
use crate::shared::{
    error::{AppError, Refusal},
    lang::{Said, Text},
};

/// WeChat's refusal with its meaning and remedy in both languages.
pub fn refusal(errcode: i64, errmsg: &str) -> Refusal {
    Refusal { errcode, errmsg: Some(errmsg.to_owned()), hint: Said::new(codes::hint(errcode, true), codes::hint(errcode, false)) }
}

impl From<Error> for AppError {
    /// 502 where WeChat refused or answered nonsense, 504 where it did not answer.
    fn from(error: Error) -> Self {
        match error {
            Error::Platform { errcode, errmsg, .. } => {
                let detail = Said::new(codes::reason(errcode, &errmsg, true), codes::reason(errcode, &errmsg, false));
                let mut refused = Self::new(502, "wechat_refused", detail);
                refused.refusal = Some(refusal(errcode, &errmsg));
                refused
            }
            Error::Timeout | Error::Network(_) => {
                Self::new(504, "wechat_silent", Text::new("微信没有应答，请稍后再试。", "WeChat did not answer. Try again later."))
            }
            Error::Unreadable(_) | Error::TooLarge => Self::new(
                502,
                "wechat_unreadable",
                Text::new("微信的应答无法读懂，请稍后再试。", "WeChat's answer could not be read. Try again later."),
            ),
        }
    }
}
