//! The pages of the pictures: what they load, and the form that tries again.

use std::collections::HashMap;

use axum::{
    extract::{Path, State as Of},
    http::{HeaderMap, Method},
    response::Response,
};
use leptos::prelude::IntoAny;

use super::{
    Media,
    bundle::forms::{asked, pack, packed},
    fetch_store,
    give::Part,
    link, reasons,
    record::shown_link,
    review,
};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            bin::Place,
            gallery::{self, Day, Face, Gallery, Notice, Tile},
            model::{Filter, Kind, Picture, State, ratio_class},
            picked::Selection,
            picture::{self, One},
            selection::May,
            verdict,
            views::Way,
            wanted::Wanted,
        },
    },
    infra::{
        fields::{Form, Query},
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, own_path, page, refused_page},
    },
    shared::{
        error::AppError,
        lang::{Lang, Text},
        rights::Right,
        shown::shown,
        time,
    },
    ui::{Frame, blocks, texts::media as w},
};

/// Tiles of a page.
const PAGE: i64 = 60;
/// How many thumbnails are fetched without waiting to be scrolled to.
const EAGER: usize = 8;

pub(super) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media", Access::Right(Right::Pictures), show_gallery)
        .post("/media", Access::Right(Right::Download), pack)
        .get("/media/zip/{id}", Access::Right(Right::Download), packed)
        .get("/media/zips", Access::Right(Right::Download), asked)
        .get("/media/{id}", Access::Right(Right::Pictures), show_picture)
        .post("/media/{id}", Access::Right(Right::Review), act)
        .get("/media/{id}/file", Access::Right(Right::Download), original)
        .get("/media/{id}/thumb", Access::Right(Right::Pictures), thumb)
        .table()
}

async fn show_gallery(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let selection = Wanted::parse(&frame.query).selected();
    let shown = media.gallery(&frame, selection, None).await?;
    Ok(page(&frame, w::TITLE.get(frame.lang), || gallery::gallery(shown).into_any()))
}

impl Media {
    /// What the gallery shows for the frame's query.
    pub(super) async fn gallery(&self, frame: &Frame, selection: Selection, refused: Option<String>) -> Result<Gallery, AppError> {
        let wanted = Wanted::parse(&frame.query);
        let filter = wanted.filter(frame.app_id(), frame.now);
        let (listed, looked) = self.look(&filter, wanted.before.as_deref(), PAGE).await?;
        let offered = self.offered(frame.app_id()).await?;
        let totals = self.totals(frame.app_id()).await?;
        let kept_bytes = self.bytes_elsewhere(frame.app_id(), selection.ids(), &listed.items).await?;
        let mut days = self.days(frame, &filter, listed.items).await?;
        let ruled = self.ruled(frame, &selection).await?;
        if ruled.is_some() {
            // All of them are selected; there is none to choose.
            days.iter_mut().flat_map(|day| &mut day.tiles).for_each(|tile| tile.picks = false);
        }
        let text = if totals.filed == 1 { w::TOTALS_ONE } else { w::TOTALS };
        let line = filled(text, frame.lang, &[("{count}", &blocks::number(totals.filed)), ("{size}", &blocks::size(totals.bytes))]);
        Ok(Gallery {
            wanted,
            line: (totals.filed > 0).then_some(line),
            offered: [offered.user_ids, offered.answer_titles, offered.question_ids],
            days,
            next: listed.next_cursor,
            looked: looked.map(|at| filled(w::LOOKED, frame.lang, &[("{day}", &time::day(at, frame.lang))])),
            refused,
            notices: self.gallery_notices(frame).await?,
            may: may(frame),
            picked: selection.ids().to_vec(),
            ruled,
            recent: self.recent(frame).await?,
            kept_bytes,
            waiting: if frame.may(Right::Review) { Some(review::forms::counted(self.waiting(frame.app_id()).await?)) } else { None },
        })
    }

    /// What has to be known before the pictures are looked at: a filter that was passed over, an account that keeps all it may.
    async fn gallery_notices(&self, frame: &Frame) -> Result<Vec<Notice>, AppError> {
        let mut notices = Vec::new();
        let misread = Wanted::misread(&frame.query);
        if !misread.is_empty() {
            notices.push(Notice { said: filled(w::MISREAD, frame.lang, &[("{filters}", &misread.join(" "))]), more: None });
        }
        if self.is_full(frame.app_id()).await? {
            let more = frame.may(Right::Retention).then(|| (frame.href("/media/retention#head-quota"), w::FULL_MORE));
            notices.push(Notice { said: w::FULL.get(frame.lang).to_owned(), more });
        }
        Ok(notices)
    }

    /// Pictures grouped by day, each day with the count of all it has under the filter.
    async fn days(&self, frame: &Frame, filter: &Filter, pictures: Vec<Picture>) -> Result<Vec<Day>, sqlx::Error> {
        let (Some(newest), Some(oldest)) = (pictures.first(), pictures.last()) else { return Ok(Vec::new()) };
        let mut counts: HashMap<i64, (i64, bool)> = HashMap::new();
        pictures.iter().for_each(|picture| counts.entry(time::day_number(picture.created_at)).or_default().0 += 1);
        // Of the first and the last day there may be more than the page has; those between are all here.
        for number in [newest, oldest].map(|picture| time::day_number(picture.created_at)) {
            counts.insert(number, self.of_day(filter, number).await?);
        }
        let awaited = self.awaited(pictures.iter()).await?;
        let mut days: Vec<Day> = Vec::new();
        for (at, picture) in pictures.into_iter().enumerate() {
            let number = time::day_number(picture.created_at);
            if days.last().is_none_or(|day| day.number != number) {
                days.push(day(frame, picture.created_at, counts.get(&number).copied().unwrap_or_default()));
            }
            if let Some(day) = days.last_mut() {
                let waits = awaited.contains(&picture.id);
                day.tiles.push(Tile { waits, ..tile(frame, picture, at < EAGER) });
            }
        }
        Ok(days)
    }
}

fn may(frame: &Frame) -> May {
    May {
        download: frame.may(Right::Download),
        review: frame.may(Right::Review),
        compose: frame.may(Right::Compose),
        delete: frame.may(Right::Retention),
    }
}

fn day(frame: &Frame, at: i64, (count, more): (i64, bool)) -> Day {
    let count = format!("{}{}", blocks::number(count), if more { "+" } else { "" });
    let (number, lang) = (time::day_number(at), frame.lang);
    let date = time::day(at, lang);
    let ago = time::day_number(frame.now) - number;
    let name = match ago {
        0 => w::TODAY.get(lang).to_owned(),
        1 => w::YESTERDAY.get(lang).to_owned(),
        _ => date.clone(),
    };
    let line = match (ago, lang) {
        (0 | 1, _) => filled(w::OF_DAY, lang, &[("{day}", &date), ("{count}", &count)]),
        (_, Lang::Zh) => format!("{count} 张"),
        (_, Lang::En) => count,
    };
    Day { number, name, line, tiles: Vec::new() }
}

fn tile(frame: &Frame, picture: Picture, eager: bool) -> Tile {
    let (lang, clock) = (frame.lang, time::clock(picture.created_at));
    let why = |picture: &Picture| {
        let word = picture.reason.as_deref()?;
        Some(reasons::short(word, picture.errcode, picture.errmsg.as_deref(), lang).into_owned())
    };
    let face = match (picture.state, &picture.content) {
        (State::Stored, Some(content)) if content.thumb => {
            let (width, height) = (content.width.unwrap_or(1), content.height.unwrap_or(1));
            Face::Picture { class: ratio_class(width, height), width, height, eager }
        }
        (State::Stored, content) => {
            let size = content.as_ref().map(|content| blocks::size(content.bytes)).unwrap_or_default();
            Face::File(picture.kind.unwrap_or(Kind::Voice), size)
        }
        (State::Downloading, _) => Face::Waiting(w::DOWNLOADING, None, left(frame, &picture), false),
        (State::Pending, _) => Face::Waiting(w::PENDING, why(&picture), left(frame, &picture), urgent(frame, &picture)),
        (State::Failed, _) => Face::Failed(why(&picture).unwrap_or_default(), frame.may(Right::Review)),
        (State::Expired, _) => Face::Expired,
    };
    let label = filled(w::TILE, lang, &[("{title}", &picture.answer_title), ("{user}", &picture.user_id), ("{time}", &clock)]);
    let (stored, verdict) = (picture.state == State::Stored, picture.review.as_ref().map(|review| review.verdict));
    let picks = stored && may(frame).pick();
    Tile {
        id: picture.id,
        stored,
        bytes: picture.content.as_ref().map_or(0, |content| content.bytes),
        picks,
        verdict,
        waits: false,
        label,
        who: format!("{} · {clock}", shown(&picture.user_id)),
        question: picture.question_id,
        face,
    }
}

/// How long WeChat keeps a picture that is not here yet, in words.
fn left(frame: &Frame, picture: &Picture) -> String {
    filled(w::LEFT, frame.lang, &[("{span}", &time::span_words(picture.expires_at - frame.now, frame.lang))])
}

/// Whether that is less than six hours.
fn urgent(frame: &Frame, picture: &Picture) -> bool {
    picture.expires_at - frame.now < 6 * time::HOUR
}

async fn show_picture(Of(media): Of<Media>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let shown = match one(&media, &frame, &id, verdict::Form::default()).await {
        Err(error) if error.status == 404 && frame.may(Right::Retention) => {
            // Whoever may restore it is led to where it lies.
            let found = media.in_bin(frame.app_id(), &id).await.map_err(|_| error)?;
            let place = Place { at: found.deleted_at + 1, id: "0".into() };
            return Ok(done(&format!("{}?before={}", frame.href("/media/bin"), place.word()), None));
        }
        shown => shown?,
    };
    let title = shown.title.clone();
    Ok(page(&frame, &title, || picture::picture(shown).into_any()))
}

/// What the page of a picture shows.
pub(super) async fn one(media: &Media, frame: &Frame, id: &str, typed: verdict::Form) -> Result<One, AppError> {
    let found = media.of_account(frame.app_id(), id).await?;
    let wanted = Wanted::parse(&frame.query);
    let (newer, older) = media.neighbours(&wanted.filter(frame.app_id(), frame.now), id).await?;
    let when = time::moment(found.created_at, frame.now, frame.lang);
    let title = filled(w::ONE, frame.lang, &[("{user}", &found.user_id), ("{time}", &when)]);
    let told = found.reason.as_deref().filter(|_| found.state != State::Downloading);
    let mut hint = told.map(|word| reasons::hint(word, found.errcode, found.errmsg.as_deref(), frame.lang).into_owned());
    if let (Some(text), State::Pending) = (&mut hint, found.state) {
        let next = time::moment(found.next_attempt_at.max(frame.now), frame.now, frame.lang);
        text.push(' ');
        text.push_str(&filled(w::NEXT_TRY, frame.lang, &[("{time}", &next)]));
    }
    let name = frame.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let holder = media.holder(&found, &Actor::User(name)).await?;
    let judge = if frame.may(Right::Review) && found.state == State::Stored && holder.is_none() {
        Some(media.verdict_form(frame, &found, wanted.link(&frame.href(&format!("/media/{id}"))), typed).await?)
    } else {
        None
    };
    let waits = matches!(found.state, State::Pending | State::Downloading);
    Ok(One {
        title,
        judge,
        holder,
        opinion: media.opinion(&found.id).await?,
        second: media.second_ask(frame, &found).await?,
        door: media.door(frame, &found, &wanted.link(&frame.href(&format!("/media/{id}")))).await?,
        requested: media.requested_by_others(frame).await?,
        again: media.again(frame, &found).await?,
        views: if frame.may(Right::Administer) { Some(media.viewed(id).await?) } else { None },
        left: waits.then(|| left(frame, &found)),
        share: link::forms::share(frame, &found.id, &wanted),
        link: if frame.may(Right::Download) { media.link_of(&found).await? } else { None },
        hint,
        wanted,
        newer: newer.map(|picture| picture.id),
        older: older.map(|picture| picture.id),
        may_retry: frame.may(Right::Review),
        downloads: frame.may(Right::Download),
        picture: found,
    })
}

/// The page of a picture again, after a form of it was refused.
pub(super) fn again(frame: &Frame, shown: One) -> Response {
    let title = shown.title.clone();
    refused_page(frame, &title, || picture::picture(shown).into_any())
}

/// What a page says where a form is refused; any other failure stays one.
///
/// # Errors
/// What is neither 409 nor 422.
pub(super) fn refusal(frame: &Frame, error: AppError) -> Result<String, AppError> {
    if matches!(error.status, 409 | 422) { Ok(error.detail.get(frame.lang).to_owned()) } else { Err(error) }
}

/// The forms of a picture: `intent=retry`, `pass`, `reject` or `clear`, then back to where it was pressed.
async fn act(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let (found, actor) = (media.of_account(frame.app_id(), &id).await?, Actor::User(operator.name));
    let here = Wanted::parse(&frame.query).link(&frame.href(&format!("/media/{id}")));
    if form.get("intent") == "retry" {
        media.retry(&found, actor, Some(address.to_string())).await?;
        let back = match form.get("back") {
            "" => here,
            wanted => own_path(wanted).to_owned(),
        };
        return Ok(done(&back, Some(w::RETRIED.get(frame.lang))));
    }
    let refused = match media.judge_form(&found, &form, &actor).await {
        Ok(()) => return Ok(done(&here, None)),
        Err(error) => refusal(&frame, error)?,
    };
    Ok(again(&frame, one(&media, &frame, &id, review::forms::typed(&form, refused)).await?))
}

impl Media {
    /// Where a video lies that could not be kept. Only what a browser may be led to.
    pub(super) async fn link_of(&self, picture: &Picture) -> Result<Option<String>, sqlx::Error> {
        if picture.kind != Some(Kind::Video) || picture.state == State::Stored {
            return Ok(None);
        }
        Ok(shown_link(picture, fetch_store::link(self.core.db.read(), &picture.id).await?))
    }
}

async fn original(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    method: Method,
    headers: HeaderMap,
    mut query: Query,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let found = media.of_account(frame.app_id(), &id).await?;
    let save = query.take("download").is_some() || found.kind != Some(Kind::Image);
    let (part, way) = if save { (Part::Download, Way::Download) } else { (Part::Original, Way::View) };
    let answer = media.give(&found, part, &headers).await?;
    media.seen_by(&id, &Actor::User(operator.name).tag(), way, &method, &answer);
    Ok(answer)
}

async fn thumb(
    Of(media): Of<Media>,
    frame: Frame,
    headers: HeaderMap,
    mut query: Query,
    Path(id): Path<String>,
) -> Result<Response, AppError> {
    let found = media.of_account(frame.app_id(), &id).await?;
    let part = Part::of_size(query.take("size").as_deref()).ok_or_else(AppError::not_found)?;
    media.give(&found, part, &headers).await
}

/// A text with its places filled; names from outside turn nothing around beside them.
pub(super) fn filled(text: Text, lang: Lang, parts: &[(&str, &str)]) -> String {
    // One pass over the template: what users wrote is never looked into for further places.
    let mut out = String::new();
    let mut rest = text.get(lang);
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        let place = &rest[start..end];
        let value = parts.iter().find(|(name, _)| *name == place).map(|(_, value)| shown(value));
        out.push_str(value.as_deref().unwrap_or(place));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}
