//! Second opinions: what a colleague thinks of a picture that was judged. They change no verdict; where the two differ, an administrator
//! decides.

pub(super) mod forms;
mod requests;
mod requests_store;
mod store;

use serde_json::json;

use super::{
    Media,
    review::{Judgement, Line, changed, store as reviews},
};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::record_in,
        },
        media::{
            model::Picture,
            opinion::{Count, Opinion, Side},
            review::{Review, Verdict},
        },
    },
    shared::{error::AppError, lang::Text, time::day_number},
};

/// Reviewers that are counted.
const MOST_COUNTED: i64 = 100;

/// What an administrator decides, about the two as they were seen (their moments, Unix milliseconds).
struct Decision {
    picture: Picture,
    seen: (i64, i64),
    verdict: Verdict,
}

impl Media {
    /// The second opinion on a picture.
    pub(super) async fn opinion(&self, id: &str) -> Result<Option<Opinion>, sqlx::Error> {
        store::of(self.core.db.read(), id).await
    }

    /// The judgement somebody may speak to a second time.
    ///
    /// # Errors
    /// 409 `not_judged`, `own_judgement`, `opinion_given`.
    pub(super) async fn second_of<'a>(&self, picture: &'a Picture, actor: &Actor) -> Result<&'a Review, AppError> {
        let Some(first) = &picture.review else {
            let detail = Text::new("还没有人判断过这张图片。", "Nobody has judged this picture yet.");
            return Err(AppError::conflict("not_judged", detail));
        };
        if first.reviewer == actor.tag() {
            let detail =
                Text::new("这是你自己的判断，第二意见要由别人给。", "This judgement is your own. A second opinion is somebody else's.");
            return Err(AppError::conflict("own_judgement", detail));
        }
        let given = self.opinion(&picture.id).await?;
        if given.is_some_and(|given| given.second.reviewer != actor.tag() && given.first.at == first.at) {
            let detail = Text::new("已经有人给过第二意见。", "Somebody has given a second opinion already.");
            return Err(AppError::conflict("opinion_given", detail));
        }
        Ok(first)
    }

    /// Notes what somebody thinks of a picture that somebody else has judged. `seen` is the moment of the judgement they knew of, if they
    /// were shown one.
    ///
    /// # Errors
    /// Those of [`Media::second_of`]; 409 `review_changed` if it was judged anew meanwhile.
    pub(super) async fn second(&self, picture: &Picture, said: Judgement, actor: &Actor, seen: Option<i64>) -> Result<(), AppError> {
        let first = self.second_of(picture, actor).await?.clone();
        let Some(verdict) = said.verdict else {
            return Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action.")));
        };
        if seen.is_some_and(|seen| seen != first.at) {
            return Err(changed());
        }
        let (now, id) = (self.core.now(), picture.id.clone());
        let reason = said.reason.filter(|_| verdict == Verdict::Reject);
        let second = Side { verdict, reason, comment: said.comment, reviewer: actor.tag(), at: now };
        let act = Act::new(actor.clone(), "media.second_opinion", format!("media:{id}"));
        let act = act.detail(json!({ "verdict": verdict.word(), "of": first.verdict.word() }).to_string());
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                let put = store::put(c, &id, &first, &second).await?;
                if put {
                    record_in(c, now, &act).await?;
                }
                Ok(put)
            })
        });
        if written.await? { Ok(()) } else { Err(changed()) }
    }

    /// Decides a disagreement: the picture stands as decided from then on.
    ///
    /// # Errors
    /// 409 `review_changed` if one of the two has changed, or it was decided meanwhile.
    async fn decide(&self, decision: Decision, actor: Actor, address: String) -> Result<(), AppError> {
        let Decision { picture, seen, verdict } = decision;
        let opinion = self.opinion(&picture.id).await?.ok_or_else(AppError::not_found)?;
        let reason =
            [&opinion.first, &opinion.second].into_iter().find(|side| side.verdict == verdict).and_then(|side| side.reason.clone());
        let now = self.core.now();
        let line = Line::new(&picture.id, Judgement { verdict: Some(verdict), reason, comment: None }, &actor, now);
        let act = Act::new(actor, "media.decided", format!("media:{}", picture.id)).from_address(address);
        let act = act.detail(json!({ "verdict": verdict.word() }).to_string());
        let app_id = picture.account;
        let written = self.core.db.write(move |c| {
            Box::pin(async move {
                if !store::decide(c, &line.media_id, seen, verdict, &line.reviewer, now).await? {
                    return Ok(false);
                }
                // The trigger keeps both in step, so this can only fail with the database.
                if !reviews::set(c, &line, Some(seen.0)).await? {
                    return Err(sqlx::Error::RowNotFound);
                }
                reviews::note(c, &app_id, &line).await?;
                record_in(c, now, &act).await?;
                Ok(true)
            })
        });
        if written.await? { Ok(()) } else { Err(changed()) }
    }

    /// Pictures on which two differ (or differed, with `settled`): one more than `limit`, if there are more.
    async fn opinions(
        &self,
        app_id: &str,
        settled: bool,
        before: Option<&str>,
        reviewer: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Opinion>, sqlx::Error> {
        let (pool, before) = (self.core.db.read(), before.unwrap_or("g"));
        if settled {
            store::decided(pool, app_id, before, reviewer, limit + 1).await
        } else {
            store::apart(pool, app_id, before, reviewer, limit + 1).await
        }
    }

    /// The next picture that waits for somebody's second opinion after one, or from the newest on, and whether a colleague asked for it.
    /// First comes what was asked for, then whatever nobody else has looked at. Among the latter, what is asked for from `since` on goes
    /// before; what was asked earlier they have seen. One's own judgements are passed over.
    async fn next_second(
        &self,
        app_id: &str,
        after: Option<&str>,
        since: i64,
        actor: &Actor,
    ) -> Result<Option<(String, bool)>, sqlx::Error> {
        let (pool, who) = (self.core.db.read(), actor.tag());
        let among_asked = match after {
            Some(id) => requests_store::of(pool, id).await?.is_some(),
            None => false,
        };
        let (asked_before, asked_since) = if among_asked { (after, 0) } else { (None, since) };
        let asked = requests_store::next(pool, app_id, asked_before.unwrap_or("g"), asked_since, &who).await?;
        if let Some(id) = asked.filter(|id| Some(&**id) != after) {
            return Ok(Some((id, true)));
        }
        // Past what was asked for, the others begin with the newest.
        for before in after.filter(|_| !among_asked).into_iter().chain(["g"]) {
            if let Some(id) = store::next(pool, app_id, before, &who).await? {
                return Ok(Some((id, false)));
            }
        }
        Ok(requests_store::next(pool, app_id, "g", 0, &who).await?.map(|id| (id, true)))
    }

    /// What each reviewer did in the last `days` days, today included.
    async fn reviewer_counts(&self, app_id: &str, days: i64) -> Result<Vec<Count>, sqlx::Error> {
        store::counts(self.core.db.read(), app_id, day_number(self.core.now()) - days + 1, MOST_COUNTED).await
    }
}
