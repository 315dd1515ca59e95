//! `/media/views`: which originals somebody had (a colleague or a key), or who had those of one sender; and `/media/views.csv`.

use axum::{
    body::{Body, Bytes},
    extract::State as Of,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use leptos::prelude::IntoAny;
use serde_json::json;

use super::store;
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record},
        },
        media::{
            server::Media,
            views_by::{self, By, Had, Shown, Spot},
        },
    },
    infra::{
        fields::Query,
        guard::{Access, Operator, Routes, Table},
        net::Caller,
        page::page,
    },
    shared::{
        error::AppError,
        list::Listed,
        rights::Right,
        time::{date, rfc3339},
    },
    ui::{Frame, texts::views as w},
};

/// Lines on a page.
const ROWS: usize = 50;
/// Lines of the file that are read at once.
const READ: usize = 500;

pub(in crate::features::media::server) fn routes(media: Media) -> Table {
    Routes::new(media)
        .get("/media/views", Access::Right(Right::Administer), show)
        .get("/media/views.csv", Access::Right(Right::Administer), download)
        .table()
}

async fn show(Of(media): Of<Media>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let by = asked(&mut query);
    let before = query.take("before").and_then(|word| Spot::parse(&word));
    media.write_views().await?;
    let listed = match &by {
        Some(by) => Some(media.had(frame.app_id(), by, before.as_ref(), ROWS).await?),
        None => None,
    };
    let shown = Shown { actors: media.viewers().await?, by, listed, later: before.is_some() };
    Ok(page(&frame, w::BY_TITLE.get(frame.lang), || views_by::views(shown).into_any()))
}

/// The whole list as a file.
async fn download(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    mut query: Query,
) -> Result<Response, AppError> {
    let by = asked(&mut query).ok_or_else(AppError::not_found)?;
    query.done()?;
    media.write_views().await?;
    let about = match &by {
        By::Viewer(actor) => json!({ "who": actor }),
        // The log names nobody by openid.
        By::Sender(_) => json!({ "of": "sender" }),
    };
    let act = Act::new(Actor::User(operator.name), "media.views_exported", format!("account:{}", frame.app_id()));
    record(&media.core, act.from_address(address).detail(about.to_string())).await?;
    let name = format!("wxdesk-views-{}.csv", date(media.core.now()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, rows(media, frame.app_id().to_owned(), by)).into_response())
}

/// `who`, an actor as `user:周敏`, or `user`, a sender.
fn asked(query: &mut Query) -> Option<By> {
    let filled = |value: Option<String>| value.filter(|text| !text.is_empty());
    let (who, user) = (filled(query.take("who")), filled(query.take("user")));
    user.map(By::Sender).or(who.map(By::Viewer))
}

fn rows(media: Media, app_id: String, by: By) -> Body {
    // The mark makes Excel read UTF-8.
    let head = "\u{feff}who,way,times,first_at,last_at,media,user_id,answer_title,question_id\r\n".to_owned();
    Body::from_stream(stream::try_unfold(Some((head, None)), move |from| {
        let (media, app_id, by) = (media.clone(), app_id.clone(), by.clone());
        async move {
            let Some((mut text, before)) = from else { return Ok::<_, sqlx::Error>(None) };
            let listed = media.had(&app_id, &by, before.as_ref(), READ).await?;
            listed.items.iter().for_each(|had| text.push_str(&line(had)));
            let next = listed.next_cursor.and_then(|word| Spot::parse(&word));
            Ok(Some((Bytes::from(text), next.map(|spot| (String::new(), Some(spot))))))
        }
    }))
}

fn line(had: &Had) -> String {
    let cells = [
        cell(&had.actor),
        had.way.word().to_owned(),
        had.times.to_string(),
        rfc3339(had.first_at),
        rfc3339(had.last_at),
        had.media_id.clone(),
        cell(&had.user_id),
        cell(&had.answer_title),
        cell(&had.question_id),
    ];
    format!("{}\r\n", cells.join(","))
}

impl Media {
    /// A page of what somebody had of an account's pictures, or of who had those of a sender; the last first.
    ///
    /// # Errors
    /// The database.
    pub(in crate::features::media::server) async fn had(
        &self,
        app_id: &str,
        by: &By,
        before: Option<&Spot>,
        limit: usize,
    ) -> Result<Listed<Had>, sqlx::Error> {
        let (pool, most) = (self.core.db.read(), i64::try_from(limit + 1).unwrap_or(1));
        let before = before.cloned().unwrap_or_else(Spot::end);
        let rows = match by {
            By::Viewer(actor) => store::of_viewer(pool, app_id, actor, &before, most).await?,
            By::Sender(user) => store::of_sender(pool, app_id, user, &before, most).await?,
        };
        Ok(Listed::cut(rows, limit, |had| had.spot().word()))
    }

    /// Everybody who had an original in the last 90 days, as actors.
    async fn viewers(&self) -> Result<Vec<String>, sqlx::Error> {
        store::viewers(self.core.db.read()).await
    }
}
