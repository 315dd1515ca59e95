//! Subscribe notifications (docs/wechat-api.md §7).

use secrecy::SecretString;
use serde::Serialize;

use super::{
    client::{Client, judged},
    error::Error,
    reply,
    template::{Miniprogram, as_values},
};

/// One notification to one person who has ticked its template. There is no number of the sender's in it: whoever repeats it after a
/// timeout may send it twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// The person's openid.
    pub touser: String,
    /// The template's id; templates of notifications are not those of template messages.
    pub template_id: String,
    /// The page that a tap opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The mini program that a tap opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub miniprogram: Option<Miniprogram>,
    /// Key and value of every placeholder.
    #[serde(serialize_with = "as_values")]
    pub data: Vec<(String, String)>,
}

impl Client {
    /// Sends a notification. Its `msgid`, where WeChat tells one: no description promises it.
    ///
    /// # Errors
    /// 43101: the person has not ticked the template, or refuses; 43107, 43108: no right, or no such template; see §7. After
    /// [`Error::Timeout`] or [`Error::Unreadable`] it is unknown whether WeChat took it.
    pub async fn notify(&self, token: &SecretString, notification: &Notification) -> Result<Option<i64>, Error> {
        let path = "/cgi-bin/message/subscribe/bizsend";
        judged(path, msgid(&self.post_with(path, token, notification).await?))
    }
}

fn msgid(body: &[u8]) -> Result<Option<i64>, Error> {
    let reply = reply::read(body)?;
    // Nothing else in the answer says that it was taken.
    if reply.optional_integer("errcode").is_none() {
        return Err(reply::unreadable("errcode is missing"));
    }
    Ok(reply.optional_integer("msgid"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn it_goes_out_as_the_page_has_it() {
        let one = Notification {
            touser: "o1".into(),
            template_id: "t".into(),
            page: Some("https://h5.example.com/".into()),
            miniprogram: None,
            data: vec![("thing1".into(), "亲子观鸟".into())],
        };
        let wanted = r#"{"touser":"o1","template_id":"t","page":"https://h5.example.com/","data":{"thing1":{"value":"亲子观鸟"}}}"#;
        assert_eq!(serde_json::to_string(&one).unwrap(), wanted);
    }

    #[test]
    fn a_msgid_may_come_or_not() {
        assert_eq!(msgid(br#"{"errcode":0,"errmsg":"ok"}"#).unwrap(), None);
        assert_eq!(msgid(br#"{"errcode":0,"errmsg":"ok","msgid":1700827132819554304}"#).unwrap(), Some(1_700_827_132_819_554_304));
        assert!(matches!(msgid(b"{}"), Err(Error::Unreadable(_))));
        assert!(matches!(
            msgid(br#"{"errcode":43101,"errmsg":"user refuse to accept the msg"}"#),
            Err(Error::Platform { errcode: 43101, .. })
        ));
    }
}
