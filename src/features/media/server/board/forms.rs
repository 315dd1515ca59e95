//! The pages of the board: the board itself, its list of people, and the way to the composer.

use std::io::Cursor;

use axum::{extract::State as Of, response::Response};
use leptos::prelude::IntoAny;

use super::{COLUMNS, Listed, Narrow, PAGE, TITLES, expected, export, roster, store};
use crate::{
    features::{
        audit::model::Actor,
        media::{
            board::{self, Board, ListForm},
            model::NAME_MAX,
            server::{Media, forms::filled, review::forms::counted},
            standing::{Row, Standing},
        },
        messages::model::{MOST_ON_PAGE, MOST_PEOPLE, Upload, Uploads},
    },
    infra::{
        fields::{Form, Query, check_text},
        file_form::FileForm,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::{done, page, refused_page},
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, blocks, form::Refused, texts::board as w},
};

/// How many people without a known openid are named.
const NAMED: usize = 5;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/board", Access::Right(Right::Pictures), show)
        .post("/media/board", Access::Right(Right::Compose), remind)
        .get("/media/board/export.csv", Access::Right(Right::Pictures), export::download)
        .get("/media/board/list", Access::Right(Right::Review), show_list)
        .post("/media/board/list", Access::Right(Right::Review), save_list)
        .get("/media/board/questions", Access::Right(Right::Review), expected::show)
        .post("/media/board/questions", Access::Right(Right::Review), expected::save)
        .table()
}

/// What the address of a board says.
#[derive(Clone, Default)]
pub(super) struct Asked {
    title: Option<String>,
    open: bool,
    after: String,
}

impl Asked {
    pub(super) fn of(frame: &Frame) -> Self {
        let mut query = Query::parse(&frame.query);
        Self {
            title: query.take("title"),
            open: query.take("open").is_some(),
            after: query.take("after").filter(|key| check_text(key, 1, NAME_MAX).is_ok()).unwrap_or_default(),
        }
    }
}

async fn show(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let shown = media.board(&frame, Asked::of(&frame), None).await?;
    Ok(page(&frame, w::TITLE.get(frame.lang), || board::board(shown).into_any()))
}

/// `lacking` (a question) or the checked `user`s become the recipients of a new draft.
async fn remind(Of(media): Of<Media>, frame: Frame, operator: Operator, form: Form) -> Result<Response, AppError> {
    let asked = Asked::of(&frame);
    let title = asked.title.clone().unwrap_or_default();
    let (app_id, most) = (frame.app_id(), i64::try_from(MOST_PEOPLE + 1).unwrap_or(i64::MAX));
    let lacking = Some(form.get("lacking")).filter(|question| !question.is_empty());
    let people = match lacking {
        None => media.named(app_id, &title, &form.all("user").take(MOST_ON_PAGE).collect::<Vec<_>>()).await?,
        Some(question) => media.standing(app_id, &title, question, &[Standing::Missing], most).await?,
    };
    let chosen = lacking.map(|question| Uploads { title: title.clone(), question: question.to_owned(), states: vec![Upload::Missing] });
    match media.draft_to(&frame, &operator, people, chosen).await? {
        Ok(response) => Ok(response),
        Err(why) => {
            let shown = media.board(&frame, asked, Some(why)).await?;
            Ok(refused_page(&frame, w::TITLE.get(frame.lang), || board::board(shown).into_any()))
        }
    }
}

/// The people who cannot be reached: how many, and the first of them by name.
fn named(frame: &Frame, unknown: &[String]) -> Option<String> {
    use crate::shared::lang::Lang;
    if unknown.is_empty() {
        return None;
    }
    let names: Vec<String> = unknown.iter().take(NAMED).map(|name| name.chars().take(24).collect()).collect();
    let mark = match frame.lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    };
    let count = blocks::number(i64::try_from(unknown.len()).unwrap_or(i64::MAX));
    let more = if unknown.len() > NAMED { "…" } else { "" };
    Some(filled(w::UNKNOWN, frame.lang, &[("{count}", &count), ("{names}", &format!("{}{more}", names.join(mark)))]))
}

async fn show_list(Of(media): Of<Media>, frame: Frame) -> Result<Response, AppError> {
    let title = media.title_of(&frame, &Asked::of(&frame)).await?.unwrap_or_default();
    let form = ListForm { title, ..ListForm::default() };
    Ok(page(&frame, w::LIST.get(frame.lang), || board::list(form).into_any()))
}

async fn save_list(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    sent: FileForm,
) -> Result<Response, AppError> {
    let (title, typed) = (sent.form.trimmed("title").to_owned(), sent.form.get("list").to_owned());
    let mut refused = Refused::none();
    if let Err((code, said)) = check_text(&title, 1, NAME_MAX) {
        refused.add("title", code, said);
    }
    let read = match sent.file {
        Some(upload) => tokio::task::spawn_blocking(move || roster::read(upload.file)).await.map_err(anyhow::Error::from)?,
        None => roster::read(Cursor::new(typed.clone().into_bytes())),
    };
    match read {
        Ok(read) if refused.is_empty() => {
            let (count, merged) = (read.entries.len(), read.merged);
            media.set_roster(frame.app_id(), &title, read.entries, Actor::User(operator.name), address.to_string()).await?;
            let number = |count: usize| blocks::number(i64::try_from(count).unwrap_or(i64::MAX));
            let said = filled(w::LIST_SAVED, frame.lang, &[("{count}", &number(count)), ("{merged}", &number(merged))]);
            return Ok(done(&board::link(&frame.href("/media/board"), &title, false, ""), Some(&said)));
        }
        Ok(_) => {}
        Err(error) if error.status == 422 => {
            if error.fields.is_empty() {
                refused.add("list", error.code, error.detail.clone());
            }
            refused.0.extend(error.fields.iter().cloned());
        }
        Err(error) => return Err(error),
    }
    let form = ListForm { title, typed, refused };
    Ok(refused_page(&frame, w::LIST.get(frame.lang), || board::list(form).into_any()))
}

impl Media {
    /// The way to a new draft for these people, chosen by what they have sent where that is known; or why there is none.
    pub(in crate::features::media::server) async fn draft_to(
        &self,
        frame: &Frame,
        operator: &Operator,
        people: Vec<Listed>,
        chosen: Option<Uploads>,
    ) -> Result<Result<Response, String>, AppError> {
        let app_id = frame.app_id();
        let reached = self.reached(app_id, &people).await?;
        let unknown = named(frame, &reached.unknown);
        if reached.openids.is_empty() || reached.openids.len() > MOST_PEOPLE {
            return Ok(Err(match (people.is_empty(), reached.openids.is_empty()) {
                (true, _) => w::NOBODY.get(frame.lang).to_owned(),
                (_, true) => format!("{}{}", w::NOBODY_REACHED.get(frame.lang), unknown.unwrap_or_default()),
                _ => filled(w::TOO_MANY, frame.lang, &[("{most}", &blocks::number(i64::try_from(MOST_PEOPLE).unwrap_or(i64::MAX)))]),
            }));
        }
        let draft = match chosen {
            None => self.messages.draft_for(app_id, operator, &reached.openids).await?,
            Some(chosen) => {
                let expected = self.expected(app_id, people).await?;
                self.messages.draft_of(app_id, operator, chosen, expected).await?
            }
        };
        let count = blocks::number(i64::try_from(reached.openids.len()).unwrap_or(i64::MAX));
        let said = filled(w::TAKEN, frame.lang, &[("{count}", &count)]);
        Ok(Ok(done(&format!("{}?draft={draft}", frame.href("/send")), Some(&format!("{said}{}", unknown.unwrap_or_default())))))
    }

    /// Titles to choose, those with the newest pictures first.
    pub(in crate::features::media::server) async fn titles(&self, app_id: &str) -> Result<Vec<String>, sqlx::Error> {
        let mut titles = self.offered(app_id).await?.answer_titles;
        for title in store::listed_titles(self.core.db.read(), app_id, TITLES).await? {
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        Ok(titles)
    }

    /// The title a page is about: the one asked for, else the first.
    pub(super) async fn title_of(&self, frame: &Frame, asked: &Asked) -> Result<Option<String>, sqlx::Error> {
        match &asked.title {
            Some(title) => Ok(Some(title.clone())),
            None => Ok(self.titles(frame.app_id()).await?.into_iter().next()),
        }
    }

    async fn board(&self, frame: &Frame, asked: Asked, refused: Option<String>) -> Result<Board, AppError> {
        let app_id = frame.app_id();
        let mut titles = self.titles(app_id).await?;
        let title = self.title_of(frame, &asked).await?.unwrap_or_default();
        if !title.is_empty() && !titles.contains(&title) {
            titles.insert(0, title.clone());
        }
        let sums = self.board_sums(app_id, &title, COLUMNS).await?;
        let open_of = asked.open.then_some(sums.questions);
        let narrow = Narrow { app_id, title: &title, open_of, standing: None };
        let (rows, next): (Vec<Row>, _) = self.board_rows(&narrow, &sums.columns, &asked.after, PAGE).await?;
        Ok(Board {
            next: next.map(|after| board::link(&frame.href("/media/board"), &title, asked.open, &after)),
            first: !asked.after.is_empty(),
            titles,
            title,
            open: asked.open,
            columns: sums.columns,
            all: sums.all,
            questions: sums.questions,
            people: sums.people,
            complete: sums.complete,
            rows,
            refused,
            downloads: frame.may(Right::Download),
            composes: frame.may(Right::Compose),
            lists: frame.may(Right::Review),
            waiting: if frame.may(Right::Review) { Some(counted(self.waiting(app_id).await?)) } else { None },
        })
    }
}
