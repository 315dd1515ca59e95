//! The page of the bin, and the page that asks before a picture goes there.

use leptos::prelude::*;

use super::{gallery::state_name, kinds, model::Picture};
use crate::{
    shared::{
        rights::Right,
        time::{DAY, date},
    },
    ui::{
        blocks::{self, Tone, badge},
        confirm::Confirm,
        frame, href, icon, lang, t,
        texts::{bin as w, keys, media as m, opinions, picked as p, retention},
    },
};

/// How long a deleted picture can be restored (milliseconds).
pub const KEPT: i64 = 7 * DAY;

/// A picture in the bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binned {
    /// The picture as it stood.
    pub picture: Picture,
    /// Who deleted it, such as `user:周敏`; a rule's doing is the system's.
    pub by: String,
    /// When (Unix milliseconds).
    pub deleted_at: i64,
    /// When it goes for good (Unix milliseconds).
    pub purge_at: i64,
    /// Whether somebody asks for a second opinion on it.
    pub asked: bool,
    /// Whether two differ on it and nobody has decided.
    pub apart: bool,
}

impl Binned {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        Place { at: self.deleted_at, id: self.picture.id.clone() }
    }

    /// The person's or key's name, or `None` for a rule of keeping.
    fn name(&self) -> Option<&str> {
        self.by.split_once(':').filter(|(kind, _)| *kind != "system").map(|(_, name)| name)
    }
}

/// A place in the list of the bin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When it was deleted (Unix milliseconds).
    pub at: i64,
    /// Its id.
    pub id: String,
}

impl Place {
    /// As it stands in addresses.
    pub fn word(&self) -> String {
        format!("{}-{}", self.at, self.id)
    }

    /// Reads [`Place::word`].
    pub fn parse(word: &str) -> Option<Self> {
        let (at, id) = word.split_once('-')?;
        let id = Some(id.to_owned()).filter(|id| id.len() <= 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        Some(Self { at: at.parse().ok()?, id })
    }
}

/// What the page of the bin shows.
pub struct Bin {
    /// What lies there, deleted last first.
    pub pictures: Vec<Binned>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether this is not the first page.
    pub later: bool,
}

/// The way to the bin, for those who may delete.
pub fn link() -> AnyView {
    let link = || view! { <a class="btn btn-ghost" href=href("/media/bin")>{icon("trash")}{t(w::TITLE)}</a> };
    frame().may(Right::Retention).then(link).into_any()
}

/// The page of the bin.
pub fn bin(shown: Bin) -> AnyView {
    let path = href("/media/bin");
    let next = shown.next.map(|place| format!("{path}?before={place}"));
    let first = shown.later.then(|| path.clone());
    let mut firsts = std::collections::HashMap::new();
    for binned in &shown.pictures {
        firsts
            .entry((binned.deleted_at, binned.by.clone()))
            .and_modify(|(_, many)| *many = true)
            .or_insert((binned.picture.id.clone(), false));
    }
    let firsts: Vec<String> = firsts.into_values().filter(|(_, many)| *many).map(|(id, _)| id).collect();
    let empty = (!shown.pictures.is_empty())
        .then(|| view! { <a class="btn btn-ghost" href=href("/media/bin/empty")>{icon("trash")}{t(w::EMPTY_NOW)}</a> });
    let list = if shown.pictures.is_empty() { blocks::empty(t(w::EMPTY), ()) } else { table(shown.pictures, &firsts) };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media")>{t(m::ALL)}</a></nav>
            {blocks::page_head(t(w::TITLE), Some(t(w::LINE).to_owned()), view! { {empty}{rules()} })}
            {list}
            {blocks::pager(first, next)}
        </main>
    }
    .into_any()
}

fn rules() -> AnyView {
    view! { <a class="btn btn-ghost" href=href("/media/retention")>{icon("clock")}{t(retention::TITLE)}</a> }.into_any()
}

/// `firsts`: the pictures that stand for those deleted together with them.
fn table(pictures: Vec<Binned>, firsts: &[String]) -> AnyView {
    view! {
        <table class="table table-cards bin">
            <caption class="sr-only">{t(w::TITLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::PICTURE)}</th><th scope="col">{t(w::WHOSE)}</th><th scope="col">{t(w::DELETED)}</th>
                <th scope="col">{t(w::FOR_GOOD)}</th><th scope="col"><span class="sr-only">{t(keys::ACTIONS)}</span></th>
            </tr></thead>
            <tbody>{pictures.into_iter().map(|one| row(one, firsts)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(binned: Binned, firsts: &[String]) -> AnyView {
    let together = firsts.contains(&binned.picture.id).then(|| together(&binned));
    let by = binned.name().map_or_else(|| t(w::BY_RULE).to_owned(), str::to_owned);
    let opinions = [(binned.asked, opinions::WAITS), (binned.apart, opinions::OPEN)];
    let opinions = opinions.into_iter().filter(|(there, _)| *there).map(|(_, said)| badge(Tone::Warn, t(said))).collect_view();
    let Binned { picture, deleted_at, purge_at, .. } = binned;
    let whose = picture.user_id.clone();
    let label = blocks::about(t(w::RESTORE), &format!("{whose} {}", picture.question_id));
    view! {
        <tr>
            <td>{face(&picture)}</td>
            <td><b>{whose}</b><div class="muted">{picture.answer_title}</div><div class="faint">{picture.question_id}</div>{opinions}</td>
            <td>{by}<div class="muted">{blocks::moment(deleted_at)}</div></td>
            <td>{blocks::moment(purge_at)}</td>
            <td class="to-end">
                <form method="post" action=href("/media/bin")>
                    <input type="hidden" name="id" value=picture.id/>
                    <button class="btn btn-sm" type="submit" aria-label=label>{t(w::RESTORE)}</button>
                </form>
                {together}
            </td>
        </tr>
    }
    .into_any()
}

/// The button that puts back all that were deleted with this one.
fn together(binned: &Binned) -> AnyView {
    view! {
        <form method="post" action=href("/media/bin")>
            <input type="hidden" name="at" value=binned.deleted_at.to_string()/>
            <input type="hidden" name="by" value=binned.by.clone()/>
            <button class="btn btn-sm" type="submit">{t(w::RESTORE_ALL)}</button>
        </form>
    }
    .into_any()
}

fn face(picture: &Picture) -> AnyView {
    match &picture.content {
        Some(content) if content.thumb => {
            let from = href(&format!("/media/bin/{}/thumb", picture.id));
            view! { <img class="bin-face" src=from alt=picture.answer_title.clone() width="80" height="80" loading="lazy"/> }.into_any()
        }
        Some(_) => view! { <span class="bin-face">{icon(picture.kind.map_or("image", kinds::drawn))}</span> }.into_any(),
        None => badge(Tone::Plain, t(state_name(picture.state))),
    }
}

/// The page that asks before a picture goes into the bin. `back` leads to the picture, `action` takes the answer.
pub fn ask(picture: &Picture, back: String, action: String) -> AnyView {
    Confirm::new(t(w::ASK), t(w::ASK_LINE), back, action)
        .from(t(w::ONE))
        .fact(m::USER, picture.user_id.clone())
        .fact(m::ANSWER_TITLE, picture.answer_title.clone())
        .fact(m::QUESTION, picture.question_id.clone())
        .fact(m::TIME, date(picture.created_at))
        .fact(w::FOR_GOOD, w::AFTER.get(lang()))
        .button(t(w::DELETE))
        .view()
}

/// The same for a selection.
pub fn ask_many(many: Many, refused: Option<String>) -> AnyView {
    let Many { title, back, action, typed } = many;
    let asked = Confirm::new(title, t(w::ASK_LINE), back, action).from(t(m::TITLE)).fact(w::FOR_GOOD, w::AFTER.get(lang()));
    let asked = match typed {
        Some(count) => asked.typed("count", t(p::TYPE_COUNT).replace("{n}", &blocks::number(count))),
        None => asked,
    };
    asked.refused(refused).button(t(w::DELETE)).view()
}

/// The question before so many pictures go out of the bin for good; what comes into it after `moment` (Unix milliseconds) stays.
pub fn ask_empty(title: &str, back: String, (count, moment): (i64, i64), refused: Option<String>) -> AnyView {
    Confirm::new(title, t(w::EMPTY_LINE), back, href("/media/bin/empty"))
        .from(t(w::TITLE))
        .field("count", count.to_string())
        .field("moment", moment.to_string())
        .refused(refused)
        .button(t(w::EMPTY_NOW))
        .view()
}

/// A selection that is to be deleted.
pub struct Many {
    /// The question.
    pub title: String,
    /// Link to the gallery with the selection.
    pub back: String,
    /// Where the answer goes.
    pub action: String,
    /// The number that has to be typed, if they are many.
    pub typed: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_back_and_nonsense_is_none() {
        let place = Place { at: 1_795_320_000_000, id: "0a1b".repeat(8) };
        assert_eq!(Place::parse(&place.word()), Some(place));
        for nonsense in ["", "x", "1", "-1", "x-0a", "1-zz", "1-../x", &format!("1-{}", "a".repeat(33))] {
            assert!(Place::parse(nonsense).is_none_or(|place| place.id.is_empty()), "{nonsense}");
        }
    }
}
