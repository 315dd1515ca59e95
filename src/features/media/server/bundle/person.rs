//! Everything of one person as one ZIP: their pictures, also those in the bin, and tables that other features give.

use axum::response::Response;
use futures_util::stream::BoxStream;

use super::{Load, MOST, Source};
use crate::{
    features::{
        audit::{model::Act, server::record},
        media::{
            model::{Filter, State},
            server::{
                Media, bin,
                store::{self, Span, bound},
            },
        },
    },
    shared::{error::AppError, lang::Said, time::date},
};

/// A file beside the pictures, told piece by piece.
pub struct Sheet {
    /// Its name in the ZIP.
    pub name: &'static str,
    /// Its text.
    pub pieces: BoxStream<'static, Result<String, sqlx::Error>>,
}

impl Media {
    /// The answer that gives everything of some senders as one ZIP. What was done is written down first.
    ///
    /// # Errors
    /// 422 `too_many` for more pictures than one ZIP holds, 503 while too many others are at it.
    pub async fn bundle_person(&self, app_id: &str, user_ids: &[String], act: Act, sheets: Vec<Sheet>) -> Result<Response, AppError> {
        let pool = self.core.db.read();
        let (mut sources, mut count) = (Vec::new(), 0);
        for user_id in user_ids {
            let binned = bin::store::of_user(pool, app_id, user_id, MOST).await?;
            count += i64::try_from(binned.len()).unwrap_or(i64::MAX);
            sources.push(Source::Picked(binned));
            let filter =
                Filter { app_id: app_id.to_owned(), user_id: Some(user_id.clone()), state: Some(State::Stored), ..Filter::default() };
            let span = Span { high: bound(self.core.now() + 1), ..Span::of(&filter) };
            count += store::counted(pool, &filter, &span, MOST + 1).await?;
            sources.push(Source::Listed(filter, span));
        }
        if count > MOST {
            let detail = Said::new(
                format!("这个人的图片超过 {MOST} 张，一个 ZIP 装不下。"),
                format!("These are more than {MOST} pictures, the most one ZIP takes."),
            );
            return Err(AppError::new(422, "too_many", detail));
        }
        let (bench, actor) = (self.bench()?, act.actor.tag());
        record(&self.core, act).await?;
        let name = format!("wxdesk-person-{}.zip", date(self.core.now()));
        self.streamed(Load { actor, sources, sheets }, bench, &name)
    }
}
