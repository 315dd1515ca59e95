//! What a visitor sees when web authorization does not go through.

use leptos::prelude::*;

use crate::{
    shared::lang::Said,
    ui::{lang, t, texts::oauth as w},
};

/// Where a visitor can go from there.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Begins anew.
    pub again: Option<String>,
    /// The page that the visitor came from.
    pub back: Option<String>,
}

/// The page: what happened and what to do next. It names neither the operator nor the product's own pages.
pub fn view(why: &Said, errcode: Option<i64>, ways: Ways) -> AnyView {
    view! {
        <main id="main" class="page error-page">
            <h1>{t(w::TITLE)}</h1>
            <p>{why.get(lang()).to_owned()}{errcode.map(|code| view! { " "<code>{code}</code> })}</p>
            <p class="row">
                {ways.again.map(|to| view! { <a class="btn btn-primary" href=to>{t(w::TRY_AGAIN)}</a> })}
                {ways.back.map(|to| view! { <a class="btn" href=to>{t(w::GO_BACK)}</a> })}
            </p>
        </main>
    }
    .into_any()
}
