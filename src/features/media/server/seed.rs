//! Pictures that are there from the start: demo data of the sandbox.

use std::collections::HashMap;

use super::{Media, content, store};
use crate::{
    features::{
        audit::model::Actor,
        media::model::{Content, Kind, LIFE, Picture, State},
    },
    infra::{Core, id_at, secrets::sha256},
    shared::time::SECOND,
};

/// A picture of the demo data.
#[derive(Clone, Debug)]
pub struct SeedPicture {
    /// Who sent it.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// When it was filed (Unix milliseconds).
    pub created_at: i64,
    /// The picture; needed only where it is stored.
    pub bytes: &'static [u8],
    /// WeChat's id.
    pub media_id: String,
    /// How far it has come.
    pub state: State,
}

/// Where bytes that live for ever lie, and how many: cheaper to compare than the bytes.
type Place = (usize, usize);

fn place(bytes: &'static [u8]) -> Place {
    (bytes.as_ptr().addr(), bytes.len())
}

impl Media {
    /// Files pictures that are there from the start: contents and thumbnails once per distinct bytes, all rows in one go.
    ///
    /// # Errors
    /// Bytes that are no picture, a disk or database that cannot be written.
    pub async fn seed(&self, account: &str, pictures: Vec<SeedPicture>) -> anyhow::Result<()> {
        let stored = pictures.iter().filter(|seed| seed.state == State::Stored);
        let distinct: HashMap<Place, &'static [u8]> = stored.map(|seed| (place(seed.bytes), seed.bytes)).collect();
        let kept = distinct.into_iter().map(|(place, bytes)| async move { anyhow::Ok((place, self.keep_seed(bytes).await?)) });
        let contents: HashMap<Place, Content> = futures_util::future::try_join_all(kept).await?.into_iter().collect();
        let rows: Vec<Picture> = pictures.into_iter().map(|seed| row(&self.core, account, seed, &contents)).collect();
        let (now, actor) = (self.core.now(), Actor::System.tag());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                for content in contents.values() {
                    content::store::put(c, content, now).await?;
                }
                for row in &rows {
                    store::file(c, row, &actor).await?;
                }
                Ok(())
            })
        });
        Ok(written.await?)
    }

    /// Puts bytes of the demo data into the content store.
    async fn keep_seed(&self, bytes: &'static [u8]) -> anyhow::Result<Content> {
        let name = format!("seed-{}", hex::encode(&sha256(bytes)[..8]));
        let (content, _) = super::download::take(&self.contents, &name, Some(bytes))
            .await
            .map_err(|outcome| anyhow::anyhow!("a demo picture could not be kept: {outcome:?}"))?;
        Ok(content)
    }
}

impl super::download::Pieces for Option<&'static [u8]> {
    async fn next(&mut self) -> Result<Option<bytes::Bytes>, crate::wechat::Error> {
        Ok(self.take().map(bytes::Bytes::from_static))
    }
}

fn row(core: &Core, account: &str, seed: SeedPicture, contents: &HashMap<Place, Content>) -> Picture {
    let stored = seed.state == State::Stored;
    let (reason, errcode, errmsg) = match seed.state {
        State::Failed => (Some("wechat_40007"), Some(40007), Some("invalid media_id")),
        State::Expired => (Some("media_expired"), Some(40007), Some("invalid media_id")),
        _ => (None, None, None),
    };
    Picture {
        id: id_at(seed.created_at, &core.chance),
        account: account.to_owned(),
        file_name: stored.then(|| format!("{}.jpg", seed.media_id)),
        media_id: seed.media_id,
        user_id: seed.user_id,
        answer_title: seed.answer_title,
        question_id: seed.question_id,
        state: seed.state,
        kind: stored.then_some(Kind::Image),
        content: if stored { contents.get(&place(seed.bytes)).cloned() } else { None },
        attempts: i64::from(seed.state.settled()),
        doubts: 0,
        next_attempt_at: seed.created_at,
        errcode,
        errmsg: errmsg.map(str::to_owned),
        reason: reason.map(str::to_owned),
        created_at: seed.created_at,
        stored_at: stored.then_some(seed.created_at + 2 * SECOND),
        expires_at: seed.created_at + LIFE,
        deleted_at: None,
        review: None,
    }
}
