//! The tab of the composer on which people are chosen by what they have sent for a question.

use leptos::prelude::*;

use super::{compose::Compose, recipients::error_of};
use crate::{
    features::messages::model::{Question, Upload},
    ui::{blocks::number, icon, t, texts::recipients as r},
};

/// The title, its questions with how many lack each, and the ways to stand with the chosen one.
pub fn uploads(data: &Compose) -> AnyView {
    let (people, chosen) = (&data.people, &data.people.uploads);
    if people.titles.is_empty() {
        return view! { <p class="muted" id="uploads">{t(r::NO_TITLES)}</p> }.into_any();
    }
    let titles = people.titles.iter().map(|title| {
        view! { <option value=title.clone() selected=*title == chosen.title>{title.clone()}</option> }
    });
    let question = people.questions.iter().find(|question| question.question == chosen.question);
    view! {
        <div class="field">
            <label for="title">{t(r::TITLE)}</label>
            <div class="row">
                <span class="select input-inline"><select class="input" id="title" name="title">{titles.collect_view()}</select>{icon("down")}</span>
                <button class="btn" type="submit" name="intent" value="uploads">{icon("refresh")}{t(r::APPLY_TAGS)}</button>
            </div>
        </div>
        {match question {
            Some(question) => view! { {questions(data)}{states(data, question)} }.into_any(),
            None => view! { <p class="muted" id="uploads">{t(r::NO_QUESTIONS)}</p> }.into_any(),
        }}
        <p class="hint">{t(r::UPLOADS_HINT)}</p>
    }
    .into_any()
}

fn questions(data: &Compose) -> AnyView {
    let options = data.people.questions.iter().map(|question| {
        let here = question.question == data.people.uploads.question;
        let name = format!("{} · {} {}", question.question, t(Upload::Missing.name()), number(question.counts[0]));
        view! { <option value=question.question.clone() selected=here>{name}</option> }
    });
    view! {
        <div class="field">
            <label for="question">{t(r::QUESTION)}</label>
            <div class="row">
                <span class="select input-inline"><select class="input" id="question" name="question">{options.collect_view()}</select>{icon("down")}</span>
            </div>
        </div>
    }
    .into_any()
}

fn states(data: &Compose, question: &Question) -> AnyView {
    let error = error_of(data, "uploads");
    let boxes = Upload::ALL.into_iter().zip(question.counts).map(|(state, count)| {
        let chosen = data.people.uploads.states.contains(&state);
        view! {
            <label class="checkline"><input type="checkbox" name="upload" value=state.word() checked=chosen/>
                <span>{t(state.name())}" "<span class="faint">{number(count)}</span></span></label>
        }
    });
    view! {
        <fieldset class="bare" id="uploads">
            <legend class="label">{t(r::WHO_STANDS)}</legend>
            <div class="picks">{boxes.collect_view()}</div>
            {error.map(|text| crate::ui::form::field_error("uploads", text))}
        </fieldset>
    }
    .into_any()
}
