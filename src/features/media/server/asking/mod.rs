//! Asking for a rejected picture again: one template message whose link opens that very question. The next picture for the question
//! settles it (a trigger of the database, so that no way in can forget it).

pub(super) mod forms;
mod store;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Media;
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            asking::{NAMES, Places, link, link_fault},
            model::Picture,
            review::Verdict,
        },
        messages::{
            model::{Data, Facts, MessageState, Recipe, TemplateField, check_values, is_openid},
            server::{NewMessage, drafts::UNDO, templates::Template},
        },
    },
    infra::settings,
    shared::{
        error::{AppError, FieldError},
        lang::Text,
    },
};

/// How many asks of a picture are shown.
const SHOWN: i64 = 20;

/// One time that a picture was asked for again. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub number: i64,
    pub openid: String,
    pub message_id: String,
    pub asked_by: String,
    pub asked_at: i64,
    pub replaced_by: Option<String>,
    pub replaced_at: Option<i64>,
    /// When its message was taken back, so that it waits for nothing.
    pub taken_back_at: Option<i64>,
}

impl Ask {
    /// Whether it waits for its picture.
    pub const fn waits(&self) -> bool {
        self.replaced_at.is_none() && self.taken_back_at.is_none()
    }
}

/// What somebody asks, and what they saw when they did.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    /// The how-manieth time it is.
    pub number: i64,
    /// Whom it goes to.
    pub openid: String,
    /// The newer picture for the question that was shown beside it.
    pub newer: Option<String>,
}

/// What an account sends when it asks again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Manner {
    pub template_id: String,
    pub data: Data,
    pub link: String,
}

/// A message as it would go out.
pub(super) struct Prepared {
    pub template: Template,
    pub data: Data,
    pub url: String,
}

impl Media {
    /// The times a picture was asked for again, the last first.
    pub(super) async fn asks(&self, id: &str) -> Result<Vec<Ask>, sqlx::Error> {
        store::asks(self.core.db.read(), id, SHOWN).await
    }

    /// The rejected picture that this one came in place of.
    pub(super) async fn replaced(&self, id: &str) -> Result<Option<String>, sqlx::Error> {
        store::replaced(self.core.db.read(), id).await
    }

    /// How an account asks again, once somebody has set it.
    pub(super) async fn manner(&self, app_id: &str) -> Result<Option<Manner>, sqlx::Error> {
        let kept = settings::get(self.core.db.read(), &manner_key(app_id)).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Everything that is wrong with a manner.
    pub(super) async fn manner_faults(&self, account: &Account, manner: &Manner) -> Result<Vec<FieldError>, sqlx::Error> {
        let mut faults = Vec::new();
        match self.messages.template(&account.app_id, &manner.template_id).await? {
            None => faults.push(FieldError::new("template", "missing", Text::new("请选一个模板。", "Choose a template."))),
            Some(template) => {
                let recipe = recipe(&template.fields(), &manner.data);
                faults.extend(recipe.faults());
                let filled = fitted(&template.fields(), recipe.fill(&facts(&Places::example())).data);
                let named = |fault: &FieldError, all: &[FieldError]| all.iter().any(|other| other.field == fault.field);
                let wrong: Vec<_> = check_values(&template.fields(), &filled).into_iter().filter(|fault| !named(fault, &faults)).collect();
                faults.extend(wrong);
            }
        }
        if let Some(fault) = link_fault(&manner.link, &account.h5_origins, &account.js_domains) {
            faults.push(FieldError::new("link", "bad_link", fault));
        } else if let Some(fault) = self.messages.link_fault(&account.app_id, &[link(&manner.link, &Places::example()).as_str()]).await? {
            faults.push(FieldError { field: "link".into(), ..fault });
        }
        Ok(faults)
    }

    /// Changes how an account asks again.
    pub(super) async fn set_manner(&self, app_id: &str, manner: &Manner, actor: Actor, address: String) -> Result<(), AppError> {
        let (now, key, text) = (self.core.now(), manner_key(app_id), serde_json::to_string(manner).map_err(anyhow::Error::from)?);
        let facts = json!({ "template_id": manner.template_id, "link": manner.link });
        let act = Act::new(actor, "media.asking_saved", format!("account:{app_id}")).from_address(address).detail(facts.to_string());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                settings::put(c, &key, &text).await?;
                record_in(c, now, &act).await
            })
        });
        Ok(written.await?)
    }

    /// Where the sender of a picture is reached, as far as it is known, and what the list calls them.
    pub(super) async fn sender(&self, picture: &Picture) -> Result<(Option<String>, String), sqlx::Error> {
        let people = self.named(&picture.account, &picture.answer_title, &[&picture.user_id]).await?;
        let reached = self.reached(&picture.account, &people).await?;
        let name = people.into_iter().next().map(|person| person.name).filter(|name| !name.is_empty());
        Ok((reached.openids.into_iter().next(), name.unwrap_or_else(|| picture.user_id.clone())))
    }

    /// The message that asks for a picture again.
    ///
    /// # Errors
    /// 409 `asking_unset` before somebody has said how, 422 if the values do not fit their template.
    pub(super) async fn prepared(&self, picture: &Picture, name: &str) -> Result<Prepared, AppError> {
        let unset = || AppError::conflict("asking_unset", Text::new("还没有设置怎么请人重传。", "How to ask again is not set up yet."));
        let manner = self.manner(&picture.account).await?.ok_or_else(unset)?;
        let template = self.messages.template(&picture.account, &manner.template_id).await?.ok_or_else(unset)?;
        let places = Places {
            user: picture.user_id.clone(),
            title: picture.answer_title.clone(),
            question: picture.question_id.clone(),
            reason: picture.review.as_ref().and_then(|review| review.reason.clone()).unwrap_or_default(),
            name: name.to_owned(),
        };
        let data = fitted(&template.fields(), recipe(&template.fields(), &manner.data).fill(&facts(&places)).data);
        let faults = check_values(&template.fields(), &data);
        if !faults.is_empty() {
            return Err(AppError::invalid(faults));
        }
        Ok(Prepared { url: link(&manner.link, &places), data, template })
    }

    /// The newest picture for the question of a rejected one that came after it and may do: not rejected, and not lost on its way.
    pub(super) async fn newer(&self, picture: &Picture) -> Result<Option<String>, sqlx::Error> {
        store::newer(self.core.db.read(), &picture.id).await
    }

    /// Asks for a rejected picture again. However often that is pressed, one message goes out, after ten seconds in which it can be taken
    /// back.
    ///
    /// # Errors
    /// 409 `not_rejected`, `replaced`, `newer_came` or `ask_changed`; 422 for an openid that is none; what [`Media::prepared`] and the
    /// messages refuse.
    pub(super) async fn ask_again(&self, picture: &Picture, asking: &Asking, who: &str, address: String) -> Result<(), AppError> {
        if self.is_asked(picture, asking).await? {
            return Ok(());
        }
        if !is_openid(&asking.openid) {
            let detail = Text::new("openid 由字母、数字、_ 和 - 组成。", "An openid is made of letters, digits, _ and -.");
            return Err(AppError::invalid(vec![FieldError::new("openid", "bad_openid", detail)]));
        }
        let (_, name) = self.sender(picture).await?;
        let prepared = self.prepared(picture, &name).await?;
        let account = self.accounts.get(&picture.account).ok_or_else(AppError::not_found)?;
        let actor = Actor::User(who.to_owned());
        let new = NewMessage {
            touser: asking.openid.clone(),
            template_id: prepared.template.template_id,
            data: prepared.data,
            url: Some(prepared.url),
            // One message per ask, for good.
            draft_id: Some(format!("ask:{}:{}", picture.id, asking.number)),
            actor: actor.tag(),
            rest: UNDO,
            ..NewMessage::default()
        };
        let act = Act::new(actor.clone(), "media.asked", format!("media:{}", picture.id)).from_address(address);
        let act = act.detail(json!({ "number": asking.number }).to_string());
        let (id, wanted, asked_at) = (picture.id.clone(), asking.clone(), self.core.now());
        let filed = self.messages.accept_with(&account, vec![new], act, move |c, filed| {
            let message_id = filed.first().map(|message| message.id.clone()).unwrap_or_default();
            Box::pin(async move {
                // The verdict, the newer picture and the other ask may all have changed since they were looked at.
                if store::note(c, &id, &wanted, &message_id, &actor.tag(), asked_at).await? {
                    Ok(())
                } else {
                    Err(sqlx::Error::RowNotFound)
                }
            })
        });
        match filed.await {
            Ok(_) => Ok(()),
            Err(error) => {
                let now = self.get(&picture.id).await?;
                if self.is_asked(&now, asking).await? { Ok(()) } else { Err(error) }
            }
        }
    }

    /// Takes an ask back whose message has not gone out; a trigger of the database then has the picture wait no more. Gives how the
    /// message stands then: cancelled, or `unknown` where WeChat was called already and never answered, and the picture still waits.
    ///
    /// # Errors
    /// 404 for an ask that is none, 409 `message_gone` once its message is being sent or was.
    pub(super) async fn take_back_ask(&self, picture: &Picture, number: i64, actor: Actor) -> Result<MessageState, AppError> {
        let asks = self.asks(&picture.id).await?;
        let ask = asks.iter().find(|ask| ask.number == number).ok_or_else(AppError::not_found)?;
        let message = self.messages.get_of(&picture.account, &ask.message_id).await?;
        // Pressed twice, it is taken back already.
        if message.state == MessageState::Cancelled {
            return Ok(message.state);
        }
        self.messages.take_back(&message, actor).await
    }

    /// The last ask of a picture, if its message has not gone out yet.
    pub(super) async fn resting_ask(&self, picture: &Picture) -> Result<Option<Ask>, AppError> {
        let Some(ask) = self.asks(&picture.id).await?.into_iter().next().filter(Ask::waits) else { return Ok(None) };
        let message = self.messages.get_of(&picture.account, &ask.message_id).await.ok();
        Ok(message.is_some_and(|message| message.state == MessageState::Queued).then_some(ask))
    }

    /// Takes the last ask back where its message has not gone out yet: whose rejection is undone is not asked for a new picture.
    pub(super) async fn withdraw_ask(&self, picture: &Picture, actor: &Actor) -> Result<(), AppError> {
        let Some(ask) = self.resting_ask(picture).await? else { return Ok(()) };
        match self.take_back_ask(picture, ask.number, actor.clone()).await {
            // It went out meanwhile; the page of the picture says so.
            Err(error) if error.status != 409 => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether this very ask is filed already. If not, it still fits what was seen.
    async fn is_asked(&self, picture: &Picture, asking: &Asking) -> Result<bool, AppError> {
        let asks = self.asks(&picture.id).await?;
        match asks.iter().find(|ask| ask.number == asking.number) {
            Some(ask) if ask.openid == asking.openid => return Ok(true),
            Some(_) => return Err(ask_changed()),
            None => self.may_ask(picture, &asks)?,
        }
        if asking.number != asks.first().map_or(1, |ask| ask.number + 1) {
            return Err(ask_changed());
        }
        if self.newer(picture).await? != asking.newer {
            let detail =
                Text::new("这道题刚刚来了新的图片，请先看一眼。", "A newer picture for this question came meanwhile. Look at it first.");
            return Err(AppError::conflict("newer_came", detail));
        }
        Ok(false)
    }

    /// Whether a picture can be asked for again at all.
    fn may_ask(&self, picture: &Picture, asks: &[Ask]) -> Result<(), AppError> {
        if picture.review.as_ref().is_none_or(|review| review.verdict != Verdict::Reject) {
            let detail = Text::new("只有退回的图片才能请人重传。", "Only a rejected picture can be asked for again.");
            return Err(AppError::conflict("not_rejected", detail));
        }
        if asks.iter().any(|ask| ask.replaced_at.is_some()) {
            return Err(AppError::conflict("replaced", Text::new("新的图片已经来了。", "The new picture has come already.")));
        }
        Ok(())
    }
}

fn ask_changed() -> AppError {
    let detail = Text::new("刚刚有人请过一次了，请再看一眼。", "Somebody asked meanwhile. Look again.");
    AppError::conflict("ask_changed", detail)
}

fn manner_key(app_id: &str) -> String {
    format!("asking/{app_id}")
}

fn recipe(fields: &[TemplateField], typed: &Data) -> Recipe {
    let columns: Vec<String> = NAMES.iter().flatten().map(|name| (*name).to_owned()).collect();
    Recipe::new(fields, typed, &columns)
}

fn facts(places: &Places) -> Facts {
    let values = [&places.title, &places.question, &places.reason, &places.name];
    let cells = NAMES.iter().zip(values).flat_map(|(names, value)| names.iter().map(move |name| ((*name).to_owned(), value.clone())));
    Facts { cells: Data(cells.collect()), ..Facts::default() }
}

/// Values no longer than their fields take: what people named is cut rather than keeping the message from going out.
fn fitted(fields: &[TemplateField], data: Data) -> Data {
    let fit = |(key, value): (String, String)| {
        let most = fields.iter().find(|field| field.key == key).and_then(|field| field.kind.most());
        match most.filter(|most| value.chars().count() > *most) {
            Some(most) => (key, value.chars().take(most.saturating_sub(1)).chain(['…']).collect()),
            None => (key, value),
        }
    };
    Data(data.0.into_iter().map(fit).collect())
}
