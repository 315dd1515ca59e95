//! Adding and changing accounts. Each change and its line in the audit log stand or fall together.

use secrecy::SecretString;
use serde_json::{Map, Value, json};
use sqlx::SqliteConnection;

use super::{
    rules::{self, Plain, Plan, Present, Sealing, Typed},
    store,
};
use crate::{
    features::{
        accounts::model::is_app_id,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
    },
    infra::{Core, respond, secrets::Vault, settings},
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
    },
    wechat,
};

/// Who changes something, and from where.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The caller's address, where there was one.
    pub address: Option<String>,
}

impl By {
    /// Somebody at the command line.
    pub fn command() -> Self {
        Self { actor: Actor::Command, address: None }
    }

    /// An act of this person's, to be recorded.
    pub fn act(&self, action: &'static str, object: impl Into<String>) -> Act {
        Act { address: self.address.clone(), ..Act::new(self.actor.clone(), action, object) }
    }
}

/// Adds an account.
///
/// # Errors
/// 422 with every refused field (AppID under `app_id`), 409 `account_exists`.
pub async fn add(core: &Core, by: &By, app_id: &str, typed: Typed) -> Result<(), AppError> {
    write(core, by, app_id, typed, Door::Add).await
}

/// Changes what was typed of an account; everything else stays.
///
/// # Errors
/// 422 with every refused field, 404 `unknown_account`.
pub async fn set(core: &Core, by: &By, app_id: &str, typed: Typed) -> Result<(), AppError> {
    write(core, by, app_id, typed, Door::Set).await
}

/// Adds the simulator's account, or brings it up to what the simulator is now.
///
/// # Errors
/// As [`add`] and [`set`].
pub async fn keep_sandbox(core: &Core, app_id: &str, typed: Typed) -> Result<(), AppError> {
    write(core, &By { actor: Actor::System, address: None }, app_id, typed, Door::Sandbox).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Door {
    Add,
    Set,
    Sandbox,
}

/// Why a unit of work was left without a change.
enum Stopped {
    Fields(Vec<FieldError>),
    Exists,
    Unknown,
}

async fn write(core: &Core, by: &By, app_id: &str, typed: Typed, door: Door) -> Result<(), AppError> {
    if !is_app_id(app_id) {
        let mut fields = vec![FieldError::new("app_id", "bad_app_id", rules::BAD_APP_ID)];
        fields.extend(rules::plan(&Present::default(), typed).err().unwrap_or_default());
        return Err(AppError::invalid(fields));
    }
    let unit = Unit { app_id: app_id.to_owned(), by: by.clone(), vault: core.vault.clone(), now: core.now(), door };
    let ran = core.db.write(move |connection| Box::pin(async move { unit.run(connection, typed).await })).await?;
    ran.map_err(|stopped| match stopped {
        Stopped::Fields(fields) => AppError::invalid(fields),
        Stopped::Unknown => AppError::new(404, "unknown_account", Text::new("没有这个公众号。", "There is no such account.")),
        Stopped::Exists => AppError::conflict(
            "account_exists",
            Said::new(format!("AppID 为 {app_id} 的公众号已经在这里了。"), format!("An account with AppID {app_id} exists already.")),
        ),
    })
}

struct Unit {
    app_id: String,
    by: By,
    vault: Vault,
    now: i64,
    door: Door,
}

impl Unit {
    async fn run(&self, connection: &mut SqliteConnection, mut typed: Typed) -> Result<Result<(), Stopped>, sqlx::Error> {
        let before = store::present(connection, &self.app_id).await?;
        let new = before.is_none();
        match (self.door, new) {
            (Door::Add, false) => return Ok(Err(Stopped::Exists)),
            (Door::Set, true) => return Ok(Err(Stopped::Unknown)),
            // Its secret never changes; nothing to write at each start.
            (Door::Sandbox, false) => typed.secret = None,
            _ => {}
        }
        let moves = new || typed.api_base.is_some();
        let sandbox = if moves { self.belongs(connection, &mut typed).await? } else { Ok(false) };
        let secret_missing = new && typed.secret.is_none();
        let present = before.unwrap_or_default();
        let planned = rules::plan(&present, typed);
        let (sandbox, plan) = match (sandbox, planned) {
            (Ok(sandbox), Ok(plan)) if !secret_missing => (sandbox, plan),
            (sandbox, planned) => {
                let mut fields = planned.err().unwrap_or_default();
                fields.extend(sandbox.err());
                fields.extend(secret_missing.then(|| FieldError::new("secret", "missing", SECRET_MISSING)));
                return Ok(Err(Stopped::Fields(fields)));
            }
        };
        if new {
            let empty = self.vault.seal(&store::identity(&self.app_id, "secret"), &SecretString::default());
            match store::insert(connection, &self.app_id, &empty, sandbox, self.now).await {
                Err(error) if respond::breaks(&error, "accounts.app_id") => return Ok(Err(Stopped::Exists)),
                other => other?,
            }
        }
        self.apply(connection, new, &present, &plan).await.map(Ok)
    }

    /// Whether an account that finds its platform at what was typed is one of the simulator's. A folder holds real accounts or the simulator's, never both.
    async fn belongs(&self, connection: &mut SqliteConnection, typed: &mut Typed) -> Result<Result<bool, FieldError>, sqlx::Error> {
        let kinds = store::kinds(connection).await?;
        if self.door == Door::Sandbox {
            return Ok(if kinds.real == 0 { Ok(true) } else { Err(FieldError::new("app_id", "real_folder", REAL_FOLDER)) });
        }
        if kinds.sandbox == 0 {
            return Ok(Ok(false));
        }
        if typed.api_base.as_deref().is_none_or(|base| base.trim().is_empty()) {
            typed.api_base = store::sandbox_base(connection).await?;
        }
        let base = typed.api_base.as_deref().unwrap_or(wechat::API_BASE);
        let here = url::Url::parse(base.trim()).is_ok_and(|url| rules::is_loopback(&url));
        Ok(if here { Ok(true) } else { Err(FieldError::new("api_base", "sandbox_folder", SANDBOX_FOLDER)) })
    }

    async fn apply(&self, connection: &mut SqliteConnection, new: bool, before: &Present, plan: &Plan) -> Result<(), sqlx::Error> {
        let detail = difference(&before.plain, plan);
        if !new && detail.is_empty() {
            return Ok(());
        }
        store::change(connection, &self.app_id, &plan.plain, self.now).await?;
        let seal = |field: &str, secret: &SecretString| self.vault.seal(&store::identity(&self.app_id, field), secret);
        if let Sealing::Put(secret) = &plan.secret {
            store::put_secret(connection, &self.app_id, &seal("secret", secret)).await?;
            settings::put(connection, &secret_at(&self.app_id), &self.now.to_string()).await?;
        }
        match &plan.callback_token {
            Sealing::Keep => {}
            Sealing::Put(token) => {
                store::put_callback_token(connection, &self.app_id, Some(&seal("callback_token", token))).await?;
            }
            Sealing::Drop => store::put_callback_token(connection, &self.app_id, None).await?,
        }
        match &plan.aes_key {
            Sealing::Keep => {}
            Sealing::Put(key) => store::put_aes_key(connection, &self.app_id, Some(&seal("aes_key", key))).await?,
            Sealing::Drop => store::put_aes_key(connection, &self.app_id, None).await?,
        }
        let action = if new { "account.added" } else { "account.changed" };
        let act = self.by.act(action, format!("account:{}", self.app_id)).detail(Value::Object(detail).to_string());
        record_in(connection, self.now, &act).await
    }
}

/// The name of the row that says when an AppSecret was last entered.
pub fn secret_at(app_id: &str) -> String {
    format!("secret_at/{app_id}")
}

/// What changes, for the audit log: from and to of what may be read, of secrets only that they change.
fn difference(before: &Plain, plan: &Plan) -> Map<String, Value> {
    let facts = |plain: &Plain| {
        [
            ("name", json!(plain.name)),
            ("api_base", json!(plain.api_base)),
            ("js_domains", json!(plain.js_domains)),
            ("h5_origins", json!(plain.h5_origins)),
            ("callback_mode", json!(plain.callback_mode)),
            ("original_id", json!(plain.original_id)),
            ("forward_callback", json!(plain.forward_callback.as_deref().map(without_query))),
            ("card_ticket", json!(plain.card_ticket)),
            ("token_mode", json!(plain.token_mode)),
        ]
    };
    let changed = facts(before).into_iter().zip(facts(&plan.plain)).filter(|(from, to)| from != to);
    let mut detail: Map<_, _> = changed.map(|((name, from), (_, to))| (name.to_owned(), json!({"from": from, "to": to}))).collect();
    // An address that differs in its query alone is a change all the same.
    if before.forward_callback != plan.plain.forward_callback && !detail.contains_key("forward_callback") {
        detail.insert("forward_callback".into(), json!("changed"));
    }
    for (name, sealing) in [("secret", &plan.secret), ("callback_token", &plan.callback_token), ("aes_key", &plan.aes_key)] {
        match sealing {
            Sealing::Keep => {}
            Sealing::Put(_) => {
                detail.insert(name.into(), json!("changed"));
            }
            Sealing::Drop => {
                detail.insert(name.into(), json!("removed"));
            }
        }
    }
    detail
}

/// The query of a forwarding address may hold a key of the other program's.
fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

const SECRET_MISSING: Text = Text::new("请填写 AppSecret。", "The AppSecret is missing.");
const SANDBOX_FOLDER: Text = Text::new(
    "这是沙箱的数据，只能加接口地址在本机的公众号。真实公众号请放在另一个数据文件夹。",
    "This is the sandbox's data: it takes only accounts whose API address is on this machine. Keep real accounts in another data folder.",
);
const REAL_FOLDER: Text = Text::new(
    "这个数据文件夹里有真实公众号，不能放沙箱的公众号。",
    "This data folder holds a real account; the sandbox's account cannot be put here.",
);

#[cfg(test)]
mod tests;
