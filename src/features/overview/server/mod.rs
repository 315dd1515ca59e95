//! Gathering: every part by itself, so that one that fails takes no other with it.

pub mod forms;
mod gather;
mod store;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use crate::{
    features::{
        accounts::server::Accounts,
        messages::server::Messages,
        overview::model::{Day, Part, Unread},
        people::server::People,
        tokens::server::Tokens,
    },
    infra::{Core, net::Proxies, respond},
    shared::time::{DAY, MINUTE, day_number, day_start},
};

/// Days of the chart.
const DAYS: i64 = 14;
/// How long the days before today are remembered; late receipts still change them.
const REMEMBERED: i64 = 5 * MINUTE;

/// The overview of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Overview {
    core: Core,
    accounts: Accounts,
    tokens: Tokens,
    people: People,
    messages: Messages,
    proxies: Arc<Proxies>,
    past: Arc<Mutex<HashMap<String, Past>>>,
}

/// The days before today, as last counted.
#[derive(Clone)]
struct Past {
    counted_at: i64,
    today: i64,
    days: Vec<Day>,
}

impl Overview {
    /// An overview over its neighbours.
    pub fn new(core: Core, accounts: Accounts, tokens: Tokens, people: People, messages: Messages, proxies: Arc<Proxies>) -> Self {
        Self { core, accounts, tokens, people, messages, proxies, past: Arc::default() }
    }

    /// The last 14 days of an account, oldest first, today last.
    async fn days(&self, app_id: &str) -> Result<Vec<Day>, sqlx::Error> {
        let now = self.core.now();
        let today = day_number(now);
        let known = self.past.lock().unwrap_or_else(|broken| broken.into_inner()).get(app_id).cloned();
        let mut days = match known.filter(|past| past.today == today && now - past.counted_at < REMEMBERED) {
            Some(past) => past.days,
            None => {
                let mut days = Vec::new();
                for number in today - DAYS + 1..today {
                    days.push(self.day(app_id, number).await?);
                }
                let past = Past { counted_at: now, today, days: days.clone() };
                self.past.lock().unwrap_or_else(|broken| broken.into_inner()).insert(app_id.to_owned(), past);
                days
            }
        };
        days.push(self.day(app_id, today).await?);
        Ok(days)
    }

    async fn day(&self, app_id: &str, number: i64) -> Result<Day, sqlx::Error> {
        let start = day_start(number);
        let day = store::day(self.core.db.read(), app_id, &id_floor(start), &id_floor(start + DAY)).await?;
        Ok(Day { start, ..day })
    }
}

/// The smallest id made at or after a moment (Unix milliseconds): ids begin with the 48 bits of their time.
pub fn id_floor(millis: i64) -> String {
    format!("{:012x}", millis.max(0))
}

/// A part, or the word that it could not be read with the cause in the log.
fn part<T>(read: Result<T, sqlx::Error>) -> Part<T> {
    read.map_err(|error| {
        respond::unexpected(&error);
        Unread
    })
}
