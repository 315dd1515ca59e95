//! Where the links of messages may lead: hosts an account's administrator listed. Without a list they lead anywhere on the web, as WeChat
//! itself allows; with one, whoever gets hold of a key or a session cannot send followers to a page of their own.

use url::Url;

use crate::{
    features::{accounts::server::js_domain, messages::server::Messages},
    shared::{error::FieldError, lang::Said},
    ui::texts::rules as w,
};

/// The most hosts of an account.
const MOST: usize = 50;
/// Before a host: its sub-domains, too.
const BELOW: &str = "*.";

/// Reads hosts as typed, one a line or with commas between; `*.example.com` stands for `example.com` and everything below it.
///
/// # Errors
/// The first line that is no host, or too many.
pub(in super::super) fn read(typed: &str) -> Result<Vec<String>, FieldError> {
    let mut hosts = Vec::new();
    for line in typed.split([',', '，', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
        let (below, bare) = line.strip_prefix(BELOW).map_or(("", line), |bare| (BELOW, bare));
        let host = js_domain(bare).map_err(|said| FieldError::new("link_hosts", "bad_host", said))?;
        let host = format!("{below}{host}");
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    if hosts.len() > MOST {
        let said = Said::new(format!("最多 {MOST} 个"), format!("At most {MOST}"));
        return Err(FieldError::new("link_hosts", "too_many", said));
    }
    Ok(hosts)
}

/// Whether an address leads to one of the hosts, as a browser reads it.
fn leads_to(url: &str, hosts: &[String]) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    hosts.iter().any(|listed| match listed.strip_prefix(BELOW) {
        Some(parent) => host == parent || host.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.')),
        None => listed.trim_start_matches('[').trim_end_matches(']') == bare,
    })
}

impl Messages {
    /// What is wrong with where messages lead, if they lead anywhere; whether these are addresses at all was asked before.
    ///
    /// # Errors
    /// The database.
    pub async fn link_fault(&self, app_id: &str, urls: &[&str]) -> Result<Option<FieldError>, sqlx::Error> {
        if urls.is_empty() {
            return Ok(None);
        }
        let hosts = self.rules(app_id).await?.link_hosts;
        let fine = hosts.is_empty() || urls.iter().all(|url| leads_to(url, &hosts));
        Ok((!fine).then(|| FieldError::new("url", "url_not_allowed", w::LINK_NOT_ALLOWED)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_they_are_compared() {
        assert_eq!(
            read(" H5.example.com, *.青禾.example\n\nh5.example.com:8443 ").expect("fine"),
            ["h5.example.com", "*.xn--2lzs91d.example"]
        );
        assert_eq!(read("\n ").expect("fine"), Vec::<String>::new());
        for bad in ["https://a.example", "a.example/x", "*", "*.", "a.*.example", "*.*.example", "a@b.example", ".example", "a..b"] {
            assert_eq!(read(bad).expect_err(bad).code, "bad_host", "{bad}");
        }
        let many: String = (0..=MOST).map(|at| format!("h{at}.example\n")).collect();
        assert_eq!(read(&many).expect_err("too many").code, "too_many");
    }

    #[test]
    fn a_link_leads_where_a_browser_would_go() {
        let hosts: Vec<String> =
            ["good.example", "*.qinghe.example", "127.0.0.1", "xn--fiqs8s.example", "[::1]"].map(str::to_owned).to_vec();
        for good in [
            "https://good.example/a?b=evil.example",
            "HTTP://GOOD.example:8443",
            "https://qinghe.example",
            "https://a.b.qinghe.example/#x",
            "http://127.0.0.1:8080/h5",
            "https://中国.example/",
            "http://[::1]:80/",
            "http://0x7f.1/",
        ] {
            assert!(leads_to(good, &hosts), "{good}");
        }
        for bad in [
            "https://evil.example/?x=good.example",
            "https://good.example.evil.example",
            "https://good.example@evil.example/",
            "https://evilqinghe.example",
            "https://below.good.example",
            "https://good.example./",
            "https://good%2eexample.evil.example/",
            "https:/\\evil.example/good.example",
            "nonsense",
        ] {
            assert!(!leads_to(bad, &hosts), "{bad}");
        }
    }
}
