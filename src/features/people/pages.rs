//! The page 关注者.

use leptos::prelude::*;

use super::model::{Counts, Follower, Sync, Tag, Wanted};
use crate::{
    shared::{lang::Lang, list::Listed, rights::Right, time},
    ui::{
        blocks::{Tone, about, badge, empty, moment, notice, number, page_head, pager, post_button},
        frame, href, icon, lang, now, t,
        texts::{people as w, qr, shell},
    },
};

/// What the page shows.
pub struct Shown {
    /// Whether there is an account at all.
    pub connected: bool,
    /// The rows.
    pub list: Listed<Follower>,
    /// All tags.
    pub tags: Vec<Tag>,
    /// How many follow.
    pub counts: Counts,
    /// When the list was last brought up to date.
    pub synced_at: Option<i64>,
    /// How a synchronisation stands.
    pub sync: Option<Sync>,
    /// What the list is narrowed to.
    pub wanted: Wanted,
    /// Whether this is the first page.
    pub first: bool,
}

/// The page.
pub fn people(shown: Shown) -> AnyView {
    if !shown.connected {
        let connect = frame().may(Right::Administer).then(|| view! { <a class="btn btn-primary" href="/accounts/new">{t(w::CONNECT)}</a> });
        return view! {
            <main id="main" class="page">{page_head(t(shell::PEOPLE), None, ())}{empty(t(w::NO_ACCOUNT), connect)}</main>
        }
        .into_any();
    }
    let sync = post_button(href("/people"), "sync", "btn", (icon("refresh"), t(w::SYNC)));
    let narrowed = !shown.wanted.text.is_empty() || shown.wanted.tag.is_some();
    let first = (!shown.first).then(|| link(&shown.wanted.text, shown.wanted.tag, None));
    let next = shown.list.next_cursor.as_deref().map(|after| link(&shown.wanted.text, shown.wanted.tag, Some(after)));
    view! {
        <main id="main" class="page">
            {page_head(t(shell::PEOPLE), Some(summary(&shown.counts, shown.synced_at)), view! { <a class="btn desk" href=href("/people/codes")>{t(qr::TITLE)}</a>{sync} })}
            {shown.sync.map(watched)}
            {filters(&shown.wanted, &shown.tags, shown.counts.following)}
            {if shown.list.items.is_empty() { nobody(narrowed) } else { table(shown.list.items, &shown.tags) }}
            {pager(first, next)}
        </main>
    }
    .into_any()
}

fn summary(counts: &Counts, synced_at: Option<i64>) -> String {
    let synced = synced_at.map_or_else(
        || t(w::NEVER_SYNCED).to_owned(),
        |at| {
            let at = time::moment(at, now(), lang());
            match lang() {
                Lang::Zh => format!("上次同步 {at}"),
                Lang::En => format!("last synced {at}"),
            }
        },
    );
    match lang() {
        Lang::Zh => format!("{} 人关注，{} 人已取消。{synced}", number(counts.following), number(counts.left)),
        Lang::En => format!("{} following, {} left; {synced}", number(counts.following), number(counts.left)),
    }
}

/// How a synchronisation goes; fetched again while it runs, by the page as a whole where no script can.
fn watched(sync: Sync) -> AnyView {
    let running = matches!(sync, Sync::Running { .. });
    let whole = running.then(|| view! { <noscript><meta http-equiv="refresh" content="3"/></noscript> });
    view! { <div id="sync" data-poll=running.then_some("")>{whole}{sync_notice(sync)}</div> }.into_any()
}

fn sync_notice(sync: Sync) -> AnyView {
    match sync {
        Sync::Running { total: 0, .. } => notice(Tone::Run, view! { <p role="status">{t(w::SYNCING)}</p> }),
        Sync::Running { done, total } => {
            let line = match lang() {
                Lang::Zh => format!("正在从微信同步：已取 {} / {} 人", number(done), number(total)),
                Lang::En => format!("Syncing from WeChat: {} of {}", number(done), number(total)),
            };
            notice(
                Tone::Run,
                view! {
                    <p role="status">{line}</p>
                    <progress class="meter" aria-label=t(w::SYNCING) value=done.to_string() max=total.max(done).to_string()></progress>
                },
            )
        }
        Sync::Failed { said, errcode } => {
            let code = errcode.map(|code| view! { " "<code>{code}</code> });
            notice(Tone::Bad, view! { <h2>{t(w::SYNC_FAILED)}</h2><p>{said.get(lang()).to_owned()}{code}</p> })
        }
    }
}

fn link(text: &str, tag: Option<i64>, after: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !text.is_empty() {
        query.append_pair("q", text);
    }
    if let Some(tag) = tag {
        query.append_pair("tag", &tag.to_string());
    }
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    let query = query.finish();
    if query.is_empty() { href("/people") } else { format!("{}?{query}", href("/people")) }
}

fn filters(wanted: &Wanted, tags: &[Tag], all: i64) -> AnyView {
    let narrowed = !wanted.text.is_empty() || wanted.tag.is_some();
    view! {
        <form class="people-search" method="get" action=href("/people") role="search">
            <label class="sr-only" for="q">{t(w::SEARCH)}</label>
            <input class="input" type="search" id="q" name="q" maxlength="64" value=wanted.text.clone() placeholder=t(w::SEARCH)
                autocomplete="off" spellcheck="false"/>
            {wanted.tag.map(|tag| view! { <input type="hidden" name="tag" value=tag.to_string()/> })}
            <button class="btn" type="submit">{icon("search")}{t(w::FIND)}</button>
            {narrowed.then(|| view! { <a class="btn btn-ghost" href=href("/people")>{t(w::CLEAR)}</a> })}
        </form>
        {(!tags.is_empty()).then(|| view! {
            <nav class="chips" aria-label=t(w::TAGS)>
                {chip(link(&wanted.text, None, None), t(w::ALL).to_owned(), all, wanted.tag.is_none())}
                {tags.iter().map(|tag| {
                    chip(link(&wanted.text, Some(tag.id), None), tag.name.clone(), tag.count, wanted.tag == Some(tag.id))
                }).collect_view()}
            </nav>
        })}
    }
    .into_any()
}

fn chip(to: String, name: String, count: i64, here: bool) -> AnyView {
    view! {
        <a class="chip" href=to aria-current=here.then_some("true")><span>{name}</span><span class="faint">{number(count)}</span></a>
    }
    .into_any()
}

fn nobody(narrowed: bool) -> AnyView {
    if narrowed { empty(t(w::NO_MATCH), view! { <a class="btn" href=href("/people")>{t(w::CLEAR)}</a> }) } else { empty(t(w::EMPTY), ()) }
}

fn table(rows: Vec<Follower>, tags: &[Tag]) -> AnyView {
    let composing = frame().may(Right::Compose);
    view! {
        <table class="table table-cards people">
            <caption class="sr-only">{t(w::CAPTION)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t(w::PERSON)}</th>
                    <th scope="col">"openid"</th>
                    <th scope="col">{t(w::TAG_COLUMN)}</th>
                    <th scope="col">{t(w::FOLLOWED)}</th>
                    <th scope="col">{t(w::LAST_MESSAGE)}</th>
                    <th scope="col"><span class="sr-only">{t(w::ACTIONS)}</span></th>
                </tr>
            </thead>
            <tbody>{rows.into_iter().map(|row| line(row, tags, composing)).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn line(row: Follower, tags: &[Tag], composing: bool) -> AnyView {
    let names: Vec<_> = row.tags.iter().filter_map(|id| tags.iter().find(|tag| tag.id == *id)).map(|tag| tag.name.clone()).collect();
    let name = row.name().map(str::to_owned);
    let spoken = name.clone().unwrap_or_else(|| row.openid.clone());
    let initial = row.initial();
    let nameless = name.is_none();
    let openid: String = url::form_urlencoded::byte_serialize(row.openid.as_bytes()).collect();
    let (history, send) = (format!("{}?touser={openid}", href("/messages")), format!("{}?to={openid}", href("/send")));
    view! {
        <tr class=(!row.following).then_some("gone")>
            <td>
                <span class="who">
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <a class=if nameless { "name faint" } else { "name" } href=format!("{}/{openid}", href("/people"))>
                        {name.unwrap_or_else(|| t(w::NAMELESS).to_owned())}
                    </a>
                    {(!row.following).then(|| badge(Tone::Plain, t(w::GONE)))}
                </span>
            </td>
            <td class="mono openid">{row.openid}</td>
            <td><span class="row">{names.into_iter().map(|name| view! { <span class="tag">{name}</span> }).collect_view()}</span></td>
            <td class="muted to-end">{row.followed_at.map_or_else(|| "—".into_any(), moment)}</td>
            <td><a href=history aria-label=about(t(w::SEE_MESSAGES), &spoken)>{t(w::SEE_MESSAGES)}</a></td>
            <td class="to-end">
                {(composing && row.following).then(|| view! {
                    <a class="btn btn-sm" href=send aria-label=about(t(w::SEND), &spoken)>{t(w::SEND)}</a>
                })}
            </td>
        </tr>
    }
    .into_any()
}
