//! `/tokens/calls`: the log.

use axum::{extract::State, response::Response};

use super::{Relay, store};
use crate::{
    features::relay::{
        model::{Line, Wanted},
        pages::{self, Key, Row},
    },
    infra::{
        fields::Query,
        guard::{Access, Routes, Table},
        page,
    },
    shared::{
        error::AppError,
        lang::Said,
        list::Listed,
        rights::{Right, Scope},
    },
    ui::{Frame, texts::calls as w},
    wechat::codes,
};

const ROWS: usize = 50;
/// WeChat's codes are 32-bit numbers.
const CODES: std::ops::RangeInclusive<i64> = i32::MIN as i64..=i32::MAX as i64;

/// Its route.
pub fn routes(relay: &Relay) -> Table {
    Routes::new(relay.clone()).get("/tokens/calls", Access::Right(Right::Tokens), show).table()
}

async fn show(State(relay): State<Relay>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let before = query.int("before", 1, i64::MAX, i64::MAX);
    let asked = query.int("errcode", *CODES.start(), *CODES.end(), 0);
    let wanted = Wanted { key: query.take("key"), errcode: Some(asked).filter(|code| *code != 0) };
    query.done()?;
    let account = relay.accounts.get(frame.app_id()).ok_or_else(AppError::not_found)?;
    let limit = i64::try_from(ROWS).unwrap_or(50) + 1;
    let lines = store::page(relay.core.db.read(), &account.app_id, &wanted, before, limit).await?;
    let lines = Listed::cut(lines, ROWS, |line| line.id.to_string()).map(told);
    let mut keys = relay.keys.all().await?;
    keys.retain(|key| key.scopes.contains(&Scope::WxCall) || wanted.key.as_deref() == Some(key.id.as_str()));
    let keys = keys.into_iter().map(|key| Key { id: key.id, name: key.name, prefix: key.prefix }).collect();
    Ok(page::page(&frame, w::TITLE.get(frame.lang), || pages::view(lines, wanted, keys, before != i64::MAX)))
}

fn told(line: Line) -> Row {
    let reason = line.errcode.map(|errcode| Said::new(codes::reason(errcode, "", true), codes::reason(errcode, "", false)));
    Row { line, reason }
}
