//! Subscribe notifications (docs/wechat-api.md §7).

use secrecy::SecretString;
use serde::Serialize;

use super::{
    client::{Client, judged},
    error::Error,
    reply,
    template::{Miniprogram, Template, as_values, msgid},
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
    /// The account's templates for notifications. They have no industries.
    ///
    /// # Errors
    /// 48001 and its like: the account has no such notifications.
    pub async fn notification_templates(&self, token: &SecretString) -> Result<Vec<Template>, Error> {
        let path = "/wxaapi/newtmpl/gettemplate";
        judged(path, template_list(&self.get_with(path, token, &[]).await?))
    }

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

fn template_list(body: &[u8]) -> Result<Vec<Template>, Error> {
    reply::read(body)?.objects("data", |it| {
        Ok(Template {
            template_id: it.text("priTmplId")?,
            title: it.text_or_empty("title"),
            primary_industry: String::new(),
            deputy_industry: String::new(),
            content: it.text_or_empty("content"),
            example: it.text_or_empty("example"),
        })
    })
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
    fn templates_are_listed_under_another_name() {
        let body = r#"{"errcode":0,"errmsg":"ok","data":[{"priTmplId":"p1","title":"报名结果通知","content":"会议时间:{{date2.DATA}}\n","type":2}]}"#;
        let [one] = template_list(body.as_bytes()).unwrap().try_into().unwrap();
        assert_eq!(
            (one.template_id.as_str(), one.title.as_str(), one.content.as_str()),
            ("p1", "报名结果通知", "会议时间:{{date2.DATA}}\n")
        );
        assert!(template_list(br#"{"errcode":0,"data":[]}"#).unwrap().is_empty());
        assert!(matches!(template_list(br#"{"errcode":48001}"#), Err(Error::Platform { errcode: 48001, .. })));
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
