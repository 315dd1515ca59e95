//! The list of templates that the composer chooses from: a dialog over the page, or within it without scripts.

use leptos::prelude::*;

use crate::{
    shared::rights::Right,
    ui::{
        blocks::{Tone, badge, counted, moment, notice},
        frame, icon, t,
        texts::{compose as w, messages, templates},
    },
};

/// A template to choose from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The long id.
    pub template_id: String,
    /// Its title.
    pub title: String,
    /// Industries, where WeChat names them.
    pub industry: String,
    /// The words before its fields.
    pub labels: Vec<String>,
    /// When it was last sent (Unix milliseconds).
    pub last_used_at: Option<i64>,
    /// Whether it is one of subscribe notifications: only who ticked one gets it.
    pub notification: bool,
    /// Whether it is from before the category library.
    pub legacy: bool,
}

impl Choice {
    /// What it is found by, in small letters.
    fn words(&self) -> String {
        format!("{} {} {} {}", self.title, self.industry, self.labels.join(" "), self.template_id).to_lowercase()
    }
}

/// The list as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    /// Whether it stands open.
    pub open: bool,
    /// What is searched for.
    pub find: String,
    /// What the synchronisation that was asked for here brought; whether it failed.
    pub told: Option<(bool, String)>,
}

/// The list. Each row is a button that chooses its template; the form it stands in keeps everything else.
pub fn picker(data: &Picker, choices: &[Choice], chosen: &str) -> AnyView {
    let wanted = data.find.trim().to_lowercase();
    let fits = |choice: &Choice| wanted.is_empty() || choice.words().contains(&wanted);
    let none = !choices.iter().any(fits);
    let rows = choices.iter().map(|choice| row(choice, choice.template_id == chosen, !fits(choice))).collect_view();
    let told = data.told.clone().map(|(failed, line)| notice(if failed { Tone::Bad } else { Tone::Ok }, view! { <p>{line}</p> }));
    let sync = frame().may(Right::Templates).then(|| {
        view! { <button class="btn btn-sm" type="submit" name="intent" value="sync">{icon("refresh")}{t(templates::SYNC)}</button> }
    });
    view! {
        <dialog class="dialog templates-dialog" id="picker" open=data.open aria-labelledby="picker-title">
            <div class="dialog-head">
                <h2 id="picker-title">{t(w::PICK_TITLE)}</h2>
                <button class="btn btn-sm" type="submit" name="intent" value="preview" data-close="">{t(w::PICK_CLOSE)}</button>
            </div>
            <div class="row picker-find">
                <div class="search">
                    {icon("search")}
                    <input class="input" type="search" name="find" value=data.find.clone() aria-label=t(w::PICK_FIND) placeholder=t(w::PICK_FIND)
                        autocomplete="off" spellcheck="false"/>
                </div>
                <noscript><button class="btn btn-sm" type="submit" name="intent" value="pick">{t(w::PICK_SEARCH)}</button></noscript>
                {sync}
            </div>
            {told}
            <ul class="picker-list">{rows}</ul>
            <p class="faint" role="status" data-none="" hidden=!none>{t(w::PICK_NONE)}</p>
        </dialog>
    }
    .into_any()
}

fn row(choice: &Choice, here: bool, hidden: bool) -> AnyView {
    let fields = counted(i64::try_from(choice.labels.len()).unwrap_or(0), "个字段", "field", "fields");
    let line = if choice.industry.is_empty() { fields } else { format!("{} · {fields}", choice.industry) };
    let used = match choice.last_used_at {
        Some(at) => view! { {t(templates::LAST_USED)}" "{moment(at)} }.into_any(),
        None => t(w::PICK_UNUSED).into_any(),
    };
    view! {
        <li hidden=hidden data-words=choice.words()>
            <button type="submit" name="choose" value=choice.template_id.clone() aria-current=here.then_some("true")>
                <span class="row">
                    <b>{choice.title.clone()}</b>
                    {choice.notification.then(|| badge(Tone::Plain, t(messages::NOTIFICATION)))}
                    {choice.legacy.then(|| badge(Tone::Warn, t(w::LEGACY)))}
                    {here.then(|| badge(Tone::Ok, t(w::PICK_HERE)))}
                </span>
                <span class="faint">{line}" · "{used}</span>
            </button>
        </li>
    }
    .into_any()
}
