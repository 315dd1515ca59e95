//! Finding: pages and accounts from memory, templates by title, people by their whole id.

mod store;

use axum::{extract::State, response::Response};

use super::{
    model::{Found, Hit, matches, may_be_an_id},
    pages,
};
use crate::{
    features::accounts::server::Accounts,
    infra::{
        fields::Query,
        guard::{Access, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::{Frame, document::destinations, texts::settings as w},
};

/// Its route.
pub fn routes(accounts: Accounts) -> Table {
    Routes::new(accounts).get("/search", Access::SignedIn, show).table()
}

async fn show(State(accounts): State<Accounts>, frame: Frame, mut query: Query) -> Result<Response, AppError> {
    let typed: String = query.take("q").unwrap_or_default().trim().chars().take(128).collect();
    let found = find(&accounts, &frame, &typed).await?;
    Ok(page::page(&frame, w::SEARCH.get(frame.lang), || pages::search(typed, found)))
}

/// Everything that fits, as far as the person who looks may open it. Nothing typed means every page.
async fn find(accounts: &Accounts, frame: &Frame, typed: &str) -> Result<Vec<Found>, AppError> {
    let mut found = vec![Found { kind: w::HIT_PAGES, hits: places(frame, typed) }];
    if typed.is_empty() {
        return Ok(found);
    }
    found.push(Found { kind: w::HIT_ACCOUNTS, hits: of_accounts(accounts, frame, typed) });
    found.push(Found { kind: w::HIT_TEMPLATES, hits: templates(accounts, frame, typed).await? });
    found.push(Found { kind: w::HIT_PEOPLE, hits: people(accounts, frame, typed).await? });
    Ok(found)
}

fn places(frame: &Frame, typed: &str) -> Vec<Hit> {
    let fits = |name: crate::shared::lang::Text| matches(name.zh, typed) || matches(name.en, typed);
    let place = |(path, name): (&'static str, crate::shared::lang::Text)| Hit {
        name: name.get(frame.lang).to_owned(),
        line: path.to_owned(),
        to: frame.href(path),
    };
    destinations(frame).into_iter().filter(|(_, name)| fits(*name)).map(place).collect()
}

fn of_accounts(accounts: &Accounts, frame: &Frame, typed: &str) -> Vec<Hit> {
    let all = accounts.all();
    let several = all.len() > 1;
    let fits = all.iter().filter(|account| matches(&account.name, typed) || matches(&account.app_id, typed));
    fits.take(MOST)
        .map(|account| Hit {
            name: account.name.clone(),
            line: account.app_id.clone(),
            to: match (frame.may(Right::Administer), several) {
                (true, _) => format!("/accounts/{}", account.app_id),
                (false, true) => format!("/a/{}/", account.app_id),
                (false, false) => "/".into(),
            },
        })
        .collect()
}

/// The most hits of a kind.
const MOST: usize = 10;

async fn templates(accounts: &Accounts, frame: &Frame, typed: &str) -> Result<Vec<Hit>, AppError> {
    if !frame.may(Right::Templates) {
        return Ok(Vec::new());
    }
    let rows = store::templates(accounts.core().db.read(), frame.app_id(), typed).await?;
    let place = |id: &str| format!("/templates/{}", url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>());
    let hit = |(id, title): (String, String)| Hit { name: title, to: frame.href(&place(&id)), line: id };
    Ok(rows.into_iter().map(hit).collect())
}

async fn people(accounts: &Accounts, frame: &Frame, typed: &str) -> Result<Vec<Hit>, AppError> {
    if !may_be_an_id(typed) {
        return Ok(Vec::new());
    }
    let known = store::known(accounts.core().db.read(), frame.app_id(), typed).await?;
    let id: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    let anything = known.follower || known.messages || known.media || known.otherwise;
    let hits = [
        (anything && frame.may(Right::People), w::LINE_OF_TIME, format!("/people/{}", id.replace('+', "%20"))),
        // Whoever sees the history without openids must not be able to ask for one.
        (known.messages && frame.may(Right::History) && frame.may(Right::Openids), w::MESSAGES_TO, format!("/messages?touser={id}")),
        (known.media && frame.may(Right::Pictures), w::PICTURES_OF, format!("/media?user={id}")),
    ];
    let hit = |(_, name, to): (bool, crate::shared::lang::Text, String)| Hit {
        name: name.get(frame.lang).to_owned(),
        line: typed.to_owned(),
        to: frame.href(&to),
    };
    Ok(hits.into_iter().filter(|(shown, ..)| *shown).map(hit).collect())
}

#[cfg(test)]
mod tests;
