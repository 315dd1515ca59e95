//! Form parts: a labelled field with hint and error, a posting form, a summary of what was refused.

use leptos::prelude::*;

use super::{icon, lang, t};
use crate::shared::{
    error::FieldError,
    lang::{Said, Text},
};

/// The refused fields of a form that is shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refused(pub Vec<FieldError>);

impl Refused {
    /// Nothing refused.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was wrong with a field.
    pub fn of(&self, field: &str) -> Option<&Said> {
        self.0.iter().find(|error| error.field == field).map(|error| &error.detail)
    }

    /// Adds a refusal.
    pub fn add(&mut self, field: impl Into<String>, code: &'static str, detail: impl Into<Said>) {
        self.0.push(FieldError::new(field, code, detail));
    }
}

/// A one-line text field. `kind` is the input's type; ids equal names.
#[derive(Clone, Debug, Default)]
pub struct Field {
    /// `name` and `id`.
    pub name: String,
    /// The label.
    pub label: String,
    /// `text`, `password`, `url`, `search`, `number`, `datetime-local`; empty means text.
    pub kind: &'static str,
    /// What was typed.
    pub value: String,
    /// One line of help.
    pub hint: Option<String>,
    /// `autocomplete`, such as `username`.
    pub autocomplete: Option<&'static str>,
    /// A grey example.
    pub placeholder: Option<&'static str>,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Whether it holds a secret in plain sight, which the browser must not keep.
    pub secret: bool,
}

impl Field {
    /// A required text field.
    pub fn new(name: impl Into<String>, label: Text) -> Self {
        Self { name: name.into(), label: label.get(lang()).to_owned(), ..Self::default() }
    }

    /// With what was typed before.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// With a line of help.
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(hint.get(lang()).to_owned());
        self
    }

    /// As another type of input.
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// With an `autocomplete` hint.
    pub fn autocomplete(mut self, word: &'static str) -> Self {
        self.autocomplete = Some(word);
        self
    }

    /// With a grey example.
    pub fn placeholder(mut self, text: &'static str) -> Self {
        self.placeholder = Some(text);
        self
    }

    /// May stay empty.
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Holds a secret.
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Label, input, hint and error.
    pub fn view(self, refused: &Refused) -> AnyView {
        let error = refused.of(&self.name).map(|said| said.get(lang()).to_owned());
        let described = describe(&self.name, self.hint.is_some(), error.is_some());
        let kind = if self.kind.is_empty() { "text" } else { self.kind };
        let optional = self.optional.then(|| view! { <span class="label-end">{t(OPTIONAL)}</span> });
        view! {
            <div class="field">
                <label for=self.name.clone()>{self.label}{optional}</label>
                <input class="input" id=self.name.clone() name=self.name.clone() type=kind value=self.value
                    autocomplete=self.autocomplete.unwrap_or("off") placeholder=self.placeholder spellcheck="false"
                    aria-describedby=described aria-invalid=error.is_some().then_some("true") required=!self.optional data-secret=self.secret.then_some("")/>
                {self.hint.map(|hint| view! { <p class="hint" id=format!("{}-hint", self.name)>{hint}</p> })}
                {error.map(|text| field_error(&self.name, text))}
            </div>
        }
        .into_any()
    }
}

const OPTIONAL: Text = Text::new("可选", "Optional");
const ONE_A_LINE: Text = Text::new("一行一个", "One a line");
const SUMMARY: Text = Text::new("有几处需要修改：", "Some fields need changes:");

/// The value of `aria-describedby` for a field with a hint and an error.
pub fn describe(name: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (false, false) => None,
        (true, false) => Some(format!("{name}-hint")),
        (false, true) => Some(format!("{name}-error")),
        (true, true) => Some(format!("{name}-hint {name}-error")),
    }
}

/// A field of several lines.
pub fn lines(name: &'static str, label: Text, value: String, hint: Text, refused: &Refused) -> AnyView {
    let error = refused.of(name).map(|said| said.get(lang()).to_owned());
    let described = describe(name, true, error.is_some());
    view! {
        <div class="field">
            <label for=name>{t(label)}<span class="label-end">{t(ONE_A_LINE)}</span></label>
            <textarea class="input mono" id=name name=name rows="3" spellcheck="false" autocomplete="off"
                aria-describedby=described aria-invalid=error.is_some().then_some("true") inner_html=area_html(&value)></textarea>
            <p class="hint" id=format!("{name}-hint")>{t(hint)}</p>
            {error.map(|text| field_error(name, text))}
        </div>
    }
    .into_any()
}

/// What was typed, as the `inner_html` of a `<textarea>`. Leptos escapes no children of that element, so a text given to it as a child
/// could close it and go on as markup.
pub fn area_html(typed: &str) -> String {
    // The first line break inside the element is dropped by browsers; one of ours goes before it.
    format!("\n{}", typed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// The line under a field that was refused.
pub fn field_error(name: &str, text: String) -> AnyView {
    view! { <p class="field-error" id=format!("{name}-error")>{icon("error")}<span>{text}</span></p> }.into_any()
}

/// The list of everything refused, with links to the fields; nothing when nothing was.
pub fn error_summary(refused: &Refused) -> AnyView {
    if refused.is_empty() {
        return ().into_any();
    }
    let lang = lang();
    let lines = refused.0.iter().map(|error| (error.field.clone(), error.detail.get(lang).to_owned())).collect::<Vec<_>>();
    view! {
        <div class="notice notice-bad" role="alert" tabindex="-1" id="refused">
            {icon("error")}
            <div>
                <strong>{t(SUMMARY)}</strong>
                <ul>{lines.into_iter().map(|(field, text)| view! { <li><a href=format!("#{field}")>{text}</a></li> }).collect_view()}</ul>
            </div>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_inside_its_field() {
        let typed = "</textarea><script>alert(1)</script>&amp;";
        let inner = area_html(typed);
        let html = view! { <textarea name="t" inner_html=inner></textarea> }.to_html();
        assert!(!html.contains("<script>"), "{html}");
        let page = scraper::Html::parse_fragment(&html);
        let field = page.select(&scraper::Selector::parse("textarea").expect("selector")).next().expect("one field");
        assert_eq!(field.text().collect::<String>().trim_start_matches('\n'), typed);
    }
}
