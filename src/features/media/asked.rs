//! What a picture's page shows of asking for it again.

use leptos::prelude::*;

use crate::{
    features::messages::model::MessageState,
    shared::{lang::Text, time::MINUTE},
    ui::{
        blocks::{self, Tone, moment},
        href, icon,
        icon::icon_small,
        lang, now, t,
        texts::asking as w,
    },
};

/// How long the page follows a message by itself (milliseconds).
const FOLLOWED: i64 = 2 * MINUTE;

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
    /// How to take it back, while that can be done.
    pub undo: Option<Undo>,
}

impl Line {
    /// Whether it changes by itself in a moment.
    fn moves(&self) -> bool {
        matches!(self.state, Some(MessageState::Queued | MessageState::Sending)) && now() - self.at < FOLLOWED
    }
}

/// How an ask whose message rests is taken back.
#[derive(Clone, Debug)]
pub struct Undo {
    /// The picture.
    id: String,
    /// Which ask it is.
    number: i64,
    /// Where to go afterwards.
    back: String,
}

impl Undo {
    /// Of the `number`-th ask for a picture.
    pub fn new(id: &str, number: i64, back: String) -> Self {
        Self { id: id.to_owned(), number, back }
    }

    /// The line that says what rests, and its button.
    pub fn view(self) -> AnyView {
        view! {
            <form class="row ask-rests" method="post" action=href(&format!("/media/{}/ask/undo", self.id))>
                <input type="hidden" name="number" value=self.number.to_string()/>
                <input type="hidden" name="back" value=self.back/>
                <span class="muted">{t(w::RESTS)}</span>
                <button class="btn btn-sm" type="submit">{icon_small("undo")}{t(w::TAKE_BACK)}</button>
            </form>
        }
        .into_any()
    }
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
    let moves = again.asks.iter().any(Line::moves);
    let go = |to: Option<String>, text: Text| to.map(|to| view! { <p><a href=to>{t(text)}</a></p> });
    view! {
        <section class="block viewer-side" id="asked" data-poll=moves.then_some("") aria-labelledby="again">
            {moves.then(|| view! { <noscript><meta http-equiv="refresh" content="12"/></noscript> })}
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
            MessageState::Failed => Tone::Bad,
            MessageState::Cancelled => Tone::Plain,
            MessageState::Unknown => Tone::Warn,
        };
        blocks::badge(tone, state.name().get(lang()))
    });
    let message = line.message.map(|to| view! { <a href=to>{t(w::MESSAGE)}</a> });
    view! {
        <div>
            <p class="row"><span>{line.who}" · "{moment(line.at)}</span>{state}{message}</p>
            {line.undo.map(Undo::view)}
            {line.why.map(|why| view! { <p class="muted">{why}</p> })}
        </div>
    }
    .into_any()
}
