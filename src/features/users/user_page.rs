//! `/users/{id}`: one person, and what may be changed about them; each change is its own form.

use leptos::prelude::*;

use super::{
    list_page::{roles, state},
    model::UserRow,
};
use crate::{
    shared::lang::{Lang, Said, Text},
    ui::{
        blocks::{counted, moment},
        confirm::Confirm,
        form::{Field, Refused, error_summary},
        href, icon, lang, t,
        texts::{shell, users as w, views},
    },
};

/// The page.
pub fn view(user: UserRow, refused: Refused) -> AnyView {
    let seen = user.last_seen_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let action = format!("/users/{}", user.id);
    let who = url::form_urlencoded::Serializer::new(String::new()).append_pair("who", &format!("user:{}", user.name)).finish();
    let viewed = format!("{}?{who}", href("/media/views"));
    view! {
        <main id="main" class="page">
            <div class="page-head"><div>
                <nav class="crumb" aria-label=t(shell::USERS)><a href="/users">{t(shell::USERS)}</a>{icon("right")}<span>{user.name.clone()}</span></nav>
                <h1>{user.name.clone()}</h1>
            </div></div>
            {error_summary(&refused)}
            <div class="split">
                <div class="stack">
                    <dl class="kv">
                        <div><dt>{t(w::STATE)}</dt><dd>{state(user.disabled)}</dd></div>
                        <div><dt>{t(w::ROLE)}</dt><dd>{t(user.role.name())}</dd></div>
                        <div><dt>{t(w::SEEN)}</dt><dd>{seen}</dd></div>
                    </dl>
                    <p><a href=viewed>{t(views::HAD_BY)}</a></p>
                    {form(&action, "role", w::CHANGE_ROLE, w::ROLE_HINT, "btn", roles(user.role))}
                </div>
                <div class="stack">
                    {form(&action, "password", w::SET_PASSWORD, w::SET_PASSWORD_HINT, "btn", password(&refused))}
                    {if user.disabled {
                        form(&action, "enable", w::ENABLE_USER, w::ENABLE_HINT, "btn", ().into_any())
                    } else {
                        way_out(&action)
                    }}
                </div>
            </div>
        </main>
    }
    .into_any()
}

/// Switching somebody off asks first, on a page of its own.
fn way_out(action: &str) -> AnyView {
    view! {
        <section class="block" aria-labelledby="h-disable">
            <header><h2 id="h-disable">{t(w::DISABLE_USER)}</h2></header>
            <div class="box newkey">
                <p class="hint">{t(w::DISABLE_HINT)}</p>
                <a class="btn btn-danger center" href=format!("{action}/disable")>{t(w::DISABLE_USER)}</a>
            </div>
        </section>
    }
    .into_any()
}

/// The title of the page that asks before somebody is switched off.
pub fn disable_title(user: &UserRow, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("停用“{}”", user.name),
        Lang::En => format!("Disable “{}”", user.name),
    }
}

/// That page. `devices` are signed in now; `refused` says why it was not done.
pub fn disable(user: UserRow, devices: usize, refused: Option<&Said>) -> AnyView {
    let (seen, path) = (user.last_seen_at.map_or_else(|| t(w::NEVER).into_any(), moment), format!("/users/{}", user.id));
    let devices = counted(
        i64::try_from(devices).unwrap_or(i64::MAX),
        "台设备，会立即退出",
        "device, signed out at once",
        "devices, signed out at once",
    );
    Confirm::new(disable_title(&user, lang()), t(w::DISABLE_LINE), path.clone(), format!("{path}/disable"))
        .from(user.name)
        .refused(refused.map(|said| said.get(lang()).to_owned()))
        .fact(w::ROLE, t(user.role.name()))
        .fact(w::SEEN, seen)
        .fact(w::SESSIONS, devices)
        .button(t(w::DISABLE_SURE))
        .view()
}

fn password(refused: &Refused) -> AnyView {
    Field::new("password", w::NEW_PASSWORD).kind("password").autocomplete("new-password").view(refused)
}

fn form(action: &str, intent: &'static str, title: Text, line: Text, class: &'static str, fields: AnyView) -> AnyView {
    let heading = format!("h-{intent}");
    view! {
        <section class="block" aria-labelledby=heading.clone()>
            <header><h2 id=heading.clone()>{t(title)}</h2></header>
            <form class="box newkey" method="post" action=action.to_owned()>
                <input type="hidden" name="intent" value=intent/>
                <p class="hint">{t(line)}</p>
                {fields}
                <button class=format!("{class} center") type="submit">{t(title)}</button>
            </form>
        </section>
    }
    .into_any()
}
