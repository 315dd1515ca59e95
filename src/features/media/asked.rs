//! What a picture's page shows of asking for it again.

use leptos::prelude::*;

use crate::{
    features::messages::model::MessageState,
    shared::lang::Text,
    ui::{
        blocks::{self, Tone, moment},
        icon, lang, t,
        texts::asking as w,
    },
};

/// What a picture's page shows of asking again.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// Link to the question, while it can be asked.
    pub ask: Option<String>,
    /// The asks, the last first.
    pub asks: Vec<Line>,
    /// Whether the last one waits for its picture.
    pub waits: bool,
    /// Link to the picture that came in its place.
    pub replaced_by: Option<String>,
    /// Link to the picture this one came in place of.
    pub replaces: Option<String>,
}

/// One ask.
#[derive(Clone, Debug)]
pub struct Line {
    /// Who asked.
    pub who: String,
    /// When (Unix milliseconds).
    pub at: i64,
    /// How the message stands.
    pub state: Option<MessageState>,
    /// Why it stands there.
    pub why: Option<String>,
    /// Link to the message, for those who may see it.
    pub message: Option<String>,
}

/// The section; nothing where there is nothing to say.
pub fn shown(again: Again) -> AnyView {
    if again.ask.is_none() && again.asks.is_empty() && again.replaces.is_none() {
        return ().into_any();
    }
    let badge = if again.waits {
        Some(blocks::badge(Tone::Run, t(w::WAITS)))
    } else {
        again.replaced_by.is_some().then(|| blocks::badge(Tone::Ok, t(w::REPLACED)))
    };
    let go = |to: Option<String>, text: Text| to.map(|to| view! { <p><a href=to>{t(text)}</a></p> });
    view! {
        <section class="block viewer-side" aria-labelledby="again">
            <header><h2 id="again">{t(w::AGAIN)}</h2>{badge}</header>
            {go(again.replaced_by, w::SEE_NEW)}
            {go(again.replaces, w::SEE_OLD)}
            {again.asks.into_iter().map(line).collect_view()}
            {again.ask.map(|to| view! { <p><a class="btn" href=to accesskey="r">{icon("send")}{t(w::ASK)}</a></p> })}
        </section>
    }
    .into_any()
}

fn line(line: Line) -> AnyView {
    let state = line.state.map(|state| {
        let tone = match state {
            MessageState::Delivered | MessageState::Accepted => Tone::Ok,
            MessageState::Queued | MessageState::Sending => Tone::Run,
            MessageState::Failed | MessageState::Cancelled => Tone::Bad,
            MessageState::Unknown => Tone::Warn,
        };
        blocks::badge(tone, state.name().get(lang()))
    });
    let message = line.message.map(|to| view! { <a href=to>{t(w::MESSAGE)}</a> });
    view! {
        <div>
            <p class="row"><span>{line.who}" · "{moment(line.at)}</span>{state}{message}</p>
            {line.why.map(|why| view! { <p class="muted">{why}</p> })}
        </div>
    }
    .into_any()
}
