//! Drafts: what somebody composes, kept until and after it is sent.

pub(super) mod store;

use std::collections::{HashMap, HashSet};

use super::{
    Message, Messages, NewMessage,
    batches::{Batch, intake::NewBatch, upload::Recipient},
    history::Filter,
    templates::Template,
};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Content, Data, Recipients, check_content, parse_recipients},
    },
    infra::guard::Operator,
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
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
    /// When it went out (Unix milliseconds).
    pub sent_at: Option<i64>,
    /// When it was last saved (Unix milliseconds).
    pub updated_at: i64,
}

impl Draft {
    /// The recipients.
    pub fn recipients(&self) -> Recipients {
        parse_recipients(&self.recipients)
    }

    /// Everything that keeps it from being sent with this template.
    pub fn faults(&self, template: Option<&Template>) -> Vec<FieldError> {
        let Some(template) = template else {
            return vec![FieldError::new("template", "missing", Text::new("先选一个模板", "Choose a template first"))];
        };
        let mut faults = Vec::new();
        if template.gone_at.is_some() {
            faults.push(FieldError::new(
                "template",
                "template_gone",
                Text::new("这个模板已下线，换一个", "This template is gone; choose another"),
            ));
        }
        faults.extend(check_content(&template.fields(), &self.content));
        let recipients = self.recipients();
        let most = crate::features::messages::model::MOST_ON_PAGE;
        if recipients.openids.is_empty() {
            faults.push(FieldError::new("recipients", "missing", Text::new("还没有收件人", "Add at least one recipient")));
        } else if recipients.entries() > most {
            let detail = Said::new(
                format!("这里一次最多 {most} 个，现在 {} 个", recipients.entries()),
                format!("At most {most} at a time here; now {}", recipients.entries()),
            );
            faults.push(FieldError::new("recipients", "too_many", detail));
        }
        faults
    }
}

/// How long a batch of the page's waits before its first message goes out (milliseconds): time to take it back.
pub const UNDO: i64 = 10 * SECOND;
/// What a batch's `request` starts with when it came of a draft.
pub(super) const OF_DRAFT: &str = "draft:";

/// What the person decided on the last page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct How {
    /// Leave out those who got this template within 24 hours.
    pub skip_got_today: bool,
    /// Not before this moment (Unix milliseconds); after the undo window without.
    pub send_at: Option<i64>,
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
    /// Those who got this template in the last 24 hours.
    pub got_today: Vec<String>,
    /// The first recipient's name.
    pub first_name: Option<String>,
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

    /// Keeps a draft; one without id gets one. Gives its id.
    ///
    /// # Errors
    /// The database.
    pub async fn save_draft(&self, mut draft: Draft) -> Result<String, AppError> {
        if draft.id.is_empty() {
            draft.id = self.core.new_id();
        }
        let (id, now) = (draft.id.clone(), self.core.now());
        self.core.db.write(move |connection| Box::pin(async move { store::save(connection, &draft, now).await })).await?;
        Ok(id)
    }

    /// What is known about a draft's recipients.
    ///
    /// # Errors
    /// The database.
    pub async fn known(&self, draft: &Draft) -> Result<Known, sqlx::Error> {
        let recipients = draft.recipients().openids;
        let openids = serde_json::to_string(&recipients).unwrap_or_else(|_| "[]".into());
        let (pool, since) = (self.core.db.read(), self.core.now() - DAY);
        let first = serde_json::to_string(&recipients.first()).map(|one| format!("[{one}]")).unwrap_or_else(|_| "[]".into());
        Ok(Known {
            not_following: store::not_following(pool, &draft.app_id, &openids).await?,
            got_today: store::got_since(pool, &draft.app_id, &draft.content.template_id, &openids, since).await?,
            first_name: store::names(pool, &draft.app_id, &first).await?.into_iter().next().map(|(_, name)| name),
        })
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
        let template = self.template(&account.app_id, &draft.content.template_id).await?;
        let faults = draft.faults(template.as_ref());
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        let openids = self.remaining(draft, how.skip_got_today).await?;
        let actor = Actor::User(operator.name.clone());
        match openids.as_slice() {
            [] => Err(AppError::invalid(vec![FieldError::new(
                "recipients",
                "missing",
                Text::new("没有剩下的收件人", "Nobody is left to send to"),
            )])),
            [only] if how.send_at.is_none() => {
                let act = sent_act(actor.clone(), draft, 1);
                let new = new_message(draft, only.clone(), Some(draft.id.clone()), &actor);
                let filed = self.accept(account, vec![new], act).await?.into_iter().next();
                filed.map(|message| Sent::Message(Box::new(message))).ok_or_else(AppError::not_found)
            }
            _ => {
                let name = template.map(|template| template.title).unwrap_or_default();
                let act = Act::new(actor.clone(), "batch.filed", String::new());
                let send_at = how.send_at.unwrap_or_else(|| self.core.now() + UNDO);
                let approval = self.rules(&account.app_id).await?.needs_approval(openids.len());
                let new = NewBatch { approval, ..new_batch(draft, name, send_at, &actor) };
                let batch = self.file_batch(account, new, recipients_of(openids), act).await?;
                Ok(Sent::Batch(Box::new(batch)))
            }
        }
    }

    /// Whom a draft goes to: its recipients without those who left and, if wanted, those who got the template today.
    async fn remaining(&self, draft: &Draft, skip_got_today: bool) -> Result<Vec<String>, sqlx::Error> {
        let known = self.known(draft).await?;
        let mut skipped: HashSet<String> = known.not_following.into_iter().collect();
        if skip_got_today {
            skipped.extend(known.got_today);
        }
        Ok(draft.recipients().openids.into_iter().filter(|openid| !skipped.contains(openid)).collect())
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

    /// Sends what is composed to the person who composes it.
    ///
    /// # Errors
    /// 422 when it may not go out as it is or no openid is bound, 423 `sending_locked`, the database.
    pub async fn send_test(&self, account: &Account, operator: &Operator, draft: &Draft) -> Result<Message, AppError> {
        let Some(openid) = self.own_openid(&operator.id).await? else {
            let detail = Text::new("先绑定你的微信，才能收测试消息", "Bind your WeChat first to get test messages");
            return Err(AppError::new(422, "no_own_openid", detail));
        };
        let draft = Draft { recipients: openid.clone(), ..draft.clone() };
        let template = self.template(&account.app_id, &draft.content.template_id).await?;
        let faults = draft.faults(template.as_ref());
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        let actor = Actor::User(operator.name.clone());
        let act = sent_act(actor.clone(), &draft, 1);
        let messages = self.accept(account, vec![new_message(&draft, openid, None, &actor)], act).await?;
        messages.into_iter().next().ok_or_else(AppError::not_found)
    }

    /// The openid a person bound to receive tests.
    ///
    /// # Errors
    /// The database.
    pub async fn own_openid(&self, user_id: &str) -> Result<Option<String>, sqlx::Error> {
        store::own_openid(self.core.db.read(), user_id).await
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
        ttl: None,
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
        actor: actor.tag(),
        request: Some(request_of(draft)),
    }
}

fn recipients_of(openids: Vec<String>) -> Vec<Recipient> {
    let recipient = |(index, touser): (u64, String)| Recipient { index, touser: touser.into(), data: Data::default() };
    (0..).zip(openids).map(recipient).collect()
}

fn request_of(draft: &Draft) -> String {
    format!("{OF_DRAFT}{}", draft.id)
}

/// The trace of a sending: how many, never to whom.
fn sent_act(actor: Actor, draft: &Draft, count: usize) -> Act {
    let facts = serde_json::json!({ "template_id": draft.content.template_id, "recipients": count });
    Act::new(actor, "messages.sent", format!("account:{}", draft.app_id)).detail(facts.to_string())
}
