//! Links to a picture for people without a way in: the form that makes one on the picture's page, and the one that was made.

use leptos::prelude::*;

use crate::{
    shared::{
        lang::Text,
        time::{DAY, HOUR, SECOND},
    },
    ui::{
        blocks::{self, moment},
        form::field_error,
        icon, t,
        texts::sharing as w,
    },
};

/// How long a link may work (seconds), the shortest first.
pub const LIVES: [(i64, Text); 3] = [(HOUR / SECOND, w::HOUR), (DAY / SECOND, w::DAY), (7 * DAY / SECOND, w::WEEK)];

/// The form, and what came of it.
#[derive(Clone, Debug)]
pub struct Share {
    /// Where the form posts to.
    pub action: String,
    /// The link just made.
    pub made: Option<Made>,
    /// Why none was.
    pub refused: Option<String>,
}

/// A link that was made; it is shown once.
#[derive(Clone, Debug)]
pub struct Made {
    /// The address.
    pub url: String,
    /// When it stops working (Unix milliseconds).
    pub end: i64,
}

/// The section of the page.
pub fn section(share: Share) -> AnyView {
    let made = share.made.map(|made| {
        let (before, after) = t(w::UNTIL).split_once("{time}").unwrap_or_default();
        view! {
            <div class="stack-m" role="status">
                <p>{before}{moment(made.end)}{after}</p>
                {blocks::copy_row(t(w::LINK), Some("made-link"), made.url)}
            </div>
        }
    });
    let lives = LIVES.map(|(seconds, name)| view! { <option value=seconds.to_string()>{t(name)}</option> }).collect_view();
    view! {
        <section class="block viewer-side" aria-labelledby="share">
            <header><h2 id="share">{t(w::TITLE)}</h2></header>
            {made}
            {share.refused.map(|why| view! { <div role="alert">{field_error("life", why)}</div> })}
            <form class="pickrow" method="post" action=share.action>
                <label class="sr-only" for="life">{t(w::LIFE)}</label>
                <span class="select"><select class="input" id="life" name="life">{lives}</select>{icon::icon_small("down")}</span>
                <button class="btn" type="submit">{t(w::MAKE)}</button>
            </form>
            <p class="faint">{t(w::LINE)}</p>
        </section>
    }
    .into_any()
}
