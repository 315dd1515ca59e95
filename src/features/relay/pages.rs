//! `/tokens/calls`: what other systems called through us, newest first.

use leptos::prelude::*;

use super::model::{Line, Wanted};
use crate::{
    shared::{lang::Said, list::Listed},
    ui::{
        blocks::{Tone, badge, empty, fold, moment, number, pager},
        href, icon,
        icon::icon_small,
        lang, t,
        texts::{calls as w, shell},
    },
};

/// A line with what WeChat's code means.
#[derive(Clone)]
pub struct Row {
    /// The line.
    pub line: Line,
    /// Why WeChat refused, in plain words.
    pub reason: Option<Said>,
}

/// A key that may be asked for.
pub struct Key {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
}

impl Wanted {
    fn chosen(&self) -> usize {
        usize::from(self.key.is_some()) + usize::from(self.errcode.is_some())
    }

    /// The address of these filters, with `before` where a page is not the first.
    fn href(&self, before: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(key) = &self.key {
            query.append_pair("key", key);
        }
        if let Some(errcode) = self.errcode {
            query.append_pair("errcode", &errcode.to_string());
        }
        if let Some(before) = before {
            query.append_pair("before", before);
        }
        let query = query.finish();
        if query.is_empty() { href("/tokens/calls") } else { href(&format!("/tokens/calls?{query}")) }
    }
}

/// The page. `later` says that newer lines are on an earlier page.
pub fn view(lines: Listed<Row>, wanted: Wanted, keys: Vec<Key>, later: bool) -> AnyView {
    let next = lines.next_cursor.as_deref().map(|cursor| wanted.href(Some(cursor)));
    let first = later.then(|| wanted.href(None));
    let rows = match (lines.items.is_empty(), wanted.chosen() == 0) {
        (true, true) => empty(t(w::EMPTY), ()),
        (true, false) => empty(t(w::NO_MATCH), view! { <a class="btn" href=href("/tokens/calls")>{t(w::CLEAR)}</a> }),
        (false, _) => table(lines.items),
    };
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::TOKENS)>
                        <a href=href("/tokens")>{t(shell::TOKENS)}</a>{icon("right")}<span>{t(w::TITLE)}</span>
                    </nav>
                    <h1>{t(w::TITLE)}</h1>
                    <p>{t(w::LINE)}</p>
                </div>
            </div>
            {filters(&wanted, keys)}
            {rows}
            {pager(first, next)}
            <p class="faint">{t(w::BEHIND)}</p>
        </main>
    }
    .into_any()
}

fn filters(wanted: &Wanted, keys: Vec<Key>) -> AnyView {
    let chosen = wanted.key.clone().unwrap_or_default();
    let known = chosen.is_empty() || keys.iter().any(|key| key.id == chosen);
    // One that is gone from the list of keys is not gone from the log.
    let other = (!known).then(|| view! { <option value=chosen.clone() selected=true>{chosen.clone()}</option> });
    let options = keys.into_iter().map(|key| {
        let text = format!("{} · {}…", key.name, key.prefix);
        view! { <option value=key.id.clone() selected=key.id == chosen>{text}</option> }
    });
    let options = options.collect_view();
    let errcode = wanted.errcode.map(|code| code.to_string()).unwrap_or_default();
    view! {
        {fold(wanted.chosen())}
        <form class="filters" method="get" action=href("/tokens/calls")>
            <div class="field">
                <label for="key">{t(w::WHO)}</label>
                <span class="select">
                    <select class="input" id="key" name="key"><option value="">{t(w::ANY)}</option>{options}{other}</select>
                    {icon_small("down")}
                </span>
            </div>
            <div class="field">
                <label for="errcode">{t(w::ERRCODE)}</label>
                <input class="input" id="errcode" name="errcode" type="number" step="1" value=errcode autocomplete="off"/>
            </div>
            <button class="btn" type="submit">{icon("filter")}{t(w::FILTER)}</button>
        </form>
    }
    .into_any()
}

fn table(lines: Vec<Row>) -> AnyView {
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::TITLE)}</caption>
            <thead><tr>
                <th scope="col">{t(w::TIME)}</th><th scope="col">{t(w::WHO)}</th><th scope="col">{t(w::PATH)}</th>
                <th scope="col">{t(w::OUTCOME)}</th><th scope="col" class="num">{t(w::ELAPSED)}</th>
            </tr></thead>
            <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(Row { line, reason }: Row) -> AnyView {
    let path = match &line.path {
        Some(path) => view! { <span class="mono">{path.clone()}</span> }.into_any(),
        None => view! { <span class="faint">{t(w::NOT_LISTED)}</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="muted">{moment(line.at)}</td>
            <td>{line.name.clone()}</td>
            <td><span class="faint mono">{line.method.clone()}</span>" "{path}</td>
            <td class="to-end">{outcome(&line, reason.as_ref())}</td>
            <td class="num muted desk">{number(line.elapsed_ms)}" ms"</td>
        </tr>
    }
    .into_any()
}

/// WeChat's refusal by its code and meaning, ours by its word, anything else by its status.
fn outcome(line: &Line, reason: Option<&Said>) -> AnyView {
    match (line.errcode, &line.code, line.status) {
        (Some(errcode), ..) => {
            let reason = reason.map(|said| view! { <div class="faint">{said.get(lang()).to_owned()}</div> });
            view! { <span class="badge badge-bad">"errcode "<code>{errcode}</code></span>{reason} }.into_any()
        }
        (None, Some(code), status) => {
            let said = w::word(code).map(|text| view! { <div class="faint">{t(text)}</div> });
            view! { <span class="badge badge-warn">{status}" "<code>{code.clone()}</code></span>{said} }.into_any()
        }
        (None, None, 0) => badge(Tone::Plain, t(w::GONE)),
        (None, None, 200..=299) => badge(Tone::Ok, line.status.to_string()),
        (None, None, status) => badge(Tone::Bad, status.to_string()),
    }
}
