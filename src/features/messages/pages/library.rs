//! `/templates/library`: taking a template from WeChat's library, and the question before one is given up.

use leptos::prelude::*;

use super::crumb;
use crate::{
    shared::error::AppError,
    ui::{
        blocks::{Tone, notice},
        confirm::Confirm,
        form::{Field, Refused, area_html, describe, error_summary, field_error},
        href, lang, t,
        texts::{compose, templates as w},
    },
};

/// What is typed, and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    /// The number in the library.
    pub short_id: String,
    /// Keywords, one a line.
    pub keywords: String,
    /// Why WeChat refused.
    pub failed: Option<AppError>,
    /// What is wrong with what is typed.
    pub refused: Refused,
}

/// The form.
pub fn add(data: Library) -> AnyView {
    let wrong = data.refused.of("keywords").map(|said| said.get(lang()).to_owned());
    let described = describe("keywords", true, wrong.is_some());
    let invalid = wrong.is_some().then_some("true");
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/templates"), t(w::TITLE), t(w::ADD).to_owned())}
                    <h1>{t(w::ADD)}</h1>
                    <p>{t(w::ADD_LINE)}</p>
                </div>
            </div>
            <form class="stack rules" method="post" action=href("/templates/library") novalidate>
                {data.failed.map(|error| notice(Tone::Bad, why(&error)))}
                {error_summary(&data.refused)}
                {Field::new("short_id", w::SHORT_ID).value(data.short_id).hint(w::SHORT_ID_HINT).view(&data.refused)}
                <div class="field">
                    <label for="keywords">{t(w::KEYWORDS)}</label>
                    <textarea class="input" id="keywords" name="keywords" rows="5" aria-describedby=described aria-invalid=invalid
                        inner_html=area_html(&data.keywords)></textarea>
                    <p class="hint" id="keywords-hint">{t(w::KEYWORDS_HINT)}</p>
                    {wrong.map(|words| field_error("keywords", words))}
                </div>
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::ADD)}</button><a class="btn" href=href("/templates")>{t(w::BACK)}</a></div>
            </form>
        </main>
    }
    .into_any()
}

fn why(error: &AppError) -> AnyView {
    let code = error.refusal.as_ref().map(|refusal| view! { " "<code>{refusal.errcode}</code> });
    let hint = error.refusal.as_ref().map(|refusal| view! { <p>{refusal.hint.get(lang()).to_owned()}</p> });
    view! { <strong>{error.detail.get(lang()).to_owned()}</strong>{code}{hint} }.into_any()
}

/// The question before a template is deleted.
pub fn ask_delete(id: &str, title: String, refused: Option<AppError>) -> AnyView {
    let path = href(&format!("/templates/{id}"));
    Confirm::new(t(w::DELETE), t(w::DELETE_LINE), path.clone(), path)
        .from(title)
        .field("intent", "delete")
        .warning(w::DELETE_WARNING)
        .refused(refused.map(|error| why(&error)))
        .view()
}
