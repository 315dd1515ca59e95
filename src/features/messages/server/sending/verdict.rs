//! What one call's outcome means for its message and its account. Pure, so that every case can be tried.

use serde::{Deserialize, Serialize};

use super::REPEAT_WITHIN;
use crate::{
    features::messages::model::reasons,
    infra::clock::Chance,
    shared::time::{MINUTE, SECOND, day_number, day_start},
    wechat::{
        Error,
        codes::{Class, lookup},
    },
};

/// A message over which we fall this often is left alone.
const POISONED: i64 = 3;
/// The longest pause before a busy WeChat is tried again.
const LONGEST_PAUSE: i64 = 15 * MINUTE;
/// The most of WeChat's words that is kept, in characters.
const LONGEST_WORDS: usize = 400;

/// What becomes of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// WeChat has it.
    Accepted {
        /// WeChat's id; none while the text is under review.
        msgid: Option<i64>,
        /// 40252, or none.
        errcode: Option<i64>,
        /// WeChat's words about that.
        errmsg: Option<String>,
        /// `under_review`, or none.
        reason: Option<String>,
    },
    /// WeChat refused it for good.
    Failed {
        /// The return code; none when it was we who could not make the call.
        errcode: Option<i64>,
        /// WeChat's words.
        errmsg: Option<String>,
        /// The word made from the code.
        reason: String,
    },
    /// It is not known whether it reached the person: WeChat refused the repeat of a call that was never answered, or we fell over one.
    Doubtful {
        /// The return code of the repeat.
        errcode: Option<i64>,
        /// WeChat's words.
        errmsg: Option<String>,
    },
    /// It waits for another try.
    Again {
        /// Not before this.
        not_before: i64,
        /// Since when it is in doubt whether WeChat has it; none when it certainly has not.
        intent_at: Option<i64>,
        /// The return code, where there was one.
        errcode: Option<i64>,
        /// WeChat's words.
        errmsg: Option<String>,
        /// A word for why it waits.
        reason: String,
        /// What it means for other messages.
        pause: Pause,
    },
}

/// What a refusal means for other messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pause {
    /// Nothing.
    None,
    /// The account's sending slows down until this moment.
    Until(i64),
    /// The batch stands still until somebody mends its template and resumes it.
    Batch,
    /// The account's sending stands still until the cause is gone.
    Hold,
}

/// What is known about the call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Now, Unix milliseconds.
    pub now: i64,
    /// Calls for this message so far, this one included.
    pub attempts: i64,
    /// Since when it was in doubt before this call.
    pub doubt_since: Option<i64>,
    /// When this call's intent was written.
    pub intent_at: i64,
    /// Whether the request may have left the house.
    pub reached: bool,
    /// Whether the message belongs to a batch.
    pub in_batch: bool,
    /// Whether we fell over it ourselves.
    pub panicked: bool,
    /// Whether a call without an answer is left to a person.
    pub ask_unsure: bool,
    /// Whether it is a notification, whose quota and right are none of template messages'.
    pub notification: bool,
}

/// Judges an outcome (docs/wechat-api.md §6.3, §12).
pub fn judge(outcome: Result<Option<i64>, Error>, call: Call, chance: &Chance) -> Verdict {
    let error = match outcome {
        Ok(msgid) => return Verdict::Accepted { msgid, errcode: None, errmsg: None, reason: None },
        Err(error) => error,
    };
    if call.panicked && call.attempts >= POISONED {
        return match call.reached || call.doubt_since.is_some() {
            true => Verdict::Doubtful { errcode: None, errmsg: None },
            false => Verdict::Failed { errcode: None, errmsg: None, reason: reasons::INTERNAL_ERROR.into() },
        };
    }
    let Error::Platform { errcode, errmsg, .. } = &error else { return no_answer(&error, call, chance) };
    let (errcode, errmsg) = (*errcode, shortened(errmsg));
    let reason = reasons::of_errcode(errcode);
    let again = |not_before, pause| Verdict::Again {
        not_before,
        intent_at: call.doubt_since,
        errcode: Some(errcode),
        errmsg: Some(errmsg.clone()),
        reason: reason.clone(),
        pause,
    };
    if error.under_review() {
        let reason = Some(reasons::UNDER_REVIEW.to_owned());
        Verdict::Accepted { msgid: None, errcode: Some(errcode), errmsg: Some(errmsg), reason }
    } else if error.blames_account() {
        match (call.notification && call.reached, call.in_batch) {
            (false, _) => again(call.now, Pause::Hold),
            // Its quota and right are none of template messages'; each of its batch would fare the same.
            (true, true) => again(call.now, Pause::Batch),
            (true, false) => again(call.now + hold_pause(errcode, call.now, call.now, chance), Pause::None),
        }
    } else if call.in_batch && call.reached && error.blames_template() {
        again(call.now, Pause::Batch)
    } else if error.is_too_fast() {
        let until = call.now + MINUTE + below(chance, 30 * SECOND);
        again(until, if call.notification && !call.in_batch { Pause::None } else { Pause::Until(until) })
    } else if error.is_busy() || !call.reached {
        again(call.now + pause(call.attempts, chance), Pause::None)
    } else if call.doubt_since.is_some() {
        // The call before may have reached them; what WeChat says now is about a second one. Only a receipt can tell.
        Verdict::Doubtful { errcode: Some(errcode), errmsg: Some(errmsg) }
    } else {
        Verdict::Failed { errcode: Some(errcode), errmsg: Some(errmsg), reason }
    }
}

/// No answer that can be read: the same id makes a repeat safe for a while.
fn no_answer(error: &Error, call: Call, chance: &Chance) -> Verdict {
    let never_left = !call.reached || matches!(error, Error::Network(text) if text.starts_with("cannot connect"));
    let (intent_at, reason) = match (never_left, call.doubt_since) {
        (true, None) => (None, reasons::NOT_REACHED),
        (true, since) => (since, reasons::NO_ANSWER),
        (false, since) => (Some(since.unwrap_or(call.intent_at)), reasons::NO_ANSWER),
    };
    if call.ask_unsure && intent_at.is_some() {
        return Verdict::Doubtful { errcode: None, errmsg: Some(shortened(&error.to_string())) };
    }
    let wait = pause(call.attempts, chance);
    // Still inside the time in which WeChat knows the id, else it would never be tried again.
    let wait = intent_at.map_or(wait, |_| wait.min(MINUTE));
    Verdict::Again {
        not_before: call.now + wait,
        intent_at,
        errcode: None,
        errmsg: Some(shortened(&error.to_string())),
        reason: reason.into(),
        pause: Pause::None,
    }
}

/// Growing pauses with full jitter: up to 2 s, 4 s, 8 s … 15 minutes, and never less than half a second.
fn pause(attempts: i64, chance: &Chance) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 20) - 1).unwrap_or(0);
    let ceiling = (2 * SECOND).saturating_mul(1 << doublings).min(LONGEST_PAUSE);
    SECOND / 2 + below(chance, ceiling)
}

/// How long an account's sending stands still before one message probes whether the cause is gone.
pub fn hold_pause(errcode: i64, now: i64, since: i64, chance: &Chance) -> i64 {
    match lookup(errcode).map(|code| code.class) {
        // Quotas come back at midnight in China; everybody's at once, so not on the second.
        Some(Class::Quota) => day_start(day_number(now) + 1) - now + MINUTE + below(chance, 4 * MINUTE),
        Some(Class::Right) => 60 * MINUTE,
        // Doubles: as long again as it has stood still already.
        _ => (now - since).clamp(MINUTE, 30 * MINUTE) + below(chance, 10 * SECOND),
    }
}

/// Whether a repeat with the same client_msg_id is still safe.
pub fn may_repeat(intent_at: i64, now: i64) -> bool {
    intent_at > now - REPEAT_WITHIN
}

fn below(chance: &Chance, millis: i64) -> i64 {
    i64::try_from(chance.below(u64::try_from(millis).unwrap_or(0))).unwrap_or(0)
}

fn shortened(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(LONGEST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_320_000_000;

    fn call() -> Call {
        Call {
            now: NOW,
            attempts: 1,
            doubt_since: None,
            intent_at: NOW - 100,
            reached: true,
            in_batch: false,
            panicked: false,
            ask_unsure: false,
            notification: false,
        }
    }

    fn refused(errcode: i64) -> Result<i64, Error> {
        Err(Error::Platform { errcode, errmsg: "words".into(), rid: None })
    }

    fn judged(outcome: Result<i64, Error>, call: Call) -> Verdict {
        judge(outcome.map(Some), call, &Chance::seeded(7))
    }

    fn again(verdict: Verdict) -> (i64, Option<i64>, String, Pause) {
        match verdict {
            Verdict::Again { not_before, intent_at, reason, pause, .. } => (not_before - NOW, intent_at, reason, pause),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_code_does_what_the_contract_says() {
        assert_eq!(judged(Ok(7), call()), Verdict::Accepted { msgid: Some(7), errcode: None, errmsg: None, reason: None });
        assert!(
            matches!(judged(refused(40252), call()), Verdict::Accepted { msgid: None, errcode: Some(40252), reason: Some(reason), .. } if reason == "under_review")
        );
        for errcode in [40003, 43004, 43019, 47003, 40249, 40036, 40037, 40165, 43116, 45109, 99_999] {
            assert!(matches!(judged(refused(errcode), call()), Verdict::Failed { .. }), "{errcode}");
        }
        for errcode in [40001, 40013, 40125, 40164, 40243, 45009, 48001, 48004, 42001] {
            let (wait, doubt, reason, pause) = again(judged(refused(errcode), call()));
            assert_eq!((wait, doubt, reason, pause), (0, None, format!("wechat_{errcode}"), Pause::Hold));
        }
        let (wait, doubt, reason, pause) = again(judged(refused(-1), call()));
        assert!(wait >= 500 && doubt.is_none() && reason == "wechat_busy" && pause == Pause::None);
        let (wait, _, _, pause) = again(judged(refused(45011), call()));
        assert!(wait >= 60_000 && pause == Pause::Until(NOW + wait));
    }

    #[test]
    fn silence_after_the_call_is_a_doubt_and_silence_before_it_is_not() {
        for error in [
            Error::Timeout,
            Error::Unreadable("HTML".into()),
            Error::TooLarge,
            Error::Network("connection cut".into()),
            Error::Network("HTTP status 502".into()),
        ] {
            let (wait, doubt, reason, _) = again(judged(Err(error), call()));
            assert!(wait <= 60_000 && doubt == Some(NOW - 100) && reason == "no_answer");
        }
        let (_, doubt, reason, _) = again(judged(Err(Error::Network("cannot connect: refused".into())), call()));
        assert_eq!((doubt, reason.as_str()), (None, "not_reached"));
        let unsent = Call { reached: false, ..call() };
        assert_eq!(again(judged(Err(Error::Timeout), unsent)).1, None);
        // A code from the token call says nothing about the message either.
        assert_eq!(again(judged(refused(40002), unsent)).2, "wechat_40002");
        // A doubt from an earlier call outlives a clean refusal of the next.
        let earlier = Call { doubt_since: Some(NOW - 60_000), attempts: 2, ..call() };
        assert_eq!(again(judged(refused(-1), earlier)).1, Some(NOW - 60_000));
        assert_eq!(again(judged(refused(45009), earlier)).1, Some(NOW - 60_000));
        assert_eq!(again(judged(Err(Error::Timeout), earlier)).1, Some(NOW - 60_000));
    }

    #[test]
    fn a_refusal_of_a_repeat_says_nothing_about_the_first_call() {
        let earlier = Call { doubt_since: Some(NOW - 60_000), attempts: 2, ..call() };
        assert!(matches!(judged(refused(43004), earlier), Verdict::Doubtful { errcode: Some(43004), .. }));
        assert!(matches!(judged(refused(47003), earlier), Verdict::Doubtful { .. }));
        assert!(matches!(judged(Ok(7), earlier), Verdict::Accepted { .. }));
    }

    #[test]
    fn a_doubt_is_left_to_a_person_where_the_rules_say_so() {
        let asking = Call { ask_unsure: true, ..call() };
        assert!(matches!(judged(Err(Error::Timeout), asking), Verdict::Doubtful { errcode: None, .. }));
        // What certainly did not leave is tried again all the same.
        assert_eq!(again(judged(Err(Error::Timeout), Call { reached: false, ..asking })).1, None);
        assert_eq!(again(judged(refused(-1), asking)).1, None);
    }

    #[test]
    fn what_we_fall_over_again_and_again_is_left_alone() {
        let fell = |attempts, reached, doubt_since| {
            judged(Err(Error::Unreadable("panicked".into())), Call { attempts, reached, doubt_since, panicked: true, ..call() })
        };
        assert!(matches!(fell(2, false, None), Verdict::Again { intent_at: None, .. }));
        assert!(matches!(fell(3, false, None), Verdict::Failed { errcode: None, reason, .. } if reason == "internal_error"));
        assert_eq!(fell(3, true, None), Verdict::Doubtful { errcode: None, errmsg: None });
        assert_eq!(fell(3, false, Some(NOW - 60_000)), Verdict::Doubtful { errcode: None, errmsg: None });
    }

    #[test]
    fn pauses_grow_and_are_capped() {
        let chance = Chance::seeded(1);
        let longest = |attempts| (0..200).map(|_| pause(attempts, &chance)).max().expect("many");
        let (first, fourth, last) = (longest(1), longest(4), longest(1_000_000));
        assert!(first <= 2_500 && fourth > 2_500 && fourth <= 16_500 && last <= LONGEST_PAUSE + 500 && last > fourth);
    }

    #[test]
    fn a_spent_quota_waits_for_midnight_and_others_wait_longer_each_time() {
        let chance = Chance::seeded(1);
        // Noon in China: twelve hours to midnight.
        let quota = hold_pause(45009, NOW, NOW, &chance);
        assert!((12 * 60 * MINUTE..12 * 60 * MINUTE + 5 * MINUTE).contains(&(quota - MINUTE)));
        assert_eq!(hold_pause(48001, NOW, NOW, &chance), 60 * MINUTE);
        let young = hold_pause(40164, NOW, NOW, &chance);
        let old = hold_pause(40164, NOW, NOW - 10 * MINUTE, &chance);
        assert!(young < 75 * SECOND && old >= 10 * MINUTE && hold_pause(40164, NOW, 0, &chance) <= 31 * MINUTE);
    }

    #[test]
    fn a_notification_s_trouble_is_its_own() {
        let one = Call { notification: true, ask_unsure: true, ..call() };
        // The quota of notifications comes back at midnight in China; template messages have one of their own.
        let (wait, doubt, _, pause) = again(judged(refused(45009), one));
        assert!(wait > 0 && doubt.is_none() && pause == Pause::None, "{wait} {doubt:?} {pause:?}");
        let (wait, _, _, pause) = again(judged(refused(45011), one));
        assert!(wait >= MINUTE && pause == Pause::None);
        for errcode in [40003, 43101, 43107, 43108, 45168, 47003] {
            assert!(matches!(judged(refused(errcode), one), Verdict::Failed { errcode: Some(told), .. } if told == errcode), "{errcode}");
        }
        // A batch stands still with the first of them: the others would fare the same.
        let many = Call { in_batch: true, ..one };
        for errcode in [45009, 48001, 43107, 43108, 40037] {
            assert_eq!(again(judged(refused(errcode), many)), (0, None, format!("wechat_{errcode}"), Pause::Batch));
        }
        assert!(matches!(again(judged(refused(45011), many)).3, Pause::Until(_)));
        assert!(matches!(judged(refused(43101), many), Verdict::Failed { .. }));
        // Trouble with the token is everybody's.
        assert_eq!(again(judged(refused(40164), Call { reached: false, ..many })).3, Pause::Hold);
        let taken = judge(Ok(None), one, &Chance::seeded(7));
        assert_eq!(taken, Verdict::Accepted { msgid: None, errcode: None, errmsg: None, reason: None });
        assert!(matches!(judged(Err(Error::Timeout), one), Verdict::Doubtful { .. }), "there is no number that would make a repeat safe");
    }
}
