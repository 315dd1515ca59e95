//! What a push from WeChat means (docs/wechat-api.md §10.3 to §10.5).

use sha2::{Digest, Sha256};

use super::xml::Fields;

/// The longest key that is kept as it is; longer ones are hashed.
const KEY_MAX: usize = 200;
/// The most characters kept of a status that we do not know.
const STATUS_MAX: usize = 120;

/// One push. `openid` is the sender, blank where the push names none; `created` in Unix seconds, 0 where absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Push {
    /// The delivery report of a template message (TEMPLATESENDJOBFINISH).
    Receipt {
        /// The recipient.
        openid: String,
        /// The `msgid` of the send reply; may arrive before that reply is stored.
        msg_id: Option<i64>,
        /// What became of the message.
        status: Receipt,
        /// When WeChat says it happened.
        created: i64,
    },
    /// What became of subscribe notifications (subscribe_msg_sent_event).
    Notified {
        /// The recipient.
        openid: String,
        /// WeChat's id of each and what became of it.
        reports: Vec<(Option<i64>, Receipt)>,
        /// When WeChat says it happened.
        created: i64,
    },
    /// Somebody follows the account.
    Subscribe {
        /// The new follower.
        openid: String,
        /// When.
        created: i64,
        /// `qrscene_…` where the follower came by a code with a scene.
        event_key: Option<String>,
    },
    /// Somebody does not follow any more.
    Unsubscribe {
        /// Who.
        openid: String,
        /// When.
        created: i64,
    },
    /// A message by a follower.
    Message {
        /// The sender.
        openid: String,
        /// WeChat's id of the message.
        msg_id: Option<i64>,
        /// `text`, `image`, `voice`, `video`, `location`, `link`…
        kind: String,
        /// The text of a text message.
        content: Option<String>,
        /// The media_id of a picture, voice or video.
        media_id: Option<String>,
        /// When.
        created: i64,
    },
    /// Any other push; answered with success and otherwise left.
    Other {
        /// The sender.
        openid: String,
        /// When.
        created: i64,
        /// `MsgType`.
        kind: String,
        /// `Event`, where it is one.
        event: Option<String>,
    },
}

/// What became of a template message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// Delivered.
    Delivered,
    /// The person refuses messages of the account.
    UserBlock,
    /// Any other cause on WeChat's side.
    SystemFailed,
    /// Too many messages to this person.
    FrequencyLimited,
    /// Words that we do not know; a failure.
    Other(String),
}

impl Receipt {
    /// Reads the `Status` words; they are seen with and without a blank after the colon.
    pub fn from_status(status: &str) -> Self {
        let compact: String = status.to_ascii_lowercase().split_whitespace().collect();
        match compact.as_str() {
            "success" => Self::Delivered,
            "failed:userblock" => Self::UserBlock,
            "failed:systemfailed" => Self::SystemFailed,
            "failed:freqlimit" => Self::FrequencyLimited,
            _ => Self::from_other(status),
        }
    }

    /// Reads `ErrorCode` and `ErrorStatus` of a notification: 0 is delivered, whatever the words are.
    fn from_code(code: &str, status: &str) -> Self {
        match (code, Self::from_status(status)) {
            ("0", _) => Self::Delivered,
            (_, Self::Delivered | Self::Other(_)) => Self::from_other(&format!("{code} {status}")),
            (_, known) => known,
        }
    }

    fn from_other(words: &str) -> Self {
        Self::Other(words.trim().chars().filter(|c| !c.is_control()).take(STATUS_MAX).collect())
    }
}

impl Push {
    /// Says what the fields of a push mean. Never fails: what is not known is [`Push::Other`].
    pub fn from_fields(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).filter(|text| !text.is_empty()).map(str::to_owned);
        let openid = text("FromUserName").unwrap_or_default();
        let created = number(fields, "CreateTime").unwrap_or(0);
        let kind = text("MsgType").unwrap_or_default();
        let event = text("Event");
        match (kind.as_str(), event.as_deref()) {
            ("event", Some("TEMPLATESENDJOBFINISH")) => {
                let status = Receipt::from_status(fields.get("Status").unwrap_or_default());
                Self::Receipt { openid, msg_id: message_id(fields), status, created }
            }
            ("event", Some("subscribe_msg_sent_event")) => Self::Notified { openid, reports: reports(fields), created },
            ("event", Some("subscribe")) => Self::Subscribe { openid, created, event_key: text("EventKey") },
            ("event", Some("unsubscribe")) => Self::Unsubscribe { openid, created },
            ("event" | "", _) => Self::Other { openid, created, kind, event },
            _ => Self::Message { openid, msg_id: message_id(fields), kind, content: text("Content"), media_id: text("MediaId"), created },
        }
    }
}

/// The reports of a push about notifications, one in each `List`.
fn reports(fields: &Fields) -> Vec<(Option<i64>, Receipt)> {
    let mut found = Vec::new();
    let (mut id, mut code) = (None, None);
    for (name, text) in fields.inner() {
        match name {
            "List" => (id, code) = (None, None),
            "MsgID" => id = text.parse().ok(),
            "ErrorCode" => code = Some(text.to_owned()),
            // The last of each.
            "ErrorStatus" => found.push((id, Receipt::from_code(code.as_deref().unwrap_or_default(), text))),
            _ => {}
        }
    }
    found
}

/// The key by which a push has its effect once: Event + MsgID (that of its first report, where it holds several), else MsgId, else sender + time + event (and its key,
/// or the status of a report). A MsgID of 0 names nothing.
/// Unique within one account only. At most 200 bytes.
pub fn dedupe_key(fields: &Fields) -> String {
    let get = |name: &str| fields.get(name).unwrap_or_default().trim();
    let names = |id: &str| !id.is_empty() && id != "0";
    let inner = || fields.inner().find(|(name, text)| *name == "MsgID" && names(text)).map_or("", |(_, text)| text);
    let id = [get("MsgID"), get("MsgId")].into_iter().find(|id| names(id)).unwrap_or_else(inner);
    let key = match (get("Event"), id) {
        ("", "") => format!("at:{}:{}:{}", get("FromUserName"), get("CreateTime"), get("MsgType")),
        (event, "") => format!("at:{}:{}:{event}:{}{}", get("FromUserName"), get("CreateTime"), get("EventKey"), get("Status")),
        ("", id) => format!("msg:{id}"),
        (event, id) => format!("event:{event}:{id}"),
    };
    if key.len() <= KEY_MAX { key } else { format!("sha256:{}", hex::encode(Sha256::digest(key))) }
}

fn number(fields: &Fields, name: &str) -> Option<i64> {
    fields.get(name)?.trim().parse().ok()
}

/// Delivery reports spell it MsgID, messages MsgId.
fn message_id(fields: &Fields) -> Option<i64> {
    number(fields, "MsgID").or_else(|| number(fields, "MsgId"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;
    use crate::wechat::xml::parse;

    fn read(xml: &str) -> (Push, String) {
        let fields = parse(xml.as_bytes()).unwrap();
        (Push::from_fields(&fields), dedupe_key(&fields))
    }

    #[test]
    fn delivery_reports_are_read() {
        let (push, key) = read(include_str!("fixtures/event_templatesendjobfinish_success.xml"));
        let openid = "oia2TjuEGTNoeX76QEjQNrcURxG8".to_owned();
        assert_eq!(
            push,
            Push::Receipt { openid: openid.clone(), msg_id: Some(200_163_836), status: Receipt::Delivered, created: 1_395_658_920 }
        );
        assert_eq!(key, "event:TEMPLATESENDJOBFINISH:200163836");
        let (push, _) = read(include_str!("fixtures/event_templatesendjobfinish_user_block.xml"));
        assert!(matches!(push, Push::Receipt { status: Receipt::UserBlock, .. }));
        let (push, _) = read(include_str!("fixtures/event_templatesendjobfinish_system_failed.xml"));
        assert!(matches!(push, Push::Receipt { status: Receipt::SystemFailed, .. }));
    }

    #[test]
    fn status_words_are_read_in_every_spelling() {
        for (words, status) in [
            ("success", Receipt::Delivered),
            (" Success ", Receipt::Delivered),
            ("failed:user block", Receipt::UserBlock),
            ("failed: user block", Receipt::UserBlock),
            ("failed:system failed", Receipt::SystemFailed),
            ("failed: system failed", Receipt::SystemFailed),
            ("failed:freq limit", Receipt::FrequencyLimited),
            ("failed: new words", Receipt::Other("failed: new words".into())),
            ("", Receipt::Other(String::new())),
        ] {
            assert_eq!(Receipt::from_status(words), status, "{words}");
        }
    }

    #[test]
    fn a_number_of_zero_names_nothing() {
        let report = |id: &str, openid: &str, status: &str| {
            let event = "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><CreateTime>7</CreateTime>";
            read(&format!("<xml>{event}<FromUserName>{openid}</FromUserName><MsgID>{id}</MsgID><Status>{status}</Status></xml>")).1
        };
        assert_eq!(report("5", "a", "success"), report("5", "a", "failed:user block"));
        let keys =
            [report("0", "a", "success"), report("0", "b", "success"), report("0", "a", "failed:user block"), report("", "c", "success")];
        assert!(keys.iter().enumerate().all(|(at, key)| !keys[..at].contains(key)), "{keys:?}");
    }

    #[test]
    fn followers_and_messages_are_read() {
        let (push, key) = read(include_str!("fixtures/event_subscribe.xml"));
        assert_eq!(push, Push::Subscribe { openid: "fromUser".into(), created: 123_456_789, event_key: Some("qrscene_123123".into()) });
        assert_eq!(key, "at:fromUser:123456789:subscribe:qrscene_123123");
        let (push, key) = read(include_str!("fixtures/event_unsubscribe.xml"));
        assert_eq!(push, Push::Unsubscribe { openid: "fromUser".into(), created: 123_456_789 });
        assert_eq!(key, "at:fromUser:123456789:unsubscribe:");
        let (push, key) = read(include_str!("fixtures/message_text.xml"));
        assert!(matches!(push, Push::Message { msg_id: Some(1_234_567_890_123_456), content: Some(text), .. } if text == "this is a test"));
        assert_eq!(key, "msg:1234567890123456");
        let (push, key) = read(include_str!("fixtures/event_subscribe_msg_sent.xml"));
        let openid = "otFpruAK8D-E6EfStSYonYSBZ8_4".to_owned();
        let reports = vec![(Some(1_700_827_132_819_554_304), Receipt::Delivered)];
        assert_eq!(
            (push, key.as_str()),
            (Push::Notified { openid, reports, created: 1_610_969_468 }, "event:subscribe_msg_sent_event:1700827132819554304")
        );
    }

    #[test]
    fn a_notification_that_failed_keeps_its_code_and_words() {
        let list = |id: i64, code: &str, words: &str| {
            format!(
                "<List><TemplateId>t</TemplateId><MsgID>{id}</MsgID><ErrorCode>{code}</ErrorCode><ErrorStatus><![CDATA[{words}]]></ErrorStatus></List>"
            )
        };
        let (one, two) = (list(1, "43101", "user refuse"), list(2, "0", "success"));
        let xml = format!(
            "<xml><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event><SubscribeMsgSentEvent>{one}{two}</SubscribeMsgSentEvent></xml>"
        );
        let refused = Receipt::Other("43101 user refuse".into());
        assert!(matches!(read(&xml).0, Push::Notified { reports, .. } if reports == [(Some(1), refused), (Some(2), Receipt::Delivered)]));
        let bare = "<xml><MsgType>event</MsgType><Event>subscribe_msg_sent_event</Event></xml>";
        assert!(matches!(read(bare).0, Push::Notified { reports, .. } if reports.is_empty()));
    }

    #[test]
    fn two_reports_in_one_second_have_two_keys() {
        let report = |id: i64| {
            format!(
                "<xml><FromUserName>o</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>{id}</MsgID><Status>success</Status></xml>"
            )
        };
        assert_ne!(read(&report(1)).1, read(&report(2)).1);
        assert_eq!(read(&report(1)).1, read(&report(1)).1);
        // Another event may carry the same id.
        assert_ne!(read(&report(1)).1, read(&report(1).replace("TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH")).1);
    }

    #[test]
    fn pushes_with_holes_and_long_fields_are_survived() {
        let (push, key) = read("<xml><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>x</MsgID></xml>");
        assert_eq!(push, Push::Receipt { openid: String::new(), msg_id: None, status: Receipt::Other(String::new()), created: 0 });
        assert_eq!(key, "event:TEMPLATESENDJOBFINISH:x");
        assert!(matches!(read("<xml/>").0, Push::Other { .. }));
        let long = |tail: char| read(&format!("<xml><Event>CLICK</Event><EventKey>{}{tail}</EventKey></xml>", "k".repeat(5000))).1;
        assert_eq!(long('a').len(), 71);
        assert_ne!(long('a'), long('b'));
    }
}
