//! Use cases of binding: a link is begun, opened on the phone, agreed to, taken back.

mod forms;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use forms::routes;

use super::page::{Face, Standing};
use crate::{
    features::{people::server::People, users::server::Users},
    infra::Core,
    shared::time::MINUTE,
};

/// How long a link works (milliseconds).
const LIFE: i64 = 10 * MINUTE;
/// Letters and digits of a link: 190 bits.
const LETTERS: usize = 32;

/// A link under way.
#[derive(Clone, Debug)]
struct Try {
    token: String,
    app_id: String,
    end: i64,
    seen: Option<Face>,
}

/// Links of all people. Cheap to clone.
#[derive(Clone)]
pub struct Bindings {
    core: Core,
    people: People,
    users: Users,
    /// By user: a new link ends the one before.
    tries: Arc<Mutex<HashMap<String, Try>>>,
}

/// How a link stands for the phone that opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Opened {
    /// To be authorized for this account.
    Good(String),
    /// It was used; its owner has been told.
    Used,
    /// Unknown or too old.
    Gone,
}

impl Bindings {
    /// Over its neighbours.
    pub fn new(core: Core, people: People, users: Users) -> Self {
        Self { core, people, users, tries: Arc::default() }
    }

    /// How it stands for a person and the account they look at.
    async fn standing(&self, user_id: &str, app_id: &str) -> Result<Standing, sqlx::Error> {
        if app_id.is_empty() {
            return Ok(Standing::NoAccount);
        }
        let under_way = self.tries().get(user_id).filter(|one| one.app_id == app_id).cloned();
        if let Some(one) = under_way {
            let link = format!("{}/wechat/{}", self.core.settings.public_url(), one.token);
            let signs_in = self.signs_in(app_id).await?;
            return Ok(one.seen.map_or(Standing::Waiting(link), |face| Standing::Seen { face, signs_in }));
        }
        let bound = self.users.wechat_of(user_id).await?.filter(|(known, _)| known == app_id);
        let Some((_, openid)) = bound else { return Ok(Standing::Unbound) };
        let signs_in = if self.signs_in(app_id).await? { Some(self.users.signs_in_by_wechat(user_id).await?) } else { None };
        Ok(Standing::Bound { openid, signs_in })
    }

    /// Whether a WeChat bound to this account signs its person in, so that binding takes their password.
    async fn signs_in(&self, app_id: &str) -> Result<bool, sqlx::Error> {
        Ok(self.users.scan_account().await?.as_deref() == Some(app_id))
    }

    /// A new link of a person's; the one before ends.
    fn begin(&self, user_id: &str, app_id: &str) {
        let one = Try { token: self.core.chance.text(LETTERS), app_id: app_id.to_owned(), end: self.core.now() + LIFE, seen: None };
        self.tries().insert(user_id.to_owned(), one);
    }

    fn drop_try(&self, user_id: &str) -> Option<Try> {
        self.tries().remove(user_id)
    }

    fn opened(&self, token: &str) -> Opened {
        match self.tries().values().find(|one| one.token == token) {
            Some(one) if one.seen.is_some() => Opened::Used,
            Some(one) => Opened::Good(one.app_id.clone()),
            None => Opened::Gone,
        }
    }

    /// Notes who opened a link; the first one counts.
    fn saw(&self, token: &str, face: Face) -> bool {
        let mut tries = self.tries();
        let Some(one) = tries.values_mut().find(|one| one.token == token && one.seen.is_none()) else { return false };
        one.seen = Some(face);
        true
    }

    /// Those that are not over.
    fn tries(&self) -> MutexGuard<'_, HashMap<String, Try>> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.core.now();
        tries.retain(|_, one| now < one.end);
        tries
    }
}
