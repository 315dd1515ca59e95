//! Drafts: what somebody composes, kept until and after it is sent.

mod faults;
pub mod out;
pub(super) mod store;
pub mod sweep;

use std::collections::{HashMap, HashSet};

use super::{
    Message, Messages,
    audience::{self, Look, People, json_of},
    history::{first_id, moment_of},
    rules::WEEK,
    templates::Template,
};
use crate::{
    features::messages::model::{Allowance, Audience, Content, Origin, Pace, Quiet, Source},
    shared::{error::AppError, time::DAY},
};

pub(super) use out::OF_DRAFT;
pub use out::{How, Sent, UNDO};

/// What somebody composes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its id, also what makes a double submission harmless.
    pub id: String,
    /// The account.
    pub app_id: String,
    /// Whose it is.
    pub user_id: String,
    /// Template, values, click target.
    pub content: Content,
    /// Recipients as pasted.
    pub recipients: String,
    /// Where the recipients come from; with another source what was pasted waits.
    pub source: Source,
    /// What is known about the file or the tags.
    pub origin: Origin,
    /// When it went out (Unix milliseconds).
    pub sent_at: Option<i64>,
    /// When it was last saved (Unix milliseconds).
    pub updated_at: i64,
}

/// A draft that did not go out, in a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDraft {
    /// Its id.
    pub id: String,
    /// Its template's title; empty where none is known.
    pub title: String,
    /// When it was last saved (Unix milliseconds).
    pub updated_at: i64,
}

/// Calls a second that one of several at once makes when nothing else holds it back, as a guess.
const CALLS: f64 = 10.0;

/// How long an id may be taken that a page gave out for a draft nobody kept yet (milliseconds). Shorter than sent drafts are kept: the id
/// of one that went out never becomes another's.
const FRESH: i64 = DAY;

/// What the id in a form names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A draft of the person's.
    Own(Box<Draft>),
    /// None yet: whatever is kept first gets this id, so that a save under way and a button make one draft between them.
    Fresh,
    /// None of theirs.
    Nothing,
}

/// What is known about a draft's recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Those who left: WeChat will refuse them.
    pub not_following: Vec<String>,
    /// Those whom the synchronised followers do not have, of whoever else may get it.
    pub foreign: Vec<String>,
    /// Those who got this template in the last 24 hours, of whoever else may get it; some may be foreign as well.
    pub got_today: Vec<String>,
}

impl Messages {
    /// A person's own draft.
    ///
    /// # Errors
    /// 404 for a missing one, another account's and another person's alike.
    pub async fn draft(&self, app_id: &str, user_id: &str, id: &str) -> Result<Draft, AppError> {
        let draft = store::one(self.core.db.read(), id).await?;
        draft.filter(|draft| draft.app_id == app_id && draft.user_id == user_id).ok_or_else(AppError::not_found)
    }

    /// What a form's draft is to somebody: their own, or an id that a page of theirs just gave out, or neither.
    ///
    /// # Errors
    /// The database.
    pub async fn named(&self, app_id: &str, user_id: &str, id: &str) -> Result<Named, sqlx::Error> {
        if id.is_empty() {
            return Ok(Named::Nothing);
        }
        Ok(match store::one(self.core.db.read(), id).await? {
            Some(draft) if draft.app_id == app_id && draft.user_id == user_id => Named::Own(Box::new(draft)),
            None if moment_of(id).is_some_and(|at| (self.core.now() - at).abs() < FRESH) => Named::Fresh,
            _ => Named::Nothing,
        })
    }

    /// Keeps a draft; one without id gets one. Gives its id.
    ///
    /// # Errors
    /// The database.
    pub async fn save_draft(&self, draft: Draft) -> Result<String, AppError> {
        self.save_draft_with(draft, None).await
    }

    /// Keeps a draft, with other people than before where some are given.
    ///
    /// # Errors
    /// The database.
    pub async fn save_draft_with(&self, mut draft: Draft, people: Option<People>) -> Result<String, AppError> {
        if draft.id.is_empty() {
            draft.id = self.core.new_id();
        }
        let (id, now) = (draft.id.clone(), self.core.now());
        let Some(people) = people else {
            self.core.db.write(move |connection| Box::pin(async move { store::save(connection, &draft, now).await })).await?;
            return Ok(id);
        };
        let save = self.core.db.write_alone(move |connection| {
            Box::pin(async move {
                if !store::save(connection, &draft, now).await? {
                    return Ok(());
                }
                let chunks = match people {
                    People::Column(column) => return audience::store::choose(connection, &draft.id, &column).await,
                    People::Lines(chunks) => chunks,
                };
                audience::store::clear(connection, &draft.id, draft.source.word()).await?;
                for chunk in chunks {
                    audience::store::add(connection, &draft.id, draft.source.word(), &chunk).await?;
                }
                Ok(())
            })
        });
        save.await?;
        Ok(id)
    }

    /// A person's drafts that did not go out, last saved first.
    ///
    /// # Errors
    /// The database.
    pub async fn open_drafts(&self, app_id: &str, user_id: &str, most: i64) -> Result<Vec<OpenDraft>, sqlx::Error> {
        store::open(self.core.db.read(), app_id, user_id, most).await
    }

    /// Deletes a person's own draft; says whether there was one.
    ///
    /// # Errors
    /// The database.
    pub async fn delete_draft(&self, app_id: &str, user_id: &str, id: &str) -> Result<bool, sqlx::Error> {
        let (app_id, user_id, id) = (app_id.to_owned(), user_id.to_owned(), id.to_owned());
        self.core.db.write(move |connection| Box::pin(async move { store::delete(connection, &app_id, &user_id, &id).await })).await
    }

    /// Who of a list has left the account, and whom the account's followers do not have.
    pub(super) async fn absent(&self, draft: &Draft, audience: &Audience) -> Result<(HashSet<String>, HashSet<String>), sqlx::Error> {
        let openids = json_of(audience.people.iter().map(|person| person.openid.as_str()));
        let pool = self.core.db.read();
        let left = store::not_following(pool, &draft.app_id, &openids).await?;
        let foreign = store::foreign(pool, &draft.app_id, &draft.content.template_id, &openids).await?;
        Ok((left.into_iter().collect(), foreign.into_iter().collect()))
    }

    /// What is known about a draft's recipients.
    ///
    /// # Errors
    /// The database.
    pub async fn known(&self, draft: &Draft, look: &Look) -> Result<Known, sqlx::Error> {
        let openids = json_of(look.fit());
        let (pool, since) = (self.core.db.read(), self.core.now() - DAY);
        let got_today = store::got_since(pool, &draft.app_id, &draft.content.template_id, &openids, since).await?;
        let named = |set: &HashSet<String>, openid: &&str| set.contains(*openid);
        let everybody = look.audience.people.iter().map(|person| person.openid.as_str());
        Ok(Known {
            not_following: everybody.filter(|openid| named(&look.left, openid)).map(str::to_owned).collect(),
            foreign: look.fit().filter(|openid| named(&look.foreign, openid)).map(str::to_owned).collect(),
            got_today,
        })
    }

    /// Which of those a draft may go to have had as many messages this week as one person may.
    ///
    /// # Errors
    /// The database.
    pub async fn over_cap(&self, draft: &Draft, look: &Look, cap: i64) -> Result<Vec<String>, sqlx::Error> {
        let (since, since_id) = (self.core.now() - WEEK, first_id(self.core.now() - 2 * WEEK));
        store::over_cap(self.core.db.read(), &draft.app_id, &json_of(look.fit()), &since_id, since, cap).await
    }

    /// Administrators who may approve what somebody sends, some of them.
    ///
    /// # Errors
    /// The database.
    pub async fn approvers(&self, user_id: &str) -> Result<Vec<String>, sqlx::Error> {
        store::approvers(self.core.db.read(), user_id).await
    }

    /// How fast an account sends now.
    ///
    /// # Errors
    /// The database.
    pub async fn pace(&self, app_id: &str, quiet: Option<Quiet>, allowance: Allowance) -> Result<Pace, sqlx::Error> {
        let settings = &self.core.settings;
        let rate = if settings.send_rate == 0 { f64::from(settings.send_parallel) * CALLS } else { f64::from(settings.send_rate) };
        let others = store::running(self.core.db.read(), app_id).await?;
        Ok(Pace { rate, others, quiet, allowance })
    }

    /// Names of the recipients of these messages, by openid, where there are any.
    ///
    /// # Errors
    /// The database.
    pub async fn names(&self, app_id: &str, messages: &[Message]) -> Result<HashMap<String, String>, sqlx::Error> {
        let openids: Vec<&str> = messages.iter().map(|message| message.touser.as_str()).collect();
        let openids = serde_json::to_string(&openids).unwrap_or_else(|_| "[]".into());
        Ok(store::names(self.core.db.read(), app_id, &openids).await?.into_iter().collect())
    }

    /// The openid a person bound to receive tests of an account.
    ///
    /// # Errors
    /// The database.
    pub async fn own_openid(&self, user_id: &str, app_id: &str) -> Result<Option<String>, sqlx::Error> {
        store::own_openid(self.core.db.read(), user_id, app_id).await
    }
}
