//! `/setup`: one list of eight steps. The first is a form; the others are links to where they are done, ticked by facts.

use leptos::prelude::*;

use super::{model::Tried, server::setup::Reached};
use crate::{
    shared::lang::Text,
    ui::{
        Frame,
        alone::alone,
        blocks::{copy_row, post_button},
        form::{Field, Refused, error_summary},
        icon, lang, t,
        texts::users as w,
    },
};

/// The form of the first step, as typed.
pub struct First {
    /// The token of the link.
    pub token: String,
    /// The name typed.
    pub name: String,
    /// What was refused.
    pub refused: Refused,
}

/// How a step stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Done,
    Open,
    Failing,
}

struct Step {
    at: At,
    title: Text,
    body: AnyView,
    /// Shown only while it is the current step.
    act: Option<AnyView>,
    /// Shown below it in any case.
    more: Option<AnyView>,
}

/// The form of the JS domain, as typed.
#[derive(Default)]
pub struct Domain {
    /// What was typed.
    pub typed: String,
    /// What was refused.
    pub refused: Refused,
}

impl Step {
    fn new(done: bool, title: Text, done_line: AnyView, line: Text, act: Option<AnyView>) -> Self {
        let body = if done { done_line } else { t(line).into_any() };
        Self { at: if done { At::Done } else { At::Open }, title, body, act, more: None }
    }
}

/// Before anybody exists: the form of the first administrator.
pub fn first(frame: &Frame, first: First) -> AnyView {
    let mut steps = vec![Step::new(false, w::STEP_ADMIN, ().into_any(), w::STEP_ADMIN_LINE, Some(admin_form(first)))];
    steps.extend(later(frame, &Reached::default(), Domain::default()));
    list(frame, steps, false)
}

/// Afterwards: what is reached, and the way to the next step.
pub fn progress(frame: &Frame, reached: &Reached, domain: Domain) -> AnyView {
    let name = frame.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
    let line = view! { {name}{t(w::STEP_ADMIN_DONE)} }.into_any();
    let mut steps = vec![Step::new(true, w::STEP_ADMIN, line, w::STEP_ADMIN_LINE, None)];
    steps.extend(later(frame, reached, domain));
    list(frame, steps, true)
}

fn admin_form(first: First) -> AnyView {
    let action = format!("/setup?token={}", url::form_urlencoded::byte_serialize(first.token.as_bytes()).collect::<String>());
    view! {
        <form class="stack" method="post" action=action>
            {error_summary(&first.refused)}
            {Field::new("name", w::NAME).value(first.name).autocomplete("username").view(&first.refused)}
            {Field::new("password", w::PASSWORD).kind("password").autocomplete("new-password").hint(w::SHORTEST).view(&first.refused)}
            <div class="row"><button class="btn btn-primary" type="submit">{t(w::STEP_ADMIN_BUTTON)}</button></div>
        </form>
    }
    .into_any()
}

fn later(frame: &Frame, reached: &Reached, domain: Domain) -> Vec<Step> {
    let settings = reached.account.as_ref().map_or_else(|| "/accounts/new".to_owned(), |app_id| format!("/accounts/{app_id}"));
    let go = |to: String, label: Text| Some(view! { <div class="row"><a class="btn btn-primary" href=to>{t(label)}</a></div> }.into_any());
    let done = |text: Text| t(text).into_any();
    vec![
        account(reached),
        allowed(reached, &settings),
        Step::new(
            reached.token,
            w::STEP_TOKEN,
            done(w::STEP_TOKEN_DONE),
            w::STEP_TOKEN_LINE,
            go(frame.href("/tokens"), w::STEP_TOKEN_BUTTON),
        ),
        domains(reached, &settings, domain),
        push(reached, settings),
        Step::new(reached.sent, w::STEP_SEND, done(w::STEP_SEND_DONE), w::STEP_SEND_LINE, go(frame.href("/send"), w::STEP_SEND_BUTTON)),
        Step::new(
            reached.pictured,
            w::STEP_PICTURE,
            done(w::STEP_PICTURE_DONE),
            w::STEP_PICTURE_LINE,
            go(frame.href("/media"), w::STEP_PICTURE_BUTTON),
        ),
    ]
}

fn account(reached: &Reached) -> Step {
    let after = if reached.sandbox { w::STEP_ACCOUNT_SANDBOX } else { w::STEP_ACCOUNT_DONE };
    let line = reached.account.clone().map(|app_id| view! { <span class="mono">{app_id}</span>{t(after)} });
    let act = view! { <div class="row"><a class="btn btn-primary" href="/accounts/new">{t(w::STEP_ACCOUNT_BUTTON)}</a></div> };
    Step::new(reached.account.is_some(), w::STEP_ACCOUNT, line.into_any(), w::STEP_ACCOUNT_LINE, Some(act.into_any()))
}

/// Tried on the spot: the token, and with it whether WeChat lets this address in.
fn allowed(reached: &Reached, settings: &str) -> Step {
    let failing = reached.allowed == Some(false);
    let how = reached.refused_address.clone().map(|address| {
        view! {
            <p>{t(w::STEP_ALLOW_REFUSED)}</p>
            {copy_row(t(w::STEP_ALLOW_ADDRESS), None, address)}
            <ol class="how"><li>{t(w::STEP_ALLOW_HOW_1)}</li><li>{t(w::STEP_ALLOW_HOW_2)}</li><li>{t(w::STEP_ALLOW_HOW_3)}</li></ol>
        }
    });
    // Another refusal, a wrong secret say, is mended in the settings.
    let other = reached.tried.as_ref().filter(|tried| !tried.ok && tried.address.is_none()).map(|tried| {
        view! { {said(tried)}<div class="row"><a href=settings.to_owned()>{t(w::STEP_ALLOW_SETTINGS)}</a></div> }
    });
    let button = if failing || reached.tried.is_some() { w::STEP_ALLOW_AGAIN } else { w::STEP_ALLOW_BUTTON };
    let console = view! { <a class="btn btn-ghost" href="https://mp.weixin.qq.com/" rel="noreferrer">{t(w::OPEN_CONSOLE)}</a> };
    let act = view! {
        <div class="stack-s" role="status">{how}{other}</div>
        <div class="row">{post_button("/setup".into(), "connect", "btn btn-primary", (icon("refresh"), t(button)))}{console}</div>
    };
    let done = t(w::STEP_ALLOW_DONE).into_any();
    let step = Step::new(reached.allowed == Some(true), w::STEP_ALLOW, done, w::STEP_ALLOW_LINE, Some(act.into_any()));
    Step { at: if failing { At::Failing } else { step.at }, ..step }
}

/// A try that went wrong, in plain words, with WeChat's code and what to do.
fn said(tried: &Tried) -> AnyView {
    let code = tried.errcode.map(|code| view! { " "<code>{code}</code> });
    let hint = tried.hint.as_ref().map(|hint| view! { <p>{hint.get(lang()).to_owned()}</p> });
    view! { <p><strong>{tried.text.get(lang()).to_owned()}</strong>{code}</p>{hint} }.into_any()
}

/// Domains are added here and signed for trial; ticked once pages of all of them are signed.
fn domains(reached: &Reached, settings: &str, domain: Domain) -> Step {
    let signed = !reached.domains.is_empty() && reached.domains.iter().all(|(_, tried)| tried.ok);
    let none = reached.domains.is_empty();
    let lines: Vec<_> = reached.domains.iter().map(|(name, tried)| domain_line(name, tried)).collect();
    let list = (!none).then(|| view! { <div role="status"><ul class="checks tries">{lines}</ul></div> });
    let reopened = !domain.refused.is_empty();
    let form = (reached.account.is_some()).then(|| domain_form(settings, domain));
    let done = t(w::STEP_DOMAIN_DONE).into_any();
    let step = Step::new(signed, w::STEP_DOMAIN, done, w::STEP_DOMAIN_LINE, None);
    let again = || post_button("/setup".into(), "sign", "btn btn-primary", (icon("refresh"), t(w::STEP_ALLOW_AGAIN)));
    if none {
        return Step { act: form, ..step };
    }
    let add = form.map(|form| view! { <details class="more" open=reopened><summary>{t(w::STEP_DOMAIN_MORE)}</summary>{form}</details> });
    let act = (!signed).then(|| view! { <div class="row">{again()}</div> }.into_any());
    let at = if signed { At::Done } else { At::Failing };
    Step { at, act, more: Some(view! { {list}{add} }.into_any()), ..step }
}

fn domain_line(name: &str, tried: &Tried) -> AnyView {
    let (class, shape) = if tried.ok { ("is-ok", "ok") } else { ("is-bad", "error") };
    view! {
        <li class=class>
            {icon(shape)}
            <div><span class="mono">{name.to_owned()}</span>{said(tried)}</div>
            // The doctor takes addresses by post only.
            <form method="post" action="/jssdk">
                <input type="hidden" name="url" value=format!("https://{name}/")/>
                <button class="btn btn-sm" type="submit">{t(w::STEP_DOMAIN_DOCTOR)}</button>
            </form>
        </li>
    }
    .into_any()
}

fn domain_form(settings: &str, domain: Domain) -> AnyView {
    view! {
        <form class="stack" method="post" action="/setup">
            <input type="hidden" name="intent" value="domain"/>
            {Field::new("js_domains", w::STEP_DOMAIN_FIELD).value(domain.typed).placeholder("h5.example.com").hint(w::STEP_DOMAIN_HINT)
                .view(&domain.refused)}
            <div class="row">
                <button class="btn btn-primary" type="submit">{t(w::STEP_DOMAIN_BUTTON)}</button>
                <a class="btn btn-ghost" href=format!("{settings}#group-file")>{t(w::STEP_DOMAIN_FILE)}</a>
            </div>
        </form>
    }
    .into_any()
}

fn push(reached: &Reached, settings: String) -> Step {
    let act = view! { <div class="row"><a class="btn btn-primary" href=settings>{t(w::STEP_PUSH_BUTTON)}</a></div> };
    let done = t(w::STEP_PUSH_DONE).into_any();
    let step = Step::new(reached.pushed, w::STEP_PUSH, done, w::STEP_PUSH_LINE, Some(act.into_any()));
    let warning = (!reached.pushed).then(|| {
        view! { <div class="notice notice-warn">{icon("alert")}<div>{t(w::STEP_PUSH_WARNING)}</div></div> }
    });
    // The notice is a block and must not stand inside the line's paragraph.
    Step { act: Some(view! { {warning}{step.act} }.into_any()), ..step }
}

fn list(frame: &Frame, steps: Vec<Step>, leave: bool) -> AnyView {
    let total = steps.len();
    let done = steps.iter().filter(|step| step.at == At::Done).count();
    let now = steps.iter().position(|step| step.at != At::Done);
    let rows = steps.into_iter().enumerate().map(|(at, step)| row(step, now == Some(at))).collect_view();
    let last = if done == total { w::SETUP_FINISHED } else { w::SKIP_SETUP };
    let body = view! {
        <main id="main" class="setup">
            <div class="page-head">
                <div><h1>{t(w::SETUP)}</h1><p>{t(w::SETUP_LINE)}</p></div>
                <span class="muted"><b>{done}</b>" / "{total}</span>
            </div>
            <progress class="meter" aria-label=t(w::SETUP_PROGRESS) value=done max=total>{format!("{done}/{total}")}</progress>
            <ol class="box checks steps">{rows}</ol>
            {leave.then(|| view! { <p class="center-text"><a href=frame.href("/")>{t(last)}</a></p> })}
        </main>
    };
    alone(frame, body.into_any())
}

fn row(step: Step, now: bool) -> AnyView {
    let class = match (now, step.at) {
        (true, At::Failing) => "is-now is-bad",
        (true, _) => "is-now",
        (false, At::Done) => "is-ok",
        (false, At::Failing) => "is-bad",
        (false, At::Open) => "is-wait",
    };
    let shape = match step.at {
        At::Done => "ok",
        At::Failing => "error",
        At::Open if now => "right",
        At::Open => "dot",
    };
    view! {
        <li class=class aria-current=now.then_some("step")>
            {icon(shape)}
            <div><h2>{t(step.title)}</h2><p>{step.body}</p>{step.act.filter(|_| now)}{step.more}</div>
        </li>
    }
    .into_any()
}
