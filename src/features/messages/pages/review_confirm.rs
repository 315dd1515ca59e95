//! What a large sending asks for once more: the number of people, and the password of whoever sends.

use leptos::prelude::*;

use super::{
    review::{Review, TYPED_ABOVE},
    review_checks,
};
use crate::{
    shared::lang::Lang,
    ui::{blocks::number, lang, t, texts::compose as w},
};

/// The two fields; nothing where no choice makes it more than a thousand people.
pub(super) fn fields(data: &Review) -> AnyView {
    if data.most() <= TYPED_ABOVE {
        return ().into_any();
    }
    let label = review_checks::each(data, |count| match (lang(), count > TYPED_ABOVE) {
        (Lang::Zh, true) => format!("输入人数 {} 确认", number(count)),
        (Lang::En, true) => format!("Type {} to confirm", number(count)),
        (_, false) => t(w::TYPE_NOTHING).into(),
    });
    let count = Asked { name: "count", label, kind: "text", value: data.typed.count.clone(), autocomplete: "off" };
    let words = review_checks::each(data, |count| t(if count > TYPED_ABOVE { w::TYPE_PASSWORD } else { w::TYPE_NO_PASSWORD }).to_owned());
    // What was typed here is never sent back.
    let password = Asked { name: "password", label: words, kind: "password", value: String::new(), autocomplete: "current-password" };
    view! { <div class="confirm">{count.view(data)}{password.view(data)}</div> }.into_any()
}

struct Asked {
    name: &'static str,
    label: AnyView,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
}

impl Asked {
    fn view(self, data: &Review) -> AnyView {
        let Self { name, label, kind, value, autocomplete } = self;
        let wrong = data.refused.of(name).map(|said| said.get(lang()).to_owned());
        let error = format!("{name}-error");
        let (described, invalid) = (wrong.is_some().then(|| error.clone()), wrong.is_some().then_some("true"));
        let inputmode = (kind == "text").then_some("numeric");
        view! {
            <div>
                <label class="faint" for=name>{label}</label>
                <input class="input input-sm" id=name name=name type=kind inputmode=inputmode autocomplete=autocomplete value=value
                    aria-describedby=described aria-invalid=invalid/>
                {wrong.map(|words| view! { <span class="field-error" id=error role="alert">{words}</span> })}
            </div>
        }
        .into_any()
    }
}
