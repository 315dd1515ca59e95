//! The account's templates: a copy of WeChat's list, renewed when asked.

mod library;
pub(super) mod store;
mod worker;

use sqlx::SqliteConnection;

use super::Messages;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::{Change, Channel, Difference, Found, TemplateField, fields, is_legacy},
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
        self.channel() == Channel::Template && is_legacy(&self.fields())
    }

    /// By which call its messages go out.
    pub fn channel(&self) -> Channel {
        Channel::parse(&self.channel).unwrap_or_default()
    }
}

impl Messages {
    /// The account's templates for template messages: those WeChat lists first, last used first.
    ///
    /// # Errors
    /// The database.
    pub async fn templates(&self, app_id: &str) -> Result<Vec<Template>, sqlx::Error> {
        let mut all = self.every_template(app_id).await?;
        all.retain(|template| template.channel() == Channel::Template);
        Ok(all)
    }

    /// The same with those of subscribe notifications among them.
    ///
    /// # Errors
    /// The database.
    pub async fn every_template(&self, app_id: &str) -> Result<Vec<Template>, sqlx::Error> {
        store::all(self.core.db.read(), app_id).await
    }

    /// One template for template messages.
    ///
    /// # Errors
    /// The database.
    pub async fn template(&self, app_id: &str, template_id: &str) -> Result<Option<Template>, sqlx::Error> {
        Ok(self.any_template(app_id, template_id).await?.filter(|template| template.channel() == Channel::Template))
    }

    /// One template of either channel.
    ///
    /// # Errors
    /// The database.
    pub async fn any_template(&self, app_id: &str, template_id: &str) -> Result<Option<Template>, sqlx::Error> {
        store::one(self.core.db.read(), app_id, template_id).await
    }

    /// When the templates were last fetched (Unix milliseconds).
    ///
    /// # Errors
    /// The database.
    pub async fn templates_synced_at(&self, app_id: &str) -> Result<Option<i64>, sqlx::Error> {
        store::synced_at(self.core.db.read(), app_id).await
    }

    /// What the last synchronisation that found anything found; none before a second one did.
    ///
    /// # Errors
    /// The database.
    pub async fn templates_found(&self, app_id: &str) -> Result<Option<Found>, sqlx::Error> {
        let kept = store::found(self.core.db.read(), app_id).await?;
        Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Fetches the account's templates from WeChat; says what was found to be different. Many accounts have no subscribe notifications:
    /// what is known of those stays where WeChat does not list them.
    ///
    /// # Errors
    /// 502 or 504 for WeChat, the database.
    pub async fn sync_templates(&self, account: &Account, actor: Actor) -> Result<Vec<Difference>, AppError> {
        let listed = self.tokens.call(account, |client, token| async move { client.templates(&token).await }).await?;
        let notifications = self.tokens.call(account, |client, token| async move { client.notification_templates(&token).await }).await;
        let notifications =
            notifications.inspect_err(|error| tracing::debug!(app_id = account.app_id, %error, "No templates of notifications are listed"));
        let lists: Vec<_> = [(Channel::Template, Some(listed)), (Channel::Subscribe, notifications.ok())].into();
        let (app_id, now) = (account.app_id.clone(), self.core.now());
        let synced = self.core.db.write(move |connection| {
            Box::pin(async move {
                let mut synced = Vec::new();
                // All that the first one finds is new, which is no news.
                let known = store::are_known(connection, &app_id).await?;
                for (channel, listed) in &lists {
                    if let Some(listed) = listed {
                        synced.extend(replace(connection, &app_id, *channel, listed, now).await?);
                    }
                }
                store::synced(connection, &app_id, now).await?;
                if known && !synced.is_empty() {
                    store::note_found(connection, &app_id, &noted(&synced, now)).await?;
                }
                // What the server does by itself every day is nobody's act.
                if !synced.is_empty() && actor != Actor::System {
                    let act = Act::new(actor, "templates.synced", format!("account:{app_id}")).detail(facts(&synced));
                    record_in(connection, now, &act).await?;
                }
                Ok(synced)
            })
        });
        Ok(synced.await?)
    }
}

/// Puts a list of WeChat's in the place of what was known of its channel; says what is different.
async fn replace(
    connection: &mut SqliteConnection,
    app_id: &str,
    channel: Channel,
    listed: &[wechat::client::Template],
    now: i64,
) -> Result<Vec<Difference>, sqlx::Error> {
    let before = store::before(connection, app_id, channel).await?;
    for template in listed {
        store::upsert(connection, app_id, (channel, template), now).await?;
    }
    for known in before.iter().filter(|known| known.gone_at.is_none()) {
        if !listed.iter().any(|template| template.template_id == known.template_id) {
            store::gone(connection, app_id, &known.template_id, now).await?;
        }
    }
    Ok(compare(&before, listed))
}

fn noted(synced: &[Difference], now: i64) -> String {
    serde_json::to_string(&Found { at: now, differences: synced.to_vec() }).unwrap_or_default()
}

fn facts(synced: &[Difference]) -> String {
    let count = |wanted: fn(&Change) -> bool| synced.iter().filter(|one| wanted(&one.change)).count();
    format!(
        r#"{{"added":{},"changed":{},"gone":{}}}"#,
        count(|change| *change == Change::Added),
        count(|change| matches!(change, Change::Changed { .. })),
        count(|change| *change == Change::Gone)
    )
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
