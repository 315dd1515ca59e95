//! The list of followers brought up to date from WeChat: tags, openids by pages of 10,000, people by 100.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures_util::FutureExt;

use super::{People, store};
use crate::{
    features::{
        accounts::server::Account,
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        people::model::Sync,
    },
    infra::respond,
    shared::error::AppError,
    wechat::{FollowerPage, Tag, UserInfo},
};

/// A page of openids shorter than this is the last (docs/wechat-api.md §9).
const FULL_PAGE: usize = 10_000;
/// People asked about at once.
const AT_ONCE: usize = 100;

impl People {
    /// How the account's synchronisation stands; `None` when none runs and the last one went well.
    pub fn sync_state(&self, app_id: &str) -> Option<Sync> {
        self.remembered(app_id).sync
    }

    /// Starts bringing the account's list up to date. `false`: one is under way already.
    pub fn start_sync(&self, account: Arc<Account>, actor: Actor) -> bool {
        let running = Some(Sync::Running { done: 0, total: 0 });
        {
            let mut known = self.known();
            let state = &mut known.entry(account.app_id.clone()).or_default().sync;
            if matches!(state, Some(Sync::Running { .. })) {
                return false;
            }
            *state = running;
        }
        let this = self.clone();
        self.crew.spawn(async move {
            let ended = AssertUnwindSafe(this.sync(&account, actor)).catch_unwind().await;
            let ended = ended.unwrap_or_else(|_| Err(respond::unexpected(&"a synchronisation panicked")));
            let state = ended
                .err()
                .map(|error| Sync::Failed { said: error.detail.clone(), errcode: error.refusal.as_ref().map(|refusal| refusal.errcode) });
            this.forget_counts(&account.app_id);
            this.known().entry(account.app_id.clone()).or_default().sync = state;
        });
        true
    }

    /// Brings the account's list up to date. Whoever WeChat does not name any more is marked as gone, at the very end: a list that broke
    /// off marks nobody.
    ///
    /// # Errors
    /// What WeChat or the database ended it with.
    pub(super) async fn sync(&self, account: &Account, actor: Actor) -> Result<(), AppError> {
        let started = self.core.now();
        let tags = self.tokens.call(account, |client, token| async move { client.tags(&token).await }).await?;
        self.keep_tags(&account.app_id, tags).await?;
        let (mut next, mut done) = (String::new(), 0);
        loop {
            let page = self.page(account, &next).await?;
            for openids in page.openids.chunks(AT_ONCE) {
                if self.crew.stop().is_cancelled() {
                    return Ok(());
                }
                let users = self.users(account, openids).await?;
                self.keep_users(&account.app_id, users, started).await?;
                done += i64::try_from(openids.len()).unwrap_or(0);
                self.progress(&account.app_id, done, page.total);
            }
            if page.openids.len() < FULL_PAGE || page.next_openid.is_empty() || page.next_openid == next {
                break;
            }
            next = page.next_openid;
        }
        self.finish(&account.app_id, started, done, actor).await
    }

    async fn page(&self, account: &Account, next: &str) -> Result<FollowerPage, AppError> {
        let call = |client: crate::wechat::Client, token| {
            let next = next.to_owned();
            async move { client.followers(&token, &next).await }
        };
        Ok(self.tokens.call(account, call).await?)
    }

    async fn users(&self, account: &Account, openids: &[String]) -> Result<Vec<UserInfo>, AppError> {
        let call = |client: crate::wechat::Client, token| {
            let openids = openids.to_vec();
            async move { client.users_info(&token, &openids).await }
        };
        Ok(self.tokens.call(account, call).await?)
    }

    async fn keep_tags(&self, app_id: &str, tags: Vec<Tag>) -> Result<(), sqlx::Error> {
        let app_id = app_id.to_owned();
        let tags: Vec<_> = tags.into_iter().map(|tag| (tag.id, tag.name)).collect();
        self.core.db.write(move |connection| Box::pin(async move { store::replace_tags(connection, &app_id, &tags).await })).await
    }

    async fn keep_users(&self, app_id: &str, users: Vec<UserInfo>, started: i64) -> Result<(), sqlx::Error> {
        let (app_id, now) = (app_id.to_owned(), self.core.now());
        self.core
            .db
            .write(move |connection| {
                Box::pin(async move {
                    for user in users.iter().filter(|user| user.subscribe) {
                        store::listed(connection, &app_id, user, started, now).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn finish(&self, app_id: &str, started: i64, listed: i64, actor: Actor) -> Result<(), AppError> {
        let (app_id, now) = (app_id.to_owned(), self.core.now());
        let finished = self.core.db.write(move |connection| {
            Box::pin(async move {
                let gone = store::unlisted(connection, &app_id, started, now).await?;
                store::synced(connection, &app_id, now).await?;
                let act = Act::new(actor, "people.synced", format!("account:{app_id}"));
                let detail = serde_json::json!({"followers": listed, "gone": gone}).to_string();
                record_in(connection, now, &act.detail(detail)).await
            })
        });
        Ok(finished.await?)
    }

    fn progress(&self, app_id: &str, done: i64, total: i64) {
        self.known().entry(app_id.to_owned()).or_default().sync = Some(Sync::Running { done, total });
    }
}
