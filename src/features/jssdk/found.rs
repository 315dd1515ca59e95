//! What the signature doctor found, and how it is shown: the verdict, both addresses, the string that is signed, every check.

use leptos::prelude::*;

use super::checks::{Check, Diff, Outcome};
use crate::{
    shared::lang::{Lang, Said, Text},
    ui::{href, icon, lang, t, texts::jssdk as w},
};

/// What the doctor found.
#[derive(Debug)]
pub struct Diagnosis {
    /// The finding in a word.
    pub verdict: Verdict,
    /// The page's address, typed or found in what was pasted.
    pub address: Option<String>,
    /// The signature of the page's address, where it may be signed.
    pub signed: Option<Signed>,
    /// The signature that was pasted.
    pub theirs: Option<String>,
    /// How the pasted address differs.
    pub diff: Option<Diff>,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
}

impl Diagnosis {
    /// A finding with nothing to show beside it yet.
    pub fn of(verdict: Verdict) -> Self {
        Self { verdict, address: None, signed: None, theirs: None, diff: None, checks: Vec::new() }
    }
}

/// The finding in a word.
#[derive(Debug)]
pub enum Verdict {
    /// The pasted signature is right.
    Same,
    /// It is not; why.
    Different(Said),
    /// Something else that WeChat refuses: what, and what to do.
    Found(Text, Said),
    /// Signed; there was nothing to compare with.
    Signed,
    /// There is too little to find the reason with; what is missing.
    Open(Text),
    /// Not to be signed; why.
    NotSigned(Said),
    /// There is no ticket; why, where WeChat said so.
    NoTicket(Option<Said>),
}

/// A signature and what went into it; the ticket is masked.
#[derive(Debug)]
pub struct Signed {
    /// AppID.
    pub app_id: String,
    /// Unix seconds.
    pub timestamp: i64,
    /// Nonce.
    pub nonce: String,
    /// Lower-case hex.
    pub signature: String,
    /// The string that is signed.
    pub string: String,
}

/// All of it, under the form.
pub fn found(found: Diagnosis) -> AnyView {
    let bad = matches!(found.verdict, Verdict::Different(_));
    view! {
        <section class="block stack-m" aria-labelledby="h-res">
            {verdict(&found.verdict, found.theirs.is_some())}
            {comparison(&found, bad)}
            {found.signed.as_ref().map(string)}
        </section>
        {found.signed.as_ref().map(result)}
        {checks(&found.checks)}
    }
    .into_any()
}

fn verdict(verdict: &Verdict, signed: bool) -> AnyView {
    let said = |said: &Said| said.get(lang()).to_owned();
    let (class, name, title, line) = match verdict {
        Verdict::Same => ("notice", "ok", w::SAME, t(w::SAME_LINE).to_owned()),
        Verdict::Signed => ("notice", "ok", w::SIGNED, t(w::SIGNED_LINE).to_owned()),
        Verdict::Open(why) => ("notice notice-warn", "alert", w::OPEN, t(*why).to_owned()),
        Verdict::Different(why) => ("notice notice-bad", "error", if signed { w::DIFFERENT } else { w::DIFFERENT_ADDRESS }, said(why)),
        Verdict::Found(title, why) => ("notice notice-bad", "error", *title, said(why)),
        Verdict::NotSigned(why) => ("notice notice-bad", "error", w::NOT_SIGNED, said(why)),
        Verdict::NoTicket(why) => {
            ("notice notice-bad", "error", w::NO_TICKET, why.as_ref().map_or_else(|| t(w::NO_TICKET_LINE).to_owned(), said))
        }
    };
    let to = matches!(verdict, Verdict::NoTicket(_)).then(|| view! { <a href=href("/tokens")>{t(w::TO_PAGE)}</a> });
    view! { <div class=class id="verdict">{icon(name)}<div><h2 id="h-res">{t(title)}</h2><p>{line}" "{to}</p></div></div> }.into_any()
}

/// Both addresses with what differs marked, and both signatures.
fn comparison(found: &Diagnosis, bad: bool) -> AnyView {
    let addresses = found.diff.clone().map(|diff| {
        // What the other line has more is held open, so that both stand under each other.
        let gap = "·".repeat(diff.theirs.chars().count().saturating_sub(diff.ours.chars().count()).min(60));
        let at = match lang() {
            Lang::Zh => format!("从第 {} 个字符起不同", diff.at),
            Lang::En => format!("They differ from character {} on", diff.at),
        };
        view! {
            <dl>
                <div><dt>{t(w::ROW_PAGE)}</dt><dd><code>
                    {diff.head.clone()}{(!diff.ours.is_empty()).then(|| view! { <mark>{diff.ours.clone()}</mark> })}
                    <span class="gap">{gap}</span>{diff.tail.clone()}
                </code></dd></div>
                <div><dt>{t(w::ROW_SIGNED)}</dt><dd><code>
                    {diff.head}{(!diff.theirs.is_empty()).then(|| view! { <mark>{diff.theirs}</mark> })}{diff.tail}
                    {(!diff.fragment.is_empty()).then(|| view! { <mark>{diff.fragment}</mark> })}
                </code></dd></div>
                <div class="at"><dt></dt><dd><code>{at}</code></dd></div>
            </dl>
        }
    });
    let signatures = found.theirs.clone().zip(found.signed.as_ref()).map(|(theirs, signed)| {
        let theirs = if bad { view! { <mark>{theirs}</mark> }.into_any() } else { theirs.into_any() };
        view! {
            <dl class="sha">
                <div><dt>{t(w::ROW_OURS)}</dt><dd><code>{signed.signature.clone()}</code></dd></div>
                <div><dt>{t(w::ROW_THEIRS)}</dt><dd><code>{theirs}</code></dd></div>
            </dl>
        }
    });
    if addresses.is_none() && signatures.is_none() {
        return ().into_any();
    }
    view! { <div class="box diff">{addresses}{signatures}</div> }.into_any()
}

fn string(signed: &Signed) -> AnyView {
    view! {
        <details class="raw" open>
            <summary>{t(w::STRING)}</summary>
            <pre tabindex="0" aria-label=t(w::STRING)>{signed.string.clone()}</pre>
        </details>
    }
    .into_any()
}

fn result(signed: &Signed) -> AnyView {
    let code = format!(
        "wx.config({{\n  appId: \"{}\",\n  timestamp: {},\n  nonceStr: \"{}\",\n  signature: \"{}\",\n  jsApiList: [\"chooseImage\", \"uploadImage\"]\n}});",
        signed.app_id,
        signed.timestamp,
        signed.nonce.replace(['"', '\\'], ""),
        signed.signature
    );
    view! {
        <section class="block" aria-labelledby="h-sig">
            <header><h2 id="h-sig">{t(w::RESULT)}</h2></header>
            <pre class="code" tabindex="0" aria-label=t(w::RESULT)>{code}</pre>
        </section>
    }
    .into_any()
}

fn checks(checks: &[Check]) -> AnyView {
    let count = |outcome: &[Outcome]| checks.iter().filter(|check| outcome.contains(&check.outcome)).count();
    let (bad, ok, wait) = (count(&[Outcome::Bad, Outcome::Warn]), count(&[Outcome::Ok]), count(&[Outcome::Wait]));
    let summary = match lang() {
        Lang::Zh => format!("{bad} 项要看，{ok} 项通过，{wait} 项要在手机上看"),
        Lang::En => format!("{bad} to look at, {ok} fine, {wait} to see on the phone"),
    };
    let row = |check: &Check| {
        let (class, name) = match check.outcome {
            Outcome::Ok => ("is-ok", "ok"),
            Outcome::Warn => ("is-warn", "alert"),
            Outcome::Bad => ("is-bad", "error"),
            Outcome::Wait => ("is-wait", "help"),
        };
        view! {
            <li class=class>{icon(name)}<div><h3>{t(check.title)}</h3><p>{check.line.get(lang()).to_owned()}</p></div></li>
        }
    };
    view! {
        <section class="block" aria-labelledby="h-ck">
            <header><h2 id="h-ck">{t(w::CHECKS)}</h2><span class="faint">{summary}</span></header>
            <ul class="box checks">{checks.iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}
