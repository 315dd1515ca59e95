//! A draft goes out.

use std::collections::HashSet;

use super::{
    super::{
        Message, Messages, NewMessage,
        audience::Look,
        batches::{Batch, intake::NewBatch, upload::Recipient},
        history::Filter,
        templates::Template,
    },
    Draft,
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Canary, Facts, Recipe, Source},
    },
    infra::guard::Operator,
    shared::{
        error::{AppError, FieldError},
        lang::Text,
        time::SECOND,
    },
    ui::texts::compose as w,
};

/// How long what the page sends waits before its first message goes out (milliseconds): time to take it back.
pub const UNDO: i64 = 10 * SECOND;
/// What a batch's `request` starts with when it came of a draft.
pub(in super::super) const OF_DRAFT: &str = "draft:";

/// What the person decided on the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Leave out those who got this template within 24 hours.
    pub skip_got_today: bool,
    /// Send to those whom the followers do not have, too.
    pub send_foreign: bool,
    /// Not before this moment (Unix milliseconds); after the undo window without.
    pub send_at: Option<i64>,
    /// Send to a few first.
    pub canary: Option<Canary>,
    /// What was looked at ([`Look::seen`]); only that goes out. Without, whatever the draft holds.
    pub seen: Option<[u8; 32]>,
}

/// What came of a draft.
#[derive(Clone, Debug)]
pub enum Sent {
    /// One message.
    Message(Box<Message>),
    /// A batch.
    Batch(Box<Batch>),
}

impl Messages {
    /// Sends a draft: to one person as a message, to several as a batch; either can be taken back for some seconds. However often it
    /// is submitted, it goes out once, and only as it was seen. Those who left the account are skipped.
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
        let look = self.look_closely(draft, &template.as_ref().map(Template::fields).unwrap_or_default()).await?;
        if how.seen.is_some() && how.seen != look.seen {
            return Err(AppError::invalid(vec![FieldError::new("seen", "changed", w::SEEN_CHANGED)]));
        }
        let faults = self.draft_faults(draft, template.as_ref(), &look).await?;
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        let (fit, mut list) = self.remaining(draft, &look, how).await?;
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
                let new =
                    NewMessage { data, channel, rest: UNDO, ..new_message(draft, person.openid.clone(), Some(draft.id.clone()), &actor) };
                let filed = self.accept(account, vec![new], act).await?.into_iter().next();
                filed.map(|message| Sent::Message(Box::new(message))).ok_or_else(AppError::not_found)
            }
            _ => {
                let name = template.map(|template| template.title).unwrap_or_default();
                let act = Act::new(actor.clone(), "batch.filed", String::new());
                let send_at = how.send_at.unwrap_or_else(|| self.core.now() + UNDO);
                list.sort_by_key(|recipient| recipient.index);
                let approval = self.rules(&account.app_id).await?.needs_approval(fit.len());
                if approval && self.approvers(&operator.id).await?.is_empty() {
                    return Err(AppError::invalid(vec![FieldError::new("recipients", "no_approver", w::NO_APPROVER)]));
                }
                let new = NewBatch { approval, canary: how.canary, ..new_batch(draft, name, send_at, &actor) };
                let batch = self.file_batch(account, new, list, act).await?;
                Ok(Sent::Batch(Box::new(batch)))
            }
        }
    }

    /// Whom a draft goes to: its people without those who left and whom else the person skips. First the places of those whose values keep to the rules; then all of them with their own values, for a batch that keeps note of whom it refused.
    async fn remaining(&self, draft: &Draft, look: &Look, how: How) -> Result<(Vec<usize>, Vec<Recipient>), sqlx::Error> {
        let known = self.known(draft, look).await?;
        let mut skipped: HashSet<String> = known.not_following.into_iter().collect();
        if how.skip_got_today {
            skipped.extend(known.got_today);
        }
        if !how.send_foreign {
            skipped.extend(known.foreign);
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
        list: list_of(draft),
    }
}

/// Where its people come from, where that has a name: a file, or a question of the pictures.
fn list_of(draft: &Draft) -> Option<String> {
    match draft.source {
        Source::File => Some(draft.origin.file.clone()).filter(|name| !name.is_empty()),
        Source::Uploads => Some(format!("{} {}", draft.origin.uploads.title, draft.origin.uploads.question).trim().to_owned()),
        Source::Paste | Source::Tags => None,
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
