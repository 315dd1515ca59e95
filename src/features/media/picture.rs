//! The page of one picture: the picture, what is known of it, its neighbours.

use leptos::prelude::*;

use super::{
    asked,
    gallery::{retry, state_name},
    kinds, lightbox,
    model::{Content, Kind, Picture, State},
    opinion::{self, Opinion},
    requested::Door,
    sharing::{self, Share},
    verdict,
    views::{self, Viewed},
    wanted::Wanted,
};
use crate::{
    shared::{
        rights::Right,
        time::{clock_seconds, date},
    },
    ui::{
        blocks::{self, Tone},
        frame, href, icon,
        snippets::Call,
        t,
        texts::{bin, media as w, review as r, snippets},
    },
};

/// What the page shows.
pub struct One {
    /// The picture.
    pub picture: Picture,
    /// Its heading.
    pub title: String,
    /// Why it is not here and what to do, as a sentence.
    pub hint: Option<String>,
    /// Where a video lies that could not be kept, for those who may have originals.
    pub link: Option<String>,
    /// The query of the gallery it was opened from.
    pub wanted: Wanted,
    /// The next newer picture there.
    pub newer: Option<String>,
    /// The next older picture there.
    pub older: Option<String>,
    /// Whether the visitor may try it again.
    pub may_retry: bool,
    /// Whether the visitor may have the original; otherwise the thumbnail is shown.
    pub downloads: bool,
    /// The form that judges it, for those who may.
    pub judge: Option<verdict::Form>,
    /// On whose desk it lies, if on somebody else's.
    pub holder: Option<String>,
    /// The second opinion on it.
    pub opinion: Option<Opinion>,
    /// What the visitor may say beside its judgement.
    pub second: Option<opinion::Ask>,
    /// Asking a colleague for one.
    pub door: Door,
    /// How many second opinions others ask the visitor for, in words.
    pub requested: Option<String>,
    /// What is known of asking for it again.
    pub again: asked::Again,
    /// Links that show the original to whoever has them, for those who may have it.
    pub share: Option<Share>,
    /// Who had the original, for administrators.
    pub views: Option<Vec<Viewed>>,
    /// How long WeChat keeps it, while it is not here.
    pub left: Option<String>,
}

/// The page.
pub fn picture(one: One) -> AnyView {
    let path = href(&format!("/media/{}", one.picture.id));
    let back = one.wanted.link(&href("/media"));
    let state = one.picture.state;
    let tone = match state {
        State::Stored => Tone::Ok,
        State::Pending | State::Downloading => Tone::Run,
        State::Failed => Tone::Bad,
        State::Expired => Tone::Warn,
    };
    let again = (one.may_retry && matches!(state, State::Failed | State::Pending)).then(|| retry(&path, &one.wanted.link(&path)));
    let delete = frame().may(Right::Retention).then(|| {
        view! { <a class="btn btn-danger" href=one.wanted.link(&format!("{path}/delete"))>{icon("trash")}{t(bin::DELETE)}</a> }
    });
    let head = view! {
        <div class="page-head">
            <div>
                <nav class="crumb"><a href=back>{t(w::ALL)}</a></nav>
                <h1>{one.title.clone()}</h1>
            </div>
            <div class="row">{delete}{again}{one.downloads.then(|| downloads(&one.picture, &path, one.judge.is_some()))}</div>
        </div>
    };
    let hint = one.hint.clone().map(|hint| {
        let link = one.link.clone().map(|to| view! { <p><a href=to rel="noopener noreferrer">{t(w::VIDEO_LINK)}</a></p> });
        blocks::notice(if state == State::Pending { Tone::Warn } else { tone }, view! { <p>{hint}</p>{link} })
    });
    let stored = one.picture.state == State::Stored;
    let judge = stored.then(|| {
        view! {
            <section class="block viewer-side" aria-labelledby="review">
                <header><h2 id="review">{t(r::REVIEW)}</h2></header>
                {verdict::shown(one.picture.review.as_ref())}
                {one.holder.clone().map(|name| verdict::taken(&name))}
                {one.judge.clone().map(verdict::form)}
            </section>
        }
    });
    view! {
        <main id="main" class="page page-wide viewer">
            {head}
            {hint}
            <div class="viewer-split">
                <div class="viewer-stage">{stage(&one, &path)}{neighbours(&one)}</div>
                <div class="stack">
                    {judge}
                    {opinion::block(&one.picture.id, one.opinion.clone(), one.picture.review.is_some(), one.second.clone(), one.door.clone(), one.requested.clone())}
                    {asked::shown(one.again.clone())}
                    <section class="block viewer-side" aria-labelledby="details" data-details="">
                        <header><h2 id="details">{t(w::DETAILS)}</h2>{blocks::badge(tone, t(state_name(state)))}</header>
                        {details(&one.picture, one.left.clone())}
                    </section>
                    {one.share.clone().filter(|_| stored).map(sharing::section)}
                    {one.views.clone().map(views::section)}
                    {frame().may(Right::OwnKeys).then(|| Call::get(format!("/api/v1/media/{}", one.picture.id)).block("head-call", snippets::TITLE))}
                </div>
            </div>
        </main>
    }
    .into_any()
}

fn stage(one: &One, path: &str) -> AnyView {
    match (&one.picture.content, one.picture.kind) {
        (Some(content), Some(Kind::Image)) if !one.downloads => {
            let thumb = format!("{path}/thumb");
            view! {
                <span class="viewer-image">
                    <img src=thumb alt=one.picture.answer_title.clone() width=content.width height=content.height/>
                </span>
                {lightbox::tools(None)}
            }
            .into_any()
        }
        (Some(content), Some(Kind::Image)) => {
            let file = format!("{path}/file");
            view! {
                <a class="viewer-image" href=file.clone() aria-label=t(w::OPEN)>
                    <img src=file.clone() alt=one.picture.answer_title.clone() width=content.width height=content.height/>
                </a>
                {lightbox::tools(Some(file))}
            }
            .into_any()
        }
        (Some(_), kind) => {
            let kind = kind.unwrap_or(Kind::Voice);
            view! { <p class="viewer-none">{icon(kinds::drawn(kind))}{t(kinds::name(kind))}</p> }.into_any()
        }
        (None, _) if one.picture.state.settled() => {
            view! { <p class="viewer-none">{icon("image")}{t(state_name(one.picture.state))}</p> }.into_any()
        }
        (None, _) => view! { <p class="viewer-none">{icon("download")}{t(w::NOTHING_YET)}</p> }.into_any(),
    }
}

/// `judges`: the green button is the verdict's then.
fn downloads(picture: &Picture, path: &str, judges: bool) -> AnyView {
    if picture.content.is_none() {
        return ().into_any();
    }
    let label = kinds::file(picture.kind.unwrap_or(Kind::Image));
    let class = if judges { "btn" } else { "btn btn-primary" };
    view! { <a class=class href=format!("{path}/file?download=1") download="" accesskey="d">{icon("download")}{t(label)}</a> }.into_any()
}

fn neighbours(one: &One) -> AnyView {
    let link = |id: &Option<String>| id.as_ref().map(|id| one.wanted.with(|_| ()).link(&href(&format!("/media/{id}"))));
    let (newer, older) = (link(&one.newer), link(&one.older));
    if newer.is_none() && older.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="viewer-nav" aria-label=t(w::NEIGHBOURS)>
            <span>{newer.map(|to| view! { <a class="btn" rel="prev" href=to accesskey="k">{icon("left")}{t(w::NEWER)}</a> })}</span>
            <span>{older.map(|to| view! { <a class="btn" rel="next" href=to accesskey="j">{t(w::NEXT)}{icon("right")}</a> })}</span>
        </nav>
    }
    .into_any()
}

fn details(picture: &Picture, left: Option<String>) -> AnyView {
    let exact = |millis: i64| format!("{} {}", date(millis), clock_seconds(millis));
    let here = |wanted: Wanted, text: &str| view! { <a href=wanted.link(&href("/media"))>{text.to_owned()}</a> }.into_any();
    let plain = |text: String| view! { {text} }.into_any();
    let by_user = Wanted { user: Some(picture.user_id.clone()), ..Wanted::default() };
    let by_question = Wanted { question: Some(picture.question_id.clone()), ..Wanted::default() };
    let by_title = Wanted { title: Some(picture.answer_title.clone()), ..Wanted::default() };
    let mut lines = vec![
        (t(w::USER), here(by_user, &picture.user_id)),
        (t(w::QUESTION), here(by_question, &picture.question_id)),
        (t(w::ANSWER_TITLE), here(by_title, &picture.answer_title)),
        (t(w::TIME), plain(exact(picture.created_at))),
    ];
    if let Some(content) = &picture.content {
        lines.extend(content_lines(content));
    }
    if let Some(name) = &picture.file_name {
        lines.push((t(w::FILE_NAME), plain(name.clone())));
    }
    match picture.stored_at {
        Some(at) => lines.push((t(w::STORED_AT), plain(exact(at)))),
        None => lines.push((t(w::EXPIRES_AT), plain(exact(picture.expires_at)))),
    }
    if let Some(left) = left {
        lines.push((t(w::LIFE), plain(left)));
    }
    lines.push((t(w::ATTEMPTS), plain(picture.attempts.to_string())));
    if let Some(errcode) = picture.errcode.filter(|_| picture.state != State::Downloading) {
        let words = format!("{errcode} {}", picture.errmsg.as_deref().unwrap_or_default());
        lines.push(("errcode", view! { <code>{words}</code> }.into_any()));
    }
    lines.push(("media_id", view! { <code class="viewer-id">{picture.media_id.clone()}</code> }.into_any()));
    view! { <dl class="kv">{lines.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}</dl> }
        .into_any()
}

fn content_lines(content: &Content) -> Vec<(&'static str, AnyView)> {
    let plain = |text: String| view! { {text} }.into_any();
    let mut lines = Vec::new();
    if let (Some(width), Some(height)) = (content.width, content.height) {
        lines.push((t(w::DIMENSIONS), plain(format!("{width} × {height}"))));
    }
    lines.push((t(w::SIZE), plain(blocks::size(content.bytes))));
    lines.push((t(w::TYPE), plain(content.content_type.clone())));
    let (short, whole) = (content.sha256[..12].to_owned(), content.sha256.clone());
    lines.push(("SHA-256", view! { <code title=whole>{short}</code> }.into_any()));
    lines
}
