//! `/messages`: what was sent, and what became of it.

use leptos::prelude::*;

use super::{batches::tabs, state_badge};
use crate::{
    features::messages::model::MessageState,
    shared::{lang::Text, rights::Right},
    ui::{
        blocks::{Tone, about, empty, fold, moment, notice, pager, post_button},
        frame, href,
        icon::{icon, icon_small},
        snippets::Call,
        t,
        texts::{batches, messages as w, snippets},
    },
};

/// One message.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The recipient's name, where known and allowed.
    pub name: Option<String>,
    /// The openid, masked for those who may not see it.
    pub openid: String,
    /// The template's title.
    pub template: String,
    /// Where it stands.
    pub state: MessageState,
    /// Why, in plain words.
    pub explanation: String,
    /// WeChat's code.
    pub errcode: Option<i64>,
    /// WeChat's id.
    pub msgid: Option<i64>,
    /// Who sent it.
    pub by: String,
    /// When it was taken in (Unix milliseconds).
    pub at: i64,
}

/// A hold as the page shows it.
#[derive(Clone, Debug)]
pub struct Held {
    /// What happened.
    pub meaning: String,
    /// What to do.
    pub hint: String,
    /// WeChat's code, where WeChat is the cause.
    pub errcode: Option<i64>,
    /// When it is tried again by itself (Unix milliseconds).
    pub try_again_at: i64,
}

/// Everything the page shows.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The rows.
    pub lines: Vec<Line>,
    /// The filters as given, by name.
    pub filters: Filters,
    /// What the filters offer.
    pub choices: Choices,
    /// Whether the person may send.
    pub may_send: bool,
    /// Link to the first page, when this is not it.
    pub first: Option<String>,
    /// Link to the next page.
    pub next: Option<String>,
    /// Why sending stands still.
    pub held: Option<Held>,
    /// Whether sending is locked.
    pub locked: bool,
    /// The batch whose messages are shown: its name, and the list without that filter.
    pub batch: Option<(String, String)>,
    /// The list as a file.
    pub export: String,
}

/// What the filters offer.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Templates: id and title.
    pub templates: Vec<(String, String)>,
    /// Senders: name and the filter's word.
    pub senders: Vec<(String, String)>,
    /// Whether openids may be seen and searched.
    pub openids: bool,
}

/// The filters, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// A state's word.
    pub state: String,
    /// A template's long id.
    pub template: String,
    /// An openid.
    pub touser: String,
    /// A day such as `2026-11-22`.
    pub from: String,
    /// A day.
    pub to: String,
    /// Who sent, as `user:周敏`.
    pub actor: String,
    /// A batch's id.
    pub batch: String,
    /// A draft's id.
    pub draft: String,
}

impl Filters {
    /// Whether everything is shown.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many of the filters of the form are set.
    fn chosen(&self) -> usize {
        [&self.state, &self.template, &self.actor, &self.touser, &self.from, &self.to].iter().filter(|text| !text.is_empty()).count()
    }
}

/// The page.
pub fn page(data: History) -> AnyView {
    let new = data.may_send.then(|| view! { <a class="btn btn-primary" href=href("/send")>{icon("send")}{t(w::NEW)}</a> });
    let part = (!data.filters.draft.is_empty()).then(|| view! { <p>{t(w::OF_DRAFT)}" · "<a href=href("/messages")>{t(w::ALL)}</a></p> });
    let batch = data.batch.clone().map(|(name, without)| removable(about(t(w::OF_BATCH), &name), without));
    let export = (!data.lines.is_empty())
        .then(|| view! { <a class="btn" href=data.export.clone() download="">{icon("download")}{t(w::EXPORT)}</a> });
    let body = match (data.lines.is_empty(), data.filters.is_empty()) {
        (true, true) => empty(t(w::EMPTY), data.may_send.then(|| view! { <a class="btn" href=href("/send")>{t(w::NEW)}</a> })),
        (true, false) => empty(t(w::NO_MATCH), view! { <a class="btn" href=href("/messages")>{t(w::CLEAR)}</a> }),
        (false, _) => table(data.lines.clone()),
    };
    view! {
        <main id="main" class="page">
            <div class="page-head"><div><h1>{t(w::TITLE)}</h1>{part}</div><div class="row">{export}{new}</div></div>
            {tabs(false)}
            {data.locked.then(|| notice(Tone::Warn, view! { <p>{t(w::LOCKED)}</p> }))}
            {data.held.clone().map(|held| hold(held, data.may_send))}
            {filters(&data)}
            {batch}
            {body}
            {pager(data.first, data.next)}
            {frame().may(Right::OwnKeys).then(|| call(&data.filters, data.choices.openids))}
        </main>
    }
    .into_any()
}

/// A filter that the form does not have, with the way to go on without it.
pub fn removable(name: String, without: String) -> AnyView {
    let label = about(t(batches::REMOVE), &name);
    view! {
        <div class="chips">
            <a class="chip chip-on" href=without aria-label=label><span class="chip-text">{name}</span>{icon_small("x")}</a>
        </div>
    }
    .into_any()
}

/// The same list by API. Whoever may not see openids sees none here either.
fn call(filters: &Filters, openids: bool) -> AnyView {
    let chosen = [("state", &filters.state), ("template_id", &filters.template), ("touser", &filters.touser), ("batch_id", &filters.batch)];
    let chosen = chosen.into_iter().filter(|(name, value)| !value.is_empty() && (openids || *name != "touser"));
    chosen.fold(Call::get("/api/v1/messages"), |call, (name, value)| call.with(name, value)).block("head-call", snippets::TITLE)
}

fn hold(held: Held, may_send: bool) -> AnyView {
    let again = may_send.then(|| post_button(href("/messages"), "try_again", "btn btn-sm", t(w::TRY_NOW)));
    notice(
        Tone::Warn,
        view! {
            <strong>{t(w::HELD)}{held.meaning}</strong>{held.errcode.map(|code| view! { " "<code>{code}</code> })}
            <p>{held.hint}</p>
            <p class="faint">{t(w::PROBE_AT)}{moment(held.try_again_at)}</p>
            {again.map(|button| view! { <div class="row">{button}</div> })}
        },
    )
}

fn filters(data: &History) -> AnyView {
    filter_form("/messages", (w::ANY_STATE, &MessageState::ALL.map(|state| (state.word(), state.name()))), &data.choices, &data.filters)
}

/// The filters of a list of messages or of batches, with the states those have.
pub fn filter_form(place: &'static str, states: (Text, &[(&'static str, Text)]), choices: &Choices, chosen: &Filters) -> AnyView {
    let option = |value: &str, name: String, chosen: &str| {
        let here = value == chosen;
        view! { <option value=value.to_owned() selected=here>{name}</option> }
    };
    let any = t(states.0);
    let states = states.1.iter().map(|(word, name)| option(word, t(*name).to_owned(), &chosen.state)).collect_view();
    let templates = choices.templates.iter().map(|(id, title)| option(id, title.clone(), &chosen.template)).collect_view();
    let senders = choices.senders.iter().map(|(name, actor)| option(actor, name.clone(), &chosen.actor)).collect_view();
    let touser = choices.openids.then(|| {
        view! {
            <div class="search">
                {icon("search")}
                <input class="input mono" type="search" name="touser" value=chosen.touser.clone() aria-label=t(w::TOUSER)
                    placeholder=t(w::TOUSER) spellcheck="false" autocomplete="off"/>
            </div>
        }
    });
    view! {
        {fold(chosen.chosen())}
        <form class="filters" role="search" method="get" action=href(place) aria-label=t(w::FILTERS)>
            <span class="select"><select class="input" name="state" aria-label=t(w::STATE)><option value="">{any}</option>{states}</select>{icon("down")}</span>
            <span class="select"><select class="input" name="template" aria-label=t(w::TEMPLATE)><option value="">{t(w::ANY_TEMPLATE)}</option>{templates}</select>{icon("down")}</span>
            <span class="select"><select class="input" name="by" aria-label=t(w::BY)><option value="">{t(w::ANYBODY)}</option>{senders}</select>{icon("down")}</span>
            {touser}
            <input class="input input-date" type="date" name="from" value=chosen.from.clone() aria-label=t(w::FROM)/>
            <input class="input input-date" type="date" name="to" value=chosen.to.clone() aria-label=t(w::TO)/>
            {(!chosen.batch.is_empty()).then(|| view! { <input type="hidden" name="batch" value=chosen.batch.clone()/> })}
            {(!chosen.draft.is_empty()).then(|| view! { <input type="hidden" name="draft" value=chosen.draft.clone()/> })}
            <button class="btn" type="submit">{icon("filter")}{t(w::FILTER)}</button>
        </form>
    }
    .into_any()
}

/// Messages with their outcomes.
pub fn table(lines: Vec<Line>) -> AnyView {
    rows(lines, true)
}

/// The same for one batch, whose template and maker its page names above.
pub fn table_of_batch(lines: Vec<Line>) -> AnyView {
    rows(lines, false)
}

fn rows(lines: Vec<Line>, all: bool) -> AnyView {
    let rows = lines.into_iter().map(|line| {
        let to = href(&format!("/messages/{}", line.id));
        let named = line.name.is_some();
        let who = line.name.unwrap_or_else(|| line.openid.clone());
        view! {
            <tr>
                <td>
                    <a href=to class=if named { "" } else { "mono" }>{who}</a>
                    {named.then(|| view! { <div class="faint mono oid">{line.openid}</div> })}
                    {all.then(|| view! { <div class="faint hand">{line.template.clone()}</div> })}
                </td>
                {all.then(|| view! { <td class="desk">{line.template.clone()}</td> })}
                <td class="to-end">{state_badge(line.state)}</td>
                <td class="muted">{line.explanation}{line.errcode.map(|code| view! { " "<code>{code}</code> })}</td>
                <td class="mono faint desk">{line.msgid.map_or_else(|| "—".to_owned(), |id| id.to_string())}</td>
                {all.then(|| view! { <td class="muted desk">{line.by.clone()}</td> })}
                <td class="muted num to-end">{moment(line.at)}</td>
            </tr>
        }
    });
    let column = |name: Text| all.then(|| view! { <th scope="col">{t(name)}</th> });
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::CAPTION)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(w::RECIPIENT)}</th>{column(w::TEMPLATE)}<th scope="col">{t(w::OUTCOME)}</th>
                    <th scope="col">{t(w::EXPLANATION)}</th><th scope="col">{t(w::MSGID)}</th>{column(w::BY)}
                    <th scope="col" class="num">{t(w::TIME)}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
