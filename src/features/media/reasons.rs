//! The page on which an account's reasons for rejecting are edited.

use leptos::prelude::*;

use crate::ui::{
    blocks,
    form::{area_html, field_error},
    href, t,
    texts::review as w,
};

/// The page. `typed` is one reason a line.
pub fn reasons(typed: &str, refused: Option<String>) -> AnyView {
    let wrong = refused.is_some().then_some("true");
    let described = if refused.is_some() { "reasons-hint reasons-error" } else { "reasons-hint" };
    let typed = area_html(typed);
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media/desk")>{t(w::TAB_DESK)}</a></nav>
            {blocks::page_head(t(w::REASONS), None, ())}
            <form class="stack" method="post" action=href("/media/reasons")>
                <div class="field">
                    <label for="reasons">{t(w::REASON_LINES)}</label>
                    <textarea class="input" id="reasons" name="reasons" rows="10" aria-describedby=described aria-invalid=wrong inner_html=typed></textarea>
                    <p class="hint" id="reasons-hint">{t(w::REASON_HINT)}</p>
                    {refused.map(|text| view! { <div role="alert">{field_error("reasons", text)}</div> })}
                </div>
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::SAVE)}</button></div>
            </form>
        </main>
    }
    .into_any()
}
