//! Template messages (docs/wechat-api.md §6).

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap};
use serde_json::{Value, json};

use super::{
    client::{Client, judged},
    error::Error,
    reply::{self, Reply},
};

/// A template of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The long id that sending takes.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// First industry; blank for category templates.
    pub primary_industry: String,
    /// Second industry; blank for category templates.
    pub deputy_industry: String,
    /// Lines such as `商品名称:{{thing1.DATA}}`.
    pub content: String,
    /// The platform's own example of a filled one.
    pub example: String,
}

/// A mini program that a message opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Miniprogram {
    /// The mini program's AppID; it must be linked to the account.
    pub appid: String,
    /// The page with its query. Blank: left out, and the first page opens.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pagepath: String,
}

/// One template message to one follower (§6.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateMessage {
    /// The follower's openid.
    pub touser: String,
    /// The template's long id.
    pub template_id: String,
    /// The page that a tap opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The mini program that a tap opens; wins over `url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<Miniprogram>,
    /// Key and value of every placeholder, in the template's order.
    #[serde(serialize_with = "as_values")]
    pub data: Vec<(String, String)>,
    /// The same openid and id are sent only once within about 10 minutes: makes a repeat after a timeout safe. Blank: left out.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_msg_id: String,
}

/// The account's industries (old accounts).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Industry {
    /// First industry.
    pub primary: IndustryClass,
    /// Second industry.
    pub secondary: IndustryClass,
}

/// An industry in two steps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndustryClass {
    /// The wide one.
    pub first_class: String,
    /// The narrow one.
    pub second_class: String,
}

/// A text that WeChat blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedText {
    /// Its id, for asking on from there.
    pub id: i64,
    /// The template.
    pub template_id: String,
    /// The template's title.
    pub title: String,
    /// The text.
    pub content: String,
    /// When it was to be sent, Unix seconds.
    pub sent: i64,
    /// To whom.
    pub openid: String,
}

impl Client {
    /// All templates of the account.
    ///
    /// # Errors
    /// 40001 and its like: stale token; 48001: the account has no template messages.
    pub async fn templates(&self, token: &SecretString) -> Result<Vec<Template>, Error> {
        let path = "/cgi-bin/template/get_all_private_template";
        judged(path, template_list(&self.get_with(path, token, &[]).await?))
    }

    /// Sends a message and gives its `msgid`, where WeChat tells one. Accepted is not delivered: that is told later by a push.
    ///
    /// # Errors
    /// See §6.3. After [`Error::Timeout`] or [`Error::Unreadable`] it is unknown whether WeChat took the message.
    pub async fn send_template(&self, token: &SecretString, message: &TemplateMessage) -> Result<Option<i64>, Error> {
        let path = "/cgi-bin/message/template/send";
        judged(path, msgid(&self.post_with(path, token, message).await?))
    }

    /// Adds a template from the library and gives its long id. `keywords` are needed for category templates.
    ///
    /// # Errors
    /// 45026: 25 templates are there; 45027: outside the account's categories; 40246: unknown keyword.
    pub async fn add_template(&self, token: &SecretString, short_id: &str, keywords: &[String]) -> Result<String, Error> {
        let path = "/cgi-bin/template/api_add_template";
        judged(path, template_id(&self.post_with(path, token, &add_request(short_id, keywords)).await?))
    }

    /// Deletes a template of the account.
    ///
    /// # Errors
    /// 40037: no such template.
    pub async fn delete_template(&self, token: &SecretString, template_id: &str) -> Result<(), Error> {
        let path = "/cgi-bin/template/del_private_template";
        judged(path, reply::done(&self.post_with(path, token, &delete_request(template_id)).await?))
    }

    /// The account's industries.
    ///
    /// # Errors
    /// As for [`Client::templates`].
    pub async fn industry(&self, token: &SecretString) -> Result<Industry, Error> {
        let path = "/cgi-bin/template/get_industry";
        judged(path, read_industry(&self.get_with(path, token, &[]).await?))
    }

    /// Sets the account's industries by their codes. Deletes the templates of those given up.
    ///
    /// # Errors
    /// 43100: changed already this month.
    pub async fn set_industry(&self, token: &SecretString, first: &str, second: &str) -> Result<(), Error> {
        let path = "/cgi-bin/template/api_set_industry";
        judged(path, reply::done(&self.post_with(path, token, &industry_request(first, second)).await?))
    }

    /// Texts of a template that WeChat blocked, at most `limit` after `largest_id`.
    ///
    /// # Errors
    /// As for [`Client::templates`].
    pub async fn blocked_texts(
        &self,
        token: &SecretString,
        template_id: &str,
        largest_id: i64,
        limit: u32,
    ) -> Result<Vec<BlockedText>, Error> {
        let path = "/wxa/sec/queryblocktmplmsg";
        judged(path, blocked(&self.post_with(path, token, &blocked_request(template_id, largest_id, limit)).await?))
    }
}

pub(super) fn add_request(short_id: &str, keywords: &[String]) -> Value {
    if keywords.is_empty() {
        json!({ "template_id_short": short_id })
    } else {
        json!({ "template_id_short": short_id, "keyword_name_list": keywords })
    }
}

pub(super) fn delete_request(template_id: &str) -> Value {
    json!({ "template_id": template_id })
}

pub(super) fn industry_request(first: &str, second: &str) -> Value {
    json!({ "industry_id1": first, "industry_id2": second })
}

pub(super) fn blocked_request(template_id: &str, largest_id: i64, limit: u32) -> Value {
    json!({ "tmpl_msg_id": template_id, "largest_id": largest_id, "limit": limit })
}

pub(super) fn template_list(body: &[u8]) -> Result<Vec<Template>, Error> {
    reply::read(body)?.objects("template_list", |it| {
        Ok(Template {
            template_id: it.text("template_id")?,
            title: it.text_or_empty("title"),
            primary_industry: it.text_or_empty("primary_industry"),
            deputy_industry: it.text_or_empty("deputy_industry"),
            content: it.text_or_empty("content"),
            example: it.text_or_empty("example"),
        })
    })
}

/// The number of a message that was taken. None or 0 may stand there: then its report is found by person and time.
pub(super) fn msgid(body: &[u8]) -> Result<Option<i64>, Error> {
    let reply = reply::read(body)?;
    let msgid = reply.optional_integer("msgid");
    // One of the two says that it was taken.
    if msgid.is_none() && reply.optional_integer("errcode").is_none() {
        return Err(reply::unreadable("errcode and msgid are missing"));
    }
    Ok(msgid.filter(|id| *id > 0))
}

pub(super) fn template_id(body: &[u8]) -> Result<String, Error> {
    reply::read(body)?.text("template_id")
}

pub(super) fn read_industry(body: &[u8]) -> Result<Industry, Error> {
    let reply = reply::read(body)?;
    let class = |name| {
        reply.object(name).map_or_else(IndustryClass::default, |it| IndustryClass {
            first_class: it.text_or_empty("first_class"),
            second_class: it.text_or_empty("second_class"),
        })
    };
    Ok(Industry { primary: class("primary_industry"), secondary: class("secondary_industry") })
}

/// `msginfo` is one object in the official sample and a list in practice.
pub(super) fn blocked(body: &[u8]) -> Result<Vec<BlockedText>, Error> {
    let reply = reply::read(body)?;
    let found = match reply.value("msginfo") {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    Ok(found
        .iter()
        .filter_map(Reply::from_value)
        .map(|it| BlockedText {
            id: it.optional_integer("id").unwrap_or(0),
            template_id: it.text_or_empty("tmpl_msg_id"),
            title: it.text_or_empty("title"),
            content: it.text_or_empty("content"),
            sent: it.optional_integer("send_timestamp").unwrap_or(0),
            openid: it.text_or_empty("openid"),
        })
        .collect())
}

#[derive(Serialize)]
struct Worded<'a> {
    value: &'a str,
}

/// `{"thing1":{"value":"…"}}`.
pub(super) fn as_values<S: Serializer>(data: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(data.len()))?;
    for (key, value) in data {
        map.serialize_entry(key, &Worded { value })?;
    }
    map.end()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_raw_utf8_in_the_given_order() {
        let message = TemplateMessage {
            touser: "o1".into(),
            template_id: "t".into(),
            url: None,
            miniprogram: None,
            data: vec![("thing2".into(), "取件\"码\"".into()), ("amount1".into(), "9元".into())],
            client_msg_id: "c1".into(),
        };
        let wanted =
            r#"{"touser":"o1","template_id":"t","data":{"thing2":{"value":"取件\"码\""},"amount1":{"value":"9元"}},"client_msg_id":"c1"}"#;
        assert_eq!(serde_json::to_string(&message).unwrap(), wanted);
    }

    #[test]
    fn message_ids_have_all_their_64_bits() {
        for body in [r#"{"errcode":0,"msgid":4082718932145831937}"#, r#"{"errcode":0,"msgid":"4082718932145831937"}"#] {
            assert_eq!(msgid(body.as_bytes()).unwrap(), Some(4_082_718_932_145_831_937));
        }
        for taken in [&br#"{"errcode":0,"errmsg":"ok"}"#[..], br#"{"errcode":0,"errmsg":"ok","msgid":0}"#] {
            assert_eq!(msgid(taken).unwrap(), None);
        }
        assert!(matches!(msgid(b"{}"), Err(Error::Unreadable(_))));
    }

    #[test]
    fn blocked_texts_come_as_object_list_or_nothing() {
        for (body, count) in [
            (r#"{"errcode":0,"msginfo":[]}"#, 0),
            (r#"{"errcode":0}"#, 0),
            (r#"{"errcode":0,"msginfo":[{"id":1},{"id":2}]}"#, 2),
            (r#"{"errcode":0,"msginfo":{"id":"7"}}"#, 1),
        ] {
            assert_eq!(blocked(body.as_bytes()).unwrap().len(), count, "{body}");
        }
    }
}
