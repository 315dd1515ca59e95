//! What the gallery shows can be narrowed down to.

use leptos::prelude::*;

use super::{
    gallery::state_name,
    kinds,
    model::{Kind, State},
    review::Judged,
    verdict::judged_name,
    wanted::{DATES, Wanted},
};
use crate::{
    shared::lang::Text,
    ui::{
        href, icon,
        icon::icon_small,
        t,
        texts::{media as w, review as r},
    },
};

/// The filters above the pictures; each choice is a link, the search a form.
pub(super) fn filters(wanted: &Wanted, offered: [Vec<String>; 3]) -> AnyView {
    let [users, titles, questions] = offered;
    // The search keeps the filters that are chosen, not the page that was reached.
    let kept = wanted.with(|other| other.q = None);
    let hidden = kept.pairs().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> });
    let hidden = hidden.collect_view();
    view! {
        <div class="filters" role="search" aria-label=t(w::FILTERS)>
            <form class="search" method="get" action=href("/media")>
                {icon("search")}
                <input class="input" type="search" name="q" value=wanted.q.clone() aria-label=t(w::SEARCH) placeholder=t(w::SEARCH_HINT) maxlength="128"/>
                {hidden}
            </form>
            <div class="filters-2 row">
                {date_chip(wanted)}
                {chip("msg", w::QUESTION, wanted.question.clone(), questions, wanted, |other, value| other.question = value)}
                {chip("user", w::USER, wanted.user.clone(), users, wanted, |other, value| other.user = value)}
                {chip("tag", w::ANSWER_TITLE, wanted.title.clone(), titles, wanted, |other, value| other.title = value)}
                {kind_chip(wanted)}
                {state_chip(wanted)}
                {review_chip(wanted)}
                {wanted.filters().then(|| {
                    let all = Wanted { size: wanted.size, ..Wanted::default() };
                    view! { <a class="btn btn-ghost btn-sm" href=all.link(&href("/media"))>{t(w::CLEAR)}</a> }
                })}
            </div>
        </div>
    }
    .into_any()
}

/// A chip that opens a list of links. `shown` is what is chosen.
fn menu(name: &'static str, label: Text, shown: Option<String>, body: impl IntoView + 'static) -> AnyView {
    let class = if shown.is_some() { "chip chip-on" } else { "chip" };
    let said = shown.as_ref().map(|_| view! { <span class="sr-only">{t(label)}{" "}</span> });
    view! {
        <details class="menu chip-menu" name="filter">
            <summary class=class>{icon(name)}{said}<span class="chip-text">{shown.unwrap_or_else(|| t(label).to_owned())}</span>{icon_small("down")}</summary>
            <div class="menu-list">{body.into_view()}</div>
        </details>
    }
    .into_any()
}

fn choice(text: String, wanted: &Wanted, chosen: bool) -> AnyView {
    view! { <a href=wanted.link(&href("/media")) aria-current=chosen.then_some("true")><span>{text}</span></a> }.into_any()
}

fn chip(
    name: &'static str,
    label: Text,
    chosen: Option<String>,
    offered: Vec<String>,
    wanted: &Wanted,
    set: fn(&mut Wanted, Option<String>),
) -> AnyView {
    let any = choice(t(w::ANY).to_owned(), &wanted.with(|other| set(other, None)), chosen.is_none());
    let choices = offered.into_iter().map(|value| {
        let here = chosen.as_ref() == Some(&value);
        choice(value.clone(), &wanted.with(|other| set(other, Some(value))), here)
    });
    let choices = choices.collect_view();
    menu(name, label, chosen, view! { {any}{choices} })
}

fn state_chip(wanted: &Wanted) -> AnyView {
    let any = choice(t(w::ANY).to_owned(), &wanted.with(|other| other.state = None), wanted.state.is_none());
    let choices = State::ALL
        .map(|state| choice(t(state_name(state)).to_owned(), &wanted.with(|other| other.state = Some(state)), wanted.state == Some(state)));
    menu("filter", w::STATE, wanted.state.map(|state| t(state_name(state)).to_owned()), view! { {any}{choices.collect_view()} })
}

fn kind_chip(wanted: &Wanted) -> AnyView {
    let any = choice(t(w::ANY).to_owned(), &wanted.with(|other| other.kind = None), wanted.kind.is_none());
    let choices = Kind::ALL
        .map(|kind| choice(t(kinds::name(kind)).to_owned(), &wanted.with(|other| other.kind = Some(kind)), wanted.kind == Some(kind)));
    menu("grid", w::KIND, wanted.kind.map(|kind| t(kinds::name(kind)).to_owned()), view! { {any}{choices.collect_view()} })
}

fn review_chip(wanted: &Wanted) -> AnyView {
    let any = choice(t(w::ANY).to_owned(), &wanted.with(|other| other.review = None), wanted.review.is_none());
    let choices = Judged::ALL.map(|judged| {
        let to = wanted.with(|other| other.review = Some(judged));
        choice(t(judged_name(judged)).to_owned(), &to, wanted.review == Some(judged))
    });
    menu("eye", r::REVIEW, wanted.review.map(|judged| t(judged_name(judged)).to_owned()), view! { {any}{choices.collect_view()} })
}

fn date_chip(wanted: &Wanted) -> AnyView {
    let undated = wanted.with(|other| (other.date, other.from, other.to) = (None, None, None));
    let any = choice(t(w::ANY).to_owned(), &undated, undated == wanted.with(|_| ()));
    let choices =
        DATES.map(|(word, _, name)| choice(t(name).to_owned(), &undated.with(|other| other.date = Some(word)), wanted.date == Some(word)));
    let hidden = undated.pairs().into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value.to_owned()/> });
    let hidden = hidden.collect_view();
    let shown = DATES.iter().find(|(word, ..)| Some(*word) == wanted.date).map(|(.., name)| t(*name).to_owned());
    let shown = shown.or_else(|| match (&wanted.from, &wanted.to) {
        (None, None) => None,
        (from, to) => Some(format!("{} – {}", from.as_deref().unwrap_or("…"), to.as_deref().unwrap_or("…"))),
    });
    let span = view! {
        <form class="menu-form" method="get" action=href("/media")>
            {hidden}
            <label>{t(w::FROM)}<input class="input input-sm" type="date" name="from" value=wanted.from.clone()/></label>
            <label>{t(w::TO)}<input class="input input-sm" type="date" name="to" value=wanted.to.clone()/></label>
            <button class="btn btn-sm" type="submit">{t(w::APPLY)}</button>
        </form>
    };
    menu("calendar", w::DATE, shown, view! { {any}{choices.collect_view()}{span} })
}
