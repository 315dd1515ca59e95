//! `/shortcuts`: every key that does something, and the switch for those of a single letter. `boot.js` shows the same list over a page.

use leptos::prelude::*;

use crate::{
    shared::{lang::Text, rights::Right},
    ui::{
        Frame,
        blocks::page_head,
        document::letters,
        t,
        texts::{shell, shortcuts as w},
    },
};

/// The page.
pub fn view(frame: &Frame) -> AnyView {
    let go = letters(frame).into_iter().map(|(letter, name)| line(&["g", letter], name)).collect_view();
    let anywhere = [(&["/"][..], w::SEARCH), (&["Ctrl", "K"], w::SEARCH_TOO), (&["?"], w::LIST), (&["Esc"], w::CLOSE)];
    let anywhere = anywhere.map(|(keys, text)| line(keys, text)).collect_view();
    let desk = [(&["J"][..], w::DESK_NEXT), (&["K"], w::DESK_BACK), (&["1"], w::DESK_PASS), (&["2"], w::DESK_REJECT)];
    let desk = desk.into_iter().chain([(&["N"][..], w::DESK_FREE), (&["Z"], w::DESK_UNDO)]);
    let desk = frame.may(Right::Review).then(|| group(w::DESK, desk.map(|(keys, text)| line(keys, text)).collect_view().into_any()));
    let download = frame.may(Right::Download).then_some((&["D"][..], w::PICTURE_DOWNLOAD));
    let pictures = [(&["→"][..], w::PICTURE_OLDER), (&["←"], w::PICTURE_NEWER)].into_iter().chain(download);
    let pictures = pictures.chain([(&["+", "−"][..], w::PICTURE_ZOOM), (&["0"], w::PICTURE_FIT), (&["R"], w::PICTURE_TURN)]);
    let pictures = pictures.chain([(&["X"][..], w::PICTURE_PICK), (&["I"], w::PICTURE_DETAILS)]);
    let pictures = pictures.map(|(keys, text)| line(keys, text)).collect_view().into_any();
    let pictures = frame.may(Right::Pictures).then(|| group(w::PICTURE, pictures));
    view! {
        <main id="main" class="page">
            {page_head(t(shell::SHORTCUTS), Some(t(w::LINE).to_owned()), ())}
            <noscript><p class="muted">{t(w::NEED_SCRIPTS)}</p></noscript>
            <div class="shortcuts" data-keys="" data-close=t(w::CLOSE_LIST)>
                <div class="shortcuts-groups">{group(w::GO, go.into_any())}{group(w::ANYWHERE, anywhere.into_any())}{pictures}{desk}</div>
                {switch(frame)}
            </div>
        </main>
    }
    .into_any()
}

fn group(name: Text, lines: AnyView) -> AnyView {
    view! { <section class="block"><h2>{t(name)}</h2><dl class="kv">{lines}</dl></section> }.into_any()
}

fn line(keys: &[&'static str], text: Text) -> AnyView {
    let keys = keys.iter().map(|key| view! { <kbd class="kbd">{*key}</kbd>" " }).collect_view();
    view! { <div><dt>{keys}</dt><dd>{t(text)}</dd></div> }.into_any()
}

/// Whoever dictates, or rests a hand on the keys, can switch single letters off (WCAG 2.1.4).
fn switch(frame: &Frame) -> AnyView {
    let (state, to, button) = if frame.no_keys { (w::ARE_OFF, "on", w::SWITCH_ON) } else { (w::ARE_ON, "off", w::SWITCH_OFF) };
    view! {
        <form class="row" method="post" action="/preferences">
            <input type="hidden" name="keys" value=to/>
            <input type="hidden" name="back" value="/shortcuts"/>
            <p class="muted">{t(state)}</p>
            <button class="btn btn-sm" type="submit">{t(button)}</button>
        </form>
    }
    .into_any()
}
