//! `/send/{draft}/review`: the last look before anything leaves the house.

use leptos::prelude::*;

use super::{check_line, crumb, review_confirm, review_list};
use crate::{
    features::messages::model::{Allowance, Content, Data, Rules, Source, Survey, Target, TemplateField},
    shared::{
        error::FieldError,
        lang::{Lang, Said, Text},
    },
    ui::{
        blocks::{Tone, notice, number},
        form::{Field, Refused, error_summary},
        href, lang, t,
        texts::{compose as w, recipients as r, rules},
    },
};

/// Everything the page shows.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// The draft's id.
    pub draft: String,
    /// The account's name.
    pub account: String,
    /// The template's title and placeholders.
    pub template: String,
    /// Its placeholders.
    pub fields: Vec<TemplateField>,
    /// When WeChat last listed the template (Unix milliseconds).
    pub seen_at: Option<i64>,
    /// What everybody gets.
    pub content: Content,
    /// Where the recipients come from.
    pub source: Source,
    /// How many lines the list has.
    pub entries: usize,
    /// How many people are on it.
    pub people: usize,
    /// How many lines repeated somebody.
    pub merged: usize,
    /// How many lines have no openid.
    pub malformed_count: usize,
    /// The first of them, with their number.
    pub malformed: Vec<(i64, String)>,
    /// How many have no known openid.
    pub unreached: usize,
    /// Whether messages differ from person to person.
    pub varies: bool,
    /// Some of the messages.
    pub previews: Vec<Preview>,
    /// What a look through the list gave.
    pub survey: Survey,
    /// Those who left.
    pub not_following: Vec<String>,
    /// Those who got the template within 24 hours.
    pub got_today: Vec<String>,
    /// The day's quota, and what is gone of it.
    pub allowance: Allowance,
    /// What the account's operator laid down about sending.
    pub rules: Rules,
    /// Messages a second; 0 without a cap.
    pub rate: u32,
    /// What keeps it from being sent.
    pub faults: Vec<FieldError>,
    /// Whether sending is locked.
    pub locked: bool,
    /// Why the account's sending stands still.
    pub held: Option<Said>,
    /// What was typed into this page.
    pub typed: Typed,
    /// What is wrong with that.
    pub refused: Refused,
}

/// The message of one of the people.
#[derive(Clone, Debug)]
pub struct Preview {
    /// Which one.
    pub caption: Text,
    /// What the person is called.
    pub name: String,
    /// The line.
    pub line: i64,
    /// The values.
    pub data: Data,
}

/// What the person decided on this page, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The number of recipients, typed to confirm a large sending.
    pub count: String,
    /// Whether those who got the template today are left out.
    pub skip: bool,
    /// When to send, as the field gives it; empty: now.
    pub at: String,
    /// How many go first, and how many percent of them must have received it.
    pub canary: (String, String),
}

/// From this many on the number has to be typed.
const TYPED_ABOVE: i64 = 1000;

impl Review {
    /// Everybody who is still a follower, as far as we know, and whose values keep to the rules.
    pub(super) fn count(&self) -> i64 {
        let skipped = self.not_following.len() + self.survey.refused.len();
        i64::try_from(self.people.saturating_sub(skipped)).unwrap_or(i64::MAX)
    }

    /// Whether so many are sent to that the number has to be typed, and the password once more.
    pub fn is_large(&self) -> bool {
        self.count() > TYPED_ABOVE
    }

    /// What is wrong with the decisions on this page.
    pub fn refused(&self, skip_got_today: bool, send_at: Option<i64>) -> Vec<FieldError> {
        let skipped = if skip_got_today { i64::try_from(self.got_today.len()).unwrap_or(0) } else { 0 };
        let count = self.count() - skipped;
        let digits: String = self.typed.count.chars().filter(char::is_ascii_digit).collect();
        let mut wrong = Vec::new();
        if count > TYPED_ABOVE && digits != count.to_string() {
            let detail = Said::new(format!("输入人数 {} 来确认", number(count)), format!("Type {} to confirm", number(count)));
            wrong.push(FieldError::new("count", "count_differs", detail));
        }
        if !self.typed.at.is_empty() && send_at.is_none() {
            wrong.push(FieldError::new("at", "not_a_time", Text::new("选一个将来的时间", "Choose a time to come")));
        }
        wrong
    }

    fn may_send(&self) -> bool {
        self.faults.is_empty() && !self.locked && self.count() > 0
    }
}

/// The page.
pub fn page(data: Review) -> AnyView {
    let back = format!("{}?draft={}", href("/send"), data.draft);
    view! {
        <main id="main" class="compose-main">
            <form class="compose-main" method="post" action=href(&format!("/send/{}/review", data.draft))>
                <div class="page">
                    <div class="page-head">
                        <div>
                            {crumb(t(w::PLACE), back.clone(), t(w::TITLE), data.template.clone())}
                            <h1>{t(w::REVIEW_TITLE)}</h1>
                            <p>{t(w::REVIEW_LINE)}</p>
                        </div>
                    </div>
                    {faults(&data)}
                    {stats(&data)}
                    <div class="split">
                        <div class="stack">{review_list::previews(&data)}{review_list::refused(&data)}{review_list::cut(&data)}</div>
                        <div class="stack">{checks(&data)}{list(&data)}{when(&data)}</div>
                    </div>
                </div>
                <div class="sendbar">
                    <a class="btn" href=back>{t(w::EDIT)}</a>
                    <div class="grow"></div>
                    {data.may_send().then(|| view! {
                        {review_confirm::fields(&data)}
                        <span class="faint desk">{if data.count() > 1 { t(w::UNDO_WINDOW) } else { t(w::NO_UNDO) }}</span>
                        <button class="btn btn-primary" type="submit" name="intent" value="send">{send_label(&data)}</button>
                    })}
                </div>
            </form>
        </main>
    }
    .into_any()
}

fn send_label(data: &Review) -> String {
    let count = data.count();
    let approval = count > 1 && data.rules.needs_approval(usize::try_from(count).unwrap_or(usize::MAX));
    match lang() {
        Lang::Zh if approval => format!("提交 {} 人，等另一位管理员批准", number(count)),
        Lang::En if approval => format!("Submit {} for approval", number(count)),
        Lang::Zh => format!("发送给 {} 人", number(count)),
        Lang::En if count == 1 => "Send to 1 recipient".into(),
        Lang::En => format!("Send to {} recipients", number(count)),
    }
}

fn when(data: &Review) -> AnyView {
    let field = Field::new("at", w::SEND_AT).kind("datetime-local").value(data.typed.at.clone()).hint(w::SEND_AT_HINT).optional();
    view! {
        <section class="block" aria-labelledby="head-when">
            <header><h2 id="head-when">{t(w::WHEN)}</h2></header>
            {field.view(&data.refused)}
            {(data.count() > 1).then(|| canary(data))}
        </section>
    }
    .into_any()
}

fn canary(data: &Review) -> AnyView {
    let field = |name: &'static str, label: Text, value: &str, hint: Text| {
        Field::new(name, label).kind("number").value(value.to_owned()).hint(hint).optional().view(&data.refused)
    };
    let (first, percent) = &data.typed.canary;
    view! {
        <p class="muted">{t(rules::CANARY_SHORT)}</p>
        <div class="fields">
            {field("canary_first", rules::CANARY_FIRST, first, rules::CANARY_FIRST_HINT)}
            {field("canary_percent", rules::CANARY_PERCENT, percent, rules::CANARY_PERCENT_HINT)}
        </div>
    }
    .into_any()
}

fn faults(data: &Review) -> AnyView {
    // Those of the fields on this page stand beside them, and here for whoever looks up first.
    let here = |fault: &&FieldError| matches!(fault.field.as_str(), "count" | "password" | "at" | "canary_first" | "canary_percent");
    let summary = error_summary(&Refused(data.refused.0.iter().filter(here).cloned().collect()));
    let others = data.refused.0.iter().filter(|fault| !here(fault) && !data.faults.contains(fault));
    let lines = data.faults.iter().chain(others).map(|fault| fault.detail.get(lang()).to_owned()).collect::<Vec<_>>();
    let list = (!lines.is_empty()).then(|| {
        let list = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        notice(Tone::Bad, view! { <strong>{t(w::MUST_FIX)}</strong><ul>{list}</ul> })
    });
    view! { {summary}{list} }.into_any()
}

fn stats(data: &Review) -> AnyView {
    let Allowance { limit, used, told } = data.allowance;
    let after = used + data.count();
    let share = format!("{:.1}%", after as f64 * 100.0 / limit.max(1) as f64);
    view! {
        <dl class="stats">
            <div class="stat">
                <dt>{t(w::LIST_SUM)}</dt>
                <dd><span class="num">{number(data.count())}</span><span class="unit">{t(w::PEOPLE)}</span></dd>
            </div>
            <div class="stat"><dt>{t(w::ACCOUNT)}</dt><dd class="strong">{data.account.clone()}<div class="faint">{t(w::TEMPLATE)}" "{data.template.clone()}</div></dd></div>
            <div class="stat">
                <dt>{t(w::TODAY)}</dt>
                <dd class="strong">
                    {format!("{} → {} / {}", number(used), number(after), number(limit))}
                    <progress class="meter" aria-label=t(w::QUOTA_AFTER) value=after.to_string() max=limit.to_string()>{share}</progress>
                    <span class="faint">{if told { t(w::QUOTA_TOLD) } else { t(w::QUOTA) }}</span>
                </dd>
            </div>
            <div class="stat"><dt>{t(w::TAKES)}</dt><dd class="strong">{takes(data)}<div class="faint">{t(w::TAKES_NOTE)}</div></dd></div>
        </dl>
    }
    .into_any()
}

fn takes(data: &Review) -> String {
    let seconds = if data.rate == 0 { 1 } else { (data.count() / i64::from(data.rate)).max(1) };
    match lang() {
        Lang::Zh => format!("约 {seconds} 秒"),
        Lang::En => format!("about {seconds} s"),
    }
}

fn beyond_quota(data: &Review) -> String {
    let (left, count) = (number(data.allowance.left()), number(data.count()));
    match lang() {
        Lang::Zh => format!("今天只剩 {left} 条额度，名单有 {count} 人"),
        Lang::En => format!("Only {left} messages left today; the list has {count}"),
    }
}

fn people(count: usize, words: &'static str) -> String {
    format!("{} {words}", number(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn checks(data: &Review) -> AnyView {
    let mut lines = Vec::new();
    if data.locked {
        lines.push(check_line("is-bad", "lock", t(w::LOCKED).into(), view! { <p>{t(w::LOCKED_LINE)}</p> }.into_any()));
    }
    if let Some(why) = &data.held {
        lines.push(check_line("is-warn", "pause", t(w::HELD).into(), view! { <p>{why.get(lang()).to_owned()}</p> }.into_any()));
    }
    if data.count() > data.allowance.left() {
        lines.push(check_line("is-warn", "alert", beyond_quota(data), view! { <p>{t(w::BEYOND_QUOTA)}</p> }.into_any()));
    }
    if data.faults.is_empty() {
        let seen = data.seen_at.map(|at| view! { <p>{t(w::TEMPLATE_SEEN)}{crate::ui::blocks::moment(at)}</p> });
        lines.push(check_line("is-ok", "ok", t(w::TEMPLATE_FINE).into(), seen.into_any()));
        lines.push(check_line("is-ok", "ok", t(w::VALUES_FINE).into(), ().into_any()));
    }
    if !data.not_following.is_empty() {
        let line = view! { <p>{t(w::LEFT_LINE)}</p>{openids(&data.not_following)} }.into_any();
        lines.push(check_line("is-warn", "alert", people(data.not_following.len(), t(w::LEFT)), line));
    }
    if data.survey.blank > 0 {
        let line = view! { <p>{t(r::BLANK_LINE)}</p> }.into_any();
        lines.push(check_line("is-warn", "alert", people(data.survey.blank, t(r::BLANK)), line));
    }
    if data.got_today.is_empty() {
        lines.push(check_line("is-ok", "ok", t(w::NOBODY_TWICE).into(), ().into_any()));
    } else {
        let choice = |value: &'static str, chosen: bool, label: &'static str| {
            view! { <label><input type="radio" name="got_today" value=value checked=chosen/><span>{label}</span></label> }
        };
        let line = view! {
            <p>{t(w::GOT_TODAY_LINE)}</p>
            {openids(&data.got_today)}
            <fieldset class="choices">
                <legend class="sr-only">{t(w::GOT_TODAY)}</legend>
                {choice("send", !data.typed.skip, t(w::GOT_TODAY_SEND))}
                {choice("skip", data.typed.skip, t(w::GOT_TODAY_SKIP))}
            </fieldset>
        }
        .into_any();
        lines.push(check_line("is-warn", "alert", people(data.got_today.len(), t(w::GOT_TODAY)), line));
    }
    view! {
        <section class="block" aria-labelledby="head-checks">
            <header><h2 id="head-checks">{t(w::CHECKS)}</h2></header>
            <ul class="box checks">{lines}</ul>
        </section>
    }
    .into_any()
}

fn openids(list: &[String]) -> AnyView {
    let lines = list.iter().take(5).cloned().map(|openid| view! { <p class="mono faint">{openid}</p> }).collect_view();
    view! { {lines}{(list.len() > 5).then(|| view! { <p class="faint">"…"</p> })} }.into_any()
}

fn list(data: &Review) -> AnyView {
    let line = |name: &'static str, count: usize| {
        let count = number(i64::try_from(count).unwrap_or(i64::MAX));
        view! { <div><dt>{name}</dt><dd>{count}</dd></div> }
    };
    let malformed = data.malformed.clone();
    let bad = (!malformed.is_empty()).then(|| {
        view! {
            <details><summary>{t(w::SHOW_MALFORMED)}</summary>
                {malformed.into_iter().map(|(at, text)| view! { <p class="mono faint">{format!("{at}: {text}")}</p> }).collect_view()}
            </details>
        }
    });
    view! {
        <section class="block" aria-labelledby="head-list">
            <header><h2 id="head-list">{t(w::LIST)}</h2></header>
            <dl class="kv">
                {line(if data.source == Source::Paste { t(w::ENTRIES) } else { t(r::LIST_ENTRIES) }, data.entries)}
                {line(t(w::LIST_MERGED), data.merged)}
                {line(t(w::LIST_MALFORMED), data.malformed_count)}
                {line(t(w::LIST_LEFT), data.not_following.len())}
                {(data.unreached > 0).then(|| line(t(r::LIST_UNREACHED), data.unreached))}
                {(data.varies).then(|| line(t(r::LIST_REFUSED), data.survey.refused.len()))}
                <div class="sum"><dt>{t(w::LIST_SUM)}</dt><dd>{number(data.count())}</dd></div>
            </dl>
            {bad}
            <dl class="kv kv-foot"><div><dt>{t(w::TAP)}</dt><dd>{opens(&data.content)}</dd></div></dl>
        </section>
    }
    .into_any()
}

/// What a tap opens, in words.
pub fn opens(content: &Content) -> AnyView {
    match content.target {
        Target::None => t(w::TARGET_NONE).into_any(),
        Target::Web => view! { {t(w::TARGET_WEB)}" "<span class="mono">{content.url.clone()}</span> }.into_any(),
        Target::Mini => {
            let place = format!("{} {}", content.mini.appid, content.mini.pagepath);
            view! { {t(w::TARGET_MINI)}" "<span class="mono">{place}</span> }.into_any()
        }
    }
}
