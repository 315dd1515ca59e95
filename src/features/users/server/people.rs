//! Adding people and changing them. Each change is one unit of the writer, with its audit line; whoever loses rights loses sessions.

use secrecy::SecretString;
use serde_json::json;
use sqlx::SqliteConnection;

use super::{Users, sessions, store};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        users::model::Refusal,
    },
    infra::Core,
    shared::{error::AppError, rights::Role},
};

/// Who changes something, and from where.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The caller's address, where there is one.
    pub address: Option<String>,
}

impl By {
    /// Somebody at the command line.
    pub fn command() -> Self {
        Self { actor: Actor::Command, address: None }
    }

    /// The act as the audit log takes it.
    pub fn act(&self, action: &'static str, object: String) -> Act {
        Act { address: self.address.clone(), ..Act::new(self.actor.clone(), action, object) }
    }
}

/// What is changed about a person.
#[derive(Clone, Debug)]
enum Change {
    Role(Role),
    Disabled(bool),
    Password { hash: String, action: &'static str },
}

type Outcome = Result<(), Refusal>;

impl Users {
    /// Adds a person.
    ///
    /// # Errors
    /// The name is taken (inner), or hashing and database (outer).
    pub async fn add(&self, by: &By, name: &str, password: SecretString, role: Role) -> Result<Outcome, AppError> {
        let new = self.new_person(name, password, role).await?;
        let (act, now) = (by.act("user.created", format!("user:{name}")).detail(json!({"role": role.word()}).to_string()), self.core.now());
        let outcome = self.core.db.write(move |c| {
            Box::pin(async move {
                if !store::add(c, &new).await? {
                    return Ok(Err(Refusal::NameTaken));
                }
                record_in(c, now, &act).await.map(Ok)
            })
        });
        let outcome = outcome.await?;
        self.reload().await?;
        Ok(outcome)
    }

    pub(super) async fn new_person(&self, name: &str, password: SecretString, role: Role) -> Result<store::New, AppError> {
        Ok(store::New {
            id: self.core.new_id(),
            name: name.to_owned(),
            password_hash: self.passwords.hash(password).await?,
            role: role.word(),
            created_at: self.core.now(),
        })
    }

    /// Gives a person another role; their sessions end.
    ///
    /// # Errors
    /// [`Refusal`] (inner), database (outer).
    pub async fn set_role(&self, by: &By, id: &str, role: Role) -> Result<Outcome, AppError> {
        self.change(by, id, Change::Role(role)).await
    }

    /// Switches a person's way in off or on; switched off, their sessions end.
    ///
    /// # Errors
    /// [`Refusal`] (inner), database (outer).
    pub async fn set_disabled(&self, by: &By, id: &str, disabled: bool) -> Result<Outcome, AppError> {
        self.change(by, id, Change::Disabled(disabled)).await
    }

    /// Gives a person a new password; their sessions end.
    ///
    /// # Errors
    /// [`Refusal`] (inner), hashing and database (outer).
    pub async fn set_password(&self, by: &By, id: &str, password: SecretString) -> Result<Outcome, AppError> {
        let hash = self.passwords.hash(password).await?;
        let own = self.get(id).is_some_and(|user| by.actor == Actor::User(user.row.name.clone()));
        self.change(by, id, Change::Password { hash, action: if own { "user.password_changed" } else { "user.password_set" } }).await
    }

    /// The id behind a name (without case).
    ///
    /// # Errors
    /// The database.
    pub async fn id_of(&self, name: &str) -> Result<Option<String>, sqlx::Error> {
        store::id_of(self.core.db.read(), name).await
    }

    /// The account and the openid a person bound as their own.
    ///
    /// # Errors
    /// The database.
    pub async fn wechat_of(&self, id: &str) -> Result<Option<(String, String)>, sqlx::Error> {
        store::wechat_of(self.core.db.read(), id).await
    }

    /// Binds an openid of an account to a person as their own, or takes it away. The audit line names the account, not the openid.
    ///
    /// # Errors
    /// The database.
    pub async fn bind_wechat(&self, by: &By, id: &str, own: Option<(String, String)>) -> Result<(), sqlx::Error> {
        let Some(user) = self.get(id) else { return Ok(()) };
        let (action, app_id) = match &own {
            Some((app_id, _)) => ("user.wechat_bound", Some(app_id.clone())),
            None => ("user.wechat_unbound", None),
        };
        let act = by.act(action, format!("user:{}", user.row.name)).detail(json!({"account": app_id}).to_string());
        let (id, now) = (id.to_owned(), self.core.now());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let (app_id, openid) = own.unzip();
                store::bind_wechat(&mut *c, &id, app_id.as_deref(), openid.as_deref()).await?;
                record_in(c, now, &act).await
            })
        });
        written.await.map(|_| ())
    }

    async fn change(&self, by: &By, id: &str, change: Change) -> Result<Outcome, AppError> {
        let outcome = write_change(&self.core, by.clone(), id.to_owned(), change).await?;
        self.reload().await?;
        Ok(outcome)
    }
}

async fn write_change(core: &Core, by: By, id: String, change: Change) -> Result<Outcome, sqlx::Error> {
    let now = core.now();
    core.db
        .write(move |c| {
            Box::pin(async move {
                let Some(row) = store::find(c, &id).await? else { return Ok(Err(Refusal::NoSuchUser)) };
                let loses_admin = row.role == Role::Admin.word()
                    && row.disabled == 0
                    && matches!(change, Change::Disabled(true) | Change::Role(Role::Sender | Role::Reviewer | Role::Developer));
                if loses_admin && store::living_admins(c).await? <= 1 {
                    return Ok(Err(Refusal::LastAdmin));
                }
                let Some(act) = apply(c, &by, &row, change).await? else { return Ok(Ok(())) };
                sessions::store::end_all(c, &id).await?;
                record_in(c, now, &act).await.map(Ok)
            })
        })
        .await
}

/// Writes the change; nothing to record where it is as wanted already.
async fn apply(c: &mut SqliteConnection, by: &By, row: &store::Row, change: Change) -> Result<Option<Act>, sqlx::Error> {
    let object = format!("user:{}", row.name);
    Ok(match change {
        Change::Role(role) if row.role == role.word() => None,
        Change::Role(role) => {
            store::set_role(c, &row.id, role.word()).await?;
            Some(by.act("user.role_changed", object).detail(json!({"from": row.role, "to": role.word()}).to_string()))
        }
        Change::Disabled(disabled) if (row.disabled != 0) == disabled => None,
        Change::Disabled(disabled) => {
            store::set_disabled(c, &row.id, disabled).await?;
            Some(by.act(if disabled { "user.disabled" } else { "user.enabled" }, object))
        }
        Change::Password { hash, action } => {
            store::set_password(c, &row.id, &hash).await?;
            Some(by.act(action, object))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::users::server::by_hand::users;

    fn secret() -> SecretString {
        SecretString::from("long enough")
    }

    #[tokio::test]
    async fn one_admin_always_remains() {
        let folder = tempfile::tempdir().expect("folder");
        let users = users(folder.path()).await;
        let by = By::command();
        assert_eq!(users.add(&by, "周敏", secret(), Role::Admin).await.expect("adds"), Ok(()));
        assert_eq!(users.add(&by, "Li", secret(), Role::Admin).await.expect("adds"), Ok(()));
        assert_eq!(users.add(&by, "li", secret(), Role::Sender).await.expect("asks"), Err(Refusal::NameTaken));
        let (zhou, li) = (users.id_of("周敏").await.expect("asks").expect("id"), users.id_of("LI").await.expect("asks").expect("id"));
        // Both at once: the writer lets one through.
        let (one, other) = tokio::join!(users.set_disabled(&by, &zhou, true), users.set_role(&by, &li, Role::Developer));
        let outcomes = [one.expect("asks"), other.expect("asks")];
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Err(Refusal::LastAdmin)).count(), 1, "{outcomes:?}");
        assert_eq!(users.admins().len(), 1);
        assert_eq!(users.set_role(&by, "nobody", Role::Admin).await.expect("asks"), Err(Refusal::NoSuchUser));
        let lines = sqlx::query_scalar!("select action from audit order by id").fetch_all(users.core.db.read()).await.expect("reads");
        assert_eq!(lines.len(), 3, "{lines:?}");
    }
}
