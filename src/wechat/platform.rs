//! Address lists, quotas and the network check (docs/wechat-api.md §4).

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::{
    client::{Client, judged},
    error::Error,
    reply,
};

/// How much of a call's day quota is spent. Fields that WeChat leaves out are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls a day; 0 where WeChat does not say.
    pub daily_limit: i64,
    /// Calls made today.
    pub used: i64,
    /// Calls left today.
    pub remain: i64,
}

/// What WeChat's network check of the callback host found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackCheck {
    /// The addresses found by name.
    pub dns: Vec<AddressProbe>,
    /// How they answered.
    pub ping: Vec<PingProbe>,
}

/// An address of the callback host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressProbe {
    /// The address.
    pub ip: String,
    /// The network operator it belongs to.
    pub operator: String,
}

/// A ping to an address of the callback host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PingProbe {
    /// The address.
    pub ip: String,
    /// The network operator from which it was tried.
    pub operator: String,
    /// Such as `0%`.
    pub loss: String,
    /// Such as `23.079ms`.
    pub time: String,
}

impl Client {
    /// The day quota of one call, by its path with a leading slash.
    ///
    /// # Errors
    /// 76021: unknown path; 76022: no right.
    pub async fn quota(&self, token: &SecretString, cgi_path: &str) -> Result<Quota, Error> {
        let path = "/cgi-bin/openapi/quota/get";
        judged(path, read_quota(&self.post_with(path, token, &quota_request(cgi_path)).await?))
    }

    /// Sets the counts of all calls of the account back; 10 times a month.
    ///
    /// # Errors
    /// 48006: spent.
    pub async fn clear_quota(&self, token: &SecretString, app_id: &str) -> Result<(), Error> {
        let path = "/cgi-bin/clear_quota";
        judged(path, reply::done(&self.post_with(path, token, &json!({ "appid": app_id })).await?))
    }

    /// The same without a token, for when the token call itself is used up.
    ///
    /// # Errors
    /// 48006: spent.
    pub async fn clear_quota_by_secret(&self, app_id: &str, secret: &SecretString) -> Result<(), Error> {
        let path = "/cgi-bin/clear_quota/v2";
        judged(path, reply::done(&self.post(path, &clear_request(app_id, secret)).await?))
    }

    /// The addresses, single or CIDR, that callbacks come from. Not complete in practice: warn by it, do not block.
    ///
    /// # Errors
    /// 40001 and its like: stale token.
    pub async fn callback_ips(&self, token: &SecretString) -> Result<Vec<String>, Error> {
        let path = "/cgi-bin/getcallbackip";
        judged(path, ip_list(&self.get_with(path, token, &[]).await?))
    }

    /// The addresses of the API host, for outgoing firewalls.
    ///
    /// # Errors
    /// 40001 and its like: stale token.
    pub async fn api_ips(&self, token: &SecretString) -> Result<Vec<String>, Error> {
        let path = "/cgi-bin/get_api_domain_ip";
        judged(path, ip_list(&self.get_with(path, token, &[]).await?))
    }

    /// Lets WeChat check name and reachability of the callback host, from the operator it thinks best.
    ///
    /// # Errors
    /// 40201 to 40203: no callback address is set, or a bad one.
    pub async fn callback_check(&self, token: &SecretString) -> Result<CallbackCheck, Error> {
        let path = "/cgi-bin/callback/check";
        let body = json!({ "action": "all", "check_operator": "DEFAULT" });
        judged(path, read_check(&self.post_with(path, token, &body).await?))
    }
}

pub(super) fn quota_request(cgi_path: &str) -> Value {
    json!({ "cgi_path": cgi_path })
}

pub(super) fn clear_request(app_id: &str, secret: &SecretString) -> Value {
    json!({ "appid": app_id, "appsecret": secret.expose_secret() })
}

pub(super) fn read_quota(body: &[u8]) -> Result<Quota, Error> {
    let quota = reply::read(body)?.object("quota").ok_or_else(|| reply::unreadable("quota is missing"))?;
    let number = |name| quota.optional_integer(name).unwrap_or(0);
    Ok(Quota { daily_limit: number("daily_limit"), used: number("used"), remain: number("remain") })
}

pub(super) fn ip_list(body: &[u8]) -> Result<Vec<String>, Error> {
    reply::read(body)?.texts("ip_list")
}

pub(super) fn read_check(body: &[u8]) -> Result<CallbackCheck, Error> {
    let reply = reply::read(body)?;
    if reply.value("dns").is_none() && reply.value("ping").is_none() {
        return Err(reply::unreadable("dns and ping are missing"));
    }
    let each = |name: &str| -> Vec<_> { reply.list_or_empty(name).iter().filter_map(reply::Reply::from_value).collect() };
    let dns = each("dns");
    let ping = each("ping");
    Ok(CallbackCheck {
        dns: dns.iter().map(|it| AddressProbe { ip: it.text_or_empty("ip"), operator: it.text_or_empty("real_operator") }).collect(),
        ping: ping
            .iter()
            .map(|it| PingProbe {
                ip: it.text_or_empty("ip"),
                operator: it.text_or_empty("from_operator"),
                loss: it.text_or_empty("package_loss"),
                time: it.text_or_empty("time"),
            })
            .collect(),
    })
}
