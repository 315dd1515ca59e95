//! What the page 设置 is told, and its one button.

mod http;
mod store;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

pub use http::routes;

use super::model::{Running, Shown, Storage};
use crate::{
    features::{
        accounts::server::{Accounts, sending_locked},
        users::server::Users,
    },
    infra::{config::Settings, files},
    shared::{error::AppError, lang::Lang, time::MINUTE},
    ui::texts::settings as w,
};

/// How long a look at the folder holds (milliseconds): walking it looks at every picture.
const WALKED_FOR: i64 = 5 * MINUTE;

/// The page's state. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    accounts: Accounts,
    users: Users,
    walked: Arc<Mutex<Option<(i64, Storage)>>>,
}

impl Desk {
    /// Nothing looked at yet.
    pub fn new(accounts: Accounts, users: Users) -> Self {
        Self { accounts, users, walked: Arc::default() }
    }

    async fn shown(&self, lang: Lang) -> Result<Shown, AppError> {
        let core = self.accounts.core();
        Ok(Shown {
            locked: sending_locked(core.db.read()).await?,
            scan: self.users.scan_account().await?,
            choices: self.accounts.all().iter().map(|account| (account.app_id.clone(), account.name.clone())).collect(),
            storage: self.storage().await,
            kept: store::kept(core.db.read()).await?,
            counts: store::counts(core.db.read()).await?,
            accounts: self.accounts.all().len(),
            running: running(&core.settings, lang),
            schema: store::schema(core.db.read()).await?,
        })
    }

    /// The disk; at most five minutes old.
    async fn storage(&self) -> Option<Storage> {
        let core = self.accounts.core();
        let now = core.now();
        let known = *self.walked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, storage)) = known
            && (0..WALKED_FOR).contains(&(now - at))
        {
            return Some(storage);
        }
        let folder = core.place.data.clone();
        let walked =
            tokio::task::spawn_blocking(move || files::free_space(&folder).ok().map(|free| Storage { used: bytes_in(&folder), free }));
        let storage = walked.await.ok().flatten()?;
        *self.walked.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, storage));
        Some(storage)
    }
}

/// Bytes of all files in a folder and below. Links are not followed; what cannot be read counts nothing.
fn bytes_in(folder: &Path) -> u64 {
    let mut sum = 0;
    let mut queue = vec![folder.to_path_buf()];
    while let Some(next) = queue.pop() {
        for entry in std::fs::read_dir(next).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(facts) if facts.is_dir() => queue.push(entry.path()),
                Ok(facts) if facts.is_file() => sum += facts.len(),
                _ => {}
            }
        }
    }
    sum
}

fn running(settings: &Settings, lang: Lang) -> Vec<Running> {
    let proxies: Vec<_> = settings.trusted_proxies().iter().map(ToString::to_string).collect();
    let https = if settings.secure() { w::ON } else { w::OFF };
    [
        ("--public-url", w::PUBLIC_URL, settings.public_url()),
        ("--public-url", w::HTTPS, https.get(lang).to_owned()),
        ("--trusted-proxy", w::TRUSTED_PROXY, proxies.join(" ")),
        ("--listen", w::LISTEN, settings.listen.to_string()),
        ("--ops-listen", w::OPS_LISTEN, settings.ops_listen.to_string()),
        ("--send-rate", w::SEND_RATE, settings.send_rate.to_string()),
        ("--send-parallel", w::SEND_PARALLEL, settings.send_parallel.to_string()),
        ("--message-ttl", w::MESSAGE_TTL, span(settings.message_ttl.as_secs())),
        ("--signature-rate", w::SIGNATURE_RATE, settings.signature_rate.to_string()),
        ("--redis-url", w::REDIS, settings.redis().map(|_| w::IS_SET.get(lang).to_owned()).unwrap_or_default()),
    ]
    .into_iter()
    .map(|(option, meaning, value)| Running { option, meaning, value })
    .collect()
}

/// A span as the option takes it: the largest unit that leaves no rest.
fn span(seconds: u64) -> String {
    [(3600, "h"), (60, "m")]
        .into_iter()
        .find(|(unit, _)| seconds > 0 && seconds.is_multiple_of(*unit))
        .map_or_else(|| format!("{seconds}s"), |(unit, letter)| format!("{}{letter}", seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::settings::model::Counts, infra::trial};

    #[test]
    fn spans_read_as_they_are_typed() {
        assert_eq!([86_400, 1800, 90, 0].map(span), ["24h", "30m", "90s", "0s"]);
    }

    #[tokio::test]
    async fn the_page_knows_the_disk_the_rows_and_the_lock() {
        let folder = tempfile::tempdir().expect("folder");
        std::fs::create_dir(folder.path().join("media")).expect("folder");
        std::fs::write(folder.path().join("media/x"), [0; 5000]).expect("file");
        let core = trial::core(folder.path()).await;
        let accounts = Accounts::open(core.clone()).await.expect("opens");
        let users = Users::open(core, Arc::new(accounts.clone())).await.expect("opens");
        let desk = Desk::new(accounts, users);
        let shown = desk.shown(Lang::En).await.expect("shown");
        let storage = shown.storage.expect("asked");
        assert!(storage.used > 5000 && storage.free > 0, "{storage:?}");
        let newest = sqlx::migrate!().iter().map(|migration| migration.version).max();
        assert_eq!((shown.locked, shown.counts, shown.accounts, Some(shown.schema)), (false, Counts::default(), 0, newest));
        std::fs::write(folder.path().join("media/y"), [0; 5000]).expect("file");
        assert_eq!(desk.storage().await, Some(storage), "a look holds for a while");
    }
}
