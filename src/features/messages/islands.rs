//! The live part of the composer: counters, faults, tally and preview follow the typing. Everything works without it.
#![expect(missing_docs, reason = "the island macro makes a props type without words of its own")]

use leptos::{ev, prelude::*, wasm_bindgen::JsCast, web_sys};

use super::model::{Kind, check, parse_recipients, shown};
use crate::shared::lang::Lang;

/// Listens to the composer's form and shows nothing itself.
#[island]
pub fn Composer(
    /// Language of the faults.
    lang: Lang,
) -> impl IntoView {
    Effect::new(move |_| {
        // The page's own lifetime ends them.
        let _typing = window_event_listener(ev::input, move |event| typed(&event, lang, false));
        let _leaving = window_event_listener(ev::change, move |event| typed(&event, lang, true));
    });
    view! { <span hidden></span> }
}

/// What was typed or left, by the field's id. A value is judged when it is left for the first time, and from then on while typing.
fn typed(event: &web_sys::Event, lang: Lang, left: bool) {
    let Some(target) = event.target() else { return };
    if let Some(area) = target.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        if area.id() == "recipients" {
            tally(&area.value());
        }
        return;
    }
    let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() else { return };
    match (input.name().as_str(), input.id().strip_prefix("data.")) {
        ("look", _) => each("[data-phone]", |phone| {
            phone.set_attribute("data-theme", &input.value()).ok();
        }),
        ("target", _) => {
            let opens = input.value() != "none";
            each("[data-preview-foot]", |foot| {
                if opens {
                    foot.remove_attribute("hidden").ok()
                } else {
                    foot.set_attribute("hidden", "").ok()
                };
            });
        }
        (_, Some(key)) => value_typed(input, key, lang, left),
        _ => {}
    }
}

fn value_typed(input: &web_sys::HtmlInputElement, key: &str, lang: Lang, left: bool) {
    let (kind, value) = (Kind::of(key), input.value());
    // What a variable becomes, the server knows: it says so when the draft is kept, and judges it person by person.
    let varies = value.contains("{{");
    if !varies {
        let kept: String = shown(kind, &value).into_iter().filter(|piece| piece.kept).map(|piece| piece.text).collect();
        each(&format!("[data-preview=\"{key}\"]"), |cell| cell.set_text_content(Some(&kept)));
        if let Some(most) = kind.most() {
            let count = format!("{}/{most}", value.chars().count());
            each(&format!("[data-count=\"{key}\"]"), |counter| counter.set_text_content(Some(&count)));
        }
    }
    if left {
        input.set_attribute("data-left", "").ok();
    }
    if !input.has_attribute("data-left") && !input.has_attribute("aria-invalid") {
        return;
    }
    let fault = if varies { None } else { check(kind, &value).err().map(|fault| fault.said()) };
    if fault.is_some() {
        input.set_attribute("aria-invalid", "true").ok()
    } else {
        input.remove_attribute("aria-invalid").ok()
    };
    each(&format!("[data-fault=\"{key}\"]"), |line| {
        if fault.is_some() {
            line.remove_attribute("hidden").ok()
        } else {
            line.set_attribute("hidden", "").ok()
        };
    });
    each(&format!("[data-fault=\"{key}\"] > span"), |text| text.set_text_content(fault.as_ref().map(|said| said.get(lang))));
}

/// The longest paste that is counted while typing, in bytes; a longer one the server counts.
const LONGEST: usize = 512 * 1024;

fn tally(pasted: &str) {
    if pasted.len() > LONGEST {
        return ["good", "merged", "malformed"]
            .into_iter()
            .for_each(|name| each(&format!("[data-tally=\"{name}\"]"), |cell| cell.set_text_content(Some("…"))));
    }
    let read = parse_recipients(pasted);
    for (name, count) in [("good", read.openids.len()), ("merged", read.merged), ("malformed", read.malformed.len())] {
        each(&format!("[data-tally=\"{name}\"]"), |cell| cell.set_text_content(Some(&count.to_string())));
    }
}

/// The parts of the page that show what is typed; each shows a thing at most once.
const PLACES: [&str; 5] = [".fields", ".preview-inline", ".tally", ".sendbar", ".compose-side"];

fn each(selector: &str, work: impl Fn(&web_sys::Element)) {
    for place in PLACES {
        if let Ok(Some(element)) = document().query_selector(&format!("{place} {selector}")) {
            work(&element);
        }
    }
}
