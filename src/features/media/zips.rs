//! The page of the ZIPs that somebody has asked for: when, what, how large, how far it was fetched, and until when it can be.

use leptos::prelude::*;

use crate::ui::{
    blocks::{self, Tone, badge},
    href, icon, t,
    texts::{keys, media as w},
};

/// A ZIP that can be fetched. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// What the file is called.
    pub name: String,
    /// Which part it is, of so many.
    pub part: i64,
    /// How many parts there are.
    pub parts: i64,
    /// How many pictures it holds.
    pub pieces: i64,
    /// Their bytes.
    pub bytes: i64,
    /// How long the file is; known once somebody began to fetch it.
    pub length: Option<i64>,
    /// Up to which byte it was given out.
    pub given: i64,
    /// When it was asked for.
    pub at: i64,
}

/// The page; they can be fetched for `kept` milliseconds.
pub fn zips(asked: Vec<Asked>, kept: i64) -> AnyView {
    let list = if asked.is_empty() { blocks::empty(t(w::ZIPS_NONE), ()) } else { table(asked, kept) };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media")>{t(w::ALL)}</a></nav>
            {blocks::page_head(t(w::ZIPS), Some(t(w::ZIPS_LINE).to_owned()), ())}
            {list}
        </main>
    }
    .into_any()
}

fn table(asked: Vec<Asked>, kept: i64) -> AnyView {
    view! {
        <table class="table table-cards zips">
            <caption class="sr-only">{t(w::ZIPS)}</caption>
            <thead><tr>
                <th scope="col">{t(w::ZIPS_FILE)}</th><th scope="col">{t(w::ZIPS_HELD)}</th><th scope="col">{t(w::ZIPS_ASKED)}</th>
                <th scope="col">{t(w::ZIPS_FETCHED)}</th><th scope="col"><span class="sr-only">{t(keys::ACTIONS)}</span></th>
            </tr></thead>
            <tbody>{asked.into_iter().map(|one| row(one, kept)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(one: Asked, kept: i64) -> AnyView {
    let held = t(w::ZIPS_PICTURES).replace("{n}", &blocks::number(one.pieces));
    let part = (one.parts > 1).then(|| {
        let said = t(w::ZIPS_PART).replace("{part}", &one.part.to_string()).replace("{parts}", &one.parts.to_string());
        view! { <div class="muted">{said}</div> }
    });
    let label = blocks::about(t(w::ZIP), &one.name);
    view! {
        <tr>
            <td><b class="mono">{one.name.clone()}</b>{part}</td>
            <td>{held}<div class="muted">{blocks::size(one.bytes)}</div></td>
            <td>{blocks::moment(one.at)}<div class="muted">{t(w::ZIPS_UNTIL)}{" "}{blocks::moment(one.at + kept)}</div></td>
            <td>{reached(&one)}</td>
            <td class="to-end"><a class="btn btn-sm" href=href(&format!("/media/zip/{}", one.id)) download="" aria-label=label>{icon("download")}{t(w::ZIP)}</a></td>
        </tr>
    }
    .into_any()
}

/// How far it was fetched. A browser goes on where it broke off; fetched anew it begins at its first byte.
fn reached(one: &Asked) -> AnyView {
    match one.length {
        None => badge(Tone::Plain, t(w::ZIPS_NOT_YET)),
        Some(length) if one.given >= length => badge(Tone::Ok, t(w::ZIPS_WHOLE)),
        Some(length) => {
            let percent = (100 * one.given / length.max(1)).to_string();
            badge(Tone::Warn, t(w::ZIPS_PARTLY).replace("{n}", &percent))
        }
    }
}
