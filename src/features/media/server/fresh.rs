//! `/media/fresh`: tells an open gallery how many pictures its list has got since, and that some that were waited for have settled, as
//! server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State as Of,
    http::{HeaderName, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, StreamExt, stream::unfold};
use tokio::sync::broadcast::{self, error::TryRecvError};

use super::{
    Media,
    forms::filled,
    store::{self, Span},
};
use crate::{
    features::media::{model::Filter, wanted::Wanted},
    infra::guard::{Access, Routes, Table},
    shared::{lang::Lang, rights::Right},
    ui::{Frame, texts::media as w},
};

/// How often is looked.
const BEAT: Duration = Duration::from_secs(2);
/// A page that is looked at asks anew after so many beats; one that is not must not keep its session alive.
const LONGEST: u32 = 15 * 30;
/// More are not counted.
const MOST: i64 = 99;

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media).get("/media/fresh", Access::Right(Right::Pictures), watch).table()
}

/// The stream, by the gallery's own query and `after`, the newest picture it shows. It ends after a while, and when there is no more to say.
async fn watch(Of(media): Of<Media>, frame: Frame) -> Response {
    let filter = Wanted::parse(&frame.query).filter(frame.app_id(), frame.now);
    let pairs = url::form_urlencoded::parse(frame.query.as_bytes());
    let after = pairs.filter(|(name, _)| name == "after").map(|(_, id)| id.into_owned()).next();
    let after = after.filter(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).unwrap_or_default();
    let settled = media.settled.subscribe();
    let stream =
        Sse::new(events(Watch { media, filter, after, lang: frame.lang, settled, said: 0, beats: 0 })).keep_alive(KeepAlive::default());
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx would otherwise keep the events back.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, stream).into_response()
}

struct Watch {
    media: Media,
    filter: Filter,
    after: String,
    lang: Lang,
    settled: broadcast::Receiver<String>,
    said: i64,
    beats: u32,
}

impl Watch {
    /// Whether any picture has settled since the last beat.
    fn any_settled(&mut self) -> bool {
        let mut any = false;
        // One that cannot keep up has missed some.
        while !matches!(self.settled.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {
            any = true;
        }
        any
    }

    async fn count(&self) -> Result<i64, sqlx::Error> {
        let span = Span::of(&self.filter).after(&self.after);
        let newer = store::list_up(self.media.core.db.read(), &self.filter, &span, MOST).await?;
        Ok(i64::try_from(newer.len()).unwrap_or(MOST))
    }
}

fn events(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(watch, |mut watch| async move {
        loop {
            if watch.beats > LONGEST {
                return None;
            }
            // A database that is busy is asked again at the next beat.
            let count = watch.count().await.unwrap_or(watch.said);
            if count > watch.said {
                watch.said = count;
                let text = if count == 1 {
                    w::FRESH_ONE
                } else if count < MOST {
                    w::FRESH
                } else {
                    w::FRESH_MANY
                };
                let said = filled(text, watch.lang, &[("{count}", &count.to_string())]);
                return Some((Ok(Event::default().data(said)), watch));
            }
            if watch.any_settled() {
                return Some((Ok(Event::default().event("settled").data("-")), watch));
            }
            watch.beats += 1;
            if watch.beats > LONGEST || watch.said >= MOST {
                watch.beats = LONGEST + 1;
                // Browsers drop an event without data.
                return Some((Ok(Event::default().event("end").data("-")), watch));
            }
            tokio::select! {
                () = watch.media.stop.cancelled() => return None,
                () = watch.media.core.clock.sleep(BEAT) => {}
            }
        }
    })
    // Whoever writes the body asks once more after the end.
    .fuse()
}
