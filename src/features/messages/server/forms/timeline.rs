//! The timeline of a batch: who did what, and what happened by itself.

use super::super::{Messages, batches::Batch};
use crate::{
    features::{
        audit::{
            model::action_text,
            server::{Line, about},
        },
        messages::{model::BatchState, pages::message::Event},
    },
    shared::{error::AppError, lang::Lang},
    ui::{blocks::number, texts::batches as w},
};

/// Events of the timeline.
const EVENTS: i64 = 30;

/// What was done to a batch and what became of it, the newest first.
pub(super) async fn events(messages: &Messages, batch: &Batch, lang: Lang) -> Result<Vec<Event>, AppError> {
    let event = |class, name: String, at, line| Event { class, name, at, line };
    // What is filed begins, what was begun is paused: in this order where it is one moment.
    let mut events: Vec<(u8, Event)> = about(messages.core.db.read(), &format!("batch:{}", batch.id), EVENTS)
        .await?
        .into_iter()
        .map(|done| {
            let name = action_text(&done.action).map_or_else(|| done.action.clone(), |text| text.get(lang).to_owned());
            let class = if done.action == "batch.restarted" { "warn" } else { "" };
            (if done.action == "batch.filed" { 0 } else { 2 }, event(class, name, done.at, Some(line(&done, lang))))
        })
        .collect();
    if let Some(at) = batch.started_at {
        events.push((1, event("ok", w::EVENT_STARTED.get(lang).to_owned(), at, None)));
    }
    if let Some(at) = batch.ended_at {
        events.push((3, event("ok", w::EVENT_ENDED.get(lang).to_owned(), at, None)));
    }
    if batch.state == BatchState::Scheduled {
        events.push((1, event("now", w::EVENT_WAITS.get(lang).to_owned(), batch.send_at, None)));
    }
    events.sort_by_key(|(rank, event)| std::cmp::Reverse((event.at, *rank)));
    Ok(events.into_iter().map(|(_, event)| event).collect())
}

/// Who, to how many, from which list; after a restart how many were left in doubt.
fn line(done: &Line, lang: Lang) -> String {
    let detail: serde_json::Value = serde_json::from_str(&done.detail).unwrap_or_default();
    if let Some(unknown) = detail["unknown"].as_i64() {
        return match (unknown, lang) {
            (0, _) => w::NONE_UNCERTAIN.get(lang).to_owned(),
            (_, Lang::Zh) => format!("{} 条不确定", number(unknown)),
            (_, Lang::En) => format!("{} uncertain", number(unknown)),
        };
    }
    let count = detail.get("messages").or_else(|| detail.get("recipients")).and_then(serde_json::Value::as_i64);
    let list = detail["list"].as_str().map(|list| format!("{}{list}", w::LIST_FROM.get(lang)));
    let parts = [Some(super::by(&format!("{}:{}", done.actor_kind, done.actor), lang)), count.map(number), list];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
