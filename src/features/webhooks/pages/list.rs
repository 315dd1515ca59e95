//! `/webhooks`.

use leptos::prelude::*;

use super::{Typed, fields, secret, stands};
use crate::{
    features::webhooks::model::Endpoint,
    ui::{
        blocks::{empty, page_head},
        form::error_summary,
        href, t,
        texts::{shell, webhooks as w},
    },
};

/// The page. `fresh` is the secret of an endpoint that was just added.
pub fn view(endpoints: Vec<Endpoint>, fresh: Option<String>, typed: Typed) -> AnyView {
    let list = if endpoints.is_empty() { empty(t(w::EMPTY), ()) } else { table(endpoints) };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::WEBHOOKS), Some(t(w::LINE).to_owned()), ())}
            {fresh.map(|fresh| secret(fresh, href("/webhooks")))}
            <div class="split">
                <section class="block" aria-labelledby="h-all"><header><h2 id="h-all">{t(w::ALL)}</h2></header>{list}</section>
                <section class="block" aria-labelledby="h-new">
                    <header><h2 id="h-new">{t(w::NEW)}</h2></header>
                    <form class="box newkey" method="post" action=href("/webhooks")>
                        {error_summary(&typed.refused)}
                        {fields(&typed)}
                        <button class="btn center" type="submit">{t(w::CREATE)}</button>
                    </form>
                </section>
            </div>
        </main>
    }
    .into_any()
}

fn table(endpoints: Vec<Endpoint>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::ALL)}</caption>
            <thead><tr><th scope="col">{t(w::URL)}</th><th scope="col">{t(w::STATE)}</th><th scope="col">{t(w::TYPES)}</th></tr></thead>
            <tbody>{endpoints.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(endpoint: Endpoint) -> AnyView {
    let to = href(&format!("/webhooks/{}", endpoint.id));
    let url = (!endpoint.description.is_empty()).then(|| view! { <div class="faint mono break">{endpoint.url.clone()}</div> });
    view! {
        <tr>
            <td><a class="break" href=to>{endpoint.name().to_owned()}</a>{url}</td>
            <td class="to-end">{stands(&endpoint)}</td>
            <td class="muted mono">{endpoint.types.join(" ")}</td>
        </tr>
    }
    .into_any()
}
