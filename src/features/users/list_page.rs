//! `/users`: who may sign in.

use leptos::prelude::*;

use super::model::UserRow;
use crate::{
    shared::{lang::Text, rights::Role},
    ui::{
        blocks::{Tone, badge, counted, moment, page_head},
        form::{Field, Refused, error_summary},
        t,
        texts::{shell, users as w},
    },
};

/// The form of a new person, as typed.
#[derive(Default)]
pub struct Typed {
    /// The name.
    pub name: String,
    /// The role.
    pub role: Option<Role>,
    /// What was refused.
    pub refused: Refused,
}

/// The page.
pub fn view(users: Vec<UserRow>, typed: Typed) -> AnyView {
    let count = counted(i64::try_from(users.len()).unwrap_or(i64::MAX), "人", "person", "people");
    view! {
        <main id="main" class="page">
            {page_head(t(shell::USERS), Some(t(w::USERS_LINE).to_owned()), ())}
            <div class="split">
                <section class="block" aria-labelledby="h-users">
                    <header><h2 id="h-users">{t(w::ALL_USERS)}</h2><span class="faint">{count}</span></header>
                    <table class="table table-cards">
                        <caption class="sr-only">{t(shell::USERS)}</caption>
                        <thead><tr>
                            <th scope="col">{t(w::NAME)}</th><th scope="col">{t(w::STATE)}</th>
                            <th scope="col">{t(w::ROLE)}</th><th scope="col">{t(w::SEEN)}</th>
                        </tr></thead>
                        <tbody>{users.into_iter().map(row).collect_view()}</tbody>
                    </table>
                </section>
                {add(typed)}
            </div>
        </main>
    }
    .into_any()
}

fn row(user: UserRow) -> AnyView {
    let seen = user.last_seen_at.map_or_else(|| t(w::NEVER).into_any(), moment);
    view! {
        <tr>
            <td><a href=format!("/users/{}", user.id)>{user.name}</a></td>
            <td class="to-end">{state(user.disabled)}</td>
            <td class="muted">{t(user.role.name())}</td>
            <td class="muted">{seen}</td>
        </tr>
    }
    .into_any()
}

/// The badge of a person's state.
pub fn state(disabled: bool) -> AnyView {
    if disabled { badge(Tone::Bad, t(w::DISABLED)) } else { badge(Tone::Ok, t(w::ACTIVE)) }
}

fn add(typed: Typed) -> AnyView {
    view! {
        <section class="block" aria-labelledby="h-new">
            <header><h2 id="h-new">{t(w::ADD_USER)}</h2></header>
            <form class="box newkey" method="post" action="/users">
                {error_summary(&typed.refused)}
                {Field::new("name", w::NAME).value(typed.name).view(&typed.refused)}
                {Field::new("password", w::PASSWORD).kind("password").autocomplete("new-password").hint(w::SHORTEST).view(&typed.refused)}
                {roles(typed.role.unwrap_or(Role::Sender))}
                <button class="btn center" type="submit">{t(w::ADD_USER)}</button>
            </form>
        </section>
    }
    .into_any()
}

/// The four roles as radio buttons, each with what it may do.
pub fn roles(chosen: Role) -> AnyView {
    let one = move |role: Role| {
        view! {
            <label class="checkline">
                <input type="radio" name="role" value=role.word() checked=role == chosen/>
                <span>{t(role.name())}<br/><small class="faint">{t(may(role))}</small></span>
            </label>
        }
    };
    view! {
        <fieldset class="scopes roles" id="role"><legend class="label">{t(w::ROLE)}</legend>{Role::ALL.map(one).collect_view()}</fieldset>
    }
    .into_any()
}

const fn may(role: Role) -> Text {
    match role {
        Role::Admin => w::ROLE_ADMIN,
        Role::Sender => w::ROLE_SENDER,
        Role::Reviewer => w::ROLE_REVIEWER,
        Role::Developer => w::ROLE_DEVELOPER,
    }
}
