//! What can be done with selected pictures, and with all that a filter shows. The checkboxes belong to a plain form; what is selected
//! elsewhere goes along in it and in the address.

use leptos::prelude::*;

use super::{picked, wanted::Wanted};
use crate::ui::{
    blocks, frame, href, icon,
    icon::icon_small,
    t,
    texts::{bin as b, media as m, picked as p, review as w},
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

/// A selection that is a rule, as it is told.
pub struct Ruled {
    /// How many pictures it holds.
    pub count: String,
    /// Until when they were filed.
    pub until: String,
}

/// What is selected and cannot be seen on the page.
pub struct Kept<'a> {
    /// Ids.
    pub ids: &'a [String],
    /// How large these are together.
    pub bytes: i64,
    /// A rule in place of ids.
    pub ruled: Option<&'a Ruled>,
}

/// What somebody did with many pictures at once, or deleted.
pub struct Recent {
    /// When (Unix milliseconds).
    pub at: i64,
    /// With how many.
    pub count: i64,
    /// What it was.
    pub undoing: Undoing,
}

/// What can be undone.
pub enum Undoing {
    /// They passed.
    Passed,
    /// They were rejected.
    Rejected,
    /// They were deleted.
    Deleted {
        /// By whom, as in `actor`.
        by: String,
    },
}

/// The line that offers to undo it.
pub fn recent(recent: Recent, wanted: &Wanted) -> AnyView {
    let Recent { at, count, undoing } = recent;
    let back = wanted.with(|other| other.selection = None).link(&href("/media"));
    let (text, action, by) = match undoing {
        Undoing::Passed => (w::SAID_PASS_MANY, "/media/desk", None),
        Undoing::Rejected => (w::SAID_REJECT_MANY, "/media/desk", None),
        Undoing::Deleted { by } => (if count == 1 { p::SAID_DELETED_ONE } else { p::SAID_DELETED }, "/media/bin", Some(by)),
    };
    let said = t(text).replace("{n}", &blocks::number(count));
    let fields = match by {
        Some(by) => view! { <input type="hidden" name="at" value=at.to_string()/><input type="hidden" name="by" value=by/> }.into_any(),
        None => view! { <input type="hidden" name="intent" value="undo"/> }.into_any(),
    };
    view! {
        <form class="recent row" method="post" action=href(action)>
            {fields}<input type="hidden" name="back" value=back/>
            <span class="muted">{said}{" · "}{blocks::moment(at)}</span>
            <button class="btn btn-ghost btn-sm" type="submit">{icon_small("undo")}{t(w::UNDO)}</button>
        </form>
    }
    .into_any()
}

/// The button that packs everything the filter shows, whatever page is seen, and the menu of what else can be done with that.
pub fn all_shown(wanted: &Wanted, may: May) -> AnyView {
    let whole = wanted.whole(frame().now);
    let label = if wanted.filters() { m::ZIP_SHOWN } else { m::ZIP_ALL };
    let zip = may.download.then(|| {
        view! {
            <form method="post" action=wanted.link(&href("/media"))>
                <button class="btn" type="submit" name="zip" value="shown">{icon("zip")}{t(label)}</button>
            </form>
        }
    });
    let pick = view! { <a href=whole.link(&href("/media"))>{icon("ok")}<span>{t(p::PICK_ALL)}</span></a> };
    let judge = may.review.then(|| view! { <a href=whole.link(&href("/media/judge"))>{icon("check")}<span>{t(p::JUDGE_ALL)}</span></a> });
    let write = may.compose.then(|| {
        let rule = whole.selection.clone();
        let action = wanted.with(|other| other.selection = None).link(&href("/media/recipients"));
        view! {
            <form method="post" action=action>
                <button type="submit" name="kept" value=rule>{icon("send")}<span>{t(p::WRITE_ALL)}</span></button>
            </form>
        }
    });
    let delete =
        may.delete.then(|| view! { <a href=whole.link(&href("/media/picked/delete"))>{icon("trash")}<span>{t(p::DELETE_ALL)}</span></a> });
    let label = if wanted.filters() { p::ALL_SHOWN } else { p::ALL };
    let zips = may.download.then(|| view! { <a class="btn btn-ghost" href=href("/media/zips")>{icon("zip")}{t(m::ZIPS)}</a> });
    view! {
        {zips}{zip}
        <details class="menu" name="filter">
            <summary class="btn">{t(label)}{icon_small("down")}</summary>
            <div class="menu-list">{pick}{judge}{write}{delete}</div>
        </details>
    }
    .into_any()
}

/// The bar of the selection. CSS counts the boxes that are checked here and hides the bar while there is nothing. `kept` is selected and
/// not on this page, `older` is the next page. A script says how large all of it is, and puts right what is selected elsewhere when older
/// pictures come to this page.
pub fn bar(wanted: &Wanted, may: May, kept: &Kept, older: Option<String>) -> AnyView {
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
        view! { <button class="btn btn-primary" type="submit" name="zip" value="picked">{icon("download")}{t(m::ZIP)}</button> }
    });
    let clear = if wanted.selection.is_some() {
        view! { <a class="btn btn-ghost" href=here.clone() data-unpick="">{t(m::UNPICK)}</a> }.into_any()
    } else {
        view! { <button class="btn btn-ghost" type="reset">{t(m::UNPICK)}</button> }.into_any()
    };
    let rule = kept.ruled.and_then(|_| wanted.selection.clone());
    let carried = rule.or_else(|| picked::write(kept.ids)).unwrap_or_default();
    view! {
        <form class="selbar" id="zip" method="post" action=here.clone() aria-label=t(m::SELECTION)>
            // The first button is the one that Enter in a checkbox presses, and the one a script takes the selection along with.
            <button class="sr-only" tabindex="-1" aria-hidden="true" type="submit" name="turn" value=here.clone() formaction=turn_to.clone() data-turn="">{t(p::KEEP)}</button>
            <input type="hidden" name="kept" value=carried/>
            {said(kept)}
            <span class="sep desk"></span>
            <div class="row">{clear}{newest}{older}{judge}{write}{delete}{zip}</div>
        </form>
    }
    .into_any()
}

/// How many are selected.
fn said(kept: &Kept) -> AnyView {
    if let Some(Ruled { count, until }) = kept.ruled {
        let until = t(p::UNTIL).replace("{time}", until);
        return view! { <span class="selbar-said"><strong>{t(p::PICKED_ALL).replace("{n}", count)}</strong>" · "<span class="muted">{until}</span></span> }
            .into_any();
    }
    let (before, after) = t(m::PICKED).split_once("{n}").unwrap_or_default();
    let elsewhere = (!kept.ids.is_empty()).then(|| t(p::ELSEWHERE).replace("{n}", &kept.ids.len().to_string()));
    view! {
        <span class="selbar-said"><strong>{before}<span class="picked-count"></span>{after}<span data-elsewhere=t(p::ELSEWHERE)>{elsewhere}</span></strong><span class="muted" data-size=kept.bytes></span></span>
    }
    .into_any()
}
