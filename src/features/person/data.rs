//! The page about one person's data: what there is, the export, and the way to erase it.

use leptos::prelude::*;

use super::{model::Kinds, page::encoded};
use crate::ui::{
    blocks::{self, Tone, notice},
    form::{describe, field_error},
    href, icon, t,
    texts::{person as w, views},
};

/// Where counting stopped.
const MOST: i64 = 10_000;

/// Another name of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The openid or user_id.
    pub name: String,
    /// What there is by it.
    pub kinds: Kinds,
}

/// Everything the page is told.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// The openid or user_id that was asked for.
    pub id: String,
    /// What there is by it.
    pub kinds: Kinds,
    /// Other names, as the lists of people have them.
    pub others: Vec<Named>,
    /// Which of these were ticked.
    pub also: Vec<String>,
    /// What was typed to confirm.
    pub typed: String,
    /// Why nothing was done: a stable word, and a sentence.
    pub refused: Option<(&'static str, String)>,
}

/// The page.
pub fn data(shown: Data) -> AnyView {
    let path = href(&format!("/people/{}", encoded(&shown.id)));
    let action = format!("{path}/data");
    let viewed = format!("{}?user={}", href("/media/views"), encoded(&shown.id));
    let (typed, wrong) = match &shown.refused {
        Some(("not_confirmed", why)) => (None, Some(why.clone())),
        Some((_, why)) => (Some(why.clone()), None),
        None => (None, None),
    };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=path>{shown.id.clone()}</a></nav>
            {blocks::page_head(t(w::DATA), Some(t(w::DATA_LINE).to_owned()), ())}
            {typed.map(|why| view! { <div role="alert">{notice(Tone::Bad, view! { <p>{why}</p> })}</div> })}
            {facts(&shown.kinds)}
            <section class="block" aria-labelledby="head-export">
                <header><h2 id="head-export">{t(w::EXPORT)}</h2></header>
                <form class="stack" method="post" action=action.clone()>
                    <p class="muted">{t(w::EXPORT_LINE)}</p>
                    {also("export", &shown)}
                    <input type="hidden" name="intent" value="export"/>
                    <div class="row"><button class="btn btn-primary" type="submit">{icon("zip")}{t(w::EXPORT_NOW)}</button></div>
                </form>
            </section>
            <p><a href=viewed>{t(views::ALL_OF)}</a></p>
            <section class="block" aria-labelledby="head-erase">
                <header><h2 id="head-erase">{t(w::ERASE)}</h2></header>
                <form class="stack" method="post" action=action novalidate>
                    <p class="muted">{t(w::ERASE_LINE)}</p>
                    {notice(Tone::Warn, view! { <p>{t(w::ERASE_STAYS)}</p> })}
                    {also("erase", &shown)}
                    <input type="hidden" name="intent" value="erase"/>
                    {confirm(&shown, wrong)}
                    <div class="row"><button class="btn btn-danger-solid" type="submit">{icon("trash")}{t(w::ERASE_NOW)}</button></div>
                </form>
            </section>
        </main>
    }
    .into_any()
}

fn counted(count: i64) -> String {
    if count >= MOST { format!("{}+", blocks::number(MOST)) } else { blocks::number(count) }
}

fn facts(kinds: &Kinds) -> AnyView {
    let listed = t(if kinds.listed { w::YES } else { w::NO });
    view! {
        <dl class="kv box">
            <div><dt>{t(w::PICTURES)}</dt><dd>{counted(kinds.pictures)}</dd></div>
            <div><dt>{t(w::MESSAGES)}</dt><dd>{counted(kinds.messages)}</dd></div>
            <div><dt>{t(w::EVENTS)}</dt><dd>{counted(kinds.events)}</dd></div>
            <div><dt>{t(w::LISTED)}</dt><dd>{listed}</dd></div>
        </dl>
    }
    .into_any()
}

/// Boxes for the other names; none is ticked before, because a list may be wrong.
fn also(form: &'static str, shown: &Data) -> AnyView {
    if shown.others.is_empty() {
        return ().into_any();
    }
    let boxes = shown.others.iter().enumerate().map(|(at, other)| {
        let id = format!("{form}-also-{at}");
        let told = format!(
            "{} {} · {} {} · {} {}",
            t(w::PICTURES),
            counted(other.kinds.pictures),
            t(w::MESSAGES),
            counted(other.kinds.messages),
            t(w::EVENTS),
            counted(other.kinds.events)
        );
        let ticked = shown.also.contains(&other.name);
        let for_id = id.clone();
        view! {
            <label class="checkline" for=for_id>
                <input type="checkbox" id=id name="also" value=other.name.clone() checked=ticked/>
                <span><span class="mono">{other.name.clone()}</span>" "<span class="faint">{told}</span></span>
            </label>
        }
    });
    view! { <fieldset class="stack"><legend>{t(w::ALSO)}</legend>{boxes.collect_view()}</fieldset> }.into_any()
}

fn confirm(shown: &Data, wrong: Option<String>) -> AnyView {
    let described = describe("confirm", true, wrong.is_some());
    let invalid = wrong.is_some().then_some("true");
    view! {
        <div class="field">
            <label for="confirm">{t(w::CONFIRM)}</label>
            <input class="input mono" id="confirm" name="confirm" value=shown.typed.clone() autocomplete="off" spellcheck="false"
                aria-describedby=described aria-invalid=invalid required/>
            <p class="hint mono" id="confirm-hint">{shown.id.clone()}</p>
            {wrong.map(|why| view! { <div role="alert">{field_error("confirm", why)}</div> })}
        </div>
    }
    .into_any()
}
