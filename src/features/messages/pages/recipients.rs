//! The recipients' step of the composer: its tabs, and what each of them shows.

use leptos::prelude::*;

use super::{compose::Compose, review::download, uploads::uploads};
use crate::{
    features::messages::model::{Line, Question, Refusal, Source, Uploads},
    shared::lang::Lang,
    ui::{
        blocks::number,
        form::describe,
        href, icon, lang, t,
        texts::{compose as w, recipients as r},
    },
};

/// A tab of the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Pasted openids.
    #[default]
    Paste,
    /// A file.
    File,
    /// Followers to pick; they join what is pasted.
    Followers,
    /// Tags.
    Tags,
    /// What people have sent.
    Uploads,
}

impl Tab {
    /// All of them, in the page's order.
    pub const ALL: [Self; 5] = [Self::Paste, Self::File, Self::Followers, Self::Tags, Self::Uploads];

    /// The word of the form.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Paste => "paste",
            Self::File => "file",
            Self::Followers => "followers",
            Self::Tags => "tags",
            Self::Uploads => "uploads",
        }
    }

    /// Reads [`Tab::word`].
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.word() == word)
    }

    /// Where recipients come from on this tab.
    pub const fn source(self) -> Source {
        match self {
            Self::Paste | Self::Followers => Source::Paste,
            Self::File => Source::File,
            Self::Tags => Source::Tags,
            Self::Uploads => Source::Uploads,
        }
    }

    /// The tab a draft opens on.
    pub const fn of(source: Source) -> Self {
        match source {
            Source::Paste => Self::Paste,
            Source::File => Self::File,
            Source::Tags => Self::Tags,
            Source::Uploads => Self::Uploads,
        }
    }
}

/// What the step shows.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// The open tab.
    pub tab: Tab,
    /// The file's name; empty without one.
    pub file: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The column with the openids.
    pub openids: Option<String>,
    /// Its first lines.
    pub rows: Vec<Line>,
    /// How many will receive.
    pub good: usize,
    /// How many were named again.
    pub merged: usize,
    /// How many lines have no openid.
    pub malformed: usize,
    /// The first of them.
    pub malformed_lines: Vec<(i64, String)>,
    /// How many people's values break a rule.
    pub refused: usize,
    /// The first of them.
    pub refusals: Vec<Refusal>,
    /// How many left the account.
    pub left: usize,
    /// How many the followers do not have.
    pub foreign: usize,
    /// Of how many no openid is known.
    pub unreached: usize,
    /// The first of them.
    pub unreached_names: Vec<String>,
    /// Titles whose people may be chosen by what they sent.
    pub titles: Vec<String>,
    /// The chosen title, question and states.
    pub uploads: Uploads,
    /// The questions of the title.
    pub questions: Vec<Question>,
    /// Tags to choose: id, name, followers, chosen.
    pub tags: Vec<(i64, String, i64, bool)>,
    /// All tags are asked for.
    pub every: bool,
    /// What followers were searched for.
    pub text: String,
    /// Followers to pick: openid, name, whether they are on the list.
    pub followers: Vec<(String, String, bool)>,
    /// Where the next of them begin.
    pub next: Option<String>,
}

fn count(value: usize) -> String {
    number(i64::try_from(value).unwrap_or(i64::MAX))
}

/// The step.
pub fn step(data: &Compose) -> AnyView {
    let offered = |tab: &Tab| *tab != Tab::Uploads || *tab == data.people.tab || !data.people.titles.is_empty();
    let tabs = Tab::ALL.into_iter().filter(offered).map(|tab| {
        let name = match tab {
            Tab::Paste => r::PASTE,
            Tab::File => r::FILE,
            Tab::Followers => r::FOLLOWERS,
            Tab::Tags => r::TAGS,
            Tab::Uploads => r::UPLOADS,
        };
        let here = tab == data.people.tab;
        view! {
            <button type="submit" name="intent" value=format!("to:{}", tab.word()) aria-current=here.then_some("true")>{t(name)}</button>
        }
    });
    let body = match data.people.tab {
        Tab::Paste => paste(data),
        Tab::File => file(data),
        Tab::Followers => followers(data),
        Tab::Tags => tags(data),
        Tab::Uploads => uploads(data),
    };
    view! {
        <section class="step" aria-labelledby="step-recipients">
            <header><h2 id="step-recipients">{t(w::RECIPIENTS)}</h2></header>
            <div class="tabs" role="group" aria-label=t(r::SOURCES)>{tabs.collect_view()}</div>
            <input type="hidden" name="tab" value=data.people.tab.word()/>
            <div class="source">{body}</div>
            {tally(data)}
        </section>
    }
    .into_any()
}

fn tally(data: &Compose) -> AnyView {
    let people = &data.people;
    // What is pasted is counted by the browser at each key, and by the server whenever the draft is kept; that may find more.
    let more = |name: &'static str, number: usize, words: &'static str| {
        view! { <span hidden=number == 0><b data-tally=name>{count(number)}</b>{words}</span> }
    };
    view! {
        <div class="tally" role="status">
            <span><b data-tally="good">{count(people.good)}</b>{t(w::WILL_RECEIVE)}</span>
            <span><b data-tally="merged">{count(people.merged)}</b>{t(w::MERGED)}</span>
            <span><b data-tally="malformed">{count(people.malformed)}</b>{t(w::MALFORMED)}</span>
            {more("refused", people.refused, t(r::REFUSED))}
            {more("left", people.left, t(r::LEFT))}
            {more("foreign", people.foreign, t(r::FOREIGN_TALLY))}
            {more("unreached", people.unreached, t(r::UNREACHED))}
        </div>
        {unreached(people)}
        {bad_lines(data)}
    }
    .into_any()
}

/// The first of those of whom no openid is known.
fn unreached(people: &People) -> AnyView {
    if people.unreached_names.is_empty() {
        return ().into_any();
    }
    let more = if people.unreached > people.unreached_names.len() { "…" } else { "" };
    let names = people.unreached_names.iter().map(|name| name.chars().take(24).collect::<String>()).collect::<Vec<_>>();
    view! { <p class="faint">{t(r::UNREACHED_ARE)}{names.join(t(r::AND))}{more}</p> }.into_any()
}

/// The worst of the lines that are skipped, by number, and the way to all of them.
fn bad_lines(data: &Compose) -> AnyView {
    let people = &data.people;
    let malformed = people.malformed_lines.iter().map(|(line, text)| (*line, text.clone(), t(r::NOT_AN_OPENID).to_owned()));
    let refused =
        people.refusals.iter().map(|one| (one.line, one.value.clone(), crate::ui::blocks::about(&one.key, one.fault.said().get(lang()))));
    let mut lines: Vec<_> = malformed.chain(refused).collect();
    lines.sort_by_key(|(line, ..)| *line);
    if lines.is_empty() {
        return ().into_any();
    }
    let (all, named) = (people.malformed + people.refused, lines.len());
    let rows = lines.into_iter().map(|(line, text, why)| {
        view! { <tr><td class="mono">{number(line)}</td><td class="mono">{text}</td><td class="to-end">{why}</td></tr> }
    });
    let place = if people.tab == Tab::Paste || people.tab == Tab::Followers { r::PLACE } else { r::LINE };
    let file = data.saved_at.map(|_| download(&data.draft, t(r::SKIPPED_FILE).to_owned()));
    view! {
        <table class="table table-cards bad-lines">
            <caption>{t(r::BAD_LINES)}</caption>
            <thead><tr><th scope="col">{t(place)}</th><th scope="col">{t(r::VALUE)}</th><th scope="col">{t(r::WHY)}</th></tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        {more(all.saturating_sub(named), file)}
    }
    .into_any()
}

/// How many more lines there are than are named, and where they all stand.
pub(super) fn more(count: usize, file: Option<AnyView>) -> AnyView {
    let words =
        (count > 0).then(|| crate::ui::blocks::counted(i64::try_from(count).unwrap_or(i64::MAX), "行没有列出", "more line", "more lines"));
    if words.is_none() && file.is_none() {
        return ().into_any();
    }
    view! { <p class="faint row bad-more">{words.map(|words| view! { <span>{if lang() == Lang::Zh { "还有 " } else { "" }}{words}</span> })}{file}</p> }.into_any()
}

pub(super) fn error_of(data: &Compose, name: &str) -> Option<String> {
    data.refused.of(name).map(|said| said.get(lang()).to_owned())
}

fn paste(data: &Compose) -> AnyView {
    let error = error_of(data, "recipients");
    view! {
        <div class="field">
            <label for="recipients">{t(w::OPENIDS)}</label>
            <textarea class="input mono" id="recipients" name="recipients" rows="5" spellcheck="false" autocomplete="off"
                aria-describedby=describe("recipients", true, error.is_some()) aria-invalid=error.is_some().then_some("true")
                inner_html=crate::ui::form::area_html(&data.pasted)></textarea>
            <p class="hint" id="recipients-hint">{t(w::OPENIDS_HINT)}</p>
            {error.map(|text| crate::ui::form::field_error("recipients", text))}
        </div>
    }
    .into_any()
}

fn file(data: &Compose) -> AnyView {
    let error = error_of(data, "file");
    let template = data.content.template_id.clone();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("template", &template).finish();
    let known = (!data.people.columns.is_empty()).then(|| known_file(data));
    view! {
        <div class="field">
            <label for="file">{t(r::CHOOSE_FILE)}
                <a class="label-end" href=format!("{}?{query}", href("/send/example.csv")) download="example.csv">{t(r::EXAMPLE)}</a>
            </label>
            <div class="row">
                <input class="input input-inline" type="file" id="file" name="file" accept=".csv,.xlsx,text/csv"
                    aria-describedby=describe("file", true, error.is_some()) aria-invalid=error.is_some().then_some("true")/>
                <button class="btn" type="submit" name="intent" value="upload">{icon("upload")}{t(r::UPLOAD)}</button>
            </div>
            <p class="hint" id="file-hint">{t(r::FILE_HINT)}</p>
            {error.map(|text| crate::ui::form::field_error("file", text))}
        </div>
        {known}
    }
    .into_any()
}

fn known_file(data: &Compose) -> AnyView {
    let people = &data.people;
    let error = error_of(data, "column");
    let options = people.columns.iter().map(|column| {
        view! { <option value=column.clone() selected=people.openids.as_ref() == Some(column)>{column.clone()}</option> }
    });
    let head = people.columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> });
    let rows = people.rows.iter().map(|row| {
        let cells = people.columns.iter().map(|column| view! { <td>{row.cells.get(column).to_owned()}</td> });
        view! { <tr><td class="mono">{number(row.line)}</td>{cells.collect_view()}</tr> }
    });
    view! {
        <div class="row gap-top">
            <strong>{if people.file.is_empty() { t(r::PASTED).to_owned() } else { people.file.clone() }}</strong>
            <button class="btn btn-ghost btn-sm" type="submit" name="intent" value="unfile">{t(r::REMOVE)}</button>
        </div>
        <div class="field">
            <label for="column">{t(r::OPENID_COLUMN)}</label>
            <div class="row">
                <span class="select input-inline">
                    <select class="input" id="column" name="column" aria-describedby=describe("column", false, error.is_some())
                        aria-invalid=error.is_some().then_some("true")>
                        {people.openids.is_none().then(|| view! { <option value="" selected>{t(r::NO_COLUMN)}</option> })}
                        {options.collect_view()}
                    </select>{icon("down")}
                </span>
                <button class="btn" type="submit" name="intent" value="column">{t(r::USE_COLUMN)}</button>
            </div>
            {error.map(|text| crate::ui::form::field_error("column", text))}
        </div>
        <div class="scroller" tabindex="0" role="region" aria-label=t(r::FIRST_ROWS)>
            <table class="table">
                <caption>{t(r::FIRST_ROWS)}</caption>
                <thead><tr><th scope="col">{t(r::LINE)}</th>{head.collect_view()}</tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn tags(data: &Compose) -> AnyView {
    let people = &data.people;
    if people.tags.is_empty() {
        return view! { <p class="muted" id="tags">{t(r::NO_TAGS)}" "<a href=href("/people")>{t(crate::ui::texts::shell::PEOPLE)}</a></p> }
            .into_any();
    }
    let error = error_of(data, "tags");
    let boxes = people.tags.iter().map(|(id, name, count, chosen)| {
        view! {
            <label class="checkline"><input type="checkbox" name="tag" value=id.to_string() checked=*chosen/>
                <span>{name.clone()}" "<span class="faint">{number(*count)}</span></span></label>
        }
    });
    let how = |value: &'static str, chosen: bool, name: &'static str| {
        view! { <label><input type="radio" name="every" value=value checked=chosen/>{name}</label> }
    };
    view! {
        <fieldset class="bare" id="tags">
            <legend class="label">{t(r::CHOOSE_TAGS)}</legend>
            <div class="picks">{boxes.collect_view()}</div>
            {error.map(|text| crate::ui::form::field_error("tags", text))}
        </fieldset>
        <div class="row gap-top">
            <fieldset class="bare segmented">
                <legend class="sr-only">{t(r::HOW_MANY_TAGS)}</legend>
                {how("any", !people.every, t(r::ANY_TAG))}
                {how("all", people.every, t(r::EVERY_TAG))}
            </fieldset>
            <button class="btn" type="submit" name="intent" value="tags">{icon("refresh")}{t(r::APPLY_TAGS)}</button>
        </div>
    }
    .into_any()
}

fn followers(data: &Compose) -> AnyView {
    let people = &data.people;
    let error = error_of(data, "recipients");
    let boxes = people.followers.iter().map(|(openid, name, on_it)| {
        let on_it = *on_it;
        let name = if name.is_empty() { String::new() } else { format!("{name} ") };
        view! {
            <label class="checkline">
                <input type="checkbox" name="pick" value=openid.clone() checked=on_it disabled=on_it/>
                <span>{name}<span class="mono faint">{openid.clone()}</span>{on_it.then(|| view! { " "<span class="faint">{t(r::PICKED)}</span> })}</span>
            </label>
        }
    });
    view! {
        <div class="field">
            <label for="q">{t(r::SEARCH)}</label>
            <div class="row">
                <input class="input input-inline" type="search" id="q" name="q" maxlength="64" value=people.text.clone() autocomplete="off" spellcheck="false"/>
                <button class="btn" type="submit" name="intent" value="find">{icon("search")}{t(r::FIND)}</button>
            </div>
        </div>
        <fieldset class="bare gap-top" id="recipients">
            <legend class="sr-only">{t(r::PICK)}</legend>
            <div class="picks">{boxes.collect_view()}</div>
            {people.followers.is_empty().then(|| view! { <p class="muted">{t(r::NOBODY)}</p> })}
            {error.map(|text| crate::ui::form::field_error("recipients", text))}
        </fieldset>
        {people.next.clone().map(|next| view! { <input type="hidden" name="after" value=next/> })}
        <div class="row gap-top">
            <button class="btn" type="submit" name="intent" value="add">{t(r::ADD)}</button>
            {people.next.is_some().then(|| view! { <button class="btn btn-ghost" type="submit" name="intent" value="more">{t(r::MORE)}</button> })}
        </div>
    }
    .into_any()
}
