//! `/batches/rules`: quiet hours, weekly cap, second approver, a few first, the brake, calls that were never answered, where links may lead.

use leptos::prelude::*;

use super::crumb;
use crate::{
    features::messages::model::TypedRules,
    shared::lang::Text,
    ui::{
        blocks::{Tone, notice},
        form::{Field, Refused, error_summary, lines},
        href, t,
        texts::{batches, compose, rules as w},
    },
};

/// Everything the page shows.
#[derive(Clone, Debug, Default)]
pub struct RulesView {
    /// What is typed.
    pub typed: TypedRules,
    /// What was refused.
    pub refused: Refused,
    /// Whether nobody could approve what the only administrator submits.
    pub alone: bool,
}

/// The page.
pub fn page(data: RulesView) -> AnyView {
    let TypedRules { quiet_from, quiet_to, weekly_cap, approve_above, canary_first, canary_percent, brake_percent, ask_unsure, link_hosts } =
        data.typed;
    let time =
        |name: &'static str, label: Text, value: String| Field::new(name, label).kind("time").value(value).optional().view(&data.refused);
    let number = |name: &'static str, label: Text, value: String, hint: Text| {
        Field::new(name, label).kind("number").value(value).hint(hint).optional().view(&data.refused)
    };
    let alone = data.alone.then(|| notice(Tone::Warn, view! { <p>{t(w::NO_SECOND)}</p> }));
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    {crumb(t(compose::PLACE), href("/batches"), t(batches::TITLE), t(w::TITLE).to_owned())}
                    <h1>{t(w::TITLE)}</h1>
                    <p>{t(w::LINE)}</p>
                </div>
            </div>
            <form class="stack rules" method="post" action=href("/batches/rules") novalidate>
                {error_summary(&data.refused)}
                <section class="block" aria-labelledby="head-quiet">
                    <header><h2 id="head-quiet">{t(w::QUIET)}</h2></header>
                    <p class="muted">{t(w::QUIET_LINE)}</p>
                    <div class="fields">{time("quiet_from", w::FROM, quiet_from)}{time("quiet_to", w::TO, quiet_to)}</div>
                </section>
                <section class="block" aria-labelledby="head-cap">
                    <header><h2 id="head-cap">{t(w::CAP)}</h2></header>
                    {number("weekly_cap", w::CAP_FIELD, weekly_cap, w::CAP_HINT)}
                </section>
                <section class="block" aria-labelledby="head-approval">
                    <header><h2 id="head-approval">{t(w::APPROVAL)}</h2></header>
                    {alone}
                    {number("approve_above", w::APPROVAL_FIELD, approve_above, w::APPROVAL_HINT)}
                </section>
                <section class="block" aria-labelledby="head-canary">
                    <header><h2 id="head-canary">{t(w::CANARY)}</h2></header>
                    <p class="muted">{t(w::CANARY_LINE)}</p>
                    <div class="fields">
                        {number("canary_first", w::CANARY_FIRST, canary_first, w::CANARY_FIRST_HINT)}
                        {number("canary_percent", w::CANARY_PERCENT, canary_percent, w::CANARY_PERCENT_HINT)}
                    </div>
                </section>
                <section class="block" aria-labelledby="head-brake">
                    <header><h2 id="head-brake">{t(w::BRAKE)}</h2></header>
                    {number("brake_percent", w::BRAKE_FIELD, brake_percent, w::BRAKE_HINT)}
                </section>
                <section class="block" aria-labelledby="head-unsure">
                    <header><h2 id="head-unsure">{t(w::UNSURE)}</h2></header>
                    <p class="muted">{t(w::UNSURE_LINE)}</p>
                    <label class="checkline">
                        <input type="checkbox" name="ask_unsure" value="1" checked=ask_unsure/>
                        <span>{t(w::UNSURE_FIELD)}</span>
                    </label>
                </section>
                <section class="block" aria-labelledby="head-links">
                    <header><h2 id="head-links">{t(w::LINKS)}</h2></header>
                    <p class="muted">{t(w::LINKS_LINE)}</p>
                    {lines("link_hosts", w::LINKS_FIELD, link_hosts, w::LINKS_HINT, &data.refused)}
                </section>
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::SAVE)}</button></div>
            </form>
        </main>
    }
    .into_any()
}
