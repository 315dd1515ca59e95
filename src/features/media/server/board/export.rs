//! `/media/board/export.csv`: a title's people with how they stand with each question, as a CSV file that streams.

use axum::{
    body::{Body, Bytes},
    extract::State as Of,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::json;

use super::{FILE_COLUMNS, Narrow, Sums, WALKED};
use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record},
        },
        media::{server::Media, standing::Row},
    },
    infra::{fields::Query, guard::Operator, net::Caller},
    shared::{error::AppError, lang::Text, time::date},
    ui::Frame,
};

/// The file, narrowed as the page is.
pub(super) async fn download(
    Of(media): Of<Media>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    mut query: Query,
) -> Result<Response, AppError> {
    let title = query.take("title").unwrap_or_default();
    let open = query.take("open").is_some();
    query.done()?;
    let sums = media.board_sums(frame.app_id(), &title, FILE_COLUMNS).await?;
    if sums.people == 0 {
        return Err(AppError::not_found());
    }
    let act = Act::new(Actor::User(operator.name), "media.board_exported", format!("account:{}", frame.app_id()));
    record(&media.core, act.from_address(address).detail(json!({ "title": title }).to_string())).await?;
    let name = format!("wxdesk-board-{}.csv", date(media.core.now()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONTENT_DISPOSITION, HeaderValue::try_from(format!("attachment; filename=\"{name}\"")).map_err(anyhow::Error::from)?),
    ];
    Ok((headers, rows(media, frame, title, open, sums)).into_response())
}

fn rows(media: Media, frame: Frame, title: String, open: bool, sums: Sums) -> Body {
    let open_of = open.then_some(sums.questions);
    // The mark makes Excel read UTF-8.
    let mut head = "\u{feff}user_id,name,on_list".to_owned();
    sums.columns.iter().for_each(|column| head.push_str(&format!(",{}", cell(&column.question))));
    head.push_str(",here\r\n");
    let start = Some((head, String::new()));
    Body::from_stream(stream::try_unfold(start, move |from| {
        let (media, frame, title) = (media.clone(), frame.clone(), title.clone());
        let columns = sums.columns.clone();
        async move {
            let Some((mut text, after)) = from else { return Ok::<_, sqlx::Error>(None) };
            let narrow = Narrow { app_id: frame.app_id(), title: &title, open_of, standing: None };
            let (people, next) = media.board_rows(&narrow, &columns, &after, WALKED).await?;
            people.iter().for_each(|row| text.push_str(&line(row, &frame)));
            Ok(Some((Bytes::from(text), next.map(|after| (String::new(), after)))))
        }
    }))
}

fn line(row: &Row, frame: &Frame) -> String {
    const ON_LIST: Text = Text::new("是", "yes");
    let listed = if row.listed { ON_LIST.get(frame.lang) } else { "" };
    let cells = row.cells.iter().map(|one| cell(one.standing.name().get(frame.lang)));
    let front = [cell(&row.user_id), cell(&row.name), listed.to_owned()];
    let line: Vec<String> = front.into_iter().chain(cells).chain([row.here().to_string()]).collect();
    format!("{}\r\n", line.join(","))
}
