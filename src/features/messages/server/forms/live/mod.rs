//! What watches: `/batches/{id}/live` for one batch and `/batches/live` for the rows of the list, as server-sent events with the pieces of
//! the page that change.
//!
//! Who asks is proved when they ask, so no stream stays open for long: it ends without a word, and the browser asks again.

mod list;
mod one;

use std::{convert::Infallible, time::Duration};

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::Stream;

use super::super::Messages;
use crate::shared::time::SECOND;

pub(super) use {list::watch as watch_list, one::watch};

/// Twice a second at most.
const BEAT: Duration = Duration::from_millis(500);
/// How often it is looked while only receipts are due.
const SLOW: Duration = Duration::from_secs(2);
/// How long one stream stays open (milliseconds).
const LONGEST: i64 = 60 * SECOND;
/// How soon the browser asks again then.
const AGAIN: Duration = Duration::from_millis(500);

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx would otherwise keep the events back.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, Sse::new(events).keep_alive(KeepAlive::default())).into_response()
}

/// Waits for the next look; `false` when the server stops.
async fn next_beat(messages: &Messages, goes_out: bool) -> bool {
    tokio::select! {
        () = messages.stop.cancelled() => false,
        () = messages.core.clock.sleep(if goes_out { BEAT } else { SLOW }) => true,
    }
}

/// An event with a piece of a page in it.
fn drawn(html: &str) -> Event {
    Event::default().retry(AGAIN).data(html.replace(['\n', '\r'], " "))
}

/// An event that says something about the stream. Browsers drop one without data.
fn word(word: &'static str) -> Event {
    Event::default().event(word).data("-")
}
