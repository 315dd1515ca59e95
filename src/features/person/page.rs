//! The page of one person.

use leptos::prelude::*;

use super::model::{Happening, Person, Sort};
use crate::{
    features::{
        media::model::State,
        messages::model::{MessageState, reasons},
    },
    shared::{lang::Text, rights::Right, time},
    ui::{
        blocks::{Tone, badge, empty, moment, pager},
        frame, href, icon, lang, now, t,
        texts::{person as w, shell},
    },
};

/// The page.
pub fn person(person: Person) -> AnyView {
    let path = href(&format!("/people/{}", encoded(&person.id)));
    let title = person.name.clone().unwrap_or_else(|| person.id.clone());
    let first = person.later.then(|| path.clone());
    let next = person.next.as_ref().map(|cursor| format!("{path}?before={cursor}"));
    let stands = person.following.map(|following| {
        let (tone, word) = if following { (Tone::Ok, w::FOLLOWS) } else { (Tone::Warn, w::LEFT) };
        view! { {badge(tone, t(word))}{person.since.map(moment)} }
    });
    let tags = person.tags.into_iter().map(|name| view! { <span class="chip">{name}</span> }).collect_view();
    let send = (person.following == Some(true) && frame().may(Right::Compose)).then(|| {
        view! { <a class="btn btn-primary" href=format!("{}?to={}", href("/send"), encoded(&person.openid))>{icon("send")}{t(w::SEND)}</a> }
    });
    let names =
        person.others.iter().map(|name| view! { " "<a class="mono" href=href(&format!("/people/{}", encoded(name)))>{name.clone()}</a> });
    let also = (!person.others.is_empty()).then(|| view! { <p class="faint">{t(w::KNOWN_AS)}{names.collect_view()}</p> });
    let records = frame().may(Right::Administer).then(|| view! { <a class="btn" href=format!("{path}/data")>{t(w::DATA)}</a> });
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb"><a href=href("/people")>{t(shell::PEOPLE)}</a></nav>
                    <h1>{title}</h1>
                    <p class="mono faint">{person.id}</p>
                    {also}
                    <div class="row">{stands}{tags}</div>
                </div>
                <div class="row">{records}{send}</div>
            </div>
            {if person.happenings.is_empty() { empty(t(w::NOTHING), ()) } else { line(person.happenings) }}
            {pager(first, next)}
        </main>
    }
    .into_any()
}

fn line(happenings: Vec<Happening>) -> AnyView {
    let entries = happenings.into_iter().map(entry).collect_view();
    view! {
        <section class="block" aria-labelledby="head-line">
            <header><h2 id="head-line">{t(w::LINE)}</h2></header>
            <ol class="timeline">{entries}</ol>
        </section>
    }
    .into_any()
}

fn entry(one: Happening) -> AnyView {
    let (name, class) = told(&one);
    let to = match one.sort {
        Sort::Message => Some(format!("/messages/{}", one.id)),
        Sort::Receipt => one.of.as_ref().map(|id| format!("/messages/{id}")),
        Sort::Picture => Some(format!("/media/{}", one.id)),
        Sort::Push | Sort::Visit => None,
    };
    let day = (time::day_number(one.at) != time::day_number(now())).then(|| format!("{} ", time::date(one.at)));
    let clock = time::clock_seconds(one.at);
    let state = state(&one).map(|text| view! { <p>{t(text)}</p> });
    let name = match to {
        Some(to) => view! { <a href=href(&to)>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <li class=class>
            <div><b>{name}</b><time class="faint" datetime=time::rfc3339(one.at)>{day}{clock}</time></div>
            {state}
        </li>
    }
    .into_any()
}

/// What happened, in words, and the class of its dot.
fn told(one: &Happening) -> (String, &'static str) {
    let with = |text: Text| text.get(lang()).replace("{title}", &one.title);
    match one.sort {
        Sort::Message => (with(w::MESSAGE), if one.state == "failed" { "warn" } else { "" }),
        Sort::Receipt if one.state == MessageState::Delivered.word() => (with(w::RECEIPT), "ok"),
        Sort::Receipt => (with(w::RECEIPT), "warn"),
        Sort::Picture => (with(w::PICTURE), ""),
        Sort::Push => match one.title.as_str() {
            "subscribe" => (with(w::SUBSCRIBED), "ok"),
            "unsubscribe" => (with(w::UNSUBSCRIBED), "warn"),
            "text" => (with(w::WROTE), ""),
            _ => (with(w::PUSH), ""),
        },
        Sort::Visit => (with(w::VISIT), ""),
    }
}

fn state(one: &Happening) -> Option<Text> {
    match one.sort {
        Sort::Message => MessageState::parse(&one.state).map(MessageState::name),
        Sort::Receipt => Some(match one.state.as_str() {
            word if word == MessageState::Delivered.word() => w::DELIVERED,
            reasons::USER_BLOCK => w::BLOCKED,
            _ => w::NOT_DELIVERED,
        }),
        Sort::Picture => State::parse(&one.state).map(|state| match state {
            State::Pending | State::Downloading => w::ON_ITS_WAY,
            State::Stored => w::STORED,
            State::Failed => w::FAILED,
            State::Expired => w::EXPIRED,
        }),
        Sort::Push | Sort::Visit => None,
    }
}

/// An id as a part of a path.
pub(super) fn encoded(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(state: &str) -> Option<Text> {
        let receipt = Happening { at: 1, sort: Sort::Receipt, id: "1".into(), title: String::new(), state: state.into(), of: None };
        super::state(&receipt)
    }

    /// The words are those that receipts are kept under.
    #[test]
    fn a_receipt_says_what_it_said() {
        assert_eq!(said("delivered"), Some(w::DELIVERED));
        assert_eq!(said("user_block"), Some(w::BLOCKED));
        assert_eq!(said("system_failed"), Some(w::NOT_DELIVERED));
    }
}
