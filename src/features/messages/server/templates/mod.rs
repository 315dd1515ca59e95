//! The account's templates: a copy of WeChat's list, renewed when asked.

mod library;
pub(super) mod store;
mod worker;

use super::Messages;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::{Change, Difference, TemplateField, fields, is_legacy},
    },
    shared::error::AppError,
    wechat,
};

pub use store::Template;
pub use worker::Syncing;

impl Template {
    /// Its placeholders.
    pub fn fields(&self) -> Vec<TemplateField> {
        fields(&self.content)
    }

    /// Whether it is from before the category library.
    pub fn is_legacy(&self) -> bool {
        is_legacy(&self.fields())
    }
}

impl Messages {
    /// The account's templates: those WeChat lists first, last used first.
    ///
    /// # Errors
    /// The database.
    pub async fn templates(&self, app_id: &str) -> Result<Vec<Template>, sqlx::Error> {
        store::all(self.core.db.read(), app_id).await
    }

    /// One template.
    ///
    /// # Errors
    /// The database.
    pub async fn template(&self, app_id: &str, template_id: &str) -> Result<Option<Template>, sqlx::Error> {
        store::one(self.core.db.read(), app_id, template_id).await
    }

    /// When the templates were last fetched (Unix milliseconds).
    ///
    /// # Errors
    /// The database.
    pub async fn templates_synced_at(&self, app_id: &str) -> Result<Option<i64>, sqlx::Error> {
        store::synced_at(self.core.db.read(), app_id).await
    }

    /// Fetches the account's templates from WeChat; says what was found to be different.
    ///
    /// # Errors
    /// 502 or 504 for WeChat, the database.
    pub async fn sync_templates(&self, account: &Account, actor: Actor) -> Result<Vec<Difference>, AppError> {
        let listed = self.tokens.call(account, |client, token| async move { client.templates(&token).await }).await?;
        let (app_id, now) = (account.app_id.clone(), self.core.now());
        let synced = self.core.db.write(move |connection| {
            Box::pin(async move {
                let before = store::before(connection, &app_id).await?;
                let synced = compare(&before, &listed);
                for template in &listed {
                    store::upsert(connection, &app_id, template, now).await?;
                }
                for known in before.iter().filter(|known| known.gone_at.is_none()) {
                    if !listed.iter().any(|template| template.template_id == known.template_id) {
                        store::gone(connection, &app_id, &known.template_id, now).await?;
                    }
                }
                store::synced(connection, &app_id, now).await?;
                // What the server does by itself every day is nobody's act.
                if !synced.is_empty() && actor != Actor::System {
                    let count = |wanted: fn(&Change) -> bool| synced.iter().filter(|one| wanted(&one.change)).count();
                    let facts = format!(
                        r#"{{"added":{},"changed":{},"gone":{}}}"#,
                        count(|change| *change == Change::Added),
                        count(|change| matches!(change, Change::Changed { .. })),
                        count(|change| *change == Change::Gone)
                    );
                    record_in(connection, now, &Act::new(actor, "templates.synced", format!("account:{app_id}")).detail(facts)).await?;
                }
                Ok(synced)
            })
        });
        Ok(synced.await?)
    }
}

fn compare(before: &[store::Before], listed: &[wechat::client::Template]) -> Vec<Difference> {
    let keys = |content: &str| fields(content).into_iter().map(|field| field.key).collect::<Vec<_>>();
    let mut found = Vec::new();
    for template in listed {
        let title = template.title.clone();
        match before.iter().find(|known| known.template_id == template.template_id) {
            Some(known) if known.gone_at.is_none() => {
                let (old, new) = (keys(&known.content), keys(&template.content));
                let only = |these: &[String], others: &[String]| these.iter().filter(|key| !others.contains(key)).cloned().collect();
                let (more, less) = (only(&new, &old), only(&old, &new));
                if known.title != template.title || fields(&known.content) != fields(&template.content) {
                    let was = (known.title != template.title).then(|| known.title.clone());
                    found.push(Difference { title, change: Change::Changed { more, less, was } });
                }
            }
            _ => found.push(Difference { title, change: Change::Added }),
        }
    }
    let gone = |known: &&store::Before| known.gone_at.is_none() && !listed.iter().any(|other| other.template_id == known.template_id);
    found.extend(before.iter().filter(gone).map(|known| Difference { title: known.title.clone(), change: Change::Gone }));
    found
}
