//! Drafts: what somebody composes, kept until and after it is sent.

pub(super) mod store;

use std::collections::HashMap;

use super::{Message, Messages, NewMessage, templates::Template};
use crate::{
    features::{
        accounts::server::Account,
        audit::model::{Act, Actor},
        messages::model::{Content, Recipients, check_content, parse_recipients},
    },
    infra::guard::Operator,
    shared::{
        error::{AppError, FieldError},
        lang::{Said, Text},
        time::DAY,
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

    /// Sends a draft to all its recipients: one message each, however often it is submitted.
    ///
    /// # Errors
    /// 422 when it may not go out as it is, 423 `sending_locked`, the database.
    pub async fn send_draft(&self, account: &Account, operator: &Operator, draft: &Draft) -> Result<Vec<Message>, AppError> {
        let template = self.template(&account.app_id, &draft.content.template_id).await?;
        if draft.sent_at.is_none() {
            let faults = draft.faults(template.as_ref());
            if !faults.is_empty() {
                return Err(AppError::invalid(faults));
            }
        }
        let actor = Actor::User(operator.name.clone());
        let news: Vec<NewMessage> =
            draft.recipients().openids.into_iter().map(|touser| new_message(draft, touser, Some(draft.id.clone()), &actor)).collect();
        let act = sent_act(actor, draft, news.len());
        self.accept(account, news, act).await
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

/// The trace of a sending: how many, never to whom.
fn sent_act(actor: Actor, draft: &Draft, count: usize) -> Act {
    let facts = serde_json::json!({ "template_id": draft.content.template_id, "recipients": count });
    Act::new(actor, "messages.sent", format!("account:{}", draft.app_id)).detail(facts.to_string())
}
