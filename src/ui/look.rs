//! The two choices every page offers: the language, and light or dark. Plain forms; `boot.js` spares the reload.

use leptos::prelude::*;

use super::{
    Frame,
    frame::{Look, Theme},
    icon, t,
    texts::shell as w,
};
use crate::shared::lang::Lang;

/// The form that switches the language and comes back here.
pub fn language_button(frame: &Frame) -> AnyView {
    let (other, name) = match frame.lang {
        Lang::Zh => (Lang::En, "English"),
        Lang::En => (Lang::Zh, "简体中文"),
    };
    view! {
        <form method="post" action="/preferences" data-language="">
            <input type="hidden" name="lang" value=other.word()/>
            <input type="hidden" name="back" value=here(frame)/>
            <button class="btn btn-ghost" type="submit" lang=other.tag()>{icon("globe")}{name}</button>
        </form>
    }
    .into_any()
}

/// The form that goes on to the next look and comes back here. Which is next depends on what the system has, because the first step
/// away from it must be seen; only the browser knows that, so every button is there and the style sheet shows the one that fits.
pub fn theme_button(frame: &Frame) -> AnyView {
    let buttons = [Theme::Light, Theme::Dark]
        .map(|system| [Look::System, Look::Always(Theme::Light), Look::Always(Theme::Dark)].map(|now| button(now, system)).collect_view());
    view! {
        <form class="look" method="post" action="/preferences" data-look="">
            <input type="hidden" name="back" value=here(frame)/>
            {buttons.collect_view()}
        </form>
    }
    .into_any()
}

/// From the system's to the other side, then to the same side for good, then back to the system.
const fn next(now: Look, system: Theme) -> Look {
    match (now, system) {
        (Look::System, Theme::Light) | (Look::Always(Theme::Light), Theme::Dark) => Look::Always(Theme::Dark),
        (Look::System, Theme::Dark) | (Look::Always(Theme::Dark), Theme::Light) => Look::Always(Theme::Light),
        (Look::Always(Theme::Light), Theme::Light) | (Look::Always(Theme::Dark), Theme::Dark) => Look::System,
    }
}

fn button(now: Look, system: Theme) -> AnyView {
    let (shape, name, _) = words(now);
    let to = next(now, system);
    let label = format!("{}{}{}{}", t(w::LOOK), t(name), t(w::LOOK_THEN), t(words(to).2));
    view! {
        <button class=format!("btn btn-ghost look-{} on-{}", now.word(), system.word()) type="submit" name="theme" value=to.word()
            aria-label=label.clone() title=label>{icon(shape)}<span class="look-word">{t(name)}</span></button>
    }
    .into_any()
}

/// Icon, name of the state, and what the button before it promises.
const fn words(look: Look) -> (&'static str, crate::shared::lang::Text, crate::shared::lang::Text) {
    match look {
        Look::System => ("half", w::LOOK_SYSTEM, w::TO_SYSTEM),
        Look::Always(Theme::Light) => ("sun", w::LOOK_LIGHT, w::TO_LIGHT),
        Look::Always(Theme::Dark) => ("moon", w::LOOK_DARK, w::TO_DARK),
    }
}

fn here(frame: &Frame) -> String {
    let path = frame.href(&frame.path);
    if frame.query.is_empty() { path } else { format!("{path}?{}", frame.query) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_is_seen_and_three_lead_round() {
        for (system, other) in [(Theme::Light, Theme::Dark), (Theme::Dark, Theme::Light)] {
            let first = next(Look::System, system);
            assert_eq!(first, Look::Always(other), "what the system has not");
            let second = next(first, system);
            assert_eq!((second, next(second, system)), (Look::Always(system), Look::System));
        }
    }

    #[test]
    fn every_state_says_what_it_is_and_what_comes_next() {
        let frame = Frame { path: "/send".into(), query: "to=o1".into(), ..Frame::default() };
        let html = Owner::new().with(|| theme_button(&frame).to_html());
        assert_eq!(html.matches("<button").count(), 6);
        assert!(html.contains("aria-label=\"外观：跟随系统，点按切换到深色\"") && html.contains("点按跟随系统"), "{html}");
        assert!(html.contains("value=\"/send?to=o1\""), "{html}");
    }
}
