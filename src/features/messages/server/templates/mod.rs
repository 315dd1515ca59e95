//! The account's templates: a copy of WeChat's list, renewed when asked.

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
        messages::model::{TemplateField, fields, is_legacy},
    },
    shared::error::AppError,
    wechat,
};

pub use store::Template;
pub use worker::Syncing;

/// How many templates a synchronisation found to be new, changed, or gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Listed for the first time, or again.
    pub added: usize,
    /// With another title or other fields.
    pub changed: usize,
    /// Not listed any more.
    pub gone: usize,
}

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

    /// Fetches the account's templates from WeChat.
    ///
    /// # Errors
    /// 502 or 504 for WeChat, the database.
    pub async fn sync_templates(&self, account: &Account, actor: Actor) -> Result<Synced, AppError> {
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
                if synced != Synced::default() && actor != Actor::System {
                    let facts = format!(r#"{{"added":{},"changed":{},"gone":{}}}"#, synced.added, synced.changed, synced.gone);
                    record_in(connection, now, &Act::new(actor, "templates.synced", format!("account:{app_id}")).detail(facts)).await?;
                }
                Ok(synced)
            })
        });
        Ok(synced.await?)
    }
}

fn compare(before: &[store::Before], listed: &[wechat::client::Template]) -> Synced {
    let mut synced = Synced::default();
    for template in listed {
        match before.iter().find(|known| known.template_id == template.template_id) {
            None => synced.added += 1,
            Some(known) if known.gone_at.is_some() => synced.added += 1,
            Some(known) if known.title != template.title || fields(&known.content) != fields(&template.content) => synced.changed += 1,
            Some(_) => {}
        }
    }
    let listed_still = |known: &&store::Before| listed.iter().any(|template| template.template_id == known.template_id);
    synced.gone = before.iter().filter(|known| known.gone_at.is_none()).filter(|known| !listed_still(known)).count();
    synced
}
