//! Why a message stands where it does, in plain words, and what to do about it.

use super::Message;
use crate::{
    features::messages::model::{MessageState, reasons as words},
    shared::lang::{Said, Text},
    wechat::codes,
};

/// What happened, for a reason word and WeChat's own words.
pub fn meaning(reason: &str, errcode: Option<i64>, errmsg: Option<&str>) -> Said {
    match known(reason) {
        Some((meaning, _)) => meaning.into(),
        None => match errcode {
            Some(errcode) => {
                let errmsg = errmsg.unwrap_or_default();
                Said::new(codes::reason(errcode, errmsg, true), codes::reason(errcode, errmsg, false))
            }
            None => Said::new(reason.to_owned(), reason.to_owned()),
        },
    }
}

/// What to do next.
pub fn hint(reason: &str, errcode: Option<i64>) -> Option<Said> {
    match known(reason) {
        Some((_, hint)) => Some(hint.into()),
        None => errcode.map(|errcode| Said::new(codes::hint(errcode, true), codes::hint(errcode, false))),
    }
}

/// What to do next about a message. One that is still under way goes out again under the same number, by itself.
pub fn hint_of(message: &Message) -> Option<Said> {
    let reason = message.reason.as_deref()?;
    let under_way = matches!(message.state, MessageState::Queued | MessageState::Sending);
    if under_way && reason == words::NO_ANSWER {
        let again = Text::new(
            "会用同一个编号自动再试，对方不会收到两次",
            "It is tried again by itself under the same number; nobody gets it twice",
        );
        return Some(again.into());
    }
    hint(reason, message.errcode)
}

fn known(reason: &str) -> Option<(Text, Text)> {
    Some(match reason {
        words::TOO_LATE => (
            Text::new("没能在有效期内发出", "Could not be sent within its time to live"),
            Text::new("看看当时是什么挡住了发送，再发一次", "See what held sending up, then send it again"),
        ),
        words::UNDER_REVIEW => (
            Text::new("微信正在审核内容，通过后会自动发出", "WeChat is reviewing the text and will send it by itself"),
            Text::new("不要重发，等回执", "Do not send it again; wait for the receipt"),
        ),
        words::USER_BLOCK => (
            Text::new("对方拒收了公众号的消息", "This person refuses messages of the account"),
            Text::new("这是对方的选择，不能重试", "It is their choice; do not try again"),
        ),
        words::SYSTEM_FAILED => (
            Text::new("微信没能送达", "WeChat could not deliver it"),
            Text::new("微信没有说明原因，可以过一会儿再发一次", "WeChat gives no cause; send it again a little later"),
        ),
        words::FREQUENCY_LIMITED => (
            Text::new("发给这个人的消息太频繁", "Too many messages to this person"),
            Text::new("隔一段时间再发", "Wait before sending more"),
        ),
        words::RECEIPT_FAILED => (
            Text::new("微信回执说没有送达", "WeChat's receipt says it was not delivered"),
            Text::new("照微信的原文查一查原因", "Look WeChat's own words up"),
        ),
        words::NO_ANSWER => (
            Text::new("发送途中断了，微信没有回答", "The connection broke while sending; WeChat gave no answer"),
            Text::new(
                "回执到了会自己变成已送达；没有回执时，先问问对方再决定要不要重发",
                "A receipt settles it; without one, ask the person before sending again",
            ),
        ),
        words::NOT_REACHED => (
            Text::new("连不上微信，还没有发出", "WeChat cannot be reached; nothing was sent"),
            Text::new("会自动再试；一直不行就检查服务器的网络", "It is tried again by itself; check the server's network if it goes on"),
        ),
        words::INTERNAL_ERROR => (
            Text::new("服务台自己出错，试了 3 次都没能发出", "wxdesk failed three times to make this call; nothing was sent"),
            Text::new(
                "其余消息不受影响。请把服务器日志交给开发者",
                "Other messages are not affected. Give the server's log to its developers",
            ),
        ),
        words::QUIET_HOURS => (
            Text::new("现在是免打扰时段，不发消息", "These are the quiet hours; nothing goes out"),
            Text::new(
                "时段一过会自动发出；有效期更短的会失败",
                "It goes out by itself when they are over; what may not wait that long fails",
            ),
        ),
        words::DISK_FULL => (
            Text::new("服务器的磁盘满了，发送先停着", "The server's disk is full; sending waits"),
            Text::new(
                "腾出空间后自动接着发，不会漏发也不会重发",
                "It goes on by itself once there is room; nobody is left out or gets it twice",
            ),
        ),
        words::WEEKLY_CAP => (
            Text::new(
                "这个人 7 天内收到的消息已到上限，没有发送",
                "This person has had as many messages in 7 days as the rules allow; nothing was sent",
            ),
            Text::new("过几天再发，或由管理员调整发送规则", "Send it some days later, or have an administrator change the sending rules"),
        ),
        words::CANARY_FAILED => (
            Text::new("先发的人里收到的不够多，其余没有发", "Too few of those who went first received it; the others were not sent to"),
            Text::new("看看失败原因；继续发送就会发给其余的人", "Look at the causes; resuming sends to the others"),
        ),
        words::CANARY_SILENT => (
            Text::new(
                "先发的人一直没有足够的回执，其余没有发",
                "Receipts of those who went first stayed away; the others were not sent to",
            ),
            Text::new(
                "检查消息推送是否收得到回执；继续发送就会发给其余的人",
                "Check that the callback gets receipts; resuming sends to the others",
            ),
        ),
        words::BRAKED => (
            Text::new("最近 100 次发送里被拒太多，自动停了下来", "Too many of the last 100 calls were refused; it stopped by itself"),
            Text::new("看看失败原因和名单；没问题就继续发送", "Look at the causes and the list; resume it if all is well"),
        ),
        words::TOLD_BY_PERSON => (
            Text::new("没有回执，是人核实后标记的", "There was no receipt; somebody looked into it and marked it"),
            Text::new("以后微信的回执到了，以回执为准", "A receipt that still comes takes precedence"),
        ),
        words::BY_PERSON => {
            (Text::new("有人暂停了这一批", "Somebody paused this batch"), Text::new("准备好了就继续发送", "Resume it when you are ready"))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_every_code_speaks() {
        let all = [
            words::BY_PERSON,
            words::TOLD_BY_PERSON,
            words::QUIET_HOURS,
            words::DISK_FULL,
            words::CANARY_FAILED,
            words::CANARY_SILENT,
            words::BRAKED,
            words::WEEKLY_CAP,
            words::TOO_LATE,
            words::UNDER_REVIEW,
            words::USER_BLOCK,
            words::SYSTEM_FAILED,
            words::FREQUENCY_LIMITED,
            words::RECEIPT_FAILED,
            words::NO_ANSWER,
            words::NOT_REACHED,
            words::INTERNAL_ERROR,
        ];
        for word in all {
            assert!(hint(word, None).is_some() && meaning(word, None, None).zh != word, "{word}");
        }
        assert_eq!(meaning("wechat_43004", Some(43004), None).zh, codes::reason(43004, "", true));
        assert!(hint("wechat_43004", Some(43004)).is_some());
        // Past its time because of a code: the word wins, the code stays readable beside it.
        assert_eq!(meaning(words::TOO_LATE, Some(45009), None).en, "Could not be sent within its time to live");
    }
}
