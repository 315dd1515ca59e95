//! Settings: a command-line option, or its `WXDESK_` environment variable, in that order. The doc comments here are the manual.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use ipnet::IpNet;

/// Where the data lies: needed by every command.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Data folder: database, pictures, keys. With --sandbox, `-sandbox` is added to its name
    #[arg(long, env = "WXDESK_DATA", default_value = "./data", value_name = "FOLDER", global = true)]
    pub data: PathBuf,
    /// Key that encrypts secrets at rest [default: master.key in the data folder]
    #[arg(long, env = "WXDESK_MASTER_KEY_FILE", value_name = "FILE", global = true)]
    pub master_key_file: Option<PathBuf>,
    /// What to log, as a tracing filter; text on a terminal, JSON otherwise
    #[arg(long, env = "WXDESK_LOG", default_value = "info", value_name = "FILTER", global = true)]
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
    #[arg(long, env = "WXDESK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Networks of proxies whose word about client addresses is believed [default: none]
    #[arg(long, env = "WXDESK_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpNet>,
    /// Template messages per account and second; 0 means no cap
    #[arg(long, env = "WXDESK_SEND_RATE", default_value_t = 50, value_name = "N")]
    pub send_rate: u32,
    /// Template messages under way at once
    #[arg(long, env = "WXDESK_SEND_PARALLEL", default_value_t = 32, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub send_parallel: u32,
    /// A message not sent within this time fails with reason too_late (such as 30m, 24h, 2d)
    #[arg(long, env = "WXDESK_MESSAGE_TTL", default_value = "24h", value_name = "TIME", value_parser = parse_span)]
    pub message_ttl: Duration,
    /// Signatures per client address and second; 0 means no limit
    #[arg(long, env = "WXDESK_SIGNATURE_RATE", default_value_t = 200, value_name = "N")]
    pub signature_rate: u32,
    /// Run with a simulator of the WeChat platform inside, one ready account and demo data
    #[arg(long, env = "WXDESK_SANDBOX")]
    pub sandbox: bool,
    /// Address of the simulator (with --sandbox); loopback only
    #[arg(long, env = "WXDESK_SANDBOX_LISTEN", default_value = "127.0.0.1:3002", value_name = "ADDRESS")]
    pub sandbox_listen: SocketAddr,
}

impl Settings {
    /// The public address without a final slash.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen)).trim_end_matches('/').to_owned()
    }

    /// Whether browsers reach us by https, which turns on Secure cookies and HSTS.
    pub fn secure(&self) -> bool {
        self.public_url().starts_with("https://")
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_as_written() {
        assert_eq!(parse_span("24h"), Ok(Duration::from_secs(86_400)));
        assert_eq!(parse_span("90"), Ok(Duration::from_secs(90)));
        assert!(parse_span("3w").is_err() && parse_span("h").is_err() && parse_span("99999999999999999999d").is_err());
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
