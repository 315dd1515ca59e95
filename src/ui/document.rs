//! The document around every page: head, sidebar, top bar, tab bar.

use leptos::prelude::*;

use super::{Frame, frame::Theme, frame::TokenHealth, href, icon, t, texts::shell as w};
use crate::shared::{
    lang::{Lang, Text},
    rights::Right,
};

/// The whole document. `title` is the page's own; `bare` leaves the shell away (login, set-up, errors without a session).
pub fn document(frame: &Frame, title: &str, bare: bool, body: AnyView) -> AnyView {
    let product = w::PRODUCT.get(frame.lang);
    let account = frame.account.as_ref().map(|account| format!(" · {}", account.name)).unwrap_or_default();
    let assets = frame.assets;
    let content = if bare { body } else { shell(frame, body) };
    view! {
        <html lang=frame.lang.tag() data-theme=frame.theme.map(Theme::word)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{format!("{title}{account} · {product}")}</title>
                <link rel="icon" type="image/svg+xml" href=format!("{assets}/favicon.svg")/>
                <link rel="stylesheet" href=format!("{assets}/app.css")/>
                <script type="module" src=format!("{assets}/boot.js")></script>
            </head>
            <body>
                <a class="skip" href="#main">{w::SKIP.get(frame.lang)}</a>
                {content}
            </body>
        </html>
    }
    .into_any()
}

struct Link {
    path: &'static str,
    icon: &'static str,
    name: Text,
    right: Right,
}

const fn link(path: &'static str, icon: &'static str, name: Text, right: Right) -> Link {
    Link { path, icon, name, right }
}

const GROUPS: [(Option<Text>, &[Link]); 5] = [
    (None, &[link("/", "home", w::OVERVIEW, Right::Overview)]),
    (
        Some(w::GROUP_MESSAGES),
        &[
            link("/send", "send", w::SEND, Right::Compose),
            link("/messages", "history", w::MESSAGES, Right::History),
            link("/templates", "template", w::TEMPLATES, Right::Templates),
        ],
    ),
    (Some(w::GROUP_CONTENT), &[link("/media", "image", w::MEDIA, Right::Pictures), link("/people", "users", w::PEOPLE, Right::People)]),
    (
        Some(w::GROUP_DEVELOP),
        &[
            link("/tokens", "shield", w::TOKENS, Right::Tokens),
            link("/jssdk", "debug", w::JSSDK, Right::Signatures),
            link("/keys", "key", w::KEYS, Right::OwnKeys),
            link("/docs", "list", w::DOCS, Right::Signatures),
        ],
    ),
    (
        Some(w::GROUP_ADMIN),
        &[
            link("/users", "user", w::USERS, Right::Administer),
            link("/audit", "calendar", w::AUDIT, Right::Administer),
            link("/settings", "gear", w::SETTINGS, Right::Administer),
        ],
    ),
];

const TABS: [Link; 5] = [
    link("/", "home", w::OVERVIEW, Right::Overview),
    link("/send", "send", w::TAB_SEND, Right::Compose),
    link("/media", "image", w::MEDIA, Right::Pictures),
    link("/messages", "history", w::TAB_MESSAGES, Right::History),
    link("/more", "menu", w::MORE, Right::Overview),
];

fn current(frame: &Frame, path: &str) -> Option<&'static str> {
    let here = if path == "/" {
        frame.path == "/"
    } else {
        frame.path == path || frame.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    };
    // Accounts and batches have no line of their own in the sidebar; they are part of the settings and of the history.
    let inside = path == "/settings" && frame.path.starts_with("/accounts") || path == "/messages" && frame.path.starts_with("/batches");
    (here || inside).then_some("page")
}

fn shell(frame: &Frame, body: AnyView) -> AnyView {
    view! {
        <div class="shell">
            <aside class="sidebar desk">
                <a class="logo" href=href("/")>{logo()}<span>{t(w::PRODUCT)}</span></a>
                <nav aria-label=t(w::MAIN_NAV)>{groups(frame)}</nav>
                <div class="sidebar-foot">{me(frame)}</div>
            </aside>
            <div class="panel">
                {topbar(frame)}
                {frame.sandbox.then(sandbox_strip)}
                {body}
            </div>
        </div>
        <nav class="tabbar" aria-label=t(w::PHONE_NAV)>
            {TABS.iter().filter(|tab| frame.may(tab.right)).map(|tab| view! {
                <a href=href(tab.path) aria-current=current(frame, tab.path)>{icon(tab.icon)}<span>{t(tab.name)}</span></a>
            }).collect_view()}
        </nav>
        <div class="toasts" role="status">
            {frame.flash.clone().map(|text| view! { <p class="toast">{icon("check")}<span>{text}</span></p> })}
        </div>
    }
    .into_any()
}

/// Every page the person may open, with its name; for the search.
pub fn destinations(frame: &Frame) -> Vec<(&'static str, Text)> {
    let links = GROUPS.iter().flat_map(|(_, links)| links.iter()).filter(|link| frame.may(link.right));
    let mut found: Vec<_> = links.map(|link| (link.path, link.name)).collect();
    if frame.may(Right::Administer) {
        found.extend([("/accounts", w::ACCOUNTS), ("/accounts/new", w::ADD_ACCOUNT)]);
    }
    found.push(("/profile", w::PROFILE));
    found
}

/// The navigation by groups, only what the person may open; also the body of the page 更多.
pub fn groups(frame: &Frame) -> AnyView {
    GROUPS
        .iter()
        .filter(|(_, links)| links.iter().any(|link| frame.may(link.right)))
        .map(|(name, links)| {
            view! {
                <div class="nav">
                    {name.map(|name| view! { <h2 class="nav-group">{t(name)}</h2> })}
                    {links.iter().filter(|link| frame.may(link.right)).map(|link| view! {
                        <a class="nav-link" href=href(link.path) aria-current=current(frame, link.path)>
                            {icon(link.icon)}<span>{t(link.name)}</span>
                        </a>
                    }).collect_view()}
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn me(frame: &Frame) -> AnyView {
    let Some(person) = frame.person.clone() else { return ().into_any() };
    let initial: String = person.name.chars().take(1).collect();
    view! {
        <a class="nav-link" href="/profile" aria-current=current(frame, "/profile")>
            <span class="avatar">{initial}</span><span>{person.name}</span><span class="count">{t(person.role.name())}</span>
        </a>
    }
    .into_any()
}

fn topbar(frame: &Frame) -> AnyView {
    view! {
        <header class="topbar">
            {switcher(frame)}
            {token_pill(frame)}
            <span class="spacer"></span>
            <a class="search-btn desk" href=href("/search") data-search="" aria-keyshortcuts="Control+K">
                {icon("search")}<span>{t(w::SEARCH)}</span><kbd class="faint" data-js="" aria-hidden="true">"Ctrl K"</kbd>
            </a>
            <a class="btn btn-ghost btn-icon hand" href=href("/search") aria-label=t(w::SEARCH)>{icon("search")}</a>
            <div class="desk">{language_button(frame)}</div>
            {theme_button(frame)}
        </header>
    }
    .into_any()
}

fn switcher(frame: &Frame) -> AnyView {
    let Some(account) = frame.account.clone() else {
        return view! { <a class="switcher" href="/accounts/new">{icon("plus")}<span>{t(w::ADD_ACCOUNT)}</span></a> }.into_any();
    };
    let initial: String = account.name.chars().take(1).collect();
    // The same section of the other account: a record of this one is not there.
    let section = frame.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let rest = if section.is_empty() { String::new() } else { format!("/{section}") };
    let others = frame.accounts.iter().map(|other| {
        let to = format!("/a/{}{}", other.app_id, if rest.is_empty() { "/" } else { rest.as_str() });
        let here = (other.app_id == account.app_id).then_some("true");
        view! { <a href=to aria-current=here><span>{other.name.clone()}</span><span class="faint mono">{other.app_id.clone()}</span></a> }
    });
    view! {
        <details class="menu">
            <summary class="switcher">
                <span class="avatar avatar-square">{initial}</span><span>{account.name.clone()}</span>{super::icon::icon_small("down")}
            </summary>
            <div class="menu-list">
                {others.collect_view()}
                {frame.may(Right::Administer).then(|| view! { <a href="/accounts">{icon("gear")}<span>{t(w::ACCOUNTS)}</span></a> })}
            </div>
        </details>
    }
    .into_any()
}

fn token_pill(frame: &Frame) -> AnyView {
    let Some(health) = frame.token else { return ().into_any() };
    let (class, text) = match health {
        TokenHealth::Good => ("badge badge-ok desk", w::TOKEN_GOOD),
        TokenHealth::Soon => ("badge badge-warn", w::TOKEN_SOON),
        TokenHealth::Failed => ("badge badge-bad", w::TOKEN_FAILED),
        TokenHealth::Waiting => ("badge badge-run", w::TOKEN_WAITING),
    };
    if frame.may(Right::Tokens) {
        view! { <a class=class href=href("/tokens")>{t(text)}</a> }.into_any()
    } else {
        view! { <span class=class>{t(text)}</span> }.into_any()
    }
}

/// The form that switches the language and comes back here.
pub fn language_button(frame: &Frame) -> AnyView {
    let (other, name) = match frame.lang {
        Lang::Zh => (Lang::En, "English"),
        Lang::En => (Lang::Zh, "简体中文"),
    };
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="lang" value=other.word()/>
            <input type="hidden" name="back" value=here(frame)/>
            <button class="btn btn-ghost" type="submit" lang=other.tag()>{icon("globe")}{name}</button>
        </form>
    }
    .into_any()
}

/// The form that switches between light and dark and comes back here.
pub fn theme_button(frame: &Frame) -> AnyView {
    let (other, label) = match frame.theme {
        Some(Theme::Dark) => (Theme::Light, w::TO_LIGHT),
        _ => (Theme::Dark, w::TO_DARK),
    };
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="theme" value=other.word()/>
            <input type="hidden" name="back" value=here(frame)/>
            <button class="btn btn-ghost btn-icon" type="submit" aria-label=t(label)>{icon("moon")}</button>
        </form>
    }
    .into_any()
}

fn here(frame: &Frame) -> String {
    let path = frame.href(&frame.path);
    if frame.query.is_empty() { path } else { format!("{path}?{}", frame.query) }
}

fn sandbox_strip() -> AnyView {
    view! {
        <aside class="sandbox-strip" aria-label=t(w::SANDBOX_NAME)>
            {icon("info")}
            <span>{t(w::SANDBOX)}</span>
            <a href="/sandbox/phone">{t(w::SANDBOX_PHONE)}</a>
        </aside>
    }
    .into_any()
}

/// The product's mark.
pub fn logo() -> AnyView {
    view! {
        <svg viewBox="0 0 28 28" aria-hidden="true">
            <rect class="logo-ground" width="28" height="28" rx="8"/>
            <path class="logo-bubble" d="M7 9.5A2.5 2.5 0 0 1 9.500 7h9A2.500 2.500 0 0 1 21 9.500v5.800a2.500 2.500 0 0 1-2.500 2.500h-5.300L9 21.200v-3.500a2.500 2.500 0 0 1-2-2.400z"/>
            <path class="logo-tick" d="m10.600 12.300 2.400 2.300 4.400-4.400"/>
        </svg>
    }
    .into_any()
}
