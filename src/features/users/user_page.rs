//! `/users/{id}`: one person, and what may be changed about them; each change is its own form.

use leptos::prelude::*;

use super::{
    list_page::{roles, state},
    model::UserRow,
};
use crate::{
    shared::lang::Text,
    ui::{
        blocks::moment,
        form::{Field, Refused, error_summary},
        icon, t,
        texts::{shell, users as w},
    },
};

/// The page.
pub fn view(user: UserRow, refused: Refused) -> AnyView {
    let seen = user.last_seen_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    let action = format!("/users/{}", user.id);
    view! {
        <main id="main" class="page">
            <div class="page-head"><div>
                <nav class="crumb" aria-label=t(shell::USERS)><a href="/users">{t(shell::USERS)}</a>{icon("right")}</nav>
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
                    {form(&action, "role", w::CHANGE_ROLE, w::ROLE_HINT, "btn", roles(user.role))}
                </div>
                <div class="stack">
                    {form(&action, "password", w::SET_PASSWORD, w::SET_PASSWORD_HINT, "btn", password(&refused))}
                    {if user.disabled {
                        form(&action, "enable", w::ENABLE_USER, w::ENABLE_HINT, "btn", ().into_any())
                    } else {
                        form(&action, "disable", w::DISABLE_USER, w::DISABLE_HINT, "btn btn-danger", ().into_any())
                    }}
                </div>
            </div>
        </main>
    }
    .into_any()
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
