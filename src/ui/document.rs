//! The document around every page: head, sidebar, top bar, tab bar.

use leptos::prelude::*;

use super::{
    Frame,
    frame::{Theme, TokenHealth},
    href, icon, look, switcher, t,
    texts::{compose, shell as w},
};
use crate::shared::{lang::Text, rights::Right};

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
    /// Whoever holds this right has a better way there.
    unless: Option<Right>,
    /// After `g`, this letter goes there.
    go: Option<&'static str>,
}

impl Link {
    const fn key(self, letter: &'static str) -> Self {
        Self { go: Some(letter), ..self }
    }

    const fn unless(self, right: Right) -> Self {
        Self { unless: Some(right), ..self }
    }

    fn is_for(&self, frame: &Frame) -> bool {
        frame.may(self.right) && !self.unless.is_some_and(|right| frame.may(right))
    }
}

const fn link(path: &'static str, icon: &'static str, name: Text, right: Right) -> Link {
    Link { path, icon, name, right, unless: None, go: None }
}

const GROUPS: [(Option<Text>, &[Link]); 5] = [
    (None, &[link("/", "home", w::OVERVIEW, Right::Overview).key("o")]),
    (
        Some(w::GROUP_MESSAGES),
        &[
            link("/send", "send", w::SEND, Right::Compose).key("s"),
            link("/send/test", "phone", compose::TEST_TITLE, Right::TestSend).unless(Right::Compose),
            link("/messages", "history", w::MESSAGES, Right::History).key("h"),
            link("/templates", "template", w::TEMPLATES, Right::Templates),
        ],
    ),
    (
        Some(w::GROUP_CONTENT),
        &[link("/media", "image", w::MEDIA, Right::Pictures).key("i"), link("/people", "users", w::PEOPLE, Right::People)],
    ),
    (
        Some(w::GROUP_DEVELOP),
        &[
            link("/tokens", "shield", w::TOKENS, Right::Tokens).key("t"),
            link("/jssdk", "debug", w::JSSDK, Right::Signatures),
            link("/keys", "key", w::KEYS, Right::OwnKeys),
            link("/webhooks", "upload", w::WEBHOOKS, Right::Administer),
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
                <div class="sidebar-foot">
                    <a class="nav-link" href="/shortcuts" data-help="" aria-current=current(frame, "/shortcuts")>
                        {icon("help")}<span>{t(w::SHORTCUTS)}</span>
                    </a>
                    {me(frame)}
                </div>
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
    let links = GROUPS.iter().flat_map(|(_, links)| links.iter()).filter(|link| link.is_for(frame));
    let mut found: Vec<_> = links.map(|link| (link.path, link.name)).collect();
    if frame.may(Right::Administer) {
        found.extend([("/accounts", w::ACCOUNTS), ("/accounts/new", w::ADD_ACCOUNT)]);
    }
    found.extend([("/profile", w::PROFILE), ("/shortcuts", w::SHORTCUTS)]);
    found
}

/// The letters after `g` and where they go, only what the person may open.
pub fn letters(frame: &Frame) -> Vec<(&'static str, Text)> {
    let links = GROUPS.iter().flat_map(|(_, links)| links.iter()).filter(|link| link.is_for(frame));
    links.filter_map(|link| Some((link.go?, link.name))).collect()
}

/// The navigation by groups, only what the person may open; also the body of the page 更多.
pub fn groups(frame: &Frame) -> AnyView {
    GROUPS
        .iter()
        .filter(|(_, links)| links.iter().any(|link| link.is_for(frame)))
        .map(|(name, links)| {
            view! {
                <div class="nav">
                    {name.map(|name| view! { <h2 class="nav-group">{t(name)}</h2> })}
                    {links.iter().filter(|link| link.is_for(frame)).map(|link| view! {
                        <a class="nav-link" href=href(link.path) aria-current=current(frame, link.path) data-go=link.go>
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
            {switcher::switcher(frame)}
            {token_pill(frame)}
            <span class="spacer"></span>
            <a class="search-btn desk" href=href("/search") data-search="" aria-keyshortcuts="Control+K">
                {icon("search")}<span>{t(w::SEARCH)}</span><kbd class="faint" data-js="" aria-hidden="true">"Ctrl K"</kbd>
            </a>
            <a class="btn btn-ghost btn-icon hand" href=href("/search") aria-label=t(w::SEARCH)>{icon("search")}</a>
            <div class="desk">{look::language_button(frame)}</div>
            {look::theme_button(frame)}
        </header>
    }
    .into_any()
}

fn token_pill(frame: &Frame) -> AnyView {
    let Some(health) = frame.token else { return ().into_any() };
    let (class, text) = switcher::token_state(health);
    // Good news has no room on a phone.
    let class = if health == TokenHealth::Good { format!("{class} desk") } else { class.to_owned() };
    if frame.may(Right::Tokens) {
        view! { <a class=class href=href("/tokens")>{t(text)}</a> }.into_any()
    } else {
        view! { <span class=class>{t(text)}</span> }.into_any()
    }
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
