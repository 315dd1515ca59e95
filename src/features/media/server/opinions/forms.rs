//! The forms and the page of second opinions.

use super::{Decision, requests};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            model::{Picture, State},
            opinion::{self, Ask, Disagreements, SPANS, Tab},
            review::Verdict,
            server::{
                Media,
                forms::{again, one, refusal},
                review::{Judgement, checked_comment, missing_reason},
            },
            verdict,
            wanted::Wanted,
        },
    },
    infra::{
        cookie::cookie,
        fields::{Form, Query, check_text},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, page, refused_page},
    },
    shared::{error::AppError, lang::Text, rights::Right},
    ui::{Frame, texts::opinions as w},
};
use axum::{
    extract::{Path, State as Of},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

/// The cookie that says when somebody was last past all that was asked for (Unix milliseconds).
const OFFERED: &str = "asked";
/// Disagreements of a page.
const PAGE: i64 = 30;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/opinions", Access::Right(Right::Review), show)
        .get("/media/opinions/next", Access::Right(Right::Review), next)
        .post("/media/opinions", Access::Right(Right::Administer), decide)
        .post("/media/{id}/opinion", Access::Right(Right::Review), give)
        .post("/media/{id}/opinion/request", Access::Right(Right::Review), requests::act)
        .table()
}

/// `intent=agree` or `differ` with the judgement of the picture.
async fn give(Of(media): Of<Media>, frame: Frame, operator: Operator, Path(id): Path<String>, form: Form) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), &id).await?;
    let refused = match media.second_form(&picture, &form, &Actor::User(operator.name)).await {
        Ok(()) => {
            let here = Wanted::parse(&frame.query).link(&frame.href(&format!("/media/{id}")));
            return Ok(done(&here, Some(w::GIVEN.get(frame.lang))));
        }
        Err(error) => refusal(&frame, error)?,
    };
    let mut shown = one(&media, &frame, &id, verdict::Form::default()).await?;
    match &mut shown.second {
        Some(ask) => {
            form.get("reason").clone_into(&mut ask.reason);
            form.get("comment").clone_into(&mut ask.comment);
            ask.refused = Some(refused);
        }
        None => shown.hint = Some(refused),
    }
    Ok(again(&frame, shown))
}

/// What the address of the page says.
struct Asked {
    tab: Tab,
    reviewer: Option<String>,
    before: Option<String>,
    days: i64,
}

impl Asked {
    fn of(frame: &Frame) -> Self {
        let mut query = Query::parse(&frame.query);
        Self {
            tab: Tab::read(query.take("state").as_deref()),
            reviewer: query.take("reviewer").filter(|tag| check_text(tag, 1, 256).is_ok()),
            before: query.take("before").filter(|id| is_id(id)),
            days: query.take("days").and_then(|text| text.parse().ok()).filter(|days| SPANS.contains(days)).unwrap_or(SPANS[1]),
        }
    }

    fn link(&self, frame: &Frame, before: Option<&str>) -> String {
        frame.href(&opinion::link(self.tab, self.reviewer.as_deref(), self.days, before))
    }
}

async fn show(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let shown = media.disagreements(&frame, None).await?;
    Ok(page(&frame, w::TITLE.get(frame.lang), || opinion::page(shown)))
}

/// The way to the next picture that waits for one's second opinion (`after` this one, where there is one), or back to the list. The browser
/// keeps for a while since when nothing more was asked for that one has not been led to.
async fn next(Of(media): Of<Media>, frame: Frame, operator: Operator, headers: HeaderMap, mut query: Query) -> Result<Response, AppError> {
    let after = query.take("after").filter(|id| is_id(id));
    let since = cookie(&headers, OFFERED).filter(|_| after.is_some()).and_then(|text| text.parse().ok()).unwrap_or(0);
    let found = media.next_second(frame.app_id(), after.as_deref(), since, &Actor::User(operator.name)).await?;
    let Some((id, asked)) = found else {
        return Ok(done(&frame.href("/media/opinions"), Some(w::NONE_WAITS.get(frame.lang))));
    };
    let mut response = done(&frame.href(&format!("/media/{id}")), None);
    if !asked {
        let kept = format!("{OFFERED}={}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax", frame.now);
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&kept).map_err(anyhow::Error::from)?);
    }
    Ok(response)
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `decision=pass` or `reject` for the picture `id`, about the two as they were shown.
async fn decide(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller, form: Form) -> Result<Response, AppError> {
    let picture = media.of_account(frame.app_id(), form.trimmed("id")).await?;
    let verdict = Verdict::parse(form.get("decision"));
    let verdict = verdict.ok_or_else(|| AppError::malformed(Text::new("没有这个操作。", "There is no such action.")))?;
    let moment = |name| form.trimmed(name).parse().unwrap_or(0);
    let decision = Decision { picture, seen: (moment("first"), moment("second")), verdict };
    match media.decide(decision, Actor::User(operator.name), address.to_string()).await {
        Ok(()) => Ok(done(&Asked::of(&frame).link(&frame, None), Some(w::DECISION_KEPT.get(frame.lang)))),
        Err(error) if error.status == 409 => {
            let shown = media.disagreements(&frame, Some(w::CHANGED.get(frame.lang).to_owned())).await?;
            Ok(refused_page(&frame, w::TITLE.get(frame.lang), || opinion::page(shown)))
        }
        Err(error) => Err(error),
    }
}

impl Media {
    async fn second_form(&self, picture: &Picture, form: &Form, actor: &Actor) -> Result<(), AppError> {
        let first = self.second_of(picture, actor).await?.verdict;
        let verdict = match (form.get("intent"), first) {
            ("agree", verdict) => verdict,
            ("differ", Verdict::Pass) => Verdict::Reject,
            ("differ", Verdict::Reject) => Verdict::Pass,
            _ => return Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action."))),
        };
        let reasons = self.reasons(&picture.account).await?;
        let reason = reasons.into_iter().find(|known| known == form.get("reason"));
        if (first, verdict) == (Verdict::Pass, Verdict::Reject) && reason.is_none() {
            return Err(missing_reason());
        }
        let comment = checked_comment(form)?;
        self.second(picture, Judgement { verdict: Some(verdict), reason, comment }, actor, form.trimmed("seen").parse().ok()).await
    }

    /// What may be said beside a picture's judgement by whoever looks at its page.
    pub(in crate::features::media::server) async fn second_ask(&self, frame: &Frame, picture: &Picture) -> Result<Option<Ask>, AppError> {
        let Some(person) = frame.person.as_ref().filter(|_| frame.may(Right::Review) && picture.state == State::Stored) else {
            return Ok(None);
        };
        let first = match self.second_of(picture, &Actor::User(person.name.clone())).await {
            Ok(first) => first,
            Err(error) if error.status == 409 => return Ok(None),
            Err(error) => return Err(error),
        };
        Ok(Some(Ask {
            action: Wanted::parse(&frame.query).link(&frame.href(&format!("/media/{}/opinion", picture.id))),
            verdict: first.verdict,
            seen: first.at,
            reasons: self.reasons(&picture.account).await?,
            reason: String::new(),
            comment: String::new(),
            refused: None,
        }))
    }

    async fn disagreements(&self, frame: &Frame, refused: Option<String>) -> Result<Disagreements, AppError> {
        let (app_id, asked) = (frame.app_id(), Asked::of(frame));
        let (before, reviewer) = (asked.before.as_deref(), asked.reviewer.as_deref());
        let (mut opinions, mut requests) = match asked.tab {
            Tab::Requested => (Vec::new(), self.requests(app_id, before, PAGE).await?),
            tab => (self.opinions(app_id, tab == Tab::Settled, before, reviewer, PAGE).await?, Vec::new()),
        };
        let page = usize::try_from(PAGE).unwrap_or(0);
        let more = opinions.len().max(requests.len()) > page;
        opinions.truncate(page);
        requests.truncate(page);
        let last = opinions.last().map(|one| &one.picture).or(requests.last().map(|one| &one.picture));
        let next = last.filter(|_| more).map(|last| asked.link(frame, Some(last)));
        let counts = self.reviewer_counts(app_id, asked.days).await?;
        let mut reviewers: Vec<String> = counts.iter().map(|count| count.reviewer.clone()).collect();
        if let Some(chosen) = asked.reviewer.clone().filter(|chosen| !reviewers.contains(chosen)) {
            reviewers.push(chosen);
        }
        reviewers.sort();
        Ok(Disagreements {
            opinions,
            next,
            first: asked.before.is_some().then(|| asked.link(frame, None)),
            decides: frame.may(Right::Administer),
            action: asked.link(frame, None),
            counts,
            days: asked.days,
            refused,
            reviewers,
            requests,
            requested: self.requested_by_others(frame).await?,
            tab: asked.tab,
            reviewer: asked.reviewer,
        })
    }
}
