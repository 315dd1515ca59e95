//! Parts of the account forms.

use leptos::prelude::*;

use crate::{
    features::accounts::model::{CallbackMode, TokenMode},
    shared::lang::Text,
    ui::{
        copy::CopyText,
        form::{Refused, describe, field_error},
        icon, lang, t,
        texts::accounts as w,
    },
};

/// A choice of a few words.
pub(super) fn choice(name: &'static str, label: Text, chosen: &str, options: Vec<(&'static str, Text)>, refused: &Refused) -> AnyView {
    let error = refused.of(name).map(|said| said.get(lang()).to_owned());
    let options: Vec<_> =
        options.into_iter().map(|(word, name)| view! { <option value=word selected=word == chosen>{t(name)}</option> }).collect();
    view! {
        <div class="field">
            <label for=name>{t(label)}</label>
            <span class="select">
                <select class="input" id=name name=name aria-describedby=describe(name, false, error.is_some())
                    aria-invalid=error.is_some().then_some("true")>{options}</select>
                {icon("down")}
            </span>
            {error.map(|text| field_error(name, text))}
        </div>
    }
    .into_any()
}

/// A text to be taken elsewhere: a field to select from and, with scripts, a button that copies it.
pub(super) fn copy_row(id: &'static str, label: Text, text: String) -> AnyView {
    view! {
        <div class="field">
            <label for=id>{t(label)}</label>
            <div class="copyrow">
                <input class="input mono" id=id readonly value=text.clone()/>
                <CopyText text label=t(w::COPY).to_owned() done=t(w::COPIED).to_owned()/>
            </div>
        </div>
    }
    .into_any()
}

/// The ways to fetch the access token.
pub(super) fn token_modes() -> Vec<(&'static str, Text)> {
    vec![(TokenMode::Stable.word(), w::TOKEN_STABLE), (TokenMode::Classic.word(), w::TOKEN_CLASSIC)]
}

/// Whether the card ticket is kept.
pub(super) fn card_tickets() -> Vec<(&'static str, Text)> {
    vec![("off", w::CARD_OFF), ("on", w::CARD_ON)]
}

/// The ways pushes are protected.
pub(super) fn callback_modes() -> Vec<(&'static str, Text)> {
    [CallbackMode::Plain, CallbackMode::Compatible, CallbackMode::Safe].map(|mode| (mode.word(), mode_name(mode))).into()
}

/// A way of protection, in words.
pub(super) fn mode_name(mode: CallbackMode) -> Text {
    match mode {
        CallbackMode::Plain => w::MODE_PLAIN,
        CallbackMode::Compatible => w::MODE_COMPATIBLE,
        CallbackMode::Safe => w::MODE_SAFE,
    }
}
