//! The page 收集进度: people down, questions across, how each stands with each. Everything is a link or a form.

use leptos::prelude::*;

use super::{
    desk::{Tab, tabs},
    standing::{Cell, Column, Row, Standing},
};
use crate::{
    shared::lang::Text,
    ui::{
        blocks::{self, Tone, number},
        form::{Field, Refused, area_html, error_summary},
        href, icon,
        icon::icon_small,
        t,
        texts::{board as w, media as m},
    },
};

/// What the page shows.
pub struct Board {
    /// Titles to choose.
    pub titles: Vec<String>,
    /// The title shown; empty where there is none.
    pub title: String,
    /// Whether only those are shown who lack something.
    pub open: bool,
    /// The questions, as many as fit.
    pub columns: Vec<Column>,
    /// All questions together.
    pub all: Column,
    /// How many questions there are.
    pub questions: i64,
    /// How many people there are.
    pub people: i64,
    /// How many have sent everything.
    pub complete: i64,
    /// The people of the page.
    pub rows: Vec<Row>,
    /// Link to the next page.
    pub next: Option<String>,
    /// Whether there are people before those of the page.
    pub first: bool,
    /// Why what was asked for is not done.
    pub refused: Option<String>,
    /// Whether the visitor may have the ZIP.
    pub downloads: bool,
    /// Whether the visitor may write to people.
    pub composes: bool,
    /// Whether the visitor may change the list.
    pub lists: bool,
    /// How many pictures wait for review; none for those who may not review.
    pub waiting: Option<String>,
}

/// A link to a board.
pub fn link(path: &str, title: &str, open: bool, after: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("title", title);
    if open {
        query.append_pair("open", "1");
    }
    if !after.is_empty() {
        query.append_pair("after", after);
    }
    format!("{path}?{}", query.finish())
}

/// The page.
pub fn board(board: Board) -> AnyView {
    let head = blocks::page_head(if board.title.is_empty() { t(w::TITLE).to_owned() } else { board.title.clone() }, None, actions(&board));
    let refused = board.refused.clone().map(|why| view! { <div role="alert">{blocks::notice(Tone::Bad, view! { <p>{why}</p> })}</div> });
    let body = if board.people == 0 {
        let list = board.lists.then(|| lists(&board.title));
        blocks::empty(t(w::EMPTY), list)
    } else {
        view! { {stats(&board)}{narrowing(&board)}{beyond(&board)}{table(&board)}{pages(&board)} }.into_any()
    };
    view! {
        <main id="main" class="page page-wide page-tight board-page">
            {tabs(Tab::Board, board.waiting.clone())}
            {head}
            {refused}
            {body}
        </main>
    }
    .into_any()
}

/// The ways to a title's lists of people and of questions.
fn lists(title: &str) -> AnyView {
    let to = |path: &str| if title.is_empty() { href(path) } else { link(&href(path), title, false, "") };
    view! { <a class="btn" href=to("/media/board/list")>{t(w::LIST)}</a><a class="btn" href=to("/media/board/questions")>{t(w::QUESTIONS)}</a> }
        .into_any()
}

fn actions(board: &Board) -> AnyView {
    let option = |title: &String| {
        let (chosen, value) = (*title == board.title, title.clone());
        view! { <option value=value selected=chosen>{title.clone()}</option> }
    };
    let choose = (board.titles.len() > 1).then(|| {
        view! {
            <form class="pickrow" method="get" action=href("/media/board")>
                <label class="sr-only" for="title">{t(w::OTHER_TITLE)}</label>
                <span class="select"><select class="input" id="title" name="title">{board.titles.iter().map(option).collect_view()}</select>{icon_small("down")}</span>
                <button class="btn" type="submit">{t(w::SHOW)}</button>
            </form>
        }
    });
    let csv = link(&href("/media/board/export.csv"), &board.title, board.open, "");
    let files = (board.people > 0).then(|| {
        let zip = board.downloads.then(|| {
            view! {
                <form class="row" method="post" action=link(&href("/media"), &board.title, false, "")>
                    <button class="btn" type="submit" name="zip" value="shown">{icon("zip")}"ZIP"</button>
                    <button class="btn" type="submit" name="zip" value="best" title=t(w::BEST_HINT)>{icon("zip")}{t(w::BEST)}</button>
                </form>
            }
        });
        view! { <a class="btn" href=csv download="">{icon("download")}"CSV"</a>{zip} }
    });
    let list = (board.lists && board.people > 0).then(|| lists(&board.title));
    view! { {choose}{list}{files} }.into_any()
}

fn stats(board: &Board) -> AnyView {
    let Column { here, coming, rejected, missing, .. } = board.all;
    let stat = |mark: Option<&'static str>, label: Text, count: i64, of: Option<i64>| {
        let of = of.map(|of| view! { <span class="unit">{format!("/ {}", number(of))}</span> });
        let mark = mark.map(|class| view! { <i class=class></i>" " });
        view! { <div class="stat"><dt>{mark}{t(label)}</dt><dd><span class="num">{number(count)}</span>{of}</dd></div> }
    };
    view! {
        <dl class="stats stats-s">
            {stat(None, w::COMPLETE, board.complete, Some(board.people))}
            {stat(Some("sw sw-ok"), w::HERE, here, Some(board.people * board.questions))}
            {stat(Some("sw sw-sent"), w::COMING, coming, None)}
            {stat(Some("sw sw-bad"), w::REJECTED, rejected, None)}
            {stat(Some("sw"), w::MISSING, missing, None)}
        </dl>
    }
    .into_any()
}

fn narrowing(board: &Board) -> AnyView {
    let path = href("/media/board");
    let chip = |open: bool, label: Text, count: i64| {
        let here = (board.open == open).then_some("true");
        view! { <a class="chip" href=link(&path, &board.title, open, "") aria-current=here>{t(label)}" "{number(count)}</a> }
    };
    view! {
        <nav class="row" aria-label=t(w::NARROW)>
            {chip(false, w::EVERYBODY, board.people)}
            {chip(true, w::INCOMPLETE, board.people - board.complete)}
        </nav>
    }
    .into_any()
}

/// Says so where not every question has a column.
fn beyond(board: &Board) -> Option<AnyView> {
    let shown = board.columns.len();
    let more = board.questions > i64::try_from(shown).unwrap_or(i64::MAX);
    let said = || t(w::BEYOND).replace("{all}", &number(board.questions)).replace("{shown}", &shown.to_string());
    more.then(|| blocks::notice(Tone::Plain, view! { <p>{said()}</p> }).into_any())
}

fn table(board: &Board) -> AnyView {
    if board.rows.is_empty() {
        return blocks::empty(t(if board.open { w::ALL_COMPLETE } else { w::NO_MORE }), ());
    }
    let action = link(&href("/media/board"), &board.title, board.open, "");
    let heads = board.columns.iter().map(|column| head(column, board)).collect_view();
    let rows = board.rows.iter().map(|row| person(row, board)).collect_view();
    let inside = view! {
        <div class="scroller" tabindex="0" role="region" aria-label=t(w::TABLE)>
            <table class="board">
                <caption class="sr-only">{t(w::TABLE)}</caption>
                <thead><tr><th scope="col">{t(w::PERSON)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    };
    if !board.composes {
        return inside.into_any();
    }
    view! {
        <form class="stack" method="post" action=action>
            {inside}
            <div class="remind"><button class="btn btn-primary" type="submit">{icon("send")}{t(w::REMIND)}</button><span class="hint">{t(w::REMIND_HINT)}</span></div>
        </form>
    }
    .into_any()
}

fn head(column: &Column, board: &Board) -> AnyView {
    let (here, people) = (number(column.here), number(board.people));
    let figures = t(w::FIGURES).replace("{here}", &here).replace("{people}", &people).replace("{missing}", &number(column.missing));
    let gallery = {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("title", &board.title).append_pair("question", &column.question);
        format!("{}?{}", href("/media"), query.finish())
    };
    let remind = (board.composes && column.missing > 0).then(|| {
        let label = t(w::REMIND_LACKING).replace("{count}", &number(column.missing));
        let about = blocks::about(&label, &column.question);
        view! { <button class="btn btn-ghost btn-sm" type="submit" name="lacking" value=column.question.clone() aria-label=about>{label}</button> }
    });
    view! {
        <th scope="col">
            <a href=gallery>{column.question.clone()}</a>
            <progress class="meter" aria-label=blocks::about(t(w::HERE), &column.question) value=column.here.to_string() max=board.people.to_string()></progress>
            <span class="faint">{figures}</span>
            {remind}
        </th>
    }
    .into_any()
}

fn person(row: &Row, board: &Board) -> AnyView {
    let called = row.called();
    let stray = (!row.listed && board.rows.iter().any(|other| other.listed)).then(|| view! { " · "{t(w::NOT_LISTED)} });
    let count = format!("{} / {}", row.here(), row.cells.len());
    let words = view! { <span>{called.clone()}<small class="faint">{count}{stray}</small></span> };
    let named = if board.composes {
        let label = blocks::about(t(w::CHOOSE), &called);
        view! { <label class="person"><input type="checkbox" name="user" value=row.user_id.clone() aria-label=label/>{words}</label> }
            .into_any()
    } else {
        view! { <span class="person">{words}</span> }.into_any()
    };
    let cells = row.cells.iter().zip(&board.columns).map(|(one, column)| cell(one, &called, &column.question)).collect_view();
    view! { <tr><th scope="row">{named}</th>{cells}</tr> }.into_any()
}

fn cell(cell: &Cell, called: &str, question: &str) -> AnyView {
    let name = if cell.asked { t(w::ASKED) } else { t(cell.standing.name()) };
    let (class, mark) = match cell.standing {
        Standing::Passed => ("cell c-ok", Some("check")),
        Standing::Stored => ("cell", None),
        Standing::Coming => ("cell c-way", Some("download")),
        Standing::Rejected => ("cell c-bad", Some("x")),
        Standing::Missing => ("cell c-miss", None),
    };
    let Some(id) = &cell.picture else { return view! { <td><span class=class>{name}</span></td> }.into_any() };
    let path = href(&format!("/media/{id}"));
    let thumb = (cell.thumb && cell.standing != Standing::Missing)
        .then(|| view! { <img src=format!("{path}/thumb?size=160") alt="" width="48" height="34" loading="lazy" decoding="async"/> });
    let label = blocks::about(&format!("{called} · {question}"), name);
    view! { <td><a class=class href=path aria-label=label>{thumb}<span>{mark.map(icon_small)}{name}</span></a></td> }.into_any()
}

fn pages(board: &Board) -> AnyView {
    if board.next.is_none() && !board.first {
        return ().into_any();
    }
    let first = board.first.then(|| link(&href("/media/board"), &board.title, board.open, ""));
    view! {
        <nav class="pager" aria-label=t(w::PAGES)>
            <span>{first.map(|to| view! { <a class="btn" rel="prev" href=to>{t(w::FIRST)}</a> })}</span>
            <span>{board.next.clone().map(|to| view! { <a class="btn" rel="next" href=to>{t(m::NEXT)}</a> })}</span>
        </nav>
    }
    .into_any()
}

/// What the form of a list holds.
#[derive(Clone, Debug, Default)]
pub struct ListForm {
    /// The title.
    pub title: String,
    /// What is typed.
    pub typed: String,
    /// What is wrong.
    pub refused: Refused,
}

/// The page on which a title's list of people is given.
pub fn list(form: ListForm) -> AnyView {
    let wrong = form.refused.of("list").is_some().then_some("true");
    let typed = area_html(&form.typed);
    let back = if form.title.is_empty() { href("/media/board") } else { link(&href("/media/board"), &form.title, false, "") };
    view! {
        <main id="main" class="page">
            <nav class="crumb"><a href=back>{t(w::TITLE)}</a></nav>
            {blocks::page_head(t(w::LIST), Some(t(w::LIST_LINE).to_owned()), ())}
            {error_summary(&form.refused)}
            <form class="stack" method="post" action=href("/media/board/list") enctype="multipart/form-data">
                {Field::new("title", w::LIST_TITLE).value(form.title).view(&form.refused)}
                <div class="field">
                    <label for="list">{t(w::LIST_LINES)}</label>
                    <textarea class="input mono" id="list" name="list" rows="10" aria-describedby="list-hint" aria-invalid=wrong inner_html=typed></textarea>
                    <p class="hint" id="list-hint">{t(w::LIST_HINT)}</p>
                </div>
                <div class="field">
                    <label for="file">{t(w::LIST_FILE)}</label>
                    <input class="input" type="file" id="file" name="file" accept=".csv,.xlsx,text/csv"/>
                </div>
                <div class="row"><button class="btn btn-primary" type="submit">{t(w::LIST_SAVE)}</button></div>
            </form>
        </main>
    }
    .into_any()
}
