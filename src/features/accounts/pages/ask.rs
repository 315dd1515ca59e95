//! The pages that ask before something of an account is taken away.

use leptos::prelude::*;

use super::parts::mode_name;
use crate::{
    features::accounts::model::Face,
    shared::lang::Lang,
    ui::{blocks::copy_row, confirm::Confirm, lang, t, texts::accounts as w},
};

/// Before the callback is switched off.
pub fn callback_off(face: Face, public_url: &str) -> AnyView {
    let path = format!("/accounts/{}", face.app_id);
    let forward = face.forward_callback.clone();
    let asked = Confirm::new(t(w::CALLBACK_OFF_ASK), t(w::CALLBACK_OFF_LINE), path.clone(), format!("{path}/callback-off"))
        .from(face.name)
        .fact(w::CALLBACK_URL, view! { <span class="mono">{format!("{public_url}/callback/{}", face.app_id)}</span> })
        .fact(w::CALLBACK_MODE, t(mode_name(face.callback_mode)))
        .button(t(w::CALLBACK_OFF_SURE));
    match forward {
        Some(to) => asked.fact(w::FORWARD, view! { <span class="mono">{to}</span> }).view(),
        None => asked.view(),
    }
}

/// The title of the page before a domain verification file is removed.
pub fn remove_title(name: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("删除验证文件 {name}"),
        Lang::En => format!("Remove the verification file {name}"),
    }
}

/// That page. What is inside is shown, so that it can be put back.
pub fn remove_file(face: &Face, name: &str, text: String, public_url: &str) -> AnyView {
    let path = format!("/accounts/{}", face.app_id);
    let address = format!("{public_url}/{name}");
    Confirm::new(remove_title(name, lang()), t(w::REMOVE_LINE), path.clone(), format!("{path}/files/{name}/remove"))
        .from(face.name.clone())
        .fact(w::FILE_ADDRESS, view! { <span class="mono">{address}</span> })
        .fact(w::FILE_TEXT, copy_row(t(w::FILE_TEXT), None, text))
        .button(t(w::REMOVE_SURE))
        .view()
}
