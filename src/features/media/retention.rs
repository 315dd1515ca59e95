//! The page of the rules of keeping: the rules, a form for one, and what it would move now.

use leptos::prelude::*;

use super::model::Picture;
use crate::{
    shared::{lang::Text, shown::shown},
    ui::{
        blocks::{self, Tone, notice},
        form::{Field, Refused, error_summary},
        href, icon, lang, t,
        texts::{bin, keys, media as m, retention as w},
    },
};

/// The longest rule, in days.
pub const LONGEST: i64 = 3650;
/// A preview counts to here.
pub const MOST: i64 = 10_000;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The title it holds for.
    pub answer_title: String,
    /// How many days its pictures are kept.
    pub days: i64,
    /// Who set it, such as `user:周敏`.
    pub set_by: String,
    /// When (Unix milliseconds).
    pub set_at: i64,
    /// When it was last carried out (Unix milliseconds).
    pub ran_at: Option<i64>,
}

/// What a rule would move to the bin now. Times are Unix milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// How many pictures; counted to [`MOST`].
    pub count: i64,
    /// When the oldest was filed.
    pub oldest: Option<i64>,
    /// When the newest was filed.
    pub newest: Option<i64>,
    /// The oldest of them.
    pub pictures: Vec<Picture>,
}

/// What the page shows.
#[derive(Clone, Debug, Default)]
pub struct Retention {
    /// The rules, by title.
    pub rules: Vec<Rule>,
    /// Titles to choose from.
    pub titles: Vec<String>,
    /// What was typed.
    pub title: String,
    /// What was typed.
    pub days: String,
    /// What the rule that was typed would move.
    pub preview: Option<Preview>,
    /// What was wrong with what was typed.
    pub refused: Refused,
    /// Bytes that the account keeps, the bin included.
    pub used: i64,
    /// Of these what lies in the bin alone.
    pub binned: i64,
    /// What it may keep in megabytes, as set or typed; empty for as much as there is.
    pub quota: String,
}

/// The page.
pub fn retention(shown: Retention) -> AnyView {
    let Retention { rules, titles, title, days, preview, refused, used, binned, quota } = shown;
    let list = if rules.is_empty() { blocks::empty(t(w::NONE), ()) } else { table(rules) };
    let preview = preview.map(|preview| previewed(&title, &days, preview));
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=href("/media")>{t(m::ALL)}</a></nav>
            {blocks::page_head(t(w::TITLE), Some(t(w::LINE).to_owned()), super::bin::link())}
            {preview}
            <section class="block" aria-labelledby="head-rules"><header><h2 id="head-rules">{t(w::RULES)}</h2></header>{list}</section>
            <section class="block" aria-labelledby="head-new">
                <header><h2 id="head-new">{t(w::NEW)}</h2></header>
                <form class="stack" method="get" action=href("/media/retention") novalidate>
                    {error_summary(&refused)}
                    {choose(titles, &title, &refused)}
                    {Field::new("days", w::DAYS).kind("number").value(days).hint(w::DAYS_HINT).view(&refused)}
                    <div class="row"><button class="btn btn-primary" type="submit">{icon("eye")}{t(w::PREVIEW)}</button></div>
                </form>
            </section>
            {quota_form(used, binned, quota, &refused)}
        </main>
    }
    .into_any()
}

/// What the account keeps, and the form for what it may keep.
fn quota_form(used: i64, binned: i64, quota: String, refused: &Refused) -> AnyView {
    let empty = (binned > 0).then(|| view! { " · "<a href=href("/media/bin/empty")>{t(bin::EMPTY_NOW)}</a> });
    view! {
        <section class="block" aria-labelledby="head-quota">
            <header><h2 id="head-quota">{t(w::QUOTA)}</h2></header>
            <p class="muted">{t(w::QUOTA_LINE)}</p>
            <form class="stack" method="post" action=href("/media/retention") novalidate>
                <dl class="kv">
                    <div><dt>{t(w::QUOTA_USED)}</dt><dd>{blocks::size(used)}</dd></div>
                    <div><dt>{t(w::QUOTA_BIN)}</dt><dd>{blocks::size(binned)}{empty}</dd></div>
                </dl>
                {Field::new("quota", w::QUOTA_FIELD).kind("number").value(quota).hint(w::QUOTA_HINT).view(refused)}
                <div class="row"><button class="btn" type="submit" name="intent" value="quota">{t(w::QUOTA_SAVE)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// A list of the titles of late; one that is not among them stays chosen.
fn choose(mut titles: Vec<String>, title: &str, refused: &Refused) -> AnyView {
    if !title.is_empty() && !titles.iter().any(|known| known == title) {
        titles.insert(0, title.to_owned());
    }
    let wrong = refused.of("title").map(|said| said.get(lang()).to_owned());
    let chosen = title.to_owned();
    let options = titles.into_iter().map(|name| {
        let here = name == chosen;
        view! { <option value=name.clone() selected=here>{name.clone()}</option> }
    });
    let described = wrong.is_some().then_some("title-error");
    view! {
        <div class="field">
            <label for="title">{t(m::ANSWER_TITLE)}</label>
            <span class="select">
                <select class="input" id="title" name="title" aria-describedby=described aria-invalid=wrong.is_some().then_some("true")>
                    {options.collect_view()}
                </select>
                {icon::icon_small("down")}
            </span>
            {wrong.map(|text| crate::ui::form::field_error("title", text))}
        </div>
    }
    .into_any()
}

fn table(rules: Vec<Rule>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::RULES)}</caption>
            <thead><tr>
                <th scope="col">{t(m::ANSWER_TITLE)}</th><th scope="col">{t(w::KEPT)}</th><th scope="col">{t(w::SET)}</th>
                <th scope="col">{t(w::RAN)}</th><th scope="col"><span class="sr-only">{t(keys::ACTIONS)}</span></th>
            </tr></thead>
            <tbody>{rules.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(rule: Rule) -> AnyView {
    let path = href("/media/retention");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("title", &rule.answer_title)
        .append_pair("days", &rule.days.to_string())
        .finish();
    let name = rule.set_by.split_once(':').map_or(rule.set_by.as_str(), |(_, name)| name).to_owned();
    let label = blocks::about(t(w::DROP), &rule.answer_title);
    let ran = rule.ran_at.map_or_else(|| t(w::NOT_YET).into_any(), blocks::moment);
    view! {
        <tr>
            <td><a href=format!("{path}?{query}")>{rule.answer_title.clone()}</a></td>
            <td>{days(rule.days)}</td>
            <td>{name}<div class="muted">{blocks::moment(rule.set_at)}</div></td>
            <td>{ran}</td>
            <td class="to-end">
                <form method="post" action=path>
                    <input type="hidden" name="title" value=rule.answer_title/>
                    <button class="btn btn-sm" type="submit" name="intent" value="drop" aria-label=label>{t(w::DROP)}</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn days(count: i64) -> String {
    blocks::counted(count, "天", "day", "days")
}

/// What the rule would move, and the button that sets it: there is no other way to set one.
fn previewed(title: &str, typed: &str, preview: Preview) -> AnyView {
    let with = |text: Text, parts: &[(&str, &str)]| {
        parts.iter().fold(text.get(lang()).to_owned(), |text, (name, value)| text.replace(name, value))
    };
    let count = if preview.count >= MOST { format!("{}+", blocks::number(MOST)) } else { blocks::number(preview.count) };
    // What people named goes in last: it is never looked into for places.
    let head = with(w::WOULD, &[("{days}", typed.trim()), ("{title}", title)]);
    let facts = match (preview.oldest, preview.newest) {
        (Some(oldest), Some(newest)) => view! {
            <dl class="kv">
                <div><dt>{t(w::COUNT)}</dt><dd>{count}</dd></div>
                <div><dt>{t(w::OLDEST)}</dt><dd>{blocks::moment(oldest)}</dd></div>
                <div><dt>{t(w::NEWEST)}</dt><dd>{blocks::moment(newest)}</dd></div>
            </dl>
        }
        .into_any(),
        _ => notice(Tone::Plain, view! { <p>{t(w::NOTHING_NOW)}</p> }),
    };
    let faces = preview.pictures.iter().map(face).collect_view();
    view! {
        <section class="block" aria-labelledby="head-preview">
            <header><h2 id="head-preview">{head}</h2></header>
            {facts}
            <div class="row retention-faces">{faces}</div>
            <form class="row" method="post" action=href("/media/retention")>
                <input type="hidden" name="title" value=title.to_owned()/>
                <input type="hidden" name="days" value=typed.to_owned()/>
                <a class="btn" href=href("/media/retention")>{t(w::CANCEL)}</a>
                <button class="btn btn-danger-solid" type="submit" name="intent" value="save">{t(w::SAVE)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn face(picture: &Picture) -> AnyView {
    let path = href(&format!("/media/{}", picture.id));
    let name = [&picture.user_id, &picture.question_id].map(|name| shown(name)).join(" ");
    let inner = match &picture.content {
        Some(content) if content.thumb => {
            view! { <img class="bin-face" src=format!("{path}/thumb?size=160") alt=name width="80" height="80" loading="lazy"/> }.into_any()
        }
        _ => view! { <span class="bin-face">{icon("image")}<span class="sr-only">{name}</span></span> }.into_any(),
    };
    view! { <a href=path>{inner}</a> }.into_any()
}
