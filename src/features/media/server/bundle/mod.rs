//! Many pictures as one ZIP, written while it is read: folders by sender, title and question, and a list of what is inside. Chosen pictures
//! come as a ZIP that can be fetched on where it broke off ([`frozen`]), in parts where they are very many, everything of a person with tables beside it in one go.
//!
//! Pictures are compressed already, so they are stored as they are. What is kept in memory is a line per picture (the ZIP's own directory,
//! which comes last) and a few pieces under way; the list grows in a file without a name.

pub(super) mod forms;
mod frozen;
mod frozen_store;
mod layout;
mod names;
mod person;
mod pipe;

use std::{
    fs::File,
    io::{self, Seek, Write},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::StreamExt;
use serde_json::json;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
};
use zip::{
    DateTime, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

pub use self::person::Sheet;
use self::{names::Names, pipe::Pipe};
use super::{
    Media, give,
    store::{self, Span, bound},
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record},
        },
        media::{
            model::{Filter, Picture, State},
            views::Way,
        },
    },
    shared::{
        error::AppError,
        lang::Text,
        time::{clock_seconds, date, rfc3339},
    },
};

/// How many ZIPs are written at once.
const AT_ONCE: usize = 4;
/// The most pictures of one file: its directory is kept in memory. More of them come in parts.
const PART: i64 = 20_000;
/// The most pictures that are asked for at once.
pub(super) const MOST: i64 = 200_000;
/// Pictures read from the database at once.
const BATCH: i64 = 200;
/// Head of the list; the byte order mark makes Excel read UTF-8.
const HEAD: &str = "\u{feff}path,user_id,answer_title,question_id,created_at,content_type,bytes,width,height,sha256,id,media_id,verdict,reviewer,reviewed_at,reason\r\n";

/// The right to write a ZIP.
pub(super) type Benches = Arc<Semaphore>;

/// As many as may be written at once.
pub(super) fn benches() -> Benches {
    Arc::new(Semaphore::new(AT_ONCE))
}

/// What goes into a ZIP.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// These pictures, by id.
    Picked(Vec<String>),
    /// Everything stored that a filter shows.
    Shown(Filter),
    /// Of this title one picture for each person and question: the newest that passed, else the newest unjudged, else the newest.
    Best(String),
}

/// Why there is no ZIP.
#[derive(Debug)]
pub(super) enum Refused {
    /// Nothing of it is stored.
    Nothing,
    /// More than [`MOST`].
    TooMany,
    /// Anything else.
    Failed(AppError),
}

impl<E: Into<AppError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Where pictures come from, newest first, a batch at a time.
pub(super) enum Source {
    /// These, all at once.
    Picked(Vec<Picture>),
    /// These, by id.
    Named(Vec<String>),
    /// What a filter shows within a span of ids.
    Listed(Filter, Span),
}

impl Source {
    /// The next batch; none at the end.
    pub(super) async fn next(&mut self, media: &Media) -> Result<Vec<Picture>, sqlx::Error> {
        match self {
            Self::Picked(pictures) => Ok(std::mem::take(pictures)),
            Self::Named(ids) => {
                // What went meanwhile makes a batch smaller, and none of it ends the row.
                while !ids.is_empty() {
                    let at_once = ids.len().min(usize::try_from(BATCH).unwrap_or(1));
                    let batch: Vec<String> = ids.drain(..at_once).collect();
                    let found = store::among(media.core.db.read(), &json!(batch).to_string()).await?;
                    if !found.is_empty() {
                        return Ok(found);
                    }
                }
                Ok(Vec::new())
            }
            Self::Listed(filter, span) => {
                let batch = store::list(media.core.db.read(), filter, span, BATCH).await?;
                if let Some(last) = batch.last() {
                    *span = span.clone().before(Some(&last.id));
                }
                Ok(batch)
            }
        }
    }
}

impl Media {
    /// The ids under which pictures are fetched as one ZIP, or as its parts. Who took how many is written down first.
    ///
    /// # Errors
    /// Nothing stored, too many, or 503 while too many others are at it.
    pub(super) async fn bundle(&self, app_id: &str, wanted: Wanted, actor: Actor, address: String) -> Result<Vec<String>, Refused> {
        let way = match wanted {
            Wanted::Picked(_) => "picked",
            Wanted::Shown(_) => "shown",
            Wanted::Best(_) => "best",
        };
        let (source, count) = self.source(app_id, wanted).await?;
        if count == 0 {
            return Err(Refused::Nothing);
        }
        if count > MOST {
            return Err(Refused::TooMany);
        }
        drop(self.bench()?);
        let made = self.freeze(app_id, source, count, &actor).await?;
        let act = Act::new(actor, "media.bundled", format!("account:{app_id}")).from_address(address);
        record(&self.core, act.detail(json!({ "count": count, "way": way }).to_string())).await?;
        Ok(made)
    }

    /// The answer that gives a ZIP which is written while it is read.
    fn streamed(&self, load: Load, bench: OwnedSemaphorePermit, name: &str) -> Result<Response, AppError> {
        let headers = headers(name)?;
        let (out, pieces) = pipe::pipe();
        let (media, runtime) = (self.clone(), Handle::current());
        tokio::task::spawn_blocking(move || {
            // A reader that went away is no fault of ours.
            if let Err(error) = write(&media, &runtime, load, out)
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                tracing::error!(kind = %error.kind(), "A ZIP of pictures could not be finished");
            }
            drop(bench);
        });
        Ok((headers, Body::from_stream(pieces)).into_response())
    }

    /// The right to write a ZIP.
    ///
    /// # Errors
    /// 503 while too many others are at it.
    fn bench(&self) -> Result<OwnedSemaphorePermit, AppError> {
        let busy = Text::new("正在打包的人太多，请稍后再试。", "Too many ZIPs are being made. Try again soon.");
        self.benches.clone().try_acquire_owned().map_err(|_| AppError::unavailable("busy", busy, 30))
    }

    /// The pictures of a ZIP and how many they are; no more than one beyond [`MOST`] are counted. What comes later stays outside.
    async fn source(&self, app_id: &str, wanted: Wanted) -> Result<(Source, i64), sqlx::Error> {
        match wanted {
            Wanted::Picked(mut ids) => {
                ids.sort_unstable_by(|a, b| b.cmp(a));
                ids.dedup();
                let mut pictures = Vec::new();
                for id in ids.iter().take(usize::try_from(BATCH).unwrap_or(0)) {
                    let found = store::get(self.core.db.read(), id).await?;
                    pictures.extend(found.filter(|picture| picture.account == app_id && picture.content.is_some()));
                }
                let count = i64::try_from(pictures.len()).unwrap_or(i64::MAX);
                Ok((Source::Picked(pictures), count))
            }
            Wanted::Best(title) => {
                let mut ids = frozen_store::best(self.core.db.read(), app_id, &title, MOST + 1).await?;
                ids.sort_unstable_by(|a, b| b.cmp(a));
                let count = i64::try_from(ids.len()).unwrap_or(i64::MAX);
                Ok((Source::Named(ids), count))
            }
            Wanted::Shown(filter) => {
                if filter.state.is_some_and(|state| state != State::Stored) {
                    return Ok((Source::Picked(Vec::new()), 0));
                }
                let filter = Filter { state: Some(State::Stored), ..filter };
                let whole = Span::of(&filter);
                let span = Span { high: whole.high.min(bound(self.core.now() + 1)), ..whole };
                let count = store::counted(self.core.db.read(), &filter, &span, MOST + 1).await?;
                Ok((Source::Listed(filter, span), count))
            }
        }
    }
}

fn headers(name: &str) -> Result<[(HeaderName, HeaderValue); 4], AppError> {
    Ok([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, give::value(give::named(false, name))?),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ])
}

/// What a ZIP is made of: pictures with their list, then tables.
struct Load {
    /// Who takes it, as noted with each original.
    actor: String,
    sources: Vec<Source>,
    sheets: Vec<Sheet>,
}

/// Writes the ZIP. Blocks.
fn write(media: &Media, runtime: &Handle, load: Load, out: Pipe) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(out);
    let mut list = io::BufWriter::new(media.contents.scratch(&media.core.new_id())?);
    list.write_all(HEAD.as_bytes())?;
    let mut names = Names::default();
    for mut source in load.sources {
        loop {
            let batch = runtime.block_on(source.next(media)).map_err(io::Error::other)?;
            if batch.is_empty() {
                break;
            }
            write_batch(media, &load.actor, &batch, &mut names, &mut zip, &mut list)?;
        }
    }
    let mut list: File = list.into_inner().map_err(io::IntoInnerError::into_error)?;
    list.rewind()?;
    zip.start_file("manifest.csv", options(media.core.now()))?;
    io::copy(&mut list, &mut zip)?;
    for sheet in load.sheets {
        zip.start_file(sheet.name, options(media.core.now()))?;
        let mut pieces = sheet.pieces;
        while let Some(piece) = runtime.block_on(pieces.next()) {
            zip.write_all(piece.map_err(io::Error::other)?.as_bytes())?;
        }
    }
    zip.finish()?.into_inner().finish()
}

/// Writes some pictures, and their lines of the list.
fn write_batch(
    media: &Media,
    actor: &str,
    batch: &[Picture],
    names: &mut Names,
    zip: &mut ZipWriter<StreamWriter<Pipe>>,
    list: &mut io::BufWriter<File>,
) -> io::Result<()> {
    for picture in batch {
        let Some(content) = &picture.content else { continue };
        let path = names.path(picture);
        match media.contents.read_now(&content.sha256) {
            Ok(mut file) => {
                zip.start_file(&path, options(picture.created_at))?;
                io::copy(&mut file, zip)?;
                list.write_all(line(&path, picture).as_bytes())?;
                media.seen(&picture.id, actor, Way::Zip);
            }
            // One lost file must not keep people from all the others; the list says which one it is.
            Err(error) => {
                tracing::error!(kind = %error.kind(), picture = picture.id, "A stored picture cannot be read");
                list.write_all(line("", picture).as_bytes())?;
            }
        }
    }
    Ok(())
}

/// As China's clocks had it (a ZIP knows no time zones).
fn dated(millis: i64) -> DateTime {
    let (day, time) = (date(millis), clock_seconds(millis));
    let mut parts = day.split('-').chain(time.split(':')).map(|part| part.parse::<u16>().unwrap_or_default());
    let mut part = || parts.next().unwrap_or_default();
    let year = part();
    let mut small = || u8::try_from(part()).unwrap_or_default();
    DateTime::from_date_and_time(year, small(), small(), small(), small(), small()).unwrap_or_default()
}

/// Stored as it is.
fn options(millis: i64) -> SimpleFileOptions {
    let plain = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    plain.unix_permissions(0o644).last_modified_time(dated(millis))
}

/// A line of the list; without a path the picture is not inside.
fn line(path: &str, picture: &Picture) -> String {
    let (content, review) = (picture.content.as_ref(), picture.review.as_ref());
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let cells = [
        path.to_owned(),
        picture.user_id.clone(),
        picture.answer_title.clone(),
        picture.question_id.clone(),
        rfc3339(picture.created_at),
        content.map(|content| content.content_type.clone()).unwrap_or_default(),
        number(content.map(|content| content.bytes)),
        number(content.and_then(|content| content.width)),
        number(content.and_then(|content| content.height)),
        content.map(|content| content.sha256.clone()).unwrap_or_default(),
        picture.id.clone(),
        picture.media_id.clone(),
        review.map(|review| review.verdict.word().to_owned()).unwrap_or_default(),
        review.map(|review| review.name().to_owned()).unwrap_or_default(),
        review.map(|review| rfc3339(review.at)).unwrap_or_default(),
        review.and_then(|review| review.reason.clone()).unwrap_or_default(),
    ];
    format!("{}\r\n", cells.map(|text| cell(&text)).join(","))
}
