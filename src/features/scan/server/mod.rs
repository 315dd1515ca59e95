//! Use cases of signing in by one's own WeChat: a code is begun, opened on a phone, agreed to, and used up by its browser.

mod forms;

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use forms::routes;

use super::page::{Asked, Standing};
use crate::{
    features::{
        people::server::People,
        users::{model::browser, server::Users},
    },
    infra::{Core, limits::Limiter, secrets::sha256},
    shared::{lang::Text, time::MINUTE},
    ui::texts::scan as w,
};

/// How long a code works (milliseconds).
const LIFE: i64 = 3 * MINUTE;
/// Letters and digits of a code and of both browsers' cookies: 190 bits.
const LETTERS: usize = 32;
/// Codes under way at most; whoever asks for one more is told to wait.
const MOST: usize = 5_000;
/// What one address may do at once, and so many more a second: codes begun, and codes opened on a phone.
const AT_ONCE: f64 = 20.0;
const PER_SECOND: f64 = 0.2;

/// How far a code is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// Shown on the computer.
    Waiting,
    /// Opened by a phone, which carries the secret behind this hash, in the hand of this person.
    Scanned { phone: [u8; 32], user_id: String },
    /// That person agreed on that phone.
    Agreed { phone: [u8; 32], user_id: String },
    /// Nothing will come of it, and why.
    Over(Text),
}

/// A code under way.
#[derive(Clone, Debug)]
struct Try {
    token: String,
    number: String,
    app_id: String,
    agent: String,
    address: IpAddr,
    end: i64,
    stage: Stage,
}

/// Codes of all browsers. Cheap to clone.
#[derive(Clone)]
pub struct Scans {
    core: Core,
    people: People,
    users: Users,
    /// By the SHA-256 of the computer's cookie.
    tries: Arc<Mutex<HashMap<[u8; 32], Try>>>,
    visits: Arc<Limiter<IpAddr>>,
}

/// Who agreed to a code, and by which account.
struct Agreed {
    user_id: String,
    app_id: String,
}

/// How the number that the phone sent was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Typed {
    Right,
    Wrong,
    /// The code is over, or another phone's.
    Gone,
}

impl Scans {
    /// Over its neighbours.
    pub fn new(core: Core, people: People, users: Users) -> Self {
        Self { core, people, users, tries: Arc::default(), visits: Arc::new(Limiter::new(PER_SECOND, AT_ONCE)) }
    }

    /// Begins a code for a browser; gives the secret of its cookie. A code it had before is over. `None` where too many are under way.
    fn begin(&self, app_id: String, before: Option<&str>, agent: &str, address: IpAddr) -> Option<String> {
        let secret = self.core.chance.text(LETTERS);
        let one = Try {
            token: self.core.chance.text(LETTERS),
            // Two digits, neither of them to be left out.
            number: (10 + self.core.chance.below(90)).to_string(),
            app_id,
            agent: agent.to_owned(),
            address,
            end: self.core.now() + LIFE,
            stage: Stage::Waiting,
        };
        let mut tries = self.tries();
        if let Some(before) = before {
            tries.remove(&sha256(before.as_bytes()));
        }
        if tries.len() >= MOST {
            return None;
        }
        tries.insert(sha256(secret.as_bytes()), one);
        Some(secret)
    }

    /// How it stands for the browser with this cookie.
    fn standing(&self, cookie: Option<&str>) -> Standing {
        let Some(cookie) = cookie else { return Standing::Idle(None) };
        match self.tries().get(&sha256(cookie.as_bytes())) {
            None => Standing::Idle(Some(w::OVER)),
            Some(one) => match &one.stage {
                Stage::Waiting => Standing::Waiting(format!("{}/scan/{}", self.core.settings.public_url(), one.token)),
                // Agreed to is used up before anybody asks how it stands.
                Stage::Scanned { .. } | Stage::Agreed { .. } => Standing::Scanned(one.number.clone()),
                Stage::Over(why) => Standing::Idle(Some(*why)),
            },
        }
    }

    /// Uses up a code that was agreed to: once, and by the browser that began it.
    fn use_up(&self, cookie: &str) -> Option<Agreed> {
        let mut tries = self.tries();
        let hash = sha256(cookie.as_bytes());
        let Stage::Agreed { user_id, .. } = tries.get(&hash)?.stage.clone() else { return None };
        tries.remove(&hash).map(|one| Agreed { user_id, app_id: one.app_id })
    }

    /// The account by which a code that still waits for its phone is authorized.
    fn waiting(&self, token: &str) -> Option<String> {
        let tries = self.tries();
        tries.values().find(|one| one.token == token && one.stage == Stage::Waiting).map(|one| one.app_id.clone())
    }

    /// Notes whose phone opened a code; the first counts. Gives the secret that this phone carries from here on.
    fn scanned(&self, token: &str, user_id: &str) -> Option<String> {
        let secret = self.core.chance.text(LETTERS);
        let mut tries = self.tries();
        let one = tries.values_mut().find(|one| one.token == token && one.stage == Stage::Waiting)?;
        one.stage = Stage::Scanned { phone: sha256(secret.as_bytes()), user_id: user_id.to_owned() };
        Some(secret)
    }

    /// What the phone that opened a code is asked, and whom it belongs to.
    fn asked(&self, token: &str, phone: &str) -> Option<(String, Asked)> {
        let tries = self.tries();
        let one = tries.values().find(|one| one.token == token)?;
        let user_id = one.held_by(phone)?;
        let user = self.users.living(user_id)?;
        let asked =
            Asked { token: token.to_owned(), name: user.row.name.clone(), browser: browser(&one.agent), address: one.address.to_string() };
        Some((user_id.to_owned(), asked))
    }

    /// Takes the number that a phone sent; the same twice is one answer. A wrong one ends the code: there are only ninety.
    fn answer(&self, token: &str, phone: &str, number: &str) -> Typed {
        let mut tries = self.tries();
        let Some(one) = tries.values_mut().find(|one| one.token == token) else { return Typed::Gone };
        let Some(user_id) = one.held_by(phone).map(str::to_owned) else { return Typed::Gone };
        if one.number != number {
            one.stage = Stage::Over(w::OVER_WRONG);
            return Typed::Wrong;
        }
        one.stage = Stage::Agreed { phone: sha256(phone.as_bytes()), user_id };
        Typed::Right
    }

    /// The phone that opened a code says no, be it after it agreed.
    fn refuse(&self, token: &str, phone: &str) -> bool {
        let mut tries = self.tries();
        let held = tries.values_mut().find(|one| one.token == token).filter(|one| one.held_by(phone).is_some());
        held.map(|one| one.stage = Stage::Over(w::OVER_REFUSED)).is_some()
    }

    /// Those that are not over.
    fn tries(&self) -> MutexGuard<'_, HashMap<[u8; 32], Try>> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.core.now();
        tries.retain(|_, one| now < one.end);
        tries
    }
}

impl Try {
    /// The person whose phone opened it, for that phone.
    fn held_by(&self, phone: &str) -> Option<&str> {
        match &self.stage {
            Stage::Scanned { phone: hash, user_id } | Stage::Agreed { phone: hash, user_id } if *hash == sha256(phone.as_bytes()) => {
                Some(user_id)
            }
            _ => None,
        }
    }
}
