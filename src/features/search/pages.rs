//! The page 搜索.

use leptos::prelude::*;

use super::model::{Found, Hit};
use crate::ui::{
    blocks::{empty, page_head},
    href, icon, t,
    texts::settings as w,
};

/// The page with what was typed and what was found.
pub fn search(typed: String, found: Vec<Found>) -> AnyView {
    let nothing = found.iter().all(|found| found.hits.is_empty());
    view! {
        <main id="main" class="page">
            {page_head(t(w::SEARCH), None, ())}
            <form class="search-form" method="get" action=href("/search") role="search">
                <label for="q">{t(w::SEARCH_LABEL)}</label>
                <div class="copyrow">
                    <input class="input" type="search" id="q" name="q" maxlength="128" value=typed autocomplete="off" spellcheck="false"/>
                    <button class="btn btn-primary" type="submit">{icon("search")}{t(w::FIND)}</button>
                </div>
            </form>
            {if nothing { empty(t(w::NOTHING), ()) } else { found.into_iter().map(group).collect_view().into_any() }}
        </main>
    }
    .into_any()
}

fn group(found: Found) -> AnyView {
    if found.hits.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="block">
            <header><h2>{t(found.kind)}</h2></header>
            <ul class="box hits">{found.hits.into_iter().map(hit).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn hit(hit: Hit) -> AnyView {
    view! {
        <li><a href=hit.to><span>{hit.name}</span><span class="faint mono">{hit.line}</span>{icon("right")}</a></li>
    }
    .into_any()
}
