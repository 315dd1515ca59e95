//! `/audit`: the log, newest first.

use leptos::prelude::*;

use super::{
    model::{ACTIONS, action_text, page_of},
    server::Line,
};
use crate::{
    shared::list::Listed,
    ui::{
        blocks::{empty, fold, moment, page_head, pager},
        frame, href, icon,
        icon::icon_small,
        lang, t,
        texts::{audit as w, shell},
    },
};

/// The filters, as typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The actor's name.
    pub who: String,
    /// The stable word of the act.
    pub action: String,
    /// From this day.
    pub from: String,
    /// To this day.
    pub to: String,
}

impl Typed {
    /// How many filters are set.
    fn chosen(&self) -> usize {
        [&self.who, &self.action, &self.from, &self.to].iter().filter(|text| !text.is_empty()).count()
    }

    /// The address of these filters under a path, with `before` where a page is not the first.
    fn href(&self, path: &str, before: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [("who", self.who.as_str()), ("action", &self.action), ("from", &self.from), ("to", &self.to)];
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(before) = before {
            query.append_pair("before", before);
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// The page. `later` says that newer lines are on an earlier page; `broken` is the first line whose hash does not fit.
pub fn view(lines: Listed<Line>, typed: Typed, later: bool, broken: Option<i64>) -> AnyView {
    let export = view! { <a class="btn" href=typed.href("/audit.csv", None) download="">{icon("download")}{t(w::EXPORT)}</a> };
    let next = lines.next_cursor.as_deref().map(|cursor| typed.href("/audit", Some(cursor)));
    let first = later.then(|| typed.href("/audit", None));
    let rows = match (lines.items.is_empty(), typed.chosen() == 0) {
        (true, true) => empty(t(w::EMPTY), ()),
        (true, false) => empty(t(w::NO_MATCH), view! { <a class="btn" href="/audit">{t(w::CLEAR)}</a> }),
        (false, _) => table(lines.items),
    };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::AUDIT), Some(t(w::LINE).to_owned()), export)}
            {broken.map(|id| view! {
                <div class="notice notice-bad" role="alert">{icon("error")}<div>{t(w::BROKEN)}" "<strong>{id}</strong></div></div>
            })}
            {filters(&typed)}
            {rows}
            {pager(first, next)}
        </main>
    }
    .into_any()
}

fn filters(typed: &Typed) -> AnyView {
    let chosen = typed.action.clone();
    let known = ACTIONS.iter().any(|(word, _)| *word == chosen);
    let other = (!known && !chosen.is_empty()).then(|| view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> });
    let options = ACTIONS.iter().map(|(word, text)| view! { <option value=*word selected=*word == chosen>{t(*text)}</option> });
    view! {
        {fold(typed.chosen())}
        <form class="filters" method="get" action="/audit">
            <div class="field"><label for="who">{t(w::WHO)}</label><input class="input" id="who" name="who" value=typed.who.clone() autocomplete="off"/></div>
            <div class="field">
                <label for="action">{t(w::ACTION)}</label>
                <span class="select">
                    <select class="input" id="action" name="action">
                        <option value="">{t(w::ANY)}</option>{options.collect_view()}{other}
                    </select>
                    {icon_small("down")}
                </span>
            </div>
            <div class="field"><label for="from">{t(w::FROM)}</label><input class="input" id="from" name="from" type="date" value=typed.from.clone()/></div>
            <div class="field"><label for="to">{t(w::TO)}</label><input class="input" id="to" name="to" type="date" value=typed.to.clone()/></div>
            <button class="btn" type="submit">{icon("filter")}{t(w::FILTER)}</button>
        </form>
    }
    .into_any()
}

/// What a line is about: a link where it has a page that the reader may open.
fn object(object: String) -> AnyView {
    let encode = |name: &str| percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC).to_string();
    match page_of(&object, encode).filter(|(right, _)| frame().may(*right)) {
        Some((_, path)) => view! { <a class="mono" href=href(&path)>{object}</a> }.into_any(),
        None => view! { <span class="mono">{object}</span> }.into_any(),
    }
}

fn table(lines: Vec<Line>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::CAPTION)}</caption>
            <thead><tr>
                <th scope="col">{t(w::TIME)}</th><th scope="col">{t(w::WHO)}</th><th scope="col">{t(w::ACTION)}</th>
                <th scope="col">{t(w::OBJECT)}</th><th scope="col">{t(w::ADDRESS)}</th><th scope="col">{t(w::DETAIL)}</th>
            </tr></thead>
            <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(line: Line) -> AnyView {
    let kind = match line.actor_kind.as_str() {
        "key" => Some(w::KIND_KEY),
        "command" => Some(w::KIND_COMMAND),
        "system" => Some(w::KIND_SYSTEM),
        _ => None,
    };
    let action = action_text(&line.action).map_or_else(|| line.action.clone(), |text| text.get(lang()).to_owned());
    let label = format!("{} {}", t(w::DETAIL), line.id);
    let detail = (line.detail != "{}").then(|| {
        view! { <details><summary aria-label=label>{t(w::DETAIL)}</summary><pre class="code">{line.detail}</pre></details> }
    });
    view! {
        <tr>
            <td class="muted">{moment(line.at)}</td>
            <td>{line.actor}{kind.map(|kind| view! { <div class="faint">{t(kind)}</div> })}</td>
            <td>{action}</td>
            <td class="muted">{object(line.object)}</td>
            <td class="muted mono">{line.address}</td>
            <td>{detail}</td>
        </tr>
    }
    .into_any()
}
