//! The page on which many pictures are judged at once.

use leptos::prelude::*;

use super::{
    kinds,
    model::{Kind, Picture},
    verdict::{self, Form},
};
use crate::{
    shared::lang::Text,
    ui::{
        blocks::{self, Tone},
        href, icon, t,
        texts::picked as w,
    },
};

/// What the page shows.
pub struct Judge {
    /// The first of the pictures, with words for each.
    pub pictures: Vec<(Picture, String)>,
    /// How many there are in all.
    pub count: i64,
    /// How many of them have a verdict already.
    pub judged: i64,
    /// Whether the verdicts of those are to be changed as well.
    pub over: bool,
    /// How many were selected but are not stored.
    pub absent: i64,
    /// How many lie on other people's desks.
    pub taken: i64,
    /// The form; none where there is nothing to judge or too much.
    pub form: Option<Form>,
    /// Why there is no form.
    pub refused: Option<String>,
    /// Link to the gallery.
    pub back: String,
}

/// The page.
pub fn judge(page: Judge) -> AnyView {
    let Judge { pictures, count, judged, over, absent, taken, form, refused, back } = page;
    let number = |text: Text, n: i64| t(text).replace("{n}", &blocks::number(n));
    let title = if count == 1 { t(w::TITLE_ONE).to_owned() } else { number(w::TITLE, count) };
    let more = count - i64::try_from(pictures.len()).unwrap_or(count);
    let said = [(absent, w::NOT_STORED), (taken, w::TAKEN)];
    let said = said.into_iter().filter(|(n, _)| *n > 0).map(|(n, text)| view! { <p class="muted">{number(text, n)}</p> }).collect_view();
    let over = (judged > 0 && form.is_some()).then(|| {
        view! {
            <label class="checkline">
                <input type="checkbox" name="over" value="1" form="verdict" checked=over/>
                <span>{number(w::OVER, judged)}</span>
            </label>
        }
    });
    view! {
        <main id="main" class="page page-wide">
            <nav class="crumb"><a href=back>{t(w::BACK)}</a></nav>
            {blocks::page_head(&title, None, ())}
            {refused.map(|why| view! { <div role="alert">{blocks::notice(Tone::Bad, view! { <p>{why}</p> })}</div> })}
            <div class="viewer-split">
                <section class="stack" aria-label=t(w::PICTURES)>
                    <ul class="gallery gallery-s">{pictures.into_iter().map(|(picture, label)| tile(&picture, label)).collect_view()}</ul>
                    {(more > 0).then(|| view! { <p class="muted">{number(w::MORE, more)}</p> })}
                </section>
                <div class="stack judge-side">{said}{over}{form.map(verdict::form)}</div>
            </div>
        </main>
    }
    .into_any()
}

fn tile(picture: &Picture, label: String) -> AnyView {
    let path = href(&format!("/media/{}", picture.id));
    let size = picture.content.as_ref().filter(|content| content.thumb).map(|content| (content.width, content.height));
    let (class, inside) = match size {
        Some((width, height)) => {
            let class = super::model::ratio_class(width.unwrap_or(1), height.unwrap_or(1));
            let source = format!("{path}/thumb");
            let image = view! { <img src=source alt=label width=width height=height loading="lazy" decoding="async"/> }.into_any();
            (format!("tile {class}"), image)
        }
        None => {
            let kind = picture.kind.unwrap_or(Kind::Voice);
            let said = view! { <span class="said">{icon(kinds::drawn(kind))}<b>{t(kinds::name(kind))}</b><span class="sr-only">{" "}{label}</span></span> };
            ("tile tile-said r-4x3".to_owned(), said.into_any())
        }
    };
    view! { <li class=class><a href=path>{inside}</a>{super::gallery::mark(picture.review.as_ref().map(|review| review.verdict), false)}</li> }
        .into_any()
}
