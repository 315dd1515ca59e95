//! What an account's operator laid down about sending: quiet hours, a weekly cap, a second pair of eyes, where links may lead.

pub(super) mod links;
pub(super) mod store;

use super::{Messages, batches::Batch, drafts::UNDO};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::Rules,
    },
    shared::{error::AppError, lang::Text, time::DAY},
};

/// The stretch of the weekly cap (milliseconds).
pub(super) const WEEK: i64 = 7 * DAY;

impl Messages {
    /// The rules of an account.
    ///
    /// # Errors
    /// The database.
    pub async fn rules(&self, app_id: &str) -> Result<Rules, sqlx::Error> {
        store::of(self.core.db.read(), app_id).await
    }

    /// How many administrators can sign in, and so approve.
    ///
    /// # Errors
    /// The database.
    pub async fn administrators(&self) -> Result<i64, sqlx::Error> {
        store::administrators(self.core.db.read()).await
    }

    /// Lays down the rules of an account; they hold for what waits already.
    ///
    /// # Errors
    /// The database.
    pub async fn set_rules(&self, app_id: &str, rules: Rules, actor: Actor, address: String) -> Result<(), AppError> {
        let (app_id, now) = (app_id.to_owned(), self.core.now());
        let facts = serde_json::json!({
            "quiet": rules.quiet.map(|quiet| quiet.words()),
            "weekly_cap": rules.weekly_cap,
            "approve_above": rules.approve_above,
            "canary": rules.canary,
            "brake_percent": rules.brake_percent,
            "ask_unsure": rules.ask_unsure,
            "link_hosts": rules.link_hosts,
        });
        let act = Act::new(actor, "rules.changed", format!("account:{app_id}")).from_address(address).detail(facts.to_string());
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                store::put(connection, &app_id, &rules).await?;
                record_in(connection, now, &act).await
            })
        });
        unit.await?;
        self.bell.ring();
        Ok(())
    }

    /// Lets a batch go that waits for a second person. Its time to be taken back begins now.
    ///
    /// # Errors
    /// 403 `own_batch` for whoever made it; 409 `batch_state`; the database.
    pub async fn approve_batch(&self, batch: &Batch, actor: Actor) -> Result<(), AppError> {
        if batch.actor == actor.tag() {
            let detail = Text::new("自己提交的群发要由另一位管理员批准。", "Another administrator has to approve what you submitted.");
            return Err(AppError::new(403, "own_batch", detail));
        }
        let (id, now) = (batch.id.clone(), self.core.now());
        let (send_at, ttl) = (batch.send_at.max(now + UNDO), batch.ttl);
        let act = Act::new(actor, "batch.approved", format!("batch:{id}"));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let done = store::approve(connection, &id, send_at, send_at.saturating_add(ttl)).await?;
                if done {
                    record_in(connection, now, &act).await?;
                }
                Ok(done)
            })
        });
        if !unit.await? {
            let detail = Text::new("这一批已经不在等待批准。", "This batch no longer waits for approval.");
            return Err(AppError::conflict("batch_state", detail));
        }
        self.bell.ring();
        Ok(())
    }
}
