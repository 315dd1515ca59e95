//! The page 接口文档.

use leptos::prelude::*;

use super::model::{Group, Operation, Parameter};
use crate::ui::{
    blocks::{Tone, badge, page_head},
    icon, t,
    texts::{settings as w, shell},
};

/// The page.
pub fn docs(groups: &[Group]) -> AnyView {
    let file = view! { <a class="btn" href="/api/v1/openapi.json">{icon("download")}{t(w::OPENAPI)}</a> };
    let links = groups.iter().map(|group| view! { <a class="chip" href=format!("#{}", group.name)>{group.name.clone()}</a> });
    view! {
        <main id="main" class="page docs">
            {page_head(t(shell::DOCS), Some(t(w::DOCS_LINE).to_owned()), file)}
            <div class="docs-intro"><p>{t(w::DOCS_KEY)}</p><p>{t(w::DOCS_PROBLEM)}</p></div>
            <nav class="chips" aria-label=t(w::CONTENTS)>{links.collect_view()}</nav>
            {groups.iter().map(group).collect_view()}
        </main>
    }
    .into_any()
}

fn group(group: &Group) -> AnyView {
    view! {
        <section class="docs-group" aria-labelledby=group.name.clone()>
            <h2 id=group.name.clone()>{group.name.clone()}</h2>
            {group.operations.iter().map(operation).collect_view()}
        </section>
    }
    .into_any()
}

fn operation(operation: &Operation) -> AnyView {
    let anchor = operation.anchor();
    let scopes: Vec<_> = operation.scopes.iter().map(|scope| view! { <code>{scope.clone()}</code> }).collect();
    let key = if scopes.is_empty() { badge(Tone::Plain, t(w::NO_KEY)) } else { view! { <span>{t(w::SCOPE)}" "{scopes}</span> }.into_any() };
    let label = format!("{} {} {}", t(w::EXAMPLE), operation.method, operation.path);
    view! {
        <article class="box call" aria-labelledby=anchor.clone()>
            <header>
                <h3 id=anchor.clone()><span class="verb">{operation.method.clone()}</span>" "<span class="mono">{operation.path.clone()}</span></h3>
                <span class="faint">{key}</span>
            </header>
            <p>{operation.summary.clone()}</p>
            {(!operation.description.is_empty()).then(|| view! { <p class="muted">{operation.description.clone()}</p> })}
            {(!operation.parameters.is_empty()).then(|| parameters(&operation.parameters))}
            {operation.body.clone().map(|body| view! { <h4>{t(w::BODY)}</h4><p class="muted">{body}</p> })}
            <h4>{t(w::ANSWERS)}</h4>
            <dl class="answers">
                {operation.answers.iter().map(|(status, meaning)| view! {
                    <div><dt class="mono">{status.clone()}</dt><dd>{meaning.clone()}</dd></div>
                }).collect_view()}
            </dl>
            <h4>{t(w::EXAMPLE)}</h4>
            <pre class="code" tabindex="0" aria-label=label>{operation.example.clone()}</pre>
        </article>
    }
    .into_any()
}

fn parameters(parameters: &[Parameter]) -> AnyView {
    let line = |parameter: &Parameter| {
        let required = parameter.required.then(|| view! { " "<span class="faint">{t(w::REQUIRED)}</span> });
        view! {
            <div>
                <dt><code>{parameter.name.clone()}</code>{required}</dt>
                <dd><span class="faint">{parameter.place.clone()}</span>" "{parameter.meaning.clone()}</dd>
            </div>
        }
    };
    view! { <h4>{t(w::PARAMETERS)}</h4><dl class="answers">{parameters.iter().map(line).collect_view()}</dl> }.into_any()
}
