//! `wxdesk key …`

use clap::{Subcommand, builder::PossibleValuesParser, builder::TypedValueParser};
use ipnet::IpNet;
use secrecy::ExposeSecret;

use super::open;
use crate::{
    features::users::{
        key_model::{self, KeyRow, Standing},
        server::{
            Users,
            keys::{NewKey, read_addresses},
            people::By,
        },
    },
    infra::{Core, config},
    shared::{rights::Scope, time},
};

#[derive(Subcommand, Debug)]
pub enum Key {
    /// Make an API key and print it, once, alone on standard output
    Create {
        /// The system that will use it [required]
        name: String,
        /// What it may do; may be repeated or comma-separated [required]
        #[arg(long, required = true, value_delimiter = ',', value_parser = scopes())]
        scope: Vec<Scope>,
        /// The one account (AppID) it may act for [default: all]
        #[arg(long, value_name = "APPID")]
        account: Option<String>,
        /// How long it is good for, such as 30d, 12h, or never
        #[arg(long, default_value = "90d", value_name = "TIME", value_parser = span)]
        expires: Span,
        /// Networks or addresses it may be used from; may be repeated or comma-separated [default: anywhere]
        #[arg(long, value_name = "CIDR", value_delimiter = ',', value_parser = network)]
        ip: Vec<IpNet>,
        /// How many messages it may send a day, China's, batches included [default: no limit]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=key_model::MOST_DAILY))]
        daily_messages: Option<i64>,
        /// How many calls a day, China's, it may have handed on to WeChat through /wx/ [default: no limit]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=key_model::MOST_DAILY))]
        daily_calls: Option<i64>,
    },
    /// List keys: prefix, name, state, scopes, end, last use
    List,
    /// Give a key a new secret and print it, once, alone on standard output; the old one stays good for a while
    Rotate {
        /// Name, or prefix as key list shows it [required]
        key: String,
        /// How long the old secret stays good
        #[arg(long, default_value = "24h", value_name = "TIME", value_parser = ["1h", "24h", "7d"])]
        overlap: String,
    },
    /// End the secret that rotate replaced, at once
    EndOld {
        /// Name, or prefix as key list shows it [required]
        key: String,
    },
    /// Take a key back, by its name or prefix
    Revoke {
        /// Name, or prefix as key list shows it [required]
        key: String,
    },
}

/// How long a key is good for, in milliseconds; `None` for ever.
#[derive(Clone, Copy, Debug)]
pub struct Span(Option<i64>);

fn span(text: &str) -> Result<Span, String> {
    if text == "never" {
        return Ok(Span(None));
    }
    let span = config::parse_span(text)?;
    i64::try_from(span.as_millis())
        .ok()
        .filter(|millis| (1..=100 * 366 * time::DAY).contains(millis))
        .map(|millis| Span(Some(millis)))
        .ok_or_else(|| format!("{text:?} is not between one second and a hundred years"))
}

fn network(text: &str) -> Result<IpNet, String> {
    match read_addresses(text).as_deref() {
        Ok([net]) => Ok(*net),
        _ => Err(format!("{text:?} is no address or network such as 203.0.113.0/24")),
    }
}

fn scopes() -> impl TypedValueParser<Value = Scope> {
    PossibleValuesParser::new(Scope::ALL.map(Scope::word)).try_map(|word| Scope::parse(&word).ok_or("no such scope"))
}

/// Runs one of the commands.
pub async fn run(place: config::Place, command: Key) -> anyhow::Result<()> {
    let core = open::core(&place).await?;
    let users = open::users(&core).await?;
    let done = act(&core, &users, command).await;
    core.db.close().await;
    done
}

async fn act(core: &Core, users: &Users, command: Key) -> anyhow::Result<()> {
    match command {
        Key::Create { name, scope, account, expires, ip, daily_messages, daily_calls } => {
            let name = name.trim().to_owned();
            key_model::check_name(&name).map_err(|said| open::WrongUsage(format!("The name cannot be used. {}", said.en)))?;
            if let Some(app_id) = &account
                && !users.knows_account(app_id)
            {
                anyhow::bail!("There is no account {app_id:?}. wxdesk account list shows which there are.");
            }
            let expires_at = expires.0.map(|span| core.now() + span);
            let scopes = Scope::ALL.into_iter().filter(|known| scope.contains(known)).collect();
            let new =
                NewKey { name: name.clone(), scopes, account, addresses: ip, owner_id: None, expires_at, daily_messages, daily_calls };
            let key = users.keys.create(&By::command(), new).await?;
            let key = key.ok_or_else(|| anyhow::anyhow!("There is a key {name:?} already. Choose another name, or revoke that one."))?;
            println!("{}", key.expose_secret());
            Ok(())
        }
        Key::List => {
            let now = core.now();
            users.keys.all().await?.iter().for_each(|key| println!("{}", line(key, now)));
            Ok(())
        }
        Key::Rotate { key, overlap } => {
            let all = users.keys.all().await?;
            let picked = pick(&all, &key)?;
            let overlap = config::parse_span(&overlap).map_err(open::WrongUsage)?;
            let overlap = i64::try_from(overlap.as_millis()).unwrap_or(i64::MAX);
            let fresh = users.keys.rotate(&By::command(), picked, overlap).await?;
            let fresh = fresh.ok_or_else(|| {
                anyhow::anyhow!("The key has ended, or the secret replaced last is still good. wxdesk key end-old {key:?} ends that one.")
            })?;
            println!("{}", fresh.expose_secret());
            Ok(())
        }
        Key::EndOld { key } => {
            let all = users.keys.all().await?;
            let picked = pick(&all, &key)?;
            let ended = users.keys.end_old(&By::command(), picked).await?;
            anyhow::ensure!(ended, "No old secret of {:?} is good any more.", picked.name);
            println!("Ended: the old secret of {}.", picked.name);
            Ok(())
        }
        Key::Revoke { key } => {
            let all = users.keys.all().await?;
            let picked = pick(&all, &key)?;
            users.keys.revoke(&By::command(), picked).await?;
            println!("Revoked: {} ({}).", picked.name, picked.prefix);
            Ok(())
        }
    }
}

/// The one living key of this name or this prefix. In an emergency the wrong one must not go in the leaked one's place.
fn pick<'a>(all: &'a [KeyRow], wanted: &str) -> anyhow::Result<&'a KeyRow> {
    let fits = |key: &&KeyRow| key.revoked_at.is_none() && (key.name == wanted || key.prefix == wanted);
    match all.iter().filter(fits).collect::<Vec<_>>().as_slice() {
        [one] => Ok(one),
        [] => anyhow::bail!("There is no living key {wanted:?}. wxdesk key list shows names and prefixes."),
        _ => anyhow::bail!("Several keys are called {wanted:?} or begin with it. Name one in another way; wxdesk key list shows them."),
    }
}

fn line(key: &KeyRow, now: i64) -> String {
    let state = match key.standing(now) {
        Standing::Good | Standing::EndsSoon(_) => "good",
        Standing::Expired => "expired",
        Standing::Revoked => "revoked",
    };
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.word()).collect();
    let moment = |at: Option<i64>| at.map_or_else(|| "never".into(), time::rfc3339);
    let old =
        key.old_at(now).map(|old| format!("\told {} until {}, used {}", old.prefix, time::rfc3339(old.until), moment(old.last_used_at)));
    let (end, last) = (moment(key.expires_at), moment(key.last_used_at));
    format!("{}\t{}\t{state}\t{}\t{end}\t{last}{}", key.prefix, key.name, scopes.join(","), old.unwrap_or_default())
}
