//! Followers and tags (docs/wechat-api.md §9).

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    client::{Client, judged},
    error::Error,
    reply::{self, Reply},
};

/// One page of openids, at most 10,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowerPage {
    /// All followers of the account; for a tag the size of this page.
    pub total: i64,
    /// The openids of this page.
    pub openids: Vec<String>,
    /// Where the next page starts. May be there on the last page too: go on until a page holds fewer than 10,000.
    pub next_openid: String,
}

/// A follower, as far as WeChat still tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfo {
    /// Whether the person follows the account; if not, only the ids are filled.
    pub subscribe: bool,
    /// The person, for this account.
    pub openid: String,
    /// The person, across accounts.
    pub unionid: Option<String>,
    /// Unix seconds.
    pub subscribe_time: Option<i64>,
    /// The operator's remark in the console.
    pub remark: String,
    /// Ids of the tags.
    pub tagid_list: Vec<i64>,
    /// By which way the person came.
    pub subscribe_scene: Option<String>,
    /// Blank since 2021-12-27.
    pub nickname: Option<String>,
}

/// A tag of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// How many followers have it.
    pub count: i64,
}

impl Client {
    /// A page of followers; `next_openid` is blank for the first (500 calls a day).
    ///
    /// # Errors
    /// 40001 and its like: stale token; 45009: quota.
    pub async fn followers(&self, token: &SecretString, next_openid: &str) -> Result<FollowerPage, Error> {
        let path = "/cgi-bin/user/get";
        judged(path, follower_page(&self.get_with(path, token, &[("next_openid", next_openid)]).await?))
    }

    /// A page of the followers with a tag.
    ///
    /// # Errors
    /// As for [`Client::followers`].
    pub async fn tag_members(&self, token: &SecretString, tag_id: i64, next_openid: &str) -> Result<FollowerPage, Error> {
        let path = "/cgi-bin/user/tag/get";
        let body = json!({ "tagid": tag_id, "next_openid": next_openid });
        judged(path, follower_page(&self.post_with(path, token, &body).await?))
    }

    /// One person.
    ///
    /// # Errors
    /// 40003: no openid of this account.
    pub async fn user_info(&self, token: &SecretString, openid: &str) -> Result<UserInfo, Error> {
        let path = "/cgi-bin/user/info";
        let body = self.get_with(path, token, &[("openid", openid), ("lang", "zh_CN")]).await?;
        judged(path, reply::read(&body).and_then(|it| user(&it)))
    }

    /// Up to 100 people at once.
    ///
    /// # Errors
    /// 40003: one of them is no openid of this account.
    pub async fn users_info(&self, token: &SecretString, openids: &[String]) -> Result<Vec<UserInfo>, Error> {
        let path = "/cgi-bin/user/info/batchget";
        judged(path, users(&self.post_with(path, token, &users_request(openids)).await?))
    }

    /// The account's tags.
    ///
    /// # Errors
    /// As for [`Client::followers`].
    pub async fn tags(&self, token: &SecretString) -> Result<Vec<Tag>, Error> {
        let path = "/cgi-bin/tags/get";
        judged(path, tag_list(&self.get_with(path, token, &[]).await?))
    }
}

pub(super) fn users_request(openids: &[String]) -> Value {
    let list: Vec<Value> = openids.iter().map(|openid| json!({ "openid": openid, "lang": "zh_CN" })).collect();
    json!({ "user_list": list })
}

pub(super) fn follower_page(body: &[u8]) -> Result<FollowerPage, Error> {
    let reply = reply::read(body)?;
    let openids = match reply.object("data") {
        Some(data) => data.texts("openid")?,
        None if reply.optional_integer("count").unwrap_or(0) == 0 => Vec::new(),
        None => return Err(reply::unreadable("data is missing")),
    };
    let total = reply.optional_integer("total").or_else(|| reply.optional_integer("count")).unwrap_or(0);
    Ok(FollowerPage { total, openids, next_openid: reply.text_or_empty("next_openid") })
}

pub(super) fn user(it: &Reply) -> Result<UserInfo, Error> {
    Ok(UserInfo {
        subscribe: it.integer("subscribe")? == 1,
        openid: it.text("openid")?,
        unionid: it.optional_text("unionid"),
        subscribe_time: it.optional_integer("subscribe_time"),
        remark: it.text_or_empty("remark"),
        tagid_list: it.list_or_empty("tagid_list").iter().filter_map(Value::as_i64).collect(),
        subscribe_scene: it.optional_text("subscribe_scene"),
        nickname: it.optional_text("nickname"),
    })
}

pub(super) fn users(body: &[u8]) -> Result<Vec<UserInfo>, Error> {
    reply::read(body)?.objects("user_info_list", user)
}

pub(super) fn tag_list(body: &[u8]) -> Result<Vec<Tag>, Error> {
    reply::read(body)?.objects("tags", |it| {
        Ok(Tag { id: it.integer("id")?, name: it.text_or_empty("name"), count: it.optional_integer("count").unwrap_or(0) })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;

    #[test]
    fn an_empty_page_has_no_data_and_a_full_one_must() {
        let page = follower_page(br#"{"total":3,"count":0,"next_openid":""}"#).unwrap();
        assert_eq!(page, FollowerPage { total: 3, openids: vec![], next_openid: String::new() });
        assert!(matches!(follower_page(br#"{"total":3,"count":3,"next_openid":"x"}"#), Err(Error::Unreadable(_))));
        assert_eq!(follower_page(br#"{"total":"1","count":"1","data":{"openid":["a"]}}"#).unwrap().openids, ["a"]);
    }

    #[test]
    fn a_person_without_openid_is_unreadable() {
        assert!(users(br#"{"user_info_list":[{"subscribe":1}]}"#).is_err());
        assert!(users(br#"{"user_info_list":["x"]}"#).is_err());
        assert!(users(br#"{"user_info_list":[]}"#).unwrap().is_empty());
    }
}
