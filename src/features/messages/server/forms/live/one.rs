//! One batch: its counts while they change, and a word when the page has to be drawn anew.

use std::convert::Infallible;

use axum::{
    extract::{Path, State},
    response::{Response, sse::Event},
};
use futures_util::{Stream, StreamExt, stream::unfold};

use super::{LONGEST, answer, drawn, next_beat, word};
use crate::{
    features::messages::{
        pages::progress::{Progress, pieces},
        server::{Messages, batches::Batch, forms::batches::progress},
    },
    infra::{fields::Query, page::to_html},
    shared::{error::AppError, lang::Lang},
    ui::Frame,
};

/// How often "how far" is said to those who listen, in percents.
const SAID_EVERY: i64 = 10;
/// How long a page is left as it was drawn, so that what it says of what was just done can be read (milliseconds).
const READING: i64 = 2_500;
/// How many looks the page is given, while receipts still come, before it is drawn anew for those that failed.
const PATIENCE: u32 = 5;

/// The stream. Where more changed than the live part shows, it ends with a word; the page then loads itself once.
pub(in super::super) async fn watch(
    State(messages): State<Messages>,
    frame: Frame,
    Path(id): Path<String>,
    mut query: Query,
) -> Result<Response, AppError> {
    let seen = query.take("seen");
    query.done()?;
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    Ok(answer(events(messages, frame, batch, seen)))
}

struct Watch {
    messages: Messages,
    frame: Frame,
    /// What the page showed when it was drawn.
    seen: Option<String>,
    last: Batch,
    last_at: i64,
    said: i64,
    begun_at: i64,
    begun: bool,
    waited: u32,
    over: bool,
}

fn events(messages: Messages, frame: Frame, batch: Batch, seen: Option<String>) -> impl Stream<Item = Result<Event, Infallible>> {
    let now = messages.core.now();
    let shown = progress(&batch, None);
    let watch = Watch {
        messages,
        frame,
        seen: Some(seen.unwrap_or_else(|| shown.seen())),
        said: shown.percent() / SAID_EVERY,
        last: batch,
        last_at: now,
        begun_at: now,
        begun: false,
        waited: 0,
        over: false,
    };
    // Whoever writes the body asks once more after the end.
    unfold(watch, Watch::next).fuse()
}

impl Watch {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.over {
                return None;
            }
            if self.begun && !next_beat(&self.messages, progress(&self.last, None).goes_out()).await {
                return None;
            }
            let now = self.messages.core.now();
            if now - self.begun_at >= LONGEST {
                return None;
            }
            // A database that is busy is asked again at the next beat.
            let Ok(batch) = self.messages.batch(&self.last.id).await else {
                self.begun = true;
                continue;
            };
            if self.is_stale(&batch, now) && now - self.begun_at >= READING {
                self.over = true;
                return Some((Ok(word("end")), self));
            }
            if !self.begun || batch.counts != self.last.counts {
                self.begun = true;
                let event = self.fresh(batch, now);
                return Some((Ok(event), self));
            }
        }
    }

    /// Whether the page has to be drawn anew: what may be done with a batch, its badge and its causes stand outside the live part.
    fn is_stale(&mut self, batch: &Batch, now: i64) -> bool {
        let shown = progress(batch, None);
        let seen = self.seen.as_deref().unwrap_or_default();
        if !shown.moves(now) || seen.split('-').next() != Some(batch.state.word()) {
            return true;
        }
        if shown.goes_out() || shown.seen() == seen {
            return false;
        }
        // Receipts come in swarms: the page is drawn once for them all.
        self.waited += 1;
        self.begun && (batch.counts == self.last.counts || self.waited > PATIENCE)
    }

    fn fresh(&mut self, batch: Batch, now: i64) -> Event {
        let moved = self.last.counts.open() - batch.counts.open();
        let speed = (moved > 0 && now > self.last_at).then(|| moved as f64 * 1000.0 / (now - self.last_at) as f64);
        let shown = progress(&batch, speed);
        let said = self.aloud(&shown);
        let html = to_html(&self.frame, || pieces(shown));
        (self.last, self.last_at) = (batch, now);
        // The id carries what is said aloud; an empty one says nothing.
        drawn(&html).id(said)
    }

    fn aloud(&mut self, shown: &Progress) -> String {
        let tens = shown.percent() / SAID_EVERY;
        if tens <= self.said {
            return String::new();
        }
        self.said = tens;
        match self.frame.lang {
            Lang::Zh => format!("已处理 {}%", tens * SAID_EVERY),
            Lang::En => format!("{}% handled", tens * SAID_EVERY),
        }
    }
}
