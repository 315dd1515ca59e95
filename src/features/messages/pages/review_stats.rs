//! The figures on the page before sending: to how many, out of which quota, until when.

use leptos::prelude::*;

use super::{review::Review, review_checks};
use crate::{
    features::messages::model::Allowance,
    shared::{
        lang::Lang,
        time::{MINUTE, SECOND, span_words},
    },
    ui::{blocks::number, lang, t, texts::compose as w},
};

/// All of them.
pub(super) fn stats(data: &Review) -> AnyView {
    let Allowance { limit, used, told } = data.allowance;
    let after = used + data.count();
    let share = format!("{:.1}%", after as f64 * 100.0 / limit.max(1) as f64);
    view! {
        <dl class="stats">
            <div class="stat">
                <dt>{t(w::LIST_SUM)}</dt>
                <dd><span class="num">{review_checks::each(data, number)}</span><span class="unit">{t(w::PEOPLE)}</span></dd>
            </div>
            <div class="stat"><dt>{t(w::ACCOUNT)}</dt><dd class="strong">{data.account.clone()}<div class="faint">{t(w::TEMPLATE)}" "{data.template.clone()}</div></dd></div>
            <div class="stat">
                <dt>{t(w::TODAY)}</dt>
                <dd class="strong">
                    {number(used)}" → "{review_checks::each(data, move |count| number(used + count))}" / "{number(limit)}
                    <progress class="meter" aria-label=t(w::QUOTA_AFTER) value=after.to_string() max=limit.to_string()>{share}</progress>
                    <span class="faint">{if told { t(w::QUOTA_TOLD) } else { t(w::QUOTA) }}</span>
                </dd>
            </div>
            <div class="stat"><dt>{t(w::TAKES)}</dt><dd class="strong">{takes(data)}<div class="faint">{until(data)}</div></dd></div>
        </dl>
    }
    .into_any()
}

/// From the first message to the last.
fn takes(data: &Review) -> String {
    let (begins, ends) = data.span();
    let words = span_words((ends - begins).max(SECOND), lang());
    match lang() {
        Lang::Zh => format!("约 {words}"),
        Lang::En => format!("about {words}"),
    }
}

/// Until when, to the whole minute; with the beginning where that is not now.
fn until(data: &Review) -> String {
    let (begins, ends) = data.span();
    let moment = |at: i64| review_checks::at(at, data.now);
    let end = moment(ends + MINUTE - 1);
    let later = begins > data.now + MINUTE;
    match lang() {
        Lang::Zh if later => format!("{} 开始，{end} 前发完", moment(begins)),
        Lang::Zh => format!("现在发，{end} 前发完"),
        Lang::En if later => format!("From {}, done by {end}", moment(begins)),
        Lang::En => format!("If sent now, done by {end}"),
    }
}
