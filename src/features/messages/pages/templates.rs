//! `/templates` and one template: what WeChat has, and what may stand in each field.

use leptos::prelude::*;

use super::{
    card::{Card, card},
    crumb,
};
use crate::{
    features::messages::model::{Change, Channel, Data, Found, TemplateField, short_id},
    ui::{
        blocks::{Tone, badge, counted, empty, enumerated, moment, notice, post_button},
        href, icon,
        snippets::Call,
        t,
        texts::{compose, messages, templates as w},
    },
};

/// A template as the pages show it.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// The long id.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// Industries, where WeChat names them.
    pub industry: String,
    /// Its placeholders.
    pub fields: Vec<TemplateField>,
    /// WeChat's example, by key.
    pub example: Data,
    /// Whether it is from before the category library.
    pub legacy: bool,
    /// By which call its messages go out.
    pub channel: Channel,
    /// Whether WeChat lists it no more.
    pub gone: bool,
    /// When WeChat last listed it (Unix milliseconds).
    pub seen_at: i64,
    /// When it was last sent (Unix milliseconds).
    pub last_used_at: Option<i64>,
}

/// What the person may do here.
#[derive(Clone, Copy, Debug)]
pub struct Hands {
    /// Compose with a template.
    pub send: bool,
    /// Add and delete templates.
    pub keep: bool,
}

/// The list.
pub fn list(templates: Vec<Shown>, synced_at: Option<i64>, found: Option<Found>, failed: Option<String>, hands: Hands) -> AnyView {
    let sync = || post_button(href("/templates"), "sync", "btn", view! { {icon("refresh")}{t(w::SYNC)} });
    let line = match synced_at {
        Some(at) => view! { <p>{t(w::SYNCED_AT)}{moment(at)}</p> }.into_any(),
        None => view! { <p>{t(w::NEVER_SYNCED)}</p> }.into_any(),
    };
    let add = hands.keep.then(|| view! { <a class="btn" href=href("/templates/library")>{icon("plus")}{t(w::ADD)}</a> });
    let body = if templates.is_empty() { empty(t(w::EMPTY), sync()) } else { table(templates, hands.send) };
    view! {
        <main id="main" class="page">
            <div class="page-head"><div><h1>{t(w::TITLE)}</h1>{line}</div><div class="row">{add}{sync()}</div></div>
            {found.map(differences)}
            {failed.map(|why| notice(Tone::Bad, view! { <p>{t(compose::SYNC_FAILED)}{why}</p> }))}
            {body}
        </main>
    }
    .into_any()
}

/// What the last synchronisation that found anything found.
fn differences(found: Found) -> AnyView {
    let lines = found.differences.into_iter().map(|one| {
        let keys =
            |sign: &'static str, keys: Vec<String>| keys.into_iter().map(move |key| view! { " "<code>{sign}{key}</code> }).collect_view();
        let (tone, word, more) = match one.change {
            Change::Added => (Tone::Ok, w::ADDED, ().into_any()),
            Change::Gone => (Tone::Warn, w::IS_GONE, ().into_any()),
            Change::Changed { more, less, was } => {
                let was = was.map(|title| view! { " "<del>{title}</del> });
                (Tone::Run, w::CHANGED, view! { {was}{keys("+", more)}{keys("−", less)} }.into_any())
            }
        };
        view! { <li>{badge(tone, t(word))}" "{one.title}{more}</li> }
    });
    view! {
        <section class="block" aria-labelledby="head-found">
            <header><h2 id="head-found">{t(w::FOUND)}</h2><span class="faint">{moment(found.at)}</span></header>
            <ul class="box differences">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn state(template: &Shown) -> AnyView {
    match (template.gone, template.legacy, template.channel) {
        (true, ..) => badge(Tone::Plain, t(w::GONE)),
        (false, true, _) => badge(Tone::Warn, t(w::LEGACY)),
        (false, false, Channel::Template) => badge(Tone::Ok, t(w::USABLE)),
        (false, false, Channel::Subscribe) => badge(Tone::Plain, t(messages::NOTIFICATION)),
    }
}

fn table(templates: Vec<Shown>, may_send: bool) -> AnyView {
    let rows = templates.into_iter().map(|template| {
        let to = href(&format!("/templates/{}", template.template_id));
        let send = format!("{}?template={}", href("/send"), template.template_id);
        let count = counted(i64::try_from(template.fields.len()).unwrap_or(0), "个", "field", "fields");
        let used = template.last_used_at.map_or_else(|| view! { <span class="faint">{t(w::NEVER)}</span> }.into_any(), moment);
        let labels = template.fields.iter().map(|field| if field.label.is_empty() { &field.key } else { &field.label });
        let labels = enumerated(&labels.map(String::as_str).collect::<Vec<_>>());
        let usable = may_send && !template.gone;
        view! {
            <tr>
                <td><a href=to>{template.title.clone()}</a><div class="faint mono">{short_id(&template.template_id)}</div></td>
                <td class="to-end">{state(&template)}</td>
                <td class="muted">{labels}<div class="faint">{count}</div></td>
                <td class="muted to-end">{used}</td>
                <td class="num desk">{usable.then(|| view! { <a class="btn btn-sm" href=send>{t(w::SEND)}</a> })}</td>
            </tr>
        }
    });
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::CAPTION)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(w::NAME)}</th><th scope="col">{t(w::STATE)}</th><th scope="col">{t(w::FIELDS)}</th>
                    <th scope="col">{t(w::LAST_USED)}</th><th scope="col"><span class="sr-only">{t(w::SEND)}</span></th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// One template.
pub fn detail(template: Shown, hands: Hands) -> AnyView {
    let send = format!("{}?template={}", href("/send"), template.template_id);
    let action = (hands.send && !template.gone).then(|| view! { <a class="btn btn-primary" href=send>{icon("send")}{t(w::SEND)}</a> });
    let delete = (hands.keep && !template.gone && template.channel == Channel::Template).then(|| {
        let ask = format!("{}?ask=delete", href(&format!("/templates/{}", template.template_id)));
        view! { <a class="btn btn-danger" href=ask>{t(w::DELETE)}</a> }
    });
    let drawn = Card::new(template.title.clone(), &template.fields, &template.example, false);
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/templates"), t(w::TITLE), template.title.clone())}
                    <div class="row"><h1>{template.title.clone()}</h1>{state(&template)}</div>
                </div>
                <div class="row">{delete}{action}</div>
            </div>
            {template.gone.then(|| notice(Tone::Warn, view! { <p>{t(w::GONE_NOTE)}</p> }))}
            {(template.channel == Channel::Subscribe).then(|| notice(Tone::Plain, view! { <p>{t(w::NOTIFICATION_NOTE)}</p> }))}
            {(template.legacy && !template.gone).then(|| notice(Tone::Warn, view! { <p>{t(compose::LEGACY_NOTE)}</p> }))}
            <div class="split">
                <div class="stack">{fields_table(&template.fields)}{api(&template)}</div>
                <div class="stack">
                    <section class="block" aria-labelledby="head-example">
                        <header><h2 id="head-example">{t(w::EXAMPLE_HEAD)}</h2></header>
                        <div class="wx-stage">{card(drawn)}</div>
                        {facts(&template)}
                    </section>
                </div>
            </div>
        </main>
    }
    .into_any()
}

fn facts(template: &Shown) -> AnyView {
    let industry =
        (!template.industry.is_empty()).then(|| view! { <div><dt>{t(w::INDUSTRY)}</dt><dd>{template.industry.clone()}</dd></div> });
    view! {
        <dl class="kv kv-foot">
            <div><dt>{t(w::TEMPLATE_ID)}</dt><dd class="mono">{template.template_id.clone()}</dd></div>
            {industry}
            <div><dt>{t(w::SEEN)}</dt><dd>{moment(template.seen_at)}</dd></div>
            <div><dt>{t(w::LAST_USED)}</dt><dd>{template.last_used_at.map_or_else(|| t(w::NEVER).into_any(), moment)}</dd></div>
        </dl>
    }
    .into_any()
}

fn fields_table(fields: &[TemplateField]) -> AnyView {
    let rows = fields.iter().map(|field| {
        let label = if field.label.is_empty() { "—".to_owned() } else { field.label.clone() };
        view! { <tr><td>{label}</td><td class="to-end"><code>{field.key.clone()}</code></td><td class="muted">{t(field.kind.rule())}</td></tr> }
    });
    view! {
        <section class="block" aria-labelledby="head-fields">
            <header><h2 id="head-fields">{t(w::FIELDS_HEAD)}</h2></header>
            <table class="table table-cards">
                <caption class="sr-only">{t(w::FIELDS_HEAD)}</caption>
                <thead><tr><th scope="col">{t(w::LABEL)}</th><th scope="col">{t(w::KEY)}</th><th scope="col">{t(w::RULE)}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// The call that sends it; values are WeChat's own example.
fn api(template: &Shown) -> AnyView {
    let values = template.fields.iter().map(|field| (field.key.clone(), template.example.get(&field.key).into()));
    let data = serde_json::Value::Object(values.collect());
    let body = serde_json::json!({"touser": "OPENID", "template_id": template.template_id, "data": data});
    let path = if template.channel == Channel::Subscribe { "/api/v1/subscribe-messages" } else { "/api/v1/messages" };
    Call::post(path, body).block("head-api", w::API_HEAD)
}
