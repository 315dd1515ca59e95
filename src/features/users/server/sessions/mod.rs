//! Sessions of signed-in people: 128 bits of chance in a cookie, their SHA-256 in the database, over after 30 idle minutes or 12 hours.

pub(super) mod store;

use std::collections::HashMap;

use async_trait::async_trait;
use serde_json::Value;
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

use self::store::Row;
use crate::{
    features::users::model::SessionRow,
    infra::{Core, secrets::sha256},
    shared::time::{HOUR, MINUTE},
};

/// A session unused for this long is over (milliseconds).
pub const IDLE: i64 = 30 * MINUTE;
/// A session is over this long after it began, used or not (milliseconds).
pub const ABSOLUTE: i64 = 12 * HOUR;
/// Use is written down at most this often (milliseconds).
const TOUCHED: i64 = MINUTE;
/// The most characters of a browser's name that are kept.
const LONGEST_AGENT: usize = 200;

const USER: &str = "user_id";
const ADDRESS: &str = "address";
const AGENT: &str = "agent";

/// The store behind the cookie. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    core: Core,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    /// Sessions in this database.
    pub fn new(core: Core) -> Self {
        Self { core }
    }

    /// The layer that reads and writes the cookie: `wxdesk`, or `__Host-wxdesk` (Secure) where the public URL is https.
    pub fn layer(&self) -> SessionManagerLayer<Self> {
        let secure = self.core.settings.secure();
        SessionManagerLayer::new(self.clone())
            .with_name(if secure { "__Host-wxdesk" } else { "wxdesk" })
            .with_secure(secure)
            .with_http_only(true)
            .with_same_site(SameSite::Lax)
            .with_path("/")
            .with_expiry(Expiry::OnSessionEnd)
    }

    /// Begins a person's session under a new id; whatever the browser came with is dead afterwards.
    ///
    /// # Errors
    /// The database.
    pub async fn begin(session: &Session, user_id: &str, address: &str, agent: &str) -> Result<(), tower_sessions::session::Error> {
        session.clear().await;
        session.cycle_id().await?;
        session.insert(USER, user_id).await?;
        session.insert(ADDRESS, address).await?;
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(LONGEST_AGENT).collect();
        session.insert(AGENT, agent).await
    }

    /// Whose session this is, if it lives.
    ///
    /// # Errors
    /// The database; the caller must then treat nobody as signed in.
    pub async fn user_of(session: &Session) -> Result<Option<String>, tower_sessions::session::Error> {
        session.get(USER).await
    }

    /// A person's living sessions, the last used first.
    ///
    /// # Errors
    /// The database.
    pub async fn of_user(&self, user_id: &str, own: Option<Id>) -> Result<Vec<SessionRow>, sqlx::Error> {
        let now = self.core.now();
        let own = own.map(hash);
        let rows = store::of_user(self.core.db.read(), user_id, now, now - IDLE).await?;
        let shown = rows.into_iter().map(|row| SessionRow {
            own: own.is_some_and(|own| row.id_hash == own),
            mark: hex::encode(&row.id_hash),
            created_at: row.created_at,
            seen_at: row.seen_at,
            address: row.address,
            agent: row.agent,
        });
        Ok(shown.collect())
    }

    /// Ends one of a person's sessions by its mark; `false` when there is none such.
    ///
    /// # Errors
    /// The database.
    pub async fn end_own(&self, user_id: &str, mark: &str) -> Result<bool, sqlx::Error> {
        let Ok(id_hash) = hex::decode(mark) else { return Ok(false) };
        let user_id = user_id.to_owned();
        self.core.db.write(move |c| Box::pin(async move { store::end_own(c, &id_hash, &user_id).await })).await
    }

    /// Ends all of a person's sessions but the one that asks.
    ///
    /// # Errors
    /// The database.
    pub async fn end_others(&self, user_id: &str, own: Id) -> Result<(), sqlx::Error> {
        let (user_id, kept) = (user_id.to_owned(), hash(own));
        self.core.db.write(move |c| Box::pin(async move { store::end_others(c, &user_id, &kept).await })).await
    }

    /// Drops sessions whose time is over.
    ///
    /// # Errors
    /// The database.
    pub async fn sweep(&self) -> Result<u64, sqlx::Error> {
        let now = self.core.now();
        self.core.db.write(move |c| Box::pin(async move { store::sweep(c, now, now - IDLE).await })).await
    }
}

fn hash(id: Id) -> [u8; 32] {
    sha256(&id.0.to_le_bytes())
}

fn failed(error: sqlx::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn text(record: &Record, name: &str) -> Option<String> {
    record.data.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        let now = self.core.now();
        let row = Row {
            id_hash: hash(record.id).to_vec(),
            user_id: text(record, USER),
            created_at: now,
            expires_at: now + ABSOLUTE,
            seen_at: now,
            address: text(record, ADDRESS),
            agent: text(record, AGENT),
        };
        let begun = self.core.db.write(move |c| Box::pin(async move { store::begin(c, &row).await })).await.map_err(failed)?;
        if begun { Ok(()) } else { Err(session_store::Error::Backend("the session belongs to nobody who may sign in".into())) }
    }

    async fn save(&self, _: &Record) -> session_store::Result<()> {
        // All that a session says is said when it begins. A save must not bring back one that has just been ended.
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let id_hash = hash(*id);
        let Some(row) = store::find(self.core.db.read(), &id_hash).await.map_err(failed)? else { return Ok(None) };
        let now = self.core.now();
        let (Some(user_id), true, true) = (row.user_id, row.expires_at > now, row.seen_at > now - IDLE) else { return Ok(None) };
        if (now - row.seen_at).abs() >= TOUCHED {
            let person = user_id.clone();
            let touched = self.core.db.write(move |c| Box::pin(async move { store::touch(c, &id_hash, &person, now).await })).await;
            if let Err(error) = touched {
                // A full disk must not sign people out; their session just does not grow longer.
                tracing::warn!(error = %error, "A session's use could not be noted");
            }
        }
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data: HashMap::from([(USER.to_owned(), Value::String(user_id))]), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let id_hash = hash(*id);
        self.core.db.write(move |c| Box::pin(async move { store::end(c, &id_hash).await })).await.map_err(failed)
    }
}
