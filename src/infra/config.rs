//! Settings: a command-line option, or its `WXDESK_` environment variable, in that order. The doc comments here are the manual.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;
use url::Url;

use super::net;

/// Where the data lies: needed by every command.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Data folder: database, pictures, keys. With --sandbox, `-sandbox` is added to its name
    #[arg(long, env = "WXDESK_DATA", default_value = "./data", value_name = "FOLDER", global = true)]
    pub data: PathBuf,
    /// Key that encrypts secrets at rest [default: master.key in the data folder]
    #[arg(long, env = "WXDESK_MASTER_KEY_FILE", value_name = "FILE", global = true)]
    pub master_key_file: Option<PathBuf>,
    /// What to log, as a tracing filter; text on a terminal, JSON otherwise [default: info for serve and sandbox, off for other commands]
    #[arg(long, env = "WXDESK_LOG", default_value = "", hide_default_value = true, value_name = "FILTER", global = true, value_parser = log_filter)]
    pub log: String,
}

impl Place {
    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.data.join("wxdesk.db")
    }

    /// The folder of pictures.
    pub fn media(&self) -> PathBuf {
        self.data.join("media")
    }

    /// The folder of journals of calls.
    pub fn calls(&self) -> PathBuf {
        self.data.join("calls")
    }

    /// The master key's file.
    pub fn master_key(&self) -> PathBuf {
        self.master_key_file.clone().unwrap_or_else(|| self.data.join("master.key"))
    }

    /// The same place for the simulator's own data: `{data}-sandbox`.
    pub fn sandbox(mut self) -> Self {
        let mut name = self.data.file_name().map_or_else(|| "data".into(), std::ffi::OsStr::to_os_string);
        name.push("-sandbox");
        self.data.set_file_name(name);
        self
    }
}

/// What `wxdesk serve` takes.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Address of the public listener
    #[arg(long, env = "WXDESK_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Address of /healthz, /readyz and /metrics; never on the public listener
    #[arg(long, env = "WXDESK_OPS_LISTEN", default_value = "127.0.0.1:3001", value_name = "ADDRESS")]
    pub ops_listen: SocketAddr,
    /// How browsers and WeChat reach us; https turns on Secure cookies and HSTS [default: http://{listen}]
    #[arg(long, env = "WXDESK_PUBLIC_URL", value_name = "URL", value_parser = web_address)]
    pub public_url: Option<String>,
    /// Networks or addresses of proxies whose word about client addresses is believed; repeat it or separate by commas [default: none]
    #[arg(long, env = "WXDESK_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = proxy)]
    pub trusted_proxy: Vec<Proxy>,
    /// Template messages per account and second; 0 means no cap
    #[arg(long, env = "WXDESK_SEND_RATE", default_value_t = 50, value_name = "N")]
    pub send_rate: u32,
    /// Template messages under way at once
    #[arg(long, env = "WXDESK_SEND_PARALLEL", default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub send_parallel: u32,
    /// A message not sent within this time fails with reason too_late (such as 30m, 24h, 2d; 7d at most)
    #[arg(long, env = "WXDESK_MESSAGE_TTL", default_value = "24h", value_name = "TIME", value_parser = message_ttl)]
    pub message_ttl: Duration,
    /// Signatures per client address and second; 0 means no limit
    #[arg(long, env = "WXDESK_SIGNATURE_RATE", default_value_t = 200, value_name = "N")]
    pub signature_rate: u32,
    /// Calls per API key and second, four times as many at once; 0 means no limit
    #[arg(long, env = "WXDESK_KEY_RATE", default_value_t = 1000, value_name = "N")]
    pub key_rate: u32,
    /// Redis that accounts may copy token and ticket to, as redis://[user:password@]host:port/number; better as the variable, which other
    /// users of the machine do not see [default: none]
    #[arg(long, env = "WXDESK_REDIS_URL", hide_env_values = true, value_name = "URL", value_parser = secret)]
    pub redis_url: Option<SecretString>,
    /// Run with a simulator of the WeChat platform inside, one ready account and demo data [default: off]
    #[arg(long, env = "WXDESK_SANDBOX", value_parser = switch)]
    pub sandbox: bool,
    /// Address of the simulator (with --sandbox); loopback only
    #[arg(long, env = "WXDESK_SANDBOX_LISTEN", default_value = "127.0.0.1:3002", value_name = "ADDRESS")]
    pub sandbox_listen: SocketAddr,
}

impl Settings {
    /// The public address without a final slash.
    pub fn public_url(&self) -> String {
        let set = self.public_url.clone().filter(|url| !url.is_empty());
        set.unwrap_or_else(|| format!("http://{}", self.listen)).trim_end_matches('/').to_owned()
    }

    /// The address of Redis, where one is named. It may hold a password.
    pub fn redis(&self) -> Option<&SecretString> {
        self.redis_url.as_ref().filter(|url| !url.expose_secret().is_empty())
    }

    /// Networks of proxies whose word is believed.
    pub fn trusted_proxies(&self) -> Vec<IpNet> {
        self.trusted_proxy.iter().filter_map(|proxy| proxy.0).collect()
    }

    /// Whether browsers reach us by https, which turns on Secure cookies and HSTS.
    pub fn secure(&self) -> bool {
        self.public_url().starts_with("https://")
    }
}

/// A text that is never shown. It is looked at where it is used, for a refusal here would repeat it.
fn secret(text: &str) -> Result<SecretString, std::convert::Infallible> {
    Ok(SecretString::from(text.trim()))
}

/// A piece of `--trusted-proxy`. An empty one, as of a variable that is set to nothing, names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proxy(Option<IpNet>);

fn proxy(text: &str) -> Result<Proxy, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Proxy(None));
    }
    net::read_network(text).map(|net| Proxy(Some(net))).ok_or_else(|| format!("{text:?} is no address or network such as 10.0.0.0/8"))
}

/// A switch as people write it in environment files; set to nothing it is off.
fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" | "y" | "t" => Ok(true),
        "" | "0" | "false" | "no" | "off" | "n" | "f" => Ok(false),
        _ => Err(format!("{text:?} is neither 1 (on) nor 0 (off)")),
    }
}

fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.trim().to_owned()).map_err(|_| "no tracing filter, such as info or wxdesk=debug".to_owned())
}

/// Reads the address of a site, as browsers open it; nothing stays nothing, as of a variable that is set to nothing.
///
/// # Errors
/// A sentence for the command line.
pub fn web_address(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let site = |url: &Url| {
        let plain = url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && plain
    };
    let (_, rest) = text.split_once("://").unwrap_or_default();
    let url = Url::parse(text).ok().filter(|url| !rest.is_empty() && site(url));
    url.map(|url| format!("{}://{rest}", url.scheme())).ok_or_else(|| "no web address, such as https://wx.example.com".to_owned())
}

/// Reads a span such as `90s`, `30m`, `24h`, `2d`, or plain seconds.
///
/// # Errors
/// A sentence for the command line.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(format!("{text:?} is not a time such as 90s, 30m, 24h or 2d")),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|n| n.checked_mul(factor))
        .map(Duration::from_secs)
        .ok_or_else(|| format!("{text:?} is not a time such as 90s, 30m, 24h or 2d"))
}

/// How long messages may wait: as the API takes it, one second to seven days.
fn message_ttl(text: &str) -> Result<Duration, String> {
    let span = parse_span(text)?;
    let fits = (1..=7 * 86_400).contains(&span.as_secs());
    if fits { Ok(span) } else { Err("a message waits one second at least and 7d at most".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_written() {
        assert_eq!((message_ttl("1"), message_ttl("7d")), (Ok(Duration::from_secs(1)), Ok(Duration::from_secs(7 * 86_400))));
        assert!(message_ttl("0").is_err() && message_ttl("169h").is_err());
        assert_eq!(parse_span("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_span("90"), Ok(Duration::from_secs(90)));
        assert!(parse_span("3w").is_err() && parse_span("h").is_err() && parse_span("99999999999999999999d").is_err());
    }

    #[test]
    fn variables_read_as_people_write_them() {
        assert_eq!(["1", "true", "YES", "on"].map(switch), [const { Ok(true) }; 4]);
        assert_eq!(["0", "false", "No", "off", ""].map(switch), [const { Ok(false) }; 5]);
        assert!(switch("perhaps").is_err());
        let net = |text: &str| proxy(text).map(|proxy| proxy.0.map(|net| net.to_string()));
        assert_eq!(net("10.0.0.7"), Ok(Some("10.0.0.7/32".into())));
        assert_eq!(net("10.0.0.7/8"), Ok(Some("10.0.0.0/8".into())));
        assert_eq!((net(""), net("proxy").is_err()), (Ok(None), true));
        assert_eq!(web_address("HTTPS://wx.example.com:8443/"), Ok("https://wx.example.com:8443/".into()));
        assert_eq!(web_address(""), Ok(String::new()));
        for bad in
            ["wx.example.com", "https:wx.example.com", "ftp://wx.example.com", "https://", "https://a@b.example", "https://b.example/?x"]
        {
            assert!(web_address(bad).is_err(), "{bad}");
        }
        assert!(log_filter("info,wxdesk=debug").is_ok() && log_filter("wxdesk=loud").is_err());
    }

    #[test]
    fn the_sandbox_has_a_folder_of_its_own() {
        let place = Place { data: "/srv/data".into(), master_key_file: None, log: String::new() }.sandbox();
        assert_eq!(place.database(), PathBuf::from("/srv/data-sandbox/wxdesk.db"));
        assert_eq!(
            Place { data: "./data".into(), master_key_file: None, log: String::new() }.sandbox().data,
            PathBuf::from("./data-sandbox")
        );
    }
}
