//! What people do with endpoints. Each change and its line in the audit log stand or fall together.

use secrecy::SecretString;
use serde_json::json;

use super::{
    Webhooks, secrets, sign,
    store::{self, Event},
    telling,
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        webhooks::model::{Delivery, Endpoint, MOST_ENDPOINTS, TEST},
    },
    infra::outward,
    shared::{
        error::AppError,
        lang::Text,
        list::Listed,
        time::{HOUR, rfc3339},
    },
};

/// How many deliveries are replayed at once at most.
const REPLAYED_AT_ONCE: i64 = 10_000;

/// Who does something, and from where.
#[derive(Clone, Debug)]
pub struct By {
    /// Who.
    pub actor: Actor,
    /// The caller's address.
    pub address: String,
}

impl By {
    pub(super) fn act(&self, action: &'static str, id: &str) -> Act {
        Act::new(self.actor.clone(), action, format!("webhook:{id}")).from_address(&self.address)
    }
}

/// What an endpoint is to be; checked by whoever took it from outside.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Where events go; as [`outward::read`] takes it.
    pub url: String,
    /// What people call it.
    pub description: String,
    /// The types it wants.
    pub types: Vec<String>,
    /// Whether it may lie in the own network.
    pub inside: bool,
}

/// What the audit log keeps of an endpoint. Paths and queries of such addresses are often secrets; the host is none.
fn detail(endpoint: &Endpoint) -> String {
    let host = outward::read(&endpoint.url, endpoint.inside).ok().and_then(|url| url.host_str().map(str::to_owned));
    json!({ "host": host, "types": endpoint.types, "inside": endpoint.inside, "enabled": endpoint.enabled }).to_string()
}

impl Webhooks {
    /// An account's endpoints, the oldest first.
    ///
    /// # Errors
    /// The database.
    pub async fn of_account(&self, app_id: &str) -> Result<Vec<Endpoint>, sqlx::Error> {
        store::of_account(self.core.db.read(), app_id).await
    }

    /// One endpoint of an account; another account's is as unknown as a missing one.
    ///
    /// # Errors
    /// 404.
    pub async fn endpoint(&self, app_id: &str, id: &str) -> Result<Endpoint, AppError> {
        let found = store::get(self.core.db.read(), id).await?.map(Endpoint::from);
        found.filter(|endpoint| endpoint.app_id == app_id).ok_or_else(AppError::not_found)
    }

    /// Adds an endpoint; its secret is told here once and never again. `None` when the account has as many as it may.
    ///
    /// # Errors
    /// The database.
    pub async fn add(&self, app_id: &str, wanted: Wanted, by: &By) -> Result<Option<(Endpoint, SecretString)>, sqlx::Error> {
        let (now, id, secret) = (self.core.now(), self.core.new_id(), sign::fresh(&self.core.chance));
        let sealed = secrets::seal(&self.core.vault, &id, &secret);
        let Wanted { url, description, types, inside } = wanted;
        let new = Endpoint {
            id,
            app_id: app_id.to_owned(),
            url,
            description,
            types,
            inside,
            enabled: true,
            stopped: None,
            failing_since: None,
            old_until: None,
            created_at: now,
        };
        let (act, asked) = (by.act("webhook.created", &new.id).detail(detail(&new)), new.clone());
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                if store::count(c, &asked.app_id).await? >= MOST_ENDPOINTS {
                    return Ok(false);
                }
                store::insert(c, &asked, &sealed).await?;
                record_in(c, now, &act).await?;
                Ok(true)
            })
        });
        Ok(unit.await?.then_some((new, secret)))
    }

    /// Changes an endpoint. What waits for one that is switched off waits until it is on again.
    ///
    /// # Errors
    /// The database.
    pub async fn change(&self, endpoint: &Endpoint, wanted: Wanted, enabled: bool, by: &By) -> Result<(), sqlx::Error> {
        let now = self.core.now();
        let Wanted { url, description, types, inside } = wanted;
        let changed = Endpoint { url, description, types, inside, enabled, ..endpoint.clone() };
        let act = by.act("webhook.changed", &changed.id).detail(detail(&changed));
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::update(c, &changed, now).await?;
                record_in(c, now, &act).await
            })
        });
        unit.await?;
        self.bell.ring();
        Ok(())
    }

    /// Removes an endpoint with its deliveries.
    ///
    /// # Errors
    /// The database.
    pub async fn remove(&self, endpoint: &Endpoint, by: &By) -> Result<(), sqlx::Error> {
        let (now, id) = (self.core.now(), endpoint.id.clone());
        let act = by.act("webhook.removed", &id).detail(detail(endpoint));
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                if store::remove(c, &id).await? {
                    record_in(c, now, &act).await?;
                }
                Ok(())
            })
        });
        unit.await
    }

    /// Sends an endpoint a test event; gives the delivery's number.
    ///
    /// # Errors
    /// 409 `webhook_off`.
    pub async fn test(&self, endpoint: &Endpoint, by: &By) -> Result<i64, AppError> {
        on(endpoint)?;
        let (now, id) = (self.core.now(), endpoint.id.clone());
        let data = json!({ "account": endpoint.app_id, "endpoint": id, "asked_at": rfc3339(now) });
        let event: Event = telling::event(&self.core, endpoint.app_id.clone(), TEST.to_owned(), now, data);
        let act = by.act("webhook.tested", &id);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::put_event(c, &event, now).await?;
                let delivery = store::deliver_to(c, &id, &event, now).await?;
                record_in(c, now, &act).await?;
                Ok(delivery)
            })
        });
        let delivery = unit.await?;
        self.bell.ring();
        Ok(delivery)
    }

    /// A page of an endpoint's deliveries, newest first, below `before`.
    ///
    /// # Errors
    /// The database.
    pub async fn deliveries(&self, endpoint: &str, before: i64, limit: usize) -> Result<Listed<Delivery>, sqlx::Error> {
        let rows = store::page(self.core.db.read(), endpoint, before, i64::try_from(limit).unwrap_or(0) + 1).await?;
        Ok(Listed::cut(rows, limit, |delivery| delivery.id.to_string()))
    }

    /// One delivery of an endpoint, and the body that is sent.
    ///
    /// # Errors
    /// 404.
    pub async fn delivery(&self, endpoint: &str, id: i64) -> Result<(Delivery, String), AppError> {
        let pool = self.core.db.read();
        let delivery = store::delivery(pool, endpoint, id).await?.ok_or_else(AppError::not_found)?;
        let body = store::body(pool, &delivery.event_id).await?.unwrap_or_default();
        Ok((delivery, body))
    }

    /// Sends an event again now, under the id it had, whatever became of it.
    ///
    /// # Errors
    /// 409 `webhook_off`.
    pub async fn replay(&self, endpoint: &Endpoint, delivery: &Delivery, by: &By) -> Result<(), AppError> {
        on(endpoint)?;
        let (now, id) = (self.core.now(), delivery.id);
        let act = by.act("webhook.replayed", &endpoint.id).detail(json!({ "event": delivery.event_id }).to_string());
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                store::replay(c, id, now).await?;
                record_in(c, now, &act).await
            })
        });
        unit.await?;
        self.bell.ring();
        Ok(())
    }

    /// Sends again what was given up within the last `hours`; how many that are, 10,000 at most.
    ///
    /// # Errors
    /// 409 `webhook_off`.
    pub async fn replay_failed(&self, endpoint: &Endpoint, hours: i64, by: &By) -> Result<u64, AppError> {
        on(endpoint)?;
        let (now, id) = (self.core.now(), endpoint.id.clone());
        let act = by.act("webhook.replayed", &id);
        let unit = self.core.db.write(move |c| {
            Box::pin(async move {
                let count = store::replay_failed(c, &id, now - hours * HOUR, now, REPLAYED_AT_ONCE).await?;
                record_in(c, now, &act.detail(json!({ "hours": hours, "deliveries": count }).to_string())).await?;
                Ok(count)
            })
        });
        let count = unit.await?;
        self.bell.ring();
        Ok(count)
    }
}

fn on(endpoint: &Endpoint) -> Result<(), AppError> {
    let off = Text::new("这个地址已停用，请先启用它。", "This endpoint is switched off. Switch it on first.");
    if endpoint.enabled { Ok(()) } else { Err(AppError::conflict("webhook_off", off)) }
}
