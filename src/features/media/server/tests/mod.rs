//! Downloads, lists and giving out, with a clock that stands still and no WeChat at all.

mod acts;
mod bin;
mod bundles;
mod checks;
#[cfg(test)]
mod downloads;
mod giving;
mod lists;
mod retention;
mod reviews;
mod room;
mod views;

use std::sync::atomic::Ordering;

use bytes::Bytes;
use secrecy::SecretString;

use super::*;
use crate::{
    features::media::model::{Content, Kind},
    infra::trial,
    wechat,
};

/// Pictures in a folder of their own, with the accounts `wx1` and `wx2` of a WeChat that is not there.
pub(super) struct Bed {
    pub(super) media: Media,
    folder: tempfile::TempDir,
}

impl Bed {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        for app_id in ["wx1", "wx2"] {
            let secret = core.vault.seal(&format!("accounts/{app_id}/secret"), &SecretString::from("s"));
            let add = core.db.write(move |c| {
                Box::pin(async move {
                    sqlx::query("insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values (?, ?, ?, ?, 0, 0)")
                        .bind(app_id)
                        .bind(app_id)
                        .bind(secret)
                        .bind("http://127.0.0.1:9")
                        .execute(c)
                        .await
                })
            });
            add.await.expect("adds");
        }
        Self { media: open(core).await, folder }
    }

    /// The same folder after the process died: nothing but database and files is left.
    async fn reborn(&self) -> Media {
        open(self.media.core.clone()).await
    }

    async fn file(&self, media_id: &str) -> Picture {
        self.media.accept(new(media_id, "u1")).await.expect("filed")
    }

    async fn now(&self, id: &str) -> Picture {
        self.media.get(id).await.expect("there")
    }

    fn advance(&self, millis: i64) {
        self.media.core.clock.advance(Duration::from_millis(millis.unsigned_abs()));
    }

    /// Takes the picture as a worker does; the number of the attempt with it.
    async fn claim(&self, id: &str) -> (Picture, i64) {
        let (picture, now) = (self.now(id).await, self.media.core.now());
        let (id, attempts) = (id.to_owned(), picture.attempts);
        let taken = self.media.core.db.write(move |c| Box::pin(async move { fetch_store::claim(c, &id, attempts, now, now + 1000).await }));
        assert!(taken.await.expect("writes"), "it was due");
        (picture, attempts + 1)
    }

    /// One attempt that ends so.
    async fn attempt(&self, id: &str, outcome: download::Outcome) -> Picture {
        let (picture, attempt) = self.claim(id).await;
        assert_eq!(self.now(id).await.state, State::Downloading, "the truth is on disk before the call");
        self.media.write_down(&picture, attempt, outcome).await.expect("writes");
        self.now(id).await
    }

    /// Names of all files below the media folder.
    fn files(&self) -> Vec<String> {
        let (mut found, mut queue) = (Vec::new(), vec![self.folder.path().join("media")]);
        while let Some(folder) = queue.pop() {
            for entry in std::fs::read_dir(folder).expect("reads").flatten() {
                if entry.path().is_dir() { queue.push(entry.path()) } else { found.push(entry.file_name().into_string().expect("text")) }
            }
        }
        found.sort();
        found
    }
}

async fn open(core: Core) -> Media {
    let accounts = Accounts::open(core.clone()).await.expect("accounts");
    let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("tokens");
    let users = Users::open(core.clone(), std::sync::Arc::new(accounts.clone())).await.expect("people");
    let messages = Messages::new(core.clone(), accounts.clone(), tokens.clone());
    Media::open(core, accounts, tokens, users, messages).expect("opens")
}

fn new(media_id: &str, user_id: &str) -> NewMedia {
    NewMedia {
        account: "wx1".into(),
        media_id: media_id.into(),
        user_id: user_id.into(),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        actor: Actor::Key("erp".into()),
    }
}

/// A body in pieces of `size` bytes, then perhaps an error.
struct Body(std::vec::IntoIter<Result<Bytes, wechat::Error>>);

impl Body {
    fn of(bytes: &[u8], size: usize) -> Self {
        Self(bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect::<Vec<_>>().into_iter())
    }

    fn cut(bytes: &[u8]) -> Self {
        Self(vec![Ok(Bytes::copy_from_slice(bytes)), Err(wechat::Error::Network("connection cut".into()))].into_iter())
    }
}

impl download::Pieces for Body {
    async fn next(&mut self) -> Result<Option<Bytes>, wechat::Error> {
        self.0.next().transpose()
    }
}

/// A small JPEG; other shades, other bytes.
fn jpeg(shade: u8) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(60, 40, image::Rgb([shade, 120, 30]));
    image::DynamicImage::ImageRgb8(image).write_to(&mut out, image::ImageFormat::Jpeg).expect("encodes");
    out.into_inner()
}

async fn stored(media: &Media, bytes: &[u8]) -> download::Outcome {
    let (content, kind) = download::take(&media.contents, "test.1", Body::of(bytes, 50)).await.expect("taken");
    download::Outcome::Stored(Box::new(content), kind, Some("a.jpg".into()))
}

fn refused(errcode: i64) -> download::Outcome {
    download::Outcome::from(&wechat::Error::Platform { errcode, errmsg: "x".into(), rid: None })
}
