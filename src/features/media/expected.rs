//! The page on which the questions of a title are listed before anybody has answered them.

use leptos::prelude::*;

use super::board;
use crate::ui::{
    blocks,
    form::{Field, Refused, area_html, error_summary},
    href, t,
    texts::board as w,
};

/// What the form holds.
#[derive(Clone, Debug, Default)]
pub struct QuestionsForm {
    /// The title.
    pub title: String,
    /// What is typed.
    pub typed: String,
    /// What is wrong.
    pub refused: Refused,
}

/// The page.
pub fn page(form: QuestionsForm) -> AnyView {
    let wrong = form.refused.of("questions").is_some().then_some("true");
    let typed = area_html(&form.typed);
    let back = if form.title.is_empty() { href("/media/board") } else { board::link(&href("/media/board"), &form.title, false, "") };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=back>{t(w::TITLE)}</a></nav>
            {blocks::page_head(t(w::QUESTIONS), Some(t(w::QUESTIONS_LINE).to_owned()), ())}
            {error_summary(&form.refused)}
            <form class="stack" method="post" action=href("/media/board/questions")>
                {Field::new("title", w::LIST_TITLE).value(form.title).view(&form.refused)}
                <div class="field">
                    <label for="questions">{t(w::QUESTIONS_LINES)}</label>
                    <textarea class="input mono" id="questions" name="questions" rows="10" aria-describedby="questions-hint" aria-invalid=wrong inner_html=typed></textarea>
                    <p class="hint" id="questions-hint">{t(w::QUESTIONS_HINT)}</p>
                </div>
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::QUESTIONS_SAVE)}</button></div>
            </form>
        </main>
    }
    .into_any()
}
