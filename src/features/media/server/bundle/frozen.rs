//! ZIPs that go on where they broke off: the pictures are written down by id when somebody asks, and the same ones give the same bytes.
//!
//! Whoever asks for the rest of one that was begun gets it with what was moved into the bin meanwhile. Where a picture has gone for good, the
//! ZIP is another one and so is its validator, and whoever asks for the rest gets the whole.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, Write},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit};

use super::{
    BATCH, HEAD, PART, Source, dated,
    frozen_store::{self as frozen, Frozen},
    headers,
    layout::{Entry, Files, Layout},
    line,
    names::Names,
    pipe,
};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            model::Picture,
            review::{Review, Verdict},
            server::{Media, bin, give, store},
            views::Way,
            zips::Asked,
        },
    },
    infra::respond::unexpected,
    shared::{
        error::AppError,
        time::{DAY, date},
    },
};

/// How long (milliseconds) a ZIP can be fetched, and fetched on.
pub(super) const KEPT: i64 = DAY;
/// ZIPs kept for one person.
const KEPT_EACH: i64 = 20;
/// Checksums written down at once.
const NOTED: usize = 500;

/// How a picture was judged when its ZIP was asked for.
#[derive(Serialize, Deserialize)]
struct Judged {
    verdict: String,
    reviewer: String,
    at: i64,
    reason: Option<String>,
}

impl Judged {
    fn of(review: Review) -> Self {
        Self { verdict: review.verdict.word().to_owned(), reviewer: review.reviewer, at: review.at, reason: review.reason }
    }

    fn review(self) -> Option<Review> {
        Some(Review { verdict: Verdict::parse(&self.verdict)?, reason: self.reason, comment: None, reviewer: self.reviewer, at: self.at })
    }
}

/// What goes into a ZIP, as far as it is known.
#[derive(Default)]
struct Contained {
    ids: Vec<String>,
    sizes: Vec<i64>,
    verdicts: HashMap<String, Judged>,
}

impl Contained {
    fn take(&mut self, picture: Picture) {
        self.sizes.push(picture.content.map_or(0, |content| content.bytes));
        self.verdicts.extend(picture.review.map(|review| (picture.id.clone(), Judged::of(review))));
        self.ids.push(picture.id);
    }

    /// The first `most` of it; the rest stays.
    fn part(&mut self, most: usize) -> Self {
        let cut = most.min(self.ids.len());
        let (ids, sizes): (Vec<String>, Vec<i64>) = (self.ids.drain(..cut).collect(), self.sizes.drain(..cut).collect());
        let verdicts = ids.iter().filter_map(|id| self.verdicts.remove_entry(id)).collect();
        Self { ids, sizes, verdicts }
    }

    fn bytes(&self) -> i64 {
        self.sizes.iter().sum()
    }
}

/// What an entry is filled from.
struct Piece {
    /// The picture's id.
    id: String,
    sha256: String,
}

/// A ZIP laid out, with the list of what is inside: the last entry.
struct Laid {
    layout: Layout,
    pieces: Vec<Piece>,
    list: File,
    etag: String,
}

impl Media {
    /// Writes down which pictures a ZIP holds, in parts of [`PART`] each: the ids under which they are fetched.
    pub(super) async fn freeze(&self, app_id: &str, mut source: Source, count: i64, actor: &Actor) -> Result<Vec<String>, sqlx::Error> {
        let (now, parts) = (self.core.now(), (count + PART - 1) / PART);
        let (mut made, mut heap) = (Vec::new(), Contained::default());
        loop {
            let batch = source.next(self).await?;
            let ended = batch.is_empty();
            batch.into_iter().for_each(|picture| heap.take(picture));
            while heap.ids.len() as i64 >= PART || ended && !heap.ids.is_empty() {
                let part = made.len() as i64 + 1;
                // What was counted a moment ago may be one part less by now; it is never more than its last number says.
                let of = if parts > 1 { format!("-{part}of{}", parts.max(part)) } else { String::new() };
                let one = heap.part(usize::try_from(PART).unwrap_or(usize::MAX));
                let (pieces, bytes) = (one.ids.len() as i64, one.bytes());
                let one = Frozen {
                    id: self.core.new_id(),
                    app_id: app_id.to_owned(),
                    made_by: actor.tag(),
                    name: format!("wxdesk-{}-{count}{of}.zip", date(now)),
                    pictures: json!(one.ids).to_string(),
                    verdicts: Some(json!(one.verdicts).to_string()),
                    created_at: now,
                    part,
                    parts: parts.max(part),
                    pieces,
                    bytes,
                };
                made.push(one.id.clone());
                self.core.db.write(move |c| Box::pin(async move { frozen::put(c, &one, now - KEPT, KEPT_EACH).await })).await?;
            }
            if ended {
                return Ok(made);
            }
        }
    }

    /// The ZIPs that somebody can fetch, the newest first.
    pub(super) async fn asked(&self, app_id: &str, actor: &Actor) -> Result<Vec<Asked>, sqlx::Error> {
        frozen::list(self.core.db.read(), app_id, &actor.tag(), self.core.now() - KEPT).await
    }

    /// The answer that gives a ZIP which somebody asked for, or a part of it.
    ///
    /// # Errors
    /// 404 for one that is somebody else's, too old, or of which nothing is left; 416; 503 while too many others are at it.
    pub(in crate::features::media::server) async fn frozen(
        &self,
        app_id: &str,
        id: &str,
        actor: &Actor,
        asked: &HeaderMap,
    ) -> Result<Response, AppError> {
        let found = frozen::get(self.core.db.read(), id, app_id, &actor.tag(), self.core.now() - KEPT).await?;
        let found = found.ok_or_else(AppError::not_found)?;
        let bench = self.bench()?;
        let begun = asked.get(header::IF_RANGE).and_then(|etag| etag.to_str().ok());
        let laid = match begun {
            Some(etag) => match self.laid_out(&found, true).await? {
                whole if whole.etag == etag => whole,
                _ => self.laid_out(&found, false).await?,
            },
            None => self.laid_out(&found, false).await?,
        };
        let length = laid.layout.length();
        let mut headers: HeaderMap = headers(&found.name)?.into_iter().collect();
        headers.insert(header::ETAG, give::value(laid.etag.clone())?);
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        let (status, from, count) = match give::part_of(asked, &laid.etag, length) {
            give::Range::Whole => (StatusCode::OK, 0, length),
            give::Range::Part(from, to) => {
                headers.insert(header::CONTENT_RANGE, give::value(format!("bytes {from}-{to}/{length}"))?);
                (StatusCode::PARTIAL_CONTENT, from, to - from + 1)
            }
            give::Range::Outside => return give::outside(length),
        };
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
        Ok((status, headers, self.given(laid, (from, count), (found.id, actor.tag()), bench)).into_response())
    }

    /// The pictures among these ids that there are, newest first; `binned`: those in the bin, too.
    async fn among(&self, ids: &str, binned: bool) -> Result<Vec<Picture>, sqlx::Error> {
        let mut pictures = store::among(self.core.db.read(), ids).await?;
        if binned {
            pictures.extend(bin::store::among(self.core.db.read(), ids).await?);
            pictures.sort_unstable_by(|a, b| b.id.cmp(&a.id));
        }
        Ok(pictures)
    }

    /// Lays a ZIP out from what is known of its pictures; none of their bytes are read.
    async fn laid_out(&self, found: &Frozen, binned: bool) -> Result<Laid, AppError> {
        let ids: Vec<String> = serde_json::from_str(&found.pictures).map_err(anyhow::Error::from)?;
        let verdicts = found.verdicts.as_deref().map(serde_json::from_str::<HashMap<String, Judged>>);
        let mut verdicts = verdicts.transpose().map_err(anyhow::Error::from)?;
        let failed = |error: io::Error| unexpected(&format!("a ZIP cannot be laid out: {}", error.kind()));
        let mut list = List::new(self.contents.scratch(&self.core.new_id()).map_err(failed)?).map_err(failed)?;
        let (mut names, mut entries, mut pieces) = (Names::default(), Vec::new(), Vec::new());
        for batch in ids.chunks(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
            let (pool, batch) = (self.core.db.read(), json!(batch).to_string());
            let known = frozen::known(pool, &batch).await?;
            let mut known: HashMap<String, u32> =
                known.into_iter().filter_map(|one| Some((one.id, u32::try_from(one.crc32).ok()?))).collect();
            for mut picture in self.among(&batch, binned).await? {
                if let Some(verdicts) = &mut verdicts {
                    picture.review = verdicts.remove(&picture.id).and_then(Judged::review);
                }
                let Some(content) = picture.content.as_ref().filter(|_| picture.account == found.app_id) else { continue };
                let path = names.path(&picture);
                // One lost file must not keep people from all the others; the list says which one it is.
                let bytes = self.contents.length(&content.sha256).ok().filter(|length| i64::try_from(*length) == Ok(content.bytes));
                let Some(bytes) = bytes.and_then(|length| u32::try_from(length).ok()) else {
                    tracing::error!(picture = picture.id, "A stored picture cannot be read");
                    list.add(&line("", &picture)).map_err(failed)?;
                    continue;
                };
                list.add(&line(&path, &picture)).map_err(failed)?;
                entries.push(Entry { path, dated: dos(picture.created_at), bytes, crc: known.remove(&picture.id) });
                pieces.push(Piece { id: picture.id, sha256: content.sha256.clone() });
            }
        }
        if list.lines == 0 {
            return Err(AppError::not_found());
        }
        let (list, bytes, etag) = list.end().map_err(failed)?;
        entries.push(Entry { path: "manifest.csv".into(), dated: dos(found.created_at), bytes, crc: None });
        Ok(Laid { layout: Layout::new(entries), pieces, list, etag })
    }

    /// The bytes of a ZIP from one on, so many.
    fn given(&self, mut laid: Laid, (from, count): (u64, u64), (id, actor): (String, String), bench: OwnedSemaphorePermit) -> Body {
        let (out, pieces) = pipe::pipe();
        let mut out = Counting { out, bytes: 0 };
        let (media, runtime) = (self.clone(), Handle::current());
        tokio::task::spawn_blocking(move || {
            let (length, noting) = (laid.layout.length(), runtime.clone());
            let mut files = Stored { media, runtime, pieces: laid.pieces, list: laid.list, actor, learnt: Vec::new() };
            let written = laid.layout.write(from, count, &mut files, &mut out);
            files.note();
            let reached = from + out.bytes;
            let noted = files.media.core.db.write(move |c| {
                let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
                Box::pin(async move { frozen::reached(c, &id, signed(length), signed(reached)).await })
            });
            if noting.block_on(noted).is_err() {
                tracing::warn!("How far a ZIP was fetched could not be noted");
            }
            // A reader that went away is no fault of ours.
            if let Err(error) = written.and_then(|()| out.out.finish())
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                tracing::error!(kind = %error.kind(), "A ZIP of pictures could not be finished");
            }
            drop(bench);
        });
        Body::from_stream(pieces)
    }
}

/// Counts what it passes on.
struct Counting {
    out: pipe::Pipe,
    bytes: u64,
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Date and time as MS-DOS has them.
fn dos(millis: i64) -> (u16, u16) {
    let at = dated(millis);
    (at.datepart(), at.timepart())
}

/// The list of what is inside, on its way to a file without a name. Its hash is the ZIP's validator: it names every picture and its bytes.
struct List {
    file: io::BufWriter<File>,
    hash: Sha256,
    bytes: u64,
    lines: usize,
}

impl List {
    fn new(file: File) -> io::Result<Self> {
        let mut list = Self { file: io::BufWriter::new(file), hash: Sha256::new(), bytes: 0, lines: 0 };
        list.write(HEAD)?;
        Ok(list)
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        self.hash.update(text);
        self.bytes += text.len() as u64;
        self.file.write_all(text.as_bytes())
    }

    fn add(&mut self, line: &str) -> io::Result<()> {
        self.lines += 1;
        self.write(line)
    }

    /// The file, its length, and the validator.
    fn end(self) -> io::Result<(File, u32, String)> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        let bytes = u32::try_from(self.bytes).map_err(|_| io::ErrorKind::FileTooLarge)?;
        Ok((file, bytes, format!("\"{}\"", hex::encode(self.hash.finalize()))))
    }
}

/// Pictures of the content store, then the list.
struct Stored {
    media: Media,
    runtime: Handle,
    pieces: Vec<Piece>,
    list: File,
    actor: String,
    /// Checksums to be written down.
    learnt: Vec<(String, u32)>,
}

impl Files for Stored {
    fn open(&mut self, at: usize, begins: bool) -> io::Result<Box<dyn Read + '_>> {
        let Some(piece) = self.pieces.get(at) else {
            self.list.rewind()?;
            return Ok(Box::new(&self.list));
        };
        if begins {
            self.media.seen(&piece.id, &self.actor, Way::Zip);
        }
        Ok(Box::new(self.media.contents.read_now(&piece.sha256)?))
    }

    fn learnt(&mut self, at: usize, crc: u32) {
        if let Some(piece) = self.pieces.get(at) {
            self.learnt.push((piece.sha256.clone(), crc));
        }
        if self.learnt.len() >= NOTED {
            self.note();
        }
    }
}

impl Stored {
    /// Writes down what was learnt; a ZIP is none the worse where that fails.
    fn note(&mut self) {
        let learnt = std::mem::take(&mut self.learnt);
        if learnt.is_empty() {
            return;
        }
        let noted = self.media.core.db.write(move |c| {
            Box::pin(async move {
                for (sha256, crc) in learnt {
                    frozen::note(c, &hex::decode(sha256).unwrap_or_default(), crc).await?;
                }
                Ok::<_, sqlx::Error>(())
            })
        });
        if self.runtime.block_on(noted).is_err() {
            tracing::warn!("Checksums of pictures could not be noted");
        }
    }
}
