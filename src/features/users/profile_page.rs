//! `/profile`: one's own account, password, look and devices.

use leptos::prelude::*;

use super::model::{SessionRow, browser};
use crate::ui::{
    Frame,
    blocks::{Tone, badge, moment, page_head},
    confirm::Confirm,
    form::{Field, Refused, error_summary},
    look::{language_button, theme_button},
    t,
    texts::{binding, shell, users as w},
};

/// The page. `refused` belongs to the password form.
pub fn view(frame: &Frame, sessions: Vec<SessionRow>, refused: Refused) -> AnyView {
    let Some(person) = frame.person.clone() else { return ().into_any() };
    let logout = view! { <form method="post" action="/logout"><button class="btn" type="submit">{t(w::LOGOUT)}</button></form> };
    view! {
        <main id="main" class="page">
            {page_head(t(shell::PROFILE), Some(t(w::PROFILE_LINE).to_owned()), logout)}
            <div class="split">
                <div class="stack">
                    <section class="block" aria-labelledby="h-me">
                        <header><h2 id="h-me">{person.name.clone()}</h2></header>
                        <dl class="kv">
                            <div><dt>{t(w::NAME)}</dt><dd>{person.name}</dd></div>
                            <div><dt>{t(w::ROLE)}</dt><dd>{t(person.role.name())}</dd></div>
                        </dl>
                    </section>
                    <section class="block" aria-labelledby="h-wechat">
                        <header><h2 id="h-wechat">{t(binding::TITLE)}</h2><a class="btn btn-sm" href=frame.href("/profile/wechat")>{t(binding::TITLE)}</a></header>
                        <p class="muted">{t(binding::LINE)}</p>
                    </section>
                    {devices(sessions)}
                </div>
                <div class="stack">
                    {password(refused)}
                    <section class="block" aria-labelledby="h-look">
                        <header><h2 id="h-look">{t(w::LOOK)}</h2></header>
                        <div class="row">{language_button(frame)}{theme_button(frame)}</div>
                    </section>
                </div>
            </div>
        </main>
    }
    .into_any()
}

fn password(refused: Refused) -> AnyView {
    let field = |name, label| Field::new(name, label).kind("password");
    view! {
        <section class="block" aria-labelledby="h-password">
            <header><h2 id="h-password">{t(w::CHANGE_PASSWORD)}</h2></header>
            <form class="box newkey" method="post" action="/profile">
                <input type="hidden" name="intent" value="password"/>
                {error_summary(&refused)}
                {field("old", w::OLD_PASSWORD).autocomplete("current-password").view(&refused)}
                {field("new", w::NEW_PASSWORD).autocomplete("new-password").hint(w::SHORTEST).view(&refused)}
                <button class="btn center" type="submit">{t(w::CHANGE_PASSWORD)}</button>
            </form>
        </section>
    }
    .into_any()
}

fn devices(sessions: Vec<SessionRow>) -> AnyView {
    let others = (sessions.len() > 1).then(|| {
        view! { <a class="btn btn-sm" href="/profile/sign-out">{t(w::END_OTHERS)}</a> }
    });
    view! {
        <section class="block" aria-labelledby="h-devices">
            <header><h2 id="h-devices">{t(w::SESSIONS)}</h2>{others}</header>
            <table class="table table-cards">
                <caption class="sr-only">{t(w::SESSIONS)}</caption>
                <thead><tr>
                    <th scope="col">{t(w::DEVICE)}</th><th scope="col">{t(w::ADDRESS)}</th><th scope="col">{t(w::BEGAN)}</th>
                    <th scope="col">{t(w::SEEN)}</th><th scope="col"><span class="sr-only">{t(w::ACTIONS)}</span></th>
                </tr></thead>
                <tbody>{sessions.into_iter().map(device).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn device(session: SessionRow) -> AnyView {
    let (agent, name) = (session.agent.clone().filter(|agent| !agent.is_empty()), named(&session));
    let label = format!("{} {name}", t(w::END_SESSION));
    let end = if session.own {
        badge(Tone::Ok, t(w::THIS_DEVICE))
    } else {
        let to = format!("/profile/sign-out?session={}", session.mark);
        view! { <a class="btn btn-ghost btn-sm" href=to aria-label=label>{t(w::END_SESSION)}</a> }.into_any()
    };
    view! {
        <tr>
            <td><span title=agent>{name}</span></td>
            <td class="mono muted">{session.address}</td>
            <td class="muted">{moment(session.created_at)}</td>
            <td class="muted">{moment(session.seen_at)}</td>
            <td class="num">{end}</td>
        </tr>
    }
    .into_any()
}

fn named(session: &SessionRow) -> String {
    let agent = session.agent.as_deref().filter(|agent| !agent.is_empty());
    agent.map_or_else(|| t(w::UNKNOWN_DEVICE).to_owned(), browser)
}

/// The page that asks before devices are signed out: one by its mark, or all but this one.
pub fn ask(devices: &[SessionRow], one: bool) -> AnyView {
    let title = if one { w::END_ONE_ASK } else { w::END_OTHERS_ASK };
    let asked = Confirm::new(t(title), t(w::END_LINE), "/profile", "/profile/sign-out").from(t(shell::PROFILE)).button(t(w::END_SURE));
    let asked = devices.iter().fold(asked, |asked, device| {
        let address = device.address.clone().unwrap_or_default();
        asked.fact(w::DEVICE, view! { {named(device)}" · "<span class="mono">{address}</span>" · "{moment(device.seen_at)} })
    });
    match devices.first() {
        Some(device) if one => asked.field("session", device.mark.clone()).view(),
        _ => asked.view(),
    }
}
