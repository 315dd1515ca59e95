//! The page that asks before something is done that hurts: what will happen, to whom, and the two ways on. A document and a form, so
//! it asks with scripts off as well.

use leptos::prelude::*;

use super::{icon, t};
use crate::shared::lang::Text;

/// What is asked.
pub struct Confirm {
    title: String,
    line: String,
    back: String,
    crumb: Option<String>,
    facts: Vec<AnyView>,
    warnings: Vec<Text>,
    refused: Option<AnyView>,
    action: String,
    fields: Vec<(&'static str, String)>,
    typed: Option<AnyView>,
    button: String,
    stay: String,
}

impl Confirm {
    /// `title` names the deed and its object, `line` what follows from it. 取消 leads to `back`; the form posts to `action`.
    pub fn new(title: impl Into<String>, line: impl Into<String>, back: impl Into<String>, action: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            line: line.into(),
            back: back.into(),
            crumb: None,
            facts: Vec::new(),
            warnings: Vec::new(),
            refused: None,
            action: action.into(),
            fields: Vec::new(),
            typed: None,
            button: title.clone(),
            stay: t(CANCEL).to_owned(),
            title,
        }
    }

    /// With the name of the page it was asked from, as a link back.
    pub fn from(mut self, name: impl Into<String>) -> Self {
        self.crumb = Some(name.into());
        self
    }

    /// With a fact about whom or what it concerns.
    pub fn fact(mut self, name: Text, value: impl IntoView + 'static) -> Self {
        self.facts.push(view! { <div><dt>{t(name)}</dt><dd>{value.into_view()}</dd></div> }.into_any());
        self
    }

    /// With a sentence that must not be missed.
    pub fn warning(mut self, text: Text) -> Self {
        self.warnings.push(text);
        self
    }

    /// With the reason why it was not done just now.
    pub fn refused(mut self, why: Option<impl IntoView + 'static>) -> Self {
        self.refused = why
            .map(|why| view! { <div class="notice notice-bad" role="alert">{icon("error")}<div>{why.into_view()}</div></div> }.into_any());
        self
    }

    /// With a field the form carries.
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// With a number that has to be typed into a field of this name.
    pub fn typed(mut self, name: &'static str, label: String) -> Self {
        self.typed = Some(typed(name, label));
        self
    }

    /// With other words on the button than the title.
    pub fn button(mut self, words: impl Into<String>) -> Self {
        self.button = words.into();
        self
    }

    /// With other words than 取消 on the way back, where cancelling is the deed itself.
    pub fn stay(mut self, words: impl Into<String>) -> Self {
        self.stay = words.into();
        self
    }

    /// The page.
    pub fn view(self) -> AnyView {
        let line = (!self.line.is_empty()).then(|| view! { <p>{self.line}</p> });
        let crumb = self.crumb.map(|name| {
            view! { <nav class="crumb" aria-label=name.clone()><a href=self.back.clone()>{name.clone()}</a>{icon("right")}<span>{self.title.clone()}</span></nav> }
        });
        let facts = (!self.facts.is_empty()).then(|| view! { <dl class="kv box newkey">{self.facts}</dl> });
        let warnings = (!self.warnings.is_empty()).then(|| {
            let lines: Vec<_> = self.warnings.into_iter().map(|text| view! { <p>{t(text)}</p> }).collect();
            view! { <div class="notice notice-warn">{icon("alert")}<div>{lines}</div></div> }
        });
        let fields: Vec<_> = self.fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect();
        view! {
            <main id="main" class="page ask">
                <div class="page-head"><div>{crumb}<h1>{self.title}</h1>{line}</div></div>
                {self.refused}
                {warnings}
                {facts}
                <form class="row" method="post" action=self.action>
                    {fields}
                    {self.typed}
                    <a class="btn" href=self.back>{self.stay}</a>
                    <button class="btn btn-danger-solid" type="submit">{self.button}</button>
                </form>
            </main>
        }
        .into_any()
    }
}

/// A field into which a number has to be typed.
pub fn typed(name: &'static str, label: String) -> AnyView {
    view! { <label class="field"><span>{label}</span><input class="input" name=name inputmode="numeric" autocomplete="off" required=true/></label> }
        .into_any()
}

const CANCEL: Text = Text::new("取消", "Cancel");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_happens_to_whom_and_leaves_a_way_back() {
        let owner = Owner::new();
        let html = owner.with(|| {
            Confirm::new("停用“<林>”", "不能登录", "/users/1", "/users/1/disable")
                .from("用户")
                .fact(Text::new("角色", "Role"), "发送者")
                .warning(Text::new("慢", "Slow"))
                .field("name", "a\"b")
                .button("确认停用")
                .view()
                .to_html()
        });
        let page = scraper::Html::parse_document(&html);
        let texts = |selector: &str| {
            let selector = scraper::Selector::parse(selector).expect("selector");
            page.select(&selector).map(|one| one.text().collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(texts("h1"), ["停用“<林>”"]);
        assert_eq!(texts("form[method=post][action='/users/1/disable'] a[href='/users/1']"), ["取消"]);
        assert_eq!(texts("form button[type=submit]"), ["确认停用"]);
        assert!(html.contains("发送者") && html.contains("notice-warn") && html.contains("a&quot;b"), "{html}");
    }
}
