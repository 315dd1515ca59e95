//! Taking back one message that was not sent yet. A batch has its own way (`batches`).

use super::{Message, Messages, store};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::model::MessageState,
    },
    shared::{error::AppError, lang::Text},
};

impl Messages {
    /// Takes back a message of no batch; gives how it stands then: cancelled, or `unknown` where WeChat was called already and never
    /// answered.
    ///
    /// # Errors
    /// 409 `message_gone` when it is being sent, was sent, or belongs to a batch; the database.
    pub async fn take_back(&self, message: &Message, actor: Actor) -> Result<MessageState, AppError> {
        let (id, now) = (message.id.clone(), self.core.now());
        let act = Act::new(actor, "messages.taken_back", format!("message:{id}"));
        let unit = self.core.db.write(move |connection| {
            Box::pin(async move {
                let taken = store::take_back(connection, &id, now).await?;
                if taken.is_some() {
                    record_in(connection, now, &act).await?;
                }
                Ok(taken)
            })
        });
        let taken = unit.await?.and_then(|word| MessageState::parse(&word));
        taken.ok_or_else(|| {
            AppError::new(409, "message_gone", Text::new("已经发出，撤不回来了。", "It has gone out and cannot be taken back."))
        })
    }
}
