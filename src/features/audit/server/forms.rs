//! `/audit` and `/audit.csv`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::{Wanted, export, first_broken, page};
use crate::{
    features::audit::pages::{self, Typed},
    infra::{
        Core,
        fields::Query,
        guard::{Access, Routes, Table},
        page::page as render,
    },
    shared::{error::AppError, list::Listed, rights::Right, time, time::MINUTE},
    ui::{Frame, texts::shell},
};

const ROWS: usize = 50;
/// The chain is walked at most this often (milliseconds): it is the whole log.
const WALKED: i64 = MINUTE;

/// A walk along the chain.
#[derive(Clone, Copy)]
struct Walk {
    at: i64,
    broken: Option<i64>,
}

#[derive(Clone)]
struct Log {
    core: Core,
    walked: Arc<Mutex<Option<Walk>>>,
}

/// The pages of the log.
pub fn routes(core: Core) -> Table {
    let administer = Access::Right(Right::Administer);
    Routes::new(Log { core, walked: Arc::default() }).get("/audit", administer, list).get("/audit.csv", administer, csv).table()
}

async fn list(State(log): State<Log>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let before = query.int("before", 1, i64::MAX, i64::MAX);
    let (wanted, typed) = wanted(&mut query)?;
    let limit = i64::try_from(ROWS).unwrap_or(50) + 1;
    let lines = page(log.core.db.read(), &wanted, before, limit).await?;
    let lines = Listed::cut(lines, ROWS, |line| line.id.to_string());
    let broken = broken(&log).await?;
    Ok(render(&frame, shell::AUDIT.get(frame.lang), || pages::view(lines, typed, before != i64::MAX, broken)))
}

async fn csv(State(log): State<Log>, mut query: Query) -> Result<Response, AppError> {
    let (wanted, _) = wanted(&mut query)?;
    let name = format!("attachment; filename=\"audit-{}.csv\"", time::date(log.core.now()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, export::csv(log.core, wanted)).into_response())
}

fn wanted(query: &mut Query) -> Result<(Wanted, Typed), AppError> {
    let (who, action) = (query.take("who"), query.take("action"));
    let typed = Typed {
        who: who.clone().unwrap_or_default(),
        action: action.clone().unwrap_or_default(),
        from: query.take("from").unwrap_or_default(),
        to: query.take("to").unwrap_or_default(),
    };
    let wanted = Wanted { who, action, from: query.time("from", false), to: query.time("to", true) };
    std::mem::replace(query, Query::parse("")).done()?;
    Ok((wanted, typed))
}

async fn broken(log: &Log) -> Result<Option<i64>, sqlx::Error> {
    let now = log.core.now();
    let known = *log.walked.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(walk) = known.filter(|walk| (now - walk.at).abs() < WALKED) {
        return Ok(walk.broken);
    }
    let broken = first_broken(&log.core).await?;
    *log.walked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Walk { at: now, broken });
    Ok(broken)
}
