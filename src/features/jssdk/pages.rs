//! The page 签名调试.

use leptos::prelude::*;

use super::{
    failure::Failure,
    failures::{Reported, failures, gone, opened, scan},
    found::{Diagnosis, Verdict, found},
};
use crate::{
    shared::rights::Right,
    ui::{
        blocks::{empty, page_head},
        copy::CopyText,
        form::area_html,
        frame, href, icon,
        snippets::Call,
        t,
        texts::{accounts, jssdk as w, shell, snippets, tokens},
    },
};

/// What the page shows.
pub struct Shown {
    /// What was typed.
    pub url: String,
    /// What was pasted.
    pub pasted: String,
    /// What was found, once something was typed.
    pub found: Option<Diagnosis>,
    /// Nothing was typed at all.
    pub nothing: bool,
    /// Names of the domain verification files.
    pub files: Vec<String>,
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
    let page = shown.found.as_ref().filter(|_| !refused).and_then(|found| found.address.clone());
    let one = shown.opened.map(|failure| failure.as_ref().map_or_else(gone, opened));
    let error = shown.nothing.then(|| t(w::NOTHING));
    view! {
        <main id="main" class="page">
            {page_head(t(shell::JSSDK), Some(t(w::LINE).to_owned()), ())}
            <div class="split">
                <div class="stack">{form(shown.url, shown.pasted, refused, error)}{one}{shown.found.map(found)}</div>
                <div class="stack">
                    {code()}{call(page.as_deref())}{failures(shown.reported)}{scan(page.as_deref())}{files(shown.files)}{sample(shown.sample)}
                </div>
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

fn form(url: String, pasted: String, refused: bool, error: Option<&'static str>) -> AnyView {
    let wrong = refused || error.is_some();
    view! {
        <form class="doctor-form" method="post" action=href("/jssdk")>
            <div class="field wide">
                <label for="url">{t(w::PAGE_URL)}<span class="label-end">"location.href"</span></label>
                // Not type=url: the browser would refuse the very addresses that are to be examined.
                <input class="input mono" id="url" name="url" type="text" inputmode="url" autocomplete="off" spellcheck="false"
                    aria-invalid=wrong.then_some("true") aria-describedby=error.map(|_| "url-error") value=url/>
                {error.map(|error| view! { <p class="field-error" id="url-error">{error}</p> })}
            </div>
            <div class="field wide">
                <label for="given">{t(w::GIVEN)}<span class="label-end">{t(w::EITHER)}</span></label>
                <textarea class="input mono" id="given" name="given" rows="4" autocomplete="off" spellcheck="false"
                    inner_html=area_html(&pasted)></textarea>
            </div>
            <div class="row"><button class="btn btn-primary" type="submit">{t(w::CHECK)}</button><span class="faint">{t(w::STAYS)}</span></div>
        </form>
    }
    .into_any()
}

/// The domain verification files that are served, and where they are kept.
fn files(names: Vec<String>) -> AnyView {
    let frame = frame();
    let settings =
        frame.may(Right::Administer).then(|| view! { <p><a href=format!("/accounts/{}", frame.app_id())>{t(w::FILES_TO)}</a></p> });
    let body = if names.is_empty() {
        view! { <p class="muted">{t(w::FILES_NONE)}</p> }.into_any()
    } else {
        let file = |name: String| {
            let address = format!("{}/{name}", frame.public_url);
            view! { <li class="is-ok">{icon("ok")}<div><h3><a class="mono breaks" href=format!("/{name}")>{address}</a></h3></div></li> }
        };
        view! { <ul class="box checks">{names.into_iter().map(file).collect_view()}</ul><p class="faint">{t(w::FILES_LINE)}</p> }.into_any()
    };
    view! {
        <section class="block" aria-labelledby="h-ver">
            <header><h2 id="h-ver">{t(w::FILES)}</h2></header>
            <div class="stack-m">{body}{settings}</div>
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
