//! The page 接口文档.

use leptos::prelude::*;

use super::model::{Group, Operation, Parameter, Told};
use crate::{
    shared::{lang::Said, rights::Scope},
    ui::{
        blocks::{Tone, badge, page_head},
        icon, lang, t,
        texts::{refusals, settings as w, shell, webhooks},
    },
};

/// The page.
pub fn docs(groups: &[Group], told: &Told) -> AnyView {
    let file = view! { <a class="btn" href="/api/v1/openapi.json">{icon("download")}{t(w::OPENAPI)}</a> };
    let links = groups.iter().map(|group| view! { <a class="chip" href=format!("#{}", group.tag)>{group.name.get(lang()).to_owned()}</a> });
    view! {
        <main id="main" class="page docs">
            {page_head(t(shell::DOCS), Some(t(w::DOCS_LINE).to_owned()), file)}
            <div class="docs-intro"><p>{t(w::DOCS_KEY)}</p><p>{t(w::DOCS_PROBLEM)}</p></div>
            <nav class="chips" aria-label=t(w::CONTENTS)>{links.collect_view()}<a class="chip" href="#webhooks">"Webhook"</a></nav>
            {groups.iter().map(group).collect_view()}
            {events(told)}
        </main>
    }
    .into_any()
}

fn group(group: &Group) -> AnyView {
    view! {
        <section class="docs-group" aria-labelledby=group.tag.clone()>
            <h2 id=group.tag.clone()>{group.name.get(lang()).to_owned()}</h2>
            {group.operations.iter().map(operation).collect_view()}
        </section>
    }
    .into_any()
}

/// What we tell, where the calls end.
fn events(told: &Told) -> AnyView {
    view! {
        <section class="docs-group" aria-labelledby="webhooks">
            <h2 id="webhooks">"Webhook"</h2>
            <article class="box call" aria-labelledby="webhook-events">
                <header>
                    <h3 id="webhook-events">{t(webhooks::TYPES)}</h3>
                    <a href="/webhooks">{t(webhooks::ENDPOINTS)}</a>
                </header>
                <p>{t(webhooks::TOLD)}</p>
                {answers(&told.events)}
                {parameters(&told.headers)}
                <h4>{t(w::EXAMPLE)}</h4>
                <pre class="code" tabindex="0" aria-label=format!("{} Webhook", t(w::EXAMPLE))>{told.example.clone()}</pre>
            </article>
        </section>
    }
    .into_any()
}

fn operation(operation: &Operation) -> AnyView {
    let anchor = operation.anchor();
    let scopes: Vec<_> = operation.scopes.iter().map(|scope| scope_of(scope)).collect();
    let key = if scopes.is_empty() { badge(Tone::Plain, t(w::NO_KEY)) } else { view! { <span>{t(w::SCOPE)}" "{scopes}</span> }.into_any() };
    let label = format!("{} {} {}", t(w::EXAMPLE), operation.method, operation.path);
    view! {
        <article class="box call" aria-labelledby=anchor.clone()>
            <header>
                <h3 id=anchor.clone()><span class="verb">{operation.method.clone()}</span>" "<span class="mono">{operation.path.clone()}</span></h3>
                <span class="faint">{key}</span>
            </header>
            <p>{text(&operation.summary)}</p>
            {(!operation.description.en.is_empty()).then(|| view! { <p class="muted">{text(&operation.description)}</p> })}
            {(!operation.parameters.is_empty()).then(|| parameters(&operation.parameters))}
            {operation.body.as_ref().map(|body| view! { <h4>{t(w::BODY)}</h4><p class="muted">{text(body)}</p> })}
            <h4>{t(w::ANSWERS)}</h4>
            {answers(&operation.answers)}
            {(!operation.shared.is_empty()).then(|| view! {
                <details><summary class="muted">{t(refusals::SHARED)}</summary>{answers(&operation.shared)}</details>
            })}
            <h4>{t(w::EXAMPLE)}</h4>
            <pre class="code" tabindex="0" aria-label=label>{operation.example.get(lang()).to_owned()}</pre>
        </article>
    }
    .into_any()
}

fn answers(answers: &[(String, Said)]) -> AnyView {
    let line = |(status, meaning): &(String, Said)| view! { <div><dt class="mono">{status.clone()}</dt><dd>{text(meaning)}</dd></div> };
    view! { <dl class="answers">{answers.iter().map(line).collect_view()}</dl> }.into_any()
}

/// A scope and what it allows.
fn scope_of(word: &str) -> AnyView {
    let meaning = Scope::parse(word).map(|scope| view! { " "{t(scope.meaning())} });
    view! { <code>{word.to_owned()}</code>{meaning} }.into_any()
}

/// A sentence whose names stand between backquotes.
fn text(said: &Said) -> AnyView {
    let pieces = said.get(lang()).split('`').map(str::to_owned).enumerate();
    pieces
        .map(|(at, piece)| if at % 2 == 1 { view! { <code>{piece}</code> }.into_any() } else { piece.into_any() })
        .collect_view()
        .into_any()
}

fn parameters(parameters: &[Parameter]) -> AnyView {
    let line = |parameter: &Parameter| {
        let required = parameter.required.then(|| view! { " "<span class="faint">{t(w::REQUIRED)}</span> });
        view! {
            <div>
                <dt><code>{parameter.name.clone()}</code>{required}</dt>
                <dd><span class="faint">{text(&parameter.place)}</span>" "{text(&parameter.meaning)}</dd>
            </div>
        }
    };
    view! { <h4>{t(w::PARAMETERS)}</h4><dl class="answers">{parameters.iter().map(line).collect_view()}</dl> }.into_any()
}
