//! Second opinions: the block on a picture's page, and the page of pictures on which two people differ.

use leptos::prelude::*;

use super::{
    requested::{self, Door, Request},
    review::{Verdict, name_of, said},
};
use crate::{
    shared::{lang::Text, rights::Right, shown::shown},
    ui::{
        blocks::{self, Tone, moment},
        form::field_error,
        frame, href, icon, lang, t,
        texts::{opinions as w, review as r},
    },
};

/// A second opinion with the judgement it stands beside. Times are Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// The picture's id.
    pub picture: String,
    /// Who sent it.
    pub user_id: String,
    /// Title of the work.
    pub answer_title: String,
    /// Which question it answers.
    pub question_id: String,
    /// Whether it has a thumbnail.
    pub thumb: bool,
    /// The judgement.
    pub first: Side,
    /// The second opinion.
    pub second: Side,
    /// Whether the two differ and nobody has decided.
    pub apart: bool,
    /// Who decided what, and when.
    pub decided: Option<(String, Verdict, i64)>,
}

/// What one of the two said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// What colleagues should know.
    pub comment: Option<String>,
    /// Who, with the kind in front.
    pub reviewer: String,
    /// When.
    pub at: i64,
}

/// What a reviewer did in a span of days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Who, with the kind in front.
    pub reviewer: String,
    /// Pictures passed.
    pub passed: i64,
    /// Pictures rejected.
    pub rejected: i64,
    /// Second opinions given.
    pub seconds: i64,
    /// Of these, differing when they were given.
    pub differed: i64,
    /// Disagreements decided against them.
    pub overturned: i64,
}

/// What may be said beside a judgement.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Where the form posts to.
    pub action: String,
    /// The judgement it is about.
    pub verdict: Verdict,
    /// Its moment: whoever speaks must know of it.
    pub seen: i64,
    /// The reasons offered.
    pub reasons: Vec<String>,
    /// The chosen reason.
    pub reason: String,
    /// The typed comment.
    pub comment: String,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// The block on the page of the picture `id`; nothing where there is nothing to say. `judged`: the picture has a verdict now.
pub fn block(id: &str, opinion: Option<Opinion>, judged: bool, ask: Option<Ask>, door: Door, requested: Option<String>) -> AnyView {
    if opinion.is_none() && ask.is_none() && door.shut() {
        return ().into_any();
    }
    let next = frame().may(Right::Review).then(|| requested::next_link(requested, Some(id), true));
    let given = opinion.map(|opinion| {
        let badge = (judged || opinion.decided.is_some()).then(|| standing(&opinion));
        view! { {badge}{side(&opinion.second)} }
    });
    view! {
        <section class="block viewer-side" aria-labelledby="second">
            <header><h2 id="second">{t(w::SECOND)}</h2></header>
            {given}
            {ask.map(form)}
            {requested::door(door)}
            <p class="row">{next}<a class="hint" href=href("/media/opinions")>{t(w::SEE)}</a></p>
        </section>
    }
    .into_any()
}

/// How the two stand to each other.
fn standing(opinion: &Opinion) -> AnyView {
    if let Some((who, verdict, at)) = &opinion.decided {
        let (before, after) = t(w::DECIDED).split_once("{time}").unwrap_or_default();
        let before = before.replace("{name}", name_of(who)).replace("{verdict}", t(verdict_name(*verdict)));
        return view! { <p>{blocks::badge(Tone::Ok, t(w::SETTLED))}" "{before}{moment(*at)}{after}</p> }.into_any();
    }
    let (tone, text) = if opinion.apart { (Tone::Warn, w::APART) } else { (Tone::Ok, w::SAME) };
    view! { <p>{blocks::badge(tone, t(text))}</p> }.into_any()
}

const fn verdict_name(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Pass => r::PASSED,
        Verdict::Reject => r::REJECTED,
    }
}

/// What one of the two said, with name and time.
fn side(side: &Side) -> AnyView {
    let tone = if side.verdict == Verdict::Pass { Tone::Ok } else { Tone::Bad };
    let reason = side.reason.as_deref().map(|reason| view! { <b>{said(reason, lang())}</b> });
    let (before, after) = t(r::BY).split_once("{time}").unwrap_or_default();
    let before = before.replace("{name}", name_of(&side.reviewer));
    let comment = side.comment.clone().map(|text| view! { <p class="muted">{text}</p> });
    view! {
        <div class="judged">
            <p class="row">{blocks::badge(tone, t(verdict_name(side.verdict)))}{reason}</p>
            <p class="faint">{before}{moment(side.at)}{after}</p>
            {comment}
        </div>
    }
    .into_any()
}

/// Two buttons: the same, or the other. Only who would reject what was passed gives a reason.
fn form(ask: Ask) -> AnyView {
    let rejects = ask.verdict == Verdict::Pass;
    let other = if rejects { w::SHOULD_REJECT } else { w::SHOULD_PASS };
    let reasons = rejects.then(|| {
        let chip = |reason: String| {
            let checked = reason == ask.reason;
            view! {
                <label class="choice">
                    <input type="radio" name="reason" value=reason.clone() checked=checked/>
                    <span class="chip chip-sm">{said(&reason, lang())}</span>
                </label>
            }
        };
        let chips = ask.reasons.iter().cloned().map(chip).collect_view();
        view! { <fieldset class="reasonset"><legend>{t(r::REASONS)}</legend><div class="row">{chips}</div></fieldset> }
    });
    view! {
        <form class="verdict" method="post" action=ask.action>
            <button type="submit" disabled=true hidden=true></button>
            <input type="hidden" name="seen" value=ask.seen.to_string()/>
            <p class="hint">{t(w::LINE)}</p>
            {reasons}
            {ask.refused.map(|text| view! { <div role="alert">{field_error("opinion", text)}</div> })}
            <label class="field">
                <span class="sr-only">{t(r::COMMENT)}</span>
                <input class="input" name="comment" autocomplete="off" placeholder=t(r::COMMENT_HINT) maxlength=super::review::COMMENT_MAX.to_string() value=ask.comment/>
            </label>
            <div class="two">
                <button class="btn" type="submit" name="intent" value="agree">{t(w::AGREE)}</button>
                <button class="btn" type="submit" name="intent" value="differ">{t(other)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// The page of disagreements.
pub struct Disagreements {
    /// What is listed.
    pub tab: Tab,
    /// Only those of this reviewer, with the kind in front.
    pub reviewer: Option<String>,
    /// Everybody who can be chosen there.
    pub reviewers: Vec<String>,
    /// The list.
    pub opinions: Vec<Opinion>,
    /// The list of [`Tab::Requested`].
    pub requests: Vec<Request>,
    /// How many second opinions others ask the visitor for; none where there are none.
    pub requested: Option<String>,
    /// Link to the next page.
    pub next: Option<String>,
    /// Link to the first page, on others.
    pub first: Option<String>,
    /// Whether the visitor decides.
    pub decides: bool,
    /// Where deciding is posted to.
    pub action: String,
    /// What each did.
    pub counts: Vec<Count>,
    /// In how many days.
    pub days: i64,
    /// Why what was pressed is not done.
    pub refused: Option<String>,
}

/// What the page lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Disagreements that nobody has decided.
    #[default]
    Open,
    /// Those already decided.
    Settled,
    /// Second opinions that somebody asked for.
    Requested,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Open, Self::Settled, Self::Requested];

    /// Its word in the address; none for the first.
    const fn word(self) -> Option<&'static str> {
        match self {
            Self::Open => None,
            Self::Settled => Some("decided"),
            Self::Requested => Some("requested"),
        }
    }

    /// Reads [`Tab::word`]; anything else is the first.
    pub fn read(word: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|tab| tab.word() == word).unwrap_or_default()
    }

    const fn name(self) -> Text {
        match self {
            Self::Open => w::OPEN,
            Self::Settled => w::SETTLED,
            Self::Requested => w::REQUESTED,
        }
    }
}

/// The spans of days that counts can be seen for.
pub const SPANS: [i64; 3] = [7, 30, 90];

/// The address of the page.
pub fn link(tab: Tab, reviewer: Option<&str>, days: i64, before: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("state", tab.word()), ("reviewer", reviewer), ("before", before)] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    if days != SPANS[1] {
        query.append_pair("days", &days.to_string());
    }
    let query = query.finish();
    if query.is_empty() { "/media/opinions".to_owned() } else { format!("/media/opinions?{query}") }
}

/// The page.
pub fn page(page: Disagreements) -> AnyView {
    let Disagreements { tab, reviewer, reviewers, opinions, requests, requested, next, first, decides, action, counts, days, refused } =
        page;
    let states = Tab::ALL.map(|one| {
        let here = (one == tab).then_some("true");
        view! { <a href=href(&link(one, reviewer.as_deref(), days, None)) aria-current=here>{t(one.name())}</a> }
    });
    let choices = reviewers.into_iter().map(|tag| {
        let chosen = reviewer.as_ref() == Some(&tag);
        view! { <option value=tag.clone() selected=chosen>{name_of(&tag).to_owned()}</option> }
    });
    let choices = choices.collect_view();
    let narrow = (tab != Tab::Requested).then(|| {
        view! {
            <form class="pickrow" method="get" action=href("/media/opinions")>
                {tab.word().map(|word| view! { <input type="hidden" name="state" value=word/> })}
                <span class="select"><select class="input" name="reviewer" aria-label=t(w::REVIEWER)><option value="">{t(w::ANYBODY)}</option>{choices}</select>{icon::icon_small("down")}</span>
                <button class="btn" type="submit">{t(w::APPLY)}</button>
            </form>
        }
    });
    let list = if tab == Tab::Requested {
        requested::list(requests)
    } else if opinions.is_empty() {
        blocks::empty(t(if tab == Tab::Settled { w::NONE_SETTLED } else { w::NONE_OPEN }), ())
    } else {
        let rows = opinions.into_iter().map(|opinion| row(opinion, decides, &action)).collect_view();
        view! { <ul class="opinions">{rows}</ul> }.into_any()
    };
    let older = next.map(|to| view! { <a class="btn" rel="next" href=to>{t(w::OLDER)}</a> });
    let newest = first.map(|to| view! { <a class="btn" rel="prev" href=to>{t(w::FIRST_PAGE)}</a> });
    let pager = (older.is_some() || newest.is_some())
        .then(|| view! { <nav class="pager" aria-label=t(w::PAGES)><span>{newest}</span><span>{older}</span></nav> });
    let spans = SPANS.map(|span| {
        let here = (span == days).then_some("true");
        view! { <a href=href(&link(tab, reviewer.as_deref(), span, None)) aria-current=here>{t(w::DAYS).replace("{n}", &span.to_string())}</a> }
    });
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media/desk")>{t(r::TAB_DESK)}</a></nav>
            {blocks::page_head(t(w::TITLE), Some(t(w::LISTED).to_owned()), requested::next_link(requested, None, false))}
            {refused.map(|why| view! { <div role="alert">{blocks::notice(Tone::Bad, view! { <p>{why}</p> })}</div> })}
            <div class="filters">
                <nav class="segmented" aria-label=t(w::FILTER)>{states.collect_view()}</nav>
                {narrow}
            </div>
            {list}
            {pager}
            <section class="block opinion-counts" aria-labelledby="counts">
                <header><h2 id="counts">{t(w::COUNTS)}</h2><nav class="segmented" aria-label=t(w::SPANS)>{spans.collect_view()}</nav></header>
                {table(counts)}
            </section>
        </main>
    }
    .into_any()
}

fn row(opinion: Opinion, decides: bool, action: &str) -> AnyView {
    let path = href(&format!("/media/{}", opinion.picture));
    let name = [&opinion.user_id, &opinion.answer_title, &opinion.question_id].map(|name| shown(name)).join(" · ");
    let image = opinion.thumb.then(|| {
        let source = format!("{path}/thumb?size=160");
        view! { <img src=source alt="" width="160" height="160" loading="lazy" decoding="async"/> }
    });
    let decide = (decides && opinion.apart).then(|| {
        view! {
            <form class="row" method="post" action=action.to_owned()>
                <input type="hidden" name="id" value=opinion.picture.clone()/>
                <input type="hidden" name="first" value=opinion.first.at.to_string()/>
                <input type="hidden" name="second" value=opinion.second.at.to_string()/>
                <button class="btn btn-sm" type="submit" name="decision" value="pass">{t(w::DECIDE_PASS)}<span class="sr-only">{" "}{name.clone()}</span></button>
                <button class="btn btn-sm" type="submit" name="decision" value="reject">{t(w::DECIDE_REJECT)}<span class="sr-only">{" "}{name.clone()}</span></button>
            </form>
        }
    });
    let settled = opinion.decided.is_some().then(|| standing(&opinion));
    view! {
        <li class="opinion">
            <a class="opinion-thumb" href=path.clone() tabindex="-1" aria-hidden="true">{image}</a>
            <div class="opinion-name"><a href=path>{name}</a>{settled}{decide}</div>
            <div><h3>{t(w::FIRST)}</h3>{side(&opinion.first)}</div>
            <div><h3>{t(w::SECOND)}</h3>{side(&opinion.second)}</div>
        </li>
    }
    .into_any()
}

fn table(counts: Vec<Count>) -> AnyView {
    if counts.is_empty() {
        return view! { <p class="muted">{t(w::NO_COUNTS)}</p> }.into_any();
    }
    let number =
        |label: Text, count: i64| view! { <td class="num"><span class="hand muted">{t(label)}" "</span>{blocks::number(count)}</td> };
    let row = move |one: Count| {
        view! {
            <tr>
                <th scope="row">{name_of(&one.reviewer).to_owned()}</th>
                {number(w::PASSED, one.passed)}{number(w::REJECTED, one.rejected)}{number(w::SECONDS, one.seconds)}
                {number(w::DIFFERED, one.differed)}{number(w::OVERTURNED, one.overturned)}
            </tr>
        }
    };
    let head =
        [w::PASSED, w::REJECTED, w::SECONDS, w::DIFFERED, w::OVERTURNED].map(|text| view! { <th scope="col" class="num">{t(text)}</th> });
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::COUNTS)}</caption>
            <thead><tr><th scope="col">{t(w::REVIEWER)}</th>{head.collect_view()}</tr></thead>
            <tbody>{counts.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
