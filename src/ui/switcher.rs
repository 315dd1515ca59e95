//! The account switcher of the top bar: which account this is, what the others are, and how their tokens are.

use leptos::prelude::*;

use super::{
    Frame,
    frame::{AccountKind, AccountName, TokenHealth},
    icon::{icon, icon_small},
    t,
    texts::shell as w,
};
use crate::shared::{lang::Text, rights::Right};

/// The button and its menu. Without an account, the way to the first one.
pub fn switcher(frame: &Frame) -> AnyView {
    let Some(account) = frame.account.clone() else {
        return view! { <a class="switcher" href="/accounts/new">{icon("plus")}<span>{t(w::ADD_ACCOUNT)}</span></a> }.into_any();
    };
    // The same section of the other account: a record of this one is not there.
    let section = frame.path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let rest = if section.is_empty() { String::from("/") } else { format!("/{section}") };
    let rows = frame.accounts.iter().map(|other| row(other, &rest, other.app_id == account.app_id)).collect_view();
    let admin = frame.may(Right::Administer).then(|| {
        view! {
            <a href="/accounts">{icon("gear")}<span>{t(w::ACCOUNTS)}</span></a>
            <a href="/accounts/new">{icon("plus")}<span>{t(w::ADD_ACCOUNT)}</span></a>
        }
    });
    view! {
        <details class="menu">
            <summary class="switcher">
                {face(&account.name)}<span>{account.name.clone()}</span><small class="desk">{kind(account.kind)}</small>{icon_small("down")}
            </summary>
            <div class="menu-list menu-accounts">{rows}{admin}</div>
        </details>
    }
    .into_any()
}

fn row(account: &AccountName, rest: &str, here: bool) -> AnyView {
    let (class, state) = token_state(account.token);
    view! {
        <a class="account" href=format!("/a/{}{rest}", account.app_id) aria-current=here.then_some("true")>
            {face(&account.name)}
            <span><b>{account.name.clone()}</b>{kind(account.kind)}</span>
            <span class="account-line"><small class="faint mono">{account.app_id.clone()}</small><small class=class>{t(state)}</small></span>
        </a>
    }
    .into_any()
}

fn face(name: &str) -> AnyView {
    let initial: String = name.chars().take(1).collect();
    view! { <span class="avatar avatar-square" aria-hidden="true">{initial}</span> }.into_any()
}

fn kind(kind: Option<AccountKind>) -> AnyView {
    let word = match kind {
        None => return ().into_any(),
        Some(AccountKind::Service) => w::KIND_SERVICE,
        Some(AccountKind::Sandbox) => w::KIND_SANDBOX,
    };
    view! { <small class="badge badge-plain">{t(word)}</small> }.into_any()
}

/// The badge of a token's state: class and words.
pub fn token_state(health: TokenHealth) -> (&'static str, Text) {
    match health {
        TokenHealth::Good => ("badge badge-ok", w::TOKEN_GOOD),
        TokenHealth::Soon => ("badge badge-warn", w::TOKEN_SOON),
        TokenHealth::Failed => ("badge badge-bad", w::TOKEN_FAILED),
        TokenHealth::Waiting => ("badge badge-run", w::TOKEN_WAITING),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{shared::rights::Role, ui::frame::Person};

    fn html(role: Role) -> String {
        let account = |app_id: &str, kind, token| AccountName { app_id: app_id.into(), name: format!("号{app_id}"), kind, token };
        let accounts = vec![
            account("wx1", Some(AccountKind::Service), TokenHealth::Good),
            account("wx2", Some(AccountKind::Sandbox), TokenHealth::Failed),
            account("wx3", None, TokenHealth::Waiting),
        ];
        let frame = Frame {
            person: Some(Person { name: "周敏".into(), role }),
            account: accounts.first().cloned(),
            accounts,
            path: "/media/17".into(),
            ..Frame::default()
        };
        Owner::new().with(|| {
            provide_context(frame.clone());
            switcher(&frame).to_html()
        })
    }

    #[test]
    fn every_account_says_what_it_is_and_how_its_token_is() {
        let page = scraper::Html::parse_fragment(&html(Role::Admin));
        let all = |selector: &str| {
            let selector = scraper::Selector::parse(selector).expect("selector");
            page.select(&selector).map(|one| one.text().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
        };
        let rows = all("a.account");
        assert_eq!(rows.len(), 3);
        assert!(rows[0].contains("服务号") && rows[0].contains("令牌正常"), "{rows:?}");
        assert!(rows[1].contains("沙箱") && rows[1].contains("令牌刷新失败"), "{rows:?}");
        assert!(!rows[2].contains("服务号") && rows[2].contains("正在取令牌"), "{rows:?}");
        assert_eq!(all("a.account[href='/a/wx2/media']").len(), 1, "the same section, not the same record");
        assert_eq!(all("a:last-child[href='/accounts/new']"), ["添加公众号"]);
    }

    #[test]
    fn only_administrators_are_offered_another_account() {
        assert!(!html(Role::Sender).contains("/accounts"));
    }
}
