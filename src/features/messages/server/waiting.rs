//! Callers that wait for a message to be settled. Only messages somebody waits for are listed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::{Message, Messages};
use crate::shared::error::AppError;

#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<String, Arc<Notify>>>);

impl Waiting {
    /// Says that a message changed.
    pub(super) fn changed(&self, id: &str) {
        if let Some(listener) = self.lock().get(id) {
            listener.notify_waiters();
        }
    }

    fn listen(&self, id: &str) -> Arc<Notify> {
        self.lock().entry(id.to_owned()).or_default().clone()
    }

    /// Called by a listener that still holds its own handle: one more in the list means nobody else waits.
    fn leave(&self, id: &str) {
        let mut listeners = self.lock();
        if listeners.get(id).is_some_and(|listener| Arc::strong_count(listener) <= 2) {
            listeners.remove(id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves the list also when the caller hangs up in the middle of the wait.
struct Listener<'a> {
    waiting: &'a Waiting,
    id: &'a str,
    notify: Arc<Notify>,
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        self.waiting.leave(self.id);
    }
}

impl Messages {
    /// The message as it stands when it is settled, the span is over, or the server stops.
    ///
    /// # Errors
    /// 404 for an id we do not know.
    pub async fn settled(&self, id: &str, span: Duration) -> Result<Message, AppError> {
        let listener = Listener { waiting: &self.waiting, id, notify: self.waiting.listen(id) };
        let over = self.core.clock.sleep(span);
        tokio::pin!(over);
        loop {
            let changed = listener.notify.notified();
            tokio::pin!(changed);
            // Interest first, look second: a change in between is not missed.
            changed.as_mut().enable();
            let message = self.get(id).await?;
            if message.state.is_settled() {
                return Ok(message);
            }
            tokio::select! {
                () = changed => {}
                () = &mut over => return self.get(id).await,
                () = self.stop.cancelled() => return self.get(id).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_stays_on_the_list() {
        let waiting = Waiting::default();
        let one = Listener { waiting: &waiting, id: "m", notify: waiting.listen("m") };
        let other = Listener { waiting: &waiting, id: "m", notify: waiting.listen("m") };
        drop(one);
        assert_eq!(waiting.lock().len(), 1);
        drop(other);
        assert_eq!(waiting.lock().len(), 0);
        waiting.changed("m");
    }
}
