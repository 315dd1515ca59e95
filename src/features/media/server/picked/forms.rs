//! The pages of a selection: carrying it on, judging it, writing to its senders.

use axum::{
    extract::State as Of,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::IntoAny;

use super::{Chosen, MOST_JUDGED, MOST_SENDERS, Verdicts};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            bin, gallery,
            judge::{self, Judge},
            model::{Picture, State},
            picked,
            review::Verdict,
            server::{
                Media,
                board::Listed,
                forms::filled,
                review::forms::{label, typed},
            },
            verdict,
            wanted::Wanted,
        },
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, own_path, page, refused_page},
    },
    shared::{error::AppError, lang::Text, rights::Right},
    ui::{
        Frame, blocks,
        texts::{bin as b, media as m, picked as w},
    },
};

/// How many of the pictures to be judged are shown.
const SHOWN: usize = 60;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .post("/media/picked", Access::Right(Right::Pictures), carry)
        .get("/media/picked/delete", Access::Right(Right::Retention), ask_delete)
        .post("/media/picked/delete", Access::Right(Right::Retention), delete)
        .get("/media/judge", Access::Right(Right::Review), show)
        .post("/media/judge", Access::Right(Right::Review), act)
        .post("/media/recipients", Access::Right(Right::Compose), write)
        .table()
}

/// What a form of the gallery has selected: on this page, and on others before.
pub(in crate::features::media::server) fn selected(form: &Form) -> Vec<String> {
    picked::distinct(picked::read(form.get("kept")).into_iter().chain(form.all("id").map(str::to_owned)))
}

/// Why a selection is not taken, if it is too large.
pub(in crate::features::media::server) fn too_many(frame: &Frame, ids: &[String]) -> Option<String> {
    (ids.len() > picked::MOST)
        .then(|| filled(w::TOO_MANY, frame.lang, &[("{most}", &number(picked::MOST)), ("{count}", &number(ids.len()))]))
}

fn number(count: usize) -> String {
    blocks::number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// To the address in `turn` (the gallery, judging, or deleting), with the selection. Changes nothing.
async fn carry(Of(media): Of<Media>, frame: Frame, form: Form) -> Result<Response, AppError> {
    let ids = selected(&form);
    if let Some(why) = too_many(&frame, &ids) {
        return media.refuse(&frame, ids, why).await;
    }
    let (path, query) = own_path(form.get("turn")).split_once('?').unwrap_or((own_path(form.get("turn")), ""));
    let path = ["/media/judge", "/media/picked/delete", "/media"].map(|known| frame.href(known)).into_iter().find(|known| known == path);
    let to = Wanted { selection: picked::write(&ids), ..Wanted::parse(query) };
    Ok(Redirect::to(&to.link(&path.unwrap_or_else(|| frame.href("/media")))).into_response())
}

/// What an address chooses: all under its filter, or its selection.
fn chosen(frame: &Frame, all: bool) -> Chosen {
    let wanted = Wanted::parse(&frame.query);
    if all {
        return Chosen::All(wanted.filter(frame.app_id(), frame.now));
    }
    let ids = wanted.selection.as_deref().map(picked::read).unwrap_or_default();
    Chosen::Picked(ids.into_iter().take(picked::MOST).collect())
}

async fn show(Of(media): Of<Media>, frame: Frame, operator: Operator, mut query: Query) -> Result<Response, AppError> {
    let all = query.take("all").is_some();
    let shown = media.judge_page(&frame, &operator, all, verdict::Form::default(), false).await?;
    Ok(page(&frame, w::JUDGE.get(frame.lang), || judge::judge(shown)))
}

/// Asks before a selection goes into the bin.
async fn ask_delete(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let found = media.chosen(frame.app_id(), &chosen(&frame, false), picked::MOST).await?.unwrap_or_default();
    if found.is_empty() {
        return media.refuse(&frame, Vec::new(), w::NOTHING.get(frame.lang).to_owned()).await;
    }
    let title = filled(b::ASK_MANY, frame.lang, &[("{n}", &number(found.len()))]);
    let wanted = Wanted::parse(&frame.query);
    let (back, action) = (wanted.link(&frame.href("/media")), wanted.link(&frame.href("/media/picked/delete")));
    let shown = title.clone();
    Ok(page(&frame, &title, || bin::ask_many(shown, back, action)))
}

/// The selection into the bin, and back to the gallery.
async fn delete(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller) -> Result<Response, AppError> {
    // What lies there already, or is unknown, is left out: pressed twice, nothing more goes.
    let found = media.chosen(frame.app_id(), &chosen(&frame, false), picked::MOST).await?.unwrap_or_default();
    let gone = media.delete_all(found, Actor::User(operator.name), address.to_string()).await?;
    let said = filled(b::DELETED_MANY, frame.lang, &[("{n}", &number(gone))]);
    Ok(done(&gallery_of(&frame), Some(&said)))
}

/// `intent=pass` or `reject` for all of them.
async fn act(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    mut query: Query,
    form: Form,
) -> Result<Response, AppError> {
    let (all, app_id) = (query.take("all").is_some(), frame.app_id());
    let over = !form.get("over").is_empty();
    let why = match media.judgement(app_id, &form).await {
        Ok(said) if said.verdict.is_some() => {
            let Some(pictures) = media.chosen(app_id, &chosen(&frame, all), MOST_JUDGED).await? else {
                return media.refuse_judging(&frame, &operator, all, over, form, too_wide(&frame, MOST_JUDGED)).await;
            };
            let (count, passed) = (pictures.len(), said.verdict == Some(Verdict::Pass));
            let (actor, seen) = (Actor::User(operator.name), form.trimmed("seen").parse().unwrap_or(0));
            let verdicts = Verdicts { said, actor, address: address.to_string(), seen, over };
            let judged = media.judge_all(app_id, pictures, verdicts).await?;
            let mut text = filled(if passed { w::DONE_PASS } else { w::DONE_REJECT }, frame.lang, &[("{n}", &number(judged))]);
            if judged < count {
                text.push_str(&filled(w::LEFT, frame.lang, &[("{n}", &number(count - judged))]));
            }
            return Ok(done(&gallery_of(&frame), Some(&text)));
        }
        Ok(_) => return Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action."))),
        Err(error) if error.status == 422 => error.detail.get(frame.lang).to_owned(),
        Err(error) => return Err(error),
    };
    media.refuse_judging(&frame, &operator, all, over, form, why).await
}

/// The gallery as it was left, without its selection.
fn gallery_of(frame: &Frame) -> String {
    Wanted::parse(&frame.query).with(|other| other.selection = None).link(&frame.href("/media"))
}

fn too_wide(frame: &Frame, most: usize) -> String {
    filled(w::TOO_WIDE, frame.lang, &[("{most}", &number(most))])
}

/// The senders of the selected pictures, or with `all` of all that are shown, become the recipients of a new draft.
async fn write(Of(media): Of<Media>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let (ids, all) = (selected(&form), !form.get("all").is_empty());
    if let Some(why) = too_many(&frame, &ids) {
        return media.refuse(&frame, ids, why).await;
    }
    let wanted = if all { chosen(&frame, true) } else { Chosen::Picked(ids.clone()) };
    let why = match media.chosen(frame.app_id(), &wanted, MOST_SENDERS).await? {
        None => too_wide(&frame, MOST_SENDERS),
        Some(pictures) if pictures.is_empty() => w::NOTHING.get(frame.lang).to_owned(),
        Some(pictures) => match media.draft_to(&frame, &operator, media.senders(frame.app_id(), &pictures).await?, None).await? {
            Ok(response) => return Ok(response),
            Err(why) => why,
        },
    };
    media.refuse(&frame, ids, why).await
}

impl Media {
    /// The gallery again, with the selection and why nothing was done with it.
    pub(in crate::features::media::server) async fn refuse(
        &self,
        frame: &Frame,
        ids: Vec<String>,
        why: String,
    ) -> Result<Response, AppError> {
        let shown = self.gallery(frame, ids, Some(why)).await?;
        Ok(refused_page(frame, m::TITLE.get(frame.lang), || gallery::gallery(shown).into_any()))
    }

    /// Whoever sent these pictures, each once, as the lists of their titles have them.
    async fn senders(&self, app_id: &str, pictures: &[Picture]) -> Result<Vec<Listed>, sqlx::Error> {
        let mut by_title: std::collections::BTreeMap<&str, Vec<&str>> = std::collections::BTreeMap::new();
        for picture in pictures {
            by_title.entry(&picture.answer_title).or_default().push(&picture.user_id);
        }
        let mut found = Vec::new();
        for (title, mut users) in by_title {
            users.sort_unstable();
            users.dedup();
            found.extend(self.named(app_id, title, &users).await?);
        }
        Ok(found)
    }

    async fn judge_page(&self, frame: &Frame, operator: &Operator, all: bool, typed: verdict::Form, over: bool) -> Result<Judge, AppError> {
        let (app_id, wanted) = (frame.app_id(), Wanted::parse(&frame.query));
        let found = self.chosen(app_id, &chosen(frame, all), MOST_JUDGED).await?;
        let wide = found.is_none().then(|| too_wide(frame, MOST_JUDGED));
        let (mut stored, absent): (Vec<Picture>, Vec<Picture>) =
            found.unwrap_or_default().into_iter().partition(|picture| picture.state == State::Stored);
        let desks = self.desks(app_id, &Actor::User(operator.name.clone())).await?;
        let count = |some: &dyn Fn(&Picture) -> bool| i64::try_from(stored.iter().filter(|one| some(one)).count()).unwrap_or(i64::MAX);
        let (total, judged) = (count(&|_| true), count(&|one| one.review.is_some()));
        let taken = count(&|one| desks.iter().any(|(id, _)| *id == one.id));
        let link = wanted.link(&frame.href("/media/judge"));
        let action = if all { format!("{link}{}all=1", if link.contains('?') { '&' } else { '?' }) } else { link };
        let form = if total > 0 {
            let reasons = self.reasons(app_id).await?;
            Some(verdict::Form { action, seen: frame.now, reasons, may_edit: frame.may(Right::Administer), ..typed })
        } else {
            None
        };
        let refused = wide.or_else(|| form.is_none().then(|| w::NONE.get(frame.lang).to_owned()));
        stored.truncate(SHOWN);
        Ok(Judge {
            pictures: stored
                .into_iter()
                .map(|picture| (label(frame, &picture), picture))
                .map(|(label, picture)| (picture, label))
                .collect(),
            count: total,
            judged,
            over,
            absent: i64::try_from(absent.len()).unwrap_or(i64::MAX),
            taken,
            form,
            refused,
            back: wanted.link(&frame.href("/media")),
        })
    }

    async fn refuse_judging(
        &self,
        frame: &Frame,
        operator: &Operator,
        all: bool,
        over: bool,
        form: Form,
        why: String,
    ) -> Result<Response, AppError> {
        let shown = self.judge_page(frame, operator, all, typed(&form, why), over).await?;
        Ok(refused_page(frame, w::JUDGE.get(frame.lang), || judge::judge(shown)))
    }
}
