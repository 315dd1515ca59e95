//! The pages 公众号: the list, the form that adds one, the settings of one.

mod ask;
mod checks;
mod edit;
mod new;
mod parts;

use leptos::prelude::*;

pub use ask::{callback_off, remove_file, remove_title};
pub use edit::{Edit, edit};
pub use new::new;

use super::model::Face;
use crate::ui::{
    blocks::{Tone, badge, empty, page_head},
    icon, t,
    texts::{accounts as w, shell},
};

/// `/accounts`.
pub fn list(faces: Vec<Face>) -> AnyView {
    let add = || view! { <a class="btn btn-primary" href="/accounts/new">{icon("plus")}{t(shell::ADD_ACCOUNT)}</a> };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::ACCOUNTS), Some(t(w::LIST_LINE).to_owned()), (!faces.is_empty()).then(add))}
            {if faces.is_empty() { empty(t(w::NONE), add()) } else { table(faces) }}
        </main>
    }
    .into_any()
}

fn table(faces: Vec<Face>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(shell::ACCOUNTS)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(w::NAME)}</th>
                    <th scope="col">"AppID"</th>
                    <th scope="col">{t(w::JS_DOMAINS)}</th>
                    <th scope="col">{t(w::CALLBACK)}</th>
                    <th scope="col">"AppSecret"</th>
                </tr>
            </thead>
            <tbody>{faces.into_iter().map(line).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn line(face: Face) -> AnyView {
    let callback =
        if face.has_callback_token { badge(Tone::Ok, t(parts::mode_name(face.callback_mode))) } else { badge(Tone::Plain, t(w::OFF)) };
    let secret = if face.has_secret { badge(Tone::Ok, t(w::SET)) } else { badge(Tone::Bad, t(w::SECRET_MISSING)) };
    let domains = if face.js_domains.is_empty() { "—".to_owned() } else { face.js_domains.join(" ") };
    view! {
        <tr>
            <td><a href=format!("/accounts/{}", face.app_id)>{face.name}</a>{face.sandbox.then(|| view! { " "{badge(Tone::Plain, t(w::SANDBOX))} })}</td>
            <td class="mono">{face.app_id.clone()}</td>
            <td class="mono muted">{domains}</td>
            <td>{callback}</td>
            <td>{secret}</td>
        </tr>
    }
    .into_any()
}
