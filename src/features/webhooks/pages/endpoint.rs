//! `/webhooks/{id}`: one endpoint, what it was told, and what can be done with it.

use leptos::prelude::*;

use super::{Typed, answer, fields, secret, stands, told};
use crate::{
    features::webhooks::model::{Delivery, Endpoint, REPLAY_HOURS, State, Stopped},
    shared::{
        lang::{Lang, Text},
        list::Listed,
    },
    ui::{
        blocks::{Tone, empty, moment, notice, number, pager, post_button},
        confirm::Confirm,
        form::error_summary,
        href,
        icon::{icon, icon_small},
        lang, t,
        texts::{shell, webhooks as w},
    },
};

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Its form.
    pub typed: Typed,
    /// Its deliveries.
    pub deliveries: Listed<Delivery>,
    /// Whether these are not the newest.
    pub later: bool,
    /// A secret that was just made.
    pub fresh: Option<String>,
}

/// The page.
pub fn view(shown: Shown) -> AnyView {
    let Shown { endpoint, typed, deliveries, later, fresh } = shown;
    let here = href(&format!("/webhooks/{}", endpoint.id));
    let test = endpoint.enabled.then(|| post_button(here.clone(), "test", "btn", view! { {icon("send")}{t(w::TEST)} }));
    view! {
        <main id="main" class="page">
            <div class="page-head">
                <div>
                    <nav class="crumb" aria-label=t(shell::WEBHOOKS)><a href=href("/webhooks")>{t(shell::WEBHOOKS)}</a>{icon("right")}</nav>
                    <div class="row"><h1 class="break">{endpoint.name().to_owned()}</h1>{stands(&endpoint)}</div>
                    <p class="mono break">{endpoint.url.clone()}</p>
                </div>
                <div class="row">{test}</div>
            </div>
            {fresh.map(|fresh| secret(fresh, here.clone()))}
            {trouble(&endpoint)}
            <div class="split">
                <section class="block" aria-labelledby="h-deliveries">
                    <header><h2 id="h-deliveries">{t(w::DELIVERIES)}</h2></header>
                    {list(&here, deliveries, later)}
                    {endpoint.enabled.then(|| replay_form(&here))}
                </section>
                <section class="block" aria-labelledby="h-settings">
                    <header><h2 id="h-settings">{t(w::SETTINGS)}</h2></header>
                    {settings(&here, &typed)}
                    {danger(&here, &endpoint)}
                </section>
            </div>
        </main>
    }
    .into_any()
}

fn trouble(endpoint: &Endpoint) -> AnyView {
    let (title, tone) = match (endpoint.enabled, endpoint.stopped, endpoint.failing_since) {
        (false, Some(Stopped::Gone), _) => (t(w::STOPPED_GONE).into_any(), Tone::Bad),
        (false, Some(Stopped::Failing), _) => (t(w::STOPPED_FAILING).into_any(), Tone::Bad),
        (false, None, _) => return notice(Tone::Plain, view! { <p>{t(w::WAITING)}</p> }),
        (true, _, Some(since)) => return notice(Tone::Warn, view! { <p>{t(w::FAILING_SINCE)}" "{moment(since)}</p> }),
        (true, _, None) => return ().into_any(),
    };
    notice(tone, view! { <p><strong>{title}</strong></p><p>{t(w::WAITING)}</p> })
}

fn list(here: &str, deliveries: Listed<Delivery>, later: bool) -> AnyView {
    if deliveries.items.is_empty() {
        return empty(t(w::NO_DELIVERIES), ());
    }
    let next = deliveries.next_cursor.map(|before| format!("{here}?before={before}"));
    let rows: Vec<_> = deliveries.items.into_iter().map(|delivery| row(here, delivery)).collect();
    view! {
        <table class="table table-cards">
            <caption class="sr-only">{t(w::DELIVERIES)}</caption>
            <thead><tr>
                <th scope="col">{t(w::EVENT)}</th><th scope="col">{t(w::STATE)}</th><th scope="col">{t(w::ANSWER)}</th>
                <th scope="col" class="num">{t(w::ATTEMPTS)}</th><th scope="col">{t(w::NEXT)}</th><th scope="col">{t(w::AT)}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
        {pager(later.then(|| here.to_owned()), next)}
    }
    .into_any()
}

fn row(here: &str, delivery: Delivery) -> AnyView {
    let to = format!("{here}/deliveries/{}", delivery.id);
    let next = (delivery.state == State::Pending).then(|| moment(delivery.next_at));
    view! {
        <tr>
            <td><a class="mono" href=to>{delivery.kind.clone()}</a></td>
            <td class="to-end">{told(&delivery)}</td>
            <td class="muted">{answer(&delivery)}</td>
            <td class="num">{number(delivery.attempts)}</td>
            <td class="muted">{next}</td>
            <td class="muted">{moment(delivery.created_at)}</td>
        </tr>
    }
    .into_any()
}

fn replay_form(here: &str) -> AnyView {
    let name = |hours: i64| match hours {
        1 => w::LAST_HOUR,
        24 => w::LAST_DAY,
        72 => w::LAST_3_DAYS,
        _ => w::LAST_30_DAYS,
    };
    view! {
        <form class="row" method="post" action=here.to_owned()>
            <input type="hidden" name="intent" value="replay"/>
            <label for="hours">{t(w::REPLAY_FAILED)}</label>
            <span class="select">
                <select class="input" id="hours" name="hours">
                    {REPLAY_HOURS.map(|hours| view! { <option value=hours selected=hours == 24>{t(name(hours))}</option> }).collect_view()}
                </select>
                {icon_small("down")}
            </span>
            <button class="btn" type="submit">{icon("refresh")}{t(w::REPLAY)}</button>
        </form>
    }
    .into_any()
}

fn settings(here: &str, typed: &Typed) -> AnyView {
    view! {
        <form class="box newkey" method="post" action=here.to_owned()>
            <input type="hidden" name="intent" value="save"/>
            {error_summary(&typed.refused)}
            {fields(typed)}
            <label class="checkline">
                <input type="checkbox" name="enabled" value="1" checked=typed.enabled/>
                <span>{t(w::ENABLED)}</span>
            </label>
            <button class="btn center" type="submit">{t(w::SAVE)}</button>
        </form>
    }
    .into_any()
}

fn danger(here: &str, endpoint: &Endpoint) -> AnyView {
    let old = endpoint.old_until.filter(|until| *until > crate::ui::now());
    let end = old.map(|_| post_button(here.to_owned(), "end-old", "btn btn-ghost", t(w::END_OLD)));
    let old = old.map(|until| view! { <p class="muted">{t(w::OLD_UNTIL)}" "{moment(until)}</p> });
    view! {
        <div class="box newkey">
            <p class="hint">{t(w::ROTATE_LINE)}</p>
            {old}
            <div class="row">
                {post_button(here.to_owned(), "rotate", "btn", t(w::ROTATE))}
                {end}
                <a class="btn btn-ghost btn-danger" href=format!("{here}/remove")>{t(w::REMOVE)}</a>
            </div>
        </div>
    }
    .into_any()
}

/// The title of the page that asks before an endpoint is removed.
pub fn remove_title(endpoint: &Endpoint, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("删除接收地址“{}”", endpoint.name()),
        Lang::En => format!("Remove the endpoint “{}”", endpoint.name()),
    }
}

/// The page that asks before an endpoint is removed.
pub fn remove(endpoint: &Endpoint) -> AnyView {
    let here = href(&format!("/webhooks/{}", endpoint.id));
    let types: Vec<_> = endpoint.types.iter().map(String::as_str).collect();
    let fact = |text: String| view! { <span class="mono break">{text}</span> };
    let names: [(Text, String); 2] = [(w::URL, endpoint.url.clone()), (w::TYPES, types.join(" "))];
    let asked =
        Confirm::new(remove_title(endpoint, lang()), t(w::REMOVE_LINE), here.clone(), format!("{here}/remove")).from(t(shell::WEBHOOKS));
    names.into_iter().fold(asked, |asked, (name, text)| asked.fact(name, fact(text))).button(t(w::REMOVE)).view()
}
