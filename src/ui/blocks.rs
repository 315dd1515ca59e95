//! Small pieces every page uses: badges, notices, page heads, empty states, pagers, numbers.

use leptos::prelude::*;

use super::{copy::CopyText, icon, lang, t, texts::accounts};
use crate::shared::{
    error::AppError,
    lang::{Lang, Text},
    time,
};

/// The tone of a badge or notice: word and shape first, colour third.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Ok,
    /// Under way.
    Run,
    /// Needs a look.
    Warn,
    /// Went wrong.
    Bad,
    /// Neither.
    Plain,
}

impl Tone {
    const fn badge(self) -> &'static str {
        match self {
            Self::Ok => "badge badge-ok",
            Self::Run => "badge badge-run",
            Self::Warn => "badge badge-warn",
            Self::Bad => "badge badge-bad",
            Self::Plain => "badge",
        }
    }
}

/// A badge.
pub fn badge(tone: Tone, text: impl Into<String>) -> AnyView {
    view! { <span class=tone.badge()>{text.into()}</span> }.into_any()
}

/// A notice in the flow of the page.
pub fn notice(tone: Tone, children: impl IntoView + 'static) -> AnyView {
    let (class, name) = match tone {
        Tone::Bad => ("notice notice-bad", "error"),
        Tone::Warn => ("notice notice-warn", "alert"),
        Tone::Ok => ("notice", "check"),
        Tone::Run | Tone::Plain => ("notice", "info"),
    };
    view! { <div class=class>{icon(name)}<div>{children.into_view()}</div></div> }.into_any()
}

/// What failed in plain words, WeChat's code small behind them, and what to do.
pub fn failure(error: &AppError) -> AnyView {
    let hint = error.refusal.as_ref().map(|refusal| refusal.hint.get(lang()).to_owned());
    let code = error.refusal.as_ref().map(|refusal| view! { " "<code>{refusal.errcode}</code> });
    view! {
        <p><strong>{error.detail.get(lang()).to_owned()}</strong>{code}</p>
        {hint.map(|hint| view! { <p>{hint}</p> })}
    }
    .into_any()
}

/// The page's one `h1`, a line under it, and its actions.
pub fn page_head(title: impl Into<String>, line: Option<String>, actions: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="page-head">
            <div><h1>{title.into()}</h1>{line.map(|line| view! { <p>{line}</p> })}</div>
            <div class="row">{actions.into_view()}</div>
        </div>
    }
    .into_any()
}

/// One sentence and one action where a list has nothing.
pub fn empty(sentence: impl Into<String>, action: impl IntoView + 'static) -> AnyView {
    view! { <div class="empty"><p>{sentence.into()}</p>{action.into_view()}</div> }.into_any()
}

/// A time as short as it is clear, with the exact moment for machines and on hover.
pub fn moment(millis: i64) -> AnyView {
    let shown = time::moment(millis, super::now(), lang());
    let exact = format!("{} {}", time::date(millis), time::clock_seconds(millis));
    view! { <time datetime=time::rfc3339(millis) title=exact>{shown}</time> }.into_any()
}

/// A whole number with thousands separators.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size as B, KB, MB or GB.
pub fn size(bytes: i64) -> String {
    let amount = bytes as f64;
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} KB", amount / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", amount / 1e6),
        _ => format!("{:.1} GB", amount / 1e9),
    }
}

/// Links to the first and the next page of a list kept by key. Nothing on a single page.
pub fn pager(first: Option<String>, next: Option<String>) -> AnyView {
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="pager" aria-label=t(PAGES)>
            <span>{first.map(|to| view! { <a class="btn" rel="prev" href=to>{t(NEWEST)}</a> })}</span>
            <span>{next.map(|to| view! { <a class="btn" rel="next" href=to>{t(OLDER)}</a> })}</span>
        </nav>
    }
    .into_any()
}

/// What opens the filters on a phone, and says how many are set; the form of class `filters` stands right behind it. Wider windows show
/// the form alone.
pub fn fold(chosen: usize) -> AnyView {
    let count = i64::try_from(chosen).unwrap_or(i64::MAX);
    let set = (chosen > 0).then(|| view! { <span class="fold-set">{counted(count, "项", "set", "set")}</span> });
    view! { <details class="fold hand"><summary class="btn">{icon("filter")}{t(FILTERS)}{set}{icon::icon_small("down")}</summary></details> }
        .into_any()
}

/// A button that posts to `action` with `intent`.
pub fn post_button(action: String, intent: &'static str, class: &'static str, label: impl IntoView + 'static) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="intent" value=intent/>
            <button class=class type="submit">{label.into_view()}</button>
        </form>
    }
    .into_any()
}

/// A text to be copied: selectable without scripts, a button with them.
pub fn copy_row(label: &'static str, id: Option<&'static str>, text: String) -> AnyView {
    let (copy, copied) = (t(accounts::COPY).to_owned(), t(accounts::COPIED).to_owned());
    view! {
        <div class="copyrow">
            <input class="input mono" id=id readonly aria-label=label value=text.clone()/>
            <CopyText text=text label=copy done=copied/>
        </div>
    }
    .into_any()
}

/// `查看消息：小满` / `See messages: 小满`: a label that says what it is about.
pub fn about(label: &str, whom: &str) -> String {
    match lang() {
        Lang::Zh => format!("{label}：{whom}"),
        Lang::En => format!("{label}: {whom}"),
    }
}

/// Names one after the other, as either language parts them.
pub fn enumerated(names: &[&str]) -> String {
    names.join(match lang() {
        Lang::Zh => "、",
        Lang::En => ", ",
    })
}

/// `1 条` / `1 message`: a count with its unit in either language.
pub fn counted(count: i64, zh: &str, one: &str, many: &str) -> String {
    match lang() {
        Lang::Zh => format!("{} {zh}", number(count)),
        Lang::En => format!("{} {}", number(count), if count == 1 { one } else { many }),
    }
}

const FILTERS: Text = Text::new("筛选", "Filters");
const PAGES: Text = Text::new("分页", "Pages");
const NEWEST: Text = Text::new("回到最新", "Newest");
const OLDER: Text = Text::new("更早的", "Older");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_are_grouped() {
        assert_eq!((number(0), number(1_234), number(-12_345_678)), ("0".into(), "1,234".into(), "-12,345,678".into()));
        assert_eq!((size(999), size(184_320), size(3_100_000)), ("999 B".into(), "184 KB".into(), "3.1 MB".into()));
    }
}
