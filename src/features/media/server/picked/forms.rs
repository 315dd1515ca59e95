//! The pages of a selection: carrying it on, judging it, writing to its senders.

use axum::{
    extract::State as Of,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::IntoAny;

use super::{Chosen, Looked, MOST};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            bin, gallery,
            judge::{self, Judge},
            model::Picture,
            picked::{self, Selection},
            review::Verdict,
            selection::Ruled,
            server::{
                Media,
                acts::{Came, Deed},
                forms::filled,
                review::{
                    Verdicts,
                    forms::{label, typed},
                },
            },
            verdict,
            wanted::Wanted,
        },
    },
    infra::{
        fields::Form,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, own_path, page, refused_page},
    },
    shared::{error::AppError, lang::Text, rights::Right, time},
    ui::{
        Frame, blocks,
        texts::{bin as b, media as m, picked as w},
    },
};

/// How many of the pictures to be judged are shown.
const SHOWN: i64 = 60;
/// Above so many pictures their number has to be typed.
const TYPED_ABOVE: i64 = 1000;

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

/// What a form of the gallery has selected: on this page, and on others before; or a rule.
pub(in crate::features::media::server) fn selected(form: &Form) -> Selection {
    match Selection::read(form.get("kept")) {
        Selection::Picked(kept) => Selection::Picked(picked::distinct(kept.into_iter().chain(form.all("id").map(str::to_owned)))),
        rule => rule,
    }
}

/// Why a selection is not taken, if it names too many.
pub(in crate::features::media::server) fn too_many(frame: &Frame, selection: &Selection) -> Option<String> {
    let count = selection.ids().len();
    (count > picked::MOST).then(|| filled(w::TOO_MANY, frame.lang, &[("{most}", &number(picked::MOST)), ("{count}", &number(count))]))
}

fn number(count: usize) -> String {
    blocks::number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// To the address in `turn` (the gallery, judging, or deleting), with the selection. Changes nothing.
async fn carry(Of(media): Of<Media>, frame: Frame, form: Form) -> Result<Response, AppError> {
    let selection = selected(&form);
    if let Some(why) = too_many(&frame, &selection) {
        return media.refuse(&frame, selection, why).await;
    }
    let (path, query) = own_path(form.get("turn")).split_once('?').unwrap_or((own_path(form.get("turn")), ""));
    let path = ["/media/judge", "/media/picked/delete", "/media"].map(|known| frame.href(known)).into_iter().find(|known| known == path);
    let to = Wanted { selection: selection.write(), ..Wanted::parse(query) };
    Ok(Redirect::to(&to.link(&path.unwrap_or_else(|| frame.href("/media")))).into_response())
}

/// What a selection chooses under the filter of the address.
fn chosen(frame: &Frame, selection: Selection) -> Chosen {
    match selection {
        Selection::Picked(ids) => Chosen::Picked(ids.into_iter().take(picked::MOST).collect()),
        Selection::All(moment) => Chosen::All(Wanted::parse(&frame.query).filter_at(frame.app_id(), moment)),
    }
}

/// What the address chooses.
fn chosen_here(frame: &Frame) -> Chosen {
    chosen(frame, Wanted::parse(&frame.query).selected())
}

/// Why a form is not taken whose number was not typed as it was shown; nothing where none has to be typed.
fn untyped(frame: &Frame, form: &Form, count: i64) -> Option<String> {
    let typed: String = form.trimmed("count").chars().filter(|one| !matches!(one, ',' | ' ' | '，')).collect();
    (count > TYPED_ABOVE && typed.parse() != Ok(count)).then(|| filled(w::TYPE_COUNT, frame.lang, &[("{n}", &blocks::number(count))]))
}

async fn show(Of(media): Of<Media>, frame: Frame, operator: Operator) -> Result<Response, AppError> {
    let shown = media.judge_page(&frame, &operator, verdict::Form::default(), false).await?;
    Ok(page(&frame, w::JUDGE.get(frame.lang), || judge::judge(shown)))
}

/// Asks before a selection goes into the bin.
async fn ask_delete(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let count = media.count(frame.app_id(), &chosen_here(&frame)).await?;
    media.ask_to_delete(&frame, count, None).await
}

/// The selection into the bin, and back to the gallery.
async fn delete(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller, form: Form) -> Result<Response, AppError> {
    let chosen = chosen_here(&frame);
    let count = media.count(frame.app_id(), &chosen).await?;
    // What lies there already, or is unknown, is left out: pressed twice, nothing more goes.
    if count > MOST {
        return media.ask_to_delete(&frame, count, None).await;
    }
    if let Some(why) = untyped(&frame, &form, count) {
        return media.ask_to_delete(&frame, count, Some(why)).await;
    }
    let came = media.act(frame.app_id(), Actor::User(operator.name), address.to_string(), Deed::Delete { chosen }).await?;
    let said = came.map(|came| filled(b::DELETED_MANY, frame.lang, &[("{n}", &number(came.done))]));
    Ok(done(&gallery_of(&frame), Some(said.as_deref().unwrap_or(w::GOES_ON.get(frame.lang)))))
}

/// `intent=pass` or `reject` for all of them.
async fn act(Of(media): Of<Media>, frame: Frame, operator: Operator, Caller(address): Caller, form: Form) -> Result<Response, AppError> {
    let app_id = frame.app_id();
    let over = !form.get("over").is_empty();
    let said = match media.judgement(app_id, &form).await {
        Ok(said) if said.verdict.is_some() => said,
        Ok(_) => return Err(AppError::malformed(Text::new("没有这个操作。", "There is no such action."))),
        Err(error) if error.status == 422 => {
            let why = error.detail.get(frame.lang).to_owned();
            return media.refuse_judging(&frame, &operator, over, form, why).await;
        }
        Err(error) => return Err(error),
    };
    let (chosen, actor) = (chosen_here(&frame), Actor::User(operator.name.clone()));
    let count = media.count(app_id, &chosen).await?;
    let stored = media.look_at(app_id, &chosen, &actor, 0).await?.count;
    let wrong = if count > MOST { Some(too_wide(&frame)) } else { untyped(&frame, &form, stored) };
    if let Some(why) = wrong {
        return media.refuse_judging(&frame, &operator, over, form, why).await;
    }
    let passed = said.verdict == Some(Verdict::Pass);
    let verdicts = Verdicts { said, seen: form.trimmed("seen").parse().unwrap_or(0), over };
    let Some(Came { done: judged, all }) = media.act(app_id, actor, address.to_string(), Deed::Judge { chosen, verdicts }).await? else {
        return Ok(done(&gallery_of(&frame), Some(w::GOES_ON.get(frame.lang))));
    };
    let done_with = filled(if passed { w::DONE_PASS } else { w::DONE_REJECT }, frame.lang, &[("{n}", &number(judged))]);
    let mut text = if judged == 0 && all > 0 { w::DONE_NONE.get(frame.lang).to_owned() } else { done_with };
    if judged < all {
        text.push_str(&filled(w::LEFT, frame.lang, &[("{n}", &number(all - judged))]));
    }
    Ok(done(&gallery_of(&frame), Some(&text)))
}

/// The gallery as it was left, without its selection.
fn gallery_of(frame: &Frame) -> String {
    Wanted::parse(&frame.query).with(|other| other.selection = None).link(&frame.href("/media"))
}

fn too_wide(frame: &Frame) -> String {
    filled(w::TOO_WIDE, frame.lang, &[("{most}", &blocks::number(MOST))])
}

/// The senders of the selected pictures become the recipients of a new draft.
async fn write(Of(media): Of<Media>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let selection = selected(&form);
    if let Some(why) = too_many(&frame, &selection) {
        return media.refuse(&frame, selection, why).await;
    }
    let chosen = chosen(&frame, selection.clone());
    if media.count(frame.app_id(), &chosen).await? > MOST {
        return media.refuse(&frame, selection, too_wide(&frame)).await;
    }
    let (senders, pictures) = media.senders(frame.app_id(), &chosen).await?;
    if pictures == 0 {
        return media.refuse(&frame, selection, w::NOTHING.get(frame.lang).to_owned()).await;
    }
    match media.draft_to(&frame, &operator, senders, None).await? {
        Ok(response) => Ok(response),
        Err(why) => media.refuse(&frame, selection, why).await,
    }
}

impl Media {
    /// The gallery again, with the selection and why nothing was done with it.
    pub(in crate::features::media::server) async fn refuse(
        &self,
        frame: &Frame,
        selection: Selection,
        why: String,
    ) -> Result<Response, AppError> {
        let shown = self.gallery(frame, selection, Some(why)).await?;
        Ok(refused_page(frame, m::TITLE.get(frame.lang), || gallery::gallery(shown).into_any()))
    }

    /// What the gallery says of a rule: how many pictures it holds.
    pub(in crate::features::media::server) async fn ruled(&self, frame: &Frame, selection: &Selection) -> Result<Option<Ruled>, AppError> {
        let Some(moment) = selection.rule() else { return Ok(None) };
        let count = self.count(frame.app_id(), &chosen(frame, selection.clone())).await?;
        let more = if count > MOST { "+" } else { "" };
        Ok(Some(Ruled { count: format!("{}{more}", blocks::number(count.min(MOST))), until: time::moment(moment, frame.now, frame.lang) }))
    }

    /// How large those of these pictures are together that do not lie on this page.
    pub(in crate::features::media::server) async fn bytes_elsewhere(
        &self,
        app_id: &str,
        ids: &[String],
        here: &[Picture],
    ) -> Result<i64, sqlx::Error> {
        let elsewhere: Vec<String> = ids.iter().filter(|id| here.iter().all(|picture| picture.id != **id)).cloned().collect();
        if elsewhere.is_empty() {
            return Ok(0);
        }
        let found = self.named_by(app_id, &elsewhere).await?;
        Ok(found.into_iter().filter_map(|picture| picture.content).map(|one| one.bytes).sum())
    }

    async fn ask_to_delete(&self, frame: &Frame, count: i64, refused: Option<String>) -> Result<Response, AppError> {
        let wanted = Wanted::parse(&frame.query);
        if count == 0 {
            return Ok(done(&gallery_of(frame), Some(w::NOTHING.get(frame.lang))));
        }
        if count > MOST {
            return self.refuse(frame, wanted.selected(), too_wide(frame)).await;
        }
        let title = filled(b::ASK_MANY, frame.lang, &[("{n}", &blocks::number(count))]);
        let (back, action) = (wanted.link(&frame.href("/media")), wanted.link(&frame.href("/media/picked/delete")));
        let (shown, again) =
            (bin::Many { title: title.clone(), back, action, typed: (count > TYPED_ABOVE).then_some(count) }, refused.is_some());
        let view = || bin::ask_many(shown, refused);
        Ok(if again { refused_page(frame, &title, view) } else { page(frame, &title, view) })
    }

    async fn judge_page(&self, frame: &Frame, operator: &Operator, typed: verdict::Form, over: bool) -> Result<Judge, AppError> {
        let (app_id, wanted) = (frame.app_id(), Wanted::parse(&frame.query));
        let (chosen, actor) = (chosen_here(frame), Actor::User(operator.name.clone()));
        let wide = (self.count(app_id, &chosen).await? > MOST).then(|| too_wide(frame));
        let looked = if wide.is_none() { self.look_at(app_id, &chosen, &actor, SHOWN).await? } else { Looked::default() };
        let action = wanted.link(&frame.href("/media/judge"));
        let form = if looked.count > 0 {
            let reasons = self.reasons(app_id).await?;
            let count = (looked.count > TYPED_ABOVE).then_some(looked.count);
            Some(verdict::Form { action, seen: frame.now, reasons, may_edit: frame.may(Right::Administer), count, ..typed })
        } else {
            None
        };
        let refused = wide.or_else(|| form.is_none().then(|| w::NONE.get(frame.lang).to_owned()));
        let labelled = |picture: Picture| (label(frame, &picture), picture);
        Ok(Judge {
            pictures: looked.first.into_iter().map(labelled).map(|(label, picture)| (picture, label)).collect(),
            count: looked.count,
            judged: looked.judged,
            over,
            absent: looked.absent,
            taken: looked.taken,
            form,
            refused,
            back: wanted.link(&frame.href("/media")),
        })
    }

    async fn refuse_judging(&self, frame: &Frame, operator: &Operator, over: bool, form: Form, why: String) -> Result<Response, AppError> {
        let shown = self.judge_page(frame, operator, typed(&form, why), over).await?;
        Ok(refused_page(frame, w::JUDGE.get(frame.lang), || judge::judge(shown)))
    }
}
