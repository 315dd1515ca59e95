//! `/send/{draft}/review`: the last look before anything leaves the house.

use std::collections::HashSet;

use leptos::prelude::*;

use super::{crumb, review_checks, review_confirm, review_list, review_stats};
use crate::{
    features::messages::model::{Allowance, Content, Data, Pace, Rules, Source, Survey, Target, TemplateField},
    shared::{
        error::FieldError,
        lang::{Lang, Said, Text},
    },
    ui::{
        blocks::{Tone, notice, number},
        form::{Field, Refused, error_summary},
        href, icon, lang, t,
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
    /// Those whom the followers do not have.
    pub foreign: Vec<String>,
    /// Those who got the template within 24 hours.
    pub got_today: Vec<String>,
    /// How many of these are both.
    pub both: usize,
    /// Those who have had their fill this week.
    pub over_cap: Vec<String>,
    /// Administrators who may approve it.
    pub approvers: Vec<String>,
    /// The day's quota, and what is gone of it.
    pub allowance: Allowance,
    /// What the account's operator laid down about sending.
    pub rules: Rules,
    /// How fast it goes out.
    pub pace: Pace,
    /// The moment of the page (Unix milliseconds).
    pub now: i64,
    /// When it would begin to go out (Unix milliseconds).
    pub starts: i64,
    /// What the page shows, as one number; what is another goes nowhere from here.
    pub seen: String,
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
    /// Whether those who got the template today are left out; none where the page did not ask.
    pub skip_today: Option<bool>,
    /// Whether those are sent to as well whom the followers do not have.
    pub send_foreign: bool,
    /// When to send, as the field gives it; empty: now.
    pub at: String,
    /// How many go first, and how many percent of them must have received it.
    pub canary: (String, String),
}

/// From this many on the number has to be typed.
pub(super) const TYPED_ABOVE: i64 = 1000;

impl Review {
    /// Everybody who is sent to as things are chosen.
    pub(super) fn count(&self) -> i64 {
        self.count_if(self.skips_today(), self.typed.send_foreign)
    }

    /// Everybody who is still a follower, as far as we know, and whose values keep to the rules; without those who got the template today
    /// and those who are foreign, unless they are sent to.
    pub(super) fn count_if(&self, skip_today: bool, send_foreign: bool) -> i64 {
        let (today, foreign) = (self.got_today.len(), self.foreign.len());
        let chosen = match (skip_today, send_foreign) {
            (false, true) => 0,
            (true, true) => today,
            (false, false) => foreign,
            (true, false) => today + foreign - self.both,
        };
        let skipped = self.not_following.len() + self.survey.refused.len() + chosen;
        i64::try_from(self.people.saturating_sub(skipped)).unwrap_or(i64::MAX)
    }

    /// Whether those are left out who got the template today, which is the rule unless somebody says otherwise.
    pub fn skips_today(&self) -> bool {
        self.typed.skip_today.unwrap_or(true)
    }

    /// What may be chosen here: whether to skip who got it today, whether to send to foreign ones, and how many that makes.
    pub(super) fn choices(&self) -> Vec<(bool, bool, i64)> {
        let either = |asked: bool, now: bool| if asked { vec![true, false] } else { vec![now] };
        let today = either(!self.got_today.is_empty(), self.skips_today());
        let foreign = either(!self.foreign.is_empty(), self.typed.send_foreign);
        let pairs = today.into_iter().flat_map(|skip| foreign.iter().map(move |send| (skip, *send)));
        pairs.map(|(skip, send)| (skip, send, self.count_if(skip, send))).collect()
    }

    /// The most people that may be chosen here.
    pub(super) fn most(&self) -> i64 {
        self.choices().into_iter().map(|(.., count)| count).max().unwrap_or(0)
    }

    /// How many of those who are sent to as things are chosen have had their fill this week.
    pub(super) fn over_cap(&self) -> i64 {
        let skipped = |skips: bool, list: &[String]| if skips { list.iter().cloned().collect() } else { HashSet::new() };
        let today: HashSet<String> = skipped(self.skips_today(), &self.got_today);
        let foreign: HashSet<String> = skipped(!self.typed.send_foreign, &self.foreign);
        let over = self.over_cap.iter().filter(|openid| !today.contains(*openid) && !foreign.contains(*openid));
        i64::try_from(over.count()).unwrap_or(i64::MAX)
    }

    /// Whether so many are sent to that the number has to be typed, and the password once more.
    pub fn is_large(&self) -> bool {
        self.count() > TYPED_ABOVE
    }

    /// Whether that many wait for a second administrator.
    pub(super) fn waits(&self, count: i64) -> bool {
        count > 1 && self.rules.needs_approval(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// What is wrong with the decisions on this page.
    pub fn refused(&self, seen: &str, send_at: Option<i64>) -> Vec<FieldError> {
        if seen != self.seen {
            return vec![FieldError::new("seen", "changed", w::SEEN_CHANGED)];
        }
        let count = self.count();
        let digits: String = self.typed.count.chars().filter(char::is_ascii_digit).collect();
        let mut wrong = Vec::new();
        if !self.got_today.is_empty() && self.typed.skip_today.is_none() {
            wrong.push(FieldError::new("got_today", "missing", w::GOT_TODAY_CHOOSE));
        } else if count > TYPED_ABOVE && digits != count.to_string() {
            let detail = Said::new(format!("输入人数 {} 来确认", number(count)), format!("Type {} to confirm", number(count)));
            wrong.push(FieldError::new("count", "count_differs", detail));
        }
        if !self.typed.at.is_empty() && send_at.is_none() {
            wrong.push(FieldError::new("at", "not_a_time", Text::new("选一个将来的时间", "Choose a time to come")));
        }
        if self.waits(count) && self.approvers.is_empty() {
            wrong.push(FieldError::new("recipients", "no_approver", w::NO_APPROVER));
        }
        wrong
    }

    /// When the first message goes out, and when the last (Unix milliseconds).
    pub(super) fn span(&self) -> (i64, i64) {
        (self.pace.begins(self.starts), self.pace.ends(self.starts, self.count(), self.now))
    }

    fn may_send(&self) -> bool {
        let approved = |count: i64| !self.waits(count) || !self.approvers.is_empty();
        self.faults.is_empty() && !self.locked && self.choices().into_iter().any(|(.., count)| count > 0 && approved(count))
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
                    <input type="hidden" name="seen" value=data.seen.clone()/>
                    {faults(&data)}
                    {review_stats::stats(&data)}
                    <div class="split">
                        <div class="stack">{review_list::previews(&data)}{review_list::refused(&data)}{review_list::cut(&data)}</div>
                        <div class="stack">{review_checks::checks(&data)}{list(&data)}{when(&data)}</div>
                    </div>
                </div>
                <div class="sendbar">
                    <a class="btn" href=back>{t(w::EDIT)}</a>
                    <div class="grow"></div>
                    {data.may_send().then(|| view! {
                        {review_confirm::fields(&data)}
                        <span class="faint desk">{t(w::UNDO_WINDOW)}</span>
                        <button class="btn btn-primary" type="submit" name="intent" value="send">{review_checks::each(&data, |count| send_label(&data, count))}</button>
                    })}
                </div>
            </form>
        </main>
    }
    .into_any()
}

fn send_label(data: &Review, count: i64) -> String {
    let people = number(count);
    let approver = data.waits(count).then_some(data.approvers.as_slice());
    match (lang(), approver) {
        (Lang::Zh, Some([only])) => format!("提交 {people} 人，等{}批准", spaced(only)),
        (Lang::En, Some([only])) => format!("Submit {people} to {only}"),
        (Lang::Zh, Some(_)) => format!("提交 {people} 人，等另一位管理员批准"),
        (Lang::En, Some(_)) => format!("Submit {people} for approval"),
        (Lang::Zh, None) => format!("发送给 {people} 人"),
        (Lang::En, None) if count == 1 => "Send to 1 recipient".into(),
        (Lang::En, None) => format!("Send to {people} recipients"),
    }
}

/// A name within a Chinese sentence: blanks around one that begins or ends with a Latin letter.
pub(super) fn spaced(name: &str) -> String {
    let blank = |c: Option<char>| if c.is_some_and(|c| c.is_ascii()) { " " } else { "" };
    format!("{}{name}{}", blank(name.chars().next()), blank(name.chars().next_back()))
}

fn when(data: &Review) -> AnyView {
    let field = Field::new("at", w::SEND_AT).kind("datetime-local").value(data.typed.at.clone()).hint(w::SEND_AT_HINT).optional();
    view! {
        <section class="block" aria-labelledby="head-when">
            <header><h2 id="head-when">{t(w::WHEN)}</h2></header>
            {field.view(&data.refused)}
            <button class="btn btn-sm gap-top" type="submit" name="intent" value="look">{icon("refresh")}{t(w::RECKON)}</button>
            {(data.most() > 1).then(|| canary(data))}
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
        <p class="muted gap-top">{t(rules::CANARY_SHORT)}</p>
        <div class="fields gap-top">
            {field("canary_first", rules::CANARY_FIRST, first, rules::CANARY_FIRST_HINT)}
            {field("canary_percent", rules::CANARY_PERCENT, percent, rules::CANARY_PERCENT_HINT)}
        </div>
    }
    .into_any()
}

fn faults(data: &Review) -> AnyView {
    // Those of the fields on this page stand beside them, and here for whoever looks up first.
    let here =
        |fault: &&FieldError| matches!(fault.field.as_str(), "count" | "password" | "at" | "got_today" | "canary_first" | "canary_percent");
    let summary = error_summary(&Refused(data.refused.0.iter().filter(here).cloned().collect()));
    let changed = data.refused.of("seen").map(|said| said.get(lang()).to_owned());
    let changed = changed.map(
        |line| view! { <div role="alert">{notice(Tone::Warn, view! { <p><strong>{line}</strong>" "{t(w::SEEN_CHANGED_LINE)}</p> })}</div> },
    );
    let others = data.refused.0.iter().filter(|fault| !here(fault) && fault.field != "seen" && !data.faults.contains(fault));
    let lines = data.faults.iter().chain(others).map(|fault| fault.detail.get(lang()).to_owned()).collect::<Vec<_>>();
    let list = (!lines.is_empty()).then(|| {
        let list = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        notice(Tone::Bad, view! { <strong>{t(w::MUST_FIX)}</strong><ul>{list}</ul> })
    });
    view! { {changed}{summary}{list} }.into_any()
}

fn list(data: &Review) -> AnyView {
    let line = |name: &'static str, count: usize| {
        let count = number(i64::try_from(count).unwrap_or(i64::MAX));
        view! { <div><dt>{name}</dt><dd>{count}</dd></div> }
    };
    let lines = data.entries.saturating_sub(usize::try_from(data.count()).unwrap_or(0));
    let skipped = (lines > 0).then(|| download(&data.draft, skipped(lines)));
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
            <header><h2 id="head-list">{t(w::LIST)}</h2>{skipped}</header>
            <dl class="kv">
                {line(if data.source == Source::Paste { t(w::ENTRIES) } else { t(r::LIST_ENTRIES) }, data.entries)}
                {line(t(w::LIST_MERGED), data.merged)}
                {line(t(w::LIST_MALFORMED), data.malformed_count)}
                {line(t(w::LIST_LEFT), data.not_following.len())}
                {(!data.foreign.is_empty()).then(|| line(t(r::LIST_FOREIGN), data.foreign.len()))}
                {(!data.got_today.is_empty()).then(|| line(t(w::LIST_GOT_TODAY), data.got_today.len()))}
                {(data.unreached > 0).then(|| line(t(r::LIST_UNREACHED), data.unreached))}
                {(data.varies).then(|| line(t(r::LIST_REFUSED), data.survey.refused.len()))}
                <div class="sum"><dt>{t(w::LIST_SUM)}</dt><dd>{review_checks::each(data, number)}</dd></div>
            </dl>
            {bad}
            <dl class="kv kv-foot"><div><dt>{t(w::TAP)}</dt><dd>{opens(&data.content)}</dd></div></dl>
        </section>
    }
    .into_any()
}

/// How many lines get nothing, as the name of the link to them.
fn skipped(lines: usize) -> String {
    let count = number(i64::try_from(lines).unwrap_or(i64::MAX));
    match lang() {
        Lang::Zh => format!("下载跳过的 {count} 行"),
        Lang::En if lines == 1 => "Download the 1 skipped line".into(),
        Lang::En => format!("Download the {count} skipped lines"),
    }
}

/// The way to a file of the lines that get nothing.
pub(super) fn download(draft: &str, label: String) -> AnyView {
    let to = href(&format!("/send/{draft}/skipped.csv"));
    view! { <a href=to download="">{label}</a> }.into_any()
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
