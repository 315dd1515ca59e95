//! A picture large: the dialog over the list, and the tools on a picture's own page. `lightbox.js` works both; without scripts neither is
//! seen, and a tile leads to its page.

use leptos::prelude::*;

use crate::{
    shared::lang::Text,
    ui::{
        href, icon, t,
        texts::{lightbox as w, media as m},
    },
};

/// The dialog, not in use until the script copies it. `downloads`: whether the visitor may have originals.
pub fn dialog(downloads: bool) -> AnyView {
    let download = downloads.then(|| {
        let label = t(m::ORIGINAL);
        // The script writes where it leads.
        view! { <a class="btn btn-ghost btn-icon" data-do="download" href=href("/media") download="" aria-label=label title=label aria-keyshortcuts="d">{icon("download")}</a> }
    });
    view! {
        <template id="lightbox" data-original=downloads.then_some("") data-nth=t(w::NTH) data-none=t(w::NONE)>
            <dialog class="lightbox" aria-labelledby="lightbox-title">
                <header class="lightbox-bar">
                    {button("close", w::CLOSE, "x", None)}
                    <div class="lightbox-name" role="status">
                        <h2 id="lightbox-title" data-part="title"></h2>
                        <p class="faint" data-part="at"></p>
                    </div>
                    <button class="btn btn-ghost btn-icon" type="button" data-do="pick" aria-pressed="false" aria-label=t(w::PICK) title=t(w::PICK) aria-keyshortcuts="x">{icon("check")}</button>
                    {download}
                    {panel_button("btn btn-ghost btn-icon", "info")}
                    <a class="btn btn-ghost btn-icon" data-do="page" href=href("/media") aria-label=t(w::PAGE) title=t(w::PAGE)>{icon("more")}</a>
                </header>
                <div class="lightbox-stage">
                    <div class="zoom" data-part="zoom" tabindex="0" role="group" aria-label=t(w::STAGE)></div>
                    <p class="lightbox-failed" data-part="failed" role="status" hidden="">{t(w::FAILED)}</p>
                    {step("step step-l", "previous", w::PREVIOUS, "left", "ArrowLeft")}
                    {step("step step-r", "next", w::NEXT, "right", "ArrowRight")}
                    <div class="tools" role="group" aria-label=t(w::TOOLS)>{view_buttons()}</div>
                </div>
                <nav class="lightbox-film" aria-label=t(w::FILM)><ol class="strip-film" data-part="film"></ol></nav>
                <aside class="lightbox-side" id="lightbox-details" data-part="details" aria-labelledby="lightbox-details-head" hidden="">
                    <header><h3 id="lightbox-details-head">{t(m::DETAILS)}</h3>{panel_button("btn btn-ghost btn-icon btn-sm hand", "x")}</header>
                    <div data-part="facts"></div>
                </aside>
            </dialog>
        </template>
    }
    .into_any()
}

/// The tools below a picture on its own page. `file` is where the original lies, for those who may have it.
pub fn tools(file: Option<String>) -> AnyView {
    let open = file.map(|file| {
        view! { <a class="btn btn-ghost btn-icon" href=file aria-label=t(m::OPEN) title=t(m::OPEN)>{icon("image")}</a> }
    });
    view! { <div class="viewer-tools" role="group" aria-label=t(w::TOOLS) data-js="">{view_buttons()}{open}</div> }.into_any()
}

fn view_buttons() -> AnyView {
    view! {
        {button("smaller", w::SMALLER, "minus", Some("-"))}
        {button("fit", w::FIT, "fit", Some("0"))}
        {button("larger", w::LARGER, "plus", Some("+"))}
        {button("left", w::LEFT, "rotate", Some("Shift+R"))}
        {button("right", w::RIGHT, "rotate", Some("r"))}
    }
    .into_any()
}

fn button(does: &'static str, label: Text, name: &'static str, key: Option<&'static str>) -> AnyView {
    view! { <button class="btn btn-ghost btn-icon" type="button" data-do=does aria-label=t(label) title=t(label) aria-keyshortcuts=key>{icon(name)}</button> }
        .into_any()
}

/// Opens and closes the details.
fn panel_button(class: &'static str, name: &'static str) -> AnyView {
    view! { <button class=class type="button" data-do="details" aria-controls="lightbox-details" aria-expanded="false" aria-label=t(m::DETAILS) title=t(m::DETAILS) aria-keyshortcuts="i">{icon(name)}</button> }
        .into_any()
}

fn step(class: &'static str, does: &'static str, label: Text, name: &'static str, key: &'static str) -> AnyView {
    view! { <button class=class type="button" data-do=does aria-label=t(label) aria-keyshortcuts=key>{icon(name)}</button> }.into_any()
}
