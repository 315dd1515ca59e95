//! The result of a check, one line each: shape, sentence, what to do.

use leptos::prelude::*;

use super::parts;
use crate::{
    features::accounts::model::{CheckLine, CheckState, Checked},
    shared::lang::Lang,
    ui::{
        blocks::{about, moment},
        icon, lang, t,
        texts::accounts as w,
    },
};

/// The block 检查结果.
pub(super) fn result(checked: Checked) -> AnyView {
    let bad = checked.lines.iter().filter(|line| line.state == CheckState::Bad).count();
    let summary = match (bad, lang()) {
        (0, _) => t(w::CHECK_NONE_BAD).to_owned(),
        (bad, Lang::Zh) => format!("{bad} 项没有通过"),
        (1, Lang::En) => "1 check failed".to_owned(),
        (bad, Lang::En) => format!("{bad} checks failed"),
    };
    view! {
        <section class="block" aria-labelledby="checked">
            <header>
                <h2 id="checked">{t(w::CHECK_RESULT)}</h2>
                <span class="faint" role="status">{summary}" · "{moment(checked.at)}</span>
            </header>
            <ul class="box checks account-checks">{checked.lines.into_iter().map(line).collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn line(line: CheckLine) -> AnyView {
    let (class, shape, word) = match line.state {
        CheckState::Ok => ("is-ok", "ok", w::PASSED),
        CheckState::Bad => ("is-bad", "error", w::NOT_PASSED),
        CheckState::Skipped => ("is-wait", "dot", w::NOT_TRIED),
    };
    view! {
        <li class=class>
            {icon(shape)}
            <div>
                <h3>{t(line.what)}<span class="sr-only">{about("", t(word))}</span></h3>
                <p>{line.text.get(lang()).to_owned()}{line.errcode.map(|code| view! { " "<code>{code}</code> })}</p>
                {line.hint.map(|hint| view! { <p>{hint.get(lang()).to_owned()}</p> })}
                {line.address.map(steps)}
            </div>
            <span></span>
        </li>
    }
    .into_any()
}

/// How an address gets on the allow-list.
fn steps(address: String) -> AnyView {
    view! {
        {parts::copy_row("seen_address", w::SERVER_ADDRESS, address)}
        <ol class="how">
            <li>{t(w::ALLOW_1)}</li>
            <li>{t(w::ALLOW_2)}</li>
            <li>{t(w::ALLOW_3)}</li>
        </ol>
    }
    .into_any()
}
