//! What can go wrong in a call to WeChat, with the questions callers ask about it.

use super::codes::{Class, lookup};

/// A call to WeChat that did not give what was wanted. Carries no address, token, secret or body.
#[derive(thiserror::Error, Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No answer came over the wire; the text names the kind of trouble, never the address.
    #[error("network trouble: {0}")]
    Network(String),
    /// The answer did not come in time. Whether WeChat acted on the call is unknown.
    #[error("WeChat did not answer in time")]
    Timeout,
    /// WeChat answered with an `errcode` other than 0 (docs/wechat-api.md §12).
    #[error("WeChat refused: {errcode} {errmsg}")]
    Platform {
        /// The return code.
        errcode: i64,
        /// WeChat's own words, shortened; never to be matched on.
        errmsg: String,
        /// The trace id that WeChat's support asks for.
        rid: Option<String>,
    },
    /// The answer cannot be read, or the call cannot be made as configured; the text says why.
    #[error("unreadable answer: {0}")]
    Unreadable(String),
    /// The answer is larger than such an answer may be.
    #[error("the answer is too large")]
    TooLarge,
}

impl Error {
    /// The return code, where WeChat gave one.
    pub fn errcode(&self) -> Option<i64> {
        match self {
            Self::Platform { errcode, .. } => Some(*errcode),
            _ => None,
        }
    }

    /// The class of the return code; `None` for trouble on the way, [`Class::Permanent`] for codes that the table lacks.
    pub fn class(&self) -> Option<Class> {
        self.errcode().map(|errcode| lookup(errcode).map_or(Class::Permanent, |code| code.class))
    }

    fn is(&self, classes: &[Class]) -> bool {
        self.class().is_some_and(|class| classes.contains(&class))
    }

    /// The access token is refused: drop it if it is still the one used, fetch once, repeat once (docs/wechat-api.md §2.3).
    /// From the token call itself 40001 means a wrong AppSecret, and repeating is of no use.
    pub fn is_stale_token(&self) -> bool {
        self.is(&[Class::StaleToken])
    }

    /// WeChat is busy (-1).
    pub fn is_busy(&self) -> bool {
        self.is(&[Class::Busy])
    }

    /// Too many calls in this minute (45011).
    pub fn is_too_fast(&self) -> bool {
        self.is(&[Class::TooFast])
    }

    /// The day's quota is spent (45009).
    pub fn is_quota(&self) -> bool {
        self.is(&[Class::Quota])
    }

    /// Somebody has to change a setting, here or in WeChat's console, before it can work.
    pub fn is_configuration(&self) -> bool {
        self.class().is_some_and(Class::is_configuration)
    }

    /// A fault of the account: no message of it can go out until the cause is gone (CONTRACT "Message record").
    pub fn blames_account(&self) -> bool {
        self.class().is_some_and(Class::blames_account)
    }

    /// A fault of the template: no message with it can go out.
    pub fn blames_template(&self) -> bool {
        self.is(&[Class::Template])
    }

    /// A fault of this one recipient or of its data: only this message fails.
    pub fn blames_recipient(&self) -> bool {
        self.is(&[Class::Recipient, Class::Content])
    }

    /// The same call may well succeed a little later, unchanged.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Network(_) | Self::Timeout) || self.is(&[Class::Busy, Class::TooFast])
    }

    /// WeChat must not be asked again soon: more calls make it worse or are counted.
    pub fn leaves_alone(&self) -> bool {
        self.class().is_some_and(Class::leaves_alone)
    }

    /// The text is under review; WeChat sends the message by itself afterwards, it must not be sent again (40252).
    pub fn under_review(&self) -> bool {
        self.is(&[Class::UnderReview])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(errcode: i64) -> Error {
        Error::Platform { errcode, errmsg: "x".into(), rid: None }
    }

    fn all(codes: &[i64], question: fn(&Error) -> bool) {
        for code in codes {
            assert!(question(&refused(*code)), "{code}");
        }
        for code in (-10..100_000).filter(|code| !codes.contains(code)) {
            assert!(!question(&refused(code)), "{code} should not");
        }
    }

    #[test]
    fn the_narrow_questions_hold_for_exactly_their_codes() {
        all(&[40001, 40014, 42001], Error::is_stale_token);
        all(&[-1], Error::is_busy);
        all(&[45011], Error::is_too_fast);
        all(&[45009], Error::is_quota);
        all(&[40036, 40037, 40165, 43107, 43108, 43116], Error::blames_template);
        all(&[-1, 45011], Error::is_retryable);
        all(&[45009, 45011, 40164, 40125, 40243, 40013, 61004, 89501, 89503, 89506, 89507], Error::leaves_alone);
        all(&[40252], Error::under_review);
        all(
            &[40001, 40014, 42001, 40013, 40125, 40164, 40243, 45009, 48001, 48004, 61004, 89501, 89503, 89506, 89507],
            Error::blames_account,
        );
        all(&[40003, 43004, 43019, 43101, 46004, 48002, 50001, 50002, 50005, 47003, 40249, 45168, 87014], Error::blames_recipient);
    }

    #[test]
    fn configuration_covers_what_an_operator_has_to_mend() {
        for code in [40013, 40125, 40164, 40243, 48001, 48004, 89501, 89503, 89506, 89507, 45009, 40037, 43100] {
            assert!(refused(code).is_configuration(), "{code}");
        }
        for code in [-1, 40001, 40003, 45011, 47003, 40252, 12345] {
            assert!(!refused(code).is_configuration(), "{code}");
        }
    }

    #[test]
    fn trouble_on_the_way_is_retried_and_garbage_is_not() {
        assert!(Error::Network("reset".into()).is_retryable());
        assert!(Error::Timeout.is_retryable());
        for error in [Error::Unreadable("HTML".into()), Error::TooLarge, refused(99_999)] {
            assert!(!error.is_retryable(), "{error}");
        }
        assert_eq!(Error::Timeout.class(), None);
        assert_eq!(refused(99_999).class(), Some(Class::Permanent));
    }
}
