//! Who had the original of a picture, as its page shows it to administrators.

use leptos::prelude::*;

use crate::{
    shared::lang::Text,
    ui::{blocks, href, t, texts::views as w},
};

/// How an original was given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// Shown on a page.
    View,
    /// Saved as a file.
    Download,
    /// Inside a ZIP.
    Zip,
    /// By the API.
    Api,
    /// By a signed link, to whoever had it.
    Link,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::View, Self::Download, Self::Zip, Self::Api, Self::Link];

    /// The word of the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Download => "download",
            Self::Zip => "zip",
            Self::Api => "api",
            Self::Link => "link",
        }
    }

    /// Reads [`Way::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    /// Its name for people.
    pub const fn name(self) -> Text {
        match self {
            Self::View => w::VIEW,
            Self::Download => w::DOWNLOAD,
            Self::Zip => w::ZIP,
            Self::Api => w::API,
            Self::Link => w::LINK,
        }
    }
}

/// What one person or key had of a picture on one day in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewed {
    /// Who, such as `user:周敏` or `key:erp`.
    pub actor: String,
    /// How.
    pub way: Way,
    /// How often on that day.
    pub times: i64,
    /// When last (Unix milliseconds).
    pub last_at: i64,
}

/// The section of the page.
pub fn section(viewed: Vec<Viewed>) -> AnyView {
    let list = if viewed.is_empty() {
        view! { <p class="muted">{t(w::NOBODY)}</p> }.into_any()
    } else {
        view! { <dl class="kv">{viewed.into_iter().map(line).collect_view()}</dl> }.into_any()
    };
    view! {
        <section class="block viewer-side" aria-labelledby="views">
            <header><h2 id="views">{t(w::TITLE)}</h2></header>
            {list}
            <p class="faint">{t(w::LINE)}</p>
        </section>
    }
    .into_any()
}

fn line(one: Viewed) -> AnyView {
    let (kind, name) = one.actor.split_once(':').unwrap_or(("", one.actor.as_str()));
    let key = (kind == "key").then(|| view! { " "<span class="faint">{t(w::KEY)}</span> });
    let times = (one.times > 1).then(|| format!(" × {}", blocks::number(one.times)));
    let by = super::views_by::By::Viewer(one.actor.clone()).link(&href("/media/views"));
    view! { <div><dt><a href=by>{name.to_owned()}</a>{key}</dt><dd>{t(one.way.name())}{times}" · "{blocks::moment(one.last_at)}</dd></div> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert!(Way::ALL.into_iter().all(|way| Way::parse(way.word()) == Some(way)));
    }
}
