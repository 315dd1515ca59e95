//! The page `/media/views`: which originals a colleague or a key had, or who had those of a sender.

use leptos::prelude::*;

use super::views::Way;
use crate::{
    shared::{list::Listed, shown::shown},
    ui::{
        blocks::{self, Tone},
        href, icon, t,
        texts::{media as m, views as w},
    },
};

/// By whom the list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Whoever had originals, as `user:周敏` or `key:erp`.
    Viewer(String),
    /// Whoever sent them, by user id.
    Sender(String),
}

impl By {
    /// A path with this in its query.
    pub fn link(&self, path: &str) -> String {
        let (name, value) = match self {
            Self::Viewer(actor) => ("who", actor),
            Self::Sender(user) => ("user", user),
        };
        format!("{path}?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish())
    }
}

/// What was had of one picture by one person on one day in one way. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Had {
    /// The picture.
    pub media_id: String,
    /// The day's number (in China).
    pub day: i64,
    /// Who, such as `user:周敏`; of a link whoever had it made.
    pub actor: String,
    /// How.
    pub way: Way,
    /// How often on that day.
    pub times: i64,
    /// When first.
    pub first_at: i64,
    /// When last.
    pub last_at: i64,
    /// Who sent the picture.
    pub user_id: String,
    /// Its title.
    pub answer_title: String,
    /// Its question.
    pub question_id: String,
    /// Whether it lies in the library; else in the bin.
    pub here: bool,
}

impl Had {
    /// Its place in the list.
    pub fn spot(&self) -> Spot {
        Spot { day: self.day, media_id: self.media_id.clone(), way: self.way.word().to_owned(), actor: self.actor.clone() }
    }
}

/// A place in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The day's number.
    pub day: i64,
    /// The picture.
    pub media_id: String,
    /// The word of the way.
    pub way: String,
    /// Who.
    pub actor: String,
}

impl Spot {
    /// The place that all lines come before.
    pub fn end() -> Self {
        Self { day: i64::MAX, media_id: String::new(), way: String::new(), actor: String::new() }
    }

    /// As it stands in addresses.
    pub fn word(&self) -> String {
        format!("{}-{}-{}-{}", self.day, self.media_id, self.way, self.actor)
    }

    /// Reads [`Spot::word`].
    pub fn parse(word: &str) -> Option<Self> {
        let mut parts = word.splitn(4, '-');
        let (day, media_id, way, actor) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?, parts.next()?);
        Way::parse(way)?;
        Some(Self { day, media_id: media_id.to_owned(), way: way.to_owned(), actor: actor.to_owned() })
    }
}

/// What the page shows.
pub struct Shown {
    /// Everybody who had an original.
    pub actors: Vec<String>,
    /// What was asked for.
    pub by: Option<By>,
    /// What was found.
    pub listed: Option<Listed<Had>>,
    /// Whether this is not the first page.
    pub later: bool,
}

/// The page.
pub fn views(page: Shown) -> AnyView {
    let Shown { actors, by, listed, later } = page;
    let path = href("/media/views");
    let here = by.as_ref().map(|by| by.link(&path));
    let found = listed.as_ref().is_some_and(|listed| !listed.items.is_empty());
    let export = by.as_ref().filter(|_| found).map(|by| {
        let to = by.link(&href("/media/views.csv"));
        view! { <a class="btn" href=to download="">{icon("download")}{t(w::CSV)}</a> }
    });
    let next = listed.as_ref().and_then(|listed| listed.next_cursor.as_ref()).zip(here.as_ref()).map(|(word, here)| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("before", word).finish();
        format!("{here}&{query}")
    });
    let list = match listed {
        None => blocks::empty(t(w::CHOOSE), ()),
        Some(listed) if listed.items.is_empty() => blocks::empty(t(w::BY_NOBODY), ()),
        Some(listed) => table(listed.items),
    };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media")>{t(m::ALL)}</a></nav>
            {blocks::page_head(t(w::BY_TITLE), Some(t(w::BY_LINE).to_owned()), export)}
            {choose(actors, by)}
            {list}
            {blocks::pager(here.filter(|_| later), next)}
        </main>
    }
    .into_any()
}

fn choose(mut actors: Vec<String>, by: Option<By>) -> AnyView {
    let (who, user) = match by {
        Some(By::Viewer(actor)) => (actor, String::new()),
        Some(By::Sender(user)) => (String::new(), user),
        None => (String::new(), String::new()),
    };
    if !who.is_empty() && !actors.contains(&who) {
        actors.insert(0, who.clone());
    }
    let options = actors.into_iter().map(|actor| {
        let chosen = actor == who;
        view! { <option value=actor.clone() selected=chosen>{name_of(&actor)}</option> }
    });
    let options = options.collect_view();
    view! {
        <form class="row views-by" method="get" action=href("/media/views")>
            <label class="field">{t(w::WHO)}<span class="select"><select class="input" name="who"><option value="">"—"</option>{options}</select>{icon::icon_small("down")}</span></label>
            <button class="btn" type="submit">{t(w::SHOW)}</button>
        </form>
        <form class="row views-by" method="get" action=href("/media/views")>
            <label class="field">{t(w::SENDER)}<input class="input" name="user" value=user maxlength="128" autocomplete="off" spellcheck="false"/></label>
            <button class="btn" type="submit">{t(w::SHOW)}</button>
        </form>
    }
    .into_any()
}

/// What a person or key is called.
fn name_of(actor: &str) -> String {
    match actor.split_once(':') {
        Some(("key", name)) => format!("{} · {name}", t(w::KEY)),
        Some((_, name)) => name.to_owned(),
        None => actor.to_owned(),
    }
}

fn table(items: Vec<Had>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::BY_TITLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::PICTURE)}</th><th scope="col">{t(w::WHO)}</th><th scope="col">{t(w::HOW)}</th><th scope="col">{t(w::WHEN)}</th>
            </tr></thead>
            <tbody>{items.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(had: Had) -> AnyView {
    let times = (had.times > 1).then(|| format!(" × {}", blocks::number(had.times)));
    let binned = (!had.here).then(|| blocks::badge(Tone::Plain, t(w::BINNED)));
    let by_viewer = By::Viewer(had.actor.clone()).link(&href("/media/views"));
    view! {
        <tr>
            <td>
                <a href=href(&format!("/media/{}", had.media_id))><b>{shown(&had.user_id).into_owned()}</b></a>
                <div class="muted">{shown(&had.answer_title).into_owned()}</div><div class="faint">{shown(&had.question_id).into_owned()}</div>{binned}
            </td>
            <td><a href=by_viewer>{name_of(&had.actor)}</a></td>
            <td>{t(had.way.name())}{times}</td>
            <td>{blocks::moment(had.last_at)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_read_back_whatever_somebody_is_called() {
        for actor in ["user:周敏", "key:a-b-c", "user:", "user:x&y=z"] {
            let spot = Spot { day: 20_785, media_id: "0a".repeat(16), way: "view".into(), actor: actor.into() };
            assert_eq!(Spot::parse(&spot.word()), Some(spot));
        }
        for nonsense in ["", "x", "1-a-b", "1-a-b-c", "x-a-view-c"] {
            assert_eq!(Spot::parse(nonsense), None, "{nonsense}");
        }
    }
}
