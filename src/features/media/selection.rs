//! What can be done with selected pictures, and with all that a filter shows. The checkboxes belong to a plain form; what is selected
//! elsewhere goes along in it and in the address.

use leptos::prelude::*;

use super::{picked, wanted::Wanted};
use crate::ui::{
    href, icon,
    icon::icon_small,
    t,
    texts::{bin as b, media as w, picked as p},
};

/// What a visitor may do with pictures.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Take them along as a ZIP.
    pub download: bool,
    /// Judge them.
    pub review: bool,
    /// Write to their senders.
    pub compose: bool,
    /// Delete them.
    pub delete: bool,
}

impl May {
    /// Whether there is any reason to select pictures.
    pub const fn pick(self) -> bool {
        self.download || self.review || self.compose || self.delete
    }
}

/// The button that packs everything the filter shows, whatever page is seen, and the menu of what else can be done with that.
pub fn all_shown(wanted: &Wanted, may: May) -> AnyView {
    let shown = wanted.with(|other| other.selection = None);
    let label = if wanted.filters() { w::ZIP_SHOWN } else { w::ZIP_ALL };
    let zip = may.download.then(|| {
        view! {
            <form method="post" action=wanted.link(&href("/media"))>
                <button class="btn" type="submit" name="zip" value="shown">{icon("zip")}{t(label)}</button>
            </form>
        }
    });
    let judge = may.review.then(|| {
        let link = shown.link(&href("/media/judge"));
        let link = format!("{link}{}all=1", if link.contains('?') { '&' } else { '?' });
        view! { <a href=link>{icon("check")}<span>{t(p::JUDGE_ALL)}</span></a> }
    });
    let write = may.compose.then(|| {
        view! {
            <form method="post" action=shown.link(&href("/media/recipients"))>
                <button type="submit" name="all" value="1">{icon("send")}<span>{t(p::WRITE_ALL)}</span></button>
            </form>
        }
    });
    let menu = (may.review || may.compose).then(|| {
        let label = if wanted.filters() { p::ALL_SHOWN } else { p::ALL };
        view! {
            <details class="menu" name="filter">
                <summary class="btn">{t(label)}{icon_small("down")}</summary>
                <div class="menu-list">{judge}{write}</div>
            </details>
        }
    });
    view! { {zip}{menu} }.into_any()
}

/// The bar of the selection. CSS counts the boxes that are checked here and hides the bar while there is nothing. `kept` are selected on
/// other pages and have so many bytes, `older` is the next page. A script says how large all of it is, and puts right what is selected
/// elsewhere when older pictures come to this page.
pub fn bar(wanted: &Wanted, may: May, (kept, kept_bytes): (&[String], i64), older: Option<String>) -> AnyView {
    let (before, after) = t(w::PICKED).split_once("{n}").unwrap_or_default();
    let elsewhere = (!kept.is_empty()).then(|| t(p::ELSEWHERE).replace("{n}", &kept.len().to_string()));
    let plain = wanted.with(|other| other.selection = None);
    let turn_to = plain.link(&href("/media/picked"));
    let here = Wanted { before: wanted.before.clone(), ..plain.clone() }.link(&href("/media"));
    let turn = |to: String, label| {
        view! { <button class="btn btn-ghost" type="submit" name="turn" value=to formaction=turn_to.clone()>{t(label)}</button> }
    };
    let page = |to: String, label| view! { <span class="selbar-turn">{turn(to, label)}</span> };
    let older =
        older.map(|id| page(wanted.with(|other| (other.selection, other.before) = (None, Some(id))).link(&href("/media")), p::KEEP_OLDER));
    let newest = wanted.before.is_some().then(|| page(plain.link(&href("/media")), p::KEEP_NEWEST));
    let judge = may.review.then(|| turn(plain.link(&href("/media/judge")), p::JUDGE));
    let delete = may.delete.then(|| turn(plain.link(&href("/media/picked/delete")), b::DELETE));
    let write = may.compose.then(|| {
        let to = plain.link(&href("/media/recipients"));
        view! { <button class="btn btn-ghost" type="submit" formaction=to>{t(p::WRITE)}</button> }
    });
    let zip = may.download.then(|| {
        view! { <button class="btn btn-primary" type="submit" name="zip" value="picked">{icon("download")}{t(w::ZIP)}</button> }
    });
    let clear = if wanted.selection.is_some() {
        view! { <a class="btn btn-ghost" href=here.clone() data-unpick="">{t(w::UNPICK)}</a> }.into_any()
    } else {
        view! { <button class="btn btn-ghost" type="reset">{t(w::UNPICK)}</button> }.into_any()
    };
    view! {
        <form class="selbar" id="zip" method="post" action=here.clone() aria-label=t(w::SELECTION)>
            // The first button is the one that Enter in a checkbox presses, and the one a script takes the selection along with.
            <button class="sr-only" tabindex="-1" aria-hidden="true" type="submit" name="turn" value=here.clone() formaction=turn_to.clone() data-turn="">{t(p::KEEP)}</button>
            <input type="hidden" name="kept" value=picked::write(kept).unwrap_or_default()/>
            <span class="selbar-said"><strong>{before}<span class="picked-count"></span>{after}<span data-elsewhere=t(p::ELSEWHERE)>{elsewhere}</span></strong><span class="muted" data-size=kept_bytes></span></span>
            <span class="sep desk"></span>
            <div class="row">{clear}{newest}{older}{judge}{write}{delete}{zip}</div>
        </form>
    }
    .into_any()
}
