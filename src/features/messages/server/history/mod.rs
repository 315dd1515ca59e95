//! The history of messages, by key.

mod store;

use super::{Message, Messages, audience::beginning};
use crate::{features::messages::model::MessageState, shared::list::Listed};

/// Which messages a list shows. Empty: all of the account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this state.
    pub state: Option<MessageState>,
    /// Only this template (long id).
    pub template_id: Option<String>,
    /// Only this recipient (openid).
    pub touser: Option<String>,
    /// Only this batch.
    pub batch_id: Option<String>,
    /// Only these recipients of the batch (openids); comes before `touser` and `cause`.
    pub people: Option<Vec<String>>,
    /// Only those of the batch that ended, in the filter's state, for this cause.
    pub cause: Option<Cause>,
    /// Only what this person or program sent, as `user:周敏` or `key:erp`.
    pub actor: Option<String>,
    /// Only what came of this draft.
    pub draft_id: Option<String>,
    /// Only from this moment on (Unix milliseconds).
    pub from: Option<i64>,
    /// Only up to this moment, itself included (Unix milliseconds).
    pub to: Option<i64>,
}

/// Why messages failed, as far as it is told apart: the stable word, and WeChat's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A word of [`crate::features::messages::model::reasons`].
    pub reason: String,
    /// WeChat's code; without one, only messages without one.
    pub errcode: Option<i64>,
}

impl Messages {
    /// One page of an account's messages, newest first, continued from `cursor`.
    ///
    /// # Errors
    /// The database.
    pub async fn list(&self, app_id: &str, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Listed<Message>, sqlx::Error> {
        if let Some(id) = filter.batch_id.as_deref().filter(|_| filter.template_id.is_some() || filter.actor.is_some()) {
            let batch = self.batches_of(app_id, &[id.to_owned()]).await?.pop();
            let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
            if !batch.is_some_and(|batch| is(&filter.template_id, &batch.template_id) && is(&filter.actor, &batch.actor)) {
                return Ok(Listed::cut(Vec::new(), 0, |message: &Message| message.id.clone()));
            }
        }
        let from = filter.from.map_or_else(String::new, first_id);
        let below = filter.to.map_or_else(|| "~".into(), |to| first_id(to.saturating_add(1)));
        let before = cursor.filter(|cursor| **cursor < *below).unwrap_or(&below);
        let rows = store::page(self.core.db.read(), app_id, filter, before, &from, limit + 1).await?;
        Ok(Listed::cut(rows, usize::try_from(limit).unwrap_or(0), |message| message.id.clone()))
    }
}

impl Messages {
    /// Whom a search means: the text as an openid, and followers, also those that left, whose name begins with it; at most 201.
    ///
    /// # Errors
    /// The database.
    pub async fn people_meant(&self, app_id: &str, text: &str) -> Result<Vec<String>, sqlx::Error> {
        let mut found = store::named(self.core.db.read(), app_id, &beginning(text)).await?;
        found.push(text.to_owned());
        Ok(found)
    }

    /// Who ever sent for an account, as the filter names them.
    ///
    /// # Errors
    /// The database.
    pub async fn senders(&self, app_id: &str) -> Result<Vec<String>, sqlx::Error> {
        store::senders(self.core.db.read(), app_id).await
    }
}

/// The smallest id a message of this moment can have: ids begin with 48 bits of Unix milliseconds.
pub(super) fn first_id(millis: i64) -> String {
    format!("{:012x}{:020}", millis.clamp(0, (1 << 48) - 1), 0)
}

/// When an id of ours was made (Unix milliseconds); `None` for what is no id.
pub(super) fn moment_of(id: &str) -> Option<i64> {
    let whole = id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    whole.then(|| i64::from_str_radix(&id[..12], 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{first_id, moment_of};
    use crate::infra::{clock::Chance, id_at};

    #[test]
    fn moments_are_bounds_of_ids() {
        let chance = Chance::seeded(3);
        for millis in [1, 1_795_320_000_000, 1_795_320_000_001] {
            let id = id_at(millis, &chance);
            assert!(first_id(millis) <= id && id < first_id(millis + 1));
            assert_eq!(moment_of(&id), Some(millis));
        }
        for other in ["", "019aab", "~", &"g".repeat(32), &"0".repeat(33)] {
            assert_eq!(moment_of(other), None, "{other}");
        }
        assert!(*first_id(0) < *id_at(1, &chance) && *id_at(i64::MAX >> 20, &chance) < *"~");
    }
}
