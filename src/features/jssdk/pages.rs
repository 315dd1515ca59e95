//! The page 签名调试.

use leptos::prelude::*;

use super::{
    checks::{Check, Diff, Outcome},
    failure::Failure,
    failures::{Reported, failures, gone, opened, scan},
};
use crate::{
    shared::{
        lang::{Lang, Said, Text},
        rights::Right,
    },
    ui::{
        blocks::{empty, page_head},
        copy::CopyText,
        form::area_html,
        frame, href, icon, lang,
        snippets::Call,
        t,
        texts::{accounts, jssdk as w, shell, snippets, tokens},
    },
};

/// What the doctor found.
#[derive(Debug)]
pub struct Diagnosis {
    /// The finding in a word.
    pub verdict: Verdict,
    /// The signature of the page's address, where it may be signed.
    pub signed: Option<Signed>,
    /// The signature that was pasted.
    pub theirs: Option<String>,
    /// How the pasted address differs.
    pub diff: Option<Diff>,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
}

/// The finding in a word.
#[derive(Debug)]
pub enum Verdict {
    /// The pasted signature is right.
    Same,
    /// It is not; why.
    Different(Text),
    /// Signed; there was nothing to compare with.
    Signed,
    /// Not to be signed; why.
    NotSigned(Said),
    /// There is no ticket.
    NoTicket,
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

/// What the page shows.
pub struct Shown {
    /// What was typed.
    pub url: String,
    /// What was pasted.
    pub pasted: String,
    /// What was found, once something was typed.
    pub found: Option<Diagnosis>,
    /// The official example's signature, computed here.
    pub sample: String,
    /// What pages reported.
    pub reported: Reported,
    /// The report that was opened; `Some(None)` where it is there no more.
    pub opened: Option<Option<Failure>>,
}

/// The page of an account without one.
pub fn no_account() -> AnyView {
    let connect =
        frame().may(Right::Administer).then(|| view! { <a class="btn btn-primary" href="/accounts/new">{t(tokens::CONNECT)}</a> });
    view! { <main id="main" class="page">{page_head(t(shell::JSSDK), None, ())}{empty(t(tokens::NO_ACCOUNT), connect)}</main> }.into_any()
}

/// The page.
pub fn doctor(shown: Shown) -> AnyView {
    let refused = matches!(&shown.found, Some(Diagnosis { verdict: Verdict::NotSigned(_), .. }));
    // A page that cannot be signed is not worth a walk to the phone.
    let page = (shown.found.is_some() && !refused).then(|| shown.url.trim().to_owned());
    let one = shown.opened.map(|failure| failure.as_ref().map_or_else(gone, opened));
    view! {
        <main id="main" class="page">
            {page_head(t(shell::JSSDK), Some(t(w::LINE).to_owned()), ())}
            <div class="split">
                <div class="stack">{form(shown.url, shown.pasted, refused)}{one}{shown.found.map(found)}</div>
                <div class="stack">{code()}{call(page.as_deref())}{failures(shown.reported)}{scan(page.as_deref())}{sample(shown.sample)}</div>
            </div>
        </main>
    }
    .into_any()
}

/// The signature by API, for the page in hand.
fn call(page: Option<&str>) -> AnyView {
    let page = page.unwrap_or("https://h5.example.com/");
    Call::get("/api/v1/jssdk/signature").with("url", page).open().block("head-call", snippets::TITLE)
}

fn form(url: String, pasted: String, refused: bool) -> AnyView {
    view! {
        <form class="doctor-form" method="post" action=href("/jssdk")>
            <div class="field wide">
                <label for="url">{t(w::PAGE_URL)}<span class="label-end">"location.href"</span></label>
                // Not type=url: the browser would refuse the very addresses that are to be examined.
                <input class="input mono" id="url" name="url" type="text" inputmode="url" autocomplete="off" spellcheck="false"
                    required aria-invalid=refused.then_some("true") value=url/>
            </div>
            <div class="field wide">
                <label for="given">{t(w::GIVEN)}<span class="label-end">{if lang() == Lang::Zh { "可选" } else { "Optional" }}</span></label>
                <textarea class="input mono" id="given" name="given" rows="4" autocomplete="off" spellcheck="false"
                    inner_html=area_html(&pasted)></textarea>
            </div>
            <div class="row"><button class="btn btn-primary" type="submit">{t(w::CHECK)}</button><span class="faint">{t(w::STAYS)}</span></div>
        </form>
    }
    .into_any()
}

fn found(found: Diagnosis) -> AnyView {
    let bad = matches!(found.verdict, Verdict::Different(_));
    view! {
        <section class="block stack-m" aria-labelledby="h-res">
            {verdict(&found.verdict)}
            {comparison(&found, bad)}
            {found.signed.as_ref().map(string)}
        </section>
        {found.signed.as_ref().map(result)}
        {checks(&found.checks)}
    }
    .into_any()
}

fn verdict(verdict: &Verdict) -> AnyView {
    let (class, name, title, line) = match verdict {
        Verdict::Same => ("notice", "ok", w::SAME, t(w::SAME_LINE).to_owned()),
        Verdict::Signed => ("notice", "ok", w::SIGNED, t(w::SIGNED_LINE).to_owned()),
        Verdict::Different(why) => ("notice notice-bad", "error", w::DIFFERENT, t(*why).to_owned()),
        Verdict::NotSigned(why) => ("notice notice-bad", "error", w::NOT_SIGNED, why.get(lang()).to_owned()),
        Verdict::NoTicket => ("notice notice-bad", "error", w::NO_TICKET, t(w::NO_TICKET_LINE).to_owned()),
    };
    let to = matches!(verdict, Verdict::NoTicket).then(|| view! { <a href=href("/tokens")>{t(w::TO_PAGE)}</a> });
    view! { <div class=class>{icon(name)}<div><h2 id="h-res">{t(title)}</h2><p>{line}" "{to}</p></div></div> }.into_any()
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

fn code() -> AnyView {
    let frame = frame();
    let account = if frame.accounts.len() > 1 { format!("\n  data-app=\"{}\"", frame.app_id()) } else { String::new() };
    let code = format!(
        "<script src=\"{}/h5/wxdesk.js\"{account}></script>\n<script>\nwxdesk.ready({{\n  jsApiList: [\"chooseImage\",\n              \
         \"uploadImage\"]\n}}).then(function (wx) {{\n  // wx.…\n}}).catch(function (error) {{\n  console.log(error.code, error.message);\n}});\n</script>",
        frame.public_url
    );
    view! {
        <section class="block" aria-labelledby="h-fix">
            <header>
                <h2 id="h-fix">{t(w::CODE)}</h2>
                <CopyText text=code.clone() label=t(accounts::COPY).to_owned() done=t(accounts::COPIED).to_owned()/>
            </header>
            <pre class="code" tabindex="0" aria-label=t(w::CODE_LABEL)>{code}</pre>
        </section>
    }
    .into_any()
}

fn sample(signature: String) -> AnyView {
    view! {
        <section class="block" aria-labelledby="h-vec">
            <header><h2 id="h-vec">{t(w::SAMPLE)}</h2></header>
            <div class="stack-m">
                <p class="muted">{t(w::SAMPLE_LINE)}</p>
                <pre class="code" tabindex="0" aria-label=t(w::SAMPLE)>{signature}</pre>
            </div>
        </section>
    }
    .into_any()
}
