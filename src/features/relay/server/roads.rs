//! Which paths of WeChat's may be called through us.

/// The first parts of paths that take the account's token.
const FAMILIES: [&str; 6] = ["cgi-bin", "wxa", "wxaapi", "customservice", "datacube", "card"];
/// Paths of a visitor's own token (docs/wechat-api.md §8.3). Those that want the AppSecret are not among them.
const VISITORS: [&str; 2] = ["sns/userinfo", "sns/auth"];
/// Paths inside the families that stay closed, with everything below them: tokens are this house's business, and quota resets are
/// few and concern everybody.
const CLOSED: [&str; 5] =
    ["cgi-bin/token", "cgi-bin/stable_token", "cgi-bin/component", "cgi-bin/clear_quota", "cgi-bin/openapi/quota/clear"];
/// Everything that goes out to followers.
const SENDING: &str = "cgi-bin/message";

/// How a path is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Road {
    /// With the account's token.
    Account {
        /// Whether it sends something to followers.
        sends: bool,
    },
    /// With the token that the caller brings, a visitor's.
    Visitor,
    /// The ticket, which the house keeps itself: WeChat allows very few fetches.
    Ticket,
}

/// The road of a raw path, without a slash in front and not decoded. `None` where it is closed.
///
/// Only plain parts pass: letters, digits, `_`, `-` and single dots inside. So there is nothing that one program could decode or
/// shorten to another path than the next.
pub fn road(path: &str) -> Option<Road> {
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.contains("..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    if path.len() > 200 || !path.contains('/') || !path.split('/').all(plain) {
        return None;
    }
    let lower = path.to_ascii_lowercase();
    let under = |head: &str| lower == head || lower.strip_prefix(head).is_some_and(|rest| rest.starts_with('/'));
    if VISITORS.contains(&path) {
        return Some(Road::Visitor);
    }
    if lower == "cgi-bin/ticket/getticket" {
        return Some(Road::Ticket);
    }
    let open = FAMILIES.iter().any(|family| under(family)) && !CLOSED.iter().any(|closed| under(closed));
    open.then(|| Road::Account { sends: under(SENDING) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_paths_are_open() {
        let plain = Some(Road::Account { sends: false });
        for path in [
            "cgi-bin/user/get",
            "cgi-bin/tokens",
            "cgi-bin/media/get/jssdk",
            "cgi-bin/openapi/quota/get",
            "wxa/sec/queryblocktmplmsg",
            "wxaapi/newtmpl/gettemplate",
            "customservice/kfaccount/add",
            "datacube/getusersummary",
        ] {
            assert_eq!(road(path), plain, "{path}");
        }
        for path in ["cgi-bin/message/template/send", "cgi-bin/message/custom/send", "CGI-BIN/Message/mass/sendall"] {
            assert_eq!(road(path), Some(Road::Account { sends: true }), "{path}");
        }
        assert_eq!(road("sns/userinfo"), Some(Road::Visitor));
        assert_eq!(road("cgi-bin/ticket/getticket"), Some(Road::Ticket));
    }

    #[test]
    fn everything_else_is_closed() {
        for path in [
            "",
            "cgi-bin",
            "cgi-bin/",
            "/cgi-bin/user/get",
            "cgi-bin//user/get",
            "cgi-bin/user/get/",
            "cgi-bin/token",
            "cgi-bin/Token",
            "cgi-bin/token/x",
            "cgi-bin/stable_token",
            "cgi-bin/clear_quota/v2",
            "cgi-bin/component/api_component_token",
            "sns/oauth2/access_token",
            "sns/oauth2/refresh_token",
            "sns/jscode2session",
            "SNS/userinfo",
            "connect/oauth2/authorize",
            "tcb/databasequery",
            "cgi-bin/../sns/oauth2/access_token",
            "cgi-bin/./token",
            "cgi-bin/user/..",
            "cgi-bin/%2e%2e/token",
            "cgi-bin%2ftoken",
            "cgi-bin/user%2fget",
            "cgi-bin\\token",
            "cgi-bin/user;x/get",
            "cgi-bin/user/get@evil.com",
            "cgi-bin/user:80/get",
            "cgi-bin/用户",
            "http://evil.com/cgi-bin/user/get",
        ] {
            assert_eq!(road(path), None, "{path}");
        }
        assert_eq!(road(&format!("cgi-bin/{}", "a".repeat(300))), None);
    }
}
