//! The page 图片: pictures by day, filters above, older ones below. Everything is a link or a form.

use leptos::prelude::*;

use super::{
    bin, desk, filters, kinds, lightbox,
    model::{Kind, State},
    review::Verdict,
    selection::{self, Kept, May, Recent, Ruled},
    wanted::{TileSize, Wanted},
};
use crate::{
    shared::{lang::Text, rights::Right},
    ui::{
        blocks::{self, Tone},
        frame, href, icon,
        icon::icon_small,
        snippets::Call,
        t,
        texts::{asking, media as w, review as r, snippets},
    },
};

/// What the page shows.
pub struct Gallery {
    /// The query it answers.
    pub wanted: Wanted,
    /// Line under the head.
    pub line: Option<String>,
    /// Choices of the filters: senders, titles, questions.
    pub offered: [Vec<String>; 3],
    /// Pictures by day, newest first.
    pub days: Vec<Day>,
    /// The picture that the next page is older than.
    pub next: Option<String>,
    /// Why a ZIP that was asked for is not made.
    pub refused: Option<String>,
    /// What has to be known first.
    pub notices: Vec<Notice>,
    /// What the visitor may do with pictures.
    pub may: May,
    /// What is selected.
    pub picked: Vec<String>,
    /// What is selected by a rule, in place of that.
    pub ruled: Option<Ruled>,
    /// What the visitor has just done with many pictures.
    pub recent: Option<Recent>,
    /// How far was looked, where looking ended before the page was full.
    pub looked: Option<String>,
    /// Bytes of what is selected and not on this page.
    pub kept_bytes: i64,
    /// How many wait for review; none for those who may not review.
    pub waiting: Option<String>,
}

/// Something that has to be known before the pictures are looked at.
pub struct Notice {
    /// What.
    pub said: String,
    /// Where more is done about it.
    pub more: Option<(String, Text)>,
}

/// The pictures of a day (or those of it that the page holds).
pub struct Day {
    /// The day's number, which makes its id.
    pub number: i64,
    /// `今天`, or the date.
    pub name: String,
    /// Date and count.
    pub line: String,
    /// Its tiles.
    pub tiles: Vec<Tile>,
}

/// One picture as a tile.
pub struct Tile {
    /// Our id.
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// First line of the caption.
    pub who: String,
    /// Second line of the caption.
    pub question: String,
    /// What is seen.
    pub face: Face,
    /// Whether there are bytes to take along.
    pub stored: bool,
    /// How many.
    pub bytes: i64,
    /// Whether the visitor may select it.
    pub picks: bool,
    /// How it was judged.
    pub verdict: Option<Verdict>,
    /// Whether it was asked for again and waits for the next one.
    pub waits: bool,
}

/// What is seen of a picture.
pub enum Face {
    /// Its thumbnail.
    Picture {
        /// Ratio class.
        class: &'static str,
        /// As shown, in pixels.
        width: i64,
        /// As shown, in pixels.
        height: i64,
        /// Among the first of the page.
        eager: bool,
    },
    /// A voice or a video is there, and as large as these words say; there is nothing to see of it.
    File(Kind, String),
    /// On its way: what is being done or waited for, why, and how long WeChat keeps it; whether that is not long.
    Waiting(Text, Option<String>, String, bool),
    /// Given up: why, and whether the visitor may try again.
    Failed(String, bool),
    /// Gone.
    Expired,
}

/// The page.
pub fn gallery(page: Gallery) -> AnyView {
    let Gallery { wanted, line, offered, days, next, refused, notices, may, picked, ruled, recent, looked, kept_bytes, waiting } = page;
    let empty = days.is_empty();
    let newest = days.first().and_then(|day| day.tiles.first()).map(|tile| tile.id.clone());
    let tight = if waiting.is_some() { " page-tight" } else { "" };
    let here = |id: &String| days.iter().flat_map(|day| &day.tiles).any(|tile| tile.picks && tile.id == *id);
    let kept: Vec<String> = picked.iter().filter(|id| !here(id)).cloned().collect();
    let kept_class = if ruled.is_some() {
        " picker-kept picker-all"
    } else if kept.is_empty() {
        ""
    } else {
        " picker-kept"
    };
    let main = format!("page page-wide{tight} picker{kept_class}");
    // Where older ones may come by themselves, there may be something to select later.
    let picks = may.pick()
        && (ruled.is_some() || !kept.is_empty() || next.is_some() || days.iter().flat_map(|day| &day.tiles).any(|tile| tile.picks));
    let bar = picks.then(|| selection::bar(&wanted, may, &Kept { ids: &kept, bytes: kept_bytes, ruled: ruled.as_ref() }, next.clone()));
    let shown = (may.pick() && !empty).then(|| selection::all_shown(&wanted, may));
    let class = wanted.size.class();
    let back = wanted.link(&href("/media"));
    let view_of = wanted.clone();
    view! {
        <main id="main" class=main>
            {desk::tabs(desk::Tab::Gallery, waiting)}
            {blocks::page_head(t(w::TITLE), line, view! { {bin::link()}{shown}{sizes(&wanted)} })}
            {refused.map(|why| view! { <div role="alert">{blocks::notice(Tone::Bad, view! { <p>{why}</p> })}</div> })}
            {notices.into_iter().map(notice).collect_view()}
            {recent.map(|recent| selection::recent(recent, &wanted))}
            {filters::filters(&wanted.unruled(), offered)}
            {wanted.before.is_none().then(|| fresh(&wanted, newest))}
            {(empty && looked.is_none()).then(|| nothing(&wanted))}
            {days.into_iter().map(|day| view_day(day, class, &view_of, &back, may.download, &picked)).collect_view()}
            {pages(&wanted, next, looked)}
            {frame().may(Right::OwnKeys).then(call)}
            {bar}
        </main>
        {(!empty).then(|| lightbox::dialog(may.download))}
    }
    .into_any()
}

fn notice(notice: Notice) -> AnyView {
    let more = notice.more.map(|(to, text)| view! { " "<a href=to>{t(text)}</a> });
    blocks::notice(Tone::Warn, view! { <p>{notice.said}{more}</p> })
}

/// The list by API.
fn call() -> AnyView {
    Call::get("/api/v1/media").with("state", "stored").with("limit", "50").block("head-call", snippets::TITLE)
}

fn sizes(wanted: &Wanted) -> AnyView {
    let links = TileSize::ALL.map(|(size, name)| {
        let mut other = wanted.clone();
        other.size = size;
        let here = (wanted.size == size).then_some("true");
        view! { <a href=other.link(&href("/media")) aria-current=here>{t(name)}</a> }
    });
    view! { <nav class="segmented desk" aria-label=t(w::SIZES)>{links.collect_view()}</nav> }.into_any()
}

/// A state's name for people.
pub fn state_name(state: State) -> Text {
    match state {
        State::Pending => w::PENDING,
        State::Downloading => w::DOWNLOADING,
        State::Stored => w::STORED,
        State::Failed => w::FAILED,
        State::Expired => w::EXPIRED,
    }
}

/// Where a script says that pictures have come since `newest`.
fn fresh(wanted: &Wanted, newest: Option<String>) -> AnyView {
    let plain = wanted.with(|other| other.selection = None);
    let mut watch = plain.link(&href("/media/fresh"));
    if let Some(id) = newest {
        watch.push(if watch.contains('?') { '&' } else { '?' });
        watch.push_str("after=");
        watch.push_str(&id);
    }
    view! { <div class="fresh" role="status" data-fresh=watch data-to=plain.link(&href("/media"))></div> }.into_any()
}

fn nothing(wanted: &Wanted) -> AnyView {
    if !wanted.filters() {
        return blocks::empty(t(w::NONE_YET), ());
    }
    let all = Wanted { size: wanted.size, ..Wanted::default() }.link(&href("/media"));
    blocks::empty(t(w::NONE_FOUND), view! { <a class="btn" href=all>{t(w::CLEAR)}</a> })
}

fn pages(wanted: &Wanted, next: Option<String>, looked: Option<String>) -> AnyView {
    let first = wanted.before.is_some().then(|| wanted.with(|_| ()).link(&href("/media")));
    let next = next.map(|id| wanted.with(|other| other.before = Some(id)).link(&href("/media")));
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    let older = next.is_some().then_some("");
    let full = looked.is_none();
    let name = if !full { w::LOOK_FURTHER } else { w::OLDER };
    // Where scripts run, older ones come by themselves; the link stays for after some pages of these.
    view! {
        <p class="sr-only" role="status" data-grown=t(w::GROWN) data-grown-one=t(w::GROWN_ONE)></p>
        <p class="faint" data-looked="" hidden=full>{looked}</p>
        <nav class="pager" aria-label=t(w::PAGES) data-older=older>
            <span>{first.map(|to| view! { <a class="btn" rel="prev" href=to>{t(w::NEWEST)}</a> })}</span>
            <span>{next.map(|to| view! { <a class="btn" rel="next" href=to>{t(name)}</a> })}</span>
        </nav>
    }
    .into_any()
}

fn view_day(day: Day, class: &'static str, wanted: &Wanted, back: &str, downloads: bool, picked: &[String]) -> AnyView {
    let id = format!("day-{}", day.number);
    let whole = (downloads && day.tiles.iter().any(|tile| tile.stored)).then(|| {
        view! {
            <form method="post" action=wanted.link(&href("/media"))>
                <button class="btn btn-ghost btn-sm" type="submit" name="zip" value=id.clone()>
                    {icon_small("zip")}<span class="word">{t(w::ZIP_DAY)}</span><span class="sr-only">{" "}{day.name.clone()}</span>
                </button>
            </form>
        }
    });
    let pick = day.tiles.iter().any(|tile| tile.picks).then(|| {
        view! {
            <button class="btn btn-ghost btn-sm pick-day" type="button" data-pick-day="">
                {icon_small("ok")}{t(w::PICK_DAY)}<span class="sr-only">{" "}{day.name.clone()}</span>
            </button>
        }
    });
    view! {
        <section class="day" aria-labelledby=id.clone()>
            <header><h2 id=id.clone()>{day.name}</h2><span class="faint">{day.line}</span>{pick}{whole}</header>
            <ul class=class>{day.tiles.into_iter().map(|tile| view_tile(tile, wanted, back, picked)).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn view_tile(mut tile: Tile, wanted: &Wanted, back: &str, picked: &[String]) -> AnyView {
    let path = href(&format!("/media/{}", tile.id));
    let to = wanted.with(|_| ()).link(&path);
    let pick = tile.stored.then(|| view! { {mark(tile.verdict, tile.waits)}{tile.picks.then(|| pick(&tile, picked.contains(&tile.id)))} });
    let caption = view! { <span class="cap"><b>{tile.who.clone()}</b>{tile.question.clone()}</span> };
    let (class, inside, after) = match std::mem::replace(&mut tile.face, Face::Expired) {
        Face::Picture { class, width, height, eager } => {
            let loading = if eager { "eager" } else { "lazy" };
            let source = format!("{path}/thumb");
            let image =
                view! { <img src=source alt=tile.label.clone() width=width height=height loading=loading decoding="async"/> }.into_any();
            (format!("tile {class}"), image, ().into_any())
        }
        Face::File(kind, size) => (said_tile(""), said(kinds::drawn(kind), kinds::name(kind), Some(size), &tile), ().into_any()),
        Face::Waiting(what, why, left, urgent) => {
            let note = Some(why.map_or_else(|| left.clone(), |why| format!("{why} · {left}")));
            let name = if urgent { "clock" } else { "download" };
            (said_tile(if urgent { " tile-bad" } else { "" }), said(name, what, note, &tile), ().into_any())
        }
        Face::Expired => {
            let note = Some(t(w::GONE).to_owned());
            (said_tile(" tile-bad"), said("clock", w::EXPIRED, note, &tile), ().into_any())
        }
        Face::Failed(why, may_retry) => {
            let again = may_retry.then(|| retry(&path, back)).into_any();
            (said_tile(" tile-bad"), said("alert", w::FAILED, Some(why), &tile), again)
        }
    };
    view! { <li class=class><a href=to>{inside}</a>{caption}{pick}{after}</li> }.into_any()
}

/// How the tile's picture was judged, and whether a new one is awaited.
pub(super) fn mark(verdict: Option<Verdict>, waits: bool) -> AnyView {
    let (class, name, said) = match verdict {
        None => return ().into_any(),
        Some(Verdict::Reject) if waits => {
            return view! { <span class="mark-waits">{icon_small("clock")}{t(asking::WAITS)}</span> }.into_any();
        }
        Some(Verdict::Pass) => ("mark", "check", r::PASSED),
        Some(Verdict::Reject) => ("mark mark-bad", "x", r::REJECTED),
    };
    view! { <span class=class>{icon_small(name)}<span class="sr-only">{t(said)}</span></span> }.into_any()
}

/// The checkbox of a tile, part of the form in the selection's bar.
fn pick(tile: &Tile, picked: bool) -> AnyView {
    view! {
        <label class="pick">
            <span class="sr-only">{t(w::PICK)}{" "}{tile.label.clone()}</span>
            <input type="checkbox" form="zip" name="id" value=tile.id.clone() data-bytes=tile.bytes checked=picked/>
        </label>
    }
    .into_any()
}

fn said_tile(more: &str) -> String {
    format!("tile tile-said r-4x3{more}")
}

/// A tile that has a word instead of a picture, and says whose it is; to screen readers more exactly.
fn said(name: &'static str, what: Text, note: Option<String>, tile: &Tile) -> AnyView {
    let note = note.map(|note| view! { <span class="faint">{note}</span> });
    view! {
        <span class="said">
            {icon(name)}<b>{t(what)}</b>{note}<span class="whose" aria-hidden="true">{tile.who.clone()}</span><span class="sr-only">{" "}{tile.label.clone()}</span>
        </span>
    }
    .into_any()
}

/// The form that tries a picture again and comes back here.
pub fn retry(path: &str, back: &str) -> AnyView {
    view! {
        <form class="tile-act" method="post" action=path.to_owned()>
            <input type="hidden" name="intent" value="retry"/>
            <input type="hidden" name="back" value=back.to_owned()/>
            <button class="btn btn-sm" type="submit">{icon_small("refresh")}{t(w::RETRY)}</button>
        </form>
    }
    .into_any()
}
