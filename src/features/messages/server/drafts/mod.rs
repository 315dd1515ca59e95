//! Drafts: what somebody composes, kept until and after it is sent.

mod faults;
pub(super) mod store;
pub mod sweep;

use std::collections::{HashMap, HashSet};

use super::{
    Message, Messages, NewMessage,
    audience::{self, Look, People, json_of},
    batches::{Batch, intake::NewBatch, upload::Recipient},
    history::{Filter, moment_of},
    templates::Template,
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Audience, Canary, Content, Facts, Origin, Recipe, Source},
    },
    infra::guard::Operator,
    shared::{
        error::{AppError, FieldError},
        lang::Text,
        time::{DAY, SECOND},
    },
};

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

/// How long a batch of the page's waits before its first message goes out (milliseconds): time to take it back.
pub const UNDO: i64 = 10 * SECOND;
/// What a batch's `request` starts with when it came of a draft.
pub(super) const OF_DRAFT: &str = "draft:";

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

/// What the person decided on the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Leave out those who got this template within 24 hours.
    pub skip_got_today: bool,
    /// Not before this moment (Unix milliseconds); after the undo window without.
    pub send_at: Option<i64>,
    /// Send to a few first.
    pub canary: Option<Canary>,
}

/// What came of a draft.
#[derive(Clone, Debug)]
pub enum Sent {
    /// One message.
    Message(Box<Message>),
    /// A batch.
    Batch(Box<Batch>),
}

/// What is known about a draft's recipients.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Those who left: WeChat will refuse them.
    pub not_following: Vec<String>,
    /// Those who got this template in the last 24 hours, of whoever else gets it.
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

    /// Who of a list has left the account.
    pub(super) async fn left(&self, draft: &Draft, audience: &Audience) -> Result<Vec<String>, sqlx::Error> {
        let openids = json_of(audience.people.iter().map(|person| person.openid.as_str()));
        store::not_following(self.core.db.read(), &draft.app_id, &openids).await
    }

    /// What is known about a draft's recipients.
    ///
    /// # Errors
    /// The database.
    pub async fn known(&self, draft: &Draft, look: &Look) -> Result<Known, sqlx::Error> {
        let people = look.audience.people.iter().enumerate();
        let (left, others): (Vec<_>, Vec<_>) = people.partition(|(_, person)| look.left.contains(&person.openid));
        let others = others.into_iter().filter(|(at, _)| !look.survey.refused.contains(at));
        let openids = json_of(others.map(|(_, person)| person.openid.as_str()));
        let (pool, since) = (self.core.db.read(), self.core.now() - DAY);
        let got_today = store::got_since(pool, &draft.app_id, &draft.content.template_id, &openids, since).await?;
        Ok(Known { not_following: left.into_iter().map(|(_, person)| person.openid.clone()).collect(), got_today })
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

    /// Sends a draft: to one person at once, to several as a batch that can be taken back for some seconds. However often it is
    /// submitted, it goes out once. Those who left the account are skipped.
    ///
    /// # Errors
    /// 422 when it may not go out as it is, 423 `sending_locked`, the database.
    pub async fn send_draft(&self, account: &Account, operator: &Operator, draft: &Draft, how: How) -> Result<Sent, AppError> {
        if draft.sent_at.is_some()
            && let Some(sent) = self.sent(account, draft).await?
        {
            return Ok(sent);
        }
        let template = self.any_template(&account.app_id, &draft.content.template_id).await?;
        let look = self.look(draft, &template.as_ref().map(Template::fields).unwrap_or_default()).await?;
        let faults = self.draft_faults(draft, template.as_ref(), &look).await?;
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        let (fit, mut list) = self.remaining(draft, &look, how.skip_got_today).await?;
        let actor = Actor::User(operator.name.clone());
        match fit.as_slice() {
            [] => Err(AppError::invalid(vec![FieldError::new(
                "recipients",
                "missing",
                Text::new("没有剩下的收件人", "Nobody is left to send to"),
            )])),
            [only] if how.send_at.is_none() => {
                let act = sent_act(actor.clone(), draft, 1);
                let person = &look.audience.people[*only];
                let data = look.recipe.fill(&person.facts).data;
                let channel = template.as_ref().map(Template::channel).unwrap_or_default();
                let new = NewMessage { data, channel, ..new_message(draft, person.openid.clone(), Some(draft.id.clone()), &actor) };
                let filed = self.accept(account, vec![new], act).await?.into_iter().next();
                filed.map(|message| Sent::Message(Box::new(message))).ok_or_else(AppError::not_found)
            }
            _ => {
                let name = template.map(|template| template.title).unwrap_or_default();
                let act = Act::new(actor.clone(), "batch.filed", String::new());
                let send_at = how.send_at.unwrap_or_else(|| self.core.now() + UNDO);
                list.sort_by_key(|recipient| recipient.index);
                let approval = self.rules(&account.app_id).await?.needs_approval(list.len());
                let new = NewBatch { approval, canary: how.canary, ..new_batch(draft, name, send_at, &actor) };
                let batch = self.file_batch(account, new, list, act).await?;
                Ok(Sent::Batch(Box::new(batch)))
            }
        }
    }

    /// Whom a draft goes to: its people without those who left and, if wanted, those who got the template today. First the places of
    /// those whose values keep to the rules; then all of them with their own values, for a batch that keeps note of whom it refused.
    async fn remaining(&self, draft: &Draft, look: &Look, skip_got_today: bool) -> Result<(Vec<usize>, Vec<Recipient>), sqlx::Error> {
        let known = self.known(draft, look).await?;
        let mut skipped: HashSet<String> = known.not_following.into_iter().collect();
        if skip_got_today {
            skipped.extend(known.got_today);
        }
        let people = &look.audience.people;
        let places: Vec<usize> = (0..people.len()).filter(|at| !skipped.contains(&people[*at].openid)).collect();
        let recipient = |at: &usize| {
            let person = &people[*at];
            let own = look.recipe.own(&look.recipe.fill(&person.facts).data);
            Recipient { index: u64::try_from(person.line).unwrap_or(0), touser: person.openid.as_str().into(), data: own }
        };
        let list = places.iter().map(recipient).collect();
        Ok((places.into_iter().filter(|at| !look.survey.refused.contains(at)).collect(), list))
    }

    /// What came of a draft that was sent.
    ///
    /// # Errors
    /// The database.
    pub async fn sent(&self, account: &Account, draft: &Draft) -> Result<Option<Sent>, sqlx::Error> {
        if let Some(batch) = self.batch_of_request(&request_of(draft)).await? {
            return Ok(Some(Sent::Batch(Box::new(batch))));
        }
        let filter = Filter { draft_id: Some(draft.id.clone()), ..Filter::default() };
        let listed = self.list(&account.app_id, &filter, None, 1).await?;
        Ok(listed.items.into_iter().next().map(|message| Sent::Message(Box::new(message))))
    }

    /// Sends what is composed to the person who composes it, with the values of somebody on the list.
    ///
    /// # Errors
    /// 422 when it may not go out as it is or no openid is bound, 423 `sending_locked`, the database.
    pub async fn send_test(&self, account: &Account, operator: &Operator, draft: &Draft, facts: &Facts) -> Result<Message, AppError> {
        let Some(openid) = self.own_openid(&operator.id, &account.app_id).await? else {
            let detail = Text::new("先绑定你的微信，才能收测试消息", "Bind your WeChat first to get test messages");
            return Err(AppError::new(422, "no_own_openid", detail));
        };
        let template = self.any_template(&account.app_id, &draft.content.template_id).await?;
        let mut faults = draft.content_faults(template.as_ref());
        let channel = template.as_ref().map(Template::channel).unwrap_or_default();
        let recipe = Recipe::new(&template.map(|template| template.fields()).unwrap_or_default(), &draft.content.data, draft.columns());
        let data = recipe.fill(facts).data;
        if let Some((field, fault)) = recipe.broken(&data) {
            faults.push(FieldError::new(format!("data.{}", field.key), fault.code(), fault.said()));
        }
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        let actor = Actor::User(operator.name.clone());
        let act = sent_act(actor.clone(), draft, 1);
        let new = NewMessage { data, channel, ..new_message(draft, openid, None, &actor) };
        let messages = self.accept(account, vec![new], act).await?;
        messages.into_iter().next().ok_or_else(AppError::not_found)
    }

    /// The openid a person bound to receive tests of an account.
    ///
    /// # Errors
    /// The database.
    pub async fn own_openid(&self, user_id: &str, app_id: &str) -> Result<Option<String>, sqlx::Error> {
        store::own_openid(self.core.db.read(), user_id, app_id).await
    }
}

fn new_message(draft: &Draft, touser: String, draft_id: Option<String>, actor: &Actor) -> NewMessage {
    NewMessage {
        touser,
        template_id: draft.content.template_id.clone(),
        data: draft.content.data.clone(),
        url: draft.content.url(),
        miniprogram: draft.content.miniprogram(),
        draft_id,
        actor: actor.tag(),
        ..NewMessage::default()
    }
}

fn new_batch(draft: &Draft, name: String, send_at: i64, actor: &Actor) -> NewBatch {
    NewBatch {
        name,
        template_id: draft.content.template_id.clone(),
        data: draft.content.data.clone(),
        url: draft.content.url(),
        miniprogram: draft.content.miniprogram(),
        ttl: None,
        send_at: Some(send_at),
        approval: false,
        canary: None,
        actor: actor.tag(),
        request: Some(request_of(draft)),
        key_id: None,
        channel: None,
    }
}

fn request_of(draft: &Draft) -> String {
    format!("{OF_DRAFT}{}", draft.id)
}

/// The trace of a sending: how many, never to whom.
fn sent_act(actor: Actor, draft: &Draft, count: usize) -> Act {
    let facts = serde_json::json!({ "template_id": draft.content.template_id, "recipients": count });
    Act::new(actor, "messages.sent", format!("account:{}", draft.app_id)).detail(facts.to_string())
}
