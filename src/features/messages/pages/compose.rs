//! `/send`: template, content, recipients, and the phone that shows what comes of it.

use leptos::prelude::*;

use super::{
    card,
    compose_bar::{send_bar, stepper},
    phone::phone,
    picker::{Choice, Picker, picker},
    recipients::{self, People, Tab},
};
use crate::{
    features::messages::{
        islands::Composer,
        model::{Content, Data, Kind, Target, TemplateField, has_variables, short_id},
    },
    shared::{rights::Right, time},
    ui::{
        blocks::{Tone, badge, empty, notice, number},
        form::{Refused, describe, error_summary},
        frame, href, icon, lang,
        snippets::Call,
        t,
        texts::{compose as w, messages, recipients as r, snippets},
    },
};

/// The chosen template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The long id.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// Industries, where WeChat names them.
    pub industry: String,
    /// Its placeholders.
    pub fields: Vec<TemplateField>,
    /// Whether it is from before the category library.
    pub legacy: bool,
}

/// Everything the page shows.
#[derive(Clone, Debug, Default)]
pub struct Compose {
    /// The account's name, on the phone.
    pub account: String,
    /// Whether only tests to oneself may be sent from here.
    pub testing: bool,
    /// The draft's id; empty for a new one.
    pub draft: String,
    /// When it was last saved (Unix milliseconds).
    pub saved_at: Option<i64>,
    /// Templates to choose from.
    pub choices: Vec<Choice>,
    /// The chosen one.
    pub chosen: Option<Chosen>,
    /// What is typed.
    pub content: Content,
    /// What was typed for keys that only other templates have; it comes back with them.
    pub aside: Vec<(String, String)>,
    /// The list of templates to choose from, where it was asked for.
    pub picker: Picker,
    /// Recipients as pasted.
    pub pasted: String,
    /// Who gets it.
    pub people: People,
    /// Whose message the preview shows.
    pub shown: Shown,
    /// The longest value of each field that varies, in characters.
    pub lengths: Vec<(String, usize)>,
    /// The person's other drafts: id, title, when saved (Unix milliseconds).
    pub drafts: Vec<(String, String, i64)>,
    /// What was refused.
    pub refused: Refused,
    /// Whether the person bound an openid for tests.
    pub can_test: bool,
    /// Why the templates could not be fetched.
    pub sync_failed: Option<String>,
}

/// The person whose message the preview shows.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// What the person is called.
    pub name: String,
    /// The place on the list, from 0.
    pub at: usize,
    /// How long the list is.
    pub of: usize,
    /// The values.
    pub data: Data,
}

/// The page.
pub fn page(data: Compose) -> AnyView {
    let Some(chosen) = data.chosen.clone() else { return without_template(data) };
    let drawn = card::Card::new(chosen.title.clone(), &chosen.fields, &data.shown.data, data.content.target != Target::None);
    let place = if data.testing { "/send/test" } else { "/send" };
    view! {
        <main id="main" class="compose">
            <form class="compose-main" method="post" action=href(place) id="composer" novalidate data-again="preview"
                data-autosave=(!data.testing).then_some("") enctype=(data.people.tab == Tab::File).then_some("multipart/form-data")>
                <div class="compose-form">
                    {head(&data)}
                    {drafts(&data)}
                    {error_summary(&data.refused)}
                    // The first button is what Enter presses in a field: a preview, never a step.
                    <button class="sr-only" type="submit" name="intent" value="preview" tabindex="-1" aria-hidden="true">
                        {t(w::UPDATE_PREVIEW)}
                    </button>
                    <input type="hidden" name="draft" value=data.draft.clone()/>
                    <input type="hidden" name="at" value=data.shown.at.to_string()/>
                    {template_step(&data, &chosen)}
                    {content_step(&data, &chosen)}
                    <details class="preview-inline hand" open>
                        <summary>{icon("phone")}{t(w::PREVIEW)}{icon("down")}</summary>
                        {card::card(drawn.clone())}
                    </details>
                    {(!data.testing).then(|| recipients::step(&data))}
                    {(!data.testing && frame().may(Right::OwnKeys)).then(|| call(&data, &chosen))}
                </div>
                {send_bar(&data)}
            </form>
            <aside class="compose-side" aria-label=t(w::PREVIEW_LABEL)>
                <div>
                    <header>
                        <h2>{t(w::PREVIEW)}</h2>
                        <fieldset class="segmented bare" data-js="">
                            <legend class="sr-only">{t(w::LOOK)}</legend>
                            <label><input type="radio" name="look" value="light" checked/>{t(w::LIGHT)}</label>
                            <label><input type="radio" name="look" value="dark"/>{t(w::DARK)}</label>
                        </fieldset>
                    </header>
                    {phone(data.account.clone(), drawn)}
                    {stepper(&data.shown)}
                    <Composer lang=lang()/>
                </div>
            </aside>
            <form method="post" action=href("/send") id="drop-draft"><input type="hidden" name="intent" value="delete"/></form>
        </main>
    }
    .into_any()
}

/// The same message to many by the API, folded away: the values as they are typed.
fn call(data: &Compose, chosen: &Chosen) -> AnyView {
    let values = chosen.fields.iter().map(|field| (field.key.clone(), data.content.data.get(&field.key).into()));
    let values = serde_json::Value::Object(values.collect());
    let mut body = serde_json::json!({"template_id": chosen.template_id, "data": values, "recipients": [{"touser": "OPENID"}]});
    if let Some(url) = data.content.url() {
        body["url"] = url.into();
    }
    let block = Call::post("/api/v1/batches", body).block("head-call", w::CALL_HEAD);
    view! { <details class="drafts"><summary>{t(snippets::TITLE)}</summary>{block}</details> }.into_any()
}

fn drafts(data: &Compose) -> AnyView {
    if data.drafts.is_empty() {
        return ().into_any();
    }
    let lines = data.drafts.iter().map(|(id, title, at)| {
        let title = if title.is_empty() { t(r::UNTITLED).to_owned() } else { title.clone() };
        let spoken = crate::ui::blocks::about(t(r::DELETE), &format!("{title} {}", time::clock(*at)));
        view! {
            <li class="row">
                <a href=format!("{}?draft={id}", href("/send"))>{title}</a><span class="faint">{crate::ui::blocks::moment(*at)}</span>
                <button class="btn btn-ghost btn-sm" type="submit" form="drop-draft" name="draft" value=id.clone() aria-label=spoken>{t(r::DELETE)}</button>
            </li>
        }
    });
    view! {
        <details class="drafts">
            <summary>{format!("{} ({})", t(r::DRAFTS), data.drafts.len())}</summary>
            <ul>{lines.collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn head(data: &Compose) -> AnyView {
    let line = data.saved_at.map_or_else(|| t(w::NOTHING_SENT).to_owned(), |at| format!("{} {}", t(w::SAVED_AT), time::clock(at)));
    let (title, line) = if data.testing { (w::TEST_TITLE, t(w::TEST_LINE).to_owned()) } else { (w::TITLE, line) };
    view! {
        <div class="page-head">
            <div><h1>{t(title)}</h1><p data-saved="">{line}</p></div>
            <a class="btn btn-ghost btn-sm hand" href=href("/")>{icon("left")}{t(w::BACK)}</a>
        </div>
    }
    .into_any()
}

fn without_template(data: Compose) -> AnyView {
    let failed = data.sync_failed.map(|why| notice(Tone::Bad, view! { <p>{t(w::SYNC_FAILED)}{why}</p> }));
    let action = (!data.testing).then(|| view! { <a class="btn btn-primary" href=href("/templates")>{t(w::TO_TEMPLATES)}</a> });
    view! {
        <main id="main" class="page">
            {crate::ui::blocks::page_head(t(if data.testing { w::TEST_TITLE } else { w::TITLE }), None, ())}
            {failed}
            {empty(t(w::NO_TEMPLATE), action)}
        </main>
    }
    .into_any()
}

fn template_step(data: &Compose, chosen: &Chosen) -> AnyView {
    let meta = {
        let count = crate::ui::blocks::counted(i64::try_from(chosen.fields.len()).unwrap_or(0), "个字段", "field", "fields");
        if chosen.industry.is_empty() { count } else { format!("{} · {count}", chosen.industry) }
    };
    let notification = data.choices.iter().any(|choice| choice.template_id == chosen.template_id && choice.notification);
    let aside = data.aside.iter().map(|(key, value)| {
        view! { <input type="hidden" name=format!("data.{key}") value=value.clone()/> }
    });
    view! {
        <section class="step" aria-labelledby="step-template">
            <header>
                <h2 id="step-template">{t(w::TEMPLATE)}</h2>
                {notification.then(|| badge(Tone::Plain, t(messages::NOTIFICATION)))}
                {chosen.legacy.then(|| badge(Tone::Warn, t(w::LEGACY)))}
            </header>
            <div class="tpl">
                <div>
                    <b>{chosen.title.clone()}</b>
                    <p>{meta}" · "<code>{short_id(&chosen.template_id)}</code></p>
                </div>
                <button class="btn btn-sm" type="submit" name="intent" value="pick" data-pick="" aria-haspopup="dialog">{t(w::CHANGE)}</button>
            </div>
            <input type="hidden" name="template" value=chosen.template_id.clone()/>
            {aside.collect_view()}
            {picker(&data.picker, &data.choices, &chosen.template_id)}
            {chosen.legacy.then(|| notice(Tone::Warn, view! { <p>{t(w::LEGACY_NOTE)}</p> }))}
        </section>
    }
    .into_any()
}

fn content_step(data: &Compose, chosen: &Chosen) -> AnyView {
    let last = chosen.fields.len().saturating_sub(1);
    let odd = chosen.fields.len() % 2 == 1;
    let fields = chosen.fields.iter().enumerate().map(|(at, field)| value_field(data, field, odd && at == last)).collect_view();
    view! {
        <section class="step" aria-labelledby="step-content">
            <header>
                <h2 id="step-content">{t(w::CONTENT)}</h2>
                <button class="btn btn-ghost btn-sm" type="submit" name="intent" value="preview">{icon("refresh")}{t(w::UPDATE_PREVIEW)}</button>
            </header>
            <div class="fields">{fields}{target_field(data)}</div>
        </section>
    }
    .into_any()
}

/// The counter of a value: `9/20`; nothing where the form decides.
pub fn counter(kind: Kind, value: &str) -> String {
    kind.most().map(|most| format!("{}/{most}", value.chars().count())).unwrap_or_default()
}

fn value_field(data: &Compose, field: &TemplateField, wide: bool) -> AnyView {
    let name = format!("data.{}", field.key);
    let value = data.content.data.get(&field.key).to_owned();
    let error = data.refused.of(&name).map(|said| said.get(lang()).to_owned());
    let bad = error.is_some();
    let longest = data.lengths.iter().find(|(key, longest)| *key == field.key && *longest > 0);
    let longest = longest.map(|(_, longest)| view! { <p class="hint">{t(r::LONGEST_VALUE)}{count(*longest)}</p> });
    let counter = match has_variables(&value) {
        // How long it becomes for the person whose message is shown.
        true if data.shown.of > 0 => counter(field.kind, data.shown.data.get(&field.key)),
        true => String::new(),
        false => counter(field.kind, &value),
    };
    let label = if field.label.is_empty() { field.key.clone() } else { field.label.clone() };
    view! {
        <div class=if wide { "field wide" } else { "field" }>
            <label for=name.clone()>
                {label}<code class="label-key">{field.key.clone()}</code>
                <span class="label-end" data-count=field.key.clone()>{counter}</span>
            </label>
            <input class="input" type="text" id=name.clone() name=name.clone() value=value autocomplete="off"
                aria-describedby=describe(&name, true, true) aria-invalid=bad.then_some("true")/>
            <p class="hint" id=format!("{name}-hint")>{t(field.kind.rule())}</p>
            {longest}
            <p class="field-error" id=format!("{name}-error") data-fault=field.key.clone() hidden=!bad>
                {icon("error")}<span>{error}</span>
            </p>
        </div>
    }
    .into_any()
}

fn plain_field(
    data: &Compose,
    class: &'static str,
    name: &'static str,
    label: &'static str,
    value: &str,
    hint: Option<&'static str>,
) -> AnyView {
    let error = data.refused.of(name).map(|said| said.get(lang()).to_owned());
    view! {
        <div class=class>
            <label for=name>{label}</label>
            <input class="input" type="text" id=name name=name value=value.to_owned() autocomplete="off" spellcheck="false"
                inputmode=(name == "url").then_some("url")
                aria-describedby=describe(name, hint.is_some(), error.is_some()) aria-invalid=error.is_some().then_some("true")/>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {error.map(|text| crate::ui::form::field_error(name, text))}
        </div>
    }
    .into_any()
}

fn target_field(data: &Compose) -> AnyView {
    let options = Target::ALL.map(|target| {
        let name = match target {
            Target::Web => w::TARGET_WEB,
            Target::Mini => w::TARGET_MINI,
            Target::None => w::TARGET_NONE,
        };
        view! { <label><input type="radio" name="target" value=target.word() checked=target == data.content.target/>{t(name)}</label> }
    });
    view! {
        <div class="target wide">
            <fieldset class="bare">
                <legend class="label">{t(w::TARGET)}</legend>
                <div class="segmented">{options.collect_view()}</div>
            </fieldset>
            <div class="fields">
                {plain_field(data, "field wide for-web for-mini", "url", t(w::URL), &data.content.url, Some(t(w::URL_HINT)))}
                {plain_field(data, "field for-mini", "miniprogram.appid", t(w::MINI_APP_ID), &data.content.mini.appid, None)}
                {plain_field(data, "field for-mini", "miniprogram.pagepath", t(w::MINI_PATH), &data.content.mini.pagepath, None)}
            </div>
        </div>
    }
    .into_any()
}

pub(super) fn count(value: usize) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}
