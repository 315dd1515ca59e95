//! The page 绑定微信, and what the phone shows.

use leptos::prelude::*;

use crate::{
    shared::lang::Text,
    ui::{
        blocks::{copy_row, empty, page_head, post_button},
        form::{Field, Refused},
        frame, icon,
        qr::qr,
        t,
        texts::{binding as w, scan, shell, users},
    },
};

/// Somebody's WeChat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The name WeChat tells, if it does.
    pub name: Option<String>,
    /// The openid.
    pub openid: String,
}

impl Face {
    fn shown(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.openid.clone())
    }
}

/// How it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no account to be bound to.
    NoAccount,
    /// Nothing is bound.
    Unbound,
    /// A link waits to be opened on the phone.
    Waiting(String),
    /// It was opened there; the person has to agree here.
    Seen {
        /// Whose WeChat it was.
        face: Face,
        /// Whether it will sign the person in, so that the password is asked for.
        signs_in: bool,
    },
    /// Bound.
    Bound {
        /// To this openid.
        openid: String,
        /// Whether it signs the person in; `None` where that is switched off for everybody.
        signs_in: Option<bool>,
    },
}

/// The page. A link that waits looks again by itself. `refused` belongs to the form that asks for the password.
pub fn view(standing: &Standing, refused: &Refused) -> AnyView {
    let waiting = matches!(standing, Standing::Waiting(_));
    let again = waiting.then(|| view! { <noscript><meta http-equiv="refresh" content="5"/></noscript> });
    let body = match standing {
        Standing::NoAccount => empty(t(w::NO_ACCOUNT), ()),
        Standing::Unbound => view! {
            <div class="stack-m"><p>{t(w::UNBOUND)}</p>{post_button("/profile/wechat".into(), "begin", "btn btn-primary", t(w::BEGIN))}</div>
        }
        .into_any(),
        Standing::Waiting(link) => view! {
            <div class="stack-m">
                <div class="box qrbox">{qr(link, t(w::CODE))}<div><p>{t(w::SCAN)}</p><p class="faint">{t(w::TEN_MINUTES)}</p></div></div>
                {copy_row(t(w::LINK), Some("link"), link.clone())}
                {post_button("/profile/wechat".into(), "cancel", "btn", t(w::CANCEL))}
            </div>
        }
        .into_any(),
        Standing::Seen { face, signs_in } => seen(face, *signs_in, refused),
        Standing::Bound { openid, signs_in } => view! {
            <div class="stack-m">
                <p>{t(w::BOUND)}</p>
                <p class="mono">{openid.clone()}</p>
                {signs_in.map(|on| sign_in(on, refused))}
                {post_button("/profile/wechat".into(), "unbind", "btn btn-danger", t(w::UNBIND))}
            </div>
        }
        .into_any(),
    };
    let account = frame().account.clone().map(|account| account.name);
    view! {
        <main id="main" class="page">
            {page_head(t(w::TITLE), account, view! { <a class="btn" href="/profile">{t(shell::PROFILE)}</a> })}
            <section class="block" id="wechat" data-poll=waiting.then_some("")>{again}{body}</section>
        </main>
    }
    .into_any()
}

/// Whose WeChat opened the link, and the question whether it is theirs.
fn seen(face: &Face, signs_in: bool, refused: &Refused) -> AnyView {
    let confirm = if signs_in {
        proving("confirm", t(w::CONFIRM), refused)
    } else {
        post_button("/profile/wechat".into(), "confirm", "btn btn-primary", t(w::CONFIRM))
    };
    let no = post_button("/profile/wechat".into(), "cancel", "btn", t(w::NOT_ME));
    view! {
        <div class="stack-m">
            <div class="notice notice-warn">
                {icon("alert")}
                <div><h2>{t(w::WHOSE)}</h2><p><strong>{face.shown()}</strong></p><p class="mono faint">{face.openid.clone()}</p></div>
            </div>
            <div class=if signs_in { "stack-m" } else { "row" }>{confirm}{no}</div>
        </div>
    }
    .into_any()
}

/// A button that asks for the password.
fn proving(intent: &'static str, label: &'static str, refused: &Refused) -> AnyView {
    view! {
        <form class="box newkey proving" method="post" action="/profile/wechat">
            <input type="hidden" name="intent" value=intent/>
            {Field::new("password", users::PASSWORD).kind("password").autocomplete("current-password").hint(scan::PASSWORD_HINT).view(refused)}
            <button class="btn btn-primary center" type="submit">{label}</button>
        </form>
    }
    .into_any()
}

/// Whether the bound WeChat signs the person in, and the switch.
fn sign_in(on: bool, refused: &Refused) -> AnyView {
    let (line, switch) = if on {
        (scan::MINE_ON, post_button("/profile/wechat".into(), "scan-off", "btn", t(scan::SWITCH_OFF)))
    } else {
        (scan::MINE_OFF, proving("scan-on", t(scan::SWITCH_ON), refused))
    };
    view! { <h2>{t(scan::TITLE)}</h2><p>{t(line)}</p>{switch} }.into_any()
}

/// What the phone shows in the end.
pub fn told(title: Text, line: Text) -> AnyView {
    view! { <main id="main" class="page error-page"><h1>{t(title)}</h1><p>{t(line)}</p></main> }.into_any()
}
