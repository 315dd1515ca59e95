//! The checks on the page before sending, and the choices that stand among them.

use leptos::prelude::*;

use super::{
    check_line,
    review::{Review, spaced},
};
use crate::{
    shared::{
        lang::Lang,
        time::{MINUTE, moment},
    },
    ui::{
        blocks::{enumerated, number},
        icon, lang, t,
        texts::{compose as w, recipients as r},
    },
};

/// A moment as short as it stays clear, seen from `now`.
pub(super) fn at(millis: i64, now: i64) -> String {
    moment(millis, now, lang())
}

/// A text that depends on how many are sent to, once for each choice: the style shows that of the radio buttons that are pressed.
pub(super) fn each(data: &Review, words: impl Fn(i64) -> String) -> AnyView {
    let choices = data.choices();
    if let [(.., count)] = choices.as_slice() {
        return words(*count).into_any();
    }
    let word = |skips: bool| if skips { "skip" } else { "send" };
    let texts = choices.into_iter().map(|(skip, send, count)| {
        let today = (!data.got_today.is_empty()).then(|| word(skip));
        let foreign = (!data.foreign.is_empty()).then(|| word(!send));
        view! { <span data-today=today data-foreign=foreign>{words(count)}</span> }
    });
    texts.collect_view().into_any()
}

/// Everything that was looked at.
pub(super) fn checks(data: &Review) -> AnyView {
    let lines = [sending(data), template(data), people(data), rules(data)].concat();
    view! {
        <section class="block" aria-labelledby="head-checks">
            <header><h2 id="head-checks">{t(w::CHECKS)}</h2></header>
            <ul class="box checks">{lines.into_iter().map(Line::view).collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// One check.
#[derive(Clone)]
struct Line {
    look: (&'static str, &'static str),
    heading: String,
    text: String,
    named: Vec<String>,
    choice: Option<Choice>,
}

#[derive(Clone)]
struct Choice {
    name: &'static str,
    legend: &'static str,
    /// Word, label, whether it is chosen.
    ways: [(&'static str, String, bool); 2],
    wrong: Option<String>,
}

const OK: (&str, &str) = ("is-ok", "ok");
const WARN: (&str, &str) = ("is-warn", "alert");
const BAD: (&str, &str) = ("is-bad", "error");
const WAIT: (&str, &str) = ("is-wait", "user");

impl Line {
    fn new(look: (&'static str, &'static str), heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self { look, heading: heading.into(), text: text.into(), named: Vec::new(), choice: None }
    }

    /// The same, naming some of these people.
    fn naming(self, openids: &[String]) -> Self {
        let mut named: Vec<_> = openids.iter().take(5).cloned().collect();
        named.extend((openids.len() > 5).then(|| "…".to_owned()));
        Self { named, ..self }
    }

    fn view(self) -> AnyView {
        let (class, icon_name) = self.look;
        let text = (!self.text.is_empty()).then(|| view! { <p>{self.text}</p> });
        let named = self.named.into_iter().map(|openid| view! { <p class="mono faint">{openid}</p> }).collect_view();
        let choice = self.choice.map(Choice::view);
        check_line(class, icon_name, self.heading, view! { {text}{named}{choice} }.into_any())
    }
}

impl Choice {
    fn view(self) -> AnyView {
        let name = self.name;
        let ways = self.ways.map(|(word, label, chosen)| {
            view! { <label><input type="radio" name=name value=word checked=chosen/><span>{label}</span></label> }
        });
        let error = format!("{name}-error");
        let described = self.wrong.is_some().then(|| error.clone());
        view! {
            <fieldset class="choices" id=name aria-describedby=described>
                <legend class="sr-only">{self.legend}</legend>
                {ways.into_iter().collect_view()}
                {self.wrong.map(|words| view! { <p class="field-error" id=error>{icon("error")}<span>{words}</span></p> })}
            </fieldset>
        }
        .into_any()
    }
}

/// What stands in the way of all sending.
fn sending(data: &Review) -> Vec<Line> {
    let mut lines = Vec::new();
    if data.locked {
        lines.push(Line::new(("is-bad", "lock"), t(w::LOCKED), t(w::LOCKED_LINE)));
    }
    if let Some(why) = &data.held {
        lines.push(Line::new(("is-warn", "pause"), t(w::HELD), why.get(lang())));
    }
    if data.count() > data.allowance.left() {
        let (left, count) = (number(data.allowance.left()), number(data.count()));
        let heading = match lang() {
            Lang::Zh => format!("今天只剩 {left} 条额度，名单有 {count} 人"),
            Lang::En => format!("Only {left} messages left today; the list has {count}"),
        };
        lines.push(Line::new(WARN, heading, t(w::BEYOND_QUOTA)));
    }
    lines
}

fn template(data: &Review) -> Vec<Line> {
    if !data.faults.is_empty() {
        return Vec::new();
    }
    let seen = data.seen_at.map(|seen| format!("{}{}", t(w::TEMPLATE_SEEN), at(seen, data.now))).unwrap_or_default();
    vec![Line::new(OK, t(w::TEMPLATE_FINE), seen), Line::new(OK, t(w::VALUES_FINE), "")]
}

/// So many people and what is with them.
fn counted(count: usize, words: &'static str) -> String {
    format!("{} {words}", number(i64::try_from(count).unwrap_or(i64::MAX)))
}

fn people(data: &Review) -> Vec<Line> {
    let mut lines = Vec::new();
    if !data.not_following.is_empty() {
        lines.push(Line::new(WARN, counted(data.not_following.len(), t(w::LEFT)), t(w::LEFT_LINE)).naming(&data.not_following));
    }
    if !data.foreign.is_empty() {
        let line = Line::new(WARN, counted(data.foreign.len(), t(r::FOREIGN)), t(r::FOREIGN_LINE)).naming(&data.foreign);
        lines.push(Line { choice: Some(foreign(data)), ..line });
    }
    if data.survey.blank > 0 {
        lines.push(Line::new(WARN, counted(data.survey.blank, t(r::BLANK)), t(r::BLANK_LINE)));
    }
    if data.got_today.is_empty() {
        lines.push(Line::new(OK, t(w::NOBODY_TWICE), ""));
    } else {
        let line = Line::new(WARN, counted(data.got_today.len(), t(w::GOT_TODAY)), t(w::GOT_TODAY_LINE)).naming(&data.got_today);
        lines.push(Line { choice: Some(today(data)), ..line });
    }
    lines
}

/// The two ways with some people, each with the number that is sent to then, the other choice being what it is.
fn ways(skipped: usize, without: i64, with: i64) -> [String; 2] {
    let (skipped, without, with) = (number(i64::try_from(skipped).unwrap_or(i64::MAX)), number(without), number(with));
    match lang() {
        Lang::Zh => [format!("跳过这 {skipped} 人，发给 {without} 人"), format!("仍然发送，发给 {with} 人")],
        Lang::En => [format!("Skip these {skipped}, send to {without}"), format!("Send to them too, {with} in all")],
    }
}

fn today(data: &Review) -> Choice {
    let count = |skip: bool| data.count_if(skip, data.typed.send_foreign);
    let [skip, send] = ways(data.got_today.len(), count(true), count(false));
    let wrong = data.refused.of("got_today").map(|said| said.get(lang()).to_owned());
    let skips = data.skips_today();
    Choice { name: "got_today", legend: t(w::GOT_TODAY), ways: [("skip", skip, skips), ("send", send, !skips)], wrong }
}

fn foreign(data: &Review) -> Choice {
    let count = |send: bool| data.count_if(data.skips_today(), send);
    let [skip, send] = ways(data.foreign.len(), count(false), count(true));
    let sends = data.typed.send_foreign;
    Choice { name: "foreign", legend: t(r::FOREIGN), ways: [("skip", skip, !sends), ("send", send, sends)], wrong: None }
}

/// What the account's own rules make of it.
fn rules(data: &Review) -> Vec<Line> {
    [quiet(data), cap(data), approval(data)].into_iter().flatten().collect()
}

fn quiet(data: &Review) -> Option<Line> {
    let hours = data.rules.quiet?;
    let (begins, ends) = data.span();
    let stretch = format!("{}{}", t(w::QUIET_HOURS), hours.words());
    let said = |zh: String, en: String| match lang() {
        Lang::Zh => format!("{stretch}，{zh}"),
        Lang::En => format!("{stretch}; {en}"),
    };
    let moment = |millis: i64| at(millis, data.now);
    if begins > data.starts {
        let text = said(format!("{} 才开始发", moment(begins)), format!("sending begins at {}", moment(begins)));
        return Some(Line::new(WARN, t(w::QUIET_NOW), text));
    }
    let rests = hours.next(begins);
    if ends > rests {
        let text = said(format!("{} 停下，过后接着发", moment(rests)), format!("it rests at {} and goes on afterwards", moment(rests)));
        return Some(Line::new(WARN, t(w::QUIET_REACHED), text));
    }
    let end = moment(ends + MINUTE - 1);
    Some(Line::new(OK, t(w::QUIET_FINE), said(format!("{end} 前发完"), format!("done by {end}"))))
}

fn cap(data: &Review) -> Option<Line> {
    let cap = data.rules.weekly_cap?;
    let over = data.over_cap();
    if over == 0 {
        return Some(Line::new(OK, t(w::CAP_FINE), capped(cap)));
    }
    let heading = match lang() {
        Lang::Zh => format!("{} 人本周已收满 {cap} 条，不会再收到", number(over)),
        Lang::En => format!("{} had their {cap} of this week and will not receive it", number(over)),
    };
    Some(Line::new(WARN, heading, t(w::CAP_OVER_LINE)))
}

fn capped(cap: i64) -> String {
    match lang() {
        Lang::Zh => format!("同一个人 7 天内最多收到 {cap} 条"),
        Lang::En => format!("At most {cap} to one person within 7 days"),
    }
}

fn approval(data: &Review) -> Option<Line> {
    let waits = data.choices().into_iter().any(|(.., count)| data.waits(count));
    let above = number(data.rules.approve_above.filter(|_| waits)?);
    let above = t(w::APPROVAL_ABOVE).replace("{n}", &above);
    if data.approvers.is_empty() {
        return Some(Line::new(BAD, t(w::APPROVAL_NOBODY), format!("{above}{}", t(w::APPROVAL_NOBODY_LINE))));
    }
    let names: Vec<&str> = data.approvers.iter().take(3).map(String::as_str).collect();
    let (names, more) = (enumerated(&names), data.approvers.len() > names.len());
    let who = match (lang(), more) {
        (Lang::Zh, false) => format!("提交后等{}批准。", spaced(&names)),
        (Lang::Zh, true) => format!("提交后等{}等管理员批准。", spaced(&names)),
        (Lang::En, false) => format!(" It then waits for {names}."),
        (Lang::En, true) => format!(" It then waits for {names} or another administrator."),
    };
    Some(Line::new(WAIT, t(w::APPROVAL_NEEDED), format!("{above}{who}")))
}
