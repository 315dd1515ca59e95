//! Use cases of the pictures: file, look at, try again.

mod acts;
mod asking;
mod awaited;
mod bin;
mod board;
pub mod bodies;
mod bulk;
mod bundle;
pub mod check;
mod content;
mod decode;
#[cfg(test)]
mod decode_tests;
mod download;
mod facets;
mod fetch_store;
mod figures;
mod finding;
mod forms;
mod fresh;
mod give;
pub mod http;
pub mod import;
mod link;
mod opinions;
mod picked;
mod reasons;
mod record;
mod retention;
mod review;
mod room;
mod runs_store;
mod search_store;
mod seed;
mod sender;
mod sniff;
mod store;
pub mod tickets;
mod views;
mod worker;

#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use sqlx::SqliteConnection;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use bundle::Sheet;
pub use figures::{Offered, Totals};
pub use record::{Record, of_noted};
pub use seed::SeedPicture;

use self::{content::ContentStore, reasons::Why, store::Span};
use super::model::{Filter, LIFE, Picture, State};
use crate::{
    features::{
        accounts::server::Accounts,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        messages::server::Messages,
        tokens::server::Tokens,
        users::server::Users,
    },
    infra::{Core, guard::Table},
    jobs::Bell,
    shared::{error::AppError, lang::Text, list::Listed},
    wechat::codes::Class,
};

/// Pictures of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    core: Core,
    accounts: Accounts,
    tokens: Tokens,
    users: Users,
    messages: Messages,
    contents: ContentStore,
    bell: Bell,
    /// Rung where the bin has something to remove.
    bin_bell: Bell,
    /// Ids of pictures that have just settled; whoever waits for one listens.
    settled: broadcast::Sender<String>,
    resting: Arc<Mutex<HashMap<String, Rest>>>,
    /// Accounts of which something did not fit, and what they kept and might keep then.
    crowded: Arc<Mutex<HashMap<String, room::Room>>>,
    claiming: Arc<tokio::sync::Mutex<bool>>,
    stop: CancellationToken,
    benches: bundle::Benches,
    views: views::Views,
    /// Acts of many pictures that this process is at.
    acting: Arc<Mutex<HashSet<String>>>,
    /// What downloads under way take of what accounts may keep.
    taken: room::Ledgers,
}

/// An account that WeChat refuses: since and until when it is left alone, why, and how often in a row.
#[derive(Clone)]
struct Rest {
    since: i64,
    until: i64,
    faults: u32,
    why: Why,
}

/// A picture to be filed. Texts are checked by whoever took them from outside.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// AppID of the account.
    pub account: String,
    /// WeChat's id (`serverId` of `wx.uploadImage`).
    pub media_id: String,
    /// Who sent it.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// Who files it.
    pub actor: Actor,
}

impl axum::extract::FromRef<Media> for Core {
    fn from_ref(media: &Media) -> Self {
        media.core.clone()
    }
}

impl Media {
    /// Opens the content store. Downloads start with [`Media::hire`].
    ///
    /// # Errors
    /// A media folder that cannot be made.
    pub fn open(core: Core, accounts: Accounts, tokens: Tokens, users: Users, messages: Messages) -> anyhow::Result<Self> {
        let contents = ContentStore::open(core.place.media())
            .map_err(|error| anyhow::anyhow!("The media folder cannot be made ({}). Check --data and its rights.", error.kind()))?;
        Ok(Self {
            core,
            accounts,
            tokens,
            users,
            messages,
            contents,
            bell: Bell::default(),
            bin_bell: Bell::default(),
            settled: broadcast::channel(256).0,
            resting: Arc::default(),
            crowded: Arc::default(),
            claiming: Arc::default(),
            stop: CancellationToken::new(),
            benches: bundle::benches(),
            views: views::Views::default(),
            acting: Arc::default(),
            taken: room::Ledgers::default(),
        })
    }

    /// The same, ending what waits for it when `stop` is called for.
    pub fn until(self, stop: CancellationToken) -> Self {
        Self { stop, ..self }
    }

    /// Routes of pages and API.
    pub fn routes(&self) -> Table {
        http::routes(self.clone())
            .merge(bulk::routes(self.clone()))
            .merge(link::routes(self.clone()))
            .merge(tickets::routes(self.clone()))
            .merge(forms::routes(self.clone()))
            .merge(fresh::routes(self.clone()))
            .merge(review::api::routes(self.clone()))
            .merge(review::forms::routes(self.clone()))
            .merge(board::forms::routes(self.clone()))
            .merge(asking::forms::routes(self.clone()))
            .merge(bin::forms::routes(self.clone()))
            .merge(retention::forms::routes(self.clone()))
            .merge(opinions::forms::routes(self.clone()))
            .merge(picked::forms::routes(self.clone()))
            .merge(views::by_person::routes(self.clone()))
    }

    /// Files a picture to be fetched. The same account and media id again gives the same picture, and tries again if it had failed.
    ///
    /// # Errors
    /// 409 `media_filed_otherwise` if the media id was filed under other names.
    pub async fn accept(&self, new: NewMedia) -> Result<Picture, AppError> {
        let now = self.core.now();
        let who = new.actor.clone();
        let wanted = filed(self.core.new_id(), new, now);
        let asked = wanted.clone();
        let picture = self.core.db.write(move |c| Box::pin(async move { file_in(c, wanted, &who, now).await }));
        let (picture, _) = picture.await?;
        if !same_names(&picture, &asked) {
            return Err(AppError::conflict("media_filed_otherwise", FILED_OTHERWISE));
        }
        if !picture.state.settled() {
            self.bell.ring();
        }
        Ok(picture)
    }

    /// The picture as it stands once it has settled or lies in the bin, or when `patience` is over or the server stops.
    ///
    /// # Errors
    /// 404 if there is no such picture.
    pub async fn wait_for(&self, id: &str, patience: Duration) -> Result<Picture, AppError> {
        // Listening starts before looking: what settles in between is not missed.
        let mut settled = self.settled.subscribe();
        let over = self.core.clock.sleep(patience);
        tokio::pin!(over);
        loop {
            let picture = self.kept(id).await?;
            if picture.state.settled() || picture.deleted_at.is_some() {
                return Ok(picture);
            }
            loop {
                tokio::select! {
                    () = &mut over => return self.kept(id).await,
                    () = self.stop.cancelled() => return self.kept(id).await,
                    heard = settled.recv() => match heard {
                        Ok(other) if other != id => {}
                        Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => break,
                        Err(broadcast::error::RecvError::Closed) => return Ok(picture),
                    },
                }
            }
        }
    }

    /// One picture, of whichever account. One in the bin is not found.
    ///
    /// # Errors
    /// 404.
    pub async fn get(&self, id: &str) -> Result<Picture, AppError> {
        // Ids are ours: 32 hex digits. Anything else is not worth a query.
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(AppError::not_found());
        }
        store::get(self.core.db.read(), id).await?.ok_or_else(AppError::not_found)
    }

    /// One picture of this account. One of another account is as unknown as a missing one.
    ///
    /// # Errors
    /// 404.
    pub async fn of_account(&self, app_id: &str, id: &str) -> Result<Picture, AppError> {
        self.get(id).await.and_then(|picture| if picture.account == app_id { Ok(picture) } else { Err(AppError::not_found()) })
    }

    /// A page of pictures, newest first. `cursor` is that of the page before.
    pub async fn list(&self, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<Listed<Picture>, sqlx::Error> {
        let rows = store::list(self.core.db.read(), filter, &Span::of(filter).before(cursor), limit + 1).await?;
        Ok(cut(rows, limit))
    }

    /// The same, but that looks at no more pictures than a page may cost: where filters leave next to nothing of many, fewer may be on it than
    /// there are, and the moment (Unix milliseconds) down to which it looked stands beside it. The next page looks further.
    pub async fn look(&self, filter: &Filter, cursor: Option<&str>, limit: i64) -> Result<(Listed<Picture>, Option<i64>), sqlx::Error> {
        let (rows, looked) = store::look(self.core.db.read(), filter, &Span::of(filter).before(cursor), limit + 1).await?;
        let mut page = cut(rows, limit);
        let at = looked.as_deref().and_then(store::moment);
        page.next_cursor = looked.or(page.next_cursor);
        Ok((page, at))
    }

    /// The next newer and the next older picture within a filter.
    pub async fn neighbours(&self, filter: &Filter, id: &str) -> Result<(Option<Picture>, Option<Picture>), sqlx::Error> {
        let pool = self.core.db.read();
        let newer = store::list_up(pool, filter, &Span::of(filter).after(id), 1).await?.pop();
        let older = store::list(pool, filter, &Span::of(filter).before(Some(id)), 1).await?.pop();
        Ok((newer, older))
    }

    /// Tries a failed (or waiting) picture again now, and lifts the account's rest: somebody has looked at it. A spent quota stays spent however often
    /// one looks; what changes the account ends that rest.
    ///
    /// # Errors
    /// 409 `not_retryable` if it is stored, expired or under way.
    pub async fn retry(&self, picture: &Picture, actor: Actor, address: Option<String>) -> Result<(), AppError> {
        let (now, id) = (self.core.now(), picture.id.clone());
        let mut act = Act::new(actor, "media.retried", format!("media:{id}"));
        act.address = address;
        let done = self.core.db.write(move |c| {
            Box::pin(async move {
                let again = fetch_store::again(c, &id, now).await?;
                if again {
                    record_in(c, now, &act).await?;
                }
                Ok(again)
            })
        });
        if !done.await? {
            let detail = Text::new("这张图片现在不能重试。", "This picture cannot be tried again now.");
            return Err(AppError::conflict("not_retryable", detail));
        }
        let mut rests = self.rests();
        if rests.get(&picture.account).is_some_and(|rest| rest.why.class() != Some(Class::Quota)) {
            rests.remove(&picture.account);
        }
        drop(rests);
        self.bell.ring();
        Ok(())
    }

    fn rests(&self) -> MutexGuard<'_, HashMap<String, Rest>> {
        self.resting.lock().unwrap_or_else(|broken| broken.into_inner())
    }
}

/// A page of rows that were asked for with one more.
fn cut(rows: Vec<Picture>, limit: i64) -> Listed<Picture> {
    Listed::cut(rows, usize::try_from(limit).unwrap_or(0), |picture| picture.id.clone())
}

/// Why a media id is not taken a second time.
const FILED_OTHERWISE: Text = Text::new("这个 media_id 已按别的名字登记过。", "This media_id was filed under other names before.");

/// Files a picture inside a unit of writing: how it stands then, and whether it is new. One that was filed under the same names and had
/// failed is tried again; one under other names comes back as it is.
async fn file_in(c: &mut SqliteConnection, wanted: Picture, who: &Actor, now: i64) -> Result<(Picture, bool), sqlx::Error> {
    let act = |action, id: &str| Act::new(who.clone(), action, format!("media:{id}"));
    if store::file(c, &wanted, &who.tag()).await? {
        record_in(c, now, &act("media.filed", &wanted.id)).await?;
        return Ok((wanted, true));
    }
    let found = known(&mut *c, &wanted).await?;
    // What somebody deleted is not fetched again for a program's sake; it is answered as it lies in the bin.
    if found.state != State::Failed || found.deleted_at.is_some() || !same_names(&found, &wanted) {
        return Ok((found, false));
    }
    fetch_store::again(&mut *c, &found.id, now).await?;
    record_in(&mut *c, now, &act("media.retried", &found.id)).await?;
    Ok((known(c, &wanted).await?, false))
}

/// What was filed before under the media id of this one.
async fn known(c: &mut SqliteConnection, wanted: &Picture) -> Result<Picture, sqlx::Error> {
    store::by_media_id(c, &wanted.account, &wanted.media_id).await?.ok_or(sqlx::Error::RowNotFound)
}

fn same_names(a: &Picture, b: &Picture) -> bool {
    (&a.user_id, &a.answer_title, &a.question_id) == (&b.user_id, &b.answer_title, &b.question_id)
}

/// A freshly filed picture.
fn filed(id: String, new: NewMedia, now: i64) -> Picture {
    Picture {
        id,
        account: new.account,
        media_id: new.media_id,
        user_id: new.user_id,
        answer_title: new.answer_title,
        question_id: new.question_id,
        state: State::Pending,
        kind: None,
        file_name: None,
        content: None,
        attempts: 0,
        doubts: 0,
        next_attempt_at: now,
        errcode: None,
        errmsg: None,
        reason: None,
        created_at: now,
        stored_at: None,
        expires_at: now + LIFE,
        deleted_at: None,
        review: None,
    }
}
