//! `/login/wechat` on the computer, and what the phone shows.

use leptos::prelude::*;

use crate::{
    shared::lang::Text,
    ui::{Frame, alone::alone, blocks::post_button, icon, qr::qr, t, texts::scan as w},
};

/// How it stands for the computer that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No code is shown; why the last one is over, if there was one.
    Idle(Option<Text>),
    /// The code waits to be scanned, at this address.
    Waiting(String),
    /// A phone has it, and asks for this number.
    Scanned(String),
}

/// Who would be signed in where, as the phone shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The code's own part of addresses.
    pub token: String,
    /// The person.
    pub name: String,
    /// The computer's browser, in two words.
    pub browser: String,
    /// The computer's address.
    pub address: String,
}

/// The page on the computer. While it waits it looks again by itself.
pub fn view(frame: &Frame, standing: &Standing, next: &str) -> AnyView {
    let waits = !matches!(standing, Standing::Idle(_));
    let again = waits.then(|| view! { <noscript><meta http-equiv="refresh" content="3"/></noscript> });
    let body = match standing {
        Standing::Idle(why) => idle(*why, next),
        Standing::Waiting(link) => view! {
            <div class="scan-code">{qr(link, t(w::CODE))}</div>
            <p>{t(w::SCAN)}</p>
            <input class="input mono" id="link" readonly aria-label=t(w::LINK) value=link.clone()/>
            <p class="hint">{t(w::THREE_MINUTES)}</p>
        }
        .into_any(),
        Standing::Scanned(number) => view! {
            <div class="notice notice-ok" role="status">{icon("ok")}<div>{t(w::SCANNED)}</div></div>
            <p>{t(w::TYPE_THIS)}</p>
            <p class="scan-number"><strong>{number.clone()}</strong></p>
        }
        .into_any(),
    };
    let body = view! {
        <main id="main" class="login">
            <div class="sheet">
                <div><h1>{t(w::TITLE)}</h1><p class="muted">{t(w::LINE)}</p></div>
                <div class="stack-m" id="scan" data-poll=waits.then_some("")>{again}{body}</div>
                <a class="btn btn-ghost center" href=by_password(next)>{t(w::BY_PASSWORD)}</a>
            </div>
        </main>
    };
    alone(frame, body.into_any())
}

fn idle(why: Option<Text>, next: &str) -> AnyView {
    let label = if why.is_some() { w::AGAIN } else { w::BEGIN };
    let said = why.map(|text| view! { <div class="notice notice-warn" role="status">{icon("clock")}<div>{t(text)}</div></div> });
    view! {
        {said}
        <form method="post" action="/login/wechat">
            <input type="hidden" name="intent" value="begin"/>
            <input type="hidden" name="next" value=next.to_owned()/>
            <button class="btn btn-primary center" type="submit">{t(label)}</button>
        </form>
    }
    .into_any()
}

fn by_password(next: &str) -> String {
    if next == "/" {
        return "/login".to_owned();
    }
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("/login?next={next}")
}

/// The computer's page where it is switched off.
pub fn off(frame: &Frame) -> AnyView {
    let body = view! {
        <main id="main" class="login">
            <div class="sheet">
                <div><h1>{t(w::OFF)}</h1><p class="muted">{t(w::OFF_LINE)}</p></div>
                <a class="btn btn-primary center" href="/login">{t(w::BY_PASSWORD)}</a>
            </div>
        </main>
    };
    alone(frame, body.into_any())
}

/// The phone's page that asks.
pub fn ask(asked: Asked) -> AnyView {
    let action = format!("/scan/{}/confirm", asked.token);
    view! {
        <main id="main" class="login">
            <div class="sheet">
                <h1>{t(w::ASK)}</h1>
                <dl class="kv">
                    <div><dt>{t(w::WHO)}</dt><dd><strong>{asked.name}</strong></dd></div>
                    <div><dt>{t(w::BROWSER)}</dt><dd>{asked.browser}</dd></div>
                    <div><dt>{t(w::ADDRESS)}</dt><dd class="mono">{asked.address}</dd></div>
                </dl>
                <form class="stack-m" method="post" action=action.clone()>
                    <input type="hidden" name="intent" value="confirm"/>
                    <div class="field">
                        <label for="number">{t(w::NUMBER)}</label>
                        <input class="input" id="number" name="number" type="text" inputmode="numeric" pattern="[0-9]{2}" maxlength="2"
                            autocomplete="off" required aria-describedby="number-hint"/>
                        <p class="hint" id="number-hint">{t(w::NUMBER_HINT)}</p>
                    </div>
                    <button class="btn btn-primary center" type="submit">{t(w::CONFIRM)}</button>
                </form>
                {post_button(action, "refuse", "btn center", t(w::NOT_ME))}
            </div>
        </main>
    }
    .into_any()
}

/// What the phone shows in the end.
pub fn told(title: Text, line: Text) -> AnyView {
    view! { <main id="main" class="page error-page"><h1>{t(title)}</h1><p>{t(line)}</p></main> }.into_any()
}
