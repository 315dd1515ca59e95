//! `/people/{id}`: gathers what is known of one person.

pub mod data;
mod store;
#[cfg(test)]
mod tests;

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    model::{Person, Place},
    page as view,
};
use crate::{
    features::people::server::People,
    infra::{
        Core,
        fields::{Query, check_text},
        guard::{Access, Routes, Table},
        page,
    },
    shared::{error::AppError, rights::Right},
    ui::Frame,
};

/// How many other names of a person are looked under: a parent's WeChat may stand for some children.
const OTHER_NAMES: i64 = 8;
/// Entries on a page.
const ROWS: usize = 50;

/// The feature's state. Cheap to clone.
#[derive(Clone)]
pub struct Persons {
    core: Core,
    people: People,
}

impl Persons {
    /// Over its neighbours.
    pub fn new(core: Core, people: People) -> Self {
        Self { core, people }
    }

    /// What is known of a person in an account.
    ///
    /// # Errors
    /// 404 for somebody of whom nothing is known.
    async fn of(&self, app_id: &str, id: &str, place: Option<&str>) -> Result<Person, AppError> {
        check_text(id, 1, 128).map_err(|_| AppError::not_found())?;
        let before = place.map_or_else(Place::newest, Place::parse);
        let (pool, limit) = (self.core.db.read(), i64::try_from(ROWS + 1).unwrap_or(1));
        let others = store::other_names(pool, app_id, id, OTHER_NAMES).await?;
        let mut happenings = Vec::new();
        for name in std::iter::once(id).chain(others.iter().map(String::as_str)) {
            happenings.extend(store::happenings(pool, app_id, name, &before, limit).await?);
        }
        happenings.sort_by_key(|one| std::cmp::Reverse(one.place()));
        let more = happenings.len() > ROWS;
        happenings.truncate(ROWS);
        let mut openid = id;
        let mut follower = self.people.follower(app_id, id).await?;
        if let (None, [only]) = (&follower, others.as_slice()) {
            (openid, follower) = (only, self.people.follower(app_id, only).await?);
        }
        let listed = store::listed_name(pool, app_id, id).await?;
        if follower.is_none() && listed.is_none() && happenings.is_empty() && place.is_none() {
            return Err(AppError::not_found());
        }
        let known = self.people.tags(app_id).await?;
        let carries = follower.as_ref().map(|follower| follower.tags.clone()).unwrap_or_default();
        Ok(Person {
            id: id.to_owned(),
            name: follower.as_ref().and_then(|follower| follower.name()).map(str::to_owned).or(listed),
            openid: openid.to_owned(),
            others,
            following: follower.as_ref().map(|follower| follower.following),
            since: follower.and_then(|follower| if follower.following { follower.followed_at } else { follower.unfollowed_at }),
            tags: known.into_iter().filter(|tag| carries.contains(&tag.id)).map(|tag| tag.name).collect(),
            next: happenings.last().filter(|_| more).map(|last| last.cursor()),
            happenings,
            later: place.is_some(),
        })
    }
}

/// Its route.
pub fn routes(persons: Persons) -> Table {
    Routes::new(persons).get("/people/{id}", Access::Right(Right::People), show).table()
}

async fn show(State(persons): State<Persons>, frame: Frame, Path(id): Path<String>, mut query: Query) -> Result<Response, AppError> {
    let place = query.take("before");
    query.done()?;
    let person = persons.of(frame.app_id(), &id, place.as_deref()).await?;
    let title = person.name.clone().unwrap_or_else(|| person.id.clone());
    Ok(page::page(&frame, &title, || view::person(person)))
}
