//! The rows of the list of batches that move.

use std::{collections::HashMap, convert::Infallible};

use axum::{
    extract::State,
    response::{Response, sse::Event},
};
use futures_util::{Stream, StreamExt, stream::unfold};

use super::{LONGEST, answer, drawn, next_beat, word};
use crate::{
    features::messages::{
        model::{BatchState, Counts},
        pages::batches::{WATCHED, pieces},
        server::{Messages, batches::Batch, forms::batches::progress, history::moment_of},
    },
    infra::{fields::Query, page::to_html},
    shared::{error::AppError, lang::Text},
    ui::Frame,
};

/// The stream. It says so when nothing moves any more; every row stands as it is then.
pub(in super::super) async fn watch(State(messages): State<Messages>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let ids: Vec<String> = query.take("ids").unwrap_or_default().split(',').map(str::to_owned).collect();
    if ids.len() > WATCHED || ids.iter().any(|id| moment_of(id).is_none()) {
        query.refuse("ids", "not_ids", Text::new("应是 1 到 10 个批次编号。", "One to ten ids of batches."));
    }
    query.done()?;
    let account = messages.account_of(&frame)?;
    let now = messages.core.now();
    let list =
        List { messages, frame, app_id: account.app_id.clone(), ids, shown: HashMap::new(), begun_at: now, begun: false, over: false };
    Ok(answer(events(list)))
}

struct List {
    messages: Messages,
    frame: Frame,
    app_id: String,
    ids: Vec<String>,
    shown: HashMap<String, (BatchState, Counts)>,
    begun_at: i64,
    begun: bool,
    over: bool,
}

fn events(list: List) -> impl Stream<Item = Result<Event, Infallible>> {
    // Whoever writes the body asks once more after the end.
    unfold(list, List::next).fuse()
}

impl List {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut goes_out = true;
        loop {
            if self.over || self.begun && !next_beat(&self.messages, goes_out).await {
                return None;
            }
            self.begun = true;
            let now = self.messages.core.now();
            if now - self.begun_at >= LONGEST {
                return None;
            }
            // A database that is busy is asked again at the next beat.
            let Ok(batches) = self.messages.batches_of(&self.app_id, &self.ids).await else { continue };
            let changed: Vec<&Batch> =
                batches.iter().filter(|batch| self.shown.get(&batch.id) != Some(&(batch.state, batch.counts))).collect();
            if !changed.is_empty() {
                let html: String = changed.iter().map(|batch| to_html(&self.frame, || pieces(&batch.id, &progress(batch, None)))).collect();
                self.shown.extend(batches.into_iter().map(|batch| (batch.id, (batch.state, batch.counts))));
                return Some((Ok(drawn(&html)), self));
            }
            if !batches.iter().any(|batch| progress(batch, None).moves(now)) {
                self.over = true;
                return Some((Ok(word("over")), self));
            }
            goes_out = batches.iter().any(|batch| progress(batch, None).goes_out());
        }
    }
}
