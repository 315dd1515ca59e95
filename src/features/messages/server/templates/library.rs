//! Templates taken from WeChat's library, and given up (docs/wechat-api.md §6.2).

use super::super::Messages;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record,
        },
    },
    shared::error::AppError,
};

impl Messages {
    /// Adds a template of the library to the account and fetches the list anew; gives its long id.
    ///
    /// # Errors
    /// 502 for what WeChat refuses (25 are there, outside the account's categories, unknown keyword), 504, the database.
    pub async fn add_template(&self, account: &Account, short_id: &str, keywords: &[String], actor: Actor) -> Result<String, AppError> {
        let (short, words) = (short_id.to_owned(), keywords.to_vec());
        let call = self.tokens.call(account, |client, token| {
            let (short, words) = (short.clone(), words.clone());
            async move { client.add_template(&token, &short, &words).await }
        });
        let template_id = call.await?;
        let facts = serde_json::json!({ "template_id": template_id, "short_id": short_id, "keywords": keywords });
        self.changed(account, "templates.added", &facts, actor).await?;
        Ok(template_id)
    }

    /// Deletes a template of the account at WeChat and fetches the list anew.
    ///
    /// # Errors
    /// 404 for one we do not know, 502 for what WeChat refuses, 504, the database.
    pub async fn delete_template(&self, account: &Account, template_id: &str, actor: Actor) -> Result<(), AppError> {
        let known = self.template(&account.app_id, template_id).await?.filter(|template| template.gone_at.is_none());
        let template = known.ok_or_else(AppError::not_found)?;
        let id = template.template_id.clone();
        let call = self.tokens.call(account, |client, token| {
            let id = id.clone();
            async move { client.delete_template(&token, &id).await }
        });
        call.await?;
        let facts = serde_json::json!({ "template_id": template.template_id, "title": template.title });
        self.changed(account, "templates.deleted", &facts, actor).await
    }

    /// WeChat has done it: that is kept first. A list that cannot be fetched now is fetched by the daily look.
    async fn changed(&self, account: &Account, action: &'static str, facts: &serde_json::Value, actor: Actor) -> Result<(), AppError> {
        let act = Act::new(actor, action, format!("account:{}", account.app_id)).detail(facts.to_string());
        record(&self.core, act).await?;
        if let Err(error) = self.sync_templates(account, Actor::System).await {
            tracing::warn!(app_id = account.app_id, code = error.code, "The templates changed at WeChat and could not be fetched");
        }
        Ok(())
    }
}
