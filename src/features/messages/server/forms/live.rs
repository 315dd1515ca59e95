//! `/batches/{id}/live`: the progress of a batch for whoever watches, as server-sent events with the piece of the page that changes.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream::unfold};

use super::{
    super::{Messages, batches::Batch},
    batches::progress,
};
use crate::{
    features::messages::pages::progress::part,
    infra::page::to_html,
    shared::{error::AppError, lang::Lang},
    ui::Frame,
};

/// Twice a second at most.
const BEAT: Duration = Duration::from_millis(500);
/// A page that watches this long loads itself anew.
const LONGEST: u32 = 2 * 60 * 60;
/// How often "how far" is said to those who listen, in percents.
const SAID_EVERY: i64 = 10;

/// The stream. It ends when nothing moves any more; the page then loads itself once.
pub(super) async fn watch(State(messages): State<Messages>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let account = messages.account_of(&frame)?;
    let batch = messages.batch_of(&account.app_id, &id).await?;
    let stream = Sse::new(events(messages, frame, batch)).keep_alive(KeepAlive::default());
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx would otherwise keep the events back.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, stream).into_response())
}

struct Watch {
    messages: Messages,
    frame: Frame,
    last: Batch,
    last_at: i64,
    said: i64,
    beats: u32,
    over: bool,
}

fn events(messages: Messages, frame: Frame, batch: Batch) -> impl Stream<Item = Result<Event, Infallible>> {
    let now = messages.core.now();
    let watch =
        Watch { messages, frame, said: progress(&batch, None).percent() / SAID_EVERY, last: batch, last_at: now, beats: 0, over: false };
    unfold(watch, |mut watch| async move {
        loop {
            if watch.over {
                return None;
            }
            let stop = watch.messages.stop.clone();
            tokio::select! {
                () = stop.cancelled() => return None,
                () = tokio::time::sleep(BEAT) => {}
            }
            watch.beats += 1;
            // A database that is busy is asked again at the next beat.
            let Ok(batch) = watch.messages.batch(&watch.last.id).await else { continue };
            // What may be done with a batch, and its badge, stand outside the piece that is kept fresh.
            if watch.beats > LONGEST || batch.state != watch.last.state || !progress(&batch, None).moves() {
                watch.over = true;
                // Browsers drop an event without data.
                return Some((Ok(Event::default().event("end").data("-")), watch));
            }
            if batch.counts != watch.last.counts {
                return Some((Ok(watch.fresh(batch)), watch));
            }
        }
    })
    // Whoever writes the body asks once more after the end.
    .fuse()
}

impl Watch {
    fn fresh(&mut self, batch: Batch) -> Event {
        let now = self.messages.core.now();
        let moved = self.last.counts.open() - batch.counts.open();
        let speed = (moved > 0 && now > self.last_at).then(|| moved as f64 * 1000.0 / (now - self.last_at) as f64);
        let shown = progress(&batch, speed);
        let tens = shown.percent() / SAID_EVERY;
        let html = to_html(&self.frame, || part(shown));
        (self.last, self.last_at) = (batch, now);
        // The id carries what is said aloud; an empty one says nothing.
        let said = if tens > self.said {
            self.said = tens;
            match self.frame.lang {
                Lang::Zh => format!("已处理 {}%", tens * SAID_EVERY),
                Lang::En => format!("{}% handled", tens * SAID_EVERY),
            }
        } else {
            String::new()
        };
        Event::default().id(said).data(html.replace(['\n', '\r'], " "))
    }
}
