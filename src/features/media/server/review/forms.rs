//! The pages of judging: the desk, and the list of reasons.

use axum::{
    extract::State as Of,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{COUNTED, Judgement, Last, Undone, on_a_desk};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            asked::Undo,
            asking,
            desk::{self, Bar, Desk, Film, LastSaid, Mark},
            model::{Filter, Kind, Picture, State},
            reasons,
            review::{COMMENT_MAX, Verdict, Wrong, parse_reasons, said},
            server::{
                Media,
                forms::{filled, refusal},
            },
            verdict,
            wanted::Wanted,
        },
    },
    infra::{
        fields::{Form, Query, check_text},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, own_path, page, refused_page},
    },
    shared::{error::AppError, lang::Text, rights::Right, time},
    ui::{
        Frame, blocks,
        texts::{media as m, picked, review as w},
    },
};

/// Pictures in the strip before the one shown; few, so that a phone shows that one without scrolling.
const BEFORE: i64 = 3;
/// Pictures in the strip after it.
const AFTER: i64 = 10;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/desk", Access::Right(Right::Review), show_desk)
        .post("/media/desk", Access::Right(Right::Review), act)
        .get("/media/reasons", Access::Right(Right::Administer), show_reasons)
        .post("/media/reasons", Access::Right(Right::Administer), save_reasons)
        .table()
}

/// The desk with a picture (`at`), or the way to the next one that waits (`after`).
async fn show_desk(Of(media): Of<Media>, frame: Frame, operator: Operator, mut query: Query) -> Result<Response, AppError> {
    let actor = Actor::User(operator.name);
    let Some(id) = query.take("at") else {
        let wanted = narrowed(&frame);
        let filter = wanted.filter(frame.app_id(), frame.now);
        return match media.take_next(&filter, query.take("after").as_deref(), &actor).await? {
            Some(id) => Ok(Redirect::to(&at(&frame, &wanted, &id)).into_response()),
            None => {
                let (bar, last) = (media.bar(&frame, &actor).await?, media.last_said(&frame, &actor).await?);
                Ok(page(&frame, w::TAB_DESK.get(frame.lang), || desk::done(bar, last, wanted.filters())))
            }
        };
    };
    let shown = media.desk(&frame, &actor, &id, verdict::Form::default()).await?;
    Ok(page(&frame, w::TAB_DESK.get(frame.lang), || desk::desk(shown)))
}

/// `intent=pass`, `reject` or `clear` for the picture `at`, `stay` while it is looked at; `intent=undo` for one's last.
async fn act(Of(media): Of<Media>, frame: Frame, operator: Operator, mut query: Query, form: Form) -> Result<Response, AppError> {
    let actor = Actor::User(operator.name);
    let wanted = narrowed(&frame);
    if form.get("intent") == "undo" {
        return Ok(match media.undo(frame.app_id(), &actor).await? {
            Undone::One(id) => {
                media.withdraw_ask(&media.of_account(frame.app_id(), &id).await?, &actor).await?;
                done(&at(&frame, &wanted, &id), Some(w::UNDONE.get(frame.lang)))
            }
            Undone::Going => done(&back_of(&frame, &wanted, form.get("back")), Some(picked::GOES_ON.get(frame.lang))),
            Undone::Many(count, left) => undone_many(&frame, &wanted, form.get("back"), (count, left)),
        });
    }
    let id = query.take("at").unwrap_or_default();
    let picture = media.of_account(frame.app_id(), &id).await?;
    if form.get("intent") == "stay" {
        return match media.lay(&picture, &actor).await? {
            None => Ok(StatusCode::NO_CONTENT.into_response()),
            Some(name) => Err(on_a_desk(&name)),
        };
    }
    let refused = match media.judge_form(&picture, &form, &actor).await {
        Ok(()) => {
            let filter = wanted.filter(frame.app_id(), frame.now);
            let next = media.take_next(&filter, Some(&id), &actor).await?;
            return Ok(done(&next.map_or_else(|| frame.href("/media/desk"), |id| at(&frame, &wanted, &id)), None));
        }
        Err(error) => refusal(&frame, error)?,
    };
    let shown = media.desk(&frame, &actor, &id, typed(&form, refused)).await?;
    Ok(refused_page(&frame, w::TAB_DESK.get(frame.lang), || desk::desk(shown)))
}

async fn show_reasons(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let reasons = media.reasons(frame.app_id()).await?;
    let typed = reasons.iter().map(|reason| said(reason, frame.lang)).collect::<Vec<_>>().join("\n");
    Ok(page(&frame, w::REASONS.get(frame.lang), || reasons::reasons(&typed, None)))
}

async fn save_reasons(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    form: Form,
) -> Result<Response, AppError> {
    let typed = form.get("reasons");
    let wrong = match parse_reasons(typed) {
        Ok(reasons) => {
            media.set_reasons(frame.app_id(), &reasons, Actor::User(operator.name), address.to_string()).await?;
            return Ok(done(&frame.href("/media/reasons"), Some(w::SAVED.get(frame.lang))));
        }
        Err(Wrong::Count(count)) => filled(w::WRONG_COUNT, frame.lang, &[("{n}", &count.to_string())]),
        Err(Wrong::Line(line)) => filled(w::WRONG_LINE, frame.lang, &[("{line}", &line)]),
    };
    Ok(refused_page(&frame, w::REASONS.get(frame.lang), || reasons::reasons(typed, Some(wrong))))
}

/// Back to where 撤销 was pressed for an act of many pictures, with how many it was.
fn undone_many(frame: &Frame, wanted: &Wanted, back: &str, (count, left): (usize, usize)) -> Response {
    let number = |count: usize| blocks::number(i64::try_from(count).unwrap_or(i64::MAX));
    let mut said = filled(w::UNDONE_MANY, frame.lang, &[("{n}", &number(count))]);
    if left > 0 {
        said.push_str(&filled(w::UNDONE_LEFT, frame.lang, &[("{n}", &number(left))]));
    }
    done(&back_of(frame, wanted, back), Some(&said))
}

/// Where an undo was pressed.
fn back_of(frame: &Frame, wanted: &Wanted, back: &str) -> String {
    if back.is_empty() { wanted.link(&frame.href("/media/desk")) } else { own_path(back).to_owned() }
}

/// The query without what the desk decides itself.
fn narrowed(frame: &Frame) -> Wanted {
    Wanted::parse(&frame.query).with(|other| (other.state, other.review, other.size) = Default::default())
}

/// Where a picture lies on the desk.
fn at(frame: &Frame, wanted: &Wanted, id: &str) -> String {
    let link = wanted.link(&frame.href("/media/desk"));
    format!("{link}{}at={id}", if link.contains('?') { '&' } else { '?' })
}

pub(in crate::features::media::server) fn label(frame: &Frame, picture: &Picture) -> String {
    let clock = time::clock(picture.created_at);
    filled(m::TILE, frame.lang, &[("{title}", &picture.answer_title), ("{user}", &picture.user_id), ("{time}", &clock)])
}

/// A number that was counted up to [`COUNTED`].
pub(in crate::features::media::server) fn counted(count: i64) -> String {
    if count >= COUNTED { format!("{}+", blocks::number(COUNTED - 1)) } else { blocks::number(count) }
}

/// A rejection without a reason.
pub(in crate::features::media::server) fn missing_reason() -> AppError {
    AppError::new(422, "reason_missing", w::NEED_REASON)
}

/// The form of a verdict with what was typed, and why it was refused.
pub(in crate::features::media::server) fn typed(form: &Form, refused: String) -> verdict::Form {
    let text = |name| form.get(name).to_owned();
    verdict::Form { reason: text("reason"), comment: text("comment"), refused: Some(refused), ..verdict::Form::default() }
}

/// The comment of a form.
///
/// # Errors
/// 422 for one that is too long or has control characters.
pub(in crate::features::media::server) fn checked_comment(form: &Form) -> Result<Option<String>, AppError> {
    let comment = Some(form.trimmed("comment")).filter(|text| !text.is_empty());
    if comment.is_some_and(|text| check_text(text, 1, COMMENT_MAX).is_err()) {
        return Err(AppError::new(422, "bad_comment", w::LONG_COMMENT));
    }
    Ok(comment.map(str::to_owned))
}

impl Media {
    /// Judges a picture as a form says.
    pub(in crate::features::media::server) async fn judge_form(
        &self,
        picture: &Picture,
        form: &Form,
        actor: &Actor,
    ) -> Result<(), AppError> {
        let said = self.judgement(&picture.account, form).await?;
        if let Some(name) = self.holder(picture, actor).await? {
            return Err(on_a_desk(&name));
        }
        self.review(picture, said, actor, form.trimmed("seen").parse().ok()).await
    }

    /// What a form says of a picture of the account.
    pub(in crate::features::media::server) async fn judgement(&self, app_id: &str, form: &Form) -> Result<Judgement, AppError> {
        let verdict = Verdict::parse(form.get("intent"));
        if verdict.is_none() && form.get("intent") != "clear" {
            return Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action.")));
        }
        let reasons = self.reasons(app_id).await?;
        let reason = reasons.into_iter().find(|known| known == form.get("reason"));
        if verdict == Some(Verdict::Reject) && reason.is_none() {
            return Err(missing_reason());
        }
        Ok(Judgement { verdict, reason, comment: checked_comment(form)? })
    }

    /// The form for a picture, with what was typed.
    pub(in crate::features::media::server) async fn verdict_form(
        &self,
        frame: &Frame,
        picture: &Picture,
        action: String,
        typed: verdict::Form,
    ) -> Result<verdict::Form, sqlx::Error> {
        Ok(verdict::Form {
            action,
            seen: picture.review.as_ref().map_or(0, |review| review.at),
            reasons: self.reasons(&picture.account).await?,
            judged: picture.review.is_some(),
            may_edit: frame.may(Right::Administer),
            ..typed
        })
    }

    async fn desk(&self, frame: &Frame, actor: &Actor, id: &str, typed: verdict::Form) -> Result<Desk, AppError> {
        let picture = self.of_account(frame.app_id(), id).await?;
        if picture.state != State::Stored {
            return Err(AppError::not_found());
        }
        let wanted = narrowed(frame);
        let filter = Filter { state: Some(State::Stored), ..wanted.filter(frame.app_id(), frame.now) };
        let holder = self.lay(&picture, actor).await?;
        let (older, newer) = self.around(&filter, &picture.id).await?;
        let link = |picture: &Picture| at(frame, &wanted, &picture.id);
        let (previous, next) = (older.last().map(link), newer.first().map(link));
        let form = self.verdict_form(frame, &picture, link(&picture), verdict::Form { keys: true, ..typed }).await?;
        let after = wanted.link(&frame.href("/media/desk"));
        let next_free = format!("{after}{}after={}", if after.contains('?') { '&' } else { '?' }, picture.id);
        let taken = self.desks(frame.app_id(), actor).await?;
        let rejected = picture.review.as_ref().is_some_and(|review| review.verdict == Verdict::Reject);
        let ask = rejected.then(|| frame.href(&asking::ask_path(&picture.id, &link(&picture))));
        // Where a verdict leads.
        let ahead = match self.next_unreviewed(&filter, Some(&picture.id), actor).await? {
            Some(id) if id != picture.id => self.get(&id).await.ok(),
            _ => None,
        };
        let ahead = ahead.filter(|one| one.kind == Some(Kind::Image)).map(|one| frame.href(&format!("/media/{}/file", one.id)));
        let mut last = self.last_said(frame, actor).await?;
        // One key, one door: the picture in sight goes before the one just left.
        if let (Some(last), Some(_)) = (&mut last, &ask) {
            last.ask = None;
        }
        if let Some(last) = last.as_mut().filter(|_| picture.review.is_some()) {
            last.second = None;
        }
        let resting = if ask.is_some() { self.undo_ask(&picture, link(&picture)).await? } else { None };
        // The same for the button that takes an ask back.
        if let Some(last) = last.as_mut().filter(|_| resting.is_some()) {
            last.resting = None;
        }
        let awaited = self.awaited(older.iter().chain([&picture]).chain(&newer)).await?;
        let films = older.iter().chain([&picture]).chain(&newer).map(|one| Film {
            id: one.id.clone(),
            link: link(one),
            label: label(frame, one),
            mark: mark(frame, one, one.id == picture.id, &taken, awaited.contains(&one.id)),
            thumb: one.content.as_ref().is_some_and(|content| content.thumb),
        });
        Ok(Desk {
            label: label(frame, &picture),
            stay: holder.is_none().then(|| link(&picture)),
            form: holder.is_none().then_some(form),
            strip: films.collect(),
            previous,
            next,
            ahead,
            next_free,
            last,
            ask,
            resting,
            waits: awaited.contains(&picture.id),
            door: self.door(frame, &picture, &link(&picture)).await?,
            bar: self.bar(frame, actor).await?,
            holder,
            picture,
        })
    }

    /// The stored pictures around one, both lists the oldest first.
    async fn around(&self, filter: &Filter, id: &str) -> Result<(Vec<Picture>, Vec<Picture>), sqlx::Error> {
        use super::{Span, pictures};
        let pool = self.core.db.read();
        let newer = pictures::list_up(pool, filter, &Span::of(filter).after(id), AFTER).await?;
        let mut older = pictures::list(pool, filter, &Span::of(filter).before(Some(id)), BEFORE).await?;
        older.reverse();
        Ok((older, newer))
    }

    async fn bar(&self, frame: &Frame, actor: &Actor) -> Result<Bar, sqlx::Error> {
        let (waiting, done) = self.desk_figures(frame.app_id(), actor).await?;
        let said = |text, number: &str| filled(text, frame.lang, &[("{n}", number)]);
        let count = counted(waiting);
        let requested = self.requested_by_others(frame).await?;
        Ok(Bar { waiting: said(w::WAITING, &count), done: said(w::DONE_TODAY, &blocks::number(done)), requested, count })
    }

    /// How the ask for a picture is taken back, while its message rests.
    async fn undo_ask(&self, picture: &Picture, back: String) -> Result<Option<Undo>, AppError> {
        Ok(self.resting_ask(picture).await?.map(|ask| Undo::new(&picture.id, ask.number, back)))
    }

    /// Where undoing is posted to, and what it would undo.
    async fn last_said(&self, frame: &Frame, actor: &Actor) -> Result<Option<LastSaid>, AppError> {
        let Some(Last { picture, verdict, reason, together }) = self.last_judged(frame.app_id(), actor).await? else { return Ok(None) };
        if together > 1 {
            let text = if verdict == Some(Verdict::Pass) { w::SAID_PASS_MANY } else { w::SAID_REJECT_MANY };
            let said = filled(text, frame.lang, &[("{n}", &blocks::number(together))]);
            return Ok(Some(LastSaid {
                action: narrowed(frame).link(&frame.href("/media/desk")),
                said,
                ask: None,
                resting: None,
                second: None,
            }));
        }
        let text = match verdict {
            Some(Verdict::Pass) => w::SAID_PASS,
            Some(Verdict::Reject) => w::SAID_REJECT,
            None => w::SAID_CLEAR,
        };
        let reason = reason.map_or_else(|| "—".to_owned(), |reason| said(&reason, frame.lang));
        let line = filled(text, frame.lang, &[("{user}", &picture.user_id), ("{reason}", &reason)]);
        let here = narrowed(frame).link(&frame.href("/media/desk"));
        let ask = (verdict == Some(Verdict::Reject)).then(|| frame.href(&asking::ask_path(&picture.id, &here)));
        let asks = verdict.is_some() && self.door(frame, &picture, "").await?.asks;
        let second = asks.then(|| format!("{}#request", at(frame, &narrowed(frame), &picture.id)));
        let resting = self.undo_ask(&picture, here.clone()).await?;
        Ok(Some(LastSaid { action: here, said: line, ask, resting, second }))
    }
}

fn mark(frame: &Frame, picture: &Picture, here: bool, taken: &[(String, String)], awaited: bool) -> Mark {
    let holder = taken.iter().find(|(id, _)| *id == picture.id);
    match (here, holder, &picture.review) {
        (true, ..) => Mark::Here,
        (_, Some((_, name)), _) => Mark::Taken(filled(w::TAKEN_SHORT, frame.lang, &[("{name}", name)])),
        (.., Some(_)) if awaited => Mark::Awaited,
        (.., Some(review)) => Mark::Judged(review.verdict),
        _ => Mark::None,
    }
}
