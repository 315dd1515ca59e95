//! One fetch: the call, the stream into the content store, the judgement of what came.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;

use super::{
    Media,
    content::{ContentStore, Incoming, decoders},
    decode,
    reasons::{self, Why},
    room::{self, Booking, Within},
    sniff::{self, Sort},
};
use crate::{
    features::{
        accounts::server::Account,
        media::model::{Content, Kind, Picture},
    },
    wechat,
};

/// How long decoding one picture may take.
const DECODE_WITHIN: Duration = Duration::from_secs(5);

/// How a fetch ended.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The bytes lie in the store.
    Stored(Box<Content>, Kind, Option<String>),
    /// Trouble on the way: later, by the ladder.
    Again(Why),
    /// The whole of what came is not what was wanted. That may be the way's fault: a few times more, then given up.
    Doubtful(Why),
    /// The account's fault: it rests, and the picture waits.
    Held(Why),
    /// A video that could not be fetched from this address; a few times more, then people get the address.
    Link(String),
    /// Never going to work.
    Failed(Why, Option<Kind>),
    /// WeChat does not know the media id.
    Unknown(Why),
}

impl From<&wechat::Error> for Outcome {
    /// One table for everything WeChat can answer (docs/wechat-api.md §12).
    fn from(error: &wechat::Error) -> Self {
        let why = reasons::of(error);
        if error.leaves_alone() || error.blames_account() {
            Self::Held(why)
        } else if error.is_retryable() || matches!(error, wechat::Error::Unreadable(_) | wechat::Error::TooLarge) {
            // Garbage that does not even claim to be a file says nothing about the picture: WeChat keeps it, and so do we ask.
            Self::Again(why)
        } else if error.errcode() == Some(40007) {
            Self::Unknown(why)
        } else {
            Self::Failed(why, None)
        }
    }
}

impl From<&io::Error> for Outcome {
    fn from(error: &io::Error) -> Self {
        if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge) {
            return Self::Again(reasons::own("disk_full"));
        }
        tracing::error!(kind = %error.kind(), "A picture could not be written to the content store");
        Self::Again(reasons::own("storage_error"))
    }
}

/// A body that comes in pieces.
pub(super) trait Pieces: Send {
    /// The next piece, `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, wechat::Error>> + Send;

    /// Whether so many bytes of it can be kept; they are taken then.
    fn fits(&mut self, _bytes: u64) -> bool {
        true
    }
}

impl Pieces for wechat::Download {
    async fn next(&mut self) -> Result<Option<Bytes>, wechat::Error> {
        self.chunk().await
    }
}

/// Fetches a picture from WeChat. The booking is kept until the outcome is written down.
pub(super) async fn fetch(media: &Media, account: &Account, picture: &Picture, attempt: i64) -> (Outcome, Option<Booking>) {
    let (room, mut booking) = match media.book(&picture.account).await {
        Ok(booked) => booked.unzip(),
        Err(error) => {
            tracing::error!(error = %error, "What an account keeps could not be read");
            return (Outcome::Again(reasons::own("storage_error")), None);
        }
    };
    let outcome = fetch_within(media, account, picture, attempt, booking.as_mut()).await;
    if let (Outcome::Again(why), Some(room)) = (&outcome, room)
        && why.reason == room::FULL
        && booking.as_ref().is_some_and(Booking::is_too_large)
    {
        media.did_not_fit(&picture.account, room);
    }
    (outcome, booking)
}

async fn fetch_within(media: &Media, account: &Account, picture: &Picture, attempt: i64, booking: Option<&mut Booking>) -> Outcome {
    let name = format!("{}.{attempt}", picture.id);
    let opened = media.tokens.call(account, |client, token| {
        let media_id = picture.media_id.clone();
        async move { client.media(&token, &media_id).await }
    });
    match opened.await {
        Err(error) => Outcome::from(&error),
        Ok(wechat::Media::Video { url }) => video(media, account, &name, url, booking).await,
        Ok(wechat::Media::Bytes(download)) => {
            let file_name = download.file_name.clone();
            match receive(&media.contents, &name, Within { pieces: download, booking }).await {
                Ok(received) if received.sort == Sort::Amr => match finer(media, account, picture, &name).await {
                    Some((finer, file_name)) => stored(&media.contents, finer, file_name).await,
                    None => stored(&media.contents, received, file_name).await,
                },
                Ok(received) => stored(&media.contents, received, file_name).await,
                Err(outcome) => outcome,
            }
        }
    }
}

async fn stored(store: &ContentStore, received: Received, file_name: Option<String>) -> Outcome {
    let judged = async {
        let content = judge(store, &received).await?;
        keep(store, received, content).await
    };
    match judged.await {
        Ok((content, kind)) => Outcome::Stored(Box::new(content), kind, file_name),
        Err(outcome) => outcome,
    }
}

/// The same voice in high quality, which only WeChat's own recordings have, and only verified accounts get. Whatever is in its way, the
/// plain one is there already.
async fn finer(media: &Media, account: &Account, picture: &Picture, name: &str) -> Option<(Received, Option<String>)> {
    let opened = media.tokens.call(account, |client, token| {
        let media_id = picture.media_id.clone();
        async move { client.fine_voice(&token, &media_id).await }
    });
    let Ok(wechat::Media::Bytes(download)) = opened.await else { return None };
    let file_name = download.file_name.clone();
    let received = receive(&media.contents, &format!("{name}.fine"), download).await.ok()?;
    (received.sort == Sort::Speex).then_some((received, file_name))
}

/// Fetches a video from the address that WeChat gave, if that is one of WeChat's.
async fn video(media: &Media, account: &Account, name: &str, url: String, booking: Option<&mut Booking>) -> Outcome {
    let opened = match wechat::Client::new(&account.api_base) {
        Ok(client) => client.video(&url).await,
        Err(error) => return Outcome::from(&error),
    };
    let Some(Ok(download)) = opened else { return Outcome::Link(url) };
    let file_name = download.file_name.clone();
    match receive_as(&media.contents, name, Within { pieces: download, booking }, sniff::tell_video).await {
        Ok(received) => stored(&media.contents, received, file_name).await,
        Err(Outcome::Again(why)) if matches!(why.reason.as_str(), "disk_full" | "storage_error" | room::FULL) => Outcome::Again(why),
        Err(Outcome::Again(_)) => Outcome::Link(url),
        Err(outcome) => outcome,
    }
}

/// Takes a body into the store, or says why not. `name` is that of the temporary file.
pub(super) async fn take(store: &ContentStore, name: &str, pieces: impl Pieces) -> Result<(Content, Kind), Outcome> {
    let received = receive(store, name, pieces).await?;
    let content = judge(store, &received).await?;
    keep(store, received, content).await
}

/// A whole body on its way into the store.
pub(super) struct Received {
    incoming: Incoming,
    /// Its SHA-256 in hex.
    pub sha256: String,
    sort: Sort,
}

impl Received {
    /// Picture, voice or video.
    pub fn kind(&self) -> Kind {
        self.sort.kind()
    }

    /// Whether it still lies where it was received: a server that starts sweeps such files away. Blocks, shortly.
    pub fn lies(&self) -> bool {
        self.incoming.path().exists()
    }
}

/// Takes a body into a temporary file, hashed on the way; nothing is read on that is no picture by its beginning, or too large.
pub(super) async fn receive(store: &ContentStore, name: &str, pieces: impl Pieces) -> Result<Received, Outcome> {
    receive_as(store, name, pieces, sniff::tell).await
}

async fn receive_as(
    store: &ContentStore,
    name: &str,
    mut pieces: impl Pieces,
    tell: fn(&[u8]) -> Result<Sort, &'static str>,
) -> Result<Received, Outcome> {
    let (head, mut ended) = head_of(&mut pieces).await?;
    let sort = tell(&head).map_err(|word| Outcome::Doubtful(reasons::own(word)))?;
    let mut incoming = store.receive(name).await.map_err(|error| Outcome::from(&error))?;
    let mut piece = Bytes::from(head);
    loop {
        if incoming.bytes() + piece.len() as u64 > sort.most_bytes() {
            return Err(Outcome::Doubtful(reasons::own("too_large")));
        }
        if !pieces.fits(incoming.bytes() + piece.len() as u64) {
            return Err(Outcome::Again(room::full()));
        }
        incoming.write(&piece).await.map_err(|error| Outcome::from(&error))?;
        if ended {
            break;
        }
        match pieces.next().await.map_err(|error| Outcome::from(&error))? {
            Some(next) => piece = next,
            None => {
                piece = Bytes::new();
                ended = true;
            }
        }
    }
    let sha256 = incoming.finish().await.map_err(|error| Outcome::from(&error))?;
    Ok(Received { incoming, sha256, sort })
}

/// Enough of the body's beginning to tell what it is, and whether that was all.
async fn head_of(pieces: &mut impl Pieces) -> Result<(Vec<u8>, bool), Outcome> {
    let mut head = Vec::new();
    while head.len() < sniff::HEAD {
        match pieces.next().await.map_err(|error| Outcome::from(&error))? {
            Some(piece) => head.extend_from_slice(&piece),
            None => return Ok((head, true)),
        }
    }
    Ok((head, false))
}

/// Decodes what came, if it claims to be a picture: what it is.
pub(super) async fn judge(store: &ContentStore, received: &Received) -> Result<Content, Outcome> {
    let Received { incoming, sha256, sort } = received;
    let size = match sort.format() {
        Some(format) => Some(decoded(store, incoming, format).await.map_err(|word| Outcome::Doubtful(reasons::own(word)))?),
        None => None,
    };
    Ok(Content {
        sha256: sha256.clone(),
        bytes: i64::try_from(incoming.bytes()).unwrap_or(i64::MAX),
        content_type: sort.content_type().to_owned(),
        width: size.map(|size| i64::from(size.width)),
        height: size.map(|size| i64::from(size.height)),
        thumb: size.is_some(),
    })
}

/// Puts what was judged under its name.
pub(super) async fn keep(store: &ContentStore, received: Received, content: Content) -> Result<(Content, Kind), Outcome> {
    let Received { incoming, sha256, sort } = received;
    let (keeper, thumb) = (store.clone(), content.thumb);
    let kept = tokio::task::spawn_blocking(move || {
        let thumbs = incoming.thumbs();
        keeper.keep(&sha256, incoming.path(), if thumb { &thumbs } else { &[] })
    });
    match kept.await.unwrap_or_else(|_| Err(io::ErrorKind::Other.into())) {
        Ok(()) => Ok((content, sort.kind())),
        Err(error) => Err(Outcome::from(&error)),
    }
}

/// Makes the thumbnails of a stored picture again, where they are missing.
pub(super) async fn thumbs_again(store: &ContentStore, content: &Content) -> io::Result<()> {
    let format = image::ImageFormat::from_mime_type(&content.content_type).ok_or(io::ErrorKind::NotFound)?;
    let whole = store.whole(&content.sha256).ok_or(io::ErrorKind::InvalidInput)?;
    let permit = enter(store, whole, format).await;
    let (store, sha256) = (store.clone(), content.sha256.clone());
    let made = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        store.mend_thumbs(&sha256, |whole, thumb, small| decode::look(whole, format, thumb, small).map(drop).map_err(io::Error::other))
    });
    made.await.map_err(io::Error::other)?
}

/// Waits for the right to decode a file, by what its head says.
async fn enter(store: &ContentStore, file: PathBuf, format: image::ImageFormat) -> Option<decoders::Permit> {
    let bytes = tokio::task::spawn_blocking(move || decoders::weight(&file, format)).await.unwrap_or(u64::MAX);
    store.decoders.enter(bytes).await
}

async fn decoded(store: &ContentStore, incoming: &Incoming, format: image::ImageFormat) -> Result<decode::Size, &'static str> {
    let permit = enter(store, incoming.path().to_owned(), format).await;
    let (file, [(_, thumb), (_, small)]) = (incoming.path().to_owned(), incoming.thumbs());
    let waits = Arc::new(AtomicBool::new(true));
    let waiting = waits.clone();
    let looking = tokio::task::spawn_blocking(move || {
        let looked = decode::look(&file, format, &thumb, &small);
        if !waiting.load(Ordering::Acquire) {
            // What was received is gone, and so must be what came of it.
            fs::remove_file(&thumb).ok();
            fs::remove_file(&small).ok();
        }
        // Held until the decoder is really done: a picture that was given up still takes its memory.
        drop(permit);
        looked
    });
    match tokio::time::timeout(DECODE_WITHIN, looking).await {
        Ok(Ok(looked)) => looked,
        // The decoder panicked, which only a broken picture makes it do.
        Ok(Err(_)) => Err("damaged_image"),
        Err(_) => {
            waits.store(false, Ordering::Release);
            Err("decode_timeout")
        }
    }
}
