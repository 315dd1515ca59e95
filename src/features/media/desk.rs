//! The desk 审图: one picture, what is thought of it, and its neighbours in a strip. Everything is a link or a form.

use leptos::prelude::*;

use super::{
    asked::Undo,
    asking, kinds,
    model::{Kind, Picture},
    requested::{self, Door},
    review::Verdict,
    verdict::{self, Form},
};
use crate::{
    shared::time::clock_seconds,
    ui::{
        blocks::{self, Tone, moment},
        href, icon,
        icon::icon_small,
        t, texts,
        texts::{media as m, review as w},
    },
};

/// What the desk shows.
pub struct Desk {
    /// The picture.
    pub picture: Picture,
    /// What it is, in words.
    pub label: String,
    /// The form; none while somebody else has the picture.
    pub form: Option<Form>,
    /// Where to say that it is still looked at; nowhere while somebody else has it.
    pub stay: Option<String>,
    /// Who has it, if somebody else has.
    pub holder: Option<String>,
    /// It and its neighbours, the oldest first.
    pub strip: Vec<Film>,
    /// Link to the one before.
    pub previous: Option<String>,
    /// Link to the one after.
    pub next: Option<String>,
    /// The original of the one after: fetched ahead.
    pub ahead: Option<String>,
    /// Link to the next unreviewed one.
    pub next_free: String,
    /// One's last judgement.
    pub last: Option<LastSaid>,
    /// Link that asks for the picture again.
    pub ask: Option<String>,
    /// How to take the ask for it back, while that rests.
    pub resting: Option<Undo>,
    /// Whether it was asked for again and waits for the next one.
    pub waits: bool,
    /// Asking a colleague for a second opinion.
    pub door: Door,
    /// Figures and tabs.
    pub bar: Bar,
}

/// One's last judgement, which can be undone.
pub struct LastSaid {
    /// Where undoing is posted to.
    pub action: String,
    /// What it undoes, in words.
    pub said: String,
    /// Link that asks for the picture again, if it was rejected.
    pub ask: Option<String>,
    /// How to take the ask for it back, while that rests.
    pub resting: Option<Undo>,
    /// Link to where a second opinion on it can be asked for.
    pub second: Option<String>,
}

/// The line over the desk.
pub struct Bar {
    /// How many wait, in words.
    pub waiting: String,
    /// The number alone.
    pub count: String,
    /// How many one has judged today, in words.
    pub done: String,
    /// How many second opinions others ask the visitor for, in words.
    pub requested: Option<String>,
}

/// A picture in the strip.
pub struct Film {
    /// Its id.
    pub id: String,
    /// Link to it.
    pub link: String,
    /// What it is, in words.
    pub label: String,
    /// How it stands.
    pub mark: Mark,
    /// Whether it has a thumbnail.
    pub thumb: bool,
}

/// How a picture in the strip stands.
pub enum Mark {
    /// Waits.
    None,
    /// Is the one shown.
    Here,
    /// Was judged.
    Judged(Verdict),
    /// Was rejected and asked for again; the new one has not come.
    Awaited,
    /// Lies on somebody's desk, with these words.
    Taken(String),
}

/// The ways to look at pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// 图库.
    Gallery,
    /// 审图.
    Desk,
    /// 收集进度.
    Board,
}

/// The tabs of the pictures; `waiting` is how many wait for review, none for those who may not review.
pub fn tabs(here: Tab, waiting: Option<String>) -> AnyView {
    let current = |tab: Tab| (tab == here).then_some("page");
    let desk = waiting.map(|count| {
        view! { <a href=href("/media/desk") aria-current=current(Tab::Desk)>{t(w::TAB_DESK)}<span class="faint">{count}</span></a> }
    });
    view! {
        <nav class="tabs" aria-label=t(w::TABS)>
            <a href=href("/media") aria-current=current(Tab::Gallery)>{t(w::TAB_GALLERY)}</a>
            {desk}
            <a href=href("/media/board") aria-current=current(Tab::Board)>{t(texts::board::TITLE)}</a>
        </nav>
    }
    .into_any()
}

fn bar(bar: Bar) -> AnyView {
    view! {
        <div class="deskbar">
            <h1 class="sr-only">{t(w::TAB_DESK)}</h1>
            {tabs(Tab::Desk, Some(bar.count))}
            <p class="deskbar-end muted"><span class="desk">{bar.done}</span><b>{bar.waiting}</b></p>
        </div>
    }
    .into_any()
}

/// The page where nothing waits; `narrowed` by a filter, there may be more.
pub fn done(shown: Bar, last: Option<LastSaid>, narrowed: bool) -> AnyView {
    // Under a filter that is done there may be more beside it.
    let (said, rest) = if narrowed {
        let rest = view! { <a class="btn btn-primary" href=href("/media/desk")>{t(w::REVIEW_REST)}{" · "}{shown.count.clone()}</a> };
        (w::ALL_DONE_HERE, (shown.count != "0").then_some(rest))
    } else {
        (w::ALL_DONE, None)
    };
    let requested = shown.requested.clone().map(|count| requested::next_link(Some(count), None, false));
    view! {
        <main id="main" class="desk-main">
            {bar(shown)}
            <div class="page">
                {last.map(undo)}
                {blocks::empty(t(said), view! { {rest}{requested}<a class="btn" href=href("/media")>{t(w::TAB_GALLERY)}</a><a class="btn btn-ghost" href=href("/media/opinions")>{t(texts::opinions::SEE)}</a> })}
            </div>
        </main>
    }
    .into_any()
}

/// The page.
pub fn desk(desk: Desk) -> AnyView {
    let Desk { picture, label, form, stay, holder, strip, previous, next, ahead, next_free, last, ask, resting, waits, door, bar: shown } =
        desk;
    let path = href(&format!("/media/{}", picture.id));
    let phone = form.is_some().then(phone_bar);
    let judge = form.map(verdict::form);
    let requested = shown.requested.clone();
    let taken = holder.map(|name| verdict::taken(&name));
    view! {
        <main id="main" class="desk-main" data-stay=stay>
            {bar(shown)}
            <div class="deskgrid">
                {stage(&picture, &path, label, previous, next)}
                <nav class="filmwrap" aria-label=t(w::STRIP)><ol class="strip-film">{strip.into_iter().map(film).collect_view()}</ol></nav>
                <aside class="judge" aria-label=t(w::JUDGE)>
                    {last.map(undo)}
                    {who(&picture)}
                    {taken}
                    {picture.review.is_some().then(|| verdict::shown(picture.review.as_ref()))}
                    {waits.then(|| blocks::badge(Tone::Warn, t(texts::asking::WAITS)))}
                    {ask.filter(|_| resting.is_none()).map(asking::desk_link)}
                    {resting.map(Undo::view)}
                    {requested::door(door)}
                    {judge}
                    <a class="btn" href=next_free accesskey="n">{t(w::NEXT_FREE)}{icon("right")}</a>
                    {facts(&picture, &path)}
                    {requested.map(|count| requested::next_link(Some(count), None, true))}
                    <a class="hint" href=href("/media/opinions")>{t(texts::opinions::SEE)}</a>
                    {keys()}
                </aside>
            </div>
            {phone}
            {ahead.map(|source| view! { <img src=source alt="" hidden=true fetchpriority="low"/> })}
        </main>
    }
    .into_any()
}

fn undo(LastSaid { action, said, ask, resting, second }: LastSaid) -> AnyView {
    view! {
        <form class="desk-last" method="post" action=action>
            {icon_small("ok")}<span role="status">{said}</span>
            <button class="btn btn-ghost btn-sm" type="submit" name="intent" value="undo" accesskey="z">{icon_small("undo")}{t(w::UNDO)}</button>
        </form>
        {ask.filter(|_| resting.is_none()).map(asking::desk_link)}
        {resting.map(Undo::view)}
        {second.map(|to| view! { <a class="btn btn-sm" href=to>{t(texts::opinions::REQUEST)}</a> })}
    }
    .into_any()
}

fn stage(picture: &Picture, path: &str, label: String, previous: Option<String>, next: Option<String>) -> AnyView {
    let file = format!("{path}/file");
    let (width, height) = picture.content.as_ref().map_or((None, None), |content| (content.width, content.height));
    let inside = if picture.kind == Some(Kind::Image) {
        view! { <img src=file.clone() alt=label width=width height=height/> }.into_any()
    } else {
        view! { <p class="viewer-none">{icon(picture.kind.map_or("image", kinds::drawn))}{label}</p> }.into_any()
    };
    view! {
        <section class="stage" aria-label=t(w::STAGE)>
            {inside}
            {previous.map(|to| view! { <a class="step step-l" href=to accesskey="k" aria-label=t(w::PREVIOUS)>{icon("left")}</a> })}
            {next.map(|to| view! { <a class="step step-r" href=to accesskey="j" aria-label=t(w::NEXT)>{icon("right")}</a> })}
            <div class="tools">
                <a class="btn btn-ghost btn-icon btn-sm" href=file.clone() aria-label=t(m::OPEN)>{icon("zoom")}</a>
                <a class="btn btn-ghost btn-icon btn-sm" href=format!("{file}?download=1") download="" aria-label=t(m::ORIGINAL)>{icon("download")}</a>
            </div>
        </section>
    }
    .into_any()
}

fn film(film: Film) -> AnyView {
    let (class, here, mark, said) = match film.mark {
        Mark::None => ("film", None, None, None),
        Mark::Here => ("film", Some("true"), None, Some(t(w::HERE).to_owned())),
        Mark::Judged(Verdict::Pass) => ("film f-ok", None, Some("check"), Some(t(w::PASSED).to_owned())),
        Mark::Judged(Verdict::Reject) => ("film f-bad", None, Some("x"), Some(t(w::REJECTED).to_owned())),
        Mark::Awaited => ("film f-bad", None, Some("clock"), Some(t(texts::asking::WAITS).to_owned())),
        Mark::Taken(who) => ("film f-lock", None, Some("lock"), Some(who)),
    };
    let label = said.map_or_else(|| film.label.clone(), |said| format!("{} · {said}", film.label));
    let source = href(&format!("/media/{}/thumb?size=160", film.id));
    let inside = if film.thumb {
        view! { <img src=source alt=label width="160" height="160" decoding="async"/> }.into_any()
    } else {
        view! { <span class="film-none">{icon("phone")}<span class="sr-only">{label}</span></span> }.into_any()
    };
    view! { <li class=class><a href=film.link aria-current=here>{inside}</a>{mark.map(|name| view! { <span class="film-mark">{icon(name)}</span> })}</li> }
        .into_any()
}

fn who(picture: &Picture) -> AnyView {
    let first: String = picture.user_id.chars().take(1).collect();
    let by_user = format!(
        "{}?{}",
        href("/media"),
        url::form_urlencoded::Serializer::new(String::new()).append_pair("user", &picture.user_id).finish()
    );
    view! {
        <div class="who"><span class="avatar" aria-hidden="true">{first}</span><a href=by_user><b>{picture.user_id.clone()}</b></a></div>
        <div class="ask"><p class="faint">{picture.answer_title.clone()}</p><h2>{picture.question_id.clone()}</h2></div>
    }
    .into_any()
}

fn facts(picture: &Picture, path: &str) -> AnyView {
    let content = picture.content.as_ref();
    let size = content.and_then(|content| Some(format!("{} × {} · ", content.width?, content.height?))).unwrap_or_default();
    let original = content.map(|content| format!("{size}{} · {}", blocks::size(content.bytes), content.content_type)).unwrap_or_default();
    let stored = picture.stored_at.map(clock_seconds);
    view! {
        <dl class="kv">
            <div><dt>{t(w::RECEIVED)}</dt><dd>{moment(picture.created_at)}</dd></div>
            <div><dt>{t(w::ORIGINAL)}</dt><dd>{original}</dd></div>
            {stored.map(|at| view! { <div><dt>{t(w::STORED)}</dt><dd>{at}</dd></div> })}
            <div><dt>{t(m::DETAILS)}</dt><dd><a href=path.to_owned()>{t(m::ALL_DETAILS)}</a></dd></div>
        </dl>
    }
    .into_any()
}

fn keys() -> AnyView {
    let key = |keys: &'static str, text| view! { <span><kbd class="kbd">{keys}</kbd>{t(text)}</span> };
    view! {
        <div class="keys desk">
            <span>{t(w::KEYS)}</span>
            {key("J K", w::KEY_MOVE)}{key("1", w::PASS)}{key("2", w::REJECT)}{key("R", texts::asking::ASK)}{key("N", w::NEXT_FREE)}{key("Z", w::UNDO)}
        </div>
    }
    .into_any()
}

/// The buttons at the thumb of who holds a phone; they belong to the form above.
fn phone_bar() -> AnyView {
    view! {
        <div class="sendbar hand">
            <button class="btn btn-danger grow" type="submit" form="verdict" name="intent" value="reject">{t(w::REJECT)}</button>
            <button class="btn btn-primary grow" type="submit" form="verdict" name="intent" value="pass" formnovalidate=true>{icon("check")}{t(w::PASS)}</button>
        </div>
    }
    .into_any()
}
